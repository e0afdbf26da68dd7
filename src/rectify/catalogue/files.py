"""The built-in catalogue source: CSV, JSON lines and Parquet files on disk (entry point `files`)."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from rectify.catalogue.delimited import Delimited
from rectify.catalogue.encoding import known_codec
from rectify.catalogue.jsonlines import JsonLines
from rectify.catalogue.mapping import ColumnMap, map_faults, read_map
from rectify.catalogue.opening import faulty, head_of, open_text
from rectify.catalogue.parquet import ParquetTable
from rectify.catalogue.reading import Block, Reader
from rectify.catalogue.schema import ITEM_SCHEMA
from rectify.catalogue.shape import GTIN, Shaper, finish_items
from rectify.catalogue.source import Batch, Caps, Split
from rectify.catalogue.values import is_list, is_texty, rounded, to_text
from rectify.terms.errors import Fault, Faulty, Place, nearest
from rectify.terms.item import ITEM_FIELDS, Kind

_JSON_NAMES = (".jsonl", ".ndjson")


class FileSource:
    """A catalogue in files.

    `files` are paths or globs below `folder`; `map` is {host column: field} (None leaves a column out); `kind` is what
    rows without one are; `storefronts` are those that settings name (nothing is checked when there are none).
    Raises `Faulty` with all faults of the settings at once; `splits` and `read` with those of the files.
    """

    def __init__(
        self,
        name: str,
        files: Sequence[str],
        *,
        folder: Path = Path(),
        map: Mapping[str, str | None] | None = None,  # noqa: A002  (the word of the settings)
        kind: str = "",
        storefronts: Mapping[str, object] | None = None,
        default_storefronts: Sequence[str] = (),
        encoding: str = "",
        caps: Caps | None = None,
    ) -> None:
        self.name = name
        self.notes: list[str] = []
        self._folder, self._given, self._kind = folder, dict(map or {}), kind
        self._files, self._encoding, self._caps = tuple(files), known_codec(encoding), caps or Caps()
        self._finish = finish_items(kind, frozenset(storefronts or ()), tuple(default_storefronts))
        self._readers: dict[str, tuple[Reader, ColumnMap]] = {}
        faults = map_faults(self._given)
        faults += _settings_faults(kind, storefronts or {}, default_storefronts, encoding, self._encoding)
        if faults:
            raise Faulty(faults)

    def splits(self) -> list[Split]:
        """All splits in the order of names and rows. Reads every file once, for its digest and its blocks.

        A second look at a CSV goes to its bar codes alone: those that a spreadsheet rounded are counted before a sweep.
        """
        found: list[Split] = []
        faults: list[Fault] = []
        self._readers.clear()
        self.notes = []
        for path, name in find_files(self._files, self._folder):
            try:
                reader, columns = self._open(path, name)
                blocks = list(reader.blocks())
                lost = _rounded(reader, columns.filling(GTIN))
            except Faulty as error:
                faults += error.faults
                continue
            digest, stamp = reader.digest()
            found += [Split(name, digest, b.group, b.rows, b.first, b.start, b.end, stamp) for b in blocks]
            self.notes += [f"{name}: {note}" for note in (*reader.notes, *lost)]
        if faults:
            raise Faulty(faults)
        return found

    def read(self, split: Split) -> Iterator[Batch]:
        """The rows of a split, in order. Raises `Refused` if its file is not the one that was seen."""
        reader, columns = self._open(self._folder / split.name, split.name)
        shaper = self._shaper(split.name, columns)
        block = Block(split.group, split.rows, split.first, split.start, split.end)
        for raw in reader.read(block, columns.kinds(), split.stamp):
            yield shaper.shape(raw)

    def first_batches(self) -> Iterator[Batch]:
        """The first file's rows from its beginning, without a digest: for a look at it. `notes` are of that file."""
        path, name = find_files(self._files, self._folder)[0]
        reader, columns = self._open(path, name)
        self.notes = [f"{name}: {note}" for note in reader.notes]
        shaper = self._shaper(name, columns)
        for raw in reader.first_rows(columns.kinds()):
            yield shaper.shape(raw)

    def columns(self) -> tuple[str, ...]:
        """The host's columns of the first file."""
        path, name = find_files(self._files, self._folder)[0]
        return open_reader(path, name, self._caps, self._encoding).columns

    def _open(self, path: Path, name: str) -> tuple[Reader, ColumnMap]:
        if name not in self._readers:
            reader = open_reader(path, name, self._caps, self._encoding)
            columns = read_map(self._given, reader.columns, name)
            if not self._kind and not columns.filling("kind"):
                kinds = ", ".join(kind.value for kind in Kind)
                raise faulty(name, "has no column for the field kind", f"say what its rows are: kind: {kinds}")
            self._readers[name] = reader, columns
        return self._readers[name]

    def _shaper(self, name: str, columns: ColumnMap) -> Shaper:
        return Shaper(name, ITEM_SCHEMA, ITEM_FIELDS, columns, self._caps.cell, self._finish)


def find_files(patterns: Sequence[str], folder: Path) -> list[tuple[Path, str]]:
    """The files that paths and globs name, each once, by name. Raises `Faulty` for each that names none."""
    found: dict[str, Path] = {}
    faults = []
    for pattern in patterns:
        names = [pattern] if (folder / pattern).is_file() else glob.glob(pattern, root_dir=folder, recursive=True)
        names = [name for name in names if not (folder / name).is_dir()]
        if not names:
            text = f'no file matches "{pattern}"'
            faults.append(Fault(text, Place(path="files"), f"looked in {folder.resolve().name or folder}"))
        found.update((Path(name).as_posix(), folder / name) for name in names)
    if faults:
        raise Faulty(faults)
    return [(found[name], name) for name in sorted(found)]


def open_reader(path: Path, name: str, caps: Caps, encoding: str = "") -> Reader:
    """The reader for a file, chosen by what its bytes are; its name only tells JSON lines from CSV."""
    head, packing = head_of(path, name)
    if head.startswith(b"PAR1"):
        if packing:
            raise faulty(name, f"is a Parquet file inside {packing}", "unpack it: Parquet packs its own pages")
        return ParquetTable(path, name, caps)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise faulty(name, "is a spreadsheet or an archive, not a table of text", "save it as CSV (UTF-8)")
    if not head:
        raise faulty(name, "is empty")
    text = open_text(path, name, caps, encoding)
    bare = name.lower().removesuffix(".gz").removesuffix(".zst")
    with text.open() as stream:
        begins = stream.fill(1 << 12).lstrip()[:1]
    if bare.endswith(_JSON_NAMES) or (begins in (b"{", b"[") and not bare.endswith((".csv", ".tsv"))):
        return JsonLines(text)
    return Delimited(text)


def _rounded(reader: Reader, column: str) -> list[str]:
    """A sentence on the bar codes of a CSV that cannot be read any more; none where all can.

    Other files come from no spreadsheet, and are not to be decoded outside of their splits, where a row can break it.
    """
    if not column or not isinstance(reader, Delimited):
        return []
    codes = (raw.columns[column] for raw in reader.first_rows({column: "text"}) if column in raw.columns)
    flags = (rounded(to_text(one)[0]) for one in codes)
    lost = sum(int(one.sum()) for one in flags if one is not None)
    said = "1 bar code cannot be read: a spreadsheet has rounded it" if lost == 1 else (
        f"{lost:,} bar codes cannot be read: a spreadsheet has rounded them")  # fmt: skip
    return [f"{said} (9.52123E+12)"] if lost else []


def look(path: Path, rows: int = 200) -> tuple[tuple[str, ...], dict[str, list[str]], tuple[str, ...]]:
    """A file's columns, up to so many values of each as text, and what there is to tell: what `guess_map` needs."""
    reader = open_reader(path, path.name, Caps())
    sample: dict[str, list[str]] = {column: [] for column in reader.columns}
    wanted = {column: kind for column in reader.columns if (kind := reader.natural(column))}
    for raw in islice(reader.first_rows(wanted), 4):
        for name, column in raw.columns.items():
            some = column.slice(0, max(rows - len(sample[name]), 0))
            if is_texty(some.type) or is_list(some.type):
                sample[name] += to_text(some)[0].to_pylist()
    return reader.columns, sample, reader.notes


def _settings_faults(
    kind: str, storefronts: Mapping[str, object], default: Sequence[str], encoding: str, codec: str
) -> list[Fault]:
    faults = []
    if kind and kind not in list(Kind):
        faults.append(Fault(f'"{kind}" is no kind of item', Place(path="kind"), nearest(kind, [k.value for k in Kind])))
    for name in default:
        if storefronts and name not in storefronts:
            text = f'the default storefront "{name}" is not among the storefronts'
            faults.append(Fault(text, Place(path="default_storefronts"), nearest(name, storefronts)))
    if encoding and not codec:
        faults.append(Fault(f'"{encoding}" is no encoding', Place(path="encoding"), "utf-8, gb18030, big5, cp1252 ..."))
    return faults
