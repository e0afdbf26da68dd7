"""What a change of a pack would do: two versions over the same rows, the hours that it costs, and measures that would
stand on nothing. It reads; nothing is moved, decided or written but a file that is asked for.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc

from rectify.cases.pace import ASSUMED, Pace, pace
from rectify.catalogue.files import FileSource
from rectify.catalogue.source import Source
from rectify.rules.pack import Pack
from rectify.rules.register_tables import accounts_bound, registers_taken
from rectify.screening.compare import Change, Compared, Comparison, RuleChange, Sought, compile_both
from rectify.screening.compile import OrderScope, seeks_only_named
from rectify.screening.outside import Lookup
from rectify.steps.begin import guess_file, warnings_of
from rectify.steps.orders import order_of, row_of
from rectify.steps.pack_ground import Ground, Held, grounds_of
from rectify.steps.screen import default_kind, draft_of, needs_products
from rectify.steps.sweep import account_lookup
from rectify.terms.cell import formula_safe
from rectify.terms.errors import Refused, nearest
from rectify.terms.finding import Finding, Verdict
from rectify.terms.product import Product
from rectify.workspace import Workspace

EXAMPLES = 20
COLUMNS = ("change", "source", "kind", "item", "account", "before", "after", "rules_before", "rules_after", "title")
ENDINGS = (".csv", ".jsonl")
Bar = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Example:
    """A row that changes: its fields as they were read, and what either version finds in it."""

    change: Change
    source: str
    row: Mapping[str, Any]
    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    verdicts: tuple[Verdict, Verdict]


@dataclass(slots=True)
class Diff:
    """What the second version does that the first does not. `on`: the order or file whose rows were read."""

    before: Pack
    after: Pack
    on: str
    as_of: date
    rows: int = 0
    set_aside: int = 0
    changes: Mapping[Change, int] = field(default_factory=dict)
    rules: Mapping[str, RuleChange] = field(default_factory=dict)
    examples: Mapping[Change, Sequence[Example]] = field(default_factory=dict)
    pace: Pace = field(default_factory=lambda: Pace(ASSUMED, 0))
    review: int = 0  # rows that a person would have to look at: newly found, and those of another verdict
    held: Held = field(default_factory=Held)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """Expected hours of one person's review."""
        return self.pace.hours(self.review)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that both versions are run over, and with what: an order's last sweep, or a file."""

    on: str
    sources: Sequence[Source]
    sought: Sought
    book: str = ""  # of the order; empty for a file
    accounts: Mapping[str, Lookup] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def rows_of_sweep(workspace: Workspace, book: str) -> Rows:
    """The catalogues of an order's last sweep, read again, with its scope, products, registers, and the day of it.

    Of an order that was not accepted (a rehearsal) the scope is what it asks. Raises Refused where none was swept yet.
    """
    row, order = row_of(workspace, book), order_of(workspace, book)
    last = {one.body["source"]: one.body for one in workspace.ledger.entries(book=book, kinds=["swept"])}
    planned = [one.body for one in workspace.ledger.entries(book=book, kinds=["planned"])]
    if not last or not planned:
        raise Refused(f"the order {book} was not swept yet", f"rectify sweep {book}")
    with workspace.ledger.reading() as connection:
        registers, bound = registers_taken(connection), accounts_bound(connection)
    as_of = date.fromisoformat(planned[-1]["as_of"])
    then = {name: digest for name, _, digest in planned[-1]["registers"]}
    notes = [f"The register {name} was taken in anew since that sweep; it is read as it is now."
             for name, one in registers.items() if then.get(name, one.digest) != one.digest]  # fmt: skip
    sought = Sought(
        as_of=as_of,
        order=OrderScope(
            book, row.instrument, row.acts or _texts(order.subject.acts), row.kinds or _texts(order.subject.kinds)
        ),
        territory=row.territory or order.territory,
        products=order.subject.products,
        providers=order.subject.providers,
        registers=tuple(one for one in registers.values() if not one.outdated(as_of)),
        bindings=bound,
        without_registers=True,
    )
    catalogues = [one for one in workspace.settings.of_operator(row.operator) if one.name in last]
    notes += [
        f"The catalogue {name} is not in rectify.yaml any more." for name in last.keys() - {c.name for c in catalogues}
    ]
    sources = [workspace.source(one) for one in catalogues]
    for source in sources:
        notes += _moved_on(source, last[source.name]["files"])
    lookups = {one.name: account_lookup(one.name, workspace.accounts(one.name)) for one in catalogues}
    return Rows(book, sources, sought, book, lookups, tuple(notes))


def _texts(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(str, names))


def _moved_on(source: Source, files: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    swept = {one["digest"] for one in files}
    if {split.digest for split in source.splits()} != swept:
        yield f"The files of the catalogue {source.name} changed since that sweep; they are read as they are now."


def rows_of_file(
    workspace: Workspace | None,
    file: Path,
    pack: Pack,
    as_of: date,
    *,
    kind: str = "",
    told: Mapping[str, str] | None = None,
    products: tuple[Product, ...] = (),
) -> Rows:
    """The rows of a catalogue file, its columns guessed as `screen` does, with the registers of the workspace, if any.

    Raises Refused for a pack that seeks only what an order names where no product is named.
    """
    needs_products(pack, products)
    guess = guess_file(file, told)
    has_kind = "kind" in guess.map.values()
    source = FileSource("catalogue", [file.name], folder=file.parent, map=guess.map,
                        kind="" if has_kind else kind or guess.kind or default_kind(pack))  # fmt: skip
    registers = {}
    if workspace:
        with workspace.ledger.reading() as connection:
            registers = registers_taken(connection)
    good = tuple(one for one in registers.values() if not one.outdated(as_of))
    sought = Sought(as_of=as_of, products=products, registers=good, without_registers=True)
    return Rows(str(file), [source], sought, warnings=tuple(warnings_of(guess)))


def last_swept(workspace: Workspace) -> str:
    """The order that was swept last. Raises Refused where none was."""
    books = [entry.book for entry in workspace.ledger.entries(kinds=["swept"])]
    if not books:
        raise Refused("no order was swept here yet", "name rows:  --on FILE")
    return books[-1]


def diff(
    workspace: Workspace | None,
    before: Pack,
    after: Pack,
    rows: Rows,
    *,
    out: Path | None = None,
    progress: Bar = lambda done, total: None,
) -> Diff:
    """Runs both versions over the rows in one pass. `out` (.csv or .jsonl): every row that changes is written there.

    Raises Refused where a version has no rule that reaches the order, and what reading the rows raises.
    """
    if out is not None and out.suffix not in ENDINGS:
        raise Refused(f"rows are not written as {out.suffix or 'a file without an ending'}",
                      nearest(out.suffix, ENDINGS) or "use .csv or .jsonl")  # fmt: skip
    made = Diff(before, after, rows.on, rows.sought.as_of, notes=list(rows.notes), warnings=list(rows.warnings))
    plan = compile_both(before, after, rows.sought)
    made.notes += plan.notes
    of_one = seeks_only_named(before) and not rows.book  # what one order names says nothing of claims of others
    sources = [one.name for one in rows.sources] if rows.book else []
    ground = grounds_of(None if of_one else workspace, rows.book, before.name, sources)
    comparison = Comparison(plan)
    examples: dict[Change, list[Example]] = {change: [] for change in Change if change is not Change.SAME}
    by_pack = frozenset(workspace.settings.decide_by_pack) if workspace else frozenset()
    with _Written(out) if out else nullcontext() as file:
        for source, items in _batches(rows, made, progress):
            found = comparison.compare(items, source, rows.accounts.get(source))
            _seen(ground, source, items, found)
            for one in found:
                if one.change is Change.SAME:
                    continue
                made.review += one.change is not Change.GONE and not _decided_alone(one, by_pack)
                if file or len(examples[one.change]) < EXAMPLES:
                    told = _example(one, source, items)
                    if file:
                        file.write(told)
                    examples[one.change] += [told][: EXAMPLES - len(examples[one.change])]
    made.rows, made.changes, made.rules = comparison.rows, comparison.changes, comparison.rules
    made.examples, made.held = examples, ground.held()
    if workspace:
        with workspace.ledger.reading() as connection:
            made.pace = pace(connection)
    return made


def _batches(rows: Rows, made: Diff, progress: Bar) -> Iterator[tuple[str, pa.RecordBatch]]:
    splits = [(source, split) for source in rows.sources for split in source.splits()]
    total, done = sum(split.rows for _, split in splits), 0
    for source, split in splits:
        for batch in source.read(split):
            made.set_aside += len(batch.set_aside)
            done += batch.items.num_rows
            if batch.items.num_rows:
                yield source.name, batch.items
            progress(done, total)


def _decided_alone(one: Compared, by_pack: frozenset[str]) -> bool:
    """Whether settings let a rule decide the row: it waits for nobody."""
    return any(
        found.verdict is Verdict.VIOLATION and f"{found.pack}/{found.rule}" in by_pack and not found.near_register
        for found in one.after
    )


def _seen(ground: Ground, source: str, items: pa.RecordBatch, found: Sequence[Compared]) -> None:
    """Tells the ground which of its items are here, and which of them the second version finds."""
    if not ground.ids:
        return
    here = pc.indices_nonzero(pc.is_in(items.column("id"), pa.array(sorted(ground.ids), pa.string()))).to_pylist()
    if here:
        after = {one.row for one in found if one.after}
        kinds, ids = items.column("kind"), items.column("id")
        for row in here:
            ground.saw(source, kinds[row].as_py(), ids[row].as_py(), found=row in after)


def _example(one: Compared, source: str, items: pa.RecordBatch) -> Example:
    row = items.slice(one.row, 1).to_pylist()[0]
    row["attributes"] = dict(row["attributes"] or ())
    return Example(one.change, source, row, one.before, one.after, one.verdicts)


class _Written:
    """The rows that change, as a file that appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path, self._draft = path, draft_of(path)
        self._file: TextIO = self._draft.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file) if path.suffix == ".csv" else None
        if self._writer:
            self._writer.writerow(COLUMNS)

    def write(self, one: Example) -> None:
        """Writes one row."""
        record = row_record(one)
        if self._writer:
            self._writer.writerow([formula_safe(str(record[name])) for name in COLUMNS])
        else:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def __enter__(self) -> _Written:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, at: object) -> None:
        self._file.close()
        if kind is None:
            self._draft.replace(self._path)
        else:
            self._draft.unlink(missing_ok=True)


def row_record(one: Example) -> dict[str, str]:
    """A changed row by `COLUMNS`: verdicts, and the rules of either version that found it."""
    rules = [" ".join(f"{found.pack}/{found.rule}" for found in side) for side in (one.before, one.after)]
    row = one.row
    return {
        "change": str(one.change), "source": one.source, "kind": row["kind"], "item": row["id"],
        "account": row["account"] or "", "before": str(one.verdicts[0]), "after": str(one.verdicts[1]),
        "rules_before": rules[0], "rules_after": rules[1], "title": row["title"] or "",
    }  # fmt: skip
