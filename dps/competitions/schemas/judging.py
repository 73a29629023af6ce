"""What machines send and get about opened tenders, their judging, the choice, and publicity."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.web.api import Exact, StrictSchema, Text, page_schema
from dps.competitions.models import (
    DocumentRequestState,
    ExclusionGround,
    ReceiptKind,
    RequestKind,
    TenderRequestState,
)


def _words(**more: Any) -> Text:
    return Text(max_length=5000, required=True, **more)


class SeenTenderOut(Schema):
    """A tender as you may see it: prices always, an answer or file that is kept back is null or nameless."""

    tender_id = fields.UUID()
    supplier_id = fields.UUID()
    supplier = fields.String()
    submitted_at = fields.AwareDateTime()
    receipt_number = fields.String()
    is_own = fields.Boolean()
    content = fields.Dict()


class SeenTendersOut(Schema):
    items = fields.List(fields.Nested(SeenTenderOut))


class CriterionPointsOut(Schema):
    criterion = fields.String()
    points = fields.Decimal(as_string=True, allow_none=True)
    score = fields.Decimal(as_string=True, allow_none=True)
    reason = fields.String()


class TenderResultOut(Schema):
    """One tender in one lot; excluded ones have no rank."""

    tender_id = fields.UUID()
    supplier = fields.String()
    price = fields.Decimal(as_string=True)
    points = fields.List(fields.Nested(CriterionPointsOut))
    comparison = fields.Decimal(as_string=True, allow_none=True)
    rank = fields.Integer(allow_none=True)
    is_chosen = fields.Boolean()
    is_low = fields.Boolean()
    exclusion_ground = fields.Enum(ExclusionGround, by_value=True, allow_none=True)
    exclusion_reason = fields.String(allow_none=True)


class LotResultOut(Schema):
    lot = fields.String()
    tenders = fields.List(fields.Nested(TenderResultOut))


class LackOut(Schema):
    """Something missing before a decision, with the rule that asks for it."""

    code = fields.String()
    rule = fields.String()
    message = fields.Function(lambda lack: str(lack.message))
    tender_id = fields.Function(lambda lack: str(lack.tender.id) if lack.tender else None)
    lot = fields.Function(lambda lack: lack.lot.code if lack.lot else None)


class ResultsOut(Schema):
    """The comparison by the published criteria; ``rounding`` says how the figures were rounded."""

    formula = fields.String()
    rounding = fields.String()
    lots = fields.List(fields.Nested(LotResultOut))


class MissingOut(Schema):
    items = fields.List(fields.Nested(LackOut))


class CheckIn(StrictSchema):
    note = Text(max_length=5000, min_length=0, load_default="")


class CheckOut(Schema):
    id = fields.UUID()
    tender_id = fields.UUID()
    note = fields.String()
    checked_at = fields.AwareDateTime()


class AskIn(StrictSchema):
    """A request to the tenderer; an explanation of a price names its lot."""

    kind = fields.Enum(RequestKind, by_value=True, required=True)
    question = _words()
    lot = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))
    due_on = fields.Date(load_default=None, allow_none=True)


class TenderRequestOut(Schema):
    """What was asked, answered and concluded."""

    id = fields.UUID()
    version = fields.Integer()
    tender_id = fields.UUID()
    kind = fields.Enum(RequestKind, by_value=True)
    state = fields.Enum(TenderRequestState, by_value=True)
    lot_id = fields.UUID(allow_none=True)
    question = fields.String()
    asked_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    answer = fields.String()
    answered_at = fields.AwareDateTime(allow_none=True)
    conclusion = fields.String()
    is_accepted = fields.Boolean(allow_none=True)


TenderRequestPage = page_schema(TenderRequestOut, "TenderRequestPage")


class AnswerRequestIn(StrictSchema):
    """An answer, with one file as base64 if needed."""

    answer = _words()
    file_name = Text(max_length=200, load_default=None, allow_none=True)
    file_base64 = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=15_000_000))


class ConcludeIn(StrictSchema):
    conclusion = _words()
    is_accepted = fields.Boolean(required=True)
    is_unlawful = fields.Boolean(load_default=False)


class ExcludeIn(StrictSchema):
    """Without a lot the whole tender is excluded."""

    ground = fields.Enum(ExclusionGround, by_value=True, required=True)
    reason = _words()
    lot = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))


class ExclusionOut(Schema):
    id = fields.UUID()
    tender_id = fields.UUID()
    lot_id = fields.UUID(allow_none=True)
    ground = fields.Enum(ExclusionGround, by_value=True)
    reason = fields.String()
    decided_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)


class ScoreIn(StrictSchema):
    points = Exact(places=2, least="0", most="999.99", required=True)
    reason = _words()


class ScoresIn(StrictSchema):
    """Points and reasons of one tender in one lot, by the criterion's code."""

    lot = fields.String(required=True, validate=validate.Length(max=80))
    scores = fields.Dict(
        keys=fields.String(validate=validate.Length(max=80)),
        values=fields.Nested(ScoreIn),
        required=True,
        validate=validate.Length(min=1, max=100),
    )


class SavedOut(Schema):
    saved = fields.Integer()


class SummaryIn(StrictSchema):
    summary = _words()


class WhyIn(StrictSchema):
    reason = _words()


class ProposedOut(Schema):
    """The decision that waits for its signature."""

    decision_id = fields.UUID()


class AwardOut(Schema):
    id = fields.UUID()
    decision_id = fields.UUID()
    lot = fields.Function(lambda award: award.lot.code)
    tender_id = fields.UUID()
    supplier = fields.Function(lambda award: award.tender.supplier.name)
    rank = fields.Integer()
    comparison = fields.Decimal(as_string=True)
    price = fields.Decimal(as_string=True)
    contract_id = fields.UUID(allow_none=True)


class AwardsOut(Schema):
    items = fields.List(fields.Nested(AwardOut))


class SecretIn(StrictSchema):
    """Whether a marked field is a business secret: ``answer:LOT:CRITERION`` or ``file:ID``."""

    field = Text(max_length=200, required=True)
    is_secret = fields.Boolean(required=True)
    reason = _words()


class SecretOut(Schema):
    id = fields.UUID()
    tender_id = fields.UUID()
    field = fields.String()
    is_secret = fields.Boolean()
    reason = fields.String()


class DocumentRequestIn(StrictSchema):
    """A request for documents; staff who write one down give the asker's address."""

    competition_id = fields.UUID(required=True)
    text = _words()
    email = fields.Email(load_default=None, allow_none=True)


class DocumentRequestOut(Schema):
    id = fields.UUID()
    version = fields.Integer()
    competition_id = fields.UUID()
    supplier_id = fields.UUID(allow_none=True)
    state = fields.Enum(DocumentRequestState, by_value=True)
    text = fields.String()
    asked_at = fields.AwareDateTime()
    reason = fields.String()
    answered_at = fields.AwareDateTime(allow_none=True)
    decision = fields.String()


DocumentRequestPage = page_schema(DocumentRequestOut, "DocumentRequestPage")


class DocumentDecisionIn(StrictSchema):
    decision = _words()
    gives = fields.Boolean(required=True)


class ReceiptRowOut(Schema):
    """A row of the register: arrival, integrity, origin (R88)."""

    number = fields.String()
    kind = fields.Enum(ReceiptKind, by_value=True)
    at = fields.AwareDateTime()
    content_sha256 = fields.String()
    supplier_id = fields.Function(lambda row: str(row.tender.supplier_id) if row.tender.supplier_id else None)


class RegisterOut(Schema):
    items = fields.List(fields.Nested(ReceiptRowOut))


class ReportItemOut(Schema):
    number = fields.Integer()
    title = fields.String()
    paragraphs = fields.List(fields.String())


class ReportOut(Schema):
    """The eleven items of section 124 of the Procurement Act (R82)."""

    items = fields.List(fields.Nested(ReportItemOut))
