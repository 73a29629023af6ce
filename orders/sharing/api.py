"""What is used and paid together, as JSON: use, shared costs, statements."""

from __future__ import annotations

from typing import Any

from core import clock
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import CooperationAgreement
from dps.joint.procurements import queries as procurements
from dps.joint.procurements.models import JointProcurement
from orders.groups import queries as groups
from orders.money.schemas import CsvOut
from orders.sharing import overview, queries, reading, service, sheets
from orders.sharing.models import SharedCost, Statement, StatementLine
from orders.sharing.policy import Permission
from orders.sharing.schemas import (
    CorrectIn,
    ProcurementUseOut,
    SharedCostIn,
    SharedCostOut,
    SharedCostPage,
    StatementFullOut,
    StatementIn,
    StatementLinePage,
    StatementOut,
    StatementPage,
)
from orders.sharing.service import CostDetails
from orders.sharing.views import own_party

costs = api_blueprint("shared-costs", __name__, "Costs that several authorities share")
statements = api_blueprint("statements", __name__, "Statements by party and quarter")
BLUEPRINTS = (costs, statements)


@costs.get("/joint-procurements/<uuid:procurement_id>/use")
@requires(Permission.USE_READ, on=procurements.procurement)
@costs.response(200, ProcurementUseOut)
def use(procurement: JointProcurement) -> Any:
    """Announced, ordered and delivered by party, and the value of all orders against the published estimate."""
    return overview.of_procurement(procurement, clock.helsinki_date(clock.now()))


@costs.get("/shared-costs")
@requires(Permission.COST_LIST)
@costs.arguments(PageQuery, location="query")
@costs.response(200, SharedCostPage)
def list_costs(query: dict[str, Any]) -> Any:
    """The joint costs of the procurements one's authority takes part in."""
    return page(queries.costs_seen_by(mandate()), SharedCost, cursor=query.get("cursor"), limit=query["limit"])


@costs.get("/shared-costs/<uuid:shared_cost_id>")
@requires(Permission.COST_READ, on=queries.shared_cost)
@costs.response(200, SharedCostOut)
def get_cost(cost: SharedCost) -> Any:
    """A joint cost with the shares as computed on the day it was recorded."""
    return cost


@costs.post("/joint-procurements/<uuid:procurement_id>/record-shared-cost")
@requires(Permission.COST_RECORD, on=procurements.procurement)
@costs.arguments(SharedCostIn)
@costs.response(201, SharedCostOut)
def record_cost(procurement: JointProcurement, data: dict[str, Any]) -> Any:
    """Record what one's authority paid for all; it is shared at once by the agreement's rule."""
    group_id = data.pop("group_id")
    group = groups.group(group_id) if group_id else None
    if group_id and group is None:
        raise RuleBroken(
            _l("There is no such thing."), rule="not-found", field="group_id", next_step=_l("Check the ids.")
        )
    return service.record_cost(procurement, CostDetails(**data, group=group), by=mandate())


@costs.post("/shared-costs/<uuid:shared_cost_id>/correct")
@requires(Permission.COST_CORRECT, on=queries.shared_cost)
@costs.arguments(CorrectIn)
@costs.response(201, SharedCostOut)
def correct_cost(cost: SharedCost, data: dict[str, str]) -> Any:
    """Take a cost back by its opposite; both stay."""
    return service.correct_cost(cost, data["reason"], by=mandate())


@statements.get("/statements")
@requires(Permission.STATEMENT_LIST)
@statements.arguments(PageQuery, location="query")
@statements.response(200, StatementPage)
def list_statements(query: dict[str, Any]) -> Any:
    """The statements of one's agreements."""
    return page(queries.statements_seen_by(mandate()), Statement, cursor=query.get("cursor"), limit=query["limit"])


@statements.post("/cooperation-agreements/<uuid:agreement_id>/make-statement")
@requires(Permission.STATEMENT_MAKE, on=agreements.agreement)
@statements.arguments(StatementIn)
@statements.response(201, StatementOut)
def make_statement(agreement: CooperationAgreement, data: dict[str, Any]) -> Any:
    """Freeze a closed quarter with its lines."""
    return service.make_statement(agreement, data["quarter"], by=mandate())


@statements.get("/statements/<uuid:statement_id>")
@requires(Permission.STATEMENT_READ, on=queries.statement)
@statements.response(200, StatementFullOut)
def get_statement(statement: Statement) -> Any:
    """A statement: one's own parties in full, of the others sums by procurement."""
    return reading.read(statement, mandate().authority_id)


@statements.get("/statements/<uuid:statement_id>/lines")
@requires(Permission.STATEMENT_READ, on=queries.statement)
@statements.arguments(PageQuery, location="query")
@statements.response(200, StatementLinePage)
def list_lines(statement: Statement, query: dict[str, Any]) -> Any:
    """What was accepted of each order of one's own parties; never of others'."""
    own = [each["key"] for each in statement.parties if each["authority"] == str(mandate().authority_id)]
    rows = queries.lines_of(statement.id, own)
    return page(rows, StatementLine, cursor=query.get("cursor"), limit=query["limit"])


@statements.get("/statements/<uuid:statement_id>/parties/<party_key>/csv")
@requires(Permission.STATEMENT_READ_OWN, on=own_party)
@statements.response(200, CsvOut)
def statement_csv(found: reading.OwnParty) -> Any:
    """One's own party's statement as the text of a CSV file."""
    view = reading.read(found.statement, mandate().authority_id)
    return {"csv": sheets.statement(view, found.key)}
