"""Access is decided here for every view, page or JSON (I4): ``@requires`` or ``@public``, nothing else.

A write runs in one transaction around the whole view, so that the act, its audit events, its outbox
entries and the answer to a repeated request are stored together or not at all. An answer of 400 or
more rolls everything back.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from flask import Response, current_app, g, make_response, redirect, request, url_for
from flask_login import current_user

from core import policy
from core.db import db, expecting_version, react_to_refusal, unit_of_work
from core.errors import DomainError, NotAllowed, NotFound
from core.i18n import lazy_gettext as _l
from core.identity import queries
from core.identity.mandates import Mandate
from core.web import once

View = Callable[..., Any]
Loader = Callable[..., Any]

#: The permission of views that anybody may use.
PUBLIC = "public"
#: The permission of views that anybody who has logged in may use, about themselves only.
SELF = "self"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class NotLoggedIn(DomainError):
    """The view needs to know who asks."""

    status = 401


class Changed(DomainError):
    """``If-Match`` names another version than the stored one."""

    status = 412


class _Abandoned(Exception):
    """Carries an answer of 400 or more out of the transaction it undoes."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def current_mandate() -> Mandate | None:
    """In whose name this request is made; ``None`` for an anonymous one."""
    if "mandate" not in g:
        g.mandate = _mandate_of_token() if once.is_api() else _mandate_of_session()
        db.session().info["actor"] = g.mandate
        if g.mandate is not None:
            g.person_language = g.mandate.language
    mandate: Mandate | None = g.mandate
    return mandate


def _mandate_of_token() -> Mandate | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    row = queries.live_api_token(token.strip())
    return Mandate.of(row.holding) if row else None


def _mandate_of_session() -> Mandate | None:
    if not current_user.is_authenticated or current_user.waits_for_second_factor:
        return None
    holding = current_user.holding
    return Mandate.of(holding) if holding else None


def mandate() -> Mandate:
    """The mandate of a view that requires one."""
    found = current_mandate()
    if found is None:
        raise _not_logged_in()
    return found


def _not_logged_in() -> NotLoggedIn:
    return NotLoggedIn(
        _l("Log in to see this page."),
        rule="I4",
        next_step=_l("Log in, or send a valid bearer token."),
    )


def requires(permission: StrEnum, on: Loader | None = None) -> Callable[[View], View]:
    """The view may be used by a mandate that the permission's rule allows.

    :param on: loads the object from the words of the address; the view gets the object instead of them.
        ``None`` from the loader is answered with 404.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(**words: Any) -> Any:
            actor = current_mandate()
            if actor is None:
                return _send_to_login()
            if on is None:
                _check(actor, permission)
                return _answer(functools.partial(view, **words), actor)
            subject = on(**words)
            if subject is None and not words:  # a page about one's own thing, and there is none
                policy.refuse()
            if subject is None:
                raise NotFound(
                    _l("There is no such page or record."), rule="not-found", next_step=_l("Check the address.")
                )
            _check(actor, permission, subject)
            return _answer(functools.partial(view, subject), actor, subject)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _check(actor: Mandate, permission: StrEnum, subject: Any = None) -> None:
    """Ask the policy; who tried a door that is not theirs stands in the audit trail (I2, R114)."""
    try:
        policy.check(actor, permission, subject)
    except NotAllowed as refusal:
        db.session().info["act"] = f"{request.method} {request.url_rule}"
        react_to_refusal(refusal)
        raise


def public(view: View) -> View:
    """Anybody may use the view, without logging in."""

    @functools.wraps(view)
    def guarded(**words: Any) -> Any:
        return _answer(functools.partial(view, **words), current_mandate())

    guarded.permission = PUBLIC  # type: ignore[attr-defined]
    return guarded


def logged_in(view: View) -> View:
    """Anybody who has logged in may use the view; it shows and changes their own account only."""

    @functools.wraps(view)
    def guarded(**words: Any) -> Any:
        if not current_user.is_authenticated:
            return _send_to_login()
        return _answer(functools.partial(view, **words), current_mandate())

    guarded.permission = SELF  # type: ignore[attr-defined]
    return guarded


def commits_itself(view: View) -> View:
    """The view's verb keeps something also when it refuses (a failed log-in); it has its own transactions."""
    view.commits_itself = True  # type: ignore[attr-defined]
    return view


def _send_to_login() -> Any:
    if once.is_api():
        raise _not_logged_in()
    if current_user.is_authenticated and current_user.waits_for_second_factor:
        return redirect(url_for("identity.second_factor"))
    if current_user.is_authenticated:
        return redirect(url_for("identity.account"))
    target = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
    return redirect(url_for("identity.log_in", next=target))


@contextmanager
def _matching(subject: Any) -> Iterator[None]:
    """Refuse at once, and again under the row's lock, if ``If-Match`` names another version than the stored one."""
    expected = request.headers.get("If-Match", "").strip('"')
    if not expected or expected == "*" or not hasattr(subject, "version"):
        yield
        return
    changed = Changed(
        _l("Someone else has changed this."),
        rule="If-Match",
        field="If-Match",
        next_step=_l("Read the newest version and decide again."),
    )
    if expected != str(subject.version):
        raise changed
    with expecting_version(subject, expected, changed):
        yield


def _answer(view: Callable[[], Any], actor: Mandate | None, subject: Any = None) -> Any:
    if request.method in SAFE_METHODS or getattr(view.func, "commits_itself", False):  # type: ignore[attr-defined]
        with _matching(subject):
            return _with_version(make_response(view()), subject)
    db.session().info["act"] = f"{request.method} {request.url_rule}"
    key = once.request_key(actor.holding_id if actor else request.remote_addr)
    try:
        with unit_of_work():
            stored = once.claim(key) if key else None
            if stored is not None:
                return stored
            with _matching(subject):
                response = make_response(view())
            if response.status_code >= 400:
                raise _Abandoned(response)
            db.session.flush()
            _with_version(response, subject)
            if key:
                once.remember(key, response)
            return response
    except _Abandoned as abandoned:
        refusal: DomainError | None = g.pop("refusal", None)
        if refusal is not None:
            react_to_refusal(refusal)
        return abandoned.response


def _with_version(response: Response, subject: Any) -> Response:
    if once.is_api() and getattr(subject, "version", None) is not None and "ETag" not in response.headers:
        response.headers["ETag"] = f'"{subject.version}"'
    return response


def endpoint_permissions() -> dict[str, Any]:
    """Every endpoint with the permission its view names; ``None`` where it names none."""
    return {endpoint: getattr(view, "permission", None) for endpoint, view in current_app.view_functions.items()}
