"""What stands beside the desks: the state of a system, the needs of an expert, the next starts of a provider."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import and_, func, literal, select, true
from sqlalchemy.orm import joinedload

from core.db import db
from core.identity.mandates import Mandate
from core.web.workspaces import SidePanel
from dps.offerings.models import Offering, OfferingStart, OfferingState
from dps.qualification.models import Application, ApplicationState, Qualification
from dps.systems.models import Category, PurchasingSystem, SystemState
from dps.systems.production import Production
from orders.models import NOT_BOUGHT, Budget, Need, NeedState, Order, OrderState
from suppliers.models import Supplier

_UNDER_WAY = (
    OrderState.PLACED,
    OrderState.ACCEPTED,
    OrderState.SCHEDULED,
    OrderState.STARTED,
    OrderState.PAUSED,
    OrderState.REPORTED,
    OrderState.DISPUTED,
)


def of_buyer(mandate: Mandate, today: date) -> SidePanel | None:
    """The newest open system: providers, applications, orders of the year, and the value used of the announced one."""
    newest = (
        select(PurchasingSystem.id)
        .where(
            PurchasingSystem.authority_id == mandate.organisation_id,
            PurchasingSystem.state.in_((SystemState.OPEN, SystemState.CLOSED)),
        )
        .order_by(PurchasingSystem.id.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    categories = select(Category.id).where(Category.system_id == newest).correlate(None).scalar_subquery()
    # One look into the index a supplier, and not at each of its admissions.
    admitted = (
        select(literal(1).label("one"))
        .where(
            Qualification.supplier_id == Supplier.id,
            Qualification.category_id == func.any(func.array(categories)),
            Qualification.ended_at.is_(None),
        )
        .limit(1)
        .lateral()
    )
    providers = select(func.count()).select_from(Supplier).join(admitted, true())
    waiting = (
        select(func.count())
        .select_from(Application)
        .where(
            Application.category_id.in_(categories),
            Application.state.in_((ApplicationState.RECEIVED, ApplicationState.PROPOSED)),
        )
    )
    bought = (Order.category_id.in_(categories), Order.state.not_in(NOT_BOUGHT))
    this_year = (
        select(func.count())
        .select_from(Order)
        .where(*bought, func.extract("year", func.timezone("Europe/Helsinki", Order.placed_at)) == today.year)
    )
    value = select(func.coalesce(func.sum(Order.price), 0)).where(*bought, Order.production == Production.PURCHASED)
    row = db.session.execute(
        select(
            PurchasingSystem,
            providers.scalar_subquery().label("providers"),
            waiting.scalar_subquery().label("waiting"),
            this_year.scalar_subquery().label("this_year"),
            value.scalar_subquery().label("value"),
        ).where(PurchasingSystem.id == newest)
    ).one_or_none()
    if row is None:
        return None
    system, used = row.PurchasingSystem, Decimal(row.value)
    return SidePanel(
        "orders/_side_buyer.html",
        {"system": system, "counts": row, "used": used, "share": int(100 * used / system.estimated_value)},
    )


def of_expert(mandate: Mandate, today: date) -> SidePanel | None:
    """The expert's own needs and orders under way, and what is left of this year's money by category."""
    needs = (
        select(func.count())
        .select_from(Need)
        .where(Need.expert_id == mandate.person_id, Need.state == NeedState.OPEN)
        .scalar_subquery()
    )
    under_way = (
        select(func.count())
        .select_from(Order)
        .where(
            Order.expert_id == mandate.person_id,
            Order.state.in_(_UNDER_WAY),
        )
        .scalar_subquery()
    )
    counts = select(needs.label("needs"), under_way.label("under_way")).subquery()
    of_year = and_(Budget.authority_id == mandate.organisation_id, Budget.year == today.year)
    rows = db.session.execute(
        select(counts.c.needs, counts.c.under_way, Budget)
        .select_from(counts)
        .outerjoin(Budget, of_year)
        .options(joinedload(Budget.category, innerjoin=False).lazyload("*"))
        .order_by(Budget.id)
    ).all()
    budgets = [row.Budget for row in rows if row.Budget is not None]
    return SidePanel("orders/_side_expert.html", {"counts": rows[0], "budgets": budgets})


def of_provider(mandate: Mandate, today: date) -> SidePanel | None:
    """The provider's next starts with their free seats."""
    starts = db.session.execute(
        select(Offering, OfferingStart)
        .join(OfferingStart, OfferingStart.offering_id == Offering.id)
        .where(
            Offering.supplier_id == mandate.organisation_id,
            Offering.state == OfferingState.PUBLISHED,
            OfferingStart.starts_on >= today,
        )
        .order_by(OfferingStart.starts_on)
        .limit(5)
    ).all()
    return SidePanel("orders/_side_provider.html", {"starts": starts}) if starts else None
