"""Screening a file with a pack, without a workspace, an order or a ledger: it reads, and writes its findings."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

from rectify.catalogue.files import FileSource
from rectify.catalogue.source import SetAside
from rectify.rules.pack import Pack
from rectify.rules.registers import Register
from rectify.screening import findings
from rectify.screening.compile import compile_plan, seeks_only_named
from rectify.steps.begin import guess_file, no_rows, warnings_of
from rectify.steps.places import apart
from rectify.terms.cell import formula_safe
from rectify.terms.errors import Refused, nearest
from rectify.terms.finding import Finding, Verdict
from rectify.terms.item import Kind
from rectify.terms.product import Product

WRITERS: dict[str, Callable[[TextIO, Iterator[Finding]], int]] = {
    ".csv": findings.write_csv,
    ".jsonl": findings.write_lines,
}
ENDINGS = (".parquet", *WRITERS)


@dataclass(slots=True)
class Screened:
    """What a screening saw. `notes` are what a person must know of it, in sentences."""

    rows: int = 0
    set_aside: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    rejected: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)  # how the file's columns were read
    unread: Sequence[str] = ()  # the columns that nobody read
    warnings: list[str] = field(default_factory=list)  # what makes the findings worth little, in sentences


def screen(
    file: Path,
    pack: Pack,
    out: Path,
    *,
    as_of: date,
    register: Register | None = None,
    products: tuple[Product, ...] = (),
    kind: str = "",
    told: Mapping[str, str] | None = None,
    reads: Sequence[Path] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Screened:
    """Screens a file and writes the findings to `out` (.parquet, .csv or .jsonl), rows set aside beside it.

    Without a register nobody counts as registered, and a note says so. `told`: what a person says of columns; `reads`:
    what else was read (files of the pack, a register, an order). Raises Faulty for a file that cannot be read, and
    where one that is read would be written; Refused for a pack that seeks only what an order names where none is named.
    """
    if out.suffix not in ENDINGS:
        raise Refused(f"findings are not written as {out.suffix or 'a file without an ending'}",
                      nearest(out.suffix, ENDINGS) or "use .parquet, .csv or .jsonl")  # fmt: skip
    needs_products(pack, products)
    rejected_to = out.with_name(f"{out.stem}.rejected.csv")
    apart([out, rejected_to, draft_of(out)], [file, *reads])
    plan = compile_plan([pack], [register] if register else [], products, [], as_of, without_registers=register is None)
    guess = guess_file(file, told)
    has_kind = "kind" in guess.map.values()
    source = FileSource("catalogue", [file.name], folder=file.parent, map=guess.map,
                        kind="" if has_kind else kind or default_kind(pack))  # fmt: skip
    made = Screened(notes=list(plan.notes), columns=guess.map, unread=guess.unknown, warnings=warnings_of(guess))
    rejected: list[SetAside] = []

    def found() -> Iterator[Finding]:
        splits = source.splits()
        total = sum(split.rows for split in splits)
        for split in splits:
            for batch in source.read(split):
                made.rows += batch.items.num_rows
                rejected.extend(batch.set_aside)
                for finding in plan.screen(batch.items, "catalogue").found:
                    made.verdicts[finding.verdict] += 1
                    yield finding
                progress(made.rows, total)

    write(out, found())
    made.notes += source.notes
    made.set_aside = len(rejected)
    made.rows += len(rejected)
    if made.rows == made.set_aside:
        made.warnings.append(no_rows(made.set_aside))
    if rejected:
        made.rejected = rejected_to
        write_rejected(made.rejected, rejected)
    return made


def needs_products(pack: Pack, products: Sequence[Product]) -> None:
    """Raises Refused for a pack that seeks only what an order names, where no product is named."""
    if seeks_only_named(pack) and not products:
        raise Refused(f"{pack.name} seeks only what an order names, and none that names products is given: it would "
                      "find nothing", "give it:  --order FILE")  # fmt: skip


def default_kind(pack: Pack) -> str:
    """What rows are where no column says it: listings, or the pack's first kind."""
    return Kind.LISTING if Kind.LISTING in pack.kinds else pack.kinds[0]


def write(out: Path, found: Iterator[Finding]) -> None:
    """Writes findings by the ending of the file, whole or not at all."""
    if out.suffix == ".parquet":
        findings.write_parquet(out, found)
        return
    draft = draft_of(out)
    with draft.open("w", encoding="utf-8", newline="") as file:
        WRITERS[out.suffix](file, found)
    draft.replace(out)


def draft_of(out: Path) -> Path:
    """What is written until it is whole."""
    return out.with_name(out.name + ".part")


def write_rejected(path: Path, rejected: list[SetAside]) -> None:
    """The rows set aside, with their reasons, as CSV that no spreadsheet reads as formulas."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(SetAside._fields)
        writer.writerows([formula_safe(str(cell)) for cell in row] for row in rejected)
