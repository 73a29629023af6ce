"""The one place that knows what a category may use the quality record for: what its published terms say (R3, R105).

``show`` is always there: a published figure is read by everybody. Everything else is a term that was published
before: ranking by the three classes, quality talks, payments for results.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.systems import legal_mode
from dps.systems.legal_mode import Obstacle
from dps.systems.models import Category, LegalMode, OrderingRule, PaymentKind, RecordUse

if TYPE_CHECKING:
    from dps.systems.content import CategoryContent
    from dps.systems.details import CategoryDetails


def in_order(uses: Iterable[str]) -> list[str]:
    """Each use once, as they are listed, with ``show`` first: what is published is shown."""
    chosen = {RecordUse(use) for use in uses} | {RecordUse.SHOW}
    return [use.value for use in RecordUse if use in chosen]


def may_rank(mode: LegalMode) -> bool:
    """In a strict system nobody is placed by an order of preference: every purchase is competed (HL 52.1 §, R2)."""
    return legal_mode.direct_orders_allowed(mode)


def ranks_by_classes(details: Category | CategoryDetails) -> bool:
    """Whether the published order of preference goes by the three quality classes."""
    return details.ordering_rule is OrderingRule.RANKING and details.ordering_parameters.get("by") == "classes"


def strict_obstacle(details: CategoryDetails) -> Obstacle | None:
    """A strict category that says it ranks by the record (R2)."""
    if RecordUse.RANKING not in details.record_uses or may_rank(details.legal_mode):
        return None
    return Obstacle(
        "R2",
        "record_uses",
        _l("In a dynamic purchasing system of the Procurement Act the quality record never ranks providers."),
        _l("Leave the order of preference out of what the quality record is used for."),
    )


def obstacles(category: CategoryContent, name: str) -> Iterator[Obstacle]:
    """What the category does with the record and does not say, or says and may not do."""
    details = category.details
    if strict := strict_obstacle(details):
        yield strict
    if ranks_by_classes(details) and RecordUse.RANKING not in details.record_uses:
        yield Obstacle(
            "R3",
            "record_uses",
            _l(
                "Category %(name)s ranks providers by quality classes, but its terms do not say so.",
                name=name,
            ),
            _l("Add the order of preference to what the quality record is used for, or let the price decide."),
        )
    if RecordUse.RANKING in details.record_uses and may_rank(details.legal_mode) and not ranks_by_classes(details):
        yield Obstacle(
            "R3",
            "record_uses",
            _l(
                "Category %(name)s says that quality classes rank providers, but its rule does not.",
                name=name,
            ),
            _l("Leave it out of what the quality record is used for, or choose the quality classes."),
        )
    pays = any(each.kind is PaymentKind.OUTCOME for each in category.payments)
    if pays and RecordUse.PAY not in details.record_uses:
        yield Obstacle(
            "R105",
            "record_uses",
            _l("Category %(name)s pays for results, but its terms do not say that results are used for it.", name=name),
            _l("Add payment for results to what the quality record is used for, or remove the payment."),
        )


def check(category: Category, use: RecordUse) -> None:
    """:raises RuleBroken: the published terms of the category do not say so (R3)"""
    if use in category.record_uses:
        return
    raise RuleBroken(
        _l("The published terms of the category do not say that the quality record is used for this."),
        rule="R3",
        field="record_uses",
        next_step=_l("Propose a change of the category. It takes effect when its notice has been published."),
    )


def uses_of_old(details: CategoryDetails, payment_kinds: Collection[PaymentKind]) -> list[str]:
    """What a category published before this was asked did with the record."""
    uses = [RecordUse.RANKING.value] if ranks_by_classes(details) else []
    return in_order([*uses, *([RecordUse.PAY.value] if PaymentKind.OUTCOME in payment_kinds else [])])


def completed(category: CategoryContent, data: Any) -> CategoryContent:
    """A content that was written down before the terms said it, as it was meant then."""
    if "record_uses" in data["details"]:
        return category
    uses = uses_of_old(category.details, {each.kind for each in category.payments})
    return replace(category, details=replace(category.details, record_uses=uses))
