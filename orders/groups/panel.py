"""What groups show on the pages of a need and of an order."""

from __future__ import annotations

from core import clock
from core.identity.mandates import Mandate
from core.web.workspaces import SidePanel
from orders.groups import queries, rules, titles
from orders.groups.service import queueing
from orders.models import Need, NeedState, Order


def of_need(need: Need, mandate: Mandate) -> SidePanel | None:
    """The groups that fit an open need, and the queues its customer waits in."""
    if need.state is not NeedState.OPEN:
        return None
    today = clock.helsinki_date(clock.now())
    wish = queueing.wish_of(need)
    groups = [
        each
        for each in queries.groups_for_need(need, today)
        if queueing.takes_people(each) and rules.misfit(wish, queueing.course_of(each)) is None
    ]
    entries = queries.entries_of_need(need.id)
    if not groups and not entries:
        return None
    offered = queries.offered_counts([each.id for each in groups])
    return SidePanel(
        "groups/_need.html",
        {
            "need": need,
            "groups": groups,
            "entries": entries,
            "queued": {each.group_id for each in entries},
            "free": {each.id: each.seats_empty - offered.get(each.id, 0) for each in groups},
            "group_titles": titles,
        },
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
