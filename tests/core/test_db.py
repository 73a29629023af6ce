"""What every connection is told."""

from __future__ import annotations

import pytest
import sqlalchemy
from flask import Flask
from sqlalchemy import make_url, text

from core.db import db

PLANNING = text("SELECT current_setting('jit'), current_setting('join_collapse_limit'), current_setting('work_mem')")


def test_given_any_connection_then_joins_are_planned_as_written_and_nothing_is_compiled(app: Flask) -> None:
    assert tuple(db.session.execute(PLANNING).one())[:2] == ("off", "5")


@pytest.mark.parametrize(
    ("options", "settings"),
    [("-c work_mem=8MB", ("off", "5", "8MB")), ("-c join_collapse_limit=7 -c work_mem=9MB", ("off", "7", "9MB"))],
)
def test_given_options_in_the_address_of_the_database_then_they_hold_and_have_the_last_word(
    app: Flask, options: str, settings: tuple[str, str, str]
) -> None:
    address = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).update_query_dict({"options": options})
    engine = sqlalchemy.create_engine(address)
    try:
        with engine.connect() as connection:
            assert tuple(connection.execute(PLANNING).one()) == settings
    finally:
        engine.dispose()
