"""What is shown of a finding: the hits of the words that the branch which held uses, and the sentence that says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
from rectify.screening.rows import BatchRows, Numbers, plain
from rectify.terms.finding import Evidence
from rectify.terms.item import TEXT_FIELDS

MOST = 30  # pieces of evidence a finding carries
_NAMED = re.compile(r"\{([a-z0-9_]+)\}")
_LONGEST = 60  # code points of what stands for a {name} in a sentence
_FIRST_VARIANT = TEXT_FIELDS.index("variants")
_COMPARED = "field"  # `words` of evidence that is a compared field


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
class Place:
    """A row in which a rule held: where its hits are, and the numbers of the words lists of its pack."""

    rows: BatchRows
    row: int
    here: Numbers  # positions in the scan of its hits
    lists: Mapping[str, int]
    registers: tuple[str, ...]


def gather(place: Place, atoms: Sequence[Node], words: Mapping[str, Words]) -> tuple[Evidence, ...]:
    """The evidence that a row has for these atoms, in the order of the item, each piece once, at most `MOST`."""
    hits: set[int] = set()
    others: list[Evidence] = []
    for atom in atoms:
        match atom:
            case Has() | Near() | Count() | Plain():
                hits.update(_taken(place, atom).tolist())
            case Compare(field) | Among(field):
                others += _compared(place, atom, field)
            case Registered() | ProductNamed() | ProviderNamed():
                others += place.rows.outside.shown(canonical(atom), place.row)
    names = {index: name for name, index in place.lists.items()}
    taken = sorted(hits)[: max(0, MOST - len(others))]
    scan = place.rows.scan
    shown = [hit_evidence(scan, at, words[names[int(scan.words[at])]]) for at in taken]
    return tuple(dict.fromkeys([*shown, *others]))[:MOST]


def _taken(place: Place, atom: Node) -> Numbers:
    """Positions of the hits that an atom rests on, among those of the row."""
    scan = place.rows.scan
    match atom:
        case Has(name, fields):
            return _in_fields(scan, _of(place, name), fields)
        case Count(name):
            return _of(place, name)
        case Plain(name):
            of = _of(place, name)
            return np.extract(plain(scan.disguise[of]), of)
        case Near(one, other, limit):
            return _near(scan, _of(place, one), _of(place, other), limit, one == other)
    raise TypeError(f"no words in {atom!r}")


def _of(place: Place, name: str) -> Numbers:
    return np.extract(place.rows.scan.words[place.here] == place.lists[name], place.here)


def _in_fields(scan: ScanHits, of: Numbers, fields: Sequence[str]) -> Numbers:
    if not fields:
        return of
    place = np.minimum(scan.field[of], _FIRST_VARIANT)
    return np.extract(np.isin(place, [TEXT_FIELDS.index(name) for name in fields]), of)


def _near(scan: ScanHits, left: Numbers, right: Numbers, limit: int, same: bool) -> Numbers:
    """Hits of either that have a partner within reach, by the rules of `rules.columns.near`."""
    pair = scan.field[left][:, None] == scan.field[right][None, :]
    start, end = scan.fold_start[left][:, None], scan.fold_end[left][:, None]
    start2, end2 = scan.fold_start[right][None, :], scan.fold_end[right][None, :]
    pair &= (start2 <= end + limit) & (start <= end2 + limit)
    pair &= ((start >= end2) | (start2 >= end)) if same else ((start != start2) | (end != end2))
    return np.concatenate([np.extract(pair.any(axis=1), left), np.extract(pair.any(axis=0), right)])


def _compared(place: Place, atom: Node, field: str) -> list[Evidence]:
    value = place.rows.value(field, place.row)
    return [] if value in (None, "") else [Evidence(field, 0, len(str(value)), _COMPARED, canonical(atom))]


def field_name(number: int) -> str:
    """The name of a field by its number: title, text, variants[0], variants[1] ..."""
    return TEXT_FIELDS[number] if number < _FIRST_VARIANT else f"variants[{number - _FIRST_VARIANT}]"


def hit_evidence(scan: ScanHits, at: int, words: Words) -> Evidence:
    """A hit as evidence; the term of a pattern is the pattern."""
    term = int(scan.term[at])
    told = words.terms[term].text if term < len(words.terms) else words.patterns[term - len(words.terms)]
    return Evidence(
        field=field_name(int(scan.field[at])),
        start=int(scan.start[at]),
        end=int(scan.end[at]),
        words=words.name,
        term=told,
        disguise=disguises_of(int(scan.disguise[at])),
        hidden=bool(scan.hidden[at]),
    )


def fill(why: str, names: Collection[str], evidence: Sequence[Evidence], shown: Callable[[Evidence], str]) -> str:
    """The sentence with each {name} of `names` replaced by what `shown` gives for its first evidence, "…" without any.

    Any other brace stays as it is: no format string is ever run over a pack's text (SECURITY.md §2, 1.3.7).
    """
    first: dict[str, Evidence] = {}
    for one in evidence:
        first.setdefault(one.words, one)

    def told(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            return match.group()
        text = shown(first[name]) if name in first else "…"
        text = "".join(c if c.isprintable() else " " for c in text)
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    return _NAMED.sub(told, why)
