"""What in a customer's words may tell who somebody is: pure, and never the last word - an official reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.web.text_checks import contains_identity_code

#: What stands where a part was blacked out; always as long, so that its length tells nothing.
BLACK = "█████"

_MAIL = re.compile(r"[^\s@<>()]+\s?@\s?[^\s@<>()]+\.[^\s@<>().,;:!?]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\w)(?:\+|00|0)\d(?:[\s().-]{0,2}\d){5,13}(?!\w)")
#: A word with a capital that does not begin a sentence: perhaps a name (Finnish, Swedish, Russian …).
_CAPITAL = re.compile(r"(?<![.!?:\n…\"'»”-] )(?<=[^\s] )[^\W\d_a-zåäö][^\W\d_]+")


class Kind(StrEnum):
    """What was found."""

    IDENTITY_CODE = "identity_code"
    MAIL = "mail"
    LINK = "link"
    PHONE = "phone"
    KNOWN_NAME = "known_name"
    PERHAPS_NAME = "perhaps_name"


#: With these in it nothing is released.
BLOCKING = frozenset({Kind.IDENTITY_CODE, Kind.MAIL, Kind.LINK, Kind.PHONE, Kind.KNOWN_NAME})


@dataclass(frozen=True)
class Found:
    """A part of the words, and what it may be."""

    kind: Kind
    text: str


def _of(kind: Kind, pattern: re.Pattern[str], words: str) -> Iterable[Found]:
    return (Found(kind, each.group().strip()) for each in pattern.finditer(words))


def findings(words: str, names: Collection[str] = ()) -> list[Found]:
    """What an official should look at; ``names`` are of the people who work with the customer."""
    found = [
        *_of(Kind.MAIL, _MAIL, words),
        *_of(Kind.LINK, _LINK, words),
        *_of(Kind.PHONE, _PHONE, words),
        *_known(words, names),
    ]
    if contains_identity_code(words):
        found.insert(0, Found(Kind.IDENTITY_CODE, ""))
    seen = {part for each in found for part in each.text.split()}
    found += (each for each in _of(Kind.PERHAPS_NAME, _CAPITAL, words) if each.text not in seen)
    return list(dict.fromkeys(found))


def _known(words: str, names: Collection[str]) -> Iterable[Found]:
    """Parts of known names, also with a Finnish ending (*Sailan*, *Sailalle*)."""
    parts = sorted({part for name in names for part in name.split() if len(part) > 2})
    for part in parts:
        stem = re.escape(part[:-1] if len(part) > 4 else part)
        for each in re.finditer(rf"(?<!\w){stem}\w{{0,5}}(?!\w)", words, re.IGNORECASE):
            if each.group()[:1].isupper():
                yield Found(Kind.KNOWN_NAME, each.group())


def blacked_out(words: str, parts: Iterable[str]) -> str:
    """The words without these parts, each wherever it stands.

    :raises LookupError: a part does not stand in the words; its text is the argument
    """
    for part in sorted({each.strip() for each in parts if each.strip()}, key=len, reverse=True):
        if part not in words:
            raise LookupError(part)
        words = words.replace(part, BLACK)
    return words
