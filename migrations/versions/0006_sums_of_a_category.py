"""sums of a category are read from its index"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEX = "ix_order_category_id_state"
KEY = ["category_id", "state"]


def upgrade():
    op.drop_index(INDEX, table_name="order")
    op.create_index(INDEX, "order", KEY, postgresql_include=["production", "price", "placed_at"])


def downgrade():
    op.drop_index(INDEX, table_name="order")
    op.create_index(INDEX, "order", KEY)
