"""JSON: competitions from the draft to their last version; the same verbs as on the pages."""

from __future__ import annotations

import uuid
from typing import Any

from core import clock
from core.errors import NotAllowed, NotFound
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.policy import check
from core.web.access import current_mandate, mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.competitions import documents as papers
from dps.competitions import eligibility, queries, rules
from dps.competitions import queries_preparing as asked
from dps.competitions.models import CommitteeMember, Competition, CompetitionState, Invitation
from dps.competitions.policy import Permission
from dps.competitions.schemas import preparing as schemas
from dps.competitions.service import amending, committee, inviting, preparing

bp = api_blueprint("competitions", __name__, "Competitions: drafts, invitations, documents and their versions")

ONE = "/competitions/<uuid:competition_id>"


def missing(field: str) -> NotFound:
    return NotFound(_l("There is no such page or record."), rule="not-found", field=field)


def fetched(competition_id: uuid.UUID) -> Competition | None:
    """A competition; a provider that was not invited is told by a code why not (R35).

    :raises NotAllowed: with the code of ``eligibility.Standing``
    """
    competition = asked.full_competition(competition_id)
    actor = current_mandate()
    if competition is None or actor is None or actor.supplier_id is None or not queries.has_been_sent(competition):
        return competition
    standing = eligibility.of(competition, actor.supplier_id)
    if not standing.is_invited:
        raise NotAllowed(standing.message, rule="R35", next_step=standing.next_step, code=standing.code.value)
    return competition


def _whole(competition: Competition) -> dict[str, Any]:
    return schemas.with_documents(competition, papers.dump(papers.of(competition)))


@bp.get("/competitions")
@requires(Permission.COMPETITION_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, schemas.CompetitionPage)
def list_competitions(query: dict[str, Any]) -> Any:
    """Those of your authority, of your committees, or those you are invited to."""
    rows = queries.browsable_competitions(mandate())
    return page(rows, Competition, cursor=query.get("cursor"), limit=query["limit"])


@bp.get(ONE)
@requires(Permission.COMPETITION_FETCH, on=fetched)
@bp.response(200, schemas.CompetitionWithDocumentsOut)
def get_competition(competition: Competition) -> Any:
    """One competition with its documents."""
    return _whole(competition)


@bp.get(f"{ONE}/eligibility")
@requires(Permission.COMPETITION_MEET, on=asked.sent_competition)
@bp.response(200, schemas.EligibilityOut)
def get_eligibility(competition: Competition) -> Any:
    """Whether your company may tender, and if not, why."""
    return eligibility.of(competition, mandate().organisation_id)


@bp.get(f"{ONE}/versions")
@requires(Permission.COMPETITION_FETCH, on=fetched)
@bp.response(200, schemas.DocumentsVersionOut(many=True))
def list_versions(competition: Competition) -> Any:
    """Every version of the documents, the newest first."""
    return asked.versions_of(competition.id)


@bp.get(f"{ONE}/invitations")
@requires(Permission.COMPETITION_READ, on=queries.competition)
@bp.arguments(PageQuery, location="query")
@bp.response(200, schemas.InvitationPage)
def list_invitations(competition: Competition, query: dict[str, Any]) -> Any:
    """Who was invited, why and when."""
    rows = asked.invitations_to_page(competition.id)
    return page(rows, Invitation, cursor=query.get("cursor"), limit=query["limit"])


@bp.get(f"{ONE}/check")
@requires(Permission.COMPETITION_PREPARE, on=asked.full_competition)
@bp.response(200, schemas.CompetitionCheckOut)
def get_check(competition: Competition) -> Any:
    """What keeps the competition from being sent, and the earliest end of the time."""
    now = clock.now()
    is_draft = competition.state in (CompetitionState.DRAFT, CompetitionState.SUBMITTED)
    return {
        "obstacles": preparing.obstacles_of(competition, now) if is_draft else [],
        "earliest_due_at": rules.earliest_due(competition.category.legal_mode, clock.helsinki_date(now)),
    }


@bp.post("/competitions")
@requires(Permission.COMPETITION_BEGIN)
@bp.arguments(schemas.CompetitionBeginIn)
@bp.response(201, schemas.CompetitionWithDocumentsOut)
def begin(data: dict[str, Any]) -> Any:
    """Begin a draft with everything that the category has published."""
    category = asked.category(data["category_id"])
    if category is None:
        raise missing("category_id")
    check(mandate(), Permission.COMPETITION_PREPARE, category)
    return _whole(preparing.begin(category, by=mandate()))


@bp.post(f"{ONE}/replace-documents")
@requires(Permission.COMPETITION_PREPARE, on=asked.full_competition)
@bp.arguments(schemas.CompetitionDocumentsIn)
@bp.response(200, schemas.CompetitionWithDocumentsOut)
def replace_documents(competition: Competition, data: dict[str, Any]) -> Any:
    """Write the whole documents of a draft."""
    preparing.replace_documents(competition, schemas.documents_from(data), by=mandate())
    return _whole(competition)


@bp.post(f"{ONE}/plan")
@requires(Permission.COMPETITION_PREPARE, on=queries.competition)
@bp.arguments(schemas.TendersDueIn)
@bp.response(200, schemas.CompetitionOut)
def plan(competition: Competition, data: dict[str, Any]) -> Any:
    """Plan the end of the time for tenders."""
    preparing.plan(competition, data["tenders_due_at"], by=mandate())
    return competition


@bp.post(f"{ONE}/name-member")
@requires(Permission.COMPETITION_PREPARE, on=queries.competition)
@bp.arguments(schemas.CommitteeMemberIn)
@bp.response(200, schemas.CommitteeMemberOut)
def name_member(competition: Competition, data: dict[str, Any]) -> Any:
    """Name a person to the committee, or change what a member does."""
    person = people.person(data["person_id"])
    if person is None:
        raise missing("person_id")
    return committee.name_member(competition, person, opens=data["opens"], evaluates=data["evaluates"], by=mandate())


@bp.post("/committee-members/<uuid:member_id>/remove")
@requires(Permission.COMPETITION_PREPARE, on=asked.member)
@bp.response(200, schemas.CommitteeMemberOut)
def remove_member(member: CommitteeMember) -> Any:
    """Take a person off the committee."""
    committee.remove_member(member, by=mandate())
    return member


@bp.post(f"{ONE}/declare-interest")
@requires(Permission.COMMITTEE_SERVE, on=queries.competition)
@bp.arguments(schemas.InterestDeclarationIn)
@bp.response(200, schemas.CommitteeMemberOut)
def declare_interest(competition: Competition, data: dict[str, Any]) -> Any:
    """Declare for yourself whether there is a conflict of interest."""
    me = queries.member_of(competition.id, mandate().person_id)
    if me is None:
        raise missing("competition_id")
    committee.declare_interest(me, data["has_conflict"], by=mandate())
    return me


@bp.post(f"{ONE}/submit")
@requires(Permission.COMPETITION_PREPARE, on=asked.full_competition)
@bp.response(200, schemas.CompetitionOut)
def submit(competition: Competition) -> Any:
    """Send for approval."""
    preparing.submit(competition, by=mandate())
    return competition


@bp.post(f"{ONE}/return")
@requires(Permission.COMPETITION_SEND, on=queries.competition)
@bp.arguments(schemas.CompetitionReasonIn)
@bp.response(200, schemas.CompetitionOut)
def return_to_preparer(competition: Competition, data: dict[str, str]) -> Any:
    """Send back with a reason."""
    preparing.return_to_preparer(competition, data["reason"], by=mandate())
    return competition


@bp.post(f"{ONE}/drop")
@requires(Permission.COMPETITION_PREPARE, on=queries.competition)
@bp.arguments(schemas.CompetitionReasonIn)
@bp.response(200, schemas.CompetitionOut)
def drop(competition: Competition, data: dict[str, str]) -> Any:
    """Give a draft up."""
    preparing.drop(competition, data["reason"], by=mandate())
    return competition


@bp.post(f"{ONE}/send")
@requires(Permission.COMPETITION_SEND, on=asked.full_competition)
@bp.arguments(schemas.TendersDueIn)
@bp.response(200, schemas.CompetitionOut)
def send(competition: Competition, data: dict[str, Any]) -> Any:
    """Invite everybody who is admitted at this moment."""
    inviting.send(competition, data["tenders_due_at"], by=mandate())
    return competition


@bp.post(f"{ONE}/ask-time-consent")
@requires(Permission.COMPETITION_PREPARE, on=queries.competition)
@bp.arguments(schemas.TendersDueIn)
@bp.response(200, schemas.CompetitionOut)
def ask_time_consent(competition: Competition, data: dict[str, Any]) -> Any:
    """Ask every candidate to agree to a shorter time."""
    inviting.ask_time_consent(competition, data["tenders_due_at"], by=mandate())
    return competition


@bp.post(f"{ONE}/extend")
@requires(Permission.COMPETITION_PREPARE, on=asked.full_competition)
@bp.arguments(schemas.CompetitionExtendIn)
@bp.response(200, schemas.CompetitionOut)
def extend(competition: Competition, data: dict[str, Any]) -> Any:
    """More time for everybody."""
    amending.extend(competition, data["tenders_due_at"], data["reason"], by=mandate())
    return competition


@bp.post(f"{ONE}/amend")
@requires(Permission.COMPETITION_PREPARE, on=asked.full_competition)
@bp.arguments(schemas.CompetitionAmendIn)
@bp.response(200, schemas.CompetitionWithDocumentsOut)
def amend(competition: Competition, data: dict[str, Any]) -> Any:
    """Change the documents of a running competition as a new version."""
    after = schemas.documents_from(data["documents"])
    amending.amend(
        competition,
        lambda before: after,
        data["reason"],
        is_material=data["is_material"],
        new_due_at=data["tenders_due_at"],
        by=mandate(),
    )
    return _whole(competition)
