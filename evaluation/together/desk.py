"""What following together puts on the desks: one query each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act
from dps.joint.agreements.models import AgreementVersion, VersionState
from evaluation.together import queries, resourcing, rules
from evaluation.together.models import JointReview, ResourcingReport, ReviewComment, ReviewState

#: Older half-years are told on the page only.
HALVES = 2


def of_resourcing(mandate: Mandate, today: date) -> Iterator[Act]:
    """Half-years that are over and that one's authority has not reported."""
    told = (
        select(func.array_agg(ResourcingReport.period_on))
        .where(
            ResourcingReport.agreement_id == AgreementVersion.agreement_id,
            ResourcingReport.authority_id == mandate.authority_id,
            ResourcingReport.replaced_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(AgreementVersion, told)
        .options(lazyload("*"), joinedload(AgreementVersion.agreement).lazyload("*"))
        .where(
            AgreementVersion.state == VersionState.IN_FORCE,
            AgreementVersion.id.in_(queries.versions_with(mandate.authority_id)),
        )
        .order_by(AgreementVersion.id)
        .limit(queries.DESK_ROWS)
    )
    for version, reported in rows:
        for period_on in rules.halves(version.starts_on, version.ends_on, today)[:HALVES]:
            if period_on not in (reported or ()):
                yield _report(version, period_on)


def _report(version: AgreementVersion, period_on: date) -> Act:
    year, half = period_on.year, rules.number_of(period_on)
    return Act(
        title=_("Report the person-years of half-year %(half)s/%(year)s", half=half, year=year),
        text=localized(version.agreement, "name"),
        href=url_for("together.resourcing_report", agreement_id=version.agreement_id, year=year, half=half),
        due_on=resourcing.due_on(period_on),
        button_label=_("Report"),
        aria_label=_("Report the person-years of half-year %(half)s/%(year)s", half=half, year=year),
    )


def of_reviews(mandate: Mandate, today: date) -> Iterator[Act]:
    """Reviews that are open and that one's authority has not commented."""
    said = select(ReviewComment.review_id).where(ReviewComment.authority_id == mandate.authority_id)
    rows = db.session.scalars(
        select(JointReview)
        .options(lazyload("*"), joinedload(JointReview.agreement).lazyload("*"))
        .where(
            JointReview.state == ReviewState.OPEN,
            JointReview.version_id.in_(queries.versions_with(mandate.authority_id)),
            JointReview.id.not_in(said),
        )
        .order_by(JointReview.id)
        .limit(queries.DESK_ROWS)
    )
    for each in rows:
        yield Act(
            title=_("Comment on the review of %(year)s", year=each.year),
            text=localized(each.agreement, "name"),
            href=url_for("together.review", review_id=each.id),
            due_on=max(today, each.made_at.date()),
            button_label=_("Read and comment"),
            aria_label=_("Comment on the review of %(year)s", year=each.year),
        )
