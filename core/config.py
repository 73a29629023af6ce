"""Configuration: one typed object, read from the environment and checked at start (DESIGN.md §8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Environment(StrEnum):
    """Where this process runs; only ``demo`` and ``test`` may move the clock or do without own secrets."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class ConfigurationError(Exception):
    """The process may not start; the message names every setting to mend."""


#: Settings that production cannot do without, and what each is for.
PRODUCTION_SECRETS = {
    "SECRET_KEY": "signs sessions and forms",
    "MASTER_KEY": "seals tenders and stored contact details",
    "DATABASE_URL": "the PostgreSQL server",
    "REDIS_URL": "the queue",
    "BASE_URL": "the address in letters and links",
    "MAIL_URL": "the mail server",
}

MIN_KEY_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything the process is told from outside; secrets never show in ``repr``."""

    environment: Environment
    database_url: str
    redis_url: str
    files_url: str
    base_url: str
    mail_url: str
    home: Path
    secret_key: str
    master_key: str

    def __repr__(self) -> str:
        return f"Config(environment={self.environment.value!r}, base_url={self.base_url!r})"

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Config:
        """Read and check the settings.

        :raises ConfigurationError: names each missing or too short setting; there are no secret defaults
        """
        try:
            environment = Environment(environ.get("DPS_ENV", Environment.PRODUCTION))
        except ValueError:
            raise ConfigurationError("DPS_ENV must be production, demo or test.") from None
        missing = [name for name in PRODUCTION_SECRETS if not environ.get(name)]
        if missing:
            listed = "; ".join(f"{name} ({PRODUCTION_SECRETS[name]})" for name in missing)
            raise ConfigurationError(f"Avoin does not start in {environment} mode without: {listed}.")
        short = [name for name in ("SECRET_KEY", "MASTER_KEY") if len(environ[name]) < MIN_KEY_LENGTH]
        if short:
            raise ConfigurationError(f"{' and '.join(short)} must have at least {MIN_KEY_LENGTH} characters.")
        home = Path(environ.get("DPS_HOME", "./var")).resolve()
        return cls(
            environment=environment,
            database_url=sqlalchemy_url(environ["DATABASE_URL"]),
            redis_url=environ["REDIS_URL"],
            files_url=environ.get("FILES_URL") or f"file://{home / 'files'}",
            base_url=environ["BASE_URL"].rstrip("/"),
            mail_url=environ["MAIL_URL"],
            home=home,
            secret_key=environ["SECRET_KEY"],
            master_key=environ["MASTER_KEY"],
        )


def sqlalchemy_url(url: str) -> str:
    """Name the driver in a plain PostgreSQL address: ``postgres://h/d`` → ``postgresql+psycopg://h/d``."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
