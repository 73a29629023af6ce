"""What machines get about frame contracts."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from core.web.api import Exact, Money, StrictSchema, Text, page_schema
from dps.contracts import rules
from dps.contracts.models import (
    LIABILITY_KINDS,
    ContractChangeKind,
    ContractChangeState,
    ContractState,
    WinnerEvidence,
)
from dps.systems.production import Production
from suppliers.models import DocumentKind


class OptionSchema(Schema):
    """A right to extend the contract."""

    number = fields.Integer()
    days = fields.Integer()
    used_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String(allow_none=True)


class Percent(Exact):
    """A change in percent as a string with at most two decimals, down with a minus sign: ``"-1.20"``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=2, least="-50.00", most="50.00", **kwargs)
        self.metadata = {**self.metadata, "pattern": r"^-?\d{1,2}(\.\d{1,2})?$"}


class AdjustmentSchema(Schema):
    """A change of the highest prices from a day on."""

    from_on = fields.Date()
    percent = Percent()
    index_name = fields.String()
    clause = fields.String()
    reason = fields.String()
    decided_at = fields.AwareDateTime()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


class ContractSchema(Schema):
    """A frame contract as stored."""

    id = fields.UUID()
    version = fields.Integer()
    #: The admission it follows, or the agreement on own or partners' production.
    qualification_id = fields.UUID(allow_none=True)
    production_agreement_id = fields.UUID(allow_none=True)
    production = fields.Enum(Production, by_value=True)
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    state = fields.Enum(ContractState, by_value=True)
    terms_version = fields.String()
    terms = fields.Dict()
    price_list = fields.Dict()
    data_processing_version = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    content_sha256 = fields.String()
    offered_at = fields.AwareDateTime()
    supplier_signed_at = fields.AwareDateTime(allow_none=True)
    authority_signed_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    paused_at = fields.AwareDateTime(allow_none=True)
    liability_exemption = fields.String(allow_none=True)
    original_value = Money(allow_none=True)
    award_decision_id = fields.UUID(allow_none=True)
    lot = fields.String(allow_none=True)
    lot_name = fields.Dict(allow_none=True)
    rank = fields.Integer(allow_none=True)
    maximum_quantity = Money(allow_none=True)
    ordered_quantity = Money()
    quantity_left = Money(allow_none=True)
    maximum_value = Money(allow_none=True)
    #: The first day on which the authority may sign (R74), and until when the case is kept at least (R83).
    signable_from = fields.Function(lambda contract: _day(rules.signable_from(contract)))
    keep_until = fields.Function(lambda contract: _day(rules.keep_until(contract)))
    options = fields.List(fields.Nested(OptionSchema))
    adjustments = fields.List(fields.Nested(AdjustmentSchema))


class LiabilityDocumentIn(StrictSchema):
    """A document that was looked at, with its day of issue."""

    kind = fields.Enum(DocumentKind, by_value=True, required=True, validate=validate.OneOf(LIABILITY_KINDS))
    issued_on = fields.Date(required=True)


class LiabilityIn(StrictSchema):
    """The documents that were looked at."""

    documents = fields.List(fields.Nested(LiabilityDocumentIn), required=True, validate=validate.Length(1, 20))


class WinnerFindingIn(StrictSchema):
    """What was looked at of the winner's evidence, and its day of issue."""

    evidence = fields.Enum(WinnerEvidence, by_value=True, required=True)
    issued_on = fields.Date(required=True)
    note = Text(required=True, max_length=500)


class WinnerCheckIn(StrictSchema):
    """The evidence that was looked at."""

    checks = fields.List(fields.Nested(WinnerFindingIn), required=True, validate=validate.Length(1, 2))


class UndertakingSchema(Schema):
    """A promise of secrecy."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    authority_id = fields.UUID()
    text_version = fields.String()
    given_on = fields.Date()
    ended_on = fields.Date(allow_none=True)


ContractPage = page_schema(ContractSchema, "ContractPage")


class OptionsIn(StrictSchema):
    """When the contract ends at first, and the days of each option."""

    ends_on = fields.Date(required=True)
    days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 3660)), required=True, validate=validate.Length(0, 3)
    )


class AdjustmentIn(StrictSchema):
    """A change of the highest prices under a review clause."""

    from_on = fields.Date(required=True)
    percent = Percent(required=True)
    index_name = Text(required=True, max_length=200)
    clause = Text(required=True)
    reason = Text(required=True)


class ContractChangeSchema(Schema):
    """A change of a contract."""

    id = fields.UUID()
    version = fields.Integer()
    contract_id = fields.UUID()
    number = fields.Integer()
    kind = fields.Enum(ContractChangeKind, by_value=True)
    state = fields.Enum(ContractChangeState, by_value=True)
    description = fields.String()
    reason = fields.String()
    clause = fields.String()
    value = Money()
    total = Money()
    prepared_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class ContractChangeIn(StrictSchema):
    """A change to be prepared; the original value goes with the first one."""

    kind = fields.Enum(ContractChangeKind, by_value=True, required=True)
    description = Text(required=True)
    reason = Text(required=True)
    value = Money(required=True)
    clause = Text(load_default="", min_length=0)
    original_value = Money(load_default=None, allow_none=True, least="0.01")


ContractChangePage = page_schema(ContractChangeSchema, "ContractChangePage")
