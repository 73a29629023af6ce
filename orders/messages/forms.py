"""What is typed to write a message."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from core.i18n import lazy_gettext as _l
from core.web.text_checks import no_identity_code, no_nul


class MessageForm(FlaskForm):
    """A message, with a file if needed."""

    text = TextAreaField(
        _l("Message"),
        [DataRequired(_l("Write the message")), Length(max=4000), no_nul, no_identity_code],
        description=_l("Do not write names or personal identity codes, nor about health."),
    )
    file = FileField(
        _l("File"),
        [Optional()],
        description=_l("PDF, picture, text or office file, at most 10 MB. Personal identity codes are refused."),
    )
