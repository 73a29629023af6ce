"""What the pictures are called, also where there is too little to draw them."""

from __future__ import annotations

from core.i18n import gettext as _


def in_work(months: int) -> str:
    """Inside a sentence."""
    return {
        3: _("in work 3 months after the planned end"),
        6: _("in work 6 months after the planned end"),
        12: _("in work 12 months after the planned end"),
    }[months]


def window_title(months: int) -> str:
    """As a heading."""
    return {
        3: _("In work 3 months after the service"),
        6: _("In work 6 months after the service"),
        12: _("In work 12 months after the service"),
    }[months]


def title(key: str) -> str:
    """The heading of a picture by its key."""
    return {
        "in-work-3": window_title(3),
        "in-work-6": window_title(6),
        "in-work-12": window_title(12),
        "index": _("Quality numbers by name"),
        "years": _("By year"),
        "recommendation": _("What customers would say to a friend"),
        "self-assessment": _("Customers' own assessment"),
        "afterwards": _("Where customers went after the service"),
        "municipalities": _("By municipality"),
        "budget": _("Budget and results"),
        "quarters": _("Services by quarter"),
        "service-points": _("Service points by week"),
        "money": _("Budgets of the year"),
        "resources": _("Services of the year"),
    }[key]
