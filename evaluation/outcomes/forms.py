"""What is typed about where customers are."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Any, cast

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, FormField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from evaluation.outcomes.models import (
    CONTRACT_KIND_TITLES,
    EMPLOYER_TITLES,
    FACTS,
    GROUND_TITLES,
    OUTCOME_TITLES,
    SOURCE_TITLES,
    WINDOWS,
    WORKING_TIME_TITLES,
    ContractKind,
    EmployerType,
    Outcome,
    OutcomeState,
    WorkingTime,
)
from evaluation.outcomes.rules import LONGEST_WORDS, Details

TEXT_CHECKS = [no_nul, no_identity_code]
_NONE = ("", _l("Not told"))


def _choices(titles: Any, *, first: tuple[str, Any] = _NONE) -> list[Any]:
    return options([first, *((each.value, title) for each, title in titles.items())])


class FactsForm(PlainForm):
    """What is known of a state beyond its name; only what goes with the state is filled in."""

    employer_type = SelectField(
        _l("Employer"), [Optional()], choices=_choices(EMPLOYER_TITLES), description=_l("Only if it is a job.")
    )
    contract_kind = SelectField(_l("Contract"), [Optional()], choices=_choices(CONTRACT_KIND_TITLES))
    contract_months = IntegerField(
        _l("Months, if fixed-term"),
        [Optional(), NumberRange(1, 120, _l("A contract lasts from 1 to 120 months."))],
    )
    working_time = SelectField(_l("Working time"), [Optional()], choices=_choices(WORKING_TIME_TITLES))
    since_on = DateField(
        _l("Since"), [Optional()], description=_l("The day it began. A job found earlier counts if it still lasts.")
    )
    next_service = StringField(
        _l("Next service"),
        [Optional(), Length(max=LONGEST_WORDS), *TEXT_CHECKS],
        description=_l("Only its kind, nothing about the customer."),
    )

    def details(self) -> Details:
        return Details(
            employer_type=EmployerType(self.employer_type.data) if self.employer_type.data else None,
            contract_kind=ContractKind(self.contract_kind.data) if self.contract_kind.data else None,
            contract_months=self.contract_months.data,
            working_time=WorkingTime(self.working_time.data) if self.working_time.data else None,
            since_on=self.since_on.data,
            next_service=(self.next_service.data or "").strip() or None,
        )


class OutcomeForm(FactsForm, FlaskForm):
    """Where the customer is now."""

    state = RadioField(
        _l("Where is the customer now?"),
        [InputRequired(_l("Choose one"))],
        choices=options((each.value, title) for each, title in OUTCOME_TITLES.items()),
    )
    months = SelectField(
        _l("Window"),
        choices=options([(str(months), _l("%(months)s months", months=months)) for months in WINDOWS]),
    )

    def offer_windows(self, windows: Iterable[int]) -> OutcomeForm:
        """Offer only the windows of which nothing is told yet."""
        self.months.choices = options([(str(each), _l("%(months)s months", months=each)) for each in windows])
        return self

    def told(self) -> OutcomeState:
        return OutcomeState(self.state.data)


class CorrectForm(FactsForm, FlaskForm):
    """The new version of what a source said, and why."""

    state = RadioField(
        _l("Where was the customer then?"),
        [InputRequired(_l("Choose one"))],
        choices=options((each.value, title) for each, title in OUTCOME_TITLES.items()),
    )
    reason = TextAreaField(
        _l("Why is it corrected?"), [DataRequired(_l("Write the reason.")), Length(max=2000), *TEXT_CHECKS]
    )

    def told(self) -> OutcomeState:
        return OutcomeState(self.state.data)


def correct_form(row: Outcome) -> CorrectForm:
    """The form, filled with what stands now."""
    given = {name: getattr(row, name) for name in FACTS}
    return CorrectForm(state=row.state.value, **{name: value for name, value in given.items() if value is not None})


class RowForm(PlainForm):
    """One customer of many: the state, and for a job its employer and contract."""

    state = SelectField(_l("Where now?"), [Optional()], choices=_choices(OUTCOME_TITLES, first=("", _l("Later"))))
    employer_type = SelectField(_l("Employer"), [Optional()], choices=_choices(EMPLOYER_TITLES))
    contract_kind = SelectField(_l("Contract"), [Optional()], choices=_choices(CONTRACT_KIND_TITLES))
    contract_months = IntegerField(_l("Months"), [Optional(), NumberRange(1, 120)])
    since_on = DateField(_l("Since"), [Optional()])

    def told(self) -> OutcomeState | None:
        return OutcomeState(self.state.data) if self.state.data else None

    def details(self) -> Details:
        return Details(
            employer_type=EmployerType(self.employer_type.data) if self.employer_type.data else None,
            contract_kind=ContractKind(self.contract_kind.data) if self.contract_kind.data else None,
            contract_months=self.contract_months.data,
            since_on=self.since_on.data,
        )


Key = tuple[uuid.UUID, int]
_NAME = re.compile(r"w_([0-9a-f]{32})_(3|6|12)")


def name_of(key: Key) -> str:
    """``w_0197…_3``"""
    return f"w_{key[0].hex}_{key[1]}"


def keys_in(names: Iterable[str]) -> list[Key]:
    """The orders and windows that a sent form names, each once."""
    found = [match for name in names if (match := _NAME.match(name))]
    return list(dict.fromkeys((uuid.UUID(hex=match[1]), int(match[2])) for match in found))


def rows_form(keys: Iterable[Key]) -> FlaskForm:
    """One form with a row for each customer."""
    fields = {name_of(key): FormField(RowForm) for key in keys}
    return cast(FlaskForm, type("WhereNowForm", (FlaskForm,), fields)())


class ReportForm(OutcomeForm):
    """A provider's report, with what shows it."""

    state = RadioField(
        _l("Where is the customer now?"),
        [InputRequired(_l("Choose one"))],
        choices=options(
            (each.value, title) for each, title in OUTCOME_TITLES.items() if each is not OutcomeState.UNKNOWN
        ),
    )
    text = TextAreaField(
        _l("What shows the result"),
        [DataRequired(_l("Tell in a few sentences what shows the result.")), Length(max=4000), *TEXT_CHECKS],
        description=_l("Do not write names or personal identity codes."),
    )
    file = FileField(_l("File"), [Optional()], description=_l("PDF or picture, 10 MB at most."))


class ReasonForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=2000), *TEXT_CHECKS])


class SettleForm(ReasonForm):
    """Which source is right."""

    source = RadioField(_l("Which one is right?"), [InputRequired(_l("Choose one"))])

    def offer_choices(self, said: Iterable[Outcome]) -> SettleForm:
        self.source.choices = options(
            (each.source.value, _l("%(source)s: %(state)s", source=SOURCE_TITLES[each.source], state=_title(each)))
            for each in said
        )
        return self


def _title(row: Outcome) -> Any:
    return OUTCOME_TITLES[row.state]


class ExcludeForm(FlaskForm):
    """Why a service does not count."""

    ground = RadioField(
        _l("Why does the service not count?"),
        [InputRequired(_l("Choose one"))],
        choices=options((each.value, title) for each, title in GROUND_TITLES.items()),
        description=_l("Only before a result is known. The share of such services of each provider is published."),
    )


class ImportForm(FlaskForm):
    """A file of the customer system."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file"))],
        description=_l("CSV, UTF-8, one result a line, 1 MB at most."),
    )
