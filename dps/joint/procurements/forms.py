"""What is typed about joint procurements; rules live in the service."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.models import Authority
from core.quarters import quarter_of
from core.web.fields import DecimalField
from core.web.formatting import language_name
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.competitions.models import Competition
from dps.joint.agreements.models import CooperationAgreement, GroupMember
from dps.joint.procurements import rules
from dps.joint.procurements.models import TARGET_GROUP_TITLES, JointProcurement, Participation, TargetGroup
from dps.joint.procurements.service import Item, NeedDetails, ProcurementDetails, Volume
from dps.joint.procurements.service.stating import MOST
from dps.systems.models import SERVICE_TYPE_TITLES, Category, ServiceType

TEXT_CHECKS = [no_nul, no_identity_code]
#: So many lines and no fewer stand on the form of a need; empty ones are left out.
LEAST_LINES = 5
MOST_LINES = 60
#: Languages in which services are bought, the national ones first.
LANGUAGES = ("fi", "sv", "en", "ar", "et", "fa", "ru", "so", "uk")
#: Items on the form of a meeting.
ITEMS = 6


def _words(label: Any, missing: Any, *, most: int = 4000, hint: Any = "") -> TextAreaField:
    return TextAreaField(label, [DataRequired(missing), Length(max=most), *TEXT_CHECKS], description=hint)


class BeginForm(FlaskForm):
    """A new joint procurement."""

    agreement = SelectField(_l("Agreement"), [InputRequired(_l("Choose an agreement"))])
    name_fi = StringField(_l("Name in Finnish"), [DataRequired(_l("Write the name.")), Length(max=200), *TEXT_CHECKS])
    name_sv = StringField(_l("Name in Swedish"), [Optional(), Length(max=200), *TEXT_CHECKS])
    name_en = StringField(_l("Name in English"), [Optional(), Length(max=200), *TEXT_CHECKS])
    purpose = _words(_l("What is bought, and why together"), _l("Write what is bought and why together."))
    service_type = SelectField(
        _l("Kind of service"), choices=options((each.value, title) for each, title in SERVICE_TYPE_TITLES.items())
    )
    lead = SelectField(
        _l("Lead party"),
        [InputRequired(_l("Choose the lead party"))],
        description=_l("Runs the procurement in the name of all."),
    )
    starts_on = DateField(_l("First day of use"), [InputRequired(_l("Enter the day"))])
    ends_on = DateField(_l("Last day of use"), [InputRequired(_l("Enter the day"))])

    def offer(self, agreements: Sequence[CooperationAgreement], leads: Sequence[Authority]) -> BeginForm:
        self.agreement.choices = options((each.id, localized(each, "name")) for each in agreements)
        self.lead.choices = options((each.id, localized(each, "name")) for each in leads)
        return self

    def details(self) -> ProcurementDetails:
        return ProcurementDetails(
            name_fi=self.name_fi.data,
            name_sv=self.name_sv.data or "",
            name_en=self.name_en.data or "",
            purpose=self.purpose.data,
            service_type=ServiceType(self.service_type.data),
            lead_id=uuid.UUID(self.lead.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )


class NeedForm(FlaskForm):
    """A party's need; the lines of volumes are added by ``need_form``."""

    forecast_source = StringField(
        _l("Where the volumes come from"),
        [DataRequired(_l("Write where the volumes come from.")), Length(max=300), *TEXT_CHECKS],
        description=_l("A forecast, the use of last year, an employer's plan: the others read it beside theirs."),
    )
    unit_price = DecimalField(
        _l("Price of one service on average, € without VAT"), [Optional(), NumberRange(min=0, max=9_999_999)]
    )
    budget = DecimalField(
        _l("Budget for the whole time, € without VAT"),
        [InputRequired(_l("Enter the budget")), NumberRange(min=0, max=999_999_999)],
    )

    lines: Sequence[int] = ()
    quarters: Sequence[date] = ()

    def details(self) -> NeedDetails:
        return NeedDetails(
            forecast_source=self.forecast_source.data,
            unit_price=self.unit_price.data or None,
            budget=self.budget.data or Decimal(0),
            volumes=list(self._volumes()),
        )

    def _volumes(self) -> Iterable[Volume]:
        for line in self.lines:
            for place, quarter in enumerate(self.quarters):
                amount = self[f"amount_{line}_{place}"].data
                if amount:
                    yield Volume(
                        TargetGroup(self[f"target_group_{line}"].data),
                        self[f"municipality_{line}"].data,
                        self[f"language_{line}"].data,
                        quarter,
                        amount,
                    )


#: What stands on a line: target group, municipality, language, and the amounts by quarter.
Line = tuple[str, str, str, Mapping[date, int]]


def lines_of(participation: Participation) -> list[Line]:
    """The need as stated, a line for each target group, municipality and language."""
    found: dict[tuple[str, str, str], dict[date, int]] = {}
    for each in participation.volumes:
        key = (each.target_group.value, each.municipality, each.language)
        found.setdefault(key, {})[each.quarter] = each.amount
    return [(*key, amounts) for key, amounts in found.items()]


def same_quarters(procurement: JointProcurement, before: Mapping[date, int]) -> dict[date, int]:
    """The use of last year's quarters, for each quarter of the time of use."""
    by_number = {each.month: amount for each, amount in sorted(before.items())}
    found = rules.quarters(procurement.starts_on, procurement.ends_on)
    return {each: by_number[each.month] for each in found if each.month in by_number}


def line_of_last_year(participation: Participation, before: Mapping[date, int]) -> Line:
    """A line with last year's use, to be changed where it will differ."""
    place = participation.party.municipalities[0]
    return (TargetGroup.ALL.value, place, LANGUAGES[0], same_quarters(participation.procurement, before))


def _sent_lines() -> int:
    sent = [key.removeprefix("target_group_") for key in request.form if key.startswith("target_group_")]
    return min(MOST_LINES, max((int(each) + 1 for each in sent if each.isdigit()), default=0))


def need_form(participation: Participation, lines: Sequence[Line]) -> NeedForm:
    """A table of quarters, a line for each target group, municipality and language."""
    procurement = participation.procurement
    quarters = rules.quarters(procurement.starts_on, procurement.ends_on)
    count = min(MOST_LINES, max(LEAST_LINES, len(lines) + 2, _sent_lines()))

    class Form(NeedForm):
        pass

    places = options((each, each) for each in participation.party.municipalities)
    given: dict[str, Any] = {
        "forecast_source": participation.forecast_source,
        "unit_price": participation.unit_price,
        "budget": participation.budget,
    }
    for line in range(count):
        number = line + 1
        setattr(
            Form,
            f"target_group_{line}",
            SelectField(
                _l("Target group, line %(number)s", number=number),
                choices=options((each.value, title) for each, title in TARGET_GROUP_TITLES.items()),
            ),
        )
        setattr(
            Form,
            f"municipality_{line}",
            SelectField(_l("Municipality, line %(number)s", number=number), choices=places),
        )
        setattr(
            Form,
            f"language_{line}",
            SelectField(
                _l("Language, line %(number)s", number=number),
                choices=options((code, language_name(code)) for code in _languages(lines)),
            ),
        )
        for place, quarter in enumerate(quarters):
            label = _l("%(quarter)s, line %(number)s", quarter=rules.quarter_name(quarter), number=number)
            checks = [Optional(), NumberRange(min=0, max=MOST)]
            setattr(Form, f"amount_{line}_{place}", IntegerField(label, checks))
    for line, (target_group, municipality, language, amounts) in enumerate(lines[:count]):
        given |= {f"target_group_{line}": target_group, f"municipality_{line}": municipality}
        given |= {f"language_{line}": language}
        given |= {f"amount_{line}_{place}": amounts.get(quarter) for place, quarter in enumerate(quarters)}
    form = Form(data=given)
    form.lines, form.quarters = range(count), quarters
    return form


def _languages(lines: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys([*LANGUAGES, *(line[2] for line in lines)]))


class ProposalForm(FlaskForm):
    """The proposal of the lead."""

    text = _words(
        _l("Proposal"),
        _l("Write the proposal."),
        most=20_000,
        hint=_l("What is bought, how it is competed, and why this way. The coordination group endorses these words."),
    )


class ApproveForm(FlaskForm):
    """The approval of an authority; the number of its decision where it is one."""

    #: The stage and the calculation that the page showed.
    seen = HiddenField()
    decision = StringField(_l("Number of the decision"), [Optional(), Length(max=60), *TEXT_CHECKS])
    note = TextAreaField(_l("Note for the others"), [Optional(), Length(max=2000), *TEXT_CHECKS])


class LeaveForm(FlaskForm):
    """A party stays out."""

    reason = _words(_l("Why, told to the others"), _l("Write why."))
    decision = StringField(
        _l("Number of the decision"),
        [DataRequired(_l("Write the number of your authority's decision.")), Length(max=60), *TEXT_CHECKS],
    )
    seen = BooleanField(
        _l("I have seen what it does to the volumes, money and shares of the others"),
        [InputRequired(_l("Look at the effect and confirm it"))],
    )


class WithdrawForm(LeaveForm):
    """A party withdraws from what is in use."""

    last_day = DateField(_l("Last day of new orders"), [InputRequired(_l("Enter the day"))])


class ProcureForm(FlaskForm):
    """What the lead runs for all."""

    way = RadioField(
        _l("What is set up"),
        [InputRequired(_l("Choose what is set up"))],
        choices=options(
            [
                ("system", _l("A new purchasing system, as a draft")),
                ("category", _l("A category of a draft that exists")),
                ("competition", _l("A competition in a category that all may buy from")),
            ]
        ),
    )
    category = SelectField(_l("Category"), [Optional()])
    competition = SelectField(_l("Competition"), [Optional()])

    def offer(self, categories: Sequence[Category], competitions: Sequence[Competition]) -> ProcureForm:
        self.category.choices = options(
            [("", "–")]
            + [(str(each.id), f"{localized(each.system, 'name')}, {localized(each, 'name')}") for each in categories]
        )
        self.competition.choices = options(
            [("", "–")] + [(str(each.id), localized(each, "name")) for each in competitions]
        )
        return self

    def chosen(self) -> uuid.UUID | None:
        """The category or competition that was chosen, by the way that was."""
        found = {"category": self.category, "competition": self.competition}.get(self.way.data or "")
        return uuid.UUID(found.data) if found is not None and found.data else None


class WordsForm(FlaskForm):
    """A reason, or what came of it."""

    text = _words(_l("In your own words"), _l("Write it in a few words."))


class HandOverForm(FlaskForm):
    """The lead passes to another authority."""

    lead = SelectField(_l("New lead party"), [InputRequired(_l("Choose the lead party"))])

    def offer(self, authorities: Sequence[Authority]) -> HandOverForm:
        self.lead.choices = options((each.id, localized(each, "name")) for each in authorities)
        return self


class TransferForm(FlaskForm):
    """Volume for another party."""

    taker = SelectField(_l("To"), [InputRequired(_l("Choose a party"))])
    quarter = SelectField(_l("Quarter"), [InputRequired(_l("Choose a quarter"))])
    amount = IntegerField(_l("How many services"), [InputRequired(_l("Enter how many.")), NumberRange(min=1, max=MOST)])
    reason = _words(_l("Why, told to the other party"), _l("Write why."), most=2000)

    def offer(self, takers: Sequence[Participation], procurement: JointProcurement, today: date) -> TransferForm:
        """The quarters that are not over."""
        self.taker.choices = options((each.id, localized(each.party, "name")) for each in takers)
        self.quarter.choices = options(
            (each.isoformat(), rules.quarter_name(each))
            for each in rules.quarters(procurement.starts_on, procurement.ends_on)
            if each >= quarter_of(today)
        )
        return self


class MeetingForm(FlaskForm):
    """A meeting; members and items are added by ``meeting_form``."""

    held_on = DateField(_l("Day"), [InputRequired(_l("Enter the day"))])

    def present(self, members: Sequence[GroupMember]) -> list[uuid.UUID]:
        """Those who were there."""
        return [each.person_id for each in members if self[f"present_{each.person_id.hex}"].data]

    def items(self) -> list[Item]:
        """The items that were filled in."""
        found = []
        for place in range(ITEMS):
            title, text = self[f"title_{place}"].data or "", self[f"text_{place}"].data or ""
            about = self[f"procurement_{place}"].data
            if title.strip() or text.strip():
                found.append(Item(title, text, uuid.UUID(about) if about else None))
        return found


def day_of(text: str | None) -> date | None:
    """A day as a browser sends it; nothing where it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def meeting_form(members: Sequence[GroupMember], procurements: Sequence[JointProcurement], day: date) -> MeetingForm:
    """With a box for everybody who sat in the group on the day, and rows for items."""

    class Form(MeetingForm):
        pass

    for each in members:
        setattr(
            Form,
            f"present_{each.person_id.hex}",
            BooleanField(f"{each.person.name}, {localized(each.authority, 'name')}"),
        )
    about = options([("", "–")] + [(str(each.id), f"{each.reference} {each.name_fi}") for each in procurements])
    for place in range(ITEMS):
        number = place + 1
        title = StringField(_l("Item %(number)s", number=number), [Optional(), Length(max=200), *TEXT_CHECKS])
        text = TextAreaField(_l("What was said or decided"), [Optional(), Length(max=8000), *TEXT_CHECKS])
        setattr(Form, f"title_{place}", title)
        setattr(Form, f"text_{place}", text)
        setattr(Form, f"procurement_{place}", SelectField(_l("About the joint procurement"), choices=about))
    return Form(data={"held_on": day})
