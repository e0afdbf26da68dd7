"""How many words of real disguised adverts are still found: a vocabulary of one half of the messages, sought in the
other half as they were written, by class; what is not seen through, and why; what each class costs in alarms.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

import pyarrow as pa

from bench.measurements.missed import reason
from bench.measurements.vocabulary import Pair, choose, clean_texts, read_pairs
from rectify.rules.pack import Pack, Term
from rectify.screening.fold import codes_of, fold_codes, text_of
from rectify.screening.match import Matcher, WordList, disguises_of
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL, PLAIN, WEAK, Disguise

D = Disguise
BEFORE = PLAIN | {D.LOOK_ALIKE, D.INVISIBLE, D.COMBINING, D.SPACED, D.SQUEEZED, D.LEET, D.EMOJI, D.MIXED}
READINGS = {  # what is read through: as the engine did before there were classes for Chinese, and now
    "as written (case, width, traditional signs)": PLAIN,
    "classes of version 1": BEFORE,
    "all": ALL,
    "all, twin, sound": frozenset(Disguise),
}
LATEST = "all, twin, sound"
LATER = tuple(disguise for disguise in D if disguise not in BEFORE)
OWN_TEXTS = Path(__file__).resolve().parents[2] / "tests" / "packs" / "data"
_ROWS = 1024


@dataclass
class Found:
    """Occurrences of the vocabulary that are found on the written side, of these the strong ones, and by class."""

    found: int = 0
    strong: int = 0
    classes: Counter[str] = field(default_factory=Counter)


@dataclass
class RealDisguises:
    """What was measured. `open_` occurrences are written as they are; `missed`: reason -> occurrences that the widest
    reading does not find.
    """

    messages: int = 0
    words: int = 0
    sought: int = 0
    open_: int = 0
    readings: dict[str, Found] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a class adds: words found through it in texts that are assumed, or were written, innocent."""

    words: str
    disguise: Disguise
    texts: str
    rows: int
    hits: int  # that are not there without the class
    alarmed: int  # rows with such a hit


def measure_real_disguises(folder: Path) -> RealDisguises:
    """The vocabulary of one half, sought in the other."""
    first, second = read_pairs(folder)
    words = choose([pair.plain for pair in first], _chinese(clean_texts(folder)))
    wanted = [Counter({word: n for word in words if (n := pair.plain.count(word))}) for pair in second]
    told = RealDisguises(len(second), len(words), sum(counted.total() for counted in wanted))
    for name, disguises in READINGS.items():
        seen = _seen(words, disguises, [pair.obfuscated for pair in second])
        found = told.readings[name] = Found()
        for counted, here in zip(wanted, seen, strict=True):
            for word, n in counted.items():
                masks = here.get(word, [])[:n]
                found.found += len(masks)
                found.strong += sum(1 for classes in masks if not WEAK & set(classes))
                found.classes.update(" + ".join(c for c in classes if c not in PLAIN) or "plain" for classes in masks)
        if name == LATEST:
            for pair, counted, here in zip(second, wanted, seen, strict=True):
                told.missed.update(_reasons(pair, {word: n - len(here.get(word, [])) for word, n in counted.items()}))
    told.open_ = told.readings[next(iter(READINGS))].found
    return told


def measure_costs(
    folder: Path, packs: Sequence[Pack], classes: Sequence[Disguise] = (*LATER, D.EMOJI, D.MIXED)
) -> list[Cost]:
    """What each class adds to the hits of the vocabulary, and of terms of packs, in clean rows and innocent texts."""
    words = choose([pair.plain for pair in read_pairs(folder)[0]], _chinese(clean_texts(folder)))
    innocent = {**clean_texts(folder), "hard negatives": _hard_negatives()}
    shipped = dict.fromkeys(term.text for pack in packs for part in pack.words.values() for term in part.terms)
    return [
        *costs(f"{len(words)} of adverts", words, innocent, classes),
        *costs(f"{len(shipped):,} of packs", list(shipped), innocent, classes),
    ]


def costs(
    name_of: str, words: Sequence[str], innocent: Mapping[str, Sequence[str]], classes: Iterable[Disguise]
) -> list[Cost]:
    """What each class adds to the hits of some words in innocent texts."""
    texts = [text for part in innocent.values() for text in part]
    known: dict[frozenset[Disguise], list[int]] = {}

    def hits(disguises: frozenset[Disguise]) -> list[int]:
        if disguises not in known:
            known[disguises] = [*map(_total, _seen(words, disguises, texts))]
        return known[disguises]

    found = []
    for disguise in classes:
        whole, without = hits(ALL | {disguise}), hits(ALL - {disguise})
        more = [one - other for one, other in zip(whole, without, strict=True)]
        start = 0
        for name, part in innocent.items():
            here = [n for n in more[start : start + len(part)] if n > 0]
            found.append(Cost(name_of, disguise, name, len(part), sum(here), len(here)))
            start += len(part)
    return found


def _total(seen: Mapping[str, Sequence[object]]) -> int:
    return sum(map(len, seen.values()))


def _chinese(texts: Mapping[str, Sequence[str]]) -> list[str]:
    return [text for part in texts.values() for text in part if any("\u4e00" <= sign <= "\u9fff" for sign in text)]


def _hard_negatives() -> list[str]:
    texts = []
    for path in sorted(OWN_TEXTS.glob("hard_negatives_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [f"{row.get('title') or ''}\n{row.get('text') or ''}" for row in csv.DictReader(file)]
    return texts


def _seen(
    words: Sequence[str], disguises: frozenset[Disguise], texts: Sequence[str]
) -> list[dict[str, list[tuple[Disguise, ...]]]]:
    """Of each text the words found, with the classes of each hit, the least disguised first; none overlaps another."""
    matcher = Matcher.compile([WordList("vocabulary", tuple(Term(word, "") for word in words), disguises=disguises)])
    found: list[dict[str, list[tuple[Disguise, ...]]]] = [{} for _ in texts]
    for start in range(0, len(texts), _ROWS):
        batch = pa.RecordBatch.from_pydict({"title": list(texts[start : start + _ROWS])})
        hits = matcher.scan(TextColumns.of(batch))
        order = sorted(range(len(hits)), key=lambda n: (bool(WEAK & {*disguises_of(int(hits.disguise[n]))}), n))
        taken: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for n in order:
            row, term, span = int(hits.row[n]), int(hits.term[n]), (int(hits.start[n]), int(hits.end[n]))
            spans = taken.setdefault((row, term), [])
            if all(span[1] <= a or b <= span[0] for a, b in spans):
                spans.append(span)
                found[start + row].setdefault(words[term], []).append(disguises_of(int(hits.disguise[n])))
    return found


def _reasons(pair: Pair, missing: Mapping[str, int]) -> Counter[str]:
    """Why occurrences of words were not found, by what stands in their place."""
    counted: Counter[str] = Counter()
    if not any(n > 0 for n in missing.values()):
        return counted
    written, plain = (text_of(fold_codes(codes_of(text))[0]) for text in (pair.obfuscated, pair.plain))
    blocks = SequenceMatcher(None, written, plain, autojunk=False).get_opcodes()
    for word, n in missing.items():
        at, reasons = -1, []
        while (at := plain.find(word, at + 1)) >= 0:
            if (stands := _in_place(blocks, written, at, at + len(word))) != word:
                reasons.append(reason(stands, word))
        counted.update((reasons + ["the source's own text differs"] * n)[: max(n, 0)])
    return counted


def _in_place(blocks: Sequence[tuple[str, int, int, int, int]], written: str, start: int, end: int) -> str:
    """What is written where plain[start:end] stands."""
    edges = []
    for edge, last in ((start, False), (end, True)):
        for kind, a, b, c, d in blocks:
            inside = c < edge <= d if last else c <= edge < d
            if inside and (kind == "equal" or b - a == d - c):
                edges.append(a + edge - c)
            elif inside:
                edges.append(b if last else a)
            if inside:
                break
    return written[edges[0] : edges[1]] if len(edges) > 1 else ""


def disguises_block(told: RealDisguises, paid: Sequence[Cost]) -> str:
    """The measurement as text for the page."""
    disguised = told.sought - told.open_

    def of(part: int, whole: int) -> str:
        return f"{part / whole:.3f} ({part:,} of {whole:,})" if whole else "–"

    rows = [
        (name, *(of(n, whole) for n, whole in ((one.found, told.sought), (one.found - told.open_, disguised),
                                               (one.strong - told.open_, disguised))))
        for name, one in told.readings.items()
    ]  # fmt: skip
    classes = told.readings[LATEST].classes
    named = [(name, f"{n:,}") for name, n in classes.most_common()]
    why = [(name, f"{n:,}") for name, n in told.missed.most_common()]
    prices = [(one.words, one.texts, f"{one.rows:,}", one.disguise, f"{one.hits:,}", f"{one.alarmed:,}")
              for one in paid if one.hits]  # fmt: skip
    free = sorted({*(one.disguise for one in paid)} - {one.disguise for one in paid if one.hits})
    return f"""
## Real disguises: a vocabulary of adverts

The messages are parted in two by a digest of their ids. From the plain side of one half a program takes
{told.words} words of two to four characters by their log-odds against shop titles and reviews; no word is picked by
hand, and none is kept. On the plain side of the other half ({told.messages:,} messages) they stand {told.sought:,}
times, {told.open_:,} of them written openly. Found in the messages as they were written:

{_table(("read through", "of all", "of those disguised", "of those disguised, not only by a weak class"), rows)}

Found through (`{LATEST}`):

{_table(("classes", "occurrences"), named)}

Not found, by what stands in the word's place:

{_table(("why", "occurrences"), why)}

What each class costs: hits of these words, and of all terms of the shipped packs, in texts that are assumed innocent
(catalogue, comments) or were written so, with the class and without it, all else being `all`. Without any hit more:
{", ".join(free) or "none"}.

{_table(("words", "texts", "rows", "class", "hits more", "rows with one"), prices)}
"""


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])
