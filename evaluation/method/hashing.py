"""Folds that stay: a customer's fold follows from the customer's number and a salt, in every release alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def scattered(values: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    """SplitMix64 of the value and the salt."""
    x = values + np.uint64((salt * 0x9E3779B97F4A7C15) % 2**64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def folds_of(customers: NDArray[np.uint64], folds: int, salt: int) -> NDArray[np.intp]:
    """The fold of each customer: 0 to folds − 1."""
    return (scattered(customers, salt) % np.uint64(folds)).astype(np.intp)


def sample_of(customers: NDArray[np.uint64], most: int, salt: int) -> NDArray[np.bool_]:
    """The rows of about ``most`` (never more) whose customers the salt has drawn: whole customers."""
    drawn = scattered(customers, ~salt % 2**64)
    if drawn.size <= most:
        return np.ones(drawn.shape, dtype=bool)
    return drawn < np.partition(drawn, most)[most]
