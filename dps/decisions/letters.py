"""The words of a decision as it is served: one fixed text per kind of instruction and language (R71, R72, R75, R77)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core import clock, law
from core.i18n import current_language, localized, using_language
from core.i18n import gettext as _
from core.web.formatting import date_long, listing
from dps.decisions import rules
from dps.decisions.models import COMPETITION_KINDS, Decision, DecisionKind
from dps.decisions.parties import Party, reasons_for
from dps.systems import legal_mode
from dps.systems.legal_mode import InstructionKind
from dps.systems.models import LegalMode


@dataclass(frozen=True)
class Section:
    """A heading with its paragraphs."""

    heading: str
    paragraphs: list[str]


def matter_of(decision: Decision, language: str | None = None) -> str:
    """The name of the category in the decision's language, or another one."""
    return str(decision.matter.get(language or decision.language) or decision.matter["fi"])


def mark_of(decision: Decision, language: str | None = None) -> str:
    """Case and section number: ``case 118/2026, § 12/2026``; without the section until it is signed."""
    with using_language(language or decision.language):
        case = _("case %(number)s/%(year)s", number=decision.case_number, year=decision.case_year)
    if decision.section_number is None:
        return case
    return f"{case}, § {decision.section_number}/{decision.year}"


def headline(decision: Decision, language: str | None = None) -> str:
    """What a list calls the decision: its party, or the competition where there are many."""
    return decision.supplier.name if decision.supplier else matter_of(decision, language or current_language())


def whole_text(decision: Decision, on: date, party: Party | None = None) -> list[Section]:
    """The decision and the instructions as one party gets them; without a party as the authority keeps them."""
    return [*decision_text(decision, on, party), *instruction_text(decision, on, party)]


def decision_text(decision: Decision, on: date, party: Party | None = None) -> list[Section]:
    """The decision itself, as it will be or was served: what is decided, why, by which law."""
    if decision.supplier is None:
        return _competed_text(decision, on, party)
    with using_language(decision.language):
        authority, supplier = localized(decision.authority, "name"), decision.supplier.name
        matter = matter_of(decision)
        resolved = [_resolved(decision.kind) % {"authority": authority, "supplier": supplier, "category": matter}]
        if decision.corrects is not None:
            resolved.append(_corrects(decision.corrects))
        return [
            Section(_("Decision"), resolved),
            Section(_("Reasons of the decision"), [*_reasons(decision), decision.summary]),
            Section(_("Provisions applied"), [decision.legal_basis]),
            _service(decision, on),
        ]


def _competed_text(decision: Decision, on: date, party: Party | None) -> list[Section]:
    """A choice or cancellation: what all read, then - to a party - what is for it alone (R70, I4)."""
    language = party.language if party else decision.language
    with using_language(language):
        authority, matter = localized(decision.authority, "name"), matter_of(decision, language)
        if decision.kind is DecisionKind.AWARD:
            chosen = [_text(reason["text"], language) for reason in decision.reasons if reason["is_met"]]
            resolved = [
                _(
                    "%(authority)s chooses in the competition %(competition)s: %(chosen)s.",
                    authority=authority,
                    competition=matter,
                    chosen=listing(chosen),
                )
            ]
        else:
            resolved = [
                _("%(authority)s cancels the competition %(competition)s.", authority=authority, competition=matter)
            ]
        if decision.corrects is not None:
            resolved.append(_corrects(decision.corrects))
        own = [Section(each["heading"], each["paragraphs"]) for each in party.sections] if party else []
        common = decision.body.get(language) or decision.body.get("fi") or []
        return [
            Section(_("Decision"), resolved),
            *(Section(each["heading"], each["paragraphs"]) for each in common),
            Section(_("Reasons of the decision"), [*_competed_reasons(decision, party, language), decision.summary]),
            *own,
            *([_contract(decision, on)] if decision.kind is DecisionKind.AWARD else []),
            Section(_("Provisions applied"), [decision.legal_basis]),
            Section(
                _("Service of the decision"),
                [
                    _(
                        "The decision is sent to the electronic address that the tenderer has given. It was sent on "
                        "%(date)s. The tenderer is deemed to have received it on that day.",
                        date=date_long(decision.signed_at or on),
                    )
                ],
            ),
        ]


def _competed_reasons(decision: Decision, party: Party | None, language: str) -> list[str]:
    rows = reasons_for(decision, party.supplier.id) if party else decision.reasons
    return [
        _("%(matter)s: %(reason)s", matter=_inside(reason["text"], language), reason=reason["reason"])
        for reason in rows
        if reason["reason"].strip()
    ]


def _contract(decision: Decision, on: date) -> Section:
    """When the contract can be made (R70, R74)."""
    mode, day = decision.category.legal_mode, _day(decision, on)
    days = legal_mode.standstill_days(mode, day)
    first = date_long(rules.contract_from_day(decision, day))
    arises = _("The contract arises only when it is signed separately (section 128 of the Procurement Act).")
    if days is None:
        text = _("The procurement is a small procurement. There is no standstill before the contract.")
    elif not decision.skips_standstill:
        text = _(
            "The contract is made after a standstill of %(days)s days, at the earliest on %(date)s (section 129 of the "
            "Procurement Act).",
            days=days,
            date=first,
        )
    elif mode is LegalMode.DPS_STRICT:
        text = _(
            "Standstill is not observed, because the purchase is made within a dynamic purchasing system (section 130 "
            "of the Procurement Act). The contract can be made at the earliest on %(date)s.",
            date=first,
        )
    else:
        text = _(
            "Standstill is not observed, because only one tenderer remains (section 130 of the Procurement Act). The "
            "contract can be made at the earliest on %(date)s.",
            date=first,
        )
    return Section(_("Contract"), [text, arises] if days is not None else [text])


def _corrects(old: Decision) -> str:
    return _(
        "This decision corrects the decision of %(date)s, section %(section)s/%(year)s, and takes its place.",
        date=date_long(old.signed_at),
        section=old.section_number,
        year=old.year,
    )


def _resolved(kind: DecisionKind) -> str:
    """What is decided, with places for ``authority``, ``supplier`` and ``category``."""
    return {
        DecisionKind.ADMISSION: _("%(authority)s admits the candidate %(supplier)s to the category %(category)s."),
        DecisionKind.REFUSAL: _(
            "%(authority)s refuses the application of the candidate %(supplier)s to the category %(category)s."
        ),
        DecisionKind.SUSPENSION: _(
            "%(authority)s pauses new orders from %(supplier)s in the category %(category)s. The admission stays in "
            "force, and running orders go on."
        ),
        DecisionKind.LIFTING: _(
            "%(authority)s ends the pause of new orders from %(supplier)s in the category %(category)s."
        ),
        DecisionKind.REMOVAL: _("%(authority)s removes %(supplier)s from the category %(category)s."),
        DecisionKind.WITHDRAWAL: _(
            "%(authority)s ends the admission of %(supplier)s to the category %(category)s at its own request."
        ),
        DecisionKind.OPERATOR_CHANGE: _(
            "%(authority)s ends the admission of %(supplier)s to the category %(category)s and admits the operator "
            "that continues its business."
        ),
    }[kind]


def _reasons(decision: Decision) -> list[str]:
    """One paragraph a requirement that decided: every refused one, or that all are met; else the facts given."""
    failed = [reason for reason in decision.reasons if not reason["is_met"]]
    if decision.kind not in (DecisionKind.ADMISSION, DecisionKind.REFUSAL):
        return [
            _(
                "%(matter)s: %(reason)s",
                matter=_inside(reason["text"], decision.language),
                reason=reason["reason"],
            )
            for reason in decision.reasons
        ]
    if not failed:
        met = [_inside(reason["text"], decision.language) for reason in decision.reasons]
        return [_("The candidate meets every requirement: %(requirements)s.", requirements=listing(dict.fromkeys(met)))]
    return [
        _(
            "Requirement not met: %(requirement)s. %(reason)s",
            requirement=_inside(reason["text"], decision.language),
            reason=reason["reason"],
        )
        for reason in failed
    ]


def _text(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts["fi"]


def _inside(texts: dict[str, str], language: str) -> str:
    """A text that stands inside a sentence, without a full stop of its own."""
    return _text(texts, language).strip().rstrip(".")


def _service(decision: Decision, on: date) -> Section:
    return Section(
        _("Service of the decision"),
        [
            _(
                "The decision is sent to the electronic address that the candidate has given. It was sent on "
                "%(date)s. The candidate is deemed to have received it on that day.",
                date=date_long(decision.signed_at or on),
            )
        ],
    )


def instruction_text(decision: Decision, on: date, party: Party | None = None) -> list[Section]:
    """How to seek amendment, in the party's language: Market Court and correction, or the municipal way (R8)."""
    with using_language(party.language if party else decision.language):
        if decision.instruction_kind is InstructionKind.MUNICIPAL:
            return [_correction(decision, on), _municipal(decision, on)]
        return [_correction(decision, on), _market_court(decision, on)]


def _addresses(decision: Decision) -> str:
    authority = decision.authority
    return _(
        "%(authority)s, %(address)s, %(email)s",
        authority=localized(authority, "name"),
        address=authority.service_address,
        email=authority.service_email,
    )


def _day(decision: Decision, on: date) -> date:
    return clock.helsinki_date(decision.signed_at) if decision.signed_at else on


def last_day(decision: Decision, parameter: str, on: date) -> date:
    """The last day of a time limit that runs from service; a weekend, holiday or eve moves it (R75, R90)."""
    return rules.days_after(_day(decision, on), parameter)


def _correction(decision: Decision, on: date) -> Section:
    days = int(law.number("R77.correction_demand", _day(decision, on)))
    return Section(
        _("Correction instruction"),
        [
            _(
                "A party may demand a procurement correction within %(days)s days of receiving the decision, at the "
                "latest on %(date)s (sections 132-135 of the Procurement Act).",
                days=days,
                date=date_long(last_day(decision, "R77.correction_demand", on)),
            ),
            _(
                "The demand states what is demanded and why. It is sent to: %(addresses)s. The demand does not stop "
                "the time limit of an appeal.",
                addresses=_addresses(decision),
            ),
        ],
    )


def _market_court(decision: Decision, on: date) -> Section:
    parameter = rules.appeal_parameter(decision)
    days = int(law.number(parameter, _day(decision, on)))
    leave = _(
        "The Market Court takes up an appeal about admission to a purchasing system only if it grants leave "
        "(section 146(3) of the Procurement Act). The appeal must say why leave is to be granted."
    )
    return Section(
        _("Appeal instruction"),
        [
            _(
                "A party may appeal to the Market Court within %(days)s days of receiving the decision with this "
                "instruction, at the latest on %(date)s (section 147 of the Procurement Act).",
                days=days,
                date=date_long(last_day(decision, parameter, on)),
            ),
            *([] if decision.kind in COMPETITION_KINDS else [leave]),
            _(
                "The appeal names the decision, what is to be changed and why, and has the decision attached. It is "
                "sent to the Market Court, Sörnäistenkatu 1, 00580 Helsinki, markkinaoikeus@oikeus.fi."
            ),
            _(
                "The appellant tells the contracting authority of the appeal in writing, at the latest when it is "
                "lodged (section 148 of the Procurement Act): %(addresses)s.",
                addresses=_addresses(decision),
            ),
        ],
    )


def _municipal(decision: Decision, on: date) -> Section:
    days = int(law.number("R8.municipal_rectification", _day(decision, on)))
    return Section(
        _("Instruction for demanding rectification"),
        [
            _(
                "The procurement is a small procurement, so it cannot be appealed to the Market Court. A party or a "
                "member of the municipality may demand rectification within %(days)s days of receiving the decision, "
                "at the latest on %(date)s (chapter 16 of the Local Government Act).",
                days=days,
                date=date_long(last_day(decision, "R8.municipal_rectification", on)),
            ),
            _(
                "The demand is made in writing and signed. It is sent to: %(addresses)s.",
                addresses=_addresses(decision),
            ),
        ],
    )
