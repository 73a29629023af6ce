"""Pages of delegated power to admit later applicants."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from core import clock, policy
from core.db import db
from core.i18n import gettext as _
from core.i18n import localized
from core.identity import queries as people
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.decisions import queries, service
from dps.decisions.forms import delegation_form
from dps.decisions.models import Delegation
from dps.decisions.policy import Permission
from dps.decisions.views import bp
from dps.systems import queries as systems
from dps.systems.models import PUBLIC_STATES


@bp.route("/procurement/delegations", methods=["GET", "POST"])
@requires(Permission.DELEGATION_LIST)
def delegations() -> Any:
    """Who may admit later applicants in the decision maker's place, and giving that power."""
    authority_id = mandate().organisation_id
    today = clock.helsinki_date(clock.now())
    own = db.session.scalars(systems.systems_of(authority_id)).all()
    choices = {str(each.id): each for each in own if each.state in PUBLIC_STATES}
    holders = people.holders(authority_id, today, Role.COORDINATOR)
    form = delegation_form(
        [(key, localized(each, "name")) for key, each in choices.items()],
        [(str(each.id), each.name) for each in holders],
    )

    def give() -> Delegation:
        system = choices[form.system.data]
        policy.check(mandate(), Permission.DELEGATION_GIVE, system)
        return service.delegate(
            system,
            uuid.UUID(form.person.data),
            form.basis.data,
            form.starts_on.data,
            form.ends_on.data,
            by=mandate(),
        )

    if submitted(form, give):
        flash(_("The power is delegated."), "success")
        return redirect(url_for(".delegations"))
    return (
        render_template(
            "decisions/delegations.html",
            form=form,
            rows=queries.delegations_of(authority_id),
            today=today,
            gives=mandate().role is Role.DECIDER,
        ),
        status_of(form),
    )


@bp.post("/procurement/delegations/<uuid:delegation_id>/revoke")
@requires(Permission.DELEGATION_GIVE, on=queries.delegation)
def revoke(delegation: Delegation) -> Any:
    """Take the power back."""
    service.revoke(delegation, by=mandate())
    flash(_("The delegation was revoked."), "success")
    return redirect(url_for(".delegations"))
