"""The products that an order names, sought in the rows of one batch: which rows may be one, and what is said of them.

For few products patterns in the plan's scan find the rows; for many the texts of all rows are folded and looked up in
the index by column. Both leave to the index which products a row is judged beside, so that the answers are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from rectify.rules.product_blocks import ATTRIBUTE as STATED
from rectify.rules.product_blocks import TEXT, TITLE, Cells
from rectify.rules.product_row import Grade, Judged, Row
from rectify.rules.products import ATTRIBUTES, FEW, ProductAnswer, ProductIndex, stated
from rectify.screening.fold import Codes, codes_of, fold_codes, text_of
from rectify.screening.rows import ATTRIBUTE, Flags, Numbers, field_values
from rectify.screening.text import TextColumns
from rectify.terms.finding import Evidence
from rectify.terms.item import TEXT_FIELDS

_TEXTS = 2  # title and text; variants are fields behind them


def patterns_for(index: ProductIndex) -> tuple[str, ...]:
    """What the plan's scan seeks so that rows are nominated; nothing where the products are many."""
    return index.patterns if len(index.products) <= FEW else ()


@dataclass(frozen=True)
class BatchProducts:
    """The products of a plan beside the rows of a batch. `nominated`: rows in which one of the patterns was found."""

    index: ProductIndex
    batch: pa.RecordBatch
    columns: TextColumns
    nominated: Flags

    def answers(self) -> dict[int, ProductAnswer]:
        """The answer for each row that may be a product."""
        return self._of_nominated() if patterns_for(self.index) or not self.index.products else self._by_column()

    def _of_nominated(self) -> dict[int, ProductAnswer]:
        nominated = self.nominated.copy()
        parents, values = self._stated()
        nominated[parents[holding(values, self.index.patterns)]] = True
        numbers = np.flatnonzero(nominated).tolist()
        held = self._attributes(numbers)
        texts = ([self.columns.folded(row, n) for n in range(self._fields(row))] for row in numbers)
        rows = [self._row(said, held[row]) for row, said in zip(numbers, texts, strict=True)]
        return dict(zip(numbers, self.index.judged(rows), strict=True))

    def _by_column(self) -> dict[int, ProductAnswer]:
        columns = self.columns
        codes, ends = _folded(columns.codes, columns.end)
        part = np.where(columns.field == 0, TITLE, TEXT)
        parents, values = self._stated()
        joined = codes_of("".join(f"{value}\n" for value in values))
        more, last = _folded(joined, np.cumsum([len(value) + 1 for value in values], dtype=np.int64) - 1)
        cells = Cells(
            np.concatenate((codes, more)), np.concatenate((ends, last + len(codes))),
            np.concatenate((columns.row, parents)), np.concatenate((part, np.full(len(parents), STATED))),
        )  # fmt: skip
        met = self.index.blocks.met(cells)
        held = self._attributes(sorted(met))
        said = {}
        for row, beside in met.items():
            here = [columns.cell(row, n) for n in range(self._fields(row))]
            texts = [text_of(codes[ends[cell - 1] + 1 if cell else 0 : ends[cell]]) for cell in here]
            said[row] = self.index.judge_met(self._row(texts, held[row]), beside)
        return said

    def _row(self, texts: Sequence[str], held: Mapping[str, str]) -> Row:
        return Row(texts[0], texts[1], tuple(texts[_TEXTS:]), self.index.folded(held))

    def _fields(self, row: int) -> int:
        if "variants" not in self.batch.schema.names:
            return _TEXTS
        return _TEXTS + len(self.batch.column("variants")[row].as_py() or ())

    def _stated(self) -> tuple[Numbers, list[str]]:
        """(row, text) of what attributes say of a product."""
        rows, names, values = attributes(self.batch)
        if not len(names):
            return rows, []
        kept = np.flatnonzero(np.asarray(pc.is_in(names, pa.array(ATTRIBUTES))))
        named, held = (part.take(pa.array(kept)).to_pylist() for part in (names, values))
        said = [stated(name, value or "") for name, value in zip(named, held, strict=True)]
        return np.repeat(rows[kept], list(map(len, said))), [text for texts in said for text in texts]

    def _attributes(self, rows: Sequence[int]) -> dict[int, dict[str, str]]:
        held = field_values(self.batch, "attributes", np.array(rows, np.int64))
        return {row: {k: v or "" for k, v in said or ()} for row, said in zip(rows, held, strict=True)}

    def evidence(self, row: int, judged: Judged) -> tuple[Evidence, ...]:
        """What speaks for a product in a row, as it was written."""
        found = []
        for seen in judged.seen:
            start, end, hidden = seen.start, seen.end, False
            if seen.field.startswith(ATTRIBUTE):
                (value,) = field_values(self.batch, seen.field, np.array([row]))
                start, end = 0, len(value)
            else:
                start, end, hidden = self._written(row, seen.field, seen.start, seen.end)
            found.append(Evidence(seen.field, start, end, "product", self.index.label(seen.number), (), hidden))
        return tuple(found)

    def _written(self, row: int, name: str, start: int, end: int) -> tuple[int, int, bool]:
        """(start, end in what was written, hidden) of a span of a folded text."""
        column, _, place = name.partition("[")
        number = TEXT_FIELDS.index(column) + (int(place.rstrip("]")) if place else 0)
        cell = self.columns.cell(row, number)
        _, at = fold_codes(codes_of(self.columns.read(cell)))
        first, last = int(at[start]), int(at[end - 1]) + 1
        view = self.columns.views.get(cell)
        hidden = view is not None and bool(view.hidden[first:last].any())
        return (*self.columns.span(cell, first, last), hidden)


def graded(answers: Mapping[int, ProductAnswer], how: str, rows: int) -> tuple[Flags, Flags]:
    """(sure, possible) of each row, by "gtin" or by "model"."""
    sure, possible = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    for row, answer in answers.items():
        grade = answer.by(how).grade
        sure[row], possible[row] = grade is Grade.SURE, grade is not Grade.NO
    return sure, possible


def _folded(codes: Codes, ends: Numbers) -> tuple[Codes, Numbers]:
    """(folded texts, where each ends) of texts that end there."""
    codes = codes.copy()
    codes[ends] = ord("\n")  # what folding keeps
    folded, at = fold_codes(codes)
    return folded, np.searchsorted(at, ends)


def attributes(batch: pa.RecordBatch) -> tuple[Numbers, pa.Array, pa.Array]:
    """(row, name, value) of every attribute of a batch."""
    if "attributes" not in batch.schema.names:
        return np.empty(0, np.int64), pa.array([], pa.string()), pa.array([], pa.string())
    maps = batch.column("attributes")
    offsets = np.asarray(maps.offsets)
    rows = np.repeat(np.arange(len(maps)), np.diff(offsets))
    held = slice(int(offsets[0]), int(offsets[-1]))
    return rows, maps.keys[held], maps.items[held]


def holding(texts: Sequence[str | None], patterns: tuple[str, ...]) -> Numbers:
    """Numbers of the texts in whose folded form one of the patterns stands. One pass over all of them together."""
    if not patterns or not texts:
        return np.empty(0, np.int64)
    said = [text or "" for text in texts]
    folded, at = fold_codes(codes_of("\n".join(said)))
    ends = np.cumsum([len(text) + 1 for text in said]) - 1
    found: set[int] = set()
    for match in _either(patterns).finditer(text_of(folded)):
        if match.end() > match.start():
            first, last = np.searchsorted(ends, [at[match.start()], at[match.end() - 1]]).tolist()
            found.update(range(first, last + 1))
    return np.array(sorted(found), np.int64)


@lru_cache(maxsize=8)
def _either(patterns: tuple[str, ...]) -> re2._Regexp:
    options = re2.Options()
    options.max_mem = 64 << 20
    return re2.compile("|".join(f"(?:{one})" for one in patterns), options)
