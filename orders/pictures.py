"""The published quality of a supplier as a picture with its words; never a figure without its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.charts import QualityPicture, quality_picture, share_picture
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from core.web.formatting import percent
from orders.models import PublishedRecord, QualityClass
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


#: What the interval of a record allows to say, and no more (EVALUATION §6).
CLASS_WORDS = {
    QualityClass.ABOVE: _l("Better than expected"),
    QualityClass.NOT_DIFFERENT: _l("No difference from the expected"),
    QualityClass.BELOW: _l("Weaker than expected"),
}


def index(measure: dict[str, Any] | None, quality_class: QualityClass | None, *, name: str, has_history: bool) -> Shown:
    """The picture of the index, 50 is the expected; under it always the words of its class."""
    if measure is None or quality_class is None:
        words = _("Too few to tell") if has_history else _("New provider")
        return Shown(quality_picture(), words, None, _("%(name)s: no figure yet", name=name))
    value, low, high = (float(measure[key]) for key in ("value", "low", "high"))
    title = _(
        "%(name)s: quality number %(value)s, interval %(low)s–%(high)s, the expected is 50",
        name=name,
        value=round(value),
        low=round(low),
        high=round(high),
    )
    return Shown(quality_picture(value, low, high), str(CLASS_WORDS[quality_class]), int(measure["count"]), title)


def quality(record: PublishedRecord | None, name: str) -> Shown:
    """The index of a published record."""
    if record is None:
        return index(None, None, name=name, has_history=False)
    return index(record.index, record.quality_class, name=name, has_history=True)


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
