"""Numbers that name an operator: Finnish business ids, VAT numbers, foreign register numbers. Pure functions."""

from __future__ import annotations

import re

from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from suppliers.models import IdentifierScheme

#: EU countries and others whose operators may register; ISO 3166-1 alpha-2.
_COUNTRY = re.compile(r"[A-Z]{2}")
_FOREIGN = re.compile(r"[A-Z0-9][A-Z0-9./-]{2,38}[A-Z0-9]")


def normalise(scheme: IdentifierScheme, country: str, number: str) -> tuple[str, str]:
    """``(country, number)`` as they are stored.

    :raises RuleBroken: the number is not of its scheme, or its check digit is wrong
    """
    country = country.strip().upper()
    if not _COUNTRY.fullmatch(country):
        raise RuleBroken(_l("Choose the country."), rule="supplier-country", field="country")
    if scheme is IdentifierScheme.FI_BUSINESS_ID:
        return "FI", _finnish(number)
    if country == "FI":
        raise RuleBroken(
            _l("A Finnish operator is named by its business ID."),
            rule="supplier-scheme",
            field="scheme",
            next_step=_l("Choose the Finnish business ID."),
        )
    if scheme is IdentifierScheme.VAT_NUMBER:
        return country, _vat(country, number)
    compact = number.strip().upper().replace(" ", "")
    if not _FOREIGN.fullmatch(compact):
        raise RuleBroken(
            _l("Check the registration number. It has 4 to 40 letters and digits."),
            rule="supplier-number",
            field="number",
        )
    return country, compact


def _finnish(number: str) -> str:
    try:
        digits = ytunnus.validate(number)
    except ValidationError:
        raise RuleBroken(
            _l("Check the business ID. It has 7 digits, a hyphen and a check digit, for example 1234567-1."),
            rule="supplier-number",
            field="number",
        ) from None
    return f"{digits[:7]}-{digits[7:]}"


def _vat(country: str, number: str) -> str:
    compact = number.strip().upper().replace(" ", "")
    if not compact.startswith(country):
        compact = country + compact
    try:
        return str(vat.validate(compact))
    except ValidationError:
        raise RuleBroken(
            _l("Check the VAT number. It begins with the country code, for example EE100366327."),
            rule="supplier-number",
            field="number",
        ) from None


def same_operator(country: str, stored: str, other: str) -> bool:
    """Whether a number in a foreign document names the operator: with or without country code and hyphens.

    ``1234567-1``, ``12345671`` and ``FI12345671`` are one Finnish operator.
    """

    def bare(number: str) -> str:
        compact = re.sub(r"[^A-Z0-9]", "", number.upper())
        return compact.removeprefix(country)

    return bool(bare(other)) and bare(stored) == bare(other)
