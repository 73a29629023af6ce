"""What a result is that is paid for."""

from __future__ import annotations

from enum import StrEnum

from core.i18n import lazy_gettext as _l


class ResultKind(StrEnum):
    """What the customer began."""

    OPEN_LABOUR_MARKET = "open_labour_market"
    SUBSIDISED_WORK = "subsidised_work"
    OWN_BUSINESS = "own_business"
    STUDIES = "studies"


RESULT_TITLES = {
    ResultKind.OPEN_LABOUR_MARKET: _l("Work in the open labour market"),
    ResultKind.SUBSIDISED_WORK: _l("Subsidised work"),
    ResultKind.OWN_BUSINESS: _l("Own business"),
    ResultKind.STUDIES: _l("Studies for a qualification"),
}
