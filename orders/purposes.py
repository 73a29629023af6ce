"""For what customers' data is processed: the closed list of TVL 112 §, and every place of ours with its purpose (R106).

A permission or a use of the bands that stands here with no purpose fails a test; what is shown of a customer has its
purpose in ``orders.uses``, which refuses any other. No purpose is to choose among customers (R98, R105).
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
    "assessment": Purpose.PRODUCING,
    "attendance": Purpose.PRODUCING,
    "budget": Purpose.MONITORING,
    "bulk": Purpose.ARRANGING,
    "correction": Purpose.EVALUATION,
    "customer": Purpose.PRODUCING,
    "deviation": Purpose.SUPERVISION,
    "evaluation": Purpose.EVALUATION,
    "event": Purpose.MONITORING,
    "feedback": Purpose.EVALUATION,
    "following": Purpose.MONITORING,
    "group": Purpose.ARRANGING,
    "group-help": Purpose.ARRANGING,
    "handover": Purpose.ARRANGING,
    "health": Purpose.PRODUCING,
    "interest": Purpose.SUPERVISION,
    "joint-order": Purpose.MONITORING,
    "joint-review": Purpose.DEVELOPMENT,
    "labour-figures": Purpose.MONITORING,
    "layoff-people": Purpose.ARRANGING,
    "layoff-person": Purpose.ARRANGING,
    "layoff-plan": Purpose.ARRANGING,
    "money": Purpose.MONITORING,
    "need": Purpose.ARRANGING,
    "order": Purpose.ARRANGING,
    "order-change": Purpose.ARRANGING,
    "order-message": Purpose.PRODUCING,
    "outcome": Purpose.EVALUATION,
    "path": Purpose.EVALUATION,
    "preparation": Purpose.ARRANGING,
    "presentation": Purpose.ARRANGING,
    "quality": Purpose.EVALUATION,
    "queue": Purpose.ARRANGING,
    "record": Purpose.EVALUATION,
    "release": Purpose.EVALUATION,
    "report": Purpose.EVALUATION,
    "resourcing": Purpose.MONITORING,
    "service-quality": Purpose.SUPERVISION,
    "sharing": Purpose.MONITORING,
    "student": Purpose.ARRANGING,
    "swap": Purpose.ARRANGING,
    "talk": Purpose.DEVELOPMENT,
    "watching": Purpose.SUPERVISION,
    "weights": Purpose.DEVELOPMENT,
    "year_report": Purpose.MONITORING,
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
