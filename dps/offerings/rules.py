"""What an offering must be before it is shown: the category's terms, as pure checks."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.contracts.rules import Ceilings
from dps.offerings.fees import refuse_customer_fee
from dps.offerings.models import Offering, OfferingModule
from dps.systems.models import Category


def check_terms(offering: Offering, category: Category, modules: Iterable[OfferingModule], ceilings: Ceilings) -> None:
    """Price ceilings of the day, language, place and length as the category published them; free for customers (R97).

    :raises RuleBroken: names the term, its limit and the field
    """
    for field in ("description_fi", "description_sv", "description_en"):
        refuse_customer_fee(getattr(offering, field), field)
    if offering.price > ceilings.service:
        raise RuleBroken(
            _l("The price is above the ceiling of the category."),
            rule="price-ceiling",
            field="price",
            next_step=_l("The ceiling is %(ceiling)s euros. Enter that or less.", ceiling=f"{ceilings.service:.2f}"),
            ceiling=ceilings.service,
        )
    for each in modules:
        ceiling = ceilings.modules.get(each.module.code, each.module.price_ceiling)
        if each.price > ceiling:
            raise RuleBroken(
                _l("The price of a module is above its ceiling."),
                rule="price-ceiling",
                field=f"module_{each.module.code}",
                next_step=_l("The ceiling is %(ceiling)s euros. Enter that or less.", ceiling=f"{ceiling:.2f}"),
                ceiling=ceiling,
            )
    if (offering.vat_rate == 0) != bool(offering.vat_exemption):
        raise RuleBroken(
            _l("A service without VAT needs the ground of its exemption, and a service with VAT has none."),
            rule="vat",
            field="vat_exemption",
            next_step=_l("Enter the VAT rate, or 0 and the section of the VAT act that exempts the service."),
        )
    if not set(offering.languages) & set(category.languages):
        raise RuleBroken(
            _l("The service has none of the languages of the category."),
            rule="R102",
            field="languages",
            next_step=_l("Choose at least one of the category's languages."),
        )
    if set(offering.places) - set(category.areas):
        raise RuleBroken(
            _l("The service has a place outside the area of the category."),
            rule="category-area",
            field="places",
            next_step=_l("Choose places inside the category's area."),
        )
    if offering.duration_days > category.max_duration_days:
        raise RuleBroken(
            _l("The service is longer than the category allows."),
            rule="R101",
            field="duration_days",
            next_step=_l("It may last %(days)s days at most.", days=category.max_duration_days),
            limit=category.max_duration_days,
        )


def check_payment(price: Decimal | None, ceiling: Decimal) -> None:
    """The ceiling of a start fee, a milestone or a result, on a day.

    :raises RuleBroken: above it
    """
    if price is not None and price > ceiling:
        raise RuleBroken(
            _l("The payment is above its ceiling."),
            rule="price-ceiling",
            field="part_price",
            next_step=_l("The ceiling is %(ceiling)s euros. Enter that or less.", ceiling=f"{ceiling:.2f}"),
            ceiling=ceiling,
        )
