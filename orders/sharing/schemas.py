"""What machines send and get of shared costs, statements and use."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Exact, Money, StrictSchema, Text, page_schema
from dps.joint.stages import CostKind

_MOST = "99999999999.99"


class SharedCostIn(StrictSchema):
    """A cost one's authority paid for all; of empty seats the amount follows from the course."""

    kind = fields.Enum(CostKind, by_value=True, required=True)
    purpose = Text(required=True, max_length=300)
    day = fields.Date(required=True)
    amount = Money(load_default=None, allow_none=True, least="0.01", most="99999999.99")
    vat_rate = Exact(places=1, least="0", most="100", load_default=None, allow_none=True)
    evidence = Text(max_length=2000, min_length=0, load_default="")
    group_id = fields.UUID(load_default=None, allow_none=True)
    seats = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 500))


class CorrectIn(StrictSchema):
    reason = Text(required=True, max_length=2000)


class SharedCostPartOut(Schema):
    """A party's share; it never changes. Below zero in a correction."""

    party = fields.String(attribute="party.key")
    weight = fields.Decimal(as_string=True)
    amount = fields.Decimal(as_string=True)
    vat = fields.Decimal(as_string=True)


class SharedCostOut(Schema):
    """A joint cost with its shares."""

    id = fields.UUID()
    procurement_id = fields.UUID()
    reference = fields.String()
    kind = fields.String()
    purpose = fields.String()
    day = fields.Date()
    amount = fields.Decimal(as_string=True)
    vat_rate = fields.Decimal(as_string=True)
    vat = fields.Decimal(as_string=True)
    payer_id = fields.UUID()
    group_id = fields.UUID(allow_none=True)
    seats = fields.Integer(allow_none=True)
    weighing = fields.String()
    corrects_id = fields.UUID(allow_none=True)
    reason = fields.String(allow_none=True)
    recorded_at = fields.DateTime()
    statement_id = fields.UUID(allow_none=True)
    parts = fields.List(fields.Nested(SharedCostPartOut))
    version = fields.Integer()


class StatementIn(StrictSchema):
    quarter = fields.Date(required=True)


class StatementOut(Schema):
    """A statement of an agreement and a quarter, as a row."""

    id = fields.UUID()
    agreement_id = fields.UUID()
    reference = fields.String()
    quarter = fields.Date()
    made_at = fields.DateTime()
    version = fields.Integer()


class StatementRowOut(Schema):
    """Cost by procurement; of one's own party also by category, quarter and kind."""

    procurement_id = fields.UUID(attribute="procurement.procurement_id")
    category = fields.String(attribute="category.category")
    of_quarter = fields.Date(allow_none=True)
    kind = fields.String(allow_none=True)
    delivered = fields.Integer()
    amount = fields.Decimal(as_string=True)
    vat = fields.Decimal(as_string=True)


class StatementUseOut(Schema):
    """Announced and ordered in the quarter."""

    procurement_id = fields.UUID()
    announced = fields.Integer()
    ordered = fields.Integer()


class BalanceOut(Schema):
    """What a party paid for all, and its own shares; the nets of all parties are nothing together."""

    paid = fields.Decimal(as_string=True)
    share = fields.Decimal(as_string=True)
    net = fields.Decimal(as_string=True)
    net_vat = fields.Decimal(as_string=True)


class StatementPartyOut(Schema):
    """One party's part of a statement."""

    key = fields.String()
    authority_id = fields.UUID()
    is_mine = fields.Boolean()
    delivered = fields.Integer(attribute="sum.delivered")
    amount = fields.Decimal(attribute="sum.amount", as_string=True)
    vat = fields.Decimal(attribute="sum.vat", as_string=True)
    rows = fields.List(fields.Nested(StatementRowOut))
    uses = fields.List(fields.Nested(StatementUseOut))


class DebtOut(Schema):
    """What one party owes another."""

    debtor = fields.String()
    creditor = fields.String()
    amount = fields.Decimal(as_string=True)
    vat = fields.Decimal(as_string=True)
    total = fields.Decimal(as_string=True)


class StatementFullOut(Schema):
    """A statement as the caller may read it: of other authorities' parties only sums by procurement."""

    statement = fields.Nested(StatementOut)
    parties = fields.List(fields.Nested(StatementPartyOut))
    costs = fields.List(fields.Nested(SharedCostOut))
    balances = fields.Dict(keys=fields.String(), values=fields.Nested(BalanceOut), attribute="settlement.balances")
    debts = fields.List(fields.Nested(DebtOut), attribute="settlement.debts")


class StatementLineOut(Schema):
    """What was accepted of one order of one's own authority."""

    id = fields.UUID()
    order_id = fields.UUID()
    order_reference = fields.String(attribute="order.reference")
    party = fields.String(attribute="party_key")
    procurement_id = fields.UUID()
    category = fields.String(attribute="category.code")
    of_quarter = fields.Date()
    kind = fields.String()
    delivered = fields.Integer()
    amount = fields.Decimal(as_string=True)
    vat = fields.Decimal(as_string=True)


class PartyUseOut(Schema):
    """One party's use of a procurement."""

    party = fields.String(attribute="party.key")
    announced = fields.Integer()
    ordered = fields.Integer(attribute="use.ordered")
    delivered = fields.Integer(attribute="use.delivered")
    expected = fields.Decimal(as_string=True)
    warning = fields.String(allow_none=True)
    all_announced = fields.Integer()
    all_ordered = fields.Integer(attribute="use.all_ordered")
    all_delivered = fields.Integer(attribute="use.all_delivered")
    value = Money(attribute="use.all_value", most=_MOST)
    budget = Money(allow_none=True, most=_MOST)


class ProcurementUseOut(Schema):
    """Use of a procurement against what was announced, and its value against the published estimate."""

    procurement_id = fields.UUID(attribute="procurement.id")
    quarter = fields.Date()
    value = Money(most=_MOST)
    estimate = Money(attribute="procurement.estimate", allow_none=True, most=_MOST)
    is_alarming = fields.Boolean()
    parties = fields.List(fields.Nested(PartyUseOut))


SharedCostPage = page_schema(SharedCostOut, "SharedCostPage")
StatementPage = page_schema(StatementOut, "JointStatementPage")
StatementLinePage = page_schema(StatementLineOut, "JointStatementLinePage")
