"""What a coordinator types when a notice has been published."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from core.i18n import lazy_gettext as _l
from core.web.text_checks import no_nul


class PublishedForm(FlaskForm):
    number = StringField(
        _l("Number of the notice"),
        [DataRequired(_l("Write the number that the publisher gave")), Length(max=60), no_nul],
        description=_l("For example 2026-123456."),
    )
    published_at = DateTimeLocalField(
        _l("Time of publication, Finnish time"),
        [InputRequired(_l("Enter day and time of the publication"))],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
