"""The published quality of a supplier as a picture with its words; never a figure without its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.charts import QualityPicture, share_picture
from core.i18n import gettext as _
from core.i18n import ngettext
from core.web.formatting import percent
from orders.models import PublishedRecord
from orders.search import Waiting


@dataclass(frozen=True)
class Shown:
    """A picture, the sentence under it, how many customers it rests on, and its title."""

    picture: QualityPicture
    words: str
    n: int | None
    title: str


def share(measure: dict[str, Any] | None, *, name: str, has_history: bool) -> Shown:
    """The picture of a published share; without one the empty bar and why (R119)."""
    if measure is None:
        words = _("Too few to tell") if has_history else _("New provider")
        return Shown(share_picture(), words, None, _("%(name)s: no figure yet", name=name))
    value, low, high = (float(measure[key]) for key in ("value", "low", "high"))
    words = _("%(share)s (%(low)s–%(high)s)", share=percent(value), low=percent(low), high=percent(high))
    return Shown(share_picture(value, low, high), words, int(measure["count"]), f"{name}: {words}")


def employment(record: PublishedRecord | None, name: str) -> Shown:
    """In work three months after the planned end."""
    return share(record.employment if record else None, name=name, has_history=record is not None)


def completion(record: PublishedRecord | None, name: str) -> Shown:
    """Services finished as planned."""
    return share(record.completion if record else None, name=name, has_history=record is not None)


def waiting_words(waiting: Waiting, promised_days: int) -> str:
    """The published waiting time, and how often it was kept."""
    return ngettext(
        "Promised start within %(num)s day, kept for %(share)s",
        "Promised start within %(num)s days, kept for %(share)s",
        promised_days,
        share=percent(waiting.kept_share),
    )
