"""Who may do what (I4): each room maps its own permissions to pure predicates; here they are merged and asked.

A predicate takes the mandate and the object it is about. Roles grant nothing by existing, there is no
superuser, and an unknown permission fails loudly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NoReturn

from core.errors import NotAllowed
from core.i18n import lazy_gettext as _l
from core.identity.grants import using
from core.identity.grants.models import Task
from core.identity.mandates import Mandate
from core.identity.models import Role

Predicate = Callable[[Mandate, Any], bool]

_rules: dict[StrEnum, Predicate] = {}


def merge(rules: Mapping[Any, Predicate]) -> None:
    """Add a room's map.

    :raises ValueError: a permission is mapped twice to different predicates
    """
    for permission, predicate in rules.items():
        if _rules.setdefault(permission, predicate) is not predicate:
            raise ValueError(f"{permission} has two rules")


def is_allowed(mandate: Mandate | None, permission: StrEnum, subject: Any = None) -> bool:
    """Whether the mandate may; nobody without a mandate may anything.

    :raises KeyError: no room maps this permission
    """
    predicate = _rules[permission]
    return mandate is not None and predicate(mandate, subject)


def check(mandate: Mandate | None, permission: StrEnum, subject: Any = None) -> None:
    """Ask, and note it in the owner's trail if a grant of another authority is what allows it (R107).

    :raises NotAllowed: the mandate may not
    """
    with using.noting() as relied:
        if not is_allowed(mandate, permission, subject):
            refuse()
    if mandate is not None:
        using.note(mandate, relied, subject)


def refuse() -> NoReturn:
    """:raises NotAllowed: always"""
    raise NotAllowed(
        _l("You do not have the right to do this."),
        rule="I4",
        next_step=_l("If you need it for your work, ask the administrator of your organisation for the role."),
    )


def known_permissions() -> list[StrEnum]:
    """Every permission some room maps."""
    return list(_rules)


def holds(*roles: Role) -> Predicate:
    """The mandate is one of these roles, whatever it is about."""

    def predicate(mandate: Mandate, subject: Any) -> bool:
        return mandate.role in roles

    return predicate


def holds_in_authority_of(*roles: Role) -> Predicate:
    """One of these roles in the authority that the object belongs to (``subject.authority_id``)."""

    def predicate(mandate: Mandate, subject: Any) -> bool:
        return mandate.role in roles and mandate.organisation_id == subject.authority_id

    return predicate


def granted(task: Task) -> Predicate:
    """The authority that the object belongs to gave the mandate this task with it, until a day (R107)."""

    def predicate(mandate: Mandate, subject: Any) -> bool:
        return using.is_granted(mandate, task, subject)

    return predicate


def holds_or_granted(task: Task, *roles: Role) -> Predicate:
    """One of these roles in the authority that the object belongs to, or a grant of it for the task."""
    own = holds_in_authority_of(*roles)

    def predicate(mandate: Mandate, subject: Any) -> bool:
        return own(mandate, subject) or using.is_granted(mandate, task, subject)

    return predicate


def acts_for_supplier_of(mandate: Mandate, subject: Any) -> bool:
    """The mandate acts for the supplier that the object belongs to (``subject.supplier_id``)."""
    return mandate.role is Role.PROVIDER and mandate.organisation_id == subject.supplier_id
