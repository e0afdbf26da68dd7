"""What is shown of a finding: the hits of the words that the branch which held uses, and the sentence that says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rectify.rules.language import Node
from rectify.rules.pack import Words, offer_for
from rectify.rules.tree import (
    Among,
    And,
    Compare,
    Count,
    Has,
    Near,
    Not,
    Offer,
    Or,
    Plain,
    ProductNamed,
    ProviderNamed,
    Registered,
    canonical,
)
from rectify.screening.match import ScanHits, disguises_of
from rectify.screening.row_hits import RowHits
from rectify.screening.rows import BatchRows
from rectify.terms.finding import Disguise, Evidence
from rectify.terms.item import TEXT_FIELDS

MOST = 30  # pieces of evidence a finding carries
FEW = 256  # pairs of hits up to which one after another is faster than a table of all
_NAMED = re.compile(r"\{([a-z0-9_]+)\}")
_LONGEST = 60  # code points of what stands for a {name} in a sentence
_FIRST_VARIANT = TEXT_FIELDS.index("variants")
_COMPARED = "field"  # `words` of evidence that is a compared field

Taken = Callable[[RowHits], Iterable[int]]  # numbers of the hits of a row that an atom rests on
Shown = Callable[[BatchRows, int], Sequence[Evidence]]  # what no words show of a row


def positive(node: Node, offers: Mapping[str, Node], kind: str) -> Iterator[Node]:
    """The atoms of a condition that speak for it: all but those under a `not`; `offer` by the line of the kind."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from positive(part, offers, kind)
        case Offer():
            line = offer_for(offers, kind)
            if line is not None:
                yield from positive(line, offers, kind)
        case Not():
            return
        case _:
            yield node


@dataclass(frozen=True, slots=True)
class Grounds:
    """What some atoms rest on, made ready once for the rows of all batches."""

    taken: tuple[Taken, ...]
    others: tuple[Shown, ...]
    words: Mapping[int, Words]  # by number of the list

    @staticmethod
    def of(atoms: Iterable[Node], lists: Mapping[str, int], words: Mapping[str, Words]) -> Grounds:
        """The grounds of atoms over the words of a pack; `lists`: the numbers of its lists."""
        taken: list[Taken] = []
        others: list[Shown] = []
        for atom in atoms:
            match atom:
                case Has(name, ()) | Count(name):
                    taken.append(_all(lists[name]))
                case Has(name, fields):
                    taken.append(_in_fields(lists[name], frozenset(map(TEXT_FIELDS.index, fields))))
                case Plain(name):
                    taken.append(_plain(lists[name]))
                case Near(one, other, limit):
                    taken.append(_near(lists[one], lists[other], limit))
                case Compare(field) | Among(field):
                    others.append(_compared(field, canonical(atom)))
                case Registered() | ProductNamed() | ProviderNamed():
                    others.append(_asked(canonical(atom)))
        named = {number: words[name] for name, number in lists.items()}
        return Grounds(tuple(taken), tuple(others), named)

    def evidence(self, rows: BatchRows, row: int) -> tuple[Evidence, ...]:
        """The evidence that a row has, in the order of the item, each piece once, at most `MOST`."""
        others = [piece for of in self.others for piece in of(rows, row)] if self.others else []
        here, scan, words = rows.hits(row), rows.scan, self.words
        taken = sorted(self.taken[0](here) if len(self.taken) == 1 else {n for of in self.taken for n in of(here)})
        if len(taken) > MOST - len(others):
            taken = taken[: max(0, MOST - len(others))]
        told = [_told(scan, here.first + n, words[here.words[n]]) for n in taken]
        shown = [Evidence(*one) for one in (dict.fromkeys(told) if len(told) > 1 else told)]
        return tuple(dict.fromkeys([*shown, *others]))[:MOST] if others else tuple(shown)


def _all(number: int) -> Taken:
    return lambda here: here.at.get(number, ())


def _in_fields(number: int, fields: frozenset[int]) -> Taken:
    return lambda here: [n for n in here.at.get(number, ()) if min(here.hits[n][0], _FIRST_VARIANT) in fields]


def _plain(number: int) -> Taken:
    return lambda here: [n for n in here.at.get(number, ()) if here.hits[n][3]]


def _near(one: int, other: int, limit: int) -> Taken:
    """Hits of either list that have a partner within reach, by the rules of `rules.columns.near`."""
    same = one == other

    def taken(here: RowHits) -> Iterable[int]:
        left, right = here.at.get(one, ()), here.at.get(other, ())
        of = _near_of_many if len(left) * len(right) > FEW else _near_of_few
        return of(here, left, right, limit, same)

    return taken


def _near_of_few(here: RowHits, left: Sequence[int], right: Sequence[int], limit: int, same: bool) -> set[int]:
    found: set[int] = set()
    for n in left:
        field, start, end, _, _ = here.hits[n]
        for m in right:
            field2, start2, end2, _, _ = here.hits[m]
            if field != field2 or start2 > end + limit or start > end2 + limit:
                continue
            if (start >= end2 or start2 >= end) if same else (start != start2 or end != end2):
                found |= {n, m}
    return found


def _near_of_many(here: RowHits, left: Sequence[int], right: Sequence[int], limit: int, same: bool) -> set[int]:
    hits = np.array([hit[:3] for hit in here.hits], np.int64)
    field, start, end = (part[:, None] for part in hits[left].T)
    field2, start2, end2 = (part[None, :] for part in hits[right].T)
    pair = (field == field2) & (start2 <= end + limit) & (start <= end2 + limit)
    pair &= ((start >= end2) | (start2 >= end)) if same else ((start != start2) | (end != end2))
    return {*np.array(left)[pair.any(axis=1)].tolist(), *np.array(right)[pair.any(axis=0)].tolist()}


def _compared(field: str, said: str) -> Shown:
    def shown(rows: BatchRows, row: int) -> Sequence[Evidence]:
        value = rows.value(field, row)
        return () if value in (None, "") else (Evidence(field, 0, len(str(value)), _COMPARED, said),)

    return shown


def _asked(said: str) -> Shown:
    return lambda rows, row: rows.outside.shown(said, row)


@lru_cache(maxsize=512)
def field_name(number: int) -> str:
    """The name of a field by its number: title, text, variants[0], variants[1] ..."""
    return TEXT_FIELDS[number] if number < _FIRST_VARIANT else f"variants[{number - _FIRST_VARIANT}]"


@lru_cache(maxsize=4096)
def _seen_through(mask: int) -> tuple[Disguise, ...]:
    return disguises_of(mask)


def hit_evidence(scan: ScanHits, at: int, words: Words) -> Evidence:
    """A hit as evidence; the term of a pattern is the pattern."""
    return Evidence(*_told(scan, at, words))


def _told(scan: ScanHits, at: int, words: Words) -> tuple[str, int, int, str, str, tuple[Disguise, ...], bool]:
    term, terms = scan.term.item(at), words.terms
    return (
        field_name(scan.field.item(at)),
        scan.start.item(at),
        scan.end.item(at),
        words.name,
        terms[term].text if term < len(terms) else words.patterns[term - len(terms)],
        _seen_through(scan.disguise.item(at)),
        scan.hidden.item(at),
    )


class Sentence:
    """The sentence of a rule, in which each {name} of `names` stands for evidence.

    Any other brace stays as it is: no format string is ever run over a pack's text (SECURITY.md §2, 1.3.7).
    """

    __slots__ = ("_parts",)

    def __init__(self, why: str, names: Collection[str]) -> None:
        parts = _NAMED.split(why)  # text, name, text, name ... text
        self._parts: list[tuple[str, str]] = [("", parts[0])]  # a name, and the text behind it
        for name, behind in zip(parts[1::2], parts[2::2], strict=True):
            self._parts.append((name, behind) if name in names else ("", f"{{{name}}}{behind}"))

    def told(self, evidence: Sequence[Evidence], shown: Callable[[Evidence], str]) -> str:
        """The sentence with what `shown` gives for the first evidence of each name, "…" where there is none."""
        told = ""
        for name, behind in self._parts:
            told += (_of_name(name, evidence, shown) + behind) if name else behind
        return told


def _of_name(name: str, evidence: Sequence[Evidence], shown: Callable[[Evidence], str]) -> str:
    text = "…"
    for one in evidence:
        if one.words == name:
            text = shown(one)
            break
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
