"""Avoin: an open dynamic purchasing system for employment services. ``create_app`` opens the rooms."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from flask import Flask

from core import room as core_room
from core import signals
from core.config import Config
from core.web.request import OurRequest
from dps.competitions import room as competitions_room
from dps.competitions.service import awarding, inviting
from dps.contracts import room as contracts_room
from dps.contracts import service as contracts
from dps.decisions import room as decisions_room
from dps.decisions.signals import DecisionReturned, DecisionSigned
from dps.joint.agreements import room as agreements_room
from dps.joint.agreements.signals import VersionInForce
from dps.joint.procurements import room as procurements_room
from dps.joint.procurements import service as procurements
from dps.notices import room as notices_room
from dps.offerings import room as offerings_room
from dps.qualification import room as qualification_room
from dps.qualification import service as qualification
from dps.qualification.service import correcting, standing, telling
from dps.qualification.signals import AdmissionEnded, AdmissionLifted, AdmissionSuspended, Admitted
from dps.systems import news
from dps.systems import room as systems_room
from dps.systems.signals import QuestionAnswered, SystemChanged, SystemOpened, SystemReopened
from evaluation import room as evaluation_room
from evaluation.collecting import service as evaluation
from evaluation.outcomes import service as outcomes
from orders import room as orders_room
from orders.signals import Delivered, ResultConfirmed
from suppliers import room as suppliers_room

#: The rooms in the order of DESIGN.md §5.
ROOMS = (
    suppliers_room,
    systems_room,
    decisions_room,
    qualification_room,
    contracts_room,
    offerings_room,
    competitions_room,
    notices_room,
    agreements_room,
    procurements_room,
    orders_room,
    evaluation_room,
)

#: What happens in a room, and which later rooms act on it in the same transaction.
SIGNALS: Mapping[type, Sequence[signals.Handler]] = {
    SystemReopened: [qualification.on_system_reopened],
    SystemOpened: [news.on_system_opened, procurements.on_system_opened],
    VersionInForce: [procurements.on_version_in_force],
    SystemChanged: [telling.on_system_changed, news.on_system_changed],
    QuestionAnswered: [news.on_question_answered],
    DecisionSigned: [
        qualification.on_decision_signed,
        standing.on_matter_signed,
        correcting.on_correction_signed,
        contracts.on_award_corrected,
        awarding.on_decision_signed,
    ],
    DecisionReturned: [
        qualification.on_decision_returned,
        standing.on_matter_returned,
        awarding.on_decision_returned,
    ],
    Admitted: [contracts.on_admitted, inviting.on_admitted],
    AdmissionSuspended: [contracts.on_admission_suspended],
    AdmissionLifted: [contracts.on_admission_lifted],
    AdmissionEnded: [contracts.on_admission_ended],
    Delivered: [evaluation.on_delivered],
    ResultConfirmed: [outcomes.on_result_confirmed],
}


def create_app(config: Config | None = None) -> Flask:
    """The application: configuration, core, rooms, signals.

    :raises core.config.ConfigurationError: a setting is missing or wrong
    """
    app = Flask(__name__)
    app.request_class = OurRequest
    register_api = core_room.init_app(app, config or Config.from_environment(os.environ))
    for room in ROOMS:
        room.init_app(app, register_api)
    signals.connect(SIGNALS)
    return app
