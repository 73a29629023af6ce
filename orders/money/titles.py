"""What parts of a price are called on a page."""

from __future__ import annotations

from collections.abc import Mapping

from core.i18n import localized
from dps.systems.models import Category
from orders.models import PART_KIND_TITLES, PartKind
from orders.money.models import OutcomeState, OverBudgetState

OUTCOME_TONES = {
    OutcomeState.OPEN: "waiting",
    OutcomeState.CLAIMED: "go",
    OutcomeState.CONFIRMED: "ok",
    OutcomeState.LAPSED: "paused",
}
OVER_BUDGET_TONES = {
    OverBudgetState.WAITING: "waiting",
    OverBudgetState.APPROVED: "ok",
    OverBudgetState.REFUSED: "stop",
    OverBudgetState.LAPSED: "paused",
}
LINE_TONES = {"reported": "waiting", "accepted": "ok", "returned": "warn"}


def part_names(category: Category) -> Mapping[tuple[str, str], str]:
    """The words of each part of a category's prices, by kind and code."""
    found = {("base", ""): str(PART_KIND_TITLES[PartKind.BASE])}
    for module in category.modules:
        found["module", module.code] = localized(module, "name")
    for part in category.payments:
        found[part.kind.value, part.code] = localized(part, "text")
    return found


def name_of(names: Mapping[tuple[str, str], str], kind: PartKind, code: str) -> str:
    """The words of one part; its kind where the category has dropped it since."""
    return names.get((kind.value, code)) or str(PART_KIND_TITLES[kind])
