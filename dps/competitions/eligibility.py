"""Why a supplier may tender in a competition, or may not: a code for machines, words, and what to do (R35, R36)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from dps.competitions import queries
from dps.competitions import queries_preparing as asked
from dps.competitions.models import Competition, CompetitionState
from dps.qualification.models import Application, ApplicationState, Qualification, QualificationState
from dps.qualification.queries import LIVE


class Standing(StrEnum):
    """Where a supplier stands towards one competition."""

    INVITED = "invited"
    NOT_ADMITTED = "not_admitted"
    APPLICATION_PENDING = "application_pending"
    REFUSED = "refused"
    ADMITTED_ELSEWHERE = "admitted_elsewhere"
    SUSPENDED = "suspended"
    ENDED = "ended"
    ADMITTED_AFTER_SENDING = "admitted_after_sending"


@dataclass(frozen=True)
class Eligibility:
    """The standing with its words; lazy, in the reader's language."""

    code: Standing
    message: Any
    next_step: Any
    #: It was invited, and reads the documents also while it may not tender.
    is_invited: bool = False

    @property
    def may_tender(self) -> bool:
        return self.code is Standing.INVITED


def of(competition: Competition, supplier_id: uuid.UUID) -> Eligibility:
    """Where the supplier stands."""
    if queries.invitation_of(competition.id, supplier_id) is not None:
        return _of_invited(competition, supplier_id)
    qualification = asked.newest_qualification(supplier_id, competition.category_id)
    if qualification is not None and qualification.ended_at is None:
        return _of_admitted(competition, qualification)
    application = asked.newest_application(supplier_id, competition.category_id)
    if application is not None and application.state in LIVE:
        return Eligibility(
            Standing.APPLICATION_PENDING,
            _l("Your application to the category had not been decided when the invitation was sent."),
            _l("Wait for the decision. After it you are invited to every new competition."),
        )
    if qualification is not None:
        return Eligibility(
            Standing.ENDED,
            _l("Your admission to the category has ended."),
            _l("You may apply again at any time."),
        )
    return _of_outsider(competition, application, supplier_id)


def _of_invited(competition: Competition, supplier_id: uuid.UUID) -> Eligibility:
    """Invited; while tenders are awaited the admission must still be in force (R35)."""
    if competition.state is not CompetitionState.SENT or queries.is_admitted(supplier_id, competition.category_id):
        return Eligibility(
            Standing.INVITED, _l("You have been invited."), _l("Read the documents and tender."), is_invited=True
        )
    qualification = asked.newest_qualification(supplier_id, competition.category_id)
    is_paused = qualification is not None and qualification.ended_at is None
    return Eligibility(
        Standing.SUSPENDED if is_paused else Standing.ENDED,
        _l("You were invited, but your admission to the category has been paused or has ended: you cannot tender now."),
        _l("Look at your admissions, and ask the city if this is not right."),
        is_invited=True,
    )


def _of_admitted(competition: Competition, qualification: Qualification) -> Eligibility:
    if qualification.state is QualificationState.SUSPENDED:
        return Eligibility(
            Standing.SUSPENDED,
            _l("Your admission to the category is paused, so you were not invited."),
            _l("Read the decision. When the pause is over, you are invited to every new competition."),
        )
    if competition.sent_at is not None and qualification.admitted_at > competition.sent_at:
        return Eligibility(
            Standing.ADMITTED_AFTER_SENDING,
            _l("You were admitted after this invitation was sent, and its documents do not let later suppliers in."),
            _l("You are invited to every competition that is sent from now on."),
        )
    return Eligibility(
        Standing.SUSPENDED,
        _l("Your admission was paused when the invitation was sent."),
        _l("You are invited to every competition that is sent from now on."),
    )


def _of_outsider(competition: Competition, application: Application | None, supplier_id: uuid.UUID) -> Eligibility:
    if application is not None and application.state is ApplicationState.REFUSED:
        return Eligibility(
            Standing.REFUSED,
            _l("Your application to the category was refused."),
            _l("Read the decision. You may apply again as soon as you meet the requirement."),
        )
    elsewhere = asked.admitted_elsewhere(supplier_id, competition.category)
    if elsewhere is not None:
        return Eligibility(
            Standing.ADMITTED_ELSEWHERE,
            _l(
                "You are admitted to the category %(other)s. This competition is in the category %(category)s.",
                other=localized(elsewhere.category, "name"),
                category=localized(competition.category, "name"),
            ),
            _l("Apply to this category, too: you may do so at any time."),
        )
    return Eligibility(
        Standing.NOT_ADMITTED,
        _l("You have not applied to the category %(category)s.", category=localized(competition.category, "name")),
        _l("Apply to the category: you may do so at any time. After that you are invited to every new competition."),
    )
