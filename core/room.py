"""Opening core itself: extensions, headers, errors, access, and core's own pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, has_request_context
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from core import commands, deployment, i18n, jobs, policy  # noqa: F401 - deployment is a table
from core.audit import reading
from core.audit import service as audit_service
from core.audit import views as audit_views
from core.config import Config
from core.db import db
from core.identity import login
from core.identity import policy as identity_policy
from core.identity import views as identity_views
from core.identity.grants import room as grants_room
from core.identity.models import Role
from core.jobs.desk import failed_jobs
from core.law import views as law_views
from core.mail import views as mail_views
from core.web import access, api, assets, components, errors, formatting, health, nav, once, security, workspaces
from core.web import policy as web_policy

csrf = CSRFProtect()

MAX_REQUEST = 16 * 1024 * 1024


def configure(app: Flask, config: Config) -> None:
    """Put our settings under Flask's names."""
    app.config.update(
        SECRET_KEY=config.secret_key,
        MASTER_KEY=config.master_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        REDIS_URL=config.redis_url,
        FILES_URL=config.files_url,
        MAIL_URL=config.mail_url,
        BASE_URL=config.base_url,
        HOME=config.home,
        IS_PRODUCTION=config.is_production,
        SHOW_MAILS=not config.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https://"),
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        TESTING=config.environment == "test",
        ARGON2_PARAMETERS={"time_cost": 1, "memory_cost": 1024, "parallelism": 1}
        if config.environment == "test"
        else {},
    )


@jobs.periodic("audit.seal_access_log", every=timedelta(minutes=1))
def seal_access_log() -> None:
    audit_service.seal_access_log()


@jobs.periodic("audit.checkpoint", every=timedelta(days=1))
def daily_checkpoint() -> None:
    audit_service.make_checkpoint()


def _context() -> dict[str, Any]:
    """What every template knows: who acts, where they can go, what they may do."""
    if not has_request_context():  # a mail written by a job or a command
        return {}
    actor = access.current_mandate()
    return {
        "mandate": actor,
        "nav": nav.items(actor) if actor else nav.public_items(),
        "footer_links": nav.footer_links(),
        "allowed": lambda permission, subject=None: policy.is_allowed(actor, permission, subject),
        "once_token": once.once_token,
        "home_url": nav.HOMES[actor.role] if actor else "/",
        "is_logged_in": current_user.is_authenticated,
    }


def init_app(app: Flask, config: Config) -> Any:
    """Open core; returns how rooms register their API blueprints."""
    configure(app, config)
    db.init_app(app)
    csrf.init_app(app)
    login.init_app(app)
    i18n.init_app(app)
    formatting.register(app)
    components.register(app)
    errors.init_app(app)
    security.init_app(app)
    reading.init_app(app)
    commands.init_app(app)
    policy.merge(identity_policy.RULES)
    policy.merge(web_policy.RULES)
    app.context_processor(_context)
    app.jinja_env.globals["once_token"] = once.once_token
    for blueprint in (
        assets.bp,
        health.bp,
        workspaces.bp,
        identity_views.bp,
        mail_views.bp,
        audit_views.bp,
        law_views.bp,
    ):
        app.register_blueprint(blueprint)
    workspaces.contribute(failed_jobs, Role.ADMIN)
    for module in (workspaces, identity_views, mail_views, audit_views):
        module.init_nav()
    for endpoint in ("static", "assets.bootstrap", "assets.htmx", "assets.swagger"):
        if endpoint in app.view_functions:
            app.view_functions[endpoint].permission = access.PUBLIC  # type: ignore[union-attr]
    register_api = api.init_app(app)

    def register(blueprint: Any) -> None:
        csrf.exempt(blueprint)
        register_api(blueprint)

    grants_room.init_app(app, register)

    @app.before_request
    def remember_person_language() -> None:
        access.current_mandate()

    return register
