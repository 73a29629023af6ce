"""For what purpose data about a customer is shown, and to whom; any other use is refused (R106, TVL 112 §)."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import NotAllowed
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from orders.purposes import Purpose

_BY_EXPERT = {Role.EXPERT: Purpose.ARRANGING}
_BOTH_SIDES = {**_BY_EXPERT, Role.PROVIDER: Purpose.PRODUCING}
_SUPERVISED = {
    Role.EXPERT: Purpose.SUPERVISION,
    Role.COORDINATOR: Purpose.SUPERVISION,
    Role.DECIDER: Purpose.SUPERVISION,
    Role.PROVIDER: Purpose.PRODUCING,
}

#: What is shown of customers (the words of ``audit.saw``), to whom, and for what.
USES: Mapping[str, Mapping[Role, Purpose]] = {
    "need.customer_reference": {**_BOTH_SIDES, Role.COORDINATOR: Purpose.ARRANGING},
    "need.health_note": _BY_EXPERT,
    "order.contact": {Role.PROVIDER: Purpose.PRODUCING},
    "order.health_note": {Role.PROVIDER: Purpose.PRODUCING},
    "order.messages": _BOTH_SIDES,
    "order.interim_reports": _BY_EXPERT,
    "order_message.file": _BOTH_SIDES,
    "prepared_answers.answers": _BY_EXPERT,
    "customer_question.text": _BY_EXPERT,
    "bulk.customer_references": _BY_EXPERT,
    "presentation_sign_up.customer_reference": _BY_EXPERT,
    "layoff_plan.references": _BY_EXPERT,
    "deviation.words": _SUPERVISED,
    "outcome.evidence": _SUPERVISED,
    "outcome.of_order": {Role.EXPERT: Purpose.EVALUATION, Role.COORDINATOR: Purpose.EVALUATION},
    "outcome_report.evidence": _SUPERVISED,
    "outcome_import.lines": {Role.COORDINATOR: Purpose.EVALUATION},
    "customer_feedback.words": {Role.EXPERT: Purpose.EVALUATION, Role.COORDINATOR: Purpose.EVALUATION},
    "self_assessment.answers": {Role.EXPERT: Purpose.ARRANGING},
    "self_assessment.open_areas": {Role.PROVIDER: Purpose.PRODUCING},
}
_OF_CUSTOMERS = frozenset(what.partition(".")[0] for what in USES)


def refuse_other_use(what: str, actor: Mandate) -> None:
    """Asked before anything of a customer is shown.

    :raises NotAllowed: no purpose of the law covers this reader (R106)
    """
    if what.partition(".")[0] in _OF_CUSTOMERS and actor.role not in USES.get(what, {}):
        raise NotAllowed(
            _l("The law does not let this be used for such a purpose."),
            rule="R106",
            next_step=_l("Ask an expert of the customer's own authority."),
        )
