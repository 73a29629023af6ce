"""Needs as JSON: state one, see what fits, let the customer choose."""

from __future__ import annotations

from typing import Any

from core import audit
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.systems import queries as system_queries
from orders import links, queries, search, service
from orders.fitting import Filters
from orders.models import Need
from orders.policy import Permission
from orders.schemas import ChoiceIn, ChoiceOut, FittingOut, FittingQuery, NeedIn, NeedOut, NeedPage
from orders.service import NeedDetails

blp = api_blueprint("needs", __name__, "What customers need, without names")


@blp.get("/needs")
@requires(Permission.NEED_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, NeedPage)
def list_needs(query: dict[str, Any]) -> Any:
    """The needs of the authority."""
    found = page(queries.needs_seen_by(mandate()), Need, cursor=query.get("cursor"), limit=query["limit"])
    for each in found["items"]:
        audit.saw("need.customer_reference", each, actor=mandate())
    return found


@blp.post("/needs")
@requires(Permission.NEED_STATE)
@blp.arguments(NeedIn)
@blp.response(201, NeedOut)
def state_need(data: dict[str, Any]) -> Any:
    """State a need."""
    category = system_queries.category(data.pop("category_id"))
    if category is None:
        raise RuleBroken(
            _l("There is no such category."), rule="not-found", field="category_id", next_step=_l("Check the id.")
        )
    return service.state_need(category, NeedDetails(**data), by=mandate())


@blp.get("/needs/<uuid:need_id>")
@requires(Permission.NEED_READ, on=queries.need)
@blp.response(200, NeedOut)
def show_need(need: Need) -> Any:
    """One need."""
    audit.saw("need.customer_reference", need, actor=mandate())
    return need


@blp.get("/needs/<uuid:need_id>/offerings")
@requires(Permission.NEED_READ, on=queries.need)
@blp.arguments(FittingQuery, location="query")
@blp.response(200, FittingOut)
def fitting(need: Need, query: dict[str, Any]) -> Any:
    """The fitting offerings in the order of the published rule, a screen at a time; filters only leave out.

    With the first screen own production and partners, which stand beside that order.
    """
    first, why_not = query.pop("first"), query.pop("why_not")
    filters = Filters(**query)
    found = search.fitting(need, filters=filters, first=first, limit=search.PAGE_SIZE)
    apart = search.apart(need, filters=filters) if not first else []
    return {
        "ordering_rule": need.category.ordering_rule,
        "count": search.count(need, filters=filters),
        "hits": search.shown(need, found.hits) if found.hits else [],
        "apart": search.shown(need, apart) if apart else [],
        "following": first + search.PAGE_SIZE if found.has_more else None,
        "misfits": search.misfits(need) if why_not else None,
    }


@blp.post("/needs/<uuid:need_id>/choice")
@requires(Permission.NEED_CHANGE, on=queries.need)
@blp.arguments(ChoiceIn)
@blp.response(201, ChoiceOut)
def make_choice(need: Need, data: dict[str, Any]) -> Any:
    """Make the customer's link."""
    filters = Filters(**data["filters"]) if data["filters"] else None
    made = service.offer_choice(need, data["offerings"], filters=filters, by=mandate())
    return {
        "id": made.choice.id,
        "url": links.address("choose", made.token),
        "expires_at": made.choice.expires_at,
    }
