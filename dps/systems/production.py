"""How a service is produced, and the one place that says what stands apart from competition and published order.

What an authority makes itself, has made by a unit it controls (HL 15 §) or gets from another authority in cooperation
(HL 16 §) is no purchase under the Procurement Act: it rests on an agreement of its own. It is ordered directly,
whatever the ordering rule of its category (R2, R3), takes part in no published order and takes nobody's turn (I5).
"""

from __future__ import annotations

from enum import StrEnum

from core.i18n import lazy_gettext as _l


class Production(StrEnum):
    """Who produces a service (DOMAIN.md, "How each is produced")."""

    PURCHASED = "purchased"
    OWN = "own"
    IN_HOUSE = "in_house"
    OTHER_AUTHORITY = "other_authority"


PRODUCTION_TITLES = {
    Production.PURCHASED: _l("Purchased service"),
    Production.OWN: _l("Own production"),
    Production.IN_HOUSE: _l("In-house unit"),
    Production.OTHER_AUTHORITY: _l("Another authority's service"),
}

#: What an agreement may be about.
AGREED = (Production.OWN, Production.IN_HOUSE, Production.OTHER_AUTHORITY)


def stands_apart(kind: Production) -> bool:
    """Whether a service is ordered directly under its agreement, beside what is competed or put in order (R2, R3)."""
    return kind is not Production.PURCHASED
