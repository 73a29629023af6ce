"""Who takes the work over, and how much of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from core.web.options import options

ROWS = (1, 2, 3, 4, 5)


class HandoverForm(FlaskForm):
    """Up to five receivers with their shares."""

    def offer_choices(self, colleagues: Sequence[Person]) -> HandoverForm:
        """Offer the experts of the authority."""
        people = options([("", _l("Nobody")), *((each.id, each.name) for each in colleagues)])
        for row in ROWS:
            self[f"receiver_{row}"].choices = people
        return self

    def shares(self) -> dict[uuid.UUID, int]:
        """The receivers and their shares; one named twice has both."""
        found: dict[uuid.UUID, int] = {}
        for row in ROWS:
            if receiver := self[f"receiver_{row}"].data:
                number = uuid.UUID(receiver)
                found[number] = found.get(number, 0) + (self[f"share_{row}"].data or 0)
        return found


for _row in ROWS:
    setattr(HandoverForm, f"receiver_{_row}", SelectField(_l("Takes over"), [Optional()]))
    setattr(
        HandoverForm,
        f"share_{_row}",
        IntegerField(_l("Share"), [InputRequired(_l("Enter a number")), NumberRange(1, 100)], default=1),
    )


class WhoseForm(FlaskForm):
    """Whose work moves."""

    class Meta:
        csrf = False

    person = SelectField(_l("Whose work moves"), [InputRequired(_l("Choose the expert"))])
