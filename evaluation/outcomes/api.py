"""Outcomes as JSON."""

from __future__ import annotations

import uuid
from typing import Any

from core import audit, policy
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from evaluation.outcomes import import_queries, queries, service
from evaluation.outcomes.models import FACTS, Outcome, OutcomeContradiction, OutcomeImport, OutcomeReport
from evaluation.outcomes.policy import Permission
from evaluation.outcomes.rules import Details
from evaluation.outcomes.schemas import (
    ContradictionPage,
    ImportPage,
    OutcomeBatchIn,
    OutcomeBatchOut,
    OutcomeContradictionOut,
    OutcomeCorrectIn,
    OutcomeDueList,
    OutcomeExclusionIn,
    OutcomeExclusionOut,
    OutcomeFileIn,
    OutcomeImportOut,
    OutcomeIn,
    OutcomeManyIn,
    OutcomeManyOut,
    OutcomeOut,
    OutcomePage,
    OutcomeReasonIn,
    OutcomeReportIn,
    OutcomeReportOut,
    OutcomeSettleIn,
    OutcomeShareList,
    ReportPage,
    ReportQuery,
)
from evaluation.outcomes.service import importing
from evaluation.outcomes.service.many import record_many, today_of
from orders import queries as order_queries
from orders.models import Order

blp = api_blueprint("outcomes", __name__, "Where customers are after a service")


def _order(order_id: uuid.UUID, permission: Permission) -> Order:
    order = order_queries.order(order_id)
    if order is None:
        raise RuleBroken(
            _l("There is no such order."), rule="not-found", field="order_id", next_step=_l("Check the id.")
        )
    policy.check(mandate(), permission, order)
    return order


def _details(data: dict[str, Any]) -> Details:
    return Details(**{name: data[name] for name in FACTS})


@blp.get("/outcomes")
@requires(Permission.OUTCOME_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, OutcomePage)
def list_outcomes(query: dict[str, Any]) -> Any:
    """What each source says of the authority's orders; what ``stands`` is the settled one."""
    return page(queries.outcomes_seen_by(mandate()), Outcome, cursor=query.get("cursor"), limit=query["limit"])


@blp.get("/outcomes/due")
@requires(Permission.OUTCOME_RECORD)
@blp.response(200, OutcomeDueList)
def due() -> Any:
    """Which of the expert's customers are to be told of now."""
    return {"items": queries.outcomes_due(mandate().person_id, today_of())}


@blp.post("/outcomes")
@requires(Permission.OUTCOME_RECORD)
@blp.arguments(OutcomeIn)
@blp.response(201, OutcomeOut)
def record_outcome(data: dict[str, Any]) -> Any:
    """Record where the customer of an order is."""
    order = _order(data["order_id"], Permission.OUTCOME_OF_ORDER)
    return service.record_outcome(order, data["state"], _details(data), by=mandate(), months=data["months"])


@blp.post("/outcomes/record-many")
@requires(Permission.OUTCOME_RECORD)
@blp.arguments(OutcomeManyIn)
@blp.response(201, OutcomeManyOut)
def record_outcomes(data: dict[str, Any]) -> Any:
    """Record where several customers are; all of them or none."""
    told = [
        (_order(each["order_id"], Permission.OUTCOME_OF_ORDER), each["months"], each["state"], _details(each))
        for each in data["items"]
    ]
    return {"items": record_many(told, by=mandate())}


@blp.post("/outcomes/<uuid:outcome_id>/correct")
@requires(Permission.OUTCOME_CORRECT, on=queries.outcome)
@blp.arguments(OutcomeCorrectIn)
@blp.response(200, OutcomeOut)
def correct_outcome(outcome: Outcome, data: dict[str, Any]) -> Any:
    """Correct what a source said, with the reason; the old version is kept."""
    return service.correct_outcome(outcome, data["state"], _details(data), data["reason"], by=mandate())


# ---- the customer system ----


@blp.post("/outcomes/import")
@requires(Permission.IMPORT_MAKE)
@blp.arguments(OutcomeBatchIn)
@blp.response(200, OutcomeBatchOut)
def import_batch(data: dict[str, Any]) -> Any:
    """Results of the customer system, at most 1000: the good lines are saved, the wrong ones named.

    Sent again, the same lines change nothing. With ``dry_run`` nothing is saved.
    """
    done = importing.import_batch(data["items"], is_dry=data["dry_run"], by=mandate())
    lines: list[dict[str, Any]] = [{"row": each.line.row, "result": each.happens.value} for each in done.judged]
    for found in [*done.unread, *(each.problem for each in done.judged if each.problem)]:
        lines = [each for each in lines if each["row"] != found.row]
        lines.append({"row": found.row, "result": "wrong"} | {k: v for k, v in found.as_error().items() if k != "row"})
    return {"dry_run": data["dry_run"], "items": sorted(lines, key=lambda each: each["row"])}


@blp.get("/outcome-imports")
@requires(Permission.IMPORT_MAKE)
@blp.arguments(PageQuery, location="query")
@blp.response(200, ImportPage)
def list_imports(query: dict[str, Any]) -> Any:
    """The authority's files of the customer system."""
    rows = import_queries.imports_of(mandate().organisation_id)
    return page(rows, OutcomeImport, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/outcome-imports")
@requires(Permission.IMPORT_MAKE)
@blp.arguments(OutcomeFileIn)
@blp.response(201, OutcomeImportOut)
def take_file(data: dict[str, Any]) -> Any:
    """Check a whole file; nothing of it is a result until it is saved."""
    return importing.take_file(data["csv"].encode("utf-8", "replace"), by=mandate())


@blp.post("/outcome-imports/<uuid:import_id>/commit")
@requires(Permission.IMPORT_READ, on=import_queries.outcome_import)
@blp.response(200, OutcomeImportOut)
def commit_import(row: OutcomeImport) -> Any:
    """Save a checked file: all of it, or nothing."""
    importing.commit(row, by=mandate())
    return row


@blp.post("/outcome-imports/<uuid:import_id>/drop")
@requires(Permission.IMPORT_READ, on=import_queries.outcome_import)
@blp.response(200, OutcomeImportOut)
def drop_import(row: OutcomeImport) -> Any:
    """Save nothing of a checked file."""
    importing.drop(row, by=mandate())
    return row


# ---- contradictions ----


@blp.get("/outcome-contradictions")
@requires(Permission.CONTRADICTION_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, ContradictionPage)
def list_contradictions(query: dict[str, Any]) -> Any:
    """Orders of which two sources do not agree."""
    rows = queries.contradictions_seen_by(mandate())
    return page(rows, OutcomeContradiction, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/outcome-contradictions/<uuid:contradiction_id>/settle")
@requires(Permission.CONTRADICTION_SETTLE, on=queries.contradiction)
@blp.arguments(OutcomeSettleIn)
@blp.response(200, OutcomeContradictionOut)
def settle(row: OutcomeContradiction, data: dict[str, Any]) -> Any:
    """Say which source is right, and why."""
    service.settle(row, data["source"], data["reason"], by=mandate())
    return row


# ---- reports of providers ----


@blp.get("/outcome-reports")
@requires(Permission.REPORT_LIST)
@blp.arguments(ReportQuery, location="query")
@blp.response(200, ReportPage)
def list_reports(query: dict[str, Any]) -> Any:
    """The providers' reports of the authority's orders; a provider's own."""
    rows = queries.reports_seen_by(mandate())
    if query["order_id"]:
        rows = rows.where(OutcomeReport.order_id == query["order_id"])
    return page(rows, OutcomeReport, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/outcome-reports")
@requires(Permission.REPORT_LIST_OWN)
@blp.arguments(OutcomeReportIn)
@blp.response(201, OutcomeReportOut)
def report_outcome(data: dict[str, Any]) -> Any:
    """The provider reports where its customer is, with evidence; it counts once it is confirmed."""
    order = _order(data["order_id"], Permission.REPORT_MAKE)
    evidence = service.Evidence(text=data["text"])
    return service.report_outcome(order, data["months"], data["state"], _details(data), evidence, by=mandate())


@blp.post("/outcome-reports/<uuid:report_id>/confirm")
@requires(Permission.REPORT_ANSWER, on=queries.report)
@blp.response(200, OutcomeReportOut)
def confirm_report(report: OutcomeReport) -> Any:
    """Confirm a report after looking at its evidence."""
    audit.saw("outcome_report.evidence", report, actor=mandate())
    service.confirm_report(report, by=mandate())
    return report


@blp.post("/outcome-reports/<uuid:report_id>/refuse")
@requires(Permission.REPORT_ANSWER, on=queries.report)
@blp.arguments(OutcomeReasonIn)
@blp.response(200, OutcomeReportOut)
def refuse_report(report: OutcomeReport, data: dict[str, str]) -> Any:
    """Refuse a report, telling why."""
    service.refuse_report(report, data["reason"], by=mandate())
    return report


# ---- what does not count ----


@blp.get("/outcome-exclusions")
@requires(Permission.EXCLUSION_LIST)
@blp.response(200, OutcomeShareList)
def list_exclusions() -> Any:
    """How many services of each provider do not count, beside how many began."""
    return {"items": queries.exclusions(mandate().organisation_id)}


@blp.post("/outcome-exclusions")
@requires(Permission.CONTRADICTION_LIST)
@blp.arguments(OutcomeExclusionIn)
@blp.response(201, OutcomeExclusionOut)
def exclude(data: dict[str, Any]) -> Any:
    """Decide that a service does not count, before its result is known."""
    return service.exclude(_order(data["order_id"], Permission.OUTCOME_EXCLUDE), data["ground"], by=mandate())
