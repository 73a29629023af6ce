"""A small run of benchmarks/simulation.py; the committed picture is of the long one."""

from __future__ import annotations

import importlib.util
import sys

import pytest
from lxml import etree

from tests.conftest import TOP


def load(name):
    spec = importlib.util.spec_from_file_location(name, TOP / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def simulation():
    return load("simulation")


@pytest.fixture(scope="module")
def found(simulation):
    return simulation.simulate(8)


def test_intervals_hold_the_truth_and_funnels_raise_no_more_alarms_than_they_should(found):
    assert 0.90 <= found.coverage <= 0.985
    assert 0.02 <= found.false_alarms(0) <= 0.09
    assert found.false_alarms(1) <= 0.01


def test_skimming_pays_in_raw_results_and_not_in_adjusted_ones(found):
    assert found.skimmer_over_better(0) == 1
    assert found.skimmer_over_better(1) <= 0.25
    assert sum(found.raw_with_ease) / 8 > 0.85
    assert abs(sum(found.adjusted_with_ease) / 8) < 0.2


def test_a_check_tells_what_is_not_as_it_should_be(simulation, found):
    found = simulation.Found(**{**vars(found), "held": [held * 0.9 for held in found.held]})
    _, value, least, _ = simulation.checks(found)[0]

    assert value < least


def test_the_picture_tells_its_finding(found):
    picture = load("simulation_picture").draw(found, 8)
    tree = etree.fromstring(picture.encode())
    words = " ".join(tree.itertext())

    assert "truly better" in words
    assert tree.find("{*}desc").text.startswith("Simulated providers")
    assert "<style>" in (TOP / "docs" / "evaluation-simulation.svg").read_text()
