"""What may be typed about the money of orders."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.web.fields import DecimalField
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from orders.models import DeliveryLine, Order, PartKind
from orders.money import rules, titles
from orders.money.kinds import RESULT_TITLES, ResultKind
from orders.service.delivering import ReportLine

TEXT_CHECKS = [no_nul, no_identity_code]
_MONEY = [InputRequired(_l("Enter an amount in euros, like 1250.00")), NumberRange(0, 9_999_999)]


class ReasonForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=2000), *TEXT_CHECKS])


class PartForm(FlaskForm):
    """A start fee or a milestone, reported while the service goes on."""

    part = SelectField(_l("Part of the price"), [InputRequired(_l("Choose the part"))])
    amount = DecimalField(_l("Amount to be invoiced without VAT, euros"), _MONEY, places=2)
    text = StringField(
        _l("What was done"),
        [Optional(), Length(max=500), *TEXT_CHECKS],
        description=_l("Do not write names or personal identity codes."),
    )

    def offer_choices(self, order: Order) -> PartForm:
        names = titles.part_names(order.category)
        parts = [each for each in rules.parts_of(order) if each.kind in rules.INTERIM]
        self.part.choices = options(
            (f"{each.kind.value}:{each.code}", titles.name_of(names, each.kind, each.code)) for each in parts
        )
        return self

    def line(self) -> ReportLine:
        kind, _, code = self.part.data.partition(":")
        return ReportLine(kind=PartKind(kind), code=code, amount=self.amount.data, text=(self.text.data or "").strip())


class AmountsForm(FlaskForm):
    """An amount for each line of a report; the fields are made by ``amounts_form``."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=2000), *TEXT_CHECKS])

    def fields_of_lines(self) -> list[Any]:
        return [each for each in self if each.name.startswith("line_")]

    def amounts(self, lines: Sequence[DeliveryLine]) -> dict[uuid.UUID, Decimal]:
        return {line.id: field.data for line, field in zip(lines, self.fields_of_lines(), strict=True)}


class AnswerForm(AmountsForm):
    """The provider agrees, or says what is right in its view."""

    agrees = RadioField(
        _l("Your answer"),
        [InputRequired(_l("Choose your answer"))],
        choices=options(
            [("yes", _l("We agree with the expert")), ("no", _l("We do not agree; our amounts are below"))]
        ),
    )
    reason = TextAreaField(_l("Reason, if you do not agree"), [Optional(), Length(max=2000), *TEXT_CHECKS])


def amounts_form(kind: type[AmountsForm], lines: Sequence[DeliveryLine], order: Order) -> AmountsForm:
    """A form with a field for each line, filled with what stands now."""
    names = titles.part_names(order.category)
    fields = {
        f"line_{number}": DecimalField(
            titles.name_of(names, line.kind, line.code), _MONEY, places=2, default=line.amount
        )
        for number, line in enumerate(lines)
    }
    return cast(AmountsForm, type(kind.__name__, (kind,), fields)())


class OutcomeForm(FlaskForm):
    """The evidence of a result."""

    happened_on = DateField(
        _l("Day of the result"), [InputRequired(_l("Enter the day on which the result came true."))]
    )
    result = RadioField(
        _l("What the result is"),
        [InputRequired(_l("Choose one"))],
        choices=options(RESULT_TITLES.items()),
        default=ResultKind.OPEN_LABOUR_MARKET.value,
    )
    text = TextAreaField(
        _l("What shows the result"),
        [DataRequired(_l("Tell in a few sentences what shows the result.")), Length(max=4000), *TEXT_CHECKS],
        description=_l("Do not write names or personal identity codes."),
    )
    file = FileField(_l("File"), [Optional()], description=_l("PDF or picture, 10 MB at most."))


class BatchForm(FlaskForm):
    """Which accepted lines are taken."""

    supplier = SelectField(_l("Provider"), [Optional()])
    from_on = DateField(_l("Accepted from"), [InputRequired(_l("Enter the first day"))])
    until_on = DateField(_l("Accepted until"), [InputRequired(_l("Enter the last day"))])

    def offer_choices(self, suppliers: Mapping[Any, str]) -> BatchForm:
        self.supplier.choices = options([("", _l("All providers")), *suppliers.items()])
        return self

    def supplier_id(self) -> uuid.UUID | None:
        return uuid.UUID(self.supplier.data) if self.supplier.data else None


class PeriodForm(FlaskForm):
    """Days from and until; anything else in the address means this year."""

    class Meta:
        csrf = False

    from_on = DateField(_l("From"), [Optional()])
    until_on = DateField(_l("Until"), [Optional()])
