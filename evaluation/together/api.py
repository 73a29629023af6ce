"""Following together as JSON: results, resourcing, what each does alone, yearly reviews."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core import clock, policy
from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.systems.models import ServiceType
from evaluation.reports.api import picture_of
from evaluation.together import followed as following
from evaluation.together import pictures, queries, rules, service
from evaluation.together.followed import Followed
from evaluation.together.models import JointReview, ResourcingReport
from evaluation.together.pictures import View
from evaluation.together.policy import Permission
from evaluation.together.schemas import (
    AloneOut,
    FollowingQuery,
    JointResultsOut,
    ResourcingIn,
    ResourcingOut,
    ResourcingPage,
    ReviewCommentIn,
    ReviewFinishIn,
    ReviewIn,
    ReviewOut,
    ReviewPage,
)

results = api_blueprint("joint-results", __name__, "Use and results of what authorities buy together")
reviews = api_blueprint("joint-reviews", __name__, "Yearly reviews of cooperation agreements")

BLUEPRINTS = (results, reviews)


def _year(query: dict[str, Any]) -> int:
    return int(query.get("year") or clock.helsinki_date(clock.now()).year)


@results.get("/cooperation-agreements/<uuid:agreement_id>/results")
@requires(Permission.FOLLOWING_READ, on=following.of_agreement)
@results.arguments(FollowingQuery, location="query")
@results.response(200, JointResultsOut)
def joint_results(found: Followed, query: dict[str, Any]) -> Any:
    """The tables of the pictures, for all parties together or one; what is too few to tell is null (R119)."""
    actor, categories = mandate(), found.categories
    assert actor.authority_id is not None
    asked = query.get("category_id")
    category = next((each for each in categories if asked in (None, each.id)), None)
    party = query.get("party")
    known = {each.key for each in found.parties}
    view = View(found, actor.authority_id, _year(query), party if party in known else None, category)
    drawn = [build(view) for build in pictures.OF_PAGE.values()]
    return {
        "agreement_id": found.id,
        "year": view.year,
        "pictures": [picture_of(each) for each in drawn if each is not None],
    }


@results.get("/cooperation-agreements/<uuid:agreement_id>/alone")
@requires(Permission.FOLLOWING_READ, on=following.of_agreement)
@results.arguments(FollowingQuery(only=("year",)), location="query")
@results.response(200, AloneOut)
def bought_alone(found: Followed, query: dict[str, Any]) -> Any:
    """What one's authority buys alone and together, kind by kind, beside the sums of the others."""
    year = _year(query)
    titles = {kind: kind.value for kind in ServiceType}
    kinds = pictures.kinds(found, mandate().organisation_id, year, titles)
    return {"agreement_id": found.id, "year": year, "kinds": kinds}


@results.get("/cooperation-agreements/<uuid:agreement_id>/resourcing")
@requires(Permission.FOLLOWING_READ, on=following.of_agreement)
@results.arguments(PageQuery, location="query")
@results.response(200, ResourcingPage)
def list_resourcing(found: Followed, query: dict[str, Any]) -> Any:
    """The person-years that the authorities have reported, corrections and what they corrected."""
    return page(queries.reports_of(found.id), ResourcingReport, cursor=query.get("cursor"), limit=query["limit"])


@results.post("/cooperation-agreements/<uuid:agreement_id>/report-resourcing")
@requires(Permission.RESOURCING_REPORT, on=following.of_agreement)
@results.arguments(ResourcingIn)
@results.response(201, ResourcingOut)
def report_resourcing(found: Followed, data: dict[str, Any]) -> Any:
    """Report the person-years of one's own parties in a half-year, or correct them."""
    years = {(line["party_key"], line["task_code"]): line["person_years"] for line in data["lines"]}
    period_on = rules.first_day(data["year"], data["half"])
    return service.report_resourcing(found, period_on, years, data["reason"], by=mandate())


@reviews.get("/joint-reviews")
@requires(Permission.FOLLOWING_LIST)
@reviews.arguments(PageQuery, location="query")
@reviews.response(200, ReviewPage)
def list_reviews(query: dict[str, Any]) -> Any:
    """The yearly reviews of the agreements one's authority is a party of."""
    rows = select(JointReview).where(JointReview.version_id.in_(queries.versions_with(mandate().authority_id)))
    return page(rows, JointReview, cursor=query.get("cursor"), limit=query["limit"])


@reviews.post("/joint-reviews")
@requires(Permission.FOLLOWING_LIST)
@reviews.arguments(ReviewIn)
@reviews.response(201, ReviewOut)
def make_review(data: dict[str, Any]) -> Any:
    """Make the review of a year from the data, in the name of the authority that keeps the agreement."""
    found = following.of_agreement(data["agreement_id"])
    if found is None:
        raise NotFound(
            _l("There is no such page or record."),
            rule="not-found",
            field="agreement_id",
            next_step=_l("Check the id."),
        )
    policy.check(mandate(), Permission.REVIEW_MAKE, found)
    return service.make(found, data["year"], data["words"], by=mandate())


@reviews.get("/joint-reviews/<uuid:review_id>")
@requires(Permission.REVIEW_READ, on=queries.review)
@reviews.response(200, ReviewOut)
def get_review(review: JointReview) -> Any:
    """One review."""
    return review


@reviews.post("/joint-reviews/<uuid:review_id>/comment")
@requires(Permission.REVIEW_COMMENT, on=queries.review)
@reviews.arguments(ReviewCommentIn)
@reviews.response(200, ReviewOut)
def comment(review: JointReview, data: dict[str, Any]) -> Any:
    """Say what one's authority thinks of it."""
    service.comment(review, data["text"], by=mandate())
    return review


@reviews.post("/joint-reviews/<uuid:review_id>/finish")
@requires(Permission.REVIEW_MAKE, on=queries.review)
@reviews.arguments(ReviewFinishIn)
@reviews.response(200, ReviewOut)
def finish(review: JointReview, data: dict[str, Any]) -> Any:
    """Close the comments and have the document made."""
    service.finish(review, data["words"], by=mandate())
    return review


@reviews.post("/joint-reviews/<uuid:review_id>/take")
@requires(Permission.REVIEW_MAKE, on=queries.review)
@reviews.response(200, ReviewOut)
def take(review: JointReview) -> Any:
    """Put the proposed shares into a new draft of the agreement."""
    service.take(review, by=mandate())
    return review
