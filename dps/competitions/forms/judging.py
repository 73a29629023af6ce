"""What evaluators, decision preparers, tenderers and askers type after the opening."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.formatting import number
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.competitions.models import (
    EXCLUSION_GROUND_TITLES,
    REQUEST_KIND_TITLES,
    CompetitionCriterion,
    CompetitionLot,
    ExclusionGround,
    RequestKind,
    Tender,
)
from dps.competitions.service.judging import Given

_WORDS = [Length(max=5000), no_nul, no_identity_code]


class CheckForm(FlaskForm):
    """The formal check."""

    note = TextAreaField(_l("Note on the formal check"), [Optional(), *_WORDS])


class AskForm(FlaskForm):
    """A request to the tenderer; made by ``ask_form``."""

    kind = RadioField(
        _l("What is asked for"),
        [InputRequired(_l("Choose what is asked for"))],
        choices=options(REQUEST_KIND_TITLES.items()),
        default=RequestKind.COMPLETION.value,
    )
    lot = SelectField(_l("Lot"), [Optional()])
    question = TextAreaField(
        _l("What is missing or unclear, and what would mend it?"),
        [DataRequired(_l("Write the question")), *_WORDS],
        description=_l("The tenderer gets the text as it is. The tender itself does not change."),
    )
    due_on = DateField(
        _l("Last day to answer"),
        [Optional()],
        description=_l("There is time until the end of the day. Empty: the shortest time, the same for everybody."),
    )


def lots_of(tender: Tender) -> list[CompetitionLot]:
    """The lots a tender is for."""
    offered = (tender.content or {}).get("lots", {})
    return [lot for lot in tender.competition.lots if lot.code in offered]


def _with_lots(base: type[FlaskForm], tender: Tender, whole: Any, chosen: str = "") -> Any:
    lots = [(lot.code, localized(lot, "name")) for lot in lots_of(tender)]
    field = SelectField(_("Lot"), [Optional()], choices=options([("", whole), *lots]), default=chosen)
    return type(f"Filled{base.__name__}", (base,), {"lot": field})()


def ask_form(tender: Tender, chosen: str = "") -> AskForm:
    form: AskForm = _with_lots(AskForm, tender, _("The whole tender"), chosen)
    return form


class ExcludeForm(FlaskForm):
    """An exclusion; made by ``exclude_form``."""

    ground = RadioField(
        _l("Ground"),
        [InputRequired(_l("Choose the ground"))],
        choices=options(EXCLUSION_GROUND_TITLES.items()),
    )
    lot = SelectField(_l("Lot"), [Optional()])
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write the reason")), *_WORDS],
        description=_l("The letter to the tenderer says it. Write in your own words, without business secrets."),
    )

    def chosen_ground(self) -> ExclusionGround:
        return ExclusionGround(self.ground.data)


def exclude_form(tender: Tender, chosen: str = "") -> ExcludeForm:
    form: ExcludeForm = _with_lots(ExcludeForm, tender, _("The whole tender"), chosen)
    return form


class ConcludeForm(FlaskForm):
    """What follows from an answer."""

    outcome = RadioField(_l("What follows"), [InputRequired(_l("Choose what follows"))])
    conclusion = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write the reason")), *_WORDS],
        description=_l("An answer that would improve the tender is not taken into account."),
    )


ACCEPTED, NOT_ACCEPTED, UNLAWFUL = "accepted", "not_accepted", "unlawful"


def conclude_form(kind: RequestKind, *, is_answered: bool) -> ConcludeForm:
    """The outcomes that are possible."""
    titles = [(NOT_ACCEPTED, _("Not accepted"))]
    if is_answered:
        titles.insert(0, (ACCEPTED, _("Accepted")))
    if kind is RequestKind.PRICE_EXPLANATION:
        words = _("Not accepted: the price comes from breaking environmental, social or labour law")
        titles.append((UNLAWFUL, words))
    field = RadioField(_("What follows"), [InputRequired(_("Choose what follows"))], choices=options(titles))
    form: ConcludeForm = type("FilledConcludeForm", (ConcludeForm,), {"outcome": field})()
    return form


class ScoresForm(FlaskForm):
    """Points and a reason for every question; made by ``scores_form``."""

    def given(self) -> dict[uuid.UUID | str, Given]:
        """By the criterion's code; what is no number is one that no scale has."""
        return {
            name.removeprefix("points-"): Given(
                points=_number(field.data), reason=self._fields["reason-" + name.removeprefix("points-")].data or ""
            )
            for name, field in self._fields.items()
            if name.startswith("points-")
        }


def _number(words: str | None) -> Decimal:
    try:
        return Decimal((words or "").strip().replace(",", "."))
    except InvalidOperation:
        return Decimal("NaN")


def scores_form(
    criteria: list[CompetitionCriterion], scale_max: int, before: Mapping[uuid.UUID, Given], *, is_joint: bool
) -> ScoresForm:
    """A pair of fields for each question, filled with what was written before."""
    fields: dict[str, Any] = {}
    why = _("It stands in the letters to the tenderers. Write in your own words, without business secrets.")
    for criterion in criteria:
        old = before.get(criterion.id)
        fields[f"points-{criterion.code}"] = StringField(
            _("Points, 0 to %(most)s", most=scale_max),
            [
                DataRequired(_("Give points from 0 to %(most)s, with at most two decimals.", most=scale_max)),
                Length(max=12),
            ],
            default=number(old.points) if old else "",
        )
        fields[f"reason-{criterion.code}"] = TextAreaField(
            _("Reason"),
            [DataRequired(_("Write the reason for the points.")), *_WORDS],
            default=old.reason if old else "",
            description=why if is_joint else None,
        )
    form: ScoresForm = type("FilledScoresForm", (ScoresForm,), fields)()
    return form


class SummaryForm(FlaskForm):
    """The summary of a choice."""

    summary = TextAreaField(
        _l("Summary of the reasons"),
        [DataRequired(_l("Write the summary of the reasons.")), *_WORDS],
        description=_l("All tenderers read it. The comparison and each tenderer's own points are added by themselves."),
    )


class AnswerForm(FlaskForm):
    """A tenderer's answer."""

    answer = TextAreaField(_l("Answer"), [DataRequired(_l("Write an answer.")), *_WORDS])
    file = FileField(_l("File"), [Optional()])


class SecretForm(FlaskForm):
    """Whether a marked field is a business secret."""

    outcome = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose"))],
        choices=options([("secret", _l("A business secret")), ("public", _l("Not a business secret"))]),
    )
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Write the reason")), *_WORDS])


class DocumentRequestForm(FlaskForm):
    """What somebody would like to see."""

    text = TextAreaField(
        _l("Which documents, or what they should tell"),
        [DataRequired(_l("Write what you would like to see.")), *_WORDS],
    )


class WrittenRequestForm(DocumentRequestForm):
    """A request that came by e-mail."""

    email = EmailField(
        _l("E-mail address of the one who asks"),
        [
            DataRequired(_l("Write the address of the one who asks.")),
            Email(_l("Write a whole e-mail address")),
            Length(max=254),
        ],
    )


class DocumentAnswerForm(FlaskForm):
    """Giving or refusing."""

    outcome = RadioField(
        _l("Answer"),
        [InputRequired(_l("Choose"))],
        choices=options([("give", _l("Given")), ("refuse", _l("Not given"))]),
    )
    reason = TextAreaField(
        _l("What was given and how, or why not"),
        [DataRequired(_l("Write the reason")), *_WORDS],
        description=_l(
            "A refusal says the reason and the provision. The asker is told of the way to a formal decision."
        ),
    )


class DocumentDecisionForm(FlaskForm):
    """The formal decision."""

    outcome = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose"))],
        choices=options([("give", _l("Given")), ("refuse", _l("Not given"))]),
    )
    decision = TextAreaField(_l("Decision and its reasons"), [DataRequired(_l("Write the decision")), *_WORDS])
