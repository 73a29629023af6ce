"""The colours: two dark blocks that agree, and the contrasts that LOOK promises, measured from the sheet itself."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CSS = (ROOT / "static" / "theme.css").read_text(encoding="utf-8")


def block(selector: str) -> dict[str, str]:
    """The declarations of the first rule with this selector."""
    body = CSS[CSS.index(selector) + len(selector) :]
    body = body[body.index("{") + 1 : body.index("}")]
    return {name.strip(): value.strip() for name, value in re.findall(r"([\w-]+):\s*([^;]+);", body)}


LIGHT = block(':root, [data-bs-theme="light"]')
DARK = block('\n[data-bs-theme="dark"]')


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return round((high + 0.05) / (low + 0.05), 1)


def test_following_the_device_is_the_same_dark_as_choosing_it() -> None:
    assert block(":root:not([data-bs-theme])") == DARK


@pytest.mark.parametrize(
    ("front", "back", "light", "dark"),
    [
        ("ink", "snow", 15.2, 14.1), ("ink-2", "well", 6.3, 7.3), ("ink", "paper", 16.6, 15.5),
        ("ink-2", "paper", 7.5, 9.3), ("ink-2", "tint", 6.3, 6.4), ("line", "paper", 1.4, 1.6),
        ("edge", "paper", 4.4, 5.7), ("lake", "paper", 9.0, 9.4), ("on-lake", "lake", 9.0, 8.3),
        ("on-lake", "lake-x", 12.3, 10.9), ("ink", "tint", 13.9, 10.6), ("link", "paper", 7.8, 11.4),
        ("on-bar", "bar", 12.2, 14.9), ("bar-2", "bar", 8.6, 8.8), ("berry", "bar", 5.1, 9.9),
        ("focus", "paper", 5.3, 10.3), ("focus", "well", 4.4, 8.1), ("ok", "ok-bg", 6.4, 8.4),
        ("warn", "warn-bg", 6.9, 9.2), ("stop", "stop-bg", 6.5, 8.0),
    ],
)  # fmt: skip
def test_contrasts_are_as_promised(front: str, back: str, light: float, dark: float) -> None:
    assert contrast(LIGHT[f"--{front}"], LIGHT[f"--{back}"]) == pytest.approx(light, abs=0.11)
    assert contrast(DARK[f"--{front}"], DARK[f"--{back}"]) == pytest.approx(dark, abs=0.11)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_text_has_at_least_four_and_a_half(tokens: dict[str, str]) -> None:
    fronts = ("ink", "ink-2", "link", "stop", "ok", "warn")
    for front in fronts:
        for back in ("paper", "snow"):
            assert contrast(tokens[f"--{front}"], tokens[f"--{back}"]) >= 4.5, (front, back)


def test_the_sheet_knows_no_left_and_right() -> None:
    physical = re.findall(
        r"\b(?:margin|padding|border|inset)-(?:left|right)\b|[{;]\s*(?:left|right)\s*:|text-align:\s*(?:left|right)",
        CSS,
    )
    assert physical == []


def test_only_two_weights() -> None:
    assert set(re.findall(r"font-weight:\s*(\w+)", CSS)) <= {"400", "600", "inherit"}


def test_braces_are_balanced() -> None:
    depth = 0
    for mark in re.findall(r"[{}]", CSS):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0


def test_type_sizes_rise() -> None:
    sizes = [float(size) for size in re.findall(r"--(?:xs|sm|md|lg|xl): (\d*\.?\d+)rem", CSS)]
    assert len(sizes) == 5
    assert all(a < b for a, b in pairwise(sizes))
