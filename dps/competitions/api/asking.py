"""JSON: questions about competitions, consents to a shorter time, outages."""

from __future__ import annotations

from typing import Any

from core.policy import check
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.competitions import queries_preparing as asked
from dps.competitions.api.preparing import missing
from dps.competitions.models import CompetitionQuestion, TimeConsent
from dps.competitions.policy import Permission
from dps.competitions.schemas import preparing as schemas
from dps.competitions.service import amending, asking, inviting
from dps.competitions.service.asking import AnswerTexts

questions = api_blueprint("competition-questions", __name__, "Questions about competitions, and their answers")
consents = api_blueprint("time-consents", __name__, "Shorter times for tenders, agreed with all candidates")
outages = api_blueprint("outages", __name__, "Outages that made the time for tenders longer")


@questions.get("/competition-questions")
@requires(Permission.COMPETITION_BROWSE)
@questions.arguments(PageQuery, location="query")
@questions.response(200, schemas.QuestionPage)
def list_questions(query: dict[str, Any]) -> Any:
    """All of your competitions' for staff; the answered ones for the invited. Nobody is told who asked."""
    rows = asked.questions_browsable(mandate())
    return page(rows, CompetitionQuestion, cursor=query.get("cursor"), limit=query["limit"])


@questions.post("/competition-questions")
@requires(Permission.TENDER_OWN_LIST)
@questions.arguments(schemas.CompetitionQuestionIn)
@questions.response(201, schemas.CompetitionQuestionOut)
def ask(data: dict[str, Any]) -> Any:
    """Ask about a competition you are invited to."""
    competition = asked.sent_competition(data["competition_id"])
    if competition is None:
        raise missing("competition_id")
    check(mandate(), Permission.TENDER_GIVE, competition)
    return asking.ask(competition, data["text"], by=mandate())


@questions.post("/competition-questions/<uuid:competition_question_id>/answer")
@requires(Permission.COMPETITION_PREPARE, on=lambda competition_question_id: asked.question(competition_question_id))
@questions.arguments(schemas.CompetitionAnswerIn)
@questions.response(200, schemas.CompetitionQuestionOut)
def answer(question: CompetitionQuestion, data: dict[str, Any]) -> Any:
    """Answer everybody who was invited."""
    texts = AnswerTexts(data["text_fi"], data["text_sv"], data["text_en"])
    asking.answer(question, texts, new_due_at=data["tenders_due_at"], late_reason=data["late_reason"], by=mandate())
    return question


@consents.get("/time-consents")
@requires(Permission.COMPETITION_BROWSE)
@consents.arguments(PageQuery, location="query")
@consents.response(200, schemas.ConsentPage)
def list_consents(query: dict[str, Any]) -> Any:
    """Your own for a provider; those of your competitions for staff."""
    rows = asked.consents_browsable(mandate())
    return page(rows, TimeConsent, cursor=query.get("cursor"), limit=query["limit"])


@consents.post("/time-consents/<uuid:consent_id>/answer")
@requires(Permission.TIME_CONSENT_ANSWER, on=asked.time_consent)
@consents.arguments(schemas.TimeConsentIn)
@consents.response(200, schemas.TimeConsentOut)
def answer_consent(consent: TimeConsent, data: dict[str, bool]) -> Any:
    """Agree to the shorter time, or not."""
    inviting.answer_time_consent(consent, data["agrees"], by=mandate())
    return consent


@outages.get("/outages")
@requires(Permission.OUTAGE_REGISTER)
@outages.response(200, schemas.OutageOut(many=True))
def list_outages() -> Any:
    """The outages that were registered, the newest first."""
    return asked.outages()


@outages.post("/outages")
@requires(Permission.OUTAGE_REGISTER)
@outages.arguments(schemas.OutageIn)
@outages.response(201, schemas.OutageOut)
def register(data: dict[str, Any]) -> Any:
    """Record an outage; every time that ended meanwhile gets longer for everybody."""
    return amending.register_outage(**data, by=mandate())
