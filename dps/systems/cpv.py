"""CPV codes of employment services: their titles in three languages, and which are in annex E (RULES.md, table A1).

``cpv.csv`` is our own selection. Titles of social and of some education services are those of the official list;
the others are worded by us.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: Eight digits and the check digit: ``79611000-0``.
CPV_PATTERN = re.compile(r"\d{8}-\d")


@dataclass(frozen=True)
class AnnexEntry:
    """A range of CPV codes (without check digit, both ends inside) in a point of annex E."""

    first: int
    last: int
    point: int


#: HL annex E with the changes of 499/2021; a code that is not here is an ordinary service.
ANNEX_E = (
    AnnexEntry(79611000, 79611000, 1),
    AnnexEntry(85000000, 85323000, 1),
    AnnexEntry(80000000, 80660000, 2),
    AnnexEntry(98000000, 98000000, 5),
)

TABLE = Path(__file__).with_name("cpv.csv")
#: A search shows so many codes.
MOST_FOUND = 30


@dataclass(frozen=True)
class Cpv:
    """A code of the table with its titles."""

    code: str
    name_fi: str
    name_sv: str
    name_en: str

    @property
    def point(self) -> int | None:
        """The point of annex E, or none."""
        return annex_e_point(self.code)


@functools.cache
def table() -> tuple[Cpv, ...]:
    """The codes in the order of their numbers."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Cpv(row["code"], row["fi"], row["sv"], row["en"]) for row in csv.DictReader(file))


def by_code(code: str) -> Cpv | None:
    """The code of the table, if it is there."""
    return next((each for each in table() if each.code == code), None)


def search(words: str) -> Sequence[Cpv]:
    """Codes that begin with the digits, or whose titles hold every word, in any of the three languages."""
    wanted = words.casefold().split()
    if not wanted:
        return ()

    def holds(each: Cpv) -> bool:
        titles = f"{each.name_fi} {each.name_sv} {each.name_en}".casefold()
        return all(each.code.startswith(word) if word[0].isdigit() else word in titles for word in wanted)

    return [each for each in table() if holds(each)][:MOST_FOUND]


def corrected(code: str) -> str | None:
    """The code with the right check digit, when a code of the table was written with another one."""
    known = next((each.code for each in table() if each.code[:8] == code[:8]), None)
    return known if known is not None and known != code else None


def is_well_formed(cpv: str) -> bool:
    """Whether it looks like a CPV code with its check digit."""
    return CPV_PATTERN.fullmatch(cpv) is not None


def annex_e_point(cpv: str) -> int | None:
    """The point of annex E the code belongs to, or none (R4)."""
    number = int(cpv[:8])
    return next((entry.point for entry in ANNEX_E if entry.first <= number <= entry.last), None)
