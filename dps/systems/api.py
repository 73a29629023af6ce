"""JSON: purchasing systems and their categories."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.policy import check
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.systems import queries, service
from dps.systems.content import PARTS, CategoryContent
from dps.systems.details import CategoryDetails, SystemDetails
from dps.systems.models import Category, PurchasingSystem
from dps.systems.policy import Permission
from dps.systems.schemas import (
    CategoryCreateSchema,
    CategoryPage,
    CategorySchema,
    ReasonSchema,
    SystemCreateSchema,
    SystemPage,
    SystemSchema,
)

bp = api_blueprint("purchasing-systems", __name__, "Purchasing systems and their categories")


@bp.get("/purchasing-systems")
@requires(Permission.SYSTEM_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, SystemPage)
def list_systems(query: dict[str, Any]) -> Any:
    """Published systems, and those of your own authority."""
    return page(
        queries.browsable_systems(mandate()), PurchasingSystem, cursor=query.get("cursor"), limit=query["limit"]
    )


@bp.get("/purchasing-systems/<uuid:system_id>")
@requires(Permission.SYSTEM_FETCH, on=queries.system)
@bp.response(200, SystemSchema)
def get_system(system: PurchasingSystem) -> Any:
    """One system."""
    return system


@bp.post("/purchasing-systems")
@requires(Permission.SYSTEM_CREATE)
@bp.arguments(SystemCreateSchema)
@bp.response(201, SystemSchema)
def create_system(data: dict[str, Any]) -> Any:
    """Begin a system as a draft of your authority."""
    return service.create_system(SystemDetails(**data), by=mandate())


@bp.post("/purchasing-systems/<uuid:system_id>/submit")
@requires(Permission.SYSTEM_PREPARE, on=queries.full_system)
@bp.response(200, SystemSchema)
def submit(system: PurchasingSystem) -> Any:
    """Send for approval."""
    service.submit(system, by=mandate())
    return system


@bp.post("/purchasing-systems/<uuid:system_id>/approve")
@requires(Permission.SYSTEM_APPROVE, on=queries.full_system)
@bp.response(200, SystemSchema)
def approve(system: PurchasingSystem) -> Any:
    """Approve."""
    service.approve(system, by=mandate())
    return system


@bp.post("/purchasing-systems/<uuid:system_id>/return")
@requires(Permission.SYSTEM_APPROVE, on=queries.full_system)
@bp.arguments(ReasonSchema)
@bp.response(200, SystemSchema)
def return_to_preparer(system: PurchasingSystem, data: dict[str, str]) -> Any:
    """Send back with a reason."""
    service.return_to_preparer(system, data["reason"], by=mandate())
    return system


@bp.post("/purchasing-systems/<uuid:system_id>/close")
@requires(Permission.SYSTEM_CLOSE, on=queries.full_system)
@bp.response(200, SystemSchema)
def close(system: PurchasingSystem) -> Any:
    """Close temporarily."""
    service.close(system, by=mandate())
    return system


@bp.post("/purchasing-systems/<uuid:system_id>/reopen")
@requires(Permission.SYSTEM_CLOSE, on=queries.full_system)
@bp.response(200, SystemSchema)
def reopen(system: PurchasingSystem) -> Any:
    """Open again."""
    service.reopen(system, by=mandate())
    return system


@bp.post("/purchasing-systems/<uuid:system_id>/end")
@requires(Permission.SYSTEM_APPROVE, on=queries.full_system)
@bp.response(200, SystemSchema)
def end(system: PurchasingSystem) -> Any:
    """End for good."""
    service.end_system(system, by=mandate())
    return system


@bp.get("/categories")
@requires(Permission.SYSTEM_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, CategoryPage)
def list_categories(query: dict[str, Any]) -> Any:
    """Categories of published systems, and of your own authority."""
    return page(queries.browsable_categories(mandate()), Category, cursor=query.get("cursor"), limit=query["limit"])


@bp.get("/categories/<uuid:category_id>")
@requires(Permission.SYSTEM_FETCH, on=queries.category)
@bp.response(200, CategorySchema)
def get_category(category: Category) -> Any:
    """One category with its modules and requirements."""
    return category


def content_from(data: dict[str, Any]) -> CategoryContent:
    """The whole content of a category as it was sent."""
    lists = {name: data.pop(name) for name in PARTS}
    details = CategoryDetails(**{**data, "newcomer_share": Decimal(data["newcomer_share"])})
    items: dict[str, Any] = {name: tuple(PARTS[name].details(**each) for each in rows) for name, rows in lists.items()}
    return CategoryContent(details, **items)


@bp.post("/categories")
@requires(Permission.SYSTEM_CREATE)
@bp.arguments(CategoryCreateSchema)
@bp.response(201, CategorySchema)
def create_category(data: dict[str, Any]) -> Any:
    """Add a category with its modules, requirements, award criteria and payments to a draft."""
    system = queries.full_system(data.pop("system_id"))
    if system is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="system_id")
    check(mandate(), Permission.SYSTEM_PREPARE, system)
    content = content_from(data)
    category = service.add_category(system, content.details, by=mandate())
    for name in PARTS:
        for item in content.part(name):
            service.put_item(category, name, item, by=mandate())
    return category
