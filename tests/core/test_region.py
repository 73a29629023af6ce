"""``avoin demo --scale pks``, small: the capital region's years in bulk upon the acts of its people."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from core.audit import service as audit_service
from core.config import ConfigurationError
from core.db import db
from demo import region
from dps.joint.procurements.models import JointProcurement
from dps.joint.stages import Stage
from dps.systems.models import Category, PurchasingSystem
from orders.groups.models import EntryState, Group, QueueEntry
from orders.models import Budget, Need, Order
from orders.sharing.models import Statement
from tests import people
from tests.conftest import Databases, application

SIZES = {"SUPPLIERS": 30, "ORDERS": 240, "JOINT_AMOUNT": 60, "KUOPIO_ORDERS": 2, "KUOPIO_DAYS": 40}


@pytest.fixture(scope="module")
def capital(environ: dict[str, str], databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The region, told with few suppliers and orders; the tests only read it."""
    app = application(environ, databases.copy(), tmp_path_factory.mktemp("capital"))
    with app.app_context(), pytest.MonkeyPatch.context() as small:
        for name, value in SIZES.items():
            small.setattr(region, name, value)
        region.tell("four plain words here", lambda share, doing: None)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_given_the_region_then_a_joint_procurement_stands_in_each_stage(capital: Flask) -> None:
    assert set(db.session.scalars(select(JointProcurement.stage))) == set(Stage)


def test_given_the_region_then_its_cities_order_from_the_joint_system_on_their_own_money(capital: Flask) -> None:
    joint = select(Category.id).join(PurchasingSystem).where(PurchasingSystem.buyers.any())
    rows = db.session.execute(
        select(Order.authority_id, Budget.authority_id, Need.authority_id)
        .join(Budget, Budget.id == Order.budget_id)
        .join(Need, Need.id == Order.need_id)
        .where(Order.category_id.in_(joint))
    ).all()
    assert len({row[0] for row in rows}) == 3
    assert all(len(set(row)) == 1 for row in rows)
    homes = set(db.session.scalars(select(Need.municipality).where(Need.category_id.in_(joint))))
    assert homes == {"Helsinki", "Espoo", "Kauniainen", "Vantaa"}


def test_given_the_region_then_every_closed_quarter_is_stated_and_no_budget_is_overdrawn(capital: Flask) -> None:
    quarters = list(db.session.scalars(select(Statement.quarter).order_by(Statement.number)))
    assert len(quarters) >= 4
    assert quarters == sorted(set(quarters))
    used = select(func.max(Budget.committed + Budget.spent - Budget.amount))
    assert db.session.scalar(used) <= Decimal(0)


def test_given_the_region_then_seats_are_held_filled_and_waited_for_by_several_cities(capital: Flask) -> None:
    shared = select(QueueEntry.authority_id).join(Group, Group.id == QueueEntry.group_id)
    other = shared.where(QueueEntry.authority_id != Group.authority_id)
    placed = set(db.session.scalars(other.where(QueueEntry.state == EntryState.PLACED)))
    waiting = set(db.session.scalars(other.where(QueueEntry.state.in_((EntryState.WAITING, EntryState.OFFERED)))))
    assert placed
    assert len(waiting) >= 2
    held = db.session.execute(text('SELECT min(seats_held - seats_filled) FROM "group"')).scalar()
    assert held is not None
    assert held >= 0


def test_given_the_region_then_the_chain_verifies_and_no_constraint_was_switched_off(capital: Flask) -> None:
    verdict = audit_service.verify()
    assert verdict.faults == []
    assert verdict.events > 1_000
    unchecked = db.session.scalar(text("SELECT count(*) FROM pg_constraint WHERE NOT convalidated"))
    assert unchecked == 0


def test_given_another_demo_in_the_folder_when_the_region_is_to_be_told_then_it_is_refused(app: Flask) -> None:
    people.authority()
    with pytest.raises(ConfigurationError, match="DPS_HOME"):
        region.tell("four plain words here", lambda share, doing: None)
