"""Which jobs exist: handlers by name, and those that come round by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Handler = Callable[..., object]

_handlers: dict[str, Handler] = {}
_given_up: dict[str, Handler] = {}
_periodic: dict[str, Periodic] = {}


@dataclass(frozen=True)
class Periodic:
    """A job that is promised once in every slot of ``every``."""

    name: str
    every: timedelta


def job(name: str, *, given_up: Handler | None = None) -> Callable[[Handler], Handler]:
    """Register the handler of a job; it may run twice and must have the effect of one.

    :param given_up: told, with the job's arguments, when the last try has failed
    :raises ValueError: the name is taken
    """

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(name, handler) is not handler:
            raise ValueError(f"job {name} is registered twice")
        if given_up is not None:
            _given_up[name] = given_up
        return handler

    return register


def periodic(name: str, *, every: timedelta) -> Callable[[Handler], Handler]:
    """Register a job that takes no arguments and comes round by itself."""

    def register(handler: Handler) -> Handler:
        job(name)(handler)
        _periodic[name] = Periodic(name, every)
        return handler

    return register


def when_given_up(name: str) -> Handler | None:
    """What is told when a job has failed for good, if anything."""
    return _given_up.get(name)


def handler_of(name: str) -> Handler:
    """:raises KeyError: no such job"""
    return _handlers[name]


def periodic_jobs() -> list[Periodic]:
    return list(_periodic.values())
