"""What machines send and get of the money of orders."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Money, StrictSchema, Text, page_schema
from orders.models import PartKind
from orders.money.kinds import ResultKind


class LineIn(StrictSchema):
    """What is to be paid of one part of the price."""

    kind = fields.Enum(PartKind, by_value=True, required=True)
    code = Text(max_length=100, min_length=0, load_default="")
    amount = Money(required=True)
    text = Text(max_length=500, min_length=0, load_default="")


class LineOut(Schema):
    """A delivered part of an order."""

    id = fields.UUID()
    order_id = fields.UUID()
    order_reference = fields.String(attribute="order.reference")
    delivery_id = fields.UUID(allow_none=True)
    kind = fields.String()
    code = fields.String()
    text = fields.String()
    amount = Money()
    vat_rate = fields.Decimal(attribute="order.vat_rate", as_string=True)
    state = fields.String()
    reported_at = fields.DateTime()
    answered_at = fields.DateTime(allow_none=True)
    return_reason = fields.String(allow_none=True)
    batch_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class ReasonIn(StrictSchema):
    reason = Text(required=True, max_length=2000)


class LineAmountIn(StrictSchema):
    line_id = fields.UUID(required=True)
    amount = Money(required=True)


class DisputeIn(StrictSchema):
    """What the expert would pay of each line; lines not named stay as reported."""

    reason = Text(required=True, max_length=2000)
    amounts = fields.List(fields.Nested(LineAmountIn), required=True, validate=validate.Length(1, 100))


class DisputeAnswerIn(StrictSchema):
    """Agree, or give the amounts that are right in the provider's view, with the reason."""

    agrees = fields.Boolean(required=True)
    answer = Text(max_length=2000, min_length=0, load_default="")
    amounts = fields.List(fields.Nested(LineAmountIn), load_default=list, validate=validate.Length(0, 100))


class DisputeOut(Schema):
    """A dispute about a delivery."""

    id = fields.UUID()
    order_id = fields.UUID()
    number = fields.Integer()
    state = fields.String()
    reason = fields.String()
    proposed = fields.List(fields.Dict())
    answer_by = fields.DateTime()
    answer = fields.String(allow_none=True)
    countered = fields.List(fields.Dict(), allow_none=True)
    settle_by = fields.Date(allow_none=True)
    settled_amount = Money(allow_none=True)
    version = fields.Integer()


class ClaimIn(StrictSchema):
    """Evidence of a result, in words; a file is added on the page."""

    happened_on = fields.Date(required=True)
    #: Without it the payment says nothing of where the customer is.
    result = fields.Enum(ResultKind, by_value=True, load_default=None)
    text = Text(required=True, max_length=4000)


class OutcomePaymentOut(Schema):
    """A payment for a result."""

    id = fields.UUID()
    order_id = fields.UUID()
    order_reference = fields.String(attribute="order.reference")
    code = fields.String()
    amount = Money()
    claim_by = fields.Date()
    state = fields.String()
    happened_on = fields.Date(allow_none=True)
    result = fields.String(allow_none=True)
    claimed_at = fields.DateTime(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)
    refusal_reason = fields.String(allow_none=True)
    version = fields.Integer()


class BeyondIn(StrictSchema):
    """An order beyond the budget: what it would be, and why."""

    offering_id = fields.UUID(required=True)
    start_id = fields.UUID(required=True)
    reason = Text(required=True, max_length=2000)


class BeyondOut(Schema):
    """A request to order beyond the budget."""

    id = fields.UUID()
    need_id = fields.UUID()
    offering_id = fields.UUID()
    start_id = fields.UUID()
    price = Money()
    reason = fields.String()
    state = fields.String()
    asked_at = fields.DateTime()
    decide_by = fields.Date()
    decision_reason = fields.String(allow_none=True)
    raised = Money(allow_none=True, most="99999999999.99")
    order_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class BatchIn(StrictSchema):
    supplier_id = fields.UUID(load_default=None, allow_none=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)


class BatchOut(Schema):
    """An invoice basis."""

    id = fields.UUID()
    number = fields.Integer()
    supplier_id = fields.UUID(allow_none=True)
    from_on = fields.Date()
    until_on = fields.Date()
    lines = fields.Integer()
    total = Money(most="99999999999.99")
    vat = Money(most="99999999999.99")
    taken_at = fields.DateTime()


class CsvOut(Schema):
    """A CSV file as a text."""

    csv = fields.String()


class CostQuery(Schema):
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)


class CostOut(Schema):
    """Cost of a home municipality in a category (R104)."""

    municipality = fields.String()
    category = fields.String(attribute="code")
    orders = fields.Integer()
    cost = Money(most="99999999999.99")
    vat = Money(most="99999999999.99")


class CostsOut(Schema):
    items = fields.List(fields.Nested(CostOut))


LinePage = page_schema(LineOut, "DeliveryLinePage")
OutcomePage = page_schema(OutcomePaymentOut, "OutcomePaymentPage")
BeyondPage = page_schema(BeyondOut, "OverBudgetPage")
BatchPage = page_schema(BatchOut, "InvoiceBatchPage")
