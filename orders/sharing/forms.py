"""What may be typed about joint costs and statements."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Self

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.quarters import quarter_before, quarter_of
from core.web.fields import DecimalField
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.joint.procurements.rules import quarter_name
from dps.joint.stages import COST_KIND_TITLES, CostKind
from orders.groups.models import Group
from orders.sharing.models import Statement
from orders.sharing.service import CostDetails

TEXT_CHECKS = [no_nul, no_identity_code]
#: So many closed quarters are offered.
QUARTERS_BACK = 8


class CostForm(FlaskForm):
    """A cost one's authority paid for all."""

    kind = SelectField(_l("Kind of cost"), [InputRequired(_l("Choose one"))], choices=options(COST_KIND_TITLES.items()))
    purpose = StringField(
        _l("What it is for"), [DataRequired(_l("Write what the cost is for.")), Length(max=300), *TEXT_CHECKS]
    )
    day = DateField(_l("Day"), [DataRequired(_l("Enter a day, like 31.12.2026"))])
    amount = DecimalField(
        _l("Amount without VAT, euros"),
        [Optional(), NumberRange(0, 99_999_999)],
        places=2,
        description=_l("Of empty seats it follows from the course."),
    )
    vat_rate = DecimalField(_l("VAT, percent"), [Optional(), NumberRange(0, 100)], places=1)
    group = SelectField(_l("Course with empty seats"), [Optional()])
    seats = IntegerField(_l("Empty seats you paid"), [Optional(), NumberRange(1, 500)])
    evidence = TextAreaField(
        _l("Evidence"),
        [Optional(), Length(max=2000), *TEXT_CHECKS],
        description=_l("For example the number of the invoice. Do not write names or personal identity codes."),
    )
    file = FileField(_l("File"), description=_l("PDF, PNG or JPEG, at most 10 MB."))

    def offer(self, groups: Sequence[Group]) -> Self:
        """The courses of the authority that ran with an empty seat."""
        rows = [(str(each.id), f"{each.reference} {localized(each.category, 'name')}") for each in groups]
        self.group.choices = options([("", _("No course")), *rows])
        return self

    def details(self, groups: Sequence[Group]) -> CostDetails:
        """What was typed; a field that the kind does not use is left out."""
        kind = CostKind(self.kind.data)
        of_seats = kind is CostKind.EMPTY_SEATS
        chosen = uuid.UUID(self.group.data) if self.group.data else None
        sent = self.file.data
        content = sent.read() if sent and sent.filename else None
        return CostDetails(
            kind=kind,
            purpose=self.purpose.data or "",
            day=self.day.data,
            amount=None if of_seats else self.amount.data,
            vat_rate=None if of_seats else self.vat_rate.data,
            evidence=self.evidence.data or "",
            group=next((each for each in groups if each.id == chosen), None) if of_seats else None,
            seats=self.seats.data if of_seats else None,
            content=content,
            file_name=sent.filename if content is not None else "",
        )


class CorrectForm(FlaskForm):
    """Why a cost is taken back."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=2000), *TEXT_CHECKS])


class StatementForm(FlaskForm):
    """Of which quarter."""

    quarter = SelectField(_l("Quarter"), [InputRequired(_l("Choose one"))])

    def offer(self, last: Statement | None, today: date) -> Self:
        """The quarters that are over without a statement: the one after the last first, before any the newest first."""
        quarters = [quarter_before(quarter_of(today))]
        while len(quarters) < QUARTERS_BACK:
            quarters.append(quarter_before(quarters[-1]))
        if last is not None:
            quarters = [each for each in reversed(quarters) if each > last.quarter]
        self.quarter.choices = options((each.isoformat(), quarter_name(each)) for each in quarters)
        return self
