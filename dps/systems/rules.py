"""What a system must have before it is announced, and what it takes when it is open: pure, from RULES.md."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from core import law
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.formatting import language_name, listing
from dps.systems import legal_mode, record_uses
from dps.systems.content import CategoryContent, SystemContent
from dps.systems.details import CategoryDetails, SystemDetails
from dps.systems.legal_mode import Obstacle
from dps.systems.models import (
    Category,
    CriterionKind,
    CriterionSubject,
    LegalMode,
    OrderingRule,
    PurchasingSystem,
    RequirementKind,
    SystemState,
)

#: A six-month work trial in days: 180 days never exceed six calendar months.
DAYS_IN_MONTH = 30
#: In these the authority must be able to serve (R102).
NATIONAL_LANGUAGES = ("fi", "sv")
#: What an order of preference can go by so far.
RANKINGS = ("price", "classes")
#: Who is first where nobody has had an order yet.
ROTATION_STARTS = ("lot",)


def takes_orders(category: Category, on: date) -> bool:
    """Whether orders and invitations may be made: system open and valid, category not ended (R18, R19)."""
    return category.ended_at is None and is_in_use(category.system, on)


def is_in_use(system: PurchasingSystem, on: date) -> bool:
    """Whether the system is open and within its validity (R19)."""
    return system.state is SystemState.OPEN and system.starts_on <= on <= system.ends_on


# ---- what is missing ----


def obstacles(content: SystemContent, on: date) -> list[Obstacle]:
    """Everything that keeps the system from being announced, first its own, then each category's."""
    return [
        *_of_system(content, on),
        *(
            obstacle
            for category in content.categories
            if not category.has_ended
            for obstacle in category_obstacles(category, content, on)
        ),
    ]


def _of_system(content: SystemContent, on: date) -> Iterator[Obstacle]:
    details = content.details
    if details.ends_on <= on:
        yield Obstacle(
            "R15", "ends_on", _l("The last day of the system is not in the future."), _l("Move the last day.")
        )
    if not _both(details, "description"):
        yield Obstacle(
            "R15",
            "description_fi",
            _l("The description is missing in Finnish or Swedish."),
            _l("Describe what is bought, and about how much."),
        )
    if not _both(details, "technical"):
        yield Obstacle(
            "R15",
            "technical_fi",
            _l("It is not said in Finnish and Swedish how the system works electronically."),
            _l("Describe the electronic tools and the technical arrangements."),
        )
    if not content.categories:
        yield Obstacle("R15", "categories", _l("The system has no category."), _l("Add a category."))
    if details.questions_until is not None and details.questions_until > details.ends_on:
        yield Obstacle(
            "I5",
            "questions_until",
            _l("Questions are taken longer than the system is valid."),
            _l("Choose a day before the last day, or leave the day out."),
        )


def _both(details: object, name: str) -> bool:
    return all(str(getattr(details, f"{name}_{code}")).strip() for code in NATIONAL_LANGUAGES)


def category_obstacles(category: CategoryContent, within: SystemContent, on: date) -> Iterator[Obstacle]:
    """What a category lacks, or what its legal mode forbids."""
    for obstacle in _of_category(category, within, on):
        yield replace(obstacle, category=category.details.code)


def _of_category(category: CategoryContent, within: SystemContent, on: date) -> Iterator[Obstacle]:
    details = category.details
    name = localized(details, "name")
    others = [each for each in within.categories if each.details.code != details.code and not each.has_ended]
    yield from legal_mode.check_category(
        details.legal_mode,
        details.ordering_rule,
        details.cpv,
        system_value=within.details.estimated_value,
        other_cpvs=[other.details.cpv for other in others],
        on=on,
    )
    yield from _of_requirements(category, name, on)
    if details.price_ceiling <= 0:
        yield Obstacle(
            "R15",
            "price_ceiling",
            _l("Category %(name)s has no price ceiling.", name=name),
            _l("Enter the highest price."),
        )
    if missing := [code for code in NATIONAL_LANGUAGES if code not in details.languages]:
        yield Obstacle(
            "R102",
            "languages",
            _l("Category %(name)s does not offer both Finnish and Swedish.", name=name),
            _l(
                "Add the languages of service that are missing: %(codes)s.",
                codes=listing(language_name(code) for code in missing),
            ),
        )
    if details.has_work_trial and details.max_duration_days > work_trial_limit(on):
        yield Obstacle(
            "R101",
            "max_duration_days",
            _l("Category %(name)s lasts longer than a work trial may.", name=name),
            _l("Work tasks at a workplace last at most %(days)s days.", days=work_trial_limit(on)),
        )
    yield from _of_ordering(details, name)
    yield from _of_award(category, name)
    yield from record_uses.obstacles(category, name)
    if not (details.terms_version.strip() and _both(details, "terms")):
        yield Obstacle(
            "R3",
            "terms_fi",
            _l("Category %(name)s has no contract terms in Finnish and Swedish.", name=name),
            _l("Write the terms that are published and signed."),
        )


def _of_requirements(category: CategoryContent, name: str, on: date) -> Iterator[Obstacle]:
    kinds = {requirement.kind for requirement in category.requirements}
    if RequirementKind.SELECTION not in kinds:
        yield Obstacle(
            "R11",
            "requirements",
            _l("Category %(name)s has no suitability requirement.", name=name),
            _l("Add at least one suitability requirement."),
        )
    if RequirementKind.EXCLUSION not in kinds:
        yield Obstacle(
            "R63",
            "requirements",
            _l("Category %(name)s has no exclusion ground.", name=name),
            _l("Add the mandatory exclusion grounds."),
        )
    details = category.details
    if details.minimum_turnover is None:
        return
    if details.largest_contract_value is None:
        yield Obstacle(
            "R32",
            "largest_contract_value",
            _l("Category %(name)s asks for a turnover but does not say how large a contract may become.", name=name),
            _l("Enter the expected largest value of one contract."),
        )
    elif details.minimum_turnover > turnover_limit(details, on) and not details.turnover_reason.strip():
        yield Obstacle(
            "R32",
            "turnover_reason",
            _l(
                "Category %(name)s asks for more turnover than twice its largest contract, without a reason.", name=name
            ),
            _l("Lower the turnover, or write why more is needed."),
        )


def turnover_limit(details: CategoryDetails, on: date) -> Decimal:
    """The highest turnover that may be asked for without a reason (R32)."""
    return law.number("R32.turnover_factor", on) * (details.largest_contract_value or Decimal(0))


def _of_ordering(details: CategoryDetails, name: str) -> Iterator[Obstacle]:
    """The rule's data, weights and update cycle must be published (R3)."""
    parameters = details.ordering_parameters
    if details.ordering_rule is OrderingRule.RANKING:
        if parameters.get("by") == "classes" and not parameters.get("update_months"):
            yield Obstacle(
                "R3",
                "update_months",
                _l("Category %(name)s does not say how often its quality classes are made anew.", name=name),
                _l("Enter the number of months."),
            )
        if parameters.get("by") not in RANKINGS:
            yield Obstacle(
                "R3",
                "ranking_by",
                _l("Category %(name)s does not say what its order of preference goes by.", name=name),
                _l("Choose the price, or the quality classes and then the price."),
            )
    if details.ordering_rule is OrderingRule.ROTATION and parameters.get("start") not in ROTATION_STARTS:
        yield Obstacle(
            "R3",
            "rotation_start",
            _l("Category %(name)s does not say who has the first turn.", name=name),
            _l("Choose how the rotation begins."),
        )


def _of_award(category: CategoryContent, name: str) -> Iterator[Obstacle]:
    """Award criteria with weights, where there is a competition; elsewhere they are optional (R40, R42)."""
    details, criteria = category.details, category.award_criteria
    competes = details.ordering_rule is OrderingRule.COMPETITION or details.legal_mode is LegalMode.DPS_STRICT
    if competes and not criteria:
        yield Obstacle(
            "R40",
            "award_criteria",
            _l("Category %(name)s has no award criteria.", name=name),
            _l("Add what tenders are compared by, and the weights."),
        )
    total = sum((each.weight for each in criteria), Decimal(0))
    if criteria and total != 100:
        yield Obstacle(
            "R40",
            "award_criteria",
            _l("The weights of category %(name)s add up to %(total)s, not to 100.", name=name, total=f"{total:f}"),
            _l("Correct the weights."),
        )
    if criteria and price_only(category) and not details.price_only_reason.strip():
        yield Obstacle(
            "R42",
            "price_only_reason",
            _l("In category %(name)s price alone decides, and no reason is given.", name=name),
            _l("Write why, or add a criterion of quality."),
        )


def price_only(category: CategoryContent) -> bool:
    """Whether nothing but the price is compared (R42)."""
    return all(each.kind is CriterionKind.PRICE for each in category.award_criteria)


def work_trial_limit(on: date) -> int:
    """The longest work trial in days (R101)."""
    return int(law.number("R101.work_trial", on)) * DAYS_IN_MONTH


def splitting_window_start(on: date) -> date:
    """From which day small purchases of one kind are added up (R9)."""
    return on - timedelta(days=DAYS_IN_MONTH * int(law.number("R9.splitting_window", on)))


# ---- what deserves a second look ----


def warnings(
    system: PurchasingSystem,
    content: SystemContent,
    on: date,
    *,
    small_purchases: Mapping[uuid.UUID, Sequence[Decimal]],
) -> Iterator[Obstacle]:
    """What is allowed but deserves a second look (R4, R9, R44).

    ``small_purchases`` holds, by category, the values of the authority's small purchases of the same kind.
    """
    for category in system.categories:
        values = small_purchases.get(category.id, ())
        if len(values) > 1 and legal_mode.splitting_suspected(values, category.cpv, on):
            yield Obstacle(
                "R9",
                "estimated_value",
                _l(
                    "The small procurements of this kind in the last 12 months together reach the national threshold: "
                    "%(name)s.",
                    name=localized(category, "name"),
                ),
                _l("Buying may not be split to avoid the act. Compete it as one procurement."),
            )
    if legal_mode.mixes_regimes(category.details.cpv for category in content.categories):
        yield Obstacle(
            "R4",
            "cpv",
            _l("The system mixes services of annex E with ordinary services."),
            _l("Consider a system of its own for each."),
        )
    for each in content.categories:
        yield from category_warnings(each)


def category_warnings(category: CategoryContent) -> Iterator[Obstacle]:
    """A bidder's own past is a matter of suitability, not of award (R44)."""
    for criterion in category.award_criteria:
        if criterion.concerns is CriterionSubject.SUPPLIER:
            yield Obstacle(
                "R44",
                "award_criteria",
                _l("An award criterion is about the provider itself: %(text)s.", text=localized(criterion, "text")),
                _l("Make it a suitability requirement, or compare the service or the named staff."),
                category=category.details.code,
            )


def check_dates(details: SystemDetails) -> Obstacle | None:
    """End after start, and a value (R15, R7)."""
    if details.ends_on <= details.starts_on:
        return Obstacle(
            "R15", "ends_on", _l("The system ends before it starts."), _l("Enter a last day after the first day.")
        )
    if details.estimated_value <= 0:
        return Obstacle(
            "R7",
            "estimated_value",
            _l("The estimated value is missing."),
            _l("Add up all contracts of the whole duration, without VAT."),
        )
    return None
