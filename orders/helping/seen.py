"""What somebody of another authority sees of a queue: the place, a pseudonym made for it, the language, and whether the
prerequisites are met; no reference, no band, no municipality, no expert (R103, R107)."""

from __future__ import annotations

from dataclasses import dataclass

from orders.groups import lines
from orders.groups.models import Group


@dataclass(frozen=True, kw_only=True)
class SeenPlace:
    """A place in line, as far as filling the group takes."""

    place: int
    pseudonym: str
    languages: list[str]
    meets_prerequisites: bool


def queue_of(group: Group) -> list[SeenPlace]:
    """The whole line of the organiser's group, without its customers."""
    return [
        SeenPlace(
            place=row.place,
            pseudonym=row.pseudonym,
            languages=row.languages,
            meets_prerequisites=row.meets_prerequisites,
        )
        for row in lines.queue_rows(group, group.authority_id)
    ]
