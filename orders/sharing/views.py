"""Pages of what is used and paid together: use, shared costs, statements."""

from __future__ import annotations

import uuid
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.helpers import send_file

from core import clock, policy
from core.files import service as files
from core.i18n import LANGUAGES
from core.i18n import gettext as _
from core.identity.models import Role
from core.quarters import quarter_before, quarter_of
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import CooperationAgreement
from dps.joint.procurements import queries as procurements
from dps.joint.procurements.models import JointProcurement
from dps.joint.procurements.rules import quarter_name
from dps.joint.stages import COST_BASIS_TITLES, COST_KIND_TITLES
from orders.money import sheets as csv_files
from orders.sharing import overview, queries, reading, service, sheets, titles
from orders.sharing.forms import CorrectForm, CostForm, StatementForm
from orders.sharing.models import SharedCost, Statement
from orders.sharing.policy import Permission

bp = Blueprint("sharing", __name__)


def _today() -> date:
    return clock.helsinki_date(clock.now())


def _after() -> uuid.UUID | None:
    return request.args.get("after", type=uuid.UUID)


# ---- use ----


@bp.get("/joint/use")
@requires(Permission.USE_LOOK)
def use() -> Any:
    """Announced, ordered and delivered by procurement and party; money against budgets and the published estimate."""
    actor = mandate()
    chosen = request.args.get("procurement", type=uuid.UUID)
    lines, found = overview.of_authority(actor.authority_id, chosen, _today())
    return render_template(
        "sharing/use.html",
        lines=lines,
        found=found,
        quarter_name=quarter_name,
        warnings=titles.WARNING_TITLES,
        may_record=found is not None and actor.role is Role.COORDINATOR,  # the procurement is one they take part in
    )


# ---- shared costs ----


@bp.get("/joint/shared-costs")
@requires(Permission.COST_LIST)
def costs() -> Any:
    """Joint costs of the procurements one's authority takes part in, newest first."""
    rows = queries.costs_page(mandate(), _after())
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "sharing/costs.html",
        costs=shown,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        kinds=COST_KIND_TITLES,
    )


@bp.route("/joint/procurements/<uuid:procurement_id>/shared-cost", methods=["GET", "POST"])
@requires(Permission.COST_RECORD, on=procurements.procurement)
def record_cost(procurement: JointProcurement) -> Any:
    """Record what one's authority paid for all."""
    groups = queries.courses_of(procurement, mandate().authority_id)
    form = CostForm().offer(groups)
    if done := submitted(form, lambda: service.record_cost(procurement, form.details(groups), by=mandate())):
        flash(_("The cost is recorded and shared."), "success")
        return redirect(url_for(".cost", shared_cost_id=done.id))
    page = render_template(
        "sharing/record_cost.html",
        procurement=procurement,
        form=form,
        rules=procurement.agreed.costs,
        kinds=COST_KIND_TITLES,
        bases=COST_BASIS_TITLES,
    )
    return page, status_of(form)


@bp.get("/joint/shared-costs/<uuid:shared_cost_id>")
@requires(Permission.COST_READ, on=queries.shared_cost)
def cost(found: SharedCost) -> Any:
    """A joint cost with its shares."""
    return render_template(
        "sharing/cost.html",
        cost=found,
        correction=queries.correction_of(found.id),
        kinds=COST_KIND_TITLES,
        weighings=titles.WEIGHING_TITLES,
        may_correct=policy.is_allowed(mandate(), Permission.COST_CORRECT, found),
    )


@bp.get("/joint/shared-costs/<uuid:shared_cost_id>/file")
@requires(Permission.COST_READ, on=queries.shared_cost)
def cost_file(found: SharedCost) -> Response:
    """The evidence of a cost."""
    if found.file is None:
        abort(404)
    content = BytesIO(files.content_of(found.file))
    return send_file(content, mimetype=found.file.media_type, as_attachment=True, download_name=found.file.name)


@bp.route("/joint/shared-costs/<uuid:shared_cost_id>/correct", methods=["GET", "POST"])
@requires(Permission.COST_CORRECT, on=queries.shared_cost)
def correct_cost(found: SharedCost) -> Any:
    """Take a cost back by its opposite."""
    form = CorrectForm()
    if done := submitted(form, lambda: service.correct_cost(found, form.reason.data, by=mandate())):
        flash(_("The cost is taken back. Record the right one next, if there is one."), "success")
        return redirect(url_for(".cost", shared_cost_id=done.id))
    return render_template("sharing/correct_cost.html", cost=found, form=form), status_of(form)


# ---- statements ----


@bp.get("/joint/statements")
@requires(Permission.STATEMENT_LIST)
def statements() -> Any:
    """The statements of one's agreements, newest first."""
    actor = mandate()
    rows = queries.statements_page(actor, _after())
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "sharing/statements.html",
        statements=shown,
        sums=queries.sums_of(each.id for each in shown),
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        to_state=queries.agreements_to_state(quarter_before(quarter_of(_today())), actor.authority_id)
        if actor.role is Role.COORDINATOR
        else (),
        quarter_name=quarter_name,
    )


@bp.route("/joint/agreements/<uuid:agreement_id>/statement", methods=["GET", "POST"])
@requires(Permission.STATEMENT_MAKE, on=agreements.agreement)
def make_statement(agreement: CooperationAgreement) -> Any:
    """Freeze a closed quarter."""
    form = StatementForm().offer(queries.last_statement(agreement.id), _today())
    verb = service.make_statement
    if done := submitted(form, lambda: verb(agreement, date.fromisoformat(form.quarter.data), by=mandate())):
        flash(_("The statement is made. It does not change any more."), "success")
        return redirect(url_for(".statement", statement_id=done.id))
    return render_template("sharing/make_statement.html", agreement=agreement, form=form), status_of(form)


@bp.get("/joint/statements/<uuid:statement_id>")
@requires(Permission.STATEMENT_READ, on=queries.statement)
def statement(found: Statement) -> Any:
    """A statement: one's own parties in full, of the others sums by procurement."""
    view = reading.read(found, mandate().authority_id)
    keys = [each.key for each in view.mine]
    rows = queries.orders_of(found.id, keys, _after(), reading.ORDERS_ON_PAGE + 1)
    shown = rows[: reading.ORDERS_ON_PAGE]
    return render_template(
        "sharing/statement.html",
        view=view,
        lines=shown,
        more=shown[-1].id if len(rows) > reading.ORDERS_ON_PAGE else None,
        files={(each.party_key, each.language): each for each in queries.files_of(found.id)},
        languages=LANGUAGES,
        quarter_name=quarter_name,
        kinds=COST_KIND_TITLES,
        line_kinds=titles.LINE_KIND_TITLES,
    )


def own_party(statement_id: uuid.UUID, party_key: str, **_rest: Any) -> reading.OwnParty | None:
    """A statement and one of its parties."""
    found = queries.statement(statement_id)
    party = next((each for each in found.parties if each["key"] == party_key), None) if found else None
    return reading.OwnParty(found, party) if found and party else None


@bp.get("/joint/statements/<uuid:statement_id>/<string:party_key>.csv")
@requires(Permission.STATEMENT_READ_OWN, on=own_party)
def statement_csv(found: reading.OwnParty) -> Response:
    """One's own party's statement as a CSV file."""
    view = reading.read(found.statement, mandate().authority_id)
    return csv_files.answer(sheets.name_of(view, found.key), sheets.statement(view, found.key))


@bp.get("/joint/statements/<uuid:statement_id>/<string:party_key>/<string:code>.pdf")
@requires(Permission.STATEMENT_READ_OWN, on=own_party)
def statement_pdf(found: reading.OwnParty) -> Response:
    """One's own party's statement as a PDF in a language."""
    kept = queries.file_of(found.statement.id, found.key, (request.view_args or {})["code"])
    if kept is None:
        abort(404)
    content = BytesIO(files.content_of(kept.file))
    return send_file(content, mimetype=kept.file.media_type, as_attachment=True, download_name=kept.file.name)
