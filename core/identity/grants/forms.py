"""What is asked of who proposes, refuses and looks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import DateField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.grants.models import SCOPE_KIND_TITLES, TASK_TITLES, ScopeKind, Task
from core.identity.grants.queries import UsesWanted
from core.identity.grants.service import GrantDetails
from core.identity.models import Authority, Organisation, Person
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul


class AskForm(Form):
    """For what, and whose data it is: the rest of the questions follow from it."""

    task = SelectField(_l("Task"), [InputRequired()], choices=options(TASK_TITLES.items()))
    owner = SelectField(_l("Whose data"), [InputRequired()])

    def offer_choices(self, authorities: Sequence[Authority]) -> AskForm:
        self.owner.choices = options((each.id, localized(each, "name")) for each in authorities)
        return self

    @property
    def asked(self) -> tuple[Task, uuid.UUID] | None:
        """The task and the owner, once both are chosen."""
        return (Task(self.task.data), uuid.UUID(self.owner.data)) if self.validate() else None


class ProposeForm(FlaskForm):
    scope = SelectField(_l("With what"), [InputRequired(_l("Choose what it reaches"))])
    person = SelectField(_l("Person of our authority"), [InputRequired(_l("Choose the person"))])
    purpose = TextAreaField(
        _l("What it is needed for"),
        [DataRequired(_l("Write what the access is needed for")), Length(max=1000), no_identity_code, no_nul],
    )
    first_day = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])
    last_day = DateField(_l("Last day"), [InputRequired(_l("Enter the last day"))])

    def offer_choices(
        self, things: Sequence[tuple[ScopeKind, uuid.UUID, str]], people: Sequence[Person]
    ) -> ProposeForm:
        self.scope.choices = options(
            (f"{kind}:{key}", f"{SCOPE_KIND_TITLES[kind]}: {title}") for kind, key, title in things
        )
        self.person.choices = options((each.id, each.name) for each in people)
        return self

    def details(self, task: Task, owner_id: uuid.UUID) -> GrantDetails:
        kind, _, key = self.scope.data.partition(":")
        return GrantDetails(
            person_id=uuid.UUID(self.person.data),
            owner_id=owner_id,
            task=task,
            scope_kind=ScopeKind(kind),
            scope_id=uuid.UUID(key),
            purpose=self.purpose.data,
            first_day=self.first_day.data,
            last_day=self.last_day.data,
        )


class RefuseForm(FlaskForm):
    reason = StringField(
        _l("Why the access is not given"),
        [DataRequired(_l("Write why the access is not given.")), Length(max=500), no_identity_code, no_nul],
    )


class UsesForm(Form):
    """Narrows the list of uses."""

    authority = SelectField(_l("Authority"), default="")
    task = SelectField(_l("Task"), default="", choices=options([("", _l("all")), *TASK_TITLES.items()]))

    def offer_choices(self, authorities: Sequence[Authority | Organisation]) -> UsesForm:
        names = [
            (each.id, localized(each, "name") if isinstance(each, Authority) else each.name) for each in authorities
        ]
        self.authority.choices = options([("", _l("all")), *names])
        return self

    def wanted(self) -> UsesWanted:
        """What was chosen; what is no choice counts as nothing."""
        if not self.validate():
            return UsesWanted()
        return UsesWanted(
            authority_id=uuid.UUID(self.authority.data) if self.authority.data else None,
            task=Task(self.task.data) if self.task.data else None,
        )
