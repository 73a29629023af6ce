"""What an agreement must keep, and whose a customer is: pure functions."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from dps.joint.agreements.details import AgreementDetails, PartyDetails
from dps.joint.agreements.models import AgreementParty
from dps.joint.stages import APPROVED_STAGES, COST_KIND_TITLES, STAGE_TITLES, ApprovalRule, CostKind, Group

WHOLE = Decimal(100)
#: How many parties, tasks and rules of cost an agreement may have.
MOST_ROWS = 40

_KEY = re.compile(r"[a-z0-9-]{1,80}")

#: The roles in which one can sit in a group.
ROLES_OF_GROUP = {
    Group.STEERING: (Role.STEERING, Role.DECIDER),
    Group.COORDINATION: (Role.COORDINATOR, Role.DECIDER),
}


def party_of(parties: Iterable[AgreementParty], authority_id: uuid.UUID, municipality: str) -> AgreementParty | None:
    """The party whose customer it is: of the authority's parties the one that names the home municipality, else the
    authority's own (R104); none where the authority is no party."""
    theirs = [party for party in parties if party.authority_id == authority_id]
    home = same_place(municipality)
    named = next((party for party in theirs if home in map(same_place, party.municipalities)), None)
    return named or next((party for party in theirs if party.is_own), None)


def same_place(name: str) -> str:
    """The name of a municipality as it is compared: ``" espoo "`` is Espoo."""
    return " ".join(name.split()).casefold()


def key_of(name: str, taken: Collection[str]) -> str:
    """A short word for a party or a task that is not taken yet: ``Työnhakijoiden valmennus`` →
    ``tyonhakijoiden-valmennus``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "party"
    return next(each for each in _numbered(word) if each not in taken)


def _numbered(word: str) -> Iterator[str]:
    yield word
    number = 2
    while True:
        yield f"{word}-{number}"
        number += 1


# ---- what a draft must never be ----


def refuse_impossible(details: AgreementDetails) -> None:
    """What no draft may say; what it may still lack is told by ``shortcomings``.

    :raises RuleBroken: the end before the beginning, a municipality of two parties, an authority that is a party
        itself twice, a stage or a cost with two rules, a named approver nobody named
    """
    _refuse_dates(details)
    _refuse_parties(details.parties)
    _refuse_stages(details)
    twice = _repeated((cost.kind, cost.stage, cost.service_type) for cost in details.costs)
    if twice:
        raise _broken(
            _l("The same joint cost has two rules: %(cost)s.", cost=COST_KIND_TITLES[twice[0]]),
            "costs",
            _l("Keep one of them, or name another stage or service."),
        )
    if repeated := _repeated(task.code for task in details.tasks if task.code):
        raise _broken(_l("The same task is there twice: %(task)s.", task=repeated), "tasks", _l("Keep one of them."))


def _refuse_dates(details: AgreementDetails) -> None:
    if details.ends_on is not None and details.ends_on <= details.starts_on:
        raise _broken(
            _l("The agreement would end before it begins."), "ends_on", _l("Enter a later last day, or leave it empty.")
        )


def _refuse_parties(parties: Sequence[PartyDetails]) -> None:
    if shared := _repeated(same_place(place) for party in parties for place in party.municipalities):
        raise _broken(
            _l("Two parties name the municipality %(name)s.", name=shared.title()),
            "parties",
            _l("A municipality's customers belong to one party: take it from the other."),
            rule="R104",
        )
    if any(not list(party.municipalities) for party in parties):
        raise _broken(
            _l("A party has no municipality."), "parties", _l("Name at least one municipality for each party.")
        )
    if twice := _repeated(party.authority_id for party in parties if party.is_own):
        names = [party.name.fi for party in parties if party.is_own and party.authority_id == twice]
        raise _broken(
            _l("An authority is a party itself twice: %(names)s.", names=" / ".join(names)),
            "parties",
            _l("Mark one of them as a city that the authority answers for."),
            rule="R103",
        )
    if any(party.key and not _KEY.fullmatch(party.key) for party in parties):
        raise _broken(_l("A key has other than small letters, digits and hyphens."), "parties", _l("Leave it empty."))
    if _repeated(party.key for party in parties if party.key):
        raise _broken(_l("The same party is there twice."), "parties", _l("Keep one of them."))


def _refuse_stages(details: AgreementDetails) -> None:
    if any(stage.stage not in APPROVED_STAGES for stage in details.stages):
        raise _broken(_l("Only the first four stages are approved."), "stages", _l("Leave the others out."))
    if _repeated(stage.stage for stage in details.stages):
        raise _broken(_l("A stage has two rules."), "stages", _l("Keep one of them."))
    for stage in details.stages:
        if (stage.rule is ApprovalRule.NAMED) != (stage.named_person_id is not None):
            raise _broken(
                _l("Name who approves the stage %(stage)s.", stage=STAGE_TITLES[stage.stage])
                if stage.named_person_id is None
                else _l("A person is named, but the rule is another: %(stage)s.", stage=STAGE_TITLES[stage.stage]),
                f"{stage.stage}_person",
                _l("Choose the person, or another rule."),
            )


# ---- what it may still lack ----


def shortcomings(details: AgreementDetails, staff: Collection[uuid.UUID]) -> list[RuleBroken]:
    """Everything that stands between a draft and its proposal, in the order of the page.

    :param staff: the people who work for the parties' authorities today
    """
    return [*_lacking_parties(details.parties), *_lacking_rules(details), *_strangers(details, staff)]


def _lacking_parties(parties: Sequence[PartyDetails]) -> Iterator[RuleBroken]:
    authorities = dict.fromkeys(party.authority_id for party in parties)
    own = {party.authority_id for party in parties if party.is_own}
    if len(authorities) < 2:
        yield _broken(_l("An agreement needs at least two authorities."), "parties", _l("Add the other parties."))
    for authority_id in [each for each in authorities if each not in own]:
        name = next(party.name.fi for party in parties if party.authority_id == authority_id)
        yield _broken(
            _l("The authority that answers for %(name)s is no party itself.", name=name),
            "parties",
            _l("Add the authority's own party: it takes the customers whose municipality no party names."),
            rule="R103",
        )
    for name, message in (
        ("share", _l("The resourcing shares add up to %(sum)s %%.", sum=_figure(parties, "share"))),
        ("cost_share", _l("The shares of joint costs add up to %(sum)s %%.", sum=_figure(parties, "cost_share"))),
    ):
        if parties and _sum(parties, name) != WHOLE:
            yield _broken(message, "parties", _l("Change them so that they are a hundred together."), rule="I9")


def _sum(parties: Sequence[PartyDetails], name: str) -> Decimal:
    return sum((getattr(party, name) for party in parties), Decimal(0))


def _figure(parties: Sequence[PartyDetails], name: str) -> str:
    """``75`` or ``99.99``"""
    return f"{_sum(parties, name).normalize():f}"


def _lacking_rules(details: AgreementDetails) -> Iterator[RuleBroken]:
    if not details.tasks:
        yield _broken(_l("The agreement names no task."), "tasks", _l("Name what is done together."))
    present = {stage.stage for stage in details.stages}
    for stage in APPROVED_STAGES:
        if stage not in present:
            yield _broken(
                _l("The stage %(stage)s has no rule of approval.", stage=STAGE_TITLES[stage]),
                f"{stage}_rule",
                _l("Choose who approves it."),
            )
    general = {cost.kind for cost in details.costs if cost.stage is None and cost.service_type is None}
    for kind in CostKind:
        if kind not in general:
            yield _broken(
                _l("A joint cost has no general rule: %(cost)s.", cost=COST_KIND_TITLES[kind]),
                f"{kind}_basis",
                _l("Choose how it is shared."),
            )


def _strangers(details: AgreementDetails, staff: Collection[uuid.UUID]) -> Iterator[RuleBroken]:
    for stage in details.stages:
        if stage.named_person_id is not None and stage.named_person_id not in staff:
            yield _broken(
                _l(
                    "The person named for the stage %(stage)s works for none of the parties.",
                    stage=STAGE_TITLES[stage.stage],
                ),
                f"{stage.stage}_person",
                _l("Choose somebody who works for a party."),
                rule="R103",
            )


def _repeated(values: Iterable[Any]) -> Any:
    """The first value that is there twice; ``None`` where none is."""
    return next((value for value, times in Counter(values).items() if times > 1), None)


def _broken(message: Any, field: str, next_step: Any, rule: str = "agreement-terms") -> RuleBroken:
    return RuleBroken(message, rule=rule, field=field, next_step=next_step)
