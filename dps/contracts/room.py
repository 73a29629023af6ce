"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from dps.contracts import api, life_api, life_views, queries, rules
from dps.contracts.models import ContractChangeState
from dps.contracts.policy import RULES
from dps.contracts.production import room as production_room


def contracts_for_supplier(mandate: Mandate, today: date) -> Iterator[Act]:
    """Contracts that wait for the provider's signature."""
    for contract in queries.waiting_for_supplier(mandate.organisation_id):
        name = localized(contract.category, "name")
        yield Act(
            title=_("Sign the contract: %(category)s", category=name),
            href=url_for("contracts.own_contract", contract_id=contract.id),
            due_on=clock.helsinki_date(contract.offered_at),
            text=_("Orders are possible once both parties have signed."),
            button_label=_("Read and sign"),
            aria_label=_("Read and sign the contract: %(category)s", category=name),
        )


def contracts_for_authority(mandate: Mandate, today: date) -> Iterator[Act]:
    """Contracts that wait for the city's signature, and may be signed."""
    for contract in queries.waiting_for_authority(mandate.organisation_id):
        assert contract.supplier_signed_at is not None
        name, signed_on = contract.supplier.name, clock.helsinki_date(contract.supplier_signed_at)
        from_on = rules.signable_from(contract)
        if from_on is not None and from_on > today:
            continue  # standstill (R74)
        yield Act(
            title=_("Sign the contract with %(supplier)s", supplier=name),
            href=url_for("contracts.show", contract_id=contract.id),
            due_on=max(signed_on, from_on or signed_on),
            text=localized(contract.category, "name"),
            button_label=_("Read and sign"),
            aria_label=_("Read and sign the contract with %(supplier)s", supplier=name),
        )


def changes_for_supplier(mandate: Mandate, today: date) -> Iterator[Act]:
    """Decided changes that wait for the provider's answer."""
    for change in queries.changes_waiting(mandate, ContractChangeState.DECIDED):
        assert change.decided_at is not None
        name = localized(change.contract.category, "name")
        yield Act(
            title=_("Answer a change of the contract: %(category)s", category=name),
            href=url_for("contracts.own_change", contract_change_id=change.id),
            due_on=clock.helsinki_date(change.decided_at),
            text=_("It is in force once you have accepted it."),
            button_label=_("Read and answer"),
            aria_label=_("Read and answer the change of the contract: %(category)s", category=name),
        )


def changes_for_deciders(mandate: Mandate, today: date) -> Iterator[Act]:
    """Prepared changes that wait for a decision by another."""
    for change in queries.changes_waiting(mandate, ContractChangeState.PREPARED):
        name = change.contract.supplier.name
        yield Act(
            title=_("Decide on a change of the contract with %(supplier)s", supplier=name),
            href=url_for("contracts.show_change", contract_change_id=change.id),
            due_on=clock.helsinki_date(change.prepared_at),
            text=localized(change.contract.category, "name"),
            button_label=_("Read and decide"),
            aria_label=_("Read and decide on the change of the contract with %(supplier)s", supplier=name),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    production_room.init_app(app, register_api)
    app.register_blueprint(life_views.bp)
    register_api(api.bp)
    register_api(life_api.bp)
    nav.add(
        "contracts.index",
        _l("Contracts"),
        Role.COORDINATOR,
        Role.DECIDER,
        order=50,
        also=("/procurement/contract-changes",),
    )
    nav.add(
        "contracts.own",
        _l("Contracts"),
        Role.PROVIDER,
        order=30,
        also=("/provider/secrecy", "/provider/contract-changes"),
    )
    workspaces.contribute(contracts_for_supplier, Role.PROVIDER)
    workspaces.contribute(contracts_for_authority, Role.COORDINATOR, Role.DECIDER)
    workspaces.contribute(changes_for_supplier, Role.PROVIDER)
    workspaces.contribute(changes_for_deciders, Role.DECIDER)
