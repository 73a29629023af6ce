"""The authorities of a seeded country: the demo's four and four more, with the municipalities around them."""

from __future__ import annotations

from dataclasses import dataclass, replace

_UUSIMAA = (
    "Askola Espoo Hanko Helsinki Hyvinkää Inkoo Järvenpää Karkkila Kauniainen Kerava Kirkkonummi Lapinjärvi Lohja "
    "Loviisa Mäntsälä Nurmijärvi Pornainen Porvoo Pukkila Raasepori Sipoo Siuntio Tuusula Vantaa Vihti Myrskylä"
)
_SAVO = (
    "Iisalmi Joroinen Kaavi Keitele Kiuruvesi Kuopio Lapinlahti Leppävirta Pielavesi Rautalampi Rautavaara Siilinjärvi "
    "Sonkajärvi Suonenjoki Tervo Tuusniemi Varkaus Vesanto Vieremä Heinävesi Outokumpu"
)
_PIRKANMAA = (
    "Akaa Hämeenkyrö Ikaalinen Juupajoki Kangasala Kihniö Kuhmoinen Lempäälä Mänttä-Vilppula Nokia Orivesi Parkano "
    "Pirkkala Punkalaidun Pälkäne Ruovesi Sastamala Tampere Urjala Valkeakoski Vesilahti Virrat Ylöjärvi"
)
_TURKU = (
    "Aura Kaarina Kemiönsaari Koski Kustavi Laitila Lieto Loimaa Marttila Masku Mynämäki Naantali Nousiainen Oripää "
    "Paimio Parainen Pöytyä Raisio Rusko Salo Sauvo Somero Taivassalo Turku Uusikaupunki Vehmaa"
)
_OULU = (
    "Alavieska Haapajärvi Haapavesi Hailuoto Ii Kalajoki Kempele Kuusamo Kärsämäki Liminka Lumijoki Merijärvi Muhos "
    "Nivala Oulainen Oulu Pudasjärvi Pyhäjoki Pyhäntä Raahe Siikajoki Siikalatva Taivalkoski Tyrnävä Utajärvi Vaala"
)
_JYVASKYLA = (
    "Hankasalmi Joutsa Jyväskylä Jämsä Kannonkoski Karstula Keuruu Kinnula Kivijärvi Konnevesi Kyyjärvi Laukaa "
    "Luhanka Multia Muurame Petäjävesi Pihtipudas Saarijärvi Toivakka Uurainen Viitasaari Äänekoski"
)


@dataclass(frozen=True)
class Place:
    """An authority's city, its names, its area, and its part of all orders."""

    key: str
    city: str
    name_fi: str
    name_sv: str
    name_en: str
    business_id: str
    area: tuple[str, ...]
    share: float
    #: Where its customers live, and how many of a hundred there; nothing: where the services are given.
    homes: tuple[tuple[str, float], ...] = ()


def _place(key: str, city: str, names: tuple[str, str, str], business_id: str, area: str, share: float) -> Place:
    return Place(key, city, *names, business_id, tuple(sorted(area.split())), share)


PLACES = (
    _place(
        *("helsinki", "Helsinki", ("Helsingin kaupunki", "Helsingfors stad", "City of Helsinki")),
        *("9990002-4", _UUSIMAA, 0.30),
    ),
    _place("espoo", "Espoo", ("Espoon kaupunki", "Esbo stad", "City of Espoo"), "9990003-2", _UUSIMAA, 0.14),
    _place("vantaa", "Vantaa", ("Vantaan kaupunki", "Vanda stad", "City of Vantaa"), "9990004-0", _UUSIMAA, 0.14),
    _place("kuopio", "Kuopio", ("Kuopion kaupunki", "Kuopio stad", "City of Kuopio"), "9990001-6", _SAVO, 0.08),
    _place(
        *("tampere", "Tampere", ("Tampereen kaupunki", "Tammerfors stad", "City of Tampere")),
        *("9990005-9", _PIRKANMAA, 0.12),
    ),
    _place("turku", "Turku", ("Turun kaupunki", "Åbo stad", "City of Turku"), "9990006-7", _TURKU, 0.09),
    _place("oulu", "Oulu", ("Oulun kaupunki", "Uleåborgs stad", "City of Oulu"), "9990007-5", _OULU, 0.08),
    _place(
        *("jyvaskyla", "Jyväskylä", ("Jyväskylän kaupunki", "Jyväskylä stad", "City of Jyväskylä")),
        *("9990008-3", _JYVASKYLA, 0.05),
    ),
)

_CAPITAL = "Espoo Helsinki Kauniainen Vantaa"

#: The capital region: three authorities, of which Espoo answers for Kauniainen, too.
CAPITAL = (
    replace(PLACES[0], area=tuple(_CAPITAL.split()), share=0.5, homes=(("Helsinki", 100.0),)),
    replace(PLACES[1], area=tuple(_CAPITAL.split()), share=0.25, homes=(("Espoo", 95.0), ("Kauniainen", 5.0))),
    replace(PLACES[2], area=tuple(_CAPITAL.split()), share=0.25, homes=(("Vantaa", 100.0),)),
)
