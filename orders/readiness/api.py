"""Lay-off plans as JSON: the plan and its outlook, sharing, answers, the people who will come, their needs."""

from __future__ import annotations

import uuid
from typing import Any

from core import audit
from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from orders import queries as order_queries
from orders.readiness import outlook, queries, service
from orders.readiness.models import LabourFigure, LayoffPerson, LayoffPlan
from orders.readiness.policy import Permission
from orders.readiness.schemas import (
    LabourFigureIn,
    LabourFigureOut,
    LabourFigurePage,
    LayoffAnswerIn,
    LayoffNeedsIn,
    LayoffNeedsOut,
    LayoffPeopleOut,
    LayoffPersonOut,
    LayoffPersonPage,
    LayoffPlanIn,
    LayoffPlanOut,
    LayoffPlanPage,
    LayoffPlanRow,
    LayoffShareOut,
    ReferenceIn,
)
from orders.readiness.service import LineDetails, PlanDetails, Wish

blp = api_blueprint("layoff-plans", __name__, "Readiness for sudden change: people who will become job seekers")


def _missing(field: str) -> NotFound:
    return NotFound(
        _l("There is no such page or record."), rule="not-found", field=field, next_step=_l("Check the id.")
    )


def _details(data: dict[str, Any]) -> PlanDetails:
    agreement = None
    if wanted := data["agreement_id"]:
        agreement = next((each for each in queries.agreements_of(mandate().authority_id) if each.id == wanted), None)
        if agreement is None:
            raise _missing("agreement_id")
    lines = [LineDetails(**line) for line in data["lines"]]
    return PlanDetails(
        employer=data["employer"],
        business_id=data["business_id"],
        note=data["note"],
        agreement=agreement,
        lines=lines,
    )


def _told(plan: LayoffPlan) -> dict[str, Any]:
    """A plan as one's authority sees it (R107)."""
    authority_id = mandate().organisation_id
    seen = outlook.of(plan, authority_id)
    shares = [each for each in plan.shares if authority_id in (plan.authority_id, each.authority_id)]
    names = (*LayoffPlanRow().fields, "business_id", "note")
    return {
        **{name: getattr(plan, name) for name in names},
        "shares": shares,
        "lines": seen.lines,
        "places": seen.places,
        "services": seen.services,
    }


@blp.get("/layoff-plans")
@requires(Permission.PLAN_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, LayoffPlanPage)
def list_plans(query: dict[str, Any]) -> Any:
    """The authority's own plans and those shared with it."""
    rows = queries.plans_of(mandate().authority_id)
    return page(rows, LayoffPlan, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/layoff-plans")
@requires(Permission.PLAN_MAKE)
@blp.arguments(LayoffPlanIn)
@blp.response(201, LayoffPlanOut)
def write_plan(data: dict[str, Any]) -> Any:
    """Write down who becomes a job seeker when and where."""
    return _told(service.write(_details(data), by=mandate()))


@blp.get("/layoff-plans/<uuid:plan_id>")
@requires(Permission.PLAN_READ, on=queries.plan)
@blp.response(200, LayoffPlanOut)
def get_plan(plan: LayoffPlan) -> Any:
    """A plan, whose people they are, the seats and the money it takes."""
    return _told(plan)


@blp.post("/layoff-plans/<uuid:plan_id>/change")
@requires(Permission.PLAN_CHANGE, on=queries.plan)
@blp.arguments(LayoffPlanIn)
@blp.response(200, LayoffPlanOut)
def change_plan(plan: LayoffPlan, data: dict[str, Any]) -> Any:
    """Write the whole plan anew, until it is shared."""
    service.change(plan, _details(data), by=mandate())
    return _told(plan)


@blp.post("/layoff-plans/<uuid:plan_id>/share")
@requires(Permission.PLAN_CHANGE, on=queries.plan)
@blp.response(200, LayoffPlanOut)
def share_plan(plan: LayoffPlan) -> Any:
    """Show each other authority the people of its municipalities, and ask what it takes."""
    service.share(plan, by=mandate())
    return _told(plan)


@blp.post("/layoff-plans/<uuid:plan_id>/answer")
@requires(Permission.PLAN_ANSWER, on=queries.plan)
@blp.arguments(LayoffAnswerIn)
@blp.response(200, LayoffShareOut)
def answer_plan(plan: LayoffPlan, data: dict[str, Any]) -> Any:
    """Say for how many of its people one's own authority finds services."""
    return service.answer(plan, data["takes"], data["note"], by=mandate())


@blp.post("/layoff-plans/<uuid:plan_id>/close")
@requires(Permission.PLAN_CHANGE, on=queries.plan)
@blp.response(200, LayoffPlanOut)
def close_plan(plan: LayoffPlan) -> Any:
    """The change is over, or did not come."""
    service.close(plan, by=mandate())
    return _told(plan)


@blp.get("/layoff-plans/<uuid:plan_id>/people")
@requires(Permission.PEOPLE_WORK, on=queries.plan)
@blp.arguments(PageQuery, location="query")
@blp.response(200, LayoffPersonPage)
def list_people(plan: LayoffPlan, query: dict[str, Any]) -> Any:
    """The references of the people who will come to one's own authority."""
    audit.saw("layoff_plan.references", plan, actor=mandate())
    rows = queries.people_of(plan.id, mandate().authority_id)
    return page(rows, LayoffPerson, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/layoff-plans/<uuid:plan_id>/expect-people")
@requires(Permission.PEOPLE_WORK, on=queries.plan)
@blp.response(201, LayoffPeopleOut)
def expect_people(plan: LayoffPlan) -> Any:
    """Make references for the people of one's own municipalities; no needs yet."""
    return {"items": service.expect_people(plan, by=mandate())}


@blp.post("/layoff-people/<uuid:layoff_person_id>/rename")
@requires(Permission.PERSON_CHANGE, on=queries.person)
@blp.arguments(ReferenceIn)
@blp.response(200, LayoffPersonOut)
def rename_person(person: LayoffPerson, data: dict[str, Any]) -> Any:
    """Put the customer system's reference in the place of the plan's."""
    service.rename(person, data["reference"], by=mandate())
    return person


@blp.post("/layoff-plans/<uuid:plan_id>/take-needs")
@requires(Permission.PEOPLE_WORK, on=queries.plan)
@blp.arguments(LayoffNeedsIn)
@blp.response(201, LayoffNeedsOut)
def take_needs(plan: LayoffPlan, data: dict[str, Any]) -> Any:
    """Make a bulk file of needs for people of one's own authority."""
    offered = order_queries.categories_to_order_from(mandate().organisation_id)
    category = next((each for each in offered if each.id == data["category_id"]), None)
    if category is None:
        raise _missing("category_id")
    chosen = _chosen(plan, data["people"])
    wish = Wish(**{name: data[name] for name in ("place", "is_remote", "languages", "latest_start")})
    return service.take_needs(plan, chosen, category, wish, by=mandate())


def _chosen(plan: LayoffPlan, ids: list[uuid.UUID]) -> list[LayoffPerson]:
    known = {each.id: each for each in queries.people_list(plan.id, mandate().authority_id)}
    if set(ids) - set(known):
        raise _missing("people")
    return [known[each] for each in dict.fromkeys(ids)]


@blp.get("/labour-figures")
@requires(Permission.FIGURES_ENTER)
@blp.arguments(PageQuery, location="query")
@blp.response(200, LabourFigurePage)
def list_figures(query: dict[str, Any]) -> Any:
    """The labour force and the unemployed of one's own municipalities."""
    rows = queries.figures_of(mandate().authority_id)
    return page(rows, LabourFigure, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/labour-figures")
@requires(Permission.FIGURES_ENTER)
@blp.arguments(LabourFigureIn)
@blp.response(201, LabourFigureOut)
def enter_figure(data: dict[str, Any]) -> Any:
    """Enter the figures of a municipality, or change them."""
    return service.enter_figure(**data, by=mandate())
