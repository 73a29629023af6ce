"""What people type about a competition that waits or runs: sending, more time, amendments, questions, outages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import lazy_gettext as _l
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.competitions.documents import Documents
from dps.competitions.forms.items import CriterionForm, LineForm, LotForm
from dps.competitions.forms.moments import moment_of, parts_of
from dps.competitions.forms.preparing import FormulaForm, TermsForm, WhatForm
from dps.competitions.service.asking import AnswerTexts
from dps.systems.forms.shared import MORE, TEXT
from dps.systems.models import Category

_REASON = [DataRequired(_l("Write the reason")), Length(max=2000), no_nul, no_identity_code]
_WHOLE_DAY = _l("Leave empty: tenders are taken until the end of the day.")


class DueForm(FlaskForm):
    """The end of the time for tenders."""

    due_on = DateField(_l("Last day for tenders"), [InputRequired(_l("Choose the last day for tenders."))])
    due_time = TimeField(_l("Time of day"), [Optional()], description=_WHOLE_DAY)

    @property
    def due_at(self) -> Any:
        return moment_of(self.due_on.data, self.due_time.data)

    def show(self, due_at: datetime | None) -> None:
        self.due_on.data, self.due_time.data = parts_of(due_at)


class SendForm(DueForm):
    """Approve and send."""


class ConsentForm(DueForm):
    """Ask all candidates about a shorter time."""


class ExtendForm(DueForm):
    reason = TextAreaField(_l("Why the time is longer"), _REASON, description=_l("All who were invited read it."))


class AmendForm(FlaskForm):
    """Why, how much it matters and how much more time; ``parts`` are the forms of the draft with other prefixes."""

    reason = TextAreaField(
        _l("Why the documents are changed"), _REASON, description=_l("All who were invited read it.")
    )
    is_material = BooleanField(
        _l("The change is material"),
        description=_l(
            "A change of lots, prices, criteria, weights, places, quantities or terms always is. Everybody gets more "
            "time and is asked to confirm or renew a tender that has been sent."
        ),
    )
    due_on = DateField(_l("New last day for tenders"), [Optional()])
    due_time = TimeField(_l("Time of day"), [Optional()], description=_WHOLE_DAY)

    parts: Sequence[Any] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        own = super().validate(extra_validators)
        found = [part.validate() for part in self.parts]
        return own and all(found)

    @property
    def due_at(self) -> Any:
        return moment_of(self.due_on.data, self.due_time.data)

    def of_documents(self, documents: Documents, category: Category, *, is_fresh: bool) -> None:
        """Add the forms of everything that stands in the documents; fill them when the page is opened."""

        def part(kind: Any, prefix: str, shown: Any) -> Any:
            form = kind(prefix=prefix, meta={"csrf": False})
            if hasattr(form, "fill_choices"):
                form.fill_choices(category)
            if is_fresh:
                form.show(shown)
            return form

        details = documents.details
        self.what = part(WhatForm, "what", details)
        self.formula = part(FormulaForm, "formula", details)
        self.terms = part(TermsForm, "terms", details)
        for name in ("invites_later_admitted", "unconfirmed_lapses", "skips_standstill", "has_committee_keys"):
            del self.terms[name]
        self.lots = {each.code: part(LotForm, f"lot-{each.code}", each) for each in documents.lots}
        self.lines = {
            (lot.code, each.code): part(LineForm, f"line-{lot.code}-{each.code}", each)
            for lot in documents.lots
            for each in lot.lines
        }
        self.criteria = {each.code: part(CriterionForm, f"criterion-{each.code}", each) for each in documents.criteria}
        for form in (*self.lots.values(), *self.lines.values(), *self.criteria.values()):
            del form["code"]
        self.parts = (
            self.what,
            self.formula,
            self.terms,
            *self.lots.values(),
            *self.lines.values(),
            *self.criteria.values(),
        )

    def applied(self, old: Documents) -> Documents:
        """The documents after the amendment."""
        details = old.details
        for form in (self.what, self.formula, self.terms):
            details = form.applied(details)
        lots = []
        for lot in old.lots:
            lines = tuple(_with_code(self.lines[lot.code, each.code], each.code) for each in lot.lines)
            lots.append(replace(_with_code(self.lots[lot.code], lot.code), lines=lines))
        criteria = tuple(
            replace(_with_code(self.criteria[each.code], each.code), kind=each.kind) for each in old.criteria
        )
        return Documents(details, tuple(lots), criteria)


def _with_code(form: Any, code: str) -> Any:
    return replace(form.details(), code=code)


class QuestionForm(FlaskForm):
    text = TextAreaField(
        _l("Your question"),
        [DataRequired(_l("Write the question")), Length(max=3000), no_nul, no_identity_code],
        description=_l("Nobody is told who asked. The answer goes to everybody who was invited."),
    )


class AnswerForm(FlaskForm):
    text_fi = TextAreaField(_l("Answer in Finnish"), TEXT)
    text_sv = TextAreaField(_l("Answer in Swedish"), TEXT)
    text_en = TextAreaField(_l("Answer in English"), MORE)
    due_on = DateField(_l("New last day for tenders"), [Optional()])
    late_reason = TextAreaField(_l("Why more time is not needed"), MORE)

    def texts(self) -> AnswerTexts:
        return AnswerTexts(self.text_fi.data or "", self.text_sv.data or "", self.text_en.data or "")

    @property
    def due_at(self) -> Any:
        return moment_of(self.due_on.data, None)


class ConsentAnswerForm(FlaskForm):
    agrees = RadioField(
        _l("Do you agree to the shorter time?"),
        [InputRequired(_l("Choose yes or no"))],
        choices=options(
            [("yes", _l("Yes, the shorter time is enough for us")), ("no", _l("No, we need the ordinary time"))]
        ),
    )


class InterestForm(FlaskForm):
    has_conflict = RadioField(
        _l("Is there a conflict of interest?"),
        [InputRequired(_l("Choose yes or no"))],
        choices=options(
            [
                ("no", _l("No. I am not close to any provider of this category, and gain nothing from the choice")),
                ("yes", _l("Yes. I do not take part")),
            ]
        ),
        description=_l("Disqualification: section 28 of the Administrative Procedure Act."),
    )


class OutageForm(FlaskForm):
    started_on = DateField(_l("Day on which it began"), [InputRequired(_l("Enter the day"))])
    started_time = TimeField(_l("Time at which it began"), [InputRequired(_l("Enter the time"))])
    ended_on = DateField(_l("Day on which the service worked again"), [InputRequired(_l("Enter the day"))])
    ended_at = TimeField(_l("Time at which the service worked again"), [InputRequired(_l("Enter the time"))])
    description = TextAreaField(_l("What happened"), _REASON, description=_l("All who were invited read it."))

    @property
    def times(self) -> tuple[Any, Any]:
        return moment_of(self.started_on.data, self.started_time.data), moment_of(
            self.ended_on.data, self.ended_at.data
        )
