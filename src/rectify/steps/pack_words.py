"""Words for a pack from what a person has: typed in a line, or a spreadsheet in whatever encoding it was saved."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rectify.documents import Reading
from rectify.rules.reader import read_pack
from rectify.rules.sheets import Sheet, SheetRow, decode, read_sheet
from rectify.rules.wordlists import COLUMNS, WordsReading, plain, without_blanks
from rectify.steps.keep import read_bytes
from rectify.terms.errors import Fault, Faulty, Place, Refused, nearest

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
_PARTS = re.compile(r"[,;，、；\n]")


@dataclass(frozen=True, slots=True)
class WordsAdded:
    """What a spreadsheet brought into a list: terms that are new, terms that were there, how it was read."""

    file: Path
    new: tuple[str, ...]
    known: tuple[str, ...]
    remark: str


def add_words(folder: Path, name: str, sheet: Path, *, language: str = "en", added_by: str = "") -> WordsAdded:
    """Brings the rows of a spreadsheet into `words/NAME.csv` of a pack's folder; the pack is read back.

    Raises Faulty with all faults of the sheet, or of the pack with these words; then nothing is changed.
    """
    pack = read_pack(folder, draft=True)
    if name not in pack.words:
        raise Refused(f'the pack {pack.name} has no words "{name}"', nearest(name, pack.words))
    file = folder / "words" / f"{name}.csv"
    if file.with_suffix(".xlsx").is_file():
        raise Refused(f"the words {name} are kept in words/{name}.xlsx", "add the rows there, or save it as CSV UTF-8")
    words, read = pack.words[name], sheet_of(sheet, language)
    there = {("term", plain(term.written)) for term in words.terms}
    there |= {("not_in", plain(text)) for text in words.not_in} | {("pattern", text) for text in words.patterns}
    fresh = [row.cells for row in read.rows if _key(row.cells) not in there]
    known = tuple(row.cells["term"] for row in read.rows if _key(row.cells) in there)
    if fresh:
        _append(folder, file, [{"added_by": added_by, **cells} for cells in fresh])
    return WordsAdded(file, tuple(cells["term"] for cells in fresh), known, read.remark)


def _append(folder: Path, file: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Adds rows to a list's sheet; the sheet is as it was where the pack has faults with them."""
    before = file.read_bytes() if file.is_file() else None
    old = [row.cells for row in read_sheet(before, file.name, COLUMNS, ("term",)).rows] if before else []
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(sheet_bytes([*old, *rows]))
    try:
        read_pack(folder, draft=True)
    except Faulty:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
        raise


def _key(cells: Mapping[str, str]) -> tuple[str, str]:
    role = cells.get("role", "term")
    return role, cells["term"] if role == "pattern" else plain(cells["term"])


def sheet_of(file: Path, language: str) -> Sheet:
    """A spreadsheet of words: with the columns of a pack, or a bare list of one term a line. Raises Faulty.

    Where it names no language, a term with Chinese signs is `zh`, any other of the language given.
    """
    data = read_bytes(file)
    if file.suffix.lower() not in ENDINGS:
        raise Faulty([Fault("is no spreadsheet that is read here", Place(file=str(file)), "save it as CSV or XLSX")])
    if file.suffix.lower() != ".xlsx" and _bare(decode(data, file.name)[0]):
        data = _headed(data, file.name)
    sheet = read_sheet(data, file.name, COLUMNS, ("term",))
    sheet = replace(sheet, rows=tuple(replace(row, cells=_spoken(row.cells, language)) for row in sheet.rows))
    reading = WordsReading("words", Reading(), Place(file.name))
    reading.take_rows(sheet.rows)
    reading.reading.done()
    return sheet


def _bare(text: str) -> bool:
    """Whether a text is a list of one term a line, without a header."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    names = [cell.strip().strip('"').lower().replace(" ", "_") for cell in re.split("[,;\t]", first)]
    return len(names) == 1 and names[0] not in COLUMNS


def _headed(data: bytes, name: str) -> bytes:
    """A bare list with the header that it lacks, in the encoding that it has."""
    encoding = decode(data, name)[1]
    text = data.decode(encoding)
    return ("term\n" + text).encode(encoding)


def _spoken(cells: Mapping[str, str], language: str) -> Mapping[str, str]:
    if cells.get("role", "term") != "term" or "term" not in cells or "language" in cells:
        return cells
    return {**cells, "language": tongue_of(cells["term"], language)}


def tongue_of(term: str, language: str) -> str:
    """The language of a term: `zh` where it has a sign of a script without blanks, else the one given."""
    return "zh" if any(without_blanks(sign) for sign in term) else language


def typed(text: str, role: str, language: str, place: Place) -> list[SheetRow]:
    """Rows of what a person typed, parted by commas (also full-width ones), semicolons or line ends."""
    terms = [part.strip() for part in _PARTS.split(text) if part.strip()]
    rows = [{"term": term, "role": role} for term in terms]
    if role == "term":
        rows = [{**row, "language": tongue_of(row["term"], language)} for row in rows]
    return [SheetRow(row, place) for row in rows]


def sheet_bytes(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as CSV in UTF-8 with its mark, so that every spreadsheet program reads it as what it is."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({name: row.get(name, "") for name in COLUMNS} for row in rows)
    return out.getvalue().encode("utf-8-sig")
