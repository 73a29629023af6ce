"""What this database is used for: written by ``upgrade``; the clock asks it before it lets itself be moved."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.config import Config, ConfigurationError, Environment
from core.db import db, enum_column
from core.sealing import make_root_key


class Deployment(db.Model):  # type: ignore[name-defined, misc]
    """One row: the environment this database was set up for."""

    __tablename__ = "deployment"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("NOT (environment = 'production' AND clock_travel)", name="no_clock_travel_in_production"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    environment: Mapped[Environment] = mapped_column(enum_column(Environment))
    clock_travel: Mapped[bool]


def record(config: Config) -> None:
    """Write down the environment, and make the root key, once; a production database never becomes a demo.

    :raises ConfigurationError: the database was set up for another environment
    """
    row = db.session.get(Deployment, 1)
    if row is None:
        db.session.add(Deployment(id=1, environment=config.environment, clock_travel=not config.is_production))
    elif row.environment is not config.environment:
        raise ConfigurationError(
            f"This database was set up for {row.environment}, and DPS_ENV says {config.environment}. "
            "Use another DATABASE_URL or the right DPS_ENV."
        )
    make_root_key(config.master_key)
    db.session.commit()
    db.session.remove()


def lock_timeouts() -> None:
    """No request waits for ever behind another one's lock."""
    db.session.execute(text("SET lock_timeout = '10s'"))
