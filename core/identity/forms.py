"""What a person may type about themselves and, as an administrator, about others."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length, Optional

from core.i18n import LANGUAGES
from core.i18n import lazy_gettext as _l
from core.identity.passwords import MAX_LENGTH, MIN_LENGTH
from core.web.options import options
from core.web.text_checks import no_nul

EMAIL_CHECKS = [
    DataRequired(_l("Enter an e-mail address, like name@company.example")),
    Length(max=200),
    Email(_l("Enter an e-mail address, like name@company.example"), check_deliverability=False),
]


class LogInForm(FlaskForm):
    email = StringField(_l("E-mail address"), EMAIL_CHECKS, render_kw={"autocomplete": "username", "type": "email"})
    password = PasswordField(
        _l("Password"),
        [DataRequired(_l("Enter your password")), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class AskPasswordForm(FlaskForm):
    email = StringField(_l("E-mail address"), EMAIL_CHECKS, render_kw={"autocomplete": "username", "type": "email"})


class NewPasswordForm(FlaskForm):
    password = PasswordField(
        _l("New password"),
        [DataRequired(_l("Enter a new password")), Length(max=MAX_LENGTH)],
        description=_l("At least %(count)s characters, for example four words.", count=MIN_LENGTH),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [EqualTo("password", _l("Write the same password in both fields"))],
        render_kw={"autocomplete": "new-password"},
    )


class CodeForm(FlaskForm):
    code = StringField(
        _l("Code from your application"),
        [DataRequired(_l("Enter the 6 digits")), Length(max=12)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class LanguageForm(FlaskForm):
    language = SelectField(_l("Language"), choices=options(LANGUAGES.items()))


class EmptyForm(FlaskForm):
    """A form of one button."""


class PersonForm(FlaskForm):
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name")), Length(max=200)])
    email = StringField(_l("E-mail address"), EMAIL_CHECKS, render_kw={"type": "email"})
    language = SelectField(_l("Language"), choices=options(LANGUAGES.items()))


class RoleForm(FlaskForm):
    organisation = SelectField(_l("Organisation"), [InputRequired(_l("Choose the organisation"))])
    role = SelectField(_l("Role"), [InputRequired(_l("Choose the role"))])
    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])
    ends_on = DateField(_l("Last day"), [Optional()])


class AuthorityForm(FlaskForm):
    second_factor_required = BooleanField(_l("Staff log in with a second factor"))


class CompetenceForm(FlaskForm):
    competence = StringField(
        _l("Rule on which the decision makers' power rests"),
        [DataRequired(_l("Write the rule and its section")), Length(max=300), no_nul],
        description=_l("It stands in every decision, for example: administrative rules, section 24."),
    )
