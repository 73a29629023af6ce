"""The yearly review: made from the data, commented by the parties, finished, its proposal taken into a draft."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from core import audit, clock, jobs
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.files import pdf
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.joint.agreements import service as agreements
from dps.joint.agreements.details import of_version
from dps.joint.agreements.models import AgreementVersion
from evaluation.together import document, queries, reviewing
from evaluation.together.followed import Followed
from evaluation.together.models import REVIEW_TRANSITIONS, JointReview, ReviewComment, ReviewState

MADE = audit.declare("joint_review.made", "agreement", "year", "number", "proposed")
COMMENTED = audit.declare("joint_review_comment.written", "review", "authority")
FINISHED = audit.declare("joint_review.finished", "before", "after")
TAKEN = audit.declare("joint_review.taken", "before", "after", "agreement_version", "shares_before", "shares_after")
DOCUMENT = audit.declare("joint_review.document_made", "language", "sha256")
MAKE = "together.make_review_documents"
RULE = "joint-review"


@transaction
def make(followed: Followed, year: int, words: str, *, by: Mandate) -> JointReview:
    """Write down a year's figures as they stand, and the shares that follow from them; the parties may comment.

    :raises NotAllowed: the authority does not keep the agreement (R103)
    :raises WrongState: another review is open
    :raises RuleBroken: the agreement was not in force in the year
    """
    lock(followed.agreement)
    now = clock.now()
    _refuse_others(followed.agreement.keeper_id, by)
    if queries.open_review(followed.id) is not None:
        raise WrongState(
            _l("Another review is open."), rule=RULE, next_step=_l("Finish it first, then make the next one.")
        )
    today = clock.helsinki_date(now)
    if not reviewing.first_year(followed.id) <= year <= today.year:
        raise RuleBroken(
            _l("The agreement was not in force in that year."),
            rule=RULE,
            field="year",
            next_step=_l("Choose a year of the agreement."),
        )
    found = reviewing.figures(followed, year)
    row = JointReview(
        id=new_id(),
        agreement_id=followed.id,
        agreement=followed.agreement,
        version_id=followed.version.id,
        agreed=followed.version,
        year=year,
        number=queries.last_number(followed.id, year) + 1,
        state=ReviewState.OPEN,
        figures=found,
        words=_checked(words, "words"),
        made_by=by.person_id,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        MADE,
        subject=row,
        actor=by,
        at=now,
        agreement=followed.id,
        year=year,
        number=row.number,
        proposed=reviewing.proposed_of(found),
    )
    return row


def _refuse_others(keeper_id: object, by: Mandate) -> None:
    if by.authority_id != keeper_id:
        raise NotAllowed(
            _l("The review is written by the authority that keeps the agreement."),
            rule="R103",
            next_step=_l("Comment on it when it is made."),
        )


def _checked(text: str, field: str) -> str:
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field=field)
    return text.strip()


@transaction
def comment(review: JointReview, text: str, *, by: Mandate) -> ReviewComment:
    """Say what one's authority thinks of it; it stands in the document.

    :raises WrongState: the review is finished
    :raises NotAllowed: the authority is no party
    """
    lock(review)
    now = clock.now()
    if by.authority_id is None or by.authority_id not in review.authority_ids:
        raise NotAllowed(
            _l("Only the parties of the agreement comment on its review."), rule="R103", next_step=_l("Read it only.")
        )
    if review.state is not ReviewState.OPEN:
        raise WrongState(
            _l("The review is finished: it takes no more comments."),
            rule=RULE,
            next_step=_l("Bring it up in the next meeting of the group."),
        )
    if not text.strip():
        raise RuleBroken(_l("The comment is empty."), rule=RULE, field="text", next_step=_l("Write a few words."))
    row = ReviewComment(
        id=new_id(),
        review_id=review.id,
        authority_id=by.authority_id,
        text=_checked(text, "text"),
        written_by=by.person_id,
        written_at=now,
    )
    db.session.add(row)
    db.session.flush()
    db.session.refresh(review, ["comments"])
    audit.record(COMMENTED, subject=row, actor=by, at=now, review=review.id, authority=by.authority_id)
    return row


@transaction
def finish(review: JointReview, words: str, *, by: Mandate) -> None:
    """Close the comments; the document is made in each language in the background.

    :raises NotAllowed: the authority does not keep the agreement (R103)
    """
    lock(review)
    now = clock.now()
    _refuse_others(review.authority_id, by)
    before, text = review.state, _checked(words, "words")
    move(review, REVIEW_TRANSITIONS, "finish")
    review.words, review.finished_at, review.finished_by = text, now, by.person_id
    db.session.flush()
    audit.record(FINISHED, subject=review, actor=by, at=now, before=before, after=review.state)
    jobs.add(MAKE, at=now, key=f"{MAKE}:{review.id}", review_id=review.id)


@transaction
def give_documents(review: JointReview, language: str) -> None:
    """Make the document in one language; a second run finds it made."""
    lock(review)
    if language in review.made_in or review.state is ReviewState.OPEN:
        return
    now = clock.now()
    stored = files.store(
        pdf.compiled("together/review.typ", document.words(review, language)),
        f"{review.agreement.reference}-{review.year}-{language}.pdf",
        owner_id=review.authority_id,
        at=now,
        accepted=("application/pdf",),
        field="review",
    )
    db.session.flush()
    setattr(review, f"file_{language}_id", stored.id)
    db.session.flush()
    audit.record(DOCUMENT, subject=review, actor=None, at=now, language=language, sha256=stored.sha256)


@transaction
def take(review: JointReview, *, by: Mandate) -> AgreementVersion:
    """Put the proposed shares into a new draft of the agreement; least person-years stay as agreed.

    Nothing changes before every authority has approved the version.

    :raises NotAllowed: the authority does not keep the agreement (R103)
    :raises WrongState: the review is not finished, or another draft is being prepared
    """
    lock(review.agreement)
    lock(review)
    now = clock.now()
    _refuse_others(review.authority_id, by)
    proposed = reviewing.proposed_of(review.figures)
    before = review.state
    version = agreements.start_version(review.agreement, by=by)
    drafted = of_version(version)
    if {party.key for party in drafted.parties} != set(proposed):
        raise WrongState(
            _l("The parties are not those of the review any more."),
            rule=RULE,
            next_step=_l("Make a new review by the agreement as it is now."),
        )
    parties = [replace(party, share=Decimal(proposed[party.key])) for party in drafted.parties]
    agreements.change(version, replace(drafted, parties=parties), by=by)
    move(review, REVIEW_TRANSITIONS, "take")
    review.taken_by, review.taken_version_id = by.person_id, version.id
    db.session.flush()
    audit.record(
        TAKEN,
        subject=review,
        actor=by,
        at=now,
        before=before,
        after=review.state,
        agreement_version=version.id,
        shares_before={party.key: str(party.share) for party in drafted.parties},
        shares_after={key: str(value) for key, value in proposed.items()},
    )
    return version
