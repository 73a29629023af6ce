"""The yearly reviews: made, commented, finished, their proposal taken into a draft."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core import policy
from core.errors import NotFound
from core.files import service as stored_files
from core.i18n import LANGUAGES
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from evaluation.together import document, forms, queries, reviewing, service
from evaluation.together import followed as following
from evaluation.together.models import REVIEW_STATE_TITLES, JointReview, ReviewState
from evaluation.together.policy import Permission
from evaluation.together.views.blueprint import Agreements, bp, today
from orders.groups.policy import Permission as GroupPermission

TONES = {ReviewState.OPEN: "go", ReviewState.FINISHED: "ok", ReviewState.TAKEN: "ok"}


def _form(agreements: Agreements) -> forms.ReviewForm:
    actor, year = mandate(), today().year
    kept = [each for each in agreements if each.keeper_id == actor.authority_id]
    oldest = min((reviewing.first_year(each.id) for each in kept), default=year)
    return forms.ReviewForm().offer(kept, range(year, max(oldest, year - 5) - 1, -1))


def _page(form: forms.ReviewForm, agreements: Agreements) -> Any:
    actor = mandate()
    page = render_template(
        "together/reviews.html",
        agreements=[(each, queries.reviews_of(each.id)) for each in agreements[:5]],
        form=form if actor.role is Role.COORDINATOR and form.agreement.choices else None,
        titles=REVIEW_STATE_TITLES,
        tones=TONES,
    )
    return page, status_of(form)


@bp.get("/joint/reviews")
@requires(Permission.FOLLOWING_LIST)
def reviews() -> Any:
    """The reviews of one's agreements; who keeps an agreement makes the next one."""
    agreements = following.agreements_of(mandate())
    return _page(_form(agreements), agreements)


def _made(form: forms.ReviewForm) -> JointReview:
    found = following.of_agreement(uuid.UUID(form.agreement.data))
    policy.check(mandate(), Permission.REVIEW_MAKE, found)
    assert found is not None
    return service.make(found, int(form.year.data), form.own_words.data or "", by=mandate())


@bp.post("/joint/reviews")
@requires(Permission.FOLLOWING_LIST)
def make_review() -> Any:
    """Make the review of a year from the data."""
    agreements = following.agreements_of(mandate())
    form = _form(agreements)
    if done := submitted(form, lambda: _made(form)):
        flash(_("The review is made. The parties may comment on it now."), "success")
        return redirect(url_for(".review", review_id=done.id))
    return _page(form, agreements)


def _one(review: JointReview, **given: Any) -> str:
    comment, end = given.get("comment") or forms.CommentForm(), given.get("end") or forms.FinishForm()
    if not end.is_submitted() or "end" not in given:
        end.own_words.data = review.words
    return render_template(
        "together/review.html",
        review=review,
        units=document.unit_rows(review),
        parties=document.party_rows(review),
        rule=document.rule_words(),
        work=document.work_words(review),
        comment=comment,
        end=end,
        permissions=Permission,
        fairness=GroupPermission.QUEUE_FAIRNESS,
        languages=LANGUAGES,
        titles=REVIEW_STATE_TITLES,
        tones=TONES,
    )


@bp.get("/joint/reviews/<uuid:review_id>")
@requires(Permission.REVIEW_READ, on=queries.review)
def review(found: JointReview) -> Any:
    """The year in figures, the proposed shares, what the parties say."""
    return _one(found)


@bp.post("/joint/reviews/<uuid:review_id>/comment")
@requires(Permission.REVIEW_COMMENT, on=queries.review)
def comment_review(found: JointReview) -> Any:
    """Say what one's authority thinks."""
    form = forms.CommentForm()
    if submitted(form, lambda: service.comment(found, form.text.data, by=mandate())):
        flash(_("Your comment is saved."), "success")
        return redirect(url_for(".review", review_id=found.id))
    return _one(found, comment=form), 422


@bp.post("/joint/reviews/<uuid:review_id>/finish")
@requires(Permission.REVIEW_MAKE, on=queries.review)
def finish_review(found: JointReview) -> Any:
    """Close the comments and have the document made."""
    form = forms.FinishForm()
    if submitted(form, lambda: service.finish(found, form.own_words.data or "", by=mandate())):
        flash(_("The review is finished. Its document is being made."), "success")
        return redirect(url_for(".review", review_id=found.id))
    return _one(found, end=form), 422


@bp.post("/joint/reviews/<uuid:review_id>/take")
@requires(Permission.REVIEW_MAKE, on=queries.review)
def take_review(found: JointReview) -> Any:
    """Put the proposed shares into a new draft of the agreement."""
    service.take(found, by=mandate())
    flash(
        _("The proposed shares stand in a new draft of the agreement. It binds nobody before all have approved it."),
        "success",
    )
    return redirect(url_for(".review", review_id=found.id))


def _of_file(review_id: uuid.UUID, **_rest: Any) -> JointReview | None:
    return queries.review(review_id)


@bp.get(f"/joint/reviews/<uuid:review_id>/<any({','.join(LANGUAGES)}):code>.pdf")
@requires(Permission.REVIEW_READ, on=_of_file)
def review_file(found: JointReview) -> Response:
    """The finished review as a document, in one language."""
    code = (request.view_args or {})["code"]
    file = getattr(found, f"file_{code}")
    if file is None:
        raise NotFound(_l("The document is not ready yet."), rule="not-found", next_step=_l("Come back in a while."))
    answer = Response(stored_files.content_of(file), mimetype=file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer
