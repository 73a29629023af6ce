"""What an expert may choose for the customer's link."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectMultipleField

from core.i18n import lazy_gettext as _l
from orders.forms import FilterForm


class ChoiceForm(FilterForm):
    """All fitting services, all under filters, or up to five pointed out; which ones fit is asked by the verb."""

    class Meta(FlaskForm.Meta):
        """Unlike a list's filters this is sent: with its token."""

    offerings = SelectMultipleField(validate_choice=False)
    on_tablet = BooleanField(_l("Choose on this device now"))
