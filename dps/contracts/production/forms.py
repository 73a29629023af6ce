"""What is typed of agreements on own and partners' production."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.models import Authority
from core.web.fields import CheckboxesField, DecimalField
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.contracts.production.rules import Facts
from dps.contracts.production.service import AgreementDetails
from dps.systems.models import Category
from dps.systems.production import AGREED, PRODUCTION_TITLES, Production

_TEXT = [Length(max=2000), no_nul, no_identity_code]


class FactsForm(FlaskForm):
    """The ground of an agreement; which figures are needed follows from the kind of production."""

    statement = TextAreaField(
        _l("On what the agreement rests"),
        [DataRequired(_l("Write on what the agreement rests")), *_TEXT],
        description=_l(
            "Own production: which unit. In-house unit: how your authority controls it. Another authority: the common "
            "public task and the agreement on it."
        ),
    )
    owners = TextAreaField(_l("Owners of the unit, with their shares"), [Optional(), *_TEXT])
    owned_share = DecimalField(
        _l("Your authority's share of the unit, percent"), [Optional(), NumberRange(0, 100)], places=2
    )
    outside_share = DecimalField(
        _l("Sold to others in the last closed year, percent of turnover"), [Optional(), NumberRange(0, 100)], places=2
    )
    outside_sales = DecimalField(
        _l("Sold to others in the last closed year, euros"), [Optional(), NumberRange(0, 999_999_999)], places=2
    )

    def facts(self) -> Facts:
        """What was entered."""
        return Facts(
            statement=self.statement.data or "",
            owners=self.owners.data or "",
            owned_share=self.owned_share.data,
            outside_share=self.outside_share.data,
            outside_sales=self.outside_sales.data,
        )


class AgreementForm(FactsForm):
    """A new agreement; a price field for each category is added by ``agreement_form``."""

    kind = RadioField(
        _l("How it is produced"),
        [InputRequired(_l("Choose how it is produced"))],
        choices=options((each.value, PRODUCTION_TITLES[each]) for each in AGREED),
    )
    business_id = StringField(
        _l("Business ID of the unit"), [DataRequired(_l("Enter the business ID")), Length(max=20), no_nul]
    )
    reference = StringField(
        _l("Case number of the agreement"),
        [DataRequired(_l("Write the case number of the agreement")), Length(max=100), no_nul, no_identity_code],
    )
    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the day"))])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Enter the day"))])
    buyers = CheckboxesField(_l("Others that may order under it"), [Optional()])

    def price_fields(self) -> list[Any]:
        """The fields of the categories' prices."""
        return [each for each in self if each.name.startswith(_PRICE)]

    def details(self) -> AgreementDetails:
        """What was entered."""
        prices: dict[uuid.UUID, Decimal] = {
            uuid.UUID(each.name.removeprefix(_PRICE)): each.data
            for each in self.price_fields()
            if each.data is not None
        }
        return AgreementDetails(
            kind=Production(self.kind.data),
            business_id=self.business_id.data,
            reference=self.reference.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            facts=self.facts(),
            prices=prices,
            buyers=[uuid.UUID(each) for each in self.buyers.data or ()],
        )


_PRICE = "price_"


def agreement_form(categories: Sequence[Category], partners: Sequence[Authority], **known: Any) -> AgreementForm:
    """With a price for each category of the systems the authority buys from, and its partners there."""
    prices = {
        f"{_PRICE}{each.id}": DecimalField(
            _l(
                "%(category)s: highest price, euros without VAT",
                category=localized(each, "name"),
            ),
            [Optional(), NumberRange(Decimal("0.01"), 9_999_999)],
            places=2,
        )
        for each in categories
    }
    form: AgreementForm = type("CategoryAgreementForm", (AgreementForm,), prices)(**known)
    form.buyers.choices = options((str(each.id), localized(each, "name")) for each in partners)
    return form


class DecisionForm(FlaskForm):
    """The decision on an agreement."""

    decision_number = StringField(
        _l("Number of the decision"),
        [DataRequired(_l("Write the number of the decision")), Length(max=100), no_nul, no_identity_code],
    )
