"""Which page is opened by whom: every GET page of the application with the roles that may read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Text, cast, func, select, true
from werkzeug.routing import Rule

from core import clock
from core.db import db, new_id, transaction
from core.identity.mandates import Mandate
from core.identity.models import OneTimeToken, TokenPurpose
from core.identity.passwords import hash_token, new_token
from dps.competitions.models import Competition
from dps.contracts.models import FrameContract
from dps.decisions.models import Decision
from dps.joint.agreements.models import AgreementVersion
from dps.offerings.models import Offering
from dps.qualification.models import Application
from dps.systems.models import OrderingRule, PurchasingSystem, Question, SystemChange
from evaluation.assessing.queries import points_answered
from evaluation.assessing.service import request_assessment
from evaluation.collecting.models import FeedbackPoint, FeedbackRequest
from evaluation.collecting.service import renew_feedback_link
from evaluation.collecting.service.points import make_point
from orders import service as orders
from orders.models import AgeBand, EducationBand, Need, Order, UnemploymentBand
from orders.preparing import service as preparing
from orders.presentations import service as presentations
from orders.presentations.models import Presentation
from orders.queries import categories_to_order_from
from orders.search import fitting
from suppliers import messages
from suppliers.models import Supplier
from tests import town
from tests.gates.test_access import routes, table

#: What is no page of ours: machines' answers, files, and Swagger's own page.
NO_PAGES = (
    "api-",
    "assets.",
    "health.",
    "static",
    "public.systems_json",
    "public.terms_file",
    "systems.category_read_terms_file",
    "systems.change_read_terms_file",
    "suppliers.document_content",
    "decisions.letter",
    "decisions.addressee_letter",
    "decisions.received_letter",
    "decisions.archive_package",
    "judging.tender_file",
    "answers.answer_file",
    "disclosures.party_file",
    "disclosures.public_file",
    "tenders.copy",
    "tenders.own_file",
    "openings.record_file",
    "messages.message_file",
    "money.outcome_file",
    "outcomes.import_example",
    "outcomes.report_file",
    "money.batch_csv",
    "money.cost_csv",
    "money.budgets_csv",
    "bulk.example",
    "bulk.results",
    "paths.picture",
    "paths.sheet",
    "paths.public_picture",
    "feedback_pages.tablet_worker",
    "reports.overall_picture",
    "reports.category_picture",
    "reports.year_report_file",
    "quality_public.picture",
    "sharing.cost_file",
    "procurements.minutes",
    "sharing.statement_csv",
    "sharing.statement_pdf",
    "together.results_picture",
    "together.alone_picture",
    "together.review_file",
)
#: One reader of each class, as they stand in access.txt.
CLASSES = "cepas"
#: Pages that are told of what in the query; they are opened with it, too.
ASKED_IN_QUERY = {"offerings.new": ("contract", "contract_id"), "orders.new_need": ("category", "category_id")}
#: Pages on which the decision maker is offered other acts than the coordinator.
DECIDER_TOO = {
    "workspaces.procurement",
    "systems.show",
    "systems.show_change",
    "decisions.show",
    "contracts.show",
    "qualification.show",
    "decisions.delegations",
    "orders.budgets",
    "money.over_budgets",
    "indexing.changes",
}


@dataclass(frozen=True)
class Visit:
    """A page's address and the letter of who opens it; ``""`` is somebody who has not logged in."""

    letter: str
    endpoint: str
    path: str


def is_page(rule: Rule) -> bool:
    return not rule.endpoint.startswith(NO_PAGES)


def readers(endpoint: str) -> str:
    """The letters of Kuopio, its provider and the administrator that may open a page; else those of Helsinki."""
    letters = table()[("GET", endpoint)]
    if letters == "*":
        return ""
    own = "".join(letter for letter in "cdoepas" if letter in letters or letters == "+")
    return own or "".join(letter for letter in "CDE" if letter in letters)


def visits(app: Flask, *, everybody: bool = False) -> Iterator[Visit]:
    """Every page once a class of reader, or with everybody who may."""
    objects, tokens = town.objects(), customer_links()
    adapter = app.url_map.bind("localhost")
    for method, rule in routes(app):
        if method != "GET" or not is_page(rule):
            continue
        words = objects.fill(rule)
        if "token" in words:
            words["token"] = tokens[rule.endpoint]
        path = adapter.build(rule.endpoint, words, method=method)
        for letter in _chosen(rule.endpoint, everybody) or [""]:
            if rule.endpoint in ASKED_IN_QUERY:
                name, key = ASKED_IN_QUERY[rule.endpoint]
                yield Visit(letter, rule.endpoint, f"{path}?{name}={objects.values[key]}")
            if rule.endpoint != "offerings.new":  # is told of its contract
                yield Visit(letter, rule.endpoint, path)
    for endpoint, name, letter, model, mine in in_all_states():
        for key in db.session.scalars(select(func.min(cast(model.id, Text))).where(mine).group_by(model.state)):
            yield Visit(letter, endpoint, adapter.build(endpoint, {name: key}))


def in_all_states() -> Iterator[tuple[str, str, str, Any, Any]]:
    """Pages that say other things in each state of their object: endpoint, its word, reader, model, whose."""
    expert, savo = town.mandate_of(town.ACTORS["e"]), town.mandate_of(town.ACTORS["p"])
    yield "systems.show", "system_id", "c", PurchasingSystem, PurchasingSystem.authority_id == expert.organisation_id
    yield "systems.show_change", "change_id", "c", SystemChange, true()
    yield "competitions.show", "competition_id", "c", Competition, true()
    yield "systems.answer", "question_id", "c", Question, true()
    yield "qualification.show", "application_id", "c", Application, true()
    yield "decisions.show", "decision_id", "d", Decision, true()
    yield "contracts.show", "contract_id", "d", FrameContract, true()
    yield "orders.need", "need_id", "e", Need, Need.expert_id == expert.person_id
    yield "orders.expert_order", "order_id", "e", Order, Order.expert_id == expert.person_id
    yield "orders.provider_order", "order_id", "p", Order, Order.supplier_id == savo.organisation_id
    yield "money.provider_order", "order_id", "p", Order, Order.supplier_id == savo.organisation_id
    yield "offerings.show", "offering_id", "p", Offering, Offering.supplier_id == savo.organisation_id
    yield "agreements.version", "version_id", "C", AgreementVersion, true()
    yield "agreements.version", "version_id", "D", AgreementVersion, true()


def _chosen(endpoint: str, everybody: bool) -> list[str]:
    letters = readers(endpoint)
    if everybody or not letters:
        return list(letters)
    first = next((letter for letter in CLASSES if letter in letters), letters[0])
    return [first, *("d" if endpoint in DECIDER_TOO and first != "d" else "")]


def customer_links() -> dict[str, str]:
    """Fresh tokens of the links that people open without logging in, made by the verbs."""
    expert = town.mandate_of(town.ACTORS["e"])
    today = clock.helsinki_date(clock.now())
    choice = None
    for category in categories_to_order_from(expert.organisation_id):
        if category.ordering_rule is not OrderingRule.CUSTOMER_CHOICE:
            continue
        need = orders.state_need(
            category,
            orders.NeedDetails(
                customer_reference="A-1",
                municipality="Kuopio",
                place="Kuopio",
                is_remote=False,
                languages=["fi"],
                latest_start=today + clock.timedelta(days=56),
                modules=[],
                accessibility="",
                age_band=next(iter(AgeBand)),
                unemployment_band=next(iter(UnemploymentBand)),
                education_band=next(iter(EducationBand)),
            ),
            by=expert,
        )
        found = [hit.offering_id for hit in fitting(need).hits][:5]
        if found:
            choice = orders.offer_choice(need, found, by=expert).token
            break
    assert choice is not None, "nothing fits in the town"
    request = db.session.scalars(
        select(FeedbackRequest)
        .join(Order, Order.id == FeedbackRequest.order_id)
        .where(FeedbackRequest.used_at.is_(None), FeedbackRequest.point == FeedbackPoint.END)
        .order_by(FeedbackRequest.id)
        .limit(1)
    ).one()
    order = db.session.get(Order, request.order_id)
    assert order is not None
    return {
        "orders.choose": choice,
        "orders.confirm": choice,
        "orders.none_fits": choice,
        "orders.ask": choice,
        "preparing.prepare": preparing.invite("A-2", today, by=expert).token,
        "presentations.place": _place(),
        "feedback_pages.feedback": renew_feedback_link(order, by=expert),
        "feedback_pages.tablet": make_point(
            f"Torikahvila {new_id()}", "Tori 1", by=town.mandate_of(town.ACTORS["c"])
        ).token,
        "assessing.assess": _assessment_link(order, expert),
        "suppliers.unsubscribe": _news_link(),
        "identity.new_password": _account_link(TokenPurpose.PASSWORD_RESET),
        "identity.confirm_email": _account_link(TokenPurpose.EMAIL_CONFIRMATION),
    }


def _tablet() -> str:
    return make_point(f"Torikahvila {new_id()}", "Tori 1", by=town.mandate_of(town.ACTORS["c"])).token


def _assessment_link(order: Order, expert: Mandate) -> str:
    point = next(each for each in FeedbackPoint if each not in points_answered(order.id))
    return request_assessment(order, point, by=expert)


def _place() -> str:
    """A customer's place in an event to come."""
    event = db.session.scalars(select(Presentation).where(Presentation.seats_taken < Presentation.seats)).first()
    assert event is not None
    return presentations.sign_up(event)[1]


@transaction
def _news_link() -> str:
    supplier = db.session.get_one(Supplier, town.mandate_of(town.ACTORS["p"]).organisation_id)
    return messages.token_for(messages.setting_of(supplier), supplier.emails[0])


@transaction
def _account_link(purpose: TokenPurpose) -> str:
    """What a mail of the provider's would hold; the mail itself is sealed."""
    token = new_token()
    db.session.add(
        OneTimeToken(
            token_hash=hash_token(token),
            purpose=purpose,
            person_id=town.mandate_of(town.ACTORS["p"]).person_id,
            expires_at=clock.now() + clock.timedelta(hours=1),
        )
    )
    return token
