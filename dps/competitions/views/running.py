"""The staff's pages of competitions: the list, one with its track, sending, more time, amendments, questions."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.models import Role
from core.policy import is_allowed
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.competitions import documents as papers
from dps.competitions import editing, parts, queries, rules, wording
from dps.competitions import queries_preparing as asked
from dps.competitions.forms.running import (
    AmendForm,
    AnswerForm,
    ConsentForm,
    ExtendForm,
    InterestForm,
    OutageForm,
    SendForm,
)
from dps.competitions.models import (
    INVITATION_BASIS_TITLES,
    Competition,
    CompetitionQuestion,
    CompetitionState,
    DocumentsVersion,
    Outage,
)
from dps.competitions.policy import Permission
from dps.competitions.service import amending, asking, committee, inviting, preparing
from dps.competitions.views.blueprint import BASE, bp, loaded, missing, word
from dps.qualification import queries as qualifications
from dps.systems.models import CRITERION_KIND_TITLES, PRICE_UNIT_TITLES


@bp.get("/procurement/competitions")
@requires(Permission.COMPETITION_LIST)
def index() -> Any:
    """The authority's competitions, or those on whose committee one sits; the newest first."""
    after = request.args.get("after", type=uuid.UUID)
    found = page(queries.browsable_competitions(mandate()), Competition, cursor=after, limit=PAGE_SIZE)
    now = clock.now()
    return render_template(
        "competitions/index.html",
        competitions=found["items"],
        next_after=found["next_cursor"],
        tags={each.id: wording.tag_of(each, now) for each in found["items"]},
    )


@bp.get(BASE)
@requires(Permission.COMPETITION_READ, on=asked.read_competition)
def show(competition: Competition) -> Any:
    """One competition: what is next, its times, who was invited, questions, versions, documents."""
    now, actor = clock.now(), mandate()
    is_draft = competition.state in (CompetitionState.DRAFT, CompetitionState.SUBMITTED)
    invitations = [] if is_draft else queries.invitations_of(competition.id)
    mails = asked.mails_of([each.id for each in invitations])
    due_at = competition.tenders_due_at or competition.planned_due_at
    earliest = rules.earliest_due(competition.category.legal_mode, clock.helsinki_date(now))
    found = preparing.obstacles_of(competition, now) if is_draft else []
    return render_template(
        "competitions/show.html",
        competition=competition,
        documents=papers.of(competition),
        me=next((each for each in competition.committee if each.person_id == actor.person_id), None),
        tag=wording.tag_of(competition, now),
        track=wording.track(competition, now),
        runs=competition.takes_tenders(now),
        obstacles=[(each, editing.mend(each, competition)) for each in found],
        blocked=is_draft and qualifications.invitations_blocked(competition.category),
        is_short=is_draft and due_at is not None and due_at < earliest,
        earliest=earliest,
        candidates=asked.candidates(competition.category_id) if is_draft else [],
        invitations=[(each, wording.delivery_of(mails.get(each.id, []))) for each in invitations],
        basis=INVITATION_BASIS_TITLES,
        questions=[] if is_draft else asked.questions_of(competition.id),
        question_tags=wording.QUESTION_TAGS,
        versions=[(each, wording.reason_of(each)) for each in ([] if is_draft else asked.versions_of(competition.id))],
        edit=editing,
        parts=parts.working(competition, actor),
        units=PRICE_UNIT_TITLES,
        kinds=CRITERION_KIND_TITLES,
        formulas=wording.FORMULA_TEXTS,
        shown=wording.shown,
    )


# ---- sending ----


@bp.route(f"{BASE}/send", methods=["GET", "POST"])
@requires(Permission.COMPETITION_SEND, on=loaded)
def send(competition: Competition) -> Any:
    """Look once more, set the end of the time, and invite everybody."""
    form = SendForm()
    if request.method == "GET":
        form.show(competition.planned_due_at)
    if submitted(form, lambda: inviting.send(competition, form.due_at, by=mandate())):
        flash(_("The invitation has been sent to everybody who is admitted."), "success")
        return redirect(editing.home(competition))
    today = clock.helsinki_date(clock.now())
    return render_template(
        "competitions/send.html",
        competition=competition,
        form=form,
        candidates=asked.candidates(competition.category_id),
        earliest=rules.earliest_due(competition.category.legal_mode, today),
        days=rules.tender_days(competition.category.legal_mode, today),
        consents=asked.consents_of(competition.id),
    ), status_of(form)


@bp.route(f"{BASE}/consents", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def consents(competition: Competition) -> Any:
    """Ask every candidate to agree to a shorter time, and see who has (R38)."""
    form = ConsentForm()
    if submitted(form, lambda: inviting.ask_time_consent(competition, form.due_at, by=mandate())):
        flash(_("All candidates have been asked."), "success")
        return redirect(url_for(".consents", competition_id=competition.id))
    today = clock.helsinki_date(clock.now())
    return render_template(
        "competitions/consents.html",
        competition=competition,
        form=form,
        consents=asked.consents_of(competition.id),
        earliest=rules.earliest_due(competition.category.legal_mode, today),
    ), status_of(form)


# ---- while the time for tenders runs ----


@bp.route(f"{BASE}/extend", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def extend(competition: Competition) -> Any:
    """More time for everybody."""
    form = ExtendForm()
    if submitted(form, lambda: amending.extend(competition, form.due_at, form.reason.data, by=mandate())):
        flash(_("Everybody who was invited has been told of the longer time."), "success")
        return redirect(editing.home(competition))
    return render_template("competitions/extend.html", competition=competition, form=form), status_of(form)


@bp.route(f"{BASE}/amend", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def amend(competition: Competition) -> Any:
    """Change the documents as a new version."""
    form = AmendForm()
    form.of_documents(papers.of(competition), competition.category, is_fresh=request.method == "GET")

    def act() -> DocumentsVersion:
        return amending.amend(
            competition,
            form.applied,
            form.reason.data or "",
            is_material=form.is_material.data,
            new_due_at=form.due_at,
            by=mandate(),
        )

    if done := submitted(form, act):
        flash(_("The change is published. Everybody who was invited has been told."), "success")
        return redirect(url_for(".version", competition_id=competition.id, documents_number=done.number))
    today = clock.helsinki_date(clock.now())
    due_at = competition.tenders_due_at
    earliest = rules.earliest_due_after_change(competition.category.legal_mode, today, due_at) if due_at else None
    page = render_template("competitions/amend.html", competition=competition, form=form, earliest=earliest)
    return page, status_of(form)


def differences_of(competition: Competition, number: int) -> tuple[DocumentsVersion, list[Any]]:
    """A version, and what it says otherwise than the one before.

    :raises NotFound: there is no such version
    """
    row = asked.version(competition.id, number)
    if row is None:
        raise missing()
    before = asked.version(competition.id, number - 1)
    found = papers.differences(papers.load(before.content), papers.load(row.content)) if before else []
    return row, wording.lines(found)


@bp.get(f"{BASE}/versions/<int:documents_number>")
@requires(Permission.COMPETITION_READ, on=loaded)
def version(competition: Competition) -> Any:
    """What one version changed, side by side."""
    row, lines = differences_of(competition, int(word("documents_number")))
    return render_template(
        "competitions/version.html",
        competition=competition,
        version=row,
        reason=wording.reason_of(row),
        lines=lines,
        home=editing.home(competition),
    )


@bp.route("/procurement/competition-questions/<uuid:competition_question_id>", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=lambda competition_question_id: asked.question(competition_question_id))
def answer(question: CompetitionQuestion) -> Any:
    """Answer to everybody at once; late, with more time or a reason."""
    form, competition, now = AnswerForm(), question.competition, clock.now()
    due_at = competition.tenders_due_at
    assert due_at is not None
    is_late = competition.takes_tenders(now) and asking.is_late(competition, now)
    earliest = rules.earliest_due_after_answer(clock.helsinki_date(now), due_at)

    def act() -> None:
        reason = form.late_reason.data or ""
        asking.answer(question, form.texts(), new_due_at=form.due_at, late_reason=reason, by=mandate())

    if submitted(form, act):
        flash(_("The answer has been sent to everybody who was invited."), "success")
        return redirect(editing.home(competition))
    page = render_template(
        "competitions/answer.html",
        question=question,
        competition=competition,
        form=form,
        is_late=is_late,
        earliest=earliest,
        takes=competition.takes_tenders(now),
    )
    return page, status_of(form)


# ---- the committee's declarations, outages ----


@bp.route(f"{BASE}/declare", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_SERVE, on=loaded)
def declare(competition: Competition) -> Any:
    """Say whether there is a conflict of interest, before anything else (R50)."""
    form, me = InterestForm(), queries.member_of(competition.id, mandate().person_id)
    assert me is not None

    def act() -> None:
        committee.declare_interest(me, form.has_conflict.data == "yes", by=mandate())

    if submitted(form, act):
        flash(_("Your declaration is recorded."), "success")
        if is_allowed(mandate(), Permission.COMPETITION_READ, competition):
            return redirect(editing.home(competition))
    return render_template("competitions/declare.html", competition=competition, form=form, me=me), status_of(form)


@bp.route("/procurement/outages", methods=["GET", "POST"])
@requires(Permission.OUTAGE_REGISTER)
def outages() -> Any:
    """Outages of the service, and what each extended (R59)."""
    form = OutageForm()

    def act() -> Outage:
        started_at, ended_at = form.times
        return amending.register_outage(started_at, ended_at, form.description.data or "", by=mandate())

    if submitted(form, act):
        flash(_("The outage is recorded. Times that ended meanwhile are longer for everybody."), "success")
        return redirect(url_for(".outages"))
    page = render_template(
        "competitions/outages.html", form=form, outages=asked.outages(), is_admin=mandate().role is Role.ADMIN
    )
    return page, status_of(form)
