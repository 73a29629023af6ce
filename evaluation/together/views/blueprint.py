"""The blueprint of following together, and what its pages share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, render_template, request

from core import clock
from core.web.access import mandate
from dps.joint.agreements.models import CooperationAgreement
from evaluation.together import followed as following
from evaluation.together.followed import Followed

Agreements = Sequence[CooperationAgreement]

bp = Blueprint("together", __name__)


def today() -> Any:
    return clock.helsinki_date(clock.now())


def year_asked() -> int:
    """The year asked for, or the present one."""
    asked = request.args.get("year", "")
    return int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2200 else int(today().year)


def years_around(year: int) -> range:
    """The years to choose from: the one shown, the one before, the one after if it has begun."""
    return range(year - 1, min(year + 2, today().year + 1))


def nothing(title: str) -> str:
    """The authority is no party of an agreement that has been approved."""
    return render_template("together/nothing.html", title=title)


def shown_first(page: Callable[[Followed, Agreements], Any], title: str) -> Any:
    """A page about the newest agreement that the reader's authority is a party of."""
    agreements = following.agreements_of(mandate())
    found = following.first_of(agreements, mandate())
    return page(found, agreements) if found else nothing(title)


def shown(page: Callable[[Followed, Agreements], Any], found: Followed) -> Any:
    """A page about one of the reader's agreements, with the others to choose from."""
    return page(found, following.agreements_of(mandate()))
