"""What machines send and get of groups, queues and attendance."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Exact, Money, PageQuery, StrictSchema, Text, page_schema
from orders.groups.models import AidBasis, AttendanceKind
from orders.models import AgeBand, EducationBand, UnemploymentBand


class EmployerIn(StrictSchema):
    """The employer of joint-purchase training (R96)."""

    business_id = Text(required=True, max_length=20)
    name = Text(required=True, max_length=200)
    contact = Text(required=True, max_length=200)
    percent = Exact(required=True, places=2, least="0.01", most="99.99")
    aid_basis = fields.Enum(AidBasis, by_value=True, required=True)


class GroupIn(StrictSchema):
    """A standing order for seats of a start."""

    start_id = fields.UUID(required=True)
    seats_min = fields.Integer(required=True, strict=True, validate=validate.Range(1, 500))
    seats_max = fields.Integer(required=True, strict=True, validate=validate.Range(1, 500))
    languages = fields.List(Text(max_length=2, min_length=2), required=True, validate=validate.Length(1, 30))
    place = Text(max_length=100, allow_none=True, load_default=None)
    is_remote = fields.Boolean(load_default=False)
    days = fields.List(fields.Date(), required=True, validate=validate.Length(1, 400))
    #: The last day on which seats are for the own customers only; without it as the joint agreement says.
    own_until = fields.Date(allow_none=True, load_default=None)
    release_on = fields.Date(required=True)
    aims_at_qualification = fields.Boolean(required=True)
    needs_selection = fields.Boolean(load_default=False)
    rule_reason = Text(max_length=2000, min_length=0, load_default="")
    prerequisites_fi = Text(max_length=2000, min_length=0, load_default="")
    prerequisites_sv = Text(max_length=2000, min_length=0, load_default="")
    prerequisites_en = Text(max_length=2000, min_length=0, load_default="")
    age_bands = fields.List(fields.Enum(AgeBand, by_value=True), load_default=list)
    unemployment_bands = fields.List(fields.Enum(UnemploymentBand, by_value=True), load_default=list)
    education_bands = fields.List(fields.Enum(EducationBand, by_value=True), load_default=list)
    employer = fields.Nested(EmployerIn, allow_none=True, load_default=None)


class GroupForProvider(Schema):
    """A group as its provider sees it: never for which customers it is (I8)."""

    id = fields.UUID()
    reference = fields.String()
    state = fields.String()
    category_id = fields.UUID()
    offering_id = fields.UUID()
    supplier_id = fields.UUID()
    start_id = fields.UUID()
    languages = fields.List(fields.String())
    place = fields.String(allow_none=True)
    is_remote = fields.Boolean()
    days = fields.List(fields.String())
    prerequisites_fi = fields.String()
    prerequisites_sv = fields.String()
    prerequisites_en = fields.String()
    seats_min = fields.Integer()
    seats_max = fields.Integer()
    seats_held = fields.Integer()
    seats_filled = fields.Integer()
    release_on = fields.Date()
    seat_price = Money()
    employer_name = fields.String(allow_none=True)
    employer_part = Money()
    version = fields.Integer()


class GroupForPartner(GroupForProvider):
    """A group as another buyer of a joint system sees it: the course, its price and its seats."""

    authority_id = fields.UUID()
    own_until = fields.DateTime()
    released_at = fields.DateTime(allow_none=True)
    needs_selection = fields.Boolean()
    age_bands = fields.List(fields.String())
    unemployment_bands = fields.List(fields.String())
    education_bands = fields.List(fields.String())
    price = Money()


class GroupForBuyer(GroupForPartner):
    """A group as its authority sees it."""

    rule_reason = fields.String(allow_none=True)
    threshold_value = Money()
    employer_id = fields.String(allow_none=True)
    employer_contact = fields.String(allow_none=True)
    employer_percent = fields.Decimal(as_string=True, allow_none=True)
    aid_basis = fields.String(allow_none=True)
    cancel_reason = fields.String(allow_none=True)


class GroupQuery(PageQuery):
    category = fields.UUID()
    place = fields.String(validate=validate.Length(max=100))
    language = fields.String(validate=validate.Length(max=2))
    starts_from = fields.Date()


class AnyGroupPage(Schema):
    """Groups, each as the caller may see it."""

    items = fields.List(fields.Dict())
    next_cursor = fields.UUID(allow_none=True)


class CancelGroupIn(StrictSchema):
    reason = Text(required=True, max_length=500)
    fee = Money(load_default="0.00")


class QueueRowOut(Schema):
    """A place in line: of another authority's customer only what filling the group takes (R107)."""

    place = fields.Integer()
    authority_id = fields.UUID(attribute="authority.id")
    pseudonym = fields.String()
    languages = fields.List(fields.String())
    meets_prerequisites = fields.Boolean()
    state = fields.String()
    #: Only of the caller's own customers.
    entry_id = fields.UUID(allow_none=True)


class QueueOut(Schema):
    """The line to a group, in order."""

    items = fields.List(fields.Nested(QueueRowOut))


class QueueEntryIn(StrictSchema):
    """A customer for the queue to a group, or without one to any group of the need's category."""

    need_id = fields.UUID(required=True)
    group_id = fields.UUID(allow_none=True, load_default=None)


class QueueEntryOut(Schema):
    """A place in a queue, as the experts of the customer's authority see it."""

    id = fields.UUID()
    need_id = fields.UUID()
    category_id = fields.UUID()
    group_id = fields.UUID(allow_none=True)
    municipality = fields.String()
    state = fields.String()
    joined_at = fields.DateTime()
    offer_id = fields.UUID(allow_none=True)
    offered_until = fields.DateTime(allow_none=True)
    order_id = fields.UUID(allow_none=True)
    leave_reason = fields.String(allow_none=True)
    version = fields.Integer()


class TakeSeatIn(StrictSchema):
    customer_agrees = fields.Boolean(required=True)
    #: Which group, for a place in the queue of a category.
    group_id = fields.UUID(allow_none=True, load_default=None)


class SelectIn(StrictSchema):
    """The decision on a student (R98)."""

    is_chosen = fields.Boolean(required=True)
    reasons = Text(required=True, max_length=2000)
    group_id = fields.UUID(allow_none=True, load_default=None)


class SwapIn(StrictSchema):
    """The seat of an own customer for one of another authority's in another group."""

    order_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    authority_id = fields.UUID(required=True)
    reason = Text(required=True, max_length=500)
    customer_agrees = fields.Boolean(required=True)


class SwapAgreeIn(StrictSchema):
    """The own seat that is given for the offered one."""

    order_id = fields.UUID(required=True)
    customer_agrees = fields.Boolean(required=True)


class SwapOut(Schema):
    """A swap as one of the two authorities sees it: of the orders only its own, before and after."""

    id = fields.UUID()
    state = fields.String()
    authority_id = fields.UUID()
    asked_id = fields.UUID()
    given_group_id = fields.UUID()
    group_id = fields.UUID()
    reason = fields.String()
    proposed_at = fields.DateTime()
    answer_by = fields.DateTime()
    answered_at = fields.DateTime(allow_none=True)
    own_order_id = fields.UUID(allow_none=True)
    own_new_order_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class SwapPage(Schema):
    """Swaps, each as the caller may see it."""

    items = fields.List(fields.Nested(SwapOut))
    next_cursor = fields.UUID(allow_none=True)


class FairnessQuery(StrictSchema):
    """The year."""

    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(2020, 2100))


class FairnessLineOut(Schema):
    """What is shown of a party; null is a figure of fewer than five customers of another authority."""

    name = fields.String()
    is_own = fields.Boolean()
    waiting = fields.Integer(allow_none=True)
    seats = fields.Integer(allow_none=True)
    own_groups = fields.Integer(allow_none=True)
    partner_groups = fields.Integer(allow_none=True)
    median_days = fields.Integer(allow_none=True)
    share = fields.Decimal(as_string=True, allow_none=True)
    announced = fields.Decimal(as_string=True, allow_none=True)


class FairnessTableOut(Schema):
    """A joint category and its parties."""

    category_id = fields.UUID(attribute="category.id")
    lines = fields.List(fields.Nested(FairnessLineOut))


class FairnessOut(Schema):
    """The joint categories of a year."""

    year = fields.Integer()
    items = fields.List(fields.Nested(FairnessTableOut))


class CourseQuery(StrictSchema):
    """Which courses."""

    language = fields.String(load_default=None, validate=validate.Length(max=2))
    place = fields.String(load_default=None, validate=validate.Length(max=100))
    month = fields.Date(load_default=None)
    first = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))


class CourseOut(Schema):
    """A joint course to come, as anybody may see it."""

    id = fields.UUID()
    name_fi = fields.String(attribute="offering.name_fi")
    name_sv = fields.String(attribute="offering.name_sv")
    name_en = fields.String(attribute="offering.name_en")
    provider = fields.String(attribute="supplier.name")
    place = fields.String(allow_none=True)
    is_remote = fields.Boolean()
    languages = fields.List(fields.String())
    days = fields.List(fields.String())
    prerequisites_fi = fields.String()
    prerequisites_sv = fields.String()
    prerequisites_en = fields.String()
    #: Whether seats are free; else one joins the queue.
    has_free_seats = fields.Boolean()


class CoursesOut(Schema):
    """Courses, the soonest first."""

    items = fields.List(fields.Nested(CourseOut))


class MarkIn(StrictSchema):
    order_id = fields.UUID(required=True)
    kind = fields.Enum(AttendanceKind, by_value=True, required=True)


class GroupAttendanceIn(StrictSchema):
    """A day of a whole group."""

    day = fields.Date(required=True)
    marks = fields.List(fields.Nested(MarkIn), required=True, validate=validate.Length(1, 500))


class AttendanceIn(StrictSchema):
    """A day of one customer."""

    day = fields.Date(required=True)
    kind = fields.Enum(AttendanceKind, by_value=True, required=True)


class AttendanceOut(Schema):
    """The days told of one order."""

    order_id = fields.UUID()
    days = fields.Dict(keys=fields.Date(), values=fields.String())


class AbsencesIn(StrictSchema):
    reason = Text(required=True, max_length=1000)


class AbsenceNoticeOut(Schema):
    """Absences that the expert handles."""

    id = fields.UUID()
    order_id = fields.UUID()
    kind = fields.String()
    state = fields.String()
    first_day = fields.Date()
    made_at = fields.DateTime()
    needs_hearing = fields.Boolean()
    heard_on = fields.Date(allow_none=True)
    discontinues = fields.Boolean(allow_none=True)
    version = fields.Integer()


class HearIn(StrictSchema):
    heard_on = fields.Date(required=True)


class DecideAbsenceIn(StrictSchema):
    discontinues = fields.Boolean(required=True)


AbsenceNoticePage = page_schema(AbsenceNoticeOut, "AbsenceNoticePage")
QueuePage = page_schema(QueueEntryOut, "QueuePage")
