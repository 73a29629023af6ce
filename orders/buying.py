"""Who may order from a system: the authorities that its notice names, and of their parties those that take part."""

from __future__ import annotations

import uuid
from datetime import date

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.joint.procurements import queries as joint
from dps.systems import buyers
from dps.systems.models import Category


def refuse_no_buyer(category: Category, authority_id: uuid.UUID | None, municipality: str, on: date) -> None:
    """Ask both for one customer, whose home municipality says of which party they are (R104).

    :raises NotAllowed: the customer's authority does not buy from the system, or not any more (R103)
    :raises RuleBroken: the party of the home municipality has left or withdrawn from the joint procurement (R103)
    """
    buyers.refuse_others(category.system, authority_id, on)
    if authority_id is not None and not joint.may_order(category, authority_id, municipality, on):
        raise RuleBroken(
            _l("The customer's home municipality does not take part in this joint procurement any more."),
            rule="R103",
            field="municipality",
            next_step=_l("Choose a service of another system."),
        )
