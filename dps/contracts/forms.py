"""What is typed before a contract is signed: documents looked at, workers' undertakings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.models import Authority
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.contracts.models import LIABILITY_KINDS, LiabilityCheck
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
