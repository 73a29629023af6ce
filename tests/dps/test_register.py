"""The public register: who is admitted where, and since when, as anybody reads it."""

from __future__ import annotations

import pytest
from flask import Flask

from core import clock
from core.i18n import using_language
from core.web.formatting import date_plain
from dps.qualification import register
from dps.systems import service as systems
from tests import worlds_dps
from tests.pages import Page, page_as
from tests.worlds_dps import Provider, Staff


@pytest.fixture
def staff(app: Flask) -> Staff:
    return worlds_dps.staff()


def names(page: Page) -> list[str]:
    return [row[0] for row in page.rows()]


def opened(staff: Staff, *providers: Provider) -> str:
    """The address of the register of a system with two categories; all are admitted to the first, in this order."""
    system = worlds_dps.approved_system(staff)
    worlds_dps.publish(system, staff)
    for provider in providers:
        worlds_dps.admitted(system.categories[0], provider, staff)
    return f"/systems/{system.id}/suppliers"


def test_anybody_reads_who_is_admitted_where_and_since_when(app: Flask, staff: Staff) -> None:
    provider = worlds_dps.provider("Savon Valmennus Oy")
    page = page_as(app, None).get(opened(staff, provider))
    row = page.rows()[0]
    assert row[:2] == ["Savon Valmennus Oy", provider.supplier.registration_number]
    with using_language("en"):
        assert row[3] == date_plain(clock.now())
    assert provider.supplier.emails[0] not in page.text


def test_a_provider_is_found_by_a_part_of_its_name_or_its_business_id(app: Flask, staff: Staff) -> None:
    first, second = worlds_dps.provider("Savon Valmennus Oy"), worlds_dps.provider("Puijon 100 % Ura Oy")
    page = page_as(app, None).get(opened(staff, first, second))
    assert names(page) == ["Puijon 100 % Ura Oy", "Savon Valmennus Oy"]
    assert names(page.press("Search", name=" savon  valm ")) == ["Savon Valmennus Oy"]
    assert names(page.press("Search", name=second.supplier.registration_number)) == ["Puijon 100 % Ura Oy"]
    assert names(page.press("Search", name="100 %")) == ["Puijon 100 % Ura Oy"]
    nobody = page.press("Search", name="Kallaveden")
    assert "No provider found" in nobody.text
    assert len(names(nobody.follow("Show all"))) == 2


def test_a_category_shows_its_own_providers_only(app: Flask, staff: Staff) -> None:
    system = worlds_dps.draft_system(staff.coordinator)
    other = worlds_dps.add_category(system, staff.coordinator, code="other", name_en="Other coaching")
    systems.submit(system, by=staff.coordinator)
    systems.approve(system, by=staff.decider)
    worlds_dps.publish(system, staff)
    worlds_dps.admitted(system.categories[0], worlds_dps.provider("Savon Valmennus Oy"), staff)
    worlds_dps.admitted(other, worlds_dps.provider("Puijon Ura Oy"), staff)
    page = page_as(app, None).get(f"/systems/{system.id}/suppliers")
    found = page.press("Search", category=str(other.id))
    assert [(row[0], row[2]) for row in found.rows()] == [("Puijon Ura Oy", "Other coaching")]
    assert names(found.press("Search", name="Savon")) == []


def test_who_is_admitted_elsewhere_or_was_removed_is_not_listed(app: Flask, staff: Staff) -> None:
    elsewhere = worlds_dps.staff("City of Joensuu")
    opened(elsewhere, worlds_dps.provider("Joensuun Ura Oy"))
    page = page_as(app, None).get(opened(staff, worlds_dps.provider("Savon Valmennus Oy")))
    assert names(page) == ["Savon Valmennus Oy"]
    assert names(page.press("Search", name="Joensuun")) == []


@pytest.mark.parametrize("name", ["", "Oy"])
def test_a_long_register_goes_on_behind_a_link_that_keeps_the_search(
    app: Flask, staff: Staff, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("dps.qualification.views.register.PAGE_SIZE", 2)
    all_three = [worlds_dps.provider(f"Savon Palvelu {number} Oy") for number in (1, 2, 3)]
    first = page_as(app, None).get(opened(staff, *all_three)).press("Search", name=name)
    assert names(first) == ["Savon Palvelu 3 Oy", "Savon Palvelu 2 Oy"]
    second = first.follow("Next 50")
    assert names(second) == ["Savon Palvelu 1 Oy"]
    assert "Next 50" not in second.text


def test_of_a_name_that_too_many_have_more_is_asked(app: Flask, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST_PROVIDERS", 1)
    page = page_as(app, None).get(opened(staff, worlds_dps.provider("A Oy"), worlds_dps.provider("B Oy")))
    found = page.press("Search", name="Oy")
    assert found.messages == ["More than 1 providers are called like that. Write more of the name."]
    assert names(found) == ["A Oy"]
    assert names(page.press("Search", name="B Oy")) == ["B Oy"]
