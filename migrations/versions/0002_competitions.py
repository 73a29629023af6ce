"""competitions"""

import sqlalchemy as sa
from alembic import op

from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARD = r"""
CREATE OR REPLACE FUNCTION competition_deadline_only_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.tenders_due_at IS NOT NULL AND (NEW.tenders_due_at IS NULL OR NEW.tenders_due_at < OLD.tenders_due_at) THEN
    RAISE EXCEPTION 'the time for tenders is never shortened' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.opened_at IS NOT NULL AND NEW.tenders_due_at > OLD.tenders_due_at THEN
    RAISE EXCEPTION 'the tenders have been opened' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER competition_deadline BEFORE UPDATE OF tenders_due_at ON competition
  FOR EACH ROW EXECUTE FUNCTION competition_deadline_only_later();
CREATE OR REPLACE FUNCTION tender_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE due timestamptz;
BEGIN
  IF NEW.submitted_at IS NULL OR (TG_OP = 'UPDATE' AND NEW.submitted_at IS NOT DISTINCT FROM OLD.submitted_at
      AND NEW.sealed IS NOT DISTINCT FROM OLD.sealed) THEN
    RETURN NEW;
  END IF;
  SELECT tenders_due_at INTO due FROM competition WHERE id = NEW.competition_id;
  IF due IS NULL OR NEW.submitted_at >= due OR NEW.submitted_at > avoin_now() THEN
    RAISE EXCEPTION 'the time for tenders has ended' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tender_submitted_in_time BEFORE INSERT OR UPDATE OF submitted_at, sealed ON tender
  FOR EACH ROW EXECUTE FUNCTION tender_in_time();
"""

UNGUARD = """
DROP TRIGGER tender_submitted_in_time ON tender;
DROP FUNCTION tender_in_time();
DROP TRIGGER competition_deadline ON competition;
DROP FUNCTION competition_deadline_only_later();
"""


def upgrade():
    op.create_table(
        "root_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_root_key_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root_key")),
    )
    op.create_table(
        "outage",
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_at > started_at", name=op.f("ck_outage_ends_after_start")),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_outage_registered_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_table(
        "competition",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "sent",
                "opened",
                "decided",
                "cancelled",
                "dropped",
                name="competitionstate",
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
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("option_days", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("terms_fi", sa.Text(), nullable=False),
        sa.Column("terms_sv", sa.Text(), nullable=False),
        sa.Column("terms_en", sa.Text(), nullable=False),
        sa.Column("winners", sa.Integer(), nullable=False),
        sa.Column(
            "price_formula",
            sa.Enum(
                "lowest_over_price",
                "linear",
                "points_per_euro",
                "fixed_price",
                name="priceformula",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("linear_zero_at", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("price_only_reason", sa.Text(), nullable=False),
        sa.Column("scale_max", sa.Integer(), nullable=False),
        sa.Column(
            "tie_rule",
            sa.Enum("quality", "price", "draw", name="tierule", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("low_price_percent", sa.Integer(), nullable=False),
        sa.Column("invites_later_admitted", sa.Boolean(), nullable=False),
        sa.Column("unconfirmed_lapses", sa.Boolean(), nullable=False),
        sa.Column("skips_standstill", sa.Boolean(), nullable=False),
        sa.Column("has_committee_keys", sa.Boolean(), nullable=False),
        sa.Column("planned_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("questions_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenders_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("documents_number", sa.Integer(), nullable=False),
        sa.Column("material_number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_opener_id", sa.Uuid(), nullable=True),
        sa.Column("second_opener_id", sa.Uuid(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_competition_cancelled_at_if_cancelled")
        ),
        sa.CheckConstraint(
            "(state = 'decided') <= (decided_at IS NOT NULL)", name=op.f("ck_competition_decided_at_if_decided")
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'submitted', 'dropped')) = (sent_at IS NULL)",
            name=op.f("ck_competition_sent_at_if_sent"),
        ),
        sa.CheckConstraint("state <> 'sent' OR opened_at IS NULL", name=op.f("ck_competition_sealed_until_opened")),
        sa.CheckConstraint(
            "state NOT IN ('opened', 'decided') OR opened_at IS NOT NULL",
            name=op.f("ck_competition_opened_at_if_opened"),
        ),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (first_opener_id IS NULL) AND (opened_at IS NULL) = (second_opener_id IS NULL)",
            name=op.f("ck_competition_openers_if_opened"),
        ),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (tenders_due_at IS NULL) AND (sent_at IS NULL) = (sent_by IS NULL) AND (sent_at IS NULL) = (public_key IS NULL)",
            name=op.f("ck_competition_due_and_key_if_sent"),
        ),
        sa.CheckConstraint("customers > 0", name=op.f("ck_competition_customers_positive")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_competition_ends_after_start")),
        sa.CheckConstraint(
            "first_opener_id IS NULL OR first_opener_id <> second_opener_id", name=op.f("ck_competition_two_openers")
        ),
        sa.CheckConstraint("linear_zero_at > 1", name=op.f("ck_competition_zero_above_lowest")),
        sa.CheckConstraint(
            "low_price_percent > 0 AND low_price_percent < 100", name=op.f("ck_competition_low_price_range")
        ),
        sa.CheckConstraint("opened_at >= tenders_due_at", name=op.f("ck_competition_opened_after_due")),
        sa.CheckConstraint("scale_max > 0", name=op.f("ck_competition_scale_positive")),
        sa.CheckConstraint("sent_by IS NULL OR sent_by <> prepared_by", name=op.f("ck_competition_four_eyes")),
        sa.CheckConstraint("tenders_due_at > sent_at", name=op.f("ck_competition_due_after_sending")),
        sa.CheckConstraint("winners > 0", name=op.f("ck_competition_winners_positive")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_competition_category_id_category")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_competition_decision_id_decision")),
        sa.ForeignKeyConstraint(["first_opener_id"], ["person.id"], name=op.f("fk_competition_first_opener_id_person")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_competition_prepared_by_person")),
        sa.ForeignKeyConstraint(["record_id"], ["stored_file.id"], name=op.f("fk_competition_record_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["second_opener_id"], ["person.id"], name=op.f("fk_competition_second_opener_id_person")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_competition_sent_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition")),
    )
    with op.batch_alter_table("competition", schema=None) as batch_op:
        batch_op.create_index("ix_competition_category_id_state", ["category_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_competition_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index("ix_competition_tenders_due_at", ["tenders_due_at"], unique=False)

    op.create_table(
        "decision_addressee",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sections", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_addressee_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["stored_file.id"], name=op.f("fk_decision_addressee_letter_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_decision_addressee_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_addressee")),
        sa.UniqueConstraint("decision_id", "supplier_id", name=op.f("uq_decision_addressee_decision_id_supplier_id")),
    )
    with op.batch_alter_table("decision_addressee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_addressee_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "committee_member",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("evaluates", sa.Boolean(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_conflict", sa.Boolean(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(declared_at IS NULL) = (has_conflict IS NULL)", name=op.f("ck_committee_member_declared_at_if_declared")
        ),
        sa.CheckConstraint("opens OR evaluates", name=op.f("ck_committee_member_has_a_task")),
        sa.CheckConstraint("scored_at IS NULL OR evaluates", name=op.f("ck_committee_member_scored_if_evaluates")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_committee_member_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_committee_member_named_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_committee_member_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_member")),
        sa.UniqueConstraint("competition_id", "person_id", name=op.f("uq_committee_member_competition_id_person_id")),
    )
    with op.batch_alter_table("committee_member", schema=None) as batch_op:
        batch_op.create_index("ix_committee_member_person_id", ["person_id"], unique=False)

    op.create_table(
        "competition_criterion",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
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
        sa.Column("scale_fi", sa.Text(), nullable=False),
        sa.Column("scale_sv", sa.Text(), nullable=False),
        sa.Column("scale_en", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("minimum", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("concerns <> 'supplier'", name=op.f("ck_competition_criterion_never_the_supplier_itself")),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_competition_criterion_minimum_not_negative")),
        sa.CheckConstraint("weight > 0 AND weight <= 100", name=op.f("ck_competition_criterion_weight_range")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_competition_criterion_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["award_criterion.id"], name=op.f("fk_competition_criterion_parent_id_award_criterion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_criterion")),
        sa.UniqueConstraint("competition_id", "code", name=op.f("uq_competition_criterion_competition_id_code")),
    )
    op.create_table(
        "competition_lot",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("maximum_quantity", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("maximum_quantity > 0", name=op.f("ck_competition_lot_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_competition_lot_competition_id_competition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_lot")),
        sa.UniqueConstraint("competition_id", "code", name=op.f("uq_competition_lot_competition_id_code")),
    )
    op.create_table(
        "competition_question",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                name="competitionquestionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answer_fi", sa.Text(), nullable=False),
        sa.Column("answer_sv", sa.Text(), nullable=False),
        sa.Column("answer_en", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL)",
            name=op.f("ck_competition_question_answered_at_if_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_competition_question_answered_by_person")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_competition_question_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_competition_question_competition_id_competition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_question")),
    )
    with op.batch_alter_table("competition_question", schema=None) as batch_op:
        batch_op.create_index("ix_competition_question_competition_id", ["competition_id"], unique=False)

    op.create_table(
        "document_request",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "given",
                "refused",
                "decision_asked",
                "decided",
                name="documentrequeststate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (answered_at IS NULL)", name=op.f("ck_document_request_answered_at_if_answered")
        ),
        sa.CheckConstraint(
            "(state = 'decided') = (decided_at IS NOT NULL)", name=op.f("ck_document_request_decided_at_if_decided")
        ),
        sa.CheckConstraint(
            "state NOT IN ('refused', 'decision_asked') OR length(reason) > 0",
            name=op.f("ck_document_request_reason_if_refused"),
        ),
        sa.CheckConstraint(
            "(supplier_id IS NULL) = (email IS NOT NULL)", name=op.f("ck_document_request_somebody_asks")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_document_request_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_document_request_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_document_request_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_request")),
    )
    with op.batch_alter_table("document_request", schema=None) as batch_op:
        batch_op.create_index("ix_document_request_competition_id", ["competition_id"], unique=False)

    op.create_table(
        "documents_version",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_material", sa.Boolean(), nullable=False),
        sa.Column("tenders_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_documents_version_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_documents_version_published_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents_version")),
        sa.UniqueConstraint("competition_id", "number", name=op.f("uq_documents_version_competition_id_number")),
    )
    op.create_table(
        "key_wrap",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("outer_id", sa.Uuid(), nullable=False),
        sa.Column("inner_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("outer_id <> inner_id", name=op.f("ck_key_wrap_two_people")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_key_wrap_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(["inner_id"], ["person.id"], name=op.f("fk_key_wrap_inner_id_person")),
        sa.ForeignKeyConstraint(["outer_id"], ["person.id"], name=op.f("fk_key_wrap_outer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_wrap")),
        sa.UniqueConstraint(
            "competition_id", "outer_id", "inner_id", name=op.f("uq_key_wrap_competition_id_outer_id_inner_id")
        ),
    )
    op.create_table(
        "opening_confirmation",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shares", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_opening_confirmation_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opening_confirmation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_confirmation")),
        sa.UniqueConstraint(
            "competition_id", "person_id", name=op.f("uq_opening_confirmation_competition_id_person_id")
        ),
    )
    op.create_table(
        "tender",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_mark", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "withdrawn",
                "opened",
                "lapsed",
                name="tenderstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("draft_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("documents_number", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("receipt_number", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'opened') = (content IS NOT NULL)", name=op.f("ck_tender_content_if_opened")),
        sa.CheckConstraint("(state = 'opened') = (supplier_id IS NOT NULL)", name=op.f("ck_tender_supplier_if_opened")),
        sa.CheckConstraint(
            "(state IN ('submitted', 'opened', 'lapsed')) = (submitted_at IS NOT NULL)",
            name=op.f("ck_tender_submitted_at_if_sent"),
        ),
        sa.CheckConstraint("(submitted_at IS NULL) = (sealed IS NULL)", name=op.f("ck_tender_sealed_if_sent")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_tender_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_tender_submitted_by_person")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_tender_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
        sa.UniqueConstraint("competition_id", "supplier_id", name=op.f("uq_tender_competition_id_supplier_id")),
        sa.UniqueConstraint("competition_id", "supplier_mark", name=op.f("uq_tender_competition_id_supplier_mark")),
    )
    op.create_table(
        "time_consent",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (agrees IS NULL)", name=op.f("ck_time_consent_answered_at_if_answered")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_time_consent_answered_by_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_time_consent_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_time_consent_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_time_consent_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_consent")),
        sa.UniqueConstraint(
            "competition_id", "supplier_id", "due_at", name=op.f("uq_time_consent_competition_id_supplier_id_due_at")
        ),
    )
    with op.batch_alter_table("time_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_time_consent_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "competition_invitation",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("qualification_id", sa.Uuid(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "admitted_at_sending",
                "admitted_later",
                name="invitationbasis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("documents_number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_competition_invitation_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(
            ["qualification_id"],
            ["qualification.id"],
            name=op.f("fk_competition_invitation_qualification_id_qualification"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_competition_invitation_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_invitation")),
        sa.UniqueConstraint(
            "competition_id", "supplier_id", name=op.f("uq_competition_invitation_competition_id_supplier_id")
        ),
    )
    with op.batch_alter_table("competition_invitation", schema=None) as batch_op:
        batch_op.create_index("ix_competition_invitation_supplier_id", ["supplier_id"], unique=False)

    op.create_table(
        "joint_score",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_joint_score_has_reason")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_joint_score_points_not_negative")),
        sa.ForeignKeyConstraint(["agreed_by"], ["person.id"], name=op.f("fk_joint_score_agreed_by_person")),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["competition_criterion.id"],
            name=op.f("fk_joint_score_criterion_id_competition_criterion"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["competition_lot.id"], name=op.f("fk_joint_score_lot_id_competition_lot")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_joint_score_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_score")),
        sa.UniqueConstraint(
            "tender_id", "lot_id", "criterion_id", name=op.f("uq_joint_score_tender_id_lot_id_criterion_id")
        ),
    )
    op.create_table(
        "price_line",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "unit",
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
        sa.Column("module_code", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("ceiling", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("fixed_price", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ceiling > 0", name=op.f("ck_price_line_ceiling_positive")),
        sa.CheckConstraint("fixed_price > 0", name=op.f("ck_price_line_fixed_price_positive")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_price_line_quantity_positive")),
        sa.ForeignKeyConstraint(["lot_id"], ["competition_lot.id"], name=op.f("fk_price_line_lot_id_competition_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_line")),
        sa.UniqueConstraint("lot_id", "code", name=op.f("uq_price_line_lot_id_code")),
    )
    op.create_table(
        "score",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("evaluator_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_score_has_reason")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_score_points_not_negative")),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["competition_criterion.id"], name=op.f("fk_score_criterion_id_competition_criterion")
        ),
        sa.ForeignKeyConstraint(["evaluator_id"], ["person.id"], name=op.f("fk_score_evaluator_id_person")),
        sa.ForeignKeyConstraint(["lot_id"], ["competition_lot.id"], name=op.f("fk_score_lot_id_competition_lot")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_score_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "tender_id",
            "lot_id",
            "criterion_id",
            "evaluator_id",
            name=op.f("uq_score_tender_id_lot_id_criterion_id_evaluator_id"),
        ),
    )
    op.create_table(
        "secret_decision",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_secret_decision_has_reason")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_secret_decision_decided_by_person")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_secret_decision_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_decision")),
        sa.UniqueConstraint("tender_id", "field", name=op.f("uq_secret_decision_tender_id_field")),
    )
    op.create_table(
        "tender_check",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_tender_check_checked_by_person")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_check_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_check")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_tender_check_tender_id")),
    )
    op.create_table(
        "tender_exclusion",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column(
            "ground",
            sa.Enum(
                "requirements",
                "price_ceiling",
                "low_price",
                "low_price_unlawful",
                "minimum_points",
                "not_admitted",
                name="exclusionground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_tender_exclusion_has_reason")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_tender_exclusion_decided_by_person")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["competition_lot.id"], name=op.f("fk_tender_exclusion_lot_id_competition_lot")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_exclusion_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_exclusion")),
    )
    with op.batch_alter_table("tender_exclusion", schema=None) as batch_op:
        batch_op.create_index(
            "uq_tender_exclusion_in_force",
            ["tender_id", "lot_id"],
            unique=True,
            postgresql_where=sa.text("revoked_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        )

    op.create_table(
        "tender_file",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("store_key", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(name IS NULL) = (sealed_key IS NULL)", name=op.f("ck_tender_file_named_with_key")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_file_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_file")),
        sa.UniqueConstraint("store_key", name=op.f("uq_tender_file_store_key")),
    )
    with op.batch_alter_table("tender_file", schema=None) as batch_op:
        batch_op.create_index("ix_tender_file_tender_id", ["tender_id"], unique=False)

    op.create_table(
        "tender_receipt",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "submitted",
                "confirmed",
                "withdrawn",
                name="receiptkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(content_sha256) = 64", name=op.f("ck_tender_receipt_sha256_length")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_receipt_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_receipt")),
        sa.UniqueConstraint("number", name=op.f("uq_tender_receipt_number")),
    )
    with op.batch_alter_table("tender_receipt", schema=None) as batch_op:
        batch_op.create_index("ix_tender_receipt_tender_id", ["tender_id"], unique=False)

    op.create_table(
        "tender_request",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "completion",
                "price_explanation",
                name="requestkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                "concluded",
                name="tenderrequeststate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("is_unlawful", sa.Boolean(), nullable=False),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'concluded') = (concluded_at IS NOT NULL)",
            name=op.f("ck_tender_request_concluded_at_if_concluded"),
        ),
        sa.CheckConstraint(
            "NOT is_unlawful OR (kind = 'price_explanation' AND is_accepted IS NOT DISTINCT FROM false)",
            name=op.f("ck_tender_request_unlawful_not_accepted"),
        ),
        sa.CheckConstraint(
            "kind <> 'price_explanation' OR lot_id IS NOT NULL", name=op.f("ck_tender_request_lot_if_price")
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_tender_request_answered_at_if_answered")
        ),
        sa.CheckConstraint(
            "(concluded_at IS NULL) = (is_accepted IS NULL)", name=op.f("ck_tender_request_accepted_if_concluded")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_tender_request_answered_by_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_tender_request_asked_by_person")),
        sa.ForeignKeyConstraint(["concluded_by"], ["person.id"], name=op.f("fk_tender_request_concluded_by_person")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_tender_request_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["competition_lot.id"], name=op.f("fk_tender_request_lot_id_competition_lot")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_request_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_request")),
    )
    with op.batch_alter_table("tender_request", schema=None) as batch_op:
        batch_op.create_index("ix_tender_request_tender_id", ["tender_id"], unique=False)

    op.create_table(
        "award",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("comparison", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("price", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("rank > 0", name=op.f("ck_award_rank_positive")),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_award_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_award_contract_id_frame_contract")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_award_decision_id_decision")),
        sa.ForeignKeyConstraint(["lot_id"], ["competition_lot.id"], name=op.f("fk_award_lot_id_competition_lot")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_award_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("decision_id", "lot_id", "rank", name=op.f("uq_award_decision_id_lot_id_rank")),
        sa.UniqueConstraint("decision_id", "lot_id", "tender_id", name=op.f("uq_award_decision_id_lot_id_tender_id")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index("ix_award_competition_id", ["competition_id"], unique=False)

    op.create_table(
        "notice_contract",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_notice_contract_contract_id_frame_contract")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_contract_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_contract")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_notice_contract_contract_id")),
    )
    with op.batch_alter_table("notice_contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_contract_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "winner_check",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column(
            "evidence",
            sa.Enum(
                "mandatory_grounds",
                "suitability",
                name="winnerevidence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(note) > 0", name=op.f("ck_winner_check_has_note")),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_winner_check_checked_by_person")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_winner_check_contract_id_frame_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_winner_check")),
        sa.UniqueConstraint("contract_id", "evidence", name=op.f("uq_winner_check_contract_id_evidence")),
    )
    with op.batch_alter_table("award_criterion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_award_criterion_category_id_code"), type_="unique")
        batch_op.create_index(
            "uq_award_criterion_one_in_force",
            ["category_id", "code"],
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
        )
        batch_op.add_column(sa.Column("tenders_received", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("tenderers", sa.Integer(), nullable=True))
        batch_op.alter_column("supplier_id", existing_type=sa.UUID(), nullable=True)

    with op.batch_alter_table("frame_contract", schema=None) as batch_op:
        batch_op.add_column(sa.Column("award_decision_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("lot", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("lot_name", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
        )
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_only_of_lot", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("maximum_quantity", sa.Numeric(precision=14, scale=2), nullable=True))
        batch_op.add_column(sa.Column("maximum_value", sa.Numeric(precision=14, scale=2), nullable=True))
        batch_op.add_column(
            sa.Column(
                "ordered_quantity", sa.Numeric(precision=14, scale=2), server_default=sa.text("0"), nullable=False
            )
        )
        batch_op.create_index(
            "uq_frame_contract_one_live_of_award",
            ["award_decision_id", "lot", "supplier_id"],
            unique=True,
            postgresql_where=sa.text("award_decision_id IS NOT NULL AND state NOT IN ('ended', 'lapsed')"),
        )
        batch_op.create_index(
            "uq_frame_contract_one_of_lot",
            ["award_decision_id", "lot"],
            unique=True,
            postgresql_where=sa.text("is_only_of_lot AND state NOT IN ('ended', 'lapsed')"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_frame_contract_award_decision_id_decision"), "decision", ["award_decision_id"], ["id"]
        )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decision_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("quarter_starts_on", sa.Date(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_notice_decision_id"), ["decision_id"])
        batch_op.create_unique_constraint(
            batch_op.f("uq_notice_system_id_quarter_starts_on"), ["system_id", "quarter_starts_on"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_notice_decision_id_decision"), "decision", ["decision_id"], ["id"])

    with op.batch_alter_table("purchasing_system", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "award_notice_method",
                sa.Enum(
                    "single",
                    "quarterly",
                    name="awardnoticemethod",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="single",
                nullable=False,
            )
        )

    op.drop_constraint(op.f("ck_decision_decisionkind"), "decision", type_="check")
    op.create_check_constraint(
        op.f("ck_decision_decisionkind"),
        "decision",
        "kind IN ('admission', 'refusal', 'suspension', 'lifting', 'removal', 'withdrawal', "
        "'operator_change', 'award', 'cancellation')",
    )
    op.create_check_constraint(
        op.f("ck_decision_one_party_or_many"), "decision", "(supplier_id IS NULL) = kind IN ('award', 'cancellation')"
    )
    op.create_check_constraint(
        op.f("ck_decision_tenderers_of_tenders"), "decision", "(tenderers <= tenders_received) AND (tenderers >= 0)"
    )
    op.create_check_constraint(
        op.f("ck_decision_tenders_if_competition"),
        "decision",
        "(tenders_received IS NULL) = kind NOT IN ('award', 'cancellation')",
    )
    op.create_check_constraint(
        op.f("ck_frame_contract_lot_and_rank_if_awarded"),
        "frame_contract",
        "((award_decision_id IS NULL) = (lot IS NULL)) AND ((lot IS NULL) = (lot_name IS NULL)) AND ((lot"
        " IS NULL) = (rank IS NULL))",
    )
    op.create_check_constraint(
        op.f("ck_frame_contract_maximum_if_only_of_lot"),
        "frame_contract",
        "(NOT is_only_of_lot) OR (maximum_quantity IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_frame_contract_maximum_quantity_positive"), "frame_contract", "maximum_quantity > 0"
    )
    op.create_check_constraint(op.f("ck_frame_contract_maximum_value_positive"), "frame_contract", "maximum_value > 0")
    op.create_check_constraint(
        op.f("ck_frame_contract_only_of_lot_if_awarded"),
        "frame_contract",
        "(award_decision_id IS NOT NULL) OR (NOT is_only_of_lot)",
    )
    op.create_check_constraint(op.f("ck_frame_contract_rank_positive"), "frame_contract", "rank > 0")
    op.create_check_constraint(
        op.f("ck_frame_contract_within_maximum_quantity"),
        "frame_contract",
        "(ordered_quantity >= 0) AND ((maximum_quantity IS NULL) OR (ordered_quantity <= maximum_quantity))",
    )
    op.create_check_constraint(
        op.f("ck_notice_decision_if_cancellation"),
        "notice",
        "(kind = 'cancellation_notice') = (decision_id IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_notice_no_change_if_of_competitions"),
        "notice",
        "kind NOT IN ('contract_award_notice', 'cancellation_notice') OR (change_id IS NULL)",
    )
    op.drop_constraint(op.f("ck_notice_noticekind"), "notice", type_="check")
    op.create_check_constraint(
        op.f("ck_notice_noticekind"),
        "notice",
        "kind IN ('contract_notice', 'change_notice', 'award_notice', 'contract_award_notice', 'cancellation_notice')",
    )
    op.create_check_constraint(
        op.f("ck_notice_quarter_of_awards"), "notice", "(quarter_starts_on IS NULL) OR (kind = 'contract_award_notice')"
    )
    op.drop_index("uq_frame_contract_one_live", table_name="frame_contract")
    op.create_index(
        "uq_frame_contract_one_live",
        "frame_contract",
        ["qualification_id"],
        unique=True,
        postgresql_where=sa.text("(award_decision_id IS NULL) AND state NOT IN ('ended', 'lapsed')"),
    )
    op.execute(GUARD)


def downgrade():
    op.execute(UNGUARD)
    op.drop_constraint(op.f("ck_decision_decisionkind"), "decision", type_="check")
    op.drop_constraint(op.f("ck_decision_one_party_or_many"), "decision", type_="check")
    op.drop_constraint(op.f("ck_decision_tenderers_of_tenders"), "decision", type_="check")
    op.drop_constraint(op.f("ck_decision_tenders_if_competition"), "decision", type_="check")
    op.drop_constraint(op.f("ck_frame_contract_lot_and_rank_if_awarded"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_frame_contract_maximum_if_only_of_lot"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_frame_contract_maximum_quantity_positive"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_frame_contract_maximum_value_positive"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_frame_contract_only_of_lot_if_awarded"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_frame_contract_rank_positive"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_frame_contract_within_maximum_quantity"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_notice_decision_if_cancellation"), "notice", type_="check")
    op.drop_constraint(op.f("ck_notice_no_change_if_of_competitions"), "notice", type_="check")
    op.drop_constraint(op.f("ck_notice_noticekind"), "notice", type_="check")
    op.drop_constraint(op.f("ck_notice_quarter_of_awards"), "notice", type_="check")
    op.drop_index("uq_frame_contract_one_live", table_name="frame_contract")
    with op.batch_alter_table("purchasing_system", schema=None) as batch_op:
        batch_op.drop_column("award_notice_method")

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notice_decision_id_decision"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_notice_system_id_quarter_starts_on"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_notice_decision_id"), type_="unique")
        batch_op.drop_column("quarter_starts_on")
        batch_op.drop_column("decision_id")

    with op.batch_alter_table("frame_contract", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_frame_contract_award_decision_id_decision"), type_="foreignkey")
        batch_op.drop_index(
            "uq_frame_contract_one_of_lot",
            postgresql_where=sa.text("is_only_of_lot AND state NOT IN ('ended', 'lapsed')"),
        )
        batch_op.drop_index(
            "uq_frame_contract_one_live_of_award",
            postgresql_where=sa.text("award_decision_id IS NOT NULL AND state NOT IN ('ended', 'lapsed')"),
        )
        batch_op.drop_column("ordered_quantity")
        batch_op.drop_column("maximum_value")
        batch_op.drop_column("maximum_quantity")
        batch_op.drop_column("is_only_of_lot")
        batch_op.drop_column("rank")
        batch_op.drop_column("lot_name")
        batch_op.drop_column("lot")
        batch_op.drop_column("award_decision_id")

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.alter_column("supplier_id", existing_type=sa.UUID(), nullable=False)
        batch_op.drop_column("tenderers")
        batch_op.drop_column("tenders_received")
        batch_op.drop_column("body")

    with op.batch_alter_table("award_criterion", schema=None) as batch_op:
        batch_op.drop_index("uq_award_criterion_one_in_force", postgresql_where=sa.text("removed_at IS NULL"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_award_criterion_category_id_code"),
            ["category_id", "code"],
            postgresql_nulls_not_distinct=False,
        )
        batch_op.drop_column("removed_at")

    op.drop_table("winner_check")
    with op.batch_alter_table("notice_contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_contract_notice_id"))

    op.drop_table("notice_contract")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index("ix_award_competition_id")

    op.drop_table("award")
    with op.batch_alter_table("tender_request", schema=None) as batch_op:
        batch_op.drop_index("ix_tender_request_tender_id")

    op.drop_table("tender_request")
    with op.batch_alter_table("tender_receipt", schema=None) as batch_op:
        batch_op.drop_index("ix_tender_receipt_tender_id")

    op.drop_table("tender_receipt")
    with op.batch_alter_table("tender_file", schema=None) as batch_op:
        batch_op.drop_index("ix_tender_file_tender_id")

    op.drop_table("tender_file")
    with op.batch_alter_table("tender_exclusion", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tender_exclusion_in_force",
            postgresql_where=sa.text("revoked_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        )

    op.drop_table("tender_exclusion")
    op.drop_table("tender_check")
    op.drop_table("secret_decision")
    op.drop_table("score")
    op.drop_table("price_line")
    op.drop_table("joint_score")
    with op.batch_alter_table("competition_invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_competition_invitation_supplier_id")

    op.drop_table("competition_invitation")
    with op.batch_alter_table("time_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_time_consent_supplier_id"))

    op.drop_table("time_consent")
    op.drop_table("tender")
    op.drop_table("opening_confirmation")
    op.drop_table("key_wrap")
    op.drop_table("documents_version")
    with op.batch_alter_table("document_request", schema=None) as batch_op:
        batch_op.drop_index("ix_document_request_competition_id")

    op.drop_table("document_request")
    with op.batch_alter_table("competition_question", schema=None) as batch_op:
        batch_op.drop_index("ix_competition_question_competition_id")

    op.drop_table("competition_question")
    op.drop_table("competition_lot")
    op.drop_table("competition_criterion")
    with op.batch_alter_table("committee_member", schema=None) as batch_op:
        batch_op.drop_index("ix_committee_member_person_id")

    op.drop_table("committee_member")
    with op.batch_alter_table("decision_addressee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_addressee_supplier_id"))

    op.drop_table("decision_addressee")
    with op.batch_alter_table("competition", schema=None) as batch_op:
        batch_op.drop_index("ix_competition_tenders_due_at")
        batch_op.drop_index(batch_op.f("ix_competition_decision_id"))
        batch_op.drop_index("ix_competition_category_id_state")

    op.drop_table("competition")
    op.drop_table("outage")
    op.drop_table("root_key")
    op.create_check_constraint(
        op.f("ck_decision_decisionkind"),
        "decision",
        "kind IN ('admission', 'refusal', 'suspension', 'lifting', 'removal', 'withdrawal', 'operator_change')",
    )
    op.create_check_constraint(
        op.f("ck_notice_noticekind"), "notice", "kind IN ('contract_notice', 'change_notice', 'award_notice')"
    )
    op.create_index(
        "uq_frame_contract_one_live",
        "frame_contract",
        ["qualification_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('ended', 'lapsed')"),
    )
