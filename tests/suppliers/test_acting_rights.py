"""Who acts for a company: nobody by squatting on its number, nobody by verifying themselves."""

from __future__ import annotations

import pytest
from flask import Flask

from core import clock
from core.errors import RuleBroken
from core.identity import queries as people_queries
from core.identity.models import Person, Role
from suppliers import queries, service
from tests import people, worlds_suppliers
from tests.pages import api_as


def _roles(person: Person) -> list[str]:
    return [each.role.value for each in people_queries.holdings_in_force(person.id, clock.helsinki_date(clock.now()))]


def test_given_a_right_is_refused_when_the_person_had_a_role_then_the_role_ends(app: Flask) -> None:
    done = worlds_suppliers.registration()
    api = api_as(app, worlds_suppliers.mandate_of(done))
    assert api.get("/orders").status_code == 200
    service.refuse_right(done.right, "Not in the trade register.", by=people.coordinator())
    assert _roles(done.person) == []
    assert api.get("/orders").status_code == 401


def test_given_the_owner_is_verified_when_somebody_else_had_taken_the_number_then_they_wait(app: Flask) -> None:
    number = worlds_suppliers.business_id()
    squatter = worlds_suppliers.registration(number)
    owner = worlds_suppliers.registration(number)
    coordinator = people.coordinator()
    service.verify_right(owner.right, "Trade register.", by=coordinator)
    assert _roles(owner.person) == ["provider"]
    assert _roles(squatter.person) == []
    assert queries.pending_rights() == [squatter.right]
    service.verify_right(squatter.right, "Power of attorney.", by=coordinator)
    assert _roles(squatter.person) == ["provider"]


def test_given_a_colleague_was_verified_before_when_a_claim_is_verified_then_both_act(app: Flask) -> None:
    number = worlds_suppliers.business_id()
    first = worlds_suppliers.registration(number)
    service.verify_right(first.right, "Trade register.", by=people.coordinator())
    second = worlds_suppliers.registration(number)
    service.verify_right(second.right, "Power of attorney.", by=people.coordinator())
    assert (_roles(first.person), _roles(second.person)) == (["provider"], ["provider"])


def test_given_a_coordinator_owns_a_company_when_they_verify_themselves_then_it_is_refused(app: Flask) -> None:
    done = worlds_suppliers.registration()
    coordinator = people.mandate(Role.COORDINATOR, None, done.person)
    for verb in (service.verify_right, service.refuse_right):
        with pytest.raises(RuleBroken) as refused:
            verb(done.right, "I know myself.", by=coordinator)
        assert refused.value.rule == "four-eyes"
