"""What machines send and get about agreements."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from core.web.api import Exact, StrictSchema, Text, page_schema
from dps.joint.agreements.details import (
    AgreementDetails,
    CostDetails,
    Names,
    PartyDetails,
    StageDetails,
    TaskDetails,
)
from dps.joint.agreements.rules import MOST_ROWS
from dps.joint.stages import ApprovalRule, CostBasis, CostKind, Group, Stage
from dps.systems.models import ServiceType

_ROWS = validate.Length(max=MOST_ROWS)


class Percent(Exact):
    """A share in percent: ``"25.00"``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=2, least="0.00", most="100.00", **kwargs)


class AgreementNamesIn(StrictSchema):
    """A name; without a Swedish or English one the Finnish is shown."""

    fi = Text(required=True, max_length=200)
    sv = Text(load_default="", max_length=200, min_length=0)
    en = Text(load_default="", max_length=200, min_length=0)

    @post_load
    def names(self, data: dict[str, Any], **_: Any) -> Names:
        """As the verbs take it."""
        return Names(**data)


class AgreementPartyIn(StrictSchema):
    """A party; the key of an older version keeps it the same party."""

    key = Text(load_default="", max_length=80, min_length=0)
    name = fields.Nested(AgreementNamesIn, required=True)
    authority_id = fields.UUID(required=True)
    is_own = fields.Boolean(required=True)
    municipalities = fields.List(Text(max_length=100), required=True, validate=validate.Length(1, 50))
    share = Percent(required=True)
    person_years_min = Exact(places=2, least="0", most="9999.99", required=True)
    cost_share = Percent(required=True)

    @post_load
    def party(self, data: dict[str, Any], **_: Any) -> PartyDetails:
        """As the verbs take it."""
        return PartyDetails(**data)


class AgreementTaskIn(StrictSchema):
    code = Text(load_default="", max_length=80, min_length=0)
    name = fields.Nested(AgreementNamesIn, required=True)

    @post_load
    def task(self, data: dict[str, Any], **_: Any) -> TaskDetails:
        """As the verbs take it."""
        return TaskDetails(**data)


class AgreementStageIn(StrictSchema):
    """How a stage is approved, and within how many days."""

    stage = fields.Enum(Stage, by_value=True, required=True)
    rule = fields.Enum(ApprovalRule, by_value=True, required=True)
    days = fields.Integer(required=True, validate=validate.Range(1, 730))
    named_person_id = fields.UUID(load_default=None, allow_none=True)

    @post_load
    def approval(self, data: dict[str, Any], **_: Any) -> StageDetails:
        """As the verbs take it."""
        return StageDetails(**data)


class AgreementCostIn(StrictSchema):
    """How a joint cost is shared; without stage and service always."""

    kind = fields.Enum(CostKind, by_value=True, required=True)
    basis = fields.Enum(CostBasis, by_value=True, required=True)
    stage = fields.Enum(Stage, by_value=True, load_default=None, allow_none=True)
    service_type = fields.Enum(ServiceType, by_value=True, load_default=None, allow_none=True)

    @post_load
    def cost(self, data: dict[str, Any], **_: Any) -> CostDetails:
        """As the verbs take it."""
        return CostDetails(**data)


class AgreementIn(StrictSchema):
    """The whole content of a draft."""

    name = fields.Nested(AgreementNamesIn, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    steering_name = fields.Nested(AgreementNamesIn, required=True)
    coordination_name = fields.Nested(AgreementNamesIn, required=True)
    own_window_days = fields.Integer(required=True, validate=validate.Range(0, 365))
    withdrawal_days = fields.Integer(required=True, validate=validate.Range(0, 3650))
    withdrawal_terms = Text(required=True, max_length=5000)
    change_terms = Text(required=True, max_length=5000)
    binds_running = fields.Boolean(load_default=False)
    parties = fields.List(fields.Nested(AgreementPartyIn), load_default=list, validate=_ROWS)
    tasks = fields.List(fields.Nested(AgreementTaskIn), load_default=list, validate=_ROWS)
    stages = fields.List(fields.Nested(AgreementStageIn), load_default=list, validate=_ROWS)
    costs = fields.List(fields.Nested(AgreementCostIn), load_default=list, validate=_ROWS)

    @post_load
    def details(self, data: dict[str, Any], **_: Any) -> AgreementDetails:
        """As the verbs take it."""
        return AgreementDetails(**data)


class AgreementNamesOut(Schema):
    fi = fields.String()
    sv = fields.String()
    en = fields.String()


class AgreementPartyOut(Schema):
    key = fields.String()
    name = fields.Nested(AgreementNamesOut)
    authority_id = fields.UUID()
    is_own = fields.Boolean()
    municipalities = fields.List(fields.String())
    share = Percent()
    person_years_min = Exact(places=2, least="0", most="9999.99")
    cost_share = Percent()


class AgreementTaskOut(Schema):
    code = fields.String()
    name = fields.Nested(AgreementNamesOut)


class AgreementStageOut(Schema):
    stage = fields.String()
    rule = fields.String()
    days = fields.Integer()
    named_person_id = fields.UUID(allow_none=True)


class AgreementCostOut(Schema):
    kind = fields.String()
    basis = fields.String()
    stage = fields.String(allow_none=True)
    service_type = fields.String(allow_none=True)


class AgreementContentOut(Schema):
    """What a version says."""

    name = fields.Nested(AgreementNamesOut)
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    steering_name = fields.Nested(AgreementNamesOut)
    coordination_name = fields.Nested(AgreementNamesOut)
    own_window_days = fields.Integer()
    withdrawal_days = fields.Integer()
    withdrawal_terms = fields.String()
    change_terms = fields.String()
    binds_running = fields.Boolean()
    parties = fields.List(fields.Nested(AgreementPartyOut))
    tasks = fields.List(fields.Nested(AgreementTaskOut))
    stages = fields.List(fields.Nested(AgreementStageOut))
    costs = fields.List(fields.Nested(AgreementCostOut))


class AgreementApprovalOut(Schema):
    """An authority's approval."""

    authority_id = fields.UUID()
    person = fields.String(attribute="person.name")
    decision = fields.String()
    approved_at = fields.DateTime()


class AgreementVersionOut(Schema):
    """A version with its state, who has approved it and whose approval is missing."""

    id = fields.UUID()
    agreement_id = fields.UUID()
    number = fields.Integer()
    state = fields.String()
    author_id = fields.UUID()
    proposed_at = fields.DateTime(allow_none=True)
    in_force_at = fields.DateTime(allow_none=True)
    return_reason = fields.String(allow_none=True)
    content = fields.Nested(AgreementContentOut)
    approvals = fields.List(fields.Nested(AgreementApprovalOut))
    waits_for = fields.List(fields.UUID())
    version = fields.Integer()


class CooperationAgreementOut(Schema):
    """An agreement, the version that applies today, and the draft or proposal under way."""

    id = fields.UUID()
    reference = fields.String()
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    keeper_id = fields.UUID()
    version = fields.Integer()


class AgreementWithVersionsOut(CooperationAgreementOut):
    """An agreement with the ids of its versions, the newest first."""

    in_force_id = fields.UUID(allow_none=True)
    version_ids = fields.List(fields.UUID())


class ApproveAgreementIn(StrictSchema):
    decision = Text(required=True, max_length=60)


class ReturnAgreementIn(StrictSchema):
    reason = Text(required=True, max_length=2000)


class AgreementMemberIn(StrictSchema):
    """Somebody of the caller's authority for a group; in a member's place where ``substitutes_id`` says so."""

    group = fields.Enum(Group, by_value=True, required=True)
    person_id = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    substitutes_id = fields.UUID(load_default=None, allow_none=True)


class AgreementMemberOut(Schema):
    """A seat in a group."""

    id = fields.UUID()
    group = fields.String()
    authority_id = fields.UUID()
    person_id = fields.UUID()
    person = fields.String(attribute="person.name")
    substitutes_id = fields.UUID(allow_none=True)
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)


class EndMembershipIn(StrictSchema):
    ends_on = fields.Date(required=True)


AgreementPage = page_schema(CooperationAgreementOut, "AgreementPage")
