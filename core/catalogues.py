"""Compiles the translations when they are newer than what was compiled; the result is not kept in git."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile each ``.po`` file whose ``.mo`` is missing or older, and return those written."""
    written = []
    for source in _outdated(folder):
        target, partial = source.with_suffix(".mo"), source.with_suffix(".mo.partial")
        with source.open("rb") as words:
            catalogue = read_po(words, locale=source.parent.parent.name)
        with partial.open("wb") as compiled:
            write_mo(compiled, catalogue)
        partial.replace(target)
        written.append(target)
    return written


def _outdated(folder: Path) -> Iterator[Path]:
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            yield source
