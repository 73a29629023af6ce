"""What an applicant says about another operator of its application, checked before it is kept (R31, R68)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from dps.qualification.models import ApplicationParty, PartyRole
from dps.systems.models import Category, Requirement, RequirementKind
from suppliers import espd, identifiers
from suppliers import rules as declarations
from suppliers.models import DeclarationSource, IdentifierScheme, Supplier

#: The requirement whose capacities are people: they count only if they do the work themselves (R31, HL 92 §).
STAFF = "qualified-staff"
#: So many parties an application may name.
MOST = 50


@dataclass(frozen=True, kw_only=True)
class PartyDetails:
    """One party as the applicant names it; ``grounds`` as in ``ApplicationParty``."""

    role: PartyRole
    name: str
    scheme: IdentifierScheme
    country: str
    number: str
    task: str
    relied_on_for: str | None = None
    performs_service: bool = False
    grounds: dict[str, Any] = field(default_factory=dict)
    source: DeclarationSource = DeclarationSource.FORM
    espd_version: str | None = None
    issued_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """How a draft keeps it."""
        return {**asdict(self), "issued_on": self.issued_on.isoformat() if self.issued_on else None}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> PartyDetails:
        """What a draft has kept."""
        day = stored.get("issued_on")
        return cls(
            **{
                **stored,
                "role": PartyRole(stored["role"]),
                "scheme": IdentifierScheme(stored["scheme"]),
                "source": DeclarationSource(stored["source"]),
                "issued_on": date.fromisoformat(day) if day else None,
            }
        )

    @classmethod
    def of(cls, party: ApplicationParty) -> PartyDetails:
        """A party of an earlier application, to be confirmed anew."""
        return cls(
            role=party.role,
            name=party.name,
            scheme=party.scheme,
            country=party.country,
            number=party.registration_number,
            task=party.task,
            relied_on_for=party.relied_on_for.code if party.relied_on_for else None,
            performs_service=party.performs_service,
            grounds=party.grounds,
            source=party.source,
            espd_version=party.espd_version,
            issued_on=party.issued_on,
        )


def exclusion_codes(category: Category) -> list[str]:
    """The exclusion grounds the category applies."""
    return [each.code for each in category.requirements if each.kind is RequirementKind.EXCLUSION]


def requirement_of(category: Category, code: str | None) -> Requirement | None:
    """The suitability requirement of a code."""
    return next(
        (each for each in category.requirements if each.code == code and each.kind is RequirementKind.SELECTION), None
    )


def checked(details: PartyDetails, category: Category, applicant: Supplier) -> PartyDetails:
    """The party with its number normalised.

    :raises RuleBroken: names the field: number, task, what it is relied on for (R31), or its declaration
    """
    country, number = identifiers.normalise(details.scheme, details.country, details.number)
    if not details.name.strip():
        raise RuleBroken(_l("Enter the name of the operator."), rule="R31", field="name")
    if identifiers.same_operator(applicant.country, applicant.registration_number, number):
        raise RuleBroken(
            _l("This is your own company. Name only others here."),
            rule="R31",
            field="number",
            next_step=_l("Your own declaration is already in the application."),
        )
    if not details.task.strip():
        raise RuleBroken(_l("Write what the operator does in the service."), rule="R31", field="task")
    is_relied_on = details.role is PartyRole.RELIED_ON
    if is_relied_on and requirement_of(category, details.relied_on_for) is None:
        raise RuleBroken(
            _l("Choose the requirement for which the operator is relied on."), rule="R31", field="relied_on_for"
        )
    if is_relied_on and details.relied_on_for == STAFF and not details.performs_service:
        raise RuleBroken(
            _l("The qualifications of another operator's staff count only if that operator performs the service."),
            rule="R31",
            field="performs_service",
            next_step=_l("Let its staff do the work, or meet the requirement with your own staff."),
        )
    return replace(
        details,
        country=country,
        number=number,
        name=details.name.strip(),
        task=details.task.strip(),
        relied_on_for=details.relied_on_for if is_relied_on else None,
        grounds=_checked_grounds(details, category),
    )


def _checked_grounds(details: PartyDetails, category: Category) -> dict[str, Any]:
    """The answers to the category's grounds, every one of them given."""
    kept = {}
    for requirement in category.requirements:
        if requirement.kind is not RequirementKind.EXCLUSION:
            continue
        answer = details.grounds.get(requirement.code)
        if answer is None:
            raise RuleBroken(
                _l(
                    "The declaration of %(name)s does not answer: %(ground)s",
                    name=details.name,
                    ground=localized(requirement, "text"),
                ),
                rule="R31",
                field=f"ground-{requirement.code}",
                next_step=_l("Answer every ground for exclusion."),
            )
        words = str(answer.get("explanation", "")).strip()
        if answer["applies"] and not words:
            raise RuleBroken(
                _l("Explain what happened, when, and what has been done since."),
                rule="R65",
                field=f"words-{requirement.code}",
            )
        kept[requirement.code] = {"applies": bool(answer["applies"]), "explanation": words}
    return kept


def with_espd(details: PartyDetails, content: bytes) -> PartyDetails:
    """The party with its declaration read from its own ESPD Response; what the form answers stays (R66).

    :raises RuleBroken: not readable, or of another operator
    """
    response = espd.read(content)
    country, number = identifiers.normalise(details.scheme, details.country, details.number)
    if not any(identifiers.same_operator(country, number, theirs) for theirs in response.operator_ids):
        raise RuleBroken(
            _l("The file belongs to another operator than the one named here."),
            rule="espd-operator",
            field=espd.FIELD,
            next_step=_l("Choose the file of this operator."),
        )
    return replace(
        details,
        grounds={**declarations.answers_from_espd(response)["exclusion"], **details.grounds},
        source=DeclarationSource.ESPD_XML,
        espd_version=response.version,
        issued_on=response.issued_on,
    )


def row(details: PartyDetails, category: Category, added_at: Any) -> ApplicationParty:
    """The row of a checked party."""
    return ApplicationParty(
        role=details.role,
        name=details.name,
        scheme=details.scheme,
        country=details.country,
        registration_number=details.number,
        task=details.task,
        relied_on_for=requirement_of(category, details.relied_on_for),
        performs_service=details.performs_service,
        grounds=details.grounds,
        source=details.source,
        espd_version=details.espd_version,
        issued_on=details.issued_on,
        added_at=added_at,
    )
