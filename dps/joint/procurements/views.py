"""Pages of joint procurements; thin: what can be done is said by ``picture``, and done by the verbs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from core import clock, policy
from core.db import db
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.models import Authority
from core.quarters import quarter_of
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.joint.agreements import queries as agreements
from dps.joint.procurements import forms, models, parts, picture, queries, rules, service
from dps.joint.procurements.models import JointProcurement, Participation, ParticipationState, VolumeTransfer
from dps.joint.procurements.picture import Picture
from dps.joint.procurements.policy import Permission
from dps.joint.stages import APPROVED_STAGES, STAGE_TITLES, Stage

bp = Blueprint("procurements", __name__)
OF_ONE = "/joint/procurements/<uuid:procurement_id>"
OF_PARTY = "/joint/procurements/parties/<uuid:participation_id>"


def _today() -> date:
    return clock.helsinki_date(clock.now())


def _to(row: JointProcurement, words: str = "") -> Any:
    if words:
        flash(words, "success")
    return redirect(url_for(".procurement", procurement_id=row.id))


@bp.get("/joint/procurements")
@requires(Permission.PROCUREMENT_LIST)
def index() -> Any:
    """The procurements that the reader's authority takes or took part in."""
    rows = queries.page_of(queries.procurements_seen_by(mandate()), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "procurements/index.html",
        rows=shown,
        due={each.id: next((e.due_on for e in each.stages if e.stage is each.stage), None) for each in shown},
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        stage_titles=STAGE_TITLES,
        state_titles=models.PROCUREMENT_STATE_TITLES,
        may_begin=policy.is_allowed(mandate(), Permission.PROCUREMENT_BEGIN),
    )


@bp.route("/joint/procurements/new", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_BEGIN)
def begin() -> Any:
    """Begin a joint procurement under an agreement of the own authority."""
    found = queries.agreements_in_force_of(mandate().authority_id, _today())
    versions = [each for row in found if (each := agreements.version_in_force(row.id, _today())) is not None]
    leads = {each.id: each for version in versions for each in version.authorities}
    form = forms.BeginForm().offer(found, list(leads.values()))

    def start() -> JointProcurement:
        agreement = next(each for each in found if str(each.id) == form.agreement.data)
        return service.begin(agreement, form.details(), by=mandate())

    if done := submitted(form, start):
        return _to(done, _("The joint procurement began. Each party states its need next."))
    return render_template("procurements/begin.html", form=form, is_possible=bool(found)), status_of(form)


@bp.get(OF_ONE)
@requires(Permission.PROCUREMENT_READ, on=queries.procurement)
def procurement(row: JointProcurement) -> Any:
    """One joint procurement: where it stands, who has approved, whose shares, what to do now."""
    shown = Picture.of(row)
    answers = {each.id for each in shown.transfers if policy.is_allowed(mandate(), Permission.TRANSFER_ANSWER, each)}
    return render_template(
        "procurements/show.html",
        row=row,
        picture=shown,
        agreed=row.agreed,
        deeds=shown.deeds(mandate()),
        happened=shown.happened(),
        leads=policy.is_allowed(mandate(), Permission.PROCUREMENT_LEAD, row),
        may_answer=answers,
        sides=parts.sides(row),
        share_ordered=rules.share_ordered(shown.ordered, row.estimate) if shown.ordered is not None else None,
        models=models,
        quarter_name=rules.quarter_name,
        is_open=row.state is models.ProcurementState.RUNNING and row.stage in APPROVED_STAGES,
    )


@bp.get(f"{OF_ONE}/needs")
@requires(Permission.PROCUREMENT_READ, on=queries.procurement)
def needs(row: JointProcurement) -> Any:
    """The needs of all parties side by side."""
    shown = Picture.of(row)
    return render_template(
        "procurements/needs.html",
        row=row,
        picture=shown,
        quarters=rules.quarters(row.starts_on, row.ends_on),
        quarter_name=rules.quarter_name,
        by_group=rules.by_group(shown.participations),
        last_year={party: sum(each.values()) for party, each in parts.last_year(row).items()},
        titles=models.TARGET_GROUP_TITLES,
        state_titles=models.PARTICIPATION_STATE_TITLES,
    )


@bp.route(f"{OF_PARTY}/need", methods=["GET", "POST"])
@requires(Permission.NEED_STATE, on=queries.participation)
def need(row: Participation) -> Any:
    """State a party's need: a table of quarters."""
    before = parts.last_year(row.procurement).get(row.party_id, {})
    lines = forms.lines_of(row)
    if "copy" in request.args and before:
        lines = [forms.line_of_last_year(row, before), *lines[1:]]
    form = forms.need_form(row, lines)
    if submitted(form, lambda: service.state_need(row, form.details(), by=mandate())):
        return _to(row.procurement, _("The need of %(name)s was saved.", name=localized(row.party, "name")))
    return render_template(
        "procurements/need.html",
        row=row,
        form=form,
        quarter_name=rules.quarter_name,
        last_year=forms.same_quarters(row.procurement, before),
    ), status_of(form)


def _words(row: JointProcurement, form: FlaskForm, verb: Callable[[], Any], told: str, **words: Any) -> Any:
    """A page with one form about a procurement: title, words of the button, name of the field."""
    if submitted(form, verb):
        return _to(row, told)
    return render_template("procurements/words.html", row=row, form=form, **words), status_of(form)


@bp.route(f"{OF_ONE}/proposal", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
def proposal(row: JointProcurement) -> Any:
    """The lead's coordinator writes the proposal."""
    form = forms.ProposalForm(data={"text": row.proposal})
    return _words(
        row,
        form,
        lambda: service.propose(row, form.text.data, by=mandate()),
        _("The proposal was saved. The coordination group endorses it next."),
        title=_("Proposal"),
        button_label=_("Save the proposal"),
        rows=12,
    )


@bp.route(f"{OF_ONE}/approve", methods=["GET", "POST"])
@requires(Permission.STAGE_APPROVE, on=queries.procurement)
def approve(row: JointProcurement) -> Any:
    """Approve the present stage for one's own authority, seeing what is approved."""
    shown = Picture.of(row)
    form = forms.ApproveForm()

    def give() -> Any:
        decision, note, seen = (form[name].data or "" for name in ("decision", "note", "seen"))
        return service.approve(row, decision=decision, note=note, seen=seen, by=mandate())

    stage = row.stage
    if submitted(form, give):
        return _to(row, _("Recorded in the name of your authority."))
    if request.method == "GET" and not shown.may_approve(mandate()):
        return _to(row)
    name = next((shown.name_of(each) for each in shown.authorities if each.id == mandate().authority_id), "")
    page = render_template(
        "procurements/approve.html",
        row=row,
        picture=shown,
        form=form,
        title=picture.approve_label(stage, name) if stage in APPROVED_STAGES else str(STAGE_TITLES[stage]),
        is_decision=stage is Stage.DECISIONS,
    )
    return page, status_of(form)


def _step_out(row: Participation, form: forms.LeaveForm, verb: Callable[[], Any], template: str) -> Any:
    if submitted(form, verb):
        name = localized(row.party, "name")
        return _to(row.procurement, _("Recorded: %(name)s does not go on.", name=name))
    agreed = row.procurement.agreed
    page = render_template(
        template,
        row=row,
        form=form,
        agreed=agreed,
        effects=rules.effect_of_leaving(row, queries.participations_of(row.procurement_id)),
        earliest=rules.earliest_last_day(_today(), agreed.withdrawal_days),
    )
    return page, status_of(form)


@bp.route(f"{OF_PARTY}/leave", methods=["GET", "POST"])
@requires(Permission.PARTY_DECIDE, on=queries.participation)
def leave(row: Participation) -> Any:
    """A party stays out: the effect is shown first."""
    form = forms.LeaveForm()
    return _step_out(
        row,
        form,
        lambda: service.leave(row, form.reason.data, form.decision.data, by=mandate()),
        "procurements/leave.html",
    )


@bp.route(f"{OF_PARTY}/withdraw", methods=["GET", "POST"])
@requires(Permission.PARTY_DECIDE, on=queries.participation)
def withdraw(row: Participation) -> Any:
    """A party withdraws from what is bought, as the agreement says."""
    form = forms.WithdrawForm()

    def tell() -> None:
        service.withdraw(row, form.last_day.data, form.reason.data, form.decision.data, by=mandate())

    return _step_out(row, form, tell, "procurements/withdraw.html")


@bp.route(f"{OF_ONE}/procure", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
def procure(row: JointProcurement) -> Any:
    """The lead sets up what is bought for all who stayed."""
    categories, competitions = queries.draft_categories(row.lead_id), queries.competitions_to_link(row.lead_id)
    form = forms.ProcureForm().offer(categories, competitions)

    def set_up() -> Any:
        return service.set_up(row, form.way.data, form.chosen(), by=mandate())

    if submitted(form, set_up):
        return _to(row, _("The procurement began. Complete it and send its notice on its own page."))
    return render_template("procurements/procure.html", row=row, form=form, picture=Picture.of(row)), status_of(form)


@bp.post(f"{OF_ONE}/move-on")
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
def move_on(row: JointProcurement) -> Any:
    """Go on to the next stage when what it needs has come about."""
    service.move_on(row, by=mandate())
    return _to(row, _("The joint procurement went on."))


@bp.route(f"{OF_ONE}/abandon", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
def abandon(row: JointProcurement) -> Any:
    """Give it up before anything is bought."""
    form = forms.WordsForm()
    return _words(
        row,
        form,
        lambda: service.abandon(row, form.text.data, by=mandate()),
        _("The joint procurement was given up."),
        title=_("Give the joint procurement up"),
        button_label=_("Give the joint procurement up"),
        style="danger",
    )


@bp.route(f"{OF_ONE}/end", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
def end(row: JointProcurement) -> Any:
    """Close the follow-up with what came of it."""
    form = forms.WordsForm()
    return _words(
        row,
        form,
        lambda: service.end(row, form.text.data, by=mandate()),
        _("The follow-up has ended."),
        title=_("What came of it"),
        button_label=_("End the follow-up"),
    )


@bp.route(f"{OF_ONE}/alarm", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
def alarm(row: JointProcurement) -> Any:
    """What is done before the estimate is full."""
    form = forms.WordsForm()
    return _words(
        row,
        form,
        lambda: service.answer_alarm(row, form.text.data, by=mandate()),
        _("The answer was saved."),
        title=_("What is done about the alarm"),
        button_label=_("Save the answer"),
    )


@bp.route(f"{OF_ONE}/lead", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
def lead(row: JointProcurement) -> Any:
    """The lead passes to another authority that takes part."""
    staying = set(rules.voices(queries.participations_of(row.id))) - {row.lead_id}
    form = forms.HandOverForm().offer([each for each in Picture.of(row).authorities if each.id in staying])

    def hand() -> None:
        service.hand_over(row, db.session.get_one(Authority, uuid.UUID(form.lead.data)), by=mandate())

    told = _("The lead was handed over.")
    label = _("Hand the lead over")
    return _words(row, form, hand, told, title=label, button_label=label, field_name="lead")


# ---- volumes from party to party ----


@bp.route(f"{OF_PARTY}/transfer", methods=["GET", "POST"])
@requires(Permission.NEED_STATE, on=queries.participation)
def transfer(row: Participation) -> Any:
    """Offer announced volume to another party."""
    others = [
        each
        for each in queries.participations_of(row.procurement_id)
        if each.id != row.id and each.state is ParticipationState.IN
    ]
    form = forms.TransferForm(quarter=quarter_of(_today()).isoformat())
    form.offer(others, row.procurement, _today())

    def offer() -> VolumeTransfer:
        taker = next(each for each in others if str(each.id) == form.taker.data)
        quarter = date.fromisoformat(form.quarter.data)
        return service.propose_transfer(row, taker, quarter, form.amount.data, form.reason.data, by=mandate())

    if submitted(form, offer):
        return _to(row.procurement, _("The other party was asked to take the volume."))
    page = render_template(
        "procurements/transfer.html",
        row=row,
        form=form,
        announced=queries.announced(row.procurement_id).get(row.party_id, {}),
        used=parts.used(row.procurement).get(row.party_id, {}),
        quarters=rules.quarters(row.procurement.starts_on, row.procurement.ends_on),
        quarter_name=rules.quarter_name,
    )
    return page, status_of(form)


@bp.post("/joint/procurements/transfers/<uuid:transfer_id>/agree")
@requires(Permission.TRANSFER_ANSWER, on=queries.transfer)
def agree_transfer(row: VolumeTransfer) -> Any:
    """Take the volume."""
    service.agree_transfer(row, by=mandate())
    return _to(row.procurement, _("The volume was taken."))


@bp.post("/joint/procurements/transfers/<uuid:transfer_id>/refuse")
@requires(Permission.TRANSFER_ANSWER, on=queries.transfer)
def refuse_transfer(row: VolumeTransfer) -> Any:
    """Leave the volume where it was."""
    service.refuse_transfer(row, by=mandate())
    return _to(row.procurement, _("The volume stays where it was."))
