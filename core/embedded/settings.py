"""The settings of a demo: made once, kept beside its data, so that a second start finds keys that fit."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FILE = "settings.env"

#: Words that are easy to read out over a telephone in any of the languages of the demo.
WORDS = [
    "aalto",
    "alava",
    "harju",
    "helmi",
    "hiiri",
    "honka",
    "joki",
    "kaari",
    "kallio",
    "kanto",
    "karhu",
    "kaste",
    "kesä",
    "kivi",
    "koivu",
    "kuusi",
    "lahti",
    "lampi",
    "lehto",
    "leivo",
    "lumi",
    "luoto",
    "mänty",
    "meri",
    "metsä",
    "neva",
    "niemi",
    "niitty",
    "onni",
    "orava",
    "pato",
    "pelto",
    "pihka",
    "poro",
    "puro",
    "ranta",
    "ruska",
    "saari",
    "salo",
    "silta",
    "sirkka",
    "sumu",
    "suvi",
    "taimi",
    "talvi",
    "tammi",
    "tuuli",
    "tyyni",
    "usva",
    "vaara",
    "varpu",
    "vesi",
    "viima",
    "virta",
]


def make(home: Path) -> dict[str, str]:
    """Make the settings of a new demo; only we may read the file."""
    chosen = {
        "DPS_ENV": "demo",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "MASTER_KEY": secrets.token_urlsafe(48),
        "DEMO_PASSWORD": readable_password(),
    }
    save(home, chosen)
    return chosen


def readable_password() -> str:
    """Three words and four digits: some 30 bits, enough for a demo on this machine, and plain ASCII."""
    words = [secrets.choice(WORDS).replace("ä", "a").replace("ö", "o") for _ in range(3)]
    return "-".join([*words, f"{secrets.randbelow(10_000):04}"])


def read(home: Path) -> dict[str, str]:
    """The settings of the demo that lives here; nothing when there is none."""
    try:
        text = (home / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    lines = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in lines}


def save(home: Path, chosen: Mapping[str, str]) -> None:
    """Write the settings in one step, so that a crash never leaves half a key."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = home / f".{FILE}.partial"
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("# The settings of this demo. Without its keys the data beside it cannot be read.\n")
        file.writelines(f"{name}={value}\n" for name, value in chosen.items())
        file.flush()
        os.fsync(file.fileno())
    partial.rename(home / FILE)
