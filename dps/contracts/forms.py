"""What is typed before a contract is signed: documents looked at, workers' undertakings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.models import Authority
from core.web.fields import DecimalField
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.contracts.changing import AdjustmentDetails, ChangeDetails
from dps.contracts.gates import WinnerFinding
from dps.contracts.models import (
    CONTRACT_CHANGE_KIND_TITLES,
    LIABILITY_KINDS,
    WINNER_EVIDENCE_TITLES,
    ContractChangeKind,
    LiabilityCheck,
    WinnerCheck,
    WinnerEvidence,
)
from suppliers.models import DOCUMENT_KIND_TITLES, DocumentKind


class _LiabilityForm(FlaskForm):
    def days(self) -> dict[DocumentKind, date]:
        """The days that were entered."""
        return {kind: self[kind.value].data for kind in LIABILITY_KINDS if self[kind.value].data}


def liability_form(known: Mapping[DocumentKind, LiabilityCheck]) -> Any:
    """A day of issue for each document of R69."""
    fields: dict[str, Any] = {
        kind.value: DateField(
            DOCUMENT_KIND_TITLES[kind], [Optional()], default=known[kind].issued_on if kind in known else None
        )
        for kind in LIABILITY_KINDS
    }
    return type("LiabilityForm", (_LiabilityForm,), fields)()


class _WinnerForm(FlaskForm):
    def findings(self) -> dict[WinnerEvidence, WinnerFinding]:
        """What was entered."""
        return {
            each: WinnerFinding(self[f"{each}_issued_on"].data, self[f"{each}_note"].data or "")
            for each in WinnerEvidence
            if self[f"{each}_issued_on"].data
        }


def winner_form(known: Mapping[WinnerEvidence, WinnerCheck]) -> Any:
    """What was looked at of the winner's evidence, and its day of issue (R48)."""
    fields: dict[str, Any] = {}
    for each in WinnerEvidence:
        row = known.get(each)
        fields[f"{each}_issued_on"] = DateField(
            _l("%(evidence)s: day of issue", evidence=WINNER_EVIDENCE_TITLES[each]),
            [Optional()],
            default=row.issued_on if row else None,
        )
        fields[f"{each}_note"] = StringField(
            _l("%(evidence)s: what was looked at", evidence=WINNER_EVIDENCE_TITLES[each]),
            [Optional(), Length(max=500), no_nul, no_identity_code],
            default=row.note if row else "",
        )
    return type("WinnerForm", (_WinnerForm,), fields)()


class WorkerForm(FlaskForm):
    """A worker's signed undertaking."""

    worker = StringField(
        _l("Name of the worker"),
        [DataRequired(_l("Write the worker's name")), Length(max=200), no_nul, no_identity_code],
    )
    authority = SelectField(_l("Whose customers"), [InputRequired(_l("Choose the city"))])
    given_on = DateField(_l("Signed on"), [InputRequired(_l("Enter the day"))])


def worker_form(authorities: Iterable[Authority]) -> WorkerForm:
    """With the authorities the company has contracts with."""
    form = WorkerForm()
    form.authority.choices = options((str(each.id), localized(each, "name")) for each in authorities)
    return form


class SignForm(FlaskForm):
    """The text that the signer has before them, by its digest."""

    read = HiddenField()


_DAYS = [Optional(), NumberRange(min=1, max=3660, message=_l("Enter days, like 365"))]
_TEXT = [Length(max=2000), no_nul, no_identity_code]


class OptionsForm(FlaskForm):
    """When the contract ends at first, and by how many days it can be extended."""

    ends_on = DateField(_l("Last day without options"), [InputRequired(_l("Enter the day"))])
    option_1 = IntegerField(_l("First option, days"), _DAYS)
    option_2 = IntegerField(_l("Second option, days"), _DAYS)
    option_3 = IntegerField(_l("Third option, days"), _DAYS)

    def days(self) -> list[int]:
        """The options that were entered."""
        return [field.data for field in (self.option_1, self.option_2, self.option_3) if field.data]


class AdjustmentForm(FlaskForm):
    """How the ceilings move, by which index, and where the contract says so."""

    from_on = DateField(_l("From what day"), [InputRequired(_l("Enter the day"))])
    percent = DecimalField(
        _l("Change in percent"),
        [InputRequired(_l("Enter a percent, like 2.50 or -1.20"))],
        places=2,
        description=_l("For example 2.50. A minus sign lowers the prices."),
    )
    index_name = StringField(
        _l("Index"),
        [DataRequired(_l("Write the name of the index")), Length(max=200), no_nul, no_identity_code],
        description=_l("Its name and the figures that are compared."),
    )
    clause = TextAreaField(
        _l("Review clause, word for word"),
        [DataRequired(_l("Copy the clause from the contract")), *_TEXT],
        description=_l("As it stands in the signed terms, in any language."),
    )
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Write the reason")), *_TEXT])

    def details(self) -> AdjustmentDetails:
        return AdjustmentDetails(
            self.from_on.data, self.percent.data, self.index_name.data, self.clause.data, self.reason.data
        )


class ChangeForm(FlaskForm):
    """A change of the contract."""

    kind = SelectField(_l("On what ground"), choices=options(CONTRACT_CHANGE_KIND_TITLES.items()))
    description = TextAreaField(_l("What is changed"), [DataRequired(_l("Write what is changed")), *_TEXT])
    reason = TextAreaField(
        _l("Why it is needed"),
        [DataRequired(_l("Write the reason")), *_TEXT],
        description=_l("Additional services: why no other provider can give them. Unforeseen need: what happened."),
    )
    clause = TextAreaField(
        _l("Review clause, word for word"),
        [Optional(), *_TEXT],
        description=_l("Only for a change under a review clause."),
    )
    value = DecimalField(
        _l("Value of the change without value added tax"),
        [InputRequired(_l("Enter a sum in euros, like 1250.00"))],
        places=2,
    )
    original_value = DecimalField(
        _l("Estimated original value of the contract"),
        [Optional()],
        places=2,
        description=_l("The limits are counted from it. It cannot be changed after the first change."),
    )

    def details(self) -> ChangeDetails:
        return ChangeDetails(
            kind=ContractChangeKind(self.kind.data),
            description=self.description.data,
            reason=self.reason.data,
            value=Decimal(self.value.data),
            clause=self.clause.data or "",
            original_value=self.original_value.data,
        )
