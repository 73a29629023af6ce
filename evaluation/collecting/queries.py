"""What is asked and answered of services: every SELECT of collecting."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.identity.passwords import hash_token
from evaluation.collecting.models import CustomerFeedback, ExpertFeedback, FeedbackRequest
from orders.models import Order


def request_of_token(token: str) -> FeedbackRequest | None:
    return db.session.scalars(
        select(FeedbackRequest).where(FeedbackRequest.token_hash == hash_token(token))
    ).one_or_none()


def request_of(order_id: uuid.UUID) -> FeedbackRequest | None:
    return db.session.scalars(select(FeedbackRequest).where(FeedbackRequest.order_id == order_id)).one_or_none()


def expert_feedback_of(order_id: uuid.UUID) -> ExpertFeedback | None:
    return db.session.scalars(select(ExpertFeedback).where(ExpertFeedback.order_id == order_id)).one_or_none()


def feedback_counts(mandate: Mandate) -> Sequence[Any]:
    """Per category of one's own orders: how many customers were asked, how many answered."""
    own = Order.supplier_id if mandate.role is Role.PROVIDER else Order.authority_id
    return db.session.execute(
        select(
            Order.category_id,
            func.count(FeedbackRequest.id).label("asked"),
            func.count(CustomerFeedback.id).label("answered"),
        )
        .join(FeedbackRequest, FeedbackRequest.order_id == Order.id)
        .outerjoin(CustomerFeedback, CustomerFeedback.order_id == Order.id)
        .where(own == mandate.organisation_id)
        .group_by(Order.category_id)
        .order_by(Order.category_id)
    ).all()
