"""A category as it is edited in steps: of a draft system, or as a change proposes it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import url_for

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from dps.systems import forms
from dps.systems.content import CategoryContent
from dps.systems.legal_mode import Obstacle
from dps.systems.models import Category, PurchasingSystem, SystemChange
from dps.systems.service import content_of, is_editable


@dataclass(frozen=True)
class Step:
    """One page of the way: its title, its form, and the lists edited there."""

    title: Any
    form: type[forms.StepForm]
    lead: Any
    parts: tuple[str, ...] = ()


STEPS: dict[str, Step] = {
    "what": Step(_l("What and where"), forms.WhatForm, _l("What is bought, where and in which languages.")),
    "requirements": Step(
        _l("Requirements"),
        forms.TurnoverForm,
        _l("Who is admitted: grounds for exclusion, suitability requirements and the evidence for them."),
        ("requirements",),
    ),
    "prices": Step(
        _l("Prices"),
        forms.PricesForm,
        _l("The unit of price with its ceiling, additional modules, a start fee, payments for milestones or results."),
        ("modules", "payments"),
    ),
    "ordering": Step(
        _l("Ordering"),
        forms.OrderingForm,
        _l("Who gets the order and how fast it is served, as it is published."),
        ("award_criteria",),
    ),
    "terms": Step(
        _l("Terms"), forms.TermsForm, _l("Quality rules and contract terms, published and signed as they are.")
    ),
}

#: Title of each list, of its add button, and what stands there when it is empty.
PART_WORDS: dict[str, tuple[Any, Any, Any]] = {
    "requirements": (
        _l("Requirements"),
        _l("Add the requirement"),
        _l("Add the exclusion grounds that are applied and at least one suitability requirement."),
    ),
    "modules": (_l("Additional modules"), _l("Add the module"), _l("No additional modules.")),
    "payments": (
        _l("Start fee, milestones and results"),
        _l("Add the payment"),
        _l("Nothing is paid beside the unit price."),
    ),
    "award_criteria": (
        _l("Award criteria"),
        _l("Add the criterion"),
        _l("Needed where tenders are compared. The weights add up to 100."),
    ),
}

#: On which step a field is mended.
_STEP_OF = {
    "requirements": "requirements",
    "minimum_turnover": "requirements",
    "largest_contract_value": "requirements",
    "turnover_reason": "requirements",
    "price_ceiling": "prices",
    "legal_mode": "ordering",
    "ordering_rule": "ordering",
    "update_months": "ordering",
    "ranking_by": "ordering",
    "rotation_start": "ordering",
    "award_criteria": "ordering",
    "price_only_reason": "ordering",
    "terms_fi": "terms",
    "record_uses": "terms",
}


@dataclass(frozen=True)
class Editing:
    """What is edited, and where its pages lie."""

    thing: Category | SystemChange

    @property
    def content(self) -> CategoryContent:
        return content_of(self.thing)

    @property
    def system(self) -> PurchasingSystem:
        return self.thing.system

    @property
    def is_change(self) -> bool:
        return isinstance(self.thing, SystemChange)

    @property
    def is_editable(self) -> bool:
        return is_editable(self.thing)

    def _url(self, name: str, **words: Any) -> str:
        if isinstance(self.thing, Category):
            return url_for(f"systems.category_{name}", category_id=self.thing.id, **words)
        return url_for(f"systems.change_{name}", change_id=self.thing.id, **words)

    @property
    def home(self) -> str:
        """The page that shows everything and what is missing."""
        if isinstance(self.thing, Category):
            return url_for("systems.show_category", category_id=self.thing.id)
        return url_for("systems.show_change", change_id=self.thing.id)

    def step(self, name: str) -> str:
        return self._url("step", step=name)

    def add(self, part: str) -> str:
        return self._url("add_item", part=part.replace("_", "-"))

    def item(self, part: str, code: str) -> str:
        return self._url("item", part=part.replace("_", "-"), item=code)

    def remove(self, part: str, code: str) -> str:
        return self._url("remove_item", part=part.replace("_", "-"), item=code)

    @property
    def terms_file(self) -> str:
        return self._url("terms_file")

    @property
    def read_terms_file(self) -> str:
        return self._url("read_terms_file")

    @property
    def steps(self) -> list[tuple[Any, str, str]]:
        """For ``components/steps.html``: each step with its address, the check at the end."""
        return [*((step.title, "", self.step(name)) for name, step in STEPS.items()), (_("Check"), "", self.home)]


def after(step: str) -> str | None:
    """The next step, or none after the last."""
    names = list(STEPS)
    place = names.index(step) + 1
    return names[place] if place < len(names) else None


def mend(obstacle: Obstacle, system: PurchasingSystem, change: SystemChange | None = None) -> str:
    """Where what an obstacle names is mended."""
    if change is not None and change.category is None and obstacle.category is None:
        return url_for("systems.show_change", change_id=change.id)
    if obstacle.category is None:
        if obstacle.field == "categories":
            return url_for("systems.new_category", system_id=system.id)
        return url_for("systems.edit", system_id=system.id) + f"#{obstacle.field}"
    step = _STEP_OF.get(obstacle.field, "what")
    thing: Category | SystemChange | None = change
    if change is None:
        thing = next(each for each in system.categories if each.code == obstacle.category)
    assert thing is not None
    return Editing(thing).step(step)


def category_by_id(system: PurchasingSystem, category_id: uuid.UUID) -> Category | None:
    """A category of the system."""
    return next((each for each in system.categories if each.id == category_id), None)
