"""A company's way into a category: applied, decided, admitted, under contract."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from demo import services
from demo.seeding import times
from demo.seeding.companies import Company
from demo.seeding.diary import NOBODY, Said, as_declared
from demo.seeding.ground import LASTS, City, Market, World, moment
from demo.seeding.sheets import Ready, ready
from dps.contracts import annex
from dps.contracts.drafts import digest_of, price_list_of, terms_of
from dps.contracts.gates import SECRECY_VERSION
from dps.contracts.models import ContractState, FrameContract
from dps.decisions.models import DecisionKind, DecisionState
from dps.qualification import rules as qualification_rules
from dps.qualification.models import ApplicationState, QualificationState
from dps.systems import legal_mode
from dps.systems.models import RequirementKind

SUMMARY = "Hakija täyttää kaikki vaatimukset, eikä sitä rasita mikään poissulkemisperuste."
EXEMPTION = "Sopimuksen arvo alittaa tilaajavastuulain rajan."


@dataclass(slots=True, eq=False)
class Entry:
    """A company's way into a category, from the application to the contract that both have signed."""

    company: Company
    market: Market
    application: str
    decision: str
    qualification: str
    contract: str
    sent: int
    signed: int
    number: int
    year: int
    digest: str
    #: When the contract was signed by both.
    under_contract: int


@functools.lru_cache(maxsize=5_000)
def _due(day: int) -> str:
    return str(qualification_rules.decision_due(moment(times.start_of(day) + 12 * times.HOUR)))


@dataclass(frozen=True)
class _Texts:
    """What is the same in every decision and contract of a category."""

    matter: Ready
    reasons: Ready
    answers: Ready
    terms: Ready
    price_list: Ready
    legal_basis: str
    instruction: str
    plain_terms: dict[str, Any]
    plain_prices: dict[str, Any]


@functools.lru_cache(maxsize=1_000)
def _texts(market: Market) -> _Texts:
    category = market.category
    asked = [each for each in services.requirements() if each.kind is RequirementKind.SELECTION]
    reasons = [
        {
            "requirement": each.code,
            "text": {"fi": each.text_fi, "sv": each.text_sv, "en": each.text_en},
            "is_met": True,
            "reason": "Tarkistettu hakemuksesta.",
        }
        for each in asked
    ]
    terms, prices = terms_of(category), price_list_of(category)
    return _Texts(
        matter=ready({"fi": category.name_fi, "sv": category.name_sv, "en": category.name_en}),
        reasons=ready(reasons),
        answers=ready({each.code: "Kuvaus ja viitteet hakemuksessa." for each in asked}),
        terms=ready(terms),
        price_list=ready(prices),
        legal_basis=legal_mode.legal_basis(category.legal_mode, is_exclusion=False),
        instruction=legal_mode.instruction_kind(category.legal_mode).value,
        plain_terms=terms,
        plain_prices=prices,
    )


def admit(world: World, company: Company, market: Market) -> Entry:
    """Applied, decided, admitted, under contract."""
    chance, loader, city, texts = world.chance, world.loader, market.keeper, _texts(market)
    sent = company.ready + times.HOUR * chance.between(1, 30)
    proposed = sent + times.DAY * chance.between(3, 8)
    signed = proposed + times.HOUR * chance.between(2, 40)
    theirs = signed + times.HOUR * chance.between(3, 60)
    ours = theirs + times.HOUR * chance.between(3, 60)
    year = times.date_of(times.local_day(signed)).year
    city.cases[year] = number = city.cases.get(year, 0) + 1
    starts_on, ends_on = times.date_of(times.local_day(signed)), times.date_of(world.opens + LASTS)
    entry = Entry(
        company=company,
        market=market,
        application=chance.id(sent),
        decision=chance.id(proposed),
        qualification=chance.id(signed),
        contract=chance.id(signed),
        sent=sent,
        signed=signed,
        number=number,
        year=year,
        digest=_digest(company, market, starts_on, ends_on),
        under_contract=ours,
    )
    loader.sheet("decision").add(
        id=entry.decision,
        authority_id=city.id,
        supplier_id=company.id,
        category_id=market.id,
        kind=DecisionKind.ADMISSION,
        state=DecisionState.SIGNED,
        matter=texts.matter,
        reasons=texts.reasons,
        summary=SUMMARY,
        legal_basis=texts.legal_basis,
        instruction_kind=texts.instruction,
        language="fi",
        case_year=year,
        case_number=number,
        prepared_by=city.coordinator,
        prepared_at=times.text(proposed),
        signed_by=city.decider,
        signed_at=times.text(signed),
        year=year,
        section_number=number,
        competence=city.competence,
    )
    loader.sheet("application").add(
        id=entry.application,
        supplier_id=company.id,
        category_id=market.id,
        declaration_id=company.declaration,
        answers=texts.answers,
        state=ApplicationState.ADMITTED,
        sent_by=company.person,
        received_at=times.text(sent),
        decision_due_on=Ready(_due(times.local_day(sent))),
        decision_id=entry.decision,
        decided_at=times.text(signed),
        handler_id=city.coordinator,
    )
    loader.sheet("qualification").add(
        id=entry.qualification,
        supplier_id=company.id,
        category_id=market.id,
        application_id=entry.application,
        decision_id=entry.decision,
        state=QualificationState.IN_FORCE,
        admitted_at=times.text(signed),
    )
    loader.sheet("frame_contract").add(
        id=entry.contract,
        qualification_id=entry.qualification,
        supplier_id=company.id,
        category_id=market.id,
        state=ContractState.IN_FORCE,
        terms_version=market.category.terms_version,
        terms=texts.terms,
        price_list=texts.price_list,
        data_processing_version=annex.VERSION,
        starts_on=starts_on,
        ends_on=ends_on,
        offered_at=times.text(signed),
        content_sha256=entry.digest,
        supplier_signed_by=company.person,
        supplier_signed_at=times.text(theirs),
        authority_signed_by=city.decider,
        authority_signed_at=times.text(ours),
        liability_exemption=EXEMPTION,
    )
    for at, kind in zip(
        (sent, proposed, proposed, signed, signed, signed, theirs, ours - 60, ours), WAY_IN, strict=True
    ):
        world.diary.note(at, _tell_entry, entry, kind)
    for buyer in market.buyers.things:
        _promise(world, company, buyer, theirs)
    return entry


def _digest(company: Company, market: Market, starts_on: Any, ends_on: Any) -> str:
    """What both parties sign, as ``dps.contracts`` counts it."""
    texts = _texts(market)
    content = SimpleNamespace(
        supplier=SimpleNamespace(id=company.id),
        category=SimpleNamespace(id=market.id),
        terms_version=market.category.terms_version,
        terms=texts.plain_terms,
        price_list=texts.plain_prices,
        data_processing_version=annex.VERSION,
        starts_on=starts_on,
        signed_ends_on=ends_on,
        options=[],
        award_decision_id=None,
        production_agreement=None,
    )
    return digest_of(cast("FrameContract", content))


#: The events of an entry in their order: table, who acts, states before and after.
WAY_IN = (
    "application.sent",
    "decision.prepared",
    "application.proposed",
    "decision.signed",
    "application.admitted",
    "contract.offered",
    "contract.signed_for_supplier",
    "contract.liability_exempted",
    "contract.signed_for_authority",
)
_BY_COMPANY = frozenset({"application.sent", "contract.signed_for_supplier"})
_BY_COORDINATOR = frozenset({"decision.prepared", "application.proposed", "contract.liability_exempted"})
_STATES = {
    "application.proposed": (ApplicationState.RECEIVED, ApplicationState.PROPOSED),
    "decision.signed": (DecisionState.PREPARED, DecisionState.SIGNED),
    "application.admitted": (ApplicationState.PROPOSED, ApplicationState.ADMITTED),
    "contract.signed_for_supplier": (ContractState.OFFERED, ContractState.SIGNED_BY_SUPPLIER),
    "contract.signed_for_authority": (ContractState.SIGNED_BY_SUPPLIER, ContractState.IN_FORCE),
}


def _tell_entry(entry: Entry, kind: Any) -> Said:
    company, market, city = entry.company, entry.market, entry.market.keeper
    actor = city.as_coordinator if kind in _BY_COORDINATOR else city.as_decider
    if kind in _BY_COMPANY:
        actor = company.actor
    about = {
        "application": ("application", entry.application),
        "decision": ("decision", entry.decision),
        "contract": ("frame_contract", entry.contract),
    }[kind.partition(".")[0]]
    before, after = _STATES.get(kind, (None, None))
    facts: dict[str, Any] = {
        "category": market.id,
        "supplier": company.id,
        "declaration": company.declaration,
        "decision_due_on": _due(times.local_day(entry.sent)),
        "parties": [],
        "kind": DecisionKind.ADMISSION.value,
        "decision": entry.decision,
        "qualification": entry.qualification,
        "section_number": entry.number,
        "year": entry.year,
        "competence": city.competence,
        "terms_version": market.category.terms_version,
        "content_sha256": entry.digest,
        "reason": EXEMPTION,
        "before": before.value if before else None,
        "after": after.value if after else None,
    }
    return kind, actor, about, as_declared(kind, facts), NOBODY


def _promise(world: World, company: Company, city: City, at: int) -> None:
    """The company's person promises secrecy to each authority once (R118)."""
    if city.id in company.promised:
        return
    company.promised.add(city.id)
    undertaking = world.chance.id(at)
    world.loader.sheet("secrecy_undertaking").add(
        id=undertaking,
        supplier_id=company.id,
        authority_id=city.id,
        person_id=company.person,
        text_version=SECRECY_VERSION,
        given_on=Ready(times.day_text(times.local_day(at))),
        recorded_by=company.person,
        recorded_at=times.text(at),
    )
    world.diary.note(at, _tell_promise, (company, city, undertaking))


def _tell_promise(about: tuple[Company, City, str], _: Any) -> Said:
    company, city, undertaking = about
    facts = {"supplier": company.id, "authority": city.id, "text_version": SECRECY_VERSION}
    return "secrecy.undertaken", company.actor, ("secrecy_undertaking", undertaking), facts, NOBODY
