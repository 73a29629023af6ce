"""Which offerings fit a need, in the order of the published rule, and why the others do not fit."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, literal, select, union_all

from core import clock
from core.db import db
from dps.offerings.models import Offering, OfferingModule, OfferingPayment, ServiceForm
from dps.systems.models import Category, CategoryModule, OrderingRule, PaymentPart
from dps.systems.production import Production
from orders import fitting as fits
from orders import ordering
from orders.fitting import Filters, Wish
from orders.models import Need, PublishedRecord, Standing
from orders.rules import Misfit
from suppliers.models import Supplier

#: Services on one screen.
PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A fitting offering as the ordering rule sees it: price for this need (no VAT), first free start, seats left."""

    offering_id: uuid.UUID
    supplier_id: uuid.UUID
    price: Decimal
    start_id: uuid.UUID
    starts_on: date
    seats_left: int
    #: Own production or a partner, beside the published order.
    is_apart: bool = False


#: So much of own production and partners is shown beside a list: an authority has a few units, not hundreds.
MOST_APART = 50

#: Fits are counted so far; a longer list has "more than" so many.
COUNTED = 100


@dataclass(frozen=True)
class Result:
    """Fitting offerings in the order of the published rule: all, or a screen of them."""

    hits: list[Hit]
    #: Whether there are more after these.
    has_more: bool = False

    def hit(self, offering_id: uuid.UUID) -> Hit | None:
        return next((each for each in self.hits if each.offering_id == offering_id), None)


def wish_of(need: Need) -> Wish:
    """What the need asks for."""
    return Wish(
        category=need.category,
        languages=need.languages,
        place=need.place,
        is_remote=need.is_remote,
        latest_start=need.latest_start,
        modules=need.modules,
        form=need.form,
        need_id=need.id,
        authority_id=need.authority_id,
    )


def fitting(
    need: Need,
    *,
    on: date | None = None,
    filters: Filters | None = None,
    first: int = 0,
    limit: int | None = None,
) -> Result:
    """The fitting offerings of the need's category in the order of its published rule (R3, I5).

    :param first: how many of the order are left out before
    :param limit: how many are asked for; ``None`` is all of them
    """
    category = need.category
    found = fits.fits(wish_of(need), on or _today(), filters=filters)
    rule: dict[str, Any] = {
        "seed": need.seed,
        "parameters": category.ordering_parameters,
        "newcomer_share": category.newcomer_share,
    }
    query = found.query.order_by(*ordering.keys(category.ordering_rule, found.contenders, **rule))
    parts = ordering.bands(category.ordering_rule, found.contenders, **rule)
    if limit is not None and len(parts) > 1:
        screens = [select(query.where(part).limit(first + limit + 1).subquery()) for part in parts]
        whole = union_all(*screens).subquery()
        columns = {name: whole.c[name] for name in ordering.Contenders.__dataclass_fields__}
        query = select(whole).order_by(*ordering.keys(category.ordering_rule, ordering.Contenders(**columns), **rule))
    query = query.offset(first or None).limit(None if limit is None else limit + 1)
    hits = [_hit(row) for row in db.session.execute(query)]
    return Result(hits[:limit], has_more=limit is not None and len(hits) > limit)


def apart(need: Need, *, on: date | None = None, filters: Filters | None = None) -> list[Hit]:
    """The fitting services of own production and partners, which stand beside the published order.

    Grouped by how they are produced, within a kind by the lot drawn for the need: no rule puts one before another.
    """
    found = fits.fits(wish_of(need), on or _today(), filters=filters, apart=True)
    drawn = ordering.keys(OrderingRule.CUSTOMER_CHOICE, found.contenders, seed=need.seed, parameters={})
    rows = db.session.execute(found.query.order_by(Offering.production, *drawn).limit(MOST_APART))
    return [_hit(row, is_apart=True) for row in rows]


def count(need: Need, *, on: date | None = None, filters: Filters | None = None) -> int:
    """How many offerings fit, counted to one more than ``COUNTED``."""
    found = fits.fits(wish_of(need), on or _today(), filters=filters).query.limit(COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def hit_of(need: Need, offering_id: uuid.UUID, *, on: date | None = None) -> Hit | None:
    """One offering, if it fits the need: of the published order or beside it."""
    for is_apart in (False, True):
        found = fits.fits(wish_of(need), on or _today(), offering_id=offering_id, apart=is_apart).query
        if (row := db.session.execute(found).one_or_none()) is not None:
            return _hit(row, is_apart=is_apart)
    return None


def _today() -> date:
    return clock.helsinki_date(clock.now())


def _hit(row: Any, *, is_apart: bool = False) -> Hit:
    return Hit(
        offering_id=row.offering_id,
        supplier_id=row.supplier_id,
        price=row.price,
        start_id=row.start_id,
        starts_on=row.starts_on,
        seats_left=row.seats_left,
        is_apart=is_apart,
    )


def misfits(need: Need, *, on: date | None = None) -> dict[Misfit, int]:
    """How many offerings of the category do not fit, for each reason."""
    rows = db.session.execute(fits.reasons(wish_of(need), on or _today())).all()
    return dict(Counter(Misfit(row.reason) for row in rows if row.reason))


def misfit_of(need: Need, offering_id: uuid.UUID, *, on: date | None = None) -> Misfit | None:
    """Why one offering does not fit; ``None`` also for one that is not offered at all."""
    for is_apart in (False, True):
        asked = fits.reasons(wish_of(need), on or _today(), offering_id=offering_id, apart=is_apart)
        if (row := db.session.execute(asked).one_or_none()) is not None:
            return Misfit(row.reason) if row.reason else None
    return None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a category has for a wish: how many services, the next start, prices from and to."""

    category: Category
    count: int
    starts_on: date | None
    price_from: Decimal | None
    price_to: Decimal | None


def summaries(wishes: Sequence[Wish]) -> list[Summary]:
    """What fits each wish before it is a need, asked at once; without an order."""
    if not wishes:
        return []
    today = _today()
    counted = []
    for place, wish in enumerate(wishes):
        found = fits.fits(wish, today).query.subquery()
        counted.append(
            select(
                literal(place).label("place"),
                func.count().label("number"),
                func.min(found.c.starts_on).label("starts_on"),
                func.min(found.c.price).label("price_from"),
                func.max(found.c.price).label("price_to"),
            ).select_from(found)
        )
    rows = {row.place: row for row in db.session.execute(union_all(*counted))}
    return [
        Summary(
            category=wish.category,
            count=rows[place].number,
            starts_on=rows[place].starts_on,
            price_from=rows[place].price_from,
            price_to=rows[place].price_to,
        )
        for place, wish in enumerate(wishes)
    ]


@dataclass(frozen=True, kw_only=True)
class PricePart:
    """One part of a price, as kept with an order: what it is for, its code, its amount without VAT."""

    kind: str
    code: str
    amount: Decimal
    name_fi: str = ""
    name_sv: str = ""
    name_en: str = ""

    def as_data(self) -> dict[str, str]:
        return {"kind": self.kind, "code": self.code, "amount": f"{self.amount:.2f}"}


#: The service itself, and an additional module; the rest are ``PaymentKind``.
BASE, MODULE = "base", "module"


#: From so many services begun on, a share of them tells something (R119).
LEAST_BEGUN = 10


@dataclass(frozen=True)
class Waiting:
    """Services begun, the share of them within the published days, and the days waited on average."""

    begun: int
    kept_share: float
    mean_days: float


@dataclass(frozen=True, kw_only=True)
class Shown(Hit):
    """A fitting offering with everything a person compares."""

    supplier_name: str
    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str
    description_sv: str
    description_en: str
    languages: list[str]
    places: list[str]
    is_remote: bool
    form: ServiceForm
    duration_days: int
    production: Production
    accessibility: str
    vat_rate: Decimal
    #: What the price is made of; the first is the service itself.
    parts: list[PricePart]
    record: PublishedRecord | None
    standing: Standing | None

    @property
    def waiting(self) -> Waiting | None:
        """How long customers waited; nothing while too few have begun to tell (R119)."""
        standing = self.standing
        if standing is None or standing.begun < LEAST_BEGUN:
            return None
        return Waiting(standing.begun, standing.begun_in_time / standing.begun, standing.days_waited / standing.begun)


_TEXTS = (
    Offering.name_fi,
    Offering.name_sv,
    Offering.name_en,
    Offering.description_fi,
    Offering.description_sv,
    Offering.description_en,
    Offering.languages,
    Offering.places,
    Offering.is_remote,
    Offering.form,
    Offering.duration_days,
    Offering.production,
    Offering.accessibility,
    Offering.vat_rate,
    Supplier.name.label("supplier_name"),
)


def shown(need: Need, hits: Sequence[Hit]) -> list[Shown]:
    """What a person sees of these hits, in their order."""
    ids = [each.offering_id for each in hits]
    record = and_(
        PublishedRecord.supplier_id == Offering.supplier_id, PublishedRecord.category_id == Offering.category_id
    )
    standing = and_(Standing.supplier_id == Offering.supplier_id, Standing.category_id == Offering.category_id)
    rows = db.session.execute(
        select(Offering.id, Offering.price, PublishedRecord, Standing, *_TEXTS)
        .join(Supplier, Supplier.id == Offering.supplier_id)
        .outerjoin(PublishedRecord, record)
        .outerjoin(Standing, standing)
        .where(Offering.id.in_(ids))
    )
    found, extra = {row.id: row for row in rows}, extra_parts(ids, need.modules)
    return [_shown(each, found[each.offering_id], extra.get(each.offering_id, [])) for each in hits]


def _shown(hit: Hit, row: Any, extra: list[PricePart]) -> Shown:
    return Shown(
        **asdict(hit),
        **{column.key: getattr(row, column.key) for column in _TEXTS},
        parts=[PricePart(kind=BASE, code="", amount=row.price), *extra],
        record=row.PublishedRecord,
        standing=row.Standing,
    )


def extra_parts(offering_ids: Sequence[uuid.UUID], modules: Sequence[str]) -> dict[uuid.UUID, list[PricePart]]:
    """What comes to the base price of each offering: the modules asked for, then start fee, milestones and results."""
    found: dict[uuid.UUID, list[PricePart]] = {}
    for offering_id, part in [*_modules(offering_ids, modules), *_payments(offering_ids)]:
        found.setdefault(offering_id, []).append(part)
    return found


def _modules(offering_ids: Sequence[uuid.UUID], codes: Sequence[str]) -> Iterator[tuple[uuid.UUID, PricePart]]:
    if not codes:
        return
    rows = db.session.execute(
        select(
            OfferingModule.offering_id,
            OfferingModule.price,
            CategoryModule.code,
            CategoryModule.name_fi,
            CategoryModule.name_sv,
            CategoryModule.name_en,
        )
        .join(CategoryModule, CategoryModule.id == OfferingModule.module_id)
        .where(OfferingModule.offering_id.in_(offering_ids), CategoryModule.code.in_(codes))
        .where(CategoryModule.removed_at.is_(None))
        .order_by(CategoryModule.code)
    )
    for row in rows:
        names = {"name_fi": row.name_fi, "name_sv": row.name_sv, "name_en": row.name_en}
        yield row.offering_id, PricePart(kind=MODULE, code=row.code, amount=row.price, **names)


def _payments(offering_ids: Sequence[uuid.UUID]) -> Iterator[tuple[uuid.UUID, PricePart]]:
    rows = db.session.execute(
        select(
            OfferingPayment.offering_id,
            OfferingPayment.price,
            PaymentPart.kind,
            PaymentPart.code,
            PaymentPart.text_fi,
            PaymentPart.text_sv,
            PaymentPart.text_en,
        )
        .join(PaymentPart, PaymentPart.id == OfferingPayment.part_id)
        .where(OfferingPayment.offering_id.in_(offering_ids))
        .order_by(PaymentPart.position)
    )
    for row in rows:
        names = {"name_fi": row.text_fi, "name_sv": row.text_sv, "name_en": row.text_en}
        yield row.offering_id, PricePart(kind=row.kind.value, code=row.code, amount=row.price, **names)


def parts_of(offering: Offering, modules: Sequence[str]) -> list[PricePart]:
    """What the price of an order is made of; the amounts add up to the price of its hit (I9)."""
    return [
        PricePart(kind=BASE, code="", amount=offering.price),
        *extra_parts([offering.id], modules).get(offering.id, ()),
    ]
