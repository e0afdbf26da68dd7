"""Which products may stand in which rows: looked up by what rows say, so that no row meets all products of an order.

A product is met where its number stands (but for the check digit), its model in any spelling, beside its brand where
the model says little by itself; or its brand in the title beside words of its name, or beside a misprint of its model.
It is met wherever the judgement could call it possible; what is met and is none is for the judgement to tell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rectify.rules.product_brand import Brand
from rectify.rules.product_codes import misprint, numerals, stems, upright
from rectify.rules.product_keys import Codes, Hashes, Ints, Stream, hashes_of, joined_codes, joins, runs_of
from rectify.rules.product_names import Names

TITLE, TEXT, ATTRIBUTE = range(3)
_LONGEST = 8  # runs of a key; of a longer one its beginnings are sought
_BRAND, _MODEL, _COMMON, _JOINED = range(4)
_SIEVE = np.uint64(0xD6E8FEB86659FD93)
_ROOM = 16  # places of a sieve for each key


@dataclass(frozen=True, slots=True)
class Cells:
    """Folded texts of rows, a blank or the like behind each: where each ends, whose it is, and which part."""

    codes: Codes
    ends: Ints
    row: Ints
    part: Ints

    @staticmethod
    def of(texts: Sequence[tuple[int, int, str]]) -> Cells:
        """The cells of (row, part, text)."""
        codes, ends = joined_codes([text for *_, text in texts])
        row, part = (np.array([cell[n] for cell in texts], np.int64) for n in (0, 1))
        return Cells(codes, ends, row, part)


@dataclass(slots=True)
class Met:
    """What is met in one row: products by number and by model; brands, and those of the title or the attributes."""

    gtin: set[int] = field(default_factory=set)
    model: set[int] = field(default_factory=set)
    brands: set[int] = field(default_factory=set)
    stated: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Group:
    """Products of one brand that have one name: its stems, the keys of its words, their numbers."""

    stems: frozenset[str]
    codes: frozenset[str]
    products: list[int] = field(default_factory=list)


class Blocks:
    """The index of the products of a plan."""

    def __init__(self, names: Iterable[Names]) -> None:
        draft = _Draft()
        for one in names:
            draft.add(one)
        self.brands = draft.brands
        self.brand_of = draft.brand_of
        self.distinct = draft.distinct
        self.siblings = [frozenset(models - {""}) for models in draft.models]
        self._named, self._groups, self._slips = draft.named, draft.groups, draft.slips
        self._table = _Table(draft.keys)
        self._common = _Postings(np.array(draft.common, np.int64).reshape(-1, 3))
        self._cores = {size: _Postings(np.array(found, np.int64)) for size, found in draft.cores.items()}

    def met(self, cells: Cells) -> dict[int, Met]:
        """What is met in the rows of some cells, by row."""
        found: defaultdict[int, Met] = defaultdict(Met)
        stream = Stream(cells.codes)
        for size, places, values in stream.cores(sorted(self._cores)):
            at, products = self._cores[size].of(values)
            for row, product in _pairs(cells.row[np.searchsorted(cells.ends, places[at])], products):
                found[row].gtin.add(product)
        cell, sort, target = self._table.found(stream, cells.ends)
        rows = cells.row[cell]
        brand, common = sort == _BRAND, sort == _COMMON
        for row, product in _pairs(rows[sort == _MODEL], target[sort == _MODEL]):
            found[row].model.add(product)
        for row, product in _pairs(rows[sort == _JOINED], target[sort == _JOINED]):
            found[row].model.add(product)
            found[row].brands.add(self.brand_of[product])
        for row, product in self._beside(rows[brand], target[brand], rows[common], target[common]):
            found[row].model.add(product)
        stated = brand & (cells.part[cell] != TEXT)
        for row, number in _pairs(rows[brand], target[brand]):
            found[row].brands.add(number)
        for row, number in _pairs(rows[stated], target[stated]):
            found[row].stated.add(number)
        return {row: met for row, met in found.items() if met.gtin or met.model or met.stated}

    def by_name(self, brands: Iterable[int], said: Collection[str], codes: Sequence[str]) -> Iterator[int]:
        """Products of brands by the words of their names, those first that most of the `said` stems name.

        `codes` are those that a title is called by; a product with another one has another name.
        """
        named: list[tuple[int, int, Group]] = []
        for brand in brands:
            groups = self._named.get(brand, {})
            counts = Counter(group for stem in said for group in groups.get(stem, ()))
            others = [code for code in codes if code not in self.siblings[brand]]
            for number, count in counts.items():
                group = self._groups[number]
                if count > 1 and group.codes.issuperset(others):
                    named.append((len(group.stems) - count, number, group))
        return (product for *_, group in sorted(named, key=lambda one: one[:2]) for product in group.products)

    def by_slip(self, brands: Iterable[int], codes: Iterable[str]) -> set[int]:
        """Products of brands of whose model one of these codes, `upright`, is a misprint."""
        slips = {code: numerals(code) for code in codes}
        return {
            number
            for code, said in slips.items()
            for brand in brands
            for size in (len(code) - 1, len(code), len(code) + 1)
            for model, number in self._slips.get((brand, said, size), ())
            if misprint(code, model)
        }

    def _beside(self, rows: Ints, brands: Ints, there: Ints, models: Ints) -> Iterator[tuple[int, int]]:
        """(row, product) of common models that stand in one row with their brand."""
        order = np.argsort(there, kind="stable")
        there, models = there[order], models[order]
        pairs = np.unique(np.stack((rows, brands), 1), axis=0) if len(rows) else np.zeros((0, 2), np.int64)
        low, high = (np.searchsorted(there, pairs[:, 0], side=side) for side in ("left", "right"))
        each = np.repeat(np.arange(len(pairs)), high - low)
        model = models[flat(low, high - low)]
        at, products = self._common.of(pairs[each, 1] << 32 | model)
        return _pairs(pairs[each[at], 0], products)


def _pairs(first: Ints, second: Ints) -> Iterator[tuple[int, int]]:
    return zip(first.tolist(), second.tolist(), strict=True)


def flat(start: Ints, length: Ints) -> Ints:
    """The numbers start, start + 1 ... of each run, one run after another."""
    before = np.cumsum(length) - length
    numbers: Ints = np.arange(int(length.sum())) + np.repeat(start - before, length)
    return numbers


class _Postings:
    """Targets by value."""

    def __init__(self, pairs: Ints) -> None:
        """`pairs`: (value, target), or (brand, model, product) whose first two are one value."""
        if pairs.shape[-1] == 3:
            pairs = np.stack((pairs[:, 0] << 32 | pairs[:, 1], pairs[:, 2]), 1)
        pairs = np.unique(pairs.reshape(-1, 2), axis=0)
        self._values, self._targets = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])

    def of(self, values: Ints) -> tuple[Ints, Ints]:
        """(which of the values, target) of all that is known of them."""
        low, high = (np.searchsorted(self._values, values, side=side) for side in ("left", "right"))
        return np.repeat(np.arange(len(values)), high - low), self._targets[flat(low, high - low)]


class _Table:
    """Keys of brands and models, sought in the runs of texts by their hashes."""

    def __init__(self, keys: Mapping[tuple[tuple[str, ...], int, int], None]) -> None:
        beginnings: dict[str, None] = {}
        whole: list[str] = []
        said: list[tuple[int, int]] = []
        self._longest = 1
        for runs, sort, target in keys:
            together = next((n for n in range(1, len(runs)) if not joins(runs[n - 1], runs[n])), len(runs))
            beginnings.update({"".join(runs[:n]): None for n in range(1, together + 1)})
            self._longest = max(self._longest, min(_LONGEST, len(runs)))
            for size in range(min(_LONGEST, len(runs)), len(runs) + 1):
                whole.append("".join(runs[:size]))
                said.append((sort, target))
        hashes = hashes_of(whole)
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._sort, self._target = (np.array([one[n] for one in said], np.int64)[order] for n in (0, 1))
        self._begins, self._holds = _Sieve(hashes_of(list(beginnings))), _Sieve(hashes)

    def found(self, stream: Stream, ends: Ints) -> tuple[Ints, Ints, Ints]:
        """(cell, sort, target) of all keys in texts."""
        single = stream.single()
        starts = np.flatnonzero(self._begins.may(single))
        none = np.zeros(0, np.int64)
        found = [(none, none, none)]
        for size in range(1, self._longest + 1):
            runs = starts[starts + size <= len(single)]
            hashes = single[runs] if size == 1 else stream.windows(runs, size)
            kept = self._holds.may(hashes)
            runs, hashes = runs[kept], hashes[kept]
            low, high = (np.searchsorted(self._hashes, hashes, side=side) for side in ("left", "right"))
            cell, last = (np.searchsorted(ends, stream.place[at]) for at in (runs, runs + size - 1))
            count = np.where(cell == last, high - low, 0)
            at = flat(low, count)
            found.append((np.repeat(cell, count), self._sort[at], self._target[at]))
        cell, sort, target = (np.concatenate([one[n] for one in found]) for n in range(3))
        return cell, sort, target


class _Sieve:
    """A set of hashes that may take a few others for its own."""

    def __init__(self, hashes: Hashes) -> None:
        size = min(24, max(12, (len(hashes) * _ROOM).bit_length()))
        self._shift = np.uint64(64 - size)
        self._there = np.zeros(1 << size, np.bool_)
        self._there[self._places(hashes)] = True

    def _places(self, hashes: Hashes) -> Ints:
        return (hashes * _SIEVE >> self._shift).astype(np.int64)

    def may(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Which may be of the set."""
        flags: npt.NDArray[np.bool_] = self._there[self._places(hashes)]
        return flags


class _Draft:
    """The index in the making, product by product."""

    def __init__(self) -> None:
        self.keys: dict[tuple[tuple[str, ...], int, int], None] = {}
        self.brands: list[Brand] = []
        self.brand_of: list[int] = []
        self.distinct: list[int] = []
        self.models: list[set[str]] = []
        self.groups: list[Group] = []
        self.named: dict[int, dict[str, list[int]]] = {}  # brand -> stem -> groups
        self.slips: dict[tuple[int, str, int], list[tuple[str, int]]] = defaultdict(list)
        self.common: list[tuple[int, int, int]] = []
        self.cores: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._brands: dict[str, int] = {}
        self._models: dict[tuple[str, ...], int] = {}
        self._names: dict[tuple[int, str], Group] = {}

    def add(self, names: Names) -> None:
        """Take a product in; they come by number."""
        brand = self._brand(names.made_by)
        self.brand_of.append(brand)
        self.distinct.append(names.distinct)
        self.models[brand].add(names.model_key)
        if names.core:
            self.cores[len(names.core)].append((int(names.core), names.number))
        if names.brand and names.product.name:
            self._group(names, brand).products.append(names.number)
        if names.slip is not None:
            self.slips[brand, names.slip, len(names.model_key)].append((upright(names.model_key), names.number))
        for form in names.model_forms:
            if runs := tuple(runs_of(form)):
                self._model(names, brand, runs)

    def _brand(self, brand: Brand) -> int:
        if brand.key not in self._brands:
            self._brands[brand.key] = len(self._brands)
            self.models.append(set())
            self.brands.append(brand)
        number = self._brands[brand.key]
        for runs in brand.runs:
            self.keys[runs, _BRAND, number] = None
        return number

    def _group(self, names: Names, brand: int) -> Group:
        key = brand, names.product.name
        if key not in self._names:
            group = self._names[key] = Group(stems(names.fold(names.product.name)), names.codes_of_name)
            postings = self.named.setdefault(brand, {})
            for stem in group.stems:
                postings.setdefault(stem, []).append(len(self.groups))
            self.groups.append(group)
        return self._names[key]

    def _model(self, names: Names, brand: int, runs: tuple[str, ...]) -> None:
        if names.common:
            model = self._models.setdefault(runs, len(self._models))
            self.keys[runs, _COMMON, model] = None
            self.common.append((brand, model, names.number))
        else:
            self.keys[runs, _MODEL, names.number] = None
        for ahead in names.made_by.runs:  # "KiteAir": the brand stands joined to it
            if joins(ahead[-1], runs[0]):
                for n in range(len(ahead)):
                    self.keys[(*ahead[n:], *runs), _JOINED, names.number] = None
