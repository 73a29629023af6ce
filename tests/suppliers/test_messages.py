"""News: muted, at once or once a day, unsubscribed from; and what nobody can mute."""

from __future__ import annotations

import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from core import clock
from core.db import db, new_id
from core.errors import NotAllowed, NotFound, RuleBroken
from core.jobs import runner
from core.jobs.models import OutboxEntry
from core.mail.models import Mail
from core.mail.service import body_of
from suppliers import messages
from suppliers.messages_models import MessageSetting, News, NewsKind
from suppliers.models import Supplier
from tests import worlds_dps, worlds_suppliers
from tests.pages import api_as, page_as

KIND = NewsKind.SYSTEM_OPENED
COACHING = "job_coaching"


@pytest.fixture
def provider(app):
    supplier, mandate = worlds_suppliers.verified_provider()
    supplier.emails = ["first@savo.example", "second@savo.example"]
    worlds_dps.open_category(worlds_dps.staff())
    run_jobs()
    db.session.query(Mail).delete()
    db.session.query(News).delete()
    db.session.commit()
    return supplier, mandate


def content(*topics):
    found = [messages.Topic(service, areas) for service, areas in topics] or [messages.Topic(COACHING, ["Kuopio"])]
    return messages.Content({"fi": "Palvelut", "sv": "Tjänster", "en": "Services"}, "/systems/1", found)


def tell(supplier, *topics, about=None):
    return messages.tell_news(supplier, KIND, about=about or new_id(), content=content(*topics), at=clock.now())


def choose(provider, **chosen):
    values = {"muted_services": [], "muted_areas": [], "is_digest": False}
    return messages.save_settings(provider[0], messages.Choices(**{**values, **chosen}), by=provider[1])


def sent_to(template="news"):
    return sorted(db.session.scalars(select(Mail.to_address).where(Mail.template == template)))


def run_jobs(name="news.tell"):
    """Run what is promised, also what the run itself promises; returns how many."""
    done = 0
    while waiting := db.session.scalars(
        select(OutboxEntry.id).where(OutboxEntry.job == name, OutboxEntry.done_at.is_(None))
    ).all():
        for entry_id in waiting:
            runner.run_entry(entry_id)
            done += 1
    return done


def test_news_go_at_once_to_every_address_and_only_once(provider):
    about = new_id()
    assert tell(provider[0], about=about)
    assert not tell(provider[0], about=about)
    messages.promise_digests()
    run_jobs("news.digest")
    messages.send_digest(str(provider[0].id))

    assert sent_to() == ["first@savo.example", "second@savo.example"]


@pytest.mark.parametrize(
    ("chosen", "topics", "is_told"),
    [
        ({"muted_services": [COACHING]}, [(COACHING, ["Kuopio"])], False),
        ({"muted_services": [COACHING]}, [(COACHING, ["Kuopio"]), ("career_guidance", ["Kuopio"])], True),
        ({"muted_areas": ["Kuopio"]}, [(COACHING, ["Kuopio"])], False),
        ({"muted_areas": ["Kuopio"]}, [(COACHING, ["Kuopio", "Siilinjärvi"])], True),
        ({"muted_services": ["career_guidance"]}, [(COACHING, ["Kuopio"])], True),
    ],
)
def test_what_is_muted_by_service_or_area_is_never_sent(provider, chosen, topics, is_told):
    choose(provider, **chosen)

    assert tell(provider[0], *topics) is is_told
    assert bool(sent_to()) is is_told


def test_a_digest_is_one_mail_a_day_and_nothing_is_in_it_twice(provider):
    choose(provider, is_digest=True)
    tell(provider[0])
    tell(provider[0], ("career_guidance", ["Kuopio"]))
    assert sent_to() == []

    for _ in range(2):
        messages.promise_digests()
        run_jobs("news.digest")
        messages.send_digest(str(provider[0].id))
    assert sent_to() == ["first@savo.example", "second@savo.example"]
    body = body_of(db.session.scalars(select(Mail).where(Mail.template == "news")).first())
    assert body.count("Palvelut") == 2

    with clock.at(clock.now() + timedelta(days=1)):
        messages.promise_digests()
        assert run_jobs("news.digest") == 0


def test_what_is_muted_after_it_happened_is_not_in_the_digest(provider):
    choose(provider, is_digest=True)
    tell(provider[0])
    choose(provider, is_digest=True, muted_services=[COACHING])

    messages.send_digest(str(provider[0].id))

    assert sent_to() == []
    row = db.session.scalars(select(News)).one()
    assert row.settled_at is not None
    assert not row.is_sent


def test_the_link_of_a_mail_unsubscribes_its_own_address_without_logging_in(app, provider):
    tell(provider[0])
    mail = db.session.scalars(select(Mail).where(Mail.to_address == "second@savo.example")).one()
    link = next(word for word in body_of(mail).split() if "/unsubscribe/" in word)
    visitor = page_as(app, None)

    page = visitor.get(urlsplit(link).path)
    for secret in (provider[0].name, "savo.example", provider[0].registration_number, str(provider[0].id)):
        assert secret not in page.response.get_data(as_text=True)
        assert secret not in link
    assert db.session.scalars(select(MessageSetting)).one().unsubscribed == []
    page.press("Send no more news")
    tell(provider[0])

    assert sent_to() == ["first@savo.example", "first@savo.example", "second@savo.example"]
    assert visitor.get(urlsplit(link).path).press("Send no more news").status == 200


def test_a_forged_or_foreign_link_does_nothing(app, provider):
    setting = messages.setting_of(provider[0])
    token = messages.token_for(setting, "first@savo.example")
    for bad in ("forged", token[:-2] + "xx", messages.token_for(setting, "else@savo.example")):
        with pytest.raises(NotFound):
            messages.unsubscribe(bad)
        assert page_as(app, None).get(f"/unsubscribe/{bad}").status == 404
    assert setting.unsubscribed == []


def test_who_unsubscribed_can_subscribe_again(provider):
    setting = choose(provider)
    messages.unsubscribe(messages.token_for(setting, "first@savo.example"))
    assert setting.unsubscribed == ["first@savo.example"]
    choose(provider, resubscribe=True)
    assert setting.unsubscribed == []


def test_a_company_chooses_for_itself_and_from_the_list(provider):
    other = worlds_suppliers.verified_provider("Toinen Oy")
    with pytest.raises(NotAllowed):
        messages.save_settings(provider[0], messages.Choices([], [], False), by=other[1])
    for field, bad in (("muted_services", ["cooking"]), ("muted_areas", ["Atlantis"])):
        with pytest.raises(RuleBroken) as refused:
            choose(provider, **{field: bad})
        assert refused.value.field == field


def test_every_registered_company_is_told_in_batches_that_survive_a_crash(app, provider, monkeypatch):
    monkeypatch.setattr(messages, "BATCH", 2)
    others = [worlds_suppliers.verified_provider(f"Yritys {number} Oy")[0] for number in range(4)]
    worlds_dps.open_category(worlds_dps.staff("City of Iisalmi"))
    first = db.session.scalars(select(OutboxEntry).where(OutboxEntry.job == "news.tell", OutboxEntry.done_at.is_(None)))
    runner.run_entry(first.one().id)
    assert db.session.scalar(select(func.count()).select_from(News)) == 2

    tell_news, calls = messages.tell_news, []

    def crash(*args, **words):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return tell_news(*args, **words)

    monkeypatch.setattr(messages, "tell_news", crash)
    entry = db.session.scalars(
        select(OutboxEntry).where(OutboxEntry.job == "news.tell", OutboxEntry.done_at.is_(None))
    ).one()
    with pytest.raises(RuntimeError):
        runner.run_entry(entry.id)
    assert db.session.scalar(select(func.count()).select_from(News)) == 2
    monkeypatch.setattr(messages, "tell_news", tell_news)
    run_jobs()

    told = db.session.scalars(select(News.supplier_id)).all()
    assert len(told) == len(set(told))
    assert {each.id for each in others} < set(told)
    assert set(told) == set(db.session.scalars(select(Supplier.id)))


def test_news_of_last_week_are_no_news(provider):
    with clock.at(clock.now() - timedelta(days=8)):
        worlds_dps.open_category(worlds_dps.staff("City of Iisalmi"))
    run_jobs()
    assert sent_to() == []


def test_a_company_that_was_told_by_right_gets_no_news_of_the_same(provider):
    from core import mail
    from core.db import transaction

    about = new_id()
    send = transaction(mail.send)
    send("first@savo.example", "news", language="fi", at=clock.now(), about_id=about, lines=[("x", "y")])
    assert not tell(provider[0], about=about)


def test_decisions_reach_every_address_whatever_is_muted(app):
    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    category = worlds_dps.open_category(staff)
    run_jobs()
    setting = messages.save_settings(
        provider.supplier, messages.Choices([COACHING], ["Kuopio"], is_digest=True), by=provider.mandate
    )
    for address in provider.supplier.emails:
        messages.unsubscribe(messages.token_for(setting, address))

    worlds_dps.admitted(category, provider, staff)

    assert sent_to("decision_signed") == sorted(provider.supplier.emails)


def test_the_page_says_what_cannot_be_muted_and_keeps_the_choices(app, provider):
    page = page_as(app, provider[1]).get("/provider/messages")
    assert "cannot be muted" in page.text
    done = page.press("Save the settings", rhythm="daily", muted_services=[COACHING], muted_areas=["Kuopio"])

    assert done.status == 200
    setting = db.session.scalars(select(MessageSetting)).one()
    assert (setting.is_digest, setting.muted_services, setting.muted_areas) == (True, [COACHING], ["Kuopio"])


def test_the_api_reads_and_saves_the_settings(app, provider):
    api = api_as(app, provider[1])
    assert api.get("/message-settings").get_json()["is_digest"] is False
    body = {"muted_services": [COACHING], "muted_areas": [], "is_digest": True}
    assert api.post("/message-settings/save", body).get_json()["muted_services"] == [COACHING]
    assert api.post("/message-settings/save", {**body, "muted_services": ["cooking"]}).status_code == 422
    assert isinstance(uuid.UUID(str(db.session.scalars(select(MessageSetting.id)).one())), uuid.UUID)
