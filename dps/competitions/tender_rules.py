"""What a tender must be: pure checks of its content against the documents (R45, R60); no session, no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.competitions.content import CENT, TenderContent, total_of
from dps.competitions.models import Competition, CompetitionLot, PriceLine
from dps.systems.legal_mode import Obstacle
from dps.systems.models import CriterionKind

#: Longest answer and longest price, in characters; what is longer is no answer but an attack.
LONGEST_ANSWER = 20_000
LONGEST_PRICE = 40
LONGEST_NOTE = 4_000

_PRICE = re.compile(r"[0-9]{1,10}([.,][0-9]{1,2})?")
_SPACES = re.compile(r"[\s\u00a0\u202f]")


def price_field(lot: CompetitionLot, line: PriceLine) -> str:
    """The name of a price's field on the page and in a refusal."""
    return f"price:{lot.code}:{line.code}"


def answer_field(lot_code: str, criterion_code: str) -> str:
    return f"answer:{lot_code}:{criterion_code}"


def parsed_price(words: str) -> Decimal | None:
    """Euros with at most two decimals: ``1 250,00`` or ``1250.00``; none for anything else.

    No signs: a minus, a currency sign, ``NaN``, an exponent or a spreadsheet formula is not a price.
    """
    compact = _SPACES.sub("", words)
    if _PRICE.fullmatch(compact) is None:
        return None
    return Decimal(compact.replace(",", ".")).quantize(CENT)


def trimmed(written: TenderContent) -> TenderContent:
    """The written content without what is empty; a lot with nothing in it is not tendered for."""
    lots = {}
    for code, lot in written["lots"].items():
        prices = {line: words.strip() for line, words in lot.get("prices", {}).items() if words.strip()}
        answers = {criterion: words.strip() for criterion, words in lot.get("answers", {}).items() if words.strip()}
        if prices or answers or lot.get("is_offered"):
            lots[code] = {"prices": prices, "answers": answers}
    return {
        "lots": lots,
        "secrets": {field: why.strip() for field, why in written.get("secrets", {}).items() if why.strip()},
        "note": written.get("note", "").strip(),
    }


def refuse_unknown(competition: Competition, written: TenderContent, files: Collection[str] = ()) -> None:
    """Only what the documents ask is taken, and only it, or a file, can be marked as a secret (R86).

    :param files: the files of the tender as they are named among the secrets: ``file:ID``
    :raises RuleBroken: a lot, line, question or secret that there is not, or a text beyond all measure
    """
    lots = {lot.code: lot for lot in competition.lots}
    questions = {each.code for each in competition.criteria if each.kind is CriterionKind.QUALITY}
    for code, given in written["lots"].items():
        lot = lots.get(code)
        if lot is None:
            raise _unknown(code, "lots")
        lines = {line.code for line in lot.lines if line.fixed_price is None}
        for line in given.get("prices", {}):
            if line not in lines:
                raise _unknown(line, f"lots.{lot.code}.prices")
        for question in given.get("answers", {}):
            if question not in questions:
                raise _unknown(question, f"lots.{lot.code}.answers")
        _refuse_too_long(code, given)
    if len(written.get("note", "")) > LONGEST_NOTE:
        raise _too_long("note")
    known = {answer_field(code, question) for code in lots for question in questions} | set(files)
    for field in written.get("secrets", {}):
        if field not in known:
            raise _unknown(field, "secrets")


def _refuse_too_long(code: str, given: TenderContent) -> None:
    for line, words in given.get("prices", {}).items():
        if len(words) > LONGEST_PRICE:
            raise _too_long(f"price:{code}:{line}")
    for question, words in given.get("answers", {}).items():
        if len(words) > LONGEST_ANSWER:
            raise _too_long(answer_field(code, question))


def _unknown(code: str, field: str) -> RuleBroken:
    """``field`` goes into the trail, so it never repeats what the tenderer wrote (I3)."""
    return RuleBroken(
        _l("The documents do not have %(code)s.", code=code[:40]),
        rule="tender-content",
        field=field,
        next_step=_l("Use the lots, lines and questions of the documents in force."),
    )


def _too_long(field: str) -> RuleBroken:
    return RuleBroken(
        _l("The text is too long."), rule="tender-content", field=field, next_step=_l("Shorten it, or add a file.")
    )


def obstacles(competition: Competition, content: TenderContent) -> Iterator[Obstacle]:
    """What keeps the tender from being sent, in the order of the page."""
    if not content["lots"]:
        yield Obstacle(
            "R45",
            "lots",
            _l("The tender offers nothing yet."),
            _l("Fill in the prices and answers of at least one lot."),
        )
    for lot in competition.lots:
        if lot.code in content["lots"]:
            yield from _obstacles_of_lot(competition, lot, content["lots"][lot.code])


def _obstacles_of_lot(competition: Competition, lot: CompetitionLot, given: TenderContent) -> Iterator[Obstacle]:
    for line in lot.lines:
        if line.fixed_price is not None:
            continue
        found = _price_obstacle(lot, line, given.get("prices", {}).get(line.code, ""))
        if found is not None:
            yield found
    for criterion in competition.criteria:
        if criterion.kind is CriterionKind.QUALITY and not given.get("answers", {}).get(criterion.code):
            yield Obstacle(
                "R45",
                answer_field(lot.code, criterion.code),
                _l("A question has no answer."),
                _l("Answer every quality question of the lots you offer."),
            )


def _price_obstacle(lot: CompetitionLot, line: PriceLine, words: str) -> Obstacle | None:
    field = price_field(lot, line)
    if not words:
        return Obstacle(
            "R45", field, _l("A price is missing."), _l("Give every price of the lots you offer, in euros without VAT.")
        )
    price = parsed_price(words)
    if price is None:
        return Obstacle(
            "R45",
            field,
            _l("This is not a price."),
            _l("Write euros with at most two decimals and without signs, like 1250,00."),
        )
    if price < CENT:
        return Obstacle("R45", field, _l("The price is below one cent."), _l("Write at least 0,01."))
    if line.ceiling is not None and price > line.ceiling:
        return Obstacle(
            "R45",
            field,
            _l("The price is above the ceiling, %(ceiling)s euros.", ceiling=line.ceiling),
            _l("A tender above the ceiling would be excluded. Lower the price."),
        )
    return None


def refuse_incomplete(competition: Competition, content: TenderContent) -> None:
    """:raises RuleBroken: the first thing that is missing or wrong, by field and rule"""
    for found in obstacles(competition, content):
        raise RuleBroken(found.message, rule=found.rule, field=found.field, next_step=found.next_step)


def normalised(competition: Competition, content: TenderContent) -> TenderContent:
    """The complete content with its prices in one form, ``1250.00``: as it will be scored."""
    lots = {}
    for lot in competition.lots:
        if lot.code in content["lots"]:
            given = content["lots"][lot.code]
            prices = {code: str(parsed_price(words)) for code, words in given["prices"].items()}
            lots[lot.code] = {"prices": prices, "answers": dict(given["answers"])}
    return {**content, "lots": lots}


def as_sent(competition: Competition, content: TenderContent) -> TenderContent:
    """The content in the form it would be sent in: normalised once nothing is missing, until then as it stands."""
    if next(obstacles(competition, content), None) is not None:
        return content
    return normalised(competition, content)


def total_as_written(content: TenderContent, lot: CompetitionLot) -> Decimal | None:
    """The price of a lot while it is being written, counted as it will be scored; none while a price is not one."""
    prices = content["lots"].get(lot.code, {}).get("prices", {})
    parsed = {code: price for code, words in prices.items() if (price := parsed_price(words)) is not None}
    given = {**content, "lots": {lot.code: {"prices": {code: str(price) for code, price in parsed.items()}}}}
    return total_of(given, lot)
