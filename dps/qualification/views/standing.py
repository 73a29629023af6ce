"""Pages of admissions: the officials' and the provider's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import audit, clock, policy
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.qualification import admissions, matters, standing_words
from dps.qualification.models import (
    MATTER_KIND_TITLES,
    MATTER_STATE_TITLES,
    QUALIFICATION_STATE_TITLES,
    AdmissionMatter,
    MatterKind,
    Qualification,
    QualificationState,
    RenewalRequest,
    SanctionKind,
)
from dps.qualification.policy import Permission
from dps.qualification.service import renewing, standing
from dps.qualification.standing_forms import (
    OperatorForm,
    PauseForm,
    RenewalForm,
    RenewalsForm,
    WordsForm,
    removal_form,
    words_form,
)
from dps.qualification.views import bp
from suppliers import queries as suppliers


def _today() -> Any:
    return clock.helsinki_date(clock.now())


# ---- officials ----


def _form_page(title: str, lead: str, button: str, form: Any, back: str, crumb: str, *, danger: bool = False) -> Any:
    return (
        render_template(
            "qualification/admission_form.html",
            title=title,
            lead=lead,
            button_label=button,
            form=form,
            back=back,
            crumb=crumb,
            danger=danger,
        ),
        status_of(form),
    )


@bp.get("/procurement/admissions")
@requires(Permission.ADMISSION_LIST)
def admitted() -> Any:
    """Who is admitted; renewals are asked of many at once."""
    asked, category = request.args.get("state", ""), request.args.get("category", type=uuid.UUID)
    state = QualificationState(asked) if asked in set(QualificationState) else None
    authority_id = mandate().organisation_id
    found = page(
        admissions.admissions_of_authority(authority_id, category, state),
        Qualification,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    rows: list[Qualification] = list(found["items"])
    form = RenewalsForm(data={"due_on": matters.earliest_renewal(_today())})
    form.chosen.choices = [(str(row.id), row.supplier.name) for row in rows]
    return render_template(
        "qualification/admissions.html",
        rows=rows,
        next_after=found["next_cursor"],
        form=form,
        state=state,
        states=QUALIFICATION_STATE_TITLES,
        category=category,
        categories=admissions.categories_with_admissions(authority_id),
        tags=standing_words.TAGS,
        Permission=Permission,
    )


@bp.post("/procurement/admissions/ask-renewals")
@requires(Permission.ADMISSION_LIST)
def ask_renewals() -> Any:
    """Ask the chosen ones for a renewed declaration, all with the same reason and time."""
    chosen = [
        found
        for each in request.form.getlist("chosen")
        if (found := admissions.qualification_by_words(each)) is not None
    ]
    form = RenewalsForm()
    form.chosen.choices = [(str(each.id), each.supplier.name) for each in chosen]
    for each in chosen:
        policy.check(mandate(), Permission.ADMISSION_HANDLE, each)

    def ask() -> int:
        return renewing.ask_renewals(chosen, form.due_on.data, form.reason.data, by=mandate())

    if done := submitted(form, ask):
        flash(_("Renewed declarations asked for: %(count)s.", count=0 if done is True else done), "success")
        return redirect(url_for(".admitted"))
    title, lead = _("Ask for renewed declarations"), _("Each gets the same time to answer, at least 5 working days.")
    return _form_page(title, lead, _("Ask"), form, url_for(".admitted"), _("Admitted providers"))


@bp.get("/procurement/admissions/<uuid:qualification_id>")
@requires(Permission.ADMISSION_READ, on=admissions.qualification)
def admission(qualification: Qualification) -> Any:
    """One admission: where it stands, its line of time, and what comes next."""
    audit.saw("admission", qualification, actor=mandate())
    return _admission_page(qualification)


def _admission_page(qualification: Qualification, **forms: Any) -> Any:
    now = clock.now()
    today = clock.helsinki_date(now)
    matter = admissions.open_matter(qualification.id)
    renewal = admissions.open_renewal(qualification.id)
    values = {
        "review_form": words_form(_("What you found")),
        "proposal_form": words_form(_("Summary of the reasons"), _("Weigh what the provider said or showed.")),
        "drop_form": words_form(_("Why the matter is dropped")),
    } | forms
    return render_template(
        "qualification/admission.html",
        qualification=qualification,
        tags=standing_words.TAGS,
        track=standing_words.line_of_time(qualification, is_own=False),
        matter=matter,
        renewal=renewal,
        matter_due=standing_words.due_chip(matter, today) if matter else None,
        renewal_due=standing_words.due_chip(renewal, today) if renewal else None,
        can_review=renewal is not None and (renewal.answered_at is not None or renewal.due_at <= now),
        can_propose=matter is not None and (matter.state == "ready" or (matter.due_at and matter.due_at <= now)),
        matter_kinds=MATTER_KIND_TITLES,
        matter_states=MATTER_STATE_TITLES,
        until=standing_words.until,
        Permission=Permission,
        **values,
    )


def _done(qualification: Qualification, message: str) -> Any:
    flash(message, "success")
    return redirect(url_for(".admission", qualification_id=qualification.id))


def _open(qualification: Qualification, form: Any, verb: Callable[[], Any], title: str, lead: str, button: str) -> Any:
    """A page on which a matter is opened or a renewal asked for."""
    if submitted(form, verb):
        return _done(qualification, _("The provider was told."))
    back = url_for(".admission", qualification_id=qualification.id)
    return _form_page(title, lead, button, form, back, qualification.supplier.name)


@bp.route("/procurement/admissions/<uuid:qualification_id>/renewal", methods=["GET", "POST"])
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
def ask_renewal(qualification: Qualification) -> Any:
    """Ask for an updated declaration (R33)."""
    form = RenewalForm(data={"due_on": matters.earliest_renewal(_today())})
    return _open(
        qualification,
        form,
        lambda: renewing.ask_renewal(qualification, form.due_on.data, form.reason.data, by=mandate()),
        _("Ask for a renewed declaration"),
        _("The provider has at least 5 working days to answer. The day of asking is not counted."),
        _("Ask"),
    )


@bp.route("/procurement/admissions/<uuid:qualification_id>/pause", methods=["GET", "POST"])
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
def open_pause(qualification: Qualification) -> Any:
    """Hear the provider about a pause of new orders by a contract term."""
    form = PauseForm(data={"due_on": matters.earliest_hearing(_today())})
    return _open(
        qualification,
        form,
        lambda: standing.open_suspension(
            qualification, form.term.data, form.reason.data, form.due_on.data, by=mandate()
        ),
        _("Pause new orders by a contract term"),
        _("The provider is heard first. The decision maker decides. Running orders go on."),
        _("Begin the hearing"),
    )


@bp.route("/procurement/admissions/<uuid:qualification_id>/removal", methods=["GET", "POST"])
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
def open_removal(qualification: Qualification) -> Any:
    """Hear the provider about its removal (R34)."""
    requirements = {str(each.id): each for each in qualification.category.requirements}
    form = removal_form(requirements.values(), matters.earliest_hearing(_today()))

    def hear() -> AdmissionMatter:
        ground = standing.RemovalGround(
            requirement=requirements[form.requirement.data],
            event_on=form.event_on.data,
            sanction_kind=SanctionKind(form.sanction_kind.data) if form.sanction_kind.data else None,
            contract_reference=form.contract_reference.data or "",
        )
        return standing.open_removal(qualification, ground, form.reason.data, form.due_on.data, by=mandate())

    return _open(
        qualification,
        form,
        hear,
        _("Remove from the category"),
        _("The provider is heard first: it may show what it has done to put things right. The decision maker decides."),
        _("Begin the hearing"),
    )


@bp.route("/procurement/admissions/<uuid:qualification_id>/operator", methods=["GET", "POST"])
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
def open_operator_change(qualification: Qualification) -> Any:
    """A merger or a new business id."""
    form = OperatorForm()
    return _open(
        qualification,
        form,
        lambda: standing.open_operator_change(
            qualification, form.registration_number.data, form.reason.data, by=mandate()
        ),
        _("Change of the operator"),
        _("The operator that continues must have registered and made its self-declaration."),
        _("Prepare the decision"),
    )


@bp.route("/procurement/admissions/<uuid:qualification_id>/lifting", methods=["GET", "POST"])
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
def open_lifting(qualification: Qualification) -> Any:
    """Prepare to end the pause."""
    form = words_form(_("Why new orders are possible again"))
    return _open(
        qualification,
        form,
        lambda: standing.open_lifting(qualification, form.text.data, by=mandate()),
        _("End the pause of new orders"),
        _("The decision maker decides."),
        _("Prepare the decision"),
    )


@bp.post("/procurement/renewals/<uuid:renewal_id>/review")
@requires(Permission.ADMISSION_HANDLE, on=admissions.renewal)
def review_renewal(renewal: RenewalRequest) -> Any:
    """Say what was found in the renewed declaration."""
    form = words_form(_("What you found"))
    if submitted(form, lambda: renewing.review_renewal(renewal, form.text.data, by=mandate())):
        return _done(renewal.qualification, _("What you found is saved."))
    return _admission_page(renewal.qualification, review_form=form), 422


@bp.post("/procurement/admission-matters/<uuid:matter_id>/propose")
@requires(Permission.ADMISSION_HANDLE, on=admissions.matter)
def propose_matter(matter: AdmissionMatter) -> Any:
    """Lay the decision before the decision maker."""
    form = words_form(_("Summary of the reasons"), _("Weigh what the provider said or showed."))
    if submitted(form, lambda: standing.propose_matter(matter, form.text.data, by=mandate())):
        return _done(matter.qualification, _("The proposal was sent to the decision maker."))
    return _admission_page(matter.qualification, proposal_form=form), 422


@bp.post("/procurement/admission-matters/<uuid:matter_id>/drop")
@requires(Permission.ADMISSION_HANDLE, on=admissions.matter)
def drop_matter(matter: AdmissionMatter) -> Any:
    """Let the matter rest."""
    form = words_form(_("Why the matter is dropped"))
    if submitted(form, lambda: standing.drop_matter(matter, form.text.data, by=mandate())):
        return _done(matter.qualification, _("The matter was dropped and the provider was told."))
    return _admission_page(matter.qualification, drop_form=form), 422


# ---- the provider ----


@bp.get("/provider/admissions")
@requires(Permission.ADMISSION_OWN_LIST)
def own_admissions() -> Any:
    """Where the company is admitted."""
    return render_template(
        "qualification/admissions_own.html",
        rows=admissions.admissions_of_supplier(mandate().organisation_id),
        tags=standing_words.TAGS,
    )


@bp.get("/provider/admissions/<uuid:qualification_id>")
@requires(Permission.ADMISSION_OWN, on=admissions.qualification)
def own_admission(qualification: Qualification) -> Any:
    """Where an admission stands, what is asked, and what can be done."""
    return _own_page(qualification)


def _own_page(qualification: Qualification, form: WordsForm | None = None) -> Any:
    now = clock.now()
    matter, renewal = admissions.open_matter(qualification.id), admissions.open_renewal(qualification.id)
    declaration = suppliers.confirmed_declaration(qualification.supplier_id)
    confirmed_at = declaration.confirmed_at if declaration else None
    return render_template(
        "qualification/admission_own.html",
        qualification=qualification,
        tags=standing_words.TAGS,
        standing=standing_words.standing(qualification),
        track=standing_words.line_of_time(qualification, is_own=True),
        matter=matter,
        renewal=renewal,
        is_declared=renewal is not None and confirmed_at is not None and confirmed_at >= renewal.asked_at,
        is_heard=matter is not None and matter.state == "hearing" and matter.due_at and now < matter.due_at,
        hearing_form=form or words_form(_("Your answer"), _("Also say what you have done to put things right.")),
        matter_kinds=MATTER_KIND_TITLES,
        until=standing_words.until,
        own_requests=standing.OWN_REQUESTS,
    )


@bp.route(
    "/provider/admissions/<uuid:qualification_id>/<any(pause, lifting, leave):wish>",
    methods=["GET", "POST"],
)
@requires(Permission.ADMISSION_OWN, on=lambda qualification_id, wish: admissions.qualification(qualification_id))
def own_request(qualification: Qualification) -> Any:
    """Ask for a pause of new orders, for its end, or to leave."""
    wish = (request.view_args or {})["wish"]
    kind, title, lead, label = {
        "pause": (
            MatterKind.SUSPENSION_REQUESTED,
            _("Ask for a pause of new orders"),
            _("You stay admitted. The city decides; running orders go on."),
            _("Why and for how long?"),
        ),
        "lifting": (
            MatterKind.LIFTING,
            _("Ask to end the pause"),
            _("The city decides. After that your services can be ordered again."),
            _("Why can you take orders again?"),
        ),
        "leave": (
            MatterKind.WITHDRAWAL,
            _("Leave the category"),
            _("The city ends your admission by a decision. Running orders go to their end. You may apply again."),
            _("Why do you leave?"),
        ),
    }[wish]
    form = words_form(label)
    back = url_for(".own_admission", qualification_id=qualification.id)
    if submitted(form, lambda: standing.request_matter(qualification, kind, form.text.data, by=mandate())):
        flash(_("Your request was sent to the city."), "success")
        return redirect(back)
    return _form_page(title, lead, _("Send the request"), form, back, _("Admissions"), danger=wish == "leave")


@bp.post("/provider/renewals/<uuid:renewal_id>/answer")
@requires(Permission.ADMISSION_OWN, on=admissions.renewal)
def answer_renewal(renewal: RenewalRequest) -> Any:
    """Answer with the newest confirmed declaration."""
    renewing.answer_renewal(renewal, suppliers.confirmed_declaration(renewal.supplier_id), by=mandate())
    flash(_("Your renewed declaration was sent."), "success")
    return redirect(url_for(".own_admission", qualification_id=renewal.qualification_id))


@bp.post("/provider/admission-matters/<uuid:matter_id>/answer")
@requires(Permission.ADMISSION_OWN, on=admissions.matter)
def answer_hearing(matter: AdmissionMatter) -> Any:
    """Say one's own account."""
    form = words_form(_("Your answer"), _("Also say what you have done to put things right."))
    if submitted(form, lambda: standing.answer_hearing(matter, form.text.data, by=mandate())):
        flash(_("Your answer was sent."), "success")
        return redirect(url_for(".own_admission", qualification_id=matter.qualification_id))
    return _own_page(matter.qualification, form), 422


@bp.post("/provider/admission-matters/<uuid:matter_id>/take-back")
@requires(Permission.ADMISSION_OWN, on=admissions.matter)
def take_back(matter: AdmissionMatter) -> Any:
    """Take one's own request back."""
    standing.drop_matter(matter, str(_("The provider took its request back.")), by=mandate())
    flash(_("Your request was taken back."), "success")
    return redirect(url_for(".own_admission", qualification_id=matter.qualification_id))
