"""A picture to keep: SVG, PNG, CSV and XLSX, all of the same object."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path as File
from xml.sax.saxutils import escape, quoteattr

from core.charts.chart import LETTER, Chart, Circle, Path, Rect, Shape, Text, n
from core.charts.tables import Cell, Kind, Table
from core.sheets import guarded

THEME = File(__file__).resolve().parent.parent.parent / "static" / "theme.css"
PIXELS_A_UNIT = 2.0
#: How numbers of a kind look in a spreadsheet.
FORMATS = {Kind.COUNT: "#,##0", Kind.NUMBER: "0.0", Kind.SHARE: "0.0%", Kind.MONEY: "#,##0.00"}


@lru_cache
def style() -> str:
    """The chart rules of the theme with its light colours written out, and letters to be read on paper."""
    css = re.sub(r"/\*.*?\*/", "", THEME.read_text(encoding="utf-8"), flags=re.S)
    tokens = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", css[: css.index('[data-bs-theme="dark"] {')]))
    outside_media = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    rules = re.findall(r"^\.chart ((?:\.[\w-]+|text)) \{([^}]*)\}", outside_media, flags=re.M)
    text = "\n".join(f"{selector} {{{body}}}" for selector, body in rules)
    text = text.replace("font-size: 12px", f"font-size: {LETTER:g}px")
    text = text.replace("var(--sans)", '"Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif')
    return re.sub(r"var\((--[\w-]+)\)", lambda found: tokens[found[1]], text)


def _attributes(shape: Shape) -> Mapping[str, str]:
    match shape:
        case Path():
            return {"d": shape.d}
        case Circle():
            return {"cx": n(shape.x), "cy": n(shape.y), "r": n(shape.r)}
        case Rect():
            return {"x": n(shape.x), "y": n(shape.y), "width": n(shape.width), "height": n(shape.height)}
        case Text():
            return {"x": n(shape.x), "y": n(shape.y)}


def _drawn(shape: Shape) -> str:
    given = {"class": shape.css, **_attributes(shape)} if shape.css else _attributes(shape)
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in given.items())
    return (
        f"<text {attributes}>{escape(shape.text)}</text>" if isinstance(shape, Text) else f"<{shape.tag} {attributes}/>"
    )


def svg(chart: Chart) -> str:
    """The picture as a file of its own: white ground, colours inside, title and finding for who cannot see it."""
    size = f"{n(chart.width)} {n(chart.height)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{n(chart.width)}" '
        f'height="{n(chart.height)}" role="img" aria-labelledby="t d"><title id="t">{escape(chart.title)}</title>'
        f'<desc id="d">{escape(chart.finding)}</desc><style>{escape(style())}</style>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(map(_drawn, chart.shapes))}</svg>'
    )


def png(chart: Chart) -> bytes:
    """The picture in pixels, two a unit, drawn from the SVG; the letters are the compiler's own."""
    return _rendered(svg(chart), n(chart.width), n(chart.height))


@lru_cache(maxsize=64)
def _rendered(drawing: str, width: str, height: str) -> bytes:
    import typst  # heavy: loaded only when somebody asks for pixels

    page = (
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n"
        '#image(bytes(sys.inputs.drawing), format: "svg", width: 100%, height: 100%)'
    )
    made = typst.compile(
        page.encode(),
        format="png",
        ppi=72.0 * PIXELS_A_UNIT,
        sys_inputs={"drawing": drawing},
        ignore_system_fonts=True,
    )
    return bytes(made)


def _for_machine(each: Cell) -> str:
    if each.value is None:
        return ""
    return guarded(each.value) if isinstance(each.value, str) else str(each.value)


def csv_text(table: Table) -> str:
    """The table as our other CSV files: a mark, semicolons, numbers with a point; what is too few is empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded(column.name) for column in table.columns])
    writer.writerows([_for_machine(each) for each in row] for row in table.rows)
    return "\ufeff" + buffer.getvalue()


def xlsx(table: Table) -> bytes:
    """The table as a workbook: numbers are numbers, no cell is a formula or a link."""
    import xlsxwriter  # heavy: loaded only when somebody asks for a workbook

    target = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, {"in_memory": True, **plain}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        for column, (head, width) in enumerate(_heads(table)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, guarded(head), bold)
        for number, row in enumerate(table.rows, start=1):
            for column, each in enumerate(row):
                if isinstance(each.value, int | Decimal):
                    sheet.write_number(number, column, float(each.value), formats[each.kind])
                else:
                    sheet.write_string(number, column, guarded(each.text))
        sheet.freeze_panes(1, 1)
    return target.getvalue()


def _heads(table: Table) -> Iterator[tuple[str, int]]:
    """Each column's head and a width that shows its longest cell."""
    for place, column in enumerate(table.columns):
        longest = max([len(column.name), *(len(row[place].text) for row in table.rows)])
        yield column.name, min(60, longest + 2)


#: Every picture has all of these: ending, media type, maker.
FORMATS_TO_KEEP: dict[str, tuple[str, Callable[[Chart], bytes]]] = {
    "svg": ("image/svg+xml", lambda chart: svg(chart).encode()),
    "png": ("image/png", png),
    "csv": ("text/csv", lambda chart: csv_text(chart.table).encode()),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda chart: xlsx(chart.table),
    ),
}
