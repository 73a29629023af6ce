"""What experts, coordinators and providers may type about groups."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from core import clock
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.models import Authority
from core.web.fields import DecimalField
from core.web.formatting import date as date_words
from core.web.formatting import language_name
from core.web.options import options
from dps.offerings.models import OfferingStart
from dps.systems.models import Category, ServiceType
from orders.forms import TEXT_CHECKS, CheckboxesField
from orders.groups import titles
from orders.groups.models import AidBasis, AttendanceKind, Group
from orders.groups.queries import Wanted, WantedCourse
from orders.groups.service import Employer, GroupDetails
from orders.models import AgeBand, EducationBand, Need, Order, UnemploymentBand
from orders.titles import AGE_TITLES, EDUCATION_TITLES, UNEMPLOYMENT_TITLES

WEEKDAYS = {
    0: _l("Monday"),
    1: _l("Tuesday"),
    2: _l("Wednesday"),
    3: _l("Thursday"),
    4: _l("Friday"),
    5: _l("Saturday"),
    6: _l("Sunday"),
}
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
MOST_SEATS = 500


def _bands(label: Any, names: Mapping[Any, Any]) -> CheckboxesField:
    return CheckboxesField(label, [Optional()], choices=options((each.value, title) for each, title in names.items()))


def _words(field: Field) -> str:
    return (field.data or "").strip()


def _text(label: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=2000), *TEXT_CHECKS])


class GroupForm(FlaskForm):
    """A standing order for seats of a start."""

    seats_min = IntegerField(_l("Smallest number of seats"), [InputRequired(_l("Enter a number")), NumberRange(1)])
    seats_max = IntegerField(_l("Seats"), [InputRequired(_l("Enter the number of seats")), NumberRange(1, MOST_SEATS)])
    last_day = DateField(_l("Last day of the course"), [InputRequired(_l("Enter the last day"))])
    days = CheckboxesField(
        _l("Course days"),
        [DataRequired(_l("Choose the days of the week"))],
        choices=options(WEEKDAYS.items()),
        description=_l("Public holidays are left out by themselves."),
    )
    days_off = StringField(
        _l("Days without a course"),
        [Optional(), Length(max=1000)],
        description=_l("For example 24.12.2026, 31.12.2026."),
    )
    languages = CheckboxesField(_l("Languages of the course"), [DataRequired(_l("Choose at least one language"))])
    place = SelectField(_l("Place"), [Optional()])
    is_remote = BooleanField(_l("Given remotely"))
    own_until = DateField(
        _l("For our own customers only until"),
        [InputRequired(_l("Enter a day"))],
        description=_l("Afterwards partners' customers may get a seat, too."),
    )
    release_on = DateField(
        _l("Give empty seats back after"),
        [InputRequired(_l("Enter a day"))],
        description=_l("Seats nobody has taken by the end of this day, and their money, are free again."),
    )
    prerequisites_fi = _text(_l("What one must know already, in Finnish"))
    prerequisites_sv = _text(_l("What one must know already, in Swedish"))
    prerequisites_en = _text(_l("What one must know already, in English"))
    age_bands = _bands(_l("For ages"), AGE_TITLES)
    unemployment_bands = _bands(_l("For customers without work"), UNEMPLOYMENT_TITLES)
    education_bands = _bands(_l("For customers with education"), EDUCATION_TITLES)
    needs_selection = BooleanField(
        _l("Students are selected"), description=_l("The authority decides on each, with reasons.")
    )
    aims_at_qualification = BooleanField(_l("The training aims at a qualification or a part of one"))
    rule_reason = TextAreaField(
        _l("Why a group from this provider"),
        [Optional(), Length(max=2000), *TEXT_CHECKS],
        description=_l("Needed where the customer chooses, or another provider stands first by the published rule."),
    )
    employer_name = StringField(_l("Employer"), [Optional(), Length(max=200), *TEXT_CHECKS])
    employer_id = StringField(_l("Employer's business ID"), [Optional(), Length(max=20)])
    employer_contact = StringField(_l("Employer's contact"), [Optional(), Length(max=200), *TEXT_CHECKS])
    employer_percent = DecimalField(_l("Employer's share, percent"), [Optional(), NumberRange(0, 100)], places=2)
    aid_basis = SelectField(
        _l("Aid basis"),
        [Optional()],
        choices=options([("", _l("Choose")), *((each.value, title) for each, title in titles.AID_TITLES.items())]),
    )

    def offer_choices(self, start: OfferingStart) -> GroupForm:
        """Offer what the service has; joint-purchase training asks for the employer, too."""
        offering = start.offering
        self.first_day = start.starts_on
        self.is_joint = offering.category.service_type is ServiceType.JOINT_PURCHASE_TRAINING
        self.languages.choices = options((code, language_name(code)) for code in offering.languages)
        self.place.choices = options([("", _l("Remote only")), *((place, place) for place in offering.places)])
        if not self.is_joint:
            for name in ("employer_name", "employer_id", "employer_contact", "employer_percent", "aid_basis"):
                del self[name]
        return self

    def validate_days_off(self, field: StringField) -> None:
        """Days as people write them."""
        try:
            self._days_off()
        except ValueError:
            raise ValidationError(_l("Write days like 24.12.2026")) from None

    def _days_off(self) -> set[date]:
        found = _DAY.findall(self.days_off.data or "")
        rest = _DAY.sub("", self.days_off.data or "").strip(" ,;\n\t")
        if re.sub(r"[\s,;]", "", rest):
            raise ValueError(rest)
        return {date(int(year), int(month), int(day)) for day, month, year in found}

    def course_days(self) -> list[date]:
        """The days of the chosen weekdays from the first to the last; no public holidays."""
        length = (self.last_day.data - self.first_day).days
        every = (self.first_day + timedelta(days=n) for n in range(min(length, 1_000) + 1))
        wanted, off = {int(number) for number in self.days.data}, self._days_off()
        return [
            day
            for day in every
            if day.weekday() in wanted
            and day not in off
            and (day.weekday() > 4 or clock.supplier_days.is_working_day(day))
        ]

    def details(self) -> GroupDetails:
        """What the form says, as the verb takes it."""
        return GroupDetails(
            seats_min=self.seats_min.data or 0,
            seats_max=self.seats_max.data or 0,
            languages=self.languages.data or [],
            place=self.place.data or None,
            is_remote=self.is_remote.data,
            days=self.course_days(),
            own_until=self.own_until.data or self.first_day,
            release_on=self.release_on.data or self.first_day,
            needs_selection=self.needs_selection.data,
            aims_at_qualification=self.aims_at_qualification.data,
            rule_reason=_words(self.rule_reason),
            prerequisites_fi=_words(self.prerequisites_fi),
            prerequisites_sv=_words(self.prerequisites_sv),
            prerequisites_en=_words(self.prerequisites_en),
            age_bands=[AgeBand(each) for each in self.age_bands.data or []],
            unemployment_bands=[UnemploymentBand(each) for each in self.unemployment_bands.data or []],
            education_bands=[EducationBand(each) for each in self.education_bands.data or []],
            employer=self._employer() if self.is_joint else None,
        )

    def _employer(self) -> Employer:
        return Employer(
            business_id=self["employer_id"].data or "",
            name=(self["employer_name"].data or "").strip(),
            contact=(self["employer_contact"].data or "").strip(),
            percent=self["employer_percent"].data or Decimal(0),
            aid_basis=AidBasis(self["aid_basis"].data) if self["aid_basis"].data else None,
        )


class GroupFilterForm(FlaskForm):
    """What the list of groups is narrowed to."""

    class Meta:
        csrf = False

    category = SelectField(_l("Category"), [Optional()])
    place = SelectField(_l("Place"), [Optional()])
    language = SelectField(_l("Language"), [Optional()])
    starts_from = DateField(_l("Starts from"), [Optional()])

    def offer_choices(self, categories: Iterable[Category]) -> GroupFilterForm:
        """Offer the authority's categories, their places and languages."""
        rows = list(categories)
        places = sorted({place for row in rows for place in row.areas})
        languages = sorted({code for row in rows for code in row.languages})
        self.category.choices = options([("", _l("All")), *((row.id, localized(row, "name")) for row in rows)])
        self.place.choices = options([("", _l("All")), *((place, place) for place in places)])
        self.language.choices = options([("", _l("All")), *((code, language_name(code)) for code in languages)])
        return self

    def wanted(self) -> Wanted:
        """What is asked for; what cannot be read is not."""
        if not self.validate():
            return Wanted()
        return Wanted(
            category_id=uuid.UUID(self.category.data) if self.category.data else None,
            place=self.place.data or None,
            language=self.language.data or None,
            starts_from=self.starts_from.data,
        )


class CourseFilterForm(FlaskForm):
    """What the public list of courses is narrowed to."""

    class Meta:
        csrf = False

    language = SelectField(_l("Language"), [Optional()])
    place = SelectField(_l("Place"), [Optional()])
    month = SelectField(_l("Month"), [Optional()])

    def offer_choices(
        self, places: Iterable[str], languages: Iterable[str], months: Iterable[date]
    ) -> CourseFilterForm:
        """Offer what the courses to come have."""
        self.place.choices = options([("", _l("All")), *((place, place) for place in places)])
        self.language.choices = options([("", _l("All")), *((code, language_name(code)) for code in languages)])
        self.month.choices = options(
            [("", _l("All")), *((f"{day:%Y-%m}", f"{day.month}/{day.year}") for day in months)]
        )
        return self

    def wanted(self) -> WantedCourse:
        """What is asked for; what cannot be read is not."""
        if not self.validate():
            return WantedCourse()
        month = date.fromisoformat(f"{self.month.data}-01") if self.month.data else None
        return WantedCourse(language=self.language.data or None, place=self.place.data or None, month=month)


class JoinForm(FlaskForm):
    """One of the expert's customers for the queue."""

    need = SelectField(_l("Need"), [InputRequired(_l("Choose the need"))], validate_choice=False)

    def offer_choices(self, needs: Iterable[Need]) -> JoinForm:
        self.need.choices = options((each.id, f"{each.reference} · {each.customer_reference}") for each in needs)
        return self

    def validate_need(self, field: SelectField) -> None:
        """An id."""
        try:
            self.need_id = uuid.UUID(field.data)
        except ValueError:
            raise ValidationError(_l("Choose the need")) from None


class TakeSeatForm(FlaskForm):
    """The customer wants the seat."""

    customer_agrees = BooleanField(_l("The customer has chosen this group"))


class SelectionForm(FlaskForm):
    """Whether a student is taken, and why (R98)."""

    is_chosen = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose"))],
        choices=options([("yes", _l("Selected")), ("no", _l("Not selected"))]),
    )
    reasons = TextAreaField(_l("Reasons"), [DataRequired(_l("Write the reasons")), Length(max=2000), *TEXT_CHECKS])


class SwapForm(FlaskForm):
    """The seat of an own customer for one of another authority's in another group."""

    group = SelectField(_l("Group in which you want a seat"), [InputRequired(_l("Choose the group"))])
    asked = SelectField(_l("Whose customer has that seat"), [InputRequired(_l("Choose the authority"))])
    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Write why.")), Length(max=500), *TEXT_CHECKS],
        description=_l("The other authority reads it. Write nothing about the customer."),
    )
    customer_agrees = BooleanField(_l("The customer has chosen this group"))

    def offer_choices(self, groups: Iterable[Group], authorities: Iterable[Authority]) -> SwapForm:
        """Offer the other groups of the category, and the other buyers."""
        self.group.choices = options((each.id, _group_words(each)) for each in groups)
        self.asked.choices = options((each.id, localized(each, "name")) for each in authorities)
        return self


def _group_words(group: Group) -> str:
    """``City of Espoo G-3, 12.1.2027, Espoo``"""
    place = group.place or _("remote")
    return f"{localized(group.authority, 'name')} {group.reference}, {date_words(group.first_day)}, {place}"


class AgreeForm(FlaskForm):
    """Which own seat is given for the offered one."""

    order = SelectField(_l("Seat that you give"), [InputRequired(_l("Choose the seat"))])
    customer_agrees = BooleanField(_l("The customer has chosen this group"))

    def offer_choices(self, orders: Iterable[Order]) -> AgreeForm:
        self.order.choices = options(
            (each.id, f"{each.reference} · {each.need.reference} · {each.need.customer_reference}") for each in orders
        )
        return self


class CancelGroupForm(FlaskForm):
    """Why a group is given up, and that its cost is agreed to."""

    reason = StringField(
        _l("Why it is cancelled"),
        [DataRequired(_l("Write why the group is cancelled.")), Length(max=500), *TEXT_CHECKS],
    )
    fee = HiddenField()

    def agreed(self) -> Decimal:
        """The cost that was shown."""
        return Decimal(self.fee.data) if re.fullmatch(r"\d{1,9}\.\d\d", self.fee.data or "") else Decimal(0)


class DayForm(FlaskForm):
    """Who of a group was there on a day; ``day_form`` gives it a field for each."""

    day = DateField(_l("Day"), [InputRequired(_l("Choose a day of the course."))])
    #: The fields of the participants, by order.
    names: dict[str, uuid.UUID]

    def marks(self) -> dict[uuid.UUID, AttendanceKind]:
        """What was told of each."""
        return {order_id: AttendanceKind(self[name].data) for name, order_id in self.names.items() if self[name].data}


def day_form(
    orders: Iterable[Order], day: date, told: Mapping[uuid.UUID, AttendanceKind], labels: Mapping[uuid.UUID, str]
) -> DayForm:
    """One choice for each participant; who was not told of is taken as present until somebody says otherwise."""
    rows = list(orders)
    names = {f"mark_{order.id.hex}": order.id for order in rows}
    kinds = options((kind.value, title) for kind, title in titles.ATTENDANCE_TITLES.items())
    fields = {
        name: RadioField(labels[order_id], [InputRequired(_l("Choose"))], choices=kinds)
        for name, order_id in names.items()
    }
    given = {name: told.get(order_id, AttendanceKind.PRESENT).value for name, order_id in names.items()}
    form: DayForm = type("GroupDayForm", (DayForm,), {**fields, "names": names})(day=day, **given)
    return form


class OneDayForm(FlaskForm):
    """Whether one customer was there on a day."""

    day = DateField(_l("Day"), [InputRequired(_l("Enter the day"))])
    kind = RadioField(
        _l("Attendance"),
        [InputRequired(_l("Choose"))],
        choices=options((kind.value, title) for kind, title in titles.ATTENDANCE_TITLES.items()),
    )


class AbsencesForm(FlaskForm):
    """Absences that defeat the goals (R100)."""

    reason = TextAreaField(
        _l("How the absences defeat the goals"),
        [DataRequired(_l("Write how the absences defeat the goals.")), Length(max=1000), *TEXT_CHECKS],
        description=_l("In a few words. Do not write about health."),
    )


class HearingForm(FlaskForm):
    heard_on = DateField(_l("The customer was heard on"), [InputRequired(_l("Enter the day"))])


class DecisionForm(FlaskForm):
    discontinues = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose"))],
        choices=options([("no", _l("The service goes on")), ("yes", _l("The service is discontinued"))]),
    )
