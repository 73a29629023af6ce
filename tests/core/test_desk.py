"""A desk says of every late thing how late it is."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from core.i18n import using_language
from core.web.desk import Act, group_by_day

FRIDAY, MONDAY = dt.date(2026, 11, 20), dt.date(2026, 11, 23)


def test_a_late_act_without_a_deadline_of_its_own_says_how_many_working_days(app: Flask) -> None:
    acts = [Act(title="a", href="/", due_on=FRIDAY), Act(title="b", href="/", due_on=MONDAY)]
    with using_language("en"):
        late, today = group_by_day(acts, MONDAY)
    assert late.acts[0].due is not None
    assert (late.acts[0].due.tone, "1 working day" in late.acts[0].due.bold) == ("late", True)
    assert today.acts[0].due is None
