"""Keeping a picture: every format holds the same figures, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
import struct
from collections.abc import Iterator
from decimal import Decimal

import openpyxl
import pytest
from lxml import etree

from core.charts import Chart, Column, FunnelPoint, cell, files, funnel
from core.charts.chart import Text
from core.charts.tables import table
from core.i18n import using_language

SVG = "{http://www.w3.org/2000/svg}"
POINTS = [FunnelPoint("=Aava & Pojat <Oy>", 40, 0.625), FunnelPoint("Basso Oy", 90, 0.3)]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with using_language("en"):
        yield


@pytest.fixture
def chart() -> Chart:
    return funnel("in-work-3", "In work", POINTS, 0.4, value_name="Share")


def read(chart: Chart) -> list[list[str]]:
    content = files.FORMATS_TO_KEEP["csv"][1](chart).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_there_are_four_formats() -> None:
    assert list(files.FORMATS_TO_KEEP) == ["svg", "png", "csv", "xlsx"]


def test_the_svg_stands_alone(chart: Chart) -> None:
    root = etree.fromstring(files.svg(chart).encode())

    assert root.find(f"{SVG}title").text == "In work"
    assert root.find(f"{SVG}desc").text == chart.finding
    assert "var(" not in root.find(f"{SVG}style").text
    assert not root.xpath("//@style | //@href | //*[local-name()='script']")
    told = {each.text for each in root.iter(f"{SVG}text")}
    assert {shape.text for shape in chart.shapes if isinstance(shape, Text)} == told


def test_every_class_that_is_drawn_has_its_colour_in_the_file(chart: Chart) -> None:
    known = set(re.findall(r"\.([\w-]+) \{", files.style()))
    drawn = {name for shape in chart.shapes for name in shape.css.split()}
    assert drawn <= known
    assert {"range", "gated", "all", "mark", "flow", "flow-2", "node", "node-2", "before", "after", "line"} <= known


def test_the_png_is_a_picture_of_two_pixels_a_unit(chart: Chart) -> None:
    content = files.png(chart)

    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", content[16:24]) == (round(chart.width * 2), round(chart.height * 2))


def test_the_csv_holds_the_table_in_numbers(chart: Chart) -> None:
    head, *rows = read(chart)

    assert head == [column.name for column in chart.table.columns]
    assert rows[0][:3] == ["'=Aava & Pojat <Oy>", "40", "0.625"]
    assert [len(row) for row in rows] == [len(head)] * 2
    for row, cells in zip(rows, chart.table.rows, strict=True):
        assert [cell.share(Decimal(text)).text for text in row[2:5]] == [each.text for each in cells[2:5]]


def test_the_workbook_holds_numbers_and_no_formula(chart: Chart) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(files.xlsx(chart.table))).active
    rows = list(sheet.iter_rows())

    assert [each.value for each in rows[1]][:3] == ["'=Aava & Pojat <Oy>", 40, 0.625]
    assert {each.data_type for row in rows for each in row} == {"s", "n"}
    assert rows[1][2].number_format == "0.0%"


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_can_be_taken_for_a_formula(mark: str) -> None:
    found = table("T", [Column(f"{mark}head")], [[cell.words(f"{mark}1+1")]])
    sheet = openpyxl.load_workbook(io.BytesIO(files.xlsx(found))).active

    assert all(str(row[0].value).startswith("'") for row in sheet.iter_rows())
    assert files.csv_text(found).count(f"'{mark}") == 2


def test_what_is_too_few_is_empty_for_a_machine_and_told_to_people() -> None:
    found = table("T", [Column("Name"), Column("Share", True)], [[cell.words("Aava"), cell.too_few()]])

    assert files.csv_text(found).splitlines()[1] == "Aava;"
    assert found.rows[0][1].text == "Too few to tell"


def test_a_row_has_as_many_cells_as_the_head() -> None:
    with pytest.raises(ValueError, match="not as many cells"):
        table("T", [Column("Name")], [[cell.words("a"), cell.count(1)]])


def test_letters_of_a_file_are_large_enough_for_paper() -> None:
    assert "font-size: 16px" in files.style()
