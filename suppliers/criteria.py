"""The exclusion grounds and selection criteria of the ESPD that categories pick from and declarations answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _l


class CriterionKind(StrEnum):
    """What a criterion is in the law's words."""

    EXCLUSION = "exclusion"
    SELECTION = "selection"


@dataclass(frozen=True)
class Criterion:
    """One criterion; ``is_mandatory`` marks a ground that must lead to exclusion (R61)."""

    code: str
    kind: CriterionKind
    title: Any
    description: Any
    is_mandatory: bool = False


def _by_code(criteria: Iterable[Criterion]) -> dict[str, Criterion]:
    return {criterion.code: criterion for criterion in criteria}


def _mandatory(code: str, title: Any, description: Any) -> Criterion:
    return Criterion(code, CriterionKind.EXCLUSION, title, description, is_mandatory=True)


def _discretionary(code: str, title: Any, description: Any) -> Criterion:
    return Criterion(code, CriterionKind.EXCLUSION, title, description)


def _selection(code: str, title: Any, description: Any) -> Criterion:
    return Criterion(code, CriterionKind.SELECTION, title, description)


#: Exclusion grounds (HL 80-81 §, R61-R62).
EXCLUSION = _by_code(
    (
        _mandatory(
            "participation-criminal-organisation",
            _l("Participation in a criminal organisation"),
            _l("A final judgment of at most five years ago for taking part in a criminal organisation."),
        ),
        _mandatory(
            "corruption",
            _l("Corruption"),
            _l("A final judgment of at most five years ago for giving or taking a bribe."),
        ),
        _mandatory(
            "fraud",
            _l("Fraud"),
            _l("A final judgment of at most five years ago for tax, subsidy or pension insurance fraud."),
        ),
        _mandatory(
            "terrorist-offences",
            _l("Terrorist offences"),
            _l("A final judgment of at most five years ago for a terrorist offence."),
        ),
        _mandatory(
            "money-laundering",
            _l("Money laundering or terrorist financing"),
            _l("A final judgment of at most five years ago for money laundering or financing of terrorism."),
        ),
        _mandatory(
            "child-labour-human-trafficking",
            _l("Child labour and trafficking in human beings"),
            _l("A final judgment of at most five years ago for child labour or trafficking in human beings."),
        ),
        _mandatory(
            "payment-of-taxes",
            _l("Payment of taxes"),
            _l("A final decision says that taxes are unpaid, and they have not been paid or arranged."),
        ),
        _mandatory(
            "payment-of-social-security",
            _l("Payment of social security contributions"),
            _l(
                "A final decision says that social security contributions are unpaid, "
                "and they have not been paid or arranged."
            ),
        ),
        _discretionary(
            "breach-environmental",
            _l("Breach of obligations in environmental law"),
            _l("Obligations of environmental law were breached during the last three years."),
        ),
        _discretionary(
            "breach-social",
            _l("Breach of obligations in social law"),
            _l("Obligations of social law were breached during the last three years."),
        ),
        _discretionary(
            "breach-labour",
            _l("Breach of obligations in labour law"),
            _l("Obligations of labour law or collective agreements were breached during the last three years."),
        ),
        _discretionary(
            "bankruptcy",
            _l("Bankruptcy"),
            _l("The operator is bankrupt or is being wound up."),
        ),
        _discretionary(
            "insolvency",
            _l("Insolvency"),
            _l("The operator is in insolvency proceedings or has an arrangement with its creditors."),
        ),
        _discretionary(
            "grave-professional-misconduct",
            _l("Grave professional misconduct"),
            _l("A grave professional misconduct of the last three years makes the operator's integrity questionable."),
        ),
        _discretionary(
            "agreements-distorting-competition",
            _l("Agreements with others that distort competition"),
            _l("The operator has agreed with other operators to distort competition."),
        ),
        _discretionary(
            "conflict-of-interest",
            _l("Conflict of interest from taking part in the procurement"),
            _l("Taking part causes a conflict of interest that cannot be removed by other means."),
        ),
        _discretionary(
            "early-termination",
            _l("Early termination, damages or a comparable sanction"),
            _l(
                "Significant or repeated deficiencies in an earlier contract led to early termination, damages or a "
                "comparable sanction during the last three years."
            ),
        ),
        _discretionary(
            "misrepresentation",
            _l("Misrepresentation"),
            _l(
                "The operator has given essentially false information, withheld it, "
                "or influenced the procurement unduly."
            ),
        ),
    )
)

#: Selection criteria (suitability requirements, HL 83 §).
SELECTION = _by_code(
    (
        _selection(
            "trade-register",
            _l("Enrolment in a trade register"),
            _l("The operator is entered in the register of its country that its business needs."),
        ),
        _selection(
            "financial-standing",
            _l("Economic and financial standing"),
            _l("The operator is able to meet its obligations during the contract."),
        ),
        _selection(
            "references",
            _l("References"),
            _l("The operator has delivered comparable services."),
        ),
        _selection(
            "qualified-staff",
            _l("Educational and professional qualifications"),
            _l("The people who deliver the service have the education and experience that is asked for."),
        ),
        _selection(
            "quality-assurance",
            _l("Quality assurance"),
            _l("The operator follows up and develops the quality of its services in a described way."),
        ),
    )
)

#: Every criterion by its code.
ALL = {**EXCLUSION, **SELECTION}
