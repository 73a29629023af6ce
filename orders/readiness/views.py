"""Pages of lay-off plans: the plans and their outlook under ``/joint``, the people who will come under ``/expert``."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from core import audit
from core.i18n import gettext as _
from core.i18n import ngettext
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.systems.models import SERVICE_TYPE_TITLES
from orders import queries as order_queries
from orders.readiness import forms, outlook, queries, service
from orders.readiness.models import (
    PLAN_STATE_TITLES,
    SHARE_STATE_TITLES,
    LabourFigure,
    LayoffPerson,
    LayoffPlan,
    PlanState,
    ShareState,
)
from orders.readiness.policy import Permission
from orders.readiness.titles import month_words

bp = Blueprint("readiness", __name__)

TONES = {PlanState.DRAFT: "draft", PlanState.SHARED: "go", PlanState.CLOSED: "paused"}
SHARE_TONES = {ShareState.PROPOSED: "waiting", ShareState.ACCEPTED: "ok", ShareState.DECLINED: "stop"}
WORDS = {"states": PLAN_STATE_TITLES, "tones": TONES, "kinds": SERVICE_TYPE_TITLES, "permissions": Permission}


# ---- plans ----


def _plans(template: str) -> str:
    rows = queries.plans_page(mandate().authority_id, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    more = shown[-1].id if len(rows) > queries.PAGE_SIZE else None
    return render_template(template, plans=shown, more=more, own=mandate().authority_id, **WORDS)


@bp.get("/joint/plans")
@requires(Permission.PLAN_LIST)
def plans() -> Any:
    """The authority's own plans and those shared with it, newest first."""
    return _plans("readiness/plans.html")


@bp.route("/joint/plans/new", methods=["GET", "POST"])
@requires(Permission.PLAN_MAKE)
def new_plan() -> Any:
    """Write down who becomes a job seeker when and where."""
    agreements = queries.agreements_of(mandate().authority_id)
    form = forms.plan_form(agreements)
    if done := _write(form, lambda: service.write(forms.details(form, agreements), by=mandate())):
        return redirect(url_for(".plan", plan_id=done.id))
    return _edit_page(form, None)


def _write(form: forms.PlanForm, verb: Any) -> Any:
    if form.is_submitted() and not (form.validate() and forms.has_months(form)):
        return None
    return submitted(form, verb)


def _edit_page(form: forms.PlanForm, found: LayoffPlan | None) -> Any:
    return render_template("readiness/edit.html", form=form, plan=found, rows=forms.rows_of(form)), status_of(form)


@bp.route("/joint/plans/<uuid:plan_id>/edit", methods=["GET", "POST"])
@requires(Permission.PLAN_CHANGE, on=queries.plan)
def edit_plan(found: LayoffPlan) -> Any:
    """Write the plan anew, until it is shared."""
    agreements = queries.agreements_of(mandate().authority_id)
    form = forms.plan_form(agreements, found)
    if _write(form, lambda: service.change(found, forms.details(form, agreements), by=mandate())):
        return redirect(url_for(".plan", plan_id=found.id))
    return _edit_page(form, found)


def _page(found: LayoffPlan, form: forms.AnswerForm | None = None) -> str:
    actor = mandate()
    assert actor.authority_id is not None
    is_own = found.authority_id == actor.authority_id
    mine = queries.share_of(found.id, actor.authority_id)
    return render_template(
        "readiness/plan.html",
        plan=found,
        outlook=outlook.of(found, actor.authority_id),
        is_own=is_own,
        mine=mine,
        shares=found.shares if is_own else ([mine] if mine else []),
        share_states=SHARE_STATE_TITLES,
        share_tones=SHARE_TONES,
        form=form or forms.AnswerForm(takes=mine.people if mine else None),
        month_words=month_words,
        **WORDS,
    )


@bp.get("/joint/plans/<uuid:plan_id>")
@requires(Permission.PLAN_READ, on=queries.plan)
def plan(found: LayoffPlan) -> Any:
    """Whose people they are, the seats month by month, the money, how large the change is."""
    return _page(found)


@bp.post("/joint/plans/<uuid:plan_id>/share")
@requires(Permission.PLAN_CHANGE, on=queries.plan)
def share_plan(found: LayoffPlan) -> Any:
    """Show each other authority the people of its municipalities."""
    service.share(found, by=mandate())
    flash(_("The plan is shared: each party sees the people of its own municipalities."), "success")
    return redirect(url_for(".plan", plan_id=found.id))


@bp.post("/joint/plans/<uuid:plan_id>/close")
@requires(Permission.PLAN_CHANGE, on=queries.plan)
def close_plan(found: LayoffPlan) -> Any:
    """The change is over, or did not come."""
    service.close(found, by=mandate())
    flash(_("The plan is closed."), "success")
    return redirect(url_for(".plan", plan_id=found.id))


@bp.post("/joint/plans/<uuid:plan_id>/answer")
@requires(Permission.PLAN_ANSWER, on=queries.plan)
def answer_plan(found: LayoffPlan) -> Any:
    """Say what one's own authority takes."""
    form = forms.AnswerForm()

    def say() -> Any:
        takes = (form.takes.data or 0) if form.stance.data == "accept" else None
        return service.answer(found, takes, form.note.data or "", by=mandate())

    if submitted(form, say):
        flash(_("Your answer is saved."), "success")
        return redirect(url_for(".plan", plan_id=found.id))
    return _page(found, form), 422


# ---- figures ----


@bp.route("/joint/plans/labour-figures", methods=["GET", "POST"])
@requires(Permission.FIGURES_ENTER)
def labour_figures() -> Any:
    """The labour force and the unemployed of one's own municipalities."""
    form = forms.FigureForm()
    if submitted(form, lambda: _enter(form)):
        flash(_("The figures are saved."), "success")
        return redirect(url_for(".labour_figures"))
    own = mandate().organisation_id
    return render_template("readiness/figures.html", form=form, figures=queries.figures({own})), status_of(form)


def _enter(form: forms.FigureForm) -> LabourFigure:
    return service.enter_figure(
        form.municipality.data, form.labour_force.data, form.unemployed.data, form.as_of.data, by=mandate()
    )


# ---- the people who will come ----


@bp.get("/expert/plans")
@requires(Permission.PEOPLE_LIST)
def expert_plans() -> Any:
    """The plans whose people will come to one's own authority."""
    return _plans("readiness/expert_plans.html")


def _needs_form(found: LayoffPlan) -> forms.NeedsForm:
    free = Counter(each.line for each in queries.free_people(found.id, mandate().authority_id))
    lines = [
        (
            line,
            _(
                "%(municipality)s, %(month)s: %(people)s",
                municipality=line.municipality,
                month=month_words(line.month),
                people=number,
            )
            + (f" ({line.occupation})" if line.occupation else ""),
        )
        for line, number in sorted(free.items(), key=lambda each: each[0].position)
    ]
    return forms.NeedsForm().offer(lines, order_queries.categories_to_order_from(mandate().organisation_id))


def _people_page(found: LayoffPlan, form: forms.NeedsForm) -> Any:
    actor = mandate()
    assert actor.authority_id is not None
    audit.saw("layoff_plan.references", found, actor=actor)
    refusal = g.get("refusal")
    lines = outlook.lines_of(found, queries.parties_of(found), actor.authority_id)
    people = queries.people_list(found.id, actor.authority_id)
    known = {each.line_id for each in people}
    page = render_template(
        "readiness/people.html",
        plan=found,
        people=people,
        without=sum(line.people for line in lines if line.id not in known),
        free={each.id for each in queries.free_people(found.id, actor.authority_id)},
        form=form,
        problems=refusal.data.get("problems", []) if refusal is not None else [],
        month_words=month_words,
        **WORDS,
    )
    return page, status_of(form)


@bp.get("/expert/plans/<uuid:plan_id>")
@requires(Permission.PEOPLE_WORK, on=queries.plan)
def people(found: LayoffPlan) -> Any:
    """The references of the people who will come, and making their needs."""
    return _people_page(found, _needs_form(found))


@bp.post("/expert/plans/<uuid:plan_id>/expect")
@requires(Permission.PEOPLE_WORK, on=queries.plan)
def expect_people(found: LayoffPlan) -> Any:
    """Make references for the people of one's own municipalities."""
    rows = service.expect_people(found, by=mandate())
    flash(ngettext("%(num)s reference is made.", "%(num)s references are made.", len(rows)), "success")
    return redirect(url_for(".people", plan_id=found.id))


@bp.route("/expert/plans/people/<uuid:layoff_person_id>", methods=["GET", "POST"])
@requires(Permission.PERSON_CHANGE, on=queries.person)
def person(found: LayoffPerson) -> Any:
    """Put the customer system's reference in the place of the plan's."""
    form = forms.ReferenceForm(obj=found)
    if submitted(form, lambda: service.rename(found, form.reference.data, by=mandate())):
        return redirect(url_for(".people", plan_id=found.plan_id))
    return render_template("readiness/person.html", person=found, form=form), status_of(form)


@bp.post("/expert/plans/<uuid:plan_id>/needs")
@requires(Permission.PEOPLE_WORK, on=queries.plan)
def take_needs(found: LayoffPlan) -> Any:
    """Make a bulk file of needs for the people of a line."""
    form = _needs_form(found)

    def take() -> Any:
        chosen = [
            each for each in queries.free_people(found.id, mandate().authority_id) if each.line_id == form.line_id
        ]
        offered = order_queries.categories_to_order_from(mandate().organisation_id)
        category = next(each for each in offered if str(each.id) == form.category.data)
        return service.take_needs(found, chosen, category, form.wish(), by=mandate())

    if done := submitted(form, take):
        flash(_("The list is checked. Begin it here when you want the needs to be made."), "success")
        return redirect(url_for("bulk.bulk_file", bulk_id=done.id))
    return _people_page(found, form)
