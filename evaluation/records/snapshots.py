"""Frozen inputs of a release as columns; kept sealed in the store of files (numpy: jobs and command line only)."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from core.db import new_id
from core.files import service as files
from core.sealing import seal, unseal
from evaluation.method.scoring import Raters, Sums

Array = np.ndarray[Any, np.dtype[Any]]

#: Columns of a snapshot in their order; each row is an episode, in the order of the orders' ids.
ORDER = "order"


@dataclass(frozen=True)
class Lists:
    """What codes stand for: ids as texts in ascending order, municipalities by their letters."""

    suppliers: tuple[str, ...]
    categories: tuple[str, ...]
    people: tuple[str, ...]
    municipalities: tuple[str, ...]

    def plain(self) -> dict[str, tuple[str, ...]]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def read(cls, plain: Mapping[str, list[str]]) -> Lists:
        return cls(**{each.name: tuple(plain[each.name]) for each in fields(cls)})


#: Which list a column's codes belong to.
CODED = {"supplier": "suppliers", "category": "categories", "rater": "people", "municipality": "municipalities"}


@dataclass(frozen=True)
class Snapshot:
    """Episodes as they were known at one moment.

    ``columns`` has ``order`` (n, 2) as two unsigned numbers, everything else (n,) integers; −1 is not known or does
    not apply. Days are counted from 1970-01-01.
    """

    columns: dict[str, Array]
    lists: Lists

    def __len__(self) -> int:
        return len(self.columns[ORDER])

    def digest(self) -> str:
        """SHA-256 of everything the figures are computed from."""
        whole = hashlib.sha256(json.dumps(self.lists.plain(), sort_keys=True).encode())
        for name in sorted(self.columns):
            values = np.ascontiguousarray(self.columns[name])
            whole.update(f"{name} {values.dtype.str} {values.shape}".encode())
            whole.update(values.data)
        return whole.hexdigest()

    def known_as(self, lists: Lists) -> Snapshot:
        """The same episodes under the codes of longer lists."""
        if lists == self.lists:
            return self
        columns = dict(self.columns)
        for column, name in CODED.items():
            places = {each: place for place, each in enumerate(getattr(lists, name))}
            translate = np.array([places[each] for each in getattr(self.lists, name)], dtype=columns[column].dtype)
            codes = columns[column]
            columns[column] = np.where(codes >= 0, translate[codes], codes) if len(translate) else codes
        return Snapshot(columns, lists)

    def where(self, chosen: Array) -> Snapshot:
        """The episodes of a mask."""
        return Snapshot({name: values[chosen] for name, values in self.columns.items()}, self.lists)


def find(order: Array, wanted: Array) -> Array:
    """The places of orders among sorted ones, −1 where they are not there; (k,) of (n, 2) and (k, 2)."""
    left, right = (np.searchsorted(order[:, 0], wanted[:, 0], side) for side in ("left", "right"))
    places = np.full(len(wanted), -1, dtype=np.int64)
    for each in range(len(wanted)):
        run = order[left[each] : right[each], 1]
        hits = np.flatnonzero(run == wanted[each, 1])
        if len(hits):
            places[each] = left[each] + hits[0]
    return places


def as_pairs(ids: list[uuid.UUID]) -> Array:
    """Ids as two unsigned numbers each, (k, 2)."""
    raw = b"".join(each.bytes for each in ids)
    return np.frombuffer(raw, dtype=">u8").reshape(-1, 2).astype(np.uint64)


def merged(base: Snapshot, fresh: Snapshot, touched: list[uuid.UUID]) -> Snapshot:
    """What is known once the touched orders have been read again: changed, new ones added, others gone."""
    lists = Lists(
        fresh.lists.suppliers,
        fresh.lists.categories,
        fresh.lists.people,
        tuple(sorted({*base.lists.municipalities, *fresh.lists.municipalities})),
    )
    base, fresh = base.known_as(lists), fresh.known_as(lists)
    if not len(base):
        return fresh
    old = find(base.columns[ORDER], as_pairs(touched)) if touched else np.empty(0, dtype=np.int64)
    places = find(base.columns[ORDER], fresh.columns[ORDER])
    stays = places >= 0
    gone = np.setdiff1d(old[old >= 0], places[stays])
    columns = {name: values.copy() for name, values in base.columns.items()}
    for name, values in fresh.columns.items():
        columns[name][places[stays]] = values[stays]
    if len(gone) or not stays.all():
        order = np.concatenate([np.delete(columns[ORDER], gone, axis=0), fresh.columns[ORDER][~stays]])
        sorting = np.lexsort((order[:, 1], order[:, 0]))
        for name in columns:
            whole = np.concatenate([np.delete(columns[name], gone, axis=0), fresh.columns[name][~stays]])
            columns[name] = whole[sorting]
    return Snapshot(columns, lists)


@dataclass(frozen=True)
class Delta:
    """What changed since a snapshot was taken: the orders read again, and what is known of those that still count."""

    fresh: Snapshot
    touched: tuple[uuid.UUID, ...]

    def then(self, later: Delta) -> Delta:
        """Both one after the other."""
        return Delta(
            merged(self.fresh, later.fresh, list(later.touched)), tuple(sorted({*self.touched, *later.touched}))
        )


# ---- the store ----


def _put(arrays: Mapping[str, Array]) -> str:
    whole = io.BytesIO()
    np.savez(whole, allow_pickle=False, **arrays)
    key_id = new_id()
    return f"{key_id} {files.put(key_id, seal(whole.getvalue(), _purpose(key_id)))}"


def _get(kept: str) -> dict[str, Array]:
    key_id, key = kept.split(" ")
    with np.load(io.BytesIO(unseal(files.get(key), _purpose(uuid.UUID(key_id)))), allow_pickle=False) as whole:
        return {name: whole[name] for name in whole.files}


def _purpose(key_id: uuid.UUID) -> str:
    return f"release-inputs/{key_id}"


def forget(kept: str | None) -> None:
    """Delete what was kept, by a job that survives a crash."""
    if kept:
        files.destroy_key(kept.split(" ")[1])


def keep(snapshot: Snapshot) -> str:
    """Store a snapshot, sealed; returns where it is (``read``)."""
    return _put({"lists": np.array(json.dumps(snapshot.lists.plain())), **snapshot.columns})


def _snapshot(arrays: dict[str, Array]) -> Snapshot:
    return Snapshot(arrays, Lists.read(json.loads(str(arrays.pop("lists")))))


def read(kept: str) -> Snapshot:
    """A stored snapshot.

    :raises core.sealing.CannotOpen: it was changed
    """
    return _snapshot(_get(kept))


def keep_delta(delta: Delta) -> str:
    """Store a delta, sealed."""
    lists = np.array(json.dumps(delta.fresh.lists.plain()))
    return _put({"touched": as_pairs(list(delta.touched)), "lists": lists, **delta.fresh.columns})


def read_delta(kept: str) -> Delta:
    """A stored delta."""
    arrays = _get(kept)
    raw = arrays.pop("touched").astype(">u8").tobytes()
    touched = tuple(uuid.UUID(bytes=raw[at : at + 16]) for at in range(0, len(raw), 16))
    return Delta(_snapshot(arrays), touched)


@dataclass(frozen=True)
class KeptSums:
    """The sums of a snapshot: of which day, under which suppliers' codes, and the digest of the snapshot."""

    sums: Sums
    raters: Raters
    known_on: date
    suppliers: tuple[str, ...]
    people: tuple[str, ...]
    digest: str

    def sums_as(self, suppliers: tuple[str, ...]) -> Sums:
        """The sums under the codes of a longer list."""
        if suppliers == self.suppliers:
            return self.sums
        return replace(self.sums, supplier=_places(self.suppliers, suppliers)[self.sums.supplier])

    def raters_as(self, people: tuple[str, ...]) -> Raters:
        """The raters under the codes of a longer list."""
        if people == self.people or not len(self.raters.count):
            return self.raters
        places = _places(self.people, people)[: len(self.raters.count)]
        total, count = (np.zeros(len(people), dtype=np.int64) for _ in range(2))
        total[places], count[places] = self.raters.total, self.raters.count
        return Raters(total, count)


def _places(names: tuple[str, ...], longer: tuple[str, ...]) -> Array:
    places = {each: place for place, each in enumerate(longer)}
    return np.array([places[each] for each in names], dtype=np.int32)


def keep_sums(kept: KeptSums) -> str:
    """Store sums, sealed."""
    about = {
        "known_on": kept.known_on.isoformat(),
        "suppliers": kept.suppliers,
        "people": kept.people,
        "digest": kept.digest,
        "comparable": list(kept.sums.comparable),
    }
    arrays = {name: getattr(kept.sums, name) for name in ("supplier", "category", "values", "has_outcome")}
    raters = {"total": kept.raters.total, "count": kept.raters.count}
    return _put({"about": np.array(json.dumps(about)), **arrays, **raters})


def read_sums(kept: str) -> KeptSums:
    """Stored sums."""
    arrays = _get(kept)
    about = json.loads(str(arrays.pop("about")))
    raters = Raters(arrays.pop("total"), arrays.pop("count"))
    return KeptSums(
        Sums(**arrays, comparable=tuple(about["comparable"])),
        raters,
        date.fromisoformat(about["known_on"]),
        tuple(about["suppliers"]),
        tuple(about["people"]),
        about["digest"],
    )
