"""The coordinator's pages of a draft: begun from a category, written in steps, submitted, returned, given up."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity import queries as people
from core.policy import check
from core.web.access import mandate, requires
from core.web.options import options
from core.web.submitting import status_of, submitted
from dps.competitions import documents as papers
from dps.competitions import editing, rules
from dps.competitions import queries_preparing as asked
from dps.competitions.forms.items import CriterionForm, LineForm, LotForm
from dps.competitions.forms.preparing import BeginForm, MemberForm, TimeForm
from dps.competitions.models import CommitteeMember, Competition, CompetitionState
from dps.competitions.policy import Permission
from dps.competitions.service import committee, preparing
from dps.competitions.views.blueprint import BASE, bp, loaded, missing, word
from dps.competitions.wording import FORMULA_TEXTS
from dps.systems.forms import ReasonForm
from dps.systems.models import CRITERION_KIND_TITLES, PRICE_UNIT_TITLES

STEP = "<any(what,lots,criteria,terms,time,committee):competition_step>"


@bp.route("/procurement/competitions/new", methods=["GET", "POST"])
@requires(Permission.COMPETITION_BEGIN)
def new() -> Any:
    """Choose the category; everything published is copied."""
    form, actor = BeginForm(), mandate()
    assert actor.authority_id is not None
    rows = {str(each.id): each for each in asked.categories_to_compete_in(actor.authority_id)}
    form.category_id.choices = options(
        (key, f"{localized(each, 'name')} – {localized(each.system, 'name')}") for key, each in rows.items()
    )
    if request.method == "GET" and request.args.get("category") in rows:
        form.category_id.data = request.args["category"]

    def begin() -> Competition:
        category = rows[form.category_id.data]
        check(actor, Permission.COMPETITION_PREPARE, category)
        return preparing.begin(category, by=actor)

    if done := submitted(form, begin):
        return redirect(editing.step_url(done, "what"))
    return render_template("competitions/new.html", form=form, categories=rows), status_of(form)


@bp.route(f"{BASE}/edit/{STEP}", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def step(competition: Competition) -> Any:
    """Show and save one step, then go on to the next."""
    name = word("competition_step")
    if competition.state is not CompetitionState.DRAFT:
        return redirect(editing.home(competition))
    if name == "time":
        return _time(competition)
    if name in ("lots", "committee"):
        return render(competition, name)
    form = editing.form_of(name, competition)
    if request.method == "GET":
        form.show(papers.of(competition).details)

    def alter(old: papers.Documents) -> papers.Documents:
        return replace(old, details=form.applied(old.details))

    if submitted(form, lambda: preparing.change(competition, alter, by=mandate())):
        return _go_on(competition, name)
    return render(competition, name, form=form), status_of(form)


def _time(competition: Competition) -> Any:
    form = TimeForm()
    if request.method == "GET":
        form.show_of(competition)

    def save() -> None:
        preparing.plan(competition, form.due_at, by=mandate())
        details = papers.of(competition).details
        preparing.save_details(competition, replace(details, questions_until=form.questions_until), by=mandate())

    if submitted(form, save):
        return _go_on(competition, "time")
    return render(competition, "time", form=form), status_of(form)


def _go_on(competition: Competition, name: str) -> Any:
    flash(_("Saved."), "success")
    following = editing.after(name)
    if request.form.get("then") == "stay" or following is None:
        return redirect(editing.step_url(competition, name) if following else editing.home(competition))
    return redirect(editing.step_url(competition, following))


def render(competition: Competition, name: str, **filled: Any) -> str:
    """One step; ``filled`` holds the forms that came back with errors."""
    today = clock.helsinki_date(clock.now())
    values: dict[str, Any] = {"form": None, **filled}
    if name == "lots":
        values.setdefault("lot_form", editing.item_form(LotForm, competition, formdata=None, prefix="lot"))
        values.setdefault("line_forms", {})
        for lot in competition.lots:
            fresh = editing.item_form(LineForm, competition, formdata=None, prefix=f"line-{lot.code}")
            values["line_forms"].setdefault(lot.code, fresh)
    if name == "criteria":
        values.setdefault("item_form", editing.item_form(CriterionForm, competition, formdata=None, prefix="criterion"))
        values["form"] = values["form"] or _filled(competition, name)
        values["formulas"] = FORMULA_TEXTS
    if name == "committee":
        values.setdefault("member_form", _member_form(competition, formdata=None))
    return render_template(
        "competitions/step.html",
        competition=competition,
        documents=papers.of(competition),
        step=name,
        row=editing.STEPS[name],
        following=editing.after(name),
        current=list(editing.STEPS).index(name) + 1,
        steps=editing.steps(competition),
        step_url=editing.step_url,
        units=PRICE_UNIT_TITLES,
        kinds=CRITERION_KIND_TITLES,
        earliest=rules.earliest_due(competition.category.legal_mode, today),
        days=rules.tender_days(competition.category.legal_mode, today),
        **values,
    )


def _filled(competition: Competition, name: str) -> Any:
    form = editing.form_of(name, competition, formdata=None)
    form.show(papers.of(competition).details)
    return form


# ---- lots, price lines, criteria ----


def _item(competition: Competition, kind: Any, item: Any, save: Any, back: str, title: Any) -> Any:
    """An item on a page of its own."""
    if item is None:
        raise missing()
    form = editing.item_form(kind, competition)
    if request.method == "GET":
        form.show(item)
    if submitted(form, lambda: save(form.details())):
        flash(_("Saved."), "success")
        return redirect(back)
    page = render_template("competitions/item.html", competition=competition, form=form, back=back, title=title)
    return page, status_of(form)


@bp.post(f"{BASE}/lots")
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def add_lot(competition: Competition) -> Any:
    """Add a lot."""
    form = editing.item_form(LotForm, competition, prefix="lot")
    if submitted(form, lambda: preparing.put_lot(competition, form.details(), by=mandate())):
        flash(_("Added."), "success")
        return redirect(editing.step_url(competition, "lots"))
    return render(competition, "lots", lot_form=form), 422


@bp.route(f"{BASE}/lots/<lot_code>", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def lot(competition: Competition) -> Any:
    """Change a lot; its price table stays."""
    code = word("lot_code")

    def save(details: papers.LotDetails) -> None:
        preparing.put_lot(competition, details, replacing=code, by=mandate())

    back = editing.step_url(competition, "lots")
    return _item(competition, LotForm, papers.of(competition).lot(code), save, back, _("Change the lot"))


@bp.post(f"{BASE}/lots/<lot_code>/remove")
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def remove_lot(competition: Competition) -> Any:
    """Take a lot out."""
    preparing.remove_lot(competition, word("lot_code"), by=mandate())
    flash(_("Removed."), "success")
    return redirect(editing.step_url(competition, "lots"))


@bp.post(f"{BASE}/lots/<lot_code>/lines")
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def add_line(competition: Competition) -> Any:
    """Add a line to a lot's price table."""
    code = word("lot_code")
    form = editing.item_form(LineForm, competition, prefix=f"line-{code}")
    if submitted(form, lambda: preparing.put_line(competition, code, form.details(), by=mandate())):
        flash(_("Added."), "success")
        return redirect(editing.step_url(competition, "lots"))
    return render(competition, "lots", line_forms={code: form}), 422


@bp.route(f"{BASE}/lots/<lot_code>/lines/<line_code>", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def line(competition: Competition) -> Any:
    """Change a line of a price table."""
    lot_code, code = word("lot_code"), word("line_code")
    found = papers.of(competition).lot(lot_code)

    def save(details: papers.LineDetails) -> None:
        preparing.put_line(competition, lot_code, details, replacing=code, by=mandate())

    back = editing.step_url(competition, "lots")
    return _item(competition, LineForm, found.line(code) if found else None, save, back, _("Change the line"))


@bp.post(f"{BASE}/lots/<lot_code>/lines/<line_code>/remove")
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def remove_line(competition: Competition) -> Any:
    """Take a line out of a price table."""
    preparing.remove_line(competition, word("lot_code"), word("line_code"), by=mandate())
    flash(_("Removed."), "success")
    return redirect(editing.step_url(competition, "lots"))


@bp.post(f"{BASE}/criteria")
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def add_criterion(competition: Competition) -> Any:
    """Add a part of a published criterion."""
    form = editing.item_form(CriterionForm, competition, prefix="criterion")
    if submitted(form, lambda: preparing.put_criterion(competition, form.details(), by=mandate())):
        flash(_("Added."), "success")
        return redirect(editing.step_url(competition, "criteria"))
    return render(competition, "criteria", item_form=form), 422


@bp.route(f"{BASE}/criteria/<criterion_code>", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def criterion(competition: Competition) -> Any:
    """Change a part of a published criterion."""
    code = word("criterion_code")

    def save(details: papers.CriterionDetails) -> None:
        preparing.put_criterion(competition, details, replacing=code, by=mandate())

    back, title = editing.step_url(competition, "criteria"), _("Change the criterion")
    return _item(competition, CriterionForm, papers.of(competition).criterion(code), save, back, title)


@bp.post(f"{BASE}/criteria/<criterion_code>/remove")
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def remove_criterion(competition: Competition) -> Any:
    """Take a criterion out."""
    preparing.remove_criterion(competition, word("criterion_code"), by=mandate())
    flash(_("Removed."), "success")
    return redirect(editing.step_url(competition, "criteria"))


# ---- the committee ----


def _member_form(competition: Competition, **words: Any) -> MemberForm:
    form = MemberForm(prefix="member", **words)
    today = clock.helsinki_date(clock.now())
    form.person_id.choices = options(
        (person.id, f"{person.name}, {role.title}")
        for person, role in asked.eligible_members(competition.authority_id, today)
    )
    return form


@bp.route(f"{BASE}/committee", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def members(competition: Competition) -> Any:
    """Name a member, or change what a member does."""
    form = _member_form(competition)

    def name() -> CommitteeMember:
        person = people.person(uuid.UUID(form.person_id.data))
        assert person is not None
        return committee.name_member(
            competition, person, opens=form.opens.data, evaluates=form.evaluates.data, by=mandate()
        )

    if submitted(form, name):
        return _committee_changed(competition)
    page = render_template("competitions/committee.html", competition=competition, member_form=form)
    return page, status_of(form)


@bp.post(f"{BASE}/committee/<uuid:member_id>/remove")
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def remove_member(competition: Competition) -> Any:
    """Take a person off the committee."""
    row = asked.member(uuid.UUID(word("member_id")))
    if row is None or row.competition_id != competition.id:
        raise missing()
    committee.remove_member(row, by=mandate())
    return _committee_changed(competition)


def _committee_changed(competition: Competition) -> Any:
    flash(_("The committee was changed."), "success")
    if competition.state is CompetitionState.DRAFT:
        return redirect(editing.step_url(competition, "committee"))
    return redirect(url_for(".members", competition_id=competition.id))


# ---- stages before sending ----


@bp.post(f"{BASE}/submit")
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def submit(competition: Competition) -> Any:
    """Send for approval."""
    preparing.submit(competition, by=mandate())
    flash(_("The competition was sent for approval."), "success")
    return redirect(editing.home(competition))


@bp.route(f"{BASE}/return", methods=["GET", "POST"])
@requires(Permission.COMPETITION_SEND, on=loaded)
def return_to_preparer(competition: Competition) -> Any:
    """Send back with a reason."""
    form = ReasonForm()
    if submitted(form, lambda: preparing.return_to_preparer(competition, form.reason.data, by=mandate())):
        flash(_("The competition was returned to its preparer."), "success")
        return redirect(editing.home(competition))
    return _reason_page(competition, form, _("Return to the preparer"), _("Return the competition")), status_of(form)


@bp.route(f"{BASE}/drop", methods=["GET", "POST"])
@requires(Permission.COMPETITION_PREPARE, on=loaded)
def drop(competition: Competition) -> Any:
    """Give a draft up."""
    form = ReasonForm()
    if submitted(form, lambda: preparing.drop(competition, form.reason.data, by=mandate())):
        flash(_("The draft was given up."), "success")
        return redirect(url_for("competitions.index"))
    return _reason_page(competition, form, _("Give the draft up"), _("Give the draft up")), status_of(form)


def _reason_page(competition: Competition, form: ReasonForm, title: str, label: str) -> str:
    return render_template("competitions/reason.html", competition=competition, form=form, title=title, label=label)
