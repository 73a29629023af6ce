"""Names of the arrays that the method works with, and the one division that needs no warning."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]


def floats(values: ArrayLike) -> Floats:
    """The values as an array of float64."""
    return np.asarray(values, dtype=np.float64)


def ratio(above: ArrayLike, below: ArrayLike, otherwise: ArrayLike = 0.0) -> Floats:
    """``above / below``, and ``otherwise`` where nothing can be divided by."""
    above, below = floats(above), floats(below)
    divisible = below != 0
    return np.where(divisible, above / np.where(divisible, below, 1.0), otherwise)
