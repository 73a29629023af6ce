"""What machines send and get of feedback."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.i18n import CUSTOMER_LANGUAGES
from core.web.api import StrictSchema, Text, page_schema
from evaluation.collecting.models import EnoughHelp, FeedbackPoint, HoldReason


class FeedbackCountOut(Schema):
    """How many were asked and answered, in tens rounded down; null below the small-number gate (R119)."""

    category_id = fields.UUID()
    asked = fields.Integer(allow_none=True)
    answered = fields.Integer(allow_none=True)


class FeedbackCounts(Schema):
    items = fields.List(fields.Nested(FeedbackCountOut))


class _AnswerIn(StrictSchema):
    recommendation = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10))
    enough_help = fields.Enum(EnoughHelp, by_value=True, required=True)
    comment = Text(load_default="", min_length=0, max_length=2000)
    language = fields.String(load_default="fi", validate=validate.OneOf(list(CUSTOMER_LANGUAGES)))


class FeedbackIn(_AnswerIn):
    """A customer's answer; the token of the link is the credential."""

    token = Text(required=True, max_length=100)
    expert_may_read = fields.Boolean(load_default=False)


class FeedbackTaken(Schema):
    """That the answer was taken, and when; never the answer itself."""

    given_at = fields.AwareDateTime()


class KioskIn(_AnswerIn):
    """An answer of a service point; its id makes a repeated sending count once."""

    token = Text(required=True, max_length=100)
    id = fields.UUID(required=True)
    answered_at = fields.AwareDateTime(required=True)


class KioskTaken(Schema):
    """That the answer was taken, and for which week."""

    id = fields.UUID(attribute="sent_id")
    week_on = fields.Date()


class FeedbackLinkIn(StrictSchema):
    """For which point the link is."""

    point = fields.Enum(FeedbackPoint, by_value=True, load_default=FeedbackPoint.END)


class FeedbackLink(Schema):
    """A customer's link, told once."""

    url = fields.String()


class ExpertFeedbackIn(StrictSchema):
    """Three grades from 1 to 5 on agreed anchors."""

    fit = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    cooperation = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    report = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    has_conflict = fields.Boolean(load_default=False)


class ExpertFeedbackOut(Schema):
    """An expert's grades."""

    order_id = fields.UUID()
    fit = fields.Integer()
    cooperation = fields.Integer()
    report = fields.Integer()
    has_conflict = fields.Boolean()
    given_at = fields.AwareDateTime()


class ProviderFeedbackIn(StrictSchema):
    """Three grades of the authority from 1 to 5, and words."""

    as_described = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    information = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    answered = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    words = Text(load_default="", min_length=0, max_length=2000)


class ProviderFeedbackOut(Schema):
    """A provider's grades."""

    order_id = fields.UUID()
    as_described = fields.Integer()
    information = fields.Integer()
    answered = fields.Integer()
    given_at = fields.AwareDateTime()


class PointsIn(StrictSchema):
    """At which points a category asks."""

    points = fields.List(fields.Enum(FeedbackPoint, by_value=True), required=True)


class PointsOut(Schema):
    """At which points a category asks."""

    category_id = fields.UUID()
    points = fields.List(fields.String())


class ServicePointIn(StrictSchema):
    """A new service point."""

    name = Text(required=True, max_length=100)
    address = Text(required=True, max_length=200)


class ServicePointOut(Schema):
    """A service point; its token is told when it is made and never again."""

    id = fields.UUID()
    name = fields.String()
    address = fields.String()
    is_active = fields.Boolean()
    made_at = fields.AwareDateTime()


class DeviceOut(Schema):
    """A service point with the address of its tablet, told once."""

    id = fields.UUID()
    url = fields.String()


class AlertOut(Schema):
    """A customer who is not satisfied, by their order."""

    id = fields.UUID()
    order_id = fields.UUID()
    raised_at = fields.AwareDateTime()
    handled_at = fields.AwareDateTime(allow_none=True)


class AlertNoteIn(StrictSchema):
    """What was done."""

    note = Text(required=True, max_length=2000)


class FoundOut(Schema):
    """A part of the words that may tell who somebody is."""

    kind = fields.String()
    text = fields.String()


class WordsOut(Schema):
    """A customer's words, for the official who checks them."""

    id = fields.UUID()
    words = fields.String()
    findings = fields.List(fields.Nested(FoundOut))


class WordsList(Schema):
    items = fields.List(fields.Nested(WordsOut))


class ReleaseWordsIn(StrictSchema):
    """Which parts are blacked out."""

    black_out = fields.List(fields.String(validate=validate.Length(1, 500)), load_default=list)


class HoldWordsIn(StrictSchema):
    """Why the words are held back."""

    reason = fields.Enum(HoldReason, by_value=True, required=True)


class WordsChecked(Schema):
    """What was decided of the words."""

    id = fields.UUID()
    state = fields.String(attribute="words_state")
    checked_at = fields.AwareDateTime()


class EstimateOut(Schema):
    """A value with its 95 % interval."""

    value = fields.Float()
    low = fields.Float()
    high = fields.Float()


class FiguresOut(Schema):
    """The figures of answers; null below the small-number gates (R119)."""

    answers = fields.Integer(allow_none=True)
    nps = fields.Nested(EstimateOut, allow_none=True)
    mean = fields.Nested(EstimateOut, allow_none=True)
    help = fields.Dict(keys=fields.String(), values=fields.Nested(EstimateOut, allow_none=True))
    response_rate = fields.Float(allow_none=True)
    response_is_weak = fields.Boolean()


class CategoryTotalsOut(FiguresOut):
    """The figures of a category as released on a day; words in no order, without language, date or order."""

    category_id = fields.UUID()
    as_of = fields.Date()
    words = fields.List(fields.String())


class OwnTotals(Schema):
    items = fields.List(fields.Nested(CategoryTotalsOut))


class PointWeekOut(FiguresOut):
    """The figures of a service point in a week."""

    service_point_id = fields.UUID()
    week_on = fields.Date()


class ProviderGradesOut(Schema):
    """Means of what providers say of the authority."""

    category_id = fields.UUID()
    answers = fields.Integer()
    as_described = fields.Nested(EstimateOut)
    information = fields.Nested(EstimateOut)
    answered = fields.Nested(EstimateOut)
    words = fields.List(fields.String())


class AuthorityTotals(Schema):
    """Totals of an authority: by category, by service point and week, and what providers say."""

    categories = fields.List(fields.Nested(CategoryTotalsOut))
    weeks = fields.List(fields.Nested(PointWeekOut))
    providers = fields.List(fields.Nested(ProviderGradesOut))


ServicePointPage = page_schema(ServicePointOut, "ServicePointPage")
AlertPage = page_schema(AlertOut, "FeedbackAlertPage")
