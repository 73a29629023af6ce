"""The Python side of the components: what a template may not work out itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from flask import Flask


class ErrorLink(NamedTuple):
    """One line of the error summary; no target when the error is about the whole form."""

    target: str | None
    text: str


def _target(field: Any) -> str:
    """The id to jump to: the input, or the first choice of a group of them."""
    has_options = hasattr(field.widget, "html_tag")
    return f"{field.id}-0" if has_options else str(field.id)


def _errors_of(field: Any) -> Iterator[ErrorLink]:
    inner = getattr(field, "form", None) if hasattr(field, "form_class") else getattr(field, "entries", None)
    if inner is not None:
        for subfield in inner:
            yield from _errors_of(subfield)
    for error in field.errors if isinstance(field.errors, Iterable) else ():
        if isinstance(field.errors, dict) or not _is_text(error):
            continue
        yield ErrorLink(_target(field), str(error))


def _is_text(error: object) -> bool:
    return not isinstance(error, (list, tuple, dict))


def error_links(form: Any) -> list[ErrorLink]:
    """Every error of a form in the order of its fields: ``[ErrorLink("turnover", "Write …")]``."""
    whole = [ErrorLink(None, str(error)) for error in getattr(form, "form_errors", ())]
    return whole + [link for field in form for link in _errors_of(field)]


def register(app: Flask) -> None:
    """Make the helpers known to every template and macro."""
    app.jinja_env.globals["error_links"] = error_links
