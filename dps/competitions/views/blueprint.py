"""The blueprint of the staff's pages, and what they share."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, request

from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from dps.competitions import queries_preparing as asked
from dps.competitions.models import Competition
from dps.competitions.policy import Permission

bp = Blueprint("competitions", __name__)

BASE = "/procurement/competitions/<uuid:competition_id>"


@bp.context_processor
def words() -> dict[str, Any]:
    """What the templates ask for rights by."""
    return {"Permission": Permission}


def loaded(competition_id: uuid.UUID, **_words: str | uuid.UUID | int) -> Competition | None:
    """The competition of an address that may name something in it, too."""
    return asked.full_competition(competition_id)


def word(name: str) -> str:
    """A word of the address that the loader left aside."""
    assert request.view_args is not None
    return str(request.view_args[name])


def missing() -> NotFound:
    return NotFound(
        _l("There is no such page or record."), rule="not-found", next_step=_l("Go back to the competition.")
    )
