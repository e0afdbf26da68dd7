"""A workbook that is laid out over a whole world of cells costs a child, never the process that asked for it."""

from __future__ import annotations

import importlib.util
import io
import os
import zipfile

import pytest

from rectify.rules.sheets import MAX_ROWS, read_sheet
from rectify.rules.workbook import MAX_COLUMNS
from rectify.terms.errors import Faulty

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("python_calamine") is None and not os.environ.get("CI"), reason="needs the xlsx extra"
)
_OFFICE = "http://schemas.openxmlformats.org"
_TYPES = (
    f'<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    f'<workbook xmlns="{_OFFICE}/spreadsheetml/2006/main" xmlns:r="{_OFFICE}/officeDocument/2006/relationships">'
    '<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEETS = (
    f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def workbook(*cells: tuple[str, str]) -> bytes:
    """A workbook with these cells, as (place, text), each in a row element of its own."""
    rows = "".join(
        f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for place, text in cells
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _ROOT,
            "xl/workbook.xml": _BOOK,
            "xl/_rels/workbook.xml.rels": _SHEETS,
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_OFFICE}/spreadsheetml/2006/main">'
            f"<sheetData>{rows}</sheetData></worksheet>",
        }.items():
            packed.writestr(name, f'<?xml version="1.0"?>{text}')
    return file.getvalue()


def terms(*cells: tuple[str, str]) -> list[str]:
    return [row.cells["term"] for row in read_sheet(workbook(*cells), "w.xlsx", ["term"], ["term"]).rows]


def test_a_workbook_is_read():
    assert terms(("A1", "term"), ("A2", "梯子"), ("A4", "ladder")) == ["梯子", "ladder"]


def test_what_is_left_empty_above_and_beside_counts():
    sheet = read_sheet(workbook(("B3", "term"), ("B4", "ladder")), "w.xlsx", ["term"], ["term"])
    assert [(row.cells["term"], row.place.line) for row in sheet.rows] == [("ladder", 4)]


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD2", "A100200", "ZZ9000"])
def test_one_cell_far_out_is_told_and_ends_nothing(place):
    with pytest.raises(Faulty) as caught:
        terms(("A1", "term"), ("A2", "ladder"), (place, "x"))
    (fault,) = caught.value.faults
    assert "the sheet " in fault.text
    assert "delete the empty rows and columns" in fault.remedy


def test_as_many_rows_as_are_read_may_stand_there():
    assert terms(("A1", "term"), (f"A{MAX_ROWS + 1}", "ladder")) == ["ladder"]
    with pytest.raises(Faulty, match=f"at most .* {MAX_COLUMNS} columns"):
        terms(("A1", "term"), ("GS2", "x"))  # column 201


def test_an_empty_sheet_has_no_rows():
    assert terms() == []
