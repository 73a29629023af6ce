"""Sealed means sealed (I3, R52): before the opening no dump, file, log, job, mail, page or answer shows a tender.

Canary strings stand in every field and file of a draft and of two submitted tenders; then everything is read.
"""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select

from core import clock, mail
from core.db import db
from core.embedded.postgres import client_program
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.jobs import outbox
from core.mail.models import Mail
from dps.competitions import tender_jobs
from dps.competitions.models import Competition, Receipt, Tender
from dps.competitions.service import asking, tendering
from tests import people, worlds_competitions
from tests.conftest import _plain
from tests.pages import _forget, api_as, page_as
from tests.worlds_competitions import Contest
from tests.worlds_judging import written

#: In each word that a tenderer writes, and in each price.
CANARY = "Kanarialintu7351"
PRICES = ("61.83", "64.29", "67.41")
FILE = f"{CANARY} in the file".encode()


def canary_tender(made: Contest, price: str) -> dict[str, Any]:
    """Canaries wherever something can be written."""
    tender = written(made.competition, price, answer=f"{CANARY} answers")
    lot = made.competition.lots[0].code
    question = next(each.code for each in made.competition.criteria if each.kind == "quality")
    return {**tender, "note": f"{CANARY} notes", "secrets": {f"answer:{lot}:{question}": f"{CANARY} hides"}}


def tender_by_pages_and_api(app: Flask, made: Contest) -> None:
    """One sends by the pages, one by the API, one only drafts: each as a client would, with its tries that fail."""
    path = f"/provider/competitions/{made.competition.id}/tender"
    by_page = page_as(app, made.providers[0].mandate)
    tendering.save_draft(made.competition, canary_tender(made, PRICES[0]), by=made.providers[0].mandate)
    db.session.remove()
    page = by_page.get(path)
    page = page.press("Add the file", file=(io.BytesIO(FILE), f"{CANARY}.txt"))
    page = by_page.get(path).press("Check and preview")
    assert CANARY in page.text
    page.press("Send the tender")
    api = api_as(app, made.providers[1].mandate)
    words = {key: canary_tender(made, PRICES[1])[key] for key in ("lots", "secrets", "note")}
    verb = f"/competitions/{made.competition.id}/submit-tender"
    wrong = {**words, "lots": {CANARY: words["lots"][made.competition.lots[0].code]}}
    for number, content in enumerate((wrong, words)):
        answer = api.call(
            "POST",
            verb,
            data={"content": json.dumps(content), "files": [(io.BytesIO(FILE), f"{CANARY}.txt")]},
            headers={"Idempotency-Key": f"canary-{number}"},
        )
    assert answer.status_code == 201
    draft = {key: canary_tender(made, PRICES[2])[key] for key in ("lots", "secrets", "note")}
    saved = api_as(app, made.providers[2].mandate).post(f"/competitions/{made.competition.id}/save-tender", json=draft)
    assert saved.status_code == 200


def forms_of_canaries() -> list[bytes]:
    """The canaries as they might lie somewhere: plain, in hexadecimal, in base64 (whatever its offset)."""
    words = [CANARY.encode(), *(price.encode() for price in PRICES), *(p.replace(".", ",").encode() for p in PRICES)]
    encoded = [CANARY.encode().hex().encode()]
    for offset in range(3):
        text = base64.b64encode(b"x" * offset + CANARY.encode() + b"xx")
        encoded.append(text[4:16])
    return [*words, *encoded]


def leaks(content: bytes) -> list[bytes]:
    return [each for each in forms_of_canaries() if each in content]


def everything_at_rest(app: Flask, home: Path) -> Iterator[tuple[str, bytes]]:
    """The database, the file store, the queue, and the mails as their readers get them."""
    outbox.relay()
    yield (
        "dump",
        subprocess.run(
            [client_program("pg_dump"), f"--dbname={_plain(app.config['SQLALCHEMY_DATABASE_URI'])}"],
            check=True,
            capture_output=True,
        ).stdout,
    )
    for path in home.rglob("*"):
        if path.is_file():
            yield f"file {path.name}", path.name.encode() + path.read_bytes()
    line: Redis = Redis.from_url(app.config["REDIS_URL"])
    for key in line.scan_iter("*"):
        yield f"queue {key!r}", key + (line.dump(key) or b"")
    for row in db.session.scalars(select(Mail)):
        yield f"mail {row.template}", (row.subject + mail.service.body_of(row)).encode()


def readers(made: Contest) -> dict[str, Mandate | None]:
    """Every role, of this authority and another, and providers other than the tenderer."""
    kuopio, helsinki = made.staff.authority, people.authority("City of Helsinki")
    return {
        "anybody": None,
        "coordinator": made.staff.coordinator,
        "decider": made.staff.decider,
        "first member": made.members[0],
        "opener not named": people.mandate(Role.OPENER, kuopio),
        "expert": people.expert(kuopio),
        "steering": people.mandate(Role.STEERING, helsinki),
        "coordinator of another city": people.coordinator(helsinki),
        "administrator": people.admin(),
        "invited provider without a tender": made.providers[3].mandate,
    }


def addresses(app: Flask, made: Contest, known: dict[str, Any] | None = None) -> Iterator[str]:
    """Every GET route, with the ids of this competition where it asks for one."""
    known = known or _known(made)
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        values = {name: known.get(name) or _made_up(rule, name) for name in rule.arguments}
        yield adapter.build(rule.endpoint, values, method="GET")


def _known(made: Contest) -> dict[str, Any]:
    tender = db.session.scalars(select(Tender).where(Tender.sealed.is_not(None)).limit(1)).one()
    return {
        "competition_id": made.competition.id,
        "tender_id": tender.id,
        "category_id": made.category.id,
        "system_id": made.category.system_id,
        "lot_id": made.competition.lots[0].id,
        "number": tender.receipt_number,
        "file_id": tender.files[0].id if tender.files else uuid.uuid4(),
        "supplier_id": made.providers[0].supplier.id,
    }


def _made_up(rule: Any, name: str) -> Any:
    converter = rule._converters[name]
    kind = type(converter).__name__
    if kind == "AnyConverter":
        return sorted(converter.items)[0]
    return {"UUIDConverter": uuid.uuid4(), "IntegerConverter": 1}.get(kind, "x")


@pytest.mark.rule("R52")
def test_before_the_opening_nothing_anywhere_shows_a_tender(
    committed_app: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    app = committed_app
    made = worlds_competitions.sent_competition(suppliers=4)
    everybody = readers(made)
    tender_by_pages_and_api(app, made)
    made = replace(made, competition=db.session.get_one(Competition, made.competition.id))
    asking.ask(made.competition, "Is the place fixed?", by=made.providers[0].mandate)
    due = made.competition.tenders_due_at
    assert due is not None
    with clock.at(due - clock.timedelta(hours=20)):
        tender_jobs.remind_drafts()

    found = {where: leaks(content) for where, content in everything_at_rest(app, tmp_path)}
    assert len(found) > 10
    assert {where: words for where, words in found.items() if words} == {}

    paths = sorted(set(addresses(app, made)))
    assert len(paths) > 150
    with clock.at(due - clock.timedelta(days=1)):
        for who in ("coordinator", "first member"):
            read_all(app, who, everybody[who], paths)
    with clock.at(due + clock.timedelta(hours=1)):
        for who, mandate in everybody.items():
            read_all(app, who, mandate, paths)
    logged = capfd.readouterr()
    assert leaks((logged.out + logged.err + caplog.text).encode()) == []


#: Who would be the first to know, if anything could be known.
CURIOUS = {"anybody", "coordinator", "first member", "administrator", "invited provider without a tender"}
#: What differs from one showing of the same page to the next: tokens, and how long ago something was.
_CHANGING = re.compile(rb"(csrf_token|_once|nonce|value)[^>]*>|\d\d?[.:]\d\d([.:]\d\d)?|[0-9a-f]{8}-[0-9a-f-]{27}")


def reader_of(app: Flask, mandate: Mandate | None) -> Callable[[str], Any]:
    """Somebody who asks for addresses, with a browser or as a machine."""
    visitor = page_as(app, mandate)
    token = {"Authorization": f"Bearer {api_as(app, mandate).token}"} if mandate else {}

    def get(path: str) -> Any:
        _forget()
        return visitor.client.get(path, headers=token if path.startswith("/api/") else {})

    return get


def seen(get: Callable[[str], Any], paths: list[str]) -> dict[str, bytes]:
    """What a reader is shown at every address."""
    found = {}
    for path in paths:
        answer = get(path)
        found[path] = _CHANGING.sub(b"", answer.data)
    return found


@pytest.mark.rule("R52")
def test_before_the_opening_nobody_can_tell_whether_anybody_has_tendered(committed_app: Flask) -> None:
    """Every page and answer is the same after two tenders, a draft and a withdrawal as it was before them."""
    app = committed_app
    app.config["SHOW_MAILS"] = False  # as in production: the demo shows every mail, so that links can be followed
    made = worlds_competitions.sent_competition(suppliers=4)
    everybody = {who: mandate for who, mandate in readers(made).items() if who in CURIOUS}
    words = ("competition", "tender", "procurement", "opening", "admin/mail", "desk")
    ids = {"competition_id": made.competition.id, "category_id": made.category.id, "system_id": made.category.system_id}
    paths = [path for path in sorted(set(addresses(app, made, ids))) if any(word in path for word in words)]
    paths = [path for path in paths if not path.endswith("/copy")]  # an empty draft of one's own gets a fresh salt
    assert len(paths) > 60
    asking_as = {who: reader_of(app, mandate) for who, mandate in everybody.items()}
    before = {who: seen(get, paths) for who, get in asking_as.items()}
    made = replace(made, competition=db.session.get_one(Competition, made.competition.id))
    for place in (0, 1):
        tendering.submit_whole(
            made.competition, written(made.competition, PRICES[place]), [], by=made.providers[place].mandate
        )
    tendering.save_draft(made.competition, written(made.competition, PRICES[2]), by=made.providers[2].mandate)
    tendering.withdraw(made.competition, by=made.providers[1].mandate)
    for receipt in db.session.scalars(select(Receipt)).all():
        tendering.tell_receipt(str(receipt.id))
    for who, get in asking_as.items():
        after = seen(get, paths)
        differing = [path for path in paths if after[path] != before[who][path]]
        assert differing == [], who
        for feed in ("/api/v1/events", "/admin/audit"):  # where one's own refused tries stand, too
            assert b"tender." not in get(feed).data, who


def read_all(app: Flask, who: str, mandate: Mandate | None, paths: list[str]) -> None:
    """Get every address as one reader; no answer may hold a canary."""
    get = reader_of(app, mandate)
    for path in paths:
        if path == "/logout":
            continue
        answer = get(path)
        assert answer.status_code < 500, (who, path)
        assert leaks(answer.data) == [], (who, path)
