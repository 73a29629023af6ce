"""The whole way as one test in a real browser (docs/walks/walk.py)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from core import clock
from core.db import db
from docs.walks.walk import pages_of, walk
from evaluation.records import jobs
from evaluation.records import queries as records
from evaluation.records.models import ReleaseState
from evaluation.records.service import releasing
from tests import town
from tests.conftest import SHARED

ESPD = SHARED / "standards" / "espd" / "examples" / "ESPD-Response-3.3.0.xml"


#: The days in which suppliers see a release before it is published, and one.
SEEN = 15


class MovedClock:
    """Answers requests some days later than now, each in its own thread."""

    def __init__(self, app: Flask) -> None:
        self.app, self.inner, self.days = app, app.wsgi_app, 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if not self.days:
            return self.inner(environ, start_response)
        with self.app.app_context(), clock.at(clock.datetime.now(clock.UTC) + timedelta(days=self.days)):
            return self.inner(environ, start_response)

    @contextmanager
    def later(self, days: int) -> Iterator[None]:
        """The server's day, and the quality records as published on it."""
        now = clock.datetime.now(clock.UTC)
        with self.app.app_context():
            if records.release_in(ReleaseState.PREVIEW) is None:
                with clock.at(now + timedelta(days=days - SEEN)):
                    releasing.freeze()
            with clock.at(now + timedelta(days=days)):
                jobs.look()
            db.session.remove()
        self.days = days
        yield
        self.days = 0


@pytest.mark.browser
@pytest.mark.shared
@pytest.mark.parametrize(("language", "width"), [("fi-FI", 1280), ("en-GB", 390)])
def test_the_whole_way_from_a_draft_system_to_the_quality_record(
    lived_in: Flask, browser: Browser, language: str, width: int
) -> None:
    moved = MovedClock(lived_in)
    lived_in.wsgi_app = moved  # type: ignore[method-assign]
    chosen = os.environ.get("AVOIN_WALK_SHOTS")
    shots = Path(chosen) / f"{'laptop' if width > 600 else 'phone'}-{language[:2]}" if chosen else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    try:
        with town.serving(lived_in) as base:
            walk(
                base,
                pages_of(browser, language, width),
                password=town.PASSWORD,
                espd=ESPD.read_text("utf-8"),
                later=moved.later,
                shots=shots,
            )
    finally:
        lived_in.wsgi_app = moved.inner  # type: ignore[method-assign]
        for context in browser.contexts:
            context.close()
