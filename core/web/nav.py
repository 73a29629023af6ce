"""The rows of rooms in the dark bar: each room says which of its pages belong there, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import request, url_for

from core.identity.mandates import Mandate
from core.identity.models import Role


@dataclass(frozen=True)
class Entry:
    """A page of the main navigation; ``order`` sorts, the desk comes first with 0.

    ``also`` are other addresses under which its pages lie.
    """

    endpoint: str
    label: Any
    roles: frozenset[Role]
    order: int
    also: tuple[str, ...] = ()

    def addresses(self) -> tuple[str, ...]:
        """Where the pages of the entry lie; the entry's own address is the first."""
        return (_address(self.endpoint), *self.also)


def _address(endpoint: str) -> str:
    return _address_under(endpoint, request.script_root)


@cache
def _address_under(endpoint: str, _script_root: str) -> str:
    """Every page has them all in its bar, and they stay the same while the application lies where it does."""
    return url_for(endpoint)


@dataclass(frozen=True)
class NavItem:
    """What a template shows of an entry."""

    href: str
    label: str
    current: bool


#: By page and roles: the common desk has one name for those who have another desk, and "Desk" for the others.
_entries: dict[tuple[str, frozenset[Role]], Entry] = {}

#: Where each role's workspace begins.
HOMES = {
    Role.COORDINATOR: "/procurement",
    Role.DECIDER: "/procurement",
    Role.OPENER: "/procurement",
    Role.EXPERT: "/expert",
    Role.STEERING: "/joint",
    Role.PROVIDER: "/provider",
    Role.ADMIN: "/admin",
}


def add(endpoint: str, label: Any, *roles: Role, order: int, also: tuple[str, ...] = ()) -> None:
    """Offer a page in the navigation of these roles."""
    _entries[endpoint, frozenset(roles)] = Entry(endpoint, label, frozenset(roles), order, also)


_under: dict[str, dict[str, Entry]] = {}


def add_under(parent: str, endpoint: str, label: Any, *roles: Role, order: int, also: tuple[str, ...] = ()) -> None:
    """Offer a page on the page of a navigation entry, not in the row: a row of twenty is read by nobody."""
    _under.setdefault(parent, {})[endpoint] = Entry(endpoint, label, frozenset(roles), order, also)


def under(parent: str, mandate: Mandate) -> list[NavItem]:
    """What the page of an entry leads to."""
    return [NavItem(_address(entry.endpoint), str(entry.label), False) for entry in _below(parent, mandate)]


def _below(parent: str, mandate: Mandate) -> list[Entry]:
    rows = sorted(_under.get(parent, {}).values(), key=lambda e: e.order)
    return [entry for entry in rows if mandate.role in entry.roles]


def items(mandate: Mandate) -> list[NavItem]:
    """The navigation of a mandate; the current page is the entry with the longest matching address.

    The pages under an entry belong to it.
    """
    rows = [entry for entry in sorted(_entries.values(), key=lambda e: e.order) if mandate.role in entry.roles]
    matching = {
        address: entry
        for entry in rows
        for page in (entry, *_below(entry.endpoint, mandate))
        for address in page.addresses()
        if request.path == address or request.path.startswith(address.rstrip("/") + "/")
    }
    current = matching[max(matching, key=len)] if matching else None
    return [NavItem(_address(entry.endpoint), str(entry.label), entry is current) for entry in rows]


_public: list[tuple[str, Any]] = []
_footer: list[tuple[str, Any]] = []


def add_public(endpoint: str, label: Any) -> None:
    """Offer a page in the navigation of visitors."""
    if (endpoint, label) not in _public:
        _public.append((endpoint, label))


def add_footer(endpoint: str, label: Any) -> None:
    """Offer a page at the foot of every page."""
    if (endpoint, label) not in _footer:
        _footer.append((endpoint, label))


def public_items() -> list[NavItem]:
    """The navigation of somebody who has not logged in."""
    rows = [(endpoint, label, _address(endpoint)) for endpoint, label in _public]
    return [
        NavItem(href, str(label), request.endpoint == endpoint or _lies_under(href)) for endpoint, label, href in rows
    ]


def _lies_under(href: str) -> bool:
    return href != "/" and request.path.startswith(f"{href}/")


def footer_links() -> list[tuple[str, str]]:
    """The links at the foot."""
    return [(_address(endpoint), str(label)) for endpoint, label in _footer]
