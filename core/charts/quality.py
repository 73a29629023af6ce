"""The quality number and a share, each with its interval, on a fixed scale (LOOK.md ``.qp``)."""

from __future__ import annotations

from dataclasses import dataclass

#: The quality number's scale is the same for all, so that pictures can be compared.
INDEX_SCALE = (20.0, 80.0)
INDEX_EXPECTED = 50.0
SHARE_SCALE = (0.0, 1.0)

WIDTH, HEIGHT = 200, 22
TOP, BOTTOM = 5.0, 17.0
ROUND = 6.0


@dataclass(frozen=True, kw_only=True)
class QualityPicture:
    """An interval and its estimate on a fixed scale; without them the picture is the dashed empty bar."""

    #: Outline of the interval as an SVG path, or None when there is too little data.
    bar: str | None
    dot: float | None
    mid: float | None
    width: int = WIDTH
    height: int = HEIGHT


def position(value: float, scale: tuple[float, float]) -> float:
    """Where a value stands on the drawing: 57 on 20–80 → 123.3; beyond the ends it stays at the end."""
    low, high = scale
    share = (value - low) / (high - low)
    return round(WIDTH * max(0.0, min(1.0, share)), 1)


def quality_picture(
    estimate: float | None = None, low: float | None = None, high: float | None = None
) -> QualityPicture:
    """The quality number with its 95 % interval; all three or none (an estimate never stands alone)."""
    return _picture(estimate, low, high, INDEX_SCALE, position(INDEX_EXPECTED, INDEX_SCALE))


def share_picture(
    share: float | None = None, low: float | None = None, high: float | None = None, *, expected: float | None = None
) -> QualityPicture:
    """A share of 0–1 with its interval on a scale of 0–100 %; ``expected`` draws the dashed line."""
    mid = None if expected is None else position(expected, SHARE_SCALE)
    return _picture(share, low, high, SHARE_SCALE, mid)


def _picture(
    estimate: float | None, low: float | None, high: float | None, scale: tuple[float, float], mid: float | None
) -> QualityPicture:
    if estimate is None and low is None and high is None:
        return QualityPicture(bar=None, dot=None, mid=mid)
    if estimate is None or low is None or high is None:
        raise ValueError("An estimate is drawn with both ends of its interval, or not at all.")
    if not low <= estimate <= high:
        raise ValueError(f"The estimate {estimate} is outside its interval {low}–{high}.")
    bar = outline(position(low, scale), position(high, scale), cut_start=low < scale[0], cut_end=high > scale[1])
    dot = max(ROUND, min(WIDTH - ROUND, position(estimate, scale)))
    return QualityPicture(bar=bar, dot=round(dot, 1), mid=mid)


def outline(start: float, end: float, *, cut_start: bool = False, cut_end: bool = False) -> str:
    """A bar with round ends; an end that goes beyond the scale is cut flat."""
    end = max(end, start + 1)
    ends = (not cut_start) + (not cut_end)
    radius = round(min(ROUND, (end - start) / ends), 1) if ends else 0.0
    height = BOTTOM - TOP
    right = (
        f"H{_n(end)}v{_n(height)}"
        if cut_end
        else (f"H{_n(end - radius)}a{_n(radius)} {_n(ROUND)} 0 0 1 0 {_n(height)}")
    )
    left = f"H{_n(start)}z" if cut_start else (f"H{_n(start + radius)}a{_n(radius)} {_n(ROUND)} 0 0 1 0 {_n(-height)}z")
    begin = start if cut_start else start + radius
    return f"M{_n(begin)} {_n(TOP)}{right}{left}"


def _n(value: float) -> str:
    """``6.0`` → ``6``, ``123.34`` → ``123.3``."""
    return f"{round(value, 1):g}"
