"""What the next category can ask of everybody instead of a past score: promises about the service itself (R44)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.i18n import lazy_gettext as _l
from dps.systems.details import CriterionDetails
from dps.systems.models import CriterionKind, CriterionSubject


@dataclass(frozen=True)
class Promise:
    """A component of the record, and the promise that tenders can be compared by."""

    code: str
    title: Any
    text_fi: str
    text_sv: str
    text_en: str

    def criterion(self, weight: int) -> CriterionDetails:
        """An award criterion about the service that is bought; never about the supplier's past (R44)."""
        return CriterionDetails(
            code=self.code,
            kind=CriterionKind.QUALITY,
            concerns=CriterionSubject.SERVICE,
            text_fi=self.text_fi,
            text_sv=self.text_sv,
            text_en=self.text_en,
            weight=Decimal(weight),
        )


#: By the name of the component in ``ReleaseRecord.components``.
PROMISES: Mapping[str, Promise] = {
    "customers": Promise(
        "customer-voice",
        _l("Customers' feedback"),
        "Suunnitelma siitä, miten asiakkaan kokemus kysytään palvelun aikana ja mitä sen perusteella muutetaan",
        "Plan för hur kundens upplevelse frågas under tjänsten och vad som ändras utifrån den",
        "A plan how the customer's experience is asked during the service and what is changed by it",
    ),
    "experts": Promise(
        "cooperation",
        _l("Experts' feedback"),
        "Luvattu yhteydenpito asiantuntijaan ja raportin sisältö",
        "Utlovad kontakt med experten och rapportens innehåll",
        "Promised contact with the expert and content of the report",
    ),
    "deviations": Promise(
        "quality-assurance",
        _l("Confirmed deviations"),
        "Laadunvarmistus palvelun aikana: kuka seuraa, kuinka usein ja miten poikkeama korjataan",
        "Kvalitetssäkring under tjänsten: vem följer upp, hur ofta och hur en avvikelse rättas till",
        "Quality assurance during the service: who follows it, how often, and how a deviation is put right",
    ),
    "timeliness": Promise(
        "promised-times",
        _l("Punctuality"),
        "Luvattu aika tilauksesta aloitukseen ja päättymisestä raporttiin, sopimussakolla",
        "Utlovad tid från beställning till start och från slut till rapport, med avtalsvite",
        "Promised time from order to start and from end to report, with a contractual penalty",
    ),
    "completion": Promise(
        "staying-on",
        _l("Completed services"),
        "Suunnitelma siitä, miten asiakas pysyy palvelussa ja mitä tehdään, kun hän jää pois",
        "Plan för hur kunden stannar kvar i tjänsten och vad som görs när kunden uteblir",
        "A plan how the customer stays in the service and what is done when the customer stays away",
    ),
}
