"""What collecting puts on desks: customers to call and to ask, words to check, how an order went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for
from sqlalchemy import DateTime, cast, func, select
from sqlalchemy.orm import lazyload

from core import clock
from core.db import db
from core.i18n import gettext as _
from core.i18n import ngettext
from core.identity.mandates import Mandate
from core.web.desk import Act
from evaluation.collecting import queries
from evaluation.collecting.models import CustomerFeedback, FeedbackPoint, PointAnswer, ProviderFeedback, ServicePoint
from evaluation.collecting.service.asking import middle_of
from orders.models import DELIVERED, Order

#: Words are read within a week; what a provider says of an order is asked for two weeks.
READ_WITHIN, ASK_PROVIDER = timedelta(days=7), timedelta(days=14)


def alerts_for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Customers who are not satisfied, on the day they said so."""
    for alert in queries.open_alerts(mandate.person_id):
        order = alert.order
        yield Act(
            title=_("A customer of order %(number)s is not satisfied: call them", number=order.reference),
            href=url_for("evaluation.order_evaluation", order_id=order.id),
            due_on=clock.helsinki_date(alert.raised_at),
            button_label=_("Open"),
            aria_label=_("Open the feedback of order %(number)s", number=order.reference),
        )


def asking_for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Services under way whose customers are asked at the start or in the middle."""
    for order, point in queries.to_be_asked(mandate.person_id, today):
        is_start = point == FeedbackPoint.START
        titles = (
            _("Order %(number)s: ask the customer how it began", number=order.reference),
            _("Order %(number)s: ask the customer how it goes", number=order.reference),
        )
        began = order.started_on or today
        yield Act(
            title=titles[0] if is_start else titles[1],
            href=url_for("evaluation.order_evaluation", order_id=order.id),
            due_on=began + timedelta(days=7) if is_start else middle_of(order),
            button_label=_("Make a link"),
            aria_label=_("Make a feedback link for the customer of order %(number)s", number=order.reference),
        )


def for_coordinator(mandate: Mandate, today: date) -> Iterator[Act]:
    """Customers' words that nobody has read yet."""
    # The few unread ones are looked at, and whose order each is; not all orders of the authority.
    whose = select(Order.authority_id).where(Order.id == CustomerFeedback.order_id).scalar_subquery()
    of_orders = select(func.count(), func.min(CustomerFeedback.given_at)).where(
        CustomerFeedback.sealed_words.is_not(None),
        CustomerFeedback.words_state.is_(None),
        whose == mandate.organisation_id,
    )
    of_points = (
        select(func.count(), func.min(cast(PointAnswer.week_on, DateTime(timezone=True))))
        .join(ServicePoint, ServicePoint.id == PointAnswer.service_point_id)
        .where(
            ServicePoint.authority_id == mandate.organisation_id,
            PointAnswer.sealed_words.is_not(None),
            PointAnswer.words_state.is_(None),
        )
    )
    found = db.session.execute(of_orders.union_all(of_points)).all()
    waiting = sum(number for number, _oldest in found)
    if not waiting:
        return
    oldest = min(moment for _number, moment in found if moment is not None)
    yield Act(
        title=ngettext("%(num)s customer's words wait to be read", "%(num)s customers' words wait to be read", waiting),
        text=_("Until they are read, nobody else gets them."),
        href=url_for("feedback_pages.words_to_check"),
        due_on=clock.helsinki_date(oldest) + READ_WITHIN,
        button_label=_("Read"),
        aria_label=_("Read customers' words"),
    )


def for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """Accepted services of the last days: how was it to work with the authority?"""
    told = select(ProviderFeedback.id).where(ProviderFeedback.order_id == Order.id).exists()
    rows = db.session.scalars(
        select(Order)
        .options(lazyload("*"))
        .where(
            Order.supplier_id == mandate.organisation_id,
            Order.state.in_(DELIVERED),
            Order.completed_at >= clock.start_of_day(today - ASK_PROVIDER),
            ~told,
        )
        .order_by(Order.completed_at)
        .limit(5)
    )
    for order in rows:
        assert order.completed_at is not None
        yield Act(
            title=_("Order %(number)s: how was it to work with the authority?", number=order.reference),
            href=url_for("feedback_pages.on_authority", order_id=order.id),
            due_on=clock.helsinki_date(order.completed_at) + ASK_PROVIDER,
            button_label=_("Tell"),
            aria_label=_("Tell how it was to work with the authority on order %(number)s", number=order.reference),
        )
