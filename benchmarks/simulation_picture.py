"""The picture of ``simulation.py``: four panels in one SVG, drawn by hand, readable without colour."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from simulation import Found

WIDTH, HEIGHT = 1120, 880
STYLE = """
text{font:15px sans-serif;fill:#1d2a30}.h{font-size:19px;font-weight:bold}.t{font-size:25px;font-weight:bold}
.s{fill:#4a5a62}.e{text-anchor:end}.m{text-anchor:middle}.axis{stroke:#8a979d}.grid{stroke:#e3e8ea}
.dot{fill:#9aa7ad}.span{stroke:#b9c3c8;stroke-width:2}.mark{fill:#0b5d7a}.markline{stroke:#0b5d7a;stroke-width:3}
.skim{fill:#a8480f}.skimline{stroke:#a8480f;stroke-width:3}.target{stroke:#1d2a30;stroke-dasharray:6 4}
.band{fill:#dcebf0}.strong{font-weight:bold}.better{fill:#0b5d7a;font-weight:bold}.skimmer{fill:#a8480f;font-weight:bold}
"""
GIVEN = (
    "58 providers are equally good. One is truly better and takes the hardest customers (diamond).",
    "One is as good as the others and takes the easiest: it skims (square). Panels 1 and 2 show one drawn year.",
)


def words(x: float, y: float, text: str, kind: str = "") -> str:
    """A line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def diamond(x: float, y: float, kind: str, size: float = 8) -> str:
    """A mark that is told from a dot without colour."""
    points = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
    return f'<polygon points="{points}" class="{kind}"/>'


def square(x: float, y: float, kind: str, size: float = 13) -> str:
    """Another one."""
    half = size / 2
    return f'<rect x="{x - half:.1f}" y="{y - half:.1f}" width="{size}" height="{size}" class="{kind}"/>'


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """From values to places."""
    return lambda value: start + (value - low) / (high - low) * (end - start)


def providers(found: Found, left: float, top: float, *, adjusted: bool) -> list[str]:
    """One drawn year: each provider's result against how easy its customers are."""
    assert found.example is not None
    world, results = found.example
    outcome = results.outcome
    average = 100 * float(results.categories.outcome.average[0, 0])
    middle = average + 100 * outcome.m[:, 0] if adjusted else 100 * outcome.value[:, 0]
    low = average + 100 * outcome.effect_low[:, 0] if adjusted else 100 * outcome.low[:, 0]
    high = average + 100 * outcome.effect_high[:, 0] if adjusted else 100 * outcome.high[:, 0]
    ease = 100 * world.ease
    across = scale(np.floor(ease.min() / 5) * 5 - 2, np.ceil(ease.max() / 5) * 5 + 2, left + 45, left + 500)
    up = scale(0, 80, top + 270, top + 40)
    title = "2. After case-mix adjustment, with 95 % intervals" if adjusted else "1. Raw results: customers with a job"
    drawn = [words(left, top + 8, title, "h")]
    for tick in (0, 20, 40, 60, 80):
        drawn += [
            line(left + 45, up(tick), left + 500, up(tick), "grid"),
            words(left + 38, up(tick) + 5, f"{tick} %", "s e"),
        ]
    drawn.append(line(left + 45, up(average), left + 500, up(average), "target"))
    for row in range(2, ease.size):
        drawn.append(line(across(ease[row]), up(low[row]), across(ease[row]), up(high[row]), "span"))
    for row in range(2, ease.size):
        drawn.append(f'<circle cx="{across(ease[row]):.1f}" cy="{up(middle[row]):.1f}" r="4.5" class="dot"/>')
    for row, kind, shape in ((0, "mark", diamond), (1, "skim", square)):
        drawn += [
            line(across(ease[row]), up(low[row]), across(ease[row]), up(high[row]), f"{kind}line"),
            shape(across(ease[row]), up(middle[row]), kind),
        ]
    above = up(high[0]) - 10
    drawn += [
        words(across(ease[0]) - 8, above, "truly better", "better"),
        words(across(ease[1]) + 8, up(high[1]) - 10, "skims", "skimmer e"),
        words(left + 45, top + 292, "← hard customers", "s"),
        words(left + 500, top + 292, "easy customers →", "s e"),
    ]
    return drawn


def ranks(found: Found, left: float, top: float, repetitions: int) -> list[str]:
    """Where the two stood in all repetitions."""
    along = scale(1, 60, left + 190, left + 490)
    drawn = [words(left, top + 8, f"3. Place among 60 in {repetitions} drawn years", "h")]
    for tick in (1, 15, 30, 45, 60):
        drawn += [
            line(along(tick), top + 30, along(tick), top + 235, "grid"),
            words(along(tick), top + 255, str(tick), "s m"),
        ]
    drawn += [words(along(1), top + 277, "first", "s m"), words(along(60), top + 277, "last", "s m")]
    rows = [
        ("truly better, raw", [b[0] for b in found.better], "mark", diamond),
        ("truly better, adjusted", [b[1] for b in found.better], "mark", diamond),
        ("skims, raw", [s[0] for s in found.skimmer], "skim", square),
        ("skims, adjusted", [s[1] for s in found.skimmer], "skim", square),
    ]
    for at, (name, places, kind, shape) in enumerate(rows):
        y = top + 58 + 52 * at
        low, middle, high = np.quantile(places, [0.05, 0.5, 0.95])
        drawn += [
            words(left + 175, y + 5, name, "e"),
            line(along(low), y, along(high), y, f"{kind}line"),
            shape(along(middle), y, kind),
        ]
    drawn.append(words(left, top + 304, "Mark: the middle place. Line: nine of ten years.", "s"))
    return drawn


def figures(found: Found, left: float, top: float) -> list[str]:
    """Coverage and false alarms against what they should be."""
    along = scale(0.88, 1.0, left + 190, left + 490)
    drawn = [words(left, top + 8, "4. How often the intervals hold the truth", "h")]
    start, wide = along(0.93), along(0.97) - along(0.93)
    drawn.append(f'<rect x="{start:.1f}" y="{top + 30}" width="{wide:.1f}" height="130" class="band"/>')
    for tick in (0.88, 0.90, 0.93, 0.95, 0.97, 1.0):
        drawn += [
            line(along(tick), top + 30, along(tick), top + 160, "target" if tick == 0.95 else "grid"),
            words(along(tick), top + 180, f"{100 * tick:.0f} %", "s m"),
        ]
    rows = [("all providers", found.coverage)]
    rows += [(f"{low}–{high} customers", covered) for low, high, covered in found.coverage_by_size()]
    for at, (name, covered) in enumerate(rows):
        y = top + 46 + 32 * at
        drawn += [words(left + 175, y + 5, name, "e strong" if at == 0 else "e"), diamond(along(covered), y, "mark", 7)]
        drawn.append(words(along(0.997), y + 5, f"{100 * covered:.1f} %", "e"))
    drawn += [
        words(left, top + 222, "False alarms of the funnel when all are equally good", "h"),
        words(left, top + 250, f"outside the 95 % lines: {100 * found.false_alarms(0):.2f} % (should be 5 %)"),
        words(left, top + 275, f"outside the 99.8 % lines: {100 * found.false_alarms(1):.2f} % (should be 0.2 %)"),
        words(left, top + 304, "Shaded: 93–97 %, what is asked. Dashed: 95 %.", "s"),
    ]
    return drawn


def draw(found: Found, repetitions: int) -> str:
    """The whole picture."""
    raw, adjusted = (100 * found.skimmer_over_better(kind) for kind in (0, 1))
    told = (
        "Simulated providers of known quality. Raw results put the provider who takes the easiest customers before the "
        f"truly better one who takes the hardest in {raw:.0f} % of years; adjusted ones in {adjusted:.1f} %. "
        f"The 95 % intervals hold the truth in {100 * found.coverage:.1f} % of cases."
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        f'<title id="t">Is the comparison fair? A trial with a known truth</title><desc id="d">{escape(told)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        words(40, 48, "Is the comparison fair? A trial with a known truth", "t"),
        words(40, 78, GIVEN[0], "s"),
        words(40, 100, GIVEN[1], "s"),
        *providers(found, 40, 150, adjusted=False),
        *providers(found, 590, 150, adjusted=True),
        line(40, 486, 1080, 486, "grid"),
        *ranks(found, 40, 530, repetitions),
        *figures(found, 590, 530),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
