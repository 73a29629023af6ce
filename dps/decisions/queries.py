"""Every SELECT about decisions, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.identity.mandates import Mandate
from dps.decisions.models import Decision, DecisionState


def decision(decision_id: uuid.UUID) -> Decision | None:
    return db.session.get(Decision, decision_id)


def decisions_of_authority(authority_id: uuid.UUID, state: DecisionState | None = None) -> Select[Decision]:
    """The decisions of an authority, to be paged."""
    query = select(Decision).options(joinedload(Decision.supplier)).where(Decision.authority_id == authority_id)
    return query if state is None else query.where(Decision.state == state)


def browsable_decisions(mandate: Mandate) -> Select[Decision]:
    """Staff see their authority's decisions, a provider the signed ones addressed to it."""
    if mandate.supplier_id is not None:
        return select(Decision).where(
            Decision.supplier_id == mandate.supplier_id, Decision.state == DecisionState.SIGNED
        )
    return select(Decision).where(Decision.authority_id == mandate.authority_id)


def waiting_for_signature(authority_id: uuid.UUID, limit: int = 50) -> Sequence[Decision]:
    """Prepared decisions, the oldest first."""
    return db.session.scalars(
        select(Decision)
        .options(joinedload(Decision.supplier))
        .where(Decision.authority_id == authority_id, Decision.state == DecisionState.PREPARED)
        .order_by(Decision.prepared_at)
        .limit(limit)
    ).all()


def last_section_number(authority_id: uuid.UUID, year: int) -> int:
    """The highest section number given in a year; ask only while the authority's row is locked."""
    highest = db.session.scalar(
        select(func.max(Decision.section_number)).where(Decision.authority_id == authority_id, Decision.year == year)
    )
    return highest or 0
