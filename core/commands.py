"""Room commands of the command line that belong to core: ``audit verify``, ``token``, ``change-master-key``."""

from __future__ import annotations

import os
from datetime import timedelta

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from core import audit, clock, sealing
from core.audit import service as audit_service
from core.config import MIN_KEY_LENGTH
from core.db import transaction
from core.identity import queries
from core.identity import service as identity_service

MASTER_KEY_CHANGED = audit.declare("master_key.changed")

audit_group = AppGroup("audit", help="The chain of events.")


@audit_group.command("verify")
def verify() -> None:
    """Check that no event was changed, inserted, or cut off."""
    verdict = audit_service.verify()
    for fault in verdict.faults:
        click.echo(f"FAULT {fault}")
    if verdict.faults:
        raise click.ClickException(f"the chain does not verify: {len(verdict.faults)} faults")
    click.echo(
        f"ok: {verdict.events} events, {verdict.access_records} sealed access records, "
        f"{verdict.checkpoints} checkpoints"
    )


@audit_group.command("checkpoint")
def checkpoint() -> None:
    """Sign how far the chain has come and keep the statement outside the database."""
    click.echo(audit_service.make_checkpoint().decode())


@audit_group.command("prune")
def prune() -> None:
    """Delete events older than the retention that lie behind a checkpoint."""
    click.echo(f"{audit_service.prune()} events deleted")


@click.command("token")
@click.argument("email")
@click.option("--days", default=90, show_default=True, help="How long the token works.")
def token(email: str, days: int) -> None:
    """Make an API token for EMAIL and print it once."""
    person = queries.person_by_email(email)
    if person is None:
        raise click.ClickException(f"nobody has the address {email}")
    holdings = queries.holdings_in_force(person.id, clock.helsinki_date(clock.now()))
    if not holdings:
        raise click.ClickException(f"{email} holds no role in force")
    click.echo(identity_service.issue_api_token(holdings[0], "command line", length=timedelta(days=days), by=None))


@click.command("change-master-key")
def change_master_key() -> None:
    """Put NEW_MASTER_KEY in the place of MASTER_KEY; what was sealed stays readable with the new one only."""
    new = os.environ.get("NEW_MASTER_KEY", "")
    if len(new) < MIN_KEY_LENGTH:
        raise click.ClickException(f"NEW_MASTER_KEY needs at least {MIN_KEY_LENGTH} characters")
    try:
        change_key(current_app.config["MASTER_KEY"], new)
    except sealing.CannotOpen:
        raise click.ClickException("MASTER_KEY is not the key of this database; nothing was changed") from None
    click.echo("Changed. Set MASTER_KEY to the new value (in DPS_HOME/settings.env, if it is kept there) and start the")
    click.echo("servers and workers anew. Keep the old key with the backups that were made under it.")


@transaction
def change_key(old: str, new: str) -> None:
    """The verb behind the command: the root key wrapped anew, and an event of it (R56)."""
    sealing.change_master_key(old, new)
    audit.record(MASTER_KEY_CHANGED, subject="root_key", actor=None, at=clock.now())


def init_app(app: Flask) -> None:
    app.cli.add_command(audit_group)
    app.cli.add_command(token)
    app.cli.add_command(change_master_key)
