"""Why these services, in this order: the published rule in the words of one need (R3, I10)."""

from __future__ import annotations

from core.i18n import gettext as _
from core.web.formatting import percent
from dps.systems.models import Category, OrderingRule
from orders import ordering


def why_this_order(category: Category, seed: int) -> list[str]:
    """What put the list in this order, a sentence each; the same for everybody who asks."""
    return [*_of_rule(category), *_of_newcomers(category, seed)]


def _of_rule(category: Category) -> list[str]:
    rule, by = category.ordering_rule, category.ordering_parameters.get("by", "price")
    if rule is OrderingRule.CUSTOMER_CHOICE:
        return [
            _("The customer chooses. Every service that fits can be reached."),
            _("The order of providers was drawn by lot when the need was stated, and does not change."),
        ]
    if rule is OrderingRule.ROTATION:
        return [
            _("Providers take turns: the one whose last order in this category is longest ago comes first."),
            _("Those who never had one come before all others; among equals a lot drawn for this need decides."),
        ]
    if rule is OrderingRule.COMPETITION:
        return [_("A competition decided the order. Services are ordered under the contracts that followed it.")]
    if by == "classes":
        return [
            _(
                "First come providers whose results are better than expected, then those that do not differ and new "
                "ones, then those below."
            ),
            _("Within a class the lowest price for this need comes first; among equal prices they take turns."),
        ]
    return [_("The lowest price for this need comes first; among equal prices providers take turns.")]


def _of_newcomers(category: Category, seed: int) -> list[str]:
    share = category.newcomer_share
    if not share or category.ordering_rule is OrderingRule.COMPETITION:
        return []
    if ordering.newcomers_come_first(seed, share):
        return [
            _(
                "This need is one of the %(share)s drawn by lot in which new providers come first, as published.",
                share=percent(share),
            )
        ]
    return [
        _(
            "In %(share)s of the needs, drawn by lot, new providers come first. This need is not one of them.",
            share=percent(share),
        )
    ]
