"""What comes of an order: the report, what the customer and the expert say of it, where the customer is later."""

from __future__ import annotations

import uuid
from typing import Any

from core.sealing import seal
from demo.seeding import times
from demo.seeding.diary import NOBODY, SYSTEM, Said, Tell, as_declared
from demo.seeding.ground import World
from demo.seeding.invoices import Invoices
from demo.seeding.lives import Life, months_after
from demo.seeding.market import cents
from demo.seeding.sheets import Ready, ready
from evaluation.collecting.models import EnoughHelp
from evaluation.collecting.service import LINK_LENGTH, words_purpose
from evaluation.outcomes.models import JOBS, EmployerType, OutcomeState, Source
from orders.models import DELIVERED, DisputeState, LineState, OrderState, PartKind
from orders.money.service.disputes import ANSWER_WITHIN
from orders.service.delivering import report_purpose

#: Where customers are later: of a hundred so many are in this state or one before it.
AFTER = (
    (OutcomeState.OPEN_LABOUR_MARKET.value, 0.30),
    (OutcomeState.SUBSIDISED_WORK.value, 0.42),
    (OutcomeState.OWN_BUSINESS.value, 0.44),
    (OutcomeState.STUDIES.value, 0.58),
    (OutcomeState.NEXT_SERVICE.value, 0.70),
    (OutcomeState.UNKNOWN.value, 0.76),
    (OutcomeState.UNEMPLOYED.value, 9.0),
)
#: Who employs: most often a company.
EMPLOYERS = tuple(
    each.value
    for each in (*[EmployerType.COMPANY] * 3, EmployerType.MUNICIPALITY, EmployerType.STATE, EmployerType.THIRD_SECTOR)
)
REPORT = "Palvelu eteni suunnitelman mukaan. Tavoitteet ja seuraavat askeleet on käyty läpi asiakkaan kanssa."
WORDS = "Sain apua hakemuksiin ja rohkeutta soittaa työnantajille."
LANGUAGES_SHOWN = ("fi", "fi", "fi", "sv", "en", "ar", "ru", "so", "uk", "et")
#: After how many months it is asked where the customer is, and how often it gets known.
ASKED_AFTER = ((3, 0.75), (6, 0.3), (12, 0.2))


def _of_order(kind: str, table: str) -> Tell:
    """Tells an event of a thing that belongs to an order; the order's whole life is not kept for it."""

    def tell(about: tuple[str, str, int | None], actor: Any) -> Said:
        order, row, months = about
        return (
            kind,
            actor,
            (table, row),
            as_declared(kind, {"order": order, "months": months, "source": Source.EXPERT.value}),
            NOBODY,
        )

    return tell


_ASKED = _of_order("feedback.requested", "feedback_request")
_GIVEN = _of_order("feedback.given", "customer_feedback")
_GRADED = _of_order("expert_feedback.given", "expert_feedback")
_RECORDED = _of_order("outcome.recorded", "outcome")


class Aftermath:
    """Writes what follows the beginning of a service."""

    def __init__(self, world: World) -> None:
        self._now, self._chance, self._loader, self._diary = world.now, world.chance, world.loader, world.diary
        self._invoices = Invoices(world)

    @property
    def invoices(self) -> Invoices:
        return self._invoices

    def follow(self, life: Life) -> None:
        """Write down what came of an order that has begun."""
        if life.delivery:
            self._write_delivery(life)
        if life.state in DELIVERED:
            self._ask_customer(life)
            self._ask_expert(life)
        for months, share in ASKED_AFTER:
            self._outcome(life, months, share)

    def _write_dispute(self, life: Life, line: str) -> None:
        proposed = ready([{"line": line, "amount": cents(life.proposed)}])
        is_settled = bool(life.settled)
        self._loader.sheet("dispute").add(
            id=life.dispute,
            order_id=life.id,
            number=1,
            state=(DisputeState.SETTLED if is_settled else DisputeState.OPEN).value,
            reason="Osa sovituista tapaamisista jäi pitämättä.",
            proposed=proposed,
            opened_by=life.expert,
            opened_at=times.text(life.disputed),
            answer_by=times.text(life.disputed + int(ANSWER_WITHIN.total_seconds())),
            answered_by=life.slot.person if is_settled else None,
            answered_at=times.text(life.settled) if is_settled else None,
            settled_amount=cents(life.amount) if is_settled else None,
            settled_by=life.slot.person if is_settled else None,
            settled_at=times.text(life.settled) if is_settled else None,
        )

    def _write_delivery(self, life: Life) -> None:
        is_taken = life.state in DELIVERED
        self._loader.sheet("delivery").add(
            id=life.delivery,
            order_id=life.id,
            started_on=Ready(times.day_text(life.started)),
            ended_on=Ready(times.day_text(life.ended)),
            end_kind=life.end_kind,
            interruption_reason=life.interruption,
            sealed_report=seal(REPORT.encode(), report_purpose(uuid.UUID(life.delivery))),
            amount=cents(life.amount),
            reported_by=life.slot.person,
            reported_at=times.text(life.reported),
            return_reason=life.return_reason,
            accepted_by=life.expert if is_taken else None,
            accepted_at=times.text(life.completed) if is_taken else None,
        )
        is_returned = life.state is OrderState.STARTED
        state = LineState.ACCEPTED if is_taken else LineState.RETURNED if is_returned else LineState.REPORTED
        answered = life.completed if is_taken else life.reported + times.DAY
        line = self._chance.id(life.reported)
        if life.disputed:
            self._write_dispute(life, line)
        self._loader.sheet("delivery_line").add(
            id=line,
            order_id=life.id,
            delivery_id=life.delivery,
            kind=PartKind.BASE.value,
            code="",
            text="",
            amount=cents(life.amount),
            state=state.value,
            reported_by=life.slot.person,
            reported_at=times.text(life.reported),
            answered_by=None if state is LineState.REPORTED else life.expert,
            answered_at=None if state is LineState.REPORTED else times.text(answered),
            batch_id=self._invoices.take(life) if is_taken else None,
        )

    def _ask_customer(self, life: Life) -> None:
        chance = self._chance
        request, at = chance.id(life.completed), life.completed
        answered = at + chance.between(6, 18 * 24) * times.HOUR
        is_answered = answered < self._now and chance.random() < 0.45
        self._loader.sheet("feedback_request").add(
            id=request,
            order_id=life.id,
            token_hash=chance.token_hash(),
            made_at=times.text(at),
            expires_at=times.text(at + int(LINK_LENGTH.total_seconds())),
            used_at=times.text(answered) if is_answered else None,
        )
        self._diary.note(at, _ASKED, (life.id, request, None), SYSTEM)
        if not is_answered:
            return
        feedback = chance.id(answered)
        grade = min(10, max(0, round(7.4 + 8 * life.slot.quality + chance.gauss(0, 1.9))))
        words = chance.random() < 0.2
        enough = (EnoughHelp.YES, EnoughHelp.PARTLY, EnoughHelp.NO)[0 if grade > 6 else 1 if grade > 4 else 2]
        self._loader.sheet("customer_feedback").add(
            id=feedback,
            order_id=life.id,
            recommendation=grade,
            enough_help=enough.value,
            sealed_words=seal(WORDS.encode(), words_purpose(uuid.UUID(feedback))) if words else None,
            language=chance.one(LANGUAGES_SHOWN),
            given_at=times.text(answered),
        )
        self._diary.note(answered, _GIVEN, (life.id, feedback, None), SYSTEM)

    def _ask_expert(self, life: Life) -> None:
        chance = self._chance
        at = life.completed + chance.between(1, 9 * 24) * times.HOUR
        if at >= self._now or chance.random() > 0.7:
            return
        feedback = chance.id(at)
        grades = [min(5, max(1, round(3.9 + 4 * life.slot.quality + chance.gauss(0, 0.8)))) for _ in range(3)]
        self._loader.sheet("expert_feedback").add(
            id=feedback,
            order_id=life.id,
            expert_id=life.expert,
            fit=grades[0],
            cooperation=grades[1],
            report=grades[2],
            given_at=times.text(at),
        )
        self._diary.note(at, _GRADED, (life.id, feedback, None), life.city.as_expert(life.expert))

    def _outcome(self, life: Life, months: int, share: float) -> None:
        chance = self._chance
        draw = chance.random()
        due = months_after(life.planned_end, months) + int(25 * draw / share)
        at = times.start_of(due) + 10 * times.HOUR
        if draw > share or at >= self._now:
            return
        left = chance.random() - life.slot.quality + life.hardness
        state = next(state for state, reached in AFTER if left < reached)
        outcome = chance.id(at)
        self._loader.sheet("outcome").add(
            id=outcome,
            order_id=life.id,
            months=months,
            source=Source.EXPERT.value,
            state=state,
            stands=True,
            employer_type=EMPLOYERS[int(1e6 * draw) % len(EMPLOYERS)] if state in JOBS else None,
            since_on=Ready(times.day_text(max(life.started, due - chance.between(5, 80)))) if state in JOBS else None,
            recorded_by=life.expert,
            recorded_at=times.text(at),
        )
        self._diary.note(at, _RECORDED, (life.id, outcome, months), life.city.as_expert(life.expert))
