"""Spreadsheets as clerks save them: CSV in whatever encoding, or XLSX; rows of named cells with their places."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rectify.documents import shown
from rectify.documents.nodes import UNPRINTABLE
from rectify.rules.workbook import workbook_rows
from rectify.terms.errors import Fault, Faulty, Place, nearest

MAX_BYTES, MAX_UNPACKED, MAX_ROWS, MAX_CELL = 8_388_608, 67_108_864, 100_000, 4_000
MAX_LINES = MAX_ROWS + 100  # of a workbook: what stands above its rows, too
_DELIMITERS = (",", ";", "\t")
# Lead bytes of the commonest characters: level 1 of GB 2312, "frequently used" of Big5.
_COMMON = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
_SAID = {"gb18030": "GBK / GB 18030", "big5": "Big5", "cp1252": "Windows-1252", "utf-16": "UTF-16"}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: the cells in which something stands, by column, and where each is."""

    cells: Mapping[str, str]
    place: Place

    def at(self, column: str) -> Place:
        """The place of a cell, as near as the file tells."""
        row, cell = self.place, self.cells.get(column, "")
        offset = row.excerpt.find(cell) if cell else -1
        at, length = (offset + 1, len(cell)) if offset >= 0 else (row.column, row.length)
        return Place(row.file, row.line, at, length, row.excerpt, row.row, column)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet, what stands above its header as `# key: value`, and what is to be said of the reading."""

    rows: tuple[SheetRow, ...]
    head: Mapping[str, str]
    remark: str = ""


def read_sheet(data: bytes, file: str, columns: Collection[str], required: Collection[str]) -> Sheet:
    """The rows of a CSV or XLSX file with these columns. Raises Faulty with all faults, Missing without the xlsx extra.

    Encodings read: UTF-8, UTF-16 with its mark, GBK/GB 18030, Big5, Windows-1252. Any but UTF-8 is remarked on.
    """
    if len(data) > MAX_BYTES:
        raise Faulty([Fault(f"the file has {len(data):,} bytes", Place(file), f"at most {MAX_BYTES:,} bytes")])
    if file.lower().endswith(".xlsx"):
        return _gathered(list(_xlsx_lines(data, file)), columns, required)
    text, encoding = decode(data, file)
    remark = f"{file} was read as {_SAID[encoding]}" if encoding in _SAID else ""
    return replace(_gathered(list(_csv_lines(text, file)), columns, required), remark=remark)


def decode(data: bytes, file: str) -> tuple[str, str]:
    """The text of a file and the encoding that was recognised, with Python's name. Raises Faulty."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", *sorted(_COMMON, key=lambda name: -_common_share(data, name)), "cp1252"]
        if max(_common_share(data, name) for name in _COMMON) < 0.6:
            candidates = ["utf-8-sig", "cp1252"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise Faulty([Fault("the encoding of this file is not recognised", Place(file), "save it as CSV UTF-8")])


def _common_share(data: bytes, encoding: str) -> float:
    """Which share of the characters beyond ASCII are common Chinese ones, if the bytes are read in this encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    foreign = [c.encode(encoding) for c in text if ord(c) > 127]
    letters = [c for c in foreign if len(c) != 2 or not 0xA1 <= c[0] <= 0xA9 or encoding == "big5"]
    common = sum(
        len(c) == 2 and c[0] in _COMMON[encoding] and c[1] >= 0x40 + 0x61 * (encoding != "big5") for c in letters
    )
    return common / len(letters) if letters else 0.0


def _csv_lines(text: str, file: str) -> Iterator[tuple[list[str], Place]]:
    """Cells of each line with its place; the sign between cells is the one that parts the header best."""
    lines = text.splitlines()
    header = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place = Place(file, reader.line_num, excerpt=_line(lines, reader.line_num))
            raise Faulty([Fault(f"this line cannot be read: {error}", place, "look at its quotes")]) from None
        yield cells, Place(file, before + 1, excerpt=_line(lines, before + 1))
        before = reader.line_num


def _line(lines: Sequence[str], number: int) -> str:
    return shown(lines[number - 1], 200) if 0 < number <= len(lines) else ""


def _xlsx_lines(data: bytes, file: str) -> Iterator[tuple[list[str], Place]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise Faulty(
            [Fault(f"this is no workbook that can be read: {error}", Place(file), "save as CSV UTF-8")]
        ) from None
    if unpacked > MAX_UNPACKED:
        raise Faulty([Fault(f"the file unpacks to {unpacked:,} bytes", Place(file), f"at most {MAX_UNPACKED:,}")])
    for number, row in enumerate(workbook_rows(data, file, MAX_LINES), 1):
        yield row, Place(file, number)


def _gathered(lines: list[tuple[list[str], Place]], columns: Collection[str], required: Collection[str]) -> Sheet:
    faults: list[Fault] = []
    head: dict[str, str] = {}
    lines = [(cells, place) for cells, place in lines if any(cell.strip() for cell in cells)]
    while lines and lines[0][0][0].lstrip().startswith("#"):
        name, _, value = ",".join(lines[0][0]).lstrip("# ").rstrip(", ").partition(":")
        head[name.strip().lower()] = value.strip()
        lines.pop(0)
    if not lines:
        return Sheet((), head)
    header = _header(*lines[0], columns, required, faults)
    rows = []
    for number, (cells, place) in enumerate(lines[1:], 1):
        place = Place(place.file, place.line, place.column, place.length, place.excerpt, number)
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            faults.append(
                Fault(f"{len(cells)} cells under {len(header)} columns", place, "look at its commas and quotes")
            )
        unfit = [cell for cell in cells if UNPRINTABLE.search(cell)]
        if unfit:
            faults.append(Fault(f'a control sign stands in "{shown(unfit[0])}"', place, "take it out"))
        if number > MAX_ROWS or any(len(cell) > MAX_CELL for cell in cells):
            faults.append(Fault(f"at most {MAX_ROWS:,} rows and {MAX_CELL:,} signs a cell are read", place))
            break
        rows.append(SheetRow({n: c.strip() for n, c in zip(header, cells, strict=False) if n and c.strip()}, place))
    if faults:
        raise Faulty(faults)
    return Sheet(tuple(rows), head)


def _header(
    cells: list[str], place: Place, columns: Collection[str], required: Collection[str], faults: list[Fault]
) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    for name in names:
        if name and name not in columns:
            faults.append(Fault(f'unknown column "{shown(name)}"', place, nearest(name[:60], columns)))
        elif name and names.count(name) > 1:
            faults.append(Fault(f'the column "{name}" stands twice', place))
    faults += [Fault(f'the column "{name}" is missing', place) for name in required if name not in names]
    return names
