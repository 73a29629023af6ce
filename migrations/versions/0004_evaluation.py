"""evaluation"""

import sqlalchemy as sa
from alembic import op

from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: The database itself writes down which orders changed since the running release read them.
FOLLOW_CHANGES = """
CREATE FUNCTION avoin_episode_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('avoin.filling', true) = 'on' THEN
    RETURN NULL;
  END IF;
  EXECUTE format('INSERT INTO episode_change (order_id) SELECT DISTINCT %1$I FROM changed WHERE %1$I IS NOT NULL',
                 TG_ARGV[0]);
  RETURN NULL;
END $$;
"""
FILL = """
-- jobs told before this: of what employer is not known
UPDATE outcome SET employer_type = 'unknown'
WHERE state IN ('open_labour_market', 'subsidised_work') AND employer_type IS NULL;
-- categories that already rank by classes, or pay for results, say so in their terms
UPDATE category SET record_uses = record_uses || '["ranking"]'
WHERE ordering_rule = 'ranking' AND ordering_parameters->>'by' = 'classes' AND NOT record_uses @> '["ranking"]';
UPDATE category SET record_uses = record_uses || '["pay"]'
WHERE EXISTS (SELECT 1 FROM payment_part p WHERE p.category_id = category.id AND p.kind = 'outcome')
  AND NOT record_uses @> '["pay"]';
"""
FOLLOWED = {
    "order": "id",
    "delivery": "order_id",
    "deviation": "order_id",
    "outcome": "order_id",
    "customer_feedback": "order_id",
    "expert_feedback": "order_id",
    "outcome_exclusion": "order_id",
}


def upgrade():
    op.create_table(
        "case_mix_model",
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("fit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_mix_model")),
    )
    op.create_table(
        "episode_change",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_episode_change")),
    )
    op.create_table(
        "published_path",
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("end", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 5", name=op.f("ck_published_path_never_under_five")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_path")),
        sa.UniqueConstraint("months", "way", name=op.f("uq_published_path_months_way")),
    )
    op.create_table(
        "path_run",
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=False),
        sa.Column("share", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.Column("customers", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_path_run_share_range")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_path_run_asked_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_path_run")),
    )
    with op.batch_alter_table("path_run", schema=None) as batch_op:
        batch_op.create_index(
            "uq_path_run_one",
            [sa.literal_column("(finished_at IS NULL)")],
            unique=True,
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "outcome_import",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "checked", "done", "dropped", name="importstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_outcome_import_done_at_if_done")),
        sa.CheckConstraint(
            "state = 'checked' OR jsonb_array_length(lines) = 0", name=op.f("ck_outcome_import_lines_until_done")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_outcome_import_has_lines")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_outcome_import_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_outcome_import_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_import")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_outcome_import_authority_id_number")),
    )
    op.create_table(
        "path_step",
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("employed", sa.Integer(), nullable=False),
        sa.Column("credit", sa.Numeric(precision=16, scale=6), nullable=False),
        sa.Column("last_touch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("age_band", sa.Text(), nullable=False),
        sa.Column("unemployment_band", sa.Text(), nullable=False),
        sa.Column("education_band", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_path_step_authority_id_authority")),
        sa.ForeignKeyConstraint(["run_id"], ["path_run.id"], name=op.f("fk_path_step_run_id_path_run")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_path_step")),
    )
    with op.batch_alter_table("path_step", schema=None) as batch_op:
        batch_op.create_index("ix_path_step_run_id", ["run_id", "authority_id", "months"], unique=False)

    op.create_table(
        "path_total",
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("end", sa.Text(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("age_band", sa.Text(), nullable=False),
        sa.Column("unemployment_band", sa.Text(), nullable=False),
        sa.Column("education_band", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_path_total_authority_id_authority")),
        sa.ForeignKeyConstraint(["run_id"], ["path_run.id"], name=op.f("fk_path_total_run_id_path_run")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_path_total")),
    )
    with op.batch_alter_table("path_total", schema=None) as batch_op:
        batch_op.create_index("ix_path_total_run_id", ["run_id", "authority_id", "months"], unique=False)

    op.create_table(
        "release_run",
        sa.Column(
            "kind",
            sa.Enum("freeze", name="runkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("share", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_release_run_share_range")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_release_run_asked_by_person")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_run_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_run")),
    )
    with op.batch_alter_table("release_run", schema=None) as batch_op:
        batch_op.create_index(
            "uq_release_run_one", ["kind"], unique=True, postgresql_where=sa.text("finished_at IS NULL")
        )

    op.create_table(
        "service_point",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_service_point_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_service_point_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_point")),
        sa.UniqueConstraint("authority_id", "name", name=op.f("uq_service_point_authority_id_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_service_point_token_hash")),
    )
    op.create_table(
        "point_answer",
        sa.Column("service_point_id", sa.Uuid(), nullable=False),
        sa.Column("sent_id", sa.Uuid(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("recommendation", sa.Integer(), nullable=False),
        sa.Column(
            "enough_help",
            sa.Enum("yes", "partly", "no", name="enoughhelp", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("place_hash", sa.Text(), nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column(
            "words_state",
            sa.Enum("released", "held_back", name="wordsstate", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("sealed_released", sa.LargeBinary(), nullable=True),
        sa.Column(
            "hold_reason",
            sa.Enum(
                "identifies",
                "other_person",
                "health",
                "offensive",
                "other",
                name="holdreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(words_state = 'held_back') = (hold_reason IS NOT NULL)", name=op.f("ck_point_answer_reason_if_held_back")
        ),
        sa.CheckConstraint(
            "sealed_released IS NULL OR words_state = 'released'", name=op.f("ck_point_answer_released_if_released")
        ),
        sa.CheckConstraint(
            "(words_state IS NULL) = (checked_at IS NULL)", name=op.f("ck_point_answer_checked_at_if_checked")
        ),
        sa.CheckConstraint("recommendation BETWEEN 0 AND 10", name=op.f("ck_point_answer_recommendation_range")),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_point_answer_checked_by_person")),
        sa.ForeignKeyConstraint(
            ["service_point_id"], ["service_point.id"], name=op.f("fk_point_answer_service_point_id_service_point")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_answer")),
        sa.UniqueConstraint("service_point_id", "sent_id", name=op.f("uq_point_answer_service_point_id_sent_id")),
    )
    with op.batch_alter_table("point_answer", schema=None) as batch_op:
        batch_op.create_index("ix_point_answer_service_point_id_week_on", ["service_point_id", "week_on"], unique=False)

    op.create_table(
        "year_report",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("file_fi_id", sa.Uuid(), nullable=True),
        sa.Column("file_sv_id", sa.Uuid(), nullable=True),
        sa.Column("file_en_id", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "finished_at IS NULL OR failed IS NOT NULL OR (file_fi_id IS NOT NULL AND file_sv_id IS NOT NULL AND file_en_id IS NOT NULL)",
            name=op.f("ck_year_report_files_if_made"),
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2200", name=op.f("ck_year_report_year_range")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_year_report_asked_by_person")),
        sa.ForeignKeyConstraint(["file_en_id"], ["stored_file.id"], name=op.f("fk_year_report_file_en_id_stored_file")),
        sa.ForeignKeyConstraint(["file_fi_id"], ["stored_file.id"], name=op.f("fk_year_report_file_fi_id_stored_file")),
        sa.ForeignKeyConstraint(["file_sv_id"], ["stored_file.id"], name=op.f("fk_year_report_file_sv_id_stored_file")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_year_report_release_id_release")),
        sa.ForeignKeyConstraint(
            ["system_id"], ["purchasing_system.id"], name=op.f("fk_year_report_system_id_purchasing_system")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_report")),
    )
    with op.batch_alter_table("year_report", schema=None) as batch_op:
        batch_op.create_index("ix_year_report_system_id", ["system_id"], unique=False)
        batch_op.create_index(
            "uq_year_report_being_made",
            ["system_id", "year"],
            unique=True,
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "feedback_plan",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_feedback_plan_category_id_category")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_feedback_plan_set_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_plan")),
        sa.UniqueConstraint("category_id", name=op.f("uq_feedback_plan_category_id")),
    )
    op.create_table(
        "release_category",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("episodes", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("windows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("no_spread", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_release_category_category_id_category")
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_category_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_category")),
        sa.UniqueConstraint("release_id", "category_id", name=op.f("uq_release_category_release_id_category_id")),
    )
    op.create_table(
        "release_comment",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("char_length(text) BETWEEN 1 AND 2000", name=op.f("ck_release_comment_text_length")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_release_comment_category_id_category")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_release_comment_made_by_person")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_comment_release_id_release")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_release_comment_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_comment")),
        sa.UniqueConstraint(
            "release_id",
            "supplier_id",
            "category_id",
            name=op.f("uq_release_comment_release_id_supplier_id_category_id"),
        ),
    )
    op.create_table(
        "release_record",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "measured",
                "too_few",
                "no_differences",
                name="recordstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("episodes", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("index_value", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("index_low", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("index_high", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column(
            "quality_class",
            sa.Enum(
                "above",
                "not_different",
                "below",
                name="qualityclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("components", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shown", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'measured') OR quality_class IS NULL", name=op.f("ck_release_record_class_if_measured")
        ),
        sa.CheckConstraint(
            "(index_value IS NULL) = (index_low IS NULL)", name=op.f("ck_release_record_value_has_interval")
        ),
        sa.CheckConstraint("customers BETWEEN 0 AND episodes", name=op.f("ck_release_record_customers_of_episodes")),
        sa.CheckConstraint(
            "index_low <= index_value AND index_value <= index_high", name=op.f("ck_release_record_value_in_interval")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_release_record_category_id_category")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_record_release_id_release")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_release_record_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_record")),
        sa.UniqueConstraint(
            "release_id",
            "supplier_id",
            "category_id",
            "period",
            name=op.f("uq_release_record_release_id_supplier_id_category_id_period"),
        ),
    )
    with op.batch_alter_table("release_record", schema=None) as batch_op:
        batch_op.create_index("ix_release_record_category", ["release_id", "category_id", "period"], unique=False)
        batch_op.create_index("ix_release_record_supplier_id", ["supplier_id", "release_id"], unique=False)

    op.create_table(
        "watch_flag",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "skimming",
                "parking",
                "timing",
                "claims",
                "burst",
                "share",
                name="flagkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "asked",
                "answered",
                "explained",
                "acted",
                name="flagstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('explained', 'acted')) = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (reason IS NULL) AND (closed_at IS NULL) = (closed_by IS NULL)",
            name=op.f("ck_watch_flag_reason_if_closed"),
        ),
        sa.CheckConstraint(
            "state = 'open' OR state = 'explained' OR question IS NOT NULL",
            name=op.f("ck_watch_flag_asked_before_acted"),
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_watch_flag_answer_if_answered")),
        sa.CheckConstraint("(question IS NULL) = (asked_at IS NULL)", name=op.f("ck_watch_flag_question_if_asked")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_watch_flag_until_after_from")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_watch_flag_answered_by_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_watch_flag_asked_by_person")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_watch_flag_authority_id_authority")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_watch_flag_category_id_category")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_watch_flag_closed_by_person")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_watch_flag_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_flag")),
    )
    with op.batch_alter_table("watch_flag", schema=None) as batch_op:
        batch_op.create_index("ix_watch_flag_authority_id_state", ["authority_id", "state"], unique=False)
        batch_op.create_index("ix_watch_flag_supplier_id_state", ["supplier_id", "state"], unique=False)
        batch_op.create_index(
            "uq_watch_flag_one_live",
            ["kind", "supplier_id", "category_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('open', 'asked', 'answered')"),
        )

    op.create_table(
        "quality_talk",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("qualification_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "held",
                "confirmed",
                "commented",
                "closed",
                "cancelled",
                name="talkstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("agenda", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("meeting_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meeting_place", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_words", sa.Text(), nullable=True),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)",
            name=op.f("ck_quality_talk_closed_at_if_closed"),
        ),
        sa.CheckConstraint(
            "(state IN ('held', 'confirmed', 'commented', 'closed')) = (held_at IS NOT NULL)",
            name=op.f("ck_quality_talk_held_at_if_held"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'commented') OR answered_at IS NOT NULL",
            name=op.f("ck_quality_talk_answered_if_said"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closing_words IS NULL)", name=op.f("ck_quality_talk_words_if_closed")
        ),
        sa.CheckConstraint(
            "(held_at IS NULL) = (follow_up_on IS NULL)", name=op.f("ck_quality_talk_follow_up_if_held")
        ),
        sa.CheckConstraint("(held_at IS NULL) = (minutes IS NULL)", name=op.f("ck_quality_talk_minutes_if_held")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_quality_talk_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_quality_talk_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_quality_talk_category_id_category")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_quality_talk_invited_by_person")),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["admission_matter.id"], name=op.f("fk_quality_talk_matter_id_admission_matter")
        ),
        sa.ForeignKeyConstraint(
            ["qualification_id"], ["qualification.id"], name=op.f("fk_quality_talk_qualification_id_qualification")
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_quality_talk_release_id_release")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_quality_talk_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_talk")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_quality_talk_authority_id_number")),
    )
    with op.batch_alter_table("quality_talk", schema=None) as batch_op:
        batch_op.create_index("ix_quality_talk_supplier_id", ["supplier_id"], unique=False)
        batch_op.create_index(
            "uq_quality_talk_one_live",
            ["qualification_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('invited', 'held', 'confirmed', 'commented')"),
        )

    op.create_table(
        "talk_action",
        sa.Column("talk_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "owner",
            sa.Enum("provider", "authority", name="owner", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_talk_action_done_by_if_done")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_talk_action_done_by_person")),
        sa.ForeignKeyConstraint(["talk_id"], ["quality_talk.id"], name=op.f("fk_talk_action_talk_id_quality_talk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_action")),
        sa.UniqueConstraint("talk_id", "position", name=op.f("uq_talk_action_talk_id_position")),
    )
    op.create_table(
        "assessment_consent",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "paper",
                "signed_electronically",
                name="consentway",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_reference", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_assessment_consent_withdrawn_by_if_withdrawn"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_assessment_consent_order_id_order")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_assessment_consent_recorded_by_person")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["person.id"], name=op.f("fk_assessment_consent_withdrawn_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_consent")),
    )
    with op.batch_alter_table("assessment_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_consent_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "uq_assessment_consent_one_open",
            ["order_id"],
            unique=True,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "assessment_request",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "point",
            sa.Enum(
                "start", "middle", "end", name="feedbackpoint", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_assessment_request_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_request")),
        sa.UniqueConstraint("order_id", "point", name=op.f("uq_assessment_request_order_id_point")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_assessment_request_token_hash")),
    )
    op.create_table(
        "outcome_contradiction",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "settled",
                "gone",
                name="contradictionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "settled_source",
            sa.Enum(
                "register", "expert", "provider", name="source", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_source IS NOT NULL) AND (state = 'settled') = (settled_by IS NOT NULL) AND (state = 'settled') = (reason IS NOT NULL) AND (state = 'settled') = (settled_at IS NOT NULL)",
            name=op.f("ck_outcome_contradiction_settled_if_settled"),
        ),
        sa.CheckConstraint("months IN (3, 6, 12)", name=op.f("ck_outcome_contradiction_months_known")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_outcome_contradiction_order_id_order")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_outcome_contradiction_settled_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_contradiction")),
        sa.UniqueConstraint("order_id", "months", name=op.f("uq_outcome_contradiction_order_id_months")),
    )
    with op.batch_alter_table("outcome_contradiction", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outcome_contradiction_open", ["order_id"], unique=False, postgresql_where=sa.text("state = 'open'")
        )

    op.create_table(
        "outcome_exclusion",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "death",
                "moved_abroad",
                "statutory_leave",
                "transfer",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_outcome_exclusion_decided_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_outcome_exclusion_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_exclusion")),
        sa.UniqueConstraint("order_id", name=op.f("uq_outcome_exclusion_order_id")),
    )
    op.create_table(
        "outcome_report",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column(
            "told",
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
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "confirmed",
                "refused",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sealed_evidence", sa.LargeBinary(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=True),
        sa.Column(
            "employer_type",
            sa.Enum(
                "company",
                "municipality",
                "state",
                "third_sector",
                "unknown",
                name="employertype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "contract_kind",
            sa.Enum(
                "permanent", "fixed_term", name="contractkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("contract_months", sa.Integer(), nullable=True),
        sa.Column(
            "working_time",
            sa.Enum("full_time", "part_time", name="workingtime", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("next_service", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(contract_kind IS NULL AND working_time IS NULL) OR told IN ('open_labour_market', 'subsidised_work')",
            name=op.f("ck_outcome_report_contract_if_job"),
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal_reason IS NOT NULL)", name=op.f("ck_outcome_report_reason_if_refused")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_outcome_report_answered_if_answered"),
        ),
        sa.CheckConstraint(
            "(told IN ('open_labour_market', 'subsidised_work')) = (employer_type IS NOT NULL)",
            name=op.f("ck_outcome_report_employer_if_job"),
        ),
        sa.CheckConstraint(
            "contract_months IS NULL OR (contract_kind = 'fixed_term' AND contract_months BETWEEN 1 AND 120)",
            name=op.f("ck_outcome_report_months_if_fixed_term"),
        ),
        sa.CheckConstraint(
            "next_service IS NULL OR told = 'next_service'", name=op.f("ck_outcome_report_next_if_next_service")
        ),
        sa.CheckConstraint(
            "since_on IS NULL OR told NOT IN ('unemployed', 'unknown')",
            name=op.f("ck_outcome_report_since_if_it_began"),
        ),
        sa.CheckConstraint("told <> 'unknown'", name=op.f("ck_outcome_report_tells_something")),
        sa.CheckConstraint("answered_by <> reported_by", name=op.f("ck_outcome_report_four_eyes")),
        sa.CheckConstraint("months IN (3, 6, 12)", name=op.f("ck_outcome_report_months_known")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_outcome_report_answered_by_person")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_outcome_report_file_id_stored_file")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_outcome_report_order_id_order")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_outcome_report_reported_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_report")),
    )
    with op.batch_alter_table("outcome_report", schema=None) as batch_op:
        batch_op.create_index("ix_outcome_report_order_id", ["order_id"], unique=False)
        batch_op.create_index(
            "ix_outcome_report_waiting", ["state"], unique=False, postgresql_where=sa.text("state = 'waiting'")
        )
        batch_op.create_index(
            "uq_outcome_report_one_waiting",
            ["order_id", "months"],
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "provider_feedback",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("as_described", sa.Integer(), nullable=False),
        sa.Column("information", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "as_described BETWEEN 1 AND 5 AND information BETWEEN 1 AND 5 AND answered BETWEEN 1 AND 5",
            name=op.f("ck_provider_feedback_grades_range"),
        ),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_provider_feedback_given_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_provider_feedback_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_feedback")),
        sa.UniqueConstraint("order_id", name=op.f("uq_provider_feedback_order_id")),
    )
    op.create_table(
        "release_correction",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "fact",
            sa.Enum(
                "start",
                "end",
                "report",
                "attendance",
                "deviation",
                "other",
                name="factkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "refused",
                name="correctionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("claimed_by", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (answer IS NULL)",
            name=op.f("ck_release_correction_answered_if_answered"),
        ),
        sa.CheckConstraint("char_length(claim) BETWEEN 1 AND 2000", name=op.f("ck_release_correction_claim_length")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_release_correction_answered_by_person")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_release_correction_claimed_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_release_correction_order_id_order")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_correction_release_id_release")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_release_correction_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_correction")),
    )
    with op.batch_alter_table("release_correction", schema=None) as batch_op:
        batch_op.create_index("ix_release_correction_supplier_id", ["supplier_id", "release_id"], unique=False)
        batch_op.create_index(
            "uq_correction_open", ["order_id", "fact"], unique=True, postgresql_where=sa.text("state = 'open'")
        )

    op.create_table(
        "self_assessment",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "point",
            sa.Enum(
                "start", "middle", "end", name="feedbackpoint", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("everyday", sa.Integer(), nullable=True),
        sa.Column("finances", sa.Integer(), nullable=True),
        sa.Column("skills", sa.Integer(), nullable=True),
        sa.Column("job_search", sa.Integer(), nullable=True),
        sa.Column("network", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("sealed_health", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column(
            "given_where",
            sa.Enum("link", "with_expert", name="assessedwhere", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("confidence BETWEEN 1 AND 5", name=op.f("ck_self_assessment_confidence_range")),
        sa.CheckConstraint("everyday BETWEEN 1 AND 5", name=op.f("ck_self_assessment_everyday_range")),
        sa.CheckConstraint("finances BETWEEN 1 AND 5", name=op.f("ck_self_assessment_finances_range")),
        sa.CheckConstraint("job_search BETWEEN 1 AND 5", name=op.f("ck_self_assessment_job_search_range")),
        sa.CheckConstraint("network BETWEEN 1 AND 5", name=op.f("ck_self_assessment_network_range")),
        sa.CheckConstraint("skills BETWEEN 1 AND 5", name=op.f("ck_self_assessment_skills_range")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_self_assessment_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_assessment")),
        sa.UniqueConstraint("order_id", "point", name=op.f("uq_self_assessment_order_id_point")),
    )
    op.create_table(
        "feedback_alert",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(handled_at IS NULL) = (handled_by IS NULL)", name=op.f("ck_feedback_alert_handled_by_if_handled")
        ),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["customer_feedback.id"], name=op.f("fk_feedback_alert_feedback_id_customer_feedback")
        ),
        sa.ForeignKeyConstraint(["handled_by"], ["person.id"], name=op.f("fk_feedback_alert_handled_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_feedback_alert_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_alert")),
        sa.UniqueConstraint("feedback_id", name=op.f("uq_feedback_alert_feedback_id")),
    )
    with op.batch_alter_table("feedback_alert", schema=None) as batch_op:
        batch_op.create_index(
            "ix_feedback_alert_open", ["order_id"], unique=False, postgresql_where=sa.text("handled_at IS NULL")
        )

    op.create_table(
        "outcome_correction",
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_by", sa.Uuid(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_outcome_correction_has_reason")),
        sa.ForeignKeyConstraint(
            ["corrected_by"], ["person.id"], name=op.f("fk_outcome_correction_corrected_by_person")
        ),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_outcome_correction_outcome_id_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_correction")),
        sa.UniqueConstraint("outcome_id", "number", name=op.f("uq_outcome_correction_outcome_id_number")),
    )
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "record_uses",
                postgresql.JSONB(astext_type=sa.Text()),
                server_default=sa.text("'[\"show\"]'::jsonb"),
                nullable=False,
            )
        )

    with op.batch_alter_table("customer_feedback", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "point",
                sa.Enum(
                    "start", "middle", "end", name="feedbackpoint", native_enum=False, create_constraint=True, length=40
                ),
                server_default=sa.text("'end'"),
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("expert_may_read", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("place_hash", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "words_state",
                sa.Enum(
                    "released", "held_back", name="wordsstate", native_enum=False, create_constraint=True, length=40
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("sealed_released", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "hold_reason",
                sa.Enum(
                    "identifies",
                    "other_person",
                    "health",
                    "offensive",
                    "other",
                    name="holdreason",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("checked_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_customer_feedback_order_id"), type_="unique")
        batch_op.create_index(
            "ix_customer_feedback_place", ["given_at"], unique=False, postgresql_where=sa.text("place_hash IS NOT NULL")
        )
        batch_op.create_unique_constraint(batch_op.f("uq_customer_feedback_order_id_point"), ["order_id", "point"])
        batch_op.create_foreign_key(
            batch_op.f("fk_customer_feedback_checked_by_person"), "person", ["checked_by"], ["id"]
        )

    with op.batch_alter_table("expert_feedback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_conflict", sa.Boolean(), server_default=sa.text("false"), nullable=False))

    with op.batch_alter_table("feedback_request", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "point",
                sa.Enum(
                    "start", "middle", "end", name="feedbackpoint", native_enum=False, create_constraint=True, length=40
                ),
                server_default=sa.text("'end'"),
                nullable=False,
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_feedback_request_order_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_feedback_request_order_id_point"), ["order_id", "point"])

    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "source",
                sa.Enum(
                    "register",
                    "expert",
                    "provider",
                    name="source",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="expert",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("stands", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.add_column(sa.Column("confirmed_by", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "employer_type",
                sa.Enum(
                    "company",
                    "municipality",
                    "state",
                    "third_sector",
                    "unknown",
                    name="employertype",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column(
                "contract_kind",
                sa.Enum(
                    "permanent", "fixed_term", name="contractkind", native_enum=False, create_constraint=True, length=40
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("contract_months", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "working_time",
                sa.Enum(
                    "full_time", "part_time", name="workingtime", native_enum=False, create_constraint=True, length=40
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("since_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("next_service", sa.Text(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_outcome_order_id_months"), type_="unique")
        batch_op.create_index(
            "uq_outcome_one_stands", ["order_id", "months"], unique=True, postgresql_where=sa.text("stands")
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_outcome_order_id_months_source"), ["order_id", "months", "source"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_outcome_confirmed_by_person"), "person", ["confirmed_by"], ["id"])

    with op.batch_alter_table("outcome_payment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "result",
                sa.Enum(
                    "open_labour_market",
                    "subsidised_work",
                    "own_business",
                    "studies",
                    name="resultkind",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )

    with op.batch_alter_table("published_record", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("index", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
        )

    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "state",
                sa.Enum(
                    "running",
                    "preview",
                    "published",
                    "superseded",
                    "withdrawn",
                    name="releasestate",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="superseded",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("frozen_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("period_begins_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("snapshot_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("delta_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("sums_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("results_sha256", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("case_mix_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("preview_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "uq_release_one_published", ["state"], unique=True, postgresql_where=sa.text("state = 'published'")
        )
        batch_op.create_index(
            "uq_release_one_running", ["state"], unique=True, postgresql_where=sa.text("state = 'running'")
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_release_case_mix_id_case_mix_model"), "case_mix_model", ["case_mix_id"], ["id"]
        )

    op.execute(FILL)
    op.create_check_constraint(
        op.f("ck_category_strict_never_ranks"),
        "category",
        "(legal_mode <> 'dps_strict') OR (NOT (record_uses @> '[\"ranking\"]'::jsonb))",
    )
    op.create_check_constraint(
        op.f("ck_customer_feedback_checked_at_if_checked"),
        "customer_feedback",
        "(words_state IS NULL) = (checked_at IS NULL)",
    )
    op.create_check_constraint(
        op.f("ck_customer_feedback_reason_if_held_back"),
        "customer_feedback",
        "(words_state = 'held_back') = (hold_reason IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_customer_feedback_released_if_released"),
        "customer_feedback",
        "(sealed_released IS NULL) OR (words_state = 'released')",
    )
    op.create_check_constraint(
        op.f("ck_outcome_confirmed_if_provider"), "outcome", "(source = 'provider') = (confirmed_by IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_outcome_contract_if_job"),
        "outcome",
        "((contract_kind IS NULL) AND (working_time IS NULL)) OR state IN ('open_labour_market', 'subsidised_work')",
    )
    op.create_check_constraint(
        op.f("ck_outcome_employer_if_job"),
        "outcome",
        "state IN ('open_labour_market', 'subsidised_work') = (employer_type IS NOT NULL)",
    )
    op.create_check_constraint(op.f("ck_outcome_four_eyes"), "outcome", "confirmed_by <> recorded_by")
    op.create_check_constraint(
        op.f("ck_outcome_months_if_fixed_term"),
        "outcome",
        "(contract_months IS NULL) OR ((contract_kind = 'fixed_term') AND ((contract_months >= 1) AND "
        "(contract_months <= 120)))",
    )
    op.create_check_constraint(
        op.f("ck_outcome_next_if_next_service"), "outcome", "(next_service IS NULL) OR (state = 'next_service')"
    )
    op.create_check_constraint(
        op.f("ck_outcome_since_if_it_began"), "outcome", "(since_on IS NULL) OR state NOT IN ('unemployed', 'unknown')"
    )
    op.create_check_constraint(
        op.f("ck_release_preview_has_end"),
        "release",
        "(state <> 'preview') OR ((preview_until IS NOT NULL) AND (frozen_on IS NOT NULL))",
    )
    op.create_check_constraint(
        op.f("ck_release_published_at_if_published"), "release", "(state <> 'published') OR (published_at IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_release_snapshot_if_frozen"),
        "release",
        "state IN ('running', 'superseded', 'withdrawn') OR (snapshot_key IS NOT NULL) OR (method = 'thin-1')",
    )
    op.execute(FOLLOW_CHANGES)
    for table, column in FOLLOWED.items():
        for event in ("INSERT", "UPDATE"):
            op.execute(
                f'CREATE TRIGGER "{table}_{event.lower()}_followed" AFTER {event} ON "{table}"'
                " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT"
                f" EXECUTE FUNCTION avoin_episode_changed('{column}')"
            )


def downgrade():
    for table in FOLLOWED:
        for event in ("insert", "update"):
            op.execute(f'DROP TRIGGER "{table}_{event}_followed" ON "{table}"')
    op.execute("DROP FUNCTION avoin_episode_changed()")
    op.drop_constraint(op.f("ck_category_strict_never_ranks"), "category", type_="check")
    op.drop_constraint(op.f("ck_customer_feedback_checked_at_if_checked"), "customer_feedback", type_="check")
    op.drop_constraint(op.f("ck_customer_feedback_reason_if_held_back"), "customer_feedback", type_="check")
    op.drop_constraint(op.f("ck_customer_feedback_released_if_released"), "customer_feedback", type_="check")
    op.drop_constraint(op.f("ck_outcome_confirmed_if_provider"), "outcome", type_="check")
    op.drop_constraint(op.f("ck_outcome_contract_if_job"), "outcome", type_="check")
    op.drop_constraint(op.f("ck_outcome_employer_if_job"), "outcome", type_="check")
    op.drop_constraint(op.f("ck_outcome_four_eyes"), "outcome", type_="check")
    op.drop_constraint(op.f("ck_outcome_months_if_fixed_term"), "outcome", type_="check")
    op.drop_constraint(op.f("ck_outcome_next_if_next_service"), "outcome", type_="check")
    op.drop_constraint(op.f("ck_outcome_since_if_it_began"), "outcome", type_="check")
    op.drop_constraint(op.f("ck_release_preview_has_end"), "release", type_="check")
    op.drop_constraint(op.f("ck_release_published_at_if_published"), "release", type_="check")
    op.drop_constraint(op.f("ck_release_snapshot_if_frozen"), "release", type_="check")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_release_case_mix_id_case_mix_model"), type_="foreignkey")
        batch_op.drop_index("uq_release_one_running", postgresql_where=sa.text("state = 'running'"))
        batch_op.drop_index("uq_release_one_published", postgresql_where=sa.text("state = 'published'"))
        batch_op.drop_column("published_at")
        batch_op.drop_column("preview_until")
        batch_op.drop_column("case_mix_id")
        batch_op.drop_column("results_sha256")
        batch_op.drop_column("sums_key")
        batch_op.drop_column("delta_key")
        batch_op.drop_column("snapshot_key")
        batch_op.drop_column("period_begins_on")
        batch_op.drop_column("frozen_on")
        batch_op.drop_column("state")

    with op.batch_alter_table("published_record", schema=None) as batch_op:
        batch_op.drop_column("index")

    with op.batch_alter_table("outcome_payment", schema=None) as batch_op:
        batch_op.drop_column("result")

    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outcome_confirmed_by_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_outcome_order_id_months_source"), type_="unique")
        batch_op.drop_index("uq_outcome_one_stands", postgresql_where=sa.text("stands"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_outcome_order_id_months"), ["order_id", "months"], postgresql_nulls_not_distinct=False
        )
        batch_op.drop_column("next_service")
        batch_op.drop_column("since_on")
        batch_op.drop_column("working_time")
        batch_op.drop_column("contract_months")
        batch_op.drop_column("contract_kind")
        batch_op.drop_column("employer_type")
        batch_op.drop_column("confirmed_by")
        batch_op.drop_column("stands")
        batch_op.drop_column("source")

    with op.batch_alter_table("feedback_request", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_feedback_request_order_id_point"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_feedback_request_order_id"), ["order_id"], postgresql_nulls_not_distinct=False
        )
        batch_op.drop_column("point")

    with op.batch_alter_table("expert_feedback", schema=None) as batch_op:
        batch_op.drop_column("has_conflict")

    with op.batch_alter_table("customer_feedback", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_customer_feedback_checked_by_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_customer_feedback_order_id_point"), type_="unique")
        batch_op.drop_index("ix_customer_feedback_place", postgresql_where=sa.text("place_hash IS NOT NULL"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_customer_feedback_order_id"), ["order_id"], postgresql_nulls_not_distinct=False
        )
        batch_op.drop_column("checked_at")
        batch_op.drop_column("checked_by")
        batch_op.drop_column("hold_reason")
        batch_op.drop_column("sealed_released")
        batch_op.drop_column("words_state")
        batch_op.drop_column("place_hash")
        batch_op.drop_column("expert_may_read")
        batch_op.drop_column("point")

    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.drop_column("record_uses")

    op.drop_table("outcome_correction")
    with op.batch_alter_table("feedback_alert", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_alert_open", postgresql_where=sa.text("handled_at IS NULL"))

    op.drop_table("feedback_alert")
    op.drop_table("self_assessment")
    with op.batch_alter_table("release_correction", schema=None) as batch_op:
        batch_op.drop_index("uq_correction_open", postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index("ix_release_correction_supplier_id")

    op.drop_table("release_correction")
    op.drop_table("provider_feedback")
    with op.batch_alter_table("outcome_report", schema=None) as batch_op:
        batch_op.drop_index("uq_outcome_report_one_waiting", postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index("ix_outcome_report_waiting", postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index("ix_outcome_report_order_id")

    op.drop_table("outcome_report")
    op.drop_table("outcome_exclusion")
    with op.batch_alter_table("outcome_contradiction", schema=None) as batch_op:
        batch_op.drop_index("ix_outcome_contradiction_open", postgresql_where=sa.text("state = 'open'"))

    op.drop_table("outcome_contradiction")
    op.drop_table("assessment_request")
    with op.batch_alter_table("assessment_consent", schema=None) as batch_op:
        batch_op.drop_index("uq_assessment_consent_one_open", postgresql_where=sa.text("withdrawn_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_assessment_consent_order_id"))

    op.drop_table("assessment_consent")
    op.drop_table("talk_action")
    with op.batch_alter_table("quality_talk", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_quality_talk_one_live",
            postgresql_where=sa.text("state IN ('invited', 'held', 'confirmed', 'commented')"),
        )
        batch_op.drop_index("ix_quality_talk_supplier_id")

    op.drop_table("quality_talk")
    with op.batch_alter_table("watch_flag", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_watch_flag_one_live", postgresql_where=sa.text("state IN ('open', 'asked', 'answered')")
        )
        batch_op.drop_index("ix_watch_flag_supplier_id_state")
        batch_op.drop_index("ix_watch_flag_authority_id_state")

    op.drop_table("watch_flag")
    with op.batch_alter_table("release_record", schema=None) as batch_op:
        batch_op.drop_index("ix_release_record_supplier_id")
        batch_op.drop_index("ix_release_record_category")

    op.drop_table("release_record")
    op.drop_table("release_comment")
    op.drop_table("release_category")
    op.drop_table("feedback_plan")
    with op.batch_alter_table("year_report", schema=None) as batch_op:
        batch_op.drop_index("uq_year_report_being_made", postgresql_where=sa.text("finished_at IS NULL"))
        batch_op.drop_index("ix_year_report_system_id")

    op.drop_table("year_report")
    with op.batch_alter_table("point_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_point_answer_service_point_id_week_on")

    op.drop_table("point_answer")
    op.drop_table("service_point")
    with op.batch_alter_table("release_run", schema=None) as batch_op:
        batch_op.drop_index("uq_release_run_one", postgresql_where=sa.text("finished_at IS NULL"))

    op.drop_table("release_run")
    with op.batch_alter_table("path_total", schema=None) as batch_op:
        batch_op.drop_index("ix_path_total_run_id")

    op.drop_table("path_total")
    with op.batch_alter_table("path_step", schema=None) as batch_op:
        batch_op.drop_index("ix_path_step_run_id")

    op.drop_table("path_step")
    op.drop_table("outcome_import")
    with op.batch_alter_table("path_run", schema=None) as batch_op:
        batch_op.drop_index("uq_path_run_one", postgresql_where=sa.text("finished_at IS NULL"))

    op.drop_table("path_run")
    op.drop_table("published_path")
    op.drop_table("episode_change")
    op.drop_table("case_mix_model")
