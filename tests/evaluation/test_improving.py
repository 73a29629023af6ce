"""From figures to acts: quality talks, the hearing about a pause, service quality, weights of the next category."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.db import db, new_id
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from dps.qualification import admissions, matters
from dps.qualification.models import MatterKind, Qualification
from dps.systems.models import CriterionSubject, OrderingRule
from evaluation.improving import queries, rules, service
from evaluation.improving.models import Owner, QualityTalk, TalkState
from evaluation.improving.promises import PROMISES
from evaluation.improving.service import Agreed
from evaluation.records.models import ALL_YEARS, RecordStatus, Release, ReleaseRecord, ReleaseState
from orders.deviations import service as deviations
from orders.deviations.models import Severity
from orders.models import PublishedRecord, QualityClass
from tests import people, worlds_dps
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as


@pytest.fixture
def made(app: Flask) -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    made.category.record_uses = ["show", "talk"]
    made.category.terms_fi = "Uudet tilaukset voidaan keskeyttää vakavan poikkeaman vuoksi."
    worlds.offering(made)
    return made


def admission(made: worlds.World) -> Qualification:
    found = admissions.qualification_in_force(made.suppliers[0].organisation_id, made.category.id)
    assert found is not None
    return found


def soon(days: int = 7):  # type: ignore[no-untyped-def]
    return clock.now() + timedelta(days=days)


def invited(made: worlds.World) -> QualityTalk:
    return service.invite(admission(made), "Aloitukset ovat myöhässä.", soon(), "Etäyhteys", by=made.coordinator)


def held(made: worlds.World, talk: QualityTalk | None = None) -> QualityTalk:
    talk = talk or invited(made)
    day = worlds.today() + timedelta(days=30)
    actions = [
        Agreed("Toinen valmentaja aloittaa.", Owner.PROVIDER, day),
        Agreed("Tieto ajoissa.", Owner.AUTHORITY, day),
    ]
    service.hold(talk, "Puhuttiin aloituksista.", actions, day, by=made.coordinator)
    return talk


def published(made: worlds.World, quality_class: QualityClass | None = QualityClass.BELOW) -> Release:
    release = Release(
        id=new_id(),
        method="test",
        state=ReleaseState.PUBLISHED,
        inputs_sha256="0" * 64,
        inputs_count=0,
        computed_at=clock.now(),
        published_at=clock.now(),
        parameters={},
        snapshot_key="x",
    )
    db.session.add(release)
    db.session.flush()
    figure = {"count": 40, "customers": 40, "value": "0.300", "low": "0.200", "high": "0.400"}
    db.session.add(
        PublishedRecord(
            supplier_id=made.suppliers[0].organisation_id,
            category_id=made.category.id,
            release_id=release.id,
            published_at=clock.now(),
            orders_count=40,
            completion=figure,
            employment=None,
            recommendation=None,
            quality_class=quality_class,
        )
    )
    db.session.flush()
    return release


def confirmed(made: worlds.World, severity: Severity = Severity.SEVERE) -> None:
    deviation = deviations.open_in_general(admission(made), severity, "Nobody came.", by=made.coordinator)
    deviations.answer(deviation, "We are sorry.", disputes=False, by=made.suppliers[0])
    deviations.confirm(deviation, severity, "Heard.", by=made.coordinator)


# ---- talks ----


@pytest.mark.rule("R3")
def test_given_terms_without_talks_when_one_invites_then_it_is_refused(made: worlds.World) -> None:
    made.category.record_uses = ["show"]
    db.session.flush()

    with pytest.raises(RuleBroken) as refused:
        invited(made)

    assert (refused.value.rule, refused.value.field) == ("R3", "record_uses")


def test_a_talk_goes_through_the_pages_of_both_to_its_end(app: Flask, made: worlds.World) -> None:
    release = published(made)
    coordinator, provider = page_as(app, made.coordinator), page_as(app, made.suppliers[0])
    page = coordinator.get("/quality-talks").follow("Invite")
    page = page.press(
        "Send the invitation",
        reason="The figure is below.",
        meeting_at=f"{soon():%Y-%m-%d}T12:00",
        meeting_place="Town hall",
    )
    talk = db.session.query(QualityTalk).one()
    assert talk.release_id == release.id
    assert "30%" in page.text
    assert str(release.id) in page.text
    assert "Quality talk Q-1" in provider.get("/provider").text
    later = f"{worlds.today() + timedelta(days=20):%Y-%m-%d}"
    page = page.press(
        "Send the minutes to the provider",
        minutes="We looked at the starts.",
        text_0="A second coach begins.",
        owner_0="provider",
        due_0=later,
        follow_up_on=later,
    )
    assert "A second coach begins." in page.text

    page = provider.get(f"/quality-talks/{talk.id}").press("Send the answer", stance="comment", comment="")
    assert page.status == 422
    page = page.press("Send the answer", stance="confirm", comment="We do it.")
    page = page.press("Tell that it is done", **{"action-1-note": "She began on Monday."})
    assert "She began on Monday." in page.text
    assert "Q-1" in coordinator.get("/procurement").text
    page = coordinator.get(f"/quality-talks/{talk.id}").press("Close the talk", closing_words="Starts are in time now.")

    assert talk.state is TalkState.CLOSED
    assert "Starts are in time now." in provider.get(f"/quality-talks/{talk.id}").text
    assert {mail.template for mail in db.session.query(Mail)} >= {"quality_talk_invited", "quality_talk_held"}


def test_a_talk_goes_through_the_operations(app: Flask, made: worlds.World) -> None:
    coordinator, provider = api_as(app, made.coordinator), api_as(app, made.suppliers[0])
    body = {
        "qualification_id": str(admission(made).id),
        "reason": "Late.",
        "meeting_at": soon().isoformat(),
        "meeting_place": "Here",
    }
    talk = coordinator.post("/quality-talks", json=body).json
    day = (worlds.today() + timedelta(days=30)).isoformat()
    action = {"text": "Begin in time.", "owner": "provider", "due_on": day}
    minutes = {"minutes": "Talked.", "follow_up_on": day, "actions": [action]}
    found = coordinator.post(f"/quality-talks/{talk['id']}/hold", json=minutes).json
    provider.post(f"/quality-talks/{talk['id']}/answer", json={"confirms": False, "comment": "Not all of it."})
    done = provider.post(f"/talk-actions/{found['actions'][0]['id']}/done", json={"note": "Begun."})
    closed = coordinator.post(f"/quality-talks/{talk['id']}/close", json={"closing_words": "Good."})

    assert (done.status_code, closed.json["state"], closed.json["comment"]) == (200, "closed", "Not all of it.")
    assert coordinator.get("/quality-talks/offers").json == {"items": []}
    assert [each["id"] for each in provider.get("/quality-talks").json["items"]] == [talk["id"]]


def test_one_talk_at_a_time_and_no_step_twice(made: worlds.World) -> None:
    talk = held(made)

    with pytest.raises(WrongState):
        invited(made)
    with pytest.raises(WrongState):
        held(made, talk)
    service.do_action(talk.actions[0], "Tehty.", by=made.suppliers[0])
    with pytest.raises(WrongState):
        service.do_action(talk.actions[0], "Tehty.", by=made.suppliers[0])


def test_a_talk_is_offered_for_a_low_class_or_for_confirmed_deviations_and_never_made_by_itself(
    made: worlds.World,
) -> None:
    assert queries.offers(made.authority.id, worlds.today()) == []
    confirmed(made)

    found = queries.offers(made.authority.id, worlds.today())

    assert [(each.deviations, each.talk) for each in found] == [(9, None)]
    assert db.session.query(QualityTalk).count() == 0
    assert rules.is_offered(QualityClass.BELOW, 0, 5)
    assert not rules.is_offered(QualityClass.NOT_DIFFERENT, 5, 5)
    made.category.record_uses = ["show"]
    db.session.flush()
    assert queries.offers(made.authority.id, worlds.today()) == []


# ---- a pause ----


@pytest.mark.rule("R62")
def test_given_a_low_figure_alone_when_a_pause_is_prepared_then_it_is_refused(made: worlds.World) -> None:
    published(made)
    confirmed(made, Severity.MINOR)
    talk = held(made)

    with pytest.raises(RuleBroken) as refused:
        service.open_hearing(
            talk,
            made.category.terms_fi,
            "Luokka on alle.",
            matters.earliest_hearing(worlds.today()),
            by=made.coordinator,
        )

    assert refused.value.rule == "R62"
    assert admissions.open_matter(talk.qualification_id) is None


@pytest.mark.rule("R34")
def test_given_a_confirmed_serious_deviation_when_a_pause_is_prepared_then_the_provider_is_heard_first(
    app: Flask, made: worlds.World
) -> None:
    release = published(made)
    confirmed(made, Severity.SERIOUS)
    talk = held(made)
    page = page_as(app, made.coordinator).get(f"/quality-talks/{talk.id}").follow("Hear the provider about a pause")

    page.press("Begin the hearing", term=made.category.terms_fi)

    matter = admissions.open_matter(talk.qualification_id)
    assert matter is not None
    assert (matter.kind, matter.id) == (MatterKind.SUSPENSION_BY_TERM, talk.matter_id)
    assert "D-1" in matter.reason
    assert str(release.id) in matter.reason
    assert admission(made).state == "in_force"


# ---- service quality ----


def test_the_facts_of_service_quality_are_seen_by_the_authority_and_the_supplier_only(
    app: Flask, made: worlds.World
) -> None:
    worlds.delivered(worlds.order_by_rule(made), made)
    confirmed(made)
    qualification = admission(made)
    with clock.at(clock.now() + timedelta(days=60)):
        facts = api_as(app, made.suppliers[0]).get(f"/service-quality/{qualification.id}").json
        page = page_as(app, made.coordinator).get("/service-quality").follow(made.suppliers[0].organisation_name)

    assert facts["accepted"] == {"in_time": 1, "n": 1}
    assert facts["started"] == {"in_time": 1, "n": 1}
    assert (facts["begun"], facts["finished"], facts["confirmed"]["severe"]) == (1, 1, 1)
    assert "Services begun in time" in page.text
    other, _contract = worlds.supplier(made)
    assert page_as(app, other).get(f"/service-quality/{qualification.id}").status == 403


# ---- weights ----


def test_too_few_providers_is_an_answer() -> None:
    assert not rules.link("customers", [(50.0, 50.0)] * 7).is_told
    assert not rules.link("customers", [(50.0, float(each)) for each in range(20)]).is_told


def test_what_goes_with_results_is_told_with_its_interval() -> None:
    found = rules.link("customers", [(each, each + (1 if each % 2 else -1)) for each in map(float, range(20))])

    assert found.strength == pytest.approx(0.9856, abs=1e-3)
    assert found.matters
    assert found.high is not None
    assert found.high > 0.98
    opposite = rules.link("experts", [(each, -each) for each in map(float, range(20))])
    assert not opposite.matters
    assert rules.weights([opposite]) == {}


def test_proposed_weights_are_whole_and_add_up() -> None:
    links = [rules.Link(name, 20, 1.0, strength, 0.1, 0.9) for name, strength in (("a", 0.5), ("b", 0.6), ("c", 0.7))]

    assert sum(rules.weights(links).values()) == rules.QUALITY_WEIGHT


@pytest.mark.rule("R44")
def test_weights_become_promises_about_the_service_in_a_draft_and_never_a_past_score(
    app: Flask, made: worlds.World
) -> None:
    release = published(made)
    for number in range(12):
        supplier = worlds.supplier(made, contract=False)[0]
        db.session.add(
            ReleaseRecord(
                release_id=release.id,
                supplier_id=supplier.organisation_id,
                category_id=made.category.id,
                period=ALL_YEARS,
                status=RecordStatus.TOO_FEW,
                episodes=10,
                customers=10,
                components={
                    "timeliness": {"n": 10, "points": 40 + number},
                    "outcome": {"n": 10, "points": 40 + number + number % 3},
                },
            )
        )
    db.session.flush()
    draft = worlds_dps.draft_system(made.coordinator).categories[0]
    page = page_as(app, made.coordinator).get("/procurement/evaluation/weights").follow("Job coaching")
    assert "may not be an award criterion" in page.text
    assert "Too few to tell" in page.text

    page.press("Add them to the draft", target=str(draft.id))
    service.copy_weights(made.category, draft, by=made.coordinator)

    assert [(each.code, each.concerns, each.weight) for each in draft.award_criteria] == [
        (PROMISES["timeliness"].code, CriterionSubject.SERVICE, Decimal(rules.QUALITY_WEIGHT))
    ]
    with pytest.raises(RuleBroken) as refused:
        service.copy_weights(draft, draft, by=made.coordinator)
    assert refused.value.rule == "R44"


def test_another_authority_copies_nothing(app: Flask, made: worlds.World) -> None:
    other = people.coordinator(people.authority())

    assert page_as(app, other).get(f"/procurement/evaluation/weights/{made.category.id}").status == 403
