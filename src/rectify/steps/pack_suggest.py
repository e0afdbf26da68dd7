"""Words proposed for a pack, from cases that persons confirmed against clean items; a person takes or leaves them.

Nothing is added by itself: what comes out is a block to paste, or a spreadsheet whose `added_by` is empty.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from rectify.cases.show import cases_decided
from rectify.catalogue.files import FileSource
from rectify.catalogue.source import Source
from rectify.rules.pack import Pack
from rectify.screening.fold import fold_text
from rectify.screening.ngrams import Heap, Scored, apart, holds, is_chinese, ngrams, says_nothing, score
from rectify.screening.text import TextColumns
from rectify.screening.trial import batch_of
from rectify.steps.begin import guess_file
from rectify.steps.orders import row_of
from rectify.steps.pack_words import sheet_bytes
from rectify.steps.screen import default_kind
from rectify.terms.case import Judgement
from rectify.terms.errors import Refused
from rectify.terms.item import ItemKey
from rectify.workspace import Workspace

LEAST = 3  # confirmed items that must hold a word, of two accounts at least
FEWEST = 5  # confirmed items below which nothing is proposed
MOST_CLEAN = 50_000  # clean items that are read
EXAMPLES = 3
AROUND = 36  # signs of an example before and behind
SURE = 1.96  # z below which a word may stand there by chance (one in twenty)
SHARE = 0.001  # of clean items: a word that hits more of them would make more work than it finds


@dataclass(frozen=True, slots=True)
class Text:
    """An item as it is compared: its folded text, its title as it was written, whose it is, in which language."""

    folded: str
    title: str
    account: str = ""
    language: str = ""

    def around(self, gram: str) -> str:
        """The title where it holds the words, else the folded text around them."""
        if gram in fold_text(self.title):
            return self.title
        at = max(self.folded.find(gram), 0)
        head = "..." if at > AROUND else ""
        return head + self.folded[max(0, at - AROUND) : at + len(gram) + AROUND].replace("\n", " ")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A word with its z, how many items of either side have it, and how some of them write it.

    What a rule would newly hit among the clean items is `clean`: the word stands in no list yet.
    """

    term: str
    language: str
    z: float
    confirmed: int
    clean: int
    examples: tuple[str, ...]
    clean_examples: tuple[str, ...]


@dataclass(slots=True)
class Suggestion:
    """Words for a pack by falling z, and what they were taken from."""

    pack: str
    proposed: list[Proposed] = field(default_factory=list)
    confirmed: int = 0
    clean: int = 0
    notes: list[str] = field(default_factory=list)


def suggest(
    pack: Pack,
    confirmed: Sequence[Text],
    clean: Iterable[Text],
    *,
    least: int = LEAST,
    share: float = SHARE,
    most: int = 20,
) -> Suggestion:
    """The words that confirmed items have and clean ones have not. `clean` is read once, in any number.

    Left out is what a list of the pack has already, what hits more than a `share` of the clean items, function words,
    what fewer than `least` confirmed items or one account alone have (a name, most likely), and what says who somebody
    is. Raises Refused where too little is confirmed, or nothing is clean.
    """
    if len(confirmed) < FEWEST:
        raise Refused(f"words are proposed from {FEWEST} confirmed items at least, and there are {len(confirmed)}",
                      "decide more cases, or name a file:  --confirmed FILE")  # fmt: skip
    here, where = _confirmed(confirmed, least)
    known = _known(pack)
    where = {gram: rows for gram, rows in where.items() if not any(holds(gram, term) for term in known)}
    there, titles = _clean(clean, where)
    if not there.texts:
        raise Refused("there is no clean item to compare with", "name a file:  --clean FILE")
    made = Suggestion(pack.name, confirmed=len(confirmed), clean=there.texts)
    if there.texts == MOST_CLEAN:
        made.notes.append(f"Of the clean items the first {MOST_CLEAN:,} were read.")
    limit = max(1, share * there.texts)
    scored = [one for one in score(here, there, where) if one.z >= SURE and one.clean <= limit]
    made.proposed = [_proposed(one, confirmed, where, titles) for one in islice(apart(scored, where), most)]
    return made


def _confirmed(texts: Sequence[Text], least: int) -> tuple[Heap, dict[str, frozenset[int]]]:
    """The heap of what was confirmed, and for each n-gram that enough of it has, which texts."""
    heap, where = Heap(), defaultdict[str, set[int]](set)
    for number, text in enumerate(texts):
        grams = ngrams(text.folded)
        heap.add(grams)
        for gram in grams:
            where[gram].add(number)
    enough = {gram: frozenset(rows) for gram, rows in where.items() if len(rows) >= least and not says_nothing(gram)}
    return heap, {gram: rows for gram, rows in enough.items() if _of_several({texts[row].account for row in rows})}


def _of_several(accounts: set[str]) -> bool:
    """Whether it is of two accounts at least, as far as anybody is known."""
    return len(accounts - {""}) != 1


def _known(pack: Pack) -> list[str]:
    """What the lists of a pack have already, folded as texts are: terms, and the phrases that swallow a hit."""
    written = {term.text for words in pack.words.values() for term in words.terms}
    written |= {phrase for words in pack.words.values() for phrase in words.not_in}
    return sorted({" ".join(fold_text(text).split()) for text in written} - {""})


def _clean(texts: Iterable[Text], wanted: Mapping[str, object]) -> tuple[Heap, dict[str, list[str]]]:
    heap, titles = Heap(wanted.keys()), defaultdict[str, list[str]](list)
    for text in islice(texts, MOST_CLEAN):
        grams = ngrams(text.folded)
        heap.add(grams)
        for gram in grams & wanted.keys():
            if len(titles[gram]) < EXAMPLES:
                titles[gram].append(text.around(gram))
    return heap, titles


def _proposed(
    one: Scored, confirmed: Sequence[Text], where: Mapping[str, frozenset[int]], titles: Mapping[str, Sequence[str]]
) -> Proposed:
    rows = sorted(where[one.gram])
    told = Counter(confirmed[row].language[:2] for row in rows)
    language = (
        "zh" if is_chinese(one.gram) else next((name for name, _ in told.most_common() if name not in ("", "zh")), "en")
    )
    shown = tuple(confirmed[row].around(one.gram) for row in rows[:EXAMPLES])
    return Proposed(one.gram, language, one.z, one.confirmed, one.clean, shown, tuple(titles.get(one.gram, ())))


def sheet(made: Suggestion) -> bytes:
    """The proposed words as a spreadsheet for `rectify pack words`; who adds them is for a person to say."""
    return sheet_bytes(
        {"term": one.term, "language": one.language, "role": "term", "added_by": "",
         "note": f"z {one.z:.1f}", "why": f"in {one.confirmed} of {made.confirmed} confirmed, "
                                          f"{one.clean} of {made.clean} clean items"}
        for one in made.proposed
    )  # fmt: skip


def block(made: Suggestion) -> str:
    """The proposed words as a line of pack.yaml, to be pasted by a person."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for one in made.proposed:
        by_language[one.language].append(one.term)
    return "terms: {" + ", ".join(f"{name}: [{', '.join(terms)}]" for name, terms in sorted(by_language.items())) + "}"


# where the texts come from


def confirmed_cases(workspace: Workspace, pack: str) -> list[Text]:
    """The items of cases that a pack found and that were decided to be violations, each once."""
    return list(_of_cases(workspace, pack, Judgement.VIOLATION))


def clean_items(workspace: Workspace, pack: str, book: str) -> Iterator[Text]:
    """Cases of the pack decided to be none, then the rows of the catalogues of an order but those decided otherwise."""
    yield from _of_cases(workspace, pack, Judgement.NO_VIOLATION)
    with workspace.ledger.reading() as connection:
        not_clean = {one.key for one in cases_decided(workspace.ledger, connection) if one.key}
    for catalogue in workspace.settings.of_operator(row_of(workspace, book).operator):
        yield from _rows(workspace.source(catalogue), not_clean)


def of_file(file: Path, pack: Pack, told: Mapping[str, str] | None = None) -> Iterator[Text]:
    """The items of a catalogue file, its columns guessed as `screen` does."""
    guess = guess_file(file, told)
    has_kind = "kind" in guess.map.values()
    kind = "" if has_kind else guess.kind or default_kind(pack)
    return _rows(FileSource("catalogue", [file.name], folder=file.parent, map=guess.map, kind=kind), frozenset())


def _of_cases(workspace: Workspace, pack: str, judgement: Judgement) -> Iterator[Text]:
    with workspace.ledger.reading() as connection:
        found = list(cases_decided(workspace.ledger, connection, pack=pack, judgement=judgement, whole=True))
    for case in found:
        if case.snapshot:
            fields = {
                name: case.snapshot.get(name) or empty
                for name, empty in (("title", ""), ("text", ""), ("variants", []))
            }
            (folded,) = folded_texts(batch_of([{"kind": "listing", **fields}]))
            language = str(case.snapshot.get("language") or "")
            yield Text(folded, case.title, case.account, language)


def _rows(source: Source, but: frozenset[ItemKey] | set[ItemKey]) -> Iterator[Text]:
    for split in source.splits():
        for batch in source.read(split):
            items = batch.items
            columns: dict[str, list[Any]] = {
                name: items.column(name).to_pylist() for name in ("kind", "id", "title", "account", "language")
            }
            rows = zip(folded_texts(items), *columns.values(), strict=True)
            for folded, kind, name, title, account, language in rows:
                if ItemKey(source.name, kind, name) not in but:
                    yield Text(folded, title or "", account or "", language or "")


def folded_texts(items: pa.RecordBatch) -> list[str]:
    """The folded texts of each row, as rules see them: title, text and variants, a line each."""
    columns = TextColumns.of(items)
    told: list[list[tuple[int, str]]] = [[] for _ in range(items.num_rows)]
    for cell, (row, which) in enumerate(zip(columns.row.tolist(), columns.field.tolist(), strict=True)):
        if cell not in columns.visible and columns.end[cell] > columns.start[cell]:
            told[row].append((which, fold_text(columns.read(cell))))
    return ["\n".join(text for _, text in sorted(parts)) for parts in told]
