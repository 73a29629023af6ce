"""The life of a system as one test in a real browser (docs/walks/life.py)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from docs.walks.life import live
from docs.walks.walk import pages_of
from tests import town
from tests.gates.test_walk import MovedClock


@pytest.mark.browser
@pytest.mark.rule("R10", "R17", "R18", "R19", "R29", "R30", "R33", "R34")
@pytest.mark.parametrize(("language", "width"), [("fi-FI", 1280), ("en-GB", 390)])
def test_the_life_of_a_system_from_its_draft_to_its_closing(
    lived_in: Flask, browser: Browser, language: str, width: int
) -> None:
    moved = MovedClock(lived_in)
    lived_in.wsgi_app = moved  # type: ignore[method-assign]
    chosen = os.environ.get("AVOIN_WALK_SHOTS")
    shots = Path(chosen) / f"life-{'laptop' if width > 600 else 'phone'}-{language[:2]}" if chosen else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    try:
        with town.serving(lived_in) as base:
            live(base, pages_of(browser, language, width), password=town.PASSWORD, later=moved.later, shots=shots)
    finally:
        lived_in.wsgi_app = moved.inner  # type: ignore[method-assign]
        for context in browser.contexts:
            context.close()
