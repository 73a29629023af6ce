"""What a coordinator types about one lot, one line of a price table, one part of a criterion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.fields import DecimalField
from core.web.options import options
from dps.competitions.documents import CriterionDetails, LineDetails, LotDetails
from dps.systems.forms.shared import CODE, MAYBE_EUROS, MORE, NAME, TEXT
from dps.systems.models import (
    CRITERION_SUBJECT_TITLES,
    PRICE_UNIT_TITLES,
    AwardCriterion,
    Category,
    CriterionKind,
    CriterionSubject,
    PriceUnit,
)

_AMOUNT = [
    InputRequired(_l("Enter a quantity, like 500")),
    NumberRange(min=Decimal("0.01"), max=Decimal("99999999"), message=_l("Enter a quantity above zero, like 500")),
]
#: A lot or a line may have figures only: lot 1, lot 2.
_SUBJECTS = (CriterionSubject.SERVICE, CriterionSubject.NAMED_STAFF)


class LotForm(FlaskForm):
    code = StringField(_l("Code"), CODE, description=_l("Short, like 1 or north"))
    name_fi = StringField(_l("Name in Finnish"), NAME)
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    maximum_quantity = DecimalField(
        _l("Maximum quantity of the contract"),
        _AMOUNT,
        places=2,
        description=_l("The most that is ordered, in units of the first line."),
    )

    def show(self, lot: LotDetails) -> None:
        for name in ("code", "name_fi", "name_sv", "name_en", "maximum_quantity"):
            self._fields[name].data = getattr(lot, name)

    def details(self) -> LotDetails:
        return LotDetails(
            code=_code_of(self),
            name_fi=self.name_fi.data or "",
            name_sv=self.name_sv.data or "",
            name_en=self.name_en.data or "",
            maximum_quantity=self.maximum_quantity.data,
        )


class LineForm(FlaskForm):
    code = StringField(_l("Code"), CODE)
    name_fi = StringField(_l("Name in Finnish"), NAME)
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    unit = SelectField(_l("Unit of price"), choices=options(PRICE_UNIT_TITLES.items()))
    quantity = DecimalField(
        _l("Quantity"), _AMOUNT, places=2, description=_l("The price is multiplied by this when tenders are compared.")
    )
    ceiling = DecimalField(
        _l("Price ceiling without value added tax"),
        MAYBE_EUROS,
        places=2,
        description=_l("A higher price is not taken. Leave empty for none."),
    )
    fixed_price = DecimalField(
        _l("Fixed price without value added tax"),
        MAYBE_EUROS,
        places=2,
        description=_l("Only if the authority sets the price and quality alone decides."),
    )
    module_code = SelectField(_l("Module that it prices"))

    def fill_choices(self, category: Category) -> None:
        names = [(each.code, localized(each, "name")) for each in category.modules]
        self.module_code.choices = options([("", _l("None: the service itself or something else")), *names])

    def show(self, line: LineDetails) -> None:
        for name in ("code", "name_fi", "name_sv", "name_en", "quantity", "ceiling", "fixed_price"):
            self._fields[name].data = getattr(line, name)
        self.unit.data, self.module_code.data = line.unit.value, line.module_code or ""

    def details(self) -> LineDetails:
        return LineDetails(
            code=_code_of(self),
            name_fi=self.name_fi.data or "",
            name_sv=self.name_sv.data or "",
            name_en=self.name_en.data or "",
            unit=PriceUnit(self.unit.data),
            quantity=self.quantity.data,
            ceiling=self.ceiling.data,
            fixed_price=self.fixed_price.data,
            module_code=self.module_code.data or None,
        )


class CriterionForm(FlaskForm):
    parent = SelectField(
        _l("Criterion of the notice"),
        [InputRequired(_l("Choose the published criterion that it makes more precise."))],
        description=_l("The parts of a published criterion weigh together what was published."),
    )
    code = StringField(_l("Code"), CODE)
    weight = DecimalField(
        _l("Weight in percent"),
        [
            InputRequired(_l("Enter the weight in percent, like 30")),
            NumberRange(min=Decimal("0.01"), max=100, message=_l("Enter the weight in percent, like 30")),
        ],
        places=2,
    )
    concerns = SelectField(
        _l("What it is about"), choices=options((each, CRITERION_SUBJECT_TITLES[each]) for each in _SUBJECTS)
    )
    text_fi = TextAreaField(_l("Question in Finnish"), TEXT)
    text_sv = TextAreaField(_l("Question in Swedish"), TEXT)
    text_en = TextAreaField(_l("Question in English"), MORE)
    scale_fi = TextAreaField(
        _l("What earns points, in Finnish"), MORE, description=_l("Needed for questions of quality.")
    )
    scale_sv = TextAreaField(_l("What earns points, in Swedish"), MORE)
    scale_en = TextAreaField(_l("What earns points, in English"), MORE)
    minimum = DecimalField(
        _l("Least points"),
        [*MAYBE_EUROS[:1], NumberRange(min=0, max=100)],
        places=2,
        description=_l("A tender with fewer points of the scale is excluded. Leave empty for none."),
    )

    def fill_choices(self, category: Category) -> None:
        self.parent.choices = options((each.code, _parent_words(each)) for each in category.award_criteria)

    def show(self, criterion: CriterionDetails) -> None:
        for field in self:
            if field.short_name in CriterionDetails.__dataclass_fields__ and field.short_name != "concerns":
                field.data = getattr(criterion, field.short_name)
        self.concerns.data = criterion.concerns.value

    def details(self) -> CriterionDetails:
        words: dict[str, Any] = {
            field.short_name: field.data or "" for field in self if field.short_name.startswith(("text_", "scale_"))
        }
        return CriterionDetails(
            parent=self.parent.data,
            code=_code_of(self),
            kind=CriterionKind.QUALITY,  # the verb takes the kind of the parent
            concerns=CriterionSubject(self.concerns.data),
            weight=self.weight.data,
            minimum=self.minimum.data,
            **words,
        )


def _parent_words(each: AwardCriterion) -> str:
    return f"{localized(each, 'text')} ({each.weight:f} %)"


def _code_of(form: FlaskForm) -> str:
    """The code that was typed; in an amendment codes stay, and the form does not ask."""
    field = form._fields.get("code")
    return (field.data or "") if field else ""
