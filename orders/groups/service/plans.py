"""What is decided about a group, and what forbids it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel.speaklater import LazyString

from core.db import db, new_id
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.money import shared
from core.web.formatting import money
from dps.contracts.models import FrameContract
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import OrderingRule, ServiceType
from orders import search
from orders.groups import queries
from orders.groups.models import AidBasis
from orders.groups.service import checks
from orders.models import AgeBand, Budget, EducationBand, Need, NeedState, UnemploymentBand
from orders.service.placing import BudgetTooSmall, SeatTaken

#: A reason says something: not a single sign.
LEAST_REASON = 10


@dataclass(frozen=True, kw_only=True)
class Employer:
    """The employer of joint-purchase training, and what it pays (R96)."""

    business_id: str
    name: str
    contact: str
    percent: Decimal
    aid_basis: AidBasis | None


@dataclass(frozen=True, kw_only=True)
class GroupDetails:
    """What a coordinator or an expert decides about a group."""

    seats_min: int
    seats_max: int
    languages: list[str]
    place: str | None
    is_remote: bool
    days: Sequence[date]
    release_on: date
    #: Whether it aims at a qualification or a part of one (R95).
    aims_at_qualification: bool
    #: The last day on which seats are for the organising party's customers only; else as the agreement says.
    own_until: date | None = None
    needs_selection: bool = False
    rule_reason: str = ""
    prerequisites_fi: str = ""
    prerequisites_sv: str = ""
    prerequisites_en: str = ""
    age_bands: Sequence[AgeBand] = ()
    unemployment_bands: Sequence[UnemploymentBand] = ()
    education_bands: Sequence[EducationBand] = ()
    employer: Employer | None = None


def refuse_unlawful(
    offering: Offering, start: OfferingStart, details: GroupDetails, today: date, organiser: uuid.UUID
) -> FrameContract:
    """What the law forbids whatever the plan is; the contract it rests on."""
    if details.aims_at_qualification:
        raise RuleBroken(
            _l("Training that aims at a qualification or a part of one is not bought as an employment service."),
            rule="R95",
            field="aims_at_qualification",
            next_step=_l("Direct the customers to vocational education."),
        )
    checks.refuse_uncompeted(offering)
    checks.refuse_closed_system(offering, today)
    contract = checks.contract_for(offering, start, today, organiser)
    checks.refuse_price(offering, contract, today)
    _refuse_employer(offering, details.employer)
    return contract


def _refuse_employer(offering: Offering, employer: Employer | None) -> None:
    """Joint-purchase training has an employer who pays a share, and an aid basis; nothing else has one (R96)."""
    is_joint = offering.category.service_type is ServiceType.JOINT_PURCHASE_TRAINING
    if is_joint != (employer is not None):
        raise RuleBroken(
            _l("Joint-purchase training is bought together with an employer.")
            if is_joint
            else _l("Only joint-purchase training has an employer's share."),
            rule="R96",
            field="employer_name",
            next_step=_l("Tell the employer and its share.") if is_joint else _l("Leave the employer out."),
        )
    if employer is None:
        return
    checks.business_id(employer)
    if not 0 < employer.percent < 100:
        raise RuleBroken(
            _l("The employer and the authority both pay a share."),
            rule="R96",
            field="employer_percent",
            next_step=_l("Enter a share above 0 and below 100 percent."),
        )
    if employer.aid_basis is None:
        raise RuleBroken(
            _l("The aid basis is missing."),
            rule="R96",
            field="aid_basis",
            next_step=_l("Choose the general block exemption (GBER) or de minimis aid."),
        )
    for name in ("name", "contact"):
        if not getattr(employer, name).strip():
            raise RuleBroken(
                _l("The employer's name or contact is missing."),
                rule="R96",
                field=f"employer_{name}",
                next_step=_l("Tell who answers for the employer."),
            )


@dataclass(frozen=True)
class Priced:
    seat_price: Decimal
    price: Decimal
    employer_part: Decimal
    parts: list[dict[str, Any]]


def priced_seat(offering: Offering, details: GroupDetails) -> Priced:
    """A seat's price with all its parts; each part is shared with the employer to the cent (R96, I9)."""
    percent = details.employer.percent if details.employer else Decimal(0)
    whole = [("base", "", offering.price), *((str(e.part.kind), e.part.code, e.price) for e in offering.payments)]
    parts, employer_part = [], Decimal(0)
    for kind, code, amount in whole:
        own, theirs = shared(amount, [100 - percent, percent])
        parts.append({"kind": kind, "code": code, "amount": f"{own:.2f}"})
        employer_part += theirs
    seat_price = sum((each[2] for each in whole), Decimal(0))
    return Priced(seat_price, seat_price - employer_part, employer_part, parts)


#: How many days before the first one seats are open to partners, where no agreement sets the window.
OPEN_BEFORE = timedelta(days=14)


def usual_own_until(start: OfferingStart, today: date) -> date:
    """How long seats are for the own customers only: as many days as the agreement of a joint category says."""
    agreed = queries.agreed_version_of(start.offering.category)
    if agreed is not None:
        return today + timedelta(days=agreed.own_window_days)
    return max(today, start.starts_on - OPEN_BEFORE)


def own_until(start: OfferingStart, release_on: date, today: date) -> date:
    """The last day of the own window where nobody decides otherwise: at the latest when empty seats are given back."""
    return max(today, min(usual_own_until(start, today), release_on))


def refuse_days(offering: Offering, start: OfferingStart, details: GroupDetails, today: date, own_until: date) -> None:
    days = sorted(details.days)
    if not days or len(set(days)) != len(days):
        raise RuleBroken(
            _l("The days of the course are missing, or a day stands twice."),
            rule="course-day",
            field="days",
            next_step=_l("Enter each day of the course once."),
        )
    if days[0] != start.starts_on or days[0] <= today:
        raise RuleBroken(
            _l("The first day of the course is not the day of the start, or it is not to come."),
            rule="course-day",
            field="days",
            next_step=_l("The first day must be %(day)s.", day=start.starts_on.isoformat()),
        )
    if (days[-1] - days[0]).days + 1 > offering.category.max_duration_days:
        raise RuleBroken(
            _l("The service is longer than the category allows."),
            rule="R101",
            field="days",
            next_step=_l("It may last %(days)s days at most.", days=offering.category.max_duration_days),
        )
    if not today <= own_until <= details.release_on <= days[0]:
        raise RuleBroken(
            _l("The times of filling are not in order."),
            rule="filling-window",
            field="own_until",
            next_step=_l(
                "First the seats are for your own customers, then for the partners', then the empty ones are given"
                " back, on the first day of the course at the latest."
            ),
        )
    if not details.languages or set(details.languages) - set(offering.languages):
        raise RuleBroken(
            _l("The service is not given in this language."),
            rule="R102",
            field="languages",
            next_step=_l("Choose from the languages of the service."),
        )
    if (details.is_remote and not offering.is_remote) or (details.place and details.place not in offering.places):
        raise RuleBroken(
            _l("The service is not given in this place."),
            rule="need-place",
            field="place",
            next_step=_l("Choose a place of the service."),
        )
    if not details.is_remote and not details.place:
        raise RuleBroken(
            _l("The place is missing."),
            rule="need-place",
            field="place",
            next_step=_l("Choose a place, or tell that a remote service suits."),
        )


def refuse_seats(start: OfferingStart, details: GroupDetails) -> None:
    if not 1 <= details.seats_min <= details.seats_max:
        raise RuleBroken(
            _l("The smallest number of seats is above the largest, or below one."),
            rule="I7",
            field="seats_min",
            next_step=_l("Enter a smaller number."),
        )
    if details.seats_max > start.seats_left:
        raise SeatTaken(
            _l("The start has fewer free seats than that."),
            rule="I7",
            field="seats_max",
            next_step=_l("Enter %(left)s or less, or choose another start.", left=start.seats_left),
        )


def refuse_small_purchase(offering: Offering, value: Decimal, today: date) -> None:
    """In a small procurement the whole value counts, the employer's part with the authority-funded one (R96, R7)."""
    limit = checks.threshold_of_small_purchase(offering, today)
    if limit is not None and queries.ordered_value(offering.category.system_id) + value >= limit:
        raise RuleBroken(
            _l("With this group the value of the system reaches the national threshold."),
            rule="R96",
            field="seats_max",
            next_step=_l("Order fewer seats, or set up a system that is not a small procurement."),
        )


def reason_of(
    offering: Offering, start: OfferingStart, details: GroupDetails, today: date, organiser: uuid.UUID
) -> str | None:
    """Why this provider, where the published rule does not say so by itself (R3); kept with the group."""
    reason = details.rule_reason.strip()
    rule = offering.category.ordering_rule
    by_itself = (
        offering.stands_apart
        or rule is OrderingRule.COMPETITION
        or (rule is not OrderingRule.CUSTOMER_CHOICE and _first_by_rule(offering, start, details, today, organiser))
    )
    if by_itself:
        return reason or None
    if len(reason) < LEAST_REASON:
        raise RuleBroken(
            _l("The customer chooses the provider in this category, or the published rule puts another one first."),
            rule="R3",
            field="rule_reason",
            next_step=_l("Write why a group is ordered from this provider. The reason is kept and reported."),
        )
    return reason


def _first_by_rule(
    offering: Offering, start: OfferingStart, details: GroupDetails, today: date, organiser: uuid.UUID
) -> bool:
    """Whether the published order puts this offering first for a customer of the group."""
    asked = Need(
        id=new_id(),
        authority_id=organiser,
        category_id=offering.category_id,
        languages=list(details.languages),
        place=details.place or None,
        is_remote=details.is_remote,
        latest_start=start.starts_on,
        modules=[],
        seed=0,
        state=NeedState.OPEN,
        category=offering.category,
    )
    with db.session.no_autoflush:
        hits = search.fitting(asked, on=today).hits
    return bool(hits) and hits[0].offering_id == offering.id


def refuse_budget(budget: Budget | None, value: Decimal) -> Budget:
    left = budget.left if budget else Decimal(0)
    if budget is None or left < value:
        raise BudgetTooSmall(
            _l(
                "The group was not set up. It costs %(price)s, but %(left)s of the budget is left.",
                price=LazyString(money, value),
                left=LazyString(money, left),
            ),
            rule="I7",
            field="seats_max",
            next_step=_l("Order fewer seats, or ask for more money."),
            price=value,
            left=left,
        )
    return budget
