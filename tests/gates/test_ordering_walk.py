"""From the customer's preparation to the accepted delivery as one test in a browser (docs/walks/ordering.py)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from docs.walks.ordering import old_phone_of, order_services
from docs.walks.walk import pages_of
from tests import town
from tests.gates.test_walk import MovedClock


@pytest.mark.browser
@pytest.mark.rule("R101", "R109", "R113")
def test_a_service_from_the_customers_preparation_to_the_accepted_delivery(lived_in: Flask, browser: Browser) -> None:
    moved = MovedClock(lived_in)
    lived_in.wsgi_app = moved  # type: ignore[method-assign]
    chosen = os.environ.get("AVOIN_WALK_SHOTS")
    shots = Path(chosen) / "ordering" if chosen else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    laptop, phone, old_phone = pages_of(browser, "fi-FI", 1280), pages_of(browser, "fi-FI", 390), old_phone_of(browser)
    try:
        with town.serving(lived_in) as base:
            order_services(base, laptop, phone, old_phone, password=town.PASSWORD, later=moved.later, shots=shots)
    finally:
        lived_in.wsgi_app = moved.inner  # type: ignore[method-assign]
        for context in browser.contexts:
            context.close()
