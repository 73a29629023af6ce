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
FOLLOWED = {
    "order": "id",
    "delivery": "order_id",
    "deviation": "order_id",
    "outcome": "order_id",
    "customer_feedback": "order_id",
    "expert_feedback": "order_id",
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
        "release_category",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("episodes", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("windows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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

    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "record_uses",
                postgresql.JSONB(astext_type=sa.Text()),
                server_default=sa.text("'[\"show\"]'::jsonb"),
                nullable=False,
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

    op.create_check_constraint(
        op.f("ck_category_strict_never_ranks"),
        "category",
        "(legal_mode <> 'dps_strict') OR (NOT (record_uses @> '[\"ranking\"]'::jsonb))",
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
        batch_op.drop_column("delta_key")
        batch_op.drop_column("snapshot_key")
        batch_op.drop_column("period_begins_on")
        batch_op.drop_column("frozen_on")
        batch_op.drop_column("state")

    with op.batch_alter_table("published_record", schema=None) as batch_op:
        batch_op.drop_column("index")

    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.drop_column("record_uses")

    with op.batch_alter_table("release_correction", schema=None) as batch_op:
        batch_op.drop_index("uq_correction_open", postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index("ix_release_correction_supplier_id")

    op.drop_table("release_correction")
    with op.batch_alter_table("release_record", schema=None) as batch_op:
        batch_op.drop_index("ix_release_record_supplier_id")
        batch_op.drop_index("ix_release_record_category")

    op.drop_table("release_record")
    op.drop_table("release_comment")
    op.drop_table("release_category")
    with op.batch_alter_table("release_run", schema=None) as batch_op:
        batch_op.drop_index("uq_release_run_one", postgresql_where=sa.text("finished_at IS NULL"))

    op.drop_table("release_run")
    op.drop_table("episode_change")
    op.drop_table("case_mix_model")
