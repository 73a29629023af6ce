"""The capital region: its cooperation agreement, and the people who act for its cities."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from core import clock
from core.identity import queries as people
from core.identity.mandates import Mandate
from core.identity.models import Person
from dps.joint.agreements import seating, service
from dps.joint.agreements.details import (
    AgreementDetails,
    CostDetails,
    Names,
    PartyDetails,
    StageDetails,
    TaskDetails,
)
from dps.joint.agreements.models import AgreementVersion
from dps.joint.stages import APPROVED_STAGES, ApprovalRule, CostBasis, CostKind, Group

if TYPE_CHECKING:
    from demo.story import Story

HELSINKI, ESPOO, VANTAA = "helsinki", "espoo", "vantaa"
KEYS = (HELSINKI, ESPOO, VANTAA)
#: Of a hundred euros each authority pays so many.
PERCENT = {HELSINKI: 52, ESPOO: 23, VANTAA: 25}
#: Name in Finnish and Swedish, whose authority answers, whether it is that authority itself, share of the work, of
#: joint costs, and the least person-years.
PARTIES = (
    (("Helsinki", "Helsingfors"), HELSINKI, True, 50, 50, 20),
    (("Espoo", "Esbo"), ESPOO, True, 25, 24, 10),
    (("Kauniainen", "Grankulla"), ESPOO, False, 0, 1, 0),
    (("Vantaa", "Vanda"), VANTAA, True, 25, 25, 10),
)
TASKS = (
    Names("Työvoimakoulutus", "Arbetskraftsutbildning", "Labour-market training"),
    Names("Työnhakijoiden valmennus", "Träning för arbetssökande", "Coaching for job seekers"),
    Names("Työnantajien neuvonta", "Rådgivning till arbetsgivare", "Advice to employers"),
    Names("Muutosturva", "Omställningsskydd", "Change security"),
)


def staff(story: Story, role: str, city: str) -> Mandate:
    """``staff(story, "coordinator", "espoo")``"""
    return story.mandates[f"{role}@{city}.example"]


def person(story: Story, role: str, city: str) -> Person:
    found = people.person(staff(story, role, city).person_id)
    assert found is not None
    return found


def agreed(story: Story, starts_on: date) -> AgreementDetails:
    """What the four cities agree; three authorities act for them, Espoo also for Kauniainen."""
    return AgreementDetails(
        name=Names("Pääkaupunkiseudun yhteistyö", "Samarbete inom huvudstadsregionen", "Capital region cooperation"),
        starts_on=starts_on,
        ends_on=None,
        steering_name=Names("PKS-johtoryhmä", "Styrgruppen", "Steering group"),
        coordination_name=Names("PKS-koordinaatioryhmä", "Samordningsgruppen", "Coordination group"),
        own_window_days=7,
        withdrawal_days=180,
        withdrawal_terms=(
            "Osapuoli ilmoittaa jäämisestä pois kirjallisesti puoli vuotta aiemmin. Käynnissä olevat tilaukset viedään "
            "loppuun, ja osapuoli vastaa niiden kustannuksista."
        ),
        change_terms="Muutos tulee voimaan, kun jokainen osapuoli on hyväksynyt sen omalla päätöksellään.",
        parties=[
            PartyDetails(
                name=Names(fi, sv, fi),
                authority_id=staff(story, "coordinator", city).organisation_id,
                is_own=is_own,
                municipalities=[fi],
                share=Decimal(share),
                person_years_min=Decimal(least),
                cost_share=Decimal(cost_share),
            )
            for (fi, sv), city, is_own, share, cost_share, least in PARTIES
        ],
        tasks=[TaskDetails(names) for names in TASKS],
        stages=[StageDetails(stage, ApprovalRule.ALL, 30) for stage in APPROVED_STAGES],
        costs=[
            CostDetails(CostKind.EMPTY_SEATS, CostBasis.BY_USE),
            CostDetails(CostKind.PROCUREMENT_WORK, CostBasis.BY_SHARES),
            CostDetails(CostKind.MARKETING, CostBasis.BY_SHARES),
        ],
    )


def agree(story: Story) -> AgreementVersion:
    """Helsinki writes the agreement, and each city approves it by its own decision."""
    today = clock.helsinki_date(clock.now())
    version = service.write(agreed(story, date(today.year, 1, 1)), by=staff(story, "coordinator", HELSINKI))
    service.propose(version, by=staff(story, "coordinator", HELSINKI))
    for number, city in enumerate(KEYS):
        service.approve(version, f"§ {14 + 7 * number}/{today.year}", by=staff(story, "decider", city))
    for city in KEYS:
        by = staff(story, "coordinator", city)
        for group, role in ((Group.COORDINATION, "coordinator"), (Group.STEERING, "steering")):
            member = seating.name_member(version.agreement, group, person(story, role, city), today, by=by)
            if group is Group.STEERING:
                substitute = person(story, "decider", city)
                seating.name_member(version.agreement, group, substitute, today, by=by, substitutes=member)
    return version
