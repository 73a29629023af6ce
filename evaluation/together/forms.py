"""What is typed about person-years and reviews."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import DecimalField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.joint.agreements.models import CooperationAgreement
from evaluation.together.followed import Followed
from evaluation.together.models import ResourcingReport

TEXT_CHECKS = [no_nul, no_identity_code]


class ResourcingForm(FlaskForm):
    """A number for each task of each of one's own parties; the fields are made by ``resourcing_form``."""

    reason = TextAreaField(
        _l("Why it is corrected"),
        [Optional(), Length(max=2000), *TEXT_CHECKS],
        description=_l("Needed when something was reported before. Both stay readable."),
    )


def field_name(party: str, task: str) -> str:
    return f"years__{party}__{task}"


def resourcing_form(followed: Followed, own: Sequence[str], standing: ResourcingReport | None) -> ResourcingForm:
    """With a field for each party and task, filled with what stands."""
    known = {(line.party_key, line.task_code): line.person_years for line in standing.lines} if standing else {}

    class Form(ResourcingForm):
        pass

    for party in followed.parties:
        if party.key not in own:
            continue
        for task in followed.version.tasks:
            label = _l(
                "%(party)s: %(task)s, person-years", party=localized(party, "name"), task=localized(task, "name")
            )
            field = DecimalField(
                label,
                [
                    InputRequired(_l("Enter a number, also where it is 0")),
                    NumberRange(min=0, max=9999, message=_l("Enter a number like 4.5")),
                ],
                places=2,
                default=known.get((party.key, task.code)),
            )
            setattr(Form, field_name(party.key, task.code), field)
    return Form()


def person_years(form: ResourcingForm, followed: Followed, own: Sequence[str]) -> dict[tuple[str, str], Decimal]:
    """What was typed, by party and task."""
    return {
        (party, task.code): Decimal(form[field_name(party, task.code)].data).quantize(Decimal("0.01"))
        for party in own
        for task in followed.version.tasks
    }


class ReviewForm(FlaskForm):
    """Which year, and what the writer says to it."""

    agreement = SelectField(_l("Agreement"), [InputRequired(_l("Choose one"))])
    year = SelectField(_l("Year"), [InputRequired(_l("Choose one"))])
    own_words = TextAreaField(
        _l("In your own words"),
        [Optional(), Length(max=10_000), *TEXT_CHECKS],
        description=_l("What the year was like. You can change it until you finish the review."),
    )

    def offer(self, rows: Sequence[CooperationAgreement], years: Sequence[int]) -> ReviewForm:
        """The agreements that one's authority keeps."""
        self.agreement.choices = options((str(each.id), localized(each, "name")) for each in rows)
        self.year.choices = options((str(year), str(year)) for year in years)
        return self


class CommentForm(FlaskForm):
    """What one's authority thinks."""

    text = TextAreaField(
        _l("Your authority's comment"),
        [DataRequired(_l("Write a few words")), Length(max=4000), *TEXT_CHECKS],
    )


class FinishForm(FlaskForm):
    """The last words of the writer."""

    own_words = TextAreaField(_l("In your own words"), [Optional(), Length(max=10_000), *TEXT_CHECKS])
