"""Free text finds services by word stems, and forgives typing errors."""

from __future__ import annotations

import pytest
from flask import Flask

from core.db import db
from dps.offerings import queries
from tests import worlds_orders as worlds


@pytest.fixture
def names(app: Flask) -> dict[str, str]:
    """Three services, by the name of their supplier."""
    made = worlds.world()
    worlds.offering(made, name="Polku Oy", description_fi="Hygieniapassikoulutus ja työkortit.")
    worlds.offering(
        made,
        name="Stig Ab",
        name_fi="Ryhmävalmennus",
        name_sv="Gruppträning",
        name_en="Group coaching",
        description_sv="Vi övar arbetsintervjuer tillsammans.",
    )
    worlds.offering(made, name="Kartta Oy", name_fi="Uraohjaus", name_sv="Karriärvägledning", name_en="Career guidance")
    return {}


def found(words: str) -> set[str]:
    return {each.supplier.name for each in db.session.scalars(queries.published(words=words))}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("työkorttien", {"Polku Oy"}),  # another case of the Finnish word
        ("arbetsintervju", {"Stig Ab"}),  # another form of the Swedish one
        ("uraohjauksessa", {"Kartta Oy"}),
        ("hygeniapasi", {"Polku Oy"}),  # two letters are missing
        ("karriervägledning", {"Kartta Oy"}),
        ("Polkku", {"Polku Oy"}),  # the provider's name, mistyped
        ("avaruuslento", set()),
    ],
)
def test_given_services_when_words_are_searched_then_stems_and_mistyped_words_find_them(
    names: dict[str, str], words: str, expected: set[str]
) -> None:
    assert found(words) == expected
