"""Who may ask for feedback, give it, check its words and see its totals."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from evaluation.collecting.models import CustomerFeedback


class Permission(StrEnum):
    """What can be done with feedback."""

    #: The expert's page of one order: links, grades, result.
    EVALUATION_GIVE = "evaluation:give"
    FEEDBACK_COUNT = "feedback:count"
    #: At which points a category asks.
    FEEDBACK_POINTS = "feedback:points"
    FEEDBACK_POINTS_SET = "feedback:points-set"
    #: Service points with a tablet.
    FEEDBACK_TABLETS = "feedback:tablets"
    FEEDBACK_TABLET = "feedback:tablet"
    #: Customers who are not satisfied.
    FEEDBACK_ALERTS = "feedback:alerts"
    FEEDBACK_ALERT_HANDLE = "feedback:alert-handle"
    #: Read customers' words before anybody else, release them or hold them back.
    FEEDBACK_WORDS = "feedback:words"
    FEEDBACK_WORDS_CHECK = "feedback:words-check"
    #: The provider's own totals, and what it says of the authority.
    FEEDBACK_OWN = "feedback:own"
    FEEDBACK_ON_AUTHORITY = "feedback:on-authority"
    #: The authority's totals.
    FEEDBACK_TOTALS = "feedback:totals"


def checks_words(mandate: Mandate, subject: Any) -> bool:
    """A coordinator of the authority whose customer, or whose service point, it was."""
    whose = subject.order if isinstance(subject, CustomerFeedback) else subject.service_point
    return mandate.role is Role.COORDINATOR and mandate.organisation_id == whose.authority_id


RULES = {
    Permission.EVALUATION_GIVE: holds_in_authority_of(Role.EXPERT),
    Permission.FEEDBACK_COUNT: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.FEEDBACK_POINTS: holds(Role.COORDINATOR),
    Permission.FEEDBACK_POINTS_SET: holds_in_authority_of(Role.COORDINATOR),
    Permission.FEEDBACK_TABLETS: holds(Role.COORDINATOR),
    Permission.FEEDBACK_TABLET: holds_in_authority_of(Role.COORDINATOR),
    Permission.FEEDBACK_ALERTS: holds(Role.EXPERT),
    Permission.FEEDBACK_ALERT_HANDLE: holds_in_authority_of(Role.EXPERT),
    Permission.FEEDBACK_WORDS: holds(Role.COORDINATOR),
    Permission.FEEDBACK_WORDS_CHECK: checks_words,
    Permission.FEEDBACK_OWN: holds(Role.PROVIDER),
    Permission.FEEDBACK_ON_AUTHORITY: acts_for_supplier_of,
    Permission.FEEDBACK_TOTALS: holds(Role.COORDINATOR),
}
