"""What came of a file, line by line, as a file."""

from __future__ import annotations

from core.i18n import current_language
from orders import links
from orders.bulk import queries, service
from orders.bulk.models import BulkFile, BulkLine
from orders.money import sheets

HEAD = ("row", "reference", "result", "need", "order", "link", "link_until", "rule", "why")


def why(line: BulkLine) -> str:
    """Why a line was not done, in the reader's language."""
    return (line.why or {}).get(current_language(), "")


def results(file: BulkFile) -> str:
    """The result list."""
    lines = queries.lines_of(file.id)
    choices = queries.choices_by_id([each.choice_id for each in lines if each.choice_id])
    rows = []
    for each in lines:
        token, choice = service.token_of(each), choices.get(each.choice_id) if each.choice_id else None
        rows.append(
            (
                each.number,
                each.reference,
                each.state.value,
                each.need.reference if each.need else None,
                each.order.reference if each.order else None,
                links.address("choose", token) if token else None,
                choice.expires_at.isoformat() if choice else None,
                each.rule,
                why(each),
            )
        )
    return sheets.text(HEAD, rows)
