"""What rules are judged over: the rows of one batch with all hits, and (rule, row) pairs of rules of one shape."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rectify.rules.language import Answer, Hits
from rectify.screening.cells import Read, Written, reader, writer
from rectify.screening.fold import BITS
from rectify.screening.match import ScanHits
from rectify.screening.ranges import flat
from rectify.screening.row_hits import HitsOfRow, RowHits
from rectify.terms.finding import Evidence

ATTRIBUTE = "attributes."
FEW = 128  # hits of a batch up to which all are read along, one after another
DENSE = 16  # hits a row up to which those of other rows between are read along

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Registers = tuple[str, ...]  # names of the registers of a pack
Masks = npt.NDArray[np.unsignedinteger[Any]]


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


def _any(flags: Flags) -> bool:
    """Whether one is set; of few flags in a fraction of the time of `flags.any()`."""
    return b"\1" in flags.tobytes()


@dataclass(slots=True)
class BatchRows:
    """The rows of a batch that some rule has to look at. Everything is asked for lazily, and once."""

    batch: pa.RecordBatch
    scan: ScanHits
    outside: Outside
    at: Sequence[int]  # rows that are looked at, ascending
    asking: dict[Registers, set[int]] = field(default_factory=dict)  # rows of which registers are asked
    digests: dict[object, str] = field(default_factory=dict)  # of what rules read of a row, by row and what that is
    _hits: dict[int, RowHits] | None = None
    _order: Numbers | None = None
    _keys: Numbers | None = None
    _readers: dict[str, Read] = field(default_factory=dict)
    _writers: dict[str, Written] = field(default_factory=dict)
    _answers: dict[str | Registers, Callable[[int], tuple[bool, bool]] | Exception] = field(default_factory=dict)
    _hidden: frozenset[int] | None = None
    _capped: dict[int, set[int]] | None = None

    def hits(self, row: int) -> RowHits:
        """The hits in a row that is looked at."""
        if self._hits is None:
            self._hits = dict(zip(self.at, self._read(), strict=True))
        return self._hits[row]

    def _read(self) -> Iterator[RowHits]:
        first, last, begin, where = self._places()
        scan, plain_, weak_ = self.scan, BITS.plain, BITS.weak
        parts = zip(scan.field[where].tolist(), scan.fold_start[where].tolist(), scan.fold_end[where].tolist(),
                    scan.disguise[where].tolist(), strict=True)  # fmt: skip
        hits = [(place, start, end, mask | plain_ == plain_, mask & weak_ != 0) for place, start, end, mask in parts]
        lists = scan.words[where].tolist()
        for one, end, of in zip(first, last, begin, strict=True):
            yield RowHits.of(one, lists[of : of + end - one], hits[of : of + end - one])

    def _places(self) -> tuple[list[int], list[int], list[int], slice | Numbers]:
        """(first, last excluded, place among those read) of the hits of each row that is looked at; which are read."""
        if len(self.scan.row) <= FEW:
            rows = self.scan.row.tolist()
            first = [bisect_left(rows, row) for row in self.at]
            return first, [bisect_right(rows, row) for row in self.at], first, slice(None)
        at = np.asarray(self.at, np.int32)
        begin, end = self.scan.row.searchsorted(at), self.scan.row.searchsorted(at, "right")
        if end[-1] - begin[0] <= DENSE * len(at):
            where: slice | Numbers = slice(int(begin[0]), int(end[-1]))
            place = begin - begin[0]
        else:
            where, place = flat(begin, end - begin), np.cumsum(end - begin) - (end - begin)
        return begin.tolist(), end.tolist(), place.tolist(), where

    def visible(self, row: int) -> HitsOfRow:
        """The hits of each list that a reader sees, sorted by field and start."""
        here = self.hits(row)
        hidden = self.scan.hidden[here.first : here.first + len(here.words)].tolist()
        return {words: [here.hits[n] for n in at if not hidden[n]] for words, at in here.at.items()}

    @property
    def hidden(self) -> frozenset[int]:
        """The rows of the batch that have a hit that a reader does not see."""
        if self._hidden is None:
            hidden = self.scan.hidden
            self._hidden = frozenset(self.scan.row[hidden].tolist() if _any(hidden) else ())
        return self._hidden

    @property
    def capped(self) -> dict[int, set[int]]:
        """By row of the batch the lists of which it has more hits than are looked at."""
        if self._capped is None:
            self._capped, these = {}, self.scan.capped
            if not _any(these):
                return self._capped
            for row, words in zip(self.scan.row[these].tolist(), self.scan.words[these].tolist(), strict=True):
                self._capped.setdefault(row, set()).add(words)
        return self._capped

    def value(self, name: str, row: int) -> Any:
        """A field of a row: price as Decimal, all others as text, None = not stated."""
        read = self._readers.get(name)
        if read is None:
            read = self._readers[name] = self._reader(name)
        return read(row)

    def _reader(self, name: str) -> Read:
        column, _, key = name.partition(".")
        read = reader(self._column(column))
        return (lambda row: dict(read(row) or ()).get(key)) if key else read

    def _column(self, name: str) -> pa.Array | None:
        place = self.batch.schema.get_field_index(name)
        return None if place < 0 else self.batch.column(place)

    def written(self, name: str, row: int) -> bytes:
        """A field of a row as JSON."""
        write = self._writers.get(name)
        if write is None:
            write = self._writers[name] = writer(self._column(name), partial(self.value, name))
        return write(row)

    def registered(self, registers: Registers, row: int) -> tuple[bool, bool]:
        """(sure, possible) of the account of a row. Raises what the look-up raised, for each row that asks."""
        return self._answer(registers, lambda: self._of_registers(registers))(row)

    def named(self, asked: str, row: int) -> tuple[bool, bool]:
        """(sure, possible) of "product(gtin)", "product(model)" or "provider"."""
        return self._answer(asked, lambda: self._of_all(asked))(row)

    def _of_registers(self, registers: Registers) -> Callable[[int], tuple[bool, bool]]:
        rows = sorted(self.asking.get(registers, ()))
        said = self.outside.registered(registers, np.array(rows, np.int64))
        pairs = zip(said.sure.tolist(), said.possible.tolist(), strict=True)
        return dict(zip(rows, pairs, strict=True)).__getitem__

    def _of_all(self, asked: str) -> Callable[[int], tuple[bool, bool]]:
        said = self.outside.named(asked)
        return lambda row: (bool(said.sure[row]), bool(said.possible[row]))

    def _answer(
        self, asked: str | Registers, ask: Callable[[], Callable[[int], tuple[bool, bool]]]
    ) -> Callable[[int], tuple[bool, bool]]:
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
