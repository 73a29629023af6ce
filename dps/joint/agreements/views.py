"""Pages of the common desk and of agreements; one page of a version for all, each sees their own acts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.identity import queries as identity
from core.web import nav, workspaces
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.joint import stages
from dps.joint.agreements import models, queries, rules, seating, service
from dps.joint.agreements.details import of_version
from dps.joint.agreements.forms import ApproveForm, DraftForm, EndForm, MemberForm, ReturnForm
from dps.joint.agreements.models import AgreementVersion, CooperationAgreement, GroupMember, VersionState
from dps.joint.agreements.policy import JOINT_ROLES, Permission
from dps.joint.stages import Group
from dps.systems.models import SERVICE_TYPE_TITLES

bp = Blueprint("agreements", __name__, url_prefix="/joint")


def _today() -> Any:
    return clock.helsinki_date(clock.now())


def _to(version: AgreementVersion) -> Any:
    return redirect(url_for("agreements.version", version_id=version.id))


@bp.get("")
@requires(Permission.JOINT_DESK)
def workspace() -> Any:
    """What waits for me of that which several authorities do together."""
    actor = mandate()
    rows = queries.page_of(queries.agreements_seen_by(actor), None)
    return workspaces.desk(
        "agreements/desk.html",
        together=True,
        agreements=rows,
        current=queries.current_versions(each.id for each in rows),
        below=nav.under("agreements.workspace", actor),
        may_begin=policy.is_allowed(actor, Permission.AGREEMENT_BEGIN),
        states=models,
    )


@bp.get("/agreements")
@requires(Permission.AGREEMENT_LIST)
def agreements() -> Any:
    """The agreements of one's authority; the only one at once."""
    after = request.args.get("after", type=uuid.UUID)
    rows = queries.page_of(queries.agreements_seen_by(mandate()), after)
    if len(rows) == 1 and after is None and "all" not in request.args:
        return redirect(url_for("agreements.agreement", agreement_id=rows[0].id))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "agreements/list.html",
        rows=shown,
        current=queries.current_versions(each.id for each in shown),
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        may_begin=policy.is_allowed(mandate(), Permission.AGREEMENT_BEGIN),
        states=models,
    )


@bp.get("/agreements/<uuid:agreement_id>")
@requires(Permission.AGREEMENT_READ, on=queries.agreement)
def agreement(agreement: CooperationAgreement) -> Any:
    """What is agreed; while nothing has been approved yet, what is being prepared."""
    versions = queries.versions_of(agreement.id)
    return _page(_in_force(versions) or versions[0], versions)


@bp.get("/agreements/versions/<uuid:version_id>")
@requires(Permission.VERSION_READ, on=queries.version)
def version(version: AgreementVersion) -> Any:
    """One version."""
    return _page(version, queries.versions_of(version.agreement_id))


def _in_force(versions: Sequence[AgreementVersion]) -> AgreementVersion | None:
    return next((each for each in versions if each.state is VersionState.IN_FORCE), None)


def _page(version: AgreementVersion, versions: Sequence[AgreementVersion]) -> str:
    actor, agreement = mandate(), version.agreement
    voices = queries.voices_beside(version, _in_force(versions))
    given = queries.approvals_of([each.id for each in versions])
    is_draft, is_proposed = version.state is VersionState.DRAFT, version.state is VersionState.PROPOSED
    may_write = policy.is_allowed(actor, Permission.VERSION_WRITE, version)
    may_decide = is_proposed and policy.is_allowed(actor, Permission.VERSION_DECIDE, version)
    is_coordinator = policy.is_allowed(actor, Permission.MEMBER_NAME, agreement)
    return render_template(
        "agreements/version.html",
        agreement=agreement,
        version=version,
        versions=versions,
        given=given,
        voices=voices,
        approved={each.authority_id: each for each in given[version.id]},
        seats=queries.members_of(agreement.id, _today()),
        today=_today(),
        lacks=service.shortcomings(version, voices) if is_draft and may_write else [],
        may_write=may_write,
        may_decide=may_decide,
        has_decided=actor.organisation_id in {each.authority_id for each in given[version.id]},
        may_name=is_coordinator,
        may_renew=is_coordinator and all(each.state not in queries.OPEN for each in versions),
        own_authority=actor.organisation_id,
        service_types=SERVICE_TYPE_TITLES,
        models=models,
        stages=stages,
    )


# ---- drafts ----


@bp.route("/agreements/new", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_BEGIN)
def begin() -> Any:
    """Write the first draft of an agreement."""
    form = _offered(DraftForm(), [mandate().organisation_id])
    if done := submitted(form, lambda: service.write(form.details(), by=mandate())):
        flash(_("The draft was saved."), "success")
        return _to(done)
    return render_template("agreements/draft.html", form=form, version=None), status_of(form)


@bp.route("/agreements/versions/<uuid:version_id>/edit", methods=["GET", "POST"])
@requires(Permission.VERSION_WRITE, on=queries.version)
def edit(version: AgreementVersion) -> Any:
    """Change a draft."""
    if version.state is not VersionState.DRAFT:
        return _to(version)
    form = DraftForm()
    if not form.is_submitted():
        form.show(of_version(version))
    _offered(form, [mandate().organisation_id, *(each.id for each in version.authorities)])
    if submitted(form, lambda: service.change(version, form.details(), by=mandate())):
        flash(_("The draft was saved."), "success")
        return _to(version)
    return render_template("agreements/draft.html", form=form, version=version), status_of(form)


def _offered(form: DraftForm, authority_ids: list[uuid.UUID]) -> DraftForm:
    return form.offer_choices(identity.authorities(), queries.staff_of(authority_ids, _today(), *JOINT_ROLES))


@bp.post("/agreements/versions/<uuid:version_id>/propose")
@requires(Permission.VERSION_WRITE, on=queries.version)
def propose(version: AgreementVersion) -> Any:
    """Send the draft to the parties."""
    service.propose(version, by=mandate())
    flash(_("The agreement was proposed. Each authority's decision maker sees it now."), "success")
    return _to(version)


@bp.post("/agreements/versions/<uuid:version_id>/withdraw")
@requires(Permission.VERSION_WRITE, on=queries.version)
def withdraw(version: AgreementVersion) -> Any:
    """Give a draft or a proposal up."""
    service.withdraw(version, by=mandate())
    flash(_("The draft was withdrawn."), "success")
    return _to(version)


@bp.post("/agreements/<uuid:agreement_id>/new-version")
@requires(Permission.AGREEMENT_RENEW, on=queries.agreement)
def start_version(agreement: CooperationAgreement) -> Any:
    """A new version as a copy of the one in force."""
    made = service.start_version(agreement, by=mandate())
    flash(_("The new version is a copy. Change what should be changed, then propose it."), "success")
    return redirect(url_for("agreements.edit", version_id=made.id))


# ---- decisions ----


@bp.route("/agreements/versions/<uuid:version_id>/approve", methods=["GET", "POST"])
@requires(Permission.VERSION_DECIDE, on=queries.version)
def approve(version: AgreementVersion) -> Any:
    """Approve in the name of one's authority."""
    form = ApproveForm()
    decision, seen = form.decision.data or "", form.seen.data or ""
    if submitted(form, lambda: service.approve(version, decision, seen=seen, by=mandate())):
        flash(_("Your authority's approval was recorded."), "success")
        return _to(version)
    words = {"version": version, "form": form, "seen": service.shown_as(version)}
    return render_template("agreements/approve.html", **words), status_of(form)


@bp.route("/agreements/versions/<uuid:version_id>/return", methods=["GET", "POST"])
@requires(Permission.VERSION_DECIDE, on=queries.version)
def return_version(version: AgreementVersion) -> Any:
    """Send it back with a reason."""
    form = ReturnForm()
    if submitted(form, lambda: service.return_version(version, form.reason.data or "", by=mandate())):
        flash(_("The version was returned to its writer."), "success")
        return _to(version)
    return render_template("agreements/return.html", version=version, form=form), status_of(form)


# ---- groups ----


@bp.route("/agreements/<uuid:agreement_id>/members", methods=["GET", "POST"])
@requires(Permission.MEMBER_NAME, on=queries.agreement)
def members(agreement: CooperationAgreement) -> Any:
    """Name somebody of one's own authority."""
    actor, standing = mandate(), queries.approved_version(agreement.id) or queries.newest_version(agreement.id)
    assert standing is not None
    seats = [each for each in queries.members_of(agreement.id, _today()) if each.authority_id == actor.organisation_id]
    form = MemberForm(group=request.args.get("group"), starts_on=_today())
    roles = {role for each in Group for role in rules.ROLES_OF_GROUP[each]}
    form.offer_choices(standing, queries.staff_of([actor.organisation_id], _today(), *roles), seats)
    if submitted(form, lambda: _name(agreement, form)):
        flash(_("The person was named."), "success")
        return redirect(url_for("agreements.agreement", agreement_id=agreement.id) + "#groups")
    return render_template("agreements/members.html", agreement=agreement, form=form), status_of(form)


def _name(agreement: CooperationAgreement, form: MemberForm) -> GroupMember:
    person = identity.person(uuid.UUID(form.person.data))
    assert person is not None
    seat = queries.member(uuid.UUID(form.substitutes.data)) if form.substitutes.data else None
    day = form.starts_on.data or _today()
    return seating.name_member(agreement, Group(form.group.data), person, day, by=mandate(), substitutes=seat)


@bp.route("/agreements/members/<uuid:membership_id>/end", methods=["GET", "POST"])
@requires(Permission.MEMBER_END, on=queries.member)
def end_membership(member: GroupMember) -> Any:
    """The last day of a member."""
    form = EndForm(ends_on=_today())
    if submitted(form, lambda: seating.end_membership(member, form.ends_on.data or _today(), by=mandate())):
        flash(_("The membership ends on the day you chose."), "success")
        return redirect(url_for("agreements.agreement", agreement_id=member.agreement_id) + "#groups")
    return render_template("agreements/end.html", member=member, form=form, groups=stages.GROUP_TITLES), status_of(form)
