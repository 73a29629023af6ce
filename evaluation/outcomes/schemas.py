"""What machines send and get of outcomes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import PageQuery, StrictSchema, Text, page_schema
from evaluation.outcomes.models import (
    WINDOWS,
    ContractKind,
    EmployerType,
    Ground,
    OutcomeState,
    Source,
    WorkingTime,
)
from evaluation.outcomes.rules import LONGEST_WORDS

#: A batch has at most so many lines.
MOST = 1000


class OutcomeFactsIn(StrictSchema):
    """What is known of a state beyond its name."""

    employer_type = fields.Enum(EmployerType, by_value=True, load_default=None, allow_none=True)
    contract_kind = fields.Enum(ContractKind, by_value=True, load_default=None, allow_none=True)
    contract_months = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(min=1, max=120)
    )
    working_time = fields.Enum(WorkingTime, by_value=True, load_default=None, allow_none=True)
    since_on = fields.Date(load_default=None, allow_none=True)
    next_service = Text(max_length=LONGEST_WORDS, load_default=None, allow_none=True)


class OutcomeIn(OutcomeFactsIn):
    """Where the customer of an order is."""

    order_id = fields.UUID(required=True)
    months = fields.Integer(load_default=3, strict=True, validate=validate.OneOf(WINDOWS))
    state = fields.Enum(OutcomeState, by_value=True, required=True)


class OutcomeCorrectIn(OutcomeFactsIn):
    """The new version of what a source said, and why."""

    state = fields.Enum(OutcomeState, by_value=True, required=True)
    reason = Text(required=True, max_length=2000)


class OutcomeFactsOut(Schema):
    """What is known of a state beyond its name."""

    employer_type = fields.String(allow_none=True)
    contract_kind = fields.String(allow_none=True)
    contract_months = fields.Integer(allow_none=True)
    working_time = fields.String(allow_none=True)
    since_on = fields.Date(allow_none=True)
    next_service = fields.String(allow_none=True)


class OutcomeOut(OutcomeFactsOut):
    """What one source says of one window."""

    id = fields.UUID()
    order_id = fields.UUID()
    months = fields.Integer()
    state = fields.String()
    source = fields.String()
    stands = fields.Boolean()
    recorded_at = fields.DateTime()
    version = fields.Integer()


OutcomePage = page_schema(OutcomeOut, "OutcomePage")


class OutcomeDueOut(Schema):
    """A customer whose state is to be told."""

    order_id = fields.UUID(attribute="order.id")
    order_reference = fields.String(attribute="order.reference")
    months = fields.Integer()
    due_on = fields.Date()


class OutcomeDueList(Schema):
    items = fields.List(fields.Nested(OutcomeDueOut))


class OutcomeManyIn(StrictSchema):
    """Several customers at once; all of them are saved or none."""

    items = fields.List(fields.Nested(OutcomeIn), required=True, validate=validate.Length(min=1, max=100))


class OutcomeManyOut(Schema):
    items = fields.List(fields.Nested(OutcomeOut))


class OutcomeCellsIn(StrictSchema):
    """A line of the customer system, as in the CSV file."""

    order = fields.String(required=True, validate=validate.Length(max=60))
    months = fields.String(required=True, validate=validate.Length(max=10))
    state = fields.String(required=True, validate=validate.Length(max=60))
    employer_type = fields.String(validate=validate.Length(max=60))
    contract_kind = fields.String(validate=validate.Length(max=60))
    contract_months = fields.String(validate=validate.Length(max=10))
    working_time = fields.String(validate=validate.Length(max=60))
    since_on = fields.String(validate=validate.Length(max=20))
    next_service = Text(min_length=0, max_length=LONGEST_WORDS)


class OutcomeBatchIn(StrictSchema):
    """A batch of the customer system."""

    dry_run = fields.Boolean(load_default=False)
    items = fields.List(fields.Nested(OutcomeCellsIn), required=True, validate=validate.Length(min=1, max=MOST))


class OutcomeLineOut(Schema):
    """What came of a line; ``result`` is new, same, corrects, contradicts or wrong."""

    row = fields.Integer()
    result = fields.String()
    rule = fields.String(allow_none=True)
    field = fields.String(allow_none=True)
    message = fields.String(allow_none=True)
    next_step = fields.String(allow_none=True)


class OutcomeBatchOut(Schema):
    dry_run = fields.Boolean()
    items = fields.List(fields.Nested(OutcomeLineOut))


class OutcomeFileIn(StrictSchema):
    """A file of the customer system."""

    csv = fields.String(required=True, validate=validate.Length(min=1, max=1024 * 1024))


class OutcomeImportOut(Schema):
    """A file of the customer system."""

    id = fields.UUID()
    reference = fields.String()
    state = fields.String()
    size = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    made_at = fields.DateTime()
    done_at = fields.DateTime(allow_none=True)


ImportPage = page_schema(OutcomeImportOut, "OutcomeImportPage")


class ReportQuery(PageQuery):
    """Reports of one order, or all one may see."""

    order_id = fields.UUID(load_default=None)


class OutcomeReportIn(OutcomeFactsIn):
    """A provider's report with its evidence; a file is added on the page."""

    order_id = fields.UUID(required=True)
    months = fields.Integer(load_default=3, strict=True, validate=validate.OneOf(WINDOWS))
    state = fields.Enum(OutcomeState, by_value=True, required=True)
    text = Text(required=True, max_length=4000)


class OutcomeReportOut(OutcomeFactsOut):
    """A provider's report."""

    id = fields.UUID()
    order_id = fields.UUID()
    order_reference = fields.String(attribute="order.reference")
    months = fields.Integer()
    told = fields.String()
    state = fields.String()
    reported_at = fields.DateTime()
    answered_at = fields.DateTime(allow_none=True)
    refusal_reason = fields.String(allow_none=True)


ReportPage = page_schema(OutcomeReportOut, "OutcomeReportPage")


class OutcomeReasonIn(StrictSchema):
    reason = Text(required=True, max_length=2000)


class OutcomeContradictionOut(Schema):
    """Two sources that do not agree."""

    id = fields.UUID()
    order_id = fields.UUID()
    order_reference = fields.String(attribute="order.reference")
    months = fields.Integer()
    state = fields.String()
    pattern = fields.String()
    found_at = fields.DateTime()
    settled_source = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    settled_at = fields.DateTime(allow_none=True)


ContradictionPage = page_schema(OutcomeContradictionOut, "OutcomeContradictionPage")


class OutcomeSettleIn(StrictSchema):
    """Which source is right, and why."""

    source = fields.Enum(Source, by_value=True, required=True)
    reason = Text(required=True, max_length=2000)


class OutcomeExclusionIn(StrictSchema):
    """Why a service does not count."""

    order_id = fields.UUID(required=True)
    ground = fields.Enum(Ground, by_value=True, required=True)


class OutcomeExclusionOut(Schema):
    id = fields.UUID()
    order_id = fields.UUID()
    ground = fields.String()
    decided_at = fields.DateTime()


class OutcomeShareOut(Schema):
    """How many of a provider's services that began do not count."""

    supplier_id = fields.UUID()
    name = fields.String()
    begun = fields.Integer()
    excluded = fields.Integer()


class OutcomeShareList(Schema):
    items = fields.List(fields.Nested(OutcomeShareOut))
