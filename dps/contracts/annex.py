"""The data-processing annex of every frame contract (GDPR 28, R109, R115, R117-R118), by version and language."""

from __future__ import annotations

VERSION = "2026-1"

TEXTS = {
    "fi": (
        "Palveluntuottaja käsittelee asiakkaiden henkilötietoja tilaajan lukuun ja vain tilauksen toteuttamiseksi. "
        "Tilaaja on rekisterinpitäjä. Palveluntuottaja saa vain ne tiedot, jotka palvelun tuottaminen vaatii; "
        "terveystietoja se saa vain asiakkaan nimenomaisella kirjallisella suostumuksella. Palveluntuottaja pitää "
        "tiedot salassa, sitouttaa henkilöstönsä ja alihankkijansa salassapitoon, suojaa tiedot, ilmoittaa "
        "tietoturvaloukkauksesta tilaajalle viipymättä ja viimeistään 24 tunnin kuluessa, auttaa tilaajaa "
        "vastaamaan asiakkaiden pyyntöihin ja poistaa tai palauttaa tiedot sopimuksen päättyessä. "
        "Rikosrekisteriotteita ei kopioida eikä tallenneta."
    ),
    "sv": (
        "Serviceproducenten behandlar kundernas personuppgifter för beställarens räkning och endast för att utföra "
        "beställningen. Beställaren är personuppgiftsansvarig. Serviceproducenten får endast de uppgifter som "
        "tjänsten kräver; uppgifter om hälsa får den endast med kundens uttryckliga skriftliga samtycke. "
        "Serviceproducenten håller uppgifterna hemliga, förbinder sin personal och sina underleverantörer till "
        "sekretess, skyddar uppgifterna, underrättar beställaren om en personuppgiftsincident utan dröjsmål och "
        "senast inom 24 timmar, hjälper beställaren att svara på kundernas begäranden och raderar eller återlämnar "
        "uppgifterna när avtalet upphör. Straffregisterutdrag kopieras eller lagras inte."
    ),
    "en": (
        "The provider processes customers' personal data on behalf of the ordering authority and only to deliver the "
        "order. The ordering authority is the controller. The provider gets only the data that the service needs; "
        "health data only with the customer's specific written consent. The provider keeps the data secret, binds "
        "its staff and subcontractors to secrecy, protects the data, tells the ordering authority of a data breach "
        "without delay and within 24 hours at the latest, helps it to answer customers' requests, and deletes or "
        "returns the data when the contract ends. Criminal record extracts are not copied or stored."
    ),
}
