"""Alembic's entry: migrations run against the application's own engine, with short lock waits."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from core.db import db


def run() -> None:
    with db.engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
