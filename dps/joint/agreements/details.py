"""What an agreement says, as the verbs take it: the whole of a draft at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dps.joint.agreements.models import AgreementVersion
from dps.joint.stages import ApprovalRule, CostBasis, CostKind, Stage
from dps.systems.models import ServiceType


@dataclass(frozen=True)
class Names:
    """A name in the three languages of officials; without one of its own a language shows the Finnish."""

    fi: str
    sv: str = ""
    en: str = ""


@dataclass(frozen=True, kw_only=True)
class PartyDetails:
    """A party as drafted. Without a key it is a new one, and gets its key from its name."""

    name: Names
    authority_id: uuid.UUID
    is_own: bool
    municipalities: Sequence[str]
    share: Decimal
    person_years_min: Decimal
    cost_share: Decimal
    key: str = ""


@dataclass(frozen=True)
class TaskDetails:
    """A task as drafted; the code stays the same in every version."""

    name: Names
    code: str = ""


@dataclass(frozen=True)
class StageDetails:
    """How a stage is approved, and within how many days."""

    stage: Stage
    rule: ApprovalRule
    days: int
    named_person_id: uuid.UUID | None = None


@dataclass(frozen=True)
class CostDetails:
    """How a kind of joint cost is shared; nothing for stage and service means always."""

    kind: CostKind
    basis: CostBasis
    stage: Stage | None = None
    service_type: ServiceType | None = None


@dataclass(frozen=True, kw_only=True)
class AgreementDetails:
    """The whole content of a version, and the agreement's name."""

    name: Names
    starts_on: date
    ends_on: date | None
    steering_name: Names
    coordination_name: Names
    own_window_days: int
    withdrawal_days: int
    withdrawal_terms: str
    change_terms: str
    binds_running: bool = False
    parties: Sequence[PartyDetails] = field(default=())
    tasks: Sequence[TaskDetails] = field(default=())
    stages: Sequence[StageDetails] = field(default=())
    costs: Sequence[CostDetails] = field(default=())


def names_of(row: object, name: str) -> Names:
    """``names_of(party, "name")`` reads ``name_fi``, ``name_sv`` and ``name_en``."""
    return Names(*(getattr(row, f"{name}_{code}") for code in ("fi", "sv", "en")))


def of_version(version: AgreementVersion) -> AgreementDetails:
    """What a version says, for a form or a copy."""
    return AgreementDetails(
        name=names_of(version.agreement, "name"),
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        steering_name=names_of(version, "steering_name"),
        coordination_name=names_of(version, "coordination_name"),
        own_window_days=version.own_window_days,
        withdrawal_days=version.withdrawal_days,
        withdrawal_terms=version.withdrawal_terms,
        change_terms=version.change_terms,
        binds_running=version.binds_running,
        parties=[
            PartyDetails(
                name=names_of(row, "name"),
                authority_id=row.authority_id,
                is_own=row.is_own,
                municipalities=list(row.municipalities),
                share=row.share,
                person_years_min=row.person_years_min,
                cost_share=row.cost_share,
                key=row.key,
            )
            for row in version.parties
        ],
        tasks=[TaskDetails(names_of(row, "name"), row.code) for row in version.tasks],
        stages=[StageDetails(row.stage, row.rule, row.days, row.named_person_id) for row in version.stages_in_order],
        costs=[CostDetails(row.kind, row.basis, row.stage, row.service_type) for row in version.costs_in_order],
    )
