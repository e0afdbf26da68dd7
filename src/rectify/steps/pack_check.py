"""Everything that is worth a look in a pack without faults: rules, words, trials, a clean sample, past sweeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from rectify.catalogue.files import FileSource, open_reader
from rectify.catalogue.source import Caps
from rectify.rules.overlaps import overlapping
from rectify.rules.pack import Pack
from rectify.screening.findings import files_with, read_parquet
from rectify.screening.idle_trials import idle_trials
from rectify.screening.idle_words import idle_words
from rectify.screening.sampled import Sampled, common, sample, spoken_for
from rectify.steps.begin import guess_file
from rectify.steps.folders import folder_name, former_name
from rectify.steps.screen import default_kind
from rectify.terms.errors import Fault as Remark
from rectify.terms.errors import Faulty, Place, Refused
from rectify.workspace import Workspace

CLEAN = "clean"  # the label of a labelled file whose rows are the sample
FEW = 5  # words of a list that are named


@dataclass(frozen=True, slots=True)
class Checked:
    """Remarks by what they are about ("rules", "words", "trials", "sample", "sweeps"), and what a sample gave."""

    remarks: Mapping[str, tuple[Remark, ...]]
    sample: Sampled | None = None
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many remarks in all."""
        return sum(map(len, self.remarks.values()))


def check(
    workspace: Workspace | None,
    pack: Pack,
    *,
    clean: Path | None = None,
    share: float = 0.001,
    sweeps: int = 0,
    told: Mapping[str, str] | None = None,
) -> Checked:
    """The remarks on a pack. `clean`: a catalogue file, or a labelled one, of which the rows labelled clean are taken.

    `share`: of its rows, 0 to 1, in which a word may be hit. `sweeps`: so many past ones of the workspace are read.
    Raises Refused where sweeps are asked for outside a workspace, Faulty for a sample without rows.
    """
    remarks = {"rules": overlapping(pack), "words": idle_words(pack), "trials": idle_trials(pack)}
    found, notes = None, []
    if clean is not None:
        found = sample(pack, _rows(clean, pack, told))
        if not found.rows:
            raise Faulty([Remark("no row of this file can be taken for a sample", Place(file=str(clean)),
                                 "give a catalogue file, or a labelled one with rows labelled clean")])  # fmt: skip
        remarks["sample"] = common(pack, found, share)
    if sweeps:
        if workspace is None:
            raise Refused("past sweeps stand in a workspace, and there is none here", "run it where rectify.yaml is")
        remarks["sweeps"], note = never_fired(workspace, pack, sweeps)
        notes.append(note)
    return Checked({name: tuple(some) for name, some in remarks.items()}, found, tuple(notes))


def _rows(file: Path, pack: Pack, told: Mapping[str, str] | None) -> Iterator[pa.RecordBatch]:
    """The rows of a sample; of a labelled file those that are labelled clean."""
    columns = set(open_reader(file, file.name, Caps()).columns)
    labelled = {"label", "topic"} <= columns
    if labelled:
        mapped: Mapping[str, str] = {"label": "attributes.label"}
        kind = "" if "kind" in columns else default_kind(pack)
    else:
        guess = guess_file(file, told)
        mapped, kind = guess.map, "" if "kind" in guess.map.values() else guess.kind or default_kind(pack)
    source = FileSource("sample", [file.name], folder=file.parent, map=mapped, kind=kind)
    for split in source.splits():
        for batch in source.read(split):
            yield _clean(batch.items) if labelled else batch.items


def _clean(items: pa.RecordBatch) -> pa.RecordBatch:
    labels = [dict(told or ()).get("label") for told in items.column("attributes").to_pylist()]
    return items.filter(pc.equal(pa.array(labels, pa.string()), CLEAN))


def never_fired(workspace: Workspace, pack: Pack, most: int) -> tuple[list[Remark], str]:
    """Remarks on rules and words of a pack that were in no finding of its last sweeps, and a note on what was read."""
    swept = [one for one in _sweeps(workspace) if pack.name in one.packs][-most:]
    if not swept:
        return [], f"No sweep of this workspace looked for {pack.name} yet."
    rules: set[str] = set()
    words: set[tuple[str, str]] = set()
    for one in swept:
        for path in one.files(workspace):
            for finding in read_parquet(path):
                if finding.pack == pack.name:
                    rules.add(finding.rule)
                    words |= {(piece.words, piece.term) for piece in finding.evidence}
    remarks = [
        Remark(f'"{rule.id}" found nothing in the last {len(swept)} sweeps', rule.place,
               "try it with a text that it must find, or take it out")
        for rule in pack.rules if rule.id not in rules
    ]  # fmt: skip
    return [*remarks, *_unused(pack, words, len(swept))], f"Sweeps that looked for {pack.name}: {len(swept)} were read."


def _unused(pack: Pack, seen: set[tuple[str, str]], sweeps: int) -> Iterator[Remark]:
    for name in sorted(spoken_for(pack) & set(pack.words)):
        words = pack.words[name]
        unused = [term.written for term in words.terms if (name, term.text) not in seen]
        if unused:
            few = ", ".join(unused[:FEW]) + (" ..." if len(unused) > FEW else "")
            yield Remark(f'{len(unused)} of {len(words.terms)} words of "{name}" were in no finding of the last '
                         f"{sweeps} sweeps: {few}", words.place, "look whether anybody writes them still")  # fmt: skip


@dataclass(slots=True)
class _Sweep:
    book: str
    packs: frozenset[str]
    digests: set[str]

    def files(self, workspace: Workspace) -> list[Path]:
        """Its findings files; those that are gone are passed over."""
        sweeps, found = workspace.path("sweeps"), []
        for digest in sorted(self.digests):
            try:
                found += files_with(sweeps / folder_name(self.book), {digest}, sweeps / former_name(self.book))
            except Refused:
                continue
        return found


def _sweeps(workspace: Workspace) -> list[_Sweep]:
    """All sweeps of all orders, the last one last."""
    made: list[_Sweep] = []
    last: dict[str, _Sweep] = {}
    for entry in workspace.ledger.entries(kinds=["planned", "swept"]):
        if entry.kind == "planned":
            packs = [*entry.body["packs"], *entry.body.get("shadow", ())]
            last[entry.book] = _Sweep(entry.book, frozenset(name for name, *_ in packs), set())
            made.append(last[entry.book])
        elif entry.book in last:
            last[entry.book].digests |= {split["digest"] for split in entry.body["splits"]}
    return [one for one in made if one.digests]
