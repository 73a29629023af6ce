"""What is typed to propose an amendment."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from orders.changes import limits
from orders.changes.models import KIND_TITLES, REASON_TITLES, ChangeKind, ChangeReason
from orders.changes.service import Proposal
from orders.models import Order


class ChangeForm(FlaskForm):
    """One amendment; the fields of its kind are filled."""

    kind = RadioField(_l("What changes"), [InputRequired(_l("Choose what changes"))])
    from_on = DateField(
        _l("From"),
        [Optional()],
        description=_l("The first day of the pause, of the service after it, or the new start."),
    )
    until_on = DateField(
        _l("Until"), [Optional()], description=_l("The last day of the pause, or the new last day of the service.")
    )
    module = SelectField(_l("Additional module"), [Optional()])
    reason = SelectField(
        _l("Reason"),
        [InputRequired(_l("Choose the reason"))],
        choices=options((each.value, title) for each, title in REASON_TITLES.items()),
        description=_l("Nothing of the customer's health is written."),
    )

    def offer_choices(self, order: Order) -> ChangeForm:
        """Only what the order's state allows, and the modules it lacks."""
        self.kind.choices = options((each.value, KIND_TITLES[each]) for each in limits.possible(order))
        modules = [each for each in order.category.modules if each.code not in order.modules]
        self.module.choices = options([("", _l("None")), *((each.code, localized(each, "name")) for each in modules)])
        return self

    def proposal(self) -> Proposal:
        """What the form says, as the verb takes it."""
        return Proposal(
            kind=ChangeKind(self.kind.data),
            reason=ChangeReason(self.reason.data),
            from_on=self.from_on.data,
            until_on=self.until_on.data,
            module=self.module.data or None,
        )
