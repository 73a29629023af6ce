"""Days that nobody means: a year mistyped by centuries is refused before anything is counted from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm

from core.i18n import lazy_gettext as _l

FIRST_YEAR, LAST_YEAR = 1900, 2199
MESSAGE = _l("Enter a day between the years 1900 and 2199.")


def is_far(value: Any) -> bool:
    """Whether a value, or one in a list, is a day outside of them."""
    if isinstance(value, list | tuple):
        return any(map(is_far, value))
    return isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR


def refuse_in(form: FlaskForm) -> bool:
    """Show the message at each such field of a form, also of forms in it; whether there was one."""
    far = list(_fields(form))
    for field in far:
        field.errors = [*field.errors, MESSAGE]
    return bool(far)


def _fields(parent: Any) -> Iterable[Any]:
    for field in parent:
        if hasattr(field, "__iter__") and not isinstance(field.data, str | date | None):
            yield from _fields(field)
        elif is_far(field.data):
            yield field
