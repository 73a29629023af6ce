"""The words of a review's document, in one language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core import clock
from core.i18n import gettext as _
from core.i18n import localized, using_language
from core.web.formatting import DASH, count, date_long, listing, money, number, percent
from evaluation.together.models import JointReview


class _Named:
    """A party of stored figures, with its names as attributes."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.__dict__.update(row)


def names(review: JointReview) -> dict[str, str]:
    """What the parties were called when it was made, by key."""
    return {row["key"]: localized(_Named(row), "name") for row in review.figures["parties"]}


def unit_rows(review: JointReview) -> list[dict[str, Any]]:
    """The use of parties that could be told apart; what was too small is nothing."""
    called = names(review)
    return [
        {
            "name": listing(called[key] for key in row["keys"]),
            "customers": row["customers"],
            "services": row["services"],
            "announced": row["announced"],
            "euros": Decimal(row["euros"]) if row["euros"] is not None else None,
            "use_share": Decimal(row["use_share"]) if row["use_share"] is not None else None,
        }
        for row in review.figures["units"]
    ]


def party_rows(review: JointReview) -> list[dict[str, Any]]:
    """The parties: present share, person-years against the least, proposed share."""
    called = names(review)
    return [
        {
            "name": called[row["key"]],
            "share": Decimal(row["share"]),
            "minimum": Decimal(row["minimum"]),
            "person_years": Decimal(row["person_years"]) if row["person_years"] is not None else None,
            "shared_costs": Decimal(row["shared_costs"]),
            "proposed": row["proposed"],
        }
        for row in review.figures["parties"]
    ]


def rule_words() -> str:
    """The published rule of the proposal."""
    return _(
        "The proposed share is the mean of the share of use in euros and of the present share, in whole percents that "
        "add up to 100 by largest remainder. Parties whose use can be told only together divide their mean as they "
        "divide their present shares. Whose use is too small to tell keeps the present share. The least person-years "
        "stay as agreed."
    )


def work_words(review: JointReview) -> str:
    """What came of it, with its interval."""
    work = review.figures["work"]
    if work is None:
        return _("Too few to tell, or so few that others could be worked out.")
    return _(
        "Of %(n)s customers whose service was to end in %(year)s, %(share)s were in work %(months)s months later. By "
        "chance alone it could be from %(low)s to %(high)s.",
        n=count(work["n"]),
        year=review.year,
        share=percent(work["value"]),
        months=work["months"],
        low=percent(work["low"]),
        high=percent(work["high"]),
    )


def _share(value: Decimal | None) -> str:
    return DASH if value is None else percent(value / 100, 1)


def words(review: JointReview, language: str) -> dict[str, Any]:
    """Everything the document says."""
    day = clock.helsinki_date(review.finished_at or review.made_at)
    with using_language(language):
        return {
            "language": language,
            "title": _(
                "%(agreement)s: review of %(year)s", agreement=localized(review.agreement, "name"), year=review.year
            ),
            "author": localized(review.agreement.keeper, "name"),
            "date": date_long(day),
            "day": [day.year, day.month, day.day],
            "words": review.words,
            "parts": [_use(review), _resourcing(review), _proposal(review)],
            "result": {"heading": _("What came of it"), "text": work_words(review)},
            "comments_heading": _("Comments of the parties"),
            "comments": [
                {
                    "who": _(
                        "%(authority)s, %(person)s, %(date)s",
                        authority=localized(each.authority, "name"),
                        person=each.person.name,
                        date=date_long(clock.helsinki_date(each.written_at)),
                    ),
                    "text": each.text,
                }
                for each in review.comments
            ],
        }


def _part(heading: str, text: str, columns: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"heading": heading, "text": text, "columns": columns, "rows": rows}


def _use(review: JointReview) -> dict[str, Any]:
    few = _("Too few to tell")
    return _part(
        _("Use"),
        _("Services that began in %(year)s, as the data stood when the review was made.", year=review.year),
        [_("Party"), _("Customers"), _("Services"), _("Announced"), _("Price without VAT"), _("Share of use")],
        [
            [
                row["name"],
                few if row["customers"] is None else count(row["customers"]),
                DASH if row["services"] is None else count(row["services"]),
                count(row["announced"]),
                DASH if row["euros"] is None else money(row["euros"]),
                _share(row["use_share"]),
            ]
            for row in unit_rows(review)
        ],
    )


def _resourcing(review: JointReview) -> dict[str, Any]:
    return _part(
        _("Resourcing and joint costs"),
        _("Person-years are the mean of the half-years that are reported, against what was agreed."),
        [_("Party"), _("Person-years"), _("At least"), _("Joint costs without VAT")],
        [
            [
                row["name"],
                DASH if row["person_years"] is None else number(row["person_years"], 1),
                number(row["minimum"], 1),
                money(row["shared_costs"]),
            ]
            for row in party_rows(review)
        ],
    )


def _proposal(review: JointReview) -> dict[str, Any]:
    return _part(
        _("Proposed shares"),
        rule_words(),
        [_("Party"), _("Present share"), _("Proposed share")],
        [[row["name"], _share(row["share"]), percent(Decimal(row["proposed"]) / 100)] for row in party_rows(review)],
    )
