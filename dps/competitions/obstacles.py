"""What keeps a competition from being sent: every rule that documents or committee break (R40-R44, R53, R57)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from dps.competitions import rules
from dps.competitions.documents import Documents, LotDetails
from dps.competitions.models import CommitteeMember, PriceFormula
from dps.systems import legal_mode
from dps.systems import rules as systems
from dps.systems.legal_mode import Obstacle
from dps.systems.models import Category, CriterionKind, CriterionSubject, LegalMode, OrderingRule

#: More rows than a price table can sensibly have are refused (I10).
MOST_LINES = 200
MOST_LOTS = 50
MOST_CRITERIA = 100
#: Two different people open (R57).
OPENERS = 2
#: So many hold keys of their own; two of them open.
KEY_HOLDERS = 3


def found(
    documents: Documents, category: Category, committee: Sequence[CommitteeMember], due_at: datetime | None, on: date
) -> list[Obstacle]:
    """Everything, in the order of the pages on which it is mended."""
    return [
        *_of_category(category, on),
        *of_documents(documents, category, due_at),
        *of_criteria(documents, category),
        *_of_committee(documents, committee),
    ]


def of_documents(documents: Documents, category: Category, due_at: datetime | None) -> list[Obstacle]:
    """What the documents lack beside their criteria."""
    return [
        *_of_details(documents, category),
        *_of_times(documents, due_at),
        *_of_lots(documents, category),
        *of_formula(documents),
    ]


def of_category_rule(category: Category) -> Iterator[Obstacle]:
    """Whether orders of the category come from competitions (R2, R3)."""
    if category.legal_mode is not LegalMode.DPS_STRICT and category.ordering_rule is not OrderingRule.COMPETITION:
        yield Obstacle(
            "R3",
            "category_id",
            _l("The published ordering rule of the category is not competition."),
            _l("Order by the published rule, or change the rule of the category first."),
        )


def _of_category(category: Category, on: date) -> Iterator[Obstacle]:
    yield from of_category_rule(category)
    if not systems.takes_orders(category, on):
        yield Obstacle(
            "R19",
            "category_id",
            _l("The system is closed, or the category has ended: no competition can be sent."),
            _l("Wait until the system is open again."),
        )


def _of_details(documents: Documents, category: Category) -> Iterator[Obstacle]:
    details = documents.details
    for name, message in (
        ("name", _l("The name is missing in Finnish or Swedish.")),
        ("description", _l("The description is missing in Finnish or Swedish.")),
        ("terms", _l("The contract terms are missing in Finnish or Swedish.")),
    ):
        if not (getattr(details, f"{name}_fi").strip() and getattr(details, f"{name}_sv").strip()):
            field = f"{name}_sv" if getattr(details, f"{name}_fi").strip() else f"{name}_fi"
            yield Obstacle("R102", field, message, _l("Write the text in both languages."))
    if not details.places or not set(details.places) <= set(category.areas):
        yield Obstacle(
            "R11",
            "places",
            _l("The places are not places of the category."),
            _l("Choose one or more of the category's places."),
        )
    if details.winners != 1 and legal_mode.one_contractor_a_lot(category.legal_mode):
        yield Obstacle(
            "N7",
            "winners",
            _l("In a dynamic purchasing system of the Procurement Act one supplier is chosen for each lot."),
            _l("Enter 1, or divide the purchase into lots."),
        )
    if details.skips_standstill and not legal_mode.may_skip_standstill(category.legal_mode, OPENERS):
        yield Obstacle(
            "R74",
            "skips_standstill",
            _l("The standstill period cannot be left out in this legal mode."),
            _l("Take the choice away: the contract waits for the end of the standstill period."),
        )


def _of_times(documents: Documents, due_at: datetime | None) -> Iterator[Obstacle]:
    details = documents.details
    if due_at is None:
        yield Obstacle(
            "R37", "planned_due_on", _l("The time for tenders has no end."), _l("Choose the last day for tenders.")
        )
        return
    if details.starts_on <= rules.last_day(due_at):
        yield Obstacle(
            "R37",
            "starts_on",
            _l("The contract would begin before the time for tenders has ended."),
            _l("Choose a later first day of the contract."),
        )
    if details.questions_until is not None and details.questions_until > due_at:
        yield Obstacle(
            "R47",
            "questions_until_on",
            _l("Questions are taken longer than tenders."),
            _l("Choose an earlier last day for questions."),
        )


def _of_lots(documents: Documents, category: Category) -> Iterator[Obstacle]:
    if not documents.lots:
        yield Obstacle("R40", "lots", _l("There is no lot."), _l("Add a lot with its price table."))
    for lot in documents.lots:
        yield from _of_lot(lot, category)


def _of_lot(lot: LotDetails, category: Category) -> Iterator[Obstacle]:
    name = localized(lot, "name")
    if not lot.lines:
        yield Obstacle(
            "R40", "lots", _l("Lot %(name)s has no price table.", name=name), _l("Add the line that is paid for.")
        )
    elif lot.lines[0].unit is not category.price_unit:
        yield Obstacle(
            "R41",
            "lots",
            _l("The first line of lot %(name)s is not in the unit of the category.", name=name),
            _l("The first line is the service itself. Put it first, in the published unit."),
        )
    modules = {module.code for module in category.modules}
    for line in lot.lines:
        if line.module_code is not None and line.module_code not in modules:
            yield Obstacle(
                "R41",
                "lots",
                _l("Line %(code)s prices a module that the category does not have.", code=line.code),
                _l("Choose a module of the category."),
            )


def of_criteria(documents: Documents, category: Category) -> Iterator[Obstacle]:
    """Weights and parents, for a draft and for an amendment (R40, R41, R42, R44)."""
    criteria = documents.criteria
    total = sum((each.weight for each in criteria), Decimal(0))
    if total != 100:
        yield Obstacle(
            "R40",
            "criteria",
            _l("The weights add up to %(total)s, not to 100.", total=f"{total.normalize():f}"),
            _l("Correct the weights."),
        )
    parents = {each.code: each for each in category.award_criteria}
    for code, parent in parents.items():
        text = localized(parent, "text")
        if parent.concerns is CriterionSubject.SUPPLIER:
            yield Obstacle(
                "R44",
                "criteria",
                _l("An award criterion is about the provider itself: %(text)s.", text=text),
                _l("Make it a suitability requirement, or compare the service or the named staff."),
            )
            continue
        share = sum((each.weight for each in criteria if each.parent == code), Decimal(0))
        if share == 0:
            yield Obstacle(
                "R41",
                "criteria",
                _l("The published criterion %(text)s is missing.", text=text),
                _l("Add it as it is, or in more precise parts."),
            )
        elif share != parent.weight:
            yield Obstacle(
                "R41",
                "criteria",
                _l(
                    "The parts of %(text)s weigh %(share)s together; %(weight)s was published.",
                    text=text,
                    share=f"{share.normalize():f}",
                    weight=f"{parent.weight.normalize():f}",
                ),
                _l("Let the parts add up to the published weight."),
            )
    for each in criteria:
        if each.parent not in parents:
            yield no_parent(each.code)
        if each.kind is CriterionKind.QUALITY and not (each.scale_fi.strip() and each.scale_sv.strip()):
            yield Obstacle(
                "R40",
                "criteria",
                _l("The question %(code)s does not say in Finnish and Swedish what earns points.", code=each.code),
                _l("Write what earns points."),
            )
        if each.minimum is not None and each.minimum > documents.details.scale_max:
            yield Obstacle(
                "R40",
                "criteria",
                _l("The question %(code)s asks for more points than its scale has.", code=each.code),
                _l("Lower the least points, or use a longer scale."),
            )
    has_quality = any(each.kind is CriterionKind.QUALITY for each in criteria)
    if criteria and not has_quality and not documents.details.price_only_reason.strip():
        yield Obstacle(
            "R42",
            "price_only_reason",
            _l("Price alone decides, and no reason is given."),
            _l("Write why, or add a criterion of quality."),
        )


def no_parent(code: str) -> Obstacle:
    """Criteria come from the notice and are only made more precise (R41)."""
    return Obstacle(
        "R41",
        "parent",
        _l("The criterion %(code)s has no criterion of the notice above it.", code=code),
        _l("Choose the published criterion that it makes more precise."),
    )


def about_supplier(code: str) -> Obstacle:
    """The bidder's own past and its quality record are no award criteria (R44)."""
    return Obstacle(
        "R44",
        "concerns",
        _l("The criterion %(code)s is about the provider itself or its earlier results.", code=code),
        _l("Make it a suitability requirement, or compare the service or the named staff."),
    )


def of_formula(documents: Documents) -> Iterator[Obstacle]:
    """Whether the price formula fits criteria and prices (R43)."""
    formula = documents.details.price_formula
    kinds = {each.kind for each in documents.criteria}
    lines = [line for lot in documents.lots for line in lot.lines]
    if formula is PriceFormula.FIXED_PRICE:
        if CriterionKind.PRICE in kinds:
            yield Obstacle(
                "R43",
                "price_formula",
                _l("The price is fixed, so it cannot be a criterion."),
                _l("Choose another formula: the notice compares prices."),
            )
        if any(line.fixed_price is None for line in lines):
            yield Obstacle(
                "R43",
                "price_formula",
                _l("Quality alone decides, but a line of a price table has no fixed price."),
                _l("Enter the fixed price of every line."),
            )
        return
    if documents.criteria and CriterionKind.PRICE not in kinds:
        yield Obstacle(
            "R43",
            "price_formula",
            _l("No criterion is about the price."),
            _l("Choose a fixed price: then quality alone decides."),
        )
    if lines and all(line.fixed_price is not None for line in lines):
        yield Obstacle(
            "R43",
            "price_formula",
            _l("Every price is fixed, so prices cannot be compared."),
            _l("Take a fixed price away, or choose a fixed price as the formula."),
        )
    if formula is PriceFormula.POINTS_PER_EURO and CriterionKind.QUALITY not in kinds:
        yield Obstacle(
            "R43",
            "price_formula",
            _l("Quality points are divided by the price, but no criterion is about quality."),
            _l("Choose another formula, or add a criterion of quality."),
        )


def _of_committee(documents: Documents, committee: Sequence[CommitteeMember]) -> Iterator[Obstacle]:
    serving = [each for each in committee if each.removed_at is None and not each.has_conflict]
    openers = [each for each in serving if each.opens]
    if len(openers) < OPENERS:
        yield Obstacle(
            "R57", "committee", _l("Fewer than two people may open the tenders."), _l("Name another opening member.")
        )
    if not any(each.evaluates for each in serving):
        yield Obstacle("R55", "committee", _l("Nobody has been named to evaluate."), _l("Name at least one evaluator."))
    if not documents.details.has_committee_keys:
        return
    if len(openers) != KEY_HOLDERS:
        yield Obstacle(
            "R57",
            "committee",
            _l("A committee with keys of its own has exactly three opening members."),
            _l("Name three, or take the keys away."),
        )
    elif any(each.public_key is None for each in openers):
        yield Obstacle(
            "R57",
            "committee",
            _l("An opening member has not made a key yet."),
            _l("Ask every opening member to make a key."),
        )


def of_shape(documents: Documents) -> Iterator[Obstacle]:
    """What not even a draft may be: too long lists, repeated codes, an end before the start."""
    details = documents.details
    if details.ends_on <= details.starts_on:
        yield Obstacle(
            "I10",
            "ends_on",
            _l("The contract ends before it begins."),
            _l("Enter a last day after the first day."),
        )
    if any(days <= 0 for days in details.option_days):
        yield Obstacle("I10", "option_days", _l("An option has no length."), _l("Enter its days as a whole number."))
    lists: list[tuple[Sequence[Any], int, str]] = [
        (documents.lots, MOST_LOTS, "lots"),
        (documents.criteria, MOST_CRITERIA, "criteria"),
        *((lot.lines, MOST_LINES, "lots") for lot in documents.lots),
    ]
    for items, most, field in lists:
        if len(items) > most:
            yield Obstacle(
                "I10",
                field,
                _l("There are %(count)s rows, and at most %(most)s are taken.", count=len(items), most=most),
                _l("Put rows together."),
            )
        if len({each.code for each in items}) != len(items):
            yield Obstacle("I10", "code", _l("Two rows have the same code."), _l("Choose another code."))
