"""Remarks on words that can add nothing: each list is sought in its own words, as it would be in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rectify.rules.pack import Pack, Term, Words
from rectify.rules.wordlists import plain
from rectify.screening.match import Matcher, ScanHits, WordList, fold_text
from rectify.screening.skeletons import skeleton
from rectify.screening.text import TextColumns
from rectify.screening.trial import batch_of
from rectify.terms.errors import Fault as Remark
from rectify.terms.errors import Place
from rectify.terms.finding import PLAIN

_GOES_ON = "x"  # a letter beside an open side of a term


def idle_words(pack: Pack) -> list[Remark]:
    """A remark for each term that never adds a hit, each phrase that spares nothing, each term of two lists."""
    found = [remark for words in pack.words.values() for remark in _OneList(words).remarks()]
    return [*found, *_twice(pack)]


def _twice(pack: Pack) -> Iterator[Remark]:
    lists: dict[str, list[tuple[Words, Term]]] = defaultdict(list)
    for words in pack.words.values():
        for term in words.terms:
            lists[plain(term.written)].append((words, term))
    for (first, _), *others in lists.values():
        for words, term in others:
            yield Remark(f'"{term.written}" stands in "{words.name}" and in "{first.name}"', _place(words, term),
                         "keep it where it says what the list is about")  # fmt: skip


def _place(words: Words, term: Term) -> Place:
    return words.places.get(("term", plain(term.written)), words.place)


def _squeezed(texts: Sequence[str]) -> list[str]:
    """The letters of each text as the matcher confuses them, whatever stands between."""
    folded = fold_text("\n".join(text.replace("\n", " ") for text in texts)).split("\n")
    return [skeleton("".join(sign for sign in text if sign.isalnum())) for text in folded]


@dataclass(frozen=True, slots=True)
class _OneList:
    words: Words

    def remarks(self) -> Iterator[Remark]:
        """What is to be said of the terms and of the phrases."""
        words = self.words
        texts = [_GOES_ON * t.open_left + t.text + _GOES_ON * t.open_right for t in words.terms]
        plainly = replace(words, patterns=(), disguises=PLAIN)
        bare = self._hits(replace(plainly, not_in=()), [*texts, *words.not_in])
        spared = self._hits(plainly, texts) if words.not_in else bare
        for number, term in enumerate(words.terms):
            own = [hit for hit in bare[number] if hit.term == number]
            if not own:
                continue  # a sign that stands alone, sought in another way
            if not any(hit.term == number for hit in spared[number]):
                yield Remark(f'"{term.written}" can never hit: a not_in phrase of "{words.name}" swallows it',
                             _place(words, term), "take the phrase out, or the term")  # fmt: skip
            elif inside := [hit.term for hit in spared[number] if hit.term != number and hit.within(own[0])]:
                other = words.terms[min(inside, key=lambda n: (len(words.terms[n].text), n))]
                if len(plain(other.text)) < len(plain(term.text)) or inside[0] < number:
                    yield Remark(f'"{term.written}" adds nothing in "{words.name}": wherever it stands, '
                                 f'"{other.written}" is hit too', _place(words, term), "take it out")  # fmt: skip
        nothing = [text for text, hit in zip(words.not_in, bare[len(texts) :], strict=True) if not hit]
        yield from self._phrases(nothing)

    def _phrases(self, phrases: Sequence[str]) -> Iterator[Remark]:
        """Of phrases in which no term stands plainly those in which none stands disguised, nor a pattern."""
        words = self.words
        if not phrases:
            return
        joined = "\n".join(_squeezed(phrases))
        letters = _squeezed([term.text for term in words.terms])
        near = tuple(term for term, text in zip(words.terms, letters, strict=True) if text in joined)
        sought = replace(words, terms=near, not_in=())
        hits = self._hits(sought, phrases) if near or words.patterns else [[]] * len(phrases)
        for phrase, found in zip(phrases, hits, strict=True):
            if not found:
                place = words.places.get(("not_in", plain(phrase)), words.place)
                yield Remark(f'the not_in phrase "{phrase}" spares nothing: no word of "{words.name}" stands in it',
                             place, "take it out, or write it with the word that it spares")  # fmt: skip

    @staticmethod
    def _hits(words: Words, texts: Sequence[str]) -> list[list[_Hit]]:
        """The hits in each text."""
        matcher = Matcher.compile([WordList(words.name, words.terms, words.not_in, words.patterns, words.disguises)])
        scan = matcher.scan(TextColumns.of(batch_of([{"kind": "listing", "title": text} for text in texts])))
        found: list[list[_Hit]] = [[] for _ in texts]
        for at, row in enumerate(scan.row.tolist()):
            found[row].append(_Hit.of(scan, at))
        return found


@dataclass(frozen=True, slots=True)
class _Hit:
    term: int
    start: int
    end: int

    @staticmethod
    def of(scan: ScanHits, at: int) -> _Hit:
        return _Hit(int(scan.term[at]), int(scan.start[at]), int(scan.end[at]))

    def within(self, other: _Hit) -> bool:
        return other.start <= self.start and self.end <= other.end
