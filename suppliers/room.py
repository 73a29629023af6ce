"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from suppliers import api, messages_api, messages_views, queries, vault_api, vault_views
from suppliers.policy import RULES


def rights_to_verify(mandate: Mandate, today: date) -> Iterator[Act]:
    """Rights to act that wait to be verified."""
    for right in queries.pending_rights():
        yield Act(
            title=_("Verify who acts for %(name)s", name=right.supplier.name),
            href=url_for("suppliers.acting_right", right_id=right.id),
            due_on=clock.add_working_days(clock.helsinki_date(right.stated_at), 3, clock.authority_days),
            text=_("%(person)s · %(basis)s", person=right.person.name, basis=right.basis),
            button_label=_("Check"),
            aria_label=_("Check who acts for %(name)s", name=right.supplier.name),
        )


def declaration_to_make(mandate: Mandate, today: date) -> Iterator[Act]:
    """A provider without a confirmed declaration is told of it."""
    if mandate.supplier_id and queries.confirmed_declaration(mandate.supplier_id) is None:
        yield Act(
            title=_("Make your self-declaration"),
            href=url_for("suppliers.declaration"),
            due_on=today,
            text=_("You need it before you can apply. An ESPD file fills it in for you."),
            button_label=_("Begin"),
            aria_label=_("Begin the self-declaration"),
        )


def documents_expiring(mandate: Mandate, today: date) -> Iterator[Act]:
    """Documents of the vault that end soon."""
    if mandate.supplier_id is None:
        return
    for document in queries.documents_ending_by(mandate.supplier_id, today + vault_views.SOON):
        assert document.expires_on is not None
        yield Act(
            title=_("Renew the document: %(title)s", title=document.title),
            href=url_for("suppliers.documents"),
            due_on=document.expires_on,
            text=_("It can be used in applications up to its last day in force."),
            button_label=_("Add a new one"),
            aria_label=_("Add a new document in place of %(title)s", title=document.title),
            primary=False,
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(messages_views.bp)
    register_api(api.bp)
    register_api(vault_api.bp)
    register_api(messages_api.bp)
    nav.add("suppliers.company", _l("Company"), Role.PROVIDER, order=80)
    nav.add("suppliers.declarations", _l("Self-declarations"), Role.PROVIDER, order=70, also=("/provider/declaration",))
    nav.add("suppliers.documents", _l("Documents"), Role.PROVIDER, order=72)
    nav.add("suppliers.message_settings", _l("Messages"), Role.PROVIDER, order=76)
    nav.add("suppliers.acting_rights", _l("Who acts"), Role.COORDINATOR, order=80)
    workspaces.contribute(rights_to_verify, Role.COORDINATOR)
    workspaces.contribute(declaration_to_make, Role.PROVIDER)
    workspaces.contribute(documents_expiring, Role.PROVIDER)
