"""Customers' words are read by an official before anybody else: released, released in part, or held back (R119, I8)."""

from __future__ import annotations

from collections.abc import Collection

from core import audit, clock
from core.db import lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal, unseal
from evaluation.collecting import identities, queries
from evaluation.collecting.identities import Found
from evaluation.collecting.models import CustomerFeedback, HoldReason, PointAnswer, WordsState
from evaluation.collecting.service.answering import words_purpose

Answer = CustomerFeedback | PointAnswer

RELEASED = audit.declare("feedback_words.released", "blacked_out")
HELD_BACK = audit.declare("feedback_words.held_back", "reason")
ERASED = audit.declare("feedback_words.erased")


def words_of(answer: Answer) -> str:
    """What the customer wrote; the caller has asked who may read it and says who did."""
    return unseal(answer.sealed_words, words_purpose(answer.id)).decode() if answer.sealed_words else ""


def released_words(answer: Answer) -> str:
    """What was released of the words."""
    return unseal(answer.sealed_released, words_purpose(answer.id)).decode() if answer.sealed_released else ""


def findings_in(answer: Answer, words: str) -> list[Found]:
    """What in the words may tell who somebody is; the names of the expert and the provider's people are known."""
    names = queries.names_around(answer.order_id) if isinstance(answer, CustomerFeedback) else []
    return identities.findings(words, names)


def _refuse_checked(answer: Answer) -> None:
    if answer.sealed_words is None:
        raise WrongState(_l("There are no words to check."), rule="feedback-words-state")
    if answer.words_state is not None:
        raise WrongState(
            _l("These words are checked already."),
            rule="feedback-words-state",
            next_step=_l("Go on with the next ones."),
        )


@transaction
def release(answer: Answer, black_out: Collection[str] = (), *, by: Mandate) -> None:
    """Release the words, without the parts to black out; the provider gets them at a release date only.

    :raises RuleBroken: a part does not stand in the words, or what is left tells who somebody is
    :raises WrongState: checked already, or there are none
    """
    lock(answer)
    now = clock.now()
    _refuse_checked(answer)
    try:
        left = identities.blacked_out(words_of(answer), black_out)
    except LookupError as missing:
        raise RuleBroken(
            _l("“%(part)s” does not stand in the words.", part=str(missing.args[0])),
            rule="feedback-words",
            field="black_out",
            next_step=_l("Copy the part as it is written."),
        ) from None
    telling = [found for found in findings_in(answer, left) if found.kind in identities.BLOCKING]
    if telling:
        raise RuleBroken(
            _l("The words still hold a name, an identity code, a phone number or an address."),
            rule="I8",
            field="black_out",
            next_step=_l("Black these parts out, or hold the words back."),
        )
    answer.words_state, answer.checked_by, answer.checked_at = WordsState.RELEASED, by.person_id, now
    answer.sealed_released = seal(left.encode(), words_purpose(answer.id))
    audit.record(RELEASED, subject=answer, actor=by, at=now, blacked_out=left.count(identities.BLACK))


@transaction
def hold_back(answer: Answer, reason: HoldReason, *, by: Mandate) -> None:
    """Nobody else gets to read these words.

    :raises WrongState: checked already, or there are none
    """
    lock(answer)
    now = clock.now()
    _refuse_checked(answer)
    answer.words_state, answer.checked_by, answer.checked_at = WordsState.HELD_BACK, by.person_id, now
    answer.hold_reason = reason
    audit.record(HELD_BACK, subject=answer, actor=by, at=now, reason=reason)


@transaction
def erase(answer: Answer) -> bool:
    """Forget the words of an answer, and what its expert noted, long after the evaluation closed (R112).

    :returns: ``False`` if there is nothing to do
    """
    lock(answer)
    now = clock.now()
    alert = queries.alert_of(answer.id) if isinstance(answer, CustomerFeedback) else None
    noted = alert is not None and alert.sealed_note is not None
    if answer.sealed_words is None and answer.sealed_released is None and not noted:
        return False
    answer.sealed_words = answer.sealed_released = None
    if alert is not None:
        alert.sealed_note = None
    audit.record(ERASED, subject=answer, actor=None, at=now)
    return True
