"""The verbs of quality records.

What computes (``releasing``) loads numpy: jobs, the command line and tests import it by name, pages never do.
"""

from evaluation.records.service.asking import ask
from evaluation.records.service.commenting import LONGEST, answer, claim, comment, release_in_preview
from evaluation.records.service.publishing import publish, withdraw

__all__ = ["LONGEST", "answer", "ask", "claim", "comment", "publish", "release_in_preview", "withdraw"]
