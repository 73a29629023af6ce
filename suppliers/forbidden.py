"""Criminal-record extracts must not be kept (R67, HL 88.4 §): how one is recognised by its words. Pure."""

from __future__ import annotations

import re

#: What such an extract calls itself, in Finnish, Swedish and English.
_NAME = re.compile(
    r"rikosrekisteri(n\s*ote|ote|otteen|otteet)|ote\s+rikosrekisteristä|straffregister(utdrag|kontroll)"
    r"|utdrag\s+ur\s+straffregistret|extract\s+(from|of)\s+(the\s+)?criminal\s+records?|criminal\s+records?\s+extract",
    re.IGNORECASE,
)
#: Who issues it, or by which act.
_ISSUER = re.compile(
    r"oikeusrekisterikeskus|rättsregistercentralen|legal\s+register\s+cent(re|er)|rikosrekisterilain|770/1993",
    re.IGNORECASE,
)
#: An extract names itself at its head; a document that only speaks of one does so later.
_HEAD = 800


def names_extract(text: str) -> bool:
    """Whether a name or title is that of a criminal-record extract."""
    return _NAME.search(re.sub(r"[_\-.]+", " ", text)) is not None


def is_extract(text: str) -> bool:
    """Whether a document's words are those of an extract: it says so at its head, or names itself and its issuer."""
    return bool(_NAME.search(text[:_HEAD]) or (_NAME.search(text) and _ISSUER.search(text)))
