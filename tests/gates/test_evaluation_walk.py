"""From a customer's answer to the published figures as one test in a browser (docs/walks/evaluation.py)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from core.db import db
from docs.walks.evaluation import evaluate
from docs.walks.walk import pages_of
from evaluation.collecting.models import FeedbackRequest
from orders.models import DELIVERED, Order
from tests import town


def _unanswered(app: Flask) -> str:
    """An order of the expert whose customer was asked and has not answered."""
    with app.app_context():
        expert = town.mandate_of(town.ACTORS["e"])
        found = db.session.scalars(
            select(FeedbackRequest.order_id)
            .join(Order, Order.id == FeedbackRequest.order_id)
            .where(FeedbackRequest.used_at.is_(None), Order.expert_id == expert.person_id, Order.state.in_(DELIVERED))
            .order_by(Order.id)
            .limit(1)
        ).one()
        db.session.remove()
    return str(found)


@pytest.mark.browser
@pytest.mark.rule("R105", "R119")
def test_what_came_of_services_from_a_customers_answer_to_the_published_figures(
    lived_in: Flask, browser: Browser
) -> None:
    chosen = os.environ.get("AVOIN_WALK_SHOTS")
    shots = Path(chosen) / "evaluation" if chosen else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    laptop, phone = pages_of(browser, "fi-FI", 1280), pages_of(browser, "sv-FI", 390)
    try:
        with town.serving(lived_in) as base:
            evaluate(base, laptop, phone, password=town.PASSWORD, shots=shots, order=_unanswered(lived_in))
    finally:
        for context in browser.contexts:
            context.close()
