"""What a tender says, as one JSON value: the shape that is drafted, checked, sealed, opened and scored.

``TenderContent`` = ``{"lots": {lot code: {"prices": {line code: "12.50"}, "answers": {criterion code: str}}},
"files": [{"id": str, "name": str, "media_type": str, "size": int, "sha256": str, "key": str, "is_secret": bool}],
"secrets": {"answer:LOT:CRITERION": "why it is a business secret", "file:ID": "…"}, "note": str, "salt": str}``.
Prices are texts of euros without VAT with two decimals; a lot that is not there is not tendered for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dps.competitions.models import CompetitionLot

TenderContent = dict[str, Any]

CENT = Decimal("0.01")


def empty() -> TenderContent:
    """A tender that says nothing yet; its salt keeps the hash of a short tender from being guessed."""
    salt = base64.b64encode(secrets.token_bytes(16)).decode()
    return {"lots": {}, "files": [], "secrets": {}, "note": "", "salt": salt}


def as_bytes(content: TenderContent) -> bytes:
    """The canonical form: what is hashed and sealed."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: TenderContent) -> str:
    """The hash a receipt names."""
    return hashlib.sha256(as_bytes(content)).hexdigest()


def price_of(content: TenderContent, lot: CompetitionLot, line_code: str) -> Decimal | None:
    """The tendered price of a line; the authority's own where it is fixed (R43)."""
    line = next(each for each in lot.lines if each.code == line_code)
    if line.fixed_price is not None:
        return line.fixed_price
    words = content["lots"].get(lot.code, {}).get("prices", {}).get(line_code, "")
    return Decimal(words) if words else None


def total_of(content: TenderContent, lot: CompetitionLot) -> Decimal | None:
    """The price compared: each line's price times its quantity, rounded half up to the cent, then added.

    ``None`` where the tender does not cover the lot or a price is missing.
    """
    if lot.code not in content["lots"]:
        return None
    total = Decimal(0)
    for line in lot.lines:
        price = price_of(content, lot, line.code)
        if price is None:
            return None
        total += (price * line.quantity).quantize(CENT, ROUND_HALF_UP)
    return total
