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
from dps.contracts import api, queries, views
from dps.contracts.policy import RULES


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
    """Contracts that wait for the city's signature."""
    for contract in queries.waiting_for_authority(mandate.organisation_id):
        assert contract.supplier_signed_at is not None
        name = contract.supplier.name
        yield Act(
            title=_("Sign the contract with %(supplier)s", supplier=name),
            href=url_for("contracts.show", contract_id=contract.id),
            due_on=clock.helsinki_date(contract.supplier_signed_at),
            text=localized(contract.category, "name"),
            button_label=_("Read and sign"),
            aria_label=_("Read and sign the contract with %(supplier)s", supplier=name),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.bp)
    nav.add("contracts.index", _l("Contracts"), Role.COORDINATOR, Role.DECIDER, order=50)
    nav.add("contracts.own", _l("Contracts"), Role.PROVIDER, order=30, also=("/provider/secrecy",))
    workspaces.contribute(contracts_for_supplier, Role.PROVIDER)
    workspaces.contribute(contracts_for_authority, Role.COORDINATOR, Role.DECIDER)
