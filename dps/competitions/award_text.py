"""The words of a choice: what all parties read, and each tenderer's own part in its language (R70).

Points and reasons are the evaluators' own; nothing is ever quoted from a tender, so that no business secret gets into
a letter (R85). Headings and paragraphs are those of ``Decision.body`` and ``DecisionAddressee.sections``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.i18n import gettext as _
from core.i18n import localized, using_language
from core.web.formatting import date as date_words
from core.web.formatting import listing, money, number
from dps.competitions.models import (
    EXCLUSION_GROUND_TITLES,
    PRICE_FORMULA_TITLES,
    TIE_RULE_TITLES,
    Competition,
    CompetitionCriterion,
    PriceFormula,
    Tender,
)
from dps.competitions.results import CriterionPoints, LotResult, TenderResult
from dps.systems.models import CriterionKind

Section = dict[str, Any]

LANGUAGES = ("fi", "sv", "en")

#: A sentence of a marked secret at least this long is looked for in what the letters say.
_SENTENCE = 25


def _section(heading: str, *paragraphs: str) -> Section:
    return {"heading": heading, "paragraphs": [each for each in paragraphs if each]}


def points_words(value: Decimal | None) -> str:
    """Points with the decimals they were rounded to: two, or four where points for a euro have them."""
    return "" if value is None else number(value, 2 if value == round(value, 2) else 4)


def named(criterion: CompetitionCriterion) -> str:
    """A criterion inside a sentence: a question loses its mark."""
    return localized(criterion, "text").rstrip("?. ")


def rounding_words(competition: Competition) -> str:
    """How the figures were rounded, as ``formulas`` does it."""
    words = _("The points of each criterion are rounded half up to two decimals and then added.")
    if competition.price_formula is PriceFormula.POINTS_PER_EURO:
        words = _(
            "The quality points are rounded half up to two decimals and added; points for 10 000 euros are rounded "
            "half up to four decimals."
        )
    return words


def formula_words(competition: Competition) -> str:
    """The price formula in words."""
    if competition.price_formula is PriceFormula.LINEAR:
        return _(
            "Price points: the lowest price gets the whole weight, a price %(times)s times the lowest gets 0, between "
            "them on a line.",
            times=number(competition.linear_zero_at, 2),
        )
    return {
        PriceFormula.LOWEST_OVER_PRICE: _("Price points: weight × lowest price / price."),
        PriceFormula.POINTS_PER_EURO: _("Compared: quality points / price × 10 000. There are no price points."),
        PriceFormula.FIXED_PRICE: _("The price is fixed by the city, so the quality points are compared."),
    }[competition.price_formula]


# ---- for all ----


def body(competition: Competition, found: Sequence[LotResult]) -> dict[str, list[Section]]:
    """What all parties read, per language: what is bought, how it was compared, the comparison of each lot."""
    return {code: _body(competition, found, code) for code in LANGUAGES}


def _body(competition: Competition, found: Sequence[LotResult], language: str) -> list[Section]:
    with using_language(language):
        return [
            _bought(competition),
            _compared(competition),
            *(_lot_comparison(competition, each) for each in found),
        ]


def _bought(competition: Competition) -> Section:
    return _section(
        _("What is bought"),
        localized(competition, "name"),
        localized(competition, "description"),
        _(
            "Places: %(places)s. Customers: %(customers)s.",
            places=listing(competition.places),
            customers=competition.customers,
        ),
        _(
            "The contract runs from %(start)s to %(end)s.",
            start=date_words(competition.starts_on),
            end=date_words(competition.ends_on),
        ),
    )


def _compared(competition: Competition) -> Section:
    weights = [
        _("%(criterion)s: weight %(weight)s", criterion=named(each), weight=number(each.weight, 2))
        for each in competition.criteria
    ]
    return _section(
        _("How the tenders were compared"),
        *weights,
        _(
            "Price formula: %(formula)s. %(words)s",
            formula=PRICE_FORMULA_TITLES[competition.price_formula],
            words=formula_words(competition),
        ),
        rounding_words(competition),
        _("Between equal tenders: %(rule)s.", rule=TIE_RULE_TITLES[competition.tie_rule]),
    )


def lot_title(competition: Competition, found: LotResult) -> str:
    if len(competition.lots) == 1:
        return _("Comparison")
    return _("Comparison, lot %(code)s: %(name)s", code=found.lot.code, name=localized(found.lot, "name"))


def _lot_comparison(competition: Competition, found: LotResult) -> Section:
    lines = [_line(row) for row in found.rows]
    if not found.chosen:
        lines.append(_("No tender is chosen in this lot."))
    return _section(lot_title(competition, found), *lines)


def _line(row: TenderResult) -> str:
    price = money(row.price)
    if row.exclusion is not None:
        return _(
            "%(name)s: excluded. %(ground)s. Price %(price)s.",
            name=row.name,
            ground=EXCLUSION_GROUND_TITLES[row.exclusion.ground],
            price=price,
        )
    words = {
        "name": row.name,
        "points": "; ".join(_points(each) for each in row.points if each.points is not None),
        "total": points_words(row.comparison),
        "price": price,
        "rank": row.rank,
    }
    if row.is_chosen:
        return _("%(rank)s. %(name)s, chosen: %(points)s; compared %(total)s. Price %(price)s.", **words)
    return _("%(rank)s. %(name)s: %(points)s; compared %(total)s. Price %(price)s.", **words)


def _points(each: CriterionPoints) -> str:
    return f"{named(each.criterion)} {points_words(each.points)}"


# ---- for one ----


def own_sections(competition: Competition, found: Sequence[LotResult], tender: Tender, language: str) -> list[Section]:
    """A tenderer's own points with their reasons, those of the chosen tender, and where the difference arose (R70)."""
    with using_language(language):
        sections: list[Section] = []
        for result in found:
            row = result.row_of(tender)
            if row is not None:
                sections += _own_of_lot(competition, result, row)
        return sections


def _in_lot(competition: Competition, found: LotResult, heading: str) -> str:
    if len(competition.lots) == 1:
        return heading
    return _("%(heading)s, lot %(lot)s", heading=heading, lot=localized(found.lot, "name"))


def _own_of_lot(competition: Competition, found: LotResult, row: TenderResult) -> list[Section]:
    own = _in_lot(competition, found, _("Your tender"))
    if row.exclusion is not None:
        return [
            _section(
                own,
                _("The tender was excluded: %(ground)s.", ground=EXCLUSION_GROUND_TITLES[row.exclusion.ground]),
                row.exclusion.reason,
            ),
            *(_chosen(competition, found, row)),
        ]
    place = _("Your tender was chosen.") if row.is_chosen else _("Your tender came to place %(rank)s.", rank=row.rank)
    return [
        _section(
            own,
            place,
            *(_reasoned(each) for each in row.points if each.points is not None),
            _("Compared: %(total)s. Price: %(price)s.", total=points_words(row.comparison), price=money(row.price)),
        ),
        *_chosen(competition, found, row),
    ]


def _reasoned(each: CriterionPoints) -> str:
    words = {"criterion": named(each.criterion), "points": points_words(each.points)}
    if each.criterion.kind is CriterionKind.PRICE:
        return _("%(criterion)s: %(points)s points.", **words)
    return _(
        "%(criterion)s: %(points)s points (score %(score)s). %(reason)s",
        score=number(each.score, 2),
        reason=each.reason,
        **words,
    )


def _chosen(competition: Competition, found: LotResult, own: TenderResult) -> list[Section]:
    """The chosen tenders of the lot, and what they were better in."""
    sections = []
    for chosen in found.chosen:
        if chosen.tender.id == own.tender.id:
            continue
        sections.append(
            _section(
                _in_lot(competition, found, _("The chosen tender: %(name)s", name=chosen.name)),
                *(_reasoned(each) for each in chosen.points if each.points is not None),
                _(
                    "Compared: %(total)s. Price: %(price)s.",
                    total=points_words(chosen.comparison),
                    price=money(chosen.price),
                ),
            )
        )
        if own.exclusion is None and not own.is_chosen:
            sections.append(
                _section(
                    _in_lot(competition, found, _("Where the difference arose")),
                    *_differences(competition, own, chosen),
                )
            )
    return sections


def _differences(competition: Competition, own: TenderResult, chosen: TenderResult) -> list[str]:
    """The relative advantages, criterion by criterion; the tenderer's own, too."""
    lines = []
    for mine, theirs in zip(own.points, chosen.points, strict=True):
        if mine.points is None or theirs.points is None:
            continue
        words = {
            "criterion": named(mine.criterion),
            "mine": points_words(mine.points),
            "theirs": points_words(theirs.points),
            "difference": points_words(abs(theirs.points - mine.points)),
        }
        if theirs.points > mine.points:
            lines.append(
                _("%(criterion)s: the chosen tender got %(theirs)s, yours %(mine)s: %(difference)s more.", **words)
            )
        elif theirs.points < mine.points:
            lines.append(_("%(criterion)s: your tender got %(mine)s, the chosen one %(theirs)s.", **words))
        else:
            lines.append(_("%(criterion)s: both got %(mine)s.", **words))
    if competition.price_formula is PriceFormula.POINTS_PER_EURO:
        lines.append(
            _("Price: the chosen tender %(theirs)s, yours %(mine)s.", theirs=money(chosen.price), mine=money(own.price))
        )
    if own.comparison == chosen.comparison:
        lines.append(_("The tenders were equal: %(rule)s.", rule=TIE_RULE_TITLES[competition.tie_rule]))
    else:
        lines.append(
            _(
                "In all the chosen tender has %(theirs)s, yours %(mine)s.",
                theirs=points_words(chosen.comparison),
                mine=points_words(own.comparison),
            )
        )
    return lines


# ---- one row a tenderer ----


def reasons(competition: Competition, found: Sequence[LotResult], tenders: Sequence[Tender]) -> list[dict[str, Any]]:
    """Of each tenderer whether it was chosen, and why not: one row each, in the decision's language (R70)."""
    with using_language("fi"):
        return [_reason(competition, found, tender) for tender in tenders]


def _reason(competition: Competition, found: Sequence[LotResult], tender: Tender) -> dict[str, Any]:
    rows = [(result, row) for result in found if (row := result.row_of(tender)) is not None]
    assert tender.supplier is not None
    is_chosen = any(row.is_chosen for _result, row in rows)
    why = [_why_not(competition, result, row) for result, row in rows if not row.is_chosen]
    return {
        "requirement": str(tender.supplier_id),
        "text": dict.fromkeys(LANGUAGES, tender.supplier.name),
        "is_met": is_chosen,
        "reason": " ".join(why),
    }


def _why_not(competition: Competition, found: LotResult, row: TenderResult) -> str:
    lot = "" if len(competition.lots) == 1 else localized(found.lot, "name") + ": "
    if row.exclusion is not None:
        return f"{lot}{EXCLUSION_GROUND_TITLES[row.exclusion.ground]}. {row.exclusion.reason}"
    best = found.chosen[-1] if found.chosen else None
    words = {"own": points_words(row.comparison), "rank": row.rank}
    if best is None:
        return lot + _("The tender got %(own)s.", **words)
    return lot + _(
        "The tender got %(own)s and came to place %(rank)s; the chosen tender got %(best)s.",
        best=points_words(best.comparison),
        **words,
    )


# ---- secrets ----


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).casefold().strip()


def quoted_secret(secret: str, texts: Sequence[str]) -> bool:
    """Whether a text repeats a whole sentence of a secret answer."""
    sentences = [_plain(each) for each in re.split(r"(?<=[.!?])\s+|\n", secret)]
    said = [_plain(each) for each in texts]
    return any(len(each) >= _SENTENCE and each in text for each in sentences for text in said)
