"""Statements: what each party bought in a closed quarter and owes the others, frozen with its lines."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Integer,
    Numeric,
    String,
    Uuid,
    case,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    union_all,
    values,
)

from core import audit, clock, jobs
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.files import pdf
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.quarters import next_quarter, quarter_end, quarter_of
from dps.contracts.models import FrameContract
from dps.joint.agreements.models import AgreementParty, CooperationAgreement
from dps.joint.procurements import queries as procurements
from dps.joint.stages import Stage
from orders.models import DELIVERED, DeliveryLine, LineState, Need, Order, PartKind
from orders.sharing import queries, use
from orders.sharing import reach as reaching
from orders.sharing.models import (
    LineKind,
    Statement,
    StatementFile,
    StatementLine,
    StatementUse,
)
from orders.sharing.reach import Placed, Reach

MADE = audit.declare("joint_statement.made", "agreement", "quarter", "number", "lines", "amount", "vat", "costs")
DOCUMENT = audit.declare("joint_statement.document", "party", "language", "sha256")
#: The job that makes the documents of a statement.
DOCUMENTS = "sharing.documents"
RULE = "joint-statement"


@transaction
def make_statement(agreement: CooperationAgreement, quarter: date, *, by: Mandate | None) -> Statement:
    """Freeze a closed quarter of an agreement: its accepted deliveries, cancellation fees and shared costs.

    What has changed since in quarters that were stated before is told as a correction; the old lines stay.

    :raises RuleBroken: no first day of a quarter, the quarter is not over, or the one before has not been stated
    :raises WrongState: the quarter has been stated
    """
    lock(agreement)
    now = clock.now()
    last = queries.last_statement(agreement.id)
    reach = reaching.of_agreement(agreement.id)
    _check_quarter(quarter, last, clock.helsinki_date(now))
    if last is None:
        _refuse_gap(first_to_state(reach, quarter), quarter)
    parties = reaching.keys_of(party for each in reach.parties.values() for party in each)
    shown = {**parties, **reaching.keys_of(queries.parties_of(agreement.id, quarter_end(quarter)))}
    statement = Statement(
        id=new_id(),
        agreement_id=agreement.id,
        agreement=agreement,
        number=(last.number if last else 0) + 1,
        quarter=quarter,
        parties=_all_described(shown.values(), last),
        made_by=by.person_id if by else None,
        made_at=now,
    )
    db.session.add(statement)
    db.session.flush()
    lines, amount, vat = _freeze_lines(statement, reach)
    _freeze_use(statement, reach)
    costs = queries.unstated_costs(agreement.id, quarter_end(quarter))
    for each in costs:
        each.statement_id = statement.id
    db.session.flush()
    audit.record(
        MADE,
        subject=statement,
        actor=by,
        at=now,
        agreement=agreement.id,
        quarter=quarter,
        number=statement.number,
        lines=lines,
        amount=amount,
        vat=vat,
        costs=len(costs),
    )
    jobs.add(DOCUMENTS, at=now, key=f"{DOCUMENTS}:{statement.id}", statement_id=statement.id)
    return statement


def _all_described(parties: Iterable[AgreementParty], last: Statement | None) -> list[dict[str, Any]]:
    """The parties in the order of the agreement, and those gone since that stood in the statement before: what was
    told of them there may be corrected now."""
    found = [_described(each) for each in sorted(parties, key=lambda party: (party.position, party.key))]
    known = {each["key"] for each in found}
    return [*found, *(each for each in (last.parties if last else []) if each["key"] not in known)]


def _described(party: AgreementParty) -> dict[str, Any]:
    names = {f"name_{code}": getattr(party, f"name_{code}") for code in ("fi", "sv", "en")}
    return {"key": party.key, "authority": str(party.authority_id), "is_own": party.is_own, **names}


def _check_quarter(quarter: date, last: Statement | None, today: date) -> None:
    if quarter != quarter_of(quarter):
        raise RuleBroken(
            _l("This is not the first day of a quarter."),
            rule=RULE,
            field="quarter",
            next_step=_l("Choose a quarter, like 2027-01-01."),
        )
    if next_quarter(quarter) > today:
        raise RuleBroken(
            _l("The quarter is not over."),
            rule=RULE,
            field="quarter",
            next_step=_l("The statement can be made on the day after its last day."),
        )
    if last is None:
        return
    if quarter <= last.quarter:
        raise WrongState(
            _l("The quarter has been stated. A statement never changes."),
            rule=RULE,
            field="quarter",
            next_step=_l("What has changed since is told in the next statement as a correction."),
        )
    _refuse_gap(next_quarter(last.quarter), quarter)


def _refuse_gap(first: date, quarter: date) -> None:
    """:raises RuleBroken: an earlier quarter is to be stated before: what was accepted in it would stand nowhere"""
    if quarter > first:
        raise RuleBroken(
            _l("An earlier quarter has no statement yet."),
            rule=RULE,
            field="quarter",
            next_step=_l("Make the statement of the earlier quarter first."),
        )


def first_to_state(reach: Reach, last: date) -> date:
    """The first quarter in which something was accepted, ``last`` where nothing was before it."""
    places = reaching.kinds_of_orders(reach)
    if not places:
        return last
    begun = min(clock.helsinki_date(each.begun_at) for each in reach.procurements.values())
    accepted, table = _accepted(reach, quarter_of(begun), last), _places(places)
    first = db.session.scalar(select(func.min(accepted.c.of_quarter)).join(table, _is_at(accepted, table)))
    return first or last


# ---- lines ----

#: Stands for "no decision", since nothing equals nothing in SQL.
_NO_DECISION = uuid.UUID(int=0)


def _places(rows: Sequence[Placed]) -> Any:
    """Which party and procurement each mixture of authority, municipality, category and decision is, as a table."""
    table = values(
        column("authority_id", Uuid),
        column("municipality", String),
        column("category_id", Uuid),
        column("decision_id", Uuid),
        column("procurement_id", Uuid),
        column("party_key", String),
        name="places",
    )
    return table.data(
        [
            (
                each.authority_id,
                each.municipality,
                each.category_id,
                each.decision_id or _NO_DECISION,
                each.procurement.id,
                each.party.key,
            )
            for each in rows
        ]
    )


def _is_at(accepted: Any, table: Any) -> Any:
    """The place of an accepted row, as a condition."""
    return (
        (table.c.authority_id == accepted.c.authority_id)
        & (table.c.municipality == accepted.c.municipality)
        & (table.c.category_id == accepted.c.category_id)
        & (table.c.decision_id == accepted.c.decision_id)
    )


def _accepted(reach: Reach, first: date, last: date) -> Any:
    """What was accepted from one quarter to another: each accepted part, and one that counts for each whole order.

    Materialised: the planner knows little of how many orders a place has, and so must not begin with the places.
    """
    since, before = clock.start_of_day(first), clock.start_of_day(next_quarter(last))
    is_fee = DeliveryLine.kind == PartKind.CANCEL_FEE
    nothing = cast(0, Numeric(14, 2))

    def rows(moment: Any, kind: Any, amount: Any, vat: Any, delivered: int) -> Any:
        return (
            select(
                Order.id.label("order_id"),
                Order.authority_id.label("authority_id"),
                Need.municipality.label("municipality"),
                Order.category_id.label("category_id"),
                func.coalesce(FrameContract.award_decision_id, _NO_DECISION).label("decision_id"),
                use.quarter_column(moment).label("of_quarter"),
                kind.label("kind"),
                amount.label("amount"),
                vat.label("vat"),
                literal(delivered).label("delivered"),
            )
            .select_from(Order)
            .join(Need, Need.id == Order.need_id)
            .join(FrameContract, FrameContract.id == Order.contract_id)
            .where(reach.condition(), moment >= since, moment < before)
        )

    parts = (
        rows(
            DeliveryLine.answered_at,
            case((is_fee, LineKind.CANCEL_FEE.value), else_=LineKind.SERVICE.value),
            DeliveryLine.amount,
            func.round(DeliveryLine.amount * Order.vat_rate / 100, 2),
            0,
        )
        .join(DeliveryLine, DeliveryLine.order_id == Order.id)
        .where(DeliveryLine.state == LineState.ACCEPTED)
    )
    wholes = rows(Order.completed_at, literal(LineKind.SERVICE.value), nothing, nothing, 1)
    return union_all(parts, wholes.where(Order.state.in_(DELIVERED))).cte("accepted").prefix_with("MATERIALIZED")


def _freeze_lines(statement: Statement, reach: Reach) -> tuple[int, Decimal, Decimal]:
    """Write the lines: everything accepted in this quarter, and for earlier ones the difference to what was stated."""
    first = min(queries.stated_quarters(statement.agreement_id))
    places = reaching.kinds_of_orders(reach)
    keys = ("order_id", "of_quarter", "kind", "party_key", "procurement_id", "category_id")
    stated = (
        select(
            *(getattr(StatementLine, key) for key in keys),
            (-StatementLine.delivered).label("delivered"),
            (-StatementLine.amount).label("amount"),
            (-StatementLine.vat).label("vat"),
        )
        .join(Statement, Statement.id == StatementLine.statement_id)
        .where(Statement.agreement_id == statement.agreement_id)
    )
    both = stated
    if places:
        accepted, table = _accepted(reach, first, statement.quarter), _places(places)
        now = select(
            accepted.c.order_id,
            accepted.c.of_quarter,
            accepted.c.kind,
            table.c.party_key,
            table.c.procurement_id,
            accepted.c.category_id,
            accepted.c.delivered,
            accepted.c.amount,
            accepted.c.vat,
        ).join(table, _is_at(accepted, table))
        both = union_all(now, stated)  # type: ignore[assignment]
    rows = both.subquery("both")
    delivered, amount, vat = (func.sum(rows.c[name]) for name in ("delivered", "amount", "vat"))
    found = (
        select(
            func.gen_random_uuid(),
            literal(1),
            cast(statement.id, Uuid),
            *(rows.c[key] for key in keys),
            cast(delivered, Integer),
            amount,
            vat,
        )
        .group_by(*(rows.c[key] for key in keys))
        .having((delivered != 0) | (amount != 0) | (vat != 0))
    )
    db.session.execute(
        insert(StatementLine).from_select(
            ["id", "version", "statement_id", *keys, "delivered", "amount", "vat"], found, include_defaults=False
        )
    )
    count, total, tax = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(StatementLine.amount), 0),
            func.coalesce(func.sum(StatementLine.vat), 0),
        ).where(StatementLine.statement_id == statement.id)
    ).one()
    return count, total, tax


def _freeze_use(statement: Statement, reach: Reach) -> None:
    """Announced and ordered of each party in the quarter, as it stands now."""
    used = use.by_party(reach, statement.quarter)
    for procurement in reach.procurements.values():
        if procurement.agreement_id != statement.agreement_id or procurement.stage not in (Stage.USE, Stage.FOLLOW_UP):
            continue
        announced = procurements.announced(procurement.id)
        for party in reach.parties[procurement.id]:
            told = announced.get(party.id, {}).get(statement.quarter, 0)
            ordered = used.get((procurement.id, party.key), use.Use()).ordered
            if told or ordered:
                db.session.add(
                    StatementUse(
                        id=new_id(),
                        statement_id=statement.id,
                        procurement_id=procurement.id,
                        party_key=party.key,
                        announced=told,
                        ordered=ordered,
                    )
                )


# ---- documents ----


@transaction
def keep_document(statement: Statement, party_key: str, language: str, words: dict[str, Any]) -> None:
    """Make a party's statement as a PDF and keep it; a second run finds it made."""
    lock(statement)
    if any((each.party_key, each.language) == (party_key, language) for each in queries.files_of(statement.id)):
        return
    now: datetime = clock.now()
    party = next(each for each in statement.parties if each["key"] == party_key)
    stored = files.store(
        pdf.compiled("sharing/statement.typ", words),
        f"{statement.agreement.reference}-{statement.number}-{party_key}-{language}.pdf",
        owner_id=uuid.UUID(party["authority"]),
        at=now,
        accepted=("application/pdf",),
        field="statement",
    )
    db.session.flush()
    row = StatementFile(
        id=new_id(), statement_id=statement.id, party_key=party_key, language=language, file_id=stored.id
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        DOCUMENT, subject=statement, actor=None, at=now, party=party_key, language=language, sha256=stored.sha256
    )
