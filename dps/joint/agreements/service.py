"""The verbs of agreements: a draft, its proposal, each authority's approval, and versions that follow each other."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import NoReturn

from sqlalchemy import delete, select

from core import audit, clock, signals
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority, Person, Role
from core.states import move
from dps.joint.agreements import content, queries, rules
from dps.joint.agreements.details import AgreementDetails, Names, names_of, of_version
from dps.joint.agreements.models import (
    VERSION_TRANSITIONS,
    AgreementVersion,
    CooperationAgreement,
    VersionApproval,
    VersionState,
)
from dps.joint.agreements.signals import VersionInForce

BEGUN = audit.declare("agreement.begun", "number")
RENAMED = audit.declare("agreement.renamed")
WRITTEN = audit.declare("agreement_version.written", "agreement", "number", "copy_of")
CHANGED = audit.declare("agreement_version.changed", "changed", "shares_before", "shares_after")
PROPOSED = audit.declare("agreement_version.proposed", "agreement")
RETURNED = audit.declare("agreement_version.returned", "authority", "voided")
APPROVED = audit.declare("agreement_version.approved", "authority", "approval", "missing")
CAME_IN_FORCE = audit.declare("agreement_version.came_in_force", "agreement", "starts_on")
SUPERSEDED = audit.declare("agreement_version.superseded", "by_version")
WITHDRAWN = audit.declare("agreement_version.withdrawn", "agreement", "voided")


# ---- drafts ----


@transaction
def write(details: AgreementDetails, *, by: Mandate) -> AgreementVersion:
    """The first draft of a new agreement, written by one of the authorities for all.

    :raises RuleBroken: it says what no agreement may (``rules.refuse_impossible``)
    """
    author = _own_authority(by)
    now = clock.now()
    _check(details)
    number = queries.next_number()
    agreement = CooperationAgreement(
        id=new_id(),
        number=number,
        keeper_id=author,
        made_by=by.person_id,
        made_at=now,
        **content.columns("name", details.name),
    )
    db.session.add(agreement)
    db.session.flush()
    audit.record(BEGUN, subject=agreement, actor=by, at=now, number=number)
    return _new_version(agreement, details, by, copy_of=None)


@transaction
def start_version(agreement: CooperationAgreement, *, by: Mandate) -> AgreementVersion:
    """A new version as a copy of the one in force; it changes nothing before all have approved it.

    :raises WrongState: another version is being prepared
    """
    lock(agreement)
    if queries.open_version(agreement.id) is not None:
        raise WrongState(
            _l("A new version is being prepared already."),
            rule="agreement-one-draft",
            next_step=_l("Open it: two at once could not both come in force."),
        )
    source = queries.approved_version(agreement.id) or queries.newest_version(agreement.id)
    assert source is not None
    return _new_version(agreement, of_version(source), by, copy_of=source.id)


@transaction
def change(version: AgreementVersion, details: AgreementDetails, *, by: Mandate) -> AgreementVersion:
    """Write the whole draft anew.

    :raises WrongState: it is no draft any more
    :raises RuleBroken: it says what no agreement may, or renames an agreement that was in force
    """
    lock(version)
    now = clock.now()
    _refuse_unless_draft(version)
    _check(details)
    before = of_version(version)
    if details.name != before.name:
        _rename(version, details.name, by)
    content.fill(version, details)
    version.written_by, version.written_at = by.person_id, now
    db.session.flush()
    db.session.refresh(version)
    audit.record(
        CHANGED,
        subject=version,
        actor=by,
        at=now,
        changed=[each.name for each in fields(details) if getattr(details, each.name) != getattr(before, each.name)],
        shares_before=_shares(before),
        shares_after=_shares(details),
    )
    return version


@transaction
def propose(version: AgreementVersion, *, by: Mandate) -> None:
    """Send the draft to all parties; from now on nobody changes it.

    :raises RuleBroken: what it lacks, the first of ``shortcomings``
    """
    lock(version)
    now = clock.now()
    _refuse_unless_draft(version)
    for lack in shortcomings(version, queries.voices(version)):
        raise lack
    move(version, VERSION_TRANSITIONS, "propose")
    version.proposed_at, version.return_reason = now, None
    audit.record(PROPOSED, subject=version, actor=by, at=now, agreement=version.agreement_id)


def shortcomings(version: AgreementVersion, voices: Sequence[Authority]) -> list[RuleBroken]:
    """What the draft lacks before it can be proposed.

    :param voices: whose approval it needs
    """
    details, today = of_version(version), clock.helsinki_date(clock.now())
    ids = [each.id for each in version.authorities]
    staff = {each.id for each in queries.staff_of(ids, today)}
    found = rules.shortcomings(details, staff)
    if version.author_id not in {each.id for each in voices}:
        found.append(
            RuleBroken(
                _l("Your authority writes the agreement but is no party of it."),
                rule="R103",
                field="parties",
                next_step=_l("Add your own authority as a party."),
            )
        )
    return found


@transaction
def withdraw(version: AgreementVersion, *, by: Mandate) -> None:
    """Give a draft or a proposal up; what is in force stays in force."""
    lock(version)
    now = clock.now()
    move(version, VERSION_TRANSITIONS, "withdraw")
    voided = _void_approvals(version)
    audit.record(WITHDRAWN, subject=version, actor=by, at=now, agreement=version.agreement_id, voided=voided)


# ---- decisions of the authorities ----


@transaction
def approve(version: AgreementVersion, decision: str, *, seen: str | None = None, by: Mandate) -> VersionApproval:
    """An authority's approval by its decision maker, with the number of its own decision (R103).

    The last one brings the version in force, and the older one gives way to it.

    :param seen: which proposal the person was shown (``shown_as``), where it was a page
    :raises NotAllowed: who acts is no decision maker of an authority whose voice is needed
    :raises WrongState: it is not proposed, has been proposed anew since, or the authority has approved it already
    """
    lock(version.agreement)
    lock(version)
    now = clock.now()
    _refuse_strangers(version, by)
    _refuse_unless_proposed(version)
    if seen is not None and seen != shown_as(version):
        raise WrongState(
            _l("Someone else has changed this."),
            rule="agreement_version-state",
            next_step=_l("Open the newest version and decide again."),
        )
    given = {each.authority_id for each in queries.approvals_of([version.id])[version.id]}
    if by.organisation_id in given:
        raise WrongState(
            _l("Your authority has approved this version already."),
            rule="R103",
            field="decision",
            next_step=_l("One approval is enough: wait for the other parties."),
        )
    if not decision.strip():
        raise RuleBroken(
            _l("The approval rests on your authority's own decision."),
            rule="R103",
            field="decision",
            next_step=_l("Enter the number of the decision, like § 214."),
        )
    approval = VersionApproval(
        id=new_id(),
        version_id=version.id,
        authority_id=by.organisation_id,
        person_id=by.person_id,
        decision=decision.strip(),
        approved_at=now,
    )
    db.session.add(approval)
    missing = [each.id for each in queries.voices(version) if each.id not in {*given, by.organisation_id}]
    audit.record(
        APPROVED,
        subject=version,
        actor=by,
        at=now,
        authority=by.organisation_id,
        approval=approval.id,
        missing=missing,
    )
    if not missing:
        _bring_in_force(version, by)
    return approval


@transaction
def return_version(version: AgreementVersion, reason: str, *, by: Mandate) -> None:
    """Send it back to its writer with a reason; approvals given so far do not count any more.

    :raises NotAllowed: who acts is no decision maker of an authority whose voice is needed
    :raises WrongState: it is not proposed
    """
    lock(version)
    now = clock.now()
    _refuse_strangers(version, by)
    if not reason.strip():
        raise RuleBroken(
            _l("A version is returned with a reason."),
            rule="R103",
            field="reason",
            next_step=_l("Write what should be changed."),
        )
    move(version, VERSION_TRANSITIONS, "return")
    version.return_reason, version.proposed_at = reason.strip(), None
    voided = _void_approvals(version)
    audit.record(RETURNED, subject=version, actor=by, at=now, authority=by.organisation_id, voided=voided)


def _bring_in_force(version: AgreementVersion, by: Mandate) -> None:
    now = clock.now()
    older = queries.approved_version(version.agreement_id)
    if older is not None:
        lock(older)
        move(older, VERSION_TRANSITIONS, "supersede")
        db.session.flush()
        audit.record(SUPERSEDED, subject=older, actor=by, at=now, by_version=version.id)
    move(version, VERSION_TRANSITIONS, "approve")
    version.in_force_at = now
    db.session.flush()
    audit.record(
        CAME_IN_FORCE, subject=version, actor=by, at=now, agreement=version.agreement_id, starts_on=version.starts_on
    )
    signals.send(VersionInForce(version.agreement_id, version.id, version.binds_running))


def _void_approvals(version: AgreementVersion) -> list[uuid.UUID]:
    """Take the approvals of a version away; whose they were stands in the audit trail."""
    given = [each.authority_id for each in queries.approvals_of([version.id])[version.id]]
    db.session.execute(delete(VersionApproval).where(VersionApproval.version_id == version.id))
    return given


# ---- checks ----


def _own_authority(by: Mandate) -> uuid.UUID:
    if by.authority_id is None:
        _refuse()
    return by.organisation_id


def _refuse_strangers(version: AgreementVersion, by: Mandate) -> None:
    if by.role is not Role.DECIDER or by.authority_id not in {each.id for each in queries.voices(version)}:
        _refuse()


def _refuse() -> NoReturn:
    raise NotAllowed(
        _l("Only a decision maker of a party approves or returns an agreement."),
        rule="R103",
        next_step=_l("Ask the decision maker of your authority."),
    )


def _refuse_unless_draft(version: AgreementVersion) -> None:
    if version.state is not VersionState.DRAFT:
        raise WrongState(
            _l("Only a draft can be changed or proposed."),
            rule="agreement_version-state",
            next_step=_l("Start a new version of the agreement."),
        )


def shown_as(version: AgreementVersion) -> str:
    """A proposal by its moment: returned and proposed anew, it may say something else."""
    return version.proposed_at.isoformat() if version.proposed_at else ""


def _refuse_unless_proposed(version: AgreementVersion) -> None:
    if version.state is not VersionState.PROPOSED:
        raise WrongState(
            _l("This version does not wait for approvals."),
            rule="agreement_version-state",
            next_step=_l("Open the newest version and decide again."),
        )


def _check(details: AgreementDetails) -> None:
    """Refuse what no draft may say, and ids of nobody."""
    rules.refuse_impossible(details)
    _refuse_unknown({each.authority_id for each in details.parties}, Authority, "parties")
    named = {each.named_person_id: f"{each.stage}_person" for each in details.stages if each.named_person_id}
    for person_id, field in named.items():
        _refuse_unknown({person_id}, Person, field)


def _refuse_unknown(ids: Collection[uuid.UUID | None], model: type[Authority] | type[Person], field: str) -> None:
    known = set(db.session.scalars(select(model.id).where(model.id.in_(ids)))) if ids else set()
    if set(ids) - known:
        raise RuleBroken(_l("There is no such thing."), rule="not-found", field=field, next_step=_l("Check the ids."))


# ---- writing down ----


def _new_version(
    agreement: CooperationAgreement, details: AgreementDetails, by: Mandate, *, copy_of: uuid.UUID | None
) -> AgreementVersion:
    now = clock.now()
    version = AgreementVersion(
        id=new_id(),
        agreement_id=agreement.id,
        agreement=agreement,
        number=queries.next_version_number(agreement.id),
        author_id=_own_authority(by),
        state=VersionState.DRAFT,
        written_by=by.person_id,
        written_at=now,
        **content.terms(details),
    )
    db.session.add(version)
    db.session.flush()
    content.fill(version, details)
    db.session.flush()
    db.session.refresh(version)
    audit.record(
        WRITTEN, subject=version, actor=by, at=now, agreement=agreement.id, number=version.number, copy_of=copy_of
    )
    return version


def _rename(version: AgreementVersion, names: Names, by: Mandate) -> None:
    agreement = version.agreement
    lock(agreement)
    if queries.approved_version(agreement.id) is not None:
        raise RuleBroken(
            _l("The name of an agreement in force stays the same in all its versions."),
            rule="agreement-terms",
            field="name_fi",
            next_step=_l("Write the old name: %(name)s.", name=names_of(agreement, "name").fi),
        )
    for name, value in content.columns("name", names).items():
        setattr(agreement, name, value)
    audit.record(RENAMED, subject=agreement, actor=by, at=clock.now())


def _shares(details: AgreementDetails) -> dict[str, str]:
    return {party.key or party.name.fi: f"{party.share} / {party.cost_share}" for party in details.parties}
