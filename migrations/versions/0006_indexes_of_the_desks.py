"""indexes of what desks and pages of use add up"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OF_CATEGORY = "ix_order_category_id_state"
KEY = ["category_id", "state"]
UNREAD = "ix_customer_feedback_unread"


def upgrade():
    op.drop_index(OF_CATEGORY, table_name="order")
    op.create_index(OF_CATEGORY, "order", KEY, postgresql_include=["production", "price", "placed_at"])
    op.create_index(
        UNREAD,
        "customer_feedback",
        ["given_at", "order_id"],
        postgresql_where=sa.text("sealed_words IS NOT NULL AND words_state IS NULL"),
    )


def downgrade():
    op.drop_index(UNREAD, table_name="customer_feedback")
    op.drop_index(OF_CATEGORY, table_name="order")
    op.create_index(OF_CATEGORY, "order", KEY)
