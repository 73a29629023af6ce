"""Pages of news: what a company hears of, and unsubscribing by a mail's link."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.forms import EmptyForm
from core.web.access import mandate, public, requires
from core.web.options import options
from core.web.submitting import status_of, submitted
from suppliers import messages
from suppliers.models import Supplier
from suppliers.policy import Permission
from suppliers.views import bp, own_supplier


class _CheckBoxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MessageForm(FlaskForm):
    """What is muted, and how often news come."""

    rhythm = RadioField(
        _l("How often"),
        [InputRequired(_l("Choose how often news come"))],
        choices=options([("at_once", _l("Each piece of news at once")), ("daily", _l("One message a day"))]),
    )
    muted_services = _CheckBoxes(_l("No news of these kinds of service"))
    muted_areas = _CheckBoxes(_l("No news of these municipalities"))
    resubscribe = BooleanField(_l("Send news to all addresses again"))

    def choices(self) -> messages.Choices:
        """What was chosen."""
        return messages.Choices(
            muted_services=self.muted_services.data or [],
            muted_areas=self.muted_areas.data or [],
            is_digest=self.rhythm.data == "daily",
            resubscribe=self.resubscribe.data,
        )


@bp.route("/provider/messages", methods=["GET", "POST"])
@requires(Permission.SUPPLIER_MANAGE, on=own_supplier)
def message_settings(supplier: Supplier) -> Any:
    """What the company hears of, and what it always hears of."""
    setting = messages.shown_setting(supplier)
    form = MessageForm(
        data={
            "rhythm": "daily" if setting.is_digest else "at_once",
            "muted_services": setting.muted_services,
            "muted_areas": setting.muted_areas,
        }
    )
    form.muted_services.choices = options(messages.known_services().items())
    areas = sorted({*messages.known_areas(), *setting.muted_areas})
    form.muted_areas.choices = options((area, area) for area in areas)
    if submitted(form, lambda: messages.save_settings(supplier, form.choices(), by=mandate())):
        flash(_("The settings of messages are saved."), "success")
        return redirect(url_for(".message_settings"))
    return (
        render_template("suppliers/messages.html", form=form, supplier=supplier, setting=setting, areas=areas),
        status_of(form),
    )


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public
def unsubscribe(token: str) -> Any:
    """What the link of a mail does, then doing it; nothing is said of the company."""
    form = EmptyForm()
    messages.subscription(token)
    if form.validate_on_submit():
        messages.unsubscribe(token)
        flash(_("No more news are sent to this address."), "success")
        return redirect(url_for(".unsubscribed"))
    return render_template("suppliers/messages_unsubscribe.html", form=form), status_of(form)


@bp.get("/unsubscribed")
@public
def unsubscribed() -> Any:
    """It was done."""
    return render_template("suppliers/messages_unsubscribed.html")
