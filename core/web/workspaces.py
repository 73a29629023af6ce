"""Each workspace opens with its desk: what is due, in order of deadline, gathered from the rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, url_for

from core import clock
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav
from core.web.access import mandate, requires
from core.web.desk import Act, group_by_day
from core.web.policy import Permission

bp = Blueprint("workspaces", __name__)

#: A room's answer to "what is due for this mandate?", given the present day.
Contribution = Callable[[Mandate, date], Iterable[Act]]
#: A room's summary beside the desk: a template and its values, or nothing.
Panel = Callable[[Mandate, date], "SidePanel | None"]


@dataclass(frozen=True)
class SidePanel:
    """What a room shows beside the desk."""

    template: str
    values: dict[str, Any]


#: A desk shows so many acts of so many days ahead; the rest are counted, and their lists have them all.
DESK_SIZE = 40
DESK_DAYS = timedelta(days=30)

#: A button at the top of a desk: endpoint, label, roles, whether it is the main one.
_shortcuts: list[tuple[str, Any, frozenset[Role], bool]] = []
_contributions: list[tuple[frozenset[Role], Contribution]] = []
#: The contributions that are work of several authorities together: the desk at ``/joint`` shows these only.
_together: list[Contribution] = []
_panels: list[tuple[frozenset[Role], Panel]] = []


def contribute(contribution: Contribution, *roles: Role, together: bool = False) -> None:
    """Let a room put its acts on the desks of these roles.

    :param together: it is work of several authorities: it stands on their common desk, too
    """
    if (entry := (frozenset(roles), contribution)) not in _contributions:
        _contributions.append(entry)
    if together and contribution not in _together:
        _together.append(contribution)


def gathered_for(role: Role, *, together: bool = False) -> int:
    """How many rooms answer for the desk of a role, or for the common one: each with one question to the database."""
    if together:
        return sum(role in roles for roles, give in _contributions if give in _together)
    return sum(role in roles for roles, _give in [*_contributions, *_panels])


def add_panel(panel: Panel, *roles: Role) -> None:
    """Let a room put a summary beside the desks of these roles."""
    if (entry := (frozenset(roles), panel)) not in _panels:
        _panels.append(entry)


def add_shortcut(endpoint: str, label: Any, *roles: Role, primary: bool = False) -> None:
    """Let a room put a button at the top of the desks of these roles."""
    entry = (endpoint, label, frozenset(roles), primary)
    if entry not in _shortcuts:
        _shortcuts.append(entry)


def desk(template: str = "workspaces/desk.html", *, together: bool = False, **values: Any) -> str:
    """The desk of whoever asks.

    :param together: only what several authorities do together; without panels and buttons of other work
    """
    actor = mandate()
    today = clock.helsinki_date(clock.now())
    given = [give for roles, give in _contributions if actor.role in roles and (not together or give in _together)]
    acts = [act for give in given for act in give(actor, today)]
    acts.sort(key=lambda act: act.due_on)
    shown = [act for act in acts if act.due_on <= today + DESK_DAYS][:DESK_SIZE]
    giving = [] if together else [give for roles, give in _panels if actor.role in roles]
    return render_template(
        template,
        days=group_by_day(shown, today),
        hidden=len(acts) - len(shown),
        late=sum(act.due_on < today for act in acts),
        due_today=sum(act.due_on == today for act in acts),
        today=today,
        panels=[panel for give in giving if (panel := give(actor, today)) is not None],
        shortcuts=[
            (url_for(endpoint), str(label), primary)
            for endpoint, label, roles, primary in _shortcuts
            if actor.role in roles and not together
        ],
        **values,
    )


@bp.get("/procurement")
@requires(Permission.PROCUREMENT_DESK)
def procurement() -> Any:
    """The desk of coordinators, decision makers and committees."""
    return desk()


@bp.get("/provider")
@requires(Permission.PROVIDER_DESK)
def provider() -> Any:
    """The desk of a provider."""
    return desk()


@bp.get("/expert")
@requires(Permission.EXPERT_DESK)
def expert() -> Any:
    """The desk of an employment expert."""
    return desk()


@bp.get("/admin")
@requires(Permission.ADMIN_DESK)
def admin() -> Any:
    """The desk of the administrator."""
    return desk()


def init_nav() -> None:
    """The desks come first in the bar."""
    nav.add("workspaces.procurement", _l("Desk"), Role.COORDINATOR, Role.DECIDER, Role.OPENER, order=0)
    nav.add("workspaces.provider", _l("Desk"), Role.PROVIDER, order=0)
    nav.add("workspaces.expert", _l("Desk"), Role.EXPERT, order=0)
    nav.add("workspaces.admin", _l("Desk"), Role.ADMIN, order=0)
