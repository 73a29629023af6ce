"""Joint costs: recorded by the authority that paid, shared at once by the agreement's rule, corrected by opposites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.money import vat_of
from core.quarters import quarter_of
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.joint.agreements.models import AgreementCost
from dps.joint.procurements.models import JointProcurement, ProcurementState
from dps.joint.stages import CostKind
from orders import attachments
from orders.groups.models import Group, GroupState
from orders.sharing import queries, rules, use
from orders.sharing import reach as reaching
from orders.sharing.models import SharedCost, SharedCostPart, Weighing

RECORDED = audit.declare("shared_cost.recorded", "procurement", "kind", "amount", "vat", "payer", "weighing", "parts")
CORRECTED = audit.declare("shared_cost.corrected", "corrects", "amount", "vat")
#: What proves a cost.
ACCEPTED = ("application/pdf", "image/png", "image/jpeg")


@dataclass(frozen=True, kw_only=True)
class CostDetails:
    """What was paid, for what, on which day; the amount of empty seats follows from the course."""

    kind: CostKind
    purpose: str
    day: date
    amount: Decimal | None = None
    vat_rate: Decimal | None = None
    evidence: str = ""
    group: Group | None = None
    seats: int | None = None
    content: bytes | None = None
    file_name: str = ""


@dataclass(frozen=True)
class Computed:
    """A cost with its shares."""

    amount: Decimal
    vat_rate: Decimal
    vat: Decimal
    rule: AgreementCost
    weighing: Weighing
    parts: Sequence[rules.Part]


def _refuse(message: object, field: str, next_step: object, rule: str = "shared-cost") -> RuleBroken:
    return RuleBroken(message, rule=rule, field=field, next_step=next_step)


def seats_left(group: Group) -> int:
    """How many seats of a course stayed empty and have not been shared."""
    return group.seats_max - group.seats_filled - queries.costs_of_group(group.id)


def _check_words(details: CostDetails) -> None:
    for name, text in (("purpose", details.purpose), ("evidence", details.evidence)):
        if contains_identity_code(text):
            raise RuleBroken(MESSAGE, rule="I8", field=name)
    if not details.purpose.strip():
        raise _refuse(_l("Write what the cost is for."), "purpose", _l("The other parties read it."))


def _check_day(procurement: JointProcurement, day: date, now: datetime) -> None:
    if not clock.helsinki_date(procurement.begun_at) <= day <= clock.helsinki_date(now):
        raise _refuse(
            _l("The day is before the procurement began, or it is to come."),
            "day",
            _l("Enter the day on which the cost arose."),
        )


def _sum_of(procurement: JointProcurement, details: CostDetails, by: Mandate) -> tuple[Decimal, Decimal]:
    """The amount without VAT and the VAT rate."""
    if details.kind is CostKind.EMPTY_SEATS:
        return _sum_of_seats(procurement, details, by)
    if details.group is not None or details.seats is not None:
        raise _refuse(_l("Only empty seats belong to a course."), "group", _l("Leave the course and the seats empty."))
    if details.amount is None or details.amount <= 0 or details.amount != round(details.amount, 2):
        raise _refuse(
            _l("The amount is missing or not above zero."), "amount", _l("Enter an amount in euros, like 1250.00")
        )
    if details.vat_rate is None or not 0 <= details.vat_rate <= 100:
        raise _refuse(_l("The VAT rate is missing."), "vat_rate", _l("Enter the VAT rate in percent, 0 without VAT."))
    return details.amount, details.vat_rate


def _sum_of_seats(procurement: JointProcurement, details: CostDetails, by: Mandate) -> tuple[Decimal, Decimal]:
    group = details.group
    if group is None or group.authority_id != by.organisation_id or not _belongs(procurement, group):
        raise _refuse(
            _l("Choose the course: one of yours that was ordered in this procurement."),
            "group",
            _l("Empty seats are recorded by the city that organised the course."),
        )
    lock(group)
    if group.state not in (GroupState.RUNNING, GroupState.ENDED):
        raise WrongState(
            _l("The course has not begun."),
            rule="shared-cost",
            field="group",
            next_step=_l("Before it begins empty seats are given back and cost nothing."),
        )
    left = seats_left(group)
    if details.seats is None or not 1 <= details.seats <= left:
        raise _refuse(
            _l("The course has %(left)s empty seats that have not been shared.", left=left),
            "seats",
            _l("Enter at most so many."),
        )
    if not details.evidence.strip() and details.content is None:
        raise _refuse(
            _l("Tell on which invoice you paid the empty seats."),
            "evidence",
            _l("Write the number of the invoice, or add it as a file."),
        )
    return group.price * details.seats, group.offering.vat_rate


def _belongs(procurement: JointProcurement, group: Group) -> bool:
    reach = reaching.of_procurement(procurement)
    found = reach.procurement_of(group.category_id, group.contract.award_decision_id)
    return found is not None and found.id == procurement.id


def _computed(procurement: JointProcurement, details: CostDetails, by: Mandate, now: datetime) -> Computed:
    _check_words(details)
    _check_day(procurement, details.day, now)
    amount, vat_rate = _sum_of(procurement, details, by)
    stage = queries.stage_on(procurement, details.day)
    rule = rules.cost_rule(procurement.agreed.costs, details.kind, stage, procurement.service_type)
    if rule is None:
        raise _refuse(
            _l("The agreement does not say how this kind of cost is shared."),
            "kind",
            _l("Agree on a rule for it in a new version of the agreement first."),
            rule="agreement-cost-rule",
        )
    parties = queries.sharing_parties(procurement.id, details.day)
    if by.organisation_id not in {each.party.authority_id for each in parties}:
        raise _refuse(
            _l("Your authority does not take part in this procurement any more."),
            "kind",
            _l("A cost is recorded by one that takes part and has paid it."),
            rule="R103",
        )
    used = use.by_party(reaching.of_procurement(procurement), quarter_of(details.day))
    weights = []
    for each in parties:
        theirs = used.get((procurement.id, each.party.key), use.Use())
        weights.append(rules.Weight(each.party_id, theirs.ordered_value, theirs.all_value, each.party.cost_share))
    vat = vat_of(amount, vat_rate)
    try:
        weighing, parts = rules.parts_of(amount, vat, rule.basis, weights)
    except ValueError:
        raise _refuse(
            _l("The agreed shares of those who take part are nothing together, so the cost cannot be shared."),
            "kind",
            _l("Agree on other shares in a new version of the agreement first."),
            rule="agreement-cost-rule",
        ) from None
    return Computed(amount, vat_rate, vat, rule, weighing, parts)


@transaction
def record_cost(procurement: JointProcurement, details: CostDetails, *, by: Mandate) -> SharedCost:
    """Record what one's authority paid for all; the shares are computed now and never change (R103, I9).

    :raises RuleBroken: a value is missing or wrong, the agreement has no rule for the kind, or one takes no part
    :raises WrongState: the procurement was given up, or the course has not begun
    """
    if details.group is not None:
        lock(details.group)
    lock(procurement)
    now = clock.now()
    if procurement.state is ProcurementState.ABANDONED:
        raise WrongState(
            _l("The procurement was given up."),
            rule="shared-cost",
            next_step=_l("Agree with the other parties outside of this service."),
        )
    found = _computed(procurement, details, by, now)
    stored = None
    if details.content is not None:
        stored = attachments.kept(details.content, details.file_name, accepted=ACCEPTED, at=now, by=by)
    cost = SharedCost(
        id=new_id(),
        procurement_id=procurement.id,
        procurement=procurement,
        number=queries.next_cost_number(procurement.id),
        kind=details.kind,
        amount=found.amount,
        vat_rate=found.vat_rate,
        vat=found.vat,
        purpose=details.purpose.strip(),
        day=details.day,
        payer_id=by.organisation_id,
        group_id=details.group.id if details.group else None,
        seats=details.seats,
        evidence=details.evidence.strip(),
        file_id=stored.id if stored else None,
        rule_id=found.rule.id,
        weighing=found.weighing,
        recorded_by=by.person_id,
        recorded_at=now,
    )
    db.session.add(cost)
    db.session.flush()
    for place, part in enumerate(found.parts):
        row = SharedCostPart(
            id=new_id(),
            cost_id=cost.id,
            party_id=part.party_id,
            position=place,
            weight=part.weight,
            amount=part.amount,
            vat=part.vat,
        )
        db.session.add(row)
    db.session.flush()
    db.session.refresh(cost)
    audit.record(
        RECORDED,
        subject=cost,
        actor=by,
        at=now,
        procurement=procurement.id,
        kind=cost.kind,
        amount=cost.amount,
        vat=cost.vat,
        payer=cost.payer_id,
        weighing=cost.weighing,
        parts=len(cost.parts),
    )
    return cost


@transaction
def correct_cost(cost: SharedCost, reason: str, *, by: Mandate) -> SharedCost:
    """Undo a cost by its opposite, with a reason; both stay, and the right one is recorded anew (I9).

    :raises RuleBroken: the reason is missing
    :raises WrongState: it is a correction itself, or corrected already
    """
    if not reason.strip():
        raise _refuse(_l("Write the reason."), "reason", _l("The other parties read it."))
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    if cost.group is not None:
        lock(cost.group)
    lock(cost.procurement)
    lock(cost)
    now = clock.now()
    if cost.corrects_id is not None or queries.correction_of(cost.id) is not None:
        raise WrongState(
            _l("This cost has been corrected already, or it is a correction itself."),
            rule="shared-cost",
            next_step=_l("Record the right cost as a new one."),
        )
    opposite = SharedCost(
        id=new_id(),
        procurement_id=cost.procurement_id,
        procurement=cost.procurement,
        number=queries.next_cost_number(cost.procurement_id),
        kind=cost.kind,
        amount=-cost.amount,
        vat_rate=cost.vat_rate,
        vat=-cost.vat,
        purpose=cost.purpose,
        day=clock.helsinki_date(now),
        payer_id=cost.payer_id,
        group_id=cost.group_id,
        seats=cost.seats,
        evidence="",
        rule_id=cost.rule_id,
        weighing=cost.weighing,
        corrects_id=cost.id,
        reason=reason.strip(),
        recorded_by=by.person_id,
        recorded_at=now,
    )
    db.session.add(opposite)
    db.session.flush()
    for each in cost.parts:
        row = SharedCostPart(
            id=new_id(),
            cost_id=opposite.id,
            party_id=each.party_id,
            position=each.position,
            weight=each.weight,
            amount=-each.amount,
            vat=-each.vat,
        )
        db.session.add(row)
    db.session.flush()
    db.session.refresh(opposite)
    audit.record(
        CORRECTED, subject=opposite, actor=by, at=now, corrects=cost.id, amount=opposite.amount, vat=opposite.vat
    )
    return opposite
