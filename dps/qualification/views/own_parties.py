"""The provider's pages about other operators, and about questions to it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core import clock
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.options import options
from core.web.submitting import status_of, submitted
from core.web.text_checks import no_identity_code, no_nul
from dps.qualification import parties, queries, service, wording
from dps.qualification.forms import PartyForm, party_form
from dps.qualification.handling_forms import requirement_words
from dps.qualification.models import CLARIFICATION_KIND_TITLES, Clarification, ClarificationKind
from dps.qualification.parties import PartyDetails
from dps.qualification.policy import Permission
from dps.qualification.views import bp
from dps.systems import queries as systems
from dps.systems.forms import CheckBoxes
from dps.systems.models import Category
from suppliers import espd
from suppliers import queries as suppliers
from suppliers.models import Document


def _party_of(form: PartyForm) -> PartyDetails:
    """The party as written, with the answers of its ESPD file."""
    details = form.details()
    upload = form.file.data
    if upload is None or not upload.filename:
        return details
    return parties.with_espd(details, upload.stream.read(espd.MAX_SIZE + 1))


@bp.route("/provider/apply/<uuid:category_id>/parties/new", methods=["GET", "POST"])
@requires(Permission.APPLICATION_SEND, on=systems.public_category)
def add_party(category: Category) -> Any:
    """Name another operator: member of the group, subcontractor, or one whose capacities are relied on."""
    form = party_form(category)
    actor = mandate()
    if submitted(form, lambda: service.add_party(category, actor.organisation_id, _party_of(form), by=actor)):
        flash(_("The operator is in the draft of your application."), "success")
        return redirect(url_for(".apply", category_id=category.id, _anchor="parties"))
    return render_template("qualification/party.html", form=form, category=category), status_of(form)


#: What the applicant does about an operator that has to be replaced.
WAYS = options(
    [
        ("replace", _l("We replace it with the operator named below")),
        ("without", _l("We do without it, or do its work ourselves")),
        ("keep", _l("We do not replace it")),
    ]
)


class AnswerForm(FlaskForm):
    """The answer to a question."""

    answer = TextAreaField(
        _l("Your answer"),
        [DataRequired(_l("Write an answer.")), Length(max=5000), no_nul, no_identity_code],
        description=_l("No personal identity codes. Never send an extract from the criminal record."),
    )


def _answer_form(question: Clarification, vault: list[Document]) -> FlaskForm:
    fields: dict[str, Any] = {}
    if vault:
        fields["documents"] = CheckBoxes(
            _("Documents to the answer"), [Optional()], choices=options((each.id, each.title) for each in vault)
        )
    if question.kind is ClarificationKind.REPLACE_SUBCONTRACTOR:
        fields["way"] = RadioField(
            _("What do you do?"), [InputRequired(_("Choose what you do about the operator"))], choices=WAYS
        )
    form: FlaskForm = type("FilledAnswerForm", (AnswerForm,), fields)()
    return form


def _replacement_form(question: Clarification) -> PartyForm | None:
    """The fields of the new operator; it steps into the role of the old one."""
    if question.kind is not ClarificationKind.REPLACE_SUBCONTRACTOR or question.party is None:
        return None
    form = party_form(question.application.category)
    if form.role.data is None:
        form.role.data = question.party.role.value
    return form


@bp.route("/provider/clarifications/<uuid:clarification_id>", methods=["GET", "POST"])
@requires(Permission.CLARIFICATION_ANSWER, on=queries.clarification)
def answer(question: Clarification) -> Any:
    """The question, until when there is time, and the answer."""
    actor, now = mandate(), clock.now()
    vault = list(suppliers.documents_in_use(actor.organisation_id, clock.helsinki_date(now)))
    form, other = _answer_form(question, vault), _replacement_form(question)
    known = {str(each.id): each for each in vault}

    def send() -> None:
        way = form["way"].data if "way" in form else ""
        details = None
        if way == "replace" and other is not None and question.party is not None:
            if not other.validate():
                raise RuleBroken(_l("Fill in the details of the new operator."), rule="R68", field="way")
            details = _party_of(other)
        chosen = [known[key] for key in (form["documents"].data if "documents" in form else None) or ()]
        given = service.Answer(
            text=form["answer"].data, documents=chosen, replacement=details, does_without=way == "without"
        )
        service.answer(question, given, by=actor)

    if submitted(form, send):
        flash(_("The answer has been sent."), "success")
        return redirect(url_for(".own_application", application_id=question.application_id))
    return (
        render_template(
            "qualification/answer.html",
            question=question,
            application=question.application,
            form=form,
            other=other if question.is_open(now) else None,
            is_open=question.is_open(now) and question.application.state == "received",
            tag=wording.question_tag(question, now),
            kinds=CLARIFICATION_KIND_TITLES,
            about=requirement_words(question.application, question.requirements),
            vault=vault,
        ),
        status_of(form),
    )
