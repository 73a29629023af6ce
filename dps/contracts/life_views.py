"""Pages of a contract's life: options, price adjustments, changes within R81."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.contracts import changing, queries, rules
from dps.contracts.forms import AdjustmentForm, ChangeForm, OptionsForm
from dps.contracts.models import CONTRACT_CHANGE_KIND_TITLES, ContractChange, ContractChangeKind, FrameContract
from dps.contracts.policy import Permission
from dps.contracts.views import CHANGE_TAGS, bp
from dps.systems.forms import ReasonForm


@bp.route("/procurement/contracts/<uuid:contract_id>/options", methods=["GET", "POST"])
@requires(Permission.CONTRACT_PREPARE, on=queries.contract)
def state_options(contract: FrameContract) -> Any:
    """State the options before the provider signs."""
    known = {f"option_{option.number}": option.days for option in contract.options}
    form = OptionsForm(data={"ends_on": contract.ends_on, **known})
    if submitted(form, lambda: changing.state_options(contract, form.ends_on.data, form.days(), by=mandate())):
        flash(_("The options are part of the contract. The provider has been told."), "success")
        return redirect(url_for(".show", contract_id=contract.id))
    return render_template("contracts/options.html", form=form, contract=contract), status_of(form)


@bp.route("/procurement/contracts/<uuid:contract_id>/extend", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DECIDE, on=queries.contract)
def extend(contract: FrameContract) -> Any:
    """Use the next option."""
    form = ReasonForm()
    if submitted(form, lambda: changing.extend(contract, form.reason.data, by=mandate())):
        flash(_("The contract is extended. Both parties have been told."), "success")
        return redirect(url_for(".show", contract_id=contract.id))
    return render_template("contracts/extend.html", form=form, contract=contract), status_of(form)


@bp.route("/procurement/contracts/<uuid:contract_id>/adjust-prices", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DECIDE, on=queries.contract)
def adjust_prices(contract: FrameContract) -> Any:
    """Move the highest prices by an index."""
    form = AdjustmentForm()
    if submitted(form, lambda: changing.adjust_prices(contract, form.details(), by=mandate())):
        flash(_("The highest prices are adjusted. Both parties have been told."), "success")
        return redirect(url_for(".show", contract_id=contract.id))
    return render_template("contracts/adjust.html", form=form, contract=contract), status_of(form)


@bp.route("/procurement/contracts/<uuid:contract_id>/changes/new", methods=["GET", "POST"])
@requires(Permission.CONTRACT_PREPARE, on=queries.contract)
def new_change(contract: FrameContract) -> Any:
    """Prepare a change."""
    form = ChangeForm(value=Decimal("0.00"))
    if done := submitted(form, lambda: changing.prepare_change(contract, form.details(), by=mandate())):
        flash(_("The change waits for a decision maker."), "success")
        return redirect(url_for(".show_change", contract_change_id=done.id))
    return render_template(
        "contracts/change_new.html",
        form=form,
        contract=contract,
        kinds=CONTRACT_CHANGE_KIND_TITLES,
        used=_used(contract),
    ), status_of(form)


def _used(contract: FrameContract) -> list[tuple[ContractChangeKind, Decimal, Decimal | None, bool]]:
    """For each kind: what its changes come to, the limit, and whether it holds for all together."""
    today, found = clock.helsinki_date(clock.now()), []
    for kind in ContractChangeKind:
        total = rules.total_of(contract.changes, kind)
        value = contract.original_value
        limit = rules.largest(kind, value, contract.category.cpv, today) if value is not None else None
        found.append((kind, total, limit[0] if limit else None, kind is ContractChangeKind.SMALL_CHANGE))
    return found


def _change_page(change: ContractChange, template: str, **words: Any) -> str:
    return render_template(
        template,
        change=change,
        contract=change.contract,
        kinds=CONTRACT_CHANGE_KIND_TITLES,
        change_tags=CHANGE_TAGS,
        Permission=Permission,
        **words,
    )


@bp.get("/procurement/contract-changes/<uuid:contract_change_id>")
@requires(Permission.CHANGE_READ, on=queries.change)
def show_change(change: ContractChange) -> Any:
    """A change, with the running total of its kind."""
    return _change_page(change, "contracts/change.html", used=_used(change.contract))


@bp.route("/procurement/contract-changes/<uuid:contract_change_id>/decide", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DECIDE, on=queries.change)
def decide_change(change: ContractChange) -> Any:
    """Decide on a change, on a page that repeats it."""
    form = EmptyForm()
    if submitted(form, lambda: changing.decide_change(change, by=mandate())):
        flash(_("The change is decided. The provider is asked to accept it."), "success")
        return redirect(url_for(".show_change", contract_change_id=change.id))
    return _change_page(change, "contracts/change_decide.html", form=form), status_of(form)


@bp.post("/procurement/contract-changes/<uuid:contract_change_id>/drop")
@requires(Permission.CHANGE_READ, on=queries.change)
def drop_change(change: ContractChange) -> Any:
    """Give a change up."""
    changing.drop_change(change, by=mandate())
    flash(_("The change is dropped."), "success")
    return redirect(url_for(".show_change", contract_change_id=change.id))


@bp.get("/provider/contract-changes/<uuid:contract_change_id>")
@requires(Permission.CHANGE_OWN_READ, on=queries.change)
def own_change(change: ContractChange) -> Any:
    """A decided change of the provider's contract."""
    return _change_page(change, "contracts/own_change.html")


@bp.post("/provider/contract-changes/<uuid:contract_change_id>/accept")
@requires(Permission.CHANGE_ANSWER, on=queries.change)
def accept_change(change: ContractChange) -> Any:
    """Accept a change; it is in force."""
    changing.accept_change(change, by=mandate())
    flash(_("You have accepted the change. It is in force."), "success")
    return redirect(url_for(".own_change", contract_change_id=change.id))


@bp.post("/provider/contract-changes/<uuid:contract_change_id>/decline")
@requires(Permission.CHANGE_ANSWER, on=queries.change)
def decline_change(change: ContractChange) -> Any:
    """Decline a change; the contract stays as it was."""
    changing.decline_change(change, by=mandate())
    flash(_("You have declined the change. The contract stays as it was."), "success")
    return redirect(url_for(".own_change", contract_change_id=change.id))
