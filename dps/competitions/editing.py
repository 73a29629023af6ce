"""The steps in which a draft competition is written, and where each obstacle is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from dps.competitions.forms.items import CriterionForm, LineForm, LotForm
from dps.competitions.forms.preparing import FormulaForm, StepForm, TermsForm, WhatForm
from dps.competitions.models import Competition
from dps.systems.legal_mode import Obstacle


@dataclass(frozen=True)
class Step:
    """One page of the way."""

    title: Any
    lead: Any


STEPS: dict[str, Step] = {
    "what": Step(_l("What and where"), _l("What is bought, where, for how many and when.")),
    "lots": Step(_l("Lots and prices"), _l("Each lot is one contract with its maximum quantity and its price table.")),
    "criteria": Step(
        _l("Criteria"), _l("The published criteria, made more precise: what is asked and what earns points.")
    ),
    "terms": Step(_l("Terms"), _l("Contract terms, and what is promised for the whole competition.")),
    "time": Step(_l("Time"), _l("How long tenders and questions are taken.")),
    "committee": Step(_l("Committee"), _l("Who opens the tenders, and who evaluates them.")),
}

#: The steps that write the details themselves.
_FORMS: dict[str, type[StepForm]] = {"what": WhatForm, "criteria": FormulaForm, "terms": TermsForm}

#: On which step a field is mended; the first step else.
_STEP_OF = {
    "lots": "lots",
    "criteria": "criteria",
    "price_formula": "criteria",
    "price_only_reason": "criteria",
    "winners": "criteria",
    "terms_fi": "terms",
    "terms_sv": "terms",
    "skips_standstill": "terms",
    "planned_due_on": "time",
    "questions_until_on": "time",
    "committee": "committee",
}


def home(competition: Competition) -> str:
    return url_for("competitions.show", competition_id=competition.id)


def step_url(competition: Competition, name: str) -> str:
    return url_for("competitions.step", competition_id=competition.id, competition_step=name)


def steps(competition: Competition) -> list[tuple[Any, str, str]]:
    """For ``components/steps.html``, the check at the end."""
    return [
        *((step.title, "", step_url(competition, name)) for name, step in STEPS.items()),
        (_("Check"), "", home(competition)),
    ]


def after(step: str) -> str | None:
    """The next step, or none after the last."""
    names = list(STEPS)
    place = names.index(step) + 1
    return names[place] if place < len(names) else None


def mend(obstacle: Obstacle, competition: Competition) -> str:
    """Where what an obstacle names is mended."""
    if obstacle.field == "category_id":
        return ""
    return step_url(competition, _STEP_OF.get(obstacle.field, "what"))


def form_of(step: str, competition: Competition, **words: Any) -> Any:
    """The form of a step that changes the details."""
    return with_choices(_FORMS[step](**words), competition)


def item_form(kind: type[LotForm | LineForm | CriterionForm], competition: Competition, **words: Any) -> Any:
    """The form of a lot, a line or a criterion."""
    return with_choices(kind(**words), competition)


def with_choices(form: Any, competition: Competition) -> Any:
    if hasattr(form, "fill_choices"):
        form.fill_choices(competition.category)
    return form
