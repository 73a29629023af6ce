"""What stands on the agenda of a quality talk: the published record as cited, and the facts of the services."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from core.i18n import lazy_gettext as _l
from dps.qualification.models import Qualification
from evaluation.improving import queries
from orders.deviations.models import Severity
from orders.models import PublishedRecord, QualityClass

#: The published figures, and how each is read: as a share of customers, or on its own scale.
FIGURES = {
    "index": (_l("Quality index; 50 is what is expected"), "number"),
    "employment": (_l("In work after the service"), "share"),
    "completion": (_l("Completed services"), "share"),
    "recommendation": (_l("Would recommend, from 0 to 10"), "number"),
}
CLASS_TITLES = {
    QualityClass.ABOVE: _l("Better than expected"),
    QualityClass.NOT_DIFFERENT: _l("No difference from what is expected"),
    QualityClass.BELOW: _l("Below what is expected"),
}
PUNCTUALITY = {
    "accepted": _l("Orders answered in time"),
    "started": _l("Services begun in time"),
    "reported": _l("Reports in time"),
}


def made(qualification: Qualification, record: PublishedRecord | None, today: date) -> dict[str, Any]:
    """The agenda as it is sent: figures that passed the gates of R119, and the provider's own facts in numbers."""
    facts = queries.service_quality(
        qualification.supplier_id, qualification.category, authority_id=qualification.authority_id, today=today
    )
    figures = {name: getattr(record, name) for name in FIGURES if record is not None and getattr(record, name)}
    return {
        "class": record.quality_class.value if record is not None and record.quality_class else None,
        "figures": figures,
        "punctuality": {
            name: {"in_time": getattr(facts, name).in_time, "n": getattr(facts, name).n} for name in PUNCTUALITY
        },
        "open_deviations": facts.open_deviations,
        "confirmed": {severity.value: facts.confirmed[severity] for severity in Severity},
    }


def cited(record: PublishedRecord | None) -> uuid.UUID | None:
    """The release the figures are of, by its id."""
    if record is None:
        return None
    release = queries.release(record.release_id)
    return release.id if release is not None else None
