"""What the page of a joint procurement shows: the line, the approvals, the shares, what the reader can do now."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized, ngettext
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from core.web.formatting import date as day_text
from core.web.formatting import date_plain, day_month, listing
from dps.joint.agreements.models import AgreementStage
from dps.joint.procurements import parts, queries, rules
from dps.joint.procurements.models import (
    JointApproval,
    JointProcurement,
    Participation,
    ParticipationState,
    ProcurementState,
    StageEntry,
    VolumeTransfer,
)
from dps.joint.procurements.service import approving, buying
from dps.joint.stages import APPROVED_STAGES, GROUP_TITLES, STAGE_TITLES, ApprovalRule, Group, Stage


@dataclass(frozen=True)
class Cell:
    """What an authority has done in a stage: kind of tag, words, and by whom and when."""

    kind: str
    words: str
    small: str = ""


@dataclass(frozen=True)
class Deed:
    """What the reader can do: a link or, with ``is_post``, a button that does it at once."""

    label: str
    href: str
    style: str = "secondary"
    is_post: bool = False


@dataclass
class Picture:
    """A procurement with everything its page needs, asked for once."""

    row: JointProcurement
    participations: Sequence[Participation]
    transfers: Sequence[VolumeTransfer]
    approvals: Sequence[JointApproval]
    entries: dict[Stage, StageEntry]
    agreed: dict[Stage, AgreementStage]
    now: datetime

    @classmethod
    def of(cls, row: JointProcurement) -> Picture:
        return cls(
            row,
            queries.participations_of(row.id),
            queries.transfers_of(row.id),
            queries.approvals_of(row.id),
            queries.stages_of(row.id),
            queries.agreed_stages(row),
            clock.now(),
        )

    @property
    def today(self) -> date:
        return clock.helsinki_date(self.now)

    @property
    def authorities(self) -> list[Authority]:
        """Each authority once, in the order of the parties."""
        return list({each.party.authority_id: each.party.authority for each in self.participations}.values())

    @property
    def volumes(self) -> dict[uuid.UUID, dict[date, int]]:
        return rules.announced(self.participations, self.transfers)

    @property
    def portions(self) -> list[rules.Portion]:
        return rules.portions(self.participations, self.volumes)

    def parties_of(self, authority: Authority) -> list[Participation]:
        return [each for each in self.participations if each.party.authority_id == authority.id]

    def head_of(self, authority: Authority) -> str:
        """``Espoo and Kauniainen``"""
        return listing(localized(each.party, "name") for each in self.parties_of(authority))

    def name_of(self, authority: Authority) -> str:
        """The authority's own party's name; its own where it has none."""
        own = next((each.party for each in self.parties_of(authority) if each.party.is_own), None)
        return localized(own or authority, "name")

    # ---- the head ----

    def lead(self) -> str:
        row, entry = self.row, self.entries[self.row.stage]
        if row.state is not ProcurementState.RUNNING:
            return (
                _("Given up in stage %(number)s of 8.", number=row.stage.number)
                if row.end_reason and (row.state is ProcurementState.ABANDONED)
                else _("All stages are done.")
            )
        step = _("Stage %(number)s of 8.", number=row.stage.number)
        waits = [self.name_of(each) for each in self.authorities if self._awaited(each)]
        if not waits and row.stage is Stage.DECISIONS and self.is_decided:
            return _("%(step)s Waits for %(who)s.", step=step, who=self.name_of(row.lead))
        if not waits:
            missing = buying.missing_for_next(row, self.now) if row.stage in rules.BOUGHT_STAGES else None
            return f"{step} {missing.message}" if missing else step
        if entry.due_on is None:
            return _("%(step)s Waits for %(who)s.", step=step, who=listing(waits))
        return _("%(step)s Waits for %(who)s by %(day)s.", step=step, who=listing(waits), day=day_text(entry.due_on))

    def _awaited(self, authority: Authority) -> bool:
        stage = self.row.stage
        if stage not in APPROVED_STAGES or not any(
            each.state is ParticipationState.IN for each in self.parties_of(authority)
        ):
            return False
        named = self.agreed.get(stage)
        if named is not None and rules.binding_rule(named, stage) is ApprovalRule.NAMED:
            return False
        return all(each.authority_id != authority.id for each in self._given(stage))

    def _given(self, stage: Stage) -> list[JointApproval]:
        return rules.counted(self.approvals, stage, rules.round_of(self.row, stage))

    def steps(self) -> list[tuple[str, str, None]]:
        return [(str(title), self._note(stage), None) for stage, title in STAGE_TITLES.items()]

    def _note(self, stage: Stage) -> str:
        entry = self.entries.get(stage)
        if entry is None:
            return day_month(self.row.starts_on) if stage is Stage.USE else ""
        if entry.done_at is not None:
            return day_month(clock.helsinki_date(entry.done_at))
        if entry.due_on is not None and self.row.state is ProcurementState.RUNNING:
            return _("by %(day)s", day=day_month(entry.due_on))
        return ""

    @property
    def current_step(self) -> int:
        """One past the last when all is done."""
        return self.row.stage.number + (self.row.state is ProcurementState.ENDED)

    # ---- approvals ----

    def approval_rows(self) -> list[tuple[str, list[Cell]]]:
        reached = [each for each in APPROVED_STAGES if each in self.entries]
        return [(self._row_title(stage), [self._cell(stage, each) for each in self.authorities]) for stage in reached]

    def _row_title(self, stage: Stage) -> str:
        group = approving.GROUPS.get(stage)
        title = f"{stage.number} {STAGE_TITLES[stage]}"
        return _("%(stage)s, %(group)s", stage=title, group=self.group_name(group)) if group else title

    def group_name(self, group: Group) -> str:
        return localized(self.row.agreed, f"{group.value}_name") or str(GROUP_TITLES[group])

    def _cell(self, stage: Stage, authority: Authority) -> Cell:
        name = self.name_of(authority)
        found = next((each for each in self._given(stage) if each.authority_id == authority.id), None)
        if found is not None:
            parts_ = [found.decision, f"{found.person.name} {day_month(clock.helsinki_date(found.approved_at))}"]
            return Cell("ok", _done(stage, name), ", ".join(each for each in parts_ if each))
        theirs = self.parties_of(authority)
        left = next((each for each in theirs if each.left_at), None)
        if left is not None and all(each.state is not ParticipationState.IN for each in theirs):
            if stage is not Stage.DECISIONS or left.state is not ParticipationState.LEFT:
                return Cell("paused", "–")
            words = f"{left.left_decision}, {day_month(clock.helsinki_date(left.left_at))}" if left.left_at else ""
            return Cell("stop", _("%(name)s stays out", name=name), words)
        if stage is not self.row.stage or self.row.state is not ProcurementState.RUNNING:
            return Cell("paused", _("%(name)s did not say", name=name))
        if not self._awaited(authority):
            named = self.agreed[stage].named_person
            return Cell("paused", _("%(name)s approves", name=named.name if named else name))
        return self._waiting(stage, theirs, name)

    def _waiting(self, stage: Stage, theirs: Sequence[Participation], name: str) -> Cell:
        entry = self.entries[stage]
        until = _("by %(day)s", day=day_month(entry.due_on)) if entry.due_on else ""
        stated = [each for each in theirs if each.stated_at]
        if stage is Stage.NEED and stated:
            return Cell("go", _("%(name)s prepares", name=name), until)
        if stage is Stage.DECISIONS and self.row.round > 1:
            return Cell("waiting", _("%(name)s: new calculation", name=name), until)
        return Cell("waiting", _("%(name)s waits", name=name), until)

    # ---- what has happened ----

    def happened(self) -> list[dict[str, Any]]:
        """The newest first; each says in whose name it was done (R103)."""
        everybody = self._people()
        lead = localized(self.row.lead, "name")

        def line(at: datetime, who: str, text: str, person: uuid.UUID | None) -> dict[str, Any]:
            name = everybody[person].name if person else ""
            day = date_plain(clock.helsinki_date(at))
            return {"at": at, "title": who, "text": text, "when": f"{day} · {name}" if name else day, "state": "done"}

        names = {each.id: self.name_of(each) for each in self.authorities}
        rows = [line(self.row.begun_at, _("The joint procurement"), _("began"), self.row.begun_by)]
        for given in self.approvals:
            told = f"{_act(given.stage)}{f', {given.decision}' if given.decision else ''}"
            rows.append(line(given.approved_at, names.get(given.authority_id, ""), told, given.person_id))
        for each in self.participations:
            if each.left_at:
                told = _("stayed out, %(decision)s", decision=each.left_decision)
                if each.last_day:
                    told = _(
                        "withdrew, orders until %(day)s, %(decision)s",
                        day=day_text(each.last_day),
                        decision=each.left_decision,
                    )
                rows.append(line(each.left_at, localized(each.party, "name"), told, each.left_by))
        if self.row.proposed_at:
            told = _("in the name of all: wrote the proposal")
            rows.append(line(self.row.proposed_at, lead, told, self.row.proposed_by))
        for stage, entry in self.entries.items():
            if entry.done_at and stage not in (Stage.NEED, Stage.PROPOSAL, Stage.STEERING):
                told = _("in the name of all: %(stage)s done", stage=STAGE_TITLES[stage])
                rows.append(line(entry.done_at, lead, told, entry.done_by))
        return sorted(rows, key=lambda each: each["at"], reverse=True)

    def _people(self) -> dict[uuid.UUID, Any]:
        ids = {self.row.begun_by, self.row.proposed_by}
        ids |= {each.left_by for each in self.participations} | {each.done_by for each in self.entries.values()}
        ids |= {each.person_id for each in self.approvals}
        return queries.people({each for each in ids if each is not None})

    # ---- what the reader can do ----

    def deeds(self, by: Mandate) -> list[Deed]:
        """The main one last, as the page puts it to the end of its row; what is rarely done is never the main one."""
        if self.row.state is not ProcurementState.RUNNING:
            return []
        found = [*self._others_deeds(by), *self._approvals_deeds(by), *self._leads_deeds(by)]
        return sorted(found, key=lambda each: each.style == "primary")

    def _mine(self, by: Mandate) -> list[Participation]:
        return [
            each
            for each in self.participations
            if each.party.authority_id == by.authority_id and each.state is ParticipationState.IN
        ]

    def _others_deeds(self, by: Mandate) -> Iterator[Deed]:
        row, stage = self.row, self.row.stage
        for each in self._mine(by):
            name = localized(each.party, "name")
            if stage is Stage.NEED and by.role is Role.COORDINATOR and not self._has_said(by):
                label = (
                    _("Change the need of %(name)s", name=name)
                    if each.stated_at
                    else _("State the need of %(name)s", name=name)
                )
                style = "secondary" if each.stated_at else "primary"
                yield Deed(label, url_for("procurements.need", participation_id=each.id), style)
            if stage is Stage.DECISIONS and by.role is Role.DECIDER:
                label = _("%(name)s stays out", name=name)
                yield Deed(label, url_for("procurements.leave", participation_id=each.id), "link")
            if stage in rules.BOUGHT_STAGES and by.role is Role.DECIDER and by.authority_id != row.lead_id:
                label = _("%(name)s withdraws", name=name)
                yield Deed(label, url_for("procurements.withdraw", participation_id=each.id), "link")
            if stage in rules.BOUGHT_STAGES and by.role is Role.COORDINATOR:
                label = _("Give volume of %(name)s", name=name)
                yield Deed(label, url_for("procurements.transfer", participation_id=each.id))

    def may_approve(self, by: Mandate) -> bool:
        """Whether the present stage waits for the approval that this person can give."""
        return approving.may_approve(
            self.row,
            by,
            self.today,
            participations=self.participations,
            agreed=self.agreed.get(self.row.stage),
            approvals=self.approvals,
        )

    def _has_said(self, by: Mandate) -> bool:
        return any(each.authority_id == by.authority_id for each in self._given(self.row.stage))

    def _approvals_deeds(self, by: Mandate) -> Iterator[Deed]:
        row = self.row
        if not self.may_approve(by):
            return
        ready = {
            Stage.NEED: all(each.stated_at for each in self._mine(by)),
            Stage.PROPOSAL: row.proposal is not None,
        }
        if ready.get(row.stage, True):
            name = next((self.name_of(each) for each in self.authorities if each.id == by.authority_id), "")
            yield Deed(
                approve_label(row.stage, name), url_for("procurements.approve", procurement_id=row.id), "primary"
            )

    def _leads_deeds(self, by: Mandate) -> Iterator[Deed]:
        row, stage = self.row, self.row.stage
        if by.role is not Role.COORDINATOR or by.authority_id != row.lead_id:
            return
        if stage is Stage.PROPOSAL and not self._given(stage):
            label = _("Change the proposal") if row.proposal else _("Write the proposal")
            style = "secondary" if row.proposal else "primary"
            yield Deed(label, url_for("procurements.proposal", procurement_id=row.id), style)
        if stage is Stage.DECISIONS and self.is_decided:
            yield Deed(_("Begin the procurement"), url_for("procurements.procure", procurement_id=row.id), "primary")
        if row.alarmed_at and not row.alarm_answered_at:
            yield Deed(_("Answer the alarm"), url_for("procurements.alarm", procurement_id=row.id), "primary")
        if stage is Stage.FOLLOW_UP:
            yield Deed(_("End the follow-up"), url_for("procurements.end", procurement_id=row.id), "primary")
        if stage in rules.BOUGHT_STAGES and buying.missing_for_next(row, self.now) is None and stage.next:
            label = _("Go on: %(stage)s", stage=STAGE_TITLES[stage.next])
            yield Deed(label, url_for("procurements.move_on", procurement_id=row.id), "primary", is_post=True)

    @property
    def is_decided(self) -> bool:
        """Whether every authority that stays has decided on the newest calculation."""
        authorities = rules.voices(self.participations)
        return rules.is_approved(None, Stage.DECISIONS, authorities, self._given(Stage.DECISIONS))

    # ---- money ----

    @cached_property
    def ordered(self) -> Decimal | None:
        """The value of the orders so far, where a later room counts it."""
        return parts.ordered([self.row]).get(self.row.id)

    def cost_words(self) -> str:
        count = len(self.volumes)
        return ngettext("%(num)s party takes part", "%(num)s parties take part", count)


def approve_label(stage: Stage, name: str) -> str:
    """What the approval of a stage is called."""
    return {
        Stage.NEED: _("Mark the need of %(name)s ready", name=name),
        Stage.PROPOSAL: _("Endorse for %(name)s", name=name),
        Stage.STEERING: _("Approve for %(name)s", name=name),
        Stage.DECISIONS: _("Record the decision of %(name)s", name=name),
    }[stage]


def _done(stage: Stage, name: str) -> str:
    return {
        Stage.NEED: _("%(name)s is ready", name=name),
        Stage.PROPOSAL: _("%(name)s endorses", name=name),
        Stage.STEERING: _("%(name)s approved", name=name),
        Stage.DECISIONS: _("%(name)s decided", name=name),
    }[stage]


def _act(stage: Stage) -> str:
    return {
        Stage.NEED: _("marked its need ready"),
        Stage.PROPOSAL: _("endorsed the proposal"),
        Stage.STEERING: _("approved in the steering group"),
        Stage.DECISIONS: _("decided"),
    }[stage]
