"""The alarm when the orders come near the published estimate, and what the lead does about it."""

from __future__ import annotations

from decimal import Decimal

from core import audit, clock, law
from core.db import lock, transaction
from core.errors import WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.joint.procurements import rules
from dps.joint.procurements.models import InNameOf, JointProcurement
from dps.joint.procurements.service import steps

ALARMED = audit.declare("joint_procurement.alarm_raised", "ordered", "estimate")
ANSWERED = audit.declare("joint_procurement.alarm_answered", "in_name_of")


@transaction
def raise_alarm(procurement: JointProcurement, ordered: Decimal) -> None:
    """Raise the alarm once, when the value of the orders has come to the limit; nothing before."""
    lock(procurement)
    now = clock.now()
    limit = law.number("R103.joint_alarm", clock.helsinki_date(now))
    if procurement.alarmed_at is not None or not rules.is_alarming(ordered, procurement.estimate, limit):
        return
    procurement.alarmed_at = now
    audit.record(ALARMED, subject=procurement, actor=None, at=now, ordered=ordered, estimate=procurement.estimate)


@transaction
def answer_alarm(procurement: JointProcurement, text: str, *, by: Mandate) -> None:
    """Write what is done before the estimate is full: in the name of all.

    :raises WrongState: there is no alarm, or it has been answered
    """
    now = steps.taken(procurement)
    if procurement.alarmed_at is None or procurement.alarm_answered_at is not None:
        raise WrongState(
            _l("There is no alarm to answer."), rule="joint-state", next_step=_l("Open the newest version.")
        )
    procurement.alarm_answer = steps.written(text, "text", _l("Write what is done."))
    procurement.alarm_answered_at = now
    audit.record(ANSWERED, subject=procurement, actor=by, at=now, in_name_of=InNameOf.ALL)
