"""Who sees what of a competition, and when: pure, derived from what has happened (R84-R86, JulkL 6, 7, 11, 24 §).

Tenders are closed to everybody until two people open them; from then on to those who judge and prepare the decision;
after the decision to the parties, other tenderers' business secrets apart, the prices never; after the contract to
everybody, business secrets apart. The decision is public from its signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any

#: At least so many marks, on everything that can be marked, say nothing of any single one (R86).
_ALL = 2


class Kind(StrEnum):
    """What can be asked to be seen."""

    #: The invitation documents with the answers to questions.
    DOCUMENTS = "documents"
    #: A tender's prices; its answers and files; those parts of it that are a business secret.
    PRICE = "price"
    CONTENT = "content"
    KEPT_BACK = "kept_back"
    #: Requests to the tenderer and its answers.
    REQUESTS = "requests"
    #: Evaluators' scores, joint scores and the comparison.
    COMPARISON = "comparison"
    #: The signed choice or cancellation.
    DECISION = "decision"
    #: Who tendered when: the register of receipts (R88).
    REGISTER = "register"


class Viewer(StrEnum):
    """As what somebody looks."""

    #: The tenderer itself, at its own tender.
    OWNER = "owner"
    #: Another tenderer of the same competition.
    PARTY = "party"
    #: Invited, but has not tendered.
    INVITED = "invited"
    OTHER_SUPPLIER = "other_supplier"
    #: Declared without a conflict; judges or has opened.
    COMMITTEE = "committee"
    #: Coordinators and decision makers of the authority who prepare or sign the decision.
    PREPARER = "preparer"
    #: Other staff of the authority, and those locked out by a conflict of interest.
    OTHER_STAFF = "other_staff"
    OTHER_CITY = "other_city"
    PUBLIC = "public"


class Phase(IntEnum):
    """How far the competition is, in order."""

    RUNNING = 1
    SEALED = 2
    OPENED = 3
    DECIDED = 4
    CONTRACTED = 5


_INSIDE = frozenset({Viewer.COMMITTEE, Viewer.PREPARER})
_PARTIES = frozenset({Viewer.OWNER, Viewer.PARTY})

#: From which phase on each kind is seen, by those inside, by the parties, and by everybody.
_FROM: Mapping[Kind, tuple[Phase, Phase, Phase | None]] = {
    Kind.DOCUMENTS: (Phase.RUNNING, Phase.RUNNING, Phase.OPENED),
    Kind.PRICE: (Phase.OPENED, Phase.DECIDED, Phase.CONTRACTED),
    Kind.CONTENT: (Phase.OPENED, Phase.DECIDED, Phase.CONTRACTED),
    Kind.KEPT_BACK: (Phase.OPENED, Phase.CONTRACTED, None),
    Kind.REQUESTS: (Phase.OPENED, Phase.DECIDED, Phase.CONTRACTED),
    Kind.COMPARISON: (Phase.OPENED, Phase.DECIDED, Phase.CONTRACTED),
    Kind.DECISION: (Phase.OPENED, Phase.DECIDED, Phase.DECIDED),
    Kind.REGISTER: (Phase.OPENED, Phase.DECIDED, Phase.CONTRACTED),
}

#: What a tenderer sees of its own at any time.
_OWN = frozenset({Kind.DOCUMENTS, Kind.PRICE, Kind.CONTENT, Kind.KEPT_BACK, Kind.REQUESTS})


def visible(kind: Kind, viewer: Viewer, phase: Phase) -> bool:
    """Whether it is seen. Nothing else decides this: pages, operations and files all ask here."""
    inside, parties, everybody = _FROM[kind]
    if viewer is Viewer.OWNER and kind in _OWN:
        return True
    if viewer in _INSIDE:
        return phase >= inside
    if kind is Kind.KEPT_BACK:
        return False
    if kind is Kind.DOCUMENTS and viewer is Viewer.INVITED:
        return True
    if viewer in _PARTIES:
        return phase >= parties
    return everybody is not None and phase >= everybody


# ---- business secrets ----


def fields_of(content: Mapping[str, Any]) -> list[str]:
    """Everything of a tender that can be marked: each answer, each file. Prices cannot (R85)."""
    answers = [
        f"answer:{lot}:{criterion}"
        for lot, given in sorted(content["lots"].items())
        for criterion in sorted(given.get("answers", {}))
    ]
    return [*answers, *(f"file:{each['id']}" for each in content["files"])]


def written_marks(content: Mapping[str, Any]) -> dict[str, str]:
    """What the tenderer marked as a business secret, field by field, and why; the authority decides on each."""
    known = fields_of(content)
    return {field: why for field, why in content["secrets"].items() if field in known and why.strip()}


def marks_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The marks that keep a field back until the decision.

    A blanket marking - everything that can be marked, with the same words - has no effect (R86).
    """
    known, marks = fields_of(content), written_marks(content)
    is_blanket = len(known) >= _ALL and len(marks) == len(known) and len({why.strip() for why in marks.values()}) == 1
    return {} if is_blanket else marks


def is_secret(field: str, content: Mapping[str, Any], decided: Mapping[str, bool]) -> bool:
    """Whether a field is kept back: the authority's decision, and until then the mark (R86)."""
    return decided.get(field, field in marks_of(content))


def undecided(content: Mapping[str, Any], decided: Mapping[str, bool]) -> list[str]:
    """Marked fields on which the authority has not decided."""
    return [field for field in written_marks(content) if field not in decided]


def redacted(content: Mapping[str, Any], decided: Mapping[str, bool]) -> dict[str, Any]:
    """A tender without its business secrets; the rest stays, the prices always (R85, R86, JulkL 10 §)."""
    lots = {
        lot: {
            "prices": dict(given.get("prices", {})),
            "answers": {
                criterion: None if is_secret(f"answer:{lot}:{criterion}", content, decided) else text
                for criterion, text in given.get("answers", {}).items()
            },
        }
        for lot, given in content["lots"].items()
    }
    files = [{**each, "is_kept_back": is_secret(f"file:{each['id']}", content, decided)} for each in content["files"]]
    return {"lots": lots, "files": [_nameless(each) for each in files], "note": content.get("note", "")}


def _nameless(entry: dict[str, Any]) -> dict[str, Any]:
    """A file that is kept back shows neither its name nor its hash."""
    if not entry["is_kept_back"]:
        return {name: entry[name] for name in ("id", "name", "media_type", "size", "sha256", "is_kept_back")}
    return {"id": entry["id"], "name": None, "is_kept_back": True}
