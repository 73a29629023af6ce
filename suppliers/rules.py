"""What makes a self-declaration complete. Pure functions."""

from __future__ import annotations

from typing import Any

from suppliers.criteria import EXCLUSION, SELECTION
from suppliers.espd import EspdResponse

#: Longest explanation or description of one criterion.
MAX_WORDS = 4000


def empty_answers() -> dict[str, Any]:
    """The answers of a fresh draft: ``{"exclusion": {}, "selection": {}}``."""
    return {"exclusion": {}, "selection": {}}


def answers_from_espd(response: EspdResponse) -> dict[str, Any]:
    """The answers of a file in the shape of ``Declaration.answers``; what it does not answer stays open."""
    answers = empty_answers()
    for code, answer in response.answers.items():
        words = "\n".join(answer.words)[:MAX_WORDS]
        if code in EXCLUSION and answer.indicator is not None:
            answers["exclusion"][code] = {"applies": answer.indicator, "explanation": words}
        elif code in SELECTION and (answer.indicator is not None or words):
            answers["selection"][code] = {"fulfilled": answer.indicator is not False, "description": words}
    return answers


def missing_answers(answers: dict[str, Any]) -> list[str]:
    """Codes of the criteria that are not answered, or apply without an explanation."""
    missing = [
        code
        for code in EXCLUSION
        if code not in answers["exclusion"]
        or (answers["exclusion"][code]["applies"] and not answers["exclusion"][code]["explanation"].strip())
    ]
    return missing + [code for code in SELECTION if code not in answers["selection"]]
