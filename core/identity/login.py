"""Flask-Login over our own sessions: the cookie holds a random token, the database decides."""

from __future__ import annotations

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user

from core import clock
from core.identity import queries
from core.identity.models import LoginSession, RoleHolding


class SessionUser(UserMixin):
    """The person of a live login session."""

    def __init__(self, login_session: LoginSession, holding: RoleHolding | None, token: str) -> None:
        self.session = login_session
        #: The role acted in, if it is still in force.
        self.holding = holding
        self._token = token

    def get_id(self) -> str:
        return self._token

    @property
    def person(self):  # type: ignore[no-untyped-def]
        return self.session.person

    @property
    def waits_for_second_factor(self) -> bool:
        return bool(session.get("second_factor")) and self.session.second_factor_at is None


def begin(token: str, *, second_factor: bool) -> None:
    """Put a fresh session into a fresh cookie; whatever an anonymous visitor had in it is gone."""
    session.clear()
    found = queries.live_session(token)
    if found is not None:
        login_session, holding, _seen_at = found
        session["second_factor"] = second_factor
        login_user(SessionUser(login_session, holding, token))


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the token in the database is the protection

    @manager.user_loader
    def load(token: str) -> SessionUser | None:
        found = queries.live_session(token)
        if found is None:
            return None
        login_session, holding, seen_at = found
        clock.keep(seen_at)
        return SessionUser(login_session, holding, token)
