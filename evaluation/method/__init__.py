"""How providers are compared fairly (EVALUATION.md): arithmetic only, no database, no clock, no request.

The web process never imports this package: it loads numpy and scipy. ``scoring`` is what jobs call.
"""

import os

# Its matrices are small: threads only wait for each other (five times the time on two busy cores), and the order of
# their sums would depend on the machine. It helps where numpy has not been loaded before, as in a job.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
