"""Logging in and out, one's own account, and the administrator's pages for people and roles."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

import pyotp
import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from markupsafe import Markup

from core import clock
from core.i18n import gettext as _
from core.identity import login, queries, service
from core.identity.forms import (
    AskPasswordForm,
    AuthorityForm,
    CodeForm,
    CompetenceForm,
    EmptyForm,
    LanguageForm,
    LogInForm,
    NewPasswordForm,
    PersonForm,
    RoleForm,
)
from core.identity.models import OrganisationKind, Role, TokenPurpose
from core.identity.policy import Permission
from core.web import nav
from core.web.access import SAFE_METHODS, commits_itself, current_mandate, logged_in, mandate, public, requires
from core.web.options import options
from core.web.submitting import status_of, submitted

bp = Blueprint("identity", __name__)

PAGE_SIZE = 50


def _home() -> str:
    actor = current_mandate()
    return nav.HOMES[actor.role] if actor else url_for("identity.account")


def _local(target: str | None) -> str | None:
    """A target inside this site, or nothing: a link must not send people elsewhere after logging in."""
    if not target:
        return None
    plain = target.replace("\\", "/")
    parts = urlsplit(plain)
    is_ours = not parts.netloc and not parts.scheme and parts.path.startswith("/") and not plain.startswith("//")
    return target if is_ours else None


@bp.route("/login", methods=["GET", "POST"])
@public
@commits_itself
def log_in() -> Any:
    """Log in with address and password."""
    form = LogInForm()
    target = _local(request.args.get("next"))
    done = submitted(
        form, lambda: service.log_in(form.email.data, form.password.data, source=request.remote_addr or "")
    )
    if done:
        login.begin(done.token, second_factor=done.needs_second_factor)
        if done.needs_second_factor:
            session["next"] = target
            return redirect(url_for(".second_factor"))
        roles = queries.holdings_in_force(done.person.id, clock.helsinki_date(clock.now()))
        return redirect(target or (nav.HOMES[roles[0].role] if roles else url_for(".account")))
    return render_template("identity/log_in.html", form=form), status_of(form)


@bp.route("/second-factor", methods=["GET", "POST"])
@logged_in
@commits_itself
def second_factor() -> Any:
    """Enter the code of the second factor, or set it up where the authority requires it."""
    person = current_user.person
    if current_user.session.second_factor_at is not None:
        return redirect(_home())
    form = CodeForm()
    if person.sealed_totp_secret is not None:
        done = submitted(form, lambda: service.confirm_second_factor(current_user.session, form.code.data))
        if done:
            return _continue_with(done)
        return render_template("identity/second_factor.html", form=form), status_of(form)
    secret = session.get("new_totp") if request.method not in SAFE_METHODS else None
    if secret is None:
        secret = session["new_totp"] = session.get("new_totp") or pyotp.random_base32()
    done = submitted(form, lambda: service.set_second_factor(current_user.session, secret, form.code.data))
    if done:
        return _continue_with(done)
    address = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name="Avoin")
    picture = Markup(  # noqa: S704 - our own drawing
        segno.make(address).svg_inline(scale=5, omitsize=True, title=_("QR code of the secret"))
    )
    return (
        render_template("identity/set_second_factor.html", form=form, picture=picture, secret=secret),
        status_of(form),
    )


def _continue_with(token: str) -> Any:
    target = session.get("next")
    login.begin(token, second_factor=True)
    return redirect(target or url_for(".home"))


@bp.get("/home")
@logged_in
def home() -> Any:
    """The workspace of the present role."""
    return redirect(_home())


@bp.post("/logout")
@logged_in
def log_out() -> Any:
    """End this session."""
    service.log_out(current_user.session)
    logout_user()
    session.clear()
    flash(_("You have logged out."), "success")
    return redirect(url_for(".log_in"))


@bp.post("/logout-everywhere")
@logged_in
def log_out_everywhere() -> Any:
    """End the sessions of every device."""
    service.log_out_everywhere(current_user.person)
    logout_user()
    session.clear()
    flash(_("You have logged out on every device."), "success")
    return redirect(url_for(".log_in"))


@bp.get("/account")
@logged_in
def account() -> Any:
    """One's own account: roles, language, devices."""
    if current_user.waits_for_second_factor:
        return redirect(url_for(".second_factor"))
    now = clock.now()
    return render_template(
        "identity/account.html",
        person=current_user.person,
        roles=queries.holdings_in_force(current_user.person.id, clock.helsinki_date(now)),
        sessions=queries.open_sessions(current_user.person.id, now),
        language_form=LanguageForm(language=current_user.person.language),
        current_holding_id=current_user.session.holding_id,
    )


@bp.post("/account/language")
@logged_in
def change_language() -> Any:
    """Choose the language of pages and mails."""
    form = LanguageForm()
    if submitted(form, lambda: service.change_language(current_user.person, form.language.data)):
        flash(_("The language is saved."), "success")
    answer = redirect(url_for(".account"))
    answer.delete_cookie("lang")
    return answer


@bp.post("/account/role/<uuid:holding_id>")
@logged_in
def switch_role(holding_id: uuid.UUID) -> Any:
    """Act in another of one's own roles."""
    holding = queries.holding_in_force(holding_id)
    if holding is None or holding.person_id != current_user.person.id or current_user.waits_for_second_factor:
        flash(_("You do not hold this role."), "error")
        return redirect(url_for(".account"))
    token = service.switch_role(current_user.session, holding)
    login.begin(token, second_factor=bool(session.get("second_factor")))
    return redirect(nav.HOMES[holding.role])


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
def ask_new_password() -> Any:
    """Ask for a link; the answer does not tell whether the account exists."""
    form = AskPasswordForm()
    if submitted(form, lambda: service.ask_new_password(form.email.data)):
        return render_template("identity/link_sent.html")
    return render_template("identity/ask_new_password.html", form=form), status_of(form)


@bp.route("/new-password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Any:
    """Set a password by a mailed link; opening the page uses nothing up."""
    service.usable_token(token, TokenPurpose.PASSWORD_RESET, TokenPurpose.INVITATION)
    form = NewPasswordForm()
    if submitted(form, lambda: service.use_password_link(token, form.password.data)):
        flash(_("The password is set. Log in with it."), "success")
        return redirect(url_for(".log_in"))
    return render_template("identity/new_password.html", form=form), status_of(form)


@bp.route("/confirm-email/<token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> Any:
    """Confirm an address by a mailed link."""
    found = service.usable_token(token, TokenPurpose.EMAIL_CONFIRMATION)
    form = EmptyForm()
    if submitted(form, lambda: service.confirm_email(token)):
        flash(_("Your e-mail address is confirmed."), "success")
        return redirect(url_for(".log_in"))
    return render_template("identity/confirm_email.html", form=form, person=found.person), status_of(form)


# ---- administrator ----


@bp.get("/admin/people")
@requires(Permission.PEOPLE_MANAGE)
def people() -> Any:
    """Everybody with a log-in, and the roles they hold."""
    after = request.args.get("after", type=uuid.UUID)
    search = request.args.get("q", "").strip()[:100]
    rows = list(queries.people_page(after, search, PAGE_SIZE))
    more = rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None
    rows = rows[:PAGE_SIZE]
    return render_template(
        "identity/people.html",
        people=rows,
        roles=queries.holdings_of([row.id for row in rows]),
        search=search,
        more=more,
        today=clock.helsinki_date(clock.now()),
    )


@bp.route("/admin/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def add_person() -> Any:
    """Add a person; they get a link to set a password."""
    form = PersonForm()

    def add() -> Any:
        person = service.add_person(form.email.data, form.name.data, form.language.data, by=mandate())
        service.send_link(person, TokenPurpose.INVITATION)
        return person

    if person := submitted(form, add):
        flash(_("The person is added and has been sent a link."), "success")
        return redirect(url_for(".show_person", person_id=person.id))
    return render_template("identity/person_form.html", form=form), status_of(form)


def _role_form() -> RoleForm:
    form = RoleForm()
    form.organisation.choices = options(
        (row.id, row.name) for row in queries.organisations(OrganisationKind.AUTHORITY, OrganisationKind.OPERATOR)
    )
    form.role.choices = options((role.value, role.title) for role in Role if role is not Role.PROVIDER)
    return form


@bp.get("/admin/people/<uuid:person_id>")
@requires(Permission.PEOPLE_MANAGE, on=queries.person)
def show_person(person: Any) -> Any:
    """One person: roles, account, second factor."""
    return render_template("identity/person.html", **_person_page(person, _role_form()))


def _person_page(person: Any, form: RoleForm) -> dict[str, Any]:
    return {
        "person": person,
        "roles": queries.holdings_of([person.id])[person.id],
        "form": form,
        "today": clock.helsinki_date(clock.now()),
    }


@bp.post("/admin/people/<uuid:person_id>/roles")
@requires(Permission.PEOPLE_MANAGE, on=queries.person)
def give_role(person: Any) -> Any:
    """Give a role from a day to a day."""
    form = _role_form()

    def give() -> Any:
        organisation = queries.organisation(uuid.UUID(form.organisation.data))
        assert organisation is not None  # the form offers only those there are
        return service.give_role(
            person,
            organisation,
            Role(form.role.data),
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            by=mandate(),
        )

    if submitted(form, give):
        flash(_("The role is given."), "success")
        return redirect(url_for(".show_person", person_id=person.id))
    return render_template("identity/person.html", **_person_page(person, form)), status_of(form)


@bp.post("/admin/roles/<uuid:holding_id>/end")
@requires(Permission.PEOPLE_MANAGE, on=queries.holding)
def end_role(holding: Any) -> Any:
    """End a role at once."""
    service.end_role(holding, by=mandate())
    flash(_("The role has ended."), "success")
    return redirect(url_for(".show_person", person_id=holding.person_id))


@bp.post("/admin/people/<uuid:person_id>/close")
@requires(Permission.PEOPLE_MANAGE, on=queries.person)
def close_account(person: Any) -> Any:
    """Close an account; every session of it ends."""
    service.set_active(person, False, by=mandate())
    flash(_("The account is closed."), "success")
    return redirect(url_for(".show_person", person_id=person.id))


@bp.post("/admin/people/<uuid:person_id>/open")
@requires(Permission.PEOPLE_MANAGE, on=queries.person)
def open_account(person: Any) -> Any:
    """Open a closed account again."""
    service.set_active(person, True, by=mandate())
    flash(_("The account is open."), "success")
    return redirect(url_for(".show_person", person_id=person.id))


@bp.post("/admin/people/<uuid:person_id>/reset-second-factor")
@requires(Permission.PEOPLE_MANAGE, on=queries.person)
def reset_second_factor(person: Any) -> Any:
    """Remove a lost second factor."""
    service.reset_second_factor(person, by=mandate())
    flash(_("The second factor is removed. The person sets a new one at the next log-in."), "success")
    return redirect(url_for(".show_person", person_id=person.id))


@bp.get("/admin/authorities")
@requires(Permission.PEOPLE_MANAGE)
def authorities() -> Any:
    """The contracting authorities of this installation."""
    return _authorities()


def _authorities(changed: Any = None, sent: CompetenceForm | None = None) -> str:
    rows = [
        (
            row,
            AuthorityForm(formdata=None, second_factor_required=row.second_factor_required),
            sent if sent and row is changed else CompetenceForm(formdata=None, prefix=f"c{row.id}-", obj=row),
        )
        for row in queries.authorities()
    ]
    return render_template("identity/authorities.html", rows=rows)


@bp.post("/admin/authorities/<uuid:authority_id>/competence")
@requires(Permission.PEOPLE_MANAGE, on=queries.authority)
def state_competence(authority: Any) -> Any:
    """State the rule on which the decision makers' power rests."""
    form = CompetenceForm(prefix=f"c{authority.id}-")
    if submitted(form, lambda: service.state_competence(authority, form.competence.data, by=mandate())):
        flash(_("The rule is saved. It stands in the next decisions."), "success")
        return redirect(url_for(".authorities"))
    return _authorities(authority, form), 422


@bp.post("/admin/authorities/<uuid:authority_id>/second-factor")
@requires(Permission.PEOPLE_MANAGE, on=queries.authority)
def set_second_factor_rule(authority: Any) -> Any:
    """Switch the second factor on or off for an authority's staff."""
    form = AuthorityForm()
    required = form.second_factor_required.data
    if submitted(form, lambda: service.require_second_factor(authority, bool(required), by=mandate())):
        flash(_("Saved."), "success")
    return redirect(url_for(".authorities"))


def init_nav() -> None:
    """The administrator's pages in the bar."""
    from core.i18n import lazy_gettext as _l

    nav.add("identity.people", _l("People and roles"), Role.ADMIN, order=10)
    nav.add("identity.authorities", _l("Authorities"), Role.ADMIN, order=20)
