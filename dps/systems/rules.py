"""What a system must have before it can be submitted: pure, from RULES.md."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from core import law
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.formatting import language_name, listing
from dps.systems import legal_mode
from dps.systems.legal_mode import Obstacle
from dps.systems.models import Category, PurchasingSystem, RequirementKind

#: A six-month work trial in days: 180 days never exceed six calendar months.
DAYS_IN_MONTH = 30
#: In these the authority must be able to serve (R102).
NATIONAL_LANGUAGES = ("fi", "sv")


def obstacles(system: PurchasingSystem, on: date) -> list[Obstacle]:
    """Everything that keeps the system from being submitted, first the system's own, then each category's."""
    return [
        *_of_system(system, on),
        *(obstacle for category in system.categories for obstacle in category_obstacles(category, on)),
    ]


def _of_system(system: PurchasingSystem, on: date) -> Iterator[Obstacle]:
    if system.ends_on <= on:
        yield Obstacle(
            "R15", "ends_on", _l("The last day of the system is not in the future."), _l("Move the last day.")
        )
    if not all(text.strip() for text in (system.description_fi, system.description_sv)):
        yield Obstacle(
            "R15",
            "description_fi",
            _l("The description is missing in Finnish or Swedish."),
            _l("Describe what is bought, and about how much."),
        )
    if not system.categories:
        yield Obstacle("R15", "categories", _l("The system has no category."), _l("Add a category."))


def category_obstacles(category: Category, on: date) -> Iterator[Obstacle]:
    """What a category lacks, or what its legal mode forbids."""
    system = category.system
    name = localized(category, "name")
    yield from legal_mode.check_category(
        category.legal_mode,
        category.ordering_rule,
        category.cpv,
        system_value=system.estimated_value,
        other_cpvs=[other.cpv for other in system.categories if other is not category],
        on=on,
    )
    if not any(requirement.kind is RequirementKind.SELECTION for requirement in category.requirements):
        yield Obstacle(
            "R11",
            "requirements",
            _l("Category %(name)s has no suitability requirement.", name=name),
            _l("Add at least one suitability requirement."),
        )
    if not any(requirement.kind is RequirementKind.EXCLUSION for requirement in category.requirements):
        yield Obstacle(
            "R63",
            "requirements",
            _l("Category %(name)s has no exclusion ground.", name=name),
            _l("Add the mandatory exclusion grounds."),
        )
    if category.price_ceiling <= 0:
        yield Obstacle(
            "R15",
            "price_ceiling",
            _l("Category %(name)s has no price ceiling.", name=name),
            _l("Enter the highest price."),
        )
    if missing := [code for code in NATIONAL_LANGUAGES if code not in category.languages]:
        yield Obstacle(
            "R102",
            "languages",
            _l("Category %(name)s does not offer both Finnish and Swedish.", name=name),
            _l(
                "Add the languages of service that are missing: %(codes)s.",
                codes=listing(language_name(code) for code in missing),
            ),
        )
    if category.has_work_trial and category.max_duration_days > work_trial_limit(on):
        yield Obstacle(
            "R101",
            "max_duration_days",
            _l("Category %(name)s lasts longer than a work trial may.", name=name),
            _l("Work tasks at a workplace last at most %(days)s days.", days=work_trial_limit(on)),
        )
    if not (category.terms_version.strip() and category.terms_fi.strip() and category.terms_sv.strip()):
        yield Obstacle(
            "R3",
            "terms_fi",
            _l("Category %(name)s has no contract terms in Finnish and Swedish.", name=name),
            _l("Write the terms that are published and signed."),
        )


def _names(codes: list[str]) -> str:
    return listing(language_name(code) for code in codes)


def work_trial_limit(on: date) -> int:
    """The longest work trial in days (R101)."""
    return int(law.number("R101.work_trial", on)) * DAYS_IN_MONTH


def splitting_window_start(on: date) -> date:
    """From which day small purchases of one kind are added up (R9)."""
    return on - timedelta(days=DAYS_IN_MONTH * int(law.number("R9.splitting_window", on)))


def warnings(
    system: PurchasingSystem, on: date, *, small_purchases: Mapping[uuid.UUID, Sequence[Decimal]]
) -> Iterator[Obstacle]:
    """What is allowed but deserves a second look (R4, R9).

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
    if legal_mode.mixes_regimes(category.cpv for category in system.categories):
        yield Obstacle(
            "R4",
            "cpv",
            _l("The system mixes services of annex E with ordinary services."),
            _l("Consider a system of its own for each."),
        )
