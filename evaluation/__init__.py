"""Feedback, self-assessment, outcomes, quality records, paths, reports, and what follows from them."""

import os

# The method's matrices are small: threads only wait for each other (five times the time on two busy cores), and the
# order of their sums would depend on the machine. Said before anything of this room loads numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
