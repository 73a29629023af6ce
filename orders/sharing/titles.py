"""What shared costs and statements are called on a page."""

from __future__ import annotations

from core.i18n import lazy_gettext as _l
from orders.sharing.models import LineKind, WarningKind, Weighing

WEIGHING_TITLES = {
    Weighing.USE_OF_QUARTER: _l("By use: the value of each party's orders in the quarter"),
    Weighing.USE_SO_FAR: _l("By use: nobody ordered in the quarter, so the value of all orders so far counts"),
    Weighing.SHARES_WITHOUT_USE: _l("By use was agreed, but nobody has ordered anything: the agreed shares count"),
    Weighing.AGREED_SHARES: _l("By the agreed shares"),
}

LINE_KIND_TITLES = {
    LineKind.SERVICE: _l("Services"),
    LineKind.CANCEL_FEE: _l("Fees for late cancellations"),
}

WARNING_TITLES = {
    WarningKind.OVER: _l("More than announced"),
    WarningKind.UNDER: _l("Less than announced"),
}
WARNING_TONES = {WarningKind.OVER: "warn", WarningKind.UNDER: "warn"}
