"""The formula's numbers as the method page tells them: those of the published release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.i18n import gettext as _
from core.web.formatting import number, percent
from evaluation.records.models import Release

#: The components of the index by the names of their parameters.
COMPONENTS = ("outcome", "feedback", "expert", "deviations", "timeliness")


@dataclass(frozen=True)
class Weight:
    """A component: what it is, its weight, and the difference that moves it from 50 to 100."""

    title: str
    weight: str
    range: str


@dataclass(frozen=True)
class Method:
    """What the page says in numbers."""

    weights: list[Weight]
    windows: list[tuple[int, str]]
    least_customers: int
    least_expected: str
    lag_days: int
    credit_days: int


def _titles() -> dict[str, str]:
    return {
        "outcome": _("Customers in work, compared with what is expected of such customers"),
        "feedback": _("Customers who recommend the service, less those who advise against it"),
        "expert": _("Employment experts' grades, less each expert's own level"),
        "deviations": _("Confirmed deviations, heavy ones counting more"),
        "timeliness": _("Beginning and reporting in time"),
    }


def _ranges(found: Mapping[str, Any]) -> dict[str, str]:
    return {
        "outcome": _("%(number)s percentage points", number=number(100 * found["range_outcome"], 0)),
        "feedback": _("%(number)s points", number=number(found["range_feedback"], 0)),
        "expert": _("%(number)s grades", number=number(found["range_expert"], 1)),
        "deviations": _("%(number)s points in 100 customer-months", number=number(found["range_deviations"], 0)),
        "timeliness": _("%(number)s percentage points", number=number(100 * found["range_timeliness"], 0)),
    }


def of(release: Release | None) -> Method | None:
    """The numbers of a release; nothing where none is published."""
    found = release.parameters.get("parameters") if release else None
    if not found:
        return None
    titles, ranges = _titles(), _ranges(found)
    return Method(
        weights=[Weight(titles[name], percent(found[f"weight_{name}"]), ranges[name]) for name in COMPONENTS],
        windows=[(months, percent(share)) for months, share in zip((3, 6, 12), found["window_shares"], strict=True)],
        least_customers=int(found["least_customers"]),
        least_expected=number(found["least_expected"], 0),
        lag_days=int(found["lag_days"]),
        credit_days=int(found["credit_days"]),
    )
