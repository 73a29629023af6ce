"""A provider's quality number as a picture with its words, for the list of providers."""

from __future__ import annotations

from evaluation.reports.reading import Provider
from orders import pictures
from orders.pictures import Shown


def index_of(provider: Provider) -> Shown:
    """The index with its interval; the dashed empty bar where there is too little to tell."""
    found = provider.index
    measure = None if found is None else {"count": found.n, "value": found.value, "low": found.low, "high": found.high}
    return pictures.index(measure, provider.quality_class, name=provider.name, has_history=True)
