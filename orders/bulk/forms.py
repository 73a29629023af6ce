"""The form for a file of many needs."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from dps.systems.models import Category
from orders.groups.models import Group


class BulkForm(FlaskForm):
    category = SelectField(_l("Category"), [InputRequired(_l("Choose the category"))])
    group = SelectField(
        _l("Group"),
        [Optional()],
        description=_l("Only if all of them join the queue of one group."),
    )
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file"))],
        description=_l("CSV, UTF-8, one customer a line, 1 MB at most."),
    )

    def offer_choices(self, categories: Iterable[Category], groups: Iterable[Group]) -> BulkForm:
        self.category.choices = options((each.id, localized(each, "name")) for each in categories)
        self.group.choices = options([("", _l("No group")), *((each.id, each.reference) for each in groups)])
        return self
