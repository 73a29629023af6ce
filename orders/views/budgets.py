"""The coordinator's page of budgets."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity import queries as identity_queries
from core.web.access import mandate, requires
from core.web.options import options
from core.web.submitting import status_of, submitted
from dps.systems.models import Category
from orders import queries, service
from orders.forms import BudgetForm
from orders.models import Budget
from orders.policy import Permission
from orders.views import bp

#: The years one may set money for; others in an address mean this one.
YEARS = range(2000, 2101)


def _set(form: BudgetForm, categories: dict[uuid.UUID, Category]) -> Budget:
    actor = mandate()
    authority = identity_queries.authority(actor.organisation_id)
    assert authority is not None
    category = categories[uuid.UUID(form.category.data)]
    return service.set_budget(authority, category, form.year.data, form.amount.data, by=actor)


@bp.route("/procurement/budgets", methods=["GET", "POST"])
@requires(Permission.BUDGET_SET)
def budgets() -> Any:
    """How much may be ordered of each category in a year, and how much is left."""
    authority_id = mandate().organisation_id
    asked = request.args.get("year", type=int) or 0
    year = asked if asked in YEARS else clock.helsinki_date(clock.now()).year
    categories = {each.id: each for each in queries.categories_of(authority_id)}
    form = BudgetForm(year=year)
    form.category.choices = options((each.id, localized(each, "name")) for each in categories.values())
    if submitted(form, lambda: _set(form, categories)):
        flash(_("The budget is saved."), "success")
        return redirect(url_for(".budgets", year=form.year.data))
    rows = queries.budgets_of_year(authority_id, year)
    return render_template("orders/budgets.html", form=form, budgets=rows, year=year), status_of(form)
