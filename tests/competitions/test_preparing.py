"""Preparing: what the notice published is only made more precise, and every rule is said before sending (R40-R44)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.errors import DomainError, NotAllowed, RuleBroken, WrongState
from core.i18n import using_language
from core.identity import queries as people_queries
from core.identity.models import Role
from dps.competitions import documents as papers
from dps.competitions.documents import CriterionDetails, Documents
from dps.competitions.models import Competition, CompetitionState, PriceFormula
from dps.competitions.service import committee, preparing
from dps.systems import service as systems
from dps.systems.details import CriterionDetails as NoticeCriterion
from dps.systems.models import CriterionKind, CriterionSubject, LegalMode, OrderingRule
from tests import people, worlds_competitions, worlds_dps
from tests.worlds_dps import Staff


def draft(staff: Staff, **changes: Any) -> Competition:
    return worlds_competitions.draft_competition(
        worlds_competitions.open_category(staff), by=staff.coordinator, **changes
    )


def named(competition: Competition, staff: Staff) -> None:
    for who in worlds_competitions.committee_of(staff):
        worlds_competitions.named(competition, who, by=staff.coordinator)


def rules_broken(competition: Competition) -> set[str]:
    """The rules that keep it from being sent."""
    return {each.rule for each in preparing.obstacles_of(competition, clock.now())}


def refusal(competition: Competition, staff: Staff) -> DomainError:
    with pytest.raises(RuleBroken) as caught:
        preparing.submit(competition, by=staff.coordinator)
    return caught.value


def alter(competition: Competition, staff: Staff, **changes: Any) -> None:
    preparing.change(competition, lambda old: replace(old, **changes), by=staff.coordinator)


def criterion(code: str, parent: str, weight: str, **changes: Any) -> CriterionDetails:
    words = {f"{name}_{language}": code for name in ("text", "scale") for language in ("fi", "sv", "en")}
    kind = CriterionKind.PRICE if parent == "price" else CriterionKind.QUALITY
    return CriterionDetails(
        **{**words, "code": code, "parent": parent, "kind": kind, "weight": Decimal(weight), **changes}
    )


def test_given_a_category_when_a_competition_is_begun_then_nothing_published_is_typed_again(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_competitions.open_category(staff)
    competition = preparing.begin(category, by=staff.coordinator)
    assert competition.terms_fi == category.terms_fi
    assert [line.unit for lot in competition.lots for line in lot.lines] == [category.price_unit]
    assert [(each.parent.code, each.weight) for each in competition.criteria] == [
        ("price", Decimal("40.00")),
        ("plan", Decimal("60.00")),
    ]


def test_a_draft_that_lacks_nothing_is_submitted_and_returned_with_a_reason(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)
    assert rules_broken(competition) == {"R57", "R55"}
    named(competition, staff)
    preparing.submit(competition, by=staff.coordinator)
    preparing.return_to_preparer(competition, "Lisätkää toinen osa.", by=staff.decider)
    assert competition.state is CompetitionState.DRAFT
    assert competition.return_reason == "Lisätkää toinen osa."
    preparing.drop(competition, "Tarve poistui.", by=staff.coordinator)
    assert competition.state is CompetitionState.DROPPED


def test_documents_survive_storing_and_reading(app: Flask) -> None:
    staff = worlds_dps.staff()
    documents = papers.of(draft(staff, option_days=[90, 90], questions_until=clock.now()))
    assert papers.load(papers.dump(documents)) == documents
    assert papers.differences(documents, papers.load(papers.dump(documents))) == []


@pytest.mark.rule("R40")
def test_given_weights_that_do_not_add_up_when_submitted_then_refused(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)
    named(competition, staff)
    preparing.put_criterion(competition, criterion("plan", "plan", "50"), replacing="plan", by=staff.coordinator)
    error = refusal(competition, staff)
    assert error.rule == "R40"
    assert "90" in str(error.message)


@pytest.mark.rule("R41")
def test_a_criterion_without_a_parent_in_the_notice_is_refused_at_once(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)
    with pytest.raises(RuleBroken) as caught:
        preparing.put_criterion(competition, criterion("speed", "speed", "10"), by=staff.coordinator)
    assert caught.value.rule == "R41"


@pytest.mark.rule("R41")
def test_a_published_criterion_may_be_divided_but_keeps_its_weight(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)
    named(competition, staff)
    parts = (criterion("price", "price", "40"), criterion("plan-a", "plan", "35"), criterion("plan-b", "plan", "25"))
    alter(competition, staff, criteria=parts)
    assert rules_broken(competition) == set()
    wrong = (criterion("price", "price", "50"), criterion("plan-a", "plan", "35"), criterion("plan-b", "plan", "15"))
    alter(competition, staff, criteria=wrong)
    assert rules_broken(competition) == {"R41"}
    alter(competition, staff, criteria=(criterion("plan-a", "plan", "100"),))
    missing = [each for each in preparing.obstacles_of(competition, clock.now()) if each.rule == "R41"]
    with using_language("en"):
        assert any("is missing" in str(each.message) for each in missing)


@pytest.mark.rule("R42")
def test_price_alone_needs_a_reason(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = price_only_category(staff)
    competition = worlds_competitions.draft_competition(category, by=staff.coordinator, price_only_reason="")
    named(competition, staff)
    assert refusal(competition, staff).rule == "R42"
    preparing.save_details(
        competition,
        replace(papers.of(competition).details, price_only_reason="Laatu on vakioitu vaatimuksissa."),
        by=staff.coordinator,
    )
    preparing.submit(competition, by=staff.coordinator)


def published(staff: Staff, *criteria: NoticeCriterion, **changes: Any) -> Any:
    values = {"legal_mode": LegalMode.DPS_STRICT, "ordering_rule": OrderingRule.COMPETITION, **changes}
    system = worlds_dps.draft_system(staff.coordinator, **values)
    for each in criteria:
        systems.put_item(system.categories[0], "award_criteria", each, by=staff.coordinator)
    systems.submit(system, by=staff.coordinator)
    systems.approve(system, by=staff.decider)
    worlds_dps.publish(system, staff)
    return system.categories[0]


def notice_criterion(code: str, kind: CriterionKind, weight: str, **changes: Any) -> NoticeCriterion:
    return NoticeCriterion(
        code=code, kind=kind, text_fi=code, text_sv=code, text_en=code, weight=Decimal(weight), **changes
    )


def price_only_category(staff: Staff) -> Any:
    return published(staff, notice_criterion("price", CriterionKind.PRICE, "100"), price_only_reason="Vakioitu.")


@pytest.mark.rule("R43")
def test_quality_alone_decides_only_when_every_price_is_fixed(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = published(staff, notice_criterion("plan", CriterionKind.QUALITY, "100"))
    competition = worlds_competitions.draft_competition(category, by=staff.coordinator)
    named(competition, staff)
    assert competition.price_formula is PriceFormula.FIXED_PRICE
    assert refusal(competition, staff).rule == "R43"
    line = replace(papers.of(competition).lots[0].lines[0], fixed_price=Decimal("80.00"))
    preparing.put_line(competition, "1", line, replacing="service", by=staff.coordinator)
    preparing.submit(competition, by=staff.coordinator)


@pytest.mark.rule("R43")
def test_a_fixed_price_is_no_criterion(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff, price_formula=PriceFormula.FIXED_PRICE)
    line = replace(papers.of(competition).lots[0].lines[0], fixed_price=Decimal("80.00"))
    preparing.put_line(competition, "1", line, replacing="service", by=staff.coordinator)
    assert "R43" in rules_broken(competition)


@pytest.mark.rule("R44")
def test_a_criterion_about_the_supplier_or_its_quality_record_is_refused_and_named_staff_is_not(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)
    with pytest.raises(RuleBroken) as caught:
        preparing.put_criterion(
            competition,
            criterion("record", "plan", "10", concerns=CriterionSubject.SUPPLIER),
            by=staff.coordinator,
        )
    assert caught.value.rule == "R44"
    preparing.put_criterion(
        competition,
        criterion("plan", "plan", "60", concerns=CriterionSubject.NAMED_STAFF),
        replacing="plan",
        by=staff.coordinator,
    )
    assert competition.criteria[1].concerns is CriterionSubject.NAMED_STAFF


@pytest.mark.rule("R44")
def test_a_notice_that_compares_the_suppliers_past_cannot_be_competed(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = published(
        staff,
        notice_criterion("price", CriterionKind.PRICE, "60"),
        notice_criterion("past", CriterionKind.QUALITY, "40", concerns=CriterionSubject.SUPPLIER),
    )
    competition = worlds_competitions.draft_competition(category, by=staff.coordinator)
    assert [each.code for each in competition.criteria] == ["price"]
    assert "R44" in rules_broken(competition)


@pytest.mark.rule("R2")
def test_a_strict_system_chooses_one_supplier_a_lot(app: Flask) -> None:
    staff = worlds_dps.staff()
    assert "N7" in rules_broken(draft(staff, winners=2))


@pytest.mark.rule("R74")
def test_only_a_strict_system_leaves_the_standstill_out_before_tenders_are_known(app: Flask) -> None:
    staff = worlds_dps.staff()
    assert "R74" not in rules_broken(draft(staff, skips_standstill=True))
    category = worlds_competitions.open_category(staff, legal_mode=LegalMode.ANNEX_E_DPS_LIKE)
    light = worlds_competitions.draft_competition(category, by=staff.coordinator, skips_standstill=True, winners=2)
    assert rules_broken(light) >= {"R74"}
    assert "N7" not in rules_broken(light)


@pytest.mark.rule("R3")
def test_a_category_with_another_published_rule_is_not_competed(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_dps.open_category(staff)
    with pytest.raises(RuleBroken) as caught:
        preparing.begin(category, by=staff.coordinator)
    assert caught.value.rule == "R3"


@pytest.mark.rule("R57")
def test_two_people_open_and_keys_of_the_committee_are_three(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)
    first, second = worlds_competitions.committee_of(staff)
    worlds_competitions.named(competition, first, by=staff.coordinator)
    assert rules_broken(competition) == {"R57"}
    worlds_competitions.named(competition, second, by=staff.coordinator)
    assert rules_broken(competition) == set()
    preparing.save_details(
        competition, replace(papers.of(competition).details, has_committee_keys=True), by=staff.coordinator
    )
    assert rules_broken(competition) == {"R57"}
    third = people.mandate(Role.OPENER, staff.authority)
    worlds_competitions.named(competition, third, by=staff.coordinator)
    assert rules_broken(competition) == {"R57"}, "nobody has made a key"


@pytest.mark.rule("R53")
def test_only_people_of_the_authority_sit_on_its_committee(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)
    stranger = people_queries.person(people.mandate(Role.OPENER).person_id)
    decider = people_queries.person(staff.decider.person_id)
    for person in (stranger, decider):
        assert person is not None
        with pytest.raises(RuleBroken) as caught:
            committee.name_member(competition, person, opens=True, evaluates=False, by=staff.coordinator)
        assert caught.value.rule == "R53"


@pytest.mark.rule("R50")
def test_everyone_declares_for_themselves_and_a_conflict_locks_out(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)
    who, other = worlds_competitions.committee_of(staff)
    person = people_queries.person(who.person_id)
    assert person is not None
    row = committee.name_member(competition, person, opens=True, evaluates=True, by=staff.coordinator)
    assert not row.may_act
    with pytest.raises(NotAllowed):
        committee.declare_interest(row, False, by=other)
    committee.declare_interest(row, False, by=who)
    assert row.may_act
    committee.declare_interest(row, True, by=who)
    assert not row.may_act
    with pytest.raises(WrongState):
        committee.declare_interest(row, False, by=who)
    committee.remove_member(row, by=staff.coordinator)
    assert row.removed_at is not None


def test_nothing_of_a_sent_competition_is_edited_like_a_draft(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    with pytest.raises(WrongState) as caught:
        preparing.remove_criterion(made.competition, "plan", by=made.staff.coordinator)
    assert caught.value.rule == "R40"


@pytest.mark.parametrize("count", [200, 201])
def test_a_price_table_has_at_most_200_lines(app: Flask, count: int) -> None:
    staff = worlds_dps.staff()
    competition = draft(staff)

    def long(old: Documents) -> Documents:
        line = old.lots[0].lines[0]
        lines = tuple(replace(line, code=f"line-{number}") for number in range(count))
        return replace(old, lots=(replace(old.lots[0], lines=lines),))

    if count == 200:
        preparing.change(competition, long, by=staff.coordinator)
        assert len(competition.lots[0].lines) == 200
    else:
        with pytest.raises(RuleBroken) as caught:
            preparing.change(competition, long, by=staff.coordinator)
        assert caught.value.rule == "I10"
