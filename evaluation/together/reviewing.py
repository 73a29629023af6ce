"""What a yearly review rests on, as it is stored: figures every party may see, and the shares that follow from them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import func, select

from core.db import db
from dps.joint.agreements.models import AgreementParty, AgreementVersion
from dps.joint.procurements import queries as procurements
from dps.joint.procurements.models import JointProcurement
from evaluation import measures
from evaluation.reports.reading import MAIN_WINDOW
from evaluation.reports.sight import smallest_cell
from evaluation.together import gating, queries, rules
from evaluation.together.followed import Followed
from evaluation.together.queries import Use
from orders.sharing.models import SharedCost, SharedCostPart

#: The rule by which shares are proposed, by its published name.
RULE = "mean-of-use-and-share-1"
QUARTERS = (1, 2, 3, 4)


def first_year(agreement_id: uuid.UUID) -> int:
    """The year in which the first approved version began."""
    found = db.session.scalar(
        select(func.min(AgreementVersion.starts_on)).where(
            AgreementVersion.agreement_id == agreement_id, AgreementVersion.in_force_at.is_not(None)
        )
    )
    return found.year if found else 9999


def figures(followed: Followed, year: int) -> dict[str, Any]:
    """A year of the agreement; what one authority may not see of another is in nobody's figures."""
    used = queries.use(followed, year)
    units = _units(followed, used)
    present = {party.key: party.share for party in followed.parties}
    euros = {unit: each.euros if each is not None else None for unit, each in units.items()}
    kept = sum((present[key] for unit, each in units.items() if each is None for key in unit), Decimal(0))
    of_use = rules.shares_of_use(euros, kept)
    proposed = rules.proposed_shares(present, euros)
    told = announced(followed, year)
    worked = person_years(followed.id, year)
    costs = shared_costs(followed.id, year)
    return {
        "rule": RULE,
        "year": year,
        "units": [
            {
                "keys": list(unit),
                "customers": each.customers if each else None,
                "services": each.orders if each else None,
                "euros": str(each.euros) if each else None,
                "use_share": _tenth(of_use[unit]) if unit in of_use else None,
                "announced": sum(told.get(key, 0) for key in unit),
            }
            for unit, each in units.items()
        ],
        "parties": [
            {
                "key": party.key,
                "name_fi": party.name_fi,
                "name_sv": party.name_sv,
                "name_en": party.name_en,
                "share": str(party.share),
                "minimum": str(party.person_years_min),
                "person_years": str(worked[party.key]) if party.key in worked else None,
                "shared_costs": str(costs.get(party.key, Decimal(0))),
                "proposed": proposed[party.key],
            }
            for party in followed.parties
        ],
        "work": _work(followed, year),
    }


def proposed_of(found: Mapping[str, Any]) -> dict[str, int]:
    """The proposed shares of stored figures by party."""
    return {party["key"]: party["proposed"] for party in found["parties"]}


def _tenth(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def authorities(followed: Followed) -> list[list[str]]:
    """The parties of each authority, by their keys."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for party in followed.parties:
        found[party.authority_id].append(party.key)
    return list(found.values())


def _units(followed: Followed, used: Mapping[tuple[str, int], Use]) -> dict[tuple[str, ...], Use | None]:
    """The year's use by parties that can be told apart; nothing where the gates hide it from any authority."""
    counts = {cell: each.customers for cell, each in used.items()}
    seen = gating.seen_by_all(counts, authorities(followed), QUARTERS, smallest_cell())
    return {
        unit: sum((each for (key, _quarter), each in used.items() if key in unit), Use()) if is_seen else None
        for unit, is_seen in seen.items()
    }


def announced(followed: Followed, year: int) -> dict[str, int]:
    """How many services the parties announced for the year, after transfers, by party."""
    keys = {
        row[0]: row[1]
        for row in db.session.execute(
            select(AgreementParty.id, AgreementParty.key)
            .join(AgreementVersion, AgreementVersion.id == AgreementParty.version_id)
            .where(AgreementVersion.agreement_id == followed.id)
        )
    }
    found: dict[str, int] = defaultdict(int)
    running = select(JointProcurement.id).where(
        JointProcurement.agreement_id == followed.id,
        JointProcurement.system_id.is_not(None),
        JointProcurement.starts_on <= date(year, 12, 31),
        JointProcurement.ends_on >= date(year, 1, 1),
    )
    for procurement_id in db.session.scalars(running):
        for party_id, quarters in procurements.announced(procurement_id).items():
            found[keys[party_id]] += sum(amount for quarter, amount in quarters.items() if quarter.year == year)
    return dict(found)


def shared_costs(agreement_id: uuid.UUID, year: int) -> dict[str, Decimal]:
    """Each party's parts of the joint costs of a year, without VAT; corrections are opposite entries (I9)."""
    rows = db.session.execute(
        select(AgreementParty.key, func.sum(SharedCostPart.amount))
        .join(SharedCostPart, SharedCostPart.party_id == AgreementParty.id)
        .join(SharedCost, SharedCost.id == SharedCostPart.cost_id)
        .join(JointProcurement, JointProcurement.id == SharedCost.procurement_id)
        .where(
            JointProcurement.agreement_id == agreement_id,
            SharedCost.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(AgreementParty.key)
    )
    return {row[0]: row[1] for row in rows}


def person_years(agreement_id: uuid.UUID, year: int) -> dict[str, Decimal]:
    """The mean of the year's half-years that are reported, by party."""
    halves: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for report in queries.standing_reports(agreement_id):
        if report.period_on.year == year:
            for line in report.lines:
                halves[line.party_key][report.period_on] += line.person_years
    return {
        key: (sum(each.values(), Decimal(0)) / len(each)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for key, each in halves.items()
    }


def _work(followed: Followed, year: int) -> dict[str, Any] | None:
    """Of all parties' customers whose service was to end in the year, how many were in work some months later."""
    known = queries.results(queries.ends(followed, MAIN_WINDOW))
    counts = {cell: each[0] for cell, each in known.items()}
    years = sorted({column for _key, column in counts})
    groups, smallest = authorities(followed), smallest_cell()
    for own in groups:
        others = [each for each in groups if each is not own]
        if year not in gating.gated(counts, own, others, years, smallest).joint.columns:
            return None
    n = sum(each[0] for (_key, column), each in known.items() if column == year)
    employed = sum(each[1] for (_key, column), each in known.items() if column == year)
    if n < smallest:
        return None
    low, high = measures.wilson(employed, n)
    return {"n": n, "value": employed / n, "low": low, "high": high, "months": MAIN_WINDOW}
