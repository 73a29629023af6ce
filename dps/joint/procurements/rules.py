"""What the stages, volumes and shares of a joint procurement must keep: pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.quarters import next_quarter, quarter_of
from dps.joint.agreements.models import AgreementStage
from dps.joint.procurements.models import (
    JointApproval,
    JointProcurement,
    JointVolume,
    Participation,
    ParticipationState,
    TargetGroup,
    TransferState,
    VolumeTransfer,
)
from dps.joint.stages import APPROVED_STAGES, ApprovalRule, Stage

#: Stages in which volumes pass from one party to another, and in which a party withdraws by the agreement.
BOUGHT_STAGES = (Stage.PROCUREMENT, Stage.CONTRACTS, Stage.USE)


# ---- quarters ----


def quarter_name(quarter: date) -> str:
    """``I/2027``: as budgets and steering groups write quarters."""
    return f"{('I', 'II', 'III', 'IV')[quarter.month // 3]}/{quarter.year}"


def quarters(first: date, last: date) -> list[date]:
    """The quarters from a day to a day, each by its first day."""
    found = [quarter_of(first)]
    while (following := next_quarter(found[-1])) <= last:
        found.append(following)
    return found


# ---- approvals ----


def voices(participations: Iterable[Participation]) -> list[uuid.UUID]:
    """The authorities of the parties that take part, each once: Espoo's voice counts for Kauniainen too."""
    staying = [each for each in participations if each.state is ParticipationState.IN]
    return list(dict.fromkeys(each.party.authority_id for each in staying))


def binding_rule(agreed: AgreementStage | None, stage: Stage) -> ApprovalRule:
    """How a stage is approved. Where an agreement is silent, by all; and no majority decides for a city: a party's
    own decision is made by its own authority alone (R103)."""
    return ApprovalRule.ALL if agreed is None or stage is Stage.DECISIONS else agreed.rule


def counted(approvals: Iterable[JointApproval], stage: Stage, round_: int) -> list[JointApproval]:
    """The approvals of the calculation that is valid now."""
    return [each for each in approvals if each.stage is stage and each.round == round_]


def has_approved(
    approvals: Iterable[JointApproval], procurement: JointProcurement, authority_id: uuid.UUID | None
) -> bool:
    """Whether the authority is among those who approved the present stage, as calculated now."""
    given = counted(approvals, procurement.stage, procurement.round)
    return any(each.authority_id == authority_id for each in given)


def is_approved(
    agreed: AgreementStage | None, stage: Stage, authorities: Sequence[uuid.UUID], approvals: Iterable[JointApproval]
) -> bool:
    """Whether those approved whose approval the agreement asks for; an authority counts once.

    :param approvals: those of this stage and of the calculation valid now
    """
    rows = list(approvals)
    rule = binding_rule(agreed, stage)
    if rule is ApprovalRule.NAMED:
        assert agreed is not None
        return any(each.person_id == agreed.named_person_id for each in rows)
    given = {each.authority_id for each in rows} & set(authorities)
    if rule is ApprovalRule.MAJORITY:
        return 2 * len(given) > len(authorities)
    return bool(authorities) and given == set(authorities)


def round_of(procurement: JointProcurement, stage: Stage) -> int:
    """Which calculation the approvals of a stage are about: parties leave, and calculate anew, in their own
    decisions only."""
    return procurement.round if stage is Stage.DECISIONS else 1


def is_approved_stage(stage: Stage) -> bool:
    return stage in APPROVED_STAGES


# ---- volumes, money, shares ----


def announced(
    participations: Iterable[Participation], transfers: Iterable[VolumeTransfer]
) -> dict[uuid.UUID, dict[date, int]]:
    """Party → quarter → services, after agreed transfers. Parties that left do not count; one that withdrew counts
    for the quarters it still orders in."""
    rows = list(participations)
    found = {each.id: dict(_volumes(each)) for each in rows if each.state is not ParticipationState.LEFT}
    for transfer in transfers:
        if transfer.state is not TransferState.AGREED:
            continue
        for side, change in ((transfer.giver_id, -transfer.amount), (transfer.taker_id, transfer.amount)):
            if side in found:
                found[side][transfer.quarter] = found[side].get(transfer.quarter, 0) + change
    return {
        each.party_id: {
            quarter: amount
            for quarter, amount in sorted(found[each.id].items())
            if each.last_day is None or quarter <= each.last_day
        }
        for each in rows
        if each.id in found
    }


def _volumes(participation: Participation) -> Iterator[tuple[date, int]]:
    sums: dict[date, int] = {}
    volume: JointVolume
    for volume in participation.volumes:
        sums[volume.quarter] = sums.get(volume.quarter, 0) + volume.amount
    yield from sums.items()


def by_group(
    participations: Iterable[Participation],
) -> dict[tuple[TargetGroup, str], dict[uuid.UUID, int]]:
    """Target group and language → party → services, of the needs as stated."""
    found: dict[tuple[TargetGroup, str], dict[uuid.UUID, int]] = {}
    for each in participations:
        for volume in each.volumes:
            of_party = found.setdefault((volume.target_group, volume.language), {})
            of_party[each.party_id] = of_party.get(each.party_id, 0) + volume.amount
    return dict(sorted(found.items(), key=lambda row: -sum(row[1].values())))


@dataclass(frozen=True)
class Portion:
    """What a party buys, what it is worth, and how much of the whole that is."""

    participation: Participation
    amount: int
    value: Decimal
    share: Decimal


def portions(participations: Sequence[Participation], volumes: Mapping[uuid.UUID, Mapping[date, int]]) -> list[Portion]:
    """The parties that take part with their amounts, values and shares of the value, in the order of the parties."""
    staying = [each for each in participations if each.party_id in volumes]
    amounts = {each.id: sum(volumes[each.party_id].values()) for each in staying}
    values = {each.id: amounts[each.id] * (each.unit_price or Decimal(0)) for each in staying}
    total = sum(values.values(), Decimal(0))
    return [
        Portion(each, amounts[each.id], values[each.id], values[each.id] / total if total else Decimal(0))
        for each in staying
    ]


@dataclass(frozen=True)
class Effect:
    """What changes for a party when another one leaves."""

    participation: Participation
    before: Portion
    #: Nothing: it is the one that leaves.
    after: Portion | None


def effect_of_leaving(leaver: Participation, participations: Sequence[Participation]) -> list[Effect]:
    """The calculation now and without the leaver, side by side."""
    volumes = announced(participations, [])
    now = portions(participations, volumes)
    rest = {party: rows for party, rows in volumes.items() if party != leaver.party_id}
    then = {each.participation.id: each for each in portions(participations, rest)}
    return [Effect(each.participation, each, then.get(each.participation.id)) for each in now]


def earliest_last_day(today: date, withdrawal_days: int) -> date:
    """The first day that a withdrawal told today can end on."""
    return today + timedelta(days=withdrawal_days)


# ---- the alarm ----


def share_ordered(ordered: Decimal, estimate: Decimal | None) -> Decimal:
    """How much of the published estimate has been ordered, as a share of one."""
    return ordered / estimate if estimate else Decimal(0)


def is_alarming(ordered: Decimal, estimate: Decimal | None, limit_percent: Decimal) -> bool:
    """Whether the orders have come to the limit of the published estimate."""
    return 100 * share_ordered(ordered, estimate) >= limit_percent
