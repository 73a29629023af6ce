"""What machines send and get of needs, orders, budgets and deliveries."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.i18n import CUSTOMER_LANGUAGES
from core.web.api import Money, PageQuery, StrictSchema, Text, page_schema
from dps.offerings.models import ServiceForm
from dps.systems.models import DeclineReason
from dps.systems.production import Production
from orders.models import (
    AgeBand,
    BeyondBudget,
    ChoiceAnswer,
    EducationBand,
    EndKind,
    Goal,
    InterruptionReason,
    NoneReason,
    UnemploymentBand,
)
from orders.money.schemas import LineIn
from orders.schemas_choices import FiltersIn


class NeedIn(StrictSchema):
    """A need, without a name."""

    category_id = fields.UUID(required=True)
    customer_reference = Text(required=True, max_length=40)
    municipality = Text(required=True, max_length=100)
    place = Text(max_length=100, allow_none=True, load_default=None)
    is_remote = fields.Boolean(load_default=False)
    languages = fields.List(Text(max_length=2, min_length=2), required=True, validate=validate.Length(1, 30))
    latest_start = fields.Date(required=True)
    modules = fields.List(Text(max_length=100), load_default=list, validate=validate.Length(0, 50))
    accessibility = Text(max_length=1000, min_length=0, load_default="")
    goal = fields.Enum(Goal, by_value=True, load_default=None, allow_none=True)
    form = fields.Enum(ServiceForm, by_value=True, load_default=None, allow_none=True)
    age_band = fields.Enum(AgeBand, by_value=True, required=True)
    unemployment_band = fields.Enum(UnemploymentBand, by_value=True, required=True)
    education_band = fields.Enum(EducationBand, by_value=True, required=True)


class NeedOut(Schema):
    """A need as the experts of its authority see it."""

    id = fields.UUID()
    reference = fields.String()
    category_id = fields.UUID()
    state = fields.String()
    customer_reference = fields.String()
    municipality = fields.String()
    place = fields.String(allow_none=True)
    is_remote = fields.Boolean()
    languages = fields.List(fields.String())
    latest_start = fields.Date()
    modules = fields.List(fields.String())
    accessibility = fields.String()
    goal = fields.String(allow_none=True)
    form = fields.String(allow_none=True)
    age_band = fields.String()
    unemployment_band = fields.String()
    education_band = fields.String()
    made_at = fields.DateTime()
    version = fields.Integer()


class RecordOut(Schema):
    """What is published of a supplier's quality; a missing figure is null, never zero (R119)."""

    orders_count = fields.Integer(allow_none=True)
    completion = fields.Dict(allow_none=True)
    employment = fields.Dict(allow_none=True)
    recommendation = fields.Dict(allow_none=True)
    #: 50 is the expected; with its 95 % interval.
    index = fields.Dict(allow_none=True)
    quality_class = fields.String(allow_none=True)


class PartOut(Schema):
    """One part of a price: the service itself, a module, a start fee, a milestone or a result."""

    kind = fields.String()
    code = fields.String()
    amount = Money()


class WaitingOut(Schema):
    """How long customers waited from order to start; null until enough services have begun to tell (R119)."""

    begun = fields.Integer()
    kept_share = fields.Float()
    mean_days = fields.Float()


class FittingQuery(FiltersIn):
    """How to narrow the list, and from which place on to show it."""

    first = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))
    #: Ask, too, how many services do not fit, and why.
    why_not = fields.Boolean(load_default=False)


class HitOut(Schema):
    """A fitting offering."""

    offering_id = fields.UUID()
    supplier_id = fields.UUID()
    supplier_name = fields.String()
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    languages = fields.List(fields.String())
    places = fields.List(fields.String())
    is_remote = fields.Boolean()
    duration_days = fields.Integer()
    production = fields.Enum(Production, by_value=True)
    form = fields.String()
    price = Money()
    parts = fields.List(fields.Nested(PartOut))
    start_id = fields.UUID()
    starts_on = fields.Date()
    seats_left = fields.Integer()
    record = fields.Nested(RecordOut, allow_none=True)
    waiting = fields.Nested(WaitingOut, allow_none=True)


class FittingOut(Schema):
    """The fitting offerings in the order of the published rule, and why others do not fit."""

    ordering_rule = fields.String()
    #: Counted to 101: a longer list has more than a hundred.
    count = fields.Integer()
    hits = fields.List(fields.Nested(HitOut))
    #: Own production and partners, which stand beside the published order.
    apart = fields.List(fields.Nested(HitOut))
    #: The place from which the next screen begins; null on the last.
    following = fields.Integer(allow_none=True)
    misfits = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)


class ChoiceIn(StrictSchema):
    #: Pointed out by the expert; none: the link opens with all that fit, or all under ``filters``.
    offerings = fields.List(fields.UUID(), load_default=list, validate=validate.Length(0, 5))
    filters = fields.Nested(FiltersIn, load_default=None, allow_none=True)


class ChoiceOut(Schema):
    """A fresh link for the customer; the address is told once."""

    id = fields.UUID()
    url = fields.String()
    expires_at = fields.DateTime()


class DeliveryOut(Schema):
    """A delivery, the basis of the invoice."""

    id = fields.UUID()
    order_id = fields.UUID()
    order_reference = fields.String(attribute="order.reference")
    started_on = fields.Date()
    ended_on = fields.Date()
    end_kind = fields.String()
    interruption_reason = fields.String(allow_none=True)
    amount = Money()
    vat_rate = fields.Decimal(attribute="order.vat_rate", as_string=True)
    reported_at = fields.DateTime()
    accepted_at = fields.DateTime(allow_none=True)


class OrderForBuyer(Schema):
    """An order as its authority sees it; nothing of the customer."""

    id = fields.UUID()
    reference = fields.String()
    state = fields.String()
    need_id = fields.UUID()
    category_id = fields.UUID()
    supplier_id = fields.UUID()
    supplier_name = fields.String(attribute="supplier.name")
    offering_id = fields.UUID()
    contract_id = fields.UUID()
    chosen_by = fields.String()
    production = fields.Enum(Production, by_value=True)
    rule = fields.Dict()
    price = Money()
    vat_rate = fields.Decimal(as_string=True)
    modules = fields.List(fields.String())
    placed_at = fields.DateTime()
    accept_by = fields.DateTime()
    accepted_at = fields.DateTime(allow_none=True)
    decline_reason = fields.String(allow_none=True)
    planned_start_on = fields.Date()
    planned_end_on = fields.Date()
    meeting_at = fields.DateTime(allow_none=True)
    meeting_place = fields.String(allow_none=True)
    paused_until = fields.Date(allow_none=True)
    closed_at = fields.DateTime(allow_none=True)
    started_on = fields.Date(allow_none=True)
    completed_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class OrderForProvider(Schema):
    """An order as its provider sees it: what the service needs, no bands, the reference once accepted (R109)."""

    id = fields.UUID()
    reference = fields.String()
    state = fields.String()
    category_id = fields.UUID()
    supplier_id = fields.UUID()
    offering_id = fields.UUID()
    contract_id = fields.UUID()
    place = fields.String(attribute="need.place", allow_none=True)
    languages = fields.List(fields.String(), attribute="need.languages")
    accessibility = fields.String(attribute="need.accessibility")
    price = Money()
    vat_rate = fields.Decimal(as_string=True)
    modules = fields.List(fields.String())
    placed_at = fields.DateTime()
    accept_by = fields.DateTime()
    accepted_at = fields.DateTime(allow_none=True)
    planned_start_on = fields.Date()
    planned_end_on = fields.Date()
    meeting_at = fields.DateTime(allow_none=True)
    meeting_place = fields.String(allow_none=True)
    paused_until = fields.Date(allow_none=True)
    closed_at = fields.DateTime(allow_none=True)
    started_on = fields.Date(allow_none=True)
    completed_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class AcceptedOrderForProvider(OrderForProvider):
    """After acceptance, with the customer's reference."""

    customer_reference = fields.String(attribute="need.customer_reference")


class OrderIn(StrictSchema):
    need_id = fields.UUID(required=True)
    offering_id = fields.UUID(required=True)
    start_id = fields.UUID(required=True)
    #: Why another than the first of a ranking is ordered (R3).
    deviation_reason = Text(load_default=None, allow_none=True, max_length=1000)


class DeclineIn(StrictSchema):
    reason = fields.Enum(DeclineReason, by_value=True, required=True)


class CancelIn(StrictSchema):
    """What the caller was told that cancelling costs; nothing while it is free."""

    fee = Money(load_default=None, allow_none=True)


class CancelTermsOut(Schema):
    """What cancelling costs now, and until when it is free."""

    fee = Money()
    free_until = fields.Date()
    share = fields.Decimal(as_string=True)


class ScheduleIn(StrictSchema):
    """The first meeting: when, and where or how to take part from afar."""

    meeting_at = fields.AwareDateTime(required=True)
    place = Text(required=True, max_length=300)


class NoShowIn(StrictSchema):
    """The days on which the provider tried."""

    tried_on = fields.List(fields.Date(), required=True, validate=validate.Length(1, 10))


class TrialIn(StrictSchema):
    """The agreement of a work trial with the workplace (R101)."""

    workplace = Text(required=True, max_length=200)
    agreed_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class TrialOut(Schema):
    order_id = fields.UUID()
    agreed_on = fields.Date()
    ends_on = fields.Date()
    insured_at = fields.DateTime(allow_none=True)


class InterimIn(StrictSchema):
    text = Text(required=True, max_length=8000)


class InterimOut(Schema):
    """That an interim report was given, and for which review of the plan (R99)."""

    order_id = fields.UUID()
    review_on = fields.Date()
    reported_at = fields.DateTime()


class ServiceStartIn(StrictSchema):
    started_on = fields.Date(required=True)


class ReportIn(StrictSchema):
    ended_on = fields.Date(required=True)
    end_kind = fields.Enum(EndKind, by_value=True, required=True)
    interruption_reason = fields.Enum(InterruptionReason, by_value=True, allow_none=True, load_default=None)
    #: The whole amount, where the price has one part or the service and its modules only.
    amount = Money(load_default=None, allow_none=True, most="9999999.00")
    lines = fields.List(fields.Nested(LineIn), load_default=list, validate=validate.Length(0, 100))
    text = Text(required=True, max_length=8000)


class ReturnIn(StrictSchema):
    reason = Text(required=True, max_length=2000)


class OrderPageOut(Schema):
    """A page of orders, each as its reader may see it."""

    items = fields.List(fields.Dict())
    next_cursor = fields.UUID(allow_none=True)


class BudgetIn(StrictSchema):
    category_id = fields.UUID(required=True)
    year = fields.Integer(required=True, strict=True, validate=validate.Range(2000, 2100))
    amount = Money(required=True, most="999999999.00")
    beyond = fields.Enum(BeyondBudget, by_value=True, load_default=None, allow_none=True)


class ForecastOut(Schema):
    """What the year comes to if orders go on as they did: orders of the last 90 days ÷ 90 × days left."""

    recent = Money(most="99999999999.99")
    days_left = fields.Integer()
    to_come = Money(most="99999999999.99")
    total = Money(most="99999999999.99")


class BudgetOut(Schema):
    id = fields.UUID()
    category_id = fields.UUID()
    year = fields.Integer()
    amount = Money()
    committed = Money()
    spent = Money()
    left = Money()
    beyond = fields.String()
    version = fields.Integer()


class BudgetRowOut(Schema):
    """A budget with what is delivered under it and the forecast of its year."""

    budget = fields.Nested(BudgetOut)
    reported = Money(most="99999999999.99")
    forecast = fields.Nested(ForecastOut, allow_none=True)


class YearQuery(Schema):
    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(2000, 2100))


class BudgetRows(Schema):
    items = fields.List(fields.Nested(BudgetRowOut))


class EventQuery(Schema):
    """Where to go on in the feed: the ``seq`` of the last event seen."""

    cursor = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**62))
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 1000))


class EventOut(Schema):
    seq = fields.Integer()
    at = fields.DateTime()
    type = fields.String()
    subject_type = fields.String()
    subject_id = fields.String()


class EventPage(Schema):
    items = fields.List(fields.Nested(EventOut))
    next_cursor = fields.Integer()


NeedPage = page_schema(NeedOut, "NeedPage")
BudgetPage = page_schema(BudgetOut, "BudgetPage")
DeliveryPage = page_schema(DeliveryOut, "DeliveryPage")
OrderQuery = PageQuery


class AnswerIn(StrictSchema):
    """A customer's answer: any fitting service with its start, or ``option``, the place among those the link opened
    with, from 0."""

    token = Text(required=True, max_length=100)
    answer = fields.Enum(ChoiceAnswer, by_value=True, required=True)
    option = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 100_000))
    offering_id = fields.UUID(load_default=None, allow_none=True)
    start_id = fields.UUID(load_default=None, allow_none=True)
    reasons = fields.List(fields.Enum(NoneReason, by_value=True), load_default=list, validate=validate.Length(0, 5))
    language = fields.String(load_default="fi", validate=validate.OneOf(list(CUSTOMER_LANGUAGES)))


class AnswerOut(Schema):
    """What was kept of a customer's answer."""

    answer = fields.Enum(ChoiceAnswer, by_value=True)
    answered_at = fields.AwareDateTime()
    is_ordered = fields.Boolean()
