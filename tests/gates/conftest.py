"""A browser, and a town in which it may write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from core.db import db
from tests.conftest import Databases, application

CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lived_in(
    town: Flask, environ: dict[str, str], databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A copy of the town in which a browser may write, so that other tests do not see it."""
    with town.app_context():
        db.session.remove()
        db.engine.dispose()
    files = Path(town.config["FILES_URL"].removeprefix("file://"))
    app = application(environ, databases.copy(town.config["SQLALCHEMY_DATABASE_URI"]), files)
    yield app
    with app.app_context():
        db.engine.dispose()
