"""What machines send and get of joint procurements."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Money, PageQuery, StrictSchema, Text, page_schema
from dps.joint.procurements.models import ParticipationState, ProcurementState, TargetGroup, TransferState
from dps.joint.procurements.service.stating import MOST
from dps.joint.stages import Group, Stage
from dps.systems.models import ServiceType

#: Sums of a whole procurement.
GREATEST = "999999999.99"


class StageEntryOut(Schema):
    """When it came to a stage, and when it left it."""

    stage = fields.Enum(Stage, by_value=True)
    begun_at = fields.AwareDateTime()
    due_on = fields.Date(allow_none=True)
    done_at = fields.AwareDateTime(allow_none=True)


class JointProcurementOut(Schema):
    """A joint procurement."""

    id = fields.UUID()
    reference = fields.String()
    agreement_id = fields.UUID()
    version_id = fields.UUID()
    lead_id = fields.UUID()
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    purpose = fields.String()
    service_type = fields.Enum(ServiceType, by_value=True)
    starts_on = fields.Date()
    ends_on = fields.Date()
    state = fields.Enum(ProcurementState, by_value=True)
    stage = fields.Enum(Stage, by_value=True)
    round = fields.Integer()
    proposal = fields.String(allow_none=True)
    estimate = Money(most=GREATEST, allow_none=True)
    system_id = fields.UUID(allow_none=True)
    category_id = fields.UUID(allow_none=True)
    competition_id = fields.UUID(allow_none=True)
    alarmed_at = fields.AwareDateTime(allow_none=True)
    alarm_answer = fields.String(allow_none=True)
    end_reason = fields.String(allow_none=True)


JointProcurementPage = page_schema(JointProcurementOut, "JointProcurementPage")


class JointVolumeOut(Schema):
    """How many of a kind in a quarter."""

    target_group = fields.Enum(TargetGroup, by_value=True)
    municipality = fields.String()
    language = fields.String()
    quarter = fields.Date()
    amount = fields.Integer()


class ParticipationOut(Schema):
    """A party with its need."""

    id = fields.UUID()
    procurement_id = fields.UUID()
    party_id = fields.UUID()
    party_key = fields.String(attribute="party.key")
    authority_id = fields.UUID(attribute="party.authority_id")
    state = fields.Enum(ParticipationState, by_value=True)
    forecast_source = fields.String(allow_none=True)
    unit_price = Money(allow_none=True)
    budget = Money(most=GREATEST, allow_none=True)
    stated_at = fields.AwareDateTime(allow_none=True)
    left_at = fields.AwareDateTime(allow_none=True)
    left_reason = fields.String(allow_none=True)
    left_decision = fields.String(allow_none=True)
    last_day = fields.Date(allow_none=True)
    volumes = fields.List(fields.Nested(JointVolumeOut))


class JointApprovalOut(Schema):
    """An authority's approval of a stage, of the calculation with this number."""

    id = fields.UUID()
    stage = fields.Enum(Stage, by_value=True)
    round = fields.Integer()
    authority_id = fields.UUID()
    person_id = fields.UUID()
    decision = fields.String()
    note = fields.String()
    approved_at = fields.AwareDateTime()


class PortionOut(Schema):
    """What a party buys, its value, and its share of one."""

    party_id = fields.UUID(attribute="participation.party_id")
    amount = fields.Integer()
    value = Money(most=GREATEST)
    share = fields.Float()


class JointProcurementWhole(JointProcurementOut):
    """A joint procurement with its stages, parties, approvals and shares."""

    stages = fields.List(fields.Nested(StageEntryOut))
    participations = fields.List(fields.Nested(ParticipationOut))
    approvals = fields.List(fields.Nested(JointApprovalOut))
    portions = fields.List(fields.Nested(PortionOut))


class JointProcurementIn(StrictSchema):
    """A new joint procurement under an agreement in force."""

    agreement_id = fields.UUID(required=True)
    name_fi = Text(required=True, max_length=200)
    name_sv = Text(load_default="", min_length=0, max_length=200)
    name_en = Text(load_default="", min_length=0, max_length=200)
    purpose = Text(required=True, max_length=4000)
    service_type = fields.Enum(ServiceType, by_value=True, required=True)
    lead_id = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class JointVolumeIn(StrictSchema):
    """How many of a kind in a quarter, named by its first day."""

    target_group = fields.Enum(TargetGroup, by_value=True, required=True)
    municipality = Text(required=True, max_length=100)
    language = Text(required=True, min_length=2, max_length=2)
    quarter = fields.Date(required=True)
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST))


class JointNeedIn(StrictSchema):
    """A party's need, the whole of it at once."""

    forecast_source = Text(required=True, max_length=300)
    unit_price = Money(allow_none=True, load_default=None)
    budget = Money(required=True, most=GREATEST)
    volumes = fields.List(fields.Nested(JointVolumeIn), required=True, validate=validate.Length(0, 2000))


class JointProposalIn(StrictSchema):
    """The lead's proposal."""

    text = Text(required=True, max_length=20_000)


class JointApproveIn(StrictSchema):
    """An approval; with the number of the authority's own decision in the stage of decisions."""

    decision = Text(load_default="", min_length=0, max_length=60)
    note = Text(load_default="", min_length=0, max_length=2000)


class JointLeaveIn(StrictSchema):
    """A party stays out."""

    reason = Text(required=True, max_length=4000)
    decision = Text(required=True, max_length=60)


class JointWithdrawIn(JointLeaveIn):
    """A party withdraws."""

    last_day = fields.Date(required=True)


class EffectOut(Schema):
    """What changes for a party when another leaves; after is null for the one that leaves."""

    party_id = fields.UUID(attribute="participation.party_id")
    before = fields.Nested(PortionOut)
    after = fields.Nested(PortionOut, allow_none=True)


class Effects(Schema):
    items = fields.List(fields.Nested(EffectOut))


class JointSetUpIn(StrictSchema):
    """A new system, a category of the lead's draft, or a competition the lead prepares."""

    way = fields.String(required=True, validate=validate.OneOf(["system", "category", "competition"]))
    chosen_id = fields.UUID(load_default=None, allow_none=True)


class JointWordsIn(StrictSchema):
    """A reason, or what came of it."""

    text = Text(required=True, max_length=4000)


class JointLeadIn(StrictSchema):
    """Who leads from now on."""

    lead_id = fields.UUID(required=True)


class JointTransferIn(StrictSchema):
    """Volume for another party of the procurement."""

    taker_id = fields.UUID(required=True)
    quarter = fields.Date(required=True)
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST))
    reason = Text(required=True, max_length=2000)


class JointTransferOut(Schema):
    """Volume from party to party."""

    id = fields.UUID()
    procurement_id = fields.UUID()
    giver_id = fields.UUID()
    taker_id = fields.UUID()
    quarter = fields.Date()
    amount = fields.Integer()
    reason = fields.String()
    state = fields.Enum(TransferState, by_value=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class JointTransfers(Schema):
    items = fields.List(fields.Nested(JointTransferOut))


class JointItemIn(StrictSchema):
    """A matter of a meeting."""

    title = Text(required=True, max_length=200)
    text = Text(required=True, max_length=8000)
    procurement_id = fields.UUID(load_default=None, allow_none=True)


class JointMeetingIn(StrictSchema):
    """A meeting of a group."""

    agreement_id = fields.UUID(required=True)
    group = fields.Enum(Group, by_value=True, required=True)
    held_on = fields.Date(required=True)
    present = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 100))
    items = fields.List(fields.Nested(JointItemIn), required=True, validate=validate.Length(1, 50))


class JointMeetingOut(Schema):
    """A meeting with its items; the minutes are a PDF once they are made."""

    id = fields.UUID()
    agreement_id = fields.UUID()
    group = fields.Enum(Group, by_value=True)
    number = fields.Integer()
    held_on = fields.Date()
    present = fields.List(fields.String())
    items = fields.List(fields.Dict())
    minutes_id = fields.UUID(allow_none=True)


JointMeetingPage = page_schema(JointMeetingOut, "JointMeetingPage")


class JointListQuery(PageQuery):
    """Those of one stage, with ``stage``."""

    stage = fields.Enum(Stage, by_value=True)
