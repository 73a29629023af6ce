"""What an expert may choose for the customer's link."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from core.i18n import lazy_gettext as _l
from core.web.formatting import language_name
from core.web.options import options
from dps.systems.models import Category
from orders import rules


class ChoiceForm(FlaskForm):
    """All fitting services, all under filters, or up to five pointed out; which ones fit is asked by the verb."""

    offerings = SelectMultipleField(validate_choice=False)
    place = SelectField(_l("Only in"), [Optional()])
    language = SelectField(_l("Only with service in"), [Optional()])
    starts_by = DateField(_l("Starts at the latest"), [Optional()])
    is_remote = BooleanField(_l("Only remote services"))
    on_tablet = BooleanField(_l("Choose on this device now"))

    def offer_choices(self, category: Category) -> ChoiceForm:
        """Offer the places and languages of the category."""
        self.place.choices = options([("", _l("Any place")), *((place, place) for place in category.areas)])
        languages = [(code, language_name(code)) for code in rules.languages_of(category)]
        self.language.choices = options([("", _l("Any language")), *languages])
        return self
