"""What no free text may contain: a Finnish personal identity code (I8), or characters a text cannot hold."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from marshmallow import ValidationError as SchemaError
from stdnum.fi import hetu
from wtforms import ValidationError

from core.i18n import lazy_gettext as _l

#: Date, century sign (also those of 2023), individual number, check character; found anywhere in a text.
_CANDIDATE = re.compile(r"(?<![0-9])[0-9]{6}\s{0,3}[-+A-FU-Ya-fu-y]\s{0,3}[0-9]{3}\s{0,3}[0-9A-Za-z](?![0-9])")

MESSAGE = _l(
    "The text seems to contain a personal identity code. Remove it and send again. We did not save the message."
)


#: Cyrillic and Greek capitals that look like Latin ones: the keyboards of many customers have these.
_LOOK_ALIKE = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u0420\u0421\u0422\u0423\u0425"
    "\u0391\u0392\u0395\u039a\u039c\u039d\u03a1\u03a4\u03a5\u03a7",
    "ABEKMHPCTYXABEKMHPTYX",
)


def _plain(text: str) -> str:
    """The text with digits of every script and wide or look-alike letters made plain, every dash a hyphen, and without
    characters that nobody sees."""
    found = []
    for character in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(character)
        if kind == "Nd":
            found.append(str(unicodedata.decimal(character)))
        elif kind == "Pd" or character == "\u2212":
            found.append("-")
        elif kind not in ("Cf", "Mn"):
            found.append(character)
    return "".join(found).upper().translate(_LOOK_ALIKE)


def contains_identity_code(text: str) -> bool:
    """Whether a valid Finnish personal identity code stands somewhere in the text, also a disguised one."""
    plain = text if text.isascii() else _plain(text)
    return any(hetu.is_valid(re.sub(r"\s", "", found).upper()) for found in _CANDIDATE.findall(plain))


def no_identity_code(form: Any, field: Any) -> None:
    """WTForms validator of every free text."""
    if field.data and contains_identity_code(field.data):
        raise ValidationError(MESSAGE)


def no_identity_code_in(value: str) -> None:
    """Marshmallow validator of every free text."""
    if contains_identity_code(value):
        raise SchemaError(str(MESSAGE))


def no_nul(form: Any, field: Any) -> None:
    """A NUL byte cannot be stored as text."""
    if isinstance(field.data, str) and "\x00" in field.data:
        raise ValidationError(_l("The text contains a character that cannot be stored."))
