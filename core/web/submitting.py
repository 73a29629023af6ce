"""Forms and verbs: a refusal by a verb is shown at the field it names, and what was written stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from flask_wtf import FlaskForm

from core.db import db
from core.errors import DomainError, NotAllowed, NotFound
from core.web import far_days


def submitted(form: FlaskForm, verb: Callable[[], Any]) -> Any:
    """Run ``verb`` when the form was sent and is valid; its result (or ``True``), else ``None``.

    After a refusal the form carries the message at the field that the error names, or on top.

        if done := submitted(form, lambda: service.add(form.name.data, by=mandate())):
            return redirect(...)
        return render_template("…", form=form), status_of(form)
    """
    if not form.validate_on_submit() or far_days.refuse_in(form):
        return None
    try:
        result = verb()
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        db.session.rollback()
        g.refusal = error
        _show(form, error)
        return None
    return True if result is None else result


def _show(form: FlaskForm, error: DomainError) -> None:
    text = f"{error.message} {error.next_step}" if error.next_step else str(error.message)
    field = form._fields.get(error.field) if error.field else None
    if field is None:
        form.form_errors = [*form.form_errors, text]
    else:
        field.errors = [*field.errors, text]


def status_of(form: FlaskForm) -> int:
    """422 for a form that was sent and not accepted, else 200."""
    return 422 if form.is_submitted() else 200
