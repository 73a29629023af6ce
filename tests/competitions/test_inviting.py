"""Inviting: everybody who is admitted at that moment, with the full time, after four eyes (R35-R39)."""

from __future__ import annotations

import pytest
from flask import Flask

from dps.competitions import queries
from tests import worlds_competitions


@pytest.mark.rule("R35")
def test_everybody_who_is_admitted_is_invited_at_one_moment(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    invitations = queries.invitations_of(made.competition.id)
    assert {each.supplier_id for each in invitations} == {each.supplier.id for each in made.providers}
    assert {each.invited_at for each in invitations} == {made.competition.sent_at}
