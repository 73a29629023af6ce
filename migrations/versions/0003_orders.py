"""orders"""

import sqlalchemy as sa
from alembic import op

from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    # mistyped words are found by their triples of letters; a trusted extension, the owner may add it
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "supplier_standing",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("last_ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("begun_in_time", sa.Integer(), nullable=False),
        sa.Column("days_waited", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("begun BETWEEN 0 AND 2147483647", name=op.f("ck_supplier_standing_begun_not_negative")),
        sa.CheckConstraint("begun_in_time BETWEEN 0 AND begun", name=op.f("ck_supplier_standing_in_time_of_begun")),
        sa.CheckConstraint("days_waited >= 0", name=op.f("ck_supplier_standing_days_not_negative")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_supplier_standing_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_standing_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_standing")),
        sa.UniqueConstraint("supplier_id", "category_id", name=op.f("uq_supplier_standing_supplier_id_category_id")),
    )
    with op.batch_alter_table("supplier_standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_standing_category_id"), ["category_id"], unique=False)

    op.create_table(
        "offering_payment",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("price > 0", name=op.f("ck_offering_payment_price_positive")),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_offering_payment_offering_id_offering")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["payment_part.id"], name=op.f("fk_offering_payment_part_id_payment_part")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering_payment")),
        sa.UniqueConstraint("offering_id", "part_id", name=op.f("uq_offering_payment_offering_id_part_id")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "goal",
                sa.Enum(
                    "find_work",
                    "choose_direction",
                    "learn_trade",
                    "language",
                    "work_ability",
                    "start_business",
                    name="goal",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column(
                "form",
                sa.Enum(
                    "individual", "group", name="serviceform", native_enum=False, create_constraint=True, length=40
                ),
                nullable=True,
            )
        )

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "form",
                sa.Enum(
                    "individual", "group", name="serviceform", native_enum=False, create_constraint=True, length=40
                ),
                server_default="individual",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "search_vector",
                postgresql.TSVECTOR(),
                sa.Computed(
                    "to_tsvector('finnish', name_fi || ' ' || description_fi) || to_tsvector('swedish', name_sv || ' ' || description_sv) || to_tsvector('english', name_en || ' ' || description_en)",
                    persisted=True,
                ),
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "search_words",
                sa.Text(),
                sa.Computed(
                    "lower(name_fi || ' ' || name_sv || ' ' || name_en || ' ' || description_fi || ' ' || description_sv)",
                    persisted=True,
                ),
                nullable=False,
            )
        )
        batch_op.create_index("ix_offering_search_vector", ["search_vector"], unique=False, postgresql_using="gin")
        batch_op.create_index(
            "ix_offering_search_words",
            ["search_words"],
            unique=False,
            postgresql_using="gin",
            postgresql_ops={"search_words": "gin_trgm_ops"},
        )

    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "parts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
            )
        )
        batch_op.add_column(sa.Column("deviation_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("meeting_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("meeting_place", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("tried_on", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
        )
        batch_op.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("cancel_fee", sa.Numeric(precision=12, scale=2), nullable=True))
        batch_op.add_column(sa.Column("reminded_in", sa.Text(), nullable=True))

    with op.batch_alter_table("published_record", schema=None) as batch_op:
        batch_op.add_column(
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
            )
        )

    op.create_check_constraint(
        op.f("ck_order_closed_at_if_closed"),
        "order",
        "state IN ('declined', 'expired', 'cancelled', 'no_show', 'closed') = (closed_at IS NOT NULL)",
    )
    op.drop_constraint(op.f("ck_order_completed_at_if_completed"), "order", type_="check")
    op.create_check_constraint(
        op.f("ck_order_completed_at_if_completed"),
        "order",
        "state IN ('completed', 'closed') = (completed_at IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_order_fee_if_cancelled"),
        "order",
        "(cancel_fee >= 0) AND (cancel_fee <= price) AND ((cancel_fee IS NULL) OR (state = 'cancelled'))",
    )
    op.create_check_constraint(
        op.f("ck_order_meeting_has_place"), "order", "(meeting_at IS NULL) = (meeting_place IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_order_meeting_if_scheduled"), "order", "(state <> 'scheduled') OR (meeting_at IS NOT NULL)"
    )
    op.drop_constraint(op.f("ck_order_orderstate"), "order", type_="check")
    op.create_check_constraint(
        op.f("ck_order_orderstate"),
        "order",
        "state IN ('placed', 'accepted', 'declined', 'expired', 'cancelled', 'scheduled', 'no_show', "
        "'started', 'paused', 'reported', 'disputed', 'completed', 'closed')",
    )
    op.create_check_constraint(
        op.f("ck_order_paused_until_if_paused"), "order", "(state = 'paused') = (paused_until IS NOT NULL)"
    )
    op.drop_constraint(op.f("ck_order_started_on_if_started"), "order", type_="check")
    op.create_check_constraint(
        op.f("ck_order_started_on_if_started"),
        "order",
        "state IN ('started', 'paused', 'reported', 'disputed', 'completed', 'closed') = (started_on IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_order_tried_on_if_no_show"), "order", "(state = 'no_show') = (tried_on IS NOT NULL)"
    )
    op.drop_index("uq_order_one_live", table_name="order")
    op.create_index(
        "uq_order_one_live",
        "order",
        ["need_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('declined', 'expired', 'cancelled', 'no_show')"),
    )


def downgrade():
    op.drop_constraint(op.f("ck_order_closed_at_if_closed"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_completed_at_if_completed"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_fee_if_cancelled"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_meeting_has_place"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_meeting_if_scheduled"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_orderstate"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_paused_until_if_paused"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_started_on_if_started"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_tried_on_if_no_show"), "order", type_="check")
    op.drop_index("uq_order_one_live", table_name="order")
    with op.batch_alter_table("published_record", schema=None) as batch_op:
        batch_op.drop_column("quality_class")

    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_column("reminded_in")
        batch_op.drop_column("cancel_fee")
        batch_op.drop_column("paused_until")
        batch_op.drop_column("tried_on")
        batch_op.drop_column("meeting_place")
        batch_op.drop_column("meeting_at")
        batch_op.drop_column("deviation_reason")
        batch_op.drop_column("parts")

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_offering_search_words", postgresql_using="gin", postgresql_ops={"search_words": "gin_trgm_ops"}
        )
        batch_op.drop_index("ix_offering_search_vector", postgresql_using="gin")
        batch_op.drop_column("search_words")
        batch_op.drop_column("search_vector")
        batch_op.drop_column("form")

    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_column("form")
        batch_op.drop_column("goal")

    op.drop_table("offering_payment")
    with op.batch_alter_table("supplier_standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_standing_category_id"))

    op.drop_table("supplier_standing")
    op.create_check_constraint(
        op.f("ck_order_completed_at_if_completed"), "order", "(state = 'completed') = (completed_at IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_order_orderstate"),
        "order",
        "state IN ('placed', 'accepted', 'declined', 'expired', 'cancelled', 'started', 'reported', 'completed')",
    )
    op.create_check_constraint(
        op.f("ck_order_started_on_if_started"),
        "order",
        "state IN ('started', 'reported', 'completed') = (started_on IS NOT NULL)",
    )
    op.create_index(
        "uq_order_one_live",
        "order",
        ["need_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('declined', 'expired', 'cancelled')"),
    )
    op.execute("DROP EXTENSION IF EXISTS pg_trgm")
