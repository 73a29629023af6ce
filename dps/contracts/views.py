"""Pages of frame contracts: the provider's and the city's."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core.i18n import current_language, localized
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.contracts import queries, service
from dps.contracts.models import CONTRACT_STATE_TITLES, ContractState, FrameContract
from dps.contracts.policy import Permission
from dps.systems.forms import ReasonForm
from dps.systems.models import PRICE_UNIT_TITLES, PriceUnit

bp = Blueprint("contracts", __name__)

#: State → the kind of ``status_tag`` and its words.
TAGS = {
    state: (kind, CONTRACT_STATE_TITLES[state])
    for state, kind in {
        ContractState.OFFERED: "warn",
        ContractState.SIGNED_BY_SUPPLIER: "go",
        ContractState.IN_FORCE: "ok",
        ContractState.ENDED: "paused",
    }.items()
}


def _text(contract: FrameContract) -> dict[str, Any]:
    """The contract as it was offered, in the reader's language where there is one."""
    names = {module.code: localized(module, "name") for module in contract.category.modules}
    return {
        "contract": contract,
        "terms": contract.terms.get(current_language()) or contract.terms["fi"],
        "unit": PRICE_UNIT_TITLES[PriceUnit(contract.price_list["unit"])],
        "module_names": names,
        "is_unchanged": service.is_unchanged(contract),
        "tags": TAGS,
        "Permission": Permission,
    }


def _list(query: Any, template: str) -> Any:
    found = page(query, FrameContract, cursor=request.args.get("after", type=uuid.UUID), limit=PAGE_SIZE)
    return render_template(template, contracts=found["items"], next_after=found["next_cursor"], tags=TAGS)


@bp.get("/provider/contracts")
@requires(Permission.CONTRACT_OWN_LIST)
def own() -> Any:
    """The provider's contracts."""
    return _list(queries.contracts_of(mandate().organisation_id), "contracts/own.html")


@bp.get("/provider/contracts/<uuid:contract_id>")
@requires(Permission.CONTRACT_OWN_READ, on=queries.contract)
def own_contract(contract: FrameContract) -> Any:
    """A contract of the provider."""
    return render_template("contracts/own_contract.html", **_text(contract))


@bp.route("/provider/contracts/<uuid:contract_id>/sign", methods=["GET", "POST"])
@requires(Permission.CONTRACT_SIGN_FOR_SUPPLIER, on=queries.contract)
def sign_for_supplier(contract: FrameContract) -> Any:
    """Sign for the provider, on a page that repeats what is signed."""
    form = EmptyForm()
    if submitted(form, lambda: service.sign_for_supplier(contract, by=mandate())):
        flash(_("You have signed the contract. The city signs it next."), "success")
        return redirect(url_for(".own_contract", contract_id=contract.id))
    back = url_for(".own_contract", contract_id=contract.id)
    return render_template("contracts/sign.html", form=form, back=back, **_text(contract)), status_of(form)


@bp.get("/procurement/contracts")
@requires(Permission.CONTRACT_LIST)
def index() -> Any:
    """The authority's contracts."""
    return _list(queries.contracts_of_authority(mandate().organisation_id), "contracts/index.html")


@bp.get("/procurement/contracts/<uuid:contract_id>")
@requires(Permission.CONTRACT_READ, on=queries.contract)
def show(contract: FrameContract) -> Any:
    """A contract of the authority."""
    return render_template("contracts/show.html", **_text(contract))


@bp.route("/procurement/contracts/<uuid:contract_id>/sign", methods=["GET", "POST"])
@requires(Permission.CONTRACT_SIGN_FOR_AUTHORITY, on=queries.contract)
def sign_for_authority(contract: FrameContract) -> Any:
    """Sign for the authority; the contract is in force."""
    form = EmptyForm()
    if submitted(form, lambda: service.sign_for_authority(contract, by=mandate())):
        flash(_("The contract is in force. The provider can publish its services."), "success")
        return redirect(url_for(".show", contract_id=contract.id))
    back = url_for(".show", contract_id=contract.id)
    return render_template("contracts/sign.html", form=form, back=back, **_text(contract)), status_of(form)


@bp.route("/procurement/contracts/<uuid:contract_id>/end", methods=["GET", "POST"])
@requires(Permission.CONTRACT_END, on=queries.contract)
def end(contract: FrameContract) -> Any:
    """End the contract with a reason."""
    form = ReasonForm()
    if submitted(form, lambda: service.end_contract(contract, form.reason.data, by=mandate())):
        flash(_("The contract has ended."), "success")
        return redirect(url_for(".show", contract_id=contract.id))
    return render_template("contracts/end.html", form=form, contract=contract), status_of(form)
