"""Who there is: authorities, people who log in, companies. All invented; addresses end in ``.example``."""

from __future__ import annotations

from dataclasses import dataclass

from core.identity.models import Role


@dataclass(frozen=True)
class City:
    """A contracting authority of the demo."""

    key: str
    name_fi: str
    name_sv: str
    name_en: str
    business_id: str
    address: str


CITIES = (
    City("kuopio", "Kuopion kaupunki", "Kuopio stad", "City of Kuopio", "9990001-6", "Kaupungintie 1, 70100 Kuopio"),
    City(
        "helsinki",
        "Helsingin kaupunki",
        "Helsingfors stad",
        "City of Helsinki",
        "9990002-4",
        "Esimerkkikatu 1, 00100 Helsinki",
    ),
    City("espoo", "Espoon kaupunki", "Esbo stad", "City of Espoo", "9990003-2", "Esimerkkitie 2, 02770 Espoo"),
    City("vantaa", "Vantaan kaupunki", "Vanda stad", "City of Vantaa", "9990004-0", "Esimerkkiraitti 3, 01300 Vantaa"),
)


@dataclass(frozen=True)
class Member:
    """Somebody of a city's staff."""

    email: str
    name: str
    city: str
    role: Role


STAFF = (
    Member("coordinator@kuopio.example", "Anni Koistila", "kuopio", Role.COORDINATOR),
    Member("decider@kuopio.example", "Pekka Rissala", "kuopio", Role.DECIDER),
    Member("opener@kuopio.example", "Hannele Ruuskamo", "kuopio", Role.OPENER),
    Member("expert@kuopio.example", "Katri Heiskala", "kuopio", Role.EXPERT),
    Member("coordinator@helsinki.example", "Mikael Sundberi", "helsinki", Role.COORDINATOR),
    Member("coordinator@espoo.example", "Sanna Lehtovuo", "espoo", Role.COORDINATOR),
    Member("coordinator@vantaa.example", "Omar Salmela", "vantaa", Role.COORDINATOR),
    Member("decider@helsinki.example", "Riitta Kallioniemi-Aho", "helsinki", Role.DECIDER),
    Member("decider@espoo.example", "Johan Westerholmi", "espoo", Role.DECIDER),
    Member("decider@vantaa.example", "Tarja Myllypuro", "vantaa", Role.DECIDER),
    Member("steering@helsinki.example", "Leena Aaltovirta", "helsinki", Role.STEERING),
    Member("steering@espoo.example", "Kari Nuuksionpää", "espoo", Role.STEERING),
    Member("steering@vantaa.example", "Eeva Keravanjoki", "vantaa", Role.STEERING),
    Member("expert@helsinki.example", "Aino Kruunuhaka", "helsinki", Role.EXPERT),
    Member("expert@espoo.example", "Ville Suvisaari", "espoo", Role.EXPERT),
    Member("expert@vantaa.example", "Fatima Korsola", "vantaa", Role.EXPERT),
)

#: Further experts of Kuopio, who share the year's customers.
MORE_EXPERTS = (
    ("expert2@kuopio.example", "Juha Pitkälahti"),
    ("expert3@kuopio.example", "Maarit Saarijoki"),
    ("expert4@kuopio.example", "Timo Neulaniemi"),
    ("expert5@kuopio.example", "Elina Rahusela"),
    ("expert6@kuopio.example", "Samir Puijola"),
)

#: A colleague of the coordinator, who may admit later applicants in the decision maker's place.
COLLEAGUE = ("coordinator2@kuopio.example", "Oona Lampinsaari")

ADMIN = ("admin@avoin.example", "Ylläpito Avoin")


@dataclass(frozen=True)
class Company:
    """A provider: how good it is at keeping customers and at jobs (0-1), and how much it is asked for."""

    number: str
    name: str
    email: str
    person: str
    categories: tuple[str, ...]
    #: Chosen so many times as often as others.
    pull: float = 1.0
    #: Added to the chance of a finished service, a job, and to the recommendation.
    finish: float = 0.0
    job: float = 0.0
    liked: float = 0.0
    languages: tuple[str, ...] = ("fi",)
    places: tuple[str, ...] = ("Kuopio",)
    is_remote: bool = False
    is_sole_trader: bool = False
    #: The key of the city whose system it is in.
    buyer: str = "kuopio"


#: The city of the demo's own year; the others are of the capital region.
HOME = "kuopio"
COORDINATOR, DECIDER = "coordinator@kuopio.example", "decider@kuopio.example"

JOB, WORK, MAP, TRIAL, CARDS = "job-finding", "work-coaching", "assessment-period", "work-trial", "work-cards"

COMPANIES = (
    Company(
        "9990101-9",
        "Savon Suunta Oy",
        "provider@savo.example",
        "Sari Savikko",
        (JOB, WORK, TRIAL),
        5.0,
        0.05,
        0.06,
        0.6,
        ("fi", "sv", "en"),
        ("Kuopio", "Siilinjärvi"),
    ),
    Company(
        "9990102-7",
        "Kallaveden Valmennus Oy",
        "provider@kallavesi.example",
        "Kalle Kallamäki",
        (JOB, MAP),
        5.0,
        0.02,
        0.0,
        0.2,
        ("fi", "ar", "en"),
    ),
    Company(
        "9990103-5",
        "Tuulenpesä Valmennus Oy",
        "toimisto@tuulenpesa.example",
        "Tuula Pesonmäki",
        (JOB, WORK, TRIAL),
        4.5,
        0.0,
        0.1,
        0.4,
        ("fi", "en", "ru"),
    ),
    Company(
        "9990104-3",
        "Kuutinharju Työvalmennus Oy",
        "info@kuutinharju.example",
        "Keijo Kuutti",
        (JOB, WORK),
        3.0,
        0.0,
        -0.05,
        -0.2,
    ),
    Company(
        "9990105-1",
        "Tmi Riina Saarelma",
        "riina@saarelma.example",
        "Riina Saarelma",
        (JOB,),
        1.0,
        0.03,
        0.05,
        0.8,
        ("fi", "ar"),
        ("Siilinjärvi",),
        True,
        True,
    ),
    Company(
        "9990200-3",
        "Honkapolku Oy",
        "posti@honkapolku.example",
        "Hanna Honkapolku",
        (WORK, MAP),
        2.0,
        -0.05,
        -0.08,
        -0.6,
    ),
    Company(
        "9990107-8",
        "Lumikurki Yhteisöt osk",
        "lumikurki@lumikurki.example",
        "Lumi Kurkela",
        (JOB, WORK, MAP),
        1.5,
        0.0,
        -0.1,
        0.0,
        ("fi", "so", "ar"),
    ),
    Company("9990108-6", "Saarnivirta Oy", "info@saarnivirta.example", "Satu Saarnio", (JOB,), 1.0),
    Company("9990109-4", "Polkumäki Oy", "info@polkumaki.example", "Paavo Polku", (WORK,), 1.4, 0.02),
    Company("9990110-7", "Rantakoivu Oy", "info@rantakoivu.example", "Raija Koivuranta", (MAP, TRIAL), 1.0),
    Company(
        "9990111-5",
        "Kallanranta Oppi Oy",
        "oppi@kallanranta.example",
        "Ossi Ranta",
        (CARDS,),
        1.0,
        0.04,
        0.0,
        0.3,
        ("fi", "en"),
    ),
    Company("9990112-3", "Järvimaa Valmennus Oy", "info@jarvimaa.example", "Jarmo Järvimaa", (WORK, TRIAL), 1.0),
    Company(
        "9990113-1",
        "Korttikeskus Itä Oy",
        "info@korttikeskus.example",
        "Irma Itälä",
        (CARDS,),
        1.0,
        0.03,
        0.0,
        0.1,
        ("fi", "sv", "en"),
    ),
    Company("9990201-1", "Puijon Taito Oy", "taito@puijontaito.example", "Pia Puijola", (WORK, CARDS), 1.0),
    Company("9990115-8", "Työkaari Savo Oy", "info@tyokaari.example", "Tero Kaari", (JOB, TRIAL), 1.2, 0.0, 0.02),
    Company(
        "9990116-6",
        "Monikulma osk",
        "monikulma@monikulma.example",
        "Mona Kulmala",
        (TRIAL,),
        1.0,
        0.0,
        0.0,
        0.2,
        ("fi", "ru", "uk", "en"),
    ),
    Company(
        "9990117-4",
        "Tmi Esko Vuorela",
        "esko@vuorela.example",
        "Esko Vuorela",
        (MAP,),
        1.0,
        0.0,
        0.0,
        0.0,
        ("fi",),
        ("Kuopio", "Suonenjoki"),
        False,
        True,
    ),
    Company("9990118-2", "Aaltopaja ry", "paja@aaltopaja.example", "Aija Aalto", (WORK,), 1.6, -0.04, -0.06, 0.5),
    Company("9990119-0", "Kehitysvoima Oy", "info@kehitysvoima.example", "Kirsi Voima", (JOB,), 1.0),
    Company("9990120-3", "Uravirta Oy", "info@uravirta.example", "Urpo Virta", (JOB, TRIAL), 1.1),
    Company("9990121-1", "Niiralan Paja ry", "paja@niiralanpaja.example", "Niina Niirala", (WORK, MAP), 1.2),
    Company(
        "9990203-8",
        "Tmi Laura Metsäpirtti",
        "laura@metsapirtti.example",
        "Laura Metsäpirtti",
        (JOB,),
        0.8,
        0.0,
        0.0,
        0.5,
        ("fi", "sv"),
        ("Kuopio",),
        True,
        True,
    ),
    Company("9990123-8", "Siirto Koulutus Oy", "info@siirtokoulutus.example", "Sirpa Siirtola", (CARDS,), 1.3),
    Company(
        "9990124-6",
        "Kotipolku Valmennus Oy",
        "info@kotipolku.example",
        "Kaisa Kotipolku",
        (WORK, TRIAL),
        0.9,
        0.0,
        0.0,
        0.0,
        ("fi", "so", "en"),
    ),
    Company("9990125-4", "Ahkerat Kädet osk", "info@ahkeratkadet.example", "Antti Ahkera", (WORK,), 1.3),
    Company("9990126-2", "Silta Työhön Oy", "info@siltatyohon.example", "Silja Silta", (JOB, MAP), 1.3),
    Company(
        "9990127-0",
        "Tmi Pentti Lahdenpohja",
        "pentti@lahdenpohja.example",
        "Pentti Lahdenpohja",
        (TRIAL,),
        0.7,
        0.0,
        0.0,
        0.0,
        ("fi",),
        ("Kuopio",),
        False,
        True,
    ),
    Company("9990128-9", "Osaava Savo Oy", "info@osaavasavo.example", "Outi Osaava", (MAP,), 1.3),
    Company("9990129-7", "Kivikko Kurssit Oy", "info@kivikkokurssit.example", "Kimmo Kivikko", (CARDS, MAP), 1.3),
    Company(
        "9990204-6",
        "Virtaus Valmennus Oy",
        "info@virtaus.example",
        "Veera Virtanoja",
        (JOB,),
        0.6,
        0.0,
        0.04,
        0.1,
        ("fi", "en"),
        ("Kuopio",),
        True,
    ),
)

#: Registered; admitted so lately, or so quiet, that nobody has ordered from them yet.
QUIET = (
    Company("9990131-8", "Hiljainen Puro Oy", "info@hiljainenpuro.example", "Heikki Puro", (JOB,)),
    Company("9990132-6", "Tmi Anu Suvanto", "anu@suvanto.example", "Anu Suvanto", (WORK,), is_sole_trader=True),
    Company("9990133-4", "Keskusopisto Esimerkki Oy", "info@keskusopisto.example", "Kyösti Keskitalo", (CARDS,)),
    Company("9990134-2", "Pielisen Polku Oy", "info@pielisenpolku.example", "Päivi Pielinen", (MAP,)),
)

#: Registered, applied today or lately, refused, or not yet applied.
COMING = (
    Company("9990135-0", "Harjuvirta Valmennus Oy", "info@harjuvirta.example", "Harri Harju", (JOB,)),
    Company("9990136-9", "Tmi Eero Lammela", "eero@lammela.example", "Eero Lammela", (JOB,), is_sole_trader=True),
    Company("9990137-7", "Nopea Apu Oy", "info@nopeaapu.example", "Niko Nopea", (WORK,)),
    Company("9990138-5", "Kaukomaa Koulutus Oy", "info@kaukomaa.example", "Kaija Kaukomaa", (CARDS,)),
)

NEWCOMER = Company("9990139-3", "Uusi Reitti Oy", "provider@uusi.example", "Uuno Uusikylä", (JOB,))

#: Who serves the capital region under its joint procurement.
CAPITAL_AREA = ("Espoo", "Helsinki", "Kauniainen", "Vantaa")
CAPITAL_COMPANIES = (
    Company(
        "9990300-6",
        "Rannikon Valmennus Oy",
        "info@rannikonvalmennus.example",
        "Ritva Rannikko",
        (WORK, CARDS),
        3.0,
        0.03,
        0.02,
        0.4,
        ("fi", "sv", "en"),
        CAPITAL_AREA,
        buyer="helsinki",
    ),
    Company(
        "9990301-4",
        "Kehäkoulutus Oy",
        "info@kehakoulutus.example",
        "Kimmo Kehäranta",
        (CARDS,),
        2.0,
        0.0,
        0.0,
        0.1,
        ("fi", "en", "ar", "so"),
        CAPITAL_AREA,
        buyer="helsinki",
    ),
    Company(
        "9990302-2",
        "Itämeren Ohjaamo osk",
        "info@itamerenohjaamo.example",
        "Irina Meriläinen",
        (WORK,),
        1.5,
        0.0,
        0.03,
        0.3,
        ("fi", "ru", "uk", "en"),
        ("Helsinki", "Vantaa"),
        buyer="helsinki",
    ),
    Company(
        "9990303-0",
        "Tmi Sofia Nylund",
        "sofia@nylund.example",
        "Sofia Nylund",
        (WORK,),
        1.0,
        0.02,
        0.0,
        0.5,
        ("sv", "fi"),
        ("Espoo", "Kauniainen"),
        is_sole_trader=True,
        buyer="helsinki",
    ),
)

#: Who can log in to the demo, and as what.
LOGINS = [
    *((member.email, f"{member.name}, {member.role.value}, {member.city}") for member in STAFF),
    ("provider@savo.example", "Savon Suunta Oy, provider, admitted"),
    ("provider@kallavesi.example", "Kallaveden Valmennus Oy, provider, admitted"),
    ("provider@uusi.example", "Uusi Reitti Oy, provider, registered and not yet admitted"),
    (ADMIN[0], "administrator"),
]
