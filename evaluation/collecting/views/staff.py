"""The coordinator's pages: points of asking, tablets, words to check, totals."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, session, url_for

from core import audit, clock
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.systems.models import Category
from evaluation.collecting import identities, queries, service, totals
from evaluation.collecting.forms import HELP_TITLES, HoldWordsForm, PointsForm, ReleaseWordsForm, ServicePointForm
from evaluation.collecting.models import CustomerFeedback, FeedbackPoint, PointAnswer, ServicePoint
from evaluation.collecting.policy import Permission
from evaluation.collecting.service import points, words
from evaluation.collecting.views import bp
from orders import links

FRESH_TABLET = "fresh_tablet"
FOUND_TITLES = {
    identities.Kind.IDENTITY_CODE: _l("An identity code"),
    identities.Kind.MAIL: _l("An e-mail address"),
    identities.Kind.LINK: _l("An address in the web"),
    identities.Kind.PHONE: _l("A phone number"),
    identities.Kind.KNOWN_NAME: _l("The name of somebody who works with the customer"),
    identities.Kind.PERHAPS_NAME: _l("Perhaps a name"),
}


@bp.get("/procurement/feedback")
@requires(Permission.FEEDBACK_TOTALS)
def authority_totals() -> Any:
    """What customers and providers say: by category, by service point and week."""
    authority_id, today = mandate().organisation_id, clock.helsinki_date(clock.now())
    return render_template(
        "collecting/totals.html",
        rows=totals.of_authority(authority_id, today),
        weeks=totals.of_points(authority_id, today),
        providers=totals.of_providers(authority_id, today),
        help_titles=HELP_TITLES,
    )


# ---- at which points customers are asked ----


def _points_form(category: Category, chosen: list[FeedbackPoint]) -> PointsForm:
    return PointsForm(formdata=None, prefix=f"c{category.id}-", points=[each.value for each in chosen])


def _points_page(sent: tuple[Category, PointsForm] | None = None) -> str:
    rows = [
        (category, sent[1] if sent and sent[0].id == category.id else _points_form(category, chosen))
        for category, chosen in queries.plans_of(mandate().organisation_id)
    ]
    return render_template("collecting/points.html", rows=rows)


@bp.get("/procurement/feedback/points")
@requires(Permission.FEEDBACK_POINTS)
def asking() -> Any:
    """At which points each category asks its customers."""
    return _points_page()


@bp.post("/procurement/feedback/points/<uuid:category_id>")
@requires(Permission.FEEDBACK_POINTS_SET, on=queries.category)
def set_points(category: Category) -> Any:
    """Say at which points the customers of a category are asked."""
    form = PointsForm(prefix=f"c{category.id}-")
    chosen = [FeedbackPoint(each) for each in form.points.data or []]
    if submitted(form, lambda: service.set_points(category, chosen, by=mandate())):
        flash(_("The points are saved."), "success")
        return redirect(url_for(".asking"))
    return _points_page((category, form)), 422


# ---- tablets ----


def _tablets_page(form: ServicePointForm) -> Any:
    fresh = session.pop(FRESH_TABLET, None)
    address = links.address("kiosk/feedback", fresh[1]) if fresh else None
    page = render_template(
        "collecting/tablets.html",
        rows=queries.points_by_name(mandate()),
        form=form,
        fresh_id=fresh[0] if fresh else None,
        address=address,
        picture=links.qr_code(address) if address else None,
    )
    return page, status_of(form)


def _show_once(device: points.Device) -> Any:
    session[FRESH_TABLET] = [str(device.point.id), device.token]
    return redirect(url_for(".tablets"))


@bp.route("/procurement/feedback/tablets", methods=["GET", "POST"])
@requires(Permission.FEEDBACK_TABLETS)
def tablets() -> Any:
    """The service points of the authority, and a new one."""
    form = ServicePointForm()
    made = submitted(form, lambda: points.make_point(form.name.data.strip(), form.address.data.strip(), by=mandate()))
    return _show_once(made) if made else _tablets_page(form)


@bp.post("/procurement/feedback/tablets/<uuid:service_point_id>/renew")
@requires(Permission.FEEDBACK_TABLET, on=queries.point)
def renew_tablet(point: ServicePoint) -> Any:
    """A fresh address for the tablet."""
    done = submitted(EmptyForm(), lambda: points.renew_point(point, by=mandate()))
    return _show_once(done) if done else (redirect(url_for(".tablets")))


@bp.post("/procurement/feedback/tablets/<uuid:service_point_id>/close")
@requires(Permission.FEEDBACK_TABLET, on=queries.point)
def close_tablet(point: ServicePoint) -> Any:
    """Switch a service point off."""
    points.close_point(point, by=mandate())
    flash(_("The service point is switched off."), "success")
    return redirect(url_for(".tablets"))


@bp.post("/procurement/feedback/tablets/<uuid:service_point_id>/reopen")
@requires(Permission.FEEDBACK_TABLET, on=queries.point)
def reopen_tablet(point: ServicePoint) -> Any:
    """Switch a service point on again."""
    points.reopen_point(point, by=mandate())
    flash(_("The service point is switched on."), "success")
    return redirect(url_for(".tablets"))


# ---- words to check ----


@bp.get("/procurement/feedback/words")
@requires(Permission.FEEDBACK_WORDS)
def words_to_check() -> Any:
    """Customers' words that nobody has read yet, each with its page; the list shows none of them."""
    return render_template("collecting/words.html", rows=queries.words_to_check(mandate().organisation_id))


def _words_page(answer: CustomerFeedback | PointAnswer, **forms: Any) -> str:
    text = words.words_of(answer)
    audit.saw("customer_feedback.words", answer, actor=mandate())
    return render_template(
        "collecting/word.html",
        answer=answer,
        words=text,
        findings=words.findings_in(answer, text) if text else [],
        found_titles=FOUND_TITLES,
        release_form=forms.get("release_form") or ReleaseWordsForm(formdata=None),
        hold_form=forms.get("hold_form") or HoldWordsForm(formdata=None),
    )


@bp.get("/procurement/feedback/words/<uuid:answer_id>")
@requires(Permission.FEEDBACK_WORDS_CHECK, on=queries.answer_with_words)
def word(answer: CustomerFeedback | PointAnswer) -> Any:
    """One customer's words, and what in them may tell who somebody is."""
    return _words_page(answer)


@bp.post("/procurement/feedback/words/<uuid:answer_id>/release")
@requires(Permission.FEEDBACK_WORDS_CHECK, on=queries.answer_with_words)
def release_words(answer: CustomerFeedback | PointAnswer) -> Any:
    """Release the words, without the parts to black out."""
    form = ReleaseWordsForm()
    if submitted(form, lambda: words.release(answer, form.parts(), by=mandate())):
        flash(
            _("The words are released. The provider gets them at the next release date, with at least 10 answers."),
            "success",
        )
        return redirect(url_for(".words_to_check"))
    return _words_page(answer, release_form=form), 422


@bp.post("/procurement/feedback/words/<uuid:answer_id>/hold-back")
@requires(Permission.FEEDBACK_WORDS_CHECK, on=queries.answer_with_words)
def hold_words_back(answer: CustomerFeedback | PointAnswer) -> Any:
    """Hold the words back."""
    form = HoldWordsForm()
    if submitted(form, lambda: words.hold_back(answer, form.chosen(), by=mandate())):
        flash(_("The words are held back. Nobody else gets to read them."), "success")
        return redirect(url_for(".words_to_check"))
    return _words_page(answer, hold_form=form), 422
