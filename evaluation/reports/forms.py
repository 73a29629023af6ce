"""Asking for a yearly report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Self

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from dps.systems.models import PurchasingSystem

YEARS_BACK = 5


class YearReportForm(FlaskForm):
    """Of which system and year."""

    system = SelectField(_l("Purchasing system"), [InputRequired(_l("Choose one"))])
    year = SelectField(_l("Year"), [InputRequired(_l("Choose one"))])

    def offer(self, systems: Sequence[PurchasingSystem], today: date) -> Self:
        """The authority's systems, and the years up to the present one."""
        self.system.choices = options((str(each.id), localized(each, "name")) for each in systems)
        self.year.choices = options((str(year), str(year)) for year in range(today.year, today.year - YEARS_BACK, -1))
        return self
