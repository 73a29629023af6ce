"""What machines send and get about competitions, their questions, consents and outages."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.web.api import Exact, Money, StrictSchema, Text, page_schema
from dps.competitions.documents import (
    CompetitionDetails,
    CriterionDetails,
    Documents,
    LineDetails,
    LotDetails,
)
from dps.competitions.eligibility import Standing
from dps.competitions.models import (
    Competition,
    CompetitionQuestionState,
    CompetitionState,
    InvitationBasis,
    PriceFormula,
    TieRule,
)
from dps.competitions.obstacles import MOST_CRITERIA, MOST_LINES, MOST_LOTS
from dps.systems.models import CriterionKind, CriterionSubject, PriceUnit
from dps.systems.schemas import enum

_CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _name() -> Text:
    return Text(required=True, max_length=200)


def _quantity() -> Exact:
    return Exact(places=2, least="0.01", most="99999999.99", required=True)


def _more() -> Text:
    return Text(load_default="", min_length=0, max_length=5000)


def _code() -> fields.String:
    return fields.String(
        required=True, validate=[validate.Length(max=60), validate.Regexp(_CODE)], metadata={"pattern": _CODE}
    )


class PriceLineIn(StrictSchema):
    """A row of a price table."""

    code = _code()
    name_fi = _name()
    name_sv = _name()
    name_en = _name()
    unit = enum(PriceUnit, required=True)
    quantity = _quantity()
    module_code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    ceiling = Money(least="0.01", load_default=None, allow_none=True)
    fixed_price = Money(least="0.01", load_default=None, allow_none=True)


class CompetitionLotIn(StrictSchema):
    """A lot with its price table."""

    code = _code()
    name_fi = _name()
    name_sv = _name()
    name_en = _name()
    maximum_quantity = _quantity()
    lines = fields.List(fields.Nested(PriceLineIn), required=True, validate=validate.Length(max=MOST_LINES))


class CompetitionCriterionIn(StrictSchema):
    """A published criterion, or a more precise part of one (R41)."""

    code = _code()
    parent = fields.String(required=True, validate=validate.Length(max=60))
    concerns = enum(CriterionSubject)
    text_fi = Text(required=True, max_length=5000)
    text_sv = Text(required=True, max_length=5000)
    text_en = _more()
    scale_fi = _more()
    scale_sv = _more()
    scale_en = _more()
    weight = Exact(places=2, least="0.01", most="100", required=True)
    minimum = Exact(places=2, least="0", most="100", load_default=None, allow_none=True)


class CompetitionDetailsIn(StrictSchema):
    """The facts; what is left out has the value of a new competition."""

    name_fi = _name()
    name_sv = _name()
    name_en = _name()
    description_fi = Text(required=True, max_length=5000)
    description_sv = Text(required=True, max_length=5000)
    description_en = _more()
    places = fields.List(Text(max_length=200), required=True, validate=validate.Length(min=1, max=200))
    customers = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1_000_000))
    groups = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 100_000))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    option_days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 9999)), validate=validate.Length(max=10)
    )
    terms_version = Text(required=True, max_length=40)
    terms_fi = Text(required=True, max_length=50_000)
    terms_sv = Text(required=True, max_length=50_000)
    terms_en = Text(load_default="", min_length=0, max_length=50_000)
    winners = fields.Integer(strict=True, validate=validate.Range(1, 100))
    price_formula = enum(PriceFormula)
    linear_zero_at = Exact(places=2, least="1.01", most="100")
    price_only_reason = Text(min_length=0, max_length=5000)
    scale_max = fields.Integer(strict=True, validate=validate.Range(1, 100))
    tie_rule = enum(TieRule)
    low_price_percent = fields.Integer(strict=True, validate=validate.Range(1, 99))
    invites_later_admitted = fields.Boolean()
    unconfirmed_lapses = fields.Boolean()
    skips_standstill = fields.Boolean()
    has_committee_keys = fields.Boolean()
    questions_until = fields.AwareDateTime(load_default=None, allow_none=True)


class CompetitionDocumentsIn(StrictSchema):
    """Everything that the invited read."""

    details = fields.Nested(CompetitionDetailsIn, required=True)
    lots = fields.List(fields.Nested(CompetitionLotIn), required=True, validate=validate.Length(max=MOST_LOTS))
    criteria = fields.List(
        fields.Nested(CompetitionCriterionIn), required=True, validate=validate.Length(max=MOST_CRITERIA)
    )


def documents_from(data: dict[str, Any]) -> Documents:
    """The documents of a checked body."""
    return Documents(
        CompetitionDetails(**data["details"]),
        tuple(
            LotDetails(**{**lot, "lines": tuple(LineDetails(**line) for line in lot["lines"])}) for lot in data["lots"]
        ),
        # The verb takes the kind of the published parent.
        tuple(CriterionDetails(**each, kind=CriterionKind.QUALITY) for each in data["criteria"]),
    )


class CompetitionOut(Schema):
    """A competition; ``documents`` only where one is asked for."""

    id = fields.UUID()
    version = fields.Integer()
    category_id = fields.UUID()
    state = enum(CompetitionState)
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    planned_due_at = fields.AwareDateTime(allow_none=True)
    questions_until = fields.AwareDateTime(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    tenders_due_at = fields.AwareDateTime(allow_none=True)
    documents_number = fields.Integer()
    material_number = fields.Integer()
    opened_at = fields.AwareDateTime(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    cancelled_at = fields.AwareDateTime(allow_none=True)


class CompetitionWithDocumentsOut(CompetitionOut):
    documents = fields.Dict()


class CompetitionBeginIn(StrictSchema):
    """The category everything is copied from."""

    category_id = fields.UUID(required=True)


class TendersDueIn(StrictSchema):
    """The end of the time for tenders."""

    tenders_due_at = fields.AwareDateTime(required=True)


class CompetitionReasonIn(StrictSchema):
    reason = Text(required=True)


class CompetitionExtendIn(TendersDueIn):
    reason = Text(required=True)


class CompetitionAmendIn(StrictSchema):
    """The whole documents after the change, and why."""

    documents = fields.Nested(CompetitionDocumentsIn, required=True)
    reason = Text(required=True)
    is_material = fields.Boolean(required=True)
    tenders_due_at = fields.AwareDateTime(load_default=None, allow_none=True)


class CommitteeMemberIn(StrictSchema):
    person_id = fields.UUID(required=True)
    opens = fields.Boolean(required=True)
    evaluates = fields.Boolean(required=True)


class CommitteeMemberOut(Schema):
    id = fields.UUID()
    person_id = fields.UUID()
    opens = fields.Boolean()
    evaluates = fields.Boolean()
    has_conflict = fields.Boolean(allow_none=True)
    declared_at = fields.AwareDateTime(allow_none=True)
    removed_at = fields.AwareDateTime(allow_none=True)


class InterestDeclarationIn(StrictSchema):
    has_conflict = fields.Boolean(required=True)


class CompetitionObstacleOut(Schema):
    """What a rule forbids, and what to do."""

    rule = fields.String()
    field = fields.String()
    message = fields.String()
    next_step = fields.String()


class CompetitionCheckOut(Schema):
    """Everything that keeps a competition from being sent, and the earliest end of the time if it is sent now (R37)."""

    obstacles = fields.List(fields.Nested(CompetitionObstacleOut))
    earliest_due_at = fields.AwareDateTime()


class EligibilityOut(Schema):
    """Where the asking supplier stands, for machines and people."""

    code = enum(Standing)
    may_tender = fields.Boolean()
    message = fields.String()
    next_step = fields.String()


class CompetitionInvitationOut(Schema):
    id = fields.UUID()
    supplier_id = fields.UUID()
    qualification_id = fields.UUID()
    basis = enum(InvitationBasis)
    invited_at = fields.AwareDateTime()
    documents_number = fields.Integer()


class DocumentsVersionOut(Schema):
    """A version of the documents; the first is as sent."""

    number = fields.Integer()
    content = fields.Dict()
    published_at = fields.AwareDateTime()
    reason = fields.String()
    is_material = fields.Boolean()
    tenders_due_at = fields.AwareDateTime()


class CompetitionQuestionOut(Schema):
    """A question without the one who asked."""

    id = fields.UUID()
    version = fields.Integer()
    competition_id = fields.UUID()
    state = enum(CompetitionQuestionState)
    text = fields.String()
    asked_at = fields.AwareDateTime()
    answer_fi = fields.String()
    answer_sv = fields.String()
    answer_en = fields.String()
    answered_at = fields.AwareDateTime(allow_none=True)


class CompetitionQuestionIn(StrictSchema):
    competition_id = fields.UUID(required=True)
    text = Text(required=True, max_length=3000)


class CompetitionAnswerIn(StrictSchema):
    """An answer in both national languages; late, with a later end of the time or a reason (R47)."""

    text_fi = Text(required=True, max_length=5000)
    text_sv = Text(required=True, max_length=5000)
    text_en = _more()
    tenders_due_at = fields.AwareDateTime(load_default=None, allow_none=True)
    late_reason = Text(load_default="", min_length=0, max_length=2000)


class TimeConsentOut(Schema):
    """A candidate's answer to a shorter time."""

    id = fields.UUID()
    version = fields.Integer()
    competition_id = fields.UUID()
    supplier_id = fields.UUID()
    due_at = fields.AwareDateTime()
    asked_at = fields.AwareDateTime()
    answered_at = fields.AwareDateTime(allow_none=True)
    agrees = fields.Boolean(allow_none=True)


class TimeConsentIn(StrictSchema):
    agrees = fields.Boolean(required=True)


class OutageIn(StrictSchema):
    started_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True)
    description = Text(required=True)


class OutageOut(Schema):
    id = fields.UUID()
    started_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime()
    description = fields.String()
    registered_at = fields.AwareDateTime()


CompetitionPage = page_schema(CompetitionOut, "CompetitionPage")
QuestionPage = page_schema(CompetitionQuestionOut, "CompetitionQuestionPage")
ConsentPage = page_schema(TimeConsentOut, "TimeConsentPage")
InvitationPage = page_schema(CompetitionInvitationOut, "CompetitionInvitationPage")


def with_documents(competition: Competition, content: dict[str, Any]) -> dict[str, Any]:
    """What ``CompetitionWithDocumentsOut`` shows."""
    return {**{name: getattr(competition, name) for name in CompetitionOut._declared_fields}, "documents": content}
