"""What happens to admissions and decisions afterwards: renewals, pauses, a hearing, a demand, questions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from demo.cast import COLLEAGUE, COMPANIES, COORDINATOR, DECIDER, Company
from dps.contracts import changing
from dps.contracts import queries as contract_queries
from dps.contracts.models import ContractChange, ContractChangeKind
from dps.decisions import service as decisions
from dps.decisions.models import Decision, RemedyKind
from dps.qualification import admissions, matters
from dps.qualification.models import AdmissionMatter, MatterKind, Qualification
from dps.qualification.service import renewing, standing
from dps.systems.models import PurchasingSystem
from suppliers import queries as supplier_queries
from suppliers import service as suppliers

if TYPE_CHECKING:
    from demo.story import Story

#: How many days before the demo's today each thing happens.
RENEWAL, PAUSE, LIFTED, REQUEST, HEARING, DEMAND, DELEGATION = 90, 60, 30, 3, 2, 4, 200
CHANGE, NEW_CHANGE = 40, 2


def plan(story: Story) -> None:
    """Put everything on its day."""
    first, second, third, fourth = COMPANIES[0], COMPANIES[4], COMPANIES[6], COMPANIES[8]
    story.on(story.today - timedelta(days=DELEGATION), lambda: delegate(story))
    story.on(story.today - timedelta(days=RENEWAL), lambda: renew(story, first))
    story.on(story.today - timedelta(days=PAUSE), lambda: pause(story, second))
    story.on(story.today - timedelta(days=LIFTED), lambda: lift(story, second))
    story.on(story.today - timedelta(days=REQUEST), lambda: ask_again(story, first))
    story.on(story.today - timedelta(days=REQUEST), lambda: wish_to_pause(story, first))
    story.on(story.today - timedelta(days=REQUEST), lambda: wish_to_pause(story, third))
    story.on(story.today - timedelta(days=CHANGE), lambda: change_contract(story, first))
    story.on(story.today - timedelta(days=NEW_CHANGE), lambda: wish_small_change(story, first))
    story.on(story.today - timedelta(days=HEARING), lambda: hear(story, fourth))
    story.on(story.today - timedelta(days=DEMAND), lambda: demand(story, first))


def _admission(story: Story, company: Company) -> Qualification:
    """An admission to a category of the first system."""
    found = admissions.admissions_of_supplier(story.suppliers[company.number])
    ours = set(story.categories.values())
    return next(row for row in found if row.ended_at is None and row.category_id in ours)


def _decide(story: Story, matter: AdmissionMatter, summary: str) -> None:
    decision = standing.propose_matter(matter, summary, by=story.mandates[COORDINATOR])
    decisions.sign(decision, by=story.mandates[DECIDER])


def delegate(story: Story) -> None:
    """The decision maker lets a coordinator admit later applicants."""
    qualification = _admission(story, COMPANIES[0])
    system: PurchasingSystem = qualification.category.system
    today = clock.helsinki_date(clock.now())
    decisions.delegate(
        system,
        story.mandates[COLLEAGUE[0]].person_id,
        "Hallintosääntö 24 §, delegointipäätös § 12",
        today,
        min(today + timedelta(days=365), system.ends_on),
        by=story.mandates[DECIDER],
    )


def renew(story: Story, company: Company) -> None:
    """A yearly renewal: asked, answered, checked."""
    provider: Mandate = story.mandates[company.email]
    qualification = _admission(story, company)
    day = matters.earliest_renewal(clock.helsinki_date(clock.now()))
    request = renewing.ask_renewal(qualification, day, "Vuosittainen tarkistus.", by=story.mandates[COORDINATOR])
    old = supplier_queries.confirmed_declaration(qualification.supplier_id)
    assert old is not None
    draft = suppliers.save_draft(qualification.supplier_id, old.answers, by=provider)
    suppliers.confirm(draft, by=provider)
    renewing.answer_renewal(request, draft, by=provider)
    renewing.review_renewal(request, "Ei muutoksia.", by=story.mandates[COORDINATOR])


def ask_again(story: Story, company: Company) -> None:
    """A renewal that is still to be answered."""
    day = matters.earliest_renewal(clock.helsinki_date(clock.now()))
    renewing.ask_renewal(
        _admission(story, company), day, "Verotiedot ovat vanhentuneet.", by=story.mandates[COORDINATOR]
    )


def pause(story: Story, company: Company) -> None:
    """A pause at the provider's own request."""
    matter = standing.request_matter(
        _admission(story, company),
        MatterKind.SUSPENSION_REQUESTED,
        "Valmentajamme on vuosilomalla kuukauden.",
        by=story.mandates[company.email],
    )
    _decide(story, matter, "Palveluntuottaja on pyytänyt taukoa, eikä sille ole estettä.")


def lift(story: Story, company: Company) -> None:
    """The pause ends."""
    matter = standing.open_lifting(_admission(story, company), "Loma on ohi.", by=story.mandates[COORDINATOR])
    _decide(story, matter, "Tauon peruste on poistunut.")


def wish_to_pause(story: Story, company: Company) -> None:
    """A request that waits for the coordinator."""
    standing.request_matter(
        _admission(story, company),
        MatterKind.SUSPENSION_REQUESTED,
        "Muutamme uusiin tiloihin tammikuussa.",
        by=story.mandates[company.email],
    )


def hear(story: Story, company: Company) -> None:
    """A hearing about a removal that the provider can still answer."""
    qualification = _admission(story, company)
    requirement = next(each for each in qualification.category.requirements if each.code == "qualified-staff")
    standing.open_removal(
        qualification,
        standing.RemovalGround(requirement=requirement),
        "Valmentajanne ovat saamamme tiedon mukaan vaihtaneet työpaikkaa.",
        matters.earliest_hearing(clock.helsinki_date(clock.now())),
        by=story.mandates[COORDINATOR],
    )


def demand(story: Story, company: Company) -> None:
    """A demand for a correction, and a question about reasons."""
    qualification = _admission(story, company)
    decision = db.session.get_one(Decision, qualification.decision_id)
    decisions.register_remedy(
        decision,
        decisions.RemedyDetails(
            kind=RemedyKind.CORRECTION_DEMAND,
            claims="Vaadimme, että päätöksen perusteluihin lisätään referenssimme.",
            claimant=company.name,
            received_on=clock.helsinki_date(clock.now()),
        ),
        by=story.mandates[COORDINATOR],
    )
    decisions.ask_explanation(
        decision, "Miksi referenssejämme ei mainittu perusteluissa?", by=story.mandates[company.email]
    )


def _prepare(story: Story, company: Company, details: changing.ChangeDetails) -> ContractChange:
    contract = contract_queries.contract_of_qualification(_admission(story, company).id)
    assert contract is not None
    return changing.prepare_change(contract, details, by=story.mandates[COORDINATOR])


def change_contract(story: Story, company: Company) -> None:
    """An additional service: prepared, decided by another, accepted."""
    change = _prepare(
        story,
        company,
        changing.ChangeDetails(
            kind=ContractChangeKind.ADDITIONAL_SERVICES,
            description="Ryhmävalmennukseen lisätään tulkkaus kahteen uuteen kieleen.",
            reason="Valmentajan on tunnettava ryhmä, joten toinen palveluntuottaja ei voi tulkata sitä.",
            value=Decimal("12000.00"),
            original_value=Decimal("150000.00"),
        ),
    )
    changing.decide_change(change, by=story.mandates[DECIDER])
    changing.accept_change(change, by=story.mandates[company.email])


def wish_small_change(story: Story, company: Company) -> None:
    """A small change that waits for the decision maker."""
    _prepare(
        story,
        company,
        changing.ChangeDetails(
            kind=ContractChangeKind.SMALL_CHANGE,
            description="Loppuraportin lisäksi laaditaan lyhyt väliraportti.",
            reason="Asiantuntijat tarvitsevat tiedon ennen valmennuksen loppua.",
            value=Decimal("2400.00"),
        ),
    )
