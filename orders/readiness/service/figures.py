"""The labour force of municipalities."""

from __future__ import annotations

from datetime import date

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.web.text_checks import contains_identity_code
from dps.joint.agreements.rules import same_place
from orders.readiness import queries
from orders.readiness.models import (
    LabourFigure,
)
from orders.readiness.service.refusing import broken

ENTERED = audit.declare("labour_figure.entered", "before", "after", "as_of")


# ---- figures ----


@transaction
def enter_figure(municipality: str, labour_force: int, unemployed: int, as_of: date, *, by: Mandate) -> LabourFigure:
    """The labour force and the unemployed of a municipality that one's authority serves; entered again, it is changed.

    :raises RuleBroken: more unemployed than there are in the labour force, none, or a day to come
    """
    assert by.authority_id is not None
    now = clock.now()
    name = " ".join(municipality.split())
    if not name or contains_identity_code(name):
        raise broken(_l("The municipality is missing."), "municipality", _l("Enter its name."))
    if not 0 < unemployed <= labour_force:
        raise broken(
            _l("The unemployed are part of the labour force."),
            "unemployed",
            _l("Enter a number from 1 to the labour force."),
        )
    if as_of > clock.helsinki_date(now):
        raise broken(_l("The day is to come."), "as_of", _l("Enter the day the figures are of."))
    row = next(
        (each for each in queries.figures({by.authority_id}) if same_place(each.municipality) == same_place(name)), None
    )
    before = None
    if row is None:
        row = LabourFigure(id=new_id(), authority_id=by.authority_id, municipality=name)
        db.session.add(row)
    else:
        lock(row)
        before = [row.labour_force, row.unemployed]
    row.labour_force, row.unemployed, row.as_of = labour_force, unemployed, as_of
    row.entered_by, row.entered_at = by.person_id, now
    db.session.flush()
    audit.record(ENTERED, subject=row, actor=by, at=now, before=before, after=[labour_force, unemployed], as_of=as_of)
    return row
