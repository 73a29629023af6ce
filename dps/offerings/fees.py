"""The service is free for the customer (R97): words that would charge them are refused. Pure but for the refusal."""

from __future__ import annotations

import re

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l

#: The customer beside paying, in one sentence, in Finnish, Swedish and English.
_CHARGE = re.compile(
    r"(asiak(as|kaa)|osallistuj)\w*[^.!?\n]{0,60}\b(maksaa|maksavat|maksu|maksun|omavastuu\w*|veloit\w*|laskut\w*)\b"
    r"|\b(veloit\w*|laskut\w*|peri\w*)\b[^.!?\n]{0,60}(asiak(as|kaa)|osallistuj)\w*"
    r"|\b(osallistumismaksu|asiakasmaksu|omavastuuosuu)\w*"
    r"|\b(kund|deltagar)\w*[^.!?\n]{0,60}\b(betalar|avgift\w*|debiteras|faktureras)\b"
    r"|\b(kundavgift|deltagaravgift|deltagaravgiften)\w*"
    r"|\b(customer|participant)s?\b[^.!?\n]{0,60}\b(pays|must pay|fees?|charged|invoiced|deductible)\b"
    r"|\b(participation|customer) fees?\b",
    re.IGNORECASE,
)
#: The same words where the sentence says that nothing is paid.
_FREE = re.compile(
    r"\b(maksuton|maksutonta|maksutta|ilmai\w*|ei|eivät|inte|inget|ingenting|ingen|inga|gratis|avgiftsfri\w*"
    r"|kostnadsfri\w*|free|no|not|nothing|never)\b",
    re.IGNORECASE,
)


def charges_customer(text: str) -> bool:
    """Whether a sentence would make the customer pay."""
    sentences = re.split(r"(?<=[.!?])\s+|\n", text)
    return any(_CHARGE.search(each) and not _FREE.search(each) for each in sentences)


def refuse_customer_fee(text: str, field: str) -> None:
    """:raises RuleBroken: the text would make the customer pay (R97)"""
    if charges_customer(text):
        raise RuleBroken(
            _l("The service is free for the customer. No fee may be asked of them."),
            rule="R97",
            field=field,
            next_step=_l("Leave the fee out. Everything is paid by the city at the price of the order."),
        )
