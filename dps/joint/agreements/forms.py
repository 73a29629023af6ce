"""What coordinators and decision makers may type about agreements."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.models import Authority, Person
from core.web.fields import DecimalField
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.joint.agreements.details import (
    AgreementDetails,
    CostDetails,
    Names,
    PartyDetails,
    StageDetails,
    TaskDetails,
)
from dps.joint.agreements.models import AgreementVersion, GroupMember
from dps.joint.agreements.rules import MOST_ROWS
from dps.joint.stages import (
    APPROVAL_RULE_TITLES,
    APPROVED_STAGES,
    COST_BASIS_TITLES,
    COST_KIND_TITLES,
    GROUP_TITLES,
    STAGE_TITLES,
    ApprovalRule,
    CostBasis,
    CostKind,
    Group,
    Stage,
)
from dps.systems.models import SERVICE_TYPE_TITLES, ServiceType

CHECKS = [no_nul, no_identity_code]
NAME = [Optional(), Length(max=200), *CHECKS]
#: Rows that stand empty at the end of a list, and how many a new draft begins with.
SPARE_ROWS = 2
FIRST_ROWS = 4


def _words(field: Any) -> str:
    return (field.data or "").strip()


def _names(form: Any, name: str) -> Names:
    return Names(*(_words(form[f"{name}_{code}"]) for code in ("fi", "sv", "en")))


def _show_names(form: Any, name: str, names: Names) -> None:
    for code in ("fi", "sv", "en"):
        form[f"{name}_{code}"].data = getattr(names, code)


class Row(Form):
    """A row of a list; one whose name is left empty with all else is left out."""

    #: The fields that say whether somebody has written in the row.
    written: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        """Something stands in it, also what cannot be read."""
        return any(str(value).strip() for name in self.written for value in self[name].raw_data or [])

    def validate(self, extra_validators: Any = None) -> bool:
        return not self.is_written or super().validate(extra_validators)


class PartyRow(Row):
    """A party."""

    written = ("name_fi", "municipalities", "share", "cost_share", "person_years_min")

    key = HiddenField()
    name_fi = StringField(
        _l("Name in Finnish"), [InputRequired(_l("Enter the party's name")), Length(max=200), *CHECKS]
    )
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    authority = SelectField(_l("Authority that acts for it"), [InputRequired(_l("Choose the authority"))])
    kind = SelectField(
        _l("What the party is"),
        choices=options([("own", _l("The authority itself")), ("other", _l("A city the authority answers for"))]),
    )
    municipalities = StringField(
        _l("Municipalities whose customers are its own"),
        [InputRequired(_l("Write at least one municipality")), Length(max=500), *CHECKS],
        description=_l("Separated by commas: Kuopio, Siilinjärvi"),
    )
    share = DecimalField(
        _l("Share of resourcing, percent"), [InputRequired(_l("Enter the share")), NumberRange(0, 100)], places=2
    )
    person_years_min = DecimalField(
        _l("Least person-years"), [InputRequired(_l("Enter a number")), NumberRange(0, 9999)], places=2
    )
    cost_share = DecimalField(
        _l("Share of joint costs, percent"), [InputRequired(_l("Enter the share")), NumberRange(0, 100)], places=2
    )

    def details(self) -> PartyDetails:
        return PartyDetails(
            name=_names(self, "name"),
            authority_id=uuid.UUID(self.authority.data),
            is_own=self.kind.data == "own",
            municipalities=[each.strip() for each in _words(self.municipalities).split(",") if each.strip()],
            share=self.share.data,
            person_years_min=self.person_years_min.data,
            cost_share=self.cost_share.data,
            key=_words(self.key),
        )


class TaskRow(Row):
    """A task."""

    written = ("name_fi", "name_sv", "name_en")

    code = HiddenField()
    name_fi = StringField(_l("Name in Finnish"), [InputRequired(_l("Enter the task")), Length(max=200), *CHECKS])
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)


def _choices(titles: Any, first: Any) -> Any:
    return options([("", first), *((each.value, title) for each, title in titles.items())])


class CostRow(Row):
    """How a joint cost of one stage or service is shared, where it differs from the general rule."""

    written = ("kind",)

    kind = SelectField(_l("Joint cost"), choices=_choices(COST_KIND_TITLES, _l("No exception")))
    stage = SelectField(_l("Stage"), choices=_choices(STAGE_TITLES, _l("Every stage")))
    service = SelectField(_l("Service"), choices=_choices(SERVICE_TYPE_TITLES, _l("Every service")))
    basis = SelectField(
        _l("How it is shared"), choices=options((each.value, title) for each, title in COST_BASIS_TITLES.items())
    )


class _Terms(FlaskForm):
    """The parts that do not depend on the agreement."""

    name_fi = StringField(_l("Name in Finnish"), [InputRequired(_l("Enter the name")), Length(max=200), *CHECKS])
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])
    ends_on = DateField(_l("Last day"), [Optional()], description=_l("Empty: until further notice."))
    steering_name_fi = StringField(
        _l("Steering group in Finnish"), [InputRequired(_l("Enter the name")), Length(max=200), *CHECKS]
    )
    steering_name_sv = StringField(_l("Steering group in Swedish"), NAME)
    steering_name_en = StringField(_l("Steering group in English"), NAME)
    coordination_name_fi = StringField(
        _l("Coordination group in Finnish"), [InputRequired(_l("Enter the name")), Length(max=200), *CHECKS]
    )
    coordination_name_sv = StringField(_l("Coordination group in Swedish"), NAME)
    coordination_name_en = StringField(_l("Coordination group in English"), NAME)
    own_window_days = IntegerField(
        _l("Days for one's own customers"),
        [InputRequired(_l("Enter a number of days")), NumberRange(0, 365)],
        default=7,
        description=_l("So long the seats of a joint group are for the organising party's customers only."),
    )
    withdrawal_days = IntegerField(
        _l("Days from telling of a withdrawal to its end"),
        [InputRequired(_l("Enter a number of days")), NumberRange(0, 3650)],
        default=180,
    )
    withdrawal_terms = TextAreaField(
        _l("How a party withdraws"), [InputRequired(_l("Write how a party withdraws")), Length(max=5000), *CHECKS]
    )
    change_terms = TextAreaField(
        _l("How the agreement is changed"), [InputRequired(_l("Write how it is changed")), Length(max=5000), *CHECKS]
    )
    binds_running = BooleanField(_l("This version also binds procurements that are under way"))


class DraftForm(_Terms):
    """The whole of an agreement on one page, in the order of a paper one."""

    parties = FieldList(FormField(PartyRow), _l("Parties"), max_entries=MOST_ROWS)
    tasks = FieldList(FormField(TaskRow), _l("Tasks"), max_entries=MOST_ROWS)
    costs = FieldList(FormField(CostRow), _l("Exceptions"), max_entries=MOST_ROWS)

    def stage_fields(self) -> list[tuple[Any, Any, Any, Any]]:
        """For each stage that is approved: its title, rule, days and named person."""
        return [
            (STAGE_TITLES[stage], self[f"{stage}_rule"], self[f"{stage}_days"], self[f"{stage}_person"])
            for stage in APPROVED_STAGES
        ]

    def cost_fields(self) -> list[Any]:
        """The general rule of each joint cost."""
        return [self[f"{kind}_basis"] for kind in CostKind]

    def offer_choices(self, authorities: Sequence[Authority], staff: Iterable[Person]) -> DraftForm:
        """Offer the authorities there are, and the people who may approve a stage; keep empty rows at the end."""
        people = options([("", _l("Nobody by name")), *((each.id, each.name) for each in staff)])
        for stage in APPROVED_STAGES:
            self[f"{stage}_person"].choices = people
        for rows in (self.parties, self.tasks, self.costs):
            while not self.is_submitted() and len(rows) < self._room(rows):
                rows.append_entry()
        offered = options([("", _l("Choose")), *((each.id, localized(each, "name")) for each in authorities)])
        for row in self.parties:
            row.form.authority.choices = offered
        return self

    def _room(self, rows: FieldList) -> int:
        filled = len([row for row in rows if row.data.get("name_fi") or row.data.get("kind") in list(CostKind)])
        first = 1 if rows is self.costs else FIRST_ROWS
        return min(MOST_ROWS, max(first, filled + (1 if rows is self.costs else SPARE_ROWS)))

    def show(self, details: AgreementDetails) -> DraftForm:
        """Begin with what the draft says."""
        for name in ("starts_on", "ends_on", "own_window_days", "withdrawal_days", "withdrawal_terms"):
            self[name].data = getattr(details, name)
        self.change_terms.data, self.binds_running.data = details.change_terms, details.binds_running
        for name in ("name", "steering_name", "coordination_name"):
            _show_names(self, name, getattr(details, name))
        for party in details.parties:
            row = self.parties.append_entry().form
            _show_names(row, "name", party.name)
            row.key.data, row.authority.data = party.key, str(party.authority_id)
            row.kind.data, row.municipalities.data = "own" if party.is_own else "other", ", ".join(party.municipalities)
            row.share.data, row.cost_share.data = party.share, party.cost_share
            row.person_years_min.data = party.person_years_min
        for task in details.tasks:
            row = self.tasks.append_entry().form
            row.code.data = task.code
            _show_names(row, "name", task.name)
        for stage in details.stages:
            self[f"{stage.stage}_rule"].data, self[f"{stage.stage}_days"].data = stage.rule.value, stage.days
            self[f"{stage.stage}_person"].data = str(stage.named_person_id or "")
        for cost in details.costs:
            if cost.stage is None and cost.service_type is None:
                self[f"{cost.kind}_basis"].data = cost.basis.value
            else:
                row = self.costs.append_entry().form
                row.kind.data, row.basis.data = cost.kind.value, cost.basis.value
                row.stage.data, row.service.data = str(cost.stage or ""), str(cost.service_type or "")
        return self

    def details(self) -> AgreementDetails:
        """What the form says, as the verbs take it."""
        return AgreementDetails(
            name=_names(self, "name"),
            starts_on=self.starts_on.data,  # type: ignore[arg-type]
            ends_on=self.ends_on.data,
            steering_name=_names(self, "steering_name"),
            coordination_name=_names(self, "coordination_name"),
            own_window_days=self.own_window_days.data or 0,
            withdrawal_days=self.withdrawal_days.data or 0,
            withdrawal_terms=_words(self.withdrawal_terms),
            change_terms=_words(self.change_terms),
            binds_running=self.binds_running.data,
            parties=[row.form.details() for row in self.parties if row.form.is_written],
            tasks=[
                TaskDetails(_names(row.form, "name"), _words(row.form.code))
                for row in self.tasks
                if row.form.is_written
            ],
            stages=[self._stage(stage) for stage in APPROVED_STAGES if self[f"{stage}_rule"].data],
            costs=[*self._general_costs(), *self._exceptions()],
        )

    def _stage(self, stage: Stage) -> StageDetails:
        person = self[f"{stage}_person"].data
        rule = ApprovalRule(self[f"{stage}_rule"].data)
        return StageDetails(stage, rule, self[f"{stage}_days"].data, uuid.UUID(person) if person else None)

    def _general_costs(self) -> Iterable[CostDetails]:
        for kind in CostKind:
            if basis := self[f"{kind}_basis"].data:
                yield CostDetails(kind, CostBasis(basis))

    def _exceptions(self) -> Iterable[CostDetails]:
        for row in self.costs:
            if kind := row.form.kind.data:
                yield CostDetails(
                    CostKind(kind),
                    CostBasis(row.form.basis.data),
                    Stage(row.form.stage.data) if row.form.stage.data else None,
                    ServiceType(row.form.service.data) if row.form.service.data else None,
                )


for _stage in APPROVED_STAGES:
    setattr(
        DraftForm,
        f"{_stage}_rule",
        SelectField(_l("Who approves"), [Optional()], choices=_choices(APPROVAL_RULE_TITLES, _l("Not agreed yet"))),
    )
    setattr(
        DraftForm,
        f"{_stage}_days",
        IntegerField(_l("Days"), [InputRequired(_l("Enter a number of days")), NumberRange(1, 730)], default=30),
    )
    setattr(DraftForm, f"{_stage}_person", SelectField(_l("Named person"), [Optional()]))
for _kind in CostKind:
    setattr(
        DraftForm,
        f"{_kind}_basis",
        SelectField(COST_KIND_TITLES[_kind], [Optional()], choices=_choices(COST_BASIS_TITLES, _l("Not agreed yet"))),
    )


class ApproveForm(FlaskForm):
    """An authority's approval."""

    #: Which proposal the page showed.
    seen = HiddenField()
    decision = StringField(
        _l("Number of your authority's decision"),
        [InputRequired(_l("Enter the number of the decision, like § 214.")), Length(max=60), *CHECKS],
        description=_l("Like § 214. The approval rests on it."),
    )


class ReturnForm(FlaskForm):
    """Back to the writer."""

    reason = TextAreaField(
        _l("What should be changed"), [InputRequired(_l("Write what should be changed.")), Length(max=2000), *CHECKS]
    )


class MemberForm(FlaskForm):
    """Somebody of one's own authority for a group."""

    group = SelectField(_l("Group"), choices=options((each.value, title) for each, title in GROUP_TITLES.items()))
    person = SelectField(
        _l("Person"),
        [InputRequired(_l("Choose the person"))],
        description=_l("Those of your authority whose role fits one of the groups."),
    )
    substitutes = SelectField(_l("In whose place"), [Optional()])
    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])

    def offer_choices(self, version: AgreementVersion, staff: Iterable[Person], seats: Iterable[GroupMember]) -> None:
        """Offer one's own people and members, and the groups by their own names."""
        self.group.choices = options((each.value, localized(version, f"{each}_name")) for each in Group)
        self.person.choices = options([("", _l("Choose")), *((each.id, each.name) for each in staff)])
        named = [
            (each.id, f"{each.person.name}, {localized(version, f'{each.group}_name')}")
            for each in seats
            if each.substitutes_id is None
        ]
        self.substitutes.choices = options([("", _l("A member, nobody's substitute")), *named])


class EndForm(FlaskForm):
    """The last day of a member."""

    ends_on = DateField(_l("Last day"), [InputRequired(_l("Enter the last day"))])
