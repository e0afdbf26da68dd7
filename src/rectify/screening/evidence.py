"""What is shown of a finding: the hits of the words that the branch which held uses, and the sentence that says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

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
from rectify.screening.rows import NOT_PLAIN, Numbers, PackRows
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


def gather(rows: PackRows, number: int, atoms: Sequence[Node], words: Mapping[str, Words]) -> tuple[Evidence, ...]:
    """The evidence that a row has for these atoms, in the order of the item, each piece once, at most `MOST`."""
    here = rows.hits_of(number)
    hits: set[int] = set()
    others: list[Evidence] = []
    for atom in atoms:
        match atom:
            case Has() | Near() | Count() | Plain():
                hits.update(_taken(rows, here, atom).tolist())
            case Compare(field) | Among(field):
                others += _compared(rows, number, atom, field)
            case Registered() | ProductNamed() | ProviderNamed():
                others += rows.outside.shown(canonical(atom), int(rows.at[number]))
    names = {index: name for name, index in rows.lists.items()}
    taken = sorted(hits)[: max(0, MOST - len(others))]
    shown = [hit_evidence(rows.scan, at, words[names[int(rows.scan.words[at])]]) for at in taken]
    return tuple(dict.fromkeys([*shown, *others]))[:MOST]


def _taken(rows: PackRows, here: Numbers, atom: Node) -> Numbers:
    """Positions of the hits that an atom rests on, among those of the row."""
    match atom:
        case Has(name, fields):
            return _in_fields(rows, _of(rows, here, name), fields)
        case Count(name):
            return _of(rows, here, name)
        case Plain(name):
            of = _of(rows, here, name)
            return np.extract((rows.scan.disguise[of] & NOT_PLAIN) == 0, of)
        case Near(one, other, limit):
            return _near(rows, here, one, other, limit)
    raise TypeError(f"no words in {atom!r}")


def _of(rows: PackRows, here: Numbers, name: str) -> Numbers:
    return np.extract(rows.scan.words[here] == rows.lists[name], here)


def _in_fields(rows: PackRows, of: Numbers, fields: Sequence[str]) -> Numbers:
    if not fields:
        return of
    place = np.minimum(rows.scan.field[of], _FIRST_VARIANT)
    return np.extract(np.isin(place, [TEXT_FIELDS.index(name) for name in fields]), of)


def _near(rows: PackRows, here: Numbers, one: str, other: str, limit: int) -> Numbers:
    """Hits of either that have a partner within reach, by the rules of `rules.columns.near`."""
    scan, left, right = rows.scan, _of(rows, here, one), _of(rows, here, other)
    pair = scan.field[left][:, None] == scan.field[right][None, :]
    start, end = scan.fold_start[left][:, None], scan.fold_end[left][:, None]
    start2, end2 = scan.fold_start[right][None, :], scan.fold_end[right][None, :]
    pair &= (start2 <= end + limit) & (start <= end2 + limit)
    pair &= ((start >= end2) | (start2 >= end)) if one == other else ((start != start2) | (end != end2))
    return np.concatenate([np.extract(pair.any(axis=1), left), np.extract(pair.any(axis=0), right)])


def _compared(rows: PackRows, number: int, atom: Node, field: str) -> list[Evidence]:
    value = rows.field(field)[number]
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
