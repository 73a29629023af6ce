"""The catalogues: gather the texts, merge them into the ``.po`` files, tell what is not yet translated.

``python -m core.i18n_catalogues update|missing|compile``. Files are sorted and carry no line numbers, dates or
fuzzy entries, so that a change of text is the only thing a diff shows. English is the source and has no files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from core.i18n import CUSTOMER_LANGUAGES, LANGUAGES, SOURCE_LANGUAGE, TRANSLATIONS

ROOT = TRANSLATIONS.parent
#: What is searched; tests and tools speak to nobody.
SEARCHED = ("core", "suppliers", "dps", "orders", "evaluation", "demo", "templates")

DOMAIN_LANGUAGES = {
    "messages": tuple(code for code in LANGUAGES if code != SOURCE_LANGUAGE),
    "customer": tuple(code for code in CUSTOMER_LANGUAGES if code != SOURCE_LANGUAGE),
}
_ONE: None = None
KEYWORDS: dict[str, dict[str, tuple[int, ...] | None]] = {
    "messages": {
        **dict.fromkeys(("_", "gettext", "_l", "lazy_gettext"), _ONE),
        **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
    },
    "customer": {
        **dict.fromkeys(("_c", "cgettext", "customer_gettext", "lazy_cgettext"), _ONE),
        "cngettext": (1, 2),
    },
}
#: The agreed customer phrases (LANGUAGE.md §6) stay although no page uses them yet.
KEEPS_UNUSED = frozenset({"customer"})

PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]")
MsgId = str | tuple[str, ...]


def po_path(domain: str, code: str) -> Path:
    """``translations/fi/LC_MESSAGES/messages.po``."""
    return TRANSLATIONS / code / "LC_MESSAGES" / f"{domain}.po"


def _mapping() -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, "babel.cfg")  # type: ignore[no-untyped-call]
    return list(methods), dict(options)


def extract(domain: str) -> Catalog:
    """Every text of a domain in the code and the templates."""
    methods, options = _mapping()
    catalog = Catalog(domain=domain)
    for name in SEARCHED:
        if not (ROOT / name).is_dir():
            continue
        found = extract_from_dir(
            str(ROOT),
            [(f"{name}/{_inside(pattern, name)}", method) for pattern, method in methods],
            {f"{name}/{_inside(pattern, name)}": value for pattern, value in options.items()},
            KEYWORDS[domain],
            directory_filter=partial(_is_within, name),
        )
        for _path, _line, message, _comments, _context in found:
            if message:
                catalog.add(message)
    return catalog


def _inside(pattern: str, name: str) -> str:
    """A pattern of ``babel.cfg`` as seen from a searched folder."""
    return pattern.removeprefix("**/templates/") if name == "templates" else pattern


def _is_within(name: str, path: str) -> bool:
    relative = Path(path).relative_to(ROOT).parts
    return not relative or relative[0] == name


def load(domain: str, code: str) -> Catalog:
    """The catalogue of a language; an empty one if there is no file yet."""
    path = po_path(domain, code)
    if not path.exists():
        return Catalog(locale=code, domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale=code, domain=domain)


def render(catalog: Catalog, code: str) -> bytes:
    """A ``.po`` file: a bare header, then the entries in order."""
    body = BytesIO()
    write_po(body, catalog, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {code}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {get_plural(code)}\\n"\n\n'
    )
    return header.encode() + body.getvalue().strip() + b"\n"


def entries(catalog: Catalog) -> dict[MsgId, Message]:
    """The texts of a catalogue by their English, without the header."""
    return {_key(message): message for message in catalog if message.id}


def _key(message: Message) -> MsgId:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    """The translation, or its plural forms; an empty one for what is not there."""
    text = message.string
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def expected(domain: str) -> dict[MsgId, Message]:
    """The texts a catalogue must have: those in use, and for customers the agreed phrases as well."""
    wanted = entries(extract(domain))
    if domain in KEEPS_UNUSED:
        for code in DOMAIN_LANGUAGES[domain]:
            wanted = {**entries(load(domain, code)), **wanted}
    return wanted


def merged(domain: str, code: str, wanted: dict[MsgId, Message]) -> Catalog:
    """The translations there are, in the form the texts now have; new ones empty, unused ones gone."""
    old = load(domain, code)
    new = Catalog(locale=code, domain=domain)
    for msgid in wanted:
        known = old.get(msgid if isinstance(msgid, str) else msgid[0])
        same_form = known is not None and isinstance(known.id, str) == isinstance(msgid, str)
        translation = known.string if known is not None and same_form and not known.fuzzy else None
        if translation is None:
            translation = "" if isinstance(msgid, str) else ("",) * new.num_plurals
        new.add(msgid, translation)
    return new


def update() -> list[Path]:
    """Bring every ``.po`` file up to the texts in use; returns the files that changed."""
    changed = []
    for domain, codes in DOMAIN_LANGUAGES.items():
        wanted = expected(domain)
        for code in codes:
            path = po_path(domain, code)
            text = render(merged(domain, code, wanted), code)
            if not path.exists() or path.read_bytes() != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
                changed.append(path)
    return changed


def missing(domain: str) -> list[tuple[str, str]]:
    """What is not translated, is marked fuzzy, or has other placeholders: ``[("sv", "Save draft")]``."""
    wanted = expected(domain)
    faults = []
    for code in DOMAIN_LANGUAGES[domain]:
        catalog = load(domain, code)
        known = entries(catalog)
        for msgid in wanted:
            if not _is_sound(known.get(msgid), catalog.num_plurals):
                faults.append((code, msgid if isinstance(msgid, str) else msgid[0]))
    return sorted(faults)


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _is_sound(message: Message | None, forms: int) -> bool:
    """Translated in every form; a plural form may leave out the number (``one application``), no other value."""
    if message is None or message.fuzzy:
        return False
    texts, key = _forms(message), _key(message)
    if isinstance(key, str):
        return all(texts) and _placeholders(key) == _placeholders(texts[0])
    if len(texts) != forms or not all(texts):
        return False
    wanted = _placeholders(key[1])
    fits = (wanted - {"num"} <= _placeholders(text) <= wanted for text in texts)
    return _placeholders(texts[-1]) == wanted and all(fits)


def compile_all() -> list[Path]:
    """Write a ``.mo`` beside every ``.po``; returns them."""
    written = []
    for domain, code in _files():
        path = po_path(domain, code).with_suffix(".mo")
        with path.open("wb") as file:
            write_mo(file, load(domain, code))
        written.append(path)
    return written


def _files() -> Iterator[tuple[str, str]]:
    for domain, codes in DOMAIN_LANGUAGES.items():
        yield from ((domain, code) for code in codes if po_path(domain, code).exists())


def main(arguments: list[str]) -> int:
    """Run one command; non-zero when a text is missing."""
    match arguments:
        case ["update"]:
            for path in update():
                print(path.relative_to(ROOT))
            return 0
        case ["missing"]:
            faults = [(domain, *fault) for domain in DOMAIN_LANGUAGES for fault in missing(domain)]
            for domain, code, text in faults:
                print(f"{domain} {code}: {text}")
            print(f"{len(faults)} texts to translate." if faults else "Every text is translated.")
            return 1 if faults else 0
        case ["compile"]:
            print(f"{len(compile_all())} catalogues compiled.")
            return 0
        case _:
            print("Usage: python -m core.i18n_catalogues update|missing|compile", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
