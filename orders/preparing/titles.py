"""The short questions' answers as customers read them, in eight languages."""

from __future__ import annotations

from core.i18n import lazy_cgettext as _c
from orders.models import Goal
from orders.preparing.models import Company, When, Where

GOAL_TITLES = {
    Goal.FIND_WORK: _c("I want to find work"),
    Goal.CHOOSE_DIRECTION: _c("I want to find out what suits me"),
    Goal.LEARN_TRADE: _c("I want to learn a trade"),
    Goal.LANGUAGE: _c("I want to learn the language"),
    Goal.WORK_ABILITY: _c("I want to know what work I am able to do"),
    Goal.START_BUSINESS: _c("I want to start a business"),
}
WHERE_TITLES = {
    Where.NEAR: _c("Near my home"),
    Where.REMOTE: _c("At home, by phone or computer"),
    Where.EITHER: _c("Both suit me"),
}
WHEN_TITLES = {
    When.SOON: _c("As soon as possible"),
    When.IN_A_MONTH: _c("In a month"),
    When.LATER: _c("Later"),
}
COMPANY_TITLES = {
    Company.ALONE: _c("Alone with a coach"),
    Company.GROUP: _c("In a group"),
    Company.EITHER: _c("Both suit me"),
}
