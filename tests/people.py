"""People and organisations for tests, made by the verbs of identity."""

from __future__ import annotations

from datetime import date
from itertools import count

from core.db import db, new_id, transaction
from core.identity import service
from core.identity.mandates import Mandate
from core.identity.models import Authority, Organisation, OrganisationKind, Person, Role, RoleHolding

_numbers = count(1)
LONG_AGO = date(2020, 1, 1)
PASSWORD = "four plain words here"


def person(name: str = "Maija Mallikas") -> Person:
    return service.add_person(f"person{next(_numbers)}@avoin.example", name, "en", by=None)


def organisation(kind: OrganisationKind = OrganisationKind.OPERATOR, name: str = "Avoin") -> Organisation:
    @transaction
    def make() -> Organisation:
        row = Organisation(id=new_id(), kind=kind, name=name)
        db.session.add(row)
        return row

    return make()


def authority(name: str = "City of Kuopio") -> Authority:
    number = next(_numbers)
    return service.add_authority(
        name_fi=f"{name} fi",
        name_sv=f"{name} sv",
        name_en=name,
        business_id=f"{number:07d}-0",
        service_address="Tulliportinkatu 31, 70100 Kuopio",
        service_email="kirjaamo@kuopio.example",
        competence="Hallintosääntö 24 §",
        by=None,
    )


def holding(role: Role, where: Organisation | Authority | None = None, who: Person | None = None) -> RoleHolding:
    if where is None:
        where = organisation() if role is Role.ADMIN else authority()
    inside = where.organisation if isinstance(where, Authority) else where
    return service.give_role(who or person(), inside, role, starts_on=LONG_AGO, ends_on=None, by=None)


def mandate(role: Role, where: Organisation | Authority | None = None, who: Person | None = None) -> Mandate:
    return Mandate.of(holding(role, where, who))


def coordinator(where: Authority | None = None) -> Mandate:
    return mandate(Role.COORDINATOR, where)


def decider(where: Authority | None = None) -> Mandate:
    return mandate(Role.DECIDER, where)


def expert(where: Authority | None = None) -> Mandate:
    return mandate(Role.EXPERT, where)


def admin() -> Mandate:
    return mandate(Role.ADMIN)
