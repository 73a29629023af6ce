"""Table A1 of RULES.md as data: which CPV codes of employment services are in annex E, and in which point."""

from __future__ import annotations

import re
from dataclasses import dataclass

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

#: Codes to pick from when a category is made, with their titles in the common procurement vocabulary.
COMMON_CODES = {
    "79611000-0": "Job search services",
    "85312300-2": "Guidance and counselling services",
    "85312510-7": "Vocational rehabilitation services",
    "80500000-9": "Training services",
    "80530000-8": "Vocational training services",
    "98000000-3": "Other community, social and personal services",
    "79634000-7": "Career guidance services",
    "79633000-0": "Staff development services",
    "79635000-4": "Assessment centre services for recruitment",
}


def is_well_formed(cpv: str) -> bool:
    """Whether it looks like a CPV code with its check digit."""
    return CPV_PATTERN.fullmatch(cpv) is not None


def annex_e_point(cpv: str) -> int | None:
    """The point of annex E the code belongs to, or none (R4)."""
    number = int(cpv[:8])
    return next((entry.point for entry in ANNEX_E if entry.first <= number <= entry.last), None)
