"""Systems in words: tags, the ordering rule explained, the track of stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from core.web.formatting import moment, percent
from dps.systems.details import CategoryDetails
from dps.systems.models import (
    CHANGE_STATE_TITLES,
    QUESTION_STATE_TITLES,
    RECORD_USE_TITLES,
    SYSTEM_STATE_TITLES,
    Category,
    ChangeState,
    OrderingRule,
    PurchasingSystem,
    QuestionState,
    RecordUse,
    SystemState,
)

#: State → the kind of ``status_tag`` and its words.
SYSTEM_TAGS = {
    state: (kind, SYSTEM_STATE_TITLES[state])
    for state, kind in {
        SystemState.DRAFT: "draft",
        SystemState.SUBMITTED: "waiting",
        SystemState.APPROVED: "go",
        SystemState.OPEN: "ok",
        SystemState.CLOSED: "paused",
        SystemState.ENDED: "paused",
    }.items()
}

CHANGE_TAGS = {
    state: (kind, CHANGE_STATE_TITLES[state])
    for state, kind in {
        ChangeState.DRAFT: "draft",
        ChangeState.SUBMITTED: "waiting",
        ChangeState.APPROVED: "go",
        ChangeState.ANNOUNCED: "go",
        ChangeState.IN_FORCE: "ok",
        ChangeState.DROPPED: "paused",
    }.items()
}

QUESTION_TAGS = {
    state: (kind, QUESTION_STATE_TITLES[state])
    for state, kind in {QuestionState.ASKED: "warn", QuestionState.ANSWERED: "ok"}.items()
}

_RULES = {
    OrderingRule.CUSTOMER_CHOICE: _l(
        "The customer chooses among the services that fit the need. The city does not put providers in an order."
    ),
    OrderingRule.RANKING: _l(
        "The order goes to the first provider in the published order of preference that can take it."
    ),
    OrderingRule.ROTATION: _l("Orders go to the providers in turn."),
    OrderingRule.COMPETITION: _l("Every purchase is competed: all admitted providers are invited to tender."),
}


def ordering_rule(category: Category | CategoryDetails) -> str:
    """Who gets the order, as published, with the rule's data, weights and update cycle (R3)."""
    sentences = [str(_RULES[category.ordering_rule]), *_parameters(category)]
    if category.newcomer_share and category.ordering_rule is not OrderingRule.COMPETITION:
        share = percent(category.newcomer_share)
        sentences.append(_("New providers are shown first in %(share)s of the searches.", share=share))
    return " ".join(sentences)


def _parameters(category: Category | CategoryDetails) -> Iterator[str]:
    parameters = category.ordering_parameters
    months = parameters.get("update_months")
    if category.ordering_rule is OrderingRule.RANKING and parameters.get("by") == "price":
        yield _("The lowest price for the need comes first. Equal prices go in turn.")
    if category.ordering_rule is OrderingRule.RANKING and parameters.get("by") == "classes":
        yield _(
            "First come providers whose results are better than expected, then those that do not differ and new ones, "
            "then those below. Within a class the lowest price comes first; equal prices go in turn."
        )
        if months:
            yield ngettext(
                "The quality classes are made anew every month.",
                "The quality classes are made anew every %(num)s months.",
                months,
            )
    if category.ordering_rule is OrderingRule.ROTATION and parameters.get("start") == "lot":
        yield _("The first turn is drawn by lot; after that it is the turn of the one whose last order is longest ago.")


def record_uses(category: Category | CategoryDetails) -> str:
    """What the quality record is used for, as published; and that it is used for nothing else (R3, R105)."""
    titles = (str(RECORD_USE_TITLES[RecordUse(use)]) for use in category.record_uses)
    return " ".join([*(f"{title}." for title in titles), _("It is used for nothing else.")])


def track(system: PurchasingSystem, steps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stages of a system: done, now, to come; with those of later rooms between approval and opening."""
    order = [SystemState.DRAFT, SystemState.SUBMITTED, SystemState.APPROVED, SystemState.OPEN]
    reached = order.index(system.state) if system.state in order else len(order)

    def state(stage: int) -> str:
        return "done" if stage < reached else "now" if stage == reached else ""

    return [
        {"title": _("Draft"), "when": moment(system.prepared_at), "state": state(0)},
        {
            "title": _("Approval"),
            "when": moment(system.approved_at) if system.approved_at else "",
            "state": state(1),
        },
        *steps,
        {
            "title": _("Open for applications"),
            "when": moment(system.opened_at) if system.opened_at else "",
            "state": "done" if system.opened_at else "",
        },
        *([{"title": _("Ended"), "when": moment(system.ended_at), "state": "done"}] if system.ended_at else []),
    ]
