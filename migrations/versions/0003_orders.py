"""orders"""

import sqlalchemy as sa
from alembic import op

from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FILL = """
-- what orders of before say of their suppliers
INSERT INTO supplier_standing (id, version, supplier_id, category_id, last_ordered_at, begun, begun_in_time, days_waited)
SELECT gen_random_uuid(), 1, waited.supplier_id, waited.category_id,
       max(waited.placed_at) FILTER (WHERE waited.state <> 'cancelled'), count(waited.days),
       count(*) FILTER (WHERE waited.days <= waited.start_within_days), coalesce(sum(waited.days), 0)
FROM (SELECT o.supplier_id, o.category_id, o.placed_at, o.state, c.start_within_days,
             CASE WHEN o.started_on IS NOT NULL THEN
               greatest(0, o.started_on - (o.placed_at AT TIME ZONE 'Europe/Helsinki')::date)
             END AS days
      FROM "order" o JOIN category c ON c.id = o.category_id) waited
GROUP BY waited.supplier_id, waited.category_id;
-- what was delivered before is one line: the service itself
INSERT INTO delivery_line (id, version, order_id, delivery_id, kind, code, text, amount, state,
                           reported_by, reported_at, answered_by, answered_at)
SELECT gen_random_uuid(), 1, d.order_id, d.id, 'base', '', '', d.amount,
       CASE WHEN d.accepted_at IS NULL THEN 'reported' ELSE 'accepted' END,
       d.reported_by, d.reported_at, d.accepted_by, d.accepted_at
FROM delivery d JOIN "order" o ON o.id = d.order_id
WHERE o.state IN ('reported', 'completed');
-- and who follows what happened to them
INSERT INTO audit_follower (organisation_id, seq)
SELECT follower.id, e.seq
FROM audit_event e JOIN "order" o ON e.subject_type = 'order' AND e.subject_id = o.id::text
     CROSS JOIN LATERAL (VALUES (o.authority_id), (o.supplier_id)) AS follower (id)
WHERE e.organisation_id IS DISTINCT FROM follower.id;
"""


def upgrade():
    # mistyped words are found by their triples of letters; a trusted extension, the owner may add it
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "audit_follower",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "seq", name=op.f("pk_audit_follower")),
    )
    op.create_table(
        "handover",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_handover_authority_id_authority")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_handover_from_id_person")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_handover_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_authority_id"), ["authority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_from_id"), ["from_id"], unique=False)

    op.create_table(
        "interest_declaration",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "employed",
                "owns",
                "relative",
                "other",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_interest_declaration_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interest_declaration_person_id_person")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_interest_declaration_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_declaration")),
    )
    with op.batch_alter_table("interest_declaration", schema=None) as batch_op:
        batch_op.create_index(
            "uq_interest_declaration_one_open",
            ["person_id", "supplier_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "invoice_batch",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("vat", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("lines > 0", name=op.f("ck_invoice_batch_has_lines")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_invoice_batch_until_after_from")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_invoice_batch_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_invoice_batch_supplier_id_supplier")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_invoice_batch_taken_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_batch")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_invoice_batch_authority_id_number")),
    )
    op.create_table(
        "index_change",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("points_from", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("points_to", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("index_name", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contracts", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(points_from IS NULL) = (points_to IS NULL)", name=op.f("ck_index_change_both_points")),
        sa.CheckConstraint("percent <> 0 AND percent BETWEEN -50 AND 50", name=op.f("ck_index_change_percent_range")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_index_change_category_id_category")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_index_change_decided_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_change")),
        sa.UniqueConstraint("category_id", "from_on", name=op.f("uq_index_change_category_id_from_on")),
    )
    op.create_table(
        "presentation",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("title_fi", sa.Text(), nullable=False),
        sa.Column("title_sv", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "announced", "cancelled", name="presentationstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_presentation_cancelled_at_if_cancelled")
        ),
        sa.CheckConstraint("place <> '' OR link <> ''", name=op.f("ck_presentation_place_or_link")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_presentation_end_after_start")),
        sa.CheckConstraint("seats > 0", name=op.f("ck_presentation_seats_positive")),
        sa.CheckConstraint("seats_taken BETWEEN 0 AND seats", name=op.f("ck_presentation_no_overbooking")),
        sa.ForeignKeyConstraint(["announced_by"], ["person.id"], name=op.f("fk_presentation_announced_by_person")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_presentation_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_presentation_category_id_category")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_presentation_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentation")),
    )
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.create_index("ix_presentation_authority_id", ["authority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_presentation_category_id"), ["category_id"], unique=False)
        batch_op.create_index("ix_presentation_starts_at", ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_presentation_supplier_id"), ["supplier_id"], unique=False)

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
        "handover_item",
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("kept_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(to_id IS NULL) = (kept_reason <> '')", name=op.f("ck_handover_item_moved_or_kept")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_item_handover_id_handover")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_handover_item_need_id_need")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_item_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_item")),
    )
    with op.batch_alter_table("handover_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_item_handover_id"), ["handover_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_item_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_item_to_id"), ["to_id"], unique=False)

    op.create_table(
        "health_note",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "customer",
                "customer_system",
                "other_authority",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(sealed_note IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_health_note_sealed_until_erased")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_health_note_entered_by_person")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_health_note_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_note")),
        sa.UniqueConstraint("need_id", name=op.f("uq_health_note_need_id")),
    )
    op.create_table(
        "prepared_answers",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("customer_reference", sa.Text(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_health", sa.LargeBinary(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "erased_at IS NULL OR sealed_answers IS NULL", name=op.f("ck_prepared_answers_nothing_if_erased")
        ),
        sa.CheckConstraint(
            "sealed_answers IS NULL OR saved_at IS NOT NULL", name=op.f("ck_prepared_answers_saved_at_if_saved")
        ),
        sa.CheckConstraint(
            "sealed_health IS NULL OR sealed_answers IS NOT NULL", name=op.f("ck_prepared_answers_health_with_answers")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_prepared_answers_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("fk_prepared_answers_expert_id_person")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_prepared_answers_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_answers")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_prepared_answers_token_hash")),
    )
    with op.batch_alter_table("prepared_answers", schema=None) as batch_op:
        batch_op.create_index("ix_prepared_answers_expert_id", ["expert_id"], unique=False)
        batch_op.create_index(
            "ix_prepared_answers_expires_at",
            ["expires_at"],
            unique=False,
            postgresql_where=sa.text("erased_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_prepared_answers_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "uq_prepared_answers_one_open",
            ["authority_id", "customer_reference"],
            unique=True,
            postgresql_where=sa.text("cancelled_at IS NULL AND used_at IS NULL AND erased_at IS NULL"),
        )

    op.create_table(
        "presentation_sign_up",
        sa.Column("presentation_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("customer_reference", sa.Text(), nullable=True),
        sa.Column("expert_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(customer_reference IS NULL) = (expert_id IS NULL)",
            name=op.f("ck_presentation_sign_up_reference_by_expert"),
        ),
        sa.CheckConstraint(
            "(token_hash IS NULL) <> (customer_reference IS NULL)",
            name=op.f("ck_presentation_sign_up_token_or_reference"),
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("fk_presentation_sign_up_expert_id_person")),
        sa.ForeignKeyConstraint(
            ["presentation_id"], ["presentation.id"], name=op.f("fk_presentation_sign_up_presentation_id_presentation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentation_sign_up")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_presentation_sign_up_token_hash")),
    )
    with op.batch_alter_table("presentation_sign_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presentation_sign_up_expert_id"), ["expert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_presentation_sign_up_presentation_id"), ["presentation_id"], unique=False)
        batch_op.create_index(
            "uq_presentation_sign_up_reference",
            ["presentation_id", "customer_reference"],
            unique=True,
            postgresql_where=sa.text("cancelled_at IS NULL"),
        )

    op.create_table(
        "presenter",
        sa.Column("presentation_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["presentation_id"], ["presentation.id"], name=op.f("fk_presenter_presentation_id_presentation")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_presenter_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presenter")),
        sa.UniqueConstraint("presentation_id", "supplier_id", name=op.f("uq_presenter_presentation_id_supplier_id")),
    )
    with op.batch_alter_table("presenter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presenter_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "indexed_offering",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("price_before", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("price_after", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["index_change.id"], name=op.f("fk_indexed_offering_change_id_index_change")
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_indexed_offering_offering_id_offering")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexed_offering")),
        sa.UniqueConstraint("change_id", "offering_id", name=op.f("uq_indexed_offering_change_id_offering_id")),
    )
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
    op.create_table(
        "group",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("start_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("set_up_by", sa.Uuid(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "open",
                "running",
                "ended",
                "cancelled",
                name="groupstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("days", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("prerequisites_fi", sa.Text(), nullable=False),
        sa.Column("prerequisites_sv", sa.Text(), nullable=False),
        sa.Column("prerequisites_en", sa.Text(), nullable=False),
        sa.Column("age_bands", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unemployment_bands", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("education_bands", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seats_min", sa.Integer(), nullable=False),
        sa.Column("seats_max", sa.Integer(), nullable=False),
        sa.Column("seats_held", sa.Integer(), nullable=False),
        sa.Column("seats_filled", sa.Integer(), nullable=False),
        sa.Column("own_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("release_on", sa.Date(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needs_selection", sa.Boolean(), nullable=False),
        sa.Column("rule_reason", sa.Text(), nullable=True),
        sa.Column("seat_price", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("employer_part", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("employer_id", sa.Text(), nullable=True),
        sa.Column("employer_name", sa.Text(), nullable=True),
        sa.Column("employer_contact", sa.Text(), nullable=True),
        sa.Column("employer_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column(
            "aid_basis",
            sa.Enum("gber", "de_minimis", name="aidbasis", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancel_reason IS NOT NULL)", name=op.f("ck_group_reason_if_cancelled")
        ),
        sa.CheckConstraint("state <> 'cancelled' OR seats_held = 0", name=op.f("ck_group_nothing_held_if_cancelled")),
        sa.CheckConstraint(
            "state NOT IN ('running', 'ended') OR released_at IS NOT NULL", name=op.f("ck_group_released_if_begun")
        ),
        sa.CheckConstraint(
            "(employer_id IS NULL) = (employer_name IS NULL) AND (employer_id IS NULL) = (employer_percent IS NULL) AND (employer_id IS NULL) = (aid_basis IS NULL) AND (employer_id IS NULL) = (employer_contact IS NULL)",
            name=op.f("ck_group_employer_whole"),
        ),
        sa.CheckConstraint("(employer_id IS NULL) = (employer_part = 0)", name=op.f("ck_group_share_if_employer")),
        sa.CheckConstraint(
            "employer_percent > 0 AND employer_percent < 100", name=op.f("ck_group_percent_of_employer")
        ),
        sa.CheckConstraint("first_day <= last_day AND release_on <= first_day", name=op.f("ck_group_days_in_order")),
        sa.CheckConstraint("is_remote OR place IS NOT NULL", name=op.f("ck_group_place_or_remote")),
        sa.CheckConstraint("jsonb_array_length(days) > 0", name=op.f("ck_group_has_days")),
        sa.CheckConstraint("jsonb_array_length(languages) > 0", name=op.f("ck_group_has_language")),
        sa.CheckConstraint("price + employer_part = seat_price", name=op.f("ck_group_parts_add_up")),
        sa.CheckConstraint("price > 0 AND employer_part >= 0", name=op.f("ck_group_price_positive")),
        sa.CheckConstraint("seats_filled BETWEEN 0 AND seats_held", name=op.f("ck_group_no_overbooking")),
        sa.CheckConstraint("seats_held <= seats_max", name=op.f("ck_group_held_within_max")),
        sa.CheckConstraint("seats_min BETWEEN 1 AND seats_max", name=op.f("ck_group_min_within_max")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_group_authority_id_authority")),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_group_budget_id_budget")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_group_category_id_category")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["frame_contract.id"], name=op.f("fk_group_contract_id_frame_contract")
        ),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_group_offering_id_offering")),
        sa.ForeignKeyConstraint(["set_up_by"], ["person.id"], name=op.f("fk_group_set_up_by_person")),
        sa.ForeignKeyConstraint(["start_id"], ["offering_start.id"], name=op.f("fk_group_start_id_offering_start")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_group_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_group_authority_id_number")),
    )
    with op.batch_alter_table("group", schema=None) as batch_op:
        batch_op.create_index(
            "ix_group_authority_id_state_first_day", ["authority_id", "state", "first_day"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_group_category_id"), ["category_id"], unique=False)
        batch_op.create_index("ix_group_supplier_id_state", ["supplier_id", "state"], unique=False)

    op.create_table(
        "bulk_file",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("holding_id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "checked",
                "running",
                "done",
                "dropped",
                name="bulkstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("estimate", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_bulk_file_has_lines")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_bulk_file_authority_id_authority")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_bulk_file_category_id_category")),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("fk_bulk_file_expert_id_person")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_bulk_file_group_id_group")),
        sa.ForeignKeyConstraint(["holding_id"], ["role_holding.id"], name=op.f("fk_bulk_file_holding_id_role_holding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_file")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_bulk_file_authority_id_number")),
    )
    with op.batch_alter_table("bulk_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_file_expert_id"), ["expert_id"], unique=False)
        batch_op.create_index("ix_bulk_file_state", ["state"], unique=False)

    op.create_table(
        "customer_question",
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(handled_at IS NULL) = (handled_by IS NULL)", name=op.f("ck_customer_question_handled_by_if_handled")
        ),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_customer_question_choice_id_choice")),
        sa.ForeignKeyConstraint(["handled_by"], ["person.id"], name=op.f("fk_customer_question_handled_by_person")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_customer_question_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_question")),
    )
    with op.batch_alter_table("customer_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_question_choice_id"), ["choice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_question_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "ix_customer_question_waiting", ["need_id"], unique=False, postgresql_where=sa.text("handled_at IS NULL")
        )

    op.create_table(
        "group_selection",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("sealed_reasons", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_group_selection_decided_by_person")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_group_selection_group_id_group")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_group_selection_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_selection")),
        sa.UniqueConstraint("group_id", "need_id", name=op.f("uq_group_selection_group_id_need_id")),
    )
    with op.batch_alter_table("group_selection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_selection_need_id"), ["need_id"], unique=False)

    op.create_table(
        "absence_notice",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("five_days", "goals", name="absencekind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "heard",
                "decided",
                "withdrawn",
                name="noticestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("discontinues", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'goals') = (sealed_reason IS NOT NULL)", name=op.f("ck_absence_notice_reason_if_goals")
        ),
        sa.CheckConstraint(
            "(state = 'decided') = (decided_at IS NOT NULL)", name=op.f("ck_absence_notice_decided_at_if_decided")
        ),
        sa.CheckConstraint(
            "(state = 'decided') = (discontinues IS NOT NULL) AND (state = 'decided') = (decided_by IS NOT NULL)",
            name=op.f("ck_absence_notice_outcome_if_decided"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('heard') OR heard_on IS NOT NULL", name=op.f("ck_absence_notice_heard_on_if_heard")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_absence_notice_decided_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_absence_notice_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_notice")),
    )
    with op.batch_alter_table("absence_notice", schema=None) as batch_op:
        batch_op.create_index("ix_absence_notice_order_id", ["order_id"], unique=False)
        batch_op.create_index(
            "uq_absence_notice_run",
            ["order_id", "first_day"],
            unique=True,
            postgresql_where=sa.text("kind = 'five_days' AND state <> 'withdrawn'"),
        )

    op.create_table(
        "attendance",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "present",
                "absent_with_leave",
                "absent_without_leave",
                name="attendancekind",
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
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_attendance_order_id_order")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_attendance_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("order_id", "day", name=op.f("uq_attendance_order_id_day")),
    )
    op.create_table(
        "bulk_line",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "ordered",
                "linked",
                "queued",
                "failed",
                name="bulklinestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("choice_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("why", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name=op.f("ck_bulk_line_done_at_if_done")),
        sa.CheckConstraint("state <> 'failed' OR rule IS NOT NULL", name=op.f("ck_bulk_line_rule_if_failed")),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_bulk_line_choice_id_choice")),
        sa.ForeignKeyConstraint(["file_id"], ["bulk_file.id"], name=op.f("fk_bulk_line_file_id_bulk_file")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_bulk_line_need_id_need")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_bulk_line_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_line")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_bulk_line_file_id_number")),
    )
    with op.batch_alter_table("bulk_line", schema=None) as batch_op:
        batch_op.create_index("ix_bulk_line_file_id_state", ["file_id", "state"], unique=False)

    op.create_table(
        "contact_release",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("here", "own_system", name="releaseway", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("sealed_contact", sa.LargeBinary(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "customer",
                "customer_system",
                "other_authority",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(way = 'here' AND erased_at IS NULL) = (sealed_contact IS NOT NULL)",
            name=op.f("ck_contact_release_sealed_until_erased"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_contact_release_entered_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_contact_release_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_release")),
        sa.UniqueConstraint("order_id", name=op.f("uq_contact_release_order_id")),
    )
    op.create_table(
        "deviation",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "minor", "serious", "severe", name="severity", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "opened",
                "unanswered",
                "answered",
                "corrected",
                "disputed",
                "confirmed",
                "withdrawn",
                "closed",
                name="deviationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_self_reported", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "consequence",
            sa.Enum(
                "none",
                "price_reduction",
                "remark",
                "termination_proposed",
                name="consequence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (consequence IS NOT NULL)", name=op.f("ck_deviation_consequence_if_closed")
        ),
        sa.CheckConstraint(
            "confirmed_at IS NOT NULL OR state NOT IN ('confirmed', 'closed')",
            name=op.f("ck_deviation_confirmed_first"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR answered_at IS NOT NULL OR confirmed_at > answer_by",
            name=op.f("ck_deviation_heard_before_confirmed"),
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_deviation_authority_id_authority")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_deviation_category_id_category")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_deviation_opened_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_deviation_order_id_order")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_deviation_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_deviation_authority_id_number")),
    )
    with op.batch_alter_table("deviation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deviation_answer_by", ["answer_by"], unique=False, postgresql_where=sa.text("state = 'opened'")
        )
        batch_op.create_index(batch_op.f("ix_deviation_opened_by"), ["opened_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_order_id"), ["order_id"], unique=False)
        batch_op.create_index("ix_deviation_supplier_id_category_id", ["supplier_id", "category_id"], unique=False)
        batch_op.create_index(
            "ix_deviation_unsettled",
            ["authority_id"],
            unique=False,
            postgresql_where=sa.text("state NOT IN ('withdrawn', 'closed')"),
        )

    op.create_table(
        "dispute",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "settled",
                "renewed",
                name="disputestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("countered", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settle_by", sa.Date(), nullable=True),
        sa.Column("settled_amount", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (state <> 'settled')", name=op.f("ck_dispute_settled_at_if_settled")
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_dispute_answered_at_if_answered")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_dispute_answered_by_person")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_dispute_opened_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_dispute_order_id_order")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_dispute_settled_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_dispute_order_id_number")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dispute_answer_by", ["answer_by"], unique=False, postgresql_where=sa.text("state = 'open'")
        )
        batch_op.create_index(
            "uq_dispute_one_open", ["order_id"], unique=True, postgresql_where=sa.text("state IN ('open', 'answered')")
        )

    op.create_table(
        "health_consent",
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
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_health_consent_withdrawn_by_if_withdrawn")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_health_consent_order_id_order")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_health_consent_recorded_by_person")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_health_consent_withdrawn_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_consent")),
    )
    with op.batch_alter_table("health_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_health_consent_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "uq_health_consent_one_open", ["order_id"], unique=True, postgresql_where=sa.text("withdrawn_at IS NULL")
        )

    op.create_table(
        "interim_report",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_interim_report_order_id_order")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_interim_report_reported_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interim_report")),
        sa.UniqueConstraint("order_id", "review_on", name=op.f("uq_interim_report_order_id_review_on")),
    )
    op.create_table(
        "order_change",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "extend",
                "pause",
                "resume",
                "module",
                "move_start",
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "customer_asks",
                "work_or_study",
                "holiday",
                "provider_asks",
                "need_changed",
                "other",
                name="changereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "refused",
                "lapsed",
                "withdrawn",
                name="changestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "proposed_side",
            sa.Enum("expert", "provider", "system", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("module", sa.Text(), nullable=True),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'module') = (module IS NOT NULL)", name=op.f("ck_order_change_module_if_module")),
        sa.CheckConstraint(
            "(kind IN ('extend', 'pause')) = (until_on IS NOT NULL)",
            name=op.f("ck_order_change_until_if_extended_or_paused"),
        ),
        sa.CheckConstraint(
            "(kind IN ('pause', 'resume', 'move_start')) = (from_on IS NOT NULL)",
            name=op.f("ck_order_change_from_if_dated"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (closed_at IS NULL)", name=op.f("ck_order_change_closed_at_if_closed")
        ),
        sa.CheckConstraint("proposed_side <> 'system'", name=op.f("ck_order_change_proposed_by_a_side")),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR answered_by IS NOT NULL",
            name=op.f("ck_order_change_answered_by_if_answered"),
        ),
        sa.CheckConstraint("(module IS NULL) = (price IS NULL)", name=op.f("ck_order_change_price_if_module")),
        sa.CheckConstraint("price > 0", name=op.f("ck_order_change_price_positive")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_order_change_until_after_from")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_order_change_answered_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_change_order_id_order")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_order_change_proposed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_change")),
    )
    with op.batch_alter_table("order_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_change_answer_by", ["answer_by"], unique=False, postgresql_where=sa.text("state = 'proposed'")
        )
        batch_op.create_index(batch_op.f("ix_order_change_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "uq_order_change_one_open", ["order_id"], unique=True, postgresql_where=sa.text("state = 'proposed'")
        )

    op.create_table(
        "order_message",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "from_side",
            sa.Enum("expert", "provider", "system", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_side <> 'system'", name=op.f("ck_order_message_from_a_side")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_order_message_file_id_stored_file")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_message_order_id_order")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_order_message_sent_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_message")),
    )
    with op.batch_alter_table("order_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_message_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "ix_order_message_unread", ["order_id"], unique=False, postgresql_where=sa.text("read_at IS NULL")
        )

    op.create_table(
        "order_staff",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_order_staff_named_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_staff_order_id_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_order_staff_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_staff")),
    )
    with op.batch_alter_table("order_staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_staff_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "uq_order_staff_one_open",
            ["order_id", "person_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "outcome_payment",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("claim_by", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "claimed",
                "confirmed",
                "lapsed",
                name="outcomestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("sealed_evidence", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answered_by <> claimed_by OR state <> 'confirmed'", name=op.f("ck_outcome_payment_four_eyes")
        ),
        sa.CheckConstraint(
            "state NOT IN ('claimed', 'confirmed') OR (claimed_at IS NOT NULL AND happened_on IS NOT NULL AND sealed_evidence IS NOT NULL)",
            name=op.f("ck_outcome_payment_evidence_if_claimed"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_outcome_payment_amount_positive")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_outcome_payment_answered_by_person")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_outcome_payment_claimed_by_person")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_outcome_payment_file_id_stored_file")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_outcome_payment_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_payment")),
        sa.UniqueConstraint("order_id", "code", name=op.f("uq_outcome_payment_order_id_code")),
    )
    with op.batch_alter_table("outcome_payment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outcome_payment_claim_by", ["claim_by"], unique=False, postgresql_where=sa.text("state = 'open'")
        )

    op.create_table(
        "over_budget_request",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("start_id", sa.Uuid(), nullable=False),
        sa.Column("choice_id", sa.Uuid(), nullable=True),
        sa.Column(
            "chosen_by",
            sa.Enum("customer", "rule", name="chosenby", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "refused",
                "lapsed",
                name="overbudgetstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("raised", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (order_id IS NOT NULL)", name=op.f("ck_over_budget_request_order_if_approved")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_over_budget_request_decided_at_if_decided")
        ),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_over_budget_request_four_eyes")),
        sa.CheckConstraint("price > 0", name=op.f("ck_over_budget_request_price_positive")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_over_budget_request_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_over_budget_request_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_over_budget_request_budget_id_budget")),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_over_budget_request_choice_id_choice")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_over_budget_request_decided_by_person")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_over_budget_request_need_id_need")),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_over_budget_request_offering_id_offering")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_over_budget_request_order_id_order")),
        sa.ForeignKeyConstraint(
            ["start_id"], ["offering_start.id"], name=op.f("fk_over_budget_request_start_id_offering_start")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_over_budget_request")),
    )
    with op.batch_alter_table("over_budget_request", schema=None) as batch_op:
        batch_op.create_index("ix_over_budget_request_authority_id_state", ["authority_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_over_budget_request_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "uq_over_budget_request_one_waiting",
            ["need_id"],
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "queue_entry",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "offered",
                "placed",
                "left",
                name="entrystate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column(
            "leave_reason",
            sa.Enum(
                "placed_elsewhere",
                "customer_withdrew",
                "need_closed",
                "not_selected",
                "offer_lapsed",
                "seat_given_back",
                "group_cancelled",
                name="leavereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'left') = (leave_reason IS NOT NULL)", name=op.f("ck_queue_entry_reason_if_left")),
        sa.CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name=op.f("ck_queue_entry_left_at_if_left")),
        sa.CheckConstraint(
            "(state = 'offered') = (offered_until IS NOT NULL) AND (offered_until IS NULL OR offer_id IS NOT NULL)",
            name=op.f("ck_queue_entry_until_if_offered"),
        ),
        sa.CheckConstraint("(state = 'placed') = (order_id IS NOT NULL)", name=op.f("ck_queue_entry_order_if_placed")),
        sa.CheckConstraint("municipality <> ''", name=op.f("ck_queue_entry_has_municipality")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_queue_entry_authority_id_authority")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_queue_entry_category_id_category")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_queue_entry_group_id_group")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_queue_entry_need_id_need")),
        sa.ForeignKeyConstraint(["offer_id"], ["group.id"], name=op.f("fk_queue_entry_offer_id_group")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_queue_entry_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_entry")),
    )
    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_queue_entry_authority_id"), ["authority_id"], unique=False)
        batch_op.create_index(
            "ix_queue_entry_category_id_state",
            ["category_id", "state"],
            unique=False,
            postgresql_where=sa.text("group_id IS NULL"),
        )
        batch_op.create_index("ix_queue_entry_group_id_state", ["group_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_queue_entry_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "ix_queue_entry_offer_id", ["offer_id"], unique=False, postgresql_where=sa.text("state = 'offered'")
        )
        batch_op.create_index(
            "ix_queue_entry_offered_until",
            ["offered_until"],
            unique=False,
            postgresql_where=sa.text("state = 'offered'"),
        )
        batch_op.create_index(
            "uq_queue_entry_category_live",
            ["need_id", "category_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('waiting', 'offered', 'placed') AND group_id IS NULL"),
        )
        batch_op.create_index(
            "uq_queue_entry_group_live",
            ["need_id", "group_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('waiting', 'offered', 'placed') AND group_id IS NOT NULL"),
        )
        batch_op.create_index("uq_queue_entry_order", ["order_id"], unique=True)

    op.create_table(
        "work_trial",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("workplace", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("insured_by", sa.Uuid(), nullable=True),
        sa.Column("insured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(insured_at IS NULL) = (insured_by IS NULL)", name=op.f("ck_work_trial_insured_by_if_insured")
        ),
        sa.CheckConstraint("ends_on >= agreed_on", name=op.f("ck_work_trial_end_after_agreement")),
        sa.ForeignKeyConstraint(["insured_by"], ["person.id"], name=op.f("fk_work_trial_insured_by_person")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_work_trial_order_id_order")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_work_trial_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_trial")),
        sa.UniqueConstraint("order_id", name=op.f("uq_work_trial_order_id")),
    )
    op.create_table(
        "delivery_line",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "base",
                "module",
                "start_fee",
                "milestone",
                "outcome",
                "cancel_fee",
                name="partkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "accepted",
                "returned",
                name="linestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'reported') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_delivery_line_answered_if_answered"),
        ),
        sa.CheckConstraint(
            "answered_by <> reported_by OR state <> 'accepted'", name=op.f("ck_delivery_line_four_eyes")
        ),
        sa.CheckConstraint(
            "batch_id IS NULL OR state = 'accepted'", name=op.f("ck_delivery_line_only_accepted_are_invoiced")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_delivery_line_amount_not_negative")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_delivery_line_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["invoice_batch.id"], name=op.f("fk_delivery_line_batch_id_invoice_batch")
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_line_delivery_id_delivery")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_delivery_line_order_id_order")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_delivery_line_reported_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_line")),
    )
    with op.batch_alter_table("delivery_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_line_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            "ix_delivery_line_open", ["order_id"], unique=False, postgresql_where=sa.text("state = 'reported'")
        )
        batch_op.create_index(batch_op.f("ix_delivery_line_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "ix_delivery_line_to_invoice",
            ["answered_at"],
            unique=False,
            postgresql_where=sa.text("state = 'accepted' AND batch_id IS NULL"),
        )

    op.create_table(
        "deviation_step",
        sa.Column("deviation_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deviation_id"], ["deviation.id"], name=op.f("fk_deviation_step_deviation_id_deviation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deviation_step_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation_step")),
    )
    with op.batch_alter_table("deviation_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deviation_step_deviation_id"), ["deviation_id"], unique=False)

    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_organisation_id"))
        batch_op.create_index("ix_audit_event_organisation_id_seq", ["organisation_id", "seq"], unique=False)

    with op.batch_alter_table("budget", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "beyond",
                sa.Enum("refuse", "approve", name="beyondbudget", native_enum=False, create_constraint=True, length=40),
                server_default="refuse",
                nullable=False,
            )
        )

    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_pointed_out", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.add_column(
            sa.Column(
                "filters",
                postgresql.JSONB(astext_type=sa.Text()),
                server_default=sa.text("'{}'::jsonb"),
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "prices", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
            )
        )
        batch_op.add_column(
            sa.Column(
                "none_reasons",
                postgresql.JSONB(astext_type=sa.Text()),
                server_default=sa.text("'[]'::jsonb"),
                nullable=False,
            )
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
            sa.Column("payments_total", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "full_price",
                sa.Numeric(precision=12, scale=2),
                sa.Computed("price + payments_total", persisted=True),
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
        batch_op.create_index(
            "ix_offering_by_price",
            ["category_id", "full_price"],
            unique=False,
            postgresql_where=sa.text("state = 'published'"),
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
        batch_op.add_column(sa.Column("group_id", sa.Uuid(), nullable=True))
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
        batch_op.create_index(
            "ix_order_departures",
            ["authority_id", "id"],
            unique=False,
            postgresql_where=sa.text("deviation_reason IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_order_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            "ix_order_supplier_id_category_id_placed_at", ["supplier_id", "category_id", "placed_at"], unique=False
        )
        batch_op.create_index(
            "ix_order_waiting",
            ["state"],
            unique=False,
            postgresql_where=sa.text("state IN ('accepted', 'scheduled', 'started', 'paused', 'reported')"),
        )
        batch_op.create_foreign_key(batch_op.f("fk_order_group_id_group"), "group", ["group_id"], ["id"])

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
        op.f("ck_choice_at_most_five_pointed_out"),
        "choice",
        "(NOT is_pointed_out) OR (jsonb_array_length(options) <= 5)",
    )
    op.create_check_constraint(op.f("ck_choice_has_options"), "choice", "jsonb_array_length(options) > 0")
    op.drop_constraint(op.f("ck_choice_one_to_five_options"), "choice", type_="check")
    op.create_check_constraint(
        op.f("ck_choice_reasons_if_none_fits"),
        "choice",
        "(none_reasons = '[]'::jsonb) OR (NOT (answer IS DISTINCT FROM 'none_fits'))",
    )
    op.drop_constraint(op.f("ck_need_ageband"), "need", type_="check")
    op.create_check_constraint(
        op.f("ck_need_ageband"), "need", "age_band IN ('under_25', '25_to_34', '35_to_49', '50_or_over', 'unknown')"
    )
    op.drop_constraint(op.f("ck_need_unemploymentband"), "need", type_="check")
    op.create_check_constraint(
        op.f("ck_need_unemploymentband"),
        "need",
        "unemployment_band IN ('under_6_months', '6_to_12_months', '1_to_2_years', 'over_2_years', 'unknown')",
    )
    op.create_check_constraint(op.f("ck_offering_payments_not_negative"), "offering", "payments_total >= 0")
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
    op.execute(FILL)


def downgrade():
    op.drop_constraint(op.f("ck_choice_at_most_five_pointed_out"), "choice", type_="check")
    op.drop_constraint(op.f("ck_choice_has_options"), "choice", type_="check")
    op.drop_constraint(op.f("ck_choice_reasons_if_none_fits"), "choice", type_="check")
    op.drop_constraint(op.f("ck_need_ageband"), "need", type_="check")
    op.drop_constraint(op.f("ck_need_unemploymentband"), "need", type_="check")
    op.drop_constraint(op.f("ck_offering_payments_not_negative"), "offering", type_="check")
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
        batch_op.drop_constraint(batch_op.f("fk_order_group_id_group"), type_="foreignkey")
        batch_op.drop_index(
            "ix_order_waiting",
            postgresql_where=sa.text("state IN ('accepted', 'scheduled', 'started', 'paused', 'reported')"),
        )
        batch_op.drop_index("ix_order_supplier_id_category_id_placed_at")
        batch_op.drop_index(batch_op.f("ix_order_group_id"))
        batch_op.drop_index("ix_order_departures", postgresql_where=sa.text("deviation_reason IS NOT NULL"))
        batch_op.drop_column("reminded_in")
        batch_op.drop_column("cancel_fee")
        batch_op.drop_column("paused_until")
        batch_op.drop_column("tried_on")
        batch_op.drop_column("meeting_place")
        batch_op.drop_column("meeting_at")
        batch_op.drop_column("deviation_reason")
        batch_op.drop_column("parts")
        batch_op.drop_column("group_id")

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_offering_search_words", postgresql_using="gin", postgresql_ops={"search_words": "gin_trgm_ops"}
        )
        batch_op.drop_index("ix_offering_search_vector", postgresql_using="gin")
        batch_op.drop_index("ix_offering_by_price", postgresql_where=sa.text("state = 'published'"))
        batch_op.drop_column("search_words")
        batch_op.drop_column("search_vector")
        batch_op.drop_column("full_price")
        batch_op.drop_column("payments_total")
        batch_op.drop_column("form")

    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_column("form")
        batch_op.drop_column("goal")

    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.drop_column("none_reasons")
        batch_op.drop_column("prices")
        batch_op.drop_column("filters")
        batch_op.drop_column("is_pointed_out")

    with op.batch_alter_table("budget", schema=None) as batch_op:
        batch_op.drop_column("beyond")

    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_organisation_id_seq")
        batch_op.create_index(batch_op.f("ix_audit_event_organisation_id"), ["organisation_id"], unique=False)

    with op.batch_alter_table("deviation_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deviation_step_deviation_id"))

    op.drop_table("deviation_step")
    with op.batch_alter_table("delivery_line", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_line_to_invoice", postgresql_where=sa.text("state = 'accepted' AND batch_id IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_delivery_line_order_id"))
        batch_op.drop_index("ix_delivery_line_open", postgresql_where=sa.text("state = 'reported'"))
        batch_op.drop_index(batch_op.f("ix_delivery_line_batch_id"))

    op.drop_table("delivery_line")
    op.drop_table("work_trial")
    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.drop_index("uq_queue_entry_order")
        batch_op.drop_index(
            "uq_queue_entry_group_live",
            postgresql_where=sa.text("state IN ('waiting', 'offered', 'placed') AND group_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_queue_entry_category_live",
            postgresql_where=sa.text("state IN ('waiting', 'offered', 'placed') AND group_id IS NULL"),
        )
        batch_op.drop_index("ix_queue_entry_offered_until", postgresql_where=sa.text("state = 'offered'"))
        batch_op.drop_index("ix_queue_entry_offer_id", postgresql_where=sa.text("state = 'offered'"))
        batch_op.drop_index(batch_op.f("ix_queue_entry_need_id"))
        batch_op.drop_index("ix_queue_entry_group_id_state")
        batch_op.drop_index("ix_queue_entry_category_id_state", postgresql_where=sa.text("group_id IS NULL"))
        batch_op.drop_index(batch_op.f("ix_queue_entry_authority_id"))

    op.drop_table("queue_entry")
    with op.batch_alter_table("over_budget_request", schema=None) as batch_op:
        batch_op.drop_index("uq_over_budget_request_one_waiting", postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index(batch_op.f("ix_over_budget_request_need_id"))
        batch_op.drop_index("ix_over_budget_request_authority_id_state")

    op.drop_table("over_budget_request")
    with op.batch_alter_table("outcome_payment", schema=None) as batch_op:
        batch_op.drop_index("ix_outcome_payment_claim_by", postgresql_where=sa.text("state = 'open'"))

    op.drop_table("outcome_payment")
    with op.batch_alter_table("order_staff", schema=None) as batch_op:
        batch_op.drop_index("uq_order_staff_one_open", postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_order_staff_order_id"))

    op.drop_table("order_staff")
    with op.batch_alter_table("order_message", schema=None) as batch_op:
        batch_op.drop_index("ix_order_message_unread", postgresql_where=sa.text("read_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_order_message_order_id"))

    op.drop_table("order_message")
    with op.batch_alter_table("order_change", schema=None) as batch_op:
        batch_op.drop_index("uq_order_change_one_open", postgresql_where=sa.text("state = 'proposed'"))
        batch_op.drop_index(batch_op.f("ix_order_change_order_id"))
        batch_op.drop_index("ix_order_change_answer_by", postgresql_where=sa.text("state = 'proposed'"))

    op.drop_table("order_change")
    op.drop_table("interim_report")
    with op.batch_alter_table("health_consent", schema=None) as batch_op:
        batch_op.drop_index("uq_health_consent_one_open", postgresql_where=sa.text("withdrawn_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_health_consent_order_id"))

    op.drop_table("health_consent")
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index("uq_dispute_one_open", postgresql_where=sa.text("state IN ('open', 'answered')"))
        batch_op.drop_index("ix_dispute_answer_by", postgresql_where=sa.text("state = 'open'"))

    op.drop_table("dispute")
    with op.batch_alter_table("deviation", schema=None) as batch_op:
        batch_op.drop_index("ix_deviation_unsettled", postgresql_where=sa.text("state NOT IN ('withdrawn', 'closed')"))
        batch_op.drop_index("ix_deviation_supplier_id_category_id")
        batch_op.drop_index(batch_op.f("ix_deviation_order_id"))
        batch_op.drop_index(batch_op.f("ix_deviation_opened_by"))
        batch_op.drop_index("ix_deviation_answer_by", postgresql_where=sa.text("state = 'opened'"))

    op.drop_table("deviation")
    op.drop_table("contact_release")
    with op.batch_alter_table("bulk_line", schema=None) as batch_op:
        batch_op.drop_index("ix_bulk_line_file_id_state")

    op.drop_table("bulk_line")
    op.drop_table("attendance")
    with op.batch_alter_table("absence_notice", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_absence_notice_run", postgresql_where=sa.text("kind = 'five_days' AND state <> 'withdrawn'")
        )
        batch_op.drop_index("ix_absence_notice_order_id")

    op.drop_table("absence_notice")
    with op.batch_alter_table("group_selection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_selection_need_id"))

    op.drop_table("group_selection")
    with op.batch_alter_table("customer_question", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_question_waiting", postgresql_where=sa.text("handled_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_customer_question_need_id"))
        batch_op.drop_index(batch_op.f("ix_customer_question_choice_id"))

    op.drop_table("customer_question")
    with op.batch_alter_table("bulk_file", schema=None) as batch_op:
        batch_op.drop_index("ix_bulk_file_state")
        batch_op.drop_index(batch_op.f("ix_bulk_file_expert_id"))

    op.drop_table("bulk_file")
    with op.batch_alter_table("group", schema=None) as batch_op:
        batch_op.drop_index("ix_group_supplier_id_state")
        batch_op.drop_index(batch_op.f("ix_group_category_id"))
        batch_op.drop_index("ix_group_authority_id_state_first_day")

    op.drop_table("group")
    op.drop_table("offering_payment")
    op.drop_table("indexed_offering")
    with op.batch_alter_table("presenter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presenter_supplier_id"))

    op.drop_table("presenter")
    with op.batch_alter_table("presentation_sign_up", schema=None) as batch_op:
        batch_op.drop_index("uq_presentation_sign_up_reference", postgresql_where=sa.text("cancelled_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_presentation_sign_up_presentation_id"))
        batch_op.drop_index(batch_op.f("ix_presentation_sign_up_expert_id"))

    op.drop_table("presentation_sign_up")
    with op.batch_alter_table("prepared_answers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_prepared_answers_one_open",
            postgresql_where=sa.text("cancelled_at IS NULL AND used_at IS NULL AND erased_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_prepared_answers_need_id"))
        batch_op.drop_index("ix_prepared_answers_expires_at", postgresql_where=sa.text("erased_at IS NULL"))
        batch_op.drop_index("ix_prepared_answers_expert_id")

    op.drop_table("prepared_answers")
    op.drop_table("health_note")
    with op.batch_alter_table("handover_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_item_to_id"))
        batch_op.drop_index(batch_op.f("ix_handover_item_need_id"))
        batch_op.drop_index(batch_op.f("ix_handover_item_handover_id"))

    op.drop_table("handover_item")
    with op.batch_alter_table("supplier_standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_standing_category_id"))

    op.drop_table("supplier_standing")
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presentation_supplier_id"))
        batch_op.drop_index("ix_presentation_starts_at")
        batch_op.drop_index(batch_op.f("ix_presentation_category_id"))
        batch_op.drop_index("ix_presentation_authority_id")

    op.drop_table("presentation")
    op.drop_table("index_change")
    op.drop_table("invoice_batch")
    with op.batch_alter_table("interest_declaration", schema=None) as batch_op:
        batch_op.drop_index("uq_interest_declaration_one_open", postgresql_where=sa.text("ended_at IS NULL"))

    op.drop_table("interest_declaration")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_from_id"))
        batch_op.drop_index(batch_op.f("ix_handover_authority_id"))

    op.drop_table("handover")
    op.drop_table("audit_follower")
    op.create_check_constraint(
        op.f("ck_choice_one_to_five_options"),
        "choice",
        "(jsonb_array_length(options) >= 1) AND (jsonb_array_length(options) <= 5)",
    )
    op.create_check_constraint(
        op.f("ck_need_ageband"), "need", "age_band IN ('under_25', '25_to_34', '35_to_49', '50_or_over')"
    )
    op.create_check_constraint(
        op.f("ck_need_unemploymentband"),
        "need",
        "unemployment_band IN ('under_6_months', '6_to_12_months', '1_to_2_years', 'over_2_years')",
    )
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
