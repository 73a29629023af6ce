"""Which jobs exist: handlers by name, and those that come round by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Handler = Callable[..., object]

_handlers: dict[str, Handler] = {}
_periodic: dict[str, Periodic] = {}


@dataclass(frozen=True)
class Periodic:
    """A job that is promised once in every slot of ``every``."""

    name: str
    every: timedelta


def job(name: str) -> Callable[[Handler], Handler]:
    """Register the handler of a job; it may run twice and must have the effect of one.

    :raises ValueError: the name is taken
    """

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(name, handler) is not handler:
            raise ValueError(f"job {name} is registered twice")
        return handler

    return register


def periodic(name: str, *, every: timedelta) -> Callable[[Handler], Handler]:
    """Register a job that takes no arguments and comes round by itself."""

    def register(handler: Handler) -> Handler:
        job(name)(handler)
        _periodic[name] = Periodic(name, every)
        return handler

    return register


def handler_of(name: str) -> Handler:
    """:raises KeyError: no such job"""
    return _handlers[name]


def periodic_jobs() -> list[Periodic]:
    return list(_periodic.values())
