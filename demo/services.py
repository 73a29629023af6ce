"""What Kuopio buys in the demo: one purchasing system with its five services (DOMAIN.md)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from demo.cast import CARDS, JOB, MAP, TRIAL, WORK
from dps.systems.details import CategoryDetails, ModuleDetails, RequirementDetails, SystemDetails
from dps.systems.models import (
    DeclineReason,
    LegalMode,
    OrderingRule,
    PriceUnit,
    RequirementKind,
    ServiceType,
)
from suppliers.criteria import EXCLUSION

AREAS = ["Kuopio", "Siilinjärvi", "Suonenjoki", "Tuusniemi"]
LANGUAGES = ["fi", "sv", "en", "ar", "ru", "so", "uk", "et"]

TERMS = {
    "fi": (
        "Tuottaja toteuttaa palvelun tilauksen mukaisesti, vastaa tilaukseen määräajassa ja toimittaa loppuraportin. "
        "Asiakas maksaa palvelusta nolla euroa. Tuottaja käsittelee henkilötietoja vain palvelun toteuttamiseksi."
    ),
    "sv": (
        "Producenten utför tjänsten enligt beställningen, svarar på beställningen inom tidsfristen och lämnar en "
        "slutrapport. Tjänsten är avgiftsfri för kunden. Personuppgifter behandlas bara för att utföra tjänsten."
    ),
    "en": (
        "The provider delivers the service as ordered, answers the order in time and sends a final report. The "
        "service is free for the customer. Personal data are processed only in order to deliver the service."
    ),
}


def system(opened_on: date) -> SystemDetails:
    """The purchasing system, in force from the day it opens for four years."""
    return SystemDetails(
        name_fi="Kuopion työllisyyspalvelut",
        name_sv="Sysselsättningstjänster i Kuopio",
        name_en="Employment services in Kuopio",
        description_fi="Valmennusta, kartoitusjaksoja ja korttikoulutuksia työnhakijoille, noin 600 tilausta vuodessa.",
        description_sv="Träning, kartläggning och kortutbildningar för arbetssökande, cirka 600 beställningar per år.",
        description_en="Coaching, assessment periods and card courses for job seekers, about 600 orders a year.",
        starts_on=opened_on,
        ends_on=opened_on.replace(year=opened_on.year + 4, day=min(opened_on.day, 28)),
        estimated_value=Decimal("4800000.00"),
        closing_announced=True,
    )


def _category(code: str, names: tuple[str, str, str], texts: tuple[str, str, str], **more: object) -> CategoryDetails:
    values: dict[str, object] = {
        "cpv": "79611000-0",
        "service_type": ServiceType.JOB_COACHING,
        "ordering_rule": OrderingRule.CUSTOMER_CHOICE,
        "price_ceiling": Decimal("2600.00"),
        "max_duration_days": 180,
        **more,
    }
    return CategoryDetails(
        code=code,
        name_fi=names[0],
        name_sv=names[1],
        name_en=names[2],
        description_fi=texts[0],
        description_sv=texts[1],
        description_en=texts[2],
        legal_mode=LegalMode.ANNEX_E_DPS_LIKE,
        price_unit=PriceUnit.PARTICIPANT,
        accept_within_hours=96,
        start_within_days=30,
        report_within_days=14,
        areas=AREAS,
        languages=LANGUAGES,
        decline_reasons=[reason.value for reason in DeclineReason],
        terms_version="2025-1",
        terms_fi=TERMS["fi"],
        terms_sv=TERMS["sv"],
        terms_en=TERMS["en"],
        newcomer_share=Decimal("0.200"),
        record_uses=["show", "talk"],
        **values,  # type: ignore[arg-type]
    )


CATEGORIES = (
    _category(
        WORK,
        ("Työssävalmennus", "Arbetsplatshandledning", "Coaching at work"),
        (
            "Valmentaja tukee asiakasta työpaikalla ja auttaa työnantajaa perehdyttämään.",
            "Tränaren stöder kunden på arbetsplatsen och hjälper arbetsgivaren med introduktionen.",
            "A coach supports the customer at the workplace and helps the employer with the introduction.",
        ),
    ),
    _category(
        JOB,
        (
            "Kohdennettu työnetsintä ja työhönvalmennus",
            "Riktad jobbsökning och arbetsträning",
            "Targeted job finding and job coaching",
        ),
        (
            "Valmentaja etsii asiakkaan kanssa sopivan työpaikan ja tukee alkuun. Pitkään työttömänä olleille.",
            "Tränaren söker ett lämpligt arbete tillsammans med kunden och stöder i början. För långtidsarbetslösa.",
            "A coach looks for a suitable job with the customer and supports the start. For long-term unemployed.",
        ),
    ),
    _category(
        MAP,
        ("Toiminnalliset kartoitusjaksot", "Praktiska kartläggningsperioder", "Practical assessment periods"),
        (
            "Asiakas kokeilee työtehtäviä, ja tuottaja kuvaa osaamisen ja työkyvyn.",
            "Kunden provar på arbetsuppgifter, och producenten beskriver kompetensen och arbetsförmågan.",
            "The customer tries tasks, and the provider describes skills and ability to work.",
        ),
        service_type=ServiceType.EXPERT_ASSESSMENT,
        cpv="85312510-7",
        ordering_rule=OrderingRule.ROTATION,
        ordering_parameters={"start": "lot"},
        price_ceiling=Decimal("1900.00"),
        max_duration_days=60,
    ),
    _category(
        TRIAL,
        (
            "Työkokeilun ohjaus ja valmennus",
            "Handledning och träning under arbetsprövning",
            "Guidance and coaching during a work trial",
        ),
        (
            "Ohjausta enintään kuuden kuukauden työkokeilun ajan. Lisämoduuleina kieli ja opintojen tunnistaminen.",
            "Handledning under en arbetsprövning på högst sex månader. Tillägg: språk och erkännande av studier.",
            "Guidance during a work trial of at most six months. Extra modules: language, recognising studies.",
        ),
        has_work_trial=True,
        price_ceiling=Decimal("3200.00"),
        max_duration_days=180,
    ),
    _category(
        CARDS,
        ("Työkorttikoulutukset", "Arbetskortsutbildningar", "Work card courses"),
        (
            "Työturvallisuus-, hygienia-, tulityö- ja vastaavat korttikoulutukset.",
            "Kurser för arbetssäkerhets-, hygien- och heta arbeten-kort.",
            "Courses for work-safety, hygiene, hot-work and similar cards.",
        ),
        service_type=ServiceType.LABOUR_MARKET_TRAINING,
        cpv="80530000-8",
        ordering_rule=OrderingRule.RANKING,
        ordering_parameters={"by": "price"},
        price_ceiling=Decimal("320.00"),
        max_duration_days=14,
    ),
)

MODULES = {
    TRIAL: (
        ModuleDetails(
            code="language-culture",
            name_fi="Kieli- ja kulttuurivalmennus",
            name_sv="Språk- och kulturträning",
            name_en="Language and culture coaching",
            price_ceiling=Decimal("650.00"),
        ),
        ModuleDetails(
            code="recognise-studies",
            name_fi="Osaamisen tunnistaminen opinnoiksi",
            name_sv="Erkännande av lärande som studier",
            name_en="Recognising learning as studies",
            price_ceiling=Decimal("480.00"),
        ),
    ),
}

#: Price of an ordinary offering, and how long it lasts in days.
PRICES = {JOB: (2150, 84), WORK: (1980, 90), MAP: (1450, 28), TRIAL: (2700, 120), CARDS: (240, 5)}

_MANDATORY = [code for code, criterion in EXCLUSION.items() if criterion.is_mandatory]


def requirements() -> list[RequirementDetails]:
    """The mandatory grounds, and three suitability requirements with the evidence asked for."""
    grounds = [
        RequirementDetails(
            kind=RequirementKind.EXCLUSION,
            code=code,
            text_fi="Pakollinen poissulkemisperuste ei rasita hakijaa (hankintalain 80 §).",
            text_sv="Ingen obligatorisk uteslutningsgrund gäller sökanden (80 § i upphandlingslagen).",
            text_en="No mandatory ground for exclusion concerns the candidate (section 80 of the Procurement Act).",
        )
        for code in _MANDATORY
    ]
    selection = [
        (
            "trade-register",
            "Hakija on merkitty kaupparekisteriin tai vastaavaan.",
            "Sökanden är införd i handelsregistret eller motsvarande.",
            "The candidate is entered in the trade register or a similar one.",
        ),
        (
            "references",
            "Kaksi vastaavaa palvelua kolmen viime vuoden ajalta.",
            "Två motsvarande tjänster från de senaste tre åren.",
            "Two comparable services from the last three years.",
        ),
        (
            "qualified-staff",
            "Vähintään kaksi valmentajaa, yksinyrittäjällä yksi, joilla on soveltuva koulutus.",
            "Minst två tränare, en för enskild näringsidkare, med lämplig utbildning.",
            "At least two coaches, one for a sole trader, with suitable education.",
        ),
    ]
    return grounds + [
        RequirementDetails(
            kind=RequirementKind.SELECTION,
            code=code,
            text_fi=fi,
            text_sv=sv,
            text_en=en,
            evidence_fi="Kuvaus hakemuksessa",
            evidence_sv="Beskrivning i ansökan",
            evidence_en="A description in the application",
        )
        for code, fi, sv, en in selection
    ]
