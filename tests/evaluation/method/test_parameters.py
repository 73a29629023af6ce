from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from evaluation.method.parameters import DEFAULT, VERSION, Parameters

#: Of every published version: add a line, never change one.
PUBLISHED = {"1": "8021965e9925680ae6baa2ca5061b79e634d3a4f020da12329ba080682f21e4d"}


def test_no_number_changes_without_a_new_version():
    assert DEFAULT.version == VERSION
    assert DEFAULT.digest == PUBLISHED[VERSION], "a number changed: raise VERSION and add its digest here"


@pytest.mark.parametrize("name", [field.name for field in fields(Parameters) if field.name != "version"])
def test_another_number_is_another_release_even_if_the_version_was_forgotten(name):
    value = getattr(DEFAULT, name)
    other = object.__new__(Parameters)
    for field in fields(Parameters):
        object.__setattr__(other, field.name, getattr(DEFAULT, field.name))
    object.__setattr__(other, name, tuple(reversed(value)) if isinstance(value, tuple) else value + 1)

    assert other.release_id != DEFAULT.release_id


def test_parameters_are_kept_as_json():
    assert Parameters.from_json(json.loads(json.dumps(DEFAULT.to_json()))) == DEFAULT
    with pytest.raises(ValueError, match="weight_luck"):
        Parameters.from_json(DEFAULT.to_json() | {"weight_luck": 1})


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight_outcome": 0.6},
        {"window_shares": (0.5, 0.5, 0.5)},
        {"weight_outcome": 0.75, "weight_expert": -0.10},
        {"range_expert": 0.0},
        {"folds": 1},
        {"below": 0.6},
        {"penalties": (1.0, 0.0)},
    ],
)
def test_parameters_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError):
        replace(DEFAULT, **wrong)
