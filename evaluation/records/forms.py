"""What suppliers say to a release, and what officials answer."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from core.i18n import lazy_gettext as _l
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from evaluation.records.models import FACT_TITLES
from evaluation.records.service import LONGEST


class CommentForm(FlaskForm):
    """What is published beside the record."""

    text = TextAreaField(
        _l("Your comment"),
        [InputRequired(_l("Write your comment")), Length(max=LONGEST), no_nul, no_identity_code],
        description=_l("It is published beside your figures. Write nothing about single customers."),
    )


class ClaimForm(FlaskForm):
    """Which fact of a case is wrong."""

    fact = RadioField(
        _l("What is wrong?"),
        [InputRequired(_l("Choose one"))],
        choices=options((each.value, title) for each, title in FACT_TITLES.items()),
    )
    claim = TextAreaField(
        _l("How it was, and how it can be seen"),
        [InputRequired(_l("Tell how it was")), Length(max=LONGEST), no_nul, no_identity_code],
    )


class AnswerForm(FlaskForm):
    """Whether the fact is put right."""

    accept = RadioField(
        _l("Is the supplier right?"),
        [InputRequired(_l("Choose one"))],
        choices=options(
            [
                ("yes", _l("Yes: the fact is put right in the order, and the release is computed again")),
                ("no", _l("No: the fact stays as it is")),
            ]
        ),
    )
    answer = TextAreaField(
        _l("Reasons"),
        [InputRequired(_l("Write the reasons")), Length(max=LONGEST), no_nul, no_identity_code],
    )
