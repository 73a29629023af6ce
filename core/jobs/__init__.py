"""Work for later: an outbox in the database, run by RQ. Losing Redis loses nothing (I6)."""

from core.jobs.outbox import add
from core.jobs.registry import job, periodic

__all__ = ["add", "cron_main", "job", "periodic", "worker_main"]


def worker_main() -> None:
    """Run promised jobs until told to stop."""
    from core.jobs import runner  # the web process never loads the worker

    runner.worker_main()


def cron_main() -> None:
    """Relay the outbox and promise periodic jobs until told to stop."""
    from core.jobs import runner  # the web process never loads the worker

    runner.cron_main()
