"""What each legal mode asks (R1-R9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dps.systems import legal_mode
from dps.systems.legal_mode import InstructionKind
from dps.systems.models import LegalMode, OrderingRule

DAY = date(2026, 11, 22)
LARGE = Decimal("4000000.00")


@pytest.mark.rule("R4", "R5")
@pytest.mark.parametrize(
    ("cpv", "point", "threshold"),
    [
        ("79611000-0", 1, 400_000),
        ("85312300-2", 1, 400_000),
        ("85312510-7", 1, 400_000),
        ("80500000-9", 2, 400_000),
        ("80530000-8", 2, 400_000),
        ("98000000-3", 5, 300_000),
        ("79634000-7", None, 60_000),
        ("79633000-0", None, 60_000),
        ("79635000-4", None, 60_000),
    ],
)
def test_the_cpv_code_gives_the_point_of_annex_e_and_the_national_threshold(cpv, point, threshold):
    assert legal_mode.annex_e_point(cpv) == point
    assert legal_mode.national_threshold(cpv, DAY) == threshold


@pytest.mark.rule("R1")
def test_annex_e_rules_are_possible_only_for_codes_of_annex_e():
    assert LegalMode.ANNEX_E_DPS_LIKE in legal_mode.possible_modes("79611000-0", LARGE, DAY)
    assert legal_mode.possible_modes("79634000-7", LARGE, DAY) == (LegalMode.DPS_STRICT,)


@pytest.mark.rule("R7")
@pytest.mark.parametrize(("value", "possible"), [("399999.99", True), ("400000.00", False)])
def test_a_small_purchase_is_possible_only_below_the_national_threshold(value, possible):
    modes = legal_mode.possible_modes("79611000-0", Decimal(value), DAY)

    assert (LegalMode.SMALL_PURCHASE in modes) is possible


@pytest.mark.rule("R7")
def test_the_lowest_threshold_of_the_whole_system_decides_about_a_small_purchase():
    modes = legal_mode.possible_modes("79611000-0", Decimal("100000.00"), DAY, others=["79634000-7"])

    assert LegalMode.SMALL_PURCHASE not in modes


@pytest.mark.rule("R2", "R3")
@pytest.mark.parametrize(
    ("mode", "allowed"),
    [(LegalMode.DPS_STRICT, False), (LegalMode.ANNEX_E_DPS_LIKE, True), (LegalMode.SMALL_PURCHASE, True)],
)
def test_a_strict_system_has_no_direct_orders_and_no_frame_contracts(mode, allowed):
    assert legal_mode.direct_orders_allowed(mode) is allowed
    assert legal_mode.orders_follow_awards(mode, OrderingRule.CUSTOMER_CHOICE) is not allowed
    assert legal_mode.orders_follow_awards(mode, OrderingRule.COMPETITION)


@pytest.mark.rule("R2")
@pytest.mark.parametrize("rule", sorted(set(OrderingRule) - {OrderingRule.COMPETITION}))
def test_a_strict_category_takes_competition_only_as_ordering_rule(rule):
    found = legal_mode.check_category(
        LegalMode.DPS_STRICT, rule, "79634000-7", system_value=LARGE, other_cpvs=[], on=DAY
    )

    assert [obstacle.rule for obstacle in found] == ["R2"]


@pytest.mark.rule("R4")
def test_a_code_without_check_digit_is_refused():
    found = legal_mode.check_category(
        LegalMode.DPS_STRICT, OrderingRule.COMPETITION, "79634000", system_value=LARGE, other_cpvs=[], on=DAY
    )

    assert [obstacle.field for obstacle in found] == ["cpv"]


@pytest.mark.rule("R4")
def test_a_system_of_annex_e_and_ordinary_services_mixes_regimes():
    assert legal_mode.mixes_regimes(["79611000-0", "79634000-7"])
    assert not legal_mode.mixes_regimes(["79611000-0", "80500000-9"])


@pytest.mark.rule("R8")
def test_only_a_small_purchase_gets_the_municipal_instruction():
    kinds = {mode: legal_mode.instruction_kind(mode) for mode in LegalMode}

    assert kinds == {
        LegalMode.DPS_STRICT: InstructionKind.MARKET_COURT,
        LegalMode.ANNEX_E_DPS_LIKE: InstructionKind.MARKET_COURT,
        LegalMode.SMALL_PURCHASE: InstructionKind.MUNICIPAL,
    }


@pytest.mark.rule("R9")
def test_small_purchases_that_together_reach_the_threshold_are_suspicious():
    values = [Decimal("200000.00"), Decimal("200000.00")]

    assert legal_mode.splitting_suspected(values, "79611000-0", DAY)
    assert not legal_mode.splitting_suspected(values[:1], "79611000-0", DAY)
