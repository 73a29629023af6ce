"""The demo at the size of the capital region: its years are written in bulk into the middle of the story."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from core.audit.models import AuditEvent
from core.config import ConfigurationError
from core.db import db
from core.identity import queries as people
from core.identity.models import Authority
from demo import story
from demo.cast import ADMIN
from demo.seeding import Plan
from demo.seeding.run import SEEDED
from demo.seeding.upon import seed_capital

SUPPLIERS, ORDERS = 2_000, 50_000
#: The bulk begins when the joint system is open, so many days before today.
HISTORY = 520
#: What the region needs of the joint system in a quarter, and the small year of Kuopio beside it.
JOINT_AMOUNT, KUOPIO_ORDERS, KUOPIO_DAYS = 3_000, 60, 400
#: The bulk's part of the whole time.
_PART = 0.7


def tell(password: str, progress: Callable[[float, str], None]) -> None:
    """Tell the story with three cities, 2,000 suppliers and 50,000 orders, unless it has been told.

    :raises ConfigurationError: the database holds a demo of another size, or one that was broken off
    """
    if db.session.scalar(select(Authority.id).limit(1)) is not None:
        if db.session.scalar(select(AuditEvent.seq).where(AuditEvent.type == SEEDED).limit(1)) is None:
            raise ConfigurationError(
                "Here is a demo of another size, or one that was broken off: set DPS_HOME to an empty folder."
            )
        return

    def before(share: float, doing: str) -> None:
        progress((1 - _PART) * share, doing)

    def interlude(told: story.Story, _: object) -> None:
        admin = people.person_by_email(ADMIN[0])
        assert admin is not None
        plan = Plan(suppliers=SUPPLIERS, orders=ORDERS, seed=story.SEED, today=told.today, history=HISTORY)
        seed_capital(plan, lambda share, doing: progress(0.05 + _PART * share, doing), admin.password_hash)

    story.tell(password, before, KUOPIO_ORDERS, KUOPIO_DAYS, joint_amount=JOINT_AMOUNT, interlude=interlude)
