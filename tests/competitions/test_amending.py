"""Changing: numbered versions told to all, weights by amendment only, never less time, outages (R40, R47, R53, R59)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db
from core.errors import DomainError, RuleBroken, WrongState
from core.mail.models import Mail
from core.mail.service import body_of
from dps.competitions import documents as papers
from dps.competitions import queries_preparing as asked
from dps.competitions import rules
from dps.competitions.documents import Documents
from dps.competitions.models import DocumentsVersion
from dps.competitions.service import amending
from dps.notices import service as notices
from dps.systems import service as systems
from dps.systems.details import CriterionDetails
from dps.systems.models import CriterionKind, LegalMode
from tests import worlds_competitions
from tests.worlds_competitions import Contest


def other_words(old: Documents) -> Documents:
    return replace(old, details=replace(old.details, description_en="Coaching for about 25 customers."))


def other_weights(old: Documents) -> Documents:
    """The quality in two parts of 30."""
    plan = old.criteria[1]
    parts = (replace(plan, weight=Decimal("30.00")), replace(plan, code="plan-b", weight=Decimal("30.00")))
    return replace(old, criteria=(old.criteria[0], *parts))


def amend(made: Contest, alter: Any, **changes: Any) -> DocumentsVersion:
    values: dict[str, Any] = {"is_material": False, "by": made.staff.coordinator, **changes}
    return amending.amend(made.competition, alter, "Tarkennus.", **values)


def due_of(made: Contest) -> datetime:
    assert made.competition.tenders_due_at is not None
    return made.competition.tenders_due_at


def earliest(made: Contest) -> datetime:
    today = clock.helsinki_date(clock.now())
    return rules.earliest_due_after_change(made.category.legal_mode, today, due_of(made))


def refused(made: Contest, alter: Any, **changes: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        amend(made, alter, **changes)
    return caught.value


def test_a_small_change_is_a_version_that_all_are_told_of_and_no_tender_has_to_be_confirmed(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=2)
    due_at = due_of(made)
    version = amend(made, other_words)
    assert (version.number, version.is_material, made.competition.material_number) == (2, False, 0)
    assert due_of(made) == due_at
    mails = db.session.scalars(select(Mail).where(Mail.template == "competition_amended")).all()
    assert len(mails) == 2
    first = asked.version(made.competition.id, 1)
    assert first is not None
    found = papers.differences(papers.load(first.content), papers.load(version.content))
    assert [(each.part, each.field) for each in found] == [("details", "description_en")]
    assert papers.is_as_published(made.competition, version)


@pytest.mark.rule("R40", "R47")
def test_weights_change_by_a_material_amendment_with_more_time_only(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    before = due_of(made)
    assert refused(made, other_weights).rule == "R47"
    assert refused(made, other_weights, is_material=True).rule == "R47"
    assert refused(made, other_weights, is_material=True, new_due_at=before + timedelta(minutes=1)).rule == "R47"
    version = amend(made, other_weights, is_material=True, new_due_at=earliest(made))
    assert version.is_material
    assert made.competition.material_number == 2
    assert due_of(made) > before
    assert [each.code for each in made.competition.criteria] == ["price", "plan", "plan-b"]
    mail = db.session.scalars(select(Mail).where(Mail.template == "competition_amended")).one()
    assert "valid" in body_of(mail) or "voimassa" in body_of(mail)


@pytest.mark.rule("R40")
def test_rows_that_were_changed_past_an_amendment_are_noticed(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    version = asked.version(made.competition.id, 1)
    assert version is not None
    assert papers.is_as_published(made.competition, version)
    made.competition.criteria[0].weight = Decimal("45.00")
    db.session.flush()
    assert not papers.is_as_published(made.competition, version)


@pytest.mark.rule("R40", "R41")
def test_an_amendment_keeps_to_the_notice_like_a_draft(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)

    def heavier(old: Documents) -> Documents:
        price, plan = old.criteria
        return replace(old, criteria=(replace(price, weight=Decimal("70.00")), replace(plan, weight=Decimal("30.00"))))

    error = refused(made, heavier, is_material=True, new_due_at=earliest(made))
    assert error.rule == "R41"


def test_what_the_invitation_promised_for_good_is_not_changed(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)

    def lapsing(old: Documents) -> Documents:
        return replace(old, details=replace(old.details, unconfirmed_lapses=True))

    assert refused(made, lapsing, is_material=True, new_due_at=earliest(made)).rule == "R40"
    assert refused(made, lambda old: old).rule == "I10"


@pytest.mark.rule("R47")
def test_those_whose_tenders_would_lapse_are_told_so(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1, unconfirmed_lapses=True)
    made.providers[0].supplier.language = "en"
    amend(made, other_weights, is_material=True, new_due_at=earliest(made))
    mail = db.session.scalars(select(Mail).where(Mail.template == "competition_amended")).one()
    assert "lapses" in body_of(mail)


@pytest.mark.rule("R47")
@pytest.mark.parametrize("mode", [LegalMode.DPS_STRICT, LegalMode.ANNEX_E_DPS_LIKE])
def test_half_the_least_time_is_left_after_a_material_change_and_the_time_gets_longer(mode: LegalMode) -> None:
    wednesday = datetime(2026, 9, 2, tzinfo=clock.UTC).date()
    half = 5 if mode is LegalMode.DPS_STRICT else 4
    soon = clock.end_of_day(wednesday)
    found = rules.earliest_due_after_change(mode, wednesday, soon)
    assert found == clock.end_of_day(clock.next_weekday(wednesday + timedelta(days=half)))
    far = clock.end_of_day(wednesday + timedelta(days=30))
    assert rules.earliest_due_after_change(mode, wednesday, far) == clock.end_of_day(
        clock.next_weekday(wednesday + timedelta(days=31))
    )


@pytest.mark.rule("R53")
def test_the_time_is_never_shortened_not_even_past_the_verbs(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    due_at = due_of(made)
    with pytest.raises(RuleBroken) as caught:
        amending.extend(made.competition, due_at - timedelta(hours=1), "Kiire.", by=made.staff.coordinator)
    assert caught.value.rule == "R53"
    assert refused(made, other_words, new_due_at=due_at - timedelta(hours=1)).rule == "R53"
    made.competition.tenders_due_at = due_at - timedelta(seconds=1)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.flush()
    db.session.rollback()


def test_more_time_alone_is_a_version_too_and_nobody_has_to_confirm(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    later = due_of(made) + timedelta(days=3)
    version = amending.extend(made.competition, later, "Kesäloma.", by=made.staff.coordinator)
    assert (version.number, version.tenders_due_at, made.competition.material_number) == (2, later, 0)
    assert db.session.scalars(select(Mail).where(Mail.template == "competition_extended")).one()


@pytest.mark.rule("R40", "R60")
def test_after_the_end_nothing_is_changed_or_extended(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    with clock.at(due_of(made)):
        with pytest.raises(WrongState):
            amending.extend(made.competition, due_of(made) + timedelta(days=1), "Myöhässä.", by=made.staff.coordinator)
        assert refused(made, other_words).rule == "R40"


@pytest.mark.rule("R59")
def test_an_outage_over_the_end_gives_everybody_its_length_and_a_day_at_least(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=2)
    other = worlds_competitions.sent_competition(
        suppliers=1, due_at=worlds_competitions.earliest_due(made.competition) + timedelta(days=9)
    )
    due_at, untouched = due_of(made), due_of(other)
    started, ended = due_at - timedelta(hours=2), due_at + timedelta(hours=1)
    with clock.at(ended + timedelta(minutes=10)):
        assert not made.competition.takes_tenders(clock.now())
        amending.register_outage(started, ended, "Palvelu ei vastannut.", by=made.staff.coordinator)
        assert made.competition.takes_tenders(clock.now())
        assert due_of(made) >= clock.now() + timedelta(hours=23, minutes=59)
    assert due_of(made) >= due_at + timedelta(hours=24)
    assert due_of(other) == untouched
    assert len(db.session.scalars(select(Mail).where(Mail.template == "competition_extended")).all()) == 2
    assert made.competition.documents_number == 2


@pytest.mark.rule("R59")
def test_a_long_outage_is_made_up_for_in_full(app: Flask) -> None:
    started = datetime(2026, 9, 1, 6, tzinfo=clock.UTC)
    ended = started + timedelta(hours=40)
    due_at = started + timedelta(hours=39)
    assert rules.due_after_outage(due_at, started, ended, ended) == due_at + timedelta(hours=40)
    assert rules.due_after_outage(due_at, due_at - timedelta(minutes=5), due_at, due_at) == due_at + timedelta(hours=24)


@pytest.mark.rule("R59")
def test_an_outage_has_ended_when_it_is_registered(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    now = clock.now()
    for started, ended in ((now - timedelta(hours=1), now + timedelta(hours=1)), (now, now - timedelta(hours=1))):
        with pytest.raises(RuleBroken) as caught:
            amending.register_outage(started, ended, "Katko.", by=made.staff.coordinator)
        assert caught.value.rule == "R59"


@pytest.mark.rule("R41", "R18")
def test_a_published_change_of_the_notice_leaves_what_has_been_sent_as_it_was(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    by = made.staff.coordinator
    change = systems.propose_category_change(made.category, "Toinen painotus.", by=by)
    content = systems.content_of(change)
    price = content.item("award_criteria", "price")
    assert isinstance(price, CriterionDetails)
    systems.remove_item(change, "award_criteria", "plan", by=by)
    systems.put_item(change, "award_criteria", replace(price, weight=Decimal("30.00")), replacing="price", by=by)
    systems.put_item(
        change,
        "award_criteria",
        replace(price, code="cost", kind=CriterionKind.QUALITY, weight=Decimal("70.00")),
        by=by,
    )
    systems.submit_change(change, by=by)
    systems.approve_change(change, by=made.staff.decider)
    notice = notices.record_change_sent(change, by=by)
    notices.record_published(notice, "2026-900777", clock.now(), by=by)
    assert [each.code for each in made.category.award_criteria] == ["price", "cost"]
    version = asked.version(made.competition.id, 1)
    assert version is not None
    assert papers.is_as_published(made.competition, version)
    assert [each.parent.code for each in made.competition.criteria] == ["price", "plan"]
    assert amend(made, other_words).number == 2, "words may still be made clearer"
