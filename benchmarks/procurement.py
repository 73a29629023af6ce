"""A coordinator's desk and list with 10,000 applications, and the public register with 500,000 admissions.

Each page is measured in CPU milliseconds and in waiting time, as a ratio to the floor of the same run. Makes its own
servers and data in a temporary folder, and stops them. ``--seconds`` is how long each case is measured, ``--rounds``
how often the two servers take turns.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import text
from yardstick import copy, log_in, run

SUPPLIERS, CATEGORIES = 10_000, 50

#: Rows are copies of one that the demo has made by the verbs, with what must differ; so all constraints hold.
PLACES = (
    "ARRAY['Savon', 'Kallaveden', 'Puijon', 'Siilin', 'Maaningan', 'Tampereen', 'Oulun', 'Lapin', 'Turun', 'Vaasan']"
)
TRADES = (
    "ARRAY['Valmennus', 'Koulutus', 'Ohjaus', 'Ura', 'Kuntoutus', 'Kielikoulu', 'Rekry', 'Taidot', 'Paja', 'Opisto']"
)
NAME = f"({PLACES})[n % 10 + 1] || ' ' || ({TRADES})[n / 10 % 10 + 1] || ' ' || n || ' Oy'"


def fill(coordinator: uuid.UUID, colleague: uuid.UUID) -> uuid.UUID:
    """A system with 50 categories, 10,000 suppliers with an application each in every state, all admitted to all.

    Every admission of a supplier rests on its one application and one decision.

    :returns: the new system's id
    """
    from core.db import db, new_id
    from dps.decisions.models import Decision, DecisionState
    from dps.qualification.models import Application, ApplicationState, Clarification, Qualification

    held = db.session.query(Qualification).filter(Qualification.ended_at.is_(None)).order_by(Qualification.id).first()
    question = db.session.query(Clarification).filter(Clarification.answered_at.is_not(None)).first()
    assert held is not None
    assert question is not None
    application = db.session.get_one(Application, held.application_id)
    assert application.state is ApplicationState.ADMITTED
    assert db.session.get_one(Decision, held.decision_id).state is DecisionState.SIGNED
    system, supplier = new_id(), held.supplier_id
    copy("purchasing_system", held.category.system_id, id=f"'{system}'::uuid", name_en="'All services'")
    copy(
        *("category", held.category_id, f"CROSS JOIN generate_series(1, {CATEGORIES}) n"),
        id="uuidv7()",
        system_id=f"'{system}'::uuid",
        position="n",
        code="'service-' || n",
        name_fi="'Palvelu ' || n",
        name_sv="'Tjänst ' || n",
        name_en="'Service ' || n",
    )
    db.session.execute(
        text(
            "CREATE TEMPORARY TABLE new ON COMMIT DROP AS SELECT n, uuidv7() AS supplier, uuidv7() AS application, "
            f"uuidv7() AS decision, {NAME} AS name, n % 20 AS place, "
            f"(SELECT id FROM category WHERE system_id = '{system}' AND position = n % {CATEGORIES} + 1) AS category, "
            "CASE WHEN n % 20 < 14 THEN now() - n % 330 * interval '1 day' - interval '20 days' "
            "ELSE now() - n % 20 * interval '1 day' END AS received, "
            "CASE WHEN n % 20 < 8 THEN 'admitted' WHEN n % 20 < 11 THEN 'refused' WHEN n % 20 < 12 THEN 'withdrawn' "
            "WHEN n % 20 < 14 THEN 'proposed' ELSE 'received' END AS state "
            f"FROM generate_series(1, {SUPPLIERS}) n"
        )
    )
    copy("organisation", supplier, "CROSS JOIN new", id="new.supplier", name="new.name")
    number = "'9' || lpad(n::text, 6, '0') || '-0'"
    copy("supplier", supplier, "CROSS JOIN new", id="new.supplier", name="new.name", registration_number=number)
    copy(
        *("declaration", application.declaration_id, "CROSS JOIN new"),
        id="uuidv7()",
        supplier_id="new.supplier",
        number="1",
    )
    copy(
        *("decision", held.decision_id, "CROSS JOIN new"),
        id="new.decision",
        supplier_id="new.supplier",
        category_id="new.category",
        letter_id="NULL",
        case_number="100000 + n",
        section_number="100000 + n",
    )
    decided = "CASE WHEN new.state IN ('admitted', 'refused') THEN new.received + interval '9 days' END"
    copy(
        *("application", application.id, "CROSS JOIN new JOIN declaration d ON d.supplier_id = new.supplier"),
        id="new.application",
        supplier_id="new.supplier",
        category_id="new.category",
        declaration_id="d.id",
        state="new.state",
        received_at="new.received",
        decided_at=decided,
        withdrawn_at="CASE WHEN new.state = 'withdrawn' THEN new.received + interval '1 day' END",
        decision_id="CASE WHEN new.state IN ('admitted', 'refused', 'proposed') THEN new.decision END",
        decision_due_on="(new.received + interval '14 days')::date",
        handler_id=f"(ARRAY[NULL, '{coordinator}', '{colleague}']::uuid[])[n % 3 + 1]",
    )
    copy(
        *("clarification", question.id, "JOIN new ON new.state = 'received' AND n % 5 = 0"),
        id="uuidv7()",
        application_id="new.application",
        number="1",
        party_id="NULL",
        kind="'clarification'",
        asked_at="now() - interval '9 days'",
        due_at="now() - interval '2 days'",
        answer="NULL",
        answered_by="NULL",
        answered_at="NULL",
    )
    copy(
        *("qualification", held.id, f"CROSS JOIN new JOIN category c ON c.system_id = '{system}'"),
        id="uuidv7()",
        supplier_id="new.supplier",
        category_id="c.id",
        state="'in_force'",
        application_id="new.application",
        decision_id="new.decision",
        admitted_at="new.received + interval '9 days'",
    )
    db.session.commit()
    return system


def prepare(environ: dict[str, str]) -> dict[str, Any]:
    """Migrate, live through a small year of the demo, fill up, and describe the measured requests."""
    from app import create_app
    from core import clock, deployment, migrating
    from core.config import Config
    from core.db import db
    from core.identity import queries
    from demo.story import tell

    config = Config.from_environment(environ)
    app = create_app(config)
    migrating.upgrade(app)
    with app.app_context():
        deployment.record(config)
        tell(environ["DEMO_PASSWORD"], lambda share, text: None, orders=5)
        person = queries.person_by_email("coordinator@kuopio.example")
        colleague = queries.person_by_email("decider@kuopio.example")
        assert person is not None
        assert colleague is not None
        small = db.session.execute(text("SELECT id FROM purchasing_system WHERE state = 'open' ORDER BY id")).scalar()
        system = fill(person.id, colleague.id)
        db.session.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).execute(text("VACUUM ANALYZE"))
        holding = queries.holdings_in_force(person.id, clock.helsinki_date(clock.now()))[0]
        head = log_in(app, person.id, holding.id)
        middle = db.session.execute(
            text("SELECT id FROM qualification ORDER BY id OFFSET :half LIMIT 1"), {"half": SUPPLIERS * CATEGORIES // 2}
        ).scalar()
        category = db.session.execute(
            text("SELECT id FROM category WHERE system_id = :system ORDER BY position LIMIT 1"), {"system": system}
        ).scalar()
        db.session.remove()
        db.engine.dispose()
    register, applications = f"/systems/{system}/suppliers", "/procurement/applications"
    addresses = {
        "desk": "/procurement",
        "applications": applications,
        "applications late": f"{applications}?due=late",
        "applications unassigned": f"{applications}?handler=none&state=received",
        "register": register,
        "register from the middle": f"{register}?after={middle}",
        "register of a category": f"{register}?category={category}",
        "register, a common name": f"{register}?name=valmennus",
        "register, a rare name": f"{register}?name=Kallaveden%20Valmennus%205001",
        "register, no such name": f"{register}?name=no%20such%20provider",
        "register of a small system": f"/systems/{small}/suppliers",
    }
    return {name: {"steps": [{"get": address, "headers": head}]} for name, address in addresses.items()}


if __name__ == "__main__":
    run(prepare, {}, __doc__)
