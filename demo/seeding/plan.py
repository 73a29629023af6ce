"""How much is seeded, and what of it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: What one database of this design is for, and a little more (DESIGN.md §1).
MOST_SUPPLIERS, MOST_ORDERS = 100_000, 5_000_000
#: More than this many orders a supplier in the years of the story is nobody's business.
MOST_ORDERS_OF_ONE = 5_000
OFFERINGS_OF_ONE = 5
LARGE = 20_000
#: The years the orders are spread over, in days, unless a plan says otherwise.
HISTORY = 3 * 365


class CannotSeed(Exception):
    """Nothing was written; the message is one line for whoever asked."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The size of the data, the seed they follow from, and the day that is today in them."""

    suppliers: int
    orders: int
    seed: int
    today: date
    #: Buy everything in one category, for benchmarks: nothing else makes a search so large.
    in_one_category: bool = False
    #: The days the orders are spread over.
    history: int = HISTORY

    @property
    def is_large(self) -> bool:
        """Whether rows are so many that checking them together at the end is quicker than one by one."""
        return self.orders + self.suppliers * OFFERINGS_OF_ONE > LARGE

    def check(self) -> None:
        """:raises CannotSeed: a number is out of range"""
        for name, number, most in (
            ("--suppliers", self.suppliers, MOST_SUPPLIERS),
            ("--orders", self.orders, MOST_ORDERS),
        ):
            if not 0 <= number <= most:
                raise CannotSeed(f"{name} must be from 0 to {most}, not {number}.")
        if self.seed < 0:
            raise CannotSeed(f"--seed must be 0 or more, not {self.seed}.")
        if self.orders > self.suppliers * MOST_ORDERS_OF_ONE:
            least = -(-self.orders // MOST_ORDERS_OF_ONE)
            raise CannotSeed(
                f"{self.suppliers} suppliers cannot take {self.orders} orders: a supplier takes {MOST_ORDERS_OF_ONE} "
                f"at most, so --suppliers must be {least} or more."
            )
