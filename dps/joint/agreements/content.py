"""The rows of a version: what it says, written down anew each time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from core.db import db, new_id
from dps.joint.agreements import rules
from dps.joint.agreements.details import AgreementDetails, Names
from dps.joint.agreements.models import (
    AgreementCost,
    AgreementParty,
    AgreementStage,
    AgreementTask,
    AgreementVersion,
)


def columns(name: str, names: Names) -> dict[str, str]:
    """``columns("name", names)``: the three columns of a name; Finnish where a language has none of its own."""
    return {f"{name}_fi": names.fi, f"{name}_sv": names.sv or names.fi, f"{name}_en": names.en or names.fi}


def terms(details: AgreementDetails) -> dict[str, Any]:
    return {
        "starts_on": details.starts_on,
        "ends_on": details.ends_on,
        "own_window_days": details.own_window_days,
        "withdrawal_days": details.withdrawal_days,
        "withdrawal_terms": details.withdrawal_terms,
        "change_terms": details.change_terms,
        "binds_running": details.binds_running,
        **columns("steering_name", details.steering_name),
        **columns("coordination_name", details.coordination_name),
    }


def fill(version: AgreementVersion, details: AgreementDetails) -> None:
    """Put the content of a draft in the place of what it had."""
    for name, value in terms(details).items():
        setattr(version, name, value)
    for table in (AgreementParty, AgreementTask, AgreementStage, AgreementCost):
        db.session.execute(delete(table).where(table.version_id == version.id))
    keys: set[str] = {party.key for party in details.parties}
    for position, party in enumerate(details.parties, start=1):
        key = party.key or rules.key_of(party.name.fi, keys)
        keys.add(key)
        db.session.add(
            AgreementParty(
                id=new_id(),
                version_id=version.id,
                key=key,
                position=position,
                authority_id=party.authority_id,
                is_own=party.is_own,
                municipalities=[" ".join(place.split()) for place in party.municipalities],
                share=party.share,
                person_years_min=party.person_years_min,
                cost_share=party.cost_share,
                **columns("name", party.name),
            )
        )
    codes: set[str] = {task.code for task in details.tasks}
    for position, task in enumerate(details.tasks, start=1):
        code = task.code or rules.key_of(task.name.fi, codes)
        codes.add(code)
        db.session.add(
            AgreementTask(
                id=new_id(), version_id=version.id, position=position, code=code, **columns("name", task.name)
            )
        )
    db.session.add_all(
        AgreementStage(
            id=new_id(),
            version_id=version.id,
            stage=stage.stage,
            rule=stage.rule,
            days=stage.days,
            named_person_id=stage.named_person_id,
        )
        for stage in details.stages
    )
    db.session.add_all(
        AgreementCost(
            id=new_id(),
            version_id=version.id,
            kind=cost.kind,
            stage=cost.stage,
            service_type=cost.service_type,
            basis=cost.basis,
        )
        for cost in details.costs
    )
