"""What rules are judged over: the rows of one batch with all hits, and (rule, row) pairs of rules of one shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rectify.rules.language import Answer, Hits
from rectify.rules.single import Hit
from rectify.screening.automaton import flat
from rectify.screening.fold import BITS
from rectify.screening.match import ScanHits
from rectify.terms.finding import Evidence

ATTRIBUTE = "attributes."
FEW = 12  # rows up to which one value after another is read faster than a column

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Registers = tuple[str, ...]  # names of the registers of a pack
Masks = npt.NDArray[np.unsignedinteger[Any]]
HitsOfRow = dict[int, list[Hit]]  # by number of the list


def plain(mask: Masks) -> Flags:
    """Which hits were seen through nothing but case, width, traditional/simplified."""
    flags: Flags = (mask | BITS.plain) == BITS.plain
    return flags


def weak(mask: Masks) -> Flags:
    """Which hits were seen through a class that never makes a violation by itself."""
    flags: Flags = (mask & BITS.weak) != 0
    return flags


class Outside(Protocol):
    """What no words say of one batch: registers, products and providers."""

    def registered(self, registers: Registers, rows: Numbers) -> Answer:
        """Whether the accounts of these rows are on one of these registers, one element for each of `rows`."""
        ...

    def named(self, asked: str) -> Answer:
        """The answer of "product(gtin)", "product(model)" or "provider", one element for each row of the batch."""
        ...

    def shown(self, asked: str, row: int) -> tuple[Evidence, ...]:
        """What speaks for "registered", "product(gtin)", "product(model)" or "provider" in a row."""
        ...

    def capped(self, asked: str, row: int) -> bool:
        """Whether more may speak for an answer in a row than was looked at."""
        ...

    def near_register(self, registers: Registers, row: int) -> str:
        """The entry of a register that a row's account is like but not bound to; empty for none."""
        ...


@dataclass(slots=True)
class BatchRows:
    """The rows of a batch that some rule has to look at. Everything is asked for lazily, and once."""

    batch: pa.RecordBatch
    scan: ScanHits
    outside: Outside
    at: Numbers  # rows that are looked at, ascending
    asking: dict[Registers, set[int]] = field(default_factory=dict)  # rows of which registers are asked
    _order: Numbers | None = None
    _keys: Numbers | None = None
    _columns: dict[str, pa.Array | None] = field(default_factory=dict)
    _values: dict[str, dict[int, Any]] = field(default_factory=dict)
    _answers: dict[str | Registers, dict[int, tuple[bool, bool]] | Exception] = field(default_factory=dict)

    def here(self, row: int) -> Numbers:
        """Positions in `scan` of the hits in a row."""
        first, last = self.scan.row.searchsorted(row), self.scan.row.searchsorted(row, side="right")
        return np.arange(first, last)

    def by_list(self, rows: Sequence[int], *, visible: bool = False) -> dict[int, HitsOfRow]:
        """The hits of rows by list, sorted by field and start; `visible`: without what a reader does not see."""
        scan, at = self.scan, np.asarray(rows, np.int64)
        first, last = np.searchsorted(scan.row, at), np.searchsorted(scan.row, at, side="right")
        where = flat(first, last - first)
        row = np.repeat(at, last - first)
        if visible:
            seen = ~scan.hidden[where]
            where, row = where[seen], row[seen]
        mask = scan.disguise[where]
        hits = zip(scan.field[where].tolist(), scan.fold_start[where].tolist(), scan.fold_end[where].tolist(),
                   plain(mask).tolist(), weak(mask).tolist(), strict=True)  # fmt: skip
        found: dict[int, HitsOfRow] = {n: {} for n in rows}
        for n, words, hit in zip(row.tolist(), scan.words[where].tolist(), hits, strict=True):
            held = found[n]
            if words in held:
                held[words].append(hit)
            else:
                held[words] = [hit]
        return found

    def hidden(self, rows: Sequence[int]) -> set[int]:
        """The rows of these that have a hit that a reader does not see."""
        return set(self.scan.row[self.scan.hidden].tolist()).intersection(rows) if self.scan.hidden.any() else set()

    def value(self, name: str, row: int) -> Any:
        """A field of a row: price as Decimal, all others as text, None = not stated."""
        known = self._values.get(name)
        if known is None:
            many = len(self.at) >= FEW
            values = field_values(self.batch, name, self.at) if many else ()
            known = self._values[name] = dict(zip(self.at.tolist(), values, strict=True)) if many else {}
        if row not in known:
            known[row] = self._one(name, row)
        return known[row]

    def _one(self, name: str, row: int) -> Any:
        column, _, key = name.partition(".")
        if column not in self._columns:
            self._columns[column] = self.batch.column(column) if column in self.batch.schema.names else None
        held = self._columns[column]
        value = None if held is None else held[row].as_py()
        return dict(value or ()).get(key) if key else value

    def registered(self, registers: Registers, row: int) -> tuple[bool, bool]:
        """(sure, possible) of the account of a row. Raises what the look-up raised, for each row that asks."""
        return self._answer(registers, lambda: self._of_registers(registers))[row]

    def named(self, asked: str, row: int) -> tuple[bool, bool]:
        """(sure, possible) of "product(gtin)", "product(model)" or "provider"."""
        return self._answer(asked, lambda: self._paired(self.at, self.outside.named(asked), self.at))[row]

    def _of_registers(self, registers: Registers) -> dict[int, tuple[bool, bool]]:
        rows = np.array(sorted(self.asking.get(registers, ())), np.int64)
        return self._paired(rows, self.outside.registered(registers, rows), None)

    @staticmethod
    def _paired(rows: Numbers, answer: Answer, at: Numbers | None) -> dict[int, tuple[bool, bool]]:
        sure, possible = (answer.sure, answer.possible) if at is None else (answer.sure[at], answer.possible[at])
        return dict(zip(rows.tolist(), zip(sure.tolist(), possible.tolist(), strict=True), strict=True))

    def _answer(
        self, asked: str | Registers, ask: Callable[[], dict[int, tuple[bool, bool]]]
    ) -> dict[int, tuple[bool, bool]]:
        if asked not in self._answers:
            try:
                self._answers[asked] = ask()
            except Exception as error:
                self._answers[asked] = error
        known = self._answers[asked]
        if isinstance(known, Exception):
            raise known
        return known

    def placed(self, lists: Numbers, rows: Numbers) -> tuple[Numbers, Numbers]:
        """(pair, position in `scan`) of all hits of list number n in row n, one pair after another."""
        if self._order is None or self._keys is None:
            keys = self.scan.words.astype(np.int64) * self.batch.num_rows + self.scan.row
            self._order = np.argsort(keys, kind="stable")
            self._keys = keys[self._order]
        wanted = lists * self.batch.num_rows + rows
        first, last = np.searchsorted(self._keys, wanted), np.searchsorted(self._keys, wanted, side="right")
        return np.repeat(np.arange(len(rows)), last - first), self._order[flat(first, last - first)]


@dataclass(slots=True)
class PairRows:
    """Pairs of a rule and a row, for rules of one shape: `lists[n]` are the lists of the words of pair n.

    It is what `rules.language.evaluate` reads; words are called "0", "1" ... there.
    """

    batch: BatchRows
    rows: Numbers
    lists: Numbers  # a row for each pair, a column for each words name
    registers: Registers
    visible: bool = False
    _hits: dict[str, Hits] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many pairs."""
        return len(self.rows)

    def hits(self, words: str) -> Hits:
        """Hits of a words list, rows numbered by pair."""
        if words not in self._hits:
            pair, at = self.batch.placed(self.lists[:, int(words)], self.rows)
            scan = self.batch.scan
            if self.visible:
                kept = ~scan.hidden[at]
                pair, at = pair[kept], at[kept]
            mask = scan.disguise[at]
            self._hits[words] = Hits(
                row=pair.astype(np.int32), field=scan.field[at], start=scan.fold_start[at], end=scan.fold_end[at],
                plain=plain(mask), weak=weak(mask),
            )  # fmt: skip
        return self._hits[words]

    def field(self, name: str) -> Sequence[Any]:
        """Values of a field."""
        return field_values(self.batch.batch, name, self.rows)

    def registered(self) -> Answer:
        """Whether the accounts are registered."""
        return self._answer([self.batch.registered(self.registers, row) for row in self.rows.tolist()])

    def product(self, how: str) -> Answer:
        """Whether the items are products that the order names."""
        return self._answer([self.batch.named(f"product({how})", row) for row in self.rows.tolist()])

    def provider(self) -> Answer:
        """Whether the items are of providers that the order names."""
        return self._answer([self.batch.named("provider", row) for row in self.rows.tolist()])

    @staticmethod
    def _answer(pairs: Sequence[tuple[bool, bool]]) -> Answer:
        told = np.array(pairs, np.bool_).reshape(-1, 2)
        return Answer(told[:, 0], told[:, 1])


def field_values(batch: pa.RecordBatch, name: str, rows: Numbers) -> list[Any]:
    """Values of a field or of one attribute at some rows of a batch; None where it is not stated."""
    column, _, key = name.partition(".")
    if column not in batch.schema.names:
        return [None] * len(rows)
    held: list[Any] = batch.column(column).take(pa.array(rows, pa.int64())).to_pylist()
    if name.startswith(ATTRIBUTE):
        return [None if value is None else dict(value).get(key) for value in held]
    return held
