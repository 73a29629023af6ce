"""Changing MASTER_KEY: what was sealed stays readable with the new key only, and the chain verifies."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from core import commands, sealing
from core.audit import service as audit_service
from core.cli import outside_failure
from core.db import db
from core.sealing import CannotOpen, RootKey, seal, unseal
from tests.conftest import KEYS

NEW = "a third key that takes the place of the second, long enough"


def test_given_a_changed_key_then_only_the_new_one_opens_what_was_sealed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = seal(b"a price", "test")
    commands.change_key(KEYS["MASTER_KEY"], NEW)
    app.extensions.pop("avoin-root-key")
    with pytest.raises(CannotOpen):
        unseal(sealed, "test")
    monkeypatch.setitem(app.config, "MASTER_KEY", NEW)
    assert unseal(sealed, "test") == b"a price"
    assert unseal(seal(b"another", "test"), "test") == b"another"
    assert audit_service.verify().faults == []
    app.extensions.pop("avoin-root-key")


def test_given_a_wrong_old_key_then_nothing_is_changed(app: Flask) -> None:
    before = db.session.get_one(RootKey, 1).wrapped
    with pytest.raises(CannotOpen):
        commands.change_key("not the key of this database, though long enough", NEW)
    db.session.expire_all()
    assert db.session.get_one(RootKey, 1).wrapped == before


def test_the_command_wants_a_new_key_that_is_long_enough(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = app.test_cli_runner()
    monkeypatch.setenv("NEW_MASTER_KEY", "short")
    refused = runner.invoke(args=["change-master-key"])
    assert refused.exit_code != 0
    assert "NEW_MASTER_KEY needs at least" in refused.output
    monkeypatch.setenv("NEW_MASTER_KEY", NEW)
    done = runner.invoke(args=["change-master-key"])
    assert done.exit_code == 0, done.output
    app.extensions.pop("avoin-root-key", None)


def test_a_database_from_before_keeps_what_its_master_key_had_sealed(app: Flask) -> None:
    db.session.execute(text("DELETE FROM root_key"))
    db.session.expire_all()
    db.session.execute(
        text(
            "INSERT INTO audit_event (seq, at, type, role, subject_type, subject_id, data, mac)"
            " VALUES (1, avoin_now(), 'test', 'system', 'test', '', '{}', '\\x00')"
        )
    )
    sealing.make_root_key(KEYS["MASTER_KEY"])
    db.session.flush()
    app.extensions.pop("avoin-root-key", None)
    sealing.derived_key("test")
    assert app.extensions["avoin-root-key"][1] == KEYS["MASTER_KEY"].encode()
    app.extensions.pop("avoin-root-key")


def test_the_command_line_says_in_one_line_that_the_key_is_another_one() -> None:
    words = outside_failure(CannotOpen("root key: this is not the MASTER_KEY of this database"))
    assert words.startswith("Something sealed cannot be opened")
    assert "MASTER_KEY" in words
    assert "\n" not in words
