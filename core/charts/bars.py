"""Bars: a budget against what was spent and reached, municipalities against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.charts import cell
from core.charts.chart import NARROW, Chart, Path, Rect, Scale, Shape, Text, n, shortened
from core.charts.tables import Cell, Column, table

LEFT, RIGHT, TOP = 20.0, 500.0, 10.0
ROW = 74.0


@dataclass(frozen=True)
class BarRow:
    """A row: what the bar shows, the mark it is held against, and more cells for the table.

    ``value`` is None below the gate: then the bar is an empty dashed one.
    """

    name: str
    value: int | Decimal | None
    mark: int | Decimal | None = None
    more: tuple[Cell, ...] = ()


Maker = Callable[..., Cell]


def bars(
    key: str,
    title: str,
    rows: Sequence[BarRow],
    *,
    finding: str,
    caption: str,
    columns: Sequence[Column],
    make: Maker,
    mark_name: str | None = None,
) -> Chart:
    """The picture and its table: name, value, the mark where there is one, and whatever the rows bring.

    :param make: makes the cell of a value: ``cell.money``, ``cell.count``
    :raises ValueError: nothing to draw
    """
    if not rows:
        raise ValueError("bars of nothing")
    most = max([Decimal(1), *(Decimal(each) for row in rows for each in (row.value, row.mark) if each is not None)])
    x = Scale(0, float(most), LEFT, RIGHT)
    shapes: list[Shape] = []
    for place, row in enumerate(rows):
        shapes += _row(row, TOP + ROW * place, x, make)

    def shown(value: int | Decimal | None) -> Cell:
        return cell.too_few() if value is None else make(value)

    def mark(row: BarRow) -> tuple[Cell, ...]:
        if mark_name is None:
            return ()
        return (cell.nothing() if row.mark is None else make(row.mark),)

    return Chart(
        key=key,
        title=title,
        finding=finding,
        caption=caption,
        width=NARROW,
        height=TOP + ROW * len(rows) + 6,
        shapes=tuple(shapes),
        table=table(title, columns, [(cell.words(row.name), shown(row.value), *mark(row), *row.more) for row in rows]),
    )


def _row(row: BarRow, top: float, x: Scale, make: Maker) -> list[Shape]:
    """The name, under it the bar with the mark across it, under that the figures."""
    figure = cell.too_few() if row.value is None else make(row.value)
    text = figure.text if row.mark is None else f"{figure.text} / {make(row.mark).text}"
    shapes: list[Shape] = [
        Text("lbl", LEFT, top + 16, shortened(row.name, RIGHT - LEFT, bold=True)),
        Text("end", RIGHT, top + 56, text),
        Rect("all", LEFT, top + 24, RIGHT - LEFT, 14),
    ]
    if row.value is None:
        return [*shapes[:2], Rect("gated", LEFT + 1, top + 24, RIGHT - LEFT - 2, 14)]
    shapes.append(Rect("node", LEFT, top + 24, round(max(x(float(row.value)) - LEFT, 1.0), 1), 14))
    if row.mark is not None:
        shapes.append(Path("mark", f"M{n(x(float(row.mark)))} {n(top + 20)}v22"))
    return shapes
