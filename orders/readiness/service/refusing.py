"""What the verbs of plans refuse alike."""

from __future__ import annotations

from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from orders.readiness.models import LayoffPlan, PlanState

RULE = "layoff-plan"


def broken(message: object, field: str, next_step: object, rule: str = RULE) -> RuleBroken:
    """A refusal at its field."""
    return RuleBroken(message, rule=rule, field=field, next_step=next_step)


def refuse_closed(plan: LayoffPlan) -> None:
    """:raises WrongState: the plan is closed"""
    if plan.state is PlanState.CLOSED:
        raise WrongState(_l("The plan is closed."), rule=RULE, next_step=_l("Write a new plan."))
