"""What a machine may send and read about suppliers and declarations."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.i18n import LANGUAGES
from core.web.api import StrictSchema, Text
from suppliers.criteria import EXCLUSION, SELECTION
from suppliers.models import DocumentKind, DocumentState, IdentifierScheme
from suppliers.rules import MAX_WORDS


class SupplierOut(Schema):
    """A supplier as it is registered."""

    id = fields.UUID()
    name = fields.String()
    scheme = fields.Enum(IdentifierScheme, by_value=True)
    registration_number = fields.String()
    country = fields.String()
    city = fields.String()
    language = fields.String()
    is_sole_trader = fields.Boolean()
    registered_at = fields.AwareDateTime()
    version = fields.Integer()


class ContactsIn(StrictSchema):
    """Where the company is reached."""

    street = Text(required=True, max_length=200)
    postal_code = Text(required=True, max_length=20)
    city = Text(required=True, max_length=200)
    emails = fields.List(
        fields.Email(validate=validate.Length(max=200)), required=True, validate=validate.Length(1, 10)
    )
    language = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES)))


class GroundIn(StrictSchema):
    """Whether an exclusion ground applies, and what happened."""

    applies = fields.Boolean(required=True)
    explanation = Text(load_default="", min_length=0, max_length=MAX_WORDS)


class CriterionIn(StrictSchema):
    """Whether a selection criterion is fulfilled, and how."""

    fulfilled = fields.Boolean(required=True)
    description = Text(load_default="", min_length=0, max_length=MAX_WORDS)


class AnswersIn(StrictSchema):
    """Answers by criterion; those not given stay open."""

    exclusion = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(EXCLUSION))), values=fields.Nested(GroundIn), load_default=dict
    )
    selection = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(SELECTION))),
        values=fields.Nested(CriterionIn),
        load_default=dict,
    )


class DeclarationIn(StrictSchema):
    """A draft of the self-declaration."""

    answers = fields.Nested(AnswersIn, required=True)


class DeclarationOut(Schema):
    """A self-declaration."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    number = fields.Integer()
    source = fields.String()
    answers = fields.Dict()
    espd_version = fields.String(allow_none=True)
    made_at = fields.AwareDateTime()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


class NoteIn(StrictSchema):
    """What the official looked at, or why not."""

    note = Text(load_default="", min_length=0, max_length=1000)


class ActingRightOut(Schema):
    """A statement that a person acts for a supplier."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    person_id = fields.UUID()
    state = fields.String()
    basis = fields.String()
    is_claim = fields.Boolean()
    stated_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


class RegistrationIn(StrictSchema):
    """A company to be registered by somebody who has an account."""

    scheme = fields.Enum(IdentifierScheme, by_value=True, required=True)
    country = Text(required=True, min_length=2, max_length=2)
    number = Text(required=True, max_length=40)
    name = Text(required=True, max_length=200)
    street = Text(required=True, max_length=200)
    postal_code = Text(required=True, max_length=20)
    city = Text(required=True, max_length=200)
    language = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES)))
    is_sole_trader = fields.Boolean(load_default=False)
    basis = Text(required=True, max_length=500)


class RegistrationOut(Schema):
    """What came of it: a new supplier, or a claim to a registered one."""

    supplier = fields.Nested(SupplierOut)
    acting_right = fields.Nested(ActingRightOut)
    is_claim = fields.Boolean()


class DocumentOut(Schema):
    """A document of the vault, without its content."""

    id = fields.UUID()
    version = fields.Integer()
    supplier_id = fields.UUID()
    kind = fields.Enum(DocumentKind, by_value=True)
    state = fields.Enum(DocumentState, by_value=True)
    title = fields.String()
    issued_on = fields.Date()
    expires_on = fields.Date(allow_none=True)
    secret_reason = fields.String(allow_none=True)
    added_at = fields.AwareDateTime()


class DocumentIn(StrictSchema):
    """What a provider says of a document."""

    kind = fields.Enum(DocumentKind, by_value=True, required=True)
    title = Text(required=True, max_length=200)
    issued_on = fields.Date(required=True)
    expires_on = fields.Date(load_default=None)
    secret_reason = Text(load_default="", max_length=1000, min_length=0)
    file_name = Text(required=True, max_length=200)
