"""The ground"""

import sqlalchemy as sa
from alembic import op

from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: The clock of DESIGN.md I1.
AVOIN_NOW = """
CREATE OR REPLACE FUNCTION avoin_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE moved text := current_setting('avoin.clock_offset', true);
BEGIN
  IF moved IS NULL OR moved = '' THEN
    RETURN clock_timestamp();
  END IF;
  IF NOT EXISTS (SELECT 1 FROM deployment WHERE clock_travel) THEN
    RAISE EXCEPTION 'the clock cannot be moved in this deployment' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN clock_timestamp() + moved::interval;
END $$;
"""

PROTECT = r"""
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_event' THEN
    IF OLD.seq <= (SELECT max(seq) FROM audit_checkpoint) AND OLD.at < avoin_now() - interval '5 years' THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE ON audit_checkpoint
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER access_record_append_only BEFORE UPDATE OR DELETE ON access_record
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER access_record_no_truncate BEFORE TRUNCATE ON access_record
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
INSERT INTO audit_head (id, seq, mac) VALUES (1, 0, '\x00');
"""

UNPROTECT = """
DROP TRIGGER audit_event_append_only ON audit_event;
DROP TRIGGER audit_event_no_truncate ON audit_event;
DROP TRIGGER audit_checkpoint_append_only ON audit_checkpoint;
DROP TRIGGER audit_checkpoint_no_truncate ON audit_checkpoint;
DROP TRIGGER access_record_append_only ON access_record;
DROP TRIGGER access_record_no_truncate ON access_record;
DROP FUNCTION audit_append_only();
"""


def upgrade():
    op.create_table(
        "access_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_record")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("personal", sa.LargeBinary(), nullable=True),
        sa.Column("personal_of", sa.Uuid(), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_audit_event_subject", ["subject_type", "subject_id", "seq"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "environment",
            sa.Enum(
                "production", "demo", "test", name="environment", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("clock_travel", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT (environment = 'production' AND clock_travel)",
            name=op.f("ck_deployment_no_clock_travel_in_production"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_deployment_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )
    op.create_table(
        "idempotency_record",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_record")),
    )
    with op.batch_alter_table("idempotency_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_record_at"), ["at"], unique=False)

    op.create_table(
        "login_attempt",
        sa.Column("account_hash", sa.Text(), nullable=False),
        sa.Column("source_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_login_attempt_account", ["account_hash", "at"], unique=False)
        batch_op.create_index("ix_login_attempt_source", ["source_hash", "at"], unique=False)

    op.create_table(
        "mail",
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("queued", "sent", "failed", name="mailstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_mail_sent_at_if_sent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_about_id"), ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_queued_at"), ["queued_at"], unique=False)

    op.create_table(
        "organisation",
        sa.Column(
            "kind",
            sa.Enum(
                "authority",
                "supplier",
                "operator",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "outbox_entry",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending", "done", "failed", name="entrystate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_outbox_entry_done_at_if_done")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_entry_key")),
    )
    with op.batch_alter_table("outbox_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_entry_pending", ["due_at"], unique=False, postgresql_where=sa.text("state = 'pending'")
        )

    op.create_table(
        "person",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("language IN ('fi', 'sv', 'en')", name=op.f("ck_person_language_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("uq_person_email", [sa.literal_column("lower(email)")], unique=True)

    op.create_table(
        "person_key",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_person_key")),
    )
    op.create_table(
        "release",
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("inputs_count", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    op.create_table(
        "authority",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("service_address", sa.Text(), nullable=False),
        sa.Column("service_email", sa.Text(), nullable=False),
        sa.Column("competence", sa.Text(), nullable=False),
        sa.Column("second_factor_required", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["organisation.id"], name=op.f("fk_authority_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("business_id", name=op.f("uq_authority_business_id")),
    )
    op.create_table(
        "one_time_token",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "password_reset",
                "email_confirmation",
                "invitation",
                name="tokenpurpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_token_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_token_token_hash")),
    )
    with op.batch_alter_table("one_time_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_token_person_id"), ["person_id"], unique=False)

    op.create_table(
        "role_holding",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "coordinator",
                "decider",
                "opener",
                "expert",
                "steering",
                "provider",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_role_holding_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_role_holding_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_holding_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_holding")),
    )
    with op.batch_alter_table("role_holding", schema=None) as batch_op:
        batch_op.create_index("ix_role_holding_organisation", ["organisation_id", "role"], unique=False)
        batch_op.create_index("ix_role_holding_person", ["person_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_file_sha256_length")),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size_positive")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_stored_file_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "supplier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "fi_business_id",
                "vat_number",
                "foreign_registration",
                name="identifierscheme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("registration_number", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("emails", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_sole_trader", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(scheme = 'fi_business_id') = (country = 'FI')", name=op.f("ck_supplier_business_id_if_finnish")
        ),
        sa.CheckConstraint("language IN ('fi', 'sv', 'en')", name=op.f("ck_supplier_language_known")),
        sa.CheckConstraint("jsonb_array_length(emails) > 0", name=op.f("ck_supplier_has_email")),
        sa.ForeignKeyConstraint(["id"], ["organisation.id"], name=op.f("fk_supplier_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint(
            "country", "scheme", "registration_number", name=op.f("uq_supplier_country_scheme_registration_number")
        ),
    )
    op.create_table(
        "acting_right",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "verified",
                "refused",
                name="actingrightstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("is_claim", sa.Boolean(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at IS NULL)", name=op.f("ck_acting_right_decided_at_if_decided")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_acting_right_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_acting_right_person_id_person")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_acting_right_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acting_right")),
    )
    with op.batch_alter_table("acting_right", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acting_right_supplier_id"), ["supplier_id"], unique=False)
        batch_op.create_index(
            "uq_acting_right_one_live",
            ["person_id", "supplier_id"],
            unique=True,
            postgresql_where=sa.text("state <> 'refused'"),
        )

    op.create_table(
        "api_token",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("holding_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["holding_id"], ["role_holding.id"], name=op.f("fk_api_token_holding_id_role_holding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "declaration",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("form", "espd_xml", name="declarationsource", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("espd_version", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(source = 'espd_xml') = (file_id IS NOT NULL)", name=op.f("ck_declaration_file_if_espd_xml")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_declaration_confirmed_by_person")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_declaration_file_id_stored_file")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_declaration_made_by_person")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_declaration_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("supplier_id", "number", name=op.f("uq_declaration_supplier_id_number")),
    )
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.create_index(
            "uq_declaration_one_draft", ["supplier_id"], unique=True, postgresql_where=sa.text("confirmed_at IS NULL")
        )

    op.create_table(
        "document",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "references",
                "staff_qualifications",
                "quality_system",
                "financial_statement",
                "trade_register",
                "advance_tax_register",
                "tax_certificate",
                "pension_insurance",
                "accident_insurance",
                "working_terms",
                "occupational_health",
                "liability_insurance",
                "other",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "in_use",
                "withdrawn",
                "purged",
                name="documentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("secret_reason", sa.Text(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_by", sa.Uuid(), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'purged') = (file_id IS NULL)", name=op.f("ck_document_no_file_if_purged")),
        sa.CheckConstraint(
            "(state = 'purged') = (purged_at IS NOT NULL)", name=op.f("ck_document_purged_at_if_purged")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') <= (withdrawn_at IS NOT NULL)", name=op.f("ck_document_withdrawn_at_if_withdrawn")
        ),
        sa.CheckConstraint(
            "expires_on IS NULL OR expires_on >= issued_on", name=op.f("ck_document_expires_after_issue")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_document_added_by_person")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_document_file_id_stored_file")),
        sa.ForeignKeyConstraint(["purged_by"], ["person.id"], name=op.f("fk_document_purged_by_person")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_document_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_document_expires_on", ["expires_on"], unique=False, postgresql_where=sa.text("state = 'in_use'")
        )
        batch_op.create_index(batch_op.f("ix_document_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("holding_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holding_id"], ["role_holding.id"], name=op.f("fk_login_session_holding_id_role_holding")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "message_setting",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("muted_services", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("muted_areas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_digest", sa.Boolean(), nullable=False),
        sa.Column("unsubscribed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_message_setting_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_setting")),
        sa.UniqueConstraint("supplier_id", name=op.f("uq_message_setting_supplier_id")),
    )
    op.create_table(
        "news",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "system_opened",
                "category_opened",
                "question_answered",
                name="newskind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("topics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_sent", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("NOT is_sent OR settled_at IS NOT NULL", name=op.f("ck_news_settled_if_sent")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_news_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("supplier_id", "kind", "about_id", name=op.f("uq_news_supplier_id_kind_about_id")),
    )
    with op.batch_alter_table("news", schema=None) as batch_op:
        batch_op.create_index(
            "ix_news_waiting", ["supplier_id"], unique=False, postgresql_where=sa.text("settled_at IS NULL")
        )

    op.create_table(
        "purchasing_system",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("description_fi", sa.Text(), nullable=False),
        sa.Column("description_sv", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("estimated_value", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("closing_announced", sa.Boolean(), nullable=False),
        sa.Column("technical_fi", sa.Text(), nullable=False),
        sa.Column("technical_sv", sa.Text(), nullable=False),
        sa.Column("technical_en", sa.Text(), nullable=False),
        sa.Column("evaluation_period_days", sa.Integer(), nullable=True),
        sa.Column("questions_until", sa.Date(), nullable=True),
        sa.Column("answer_within_days", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "open",
                "closed",
                "ended",
                name="systemstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_purchasing_system_ended_at_if_ended")
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'open', 'closed', 'ended')) = (approved_at IS NOT NULL)",
            name=op.f("ck_purchasing_system_approved_at_if_approved"),
        ),
        sa.CheckConstraint(
            "(state IN ('open', 'closed', 'ended')) = (opened_at IS NOT NULL)",
            name=op.f("ck_purchasing_system_opened_at_if_opened"),
        ),
        sa.CheckConstraint("answer_within_days > 0", name=op.f("ck_purchasing_system_answer_within_positive")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> prepared_by", name=op.f("ck_purchasing_system_four_eyes")
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_purchasing_system_ends_after_start")),
        sa.CheckConstraint("estimated_value > 0", name=op.f("ck_purchasing_system_value_positive")),
        sa.CheckConstraint("evaluation_period_days > 0", name=op.f("ck_purchasing_system_evaluation_period_positive")),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_purchasing_system_approved_by_person")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_purchasing_system_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_purchasing_system_prepared_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchasing_system")),
    )
    with op.batch_alter_table("purchasing_system", schema=None) as batch_op:
        batch_op.create_index("ix_purchasing_system_authority_id_state", ["authority_id", "state"], unique=False)

    op.create_table(
        "register_extract",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "tax_debt",
                "trade_register",
                "pension_insurance",
                "prepayment_register",
                name="registerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column(
            "result",
            sa.Enum("clear", "obstacle", name="extractresult", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("result = 'clear' OR length(note) > 0", name=op.f("ck_register_extract_note_if_obstacle")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_register_extract_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_register_extract_checked_by_person")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_register_extract_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_extract")),
    )
    with op.batch_alter_table("register_extract", schema=None) as batch_op:
        batch_op.create_index(
            "ix_register_extract_supplier_id_authority_id", ["supplier_id", "authority_id"], unique=False
        )

    op.create_table(
        "secrecy_undertaking",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=True),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) = (sealed_name IS NOT NULL)", name=op.f("ck_secrecy_undertaking_person_or_name")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_secrecy_undertaking_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_secrecy_undertaking_person_id_person")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_secrecy_undertaking_recorded_by_person")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_secrecy_undertaking_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrecy_undertaking")),
    )
    with op.batch_alter_table("secrecy_undertaking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_secrecy_undertaking_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_secrecy_undertaking_of_person",
            ["supplier_id", "authority_id", "person_id", "text_version"],
            unique=True,
            postgresql_where=sa.text("person_id IS NOT NULL AND ended_on IS NULL"),
        )

    op.create_table(
        "category",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("description_fi", sa.Text(), nullable=False),
        sa.Column("description_sv", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column(
            "service_type",
            sa.Enum(
                "expert_assessment",
                "career_guidance",
                "job_search_coaching",
                "career_coaching",
                "job_coaching",
                "labour_market_training",
                "joint_purchase_training",
                "change_security_training",
                "integration_training",
                name="servicetype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cpv", sa.Text(), nullable=False),
        sa.Column(
            "legal_mode",
            sa.Enum(
                "dps_strict",
                "annex_e_dps_like",
                "small_purchase",
                name="legalmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "ordering_rule",
            sa.Enum(
                "customer_choice",
                "ranking",
                "rotation",
                "competition",
                name="orderingrule",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ordering_parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "price_unit",
            sa.Enum(
                "hour",
                "day",
                "participant",
                "course",
                "module",
                name="priceunit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("price_ceiling", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("accept_within_hours", sa.Integer(), nullable=False),
        sa.Column("start_within_days", sa.Integer(), nullable=False),
        sa.Column("report_within_days", sa.Integer(), nullable=False),
        sa.Column("max_duration_days", sa.Integer(), nullable=False),
        sa.Column("has_work_trial", sa.Boolean(), nullable=False),
        sa.Column("newcomer_share", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("areas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decline_reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quality_fi", sa.Text(), nullable=False),
        sa.Column("quality_sv", sa.Text(), nullable=False),
        sa.Column("quality_en", sa.Text(), nullable=False),
        sa.Column("largest_contract_value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("minimum_turnover", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("turnover_reason", sa.Text(), nullable=False),
        sa.Column("price_only_reason", sa.Text(), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("terms_fi", sa.Text(), nullable=False),
        sa.Column("terms_sv", sa.Text(), nullable=False),
        sa.Column("terms_en", sa.Text(), nullable=False),
        sa.Column("terms_file_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "legal_mode <> 'dps_strict' OR ordering_rule = 'competition'",
            name=op.f("ck_category_strict_means_competition"),
        ),
        sa.CheckConstraint("accept_within_hours > 0", name=op.f("ck_category_accept_within_positive")),
        sa.CheckConstraint("newcomer_share BETWEEN 0 AND 1", name=op.f("ck_category_newcomer_share_range")),
        sa.CheckConstraint("price_ceiling >= 0", name=op.f("ck_category_ceiling_not_negative")),
        sa.ForeignKeyConstraint(
            ["system_id"], ["purchasing_system.id"], name=op.f("fk_category_system_id_purchasing_system")
        ),
        sa.ForeignKeyConstraint(
            ["terms_file_id"], ["stored_file.id"], name=op.f("fk_category_terms_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("system_id", "code", name=op.f("uq_category_system_id_code")),
    )
    op.create_table(
        "delegation",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_delegation_ends_after_start")),
        sa.CheckConstraint("given_by <> person_id", name=op.f("ck_delegation_given_to_another")),
        sa.CheckConstraint("length(basis) > 0", name=op.f("ck_delegation_has_basis")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_delegation_given_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["system_id"], ["purchasing_system.id"], name=op.f("fk_delegation_system_id_purchasing_system")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index("ix_delegation_system_id_person_id", ["system_id", "person_id"], unique=False)

    op.create_table(
        "application_draft",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("secrets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("documents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_application_draft_category_id_category")
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_application_draft_saved_by_person")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_application_draft_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_draft")),
        sa.UniqueConstraint("supplier_id", "category_id", name=op.f("uq_application_draft_supplier_id_category_id")),
    )
    op.create_table(
        "award_criterion",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("price", "quality", name="criterionkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "concerns",
            sa.Enum(
                "service",
                "named_staff",
                "supplier",
                name="criterionsubject",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text_fi", sa.Text(), nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight > 0 AND weight <= 100", name=op.f("ck_award_criterion_weight_range")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_award_criterion_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_criterion")),
        sa.UniqueConstraint("category_id", "code", name=op.f("uq_award_criterion_category_id_code")),
    )
    op.create_table(
        "budget",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("committed", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("spent", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("committed + spent <= amount", name=op.f("ck_budget_not_overdrawn")),
        sa.CheckConstraint("committed >= 0 AND spent >= 0", name=op.f("ck_budget_parts_not_negative")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_budget_authority_id_authority")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_budget_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint(
            "authority_id", "category_id", "year", name=op.f("uq_budget_authority_id_category_id_year")
        ),
    )
    op.create_table(
        "category_module",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("price_ceiling", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_ceiling > 0", name=op.f("ck_category_module_ceiling_positive")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_category_module_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_module")),
    )
    with op.batch_alter_table("category_module", schema=None) as batch_op:
        batch_op.create_index(
            "uq_category_module_one_in_force",
            ["category_id", "code"],
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "decision",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "admission",
                "refusal",
                "suspension",
                "lifting",
                "removal",
                "withdrawal",
                "operator_change",
                name="decisionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "prepared",
                "returned",
                "signed",
                name="decisionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("matter", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column(
            "instruction_kind",
            sa.Enum(
                "market_court",
                "municipal",
                name="instructionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("skips_standstill", sa.Boolean(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("case_year", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("section_number", sa.Integer(), nullable=True),
        sa.Column("competence", sa.Text(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'signed') = (competence IS NOT NULL)", name=op.f("ck_decision_competence_if_signed")
        ),
        sa.CheckConstraint(
            "(state = 'signed') = (section_number IS NOT NULL)", name=op.f("ck_decision_number_if_signed")
        ),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_decision_signed_at_if_signed")
        ),
        sa.CheckConstraint("corrects_id IS NULL OR corrects_id <> id", name=op.f("ck_decision_corrects_another")),
        sa.CheckConstraint("jsonb_array_length(reasons) > 0", name=op.f("ck_decision_has_reasons")),
        sa.CheckConstraint("signed_by IS NULL OR signed_by <> prepared_by", name=op.f("ck_decision_four_eyes")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_decision_authority_id_authority")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_decision_category_id_category")),
        sa.ForeignKeyConstraint(["corrects_id"], ["decision.id"], name=op.f("fk_decision_corrects_id_decision")),
        sa.ForeignKeyConstraint(["letter_id"], ["stored_file.id"], name=op.f("fk_decision_letter_id_stored_file")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_decision_prepared_by_person")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_decision_signed_by_person")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_decision_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint(
            "authority_id", "year", "section_number", name=op.f("uq_decision_authority_id_year_section_number")
        ),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(
            "ix_decision_authority_id_case_year_case_number", ["authority_id", "case_year", "case_number"], unique=False
        )
        batch_op.create_index("ix_decision_authority_id_state", ["authority_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_category_id"), ["category_id"], unique=False)
        batch_op.create_index("ix_decision_corrects_id", ["corrects_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "need",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("customer_reference", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("latest_start", sa.Date(), nullable=False),
        sa.Column("modules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accessibility", sa.Text(), nullable=False),
        sa.Column(
            "age_band",
            sa.Enum(
                "under_25",
                "25_to_34",
                "35_to_49",
                "50_or_over",
                name="ageband",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "unemployment_band",
            sa.Enum(
                "under_6_months",
                "6_to_12_months",
                "1_to_2_years",
                "over_2_years",
                name="unemploymentband",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "education_band",
            sa.Enum(
                "basic",
                "secondary",
                "higher",
                "unknown",
                name="educationband",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "ordered", "closed", name="needstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("is_remote OR place IS NOT NULL", name=op.f("ck_need_place_or_remote")),
        sa.CheckConstraint("jsonb_array_length(languages) > 0", name=op.f("ck_need_has_language")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_need_authority_id_authority")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_need_category_id_category")),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("fk_need_expert_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_need_authority_id_number")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index("ix_need_expert_id_state", ["expert_id", "state"], unique=False)

    op.create_table(
        "payment_part",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "start_fee",
                "milestone",
                "outcome",
                name="paymentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text_fi", sa.Text(), nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ceiling > 0", name=op.f("ck_payment_part_ceiling_positive")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_payment_part_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_part")),
        sa.UniqueConstraint("category_id", "code", name=op.f("uq_payment_part_category_id_code")),
    )
    op.create_table(
        "published_record",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("orders_count", sa.Integer(), nullable=True),
        sa.Column("completion", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("employment", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("recommendation", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("orders_count >= 0", name=op.f("ck_published_record_count_not_negative")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_published_record_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_published_record_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_record")),
        sa.UniqueConstraint("supplier_id", "category_id", name=op.f("uq_published_record_supplier_id_category_id")),
    )
    with op.batch_alter_table("published_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_published_record_category_id"), ["category_id"], unique=False)

    op.create_table(
        "question",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("asked", "answered", name="questionstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_question_asked_by_person")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_question_category_id_category")),
        sa.ForeignKeyConstraint(
            ["system_id"], ["purchasing_system.id"], name=op.f("fk_question_system_id_purchasing_system")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(
            "ix_question_due", ["answer_due_on"], unique=False, postgresql_where=sa.text("state = 'asked'")
        )
        batch_op.create_index("ix_question_system_id_state", ["system_id", "state"], unique=False)

    op.create_table(
        "requirement",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "exclusion", "selection", name="requirementkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text_fi", sa.Text(), nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("evidence_fi", sa.Text(), nullable=False),
        sa.Column("evidence_sv", sa.Text(), nullable=False),
        sa.Column("evidence_en", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_requirement_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
    )
    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.create_index(
            "uq_requirement_one_in_force",
            ["category_id", "code"],
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "system_change",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "new_category",
                "category_changed",
                "category_ended",
                "validity_changed",
                "system_changed",
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "announced",
                "in_force",
                "dropped",
                name="changestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("replaced", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'in_force') = (effective_at IS NOT NULL)", name=op.f("ck_system_change_effective_at_if_in_force")
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'announced', 'in_force')) <= (approved_at IS NOT NULL)",
            name=op.f("ck_system_change_approved_at_if_approved"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('category_changed', 'category_ended') OR category_id IS NOT NULL",
            name=op.f("ck_system_change_category_if_about_one"),
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> prepared_by", name=op.f("ck_system_change_four_eyes")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_system_change_has_reason")),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_system_change_approved_by_person")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_system_change_category_id_category")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_system_change_prepared_by_person")),
        sa.ForeignKeyConstraint(
            ["system_id"], ["purchasing_system.id"], name=op.f("fk_system_change_system_id_purchasing_system")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_change")),
    )
    with op.batch_alter_table("system_change", schema=None) as batch_op:
        batch_op.create_index("ix_system_change_system_id_state", ["system_id", "state"], unique=False)
        batch_op.create_index(
            "uq_system_change_one_a_category",
            ["category_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'approved', 'announced')"),
        )
        batch_op.create_index(
            "uq_system_change_one_a_system",
            ["system_id", "kind"],
            unique=True,
            postgresql_where=sa.text(
                "state IN ('draft', 'submitted', 'approved', 'announced') AND kind IN ('validity_changed', 'system_changed')"
            ),
        )

    op.create_table(
        "answer",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("text_fi", sa.Text(), nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(text_fi) > 0 AND length(text_sv) > 0", name=op.f("ck_answer_both_languages")),
        sa.ForeignKeyConstraint(["corrects_id"], ["answer.id"], name=op.f("fk_answer_corrects_id_answer")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_answer_published_by_person")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_answer_corrects_id")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_question_id"), ["question_id"], unique=False)
        batch_op.create_index(
            "uq_answer_first", ["question_id"], unique=True, postgresql_where=sa.text("corrects_id IS NULL")
        )

    op.create_table(
        "application",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("secrets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed_parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "proposed",
                "admitted",
                "refused",
                "withdrawn",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_due_on", sa.Date(), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("alarmed_for", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_application_withdrawn_at_if_withdrawn")
        ),
        sa.CheckConstraint(
            "(state IN ('admitted', 'refused')) = (decided_at IS NOT NULL)",
            name=op.f("ck_application_decided_at_if_decided"),
        ),
        sa.CheckConstraint(
            "(state IN ('received', 'withdrawn')) OR decision_id IS NOT NULL",
            name=op.f("ck_application_decision_if_proposed"),
        ),
        sa.CheckConstraint(
            "(extended_at IS NULL) = (extension_reason IS NULL)", name=op.f("ck_application_reason_if_extended")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_application_category_id_category")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_application_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_application_declaration_id_declaration")
        ),
        sa.ForeignKeyConstraint(["handler_id"], ["person.id"], name=op.f("fk_application_handler_id_person")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_application_sent_by_person")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_application_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_category_id"), ["category_id"], unique=False)
        batch_op.create_index(
            "ix_application_due",
            ["decision_due_on"],
            unique=False,
            postgresql_where=sa.text("state IN ('received', 'proposed')"),
        )
        batch_op.create_index(batch_op.f("ix_application_handler_id"), ["handler_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_supplier_id"), ["supplier_id"], unique=False)
        batch_op.create_index(
            "uq_application_one_live",
            ["supplier_id", "category_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('received', 'proposed')"),
        )

    op.create_table(
        "explanation_request",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_explanation_request_answer_if_answered")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_explanation_request_answered_by_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_explanation_request_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_explanation_request_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_explanation_request_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation_request")),
    )
    with op.batch_alter_table("explanation_request", schema=None) as batch_op:
        batch_op.create_index("ix_explanation_request_decision_id", ["decision_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "contract_notice",
                "change_notice",
                "award_notice",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum("sent", "published", name="noticestate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL AND number IS NOT NULL)",
            name=op.f("ck_notice_number_and_time_if_published"),
        ),
        sa.CheckConstraint("kind <> 'award_notice' OR change_id IS NULL", name=op.f("ck_notice_award_of_the_whole")),
        sa.CheckConstraint(
            "kind <> 'change_notice' OR change_id IS NOT NULL", name=op.f("ck_notice_change_if_change_notice")
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR published_at >= sent_at", name=op.f("ck_notice_published_after_sent")
        ),
        sa.ForeignKeyConstraint(["change_id"], ["system_change.id"], name=op.f("fk_notice_change_id_system_change")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_notice_published_by_person")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_notice_sent_by_person")),
        sa.ForeignKeyConstraint(
            ["system_id"], ["purchasing_system.id"], name=op.f("fk_notice_system_id_purchasing_system")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("change_id", name=op.f("uq_notice_change_id")),
        sa.UniqueConstraint("number", name=op.f("uq_notice_number")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_system_id"), ["system_id"], unique=False)

    op.create_table(
        "remedy",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "appeal",
                "correction_demand",
                "own_correction",
                "clerical_error",
                name="remedykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("pending", "closed", name="remedystate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("claimant", sa.Text(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("court_told_on", sa.Date(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "corrected",
                "rejected",
                "too_late",
                "withdrawn",
                "court_upheld",
                "court_annulled",
                "court_dismissed",
                name="remedyoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("outcome_note", sa.Text(), nullable=True),
        sa.Column("new_decision_id", sa.Uuid(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_remedy_closed_at_if_closed")),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_remedy_outcome_if_closed")),
        sa.CheckConstraint("length(claims) > 0", name=op.f("ck_remedy_has_claims")),
        sa.CheckConstraint("received_on <= registered_on", name=op.f("ck_remedy_received_before_registered")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_remedy_closed_by_person")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_remedy_decision_id_decision")),
        sa.ForeignKeyConstraint(["new_decision_id"], ["decision.id"], name=op.f("fk_remedy_new_decision_id_decision")),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_remedy_registered_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
    )
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.create_index("ix_remedy_decision_id_state", ["decision_id", "state"], unique=False)

    op.create_table(
        "application_document",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_document_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_application_document_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirement.id"], name=op.f("fk_application_document_requirement_id_requirement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_document")),
        sa.UniqueConstraint(
            "application_id",
            "document_id",
            "requirement_id",
            name=op.f("uq_application_document_application_id_document_id_requirement_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    with op.batch_alter_table("application_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_document_document_id"), ["document_id"], unique=False)

    op.create_table(
        "application_party",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "subcontractor",
                "relied_on",
                name="partyrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "fi_business_id",
                "vat_number",
                "foreign_registration",
                name="identifierscheme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("relied_on_for_id", sa.Uuid(), nullable=True),
        sa.Column("performs_service", sa.Boolean(), nullable=False),
        sa.Column("grounds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "source",
            sa.Enum("form", "espd_xml", name="declarationsource", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("espd_version", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(role = 'relied_on') = (relied_on_for_id IS NOT NULL)",
            name=op.f("ck_application_party_requirement_if_relied_on"),
        ),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR replaced_at IS NOT NULL",
            name=op.f("ck_application_party_replaced_at_if_replaced"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_party_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["relied_on_for_id"], ["requirement.id"], name=op.f("fk_application_party_relied_on_for_id_requirement")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["application_party.id"],
            name=op.f("fk_application_party_replaced_by_id_application_party"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_party")),
    )
    with op.batch_alter_table("application_party", schema=None) as batch_op:
        batch_op.create_index(
            "uq_application_party_once",
            [
                "application_id",
                "role",
                "country",
                "registration_number",
                sa.literal_column("coalesce(relied_on_for_id, '00000000-0000-0000-0000-000000000000')"),
            ],
            unique=True,
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "qualification",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "in_force",
                "suspended",
                "ended",
                name="qualificationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_decision_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (end_decision_id IS NOT NULL)", name=op.f("ck_qualification_ended_by_decision")
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_qualification_ended_at_if_ended")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_qualification_application_id_application")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_qualification_category_id_category")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_qualification_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["end_decision_id"], ["decision.id"], name=op.f("fk_qualification_end_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_qualification_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
    )
    with op.batch_alter_table("qualification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qualification_application_id"), ["application_id"], unique=False)
        batch_op.create_index("ix_qualification_category_id_ended_at", ["category_id", "ended_at"], unique=False)
        batch_op.create_index(
            "ix_qualification_category_id_in_force",
            ["category_id", sa.literal_column("id DESC")],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_qualification_supplier_id", ["supplier_id"], unique=False)
        batch_op.create_index(
            "uq_qualification_one_in_force",
            ["supplier_id", "category_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "sanction_event",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "early_termination",
                "damages",
                "comparable_sanction",
                name="sanctionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("contract_reference", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_sanction_event_application_id_application")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_sanction_event_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction_event")),
    )
    with op.batch_alter_table("sanction_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sanction_event_application_id"), ["application_id"], unique=False)

    op.create_table(
        "admission_matter",
        sa.Column("qualification_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "suspension_requested",
                "suspension_by_term",
                "lifting",
                "removal",
                "withdrawal",
                "operator_change",
                name="matterkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "hearing",
                "ready",
                "proposed",
                "decided",
                "dropped",
                name="matterstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=True),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column(
            "sanction_kind",
            sa.Enum(
                "early_termination",
                "damages",
                "comparable_sanction",
                name="sanctionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("contract_reference", sa.Text(), nullable=True),
        sa.Column("term", sa.Text(), nullable=True),
        sa.Column("new_supplier_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'operator_change') = (new_supplier_id IS NOT NULL)",
            name=op.f("ck_admission_matter_operator_if_changed"),
        ),
        sa.CheckConstraint(
            "(kind = 'removal') = (requirement_id IS NOT NULL)", name=op.f("ck_admission_matter_requirement_if_removal")
        ),
        sa.CheckConstraint(
            "(kind = 'suspension_by_term') = (term IS NOT NULL)", name=op.f("ck_admission_matter_term_if_by_term")
        ),
        sa.CheckConstraint(
            "(kind IN ('removal', 'suspension_by_term')) = (due_at IS NOT NULL)",
            name=op.f("ck_admission_matter_time_to_answer_if_heard"),
        ),
        sa.CheckConstraint(
            "(state IN ('proposed', 'decided')) <= (decision_id IS NOT NULL)",
            name=op.f("ck_admission_matter_decision_if_proposed"),
        ),
        sa.CheckConstraint(
            "(sanction_kind IS NULL) = (contract_reference IS NULL)",
            name=op.f("ck_admission_matter_sanction_with_contract"),
        ),
        sa.CheckConstraint(
            "(statement IS NULL) = (answered_at IS NULL)", name=op.f("ck_admission_matter_statement_if_answered")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_admission_matter_has_reason")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_admission_matter_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_admission_matter_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["new_supplier_id"], ["supplier.id"], name=op.f("fk_admission_matter_new_supplier_id_supplier")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_admission_matter_opened_by_person")),
        sa.ForeignKeyConstraint(
            ["qualification_id"], ["qualification.id"], name=op.f("fk_admission_matter_qualification_id_qualification")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirement.id"], name=op.f("fk_admission_matter_requirement_id_requirement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_matter")),
    )
    with op.batch_alter_table("admission_matter", schema=None) as batch_op:
        batch_op.create_index("ix_admission_matter_decision_id", ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_admission_matter_qualification_id"), ["qualification_id"], unique=False)
        batch_op.create_index(
            "uq_admission_matter_one_open",
            ["qualification_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('hearing', 'ready', 'proposed')"),
        )

    op.create_table(
        "application_check",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column(
            "result",
            sa.Enum("met", "not_met", "ask", name="checkresult", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ground_applies", sa.Boolean(), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("sanction_id", sa.Uuid(), nullable=True),
        sa.Column(
            "self_cleaning",
            sa.Enum(
                "sufficient", "insufficient", name="selfcleaning", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("self_cleaning_note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT (result = 'not_met' AND self_cleaning IS NOT DISTINCT FROM 'sufficient')",
            name=op.f("ck_application_check_not_excluded_if_cleaned"),
        ),
        sa.CheckConstraint("result = 'met' OR length(note) > 0", name=op.f("ck_application_check_reason_if_not_met")),
        sa.CheckConstraint(
            "(self_cleaning IS NULL) = (length(self_cleaning_note) = 0)",
            name=op.f("ck_application_check_self_cleaning_assessed_in_words"),
        ),
        sa.CheckConstraint(
            "NOT ground_applies OR event_on IS NOT NULL", name=op.f("ck_application_check_event_if_ground_applies")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_check_application_id_application")
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_application_check_checked_by_person")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["application_party.id"], name=op.f("fk_application_check_party_id_application_party")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirement.id"], name=op.f("fk_application_check_requirement_id_requirement")
        ),
        sa.ForeignKeyConstraint(
            ["sanction_id"], ["sanction_event.id"], name=op.f("fk_application_check_sanction_id_sanction_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_check")),
        sa.UniqueConstraint(
            "application_id",
            "requirement_id",
            "party_id",
            name=op.f("uq_application_check_application_id_requirement_id_party_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "clarification",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "clarification",
                "self_cleaning_hearing",
                "replace_subcontractor",
                name="clarificationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requirements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'replace_subcontractor' OR party_id IS NOT NULL", name=op.f("ck_clarification_party_if_replaced")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_clarification_answer_if_answered")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_clarification_who_if_answered")
        ),
        sa.CheckConstraint("answered_at < due_at", name=op.f("ck_clarification_answered_in_time")),
        sa.CheckConstraint("due_at > asked_at", name=op.f("ck_clarification_due_after_asking")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_clarification_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_clarification_application_id_application")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_clarification_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["application_party.id"], name=op.f("fk_clarification_party_id_application_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_clarification_application_id_number")),
    )
    with op.batch_alter_table("clarification", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clarification_due_at", ["due_at"], unique=False, postgresql_where=sa.text("answered_at IS NULL")
        )

    op.create_table(
        "criminal_record_check",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column(
            "result",
            sa.Enum("clear", "obstacle", name="extractresult", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_criminal_record_check_application_id_application")
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_criminal_record_check_checked_by_person")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["application_party.id"], name=op.f("fk_criminal_record_check_party_id_application_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criminal_record_check")),
    )
    with op.batch_alter_table("criminal_record_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criminal_record_check_application_id"), ["application_id"], unique=False)

    op.create_table(
        "frame_contract",
        sa.Column("qualification_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "signed_by_supplier",
                "in_force",
                "ended",
                "lapsed",
                name="contractstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("price_list", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("data_processing_version", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("supplier_signed_by", sa.Uuid(), nullable=True),
        sa.Column("supplier_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_signed_by", sa.Uuid(), nullable=True),
        sa.Column("authority_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("liability_exemption", sa.Text(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("original_value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('in_force', 'ended')) = (authority_signed_at IS NOT NULL)",
            name=op.f("ck_frame_contract_authority_signed_at_if_signed"),
        ),
        sa.CheckConstraint(
            "state = 'lapsed' OR (state = 'offered') = (supplier_signed_at IS NULL)",
            name=op.f("ck_frame_contract_supplier_signed_at_if_signed"),
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_frame_contract_ends_after_start")),
        sa.CheckConstraint("original_value > 0", name=op.f("ck_frame_contract_original_value_positive")),
        sa.ForeignKeyConstraint(
            ["authority_signed_by"], ["person.id"], name=op.f("fk_frame_contract_authority_signed_by_person")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_frame_contract_category_id_category")),
        sa.ForeignKeyConstraint(
            ["qualification_id"], ["qualification.id"], name=op.f("fk_frame_contract_qualification_id_qualification")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_frame_contract_supplier_id_supplier")),
        sa.ForeignKeyConstraint(
            ["supplier_signed_by"], ["person.id"], name=op.f("fk_frame_contract_supplier_signed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_contract")),
    )
    with op.batch_alter_table("frame_contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_frame_contract_category_id"), ["category_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_frame_contract_supplier_id"), ["supplier_id"], unique=False)
        batch_op.create_index(
            "uq_frame_contract_one_live",
            ["qualification_id"],
            unique=True,
            postgresql_where=sa.text("state NOT IN ('ended', 'lapsed')"),
        )

    op.create_table(
        "renewal_request",
        sa.Column("qualification_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                "reviewed",
                name="renewalstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'reviewed') = (reviewed_at IS NOT NULL)", name=op.f("ck_renewal_request_reviewed_at_if_reviewed")
        ),
        sa.CheckConstraint(
            "(declaration_id IS NULL) = (answered_at IS NULL)", name=op.f("ck_renewal_request_declaration_if_answered")
        ),
        sa.CheckConstraint("due_at > asked_at", name=op.f("ck_renewal_request_due_after_asking")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_renewal_request_answered_by_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_renewal_request_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_renewal_request_declaration_id_declaration")
        ),
        sa.ForeignKeyConstraint(
            ["qualification_id"], ["qualification.id"], name=op.f("fk_renewal_request_qualification_id_qualification")
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_renewal_request_reviewed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_request")),
    )
    with op.batch_alter_table("renewal_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_renewal_request_due_at", ["due_at"], unique=False, postgresql_where=sa.text("state = 'asked'")
        )
        batch_op.create_index(batch_op.f("ix_renewal_request_qualification_id"), ["qualification_id"], unique=False)
        batch_op.create_index(
            "uq_renewal_request_one_open",
            ["qualification_id"],
            unique=True,
            postgresql_where=sa.text("state <> 'reviewed'"),
        )

    op.create_table(
        "clarification_document",
        sa.Column("clarification_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clarification_id"],
            ["clarification.id"],
            name=op.f("fk_clarification_document_clarification_id_clarification"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_clarification_document_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification_document")),
        sa.UniqueConstraint(
            "clarification_id", "document_id", name=op.f("uq_clarification_document_clarification_id_document_id")
        ),
    )
    with op.batch_alter_table("clarification_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clarification_document_document_id"), ["document_id"], unique=False)

    op.create_table(
        "contract_change",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "review_clause",
                "additional_services",
                "unforeseen",
                "small_change",
                "new_contractor",
                name="contractchangekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "prepared",
                "decided",
                "accepted",
                "declined",
                "dropped",
                name="contractchangestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("total", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'review_clause') = (clause <> '')", name=op.f("ck_contract_change_clause_if_review")
        ),
        sa.CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)",
            name=op.f("ck_contract_change_answered_at_if_answered"),
        ),
        sa.CheckConstraint(
            "(state IN ('decided', 'accepted', 'declined')) <= (decided_at IS NOT NULL)",
            name=op.f("ck_contract_change_decided_at_if_decided"),
        ),
        sa.CheckConstraint(
            "value > 0 OR kind IN ('review_clause', 'new_contractor')", name=op.f("ck_contract_change_value_if_limited")
        ),
        sa.CheckConstraint("decided_by <> prepared_by", name=op.f("ck_contract_change_four_eyes")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_contract_change_value_not_negative")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_contract_change_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_contract_change_contract_id_frame_contract")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_contract_change_decided_by_person")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_contract_change_prepared_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_change")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_change_contract_id_number")),
    )
    op.create_table(
        "contract_option",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(used_at IS NULL) = (used_by IS NULL) AND (used_at IS NULL) = (reason IS NULL) AND (used_at IS NULL) = (ended_on IS NULL)",
            name=op.f("ck_contract_option_used_with_reason"),
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_contract_option_days_positive")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_contract_option_contract_id_frame_contract")
        ),
        sa.ForeignKeyConstraint(["used_by"], ["person.id"], name=op.f("fk_contract_option_used_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_option")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_option_contract_id_number")),
    )
    op.create_table(
        "liability_check",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "references",
                "staff_qualifications",
                "quality_system",
                "financial_statement",
                "trade_register",
                "advance_tax_register",
                "tax_certificate",
                "pension_insurance",
                "accident_insurance",
                "working_terms",
                "occupational_health",
                "liability_insurance",
                "other",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_liability_check_checked_by_person")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_liability_check_contract_id_frame_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liability_check")),
        sa.UniqueConstraint("contract_id", "kind", name=op.f("uq_liability_check_contract_id_kind")),
    )
    op.create_table(
        "offering",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "withdrawn",
                name="offeringstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("description_fi", sa.Text(), nullable=False),
        sa.Column("description_sv", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("duration_days", sa.Integer(), nullable=False),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("vat_rate", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("vat_exemption", sa.Text(), nullable=False),
        sa.Column("accessibility", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (published_at IS NULL)", name=op.f("ck_offering_published_at_if_published")
        ),
        sa.CheckConstraint("(vat_rate = 0) = (vat_exemption <> '')", name=op.f("ck_offering_exemption_if_no_vat")),
        sa.CheckConstraint("duration_days > 0", name=op.f("ck_offering_duration_positive")),
        sa.CheckConstraint("is_remote OR jsonb_array_length(places) > 0", name=op.f("ck_offering_has_place_or_remote")),
        sa.CheckConstraint("jsonb_array_length(languages) > 0", name=op.f("ck_offering_has_language")),
        sa.CheckConstraint("price > 0", name=op.f("ck_offering_price_positive")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_offering_category_id_category")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_offering_contract_id_frame_contract")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_offering_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering")),
    )
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.create_index("ix_offering_category_id_state", ["category_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_offering_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "price_adjustment",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("index_name", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "percent <> 0 AND percent BETWEEN -50 AND 50", name=op.f("ck_price_adjustment_percent_range")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_price_adjustment_contract_id_frame_contract")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_price_adjustment_decided_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_adjustment")),
        sa.UniqueConstraint("contract_id", "from_on", name=op.f("uq_price_adjustment_contract_id_from_on")),
    )
    op.create_table(
        "offering_module",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("price > 0", name=op.f("ck_offering_module_price_positive")),
        sa.ForeignKeyConstraint(
            ["module_id"], ["category_module.id"], name=op.f("fk_offering_module_module_id_category_module")
        ),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_offering_module_offering_id_offering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering_module")),
        sa.UniqueConstraint("offering_id", "module_id", name=op.f("uq_offering_module_offering_id_module_id")),
    )
    op.create_table(
        "offering_start",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_offering_start_seats_positive")),
        sa.CheckConstraint("seats_taken BETWEEN 0 AND seats", name=op.f("ck_offering_start_no_overbooking")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_offering_start_offering_id_offering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering_start")),
        sa.UniqueConstraint("offering_id", "starts_on", name=op.f("uq_offering_start_offering_id_starts_on")),
    )
    op.create_table(
        "choice",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "chosen",
                "none_fits",
                "talk_first",
                name="choiceanswer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.Column("start_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("answer <> 'chosen' OR offering_id IS NOT NULL", name=op.f("ck_choice_offering_if_chosen")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_choice_answered_at_if_answered")),
        sa.CheckConstraint("jsonb_array_length(options) BETWEEN 1 AND 5", name=op.f("ck_choice_one_to_five_options")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_choice_need_id_need")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_choice_offering_id_offering")),
        sa.ForeignKeyConstraint(["start_id"], ["offering_start.id"], name=op.f("fk_choice_start_id_offering_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_choice_token_hash")),
    )
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_choice_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "uq_choice_one_open",
            ["need_id"],
            unique=True,
            postgresql_where=sa.text("answered_at IS NULL AND cancelled_at IS NULL"),
        )

    op.create_table(
        "order",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("start_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("choice_id", sa.Uuid(), nullable=True),
        sa.Column(
            "chosen_by",
            sa.Enum("customer", "rule", name="chosenby", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("vat_rate", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("modules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "placed",
                "accepted",
                "declined",
                "expired",
                "cancelled",
                "started",
                "reported",
                "completed",
                name="orderstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "no_capacity",
                "start_not_possible",
                "language_not_available",
                "place_not_possible",
                "conflict_of_interest",
                name="declinereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_start_on", sa.Date(), nullable=False),
        sa.Column("planned_end_on", sa.Date(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'completed') = (completed_at IS NOT NULL)", name=op.f("ck_order_completed_at_if_completed")
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (decline_reason IS NOT NULL)", name=op.f("ck_order_reason_if_declined")
        ),
        sa.CheckConstraint(
            "(state IN ('placed', 'declined', 'expired', 'cancelled')) OR accepted_at IS NOT NULL",
            name=op.f("ck_order_accepted_at_if_accepted"),
        ),
        sa.CheckConstraint(
            "(state IN ('started', 'reported', 'completed')) = (started_on IS NOT NULL)",
            name=op.f("ck_order_started_on_if_started"),
        ),
        sa.CheckConstraint("planned_end_on >= planned_start_on", name=op.f("ck_order_end_after_start")),
        sa.CheckConstraint("price > 0", name=op.f("ck_order_price_positive")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_order_authority_id_authority")),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_order_budget_id_budget")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_order_category_id_category")),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_order_choice_id_choice")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_order_contract_id_frame_contract")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("fk_order_expert_id_person")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_order_need_id_need")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_order_offering_id_offering")),
        sa.ForeignKeyConstraint(["start_id"], ["offering_start.id"], name=op.f("fk_order_start_id_offering_start")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_order_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_order_authority_id_number")),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_accept_by", ["accept_by"], unique=False, postgresql_where=sa.text("state = 'placed'")
        )
        batch_op.create_index("ix_order_category_id_state", ["category_id", "state"], unique=False)
        batch_op.create_index("ix_order_expert_id_state", ["expert_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_need_id"), ["need_id"], unique=False)
        batch_op.create_index("ix_order_supplier_id_state", ["supplier_id", "state"], unique=False)
        batch_op.create_index(
            "uq_order_one_live",
            ["need_id"],
            unique=True,
            postgresql_where=sa.text("state NOT IN ('declined', 'expired', 'cancelled')"),
        )

    op.create_table(
        "customer_feedback",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("recommendation", sa.Integer(), nullable=False),
        sa.Column(
            "enough_help",
            sa.Enum("yes", "partly", "no", name="enoughhelp", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("recommendation BETWEEN 0 AND 10", name=op.f("ck_customer_feedback_recommendation_range")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_customer_feedback_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_feedback")),
        sa.UniqueConstraint("order_id", name=op.f("uq_customer_feedback_order_id")),
    )
    op.create_table(
        "delivery",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column(
            "end_kind",
            sa.Enum("finished", "interrupted", name="endkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "interruption_reason",
            sa.Enum(
                "found_work",
                "studies",
                "health",
                "moved",
                "did_not_attend",
                "other",
                name="interruptionreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("sealed_report", sa.LargeBinary(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(end_kind = 'interrupted') = (interruption_reason IS NOT NULL)",
            name=op.f("ck_delivery_reason_if_interrupted"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_delivery_accepted_by_if_accepted")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_delivery_amount_not_negative")),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("ck_delivery_end_after_start")),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_delivery_accepted_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_delivery_order_id_order")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_delivery_reported_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("order_id", name=op.f("uq_delivery_order_id")),
    )
    op.create_table(
        "expert_feedback",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("cooperation", sa.Integer(), nullable=False),
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "fit BETWEEN 1 AND 5 AND cooperation BETWEEN 1 AND 5 AND report BETWEEN 1 AND 5",
            name=op.f("ck_expert_feedback_grades_range"),
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("fk_expert_feedback_expert_id_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_expert_feedback_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_feedback")),
        sa.UniqueConstraint("order_id", name=op.f("uq_expert_feedback_order_id")),
    )
    op.create_table(
        "feedback_request",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_feedback_request_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_request")),
        sa.UniqueConstraint("order_id", name=op.f("uq_feedback_request_order_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feedback_request_token_hash")),
    )
    op.create_table(
        "outcome",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open_labour_market",
                "subsidised_work",
                "own_business",
                "studies",
                "next_service",
                "unemployed",
                "unknown",
                name="outcomestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("months IN (3, 6, 12)", name=op.f("ck_outcome_months_known")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_outcome_order_id_order")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_outcome_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("order_id", "months", name=op.f("uq_outcome_order_id_months")),
    )
    op.execute(AVOIN_NOW)
    op.execute(PROTECT)


def downgrade():
    op.execute(UNPROTECT)
    op.execute("DROP FUNCTION avoin_now()")
    op.drop_table("outcome")
    op.drop_table("feedback_request")
    op.drop_table("expert_feedback")
    op.drop_table("delivery")
    op.drop_table("customer_feedback")
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_order_one_live", postgresql_where=sa.text("state NOT IN ('declined', 'expired', 'cancelled')")
        )
        batch_op.drop_index("ix_order_supplier_id_state")
        batch_op.drop_index(batch_op.f("ix_order_need_id"))
        batch_op.drop_index("ix_order_expert_id_state")
        batch_op.drop_index("ix_order_category_id_state")
        batch_op.drop_index("ix_order_accept_by", postgresql_where=sa.text("state = 'placed'"))

    op.drop_table("order")
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_choice_one_open", postgresql_where=sa.text("answered_at IS NULL AND cancelled_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_choice_need_id"))

    op.drop_table("choice")
    op.drop_table("offering_start")
    op.drop_table("offering_module")
    op.drop_table("price_adjustment")
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offering_supplier_id"))
        batch_op.drop_index("ix_offering_category_id_state")

    op.drop_table("offering")
    op.drop_table("liability_check")
    op.drop_table("contract_option")
    op.drop_table("contract_change")
    with op.batch_alter_table("clarification_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clarification_document_document_id"))

    op.drop_table("clarification_document")
    with op.batch_alter_table("renewal_request", schema=None) as batch_op:
        batch_op.drop_index("uq_renewal_request_one_open", postgresql_where=sa.text("state <> 'reviewed'"))
        batch_op.drop_index(batch_op.f("ix_renewal_request_qualification_id"))
        batch_op.drop_index("ix_renewal_request_due_at", postgresql_where=sa.text("state = 'asked'"))

    op.drop_table("renewal_request")
    with op.batch_alter_table("frame_contract", schema=None) as batch_op:
        batch_op.drop_index("uq_frame_contract_one_live", postgresql_where=sa.text("state NOT IN ('ended', 'lapsed')"))
        batch_op.drop_index(batch_op.f("ix_frame_contract_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_frame_contract_category_id"))

    op.drop_table("frame_contract")
    with op.batch_alter_table("criminal_record_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criminal_record_check_application_id"))

    op.drop_table("criminal_record_check")
    with op.batch_alter_table("clarification", schema=None) as batch_op:
        batch_op.drop_index("ix_clarification_due_at", postgresql_where=sa.text("answered_at IS NULL"))

    op.drop_table("clarification")
    op.drop_table("application_check")
    with op.batch_alter_table("admission_matter", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_admission_matter_one_open", postgresql_where=sa.text("state IN ('hearing', 'ready', 'proposed')")
        )
        batch_op.drop_index(batch_op.f("ix_admission_matter_qualification_id"))
        batch_op.drop_index("ix_admission_matter_decision_id")

    op.drop_table("admission_matter")
    with op.batch_alter_table("sanction_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sanction_event_application_id"))

    op.drop_table("sanction_event")
    with op.batch_alter_table("qualification", schema=None) as batch_op:
        batch_op.drop_index("uq_qualification_one_in_force", postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_qualification_supplier_id")
        batch_op.drop_index("ix_qualification_category_id_in_force", postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_qualification_category_id_ended_at")
        batch_op.drop_index(batch_op.f("ix_qualification_application_id"))

    op.drop_table("qualification")
    with op.batch_alter_table("application_party", schema=None) as batch_op:
        batch_op.drop_index("uq_application_party_once", postgresql_where=sa.text("replaced_at IS NULL"))

    op.drop_table("application_party")
    with op.batch_alter_table("application_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_document_document_id"))

    op.drop_table("application_document")
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.drop_index("ix_remedy_decision_id_state")

    op.drop_table("remedy")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_system_id"))

    op.drop_table("notice")
    with op.batch_alter_table("explanation_request", schema=None) as batch_op:
        batch_op.drop_index("ix_explanation_request_decision_id")

    op.drop_table("explanation_request")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index("uq_application_one_live", postgresql_where=sa.text("state IN ('received', 'proposed')"))
        batch_op.drop_index(batch_op.f("ix_application_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_application_handler_id"))
        batch_op.drop_index("ix_application_due", postgresql_where=sa.text("state IN ('received', 'proposed')"))
        batch_op.drop_index(batch_op.f("ix_application_category_id"))

    op.drop_table("application")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index("uq_answer_first", postgresql_where=sa.text("corrects_id IS NULL"))
        batch_op.drop_index(batch_op.f("ix_answer_question_id"))

    op.drop_table("answer")
    with op.batch_alter_table("system_change", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_system_change_one_a_system",
            postgresql_where=sa.text(
                "state IN ('draft', 'submitted', 'approved', 'announced') AND kind IN ('validity_changed', 'system_changed')"
            ),
        )
        batch_op.drop_index(
            "uq_system_change_one_a_category",
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'approved', 'announced')"),
        )
        batch_op.drop_index("ix_system_change_system_id_state")

    op.drop_table("system_change")
    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.drop_index("uq_requirement_one_in_force", postgresql_where=sa.text("removed_at IS NULL"))

    op.drop_table("requirement")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index("ix_question_system_id_state")
        batch_op.drop_index("ix_question_due", postgresql_where=sa.text("state = 'asked'"))

    op.drop_table("question")
    with op.batch_alter_table("published_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_record_category_id"))

    op.drop_table("published_record")
    op.drop_table("payment_part")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index("ix_need_expert_id_state")

    op.drop_table("need")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_supplier_id"))
        batch_op.drop_index("ix_decision_corrects_id")
        batch_op.drop_index(batch_op.f("ix_decision_category_id"))
        batch_op.drop_index("ix_decision_authority_id_state")
        batch_op.drop_index("ix_decision_authority_id_case_year_case_number")

    op.drop_table("decision")
    with op.batch_alter_table("category_module", schema=None) as batch_op:
        batch_op.drop_index("uq_category_module_one_in_force", postgresql_where=sa.text("removed_at IS NULL"))

    op.drop_table("category_module")
    op.drop_table("budget")
    op.drop_table("award_criterion")
    op.drop_table("application_draft")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index("ix_delegation_system_id_person_id")

    op.drop_table("delegation")
    op.drop_table("category")
    with op.batch_alter_table("secrecy_undertaking", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_secrecy_undertaking_of_person", postgresql_where=sa.text("person_id IS NOT NULL AND ended_on IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_secrecy_undertaking_person_id"))

    op.drop_table("secrecy_undertaking")
    with op.batch_alter_table("register_extract", schema=None) as batch_op:
        batch_op.drop_index("ix_register_extract_supplier_id_authority_id")

    op.drop_table("register_extract")
    with op.batch_alter_table("purchasing_system", schema=None) as batch_op:
        batch_op.drop_index("ix_purchasing_system_authority_id_state")

    op.drop_table("purchasing_system")
    with op.batch_alter_table("news", schema=None) as batch_op:
        batch_op.drop_index("ix_news_waiting", postgresql_where=sa.text("settled_at IS NULL"))

    op.drop_table("news")
    op.drop_table("message_setting")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_person_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_supplier_id"))
        batch_op.drop_index("ix_document_expires_on", postgresql_where=sa.text("state = 'in_use'"))

    op.drop_table("document")
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.drop_index("uq_declaration_one_draft", postgresql_where=sa.text("confirmed_at IS NULL"))

    op.drop_table("declaration")
    op.drop_table("api_token")
    with op.batch_alter_table("acting_right", schema=None) as batch_op:
        batch_op.drop_index("uq_acting_right_one_live", postgresql_where=sa.text("state <> 'refused'"))
        batch_op.drop_index(batch_op.f("ix_acting_right_supplier_id"))

    op.drop_table("acting_right")
    op.drop_table("supplier")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_owner_id"))

    op.drop_table("stored_file")
    with op.batch_alter_table("role_holding", schema=None) as batch_op:
        batch_op.drop_index("ix_role_holding_person")
        batch_op.drop_index("ix_role_holding_organisation")

    op.drop_table("role_holding")
    with op.batch_alter_table("one_time_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_token_person_id"))

    op.drop_table("one_time_token")
    op.drop_table("authority")
    op.drop_table("release")
    op.drop_table("person_key")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("uq_person_email")

    op.drop_table("person")
    with op.batch_alter_table("outbox_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_entry_pending", postgresql_where=sa.text("state = 'pending'"))

    op.drop_table("outbox_entry")
    op.drop_table("organisation")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_queued_at"))
        batch_op.drop_index(batch_op.f("ix_mail_about_id"))

    op.drop_table("mail")
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_login_attempt_source")
        batch_op.drop_index("ix_login_attempt_account")

    op.drop_table("login_attempt")
    with op.batch_alter_table("idempotency_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_record_at"))

    op.drop_table("idempotency_record")
    op.drop_table("deployment")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject")
        batch_op.drop_index(batch_op.f("ix_audit_event_organisation_id"))

    op.drop_table("audit_event")
    op.drop_table("audit_checkpoint")
    op.drop_table("access_record")
