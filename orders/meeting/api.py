"""Meeting the customer as JSON: what may not be told is absent, not empty (R109)."""

from __future__ import annotations

from typing import Any

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import api_blueprint
from orders import queries as orders
from orders.meeting import conflicts, queries, service
from orders.meeting.models import InterestDeclaration
from orders.meeting.policy import Permission
from orders.meeting.schemas import (
    ConsentIn,
    ConsentOut,
    ContactOut,
    HealthIn,
    HealthOut,
    InterestIn,
    InterestOut,
    InterestsOut,
    ReleaseIn,
    ReleaseOut,
    StaffIn,
    StaffOut,
)
from orders.meeting.service import Contact
from orders.models import Need, Order

blp = api_blueprint("customers", __name__, "Meeting the customer")


@blp.post("/orders/<uuid:order_id>/release-contact")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
@blp.arguments(ReleaseIn)
@blp.response(201, ReleaseOut)
def release(order: Order, data: dict[str, Any]) -> Any:
    """Let the provider's named people know who the customer is."""
    contact = Contact(**data["contact"]) if data["contact"] else None
    return service.release_contact(order, contact, data["source"], by=mandate())


@blp.post("/orders/<uuid:order_id>/name-staff")
@requires(Permission.CUSTOMER_NAME_STAFF, on=orders.order)
@blp.arguments(StaffIn)
@blp.response(200, StaffOut)
def name_staff(order: Order, data: dict[str, Any]) -> Any:
    """Say which people of the provider may know the customer."""
    service.name_staff(order, data["people"], by=mandate())
    return {"people": [row.person_id for row in queries.staff_of(order.id)]}


@blp.get("/orders/<uuid:order_id>/contact")
@requires(Permission.CUSTOMER_MEET, on=orders.order)
@blp.response(200, ContactOut)
def contact(order: Order) -> Any:
    """Who the customer is, for a named person; every reading is recorded (R114)."""
    shown = service.read_contact(order, by=mandate())
    told = {"reference": shown.reference}
    if shown.contact is not None:
        told |= {"name": shown.contact.name, "phone": shown.contact.phone, "language": shown.contact.language}
    if shown.health_note is not None:
        told["health_note"] = shown.health_note
    return told


@blp.post("/needs/<uuid:need_id>/note-health")
@requires(Permission.HEALTH_NOTE, on=orders.need)
@blp.arguments(HealthIn)
@blp.response(201, HealthOut)
def note_health(need: Need, data: dict[str, Any]) -> Any:
    """Keep a note of the customer's health, for experts only."""
    return service.note_health(need, data["note"], data["source"], by=mandate())


@blp.post("/needs/<uuid:need_id>/erase-health")
@requires(Permission.HEALTH_NOTE, on=orders.need)
@blp.response(204)
def erase_health(need: Need) -> Any:
    """Forget the note of the customer's health."""
    service.erase_note(need, by=mandate())


@blp.post("/orders/<uuid:order_id>/record-consent")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
@blp.arguments(ConsentIn)
@blp.response(201, ConsentOut)
def record_consent(order: Order, data: dict[str, Any]) -> Any:
    """Record the customer's written consent that the provider gets the note of health."""
    return service.record_consent(order, data["given_on"], data["way"], data["document_reference"], by=mandate())


@blp.post("/orders/<uuid:order_id>/withdraw-consent")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
@blp.response(204)
def withdraw_consent(order: Order) -> Any:
    """The customer takes the consent back."""
    service.withdraw_consent(order, by=mandate())


@blp.get("/interests")
@requires(Permission.INTEREST_DECLARE)
@blp.response(200, InterestsOut)
def list_interests() -> Any:
    """The interests the caller has declared and not ended."""
    return {"items": queries.interests_of(mandate())}


@blp.post("/interests")
@requires(Permission.INTEREST_DECLARE)
@blp.arguments(InterestIn)
@blp.response(201, InterestOut)
def declare_interest(data: dict[str, Any]) -> Any:
    """Declare an interest in a provider."""
    supplier = queries.supplier(data["supplier_id"])
    if supplier is None:
        raise RuleBroken(
            _l("There is no such provider."), rule="not-found", field="supplier_id", next_step=_l("Check the ids.")
        )
    return conflicts.declare_interest(supplier, data["ground"], by=mandate())


@blp.post("/interests/<uuid:interest_id>/end")
@requires(Permission.INTEREST_END, on=queries.declaration)
@blp.response(200, InterestOut)
def end_interest(declaration: InterestDeclaration) -> Any:
    """The interest has ended."""
    conflicts.end_interest(declaration, by=mandate())
    return declaration
