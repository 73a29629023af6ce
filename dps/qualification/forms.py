"""What a provider answers, and what it encloses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.qualification.models import PARTY_ROLE_TITLES, PartyRole
from dps.qualification.parties import PartyDetails
from dps.qualification.rules import ANSWER_LENGTH
from dps.qualification.service.drafting import Content
from dps.systems.forms import CheckBoxes
from dps.systems.models import Category, Requirement, RequirementKind
from suppliers.criteria import EXCLUSION
from suppliers.forms import COUNTRIES, SCHEMES
from suppliers.models import Document, IdentifierScheme
from suppliers.rules import MAX_WORDS

#: Longest reason for a business secret.
SECRET_LENGTH = 1000


def selection_of(category: Category) -> list[Requirement]:
    """The suitability requirements, in order."""
    return [each for each in category.requirements if each.kind is RequirementKind.SELECTION]


class ApplicationForm(FlaskForm):
    """One text for each suitability requirement, with its documents and secrets; made by ``application_form``."""

    def answers(self) -> dict[str, str]:
        """What was written, by the requirement's code."""
        return {code: self._fields[code].data or "" for code in self.codes()}

    def secrets(self) -> dict[str, str]:
        """Why an answer is secret, by the requirement's code."""
        return {code: reason for code in self.codes() if (reason := self._fields[f"secret-{code}"].data or "")}

    def documents(self, vault: Iterable[Document]) -> dict[str, list[Document]]:
        """The chosen documents by the requirement's code."""
        known = {str(each.id): each for each in vault}
        return {
            code: [known[key] for key in field.data or () if key in known]
            for code in self.codes()
            if (field := self._fields.get(f"documents-{code}")) is not None and field.data
        }

    def codes(self) -> list[str]:
        return [name.removeprefix("secret-") for name in self._fields if name.startswith("secret-")]


def application_form(
    category: Category, content: Content, vault: Sequence[Document], *, is_draft: bool = False
) -> ApplicationForm:
    """The form of a category, filled with what is there; a field is named by the requirement's code.

    A draft may be saved with gaps; an application may not be sent with them.
    """
    fields: dict[str, Any] = {}
    first = Optional() if is_draft else DataRequired(_("Describe how you meet the requirement"))
    choices = options((each.id, each.title) for each in vault)
    for requirement in selection_of(category):
        code = requirement.code
        fields[code] = TextAreaField(
            localized(requirement, "text"),
            [first, Length(max=ANSWER_LENGTH), no_nul, no_identity_code],
            description=localized(requirement, "evidence"),
            default=content.answers.get(code, ""),
        )
        if vault:
            fields[f"documents-{code}"] = CheckBoxes(
                _("Documents to this requirement"),
                [Optional()],
                choices=choices,
                default=content.documents.get(code, []),
            )
        fields[f"secret-{code}"] = StringField(
            _("Business secret in this answer: which part, and why"),
            [Optional(), Length(max=SECRET_LENGTH), no_nul, no_identity_code],
            default=content.secrets.get(code, ""),
            description=_("The city decides in the end what is secret. Marking everything has no effect."),
        )
    fields["confirmed"] = BooleanField(
        _("I have read everything that was filled in from earlier, and it is still true"), [Optional()]
    )
    form: ApplicationForm = type("FilledApplicationForm", (ApplicationForm,), fields)()
    return form


class ProposalForm(FlaskForm):
    summary = TextAreaField(
        _l("Reasons of the decision"),
        [DataRequired(_l("Write the reasons")), Length(max=5000), no_nul, no_identity_code],
        description=_l("The text goes into the decision as it is. No personal identity codes."),
    )


YES_NO = options([("no", _l("No, this does not concern it")), ("yes", _l("Yes, this concerns it"))])


class PartyForm(FlaskForm):
    """Another operator of the application, with its own declaration; made by ``party_form``."""

    role = RadioField(
        _l("What is it in your application?"),
        [InputRequired(_l("Choose what the operator is"))],
        choices=options((role, PARTY_ROLE_TITLES[role]) for role in PartyRole),
    )
    name = StringField(
        _l("Name of the operator"),
        [DataRequired(_l("Enter the name of the operator.")), Length(max=200), no_nul, no_identity_code],
    )
    scheme = SelectField(_l("What names the operator"), choices=options(SCHEMES), default=SCHEMES[0][0])
    country = SelectField(_l("Country"), choices=options((code, code) for code in COUNTRIES), default="FI")
    number = StringField(
        _l("Business ID or registration number"),
        [DataRequired(_l("Enter the number, for example 1234567-1")), Length(max=40), no_nul],
    )
    task = TextAreaField(
        _l("What does it do in the service?"),
        [DataRequired(_l("Write what the operator does in the service.")), Length(max=1000), no_nul, no_identity_code],
    )
    relied_on_for = SelectField(_l("Requirement for which it is relied on"), [Optional()])
    performs_service = BooleanField(
        _l("The operator performs the service itself"),
        description=_l("The qualifications of its staff count only if it does."),
    )
    file = FileField(
        _l("Its own declaration as an ESPD file (XML)"),
        [Optional()],
        description=_l("The file answers the grounds below. Without it, answer them here."),
    )

    def details(self) -> PartyDetails:
        """What was written; the grounds that were left open are left out."""
        grounds = {
            name.removeprefix("ground-"): {
                "applies": field.data == "yes",
                "explanation": (self._fields[name.replace("ground-", "words-", 1)].data or "").strip(),
            }
            for name, field in self._fields.items()
            if name.startswith("ground-") and field.data in ("yes", "no")
        }
        return PartyDetails(
            role=PartyRole(self.role.data),
            name=self.name.data or "",
            scheme=IdentifierScheme(self.scheme.data),
            country=self.country.data,
            number=self.number.data or "",
            task=self.task.data or "",
            relied_on_for=self.relied_on_for.data or None,
            performs_service=bool(self.performs_service.data),
            grounds=grounds,
        )


def ground_fields(category: Category) -> Mapping[str, Any]:
    """A yes or no and an explanation for every exclusion ground of the category."""
    fields: dict[str, Any] = {}
    for requirement in category.requirements:
        if requirement.kind is not RequirementKind.EXCLUSION:
            continue
        criterion = EXCLUSION[requirement.code]
        fields[f"ground-{requirement.code}"] = RadioField(
            criterion.title, [Optional()], choices=YES_NO, description=criterion.description
        )
        fields[f"words-{requirement.code}"] = TextAreaField(
            _("If yes: what happened, when, and what has been done since?"),
            [Optional(), Length(max=MAX_WORDS), no_nul, no_identity_code],
        )
    return fields


def party_form(category: Category) -> PartyForm:
    """The form for another operator in an application to the category."""
    fields = dict(ground_fields(category))
    fields["relied_on_for"] = SelectField(
        _("Requirement for which it is relied on"),
        [Optional()],
        choices=options([("", _("None"))] + [(each.code, localized(each, "text")) for each in selection_of(category)]),
    )
    form: PartyForm = type("FilledPartyForm", (PartyForm,), fields)()
    return form
