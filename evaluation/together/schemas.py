"""What machines send and get of following together."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Exact, StrictSchema, Text, page_schema
from evaluation.reports.schemas import PictureSchema
from evaluation.together.models import ReviewState


class FollowingQuery(StrictSchema):
    """Which year, and whose figures."""

    year = fields.Integer(validate=validate.Range(2000, 2200), metadata={"description": "Else the present year"})
    party = fields.String(metadata={"description": "The key of a party; else all together"})
    category_id = fields.UUID(metadata={"description": "The joint category whose providers are compared"})


class JointResultsOut(StrictSchema):
    """What can be told of the joint procurements of an agreement."""

    agreement_id = fields.UUID(metadata={"description": "The agreement"})
    year = fields.Integer(metadata={"description": "The calendar year"})
    pictures = fields.List(fields.Nested(PictureSchema), metadata={"description": "What there is enough data for"})


class SumOut(StrictSchema):
    """Services that began in a year."""

    customers = fields.Integer()
    orders = fields.Integer()
    euros = fields.Decimal(places=2, as_string=True)


class KindOut(StrictSchema):
    """A kind of service that is also bought together; what the others do is null where too few stand behind it."""

    service_type = fields.String(attribute="name")
    own_joint = fields.Nested(SumOut)
    own_alone = fields.Nested(SumOut)
    others_joint = fields.Nested(SumOut, allow_none=True)
    others_alone = fields.Nested(SumOut, allow_none=True)


class AloneOut(StrictSchema):
    """What one buys alone and together, kind by kind."""

    agreement_id = fields.UUID()
    year = fields.Integer()
    kinds = fields.List(fields.Nested(KindOut))


class ResourcingLineSchema(StrictSchema):
    """How many person-years of a party on a task, as a yearly rate."""

    party_key = fields.String(required=True)
    task_code = fields.String(required=True)
    person_years = Exact(places=2, least="0.00", most="9999.99", required=True)


class ResourcingIn(StrictSchema):
    """A half-year of one's own parties."""

    year = fields.Integer(required=True, validate=validate.Range(2000, 2200))
    half = fields.Integer(required=True, validate=validate.Range(1, 2))
    lines = fields.List(fields.Nested(ResourcingLineSchema), required=True, validate=validate.Length(min=1, max=400))
    reason = Text(
        min_length=0,
        max_length=2000,
        load_default="",
        metadata={"description": "Needed when it corrects what was reported before"},
    )


class ResourcingOut(Schema):
    """What an authority has reported of a half-year; ``replaced_at`` where a correction followed."""

    id = fields.UUID()
    agreement_id = fields.UUID()
    authority_id = fields.UUID()
    period_on = fields.Date()
    revision = fields.Integer()
    reason = fields.String()
    reported_at = fields.AwareDateTime()
    replaced_at = fields.AwareDateTime(allow_none=True)
    lines = fields.List(fields.Nested(ResourcingLineSchema))


ResourcingPage = page_schema(ResourcingOut, "ResourcingPage")


class ReviewCommentOut(Schema):
    """What an authority says to a review."""

    id = fields.UUID()
    authority_id = fields.UUID()
    text = fields.String()
    written_at = fields.AwareDateTime()


class ReviewOut(Schema):
    """A yearly review: its figures as they stood, the proposed shares, what the parties say."""

    id = fields.UUID()
    agreement_id = fields.UUID()
    year = fields.Integer()
    number = fields.Integer()
    state = fields.Enum(ReviewState, by_value=True)
    figures = fields.Dict()
    words = fields.String()
    made_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)
    taken_version_id = fields.UUID(allow_none=True)
    comments = fields.List(fields.Nested(ReviewCommentOut))
    documents = fields.List(fields.String(), attribute="made_in")


ReviewPage = page_schema(ReviewOut, "JointReviewPage")


class ReviewIn(StrictSchema):
    """Which year is to be reviewed."""

    agreement_id = fields.UUID(required=True)
    year = fields.Integer(required=True, validate=validate.Range(2000, 2200))
    words = Text(min_length=0, max_length=10_000, load_default="")


class ReviewCommentIn(StrictSchema):
    """What one's authority thinks."""

    text = Text(required=True, max_length=4000)


class ReviewFinishIn(StrictSchema):
    """The last words of the writer."""

    words = Text(min_length=0, max_length=10_000, load_default="")
