"""The page of budgets: what is ordered, delivered, to be expected and left."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity import queries as identity_queries
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.options import options
from core.web.submitting import submitted
from orders import queries, service
from orders.forms import BudgetForm
from orders.models import BEYOND_BUDGET_TITLES, BeyondBudget, Budget
from orders.money import overview
from orders.money.policy import Permission as MoneyPermission
from orders.policy import Permission
from orders.views import bp

#: The years one may set money for; others in an address mean this one.
YEARS = range(2000, 2101)


def _year() -> int:
    asked = request.args.get("year", type=int) or 0
    return asked if asked in YEARS else clock.helsinki_date(clock.now()).year


def _form() -> BudgetForm:
    form = BudgetForm(year=_year())
    rows = queries.categories_of(mandate().organisation_id)
    form.category.choices = options((each.id, localized(each, "name")) for each in rows)
    form.beyond.choices = options((each.value, title) for each, title in BEYOND_BUDGET_TITLES.items())
    return form


def _set(form: BudgetForm) -> Budget:
    actor = mandate()
    authority = identity_queries.authority(actor.organisation_id)
    assert authority is not None
    category = next(each for each in queries.categories_of(actor.organisation_id) if str(each.id) == form.category.data)
    beyond = BeyondBudget(form.beyond.data)
    return service.set_budget(authority, category, form.year.data, form.amount.data, beyond=beyond, by=actor)


def _page(form: BudgetForm) -> str:
    actor, today = mandate(), clock.helsinki_date(clock.now())
    year = _year()
    return render_template(
        "orders/budgets.html",
        form=form,
        rows=overview.of_year(actor.organisation_id, year, today),
        year=year,
        may_set=actor.role is Role.COORDINATOR,
        beyond_titles=BEYOND_BUDGET_TITLES,
    )


@bp.get("/procurement/budgets")
@requires(MoneyPermission.BUDGET_LOOK)
def budgets() -> Any:
    """How much may be ordered of each category in a year, what is used of it, and what is to be expected."""
    return _page(_form())


@bp.post("/procurement/budgets")
@requires(Permission.BUDGET_SET)
def set_budget() -> Any:
    """Set the money of a category for a year."""
    form = _form()
    if submitted(form, lambda: _set(form)):
        flash(_("The budget is saved."), "success")
        return redirect(url_for(".budgets", year=form.year.data))
    return _page(form), 422
