"""Quality talks, service quality and weights as JSON."""

from __future__ import annotations

from typing import Any

from core import clock, policy
from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.qualification import admissions
from dps.qualification.models import Qualification
from dps.systems import queries as system_queries
from dps.systems.models import Category
from evaluation.improving import queries, rules, service
from evaluation.improving.models import QualityTalk, TalkAction
from evaluation.improving.policy import Permission
from evaluation.improving.promises import PROMISES
from evaluation.improving.schemas import (
    ActionOut,
    CopyWeightsIn,
    CopyWeightsOut,
    HoldIn,
    Offers,
    ServiceQualityOut,
    TalkAnswerIn,
    TalkHearingIn,
    TalkHearingOut,
    TalkIn,
    TalkNoteIn,
    TalkOut,
    TalkPage,
    TalkWordsIn,
    WeightsOut,
)
from evaluation.improving.service import Agreed

blp = api_blueprint("quality-talks", __name__, "Quality talks, service quality, and what the next category could ask")


def _missing(field: str) -> NotFound:
    return NotFound(
        _l("There is no such page or record."), rule="not-found", field=field, next_step=_l("Check the id.")
    )


@blp.get("/quality-talks")
@requires(Permission.TALK_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, TalkPage)
def list_talks(query: dict[str, Any]) -> Any:
    """The talks of the authority, or of the supplier."""
    return page(queries.talks_seen_by(mandate()), QualityTalk, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/quality-talks")
@requires(Permission.TALK_LIST)
@blp.arguments(TalkIn)
@blp.response(201, TalkOut)
def invite(data: dict[str, Any]) -> Any:
    """Invite a supplier to a talk about its services in a category."""
    qualification = admissions.qualification(data["qualification_id"])
    if qualification is None:
        raise _missing("qualification_id")
    policy.check(mandate(), Permission.TALK_HOLD, qualification)
    return service.invite(qualification, data["reason"], data["meeting_at"], data["meeting_place"], by=mandate())


@blp.get("/quality-talks/offers")
@requires(Permission.WEIGHTS_LIST)
@blp.response(200, Offers)
def offers() -> Any:
    """The admissions for which a talk is offered, by the published figures or by confirmed deviations."""
    rows = queries.offers(mandate().organisation_id, clock.helsinki_date(clock.now()))
    return {
        "items": [
            {
                "qualification_id": each.qualification.id,
                "quality_class": each.record.quality_class if each.record else None,
                "deviation_points": each.deviations,
                "talk_id": each.talk.id if each.talk else None,
            }
            for each in rows
        ]
    }


@blp.get("/quality-talks/<uuid:talk_id>")
@requires(Permission.TALK_READ, on=queries.talk)
@blp.response(200, TalkOut)
def show_talk(talk: QualityTalk) -> Any:
    """One talk."""
    return talk


@blp.post("/quality-talks/<uuid:talk_id>/hold")
@requires(Permission.TALK_HOLD, on=queries.talk)
@blp.arguments(HoldIn)
@blp.response(200, TalkOut)
def hold(talk: QualityTalk, data: dict[str, Any]) -> Any:
    """Write the minutes and what was agreed."""
    service.hold(talk, data["minutes"], [Agreed(**row) for row in data["actions"]], data["follow_up_on"], by=mandate())
    return talk


@blp.post("/quality-talks/<uuid:talk_id>/answer")
@requires(Permission.TALK_ANSWER, on=queries.talk)
@blp.arguments(TalkAnswerIn)
@blp.response(200, TalkOut)
def answer(talk: QualityTalk, data: dict[str, Any]) -> Any:
    """The provider confirms the minutes, or comments."""
    service.answer(talk, confirms=data["confirms"], comment=data["comment"], by=mandate())
    return talk


@blp.post("/talk-actions/<uuid:action_id>/done")
@requires(Permission.TALK_ACT, on=queries.action)
@blp.arguments(TalkNoteIn)
@blp.response(200, ActionOut)
def do_action(action: TalkAction, data: dict[str, Any]) -> Any:
    """Tell that an agreed action is done."""
    service.do_action(action, data["note"], by=mandate())
    return action


@blp.post("/quality-talks/<uuid:talk_id>/close")
@requires(Permission.TALK_HOLD, on=queries.talk)
@blp.arguments(TalkWordsIn)
@blp.response(200, TalkOut)
def close(talk: QualityTalk, data: dict[str, Any]) -> Any:
    """Say what came of it."""
    service.close(talk, data["closing_words"], by=mandate())
    return talk


@blp.post("/quality-talks/<uuid:talk_id>/cancel")
@requires(Permission.TALK_HOLD, on=queries.talk)
@blp.arguments(TalkWordsIn)
@blp.response(200, TalkOut)
def cancel(talk: QualityTalk, data: dict[str, Any]) -> Any:
    """The talk is not held."""
    service.cancel(talk, data["closing_words"], by=mandate())
    return talk


@blp.post("/quality-talks/<uuid:talk_id>/hearing")
@requires(Permission.TALK_HOLD, on=queries.talk)
@blp.arguments(TalkHearingIn)
@blp.response(201, TalkHearingOut)
def hearing(talk: QualityTalk, data: dict[str, Any]) -> Any:
    """Hear the provider about a pause of new orders: never for a low figure alone (R62)."""
    matter = service.open_hearing(talk, data["term"], data["reason"], data["due_on"], by=mandate())
    return {"matter_id": matter.id}


@blp.get("/service-quality/<uuid:qualification_id>")
@requires(Permission.SERVICE_QUALITY_READ, on=admissions.qualification)
@blp.response(200, ServiceQualityOut)
def service_quality(qualification: Qualification) -> Any:
    """Deviations, punctuality and drop-outs of a provider in a category, of a year."""
    actor = mandate()
    facts = queries.service_quality(
        qualification.supplier_id,
        qualification.category,
        authority_id=None if actor.role is Role.PROVIDER else actor.organisation_id,
        today=clock.helsinki_date(clock.now()),
    )
    return {"qualification_id": qualification.id, **vars(facts)}


@blp.get("/categories/<uuid:category_id>/proposed-weights")
@requires(Permission.WEIGHTS_READ, on=system_queries.category)
@blp.response(200, WeightsOut)
def proposed_weights(category: Category) -> Any:
    """What went with the results in a category, by the published release; null where too few to tell."""
    release = queries.published_release()
    links = queries.links(release.id, category.id, list(PROMISES)) if release else []
    weights = rules.weights(links)
    return {
        "release_id": release.id if release else None,
        "components": [{**vars(each), "weight": weights.get(each.component)} for each in links],
    }


@blp.post("/categories/<uuid:category_id>/copy-weights")
@requires(Permission.WEIGHTS_COPY, on=system_queries.category)
@blp.arguments(CopyWeightsIn)
@blp.response(200, CopyWeightsOut)
def copy_weights(category: Category, data: dict[str, Any]) -> Any:
    """Put promises about what mattered into a draft: never a past score (R44)."""
    target = system_queries.category(data["target_id"])
    if target is None:
        raise _missing("target_id")
    policy.check(mandate(), Permission.WEIGHTS_COPY, target)
    return {"codes": service.copy_weights(category, target, by=mandate())}
