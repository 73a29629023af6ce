"""What a company may type about itself."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from core.i18n import LANGUAGES
from core.i18n import lazy_gettext as _l
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from suppliers.criteria import EXCLUSION, SELECTION
from suppliers.models import DOCUMENT_KIND_TITLES, IdentifierScheme
from suppliers.rules import MAX_WORDS

SCHEMES = [
    (IdentifierScheme.FI_BUSINESS_ID.value, _l("Finnish business ID")),
    (IdentifierScheme.VAT_NUMBER.value, _l("VAT number of another EU country")),
    (IdentifierScheme.FOREIGN_REGISTRATION.value, _l("Registration number of another country")),
]

#: Countries whose operators register most often; any other by its code.
COUNTRIES = [
    "FI",
    "SE",
    "EE",
    "NO",
    "DK",
    "DE",
    "LV",
    "LT",
    "PL",
    "NL",
    "BE",
    "FR",
    "ES",
    "IT",
    "IE",
    "AT",
    "CZ",
    "SK",
    "HU",
    "RO",
    "BG",
    "GR",
    "HR",
    "SI",
    "PT",
    "LU",
    "MT",
    "CY",
    "IS",
    "GB",
    "US",
]

_EMAIL = Email(_l("Enter an e-mail address, like name@company.example"), check_deliverability=False)


def _texts(message: Any, longest: int = 200) -> list[Any]:
    return [DataRequired(message), Length(max=longest), no_nul, no_identity_code]


class CompanyForm(FlaskForm):
    """A company that registers, by somebody who has logged in."""

    scheme = RadioField(_l("What names the company"), choices=options(SCHEMES), default=SCHEMES[0][0])
    country = SelectField(_l("Country"), choices=options((code, code) for code in COUNTRIES), default="FI")
    number = StringField(
        _l("Business ID or registration number"),
        [DataRequired(_l("Enter the number, for example 1234567-1")), Length(max=40), no_nul],
        description=_l("A Finnish business ID has 7 digits, a hyphen and a check digit, for example 1234567-1."),
    )
    name = StringField(_l("Name of the company"), _texts(_l("Enter the name of the company")))
    is_sole_trader = BooleanField(_l("Sole trader"))
    street = StringField(_l("Street address"), _texts(_l("Enter the street address")))
    postal_code = StringField(_l("Postal code"), _texts(_l("Enter the postal code"), 20))
    city = StringField(_l("Town or city"), _texts(_l("Enter the town or city")))
    language = SelectField(_l("Language of letters and messages"), choices=options(LANGUAGES.items()), default="fi")
    basis = TextAreaField(
        _l("Why may you act for the company?"),
        [DataRequired(_l("Write why you may act for the company")), Length(max=500), no_nul, no_identity_code],
        description=_l(
            "For example: managing director in the trade register, or power of attorney of 1 March 2026. "
            "An official checks this before your first application."
        ),
    )


class RegisterForm(CompanyForm):
    """A company that registers together with its first person."""

    person_name = StringField(_l("Your name"), _texts(_l("Enter your name")))
    person_email = StringField(
        _l("Your e-mail address"),
        [DataRequired(_l("Enter your e-mail address")), Length(max=200), _EMAIL],
        render_kw={"type": "email", "autocomplete": "email"},
    )


class ContactForm(FlaskForm):
    """Where the company is reached."""

    street = StringField(_l("Street address"), _texts(_l("Enter the street address")))
    postal_code = StringField(_l("Postal code"), _texts(_l("Enter the postal code"), 20))
    city = StringField(_l("Town or city"), _texts(_l("Enter the town or city")))
    emails = TextAreaField(
        _l("E-mail addresses for decisions and orders"),
        [DataRequired(_l("Enter at least one e-mail address")), Length(max=2000), no_nul],
        description=_l("One on each line. The first one is the address to which decisions are served."),
    )
    language = SelectField(_l("Language of letters and messages"), choices=options(LANGUAGES.items()))

    def validate_emails(self, field: Any) -> None:
        """Each line is an address."""
        for line in self.addresses():
            _EMAIL(self, type("Line", (), {"data": line, "gettext": field.gettext})())

    def addresses(self) -> list[str]:
        return [line.strip() for line in (self.emails.data or "").splitlines() if line.strip()]


class ImportForm(FlaskForm):
    file = FileField(
        _l("ESPD file (XML)"),
        [FileRequired(_l("Choose the ESPD file"))],
        description=_l("The answer (ESPD Response) of your own company, at most 5 MB."),
    )


class NoteForm(FlaskForm):
    note = TextAreaField(_l("What did you look at?"), [Optional(), Length(max=1000), no_nul, no_identity_code])


YES_NO_GROUND = options([("no", _l("No, this does not concern us")), ("yes", _l("Yes, this concerns us"))])
YES_NO_FULFILLED = options([("yes", _l("Yes, we fulfil this")), ("no", _l("No, or only in part"))])


def declaration_form(answers: dict[str, Any], **values: Any) -> FlaskForm:
    """A form with one question and one text for each criterion, filled from ``answers``."""

    class DeclarationForm(FlaskForm):
        """The guided self-declaration."""

    data: dict[str, Any] = {}
    for code, criterion in EXCLUSION.items():
        given = answers["exclusion"].get(code)
        data[f"x-{code}"] = None if given is None else ("yes" if given["applies"] else "no")
        data[f"x-{code}-words"] = given["explanation"] if given else ""
        _question(
            DeclarationForm,
            f"x-{code}",
            criterion,
            YES_NO_GROUND,
            _l("If yes: what happened, when, and what have you done since?"),
        )
    for code, criterion in SELECTION.items():
        given = answers["selection"].get(code)
        data[f"s-{code}"] = None if given is None else ("yes" if given["fulfilled"] else "no")
        data[f"s-{code}-words"] = given["description"] if given else ""
        _question(DeclarationForm, f"s-{code}", criterion, YES_NO_FULFILLED, _l("Describe briefly"))
    return DeclarationForm(data=data, **values)


def _question(form: type, name: str, criterion: Any, choices: Any, words: Any) -> None:
    setattr(
        form,
        name,
        RadioField(criterion.title, [Optional()], description=criterion.description, choices=choices),
    )
    setattr(form, f"{name}-words", TextAreaField(words, [Optional(), Length(max=MAX_WORDS), no_nul, no_identity_code]))


def answers_of(form: FlaskForm) -> dict[str, Any]:
    """The answers of the guided form in the shape of ``Declaration.answers``; open questions are left out."""
    answers: dict[str, Any] = {"exclusion": {}, "selection": {}}
    for code in EXCLUSION:
        if (chosen := form[f"x-{code}"].data) in ("yes", "no"):
            answers["exclusion"][code] = {
                "applies": chosen == "yes",
                "explanation": (form[f"x-{code}-words"].data or "").strip(),
            }
    for code in SELECTION:
        if (chosen := form[f"s-{code}"].data) in ("yes", "no"):
            answers["selection"][code] = {
                "fulfilled": chosen == "yes",
                "description": (form[f"s-{code}-words"].data or "").strip(),
            }
    return answers


class DocumentForm(FlaskForm):
    """A document for the vault. There is no kind for criminal-record extracts, on purpose (R67)."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file"))],
        description=_l("PDF, picture, Word, Excel or OpenDocument file. Never an extract from the criminal record."),
    )
    kind = SelectField(
        _l("What is it?"),
        [InputRequired(_l("Choose what the document is"))],
        choices=options([("", _l("Choose"))] + [(kind.value, title) for kind, title in DOCUMENT_KIND_TITLES.items()]),
    )
    title = StringField(
        _l("Name of the document"),
        [DataRequired(_l("Write a name by which the official knows it")), Length(max=200), no_identity_code, no_nul],
    )
    issued_on = DateField(_l("Day of issue"), [InputRequired(_l("Enter the day of issue"))])
    expires_on = DateField(_l("Last day in force"), [Optional()])
    secret_reason = TextAreaField(
        _l("Business secrets in it, and why they are secret"),
        [Optional(), Length(max=1000), no_identity_code, no_nul],
        description=_l("Name the part, such as a page. The city decides in the end what is secret."),
    )
