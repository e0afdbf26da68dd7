"""Beginning a workspace: rectify.yaml and keys; from a catalogue file, its columns guessed and shown as read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import available_timezones

from rectify.catalogue.files import FileSource
from rectify.catalogue.guess import Guess, as_told, guess_map
from rectify.catalogue.preview import Preview, preview
from rectify.documents import write_document
from rectify.ledger.keys import Keys
from rectify.settings import FILE, read_settings
from rectify.steps.places import folder_for
from rectify.terms.errors import Refused, nearest
from rectify.terms.item import ITEM_FIELDS, Kind

SAMPLE = 200  # rows whose values are looked at


@dataclass(frozen=True, slots=True)
class Begun:
    """What a new workspace was made of: the map and its reasons, and rows as the engine reads them."""

    map: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    unknown: Sequence[str] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    warnings: Sequence[str] = ()


def begin(
    folder: Path,
    catalogue: Path | None,
    *,
    kind: str = "",
    told: Mapping[str, str] | None = None,
    name: str,
    country: str,
    zone: str,
    contact: str = "",
    person: str = "me",
) -> Begun:
    """Writes rectify.yaml and the keys into a folder. Raises Refused where there is one already.

    `told`: what a person says of the catalogue's columns. Raises Faulty for columns that cannot be read so.
    """
    if (folder / FILE).exists():
        raise Refused(f"{folder / FILE} is there already", "change it by hand; nothing was written")
    if zone not in available_timezones():
        raise Refused(f'no time zone is called "{zone}"', nearest(zone, available_timezones()))
    if told and not catalogue:
        raise Refused("there is no file whose columns could be mapped", "name it:  --from FILE")
    guess = guess_file(catalogue, told) if catalogue else None
    kind = kind or (guess.kind if guess else "") or Kind.LISTING
    made = Begun()
    settings = document(name, country, zone, person, contact)
    if catalogue and guess:
        has_kind = "kind" in guess.map.values()
        entry = {"operator": "operator", "files": [_relative(catalogue, folder)], "map": dict(guess.map),
                 "storefronts": {country.lower(): [country]}, "default_storefronts": [country.lower()],
                 "connector": "rehearsal"}  # fmt: skip
        settings["catalogues"] = {"catalogue": entry if has_kind else {**entry, "kind": str(kind)}}
        source = FileSource("catalogue", [catalogue.name], folder=catalogue.parent, map=guess.map,
                            kind="" if has_kind else kind)  # fmt: skip
        seen = preview(source)
        made = Begun(guess.map, guess.reasons, guess.unknown, *_shown(seen), seen.notes,
                     [*warnings_of(guess), *_aside(seen)])  # fmt: skip
    text = HEAD + write_document(settings)
    read_settings(text.encode(), FILE, folder)  # what is written can be read
    folder_for(folder)
    (folder / FILE).write_text(text, encoding="utf-8")
    Keys.at(folder / "keys")
    return made


HEAD = """\
# Settings of this workspace; all of them: docs/reference/settings.md
# Storefronts say where each shop front sells: correct them before anything is carried out.
"""


def document(name: str, country: str, zone: str, person: str, contact: str = "") -> dict[str, object]:
    """The settings of a workspace with one operator and one person, who must do everything alone at first."""
    answered = {"contact": contact} if contact else {}
    return {
        "rectify": 1,
        "operators": {"operator": {"name": name, "country": country, "zone": zone, **answered}},
        "store": "sqlite:///rectify.db",
        "keys": "keys",
        "people": {person: {"roles": ["legal", "lead", "reviewer", "clerk", "administrator"]}},
        "another_person": [],
        "decide_by_pack": [],
        "connectors": {"rehearsal": {"type": "rehearsal"}},
        "limits": {"measures": 1000, "share": "0.01"},
        "letters": {"folder": "letters"},
    }


def guess_file(catalogue: Path, told: Mapping[str, str] | None = None) -> Guess:
    """A guess at the columns of a file, from their names and some values; what a person told of them comes first.

    Raises Faulty where the file cannot be read.
    """
    source = FileSource("catalogue", [catalogue.name], folder=catalogue.parent, kind=Kind.LISTING)
    columns = source.columns()
    return as_told(guess_map(columns, sample_of(catalogue, columns)), columns, told or {})


def warnings_of(guess: Guess) -> list[str]:
    """What a person must hear of a file before its findings are believed."""
    if not guess.wordless:
        return []
    return ["no column is read as title, text, variants or attributes, so that no word, brand or bar code can be found"
            "; say which one is:  --map COLUMN=title"]  # fmt: skip


def sample_of(catalogue: Path, columns: Sequence[str]) -> dict[str, list[str]]:
    """Some values of each column as text: read as attributes, so that no map is needed yet."""
    own = {column: f"attributes.c{number}" for number, column in enumerate(columns)}
    first = next(iter(columns), "")
    source = FileSource("catalogue", [catalogue.name], folder=catalogue.parent, kind=Kind.LISTING,
                        map={**own, first: "id"})  # fmt: skip
    found: dict[str, list[str]] = {column: [] for column in columns}
    for batch in source.first_batches():
        for row in batch.items.select(["id", "attributes"]).to_pylist():
            values = dict(row["attributes"] or ())
            for number, column in enumerate(columns):
                found[column].append(row["id"] if column == first else values.get(f"c{number}") or "")
        if len(found[first]) >= SAMPLE:
            break
    return found


def _shown(seen: Preview) -> tuple[list[str], list[list[str]]]:
    """The fields that are filled, and ten rows of them, cut to what a terminal shows."""
    heads = [name for name in ITEM_FIELDS if any(name in row.fields for row in seen.rows)]
    rows = [
        [str(row.row), *(_cut(row.fields.get(name, "")) for name in heads), ", ".join(row.marks)] for row in seen.rows
    ]
    return ["ROW", *heads, "MARKS"], rows


def no_rows(set_aside: int) -> str:
    """What to say where no row at all was screened."""
    return f"no row was screened: {'all were set aside' if set_aside else 'there is none'}; nothing can be found"


def _aside(seen: Preview, most: int = 3) -> list[str]:
    """How many of the rows looked at are set aside, with the first reasons."""
    if not seen.set_aside:
        return []
    of = f"{seen.looked:,}" if seen.whole else f"the first {seen.looked:,}"
    reasons = "; ".join(f"row {one.row} {one.reason}" for one in seen.set_aside[:most])
    more = f"; and {len(seen.set_aside) - most:,} more" if len(seen.set_aside) > most else ""
    return [f"{len(seen.set_aside):,} of {of} rows set aside: {reasons}{more}"]


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _relative(path: Path, folder: Path) -> str:
    """A path as settings name it: from the folder where it lies below it, else whole."""
    whole = path.resolve()
    return str(whole.relative_to(folder.resolve())) if whole.is_relative_to(folder.resolve()) else str(whole)
