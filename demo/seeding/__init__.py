"""Seeding (DESIGN.md §8): made-up data at scale, in bulk, the same for the same seed and day.

The data end where ``today`` begins: what an order does later has not happened. Rows and events go in by COPY in one
transaction, with every constraint on; the columns come from the models, the events are linked by ``core.audit``.
"""

from demo.seeding.plan import CannotSeed, Plan
from demo.seeding.run import seed

__all__ = ["CannotSeed", "Plan", "seed"]
