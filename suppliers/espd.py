"""Reading an ESPD Response (XML, UBL QualificationApplicationResponse, versions 2.1.1 to 4.1.0).

The file comes from outside: no entities, no document type, no network, at most 5 MB. What is read is
who declares, when, and the yes or no with its words for each criterion that our categories ask about;
criteria are known by their identifiers, which are the same in all these versions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lxml import etree

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.text_checks import MESSAGE, contains_identity_code

MAX_SIZE = 5 * 1024 * 1024
FIELD = "file"
#: Most texts that are read for one of our criteria.
MAX_TEXTS = 50
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_ROOT = (
    "{urn:oasis:names:specification:ubl:schema:xsd:QualificationApplicationResponse-2}QualificationApplicationResponse"
)
_NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
VERSIONS = ("2.1.0", "2.1.1", "3.0.0", "3.0.1", "3.1.0", "3.2.0", "3.3.0", "4.0.0", "4.1.0")

#: ESPD criterion identifier -> our criterion. Several ESPD grounds may make one of ours.
CRITERIA = {
    "005eb9ed-1347-4ca3-bb29-9bc0db64e1ab": "participation-criminal-organisation",
    "c27b7c4e-c837-4529-b867-ed55ce639db5": "corruption",
    "297d2323-3ede-424e-94bc-a91561e6f320": "fraud",
    "d486fb70-86b3-4e75-97f2-0d71b5697c7d": "terrorist-offences",
    "47112079-6fec-47a3-988f-e561668c3aef": "money-laundering",
    "d789d01a-fe03-4ccd-9898-73f9cfa080d1": "child-labour-human-trafficking",
    "b61bbeb7-690e-4a40-bc68-d6d4ecfaa3d4": "payment-of-taxes",
    "7d85e333-bbab-49c0-be8d-c36d71a72f5e": "payment-of-social-security",
    "a80ddb62-d25b-4e4e-ae22-3968460dc0a9": "breach-environmental",
    "a261a395-ed17-4939-9c75-b9ff1109ca6e": "breach-social",
    "a34b70d6-c43d-4726-9a88-8e2b438424bf": "breach-labour",
    "d3732c09-7d62-4edc-a172-241da6636e7c": "bankruptcy",
    "396f288a-e267-4c20-851a-ed4f7498f137": "insolvency",
    "68918c7a-f5bc-4a1a-a62f-ad8983600d48": "insolvency",
    "daffa2a9-9f8f-4568-8be8-7b8bf306d096": "bankruptcy",
    "8fda202a-0c37-41bb-9d7d-de3f49edbfcb": "insolvency",
    "166536e2-77f7-455c-b018-70582474e4f6": "insolvency",
    "514d3fde-1e3e-4dcd-b02a-9f984d5bbda3": "grave-professional-misconduct",
    "56d13e3d-76e8-4f23-8af6-13e60a2ee356": "agreements-distorting-competition",
    "b1b5ac18-f393-4280-9659-1367943c1a2e": "conflict-of-interest",
    "61874050-5130-4f1c-a174-720939c7b483": "conflict-of-interest",
    "3293e92b-7f3e-42f1-bee6-a7641bb04251": "early-termination",
    "696a75b2-6107-428f-8b74-82affb67e184": "misrepresentation",
    "87b3fa26-3549-4f92-b8e0-3fd8f04bf5c7": "trade-register",
    "ab0e7f2e-6418-40e2-8870-6713123e41ad": "financial-standing",
    "5e506c16-26ab-4e32-bb78-b27f87dc0565": "references",
    "07301031-2270-41af-8e7e-66fe0c777107": "qualified-staff",
    "d726bac9-e153-4e75-bfca-c5385587766d": "quality-assurance",
}


@dataclass
class Answer:
    """One criterion as answered: yes or no (``None`` where the file asks no such question), and the words."""

    indicator: bool | None = None
    words: list[str] = field(default_factory=list)

    def add(self, words: str) -> None:
        """Keep what is said, once, up to a limit: the file may hold any number of texts."""
        if words and len(self.words) < MAX_TEXTS and words[:2000] not in self.words:
            self.words.append(words[:2000])


@dataclass(frozen=True)
class EspdResponse:
    """What was read of a file."""

    version: str
    issued_on: date
    operator_ids: tuple[str, ...]
    operator_name: str
    answers: dict[str, Answer]


def _refuse(message: Any, rule: str, next_step: Any = None) -> RuleBroken:
    return RuleBroken(message, rule=rule, field=FIELD, next_step=next_step)


def read(content: bytes) -> EspdResponse:
    """Read an ESPD Response.

    :raises RuleBroken: too large, not well-formed, with entities or external references, not an ESPD
        Response, of an unknown version, without the operator's number, or with a personal identity code (I8)
    """
    if len(content) > MAX_SIZE:
        raise _refuse(_l("The file is too large. The limit is %(megabytes)s MB.", megabytes=5), "espd-size")
    root = _parse(content)
    if root.tag != _ROOT:
        raise _refuse(
            _l("The file is not an ESPD Response."),
            "espd-kind",
            _l("Choose the file that you answered, not the authority's request."),
        )
    version = (root.findtext("cbc:VersionID", "", _NS) or "").strip()
    if version not in VERSIONS:
        raise _refuse(
            _l("This version of the ESPD is not known here: %(version)s.", version=version[:20] or "?"), "espd-version"
        )
    if any(contains_identity_code(_UUID.sub("", text)) for text in root.itertext()):
        raise _refuse(MESSAGE, "I8")
    return EspdResponse(
        version=version,
        issued_on=_issue_date(root),
        operator_ids=_texts(root, "cac:EconomicOperatorParty/cac:Party/cac:PartyIdentification/cbc:ID")
        + _texts(root, "cac:EconomicOperatorParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID"),
        operator_name=" ".join(_texts(root, "cac:EconomicOperatorParty/cac:Party/cac:PartyName/cbc:Name")[:1]),
        answers=_answers(root),
    )


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise _refuse(
            _l("The file is not well-formed XML."),
            "espd-well-formed",
            _l("Export it again from the service where you filled it in."),
        ) from None
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise _refuse(_l("The file has a document type or entities. These are not taken."), "espd-entities")
    if root.xpath("//processing-instruction()") or _has_include(root):
        raise _refuse(_l("The file refers to other files. These are not followed."), "espd-references")
    return root


def _has_include(root: Any) -> bool:
    return next(root.iter("{http://www.w3.org/2001/XInclude}include"), None) is not None


def _texts(root: Any, path: str) -> tuple[str, ...]:
    return tuple(text for node in root.iterfind(path, _NS) if (text := (node.text or "").strip()))


def _issue_date(root: Any) -> date:
    text = (root.findtext("cbc:IssueDate", "", _NS) or "").strip()[:10]
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refuse(_l("The file does not say when it was issued."), "espd-issue-date") from None


def _answers(root: Any) -> dict[str, Answer]:
    """Answers by our criterion. A ground applies if any of its ESPD grounds does."""
    responses = _responses(root)
    found: dict[str, Answer] = {}
    done: set[str] = set()
    for criterion in root.iterfind("cac:TenderingCriterion", _NS):
        name = (criterion.findtext("cbc:ID", "", _NS) or "").strip()
        code = CRITERIA.get(name)
        if code is not None and name not in done:
            done.add(name)
            _read_criterion(criterion, responses, found.setdefault(code, Answer()))
    return found


def _read_criterion(criterion: Any, responses: dict[str, list[Any]], answer: Answer) -> None:
    """Add what one ESPD criterion says; a property that is repeated counts once, so that reading takes no time."""
    first, done = True, set()
    for prop in criterion.iter(f"{{{_NS['cac']}}}TenderingCriterionProperty"):
        name = (prop.findtext("cbc:ID", "", _NS) or "").strip()
        kind = prop.findtext("cbc:ValueDataTypeCode", "", _NS)
        for value in responses.get(name, ()) if name not in done else ():
            if kind == "INDICATOR" and first:
                said = value.findtext("cbc:ResponseIndicator", "", _NS) == "true"
                answer.indicator = said or bool(answer.indicator)
            answer.add((value.findtext("cbc:Description", "", _NS) or "").strip())
        done.add(name)
        first = first and kind != "INDICATOR"


def _responses(root: Any) -> dict[str, list[Any]]:
    """Response values by the identifier of the property they answer."""
    by_property: dict[str, list[Any]] = {}
    for response in root.iterfind("cac:TenderingCriterionResponse", _NS):
        key = (response.findtext("cbc:ValidatedCriterionPropertyID", "", _NS) or "").strip()
        by_property.setdefault(key, []).extend(response.iterfind("cac:ResponseValue", _NS))
    return by_property
