"""For what customers' data is processed: the closed list of TVL 112 §, and every place of ours with its purpose (R106).

A permission, a reading of personal data or a use of the bands that stands here with no purpose fails a test: any other
use is refused before it is written. No purpose is to choose among customers (R98, R105).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Purpose(StrEnum):
    """What the act names (TVL 112 §)."""

    ARRANGING = "arranging"
    PRODUCING = "producing"
    SUPERVISION = "supervision"
    DEVELOPMENT = "development"
    MONITORING = "monitoring"
    EVALUATION = "evaluation"
    STATISTICS = "statistics"


#: By the first word of a permission of ``orders`` and ``evaluation``.
PERMISSIONS: Mapping[str, Purpose] = {
    "absence": Purpose.SUPERVISION,
    "attendance": Purpose.PRODUCING,
    "budget": Purpose.MONITORING,
    "bulk": Purpose.ARRANGING,
    "customer": Purpose.PRODUCING,
    "deviation": Purpose.SUPERVISION,
    "evaluation": Purpose.EVALUATION,
    "event": Purpose.MONITORING,
    "feedback": Purpose.EVALUATION,
    "group": Purpose.ARRANGING,
    "handover": Purpose.ARRANGING,
    "health": Purpose.PRODUCING,
    "interest": Purpose.SUPERVISION,
    "money": Purpose.MONITORING,
    "need": Purpose.ARRANGING,
    "order": Purpose.ARRANGING,
    "order-change": Purpose.ARRANGING,
    "order-message": Purpose.PRODUCING,
    "outcome": Purpose.EVALUATION,
    "preparation": Purpose.ARRANGING,
    "presentation": Purpose.ARRANGING,
    "quality": Purpose.EVALUATION,
    "queue": Purpose.ARRANGING,
    "student": Purpose.ARRANGING,
}

#: By what ``audit.saw`` calls the reading of personal data.
READINGS: Mapping[str, Purpose] = {
    "bulk.customer_references": Purpose.ARRANGING,
    "customer_question.text": Purpose.ARRANGING,
    "deviation.words": Purpose.SUPERVISION,
    "need.customer_reference": Purpose.ARRANGING,
    "need.health_note": Purpose.ARRANGING,
    "order.contact": Purpose.PRODUCING,
    "order.health_note": Purpose.PRODUCING,
    "order.interim_reports": Purpose.SUPERVISION,
    "order.messages": Purpose.PRODUCING,
    "order_message.file": Purpose.PRODUCING,
    "outcome.evidence": Purpose.MONITORING,
    "prepared_answers.answers": Purpose.ARRANGING,
    "presentation_sign_up.customer_reference": Purpose.ARRANGING,
}

#: Which modules know the bands of a customer (age, time without work, education), and what for. Search, the ordering
#: rules, placing and everything a provider sees are not among them: nobody is chosen or declined by a band (R105).
BANDS: Mapping[str, Purpose] = {
    "orders/bulk": Purpose.ARRANGING,
    "orders/customer_fields.py": Purpose.SUPERVISION,
    "orders/forms.py": Purpose.ARRANGING,
    "orders/groups": Purpose.ARRANGING,
    "orders/models/needs.py": Purpose.ARRANGING,
    "orders/schemas.py": Purpose.ARRANGING,
    "orders/service/needs.py": Purpose.ARRANGING,
    "evaluation": Purpose.EVALUATION,
    "templates/groups/group.html": Purpose.ARRANGING,
    "templates/groups/set_up.html": Purpose.ARRANGING,
    "templates/orders/need.html": Purpose.ARRANGING,
    "templates/orders/need_new.html": Purpose.ARRANGING,
    "templates/evaluation": Purpose.EVALUATION,
}
