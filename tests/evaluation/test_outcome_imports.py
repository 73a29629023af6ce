"""Results of the customer system: by file, all or nothing; by the API, each line with its answer; sent twice, once."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import WrongState
from core.sheets import FileRefused
from evaluation.outcomes import queries
from evaluation.outcomes.models import ImportState, Outcome, OutcomeContradiction, OutcomeCorrection, OutcomeImport
from evaluation.outcomes.service import importing
from orders.models import Order
from tests import worlds_orders as worlds
from tests.evaluation import worlds_outcomes as outcomes
from tests.evaluation.worlds_outcomes import WORK
from tests.pages import api_as, page_as

HEAD = "order;months;state;employer_type;contract_kind;contract_months;since_on"


def _file(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines]).encode()


def _refused(made: worlds.World, order: Order, *lines: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    with clock.at(outcomes.after(order)), pytest.raises(FileRefused) as refusal:
        importing.take_file(_file(*lines, head=head), by=made.coordinator)
    assert db.session.query(OutcomeImport).count() == 0
    return [(each.row, each.column, each.rule) for each in refusal.value.data["problems"]]


def test_given_a_file_with_wrong_lines_then_each_is_named_with_its_field_and_rule_and_nothing_is_kept(
    app: Flask,
) -> None:
    made, other = outcomes.world(), outcomes.world()
    order, foreign = outcomes.delivered(made), worlds.order_by_rule(made)
    outcomes.delivered(other)
    name = order.reference

    problems = _refused(
        made,
        order,
        f"{name};3;unemployed;;;;",
        "O-99999;3;unemployed;;;;",
        f"{foreign.reference};3;unemployed;;;;",
        f"{name};6;unemployed;;;;",
        f"{name};3;vanished;;;;",
        f"{name};4;unemployed;;;;",
        f"{name};3;open_labour_market;company;;;1.1.2001",
        f"{name};3;unemployed;company;;;",
        f"{name};3;unemployed;;;;",
        f"{name};3;studies;;;;",
        f"{name};3;studies;;;soon;",
    )

    assert problems == [
        (3, "order", "import-order"),
        (4, "order", "outcome-window"),
        (5, "months", "outcome-window"),
        (6, "state", "import-state"),
        (7, "months", "import-cell"),
        (8, "since_on", "outcome-date"),
        (9, "employer_type", "outcome-details"),
        (10, "order", "import-twice"),
        (11, "state", "import-contradictory"),
        (12, "contract_months", "import-cell"),
    ]


@pytest.mark.rule("R107")
def test_an_identity_code_or_an_unknown_column_refuses_the_file(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)

    assert _refused(made, order, f"{order.reference};3;unemployed;;;;131052-308T") == [(2, "", "I8")]
    assert _refused(made, order, f"{order.reference};3;unemployed;Maija", head="order;months;state;name") == []


def test_a_file_is_shown_before_it_is_saved_and_saved_as_a_whole_once(app: Flask) -> None:
    made = outcomes.world()
    orders = [outcomes.delivered(made) for _ in range(3)]
    outcomes.told(orders[1], made)
    lines = [
        f"{orders[0].reference};3;open_labour_market;company;fixed_term;6;",
        f"{orders[1].reference};3;open_labour_market;state;;;",
        f"{orders[2].id};3;unemployed;;;;",
    ]
    with clock.at(outcomes.after(orders[0])):
        page = page_as(app, made.coordinator).get("/procurement/outcome-imports/new")
        page = page.press("Check the file", file=(BytesIO(_file(*lines)), "results.csv"))
        assert page.heading == "Results of file I-1"
        assert ["New", "2"] in page.rows()
        assert any("Contradicts another source" in " ".join(row) for row in page.rows()[2:])
        assert db.session.query(Outcome).count() == 1
        page = page.press("Save all of it")
        assert page.messages == ["The results of the file are saved."]

    assert db.session.query(Outcome).count() == 4
    assert db.session.query(OutcomeContradiction).count() == 1
    row = db.session.query(OutcomeImport).one()
    assert (row.state, row.lines, row.counts["new"], row.counts["contradicts"]) == (ImportState.DONE, [], 2, 1)
    with pytest.raises(WrongState):
        importing.commit(row, by=made.coordinator)


def test_given_a_line_that_went_wrong_after_the_check_then_nothing_of_the_file_is_saved(app: Flask) -> None:
    from evaluation.outcomes import service
    from evaluation.outcomes.models import Ground

    made = outcomes.world()
    orders = [outcomes.delivered(made) for _ in range(2)]
    with clock.at(outcomes.after(orders[0])):
        row = importing.take_file(
            _file(*(f"{each.reference};3;unemployed;;;;" for each in orders)), by=made.coordinator
        )
        service.exclude(orders[1], Ground.DEATH, by=made.expert)
        page = page_as(app, made.coordinator).get(f"/procurement/outcome-imports/{row.id}").press("Save all of it")

    assert page.status == 422
    assert "outcome-excluded" in page.text
    assert db.session.query(Outcome).count() == 0
    assert db.session.get_one(OutcomeImport, row.id).state is ImportState.CHECKED


def test_a_dropped_file_forgets_its_lines(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    with clock.at(outcomes.after(order)):
        row = importing.take_file(_file(f"{order.reference};3;unemployed;;;;"), by=made.coordinator)
        page = page_as(app, made.coordinator).get(f"/procurement/outcome-imports/{row.id}").press("Save nothing")

    assert page.messages == ["Nothing of the file is saved."]
    assert (row.state, row.lines) == (ImportState.DROPPED, [])
    assert db.session.query(Outcome).count() == 0


def test_a_batch_of_the_api_tells_of_each_line_and_sent_again_changes_nothing(app: Flask) -> None:
    made = outcomes.world()
    orders = [outcomes.delivered(made) for _ in range(2)]
    items = [
        {"order": orders[0].reference, "months": "3", "state": "open_labour_market", "employer_type": "company"},
        {"order": "O-99999", "months": "3", "state": "unemployed"},
        {"order": str(orders[1].id), "months": "3", "state": "gone"},
    ]
    with clock.at(outcomes.after(orders[0])):
        system = api_as(app, made.coordinator)

        def send(**more: object) -> list[tuple[str, str | None]]:
            answer = system.post("/outcomes/import", json={"items": items, **more})
            assert answer.status_code == 200, answer.get_json()
            return [(each["result"], each.get("rule")) for each in answer.get_json()["items"]]

        wrong = [("wrong", "import-order"), ("wrong", "import-state")]
        assert send(dry_run=True) == [("new", None), *wrong]
        assert db.session.query(Outcome).count() == 0
        assert send() == [("new", None), *wrong]
        assert send() == [("same", None), *wrong]
        items[0]["employer_type"] = "state"
        assert send() == [("corrects", None), *wrong]

    (row,) = queries.of_order(orders[0].id)
    assert (row.state, row.employer_type) == (WORK, "state")
    assert db.session.query(OutcomeCorrection).one().before["employer_type"] == "company"


def test_only_a_coordinator_imports_and_only_into_the_own_authority(app: Flask) -> None:
    made, other = outcomes.world(), outcomes.world()
    order = outcomes.delivered(made)
    items = [{"order": str(order.id), "months": "3", "state": "unemployed"}]

    with clock.at(outcomes.after(order)):
        assert api_as(app, made.expert).post("/outcomes/import", json={"items": items}).status_code == 403
        answer = api_as(app, other.coordinator).post("/outcomes/import", json={"items": items})

    assert [each["rule"] for each in answer.get_json()["items"]] == ["import-order"]
    assert db.session.query(Outcome).count() == 0
