"""What can go wrong in a verb, as data: the rule, the field and what to do next (I10).

One place (``core.web.errors``) turns these into a page or a problem+json. Views hold no ``try`` for them.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A verb refused. ``message`` and ``next_step`` are lazy texts in the reader's language.

    :param rule: the rule's number (``R23``) or an invariant (``I7``); it becomes the problem's ``type``
    :param field: the field of the form or schema that the reader can mend
    """

    status = 422

    def __init__(
        self, message: Any, *, rule: str, field: str | None = None, next_step: Any = None, **data: Any
    ) -> None:
        super().__init__(str(rule))
        self.message = message
        self.rule = rule
        self.field = field
        self.next_step = next_step
        self.data = data


class RuleBroken(DomainError):
    """The act is possible in this state, but a rule or a value forbids it."""


class WrongState(DomainError):
    """The thing is no longer (or not yet) in a state from which this act starts."""

    status = 409


class NotAllowed(DomainError):
    """The actor's mandate does not reach this far (I4)."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or not for this reader."""

    status = 404


class TooMany(DomainError):
    """Asked too often; wait."""

    status = 429
