"""The stages of a joint procurement, in order; an agreement says who approves each and how (DESIGN.md §7)."""

from __future__ import annotations

from enum import StrEnum

from core.i18n import lazy_gettext as _l


class Stage(StrEnum):
    """Where a joint procurement stands. The order of the members is the order of the stages."""

    NEED = "need"
    PROPOSAL = "proposal"
    STEERING = "steering"
    DECISIONS = "decisions"
    PROCUREMENT = "procurement"
    CONTRACTS = "contracts"
    USE = "use"
    FOLLOW_UP = "follow_up"

    @property
    def number(self) -> int:
        """From 1."""
        return list(Stage).index(self) + 1

    @property
    def next(self) -> Stage | None:
        """The one that follows; none after the last."""
        stages = list(Stage)
        return stages[self.number] if self.number < len(stages) else None


STAGE_TITLES = {
    Stage.NEED: _l("Needs"),
    Stage.PROPOSAL: _l("Proposal"),
    Stage.STEERING: _l("Steering decision"),
    Stage.DECISIONS: _l("Decisions of the parties"),
    Stage.PROCUREMENT: _l("Procurement"),
    Stage.CONTRACTS: _l("Contracts"),
    Stage.USE: _l("Use"),
    Stage.FOLLOW_UP: _l("Follow-up"),
}

#: The stages that people of every authority approve, and by which act.
APPROVED_STAGES = (Stage.NEED, Stage.PROPOSAL, Stage.STEERING, Stage.DECISIONS)


class ApprovalRule(StrEnum):
    """Whose approval lets a procurement leave a stage. Each authority has one voice, whoever it answers for."""

    ALL = "all"
    MAJORITY = "majority"
    NAMED = "named"


APPROVAL_RULE_TITLES = {
    ApprovalRule.ALL: _l("Every party approves"),
    ApprovalRule.MAJORITY: _l("More than half of the parties approve"),
    ApprovalRule.NAMED: _l("A named person approves"),
}


class Group(StrEnum):
    """The two groups of an agreement; what they are called is data of the agreement."""

    COORDINATION = "coordination"
    STEERING = "steering"


GROUP_TITLES = {
    Group.COORDINATION: _l("Coordination group"),
    Group.STEERING: _l("Steering group"),
}


class CostKind(StrEnum):
    """What is paid together; orders themselves are always on the ordering party's budget."""

    EMPTY_SEATS = "empty_seats"
    PROCUREMENT_WORK = "procurement_work"
    MARKETING = "marketing"


COST_KIND_TITLES = {
    CostKind.EMPTY_SEATS: _l("Empty seats of a joint course"),
    CostKind.PROCUREMENT_WORK: _l("Work of the procurement"),
    CostKind.MARKETING: _l("Marketing"),
}


class CostBasis(StrEnum):
    """How a joint cost is shared."""

    BY_USE = "by_use"
    BY_SHARES = "by_shares"


COST_BASIS_TITLES = {
    CostBasis.BY_USE: _l("By use"),
    CostBasis.BY_SHARES: _l("By the agreed shares"),
}
