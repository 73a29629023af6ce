"""Where a customer is now."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from core.i18n import lazy_gettext as _l
from core.web.options import options
from evaluation.outcomes.models import OUTCOME_TITLES


class OutcomeForm(FlaskForm):
    """Where the customer is now."""

    state = RadioField(
        _l("Where is the customer now?"),
        [InputRequired(_l("Choose one"))],
        choices=options((each.value, title) for each, title in OUTCOME_TITLES.items()),
    )
