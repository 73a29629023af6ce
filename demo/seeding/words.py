"""What made-up people and companies are called."""

from __future__ import annotations


def _listed(*lines: str) -> tuple[str, ...]:
    return tuple(" ".join(lines).split())


FIRST_NAMES = _listed(
    "Aino Aleksi Anni Antti Eero Elina Emilia Fatima Hanna Heikki Iida Ilkka Jaakko Jenni Johanna Juha Kaisa Kari",
    "Katri Laura Leena Marko Matti Mikael Minna Niina Omar Outi Pekka Petra Pia Riikka Sami Sanna Tarja Timo Tuula",
)
LAST_NAMES = _listed(
    "Ahopelto Haapakorpi Harjuniemi Honkavaara Järvelänmäki Kallioranta Karhunsalo Kivilahti Koivupuro Kuusilampi",
    "Lehtoaho Leppäsuvanto Mäntykangas Niemelänranta Nurmivaara Ojanperä Pihlajasalo Rantakorpi Saarenketo",
    "Salovirta Suomaanpelto Tuulensalmi Vaaranmaa Vehmasjoki Virtakoski Ylitaloranta",
)
#: A company's name is two of these and what kind of a company it is.
WORDS = _listed(
    "Aalto Harju Helmi Honka Joki Kaari Kallio Kanto Kaste Kivi Koivu Kuusi Lahti Lampi Lehto Lumi Luoto Mänty Meri",
    "Neva Niemi Niitty Onni Pelto Pihka Puro Ranta Ruska Saari Salo Silta Sumu Suvi Taimi Talvi Tammi Tuuli Usva",
)
KINDS = ("Valmennus Oy", "Työhönvalmennus Oy", "Koulutus Oy", "Palvelut osk", "Polku Oy", "Ura Oy", "Taito ry")
