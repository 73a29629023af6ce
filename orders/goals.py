"""Which kinds of service serve what a customer is after, for one who does not know which service that takes."""

from __future__ import annotations

from collections.abc import Mapping

from dps.systems.models import ServiceType
from orders.models import Goal

#: By the purposes of the services in the act (R94): coaching 53 §, guidance 52 §, assessments 51 §, training 61-62 §.
SERVICES: Mapping[Goal, frozenset[ServiceType]] = {
    Goal.FIND_WORK: frozenset(
        {ServiceType.JOB_SEARCH_COACHING, ServiceType.JOB_COACHING, ServiceType.JOINT_PURCHASE_TRAINING}
    ),
    Goal.CHOOSE_DIRECTION: frozenset(
        {ServiceType.CAREER_GUIDANCE, ServiceType.CAREER_COACHING, ServiceType.EXPERT_ASSESSMENT}
    ),
    Goal.LEARN_TRADE: frozenset(
        {
            ServiceType.LABOUR_MARKET_TRAINING,
            ServiceType.JOINT_PURCHASE_TRAINING,
            ServiceType.CHANGE_SECURITY_TRAINING,
            ServiceType.JOB_COACHING,
        }
    ),
    Goal.LANGUAGE: frozenset({ServiceType.INTEGRATION_TRAINING, ServiceType.LABOUR_MARKET_TRAINING}),
    Goal.WORK_ABILITY: frozenset({ServiceType.EXPERT_ASSESSMENT, ServiceType.JOB_COACHING}),
    Goal.START_BUSINESS: frozenset(
        {ServiceType.LABOUR_MARKET_TRAINING, ServiceType.CAREER_COACHING, ServiceType.EXPERT_ASSESSMENT}
    ),
}
