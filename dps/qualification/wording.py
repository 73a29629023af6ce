"""Applications in words: tags, where one stands, what is missing, the evidence beside a requirement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from core import clock, law
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Due
from core.web.formatting import date as date_words
from core.web.formatting import deadline, moment
from dps.qualification import parties, queries, registers, rules
from dps.qualification.models import (
    APPLICATION_STATE_TITLES,
    PARTY_ROLE_TITLES,
    Application,
    ApplicationParty,
    ApplicationState,
    Clarification,
    RegisterExtract,
)
from dps.qualification.rules import Slot
from dps.qualification.service.drafting import Content
from dps.systems.models import Category, Requirement, RequirementKind, SystemState
from suppliers import queries as suppliers
from suppliers.models import Declaration, Document

#: State → the kind of ``status_tag`` and its words.
TAGS = {
    state: (kind, APPLICATION_STATE_TITLES[state])
    for state, kind in {
        ApplicationState.RECEIVED: "go",
        ApplicationState.PROPOSED: "waiting",
        ApplicationState.ADMITTED: "ok",
        ApplicationState.REFUSED: "stop",
        ApplicationState.WITHDRAWN: "paused",
    }.items()
}


@dataclass(frozen=True)
class Missing:
    """Something to do before an application can be sent."""

    text: str
    href: str = ""
    label: str = ""


def missing_in_content(
    category: Category, content: Content, vault: Sequence[Document], today: date
) -> Iterator[Missing]:
    """What the check before sending finds in what was written, each with the place where it is mended."""
    known = {str(each.id): each for each in vault}
    for requirement in category.requirements:
        if requirement.kind is not RequirementKind.SELECTION:
            continue
        code, text = requirement.code, rules.requirement_words(requirement)
        if not content.answers.get(code, "").strip():
            yield Missing(_("An answer is missing: %(requirement)s", requirement=text), f"#{code}", _("Answer"))
        chosen = [known[key] for key in content.documents.get(code, ()) if key in known]
        for document in chosen:
            if not document.is_good(today):
                yield Missing(
                    _("The document %(title)s has expired or was withdrawn.", title=document.title),
                    url_for("suppliers.documents"),
                    _("Add a document that is in force"),
                )
    codes = parties.exclusion_codes(category)
    for place, party in enumerate(content.parties):
        if any(code not in party.grounds for code in codes):
            yield Missing(
                _("The declaration of %(name)s does not answer every ground of this category.", name=party.name),
                f"#party-{place}",
                _("Name it again"),
            )


def without_document(category: Category, content: Content) -> list[str]:
    """The requirements that ask for evidence to which no document is attached; it may be sent without (R66)."""
    return [
        rules.requirement_words(each)
        for each in category.requirements
        if each.kind is RequirementKind.SELECTION
        and localized(each, "evidence")
        and not content.documents.get(each.code)
    ]


def missing_before_sending(category: Category, actor: Mandate, declaration: Declaration | None) -> list[Missing]:
    """What keeps this person from sending, each with the page where it is mended."""
    supplier_id = actor.organisation_id
    found = []
    if category.system.state not in (SystemState.OPEN, SystemState.CLOSED):
        found.append(Missing(_("The purchasing system does not take applications any more.")))
    if not suppliers.is_verified_to_act(actor.person_id, supplier_id):
        text = _("Your right to act for the provider waits to be verified. You get a message when it has been.")
        found.append(Missing(text))
    if declaration is None:
        href = url_for("suppliers.declaration")
        found.append(Missing(_("A confirmed self-declaration is missing."), href, _("Make the self-declaration")))
    if queries.qualification_in_force(supplier_id, category.id):
        found.append(Missing(_("You have been admitted to this category already.")))
    elif live := queries.live_application(supplier_id, category.id):
        href = url_for("qualification.own_application", application_id=live.id)
        found.append(Missing(_("Your application is being processed already."), href, _("See where it stands")))
    return found


def standing(application: Application) -> str:
    """Where the application stands, for its sender."""
    if application.state is ApplicationState.RECEIVED and application.decision_due_on is None:
        return _("The system is temporarily closed. The time to decide starts when it opens again.")
    if application.state in queries.LIVE and application.decision_due_on:
        due = deadline(application.decision_due_on)
        return _("The city is checking your application. You get the decision by %(date)s.", date=due)
    if application.state is ApplicationState.ADMITTED:
        return _("You have been admitted. Read and sign the contract next.")
    if application.state is ApplicationState.REFUSED:
        return _("The application was refused. The decision says why. You may apply again at any time.")
    return _("You withdrew the application. You may apply again at any time.")


def due(application: Application, today: date) -> Due | None:
    """The deadline chip of a live application."""
    if application.state not in queries.LIVE or application.decision_due_on is None:
        return None
    key = "R24.decision_extended" if application.extended_at else "R23.decision"
    left = clock.working_days_between(today, application.decision_due_on, clock.authority_days)
    limit = int(law.number(key, today))
    return Due.in_working_days(left, limit=limit, text=date_words(application.decision_due_on))


def track(application: Application) -> list[dict[str, Any]]:
    """The stages of an application: done, now, to come."""
    state = application.state
    is_received = state is ApplicationState.RECEIVED
    steps: list[dict[str, Any]] = [
        {"title": _("Application received"), "when": moment(application.received_at), "state": "done"},
    ]
    if application.extended_at:
        steps.append({"title": _("Time extended"), "when": moment(application.extended_at), "state": "done"})
    if state is ApplicationState.WITHDRAWN:
        return [*steps, {"title": _("Withdrawn"), "when": moment(application.withdrawn_at), "state": "done"}]
    decided = application.decided_at is not None
    steps += [
        {"title": _("Check of the requirements"), "state": "now" if is_received else "done"},
        {
            "title": _("Decision"),
            "when": moment(application.decided_at)
            if decided
            else _("by %(date)s", date=date_words(application.decision_due_on))
            if application.decision_due_on
            else "",
            "state": "done" if decided else "now" if state is ApplicationState.PROPOSED else "",
        },
    ]
    return steps


@dataclass(frozen=True)
class Evidence:
    """One thing to be found, with all that stands beside it."""

    slot: Slot
    declared: str
    words: str
    is_clear: bool
    secret: str
    documents: list[Document]
    extracts: list[RegisterExtract]
    questions: list[Clarification]


def evidence(application: Application, extracts: Sequence[RegisterExtract], today: date) -> list[Evidence]:
    """Declaration, answer, documents, registers and questions beside each thing to be found."""
    current = [each for each in extracts if registers.is_current(each.issued_on, today)]
    return [_evidence_of(application, slot, current) for slot in rules.slots(application)]


@dataclass(frozen=True)
class Group:
    """What belongs together on the page: suitability, or the grounds of one operator."""

    title: str
    items: list[Evidence]
    #: Names whose grounds can be cleared at once; none for suitability or when nothing is left.
    clears: str | None


def groups(found: Sequence[Evidence]) -> list[Group]:
    """Suitability first, then the grounds of the applicant, then those of each other operator."""
    suitability = [each for each in found if each.slot.requirement.kind is RequirementKind.SELECTION]
    others: dict[ApplicationParty | None, list[Evidence]] = {}
    for each in found:
        if each.slot.requirement.kind is RequirementKind.EXCLUSION:
            others.setdefault(each.slot.party, []).append(each)
    made = [Group(_("Suitability requirements"), suitability, None)] if suitability else []
    for party, items in others.items():
        title = (
            _("Grounds for exclusion: %(role)s %(name)s", role=PARTY_ROLE_TITLES[party.role], name=party.name)
            if party
            else _("Grounds for exclusion: the applicant")
        )
        left = any(each.slot.check is None and each.is_clear for each in items)
        made.append(Group(title, items, (str(party.id) if party else "") if left else None))
    return made


def _evidence_of(application: Application, slot: Slot, current: list[RegisterExtract]) -> Evidence:
    requirement, party = slot.requirement, slot.party
    declared, words, is_clear = _declared(application, requirement, party)
    questions = [
        each
        for each in application.clarifications
        if requirement.code in each.requirements and each.party_id == (party.id if party else None)
    ]
    own = party is None
    return Evidence(
        slot=slot,
        declared=declared,
        words=words,
        is_clear=is_clear,
        secret=str(application.secrets.get(requirement.code, "")) if own else "",
        documents=[each.document for each in application.documents if own and each.requirement_id == requirement.id],
        extracts=registers.about(requirement.code, current) if own else [],
        questions=questions,
    )


def _declared(
    application: Application, requirement: Requirement, party: ApplicationParty | None
) -> tuple[str, str, bool]:
    """What the applicant or the party declared, in words, and whether it is clear."""
    answers = application.declaration.answers.get(requirement.kind.value, {})
    given = (answers if party is None else party.grounds).get(requirement.code, {})
    if requirement.kind is RequirementKind.EXCLUSION:
        applies = bool(given.get("applies"))
        declared = _("Declared: the ground applies") if applies else _("Declared: the ground does not apply")
        return declared, str(given.get("explanation", "")), not applies
    fulfilled = bool(given.get("fulfilled"))
    declared = _("Declared: fulfilled") if fulfilled else _("Declared: not fulfilled")
    return declared, str(application.answers.get(requirement.code) or given.get("description", "")), fulfilled


#: How a question stands → the kind of ``status_tag`` and its words.
QUESTION_TAGS = {
    "open": ("waiting", _l("Waiting for the answer")),
    "answered": ("ok", _l("Answered")),
    "lapsed": ("stop", _l("Not answered in time")),
}


def question_tag(question: Clarification, now: datetime) -> tuple[str, Any]:
    """Open, answered or lapsed."""
    if question.answered_at is not None:
        return QUESTION_TAGS["answered"]
    return QUESTION_TAGS["open" if question.is_open(now) else "lapsed"]
