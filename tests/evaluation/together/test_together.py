"""Following together: use and results by party, resourcing, what each does alone, the yearly review."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from core import audit, clock
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import using_language
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import VersionState
from dps.systems.models import SERVICE_TYPE_TITLES
from evaluation.together import desk, pictures, queries, reviewing, service
from evaluation.together.followed import Followed, of_agreement
from evaluation.together.jobs import make_review_documents
from evaluation.together.models import ReviewState
from evaluation.together.pictures import View
from tests import worlds_joint
from tests.evaluation.together import worlds
from tests.evaluation.together.worlds import YEAR, Joint
from tests.pages import Page, api_as, page_as

HALF = date(YEAR, 1, 1)


def followed(found: Joint | worlds_joint.Together) -> Followed:
    together = found.together if isinstance(found, Joint) else found
    row = of_agreement(together.agreement.id)
    assert row is not None
    return row


def table(page: Page, caption: str) -> list[list[str]]:
    ns = "{http://www.w3.org/1999/xhtml}"
    for each in page.all("table"):
        if "".join(each.find(f"{ns}caption").itertext()) == caption:
            return [[" ".join("".join(c.itertext()).split()) for c in row] for row in each.find(f"{ns}tbody")]
    raise AssertionError(f"no table «{caption}»")


def used() -> Joint:
    found = worlds.joint()
    worlds.orders(found, "helsinki", 12, employed=6, grade=10)
    worlds.orders(found, "espoo", 6, employed=3, grade=8)
    worlds.orders(found, "kauniainen", 6, employed=1, grade=5)
    worlds.orders(found, "vantaa", 6, employed=2, grade=9)
    return found


# ---- results ----


@pytest.mark.rule("R104")
def test_given_orders_of_one_authority_then_the_home_municipality_says_whose_customers_they_are(app: Flask) -> None:
    found = worlds.joint()
    worlds.orders(found, "espoo", 6)
    worlds.orders(found, "kauniainen", 7)

    use = queries.use(followed(found), YEAR)
    assert {key: each.customers for (key, _quarter), each in use.items()} == {"espoo": 6, "kauniainen": 7}


def test_given_use_then_each_party_and_all_together_stand_on_the_page_and_in_the_file(app: Flask) -> None:
    found = used()
    visitor = page_as(app, found.together.helsinki.steering)
    page = visitor.get(f"/joint/results?year={YEAR}")

    rows = {row[0]: row[1:4] for row in table(page, f"Use by party in {YEAR}")}
    assert rows == {
        "Helsinki": ["12", "12", "12.2"],
        "Espoo": ["6", "6", "6.1"],
        "Kauniainen": ["6", "6", "6.1"],
        "Vantaa": ["6", "6", "6.1"],
        "All parties together": ["30", "30", "30.5"],
    }
    years = table(page, "All parties together: In work 6 months after the service, by year")
    assert years[0][:3] == [str(YEAR), "30", "40%"]
    address = f"/joint/results/{found.together.agreement.id}"
    file = visitor.client.get(f"{address}/parties.csv?year={YEAR}")
    assert "Kauniainen" in file.get_data(as_text=True)
    assert "helsinki-" not in page.text, "no customer's reference"
    own = page_as(app, found.together.espoo.decider).get(f"{address}?year={YEAR}&party=kauniainen")
    assert table(own, "Kauniainen: In work 6 months after the service, by year")[0][:3] == [str(YEAR), "6", "17%"]


@pytest.mark.rule("R119", "R107")
def test_given_few_customers_of_another_city_then_neither_they_nor_the_joint_figure_are_shown(app: Flask) -> None:
    found = worlds.joint()
    worlds.orders(found, "helsinki", 12)
    worlds.orders(found, "vantaa", 3)
    view = View(followed(found), found.together.helsinki.authority.id, YEAR)
    with using_language("en"):
        picture = pictures.by_party(view)

    assert picture is not None
    rows = {row[0].text: row[1].value for row in picture.table.rows}
    assert rows["Helsinki"] == 12
    assert [name for name, value in rows.items() if value is None] == [
        "Espoo and Kauniainen",
        "Vantaa",
        "All parties together",
    ]


@pytest.mark.rule("R107")
def test_given_somebody_of_another_city_then_nothing_is_followed(app: Flask) -> None:
    found, strangers = worlds.joint(), worlds_joint.city("Kuopio")
    visitor = page_as(app, strangers.coordinator)

    assert "No cooperation agreement yet" in visitor.get("/joint/results").text
    for page in ("results", "alone", "resourcing"):
        assert visitor.client.get(f"/joint/{page}/{found.together.agreement.id}").status_code == 403


# ---- alone ----


@pytest.mark.rule("R107")
def test_given_own_systems_then_one_sees_own_in_detail_and_the_others_only_as_sums(app: Flask) -> None:
    found = worlds.joint()
    worlds.orders(found, "helsinki", 5)
    worlds.orders(found, "espoo", 6)
    own = worlds.market(found.together.helsinki)
    worlds.orders(found, "helsinki", 2, at=own, price="500.00")
    theirs = worlds.market(found.together.vantaa)
    worlds.orders(found, "vantaa", 3, at=theirs)

    kind = pictures.kinds(followed(found), found.together.helsinki.authority.id, YEAR, SERVICE_TYPE_TITLES)[0]
    assert (kind.own_joint.orders, kind.own_alone.orders, kind.own_alone.euros) == (5, 2, Decimal(1000))
    assert kind.others_joint is not None
    assert kind.others_joint.customers == 6
    assert kind.others_alone is None, "three customers of Vantaa"
    page = page_as(app, found.together.helsinki.coordinator).get(f"/joint/alone?year={YEAR}")
    assert [row[1] for row in table(page, "Your own systems")] == ["2"]
    mine = queries.own_systems(followed(found), YEAR, found.together.helsinki.authority.id)
    assert [each.system.id for each in mine] == [own[0].category.system_id]


# ---- resourcing ----


def years(found: Followed, who: Any, *numbers: str) -> dict[tuple[str, str], Decimal]:
    cells = [(key, task.code) for key in found.keys_of(who.authority_id) for task in found.version.tasks]
    return dict(zip(cells, (Decimal(each) for each in numbers), strict=True))


def test_given_reports_then_the_page_holds_them_against_the_agreement(app: Flask) -> None:
    together = worlds_joint.agreement_in_force(with_members=False)
    found = followed(together)
    for city, numbers in (("helsinki", ("20", "1.5")), ("espoo", ("9", "0.4", "0", "0")), ("vantaa", ("10", "0.6"))):
        by = getattr(together, city).coordinator
        service.report_resourcing(found, HALF, years(found, by, *numbers), "", by=by)
    page = page_as(app, together.vantaa.steering).get(f"/joint/resourcing?half={HALF}")

    rows = {row[0].split("Under")[0]: row[1:5] for row in table(page, "Person-years against the agreement")}
    assert rows["Espoo"] == ["9.4", "10.0", "22.7%", "25.0%"]
    assert rows["Helsinki"][:3] == ["21.5", "20.0", "51.8%"]
    assert page.text.count("Under what was agreed") == 1


@pytest.mark.rule("R103")
def test_given_the_people_of_another_authority_then_a_report_is_refused(app: Flask) -> None:
    together = worlds_joint.agreement_in_force(with_members=False)
    found = followed(together)
    of_espoo = years(found, together.espoo.coordinator, "1", "1", "1", "1")

    with pytest.raises(RuleBroken) as refused:
        service.report_resourcing(found, HALF, of_espoo, "", by=together.vantaa.coordinator)
    assert refused.value.rule == "R103"


def test_given_a_correction_then_it_needs_its_reason_and_both_stay_readable(app: Flask) -> None:
    together = worlds_joint.agreement_in_force(with_members=False)
    found, by = followed(together), together.vantaa.coordinator
    first = service.report_resourcing(found, HALF, years(found, by, "9", "1"), "", by=by)
    with pytest.raises(RuleBroken) as refused:
        service.report_resourcing(found, HALF, years(found, by, "10", "1"), "", by=by)
    assert refused.value.field == "reason"
    second = service.report_resourcing(found, HALF, years(found, by, "10", "1"), "Yksi puuttui.", by=by)

    assert first.replaced_at is not None
    assert (second.revision, queries.standing_report(found.id, by.organisation_id, HALF)) == (2, second)
    assert [each.type for each in audit.trail(first)] == ["resourcing.reported", "resourcing.replaced"]
    page = page_as(app, by).get(f"/joint/resourcing?half={HALF}")
    assert "correction 1: Yksi puuttui." in page.text


def test_given_a_half_year_that_is_not_over_then_it_is_refused(app: Flask) -> None:
    together = worlds_joint.agreement_in_force(with_members=False)
    found, by = followed(together), together.vantaa.coordinator

    with pytest.raises(RuleBroken) as refused:
        service.report_resourcing(found, date(2099, 1, 1), years(found, by, "9", "1"), "", by=by)
    assert refused.value.field == "period"


def test_given_a_late_report_then_it_is_on_the_desk_until_it_is_written_on_its_page(app: Flask) -> None:
    together = worlds_joint.agreement_in_force(with_members=False)
    by = together.vantaa.coordinator
    with clock.at(clock.end_of_day(date(2025, 8, 3))):
        with app.test_request_context():
            acts = list(desk.of_resourcing(by, date(2025, 8, 3)))
        assert [act.due_on for act in acts] == [date(2025, 7, 30)]
        page = page_as(app, by).get(acts[0].href)
        values = {each.get("name"): "1.5" for each in page.all("input") if "years__" in (each.get("name") or "")}
        done = page.press("Report", **values)
        assert "The person-years are reported." in done.messages
        assert list(desk.of_resourcing(by, date(2025, 8, 3))) == []


# ---- the review ----


def test_given_a_year_then_the_review_proposes_the_mean_of_use_and_share(app: Flask) -> None:
    found = used()
    review = service.make(followed(found), YEAR, "Hyvä vuosi.", by=found.together.helsinki.coordinator)

    assert reviewing.proposed_of(review.figures) == {"helsinki": 45, "espoo": 23, "kauniainen": 10, "vantaa": 22}
    assert [each["announced"] for each in review.figures["units"]] == [50, 25, 0, 25]
    assert review.figures["work"]["n"] == 30


@pytest.mark.rule("R103")
def test_given_another_authority_then_it_comments_but_does_not_write_the_review(app: Flask) -> None:
    found = used()
    helsinki, vantaa = found.together.helsinki.coordinator, found.together.vantaa.coordinator
    with pytest.raises(NotAllowed):
        service.make(followed(found), YEAR, "", by=vantaa)
    review = service.make(followed(found), YEAR, "", by=helsinki)
    with pytest.raises(NotAllowed):
        service.finish(review, "", by=vantaa)
    with pytest.raises(NotAllowed):
        service.comment(review, "Emme ole mukana.", by=worlds_joint.city("Kuopio").coordinator)
    service.comment(review, "Vantaan osuus on liian pieni.", by=vantaa)

    assert [each.authority_id for each in review.comments] == [vantaa.organisation_id]


def test_given_a_finished_review_then_its_document_is_made_and_its_shares_stand_in_a_draft(app: Flask) -> None:
    found = used()
    by = found.together.helsinki.coordinator
    visitor = page_as(app, by)
    page = visitor.get("/joint/reviews").press("Make the review", year=str(YEAR), own_words="Hyvä vuosi.")
    page = page.press("Save the comment", text="Näin on.")
    page = page.press("Finish the review", own_words="Kaikki sanottu.")
    review = queries.reviews_of(found.together.agreement.id)[0]
    make_review_documents(str(review.id))
    assert review.made_in == ["fi", "sv", "en"]
    assert visitor.client.get(f"/joint/reviews/{review.id}/en.pdf").data.startswith(b"%PDF")
    with pytest.raises(WrongState):
        service.comment(review, "Myöhässä.", by=by)
    done = visitor.get(f"/joint/reviews/{review.id}").press("Take into a new draft")

    assert "new draft" in done.messages[0]
    draft = agreements.open_version(found.together.agreement.id)
    assert draft is not None
    assert (review.state, review.taken_version_id) == (ReviewState.TAKEN, draft.id)
    assert (draft.state, [int(each.share) for each in draft.parties]) == (VersionState.DRAFT, [45, 23, 10, 22])
    assert [each.person_years_min for each in draft.parties] == [20, 10, 0, 10], "least person-years are kept"


def test_given_machines_then_they_follow_and_report_by_the_same_verbs(app: Flask) -> None:
    found = used()
    by, agreement_id = found.together.vantaa.coordinator, found.together.agreement.id
    client = api_as(app, by)
    address = f"/cooperation-agreements/{agreement_id}"
    told = client.get(f"{address}/results?year={YEAR}&party=vantaa").get_json()
    assert "pictures" in told, told
    assert {each["key"] for each in told["pictures"]} >= {"parties", "years"}
    alone = client.get(f"{address}/alone?year={YEAR}").get_json()
    assert alone["kinds"][0]["own_joint"]["orders"] == 6
    lines = [
        {"party_key": "vantaa", "task_code": each.code, "person_years": "5.00"} for each in found.together.version.tasks
    ]
    made = client.post(f"{address}/report-resourcing", json={"year": YEAR, "half": 1, "lines": lines})
    assert made.status_code == 201, made.get_json()
    assert client.get(f"{address}/resourcing").get_json()["items"][0]["revision"] == 1
    refused = client.post("/joint-reviews", json={"agreement_id": str(agreement_id), "year": YEAR})
    assert refused.status_code == 403
