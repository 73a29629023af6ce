"""Pages of self-assessments: the customer's, the expert's, and what the provider may see."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

from core import audit, clock
from core.errors import DomainError
from core.i18n import current_language
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.identity.mandates import Mandate
from core.web.access import mandate, public, requires
from core.web.submitting import status_of, submitted
from core.web.workspaces import SidePanel
from evaluation.assessing import queries, service
from evaluation.assessing.forms import AssessForm, ConsentForm
from evaluation.assessing.models import AREA_TITLES, SelfAssessment
from evaluation.assessing.picture import own_radar
from evaluation.assessing.policy import Permission
from evaluation.collecting.forms import PointForm
from evaluation.collecting.models import POINT_TITLES, FeedbackPoint
from orders import links
from orders import queries as order_queries
from orders.meeting.models import ConsentWay
from orders.models import NOT_BOUGHT, Order
from orders.views.choose import customer_page, over

bp = Blueprint("assessing", __name__)
SHOWN, FRESH_LINK = "shown_assessment", "fresh_assessment_link"


def _picture(rows: list[SelfAssessment]) -> dict[str, Any]:
    """The first self-assessment against the last, as a radar and a table."""
    answers = [service.opened(row) for row in rows]
    before = answers[0] if len(answers) > 1 else None
    now = answers[-1] if answers else None
    areas = [area for area in AREA_TITLES if now and (area in now.grades or (before and area in before.grades))]
    return {
        "radar": own_radar(before.grades if before else None, now.grades) if now else None,
        "areas": [
            (AREA_TITLES[area], before.grades.get(area) if before else None, now.grades.get(area)) for area in areas
        ]
        if now
        else [],
        "has_before": before is not None,
        "words": [
            (POINT_TITLES[row.point], AREA_TITLES[area], text, row.language)
            for row, each in zip(rows, answers, strict=True)
            for area, text in each.words.items()
        ],
    }


# ---- the customer ----


@bp.route("/assess/<token>", methods=["GET", "POST"])
@customer_page
@public
def assess(token: str) -> Any:
    """Seven areas; after sending the customer sees the picture, right away and once."""
    if session.get(SHOWN) == token:
        session.pop(SHOWN)
        answered = queries.request_of_token(token)
        assert answered is not None
        return render_template("assessing/own_picture.html", **_picture(queries.assessments_of(answered.order_id)))
    form = AssessForm()
    try:
        asked = service.usable(token)
        if submitted(form, lambda: service.assess(token, form.answers(), language=current_language())):
            session[SHOWN] = token
            return redirect(url_for(".assess", token=token))
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)
    return render_template("assessing/assess.html", form=form, token=token, order=asked.order), status_of(form)


# ---- the expert ----


def order_panel(order: Order, actor: Mandate) -> SidePanel | None:
    """On the expert's page of an order: how far the self-assessments are."""
    if order.accepted_at is None or order.state in NOT_BOUGHT:
        return None
    given = queries.points_answered(order.id)
    answered = [POINT_TITLES[point] for point in FeedbackPoint if point in given]
    return SidePanel("assessing/_order_panel.html", {"order": order, "answered": answered})


def _page(order: Order, **forms: Any) -> str:
    actor = mandate()
    rows = queries.assessments_of(order.id)
    for row in rows:
        audit.saw("self_assessment.answers", row, actor=actor)
    today = clock.helsinki_date(clock.now())
    fresh = session.pop(FRESH_LINK, None)
    address = links.address("assess", fresh[1]) if fresh and fresh[0] == str(order.id) else None
    given = {row.point for row in rows}
    return render_template(
        "assessing/order.html",
        order=order,
        rows=rows,
        points=[
            (point, title, point in given, service.has_come(order, point, today))
            for point, title in POINT_TITLES.items()
        ],
        address=address,
        address_point=POINT_TITLES[FeedbackPoint(fresh[2])] if address and fresh else None,
        picture=links.qr_code(address) if address else None,
        consent=queries.consent_of(order.id),
        consent_form=forms.get("consent_form") or ConsentForm(formdata=None),
        form=forms.get("form"),
        **_picture(rows),
    )


@bp.get("/expert/orders/<uuid:order_id>/assessments")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
def assessments(order: Order) -> Any:
    """How the customer sees the situation, health too; who reads it is logged."""
    return _page(order)


@bp.post("/expert/orders/<uuid:order_id>/assessment-link")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
def make_link(order: Order) -> Any:
    """A fresh link for the customer, shown once."""
    form = PointForm()
    token = submitted(form, lambda: service.request_assessment(order, form.chosen(), by=mandate()))
    if token:
        session[FRESH_LINK] = [str(order.id), token, form.chosen().value]
        return redirect(url_for(".assessments", order_id=order.id))
    return _page(order, form=form), 422


@bp.route("/expert/orders/<uuid:order_id>/assessments/new", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
def together(order: Order) -> Any:
    """Expert and customer answer together, at the point that the address names."""
    form = AssessForm()
    point = request.args.get("point", FeedbackPoint.START, type=FeedbackPoint)

    def keep() -> Any:
        return service.assess_together(order, point, form.answers(), by=mandate(), language=current_language())

    if submitted(form, keep):
        flash(_("The self-assessment is saved."), "success")
        return redirect(url_for(".assessments", order_id=order.id))
    page = render_template(
        "assessing/together.html", order=order, form=form, point=point, point_title=POINT_TITLES[point]
    )
    return page, status_of(form)


def _done(order: Order, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for(".assessments", order_id=order.id))


@bp.post("/expert/orders/<uuid:order_id>/assessment-consent")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
def record_consent(order: Order) -> Any:
    """Record the customer's written consent."""
    form = ConsentForm()

    def record() -> Any:
        way = ConsentWay(form.way.data)
        return service.record_consent(order, form.day(), way, form.document_reference.data, by=mandate())

    if submitted(form, record):
        return _done(order, _("The consent is recorded. The named people of the provider see six areas, never health."))
    return _page(order, consent_form=form), 422


@bp.post("/expert/orders/<uuid:order_id>/withdraw-assessment-consent")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
def withdraw_consent(order: Order) -> Any:
    """The customer takes the consent back."""
    form = EmptyForm()
    if submitted(form, lambda: service.withdraw_consent(order, by=mandate())):
        return _done(order, _("The consent is withdrawn. The provider sees nothing of it any more."))
    return _page(order, form=form), 422


# ---- the provider ----


@bp.get("/provider/orders/<uuid:order_id>/assessments")
@requires(Permission.ASSESSMENT_READ_OPEN, on=order_queries.order)
def open_areas(order: Order) -> Any:
    """Six areas of the provider's own customer, with the customer's consent; else why not."""
    rows, reason = [], None
    try:
        rows = service.read_open(order, by=mandate())
    except DomainError as error:
        reason = error
    return render_template(
        "assessing/open_areas.html",
        order=order,
        rows=[(POINT_TITLES[row.point], answers.grades) for row, answers in rows],
        titles=AREA_TITLES,
        reason=reason,
    )
