"""Dates, times, numbers and money as people write them in the language of the page (LANGUAGE.md §3).

Instants are shown in Finnish time. Spaces inside numbers and before a unit are no-break, a range has an en dash,
a minus is U+2212. The customer languages beyond fi, sv and en write the date in figures after its weekday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_day_names
from flask import Flask

from core.i18n import SOURCE_LANGUAGE, current_language, ngettext
from core.i18n import gettext as _
from core.web import components

HELSINKI = ZoneInfo("Europe/Helsinki")
NO_BREAK = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
NOTHING = DASH
#: Names of people, places and figures keep their own direction inside Arabic text.
ISOLATE, END_ISOLATE = "\u2068", "\u2069"

Number = int | float | Decimal

WEEKDAYS = {
    "fi": ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"),
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_WEEKDAYS = {
    "fi": ("ma", "ti", "ke", "to", "pe", "la", "su"),
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "fi": [
        "tammikuuta",
        "helmikuuta",
        "maaliskuuta",
        "huhtikuuta",
        "toukokuuta",
        "kesäkuuta",
        "heinäkuuta",
        "elokuuta",
        "syyskuuta",
        "lokakuuta",
        "marraskuuta",
        "joulukuuta",
    ],
    "sv": [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
SHORT_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FINNISH_TIME = {"fi": "Suomen aikaa", "sv": "finsk tid", "en": "Finnish time"}
SUMMER_OR_WINTER = {
    "fi": ("kesäaikaa", "talviaikaa"),
    "sv": ("sommartid", "normaltid"),
    "en": ("summer time", "winter time"),
}
AT = {"fi": "klo", "sv": "kl.", "en": "at"}
AND = {"fi": "ja", "sv": "och", "en": "and", "et": "ja", "ru": "и", "uk": "та", "so": "iyo", "ar": "و"}


# ---- days ----


def local(value: dt.datetime) -> dt.datetime:
    """The instant in Finnish time.

    :raises ValueError: the instant does not say its zone
    """
    if value.tzinfo is None:
        raise ValueError("An instant must say its time zone.")
    return value.astimezone(HELSINKI)


def local_day(value: dt.date) -> dt.date:
    """The Finnish calendar day of a day or an instant."""
    return local(value).date() if isinstance(value, dt.datetime) else value


def _figures(day: dt.date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def _isolated(text: str) -> str:
    return f"{ISOLATE}{text}{END_ISOLATE}" if current_language() == "ar" else text


def weekday(value: dt.date | None) -> str:
    """``perjantai`` · ``fredag`` · ``Friday``."""
    if value is None:
        return NOTHING
    language, number = current_language(), local_day(value).weekday()
    if language in WEEKDAYS:
        return WEEKDAYS[language][number]
    return str(get_day_names("wide", "format", locale=language)[number])


def weekday_short(value: dt.date | None) -> str:
    """``pe`` · ``fre`` · ``Fri``; customers' other languages have the whole word."""
    if value is None:
        return NOTHING
    language = current_language()
    if language in SHORT_WEEKDAYS:
        return SHORT_WEEKDAYS[language][local_day(value).weekday()]
    return weekday(value)


def date(value: dt.date | None) -> str:
    """``pe 11.12.2026`` · ``fre 11.12.2026`` · ``Fri 11 Dec 2026``."""
    if value is None:
        return NOTHING
    return f"{weekday_short(value)} {date_plain(value)}"


def date_plain(value: dt.date | None) -> str:
    """``11.12.2026`` · ``11.12.2026`` · ``11 Dec 2026``: without the weekday, for the past."""
    if value is None:
        return NOTHING
    day = local_day(value)
    if current_language() == "en":
        return f"{day.day} {SHORT_MONTHS_EN[day.month - 1]} {day.year}"
    return _isolated(_figures(day))


def date_long(value: dt.date | None) -> str:
    """``perjantai 11.12.2026`` · ``fredagen den 11 december 2026`` · ``Friday 11 December 2026``."""
    if value is None:
        return NOTHING
    day, language = local_day(value), current_language()
    if language == "sv":
        return f"{weekday(day)}en den {day.day} {MONTHS['sv'][day.month - 1]} {day.year}"
    if language == "en":
        return f"{weekday(day)} {day.day} {MONTHS['en'][day.month - 1]} {day.year}"
    return f"{weekday(day)} {_isolated(_figures(day))}"


def day_heading(value: dt.date) -> str:
    """The heading of a desk: ``Maanantai 23. marraskuuta`` · ``Måndag 23 november`` · ``Monday 23 November``."""
    day, language = local_day(value), current_language()
    if language not in MONTHS:
        return f"{weekday(day)} {_isolated(_figures(day))}"
    stop = "." if language == "fi" else ""
    return f"{weekday(day).capitalize()} {day.day}{stop} {MONTHS[language][day.month - 1]}"


def day_month(value: dt.date | None) -> str:
    """``20.11.`` · ``20.11`` · ``20 Nov``."""
    if value is None:
        return NOTHING
    day, language = local_day(value), current_language()
    if language == "en":
        return f"{day.day} {SHORT_MONTHS_EN[day.month - 1]}"
    return _isolated(f"{day.day}.{day.month}" + ("" if language == "sv" else "."))


def date_range(start: dt.date | None, end: dt.date | None) -> str:
    """``1.–5.12.2026`` · ``1–5.12.2026`` · ``1–5 Dec 2026``; without an end ``1.12.2026 alkaen``."""
    if start is None:
        return NOTHING if end is None else _("until %(date)s", date=date_plain(end))
    if end is None:
        return _("from %(date)s", date=date_plain(start))
    first, last, language = local_day(start), local_day(end), current_language()
    if first == last:
        return date_plain(first)
    if first.year != last.year:
        dash = f" {DASH} " if language == "en" else DASH
        return _join(date_plain(first), dash, date_plain(last))
    if language == "en":
        if first.month == last.month:
            return f"{first.day}{DASH}{date_plain(last)}"
        return f"{day_month(first)} {DASH} {date_plain(last)}"
    stop = "" if language == "sv" else "."
    month = "" if first.month == last.month else f".{first.month}"
    return _isolated(f"{first.day}{month}{stop}{DASH}{_figures(last)}")


def _join(first: str, dash: str, last: str) -> str:
    return _isolated(f"{first}{dash}{last}")


# ---- instants ----


def time(value: dt.datetime | dt.time | None) -> str:
    """``14.05`` · ``14.05`` · ``14:05``."""
    if value is None:
        return NOTHING
    clock = local(value) if isinstance(value, dt.datetime) else value
    mark = "." if current_language() in ("fi", "sv", "et") else ":"
    return _isolated(f"{clock.hour}{mark}{clock.minute:02}")


def at_time(value: dt.datetime | dt.time | None) -> str:
    """``klo 14.05`` · ``kl. 14.05`` · ``at 14:05``; the customers' other languages only the figures."""
    if value is None:
        return NOTHING
    word = AT.get(current_language())
    return f"{word} {time(value)}" if word else time(value)


def time_range(start: dt.datetime | dt.time, end: dt.datetime | dt.time) -> str:
    """``klo 9–15.30`` · ``kl. 9–15.30`` · ``9:00–15:30``."""
    language = current_language()
    if language in ("fi", "sv"):
        return f"{AT[language]} {_short_time(start)}{DASH}{_short_time(end)}"
    return _isolated(f"{time(start)}{DASH}{time(end)}")


def _short_time(value: dt.datetime | dt.time) -> str:
    text = time(value)
    return text.removesuffix(".00")


def _repeated_hour(clock: dt.datetime) -> bool:
    return clock.replace(fold=0).utcoffset() != clock.replace(fold=1).utcoffset()


def _zone(clock: dt.datetime, *, evidence: bool) -> str:
    """``Suomen aikaa``; in the hour that comes twice ``Suomen aikaa, kesäaikaa``; as evidence ``… (UTC+2)``."""
    language = current_language() if current_language() in FINNISH_TIME else "en"
    words = FINNISH_TIME[language] if current_language() == language else _isolated("Europe/Helsinki")
    if _repeated_hour(clock):
        words += f", {SUMMER_OR_WINTER[language][clock.fold]}"
    offset = clock.utcoffset() or dt.timedelta()
    return f"{words} (UTC+{int(offset.total_seconds()) // 3600})" if evidence else words


def instant(value: dt.datetime | None, evidence: bool = False) -> str:
    """``pe 11.12.2026 klo 12.00 Suomen aikaa`` · ``fre 11.12.2026 kl. 12.00 finsk tid`` ·
    ``Fri 11 Dec 2026 at 12:00 Finnish time``; on a receipt (evidence) the offset too: ``… (UTC+2)``.
    """
    if value is None:
        return NOTHING
    clock = local(value)
    return f"{date(clock)} {at_time(clock)} {_zone(clock, evidence=evidence)}"


def moment(value: dt.datetime | None) -> str:
    """``pe 11.12.2026 klo 12.00``: for what has happened, where the page names the zone once."""
    return NOTHING if value is None else f"{date(value)} {at_time(value)}"


def deadline(value: dt.date | None, evidence: bool = False) -> str:
    """An instant, or a day that ends at its end: ``ma 22.6.2026 klo 24.00 Suomen aikaa`` ·
    ``mån 22.6.2026 kl. 24.00 finsk tid`` · ``Mon 22 Jun 2026 at the end of the day, Finnish time``.
    """
    if value is None:
        return NOTHING
    day = _day_that_ends(value)
    if day is None:
        assert isinstance(value, dt.datetime)
        return instant(value, evidence)
    midnight = dt.datetime.combine(day, dt.time(23, 59), HELSINKI)
    language = current_language()
    if language == "en":
        return f"{date(day)} at the end of the day, {_zone(midnight, evidence=evidence)}"
    if language in AT:
        return f"{date(day)} {AT[language]} 24.00 {_zone(midnight, evidence=evidence)}"
    return f"{date(day)} {_isolated('24:00')}"


def _day_that_ends(value: dt.date) -> dt.date | None:
    """The day whose end this is, or None for a time within a day."""
    if not isinstance(value, dt.datetime):
        return value
    clock = local(value)
    if clock.time() >= dt.time(23, 59, 59):
        return clock.date()
    return clock.date() - dt.timedelta(days=1) if clock.time() < dt.time(0, 1) else None


def iso(value: dt.date | None) -> str:
    """For ``<time datetime>``: ``2026-12-11`` or ``2026-12-11T12:00:00+02:00``."""
    if value is None:
        return ""
    return local(value).isoformat(timespec="seconds") if isinstance(value, dt.datetime) else value.isoformat()


# ---- what is left ----


def working_days(number: int) -> str:
    """``1 työpäivä`` · ``2 työpäivää`` · ``2 arbetsdagar`` · ``2 working days``."""
    return ngettext("%(num)s working day", "%(num)s working days", number)


def working_days_left(number: int) -> str:
    """``3 työpäivää jäljellä`` · ``Tänään`` · ``Myöhässä 1 työpäivä``."""
    if number == 0:
        return _("Today")
    if number < 0:
        return ngettext("%(num)s working day late", "%(num)s working days late", -number)
    return ngettext("%(num)s working day left", "%(num)s working days left", number)


def days_left(number: int) -> str:
    """Calendar days: ``3 päivää jäljellä`` · ``Tänään`` · ``Myöhässä 1 päivä``."""
    if number == 0:
        return _("Today")
    if number < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -number)
    return ngettext("%(num)s day left", "%(num)s days left", number)


# ---- numbers ----


def _marks() -> tuple[str, str]:
    """The thousands mark and the decimal mark of the language."""
    return (",", ".") if current_language() in ("en", "so", "ar") else (NO_BREAK, ",")


def number(value: Number | None, decimals: int | None = None) -> str:
    """``1 250`` · ``3,5`` · ``1,250`` · ``3.5``; without ``decimals`` as many as the number has."""
    if value is None:
        return NOTHING
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    elif exact == exact.to_integral_value():
        exact = exact.quantize(Decimal(1))
    else:
        exact = exact.normalize()
    thousands, point = _marks()
    text = f"{abs(exact):,f}".replace(",", "\0").replace(".", point).replace("\0", thousands)
    return (MINUS if exact < 0 else "") + text


def count(value: int | None) -> str:
    """A whole number: ``12 500`` · ``12,500``."""
    return number(value, 0)


def percent(share: Number | None, decimals: int = 0) -> str:
    """A share of one: 0.35 → ``35 %`` · ``35 %`` · ``35%``."""
    if share is None:
        return NOTHING
    space = "" if current_language() in ("en", "so", "ar") else NO_BREAK
    return f"{number(Decimal(str(share)) * 100, decimals)}{space}%"


def money(value: Number | None, whole: bool = False) -> str:
    """``1 250,00 €`` · ``€1,250.00``; ``whole`` leaves out the cents: ``1 250 €``."""
    if value is None:
        return NOTHING
    text = number(value, 0 if whole else 2)
    if current_language() in ("en", "so", "ar"):
        return _isolated(f"{MINUS if text.startswith(MINUS) else ''}€{text.removeprefix(MINUS)}")
    return f"{text}{NO_BREAK}€"


def file_size(size: int) -> str:
    """``840 kt`` · ``1,2 Mt`` · ``840 kB`` · ``1.2 MB``."""
    unit = "t" if current_language() == "fi" else "B"
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1000)))}{NO_BREAK}k{unit}"
    return f"{number(size / 1_000_000, 1)}{NO_BREAK}M{unit}"


# ---- words ----


def listing(words: Iterable[object]) -> str:
    """``suomi, arabia ja englanti`` · ``finska, arabiska och engelska`` · ``Finnish, Arabic and English``."""
    texts = [_isolated(str(word)) for word in words]
    if len(texts) < 2:
        return "".join(texts)
    comma, space = ("، ", "") if current_language() == "ar" else (", ", " ")
    return f"{comma.join(texts[:-1])} {AND.get(current_language(), AND['en'])}{space}{texts[-1]}"


def language_name(code: str) -> str:
    """The name of a language in the language of the page: ``ar`` → ``arabia`` · ``arabiska`` · ``Arabic``."""
    for language in (current_language(), SOURCE_LANGUAGE):
        name = Locale.parse(language).languages.get(code)
        if name:
            return str(name)
    return code


FILTERS = (
    weekday, weekday_short, date, date_plain, date_long, day_heading, day_month, time, at_time, instant, moment,
    deadline, iso, working_days, working_days_left, days_left, number, count, percent, money, file_size, listing,
    language_name,
)  # fmt: skip


def register(app: Flask) -> None:
    """Install the filters, ``date_range`` and ``time_range`` (functions), and the components' helpers."""
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
    app.jinja_env.filters.update(date_range=date_range, time_range=time_range)
    app.jinja_env.globals.update(date_range=date_range, time_range=time_range)
    components.register(app)
