"""Pages of frame contracts: the provider's and the city's."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.errors import NotFound
from core.i18n import current_language, localized
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.contracts import gates, queries, rules, service
from dps.contracts.forms import SignForm, liability_form, winner_form, worker_form
from dps.contracts.models import (
    CONTRACT_CHANGE_KIND_TITLES,
    CONTRACT_CHANGE_STATE_TITLES,
    CONTRACT_STATE_TITLES,
    WINNER_EVIDENCE_TITLES,
    ContractChangeState,
    ContractState,
    FrameContract,
    SecrecyUndertaking,
)
from dps.contracts.policy import Permission
from dps.systems.forms import ReasonForm
from dps.systems.models import PRICE_UNIT_TITLES, PriceUnit
from suppliers.models import DOCUMENT_KIND_TITLES, Supplier
from suppliers.views import own_supplier

bp = Blueprint("contracts", __name__)

#: State → the kind of ``status_tag`` and its words.
TAGS = {
    state: (kind, CONTRACT_STATE_TITLES[state])
    for state, kind in {
        ContractState.OFFERED: "warn",
        ContractState.SIGNED_BY_SUPPLIER: "go",
        ContractState.IN_FORCE: "ok",
        ContractState.ENDED: "paused",
        ContractState.LAPSED: "paused",
    }.items()
}

CHANGE_TAGS = {
    state: (kind, CONTRACT_CHANGE_STATE_TITLES[state])
    for state, kind in {
        ContractChangeState.PREPARED: "go",
        ContractChangeState.DECIDED: "warn",
        ContractChangeState.ACCEPTED: "ok",
        ContractChangeState.DECLINED: "stop",
        ContractChangeState.DROPPED: "paused",
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
        "change_tags": CHANGE_TAGS,
        "change_kinds": CONTRACT_CHANGE_KIND_TITLES,
        "keep_until": rules.keep_until(contract),
        "signable_from": rules.signable_from(contract),
        "today": clock.helsinki_date(clock.now()),
        "ceilings": rules.ceilings_on(contract, clock.helsinki_date(clock.now())),
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
    form = SignForm(read=contract.content_sha256)
    if submitted(form, lambda: service.sign_for_supplier(contract, by=mandate(), read=form.read.data or None)):
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
    """A contract of the authority, and what must be checked before it is signed."""
    return _show(contract)


def _show(contract: FrameContract, liability: Any = None, exemption: Any = None, winner: Any = None) -> str:
    checks = {check.kind: check for check in queries.liability_checks_of(contract.id)}
    winner_checks = {check.evidence: check for check in queries.winner_checks_of(contract.id)}
    waits = contract.state in (ContractState.OFFERED, ContractState.SIGNED_BY_SUPPLIER)
    today = clock.helsinki_date(clock.now())
    return render_template(
        "contracts/show.html",
        checks=checks,
        kinds=DOCUMENT_KIND_TITLES,
        missing=gates.missing_liability(contract, checks.values(), today) if waits else [],
        missing_evidence=gates.missing_winner_evidence(contract, today) if waits else [],
        winner_checks=winner_checks,
        evidence_titles=WINNER_EVIDENCE_TITLES,
        winner_form=winner or winner_form(winner_checks),
        liability_form=liability or liability_form(checks),
        exemption_form=exemption or ReasonForm(formdata=None),
        waits=waits,
        **_text(contract),
    )


@bp.post("/procurement/contracts/<uuid:contract_id>/liability")
@requires(Permission.CONTRACT_CHECK, on=queries.contract)
def check_liability(contract: FrameContract) -> Any:
    """Keep which documents were looked at, with their day of issue (R69)."""
    form = liability_form({})
    if submitted(form, lambda: gates.check_liability(contract, form.days(), by=mandate())):
        flash(_("The checks are saved."), "success")
        return redirect(url_for(".show", contract_id=contract.id))
    return _show(contract, liability=form), 422


@bp.post("/procurement/contracts/<uuid:contract_id>/winner-check")
@requires(Permission.CONTRACT_CHECK, on=queries.contract)
def check_winner(contract: FrameContract) -> Any:
    """Keep what of the winner's up-to-date evidence was looked at (R48)."""
    form = winner_form({})
    if submitted(form, lambda: gates.record_winner_check(contract, form.findings(), by=mandate())):
        flash(_("The checks are saved."), "success")
        return redirect(url_for(".show", contract_id=contract.id))
    return _show(contract, winner=form), 422


@bp.post("/procurement/contracts/<uuid:contract_id>/liability-exemption")
@requires(Permission.CONTRACT_CHECK, on=queries.contract)
def exempt_from_liability(contract: FrameContract) -> Any:
    """State why the act on the contractor's liability does not apply."""
    form = ReasonForm()
    if submitted(form, lambda: gates.exempt_from_liability(contract, form.reason.data, by=mandate())):
        flash(_("The reason is saved."), "success")
        return redirect(url_for(".show", contract_id=contract.id))
    return _show(contract, exemption=form), 422


@bp.route("/provider/secrecy", methods=["GET", "POST"])
@requires(Permission.SECRECY_OWN, on=own_supplier)
def secrecy(supplier: Supplier) -> Any:
    """The secrecy undertakings of the company's people: one's own, and those of workers (R118)."""
    authorities = queries.authorities_of(supplier.id)
    form = worker_form(authorities)

    def record() -> None:
        authority = next(each for each in authorities if str(each.id) == form.authority.data)
        gates.record_worker(supplier, authority, form.worker.data, form.given_on.data, by=mandate())

    if submitted(form, record):
        flash(_("The worker's undertaking is recorded."), "success")
        return redirect(url_for(".secrecy"))
    rows = queries.undertakings_of(supplier.id)
    return (
        render_template(
            "contracts/secrecy.html",
            form=form,
            rows=[(row, gates.name_of(row)) for row in rows],
            lacking=[each for each in authorities if not gates.has_undertaken(mandate(), supplier.id, each.id)],
            version=gates.SECRECY_VERSION,
            authorities=authorities,
        ),
        status_of(form),
    )


@bp.post("/provider/secrecy/undertake")
@requires(Permission.SECRECY_OWN, on=own_supplier)
def undertake_secrecy(supplier: Supplier) -> Any:
    """Give one's own undertaking towards the authority that the button names."""
    wanted = request.form.get("authority")
    authority = next((each for each in queries.authorities_of(supplier.id) if str(each.id) == wanted), None)
    if authority is None:
        raise NotFound(_("There is no such page or record."), rule="not-found")
    gates.undertake_secrecy(supplier, authority, by=mandate())
    flash(_("Your undertaking is recorded. You can now take orders."), "success")
    return redirect(url_for(".secrecy"))


@bp.post("/provider/secrecy/<uuid:undertaking_id>/end")
@requires(Permission.SECRECY_END, on=queries.undertaking)
def end_undertaking(undertaking: SecrecyUndertaking) -> Any:
    """The worker has left."""
    gates.end_undertaking(undertaking, by=mandate())
    flash(_("It is recorded that the worker has left."), "success")
    return redirect(url_for(".secrecy"))


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
