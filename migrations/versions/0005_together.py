"""together"""

import sqlalchemy as sa
from alembic import op

from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "access_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "task",
            sa.Enum(
                "prepare",
                "fill_groups",
                "follow_orders",
                name="task",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "scope_kind",
            sa.Enum(
                "system", "category", "group", name="scopekind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "given",
                "refused",
                "withdrawn",
                name="grantstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refuse_reason", sa.Text(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'proposed') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_access_grant_answered_if_answered"),
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refuse_reason IS NOT NULL)", name=op.f("ck_access_grant_reason_if_refused")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_access_grant_withdrawn_at_if_withdrawn"),
        ),
        sa.CheckConstraint(
            "(task = 'prepare' AND scope_kind = 'system') OR (task = 'fill_groups' AND scope_kind IN ('category', 'group')) OR (task = 'follow_orders' AND scope_kind IN ('system', 'category'))",
            name=op.f("ck_access_grant_scope_fits_task"),
        ),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_access_grant_has_purpose")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_access_grant_days_in_order")),
        sa.CheckConstraint("owner_id <> authority_id", name=op.f("ck_access_grant_two_authorities")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_access_grant_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_access_grant_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_access_grant_owner_id_authority")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_grant_person_id_person")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_access_grant_proposed_by_person")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_access_grant_withdrawn_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
    )
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.create_index("ix_access_grant_authority_id_state", ["authority_id", "state"], unique=False)
        batch_op.create_index(
            "ix_access_grant_given",
            ["person_id", "authority_id"],
            unique=False,
            postgresql_where=sa.text("state = 'given'"),
        )
        batch_op.create_index("ix_access_grant_owner_id_state", ["owner_id", "state"], unique=False)

    op.create_table(
        "cooperation_agreement",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("keeper_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["keeper_id"], ["authority.id"], name=op.f("fk_cooperation_agreement_keeper_id_authority")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_cooperation_agreement_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation_agreement")),
        sa.UniqueConstraint("number", name=op.f("uq_cooperation_agreement_number")),
    )
    op.create_table(
        "labour_figure",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("labour_force", sa.Integer(), nullable=False),
        sa.Column("unemployed", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "unemployed > 0 AND unemployed <= labour_force", name=op.f("ck_labour_figure_unemployed_of_force")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_labour_figure_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_labour_figure_entered_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labour_figure")),
        sa.UniqueConstraint("authority_id", "municipality", name=op.f("uq_labour_figure_authority_id_municipality")),
    )
    op.create_table(
        "production_agreement",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "purchased",
                "own",
                "in_house",
                "other_authority",
                name="production",
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
                "in_force",
                "ended",
                "dropped",
                name="productionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("confirmed_until", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('ended', 'dropped')) = (closed_at IS NOT NULL)",
            name=op.f("ck_production_agreement_closed_at_if_closed"),
        ),
        sa.CheckConstraint(
            "(state IN ('in_force', 'ended')) = (decision_number IS NOT NULL) AND (decision_number IS NULL) = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_production_agreement_decision_if_decided"),
        ),
        sa.CheckConstraint("kind <> 'purchased'", name=op.f("ck_production_agreement_not_purchased")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (close_reason IS NULL)", name=op.f("ck_production_agreement_reason_if_closed")
        ),
        sa.CheckConstraint("decided_by <> prepared_by", name=op.f("ck_production_agreement_four_eyes")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_production_agreement_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_production_agreement_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_production_agreement_decided_by_person")),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["person.id"], name=op.f("fk_production_agreement_prepared_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_production_agreement_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_agreement")),
    )
    with op.batch_alter_table("production_agreement", schema=None) as batch_op:
        batch_op.create_index("ix_production_agreement_authority_id_state", ["authority_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_production_agreement_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "agreement_member",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "group",
            sa.Enum("coordination", "steering", name="group", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("substitutes_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_agreement_member_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["cooperation_agreement.id"],
            name=op.f("fk_agreement_member_agreement_id_cooperation_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_agreement_member_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_agreement_member_named_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreement_member_person_id_person")),
        sa.ForeignKeyConstraint(
            ["substitutes_id"],
            ["agreement_member.id"],
            name=op.f("fk_agreement_member_substitutes_id_agreement_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_member")),
    )
    with op.batch_alter_table("agreement_member", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_member_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_agreement_member_person",
            ["agreement_id", "group", "person_id"],
            unique=True,
            postgresql_where=sa.text("ends_on IS NULL"),
        )

    op.create_table(
        "agreement_version",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "proposed",
                "in_force",
                "superseded",
                "withdrawn",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("steering_name_fi", sa.Text(), nullable=False),
        sa.Column("steering_name_sv", sa.Text(), nullable=False),
        sa.Column("steering_name_en", sa.Text(), nullable=False),
        sa.Column("coordination_name_fi", sa.Text(), nullable=False),
        sa.Column("coordination_name_sv", sa.Text(), nullable=False),
        sa.Column("coordination_name_en", sa.Text(), nullable=False),
        sa.Column("own_window_days", sa.Integer(), nullable=False),
        sa.Column("withdrawal_days", sa.Integer(), nullable=False),
        sa.Column("withdrawal_terms", sa.Text(), nullable=False),
        sa.Column("change_terms", sa.Text(), nullable=False),
        sa.Column("binds_running", sa.Boolean(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('in_force', 'superseded')) = (in_force_at IS NOT NULL)",
            name=op.f("ck_agreement_version_in_force_at_if_in_force"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_agreement_version_ends_after_start")
        ),
        sa.CheckConstraint(
            "withdrawal_days >= 0 AND own_window_days >= 0", name=op.f("ck_agreement_version_days_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["cooperation_agreement.id"],
            name=op.f("fk_agreement_version_agreement_id_cooperation_agreement"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["authority.id"], name=op.f("fk_agreement_version_author_id_authority")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_agreement_version_written_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_version")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_agreement_version_agreement_id_number")),
    )
    with op.batch_alter_table("agreement_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_agreement_version_one_in_force",
            ["agreement_id"],
            unique=True,
            postgresql_where=sa.text("state = 'in_force'"),
        )
        batch_op.create_index(
            "uq_agreement_version_one_open",
            ["agreement_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('draft', 'proposed')"),
        )

    op.create_table(
        "joint_meeting",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "group",
            sa.Enum("coordination", "steering", name="group", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("present", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["cooperation_agreement.id"],
            name=op.f("fk_joint_meeting_agreement_id_cooperation_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["minutes_id"], ["stored_file.id"], name=op.f("fk_joint_meeting_minutes_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_joint_meeting_written_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_meeting")),
        sa.UniqueConstraint("agreement_id", "group", "number", name=op.f("uq_joint_meeting_agreement_id_group_number")),
    )
    op.create_table(
        "joint_statement",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("parties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "extract(day from quarter) = 1 AND extract(month from quarter) IN (1, 4, 7, 10)",
            name=op.f("ck_joint_statement_quarter"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["cooperation_agreement.id"],
            name=op.f("fk_joint_statement_agreement_id_cooperation_agreement"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_joint_statement_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_statement")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_joint_statement_agreement_id_number")),
        sa.UniqueConstraint("agreement_id", "quarter", name=op.f("uq_joint_statement_agreement_id_quarter")),
    )
    op.create_table(
        "layoff_plan",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "shared", "closed", name="planstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_layoff_plan_closed_at_if_closed")
        ),
        sa.CheckConstraint(
            "state <> 'shared' OR agreement_id IS NOT NULL", name=op.f("ck_layoff_plan_agreement_if_shared")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["cooperation_agreement.id"],
            name=op.f("fk_layoff_plan_agreement_id_cooperation_agreement"),
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_layoff_plan_authority_id_authority")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_layoff_plan_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layoff_plan")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_layoff_plan_authority_id_number")),
    )
    op.create_table(
        "production_buyer",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["production_agreement.id"],
            name=op.f("fk_production_buyer_agreement_id_production_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_production_buyer_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_buyer")),
        sa.UniqueConstraint("agreement_id", "authority_id", name=op.f("uq_production_buyer_agreement_id_authority_id")),
    )
    with op.batch_alter_table("production_buyer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_production_buyer_authority_id"), ["authority_id"], unique=False)

    op.create_table(
        "production_facts",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("owners", sa.Text(), nullable=False),
        sa.Column("owned_share", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("outside_share", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("outside_sales", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(outside_share IS NULL) = (outside_sales IS NULL)", name=op.f("ck_production_facts_both_of_sales")
        ),
        sa.CheckConstraint(
            "outside_share BETWEEN 0 AND 100 AND outside_sales >= 0",
            name=op.f("ck_production_facts_outside_sales_possible"),
        ),
        sa.CheckConstraint(
            "owned_share > 0 AND owned_share <= 100", name=op.f("ck_production_facts_owned_share_possible")
        ),
        sa.CheckConstraint(
            "owned_share IS NULL OR outside_share IS NOT NULL", name=op.f("ck_production_facts_sales_if_owned")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["production_agreement.id"],
            name=op.f("fk_production_facts_agreement_id_production_agreement"),
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_production_facts_confirmed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_facts")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_production_facts_agreement_id_number")),
    )
    op.create_table(
        "system_buyer",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("orders_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_system_buyer_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_system_buyer_named_by_person")),
        sa.ForeignKeyConstraint(
            ["system_id"], ["purchasing_system.id"], name=op.f("fk_system_buyer_system_id_purchasing_system")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_buyer")),
        sa.UniqueConstraint("system_id", "authority_id", name=op.f("uq_system_buyer_system_id_authority_id")),
    )
    with op.batch_alter_table("system_buyer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_system_buyer_authority_id"), ["authority_id"], unique=False)

    op.create_table(
        "agreement_approval",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_agreement_approval_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreement_approval_person_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_approval_version_id_agreement_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_approval")),
        sa.UniqueConstraint("version_id", "authority_id", name=op.f("uq_agreement_approval_version_id_authority_id")),
    )
    op.create_table(
        "agreement_cost",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "empty_seats",
                "procurement_work",
                "marketing",
                name="costkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "need",
                "proposal",
                "steering",
                "decisions",
                "procurement",
                "contracts",
                "use",
                "follow_up",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
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
            nullable=True,
        ),
        sa.Column(
            "basis",
            sa.Enum("by_use", "by_shares", name="costbasis", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_cost_version_id_agreement_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_cost")),
    )
    with op.batch_alter_table("agreement_cost", schema=None) as batch_op:
        batch_op.create_index(
            "uq_agreement_cost_rule",
            [
                "version_id",
                "kind",
                sa.literal_column("coalesce(stage, '')"),
                sa.literal_column("coalesce(service_type, '')"),
            ],
            unique=True,
        )

    op.create_table(
        "agreement_party",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("municipalities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("share", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("person_years_min", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("cost_share", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("cost_share BETWEEN 0 AND 100", name=op.f("ck_agreement_party_cost_share_range")),
        sa.CheckConstraint("jsonb_array_length(municipalities) > 0", name=op.f("ck_agreement_party_has_municipality")),
        sa.CheckConstraint("person_years_min >= 0", name=op.f("ck_agreement_party_person_years_not_negative")),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_agreement_party_share_range")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_agreement_party_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_party_version_id_agreement_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_party")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_agreement_party_version_id_key")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_agreement_party_version_id_position")),
    )
    with op.batch_alter_table("agreement_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_party_authority_id"), ["authority_id"], unique=False)
        batch_op.create_index(
            "uq_agreement_party_own", ["version_id", "authority_id"], unique=True, postgresql_where=sa.text("is_own")
        )

    op.create_table(
        "agreement_stage",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "need",
                "proposal",
                "steering",
                "decisions",
                "procurement",
                "contracts",
                "use",
                "follow_up",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "rule",
            sa.Enum(
                "all", "majority", "named", name="approvalrule", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("named_person_id", sa.Uuid(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(rule = 'named') = (named_person_id IS NOT NULL)", name=op.f("ck_agreement_stage_person_if_named")
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_agreement_stage_days_positive")),
        sa.ForeignKeyConstraint(
            ["named_person_id"], ["person.id"], name=op.f("fk_agreement_stage_named_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_stage_version_id_agreement_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_stage")),
        sa.UniqueConstraint("version_id", "stage", name=op.f("uq_agreement_stage_version_id_stage")),
    )
    op.create_table(
        "agreement_task",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_task_version_id_agreement_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_task")),
        sa.UniqueConstraint("version_id", "code", name=op.f("uq_agreement_task_version_id_code")),
    )
    op.create_table(
        "joint_review",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "finished", "taken", name="reviewstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_by", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_version_id", sa.Uuid(), nullable=True),
        sa.Column("file_fi_id", sa.Uuid(), nullable=True),
        sa.Column("file_sv_id", sa.Uuid(), nullable=True),
        sa.Column("file_en_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (finished_at IS NULL)", name=op.f("ck_joint_review_finished_at_if_finished")
        ),
        sa.CheckConstraint(
            "(state = 'taken') = (taken_version_id IS NOT NULL)", name=op.f("ck_joint_review_version_if_taken")
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2200", name=op.f("ck_joint_review_year_range")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["cooperation_agreement.id"],
            name=op.f("fk_joint_review_agreement_id_cooperation_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["file_en_id"], ["stored_file.id"], name=op.f("fk_joint_review_file_en_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["file_fi_id"], ["stored_file.id"], name=op.f("fk_joint_review_file_fi_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["file_sv_id"], ["stored_file.id"], name=op.f("fk_joint_review_file_sv_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["finished_by"], ["person.id"], name=op.f("fk_joint_review_finished_by_person")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_joint_review_made_by_person")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_joint_review_taken_by_person")),
        sa.ForeignKeyConstraint(
            ["taken_version_id"],
            ["agreement_version.id"],
            name=op.f("fk_joint_review_taken_version_id_agreement_version"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_joint_review_version_id_agreement_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_review")),
        sa.UniqueConstraint("agreement_id", "year", "number", name=op.f("uq_joint_review_agreement_id_year_number")),
    )
    with op.batch_alter_table("joint_review", schema=None) as batch_op:
        batch_op.create_index(
            "uq_joint_review_open", ["agreement_id"], unique=True, postgresql_where=sa.text("state = 'open'")
        )

    op.create_table(
        "joint_statement_file",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("party_key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_joint_statement_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["joint_statement.id"], name=op.f("fk_joint_statement_file_statement_id_joint_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_statement_file")),
        sa.UniqueConstraint(
            "statement_id",
            "party_key",
            "language",
            name=op.f("uq_joint_statement_file_statement_id_party_key_language"),
        ),
    )
    op.create_table(
        "layoff_line",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("occupation", sa.Text(), nullable=False),
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
            nullable=True,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("ck_layoff_line_month_begins")),
        sa.CheckConstraint("people > 0", name=op.f("ck_layoff_line_people_positive")),
        sa.ForeignKeyConstraint(["plan_id"], ["layoff_plan.id"], name=op.f("fk_layoff_line_plan_id_layoff_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layoff_line")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_layoff_line_plan_id_position")),
    )
    op.create_table(
        "layoff_share",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "accepted",
                "declined",
                name="sharestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("takes", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'accepted') = (takes IS NOT NULL)", name=op.f("ck_layoff_share_takes_if_accepted")
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (answered_at IS NULL)", name=op.f("ck_layoff_share_answered_at_if_answered")
        ),
        sa.CheckConstraint("people > 0", name=op.f("ck_layoff_share_people_positive")),
        sa.CheckConstraint("takes BETWEEN 0 AND people", name=op.f("ck_layoff_share_takes_of_people")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_layoff_share_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_layoff_share_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["layoff_plan.id"], name=op.f("fk_layoff_share_plan_id_layoff_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layoff_share")),
        sa.UniqueConstraint("plan_id", "authority_id", name=op.f("uq_layoff_share_plan_id_authority_id")),
    )
    with op.batch_alter_table("layoff_share", schema=None) as batch_op:
        batch_op.create_index("ix_layoff_share_authority_id", ["authority_id", "state"], unique=False)

    op.create_table(
        "production_category",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("price_ceiling", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_ceiling > 0", name=op.f("ck_production_category_price_positive")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["production_agreement.id"],
            name=op.f("fk_production_category_agreement_id_production_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_production_category_category_id_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_category")),
        sa.UniqueConstraint(
            "agreement_id", "category_id", name=op.f("uq_production_category_agreement_id_category_id")
        ),
    )
    with op.batch_alter_table("production_category", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_production_category_category_id"), ["category_id"], unique=False)

    op.create_table(
        "resourcing_report",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("revision = 1 OR reason <> ''", name=op.f("ck_resourcing_report_reason_if_corrected")),
        sa.CheckConstraint(
            "extract(month from period_on) IN (1, 7) AND extract(day from period_on) = 1",
            name=op.f("ck_resourcing_report_period_is_half_year"),
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_resourcing_report_revision_positive")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["cooperation_agreement.id"],
            name=op.f("fk_resourcing_report_agreement_id_cooperation_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_resourcing_report_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_resourcing_report_reported_by_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_resourcing_report_version_id_agreement_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resourcing_report")),
        sa.UniqueConstraint(
            "agreement_id",
            "authority_id",
            "period_on",
            "revision",
            name=op.f("uq_resourcing_report_agreement_id_authority_id_period_on_revision"),
        ),
    )
    with op.batch_alter_table("resourcing_report", schema=None) as batch_op:
        batch_op.create_index(
            "uq_resourcing_report_standing",
            ["agreement_id", "authority_id", "period_on"],
            unique=True,
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "joint_review_comment",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("char_length(text) BETWEEN 1 AND 4000", name=op.f("ck_joint_review_comment_text_length")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_joint_review_comment_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["joint_review.id"], name=op.f("fk_joint_review_comment_review_id_joint_review")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_joint_review_comment_written_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_review_comment")),
    )
    with op.batch_alter_table("joint_review_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_review_comment_review_id"), ["review_id"], unique=False)

    op.create_table(
        "resourcing_line",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("party_key", sa.Text(), nullable=False),
        sa.Column("task_code", sa.Text(), nullable=False),
        sa.Column("person_years", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_years >= 0", name=op.f("ck_resourcing_line_person_years_not_negative")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["resourcing_report.id"], name=op.f("fk_resourcing_line_report_id_resourcing_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resourcing_line")),
        sa.UniqueConstraint(
            "report_id", "party_key", "task_code", name=op.f("uq_resourcing_line_report_id_party_key_task_code")
        ),
    )
    op.create_table(
        "joint_procurement",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
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
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "ended",
                "abandoned",
                name="procurementstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "need",
                "proposal",
                "steering",
                "decisions",
                "procurement",
                "contracts",
                "use",
                "follow_up",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("competition_id", sa.Uuid(), nullable=True),
        sa.Column("estimate", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarm_answer", sa.Text(), nullable=True),
        sa.Column("alarm_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('need', 'proposal', 'steering', 'decisions') OR system_id IS NOT NULL",
            name=op.f("ck_joint_procurement_system_from_procurement"),
        ),
        sa.CheckConstraint(
            "(proposal IS NULL) = (proposed_at IS NULL)", name=op.f("ck_joint_procurement_proposed_at_if_proposed")
        ),
        sa.CheckConstraint(
            "(system_id IS NULL) = (estimate IS NULL)", name=op.f("ck_joint_procurement_estimate_if_system")
        ),
        sa.CheckConstraint(
            "alarm_answered_at IS NULL OR alarmed_at IS NOT NULL", name=op.f("ck_joint_procurement_alarm_before_answer")
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_joint_procurement_ends_after_start")),
        sa.CheckConstraint("round > 0", name=op.f("ck_joint_procurement_round_positive")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["cooperation_agreement.id"],
            name=op.f("fk_joint_procurement_agreement_id_cooperation_agreement"),
        ),
        sa.ForeignKeyConstraint(["begun_by"], ["person.id"], name=op.f("fk_joint_procurement_begun_by_person")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_joint_procurement_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_joint_procurement_competition_id_competition")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["authority.id"], name=op.f("fk_joint_procurement_lead_id_authority")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_joint_procurement_proposed_by_person")),
        sa.ForeignKeyConstraint(
            ["system_id"], ["purchasing_system.id"], name=op.f("fk_joint_procurement_system_id_purchasing_system")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_joint_procurement_version_id_agreement_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_procurement")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_joint_procurement_year_number")),
    )
    with op.batch_alter_table("joint_procurement", schema=None) as batch_op:
        batch_op.create_index("ix_joint_procurement_agreement_id_stage", ["agreement_id", "stage"], unique=False)
        batch_op.create_index("ix_joint_procurement_system_id", ["system_id"], unique=False)

    op.create_table(
        "joint_approval",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "need",
                "proposal",
                "steering",
                "decisions",
                "procurement",
                "contracts",
                "use",
                "follow_up",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_joint_approval_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["agreement_member.id"], name=op.f("fk_joint_approval_member_id_agreement_member")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_joint_approval_person_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["joint_procurement.id"],
            name=op.f("fk_joint_approval_procurement_id_joint_procurement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_approval")),
        sa.UniqueConstraint(
            "procurement_id",
            "stage",
            "round",
            "authority_id",
            name=op.f("uq_joint_approval_procurement_id_stage_round_authority_id"),
        ),
    )
    with op.batch_alter_table("joint_approval", schema=None) as batch_op:
        batch_op.create_index("ix_joint_approval_procurement_id", ["procurement_id"], unique=False)

    op.create_table(
        "joint_participation",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "in",
                "left",
                "withdrawn",
                name="participationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("forecast_source", sa.Text(), nullable=True),
        sa.Column("unit_price", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("budget", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_by", sa.Uuid(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.Column("left_decision", sa.Text(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'in') = (left_at IS NULL)", name=op.f("ck_joint_participation_left_at_if_left")),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (last_day IS NOT NULL)", name=op.f("ck_joint_participation_last_day_if_withdrawn")
        ),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_joint_participation_budget_not_negative")),
        sa.CheckConstraint("unit_price > 0", name=op.f("ck_joint_participation_unit_price_positive")),
        sa.ForeignKeyConstraint(["left_by"], ["person.id"], name=op.f("fk_joint_participation_left_by_person")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["agreement_party.id"], name=op.f("fk_joint_participation_party_id_agreement_party")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["joint_procurement.id"],
            name=op.f("fk_joint_participation_procurement_id_joint_procurement"),
        ),
        sa.ForeignKeyConstraint(["stated_by"], ["person.id"], name=op.f("fk_joint_participation_stated_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_participation")),
        sa.UniqueConstraint("procurement_id", "party_id", name=op.f("uq_joint_participation_procurement_id_party_id")),
    )
    op.create_table(
        "joint_stage",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "need",
                "proposal",
                "steering",
                "decisions",
                "procurement",
                "contracts",
                "use",
                "follow_up",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_joint_stage_done_by_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["joint_procurement.id"], name=op.f("fk_joint_stage_procurement_id_joint_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_stage")),
        sa.UniqueConstraint("procurement_id", "stage", name=op.f("uq_joint_stage_procurement_id_stage")),
    )
    op.create_table(
        "joint_statement_use",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("party_key", sa.Text(), nullable=False),
        sa.Column("announced", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["joint_procurement.id"],
            name=op.f("fk_joint_statement_use_procurement_id_joint_procurement"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["joint_statement.id"], name=op.f("fk_joint_statement_use_statement_id_joint_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_statement_use")),
        sa.UniqueConstraint(
            "statement_id",
            "procurement_id",
            "party_key",
            name=op.f("uq_joint_statement_use_statement_id_procurement_id_party_key"),
        ),
    )
    op.create_table(
        "joint_use_warning",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("party_key", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("over", "under", name="warningkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("announced", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Numeric(precision=9, scale=1), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_joint_use_warning_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["agreement_party.id"], name=op.f("fk_joint_use_warning_party_id_agreement_party")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["joint_procurement.id"],
            name=op.f("fk_joint_use_warning_procurement_id_joint_procurement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_use_warning")),
    )
    with op.batch_alter_table("joint_use_warning", schema=None) as batch_op:
        batch_op.create_index(
            "ix_joint_use_warning_authority_id",
            ["authority_id"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_joint_use_warning_open",
            ["procurement_id", "party_key"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "joint_transfer",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("taker_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "refused",
                name="transferstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'proposed') = (answered_at IS NULL)", name=op.f("ck_joint_transfer_answered_at_if_answered")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_joint_transfer_amount_positive")),
        sa.CheckConstraint("giver_id <> taker_id", name=op.f("ck_joint_transfer_two_parties")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_joint_transfer_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["joint_participation.id"], name=op.f("fk_joint_transfer_giver_id_joint_participation")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["joint_procurement.id"],
            name=op.f("fk_joint_transfer_procurement_id_joint_procurement"),
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_joint_transfer_proposed_by_person")),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["joint_participation.id"], name=op.f("fk_joint_transfer_taker_id_joint_participation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_transfer")),
    )
    with op.batch_alter_table("joint_transfer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_joint_transfer_open", ["procurement_id"], unique=False, postgresql_where=sa.text("state = 'proposed'")
        )

    op.create_table(
        "joint_volume",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "target_group",
            sa.Enum(
                "all",
                "young",
                "immigrants",
                "long_term",
                "work_ability",
                "highly_educated",
                "entrepreneurs",
                name="targetgroup",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_joint_volume_amount_not_negative")),
        sa.CheckConstraint("extract(day from quarter) = 1", name=op.f("ck_joint_volume_quarter_begins_month")),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["joint_participation.id"],
            name=op.f("fk_joint_volume_participation_id_joint_participation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_volume")),
        sa.UniqueConstraint(
            "participation_id",
            "target_group",
            "municipality",
            "language",
            "quarter",
            name=op.f("uq_joint_volume_participation_id_target_group_municipality_language_quarter"),
        ),
    )
    op.create_table(
        "shared_cost",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "empty_seats",
                "procurement_work",
                "marketing",
                name="costkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("vat_rate", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("vat", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column(
            "weighing",
            sa.Enum(
                "use_of_quarter",
                "use_so_far",
                "shares_without_use",
                "agreed_shares",
                name="weighing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'empty_seats') = (group_id IS NOT NULL)", name=op.f("ck_shared_cost_group_if_empty_seats")
        ),
        sa.CheckConstraint(
            "(corrects_id IS NULL) = (reason IS NULL)", name=op.f("ck_shared_cost_reason_if_correction")
        ),
        sa.CheckConstraint(
            "(group_id IS NULL) = (seats IS NULL) AND seats > 0", name=op.f("ck_shared_cost_seats_of_group")
        ),
        sa.CheckConstraint(
            "amount <> 0 AND (amount > 0) = (corrects_id IS NULL)", name=op.f("ck_shared_cost_opposite_if_correction")
        ),
        sa.CheckConstraint("sign(vat) * sign(amount) >= 0", name=op.f("ck_shared_cost_vat_of_same_sign")),
        sa.CheckConstraint("vat_rate BETWEEN 0 AND 100", name=op.f("ck_shared_cost_vat_rate_range")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["shared_cost.id"], name=op.f("fk_shared_cost_corrects_id_shared_cost")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_shared_cost_file_id_stored_file")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_shared_cost_group_id_group")),
        sa.ForeignKeyConstraint(["payer_id"], ["authority.id"], name=op.f("fk_shared_cost_payer_id_authority")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["joint_procurement.id"], name=op.f("fk_shared_cost_procurement_id_joint_procurement")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_shared_cost_recorded_by_person")),
        sa.ForeignKeyConstraint(["rule_id"], ["agreement_cost.id"], name=op.f("fk_shared_cost_rule_id_agreement_cost")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["joint_statement.id"], name=op.f("fk_shared_cost_statement_id_joint_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_cost")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_shared_cost_corrects_id")),
        sa.UniqueConstraint("procurement_id", "number", name=op.f("uq_shared_cost_procurement_id_number")),
    )
    with op.batch_alter_table("shared_cost", schema=None) as batch_op:
        batch_op.create_index("ix_shared_cost_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_shared_cost_statement_id", ["statement_id"], unique=False)

    op.create_table(
        "joint_statement_line",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("of_quarter", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("service", "cancel_fee", name="linekind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("party_key", sa.Text(), nullable=False),
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("vat", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_joint_statement_line_category_id_category")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_joint_statement_line_order_id_order")),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["joint_procurement.id"],
            name=op.f("fk_joint_statement_line_procurement_id_joint_procurement"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["joint_statement.id"], name=op.f("fk_joint_statement_line_statement_id_joint_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_statement_line")),
        sa.UniqueConstraint(
            "statement_id",
            "order_id",
            "of_quarter",
            "kind",
            "party_key",
            "procurement_id",
            name=op.f("uq_joint_statement_line_statement_id_order_id_of_quarter_kind_party_key_procurement_id"),
        ),
    )
    with op.batch_alter_table("joint_statement_line", schema=None) as batch_op:
        batch_op.create_index("ix_joint_statement_line_party", ["statement_id", "party_key", "order_id"], unique=False)

    op.create_table(
        "layoff_person",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("bulk_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_layoff_person_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk_file.id"], name=op.f("fk_layoff_person_bulk_id_bulk_file")),
        sa.ForeignKeyConstraint(["line_id"], ["layoff_line.id"], name=op.f("fk_layoff_person_line_id_layoff_line")),
        sa.ForeignKeyConstraint(["plan_id"], ["layoff_plan.id"], name=op.f("fk_layoff_person_plan_id_layoff_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layoff_person")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_layoff_person_plan_id_number")),
        sa.UniqueConstraint(
            "plan_id", "authority_id", "reference", name=op.f("uq_layoff_person_plan_id_authority_id_reference")
        ),
    )
    with op.batch_alter_table("layoff_person", schema=None) as batch_op:
        batch_op.create_index("ix_layoff_person_authority_id", ["authority_id", "plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_layoff_person_line_id"), ["line_id"], unique=False)

    op.create_table(
        "seat_swap",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("asked_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("given_group_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "refused",
                "lapsed",
                name="swapstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_order_id", sa.Uuid(), nullable=True),
        sa.Column("new_order_id", sa.Uuid(), nullable=True),
        sa.Column("new_taken_order_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'agreed') = (taken_order_id IS NOT NULL) AND (state = 'agreed') = (new_order_id IS NOT NULL) AND (state = 'agreed') = (new_taken_order_id IS NOT NULL)",
            name=op.f("ck_seat_swap_orders_if_agreed"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (answered_at IS NULL)", name=op.f("ck_seat_swap_answered_at_if_answered")
        ),
        sa.CheckConstraint("authority_id <> asked_id", name=op.f("ck_seat_swap_two_parties")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_seat_swap_answered_by_person")),
        sa.ForeignKeyConstraint(["asked_id"], ["authority.id"], name=op.f("fk_seat_swap_asked_id_authority")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_seat_swap_authority_id_authority")),
        sa.ForeignKeyConstraint(["given_group_id"], ["group.id"], name=op.f("fk_seat_swap_given_group_id_group")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_seat_swap_group_id_group")),
        sa.ForeignKeyConstraint(["new_order_id"], ["order.id"], name=op.f("fk_seat_swap_new_order_id_order")),
        sa.ForeignKeyConstraint(
            ["new_taken_order_id"], ["order.id"], name=op.f("fk_seat_swap_new_taken_order_id_order")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_seat_swap_order_id_order")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_seat_swap_proposed_by_person")),
        sa.ForeignKeyConstraint(["taken_order_id"], ["order.id"], name=op.f("fk_seat_swap_taken_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_swap")),
    )
    with op.batch_alter_table("seat_swap", schema=None) as batch_op:
        batch_op.create_index("ix_seat_swap_asked_id_state", ["asked_id", "state"], unique=False)
        batch_op.create_index("ix_seat_swap_authority_id", ["authority_id"], unique=False)
        batch_op.create_index(
            "uq_seat_swap_one_open", ["order_id"], unique=True, postgresql_where=sa.text("state = 'proposed'")
        )

    op.create_table(
        "shared_cost_part",
        sa.Column("cost_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("vat", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_shared_cost_part_weight_positive")),
        sa.ForeignKeyConstraint(["cost_id"], ["shared_cost.id"], name=op.f("fk_shared_cost_part_cost_id_shared_cost")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["agreement_party.id"], name=op.f("fk_shared_cost_part_party_id_agreement_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_cost_part")),
        sa.UniqueConstraint("cost_id", "party_id", name=op.f("uq_shared_cost_part_cost_id_party_id")),
    )
    with op.batch_alter_table("frame_contract", schema=None) as batch_op:
        batch_op.add_column(sa.Column("production_agreement_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("qualification_id", existing_type=sa.UUID(), nullable=True)
        batch_op.create_index(
            "uq_frame_contract_one_live_of_agreement",
            ["production_agreement_id", "category_id"],
            unique=True,
            postgresql_where=sa.text("state NOT IN ('ended', 'lapsed')"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_frame_contract_production_agreement_id_production_agreement"),
            "production_agreement",
            ["production_agreement_id"],
            ["id"],
        )

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "production",
                sa.Enum(
                    "purchased",
                    "own",
                    "in_house",
                    "other_authority",
                    name="production",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="purchased",
                nullable=False,
            )
        )
        batch_op.create_index(
            "ix_offering_apart",
            ["category_id"],
            unique=False,
            postgresql_where=sa.text("state = 'published' AND production <> 'purchased'"),
        )

    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "production",
                sa.Enum(
                    "purchased",
                    "own",
                    "in_house",
                    "other_authority",
                    name="production",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="purchased",
                nullable=False,
            )
        )

    op.create_check_constraint(
        op.f("ck_frame_contract_admission_or_agreement"),
        "frame_contract",
        "(qualification_id IS NULL) = (production_agreement_id IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_frame_contract_agreed_not_awarded"),
        "frame_contract",
        "(production_agreement_id IS NULL) OR (award_decision_id IS NULL)",
    )
    op.create_check_constraint(
        op.f("ck_order_agreement_if_apart"), "order", "(chosen_by <> 'agreement') OR (production <> 'purchased')"
    )
    op.drop_constraint(op.f("ck_order_chosenby"), "order", type_="check")
    op.create_check_constraint(op.f("ck_order_chosenby"), "order", "chosen_by IN ('customer', 'rule', 'agreement')")
    op.create_check_constraint(
        op.f("ck_order_not_by_rule_if_apart"), "order", "(chosen_by <> 'rule') OR (production = 'purchased')"
    )
    op.drop_constraint(op.f("ck_over_budget_request_chosenby"), "over_budget_request", type_="check")
    op.create_check_constraint(
        op.f("ck_over_budget_request_chosenby"), "over_budget_request", "chosen_by IN ('customer', 'rule', 'agreement')"
    )
    op.drop_constraint(op.f("ck_queue_entry_leavereason"), "queue_entry", type_="check")
    op.create_check_constraint(
        op.f("ck_queue_entry_leavereason"),
        "queue_entry",
        "leave_reason IN ('placed_elsewhere', 'customer_withdrew', 'need_closed', 'not_selected', "
        "'offer_lapsed', 'seat_given_back', 'group_cancelled', 'seat_swapped')",
    )


def downgrade():
    op.drop_constraint(op.f("ck_frame_contract_admission_or_agreement"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_frame_contract_agreed_not_awarded"), "frame_contract", type_="check")
    op.drop_constraint(op.f("ck_order_agreement_if_apart"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_chosenby"), "order", type_="check")
    op.drop_constraint(op.f("ck_order_not_by_rule_if_apart"), "order", type_="check")
    op.drop_constraint(op.f("ck_over_budget_request_chosenby"), "over_budget_request", type_="check")
    op.drop_constraint(op.f("ck_queue_entry_leavereason"), "queue_entry", type_="check")
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_column("production")

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_offering_apart", postgresql_where=sa.text("state = 'published' AND production <> 'purchased'")
        )
        batch_op.drop_column("production")

    with op.batch_alter_table("frame_contract", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_frame_contract_production_agreement_id_production_agreement"), type_="foreignkey"
        )
        batch_op.drop_index(
            "uq_frame_contract_one_live_of_agreement", postgresql_where=sa.text("state NOT IN ('ended', 'lapsed')")
        )
        batch_op.alter_column("qualification_id", existing_type=sa.UUID(), nullable=False)
        batch_op.drop_column("production_agreement_id")

    op.drop_table("shared_cost_part")
    with op.batch_alter_table("seat_swap", schema=None) as batch_op:
        batch_op.drop_index("uq_seat_swap_one_open", postgresql_where=sa.text("state = 'proposed'"))
        batch_op.drop_index("ix_seat_swap_authority_id")
        batch_op.drop_index("ix_seat_swap_asked_id_state")

    op.drop_table("seat_swap")
    with op.batch_alter_table("layoff_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_layoff_person_line_id"))
        batch_op.drop_index("ix_layoff_person_authority_id")

    op.drop_table("layoff_person")
    with op.batch_alter_table("joint_statement_line", schema=None) as batch_op:
        batch_op.drop_index("ix_joint_statement_line_party")

    op.drop_table("joint_statement_line")
    with op.batch_alter_table("shared_cost", schema=None) as batch_op:
        batch_op.drop_index("ix_shared_cost_statement_id")
        batch_op.drop_index("ix_shared_cost_group_id")

    op.drop_table("shared_cost")
    op.drop_table("joint_volume")
    with op.batch_alter_table("joint_transfer", schema=None) as batch_op:
        batch_op.drop_index("ix_joint_transfer_open", postgresql_where=sa.text("state = 'proposed'"))

    op.drop_table("joint_transfer")
    with op.batch_alter_table("joint_use_warning", schema=None) as batch_op:
        batch_op.drop_index("uq_joint_use_warning_open", postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_joint_use_warning_authority_id", postgresql_where=sa.text("ended_at IS NULL"))

    op.drop_table("joint_use_warning")
    op.drop_table("joint_statement_use")
    op.drop_table("joint_stage")
    op.drop_table("joint_participation")
    with op.batch_alter_table("joint_approval", schema=None) as batch_op:
        batch_op.drop_index("ix_joint_approval_procurement_id")

    op.drop_table("joint_approval")
    with op.batch_alter_table("joint_procurement", schema=None) as batch_op:
        batch_op.drop_index("ix_joint_procurement_system_id")
        batch_op.drop_index("ix_joint_procurement_agreement_id_stage")

    op.drop_table("joint_procurement")
    op.drop_table("resourcing_line")
    with op.batch_alter_table("joint_review_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_review_comment_review_id"))

    op.drop_table("joint_review_comment")
    with op.batch_alter_table("resourcing_report", schema=None) as batch_op:
        batch_op.drop_index("uq_resourcing_report_standing", postgresql_where=sa.text("replaced_at IS NULL"))

    op.drop_table("resourcing_report")
    with op.batch_alter_table("production_category", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_production_category_category_id"))

    op.drop_table("production_category")
    with op.batch_alter_table("layoff_share", schema=None) as batch_op:
        batch_op.drop_index("ix_layoff_share_authority_id")

    op.drop_table("layoff_share")
    op.drop_table("layoff_line")
    op.drop_table("joint_statement_file")
    with op.batch_alter_table("joint_review", schema=None) as batch_op:
        batch_op.drop_index("uq_joint_review_open", postgresql_where=sa.text("state = 'open'"))

    op.drop_table("joint_review")
    op.drop_table("agreement_task")
    op.drop_table("agreement_stage")
    with op.batch_alter_table("agreement_party", schema=None) as batch_op:
        batch_op.drop_index("uq_agreement_party_own", postgresql_where=sa.text("is_own"))
        batch_op.drop_index(batch_op.f("ix_agreement_party_authority_id"))

    op.drop_table("agreement_party")
    with op.batch_alter_table("agreement_cost", schema=None) as batch_op:
        batch_op.drop_index("uq_agreement_cost_rule")

    op.drop_table("agreement_cost")
    op.drop_table("agreement_approval")
    with op.batch_alter_table("system_buyer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_system_buyer_authority_id"))

    op.drop_table("system_buyer")
    op.drop_table("production_facts")
    with op.batch_alter_table("production_buyer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_production_buyer_authority_id"))

    op.drop_table("production_buyer")
    op.drop_table("layoff_plan")
    op.drop_table("joint_statement")
    op.drop_table("joint_meeting")
    with op.batch_alter_table("agreement_version", schema=None) as batch_op:
        batch_op.drop_index("uq_agreement_version_one_open", postgresql_where=sa.text("state IN ('draft', 'proposed')"))
        batch_op.drop_index("uq_agreement_version_one_in_force", postgresql_where=sa.text("state = 'in_force'"))

    op.drop_table("agreement_version")
    with op.batch_alter_table("agreement_member", schema=None) as batch_op:
        batch_op.drop_index("uq_agreement_member_person", postgresql_where=sa.text("ends_on IS NULL"))
        batch_op.drop_index("ix_agreement_member_person_id")

    op.drop_table("agreement_member")
    with op.batch_alter_table("production_agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_production_agreement_supplier_id"))
        batch_op.drop_index("ix_production_agreement_authority_id_state")

    op.drop_table("production_agreement")
    op.drop_table("labour_figure")
    op.drop_table("cooperation_agreement")
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_index("ix_access_grant_owner_id_state")
        batch_op.drop_index("ix_access_grant_given", postgresql_where=sa.text("state = 'given'"))
        batch_op.drop_index("ix_access_grant_authority_id_state")

    op.drop_table("access_grant")
    op.create_check_constraint(op.f("ck_order_chosenby"), "order", "chosen_by IN ('customer', 'rule')")
    op.create_check_constraint(
        op.f("ck_over_budget_request_chosenby"), "over_budget_request", "chosen_by IN ('customer', 'rule')"
    )
    op.create_check_constraint(
        op.f("ck_queue_entry_leavereason"),
        "queue_entry",
        "leave_reason IN ('placed_elsewhere', 'customer_withdrew', 'need_closed', 'not_selected', "
        "'offer_lapsed', 'seat_given_back', 'group_cancelled')",
    )
