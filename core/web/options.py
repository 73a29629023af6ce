"""Options of a choice field, from pairs of value and label."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """``options([("fi", "Suomi")])`` for the ``choices`` of a field."""
    return [SelectChoice(str(value), label) for value, label in pairs]
