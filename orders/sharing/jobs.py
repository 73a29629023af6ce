"""What the clock does to shared money: statements on their day, their documents, warnings of use."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from core import clock, jobs, law
from core.db import transaction
from core.i18n import LANGUAGES
from core.quarters import next_quarter, quarter_before, quarter_of
from dps.joint.agreements import queries as agreements
from dps.joint.procurements import queries as procurements
from orders.sharing import documents, queries, service
from orders.sharing import reach as reaching
from orders.sharing.service import stating

STATE = "sharing.state_quarter"
LOOK_AT = "sharing.look_at_use"


@jobs.periodic("sharing.look", every=timedelta(hours=12))
@transaction
def look() -> None:
    """Promise the statements that nobody made by their day, and a look at every procurement in use."""
    now = clock.now()
    today = clock.helsinki_date(now)
    this = quarter_of(today)
    if today >= this + timedelta(days=int(law.number("R103.statement_day", today)) - 1):
        quarter = quarter_before(this)
        for agreement in queries.agreements_to_state(quarter):
            name = f"{STATE}:{agreement.id}:{quarter}@{today}"
            jobs.add(STATE, at=now, key=name, agreement_id=agreement.id, quarter=quarter.isoformat())
    for procurement in queries.to_watch():
        jobs.add(LOOK_AT, at=now, key=f"{LOOK_AT}:{procurement.id}@{today}", procurement_id=procurement.id)


@jobs.job(STATE)
def state_quarter(agreement_id: str, quarter: str) -> None:
    """Make the statement of a quarter, and before it those of earlier ones that nobody made."""
    agreement = agreements.agreement(uuid.UUID(agreement_id))
    asked = date.fromisoformat(quarter)
    last = queries.last_statement(uuid.UUID(agreement_id))
    first = stating.first_to_state(reaching.of_agreement(uuid.UUID(agreement_id)), asked)
    due = first if last is None else next_quarter(last.quarter)
    while agreement is not None and due <= asked:
        service.make_statement(agreement, due, by=None)
        due = next_quarter(due)


@jobs.job(stating.DOCUMENTS)
def make_documents(statement_id: str) -> None:
    """The statement of each party in each language, as PDF."""
    statement = queries.statement(uuid.UUID(statement_id))
    if statement is None:
        return
    for party in statement.parties:
        for language in LANGUAGES:
            words = documents.words(statement, party["key"], language)
            service.keep_document(statement, party["key"], language, words)


@jobs.job(LOOK_AT)
def look_at(procurement_id: str) -> None:
    """Compare the pace of the orders with what was announced."""
    procurement = procurements.procurement(uuid.UUID(procurement_id))
    if procurement is not None:
        service.look_at_use(procurement)
