"""Form fields that read numbers as people in Finland write them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from wtforms import DecimalField as PlainDecimalField
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from core.i18n import current_language
from core.i18n import lazy_gettext as _l

#: Digits with at most one decimal sign; spaces have been taken out before.
_NUMBER = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,6})?")


class DecimalField(PlainDecimalField):
    """A number with a decimal comma or point, spaces between thousands and a euro sign allowed.

    ``1 250,00 €`` and ``1250.00`` are the same; ``1.250,00``, ``NaN`` and ``1e5`` are refused.
    """

    #: ``Decimal``, or ``None`` before the form was filled in.
    data: Any

    def _value(self) -> str:
        """What was typed, or the number with the decimal sign of the page's language."""
        text = str(super()._value())
        return text.replace(".", ",") if not self.raw_data and current_language() in ("fi", "sv") else text

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        compact = re.sub(r"[\s\u00a0\u202f€]", "", str(valuelist[0]))
        if not compact:
            self.data = None
            return
        if _NUMBER.fullmatch(compact) is None:
            self.data = None
            raise ValueError(_l("Enter a number, like 1250.00"))
        number = Decimal(compact.replace(",", "."))
        places = 2 if self.places is None else self.places
        if number != round(number, places):
            self.data = None
            raise ValueError(_l("Enter at most %(places)s decimals", places=places))
        self.data = number


class CheckboxesField(SelectMultipleField):
    """Several choices as a list of check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
