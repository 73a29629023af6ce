"""Which window, and which customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from core.web.formatting import language_name
from core.web.options import options
from evaluation.paths import rules
from orders.titles import AGE_TITLES, EDUCATION_TITLES, UNEMPLOYMENT_TITLES

LANGUAGES = ("fi", "sv", "other")


def band_title(group: str, band: str) -> str:
    """``age_band``, ``under_25`` → "Under 25"."""
    titles: dict[str, Any] = {
        "age_band": AGE_TITLES,
        "unemployment_band": UNEMPLOYMENT_TITLES,
        "education_band": EDUCATION_TITLES,
    }
    if group in titles:
        return str({str(each): title for each, title in titles[group].items()}.get(band, _("Not known")))
    if group == "language":
        return _("Another language") if band == "other" else language_name(band)
    return band


def bands(years: Sequence[int]) -> list[tuple[str, str]]:
    """Every group of customers one may look at: ``age_band:under_25``."""
    found = [("", _("All customers"))]
    heads = {
        "age_band": (_("Age"), [str(each) for each in AGE_TITLES]),
        "unemployment_band": (_("Unemployment"), [str(each) for each in UNEMPLOYMENT_TITLES]),
        "education_band": (_("Education"), [str(each) for each in EDUCATION_TITLES]),
        "language": (_("Language of service"), list(LANGUAGES)),
        "year": (_("Year"), [str(each) for each in years]),
    }
    for group, (head, names) in heads.items():
        found += [
            (f"{group}:{name}", _("%(what)s: %(value)s", what=head, value=band_title(group, name))) for name in names
        ]
    return found


class PathFilter(FlaskForm):
    """One group at a time: two tables of different groups tell nothing of fewer people (R119)."""

    class Meta:
        csrf = False

    months = SelectField(_l("How long after the planned end"), coerce=int)
    group = SelectField(_l("Customers"))

    def offer_choices(self, years: Sequence[int]) -> PathFilter:
        """Offer the windows and the groups."""
        self.months.choices = options(
            (str(each), ngettext("%(num)s month", "%(num)s months", each)) for each in rules.WINDOWS
        )
        self.group.choices = options(bands(years))
        return self
