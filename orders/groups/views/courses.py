"""Joint courses to come: for customers and who advises them, without a login."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from core import clock
from core.web.access import public
from orders.groups import queries
from orders.groups.forms import CourseFilterForm
from orders.groups.views import bp


@bp.get("/courses")
@public
def courses() -> Any:
    """The courses that several cities fill together."""
    today = clock.helsinki_date(clock.now())
    form = CourseFilterForm(request.args).offer_choices(*queries.course_choices(today))
    skip = max(0, request.args.get("first", 0, type=int) or 0)
    wanted = form.wanted()
    rows = queries.courses_page(queries.narrowed_courses(queries.joint_courses(today), wanted), skip)
    shown = rows[: queries.PAGE_SIZE]
    given: dict[str, Any] = {name: value for name, value in request.args.items() if name != "first" and value}
    more = len(rows) > queries.PAGE_SIZE
    return render_template(
        "groups/courses.html",
        form=form,
        courses=shown,
        free=queries.with_free_seats(shown),
        following=url_for(".courses", **{**given, "first": skip + queries.PAGE_SIZE}) if more else None,
    )
