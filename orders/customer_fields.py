"""Which of the ten items of TVL 114.1 § each field about a customer is; one that maps to none may not be kept (R107).

Every table that hangs on a need or an order stands here with its columns. Keys, moments of our own acts, states and
running numbers are no data about the customer and are left out (``is_about_nobody``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from sqlalchemy import Column, DateTime


class Item(IntEnum):
    """What an employment authority may process about a customer (TVL 114.1 §), in the order of RULES.md R107."""

    IDENTITY = 1
    CONTACT = 2
    CUSTOMER_RELATIONSHIP = 3
    EDUCATION_WORK_SKILLS = 4
    NEED_AND_PLANS = 5
    OFFERS = 6
    SERVICES = 7
    ASSESSMENTS = 8
    HEALTH = 9
    BENEFIT_STATEMENTS = 10


#: Fields about the act, its money or the provider; nothing of them is about the customer.
NOT_OF_CUSTOMER = None

_OURS = frozenset({"id", "version", "number", "state", "token_hash", "seed"})


def is_about_nobody(column: Column[Any]) -> bool:
    """Whether a column is a key, a moment of an act of ours, a state or a number."""
    return column.name in _OURS or bool(column.foreign_keys) or isinstance(column.type, DateTime)


_SERVICE = Item.SERVICES
#: What is known of a job, of studies or of the next service.
_WORK = {
    "employer_type": Item.EDUCATION_WORK_SKILLS,
    "contract_kind": Item.EDUCATION_WORK_SKILLS,
    "contract_months": Item.EDUCATION_WORK_SKILLS,
    "working_time": Item.EDUCATION_WORK_SKILLS,
    "since_on": Item.EDUCATION_WORK_SKILLS,
    "next_service": Item.NEED_AND_PLANS,
}

FIELDS: Mapping[str, Mapping[str, Item | None]] = {
    "assessment_consent": {
        "given_on": Item.CUSTOMER_RELATIONSHIP,
        "way": Item.CUSTOMER_RELATIONSHIP,
        "document_reference": Item.CUSTOMER_RELATIONSHIP,
    },
    "assessment_request": {"point": NOT_OF_CUSTOMER},
    "absence_notice": {
        "kind": _SERVICE,
        "first_day": _SERVICE,
        "sealed_reason": _SERVICE,
        "heard_on": Item.CUSTOMER_RELATIONSHIP,
        "discontinues": _SERVICE,
    },
    "attendance": {"day": _SERVICE, "kind": _SERVICE},
    "bulk_line": {
        "details": Item.NEED_AND_PLANS,
        "sealed_token": Item.OFFERS,
        "rule": NOT_OF_CUSTOMER,
        "why": NOT_OF_CUSTOMER,
    },
    "choice": {
        "options": Item.OFFERS,
        "is_pointed_out": Item.OFFERS,
        "filters": Item.OFFERS,
        "prices": Item.OFFERS,
        "answer": Item.OFFERS,
        "none_reasons": Item.OFFERS,
        "language": Item.CONTACT,
    },
    "contact_release": {"way": Item.CONTACT, "sealed_contact": Item.CONTACT, "source": Item.CUSTOMER_RELATIONSHIP},
    "customer_feedback": {
        "point": NOT_OF_CUSTOMER,
        "recommendation": Item.ASSESSMENTS,
        "enough_help": Item.ASSESSMENTS,
        "sealed_words": Item.ASSESSMENTS,
        "words_state": NOT_OF_CUSTOMER,
        "sealed_released": Item.ASSESSMENTS,
        "hold_reason": NOT_OF_CUSTOMER,
        "expert_may_read": Item.ASSESSMENTS,
        "language": Item.CONTACT,
        "place_hash": Item.ASSESSMENTS,
    },
    "customer_question": {"sealed_text": Item.NEED_AND_PLANS, "language": Item.CONTACT},
    "delivery": {
        "started_on": _SERVICE,
        "ended_on": _SERVICE,
        "end_kind": _SERVICE,
        "interruption_reason": _SERVICE,
        "sealed_report": Item.ASSESSMENTS,
        "amount": NOT_OF_CUSTOMER,
        "return_reason": NOT_OF_CUSTOMER,
    },
    "delivery_line": {
        "kind": NOT_OF_CUSTOMER,
        "code": NOT_OF_CUSTOMER,
        "text": NOT_OF_CUSTOMER,
        "amount": NOT_OF_CUSTOMER,
        "return_reason": NOT_OF_CUSTOMER,
    },
    "deviation": {
        "severity": NOT_OF_CUSTOMER,
        "is_self_reported": NOT_OF_CUSTOMER,
        "answer_by": NOT_OF_CUSTOMER,
        "consequence": NOT_OF_CUSTOMER,
    },
    "deviation_step": {"action": NOT_OF_CUSTOMER, "sealed_text": _SERVICE},
    "dispute": {
        "reason": NOT_OF_CUSTOMER,
        "proposed": NOT_OF_CUSTOMER,
        "answer": NOT_OF_CUSTOMER,
        "countered": NOT_OF_CUSTOMER,
        "settle_by": NOT_OF_CUSTOMER,
        "settled_amount": NOT_OF_CUSTOMER,
    },
    "expert_feedback": {
        "fit": NOT_OF_CUSTOMER,
        "cooperation": NOT_OF_CUSTOMER,
        "report": NOT_OF_CUSTOMER,
        "has_conflict": NOT_OF_CUSTOMER,
    },
    "feedback_alert": {"sealed_note": Item.ASSESSMENTS},
    "feedback_request": {"point": NOT_OF_CUSTOMER},
    "group_selection": {"is_chosen": _SERVICE, "sealed_reasons": _SERVICE},
    "handover_item": {"kept_reason": NOT_OF_CUSTOMER},
    "health_consent": {"given_on": Item.HEALTH, "way": Item.HEALTH, "document_reference": Item.HEALTH},
    "health_note": {"sealed_note": Item.HEALTH, "source": Item.CUSTOMER_RELATIONSHIP},
    "interim_report": {"review_on": Item.NEED_AND_PLANS, "sealed_text": Item.ASSESSMENTS},
    "need": {
        "customer_reference": Item.IDENTITY,
        "municipality": Item.CONTACT,
        "place": Item.NEED_AND_PLANS,
        "is_remote": Item.NEED_AND_PLANS,
        "languages": Item.CONTACT,
        "latest_start": Item.NEED_AND_PLANS,
        "modules": Item.NEED_AND_PLANS,
        "accessibility": Item.NEED_AND_PLANS,
        "goal": Item.NEED_AND_PLANS,
        "form": Item.NEED_AND_PLANS,
        "age_band": Item.IDENTITY,
        "unemployment_band": Item.CUSTOMER_RELATIONSHIP,
        "education_band": Item.EDUCATION_WORK_SKILLS,
    },
    "joint_statement_line": {
        "of_quarter": NOT_OF_CUSTOMER,
        "kind": NOT_OF_CUSTOMER,
        # whose customer it was, for the compensation between municipalities (R104)
        "party_key": Item.CONTACT,
        "delivered": NOT_OF_CUSTOMER,
        "amount": NOT_OF_CUSTOMER,
        "vat": NOT_OF_CUSTOMER,
    },
    "order": {
        "chosen_by": Item.OFFERS,
        "production": NOT_OF_CUSTOMER,
        "rule": NOT_OF_CUSTOMER,
        "price": NOT_OF_CUSTOMER,
        "vat_rate": NOT_OF_CUSTOMER,
        "modules": _SERVICE,
        "parts": NOT_OF_CUSTOMER,
        "deviation_reason": NOT_OF_CUSTOMER,
        "decline_reason": NOT_OF_CUSTOMER,
        "meeting_place": _SERVICE,
        "tried_on": _SERVICE,
        "paused_until": _SERVICE,
        "cancel_fee": NOT_OF_CUSTOMER,
        "reminded_in": NOT_OF_CUSTOMER,
        "planned_start_on": _SERVICE,
        "planned_end_on": _SERVICE,
        "started_on": _SERVICE,
    },
    "order_change": {
        "kind": _SERVICE,
        "reason": _SERVICE,
        "proposed_side": NOT_OF_CUSTOMER,
        "from_on": _SERVICE,
        "until_on": _SERVICE,
        "module": _SERVICE,
        "price": NOT_OF_CUSTOMER,
    },
    "order_message": {"from_side": NOT_OF_CUSTOMER, "sealed_text": _SERVICE},
    "order_staff": {},
    "outcome": {"months": NOT_OF_CUSTOMER, "source": NOT_OF_CUSTOMER, "stands": NOT_OF_CUSTOMER, **_WORK},
    "outcome_contradiction": {
        "months": NOT_OF_CUSTOMER,
        "pattern": Item.EDUCATION_WORK_SKILLS,
        "settled_source": NOT_OF_CUSTOMER,
        "reason": Item.EDUCATION_WORK_SKILLS,
    },
    "outcome_correction": {"before": Item.EDUCATION_WORK_SKILLS, "reason": Item.EDUCATION_WORK_SKILLS},
    "outcome_exclusion": {"ground": Item.CUSTOMER_RELATIONSHIP},
    "outcome_report": {
        "months": NOT_OF_CUSTOMER,
        "told": Item.EDUCATION_WORK_SKILLS,
        **_WORK,
        "sealed_evidence": Item.EDUCATION_WORK_SKILLS,
        "refusal_reason": NOT_OF_CUSTOMER,
    },
    "outcome_payment": {
        "code": NOT_OF_CUSTOMER,
        "amount": NOT_OF_CUSTOMER,
        "claim_by": NOT_OF_CUSTOMER,
        "happened_on": Item.EDUCATION_WORK_SKILLS,
        "result": Item.EDUCATION_WORK_SKILLS,
        "sealed_evidence": Item.EDUCATION_WORK_SKILLS,
        "refusal_reason": NOT_OF_CUSTOMER,
    },
    "over_budget_request": {
        "chosen_by": Item.OFFERS,
        "price": NOT_OF_CUSTOMER,
        "reason": NOT_OF_CUSTOMER,
        "decide_by": NOT_OF_CUSTOMER,
        "decision_reason": NOT_OF_CUSTOMER,
        "raised": NOT_OF_CUSTOMER,
    },
    "prepared_answers": {
        "customer_reference": Item.IDENTITY,
        "meeting_on": Item.CUSTOMER_RELATIONSHIP,
        "language": Item.CONTACT,
        "sealed_answers": Item.NEED_AND_PLANS,
        "sealed_health": Item.HEALTH,
    },
    "provider_feedback": {
        "as_described": NOT_OF_CUSTOMER,
        "information": NOT_OF_CUSTOMER,
        "answered": NOT_OF_CUSTOMER,
        "sealed_words": NOT_OF_CUSTOMER,
    },
    "queue_entry": {"municipality": Item.CONTACT, "leave_reason": _SERVICE},
    "release_correction": {"fact": _SERVICE, "claim": _SERVICE, "answer": _SERVICE},
    "seat_swap": {"reason": NOT_OF_CUSTOMER},
    "self_assessment": {
        "point": NOT_OF_CUSTOMER,
        "everyday": Item.ASSESSMENTS,
        "finances": Item.ASSESSMENTS,
        "skills": Item.ASSESSMENTS,
        "job_search": Item.ASSESSMENTS,
        "network": Item.ASSESSMENTS,
        "confidence": Item.ASSESSMENTS,
        "sealed_health": Item.HEALTH,
        "sealed_words": Item.ASSESSMENTS,
        "given_where": NOT_OF_CUSTOMER,
        "language": Item.CONTACT,
    },
    "work_trial": {"workplace": _SERVICE, "agreed_on": _SERVICE, "ends_on": _SERVICE},
}
