"""The provider's pages: what it is invited to, the documents, questions, a shorter time; and what everybody reads."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.web.access import mandate, public, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.competitions import documents as papers
from dps.competitions import eligibility, parts, queries, rules, wording
from dps.competitions import queries_preparing as asked
from dps.competitions.forms.running import ConsentAnswerForm, QuestionForm
from dps.competitions.models import Competition, TimeConsent
from dps.competitions.policy import Permission
from dps.competitions.service import asking, inviting
from dps.competitions.views.blueprint import missing, word
from dps.competitions.views.running import differences_of
from dps.systems.models import CRITERION_KIND_TITLES, PRICE_UNIT_TITLES

bp = Blueprint("invited", __name__)

BASE = "/provider/competitions/<uuid:competition_id>"


def loaded(competition_id: uuid.UUID, **_words: str | uuid.UUID | int) -> Competition | None:
    return asked.sent_competition(competition_id)


def documents_of(competition: Competition) -> dict[str, Any]:
    """What a page that shows the documents needs."""
    return {
        "competition": competition,
        "documents": papers.of(competition),
        "answers": asked.answers_of(competition.id),
        "versions": [(each, wording.reason_of(each)) for each in asked.versions_of(competition.id)],
        "units": PRICE_UNIT_TITLES,
        "kinds": CRITERION_KIND_TITLES,
        "formulas": wording.FORMULA_TEXTS,
        "shown": wording.shown,
        "tag": wording.tag_of(competition, clock.now()),
    }


@bp.get("/provider/competitions")
@requires(Permission.TENDER_OWN_LIST)
def own_index() -> Any:
    """What can be tendered for now, the first deadline first; then what has ended."""
    supplier_id = mandate().organisation_id
    after = request.args.get("after", type=uuid.UUID)
    past = page(asked.past_invitations(supplier_id), Competition, cursor=after, limit=PAGE_SIZE)
    now = clock.now()
    today, running = clock.helsinki_date(now), asked.open_invitations(supplier_id)
    return render_template(
        "competitions/own_index.html",
        open=running,
        left={each.id: (rules.last_day(each.tenders_due_at or now) - today).days for each in running},
        past=past["items"],
        next_after=past["next_cursor"],
        consents=asked.open_consents_of(supplier_id),
        tags={each.id: wording.tag_of(each, now) for each in past["items"]},
    )


@bp.get(BASE)
@requires(Permission.COMPETITION_MEET, on=loaded)
def own_competition(competition: Competition) -> Any:
    """The documents for those who were invited; for everybody else exactly why not."""
    now, actor = clock.now(), mandate()
    standing = eligibility.of(competition, actor.organisation_id)
    if not standing.is_invited and competition.opened_at is None:
        return render_template("competitions/not_invited.html", competition=competition, standing=standing)
    return render_template(
        "competitions/own_competition.html",
        standing=standing,
        runs=competition.takes_tenders(now),
        takes_questions=asking.takes_questions(competition, now),
        parts=parts.invited(competition, actor) if standing.is_invited else [],
        **documents_of(competition),
    )


@bp.route(f"{BASE}/ask", methods=["GET", "POST"])
@requires(Permission.TENDER_GIVE, on=loaded)
def ask(competition: Competition) -> Any:
    """Ask without a name."""
    form = QuestionForm()
    if submitted(form, lambda: asking.ask(competition, form.text.data, by=mandate())):
        flash(_("Your question was sent. The answer goes to everybody who was invited."), "success")
        return redirect(url_for(".own_competition", competition_id=competition.id) + "#answers")
    takes = asking.takes_questions(competition, clock.now())
    page = render_template("competitions/ask.html", competition=competition, form=form, takes=takes)
    return page, status_of(form)


@bp.get(f"{BASE}/versions/<int:documents_number>")
@requires(Permission.TENDER_GIVE, on=loaded)
def own_version(competition: Competition) -> Any:
    """What one version changed, side by side."""
    row, lines = differences_of(competition, int(word("documents_number")))
    return render_template(
        "competitions/version.html",
        competition=competition,
        version=row,
        reason=wording.reason_of(row),
        lines=lines,
        home=url_for(".own_competition", competition_id=competition.id),
    )


@bp.route("/provider/time-consents/<uuid:consent_id>", methods=["GET", "POST"])
@requires(Permission.TIME_CONSENT_ANSWER, on=asked.time_consent)
def time_consent(consent: TimeConsent) -> Any:
    """Agree to a shorter time, or not (R38)."""
    form = ConsentAnswerForm()
    agrees = form.agrees.data == "yes"
    if submitted(form, lambda: inviting.answer_time_consent(consent, agrees, by=mandate())):
        flash(_("Your answer is recorded."), "success")
        return redirect(url_for(".own_index"))
    is_open = consent.answered_at is None and not queries.has_been_sent(consent.competition)
    page = render_template("competitions/time_consent.html", consent=consent, form=form, is_open=is_open)
    return page, status_of(form)


@bp.get("/competitions/<uuid:competition_id>")
@public
def published(competition_id: uuid.UUID) -> Any:
    """What everybody reads once the tenders have been opened: the documents and the answers."""
    competition = asked.public_competition(competition_id)
    if competition is None:
        raise missing()
    return render_template("competitions/public.html", parts=parts.public(competition), **documents_of(competition))


@bp.get("/how-tenders-are-sealed")
@public
def how_sealed() -> Any:
    """How submission, encryption and time stamps work (R58)."""
    return render_template("competitions/how_sealed.html")
