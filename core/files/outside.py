"""Small documents that must survive outside the database: the signed checkpoints of the audit chain."""

from __future__ import annotations

from collections.abc import Iterator

from core.files.store import filesystem


def write(name: str, content: bytes) -> None:
    """Write one document; an earlier one of that name is replaced."""
    place, root = filesystem()
    path = f"{root}/{name}"
    place.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    place.pipe_file(path, content)


def read_all(folder: str) -> Iterator[bytes]:
    """Every document of a folder, in the order of their names."""
    place, root = filesystem()
    path = f"{root}/{folder}"
    if place.exists(path):
        for name in sorted(place.ls(path, detail=False)):
            yield place.cat_file(name)
