"""``avoin evaluate``: compute a release now, or check those that are there."""

from __future__ import annotations

import sys

import click

from core.db import unit_of_work
from evaluation.records import queries
from evaluation.records.models import ReleaseState


def show_progress(share: float, doing: str) -> None:
    """A line for each step."""
    click.echo(f"{share:4.0%} {doing}")


@click.command("evaluate")
@click.option("--check", is_flag=True, help="Compute every kept release again and compare each figure.")
@click.option("--refresh", is_flag=True, help="Only bring the running figures up to date.")
def evaluate(check: bool, refresh: bool) -> None:
    """Compute a release of the quality records for the suppliers' preview; publish what was seen."""
    from evaluation.records.jobs import look
    from evaluation.records.service import releasing

    if check:
        sys.exit(_check())
    if refresh:
        release = releasing.refresh(progress=show_progress)
        click.echo(f"running release {release.id}: {release.inputs_count} services, {release.results_sha256}")
        return
    look()
    if queries.release_in(ReleaseState.PREVIEW) is not None:
        click.echo("a release is in its preview; it is published by itself when the preview is over")
        return
    release = releasing.freeze(progress=show_progress)
    count = queries.count_records(release.id)
    click.echo(
        f"release {release.id}: {count} records of {release.inputs_count} services, method {release.method}, "
        f"suppliers' preview until {release.preview_until}"
    )


def _check() -> int:
    """Every frozen release computed again; 1 where a figure differs, or where there is nothing to check."""
    from evaluation.records.service import releasing

    bad, checked = 0, 0
    with unit_of_work():
        for release in queries.releases(limit=1_000):
            if release.state is ReleaseState.WITHDRAWN and not release.snapshot_key:
                continue
            differs = releasing.check(release)
            checked += 1
            bad += bool(differs)
            said = "the same" if not differs else "; ".join(differs[:5])
            click.echo(f"release {release.id} of {release.frozen_on} ({release.state.value}): {said}")
    if not checked:
        click.echo("there is no release to check")
        return 1
    click.echo(f"{checked} checked, {bad} differ")
    return 1 if bad else 0
