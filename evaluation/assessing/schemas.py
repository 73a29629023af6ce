"""What machines send and get of self-assessments."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.i18n import CUSTOMER_LANGUAGES
from core.web.api import StrictSchema, Text
from evaluation.assessing.models import Area
from evaluation.assessing.service import Answers
from evaluation.collecting.models import FeedbackPoint
from orders.meeting.models import ConsentWay


class AreaIn(StrictSchema):
    """One area: a grade from 1 to 5, words if one likes."""

    area = fields.Enum(Area, by_value=True, required=True)
    grade = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    words = Text(load_default="", min_length=0, max_length=1000)


class _AnswersIn(StrictSchema):
    areas = fields.List(fields.Nested(AreaIn), required=True, validate=validate.Length(1, len(Area)))
    language = fields.String(load_default="fi", validate=validate.OneOf(list(CUSTOMER_LANGUAGES)))


class AssessIn(_AnswersIn):
    """A customer's self-assessment; the token of the link is the credential."""

    token = Text(required=True, max_length=100)


class AssessTogetherIn(_AnswersIn):
    """A self-assessment given together with the expert."""

    point = fields.Enum(FeedbackPoint, by_value=True, required=True)


def answers_in(data: dict[str, Any]) -> Answers:
    """The answers as the verbs take them."""
    return Answers(
        {each["area"]: each["grade"] for each in data["areas"]},
        {each["area"]: each["words"] for each in data["areas"] if each["words"]},
    )


class AssessmentLinkIn(StrictSchema):
    """For which point the link is."""

    point = fields.Enum(FeedbackPoint, by_value=True, required=True)


class AssessmentLink(Schema):
    """A customer's link, told once."""

    url = fields.String()


class AssessmentTaken(Schema):
    """That the self-assessment was taken, and when."""

    point = fields.Enum(FeedbackPoint, by_value=True)
    given_at = fields.AwareDateTime()


class AreaOut(Schema):
    """One area as answered."""

    area = fields.String()
    grade = fields.Integer(allow_none=True)
    words = fields.String()


class AssessmentOut(Schema):
    """A self-assessment for the expert: all seven areas."""

    point = fields.String()
    given_at = fields.AwareDateTime()
    areas = fields.List(fields.Nested(AreaOut))


class Assessments(Schema):
    items = fields.List(fields.Nested(AssessmentOut))


class OpenAreaOut(Schema):
    """One of the six open areas, its grade only."""

    area = fields.String()
    grade = fields.Integer()


class OpenAssessmentOut(Schema):
    """A self-assessment for the provider: six areas, no words, never health."""

    point = fields.String()
    areas = fields.List(fields.Nested(OpenAreaOut))


class OpenAssessments(Schema):
    items = fields.List(fields.Nested(OpenAssessmentOut))


class AssessmentConsentIn(StrictSchema):
    """The customer's written consent that the provider sees the six open areas."""

    given_on = fields.Date(required=True)
    way = fields.Enum(ConsentWay, by_value=True, required=True)
    document_reference = Text(required=True, max_length=100)


class AssessmentConsentOut(Schema):
    """A recorded consent."""

    id = fields.UUID()
    given_on = fields.Date()
    recorded_at = fields.AwareDateTime()
