"""Presentations as JSON."""

from __future__ import annotations

import uuid
from typing import Any

from core import clock
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, public, requires
from core.web.api import api_blueprint, no_content, page
from dps.systems import queries as system_queries
from orders import links
from orders.presentations import queries, service
from orders.presentations.models import Presentation, SignUp
from orders.presentations.policy import Permission
from orders.presentations.schemas import (
    PlaceIn,
    PlaceOut,
    PlaceTaken,
    PresentationCancelIn,
    PresentationIn,
    PresentationOut,
    PresentationPage,
    PresentationQuery,
    PresentationReferenceIn,
    SeatOut,
)
from orders.presentations.service import Details

blp = api_blueprint("presentations", __name__, "Events in which providers present themselves")


@blp.get("/presentations")
@public
@blp.arguments(PresentationQuery, location="query")
@blp.response(200, PresentationPage)
def list_presentations(query: dict[str, Any]) -> Any:
    """The events to come, for anybody."""
    found = queries.to_come(clock.now(), query["category_id"])
    return page(found, Presentation, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/presentations")
@requires(Permission.PRESENTATION_ANNOUNCE)
@blp.arguments(PresentationIn)
@blp.response(201, PresentationOut)
def announce(data: dict[str, Any]) -> Any:
    """Announce an event; all admitted suppliers are invited to one of the authority."""
    category = system_queries.category(data.pop("category_id"))
    if category is None:
        raise RuleBroken(
            _l("There is no such category."), rule="not-found", field="category_id", next_step=_l("Check the id.")
        )
    return service.announce(category, Details(**data), by=mandate())


@blp.post("/presentations/<uuid:presentation_id>/cancel")
@requires(Permission.PRESENTATION_CANCEL, on=queries.presentation)
@blp.arguments(PresentationCancelIn)
@blp.response(200, PresentationOut)
def cancel(row: Presentation, data: dict[str, Any]) -> Any:
    """Cancel the event; presenters and experts are told."""
    service.cancel(row, data["reason"], by=mandate())
    return row


@blp.post("/presentations/<uuid:presentation_id>/present")
@requires(Permission.PRESENTATION_PRESENT, on=queries.presentation)
@blp.response(200, PresentationOut)
def present(row: Presentation) -> Any:
    """The supplier presents itself."""
    service.present(row, by=mandate())
    return queries.presentation(row.id)


@blp.post("/presentations/<uuid:presentation_id>/withdraw")
@requires(Permission.PRESENTATION_PRESENT, on=queries.presentation)
@blp.response(200, PresentationOut)
def withdraw(row: Presentation) -> Any:
    """The supplier does not come after all."""
    service.withdraw_presenter(row, by=mandate())
    return row


@blp.post("/presentations/<uuid:presentation_id>/sign-up")
@requires(Permission.PRESENTATION_SIGN_UP, on=queries.presentation)
@blp.arguments(PresentationReferenceIn)
@blp.response(201, SeatOut)
def sign_up(row: Presentation, data: dict[str, Any]) -> Any:
    """A place for a customer's reference; a second time gives the same place."""
    return service.sign_up_for(row, data["customer_reference"], by=mandate())


@blp.post("/presentations/seats/<uuid:sign_up_id>/give-up")
@requires(Permission.PRESENTATION_SIGN_UP, on=queries.sign_up)
@blp.response(200, SeatOut)
def give_up(seat: SignUp) -> Any:
    """The customer does not come."""
    service.give_up(seat, by=mandate())
    return seat


@blp.post("/presentations/<uuid:presentation_id>/take-place")
@public
@blp.response(201, PlaceTaken)
def take_place(presentation_id: uuid.UUID) -> Any:
    """A place without a name; the token is told once."""
    row = queries.presentation(presentation_id)
    if row is None:
        raise links.unknown()
    return {"token": service.sign_up(row)[1]}


@blp.post("/presentations/place")
@public
@blp.arguments(PlaceIn)
@blp.response(200, PlaceOut)
def place(data: dict[str, Any]) -> Any:
    """What a place is for, by its token; changes nothing."""
    return service.place_of(data["token"])


@blp.post("/presentations/give-up-place")
@public
@blp.arguments(PlaceIn)
@blp.response(200)
def give_up_place(data: dict[str, Any]) -> Any:
    """Give the place up, by its token."""
    service.give_up(service.place_of(data["token"]), by=None)
    return no_content()
