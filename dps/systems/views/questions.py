"""Questions and answers: a provider asks without its name, the coordinator answers to everybody (I5)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.options import options
from core.web.submitting import status_of, submitted
from dps.systems import editing, queries, service, wording
from dps.systems.forms import AnswerForm, QuestionForm
from dps.systems.models import PurchasingSystem, Question, QuestionState
from dps.systems.policy import Permission
from dps.systems.views.blueprint import bp


@bp.route("/provider/systems/<uuid:system_id>/ask", methods=["GET", "POST"])
@requires(Permission.QUESTION_ASK, on=queries.public_system)
def ask(system: PurchasingSystem) -> Any:
    """Ask about a published system."""
    form = QuestionForm()
    names = [(str(each.id), localized(each, "name")) for each in system.categories if each.ended_at is None]
    form.category_id.choices = options([("", _("The whole system")), *names])
    key = form.category_id.data
    about = editing.category_by_id(system, uuid.UUID(key)) if form.is_submitted() and key in dict(names) else None
    if submitted(form, lambda: service.ask(system, about, form.text.data, by=mandate())):
        flash(_("Your question was sent. The answer is published here, and you get a message."), "success")
        return redirect(url_for("public.system", system_id=system.id) + "#questions")
    takes = service.takes_questions(system, clock.helsinki_date(clock.now()))
    return render_template("systems/ask.html", form=form, system=system, takes=takes), status_of(form)


@bp.get("/procurement/questions")
@requires(Permission.QUESTION_LIST)
def questions() -> Any:
    """What waits for an answer, then every question to the authority."""
    authority_id = mandate().organisation_id
    after = request.args.get("after", type=uuid.UUID)
    found = page(queries.questions_of(authority_id), Question, cursor=after, limit=PAGE_SIZE)
    return render_template(
        "systems/questions.html",
        questions=found["items"],
        next_after=found["next_cursor"],
        tags=wording.QUESTION_TAGS,
    )


@bp.route("/procurement/questions/<uuid:question_id>", methods=["GET", "POST"])
@requires(Permission.QUESTION_ANSWER, on=queries.question)
def answer(question: Question) -> Any:
    """Answer, or correct the answer by a new one."""
    form = AnswerForm()
    corrects = question.state is QuestionState.ANSWERED
    verb = service.correct if corrects else service.answer
    if submitted(form, lambda: verb(question, form.texts(), by=mandate())):
        flash(_("The answer is published to everybody."), "success")
        return redirect(url_for(".questions"))
    return render_template("systems/answer.html", form=form, question=question, corrects=corrects), status_of(form)
