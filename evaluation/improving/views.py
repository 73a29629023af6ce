"""Pages of quality talks, service quality and weights; one page for all who take part, each sees their own acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.qualification import admissions, matters
from dps.qualification.models import Qualification
from dps.systems import queries as system_queries
from dps.systems.models import Category
from evaluation import measures
from evaluation.improving import agenda, models, queries, rules, service
from evaluation.improving.forms import (
    AnswerForm,
    CopyWeightsForm,
    EndForm,
    HearingForm,
    InviteForm,
    NoteForm,
    agreed,
    minutes_form,
)
from evaluation.improving.models import QualityTalk, TalkAction
from evaluation.improving.policy import Permission
from evaluation.improving.promises import PROMISES
from orders.deviations.models import SEVERITY_TITLES
from orders.titles import INTERRUPTION_TITLES

bp = Blueprint("improving", __name__)


def _today() -> Any:
    return clock.helsinki_date(clock.now())


# ---- talks ----


@bp.get("/quality-talks")
@requires(Permission.TALK_LIST)
def talks() -> Any:
    """The talks of the authority or of the supplier; for coordinators also where one is offered."""
    actor = mandate()
    rows = queries.page_of(queries.talks_seen_by(actor), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    is_coordinator = actor.role is Role.COORDINATOR
    return render_template(
        "improving/talks.html",
        rows=shown,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        offers=queries.offers(actor.organisation_id, _today()) if is_coordinator else [],
        limit=queries.deviation_limit(_today()),
        is_coordinator=is_coordinator,
        models=models,
        class_titles=agenda.CLASS_TITLES,
    )


@bp.route("/procurement/admissions/<uuid:qualification_id>/quality-talk", methods=["GET", "POST"])
@requires(Permission.TALK_HOLD, on=admissions.qualification)
def invite(qualification: Qualification) -> Any:
    """Invite to a talk."""
    form = InviteForm()

    def send() -> QualityTalk:
        return service.invite(
            qualification, form.reason.data, form.given_moment(), form.meeting_place.data, by=mandate()
        )

    if done := submitted(form, send):
        flash(_("The invitation was sent."), "success")
        return redirect(url_for(".talk", talk_id=done.id))
    record = queries.published_record(qualification.supplier_id, qualification.category_id)
    page = render_template(
        "improving/invite.html",
        qualification=qualification,
        form=form,
        agenda=agenda.made(qualification, record, _today()),
        **_agenda_words(),
    )
    return page, status_of(form)


def _agenda_words() -> dict[str, Any]:
    return {
        "figures": agenda.FIGURES,
        "punctuality": agenda.PUNCTUALITY,
        "severities": SEVERITY_TITLES,
        "class_titles": {str(each): title for each, title in agenda.CLASS_TITLES.items()},
    }


_OF_TALK = (Permission.TALK_HOLD, Permission.TALK_ANSWER)


def _note_form(action: TalkAction) -> NoteForm:
    """Several of them stand on one page."""
    return NoteForm(prefix=f"action-{action.position}-")


def _talk_page(talk: QualityTalk, **forms: Any) -> str:
    actor = mandate()
    return render_template(
        "improving/talk.html",
        talk=talk,
        agenda=talk.agenda,
        models=models,
        actions=talk.actions,
        may_act={each.id for each in talk.actions if policy.is_allowed(actor, Permission.TALK_ACT, each)},
        allowed_to={each for each in _OF_TALK if policy.is_allowed(actor, each, talk)},
        permissions=Permission,
        minutes=forms.get("minutes") or minutes_form(),
        answer=forms.get("answer") or AnswerForm(),
        notes={each.id: forms.get(f"note_{each.position}") or _note_form(each) for each in talk.actions},
        end=forms.get("end") or EndForm(),
        **_agenda_words(),
    )


@bp.get("/quality-talks/<uuid:talk_id>")
@requires(Permission.TALK_READ, on=queries.talk)
def talk(talk: QualityTalk) -> Any:
    """One talk: agenda, minutes, actions, and what the reader can do."""
    return _talk_page(talk)


def _done(talk: QualityTalk, words: str) -> Any:
    flash(words, "success")
    return redirect(url_for(".talk", talk_id=talk.id))


@bp.post("/quality-talks/<uuid:talk_id>/hold")
@requires(Permission.TALK_HOLD, on=queries.talk)
def hold(talk: QualityTalk) -> Any:
    """Write the minutes and what was agreed."""
    form = minutes_form()

    def write() -> None:
        service.hold(talk, form.minutes.data, agreed(form), form.follow_up_on.data, by=mandate())

    if submitted(form, write):
        return _done(talk, _("The minutes were sent to the provider."))
    return _talk_page(talk, minutes=form), 422


@bp.post("/quality-talks/<uuid:talk_id>/answer")
@requires(Permission.TALK_ANSWER, on=queries.talk)
def answer(talk: QualityTalk) -> Any:
    """Confirm the minutes, or comment."""
    form = AnswerForm()

    def say() -> None:
        service.answer(talk, confirms=form.stance.data == "confirm", comment=form.comment.data or "", by=mandate())

    if submitted(form, say):
        return _done(talk, _("Your answer was sent."))
    return _talk_page(talk, answer=form), 422


@bp.post("/quality-talks/actions/<uuid:action_id>/done")
@requires(Permission.TALK_ACT, on=queries.action)
def do_action(action: TalkAction) -> Any:
    """Tell that an action is done."""
    form = _note_form(action)
    if submitted(form, lambda: service.do_action(action, form.note.data, by=mandate())):
        return _done(action.talk, _("The action is done."))
    return _talk_page(action.talk, **{f"note_{action.position}": form}), 422


def _end(talk: QualityTalk, verb: Callable[..., None], words: str) -> Any:
    form = EndForm()
    if submitted(form, lambda: verb(talk, form.closing_words.data, by=mandate())):
        return _done(talk, words)
    return _talk_page(talk, end=form), 422


@bp.post("/quality-talks/<uuid:talk_id>/close")
@requires(Permission.TALK_HOLD, on=queries.talk)
def close(talk: QualityTalk) -> Any:
    """Say what came of it."""
    return _end(talk, service.close, _("The talk is closed."))


@bp.post("/quality-talks/<uuid:talk_id>/cancel")
@requires(Permission.TALK_HOLD, on=queries.talk)
def cancel(talk: QualityTalk) -> Any:
    """The talk is not held."""
    return _end(talk, service.cancel, _("The talk is cancelled and the provider was told."))


@bp.route("/quality-talks/<uuid:talk_id>/hearing", methods=["GET", "POST"])
@requires(Permission.TALK_HOLD, on=queries.talk)
def hearing(talk: QualityTalk) -> Any:
    """Open the hearing about a pause, with the reasons of the talk."""
    today = _today()
    found = queries.grave_deviations(talk.qualification, service.grounds_since(today))
    words = service.hearing_text(talk, found, talk.release_id)
    form = HearingForm(data={"reason": words, "due_on": matters.earliest_hearing(today)})

    def hear() -> Any:
        return service.open_hearing(talk, form.term.data, form.reason.data, form.due_on.data, by=mandate())

    if submitted(form, hear):
        flash(_("The provider is heard about a pause of new orders."), "success")
        return redirect(url_for("qualification.admission", qualification_id=talk.qualification_id))
    page = render_template("improving/hearing.html", talk=talk, form=form, deviations=found, severities=SEVERITY_TITLES)
    return page, status_of(form)


# ---- service quality ----


@bp.get("/service-quality")
@requires(Permission.SERVICE_QUALITY_LIST)
def service_qualities() -> Any:
    """The admissions whose facts one may read."""
    rows = queries.admissions_page(mandate(), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    more = shown[-1].id if len(rows) > queries.PAGE_SIZE else None
    return render_template("improving/service_qualities.html", rows=shown, more=more)


@bp.get("/service-quality/<uuid:qualification_id>")
@requires(Permission.SERVICE_QUALITY_READ, on=admissions.qualification)
def service_quality(qualification: Qualification) -> Any:
    """Deviations, punctuality and drop-outs of a provider in a category."""
    actor = mandate()
    facts = queries.service_quality(
        qualification.supplier_id,
        qualification.category,
        authority_id=None if actor.role is Role.PROVIDER else actor.organisation_id,
        today=_today(),
    )
    return render_template(
        "improving/service_quality.html",
        qualification=qualification,
        facts=facts,
        rows=[
            (title, getattr(facts, name), interval(getattr(facts, name))) for name, title in agenda.PUNCTUALITY.items()
        ],
        reasons=INTERRUPTION_TITLES,
        severities=SEVERITY_TITLES,
        talk=queries.live_talk(qualification.id),
        may_invite=policy.is_allowed(actor, Permission.TALK_HOLD, qualification)
        and "talk" in qualification.category.record_uses,
    )


def interval(found: queries.Punctuality) -> tuple[float, float] | None:
    """Wilson's interval of a share, or nothing of nothing."""
    return measures.wilson(found.in_time, found.n) if found.n else None


# ---- weights ----


@bp.get("/procurement/evaluation/weights")
@requires(Permission.WEIGHTS_LIST)
def weights_list() -> Any:
    """The categories whose figures may say what mattered."""
    rows = queries.categories_of(mandate().organisation_id)
    return render_template("improving/weights_list.html", rows=rows)


def _weights_page(category: Category, form: CopyWeightsForm) -> str:
    release = queries.published_release()
    links = queries.links(release.id, category.id, list(PROMISES)) if release else []
    return render_template(
        "improving/weights.html",
        category=category,
        release=release,
        links=links,
        weights=rules.weights(links),
        promises=PROMISES,
        fewest=rules.FEWEST_PROVIDERS,
        form=form,
        may_copy=policy.is_allowed(mandate(), Permission.WEIGHTS_COPY, category),
    )


def _copy_form() -> CopyWeightsForm:
    return CopyWeightsForm().offer_choices(queries.draft_categories(mandate().organisation_id))


@bp.get("/procurement/evaluation/weights/<uuid:category_id>")
@requires(Permission.WEIGHTS_READ, on=system_queries.category)
def weights(category: Category) -> Any:
    """What mattered in a category, and what the next one could ask."""
    return _weights_page(category, _copy_form())


@bp.post("/procurement/evaluation/weights/<uuid:category_id>/copy")
@requires(Permission.WEIGHTS_COPY, on=system_queries.category)
def copy_weights(category: Category) -> Any:
    """Put the promises with their weights into a draft."""
    form = _copy_form()

    def copy() -> Category:
        target = system_queries.category(uuid.UUID(form.target.data))
        policy.check(mandate(), Permission.WEIGHTS_COPY, target)
        assert target is not None
        service.copy_weights(category, target, by=mandate())
        return target

    if done := submitted(form, copy):
        flash(_("The promises were added to the draft. Check the weights there: they add up to 100."), "success")
        return redirect(url_for("systems.category_step", category_id=done.id, step="ordering"))
    return _weights_page(category, form), 422
