"""The verbs of collecting, by what they are about."""

from evaluation.collecting.service.alerts import handle, note_of
from evaluation.collecting.service.answering import give_feedback, usable, words_purpose
from evaluation.collecting.service.asking import (
    LINK_LENGTH,
    on_delivered,
    points_to_ask,
    renew_feedback_link,
    request_feedback,
    set_points,
)
from evaluation.collecting.service.colleagues import give_expert_feedback, give_provider_feedback

__all__ = [
    "LINK_LENGTH",
    "give_expert_feedback",
    "give_feedback",
    "give_provider_feedback",
    "handle",
    "note_of",
    "on_delivered",
    "points_to_ask",
    "renew_feedback_link",
    "request_feedback",
    "set_points",
    "usable",
    "words_purpose",
]
