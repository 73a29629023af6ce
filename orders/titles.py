"""What the states and bands of ordering are called."""

from __future__ import annotations

from core.i18n import lazy_cgettext as _c
from core.i18n import lazy_gettext as _l
from dps.systems.models import PAYMENT_KIND_TITLES, DeclineReason, OrderingRule, PaymentKind
from dps.systems.production import PRODUCTION_TITLES  # noqa: F401 - shown with orders, by this name
from orders.models import (
    AgeBand,
    ChoiceAnswer,
    EducationBand,
    EndKind,
    Goal,
    InterruptionReason,
    NeedState,
    NoneReason,
    OrderState,
    UnemploymentBand,
)
from orders.rules import Misfit

AGE_TITLES = {
    AgeBand.UNDER_25: _l("Under 25"),
    AgeBand.FROM_25_TO_34: _l("25–34"),
    AgeBand.FROM_35_TO_49: _l("35–49"),
    AgeBand.FROM_50: _l("50 or over"),
    AgeBand.UNKNOWN: _l("Not known"),
}
UNEMPLOYMENT_TITLES = {
    UnemploymentBand.UNDER_6_MONTHS: _l("Under 6 months"),
    UnemploymentBand.FROM_6_TO_12_MONTHS: _l("6–12 months"),
    UnemploymentBand.FROM_1_TO_2_YEARS: _l("1–2 years"),
    UnemploymentBand.OVER_2_YEARS: _l("Over 2 years"),
    UnemploymentBand.UNKNOWN: _l("Not known"),
}
EDUCATION_TITLES = {
    EducationBand.BASIC: _l("Basic education"),
    EducationBand.SECONDARY: _l("Upper secondary"),
    EducationBand.HIGHER: _l("Higher education"),
    EducationBand.UNKNOWN: _l("Not known"),
}
PART_TITLES = {
    "base": _l("The service"),
    "module": _l("Additional module"),
    "start_fee": PAYMENT_KIND_TITLES[PaymentKind.START_FEE],
    "milestone": PAYMENT_KIND_TITLES[PaymentKind.MILESTONE],
    "outcome": PAYMENT_KIND_TITLES[PaymentKind.OUTCOME],
}
GOAL_TITLES = {
    Goal.FIND_WORK: _l("Find work"),
    Goal.CHOOSE_DIRECTION: _l("Choose a direction"),
    Goal.LEARN_TRADE: _l("Learn a trade"),
    Goal.LANGUAGE: _l("Learn the language"),
    Goal.WORK_ABILITY: _l("Find out the work ability"),
    Goal.START_BUSINESS: _l("Start a business"),
}
NEED_STATE_TITLES = {
    NeedState.OPEN: _l("Not ordered yet"),
    NeedState.ORDERED: _l("Ordered"),
    NeedState.CLOSED: _l("Closed"),
}
NEED_TONES = {NeedState.OPEN: "waiting", NeedState.ORDERED: "ok", NeedState.CLOSED: "paused"}
ORDER_TONES = {
    OrderState.PLACED: "waiting",
    OrderState.ACCEPTED: "ok",
    OrderState.DECLINED: "stop",
    OrderState.EXPIRED: "stop",
    OrderState.CANCELLED: "paused",
    OrderState.SCHEDULED: "ok",
    OrderState.NO_SHOW: "stop",
    OrderState.STARTED: "go",
    OrderState.PAUSED: "paused",
    OrderState.REPORTED: "warn",
    OrderState.DISPUTED: "stop",
    OrderState.COMPLETED: "ok",
    OrderState.CLOSED: "ok",
}
ANSWER_TITLES = {
    ChoiceAnswer.CHOSEN: _l("The customer chose a service"),
    ChoiceAnswer.NONE_FITS: _l("None of the services suits the customer"),
    ChoiceAnswer.TALK_FIRST: _l("The customer wants to talk first"),
}
#: As the customer reads them, too.
NONE_REASON_TITLES = {
    NoneReason.TOO_FAR: _c("Too far away"),
    NoneReason.WRONG_TIME: _c("The time does not suit"),
    NoneReason.LANGUAGE: _c("My language is missing"),
    NoneReason.OTHER_KIND: _c("I want something else"),
    NoneReason.NOT_NOW: _c("Not now"),
}
DECLINE_TITLES = {
    DeclineReason.NO_CAPACITY: _l("No capacity"),
    DeclineReason.START_NOT_POSSIBLE: _l("The start is not possible"),
    DeclineReason.LANGUAGE_NOT_AVAILABLE: _l("The language is not available"),
    DeclineReason.PLACE_NOT_POSSIBLE: _l("The place is not possible"),
    DeclineReason.CONFLICT_OF_INTEREST: _l("Conflict of interest"),
}
END_TITLES = {EndKind.FINISHED: _l("Finished as planned"), EndKind.INTERRUPTED: _l("Interrupted")}
INTERRUPTION_TITLES = {
    InterruptionReason.FOUND_WORK: _l("Found work"),
    InterruptionReason.STUDIES: _l("Began studies"),
    InterruptionReason.HEALTH: _l("Health"),
    InterruptionReason.MOVED: _l("Moved away"),
    InterruptionReason.DID_NOT_ATTEND: _l("Did not attend"),
    InterruptionReason.OTHER: _l("Another reason"),
}
MISFIT_TITLES = {
    Misfit.DECLINED: _l("Could not take this order before"),
    Misfit.LANGUAGE: _l("The language is missing"),
    Misfit.PLACE: _l("Another place"),
    Misfit.FORM: _l("Alone or in a group, other than needed"),
    Misfit.MODULE: _l("A module is missing"),
    Misfit.TOO_LATE: _l("No start in time"),
    Misfit.FULL: _l("No free place"),
}
#: How the list of hits is ordered, in one sentence each (R3, I5).
RULE_WORDS = {
    OrderingRule.CUSTOMER_CHOICE: _l("The customer chooses. The order of the list is drawn for this need."),
    OrderingRule.RANKING: _l("The published order of preference decides."),
    OrderingRule.ROTATION: _l("The provider whose last order is longest ago comes first."),
    OrderingRule.COMPETITION: _l("Every purchase is competed."),
}
