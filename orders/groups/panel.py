"""What groups show on the pages of a need and of an order."""

from __future__ import annotations

from core.identity.mandates import Mandate
from core.web.workspaces import SidePanel
from orders.groups import queries, rules, titles
from orders.groups.service import queueing
from orders.models import Need, NeedState, Order


def of_need(need: Need, mandate: Mandate) -> SidePanel | None:
    """The groups that fit an open need, and the queues its customer waits in; one question to the database."""
    if need.state is not NeedState.OPEN:
        return None
    rows = queries.groups_for_need(need)
    wish = queueing.wish_of(need)
    groups = [each for each in rows if each.id and rules.misfit(wish, queueing.course_of(each)) is None]
    waits_anywhere = rows[0].waits_anywhere
    return SidePanel(
        "groups/_need.html",
        {"need": need, "groups": groups, "waits_anywhere": waits_anywhere, "group_titles": titles},
    )


def of_order(order: Order, mandate: Mandate) -> SidePanel | None:
    """Which days of a service were told of, and the absences the authority handles."""
    marks = queries.marks_of(order.id)
    notices = queries.notices_of(order.id)
    if not marks and not notices:
        return None
    return SidePanel(
        "groups/_order.html",
        {"marks": sorted(marks.items(), reverse=True)[:30], "notices": notices, "group_titles": titles},
    )
