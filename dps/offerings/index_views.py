"""The page of index changes: what was decided, and deciding."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.fields import DecimalField
from core.web.options import options
from core.web.submitting import submitted
from core.web.text_checks import no_identity_code, no_nul
from dps.offerings import indexing, queries
from dps.offerings.index_models import IndexChange
from dps.offerings.indexing import IndexDetails
from dps.offerings.policy import Permission

bp = Blueprint("indexing", __name__)
_TEXT = [Length(max=2000), no_nul, no_identity_code]


class IndexForm(FlaskForm):
    """By how much prices move, from when, and where the contracts say so."""

    category = SelectField(_l("Category"), [InputRequired(_l("Choose the category"))])
    from_on = DateField(_l("From what day"), [InputRequired(_l("Enter the day"))])
    percent = DecimalField(
        _l("Change in percent"),
        [Optional()],
        places=2,
        description=_l("For example 2.50. A minus sign lowers the prices. Empty if you give the points of the index."),
    )
    points_from = DecimalField(_l("Points of the index before"), [Optional()], places=2)
    points_to = DecimalField(_l("Points of the index after"), [Optional()], places=2)
    index_name = StringField(
        _l("Index"), [DataRequired(_l("Write the name of the index")), Length(max=200), *_TEXT[1:]]
    )
    clause = TextAreaField(
        _l("Review clause, word for word"),
        [DataRequired(_l("Copy the clause from the contract")), *_TEXT],
        description=_l("As it stands in the signed terms, in any language."),
    )
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Write the reason")), *_TEXT])

    def details(self) -> IndexDetails:
        return IndexDetails(
            from_on=self.from_on.data,
            percent=self.percent.data,
            points_from=self.points_from.data,
            points_to=self.points_to.data,
            index_name=self.index_name.data,
            clause=self.clause.data,
            reason=self.reason.data,
        )


def _form() -> IndexForm:
    form = IndexForm()
    rows = queries.categories_of_authority(mandate().organisation_id)
    form.category.choices = options((each.id, localized(each, "name")) for each in rows)
    return form


def _page(form: IndexForm) -> str:
    actor = mandate()
    return render_template(
        "offerings/index_changes.html",
        form=form,
        changes=queries.newest_index_changes(actor.organisation_id),
        may_decide=actor.role is Role.DECIDER,
    )


@bp.get("/procurement/index-changes")
@requires(Permission.INDEX_LIST)
def changes() -> Any:
    """What was decided of the authority's prices, newest first."""
    return _page(_form())


def _decide(form: IndexForm) -> IndexChange:
    wanted = uuid.UUID(form.category.data)
    category = next(each for each in queries.categories_of_authority(mandate().organisation_id) if each.id == wanted)
    return indexing.decide(category, form.details(), by=mandate())


@bp.post("/procurement/index-changes")
@requires(Permission.INDEX_PAGE)
def decide() -> Any:
    """Decide that prices move from a day on."""
    form = _form()
    if done := submitted(form, lambda: _decide(form)):
        flash(_("Decided. The prices change on %(date)s; the providers get a message.", date=done.from_on), "success")
        return redirect(url_for(".changes"))
    return _page(form), 422
