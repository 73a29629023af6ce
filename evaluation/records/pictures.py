"""What is told of a record, as pictures with their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.i18n import lazy_gettext as _l
from core.web.formatting import number, percent
from evaluation.records.shown import INDEX
from orders import pictures
from orders.models import QualityClass
from orders.pictures import Shown

#: What each component is called, in the order in which people read them.
COMPONENT_TITLES = {
    "outcome_3": _l("In work after 3 months"),
    "outcome_6": _l("In work after 6 months"),
    "outcome_12": _l("In work after 12 months"),
    "completion": _l("Completed services"),
    "timeliness": _l("Begun and reported in time"),
    "recommendation": _l("Would recommend, from 0 to 10"),
    "feedback": _l("Recommenders less critics, from −100 to 100"),
    "experts": _l("Experts' grades, from 1 to 5"),
    "deviations": _l("Confirmed deviations, points in 100 customer-months"),
}
SHARES = frozenset({"outcome_3", "outcome_6", "outcome_12", "completion", "timeliness"})


def index(shown: Mapping[str, Any] | None, name: str) -> Shown:
    """The index as told."""
    if shown is None:
        return pictures.index(None, None, name=name, has_history=True)
    quality_class = QualityClass(shown["class"]) if shown["class"] else None
    return pictures.index(shown[INDEX], quality_class, name=name, has_history=True)


def _words(name: str, value: str) -> str:
    if name in SHARES:
        return percent(float(value))
    return number(float(value), 2 if name in ("experts", "deviations") else 1 if name == "recommendation" else 0)


def rows(shown: Mapping[str, Any] | None) -> list[tuple[str, Any, str, str, int | None]]:
    """The components of a record: name, title, value, interval, how many (none: too few to tell)."""
    found: list[tuple[str, Any, str, str, int | None]] = []
    outcomes = [name for name in COMPONENT_TITLES if name.startswith("outcome")]
    if not any(shown and shown.get(name) for name in outcomes):
        found.append(("outcome", _l("In work after 3, 6 and 12 months"), "", "", None))
    for name, title in COMPONENT_TITLES.items():
        figure = shown.get(name) if shown else None
        if figure is None and name in outcomes and found and found[0][0] == "outcome":
            continue
        if figure is None:
            found.append((name, title, "", "", None))
        else:
            ends = f"{_words(name, figure['low'])}–{_words(name, figure['high'])}"
            found.append((name, title, _words(name, figure["value"]), ends, figure["count"]))
    return found
