"""A competition from its draft to the signed contract as one test in a real browser (docs/walks/competition.py)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from docs.walks.competition import compete
from docs.walks.walk import pages_of
from tests import town
from tests.gates.test_walk import MovedClock


@pytest.mark.browser
@pytest.mark.rule("R35", "R36", "R40", "R41", "R47", "R50", "R51", "R54", "R55", "R70", "R74")
def test_a_competition_from_its_draft_to_the_signed_contract(lived_in: Flask, browser: Browser) -> None:
    moved = MovedClock(lived_in)
    lived_in.wsgi_app = moved  # type: ignore[method-assign]
    chosen = os.environ.get("AVOIN_WALK_SHOTS")
    shots = Path(chosen) / "competition" if chosen else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    laptop, phone = pages_of(browser, "fi-FI", 1280), pages_of(browser, "en-GB", 390)
    try:
        with town.serving(lived_in) as base:
            compete(base, laptop, phone, password=town.PASSWORD, later=moved.later, shots=shots)
    finally:
        lived_in.wsgi_app = moved.inner  # type: ignore[method-assign]
        for context in browser.contexts:
            context.close()
