"""Early warnings: the pace of each party's orders against what it announced for the quarter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from core import audit, clock, law
from core.db import db, lock, new_id, transaction
from core.quarters import quarter_of
from dps.joint.agreements.models import AgreementParty
from dps.joint.procurements import queries as procurements
from dps.joint.procurements.models import JointProcurement
from orders.sharing import queries, rules, use
from orders.sharing import reach as reaching
from orders.sharing.models import UseWarning, WarningKind

WARNED = audit.declare("joint_use.warned", "procurement", "party", "kind", "quarter", "announced", "expected")
ENDED = audit.declare("joint_use.warning_ended", "procurement", "party")


@transaction
def look_at_use(procurement: JointProcurement) -> int:
    """Raise a warning for each party whose use runs away, and end those that hold no more; how many are open."""
    lock(procurement)
    now = clock.now()
    today = clock.helsinki_date(now)
    quarter = quarter_of(today)
    open_now = {each.party_key: each for each in queries.open_warnings([procurement.id])}
    count = 0
    for party, kind, announced, expected in _running_away(procurement, quarter, today):
        count += 1
        standing = open_now.get(party.key)
        if standing is not None and (standing.kind, standing.quarter) == (kind, quarter):
            standing.announced, standing.expected = announced, expected
            del open_now[party.key]
            continue
        if standing is not None:
            _end(open_now.pop(party.key), now)
        row = UseWarning(
            id=new_id(),
            procurement_id=procurement.id,
            authority_id=party.authority_id,
            party_key=party.key,
            party_id=party.id,
            kind=kind,
            quarter=quarter,
            announced=announced,
            expected=expected,
            raised_at=now,
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            WARNED,
            subject=row,
            actor=None,
            at=now,
            procurement=procurement.id,
            party=party.key,
            kind=kind,
            quarter=quarter,
            announced=announced,
            expected=expected,
        )
    for row in open_now.values():
        _end(row, now)
    return count


def _end(row: UseWarning, now: datetime) -> None:
    row.ended_at = now
    db.session.flush()
    audit.record(ENDED, subject=row, actor=None, at=now, procurement=row.procurement_id, party=row.party_key)


def _running_away(
    procurement: JointProcurement, quarter: date, today: date
) -> Iterator[tuple[AgreementParty, WarningKind, int, Decimal]]:
    margin, first_day = law.number("R103.pace_margin", today), int(law.number("R103.pace_first_day", today))
    used = use.by_party(reaching.of_procurement(procurement), quarter)
    announced = procurements.announced(procurement.id)
    for each in queries.sharing_parties(procurement.id, today):
        party = each.party
        told = announced.get(party.id, {}).get(quarter, 0)
        ordered = used.get((procurement.id, party.key), use.Use()).ordered
        kind = rules.pace_warning(told, ordered, quarter, today, margin=margin, first_day=first_day)
        if kind is not None:
            yield party, kind, told, rules.expected_by_pace(ordered, quarter, today)
