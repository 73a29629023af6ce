"""Pages of following together, under ``/joint``."""

from evaluation.together.views import resourcing, results, reviews  # noqa: F401 - the pages register themselves
from evaluation.together.views.blueprint import bp

__all__ = ["bp"]
