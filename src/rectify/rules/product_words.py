"""What the words of a title are: kinds of goods, parts, talk of selling, or nothing that is known.

A name beside words that say nothing, or beside the kind of goods that an order names, is the product; beside a word
that is not known it may be a part of it, a service with it or another model: such a title is for a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rectify.rules.product_heads import Heads
from rectify.rules.product_parts import Part, Parts
from rectify.rules.product_plurals import with_plurals
from rectify.rules.product_senses import Sense, Word, tells_what_it_is_like
from rectify.rules.product_sizes import units
from rectify.rules.product_tokens import TOKEN, Phrases, beginning, tokens
from rectify.rules.product_vocabulary import Vocabulary, words_before
from rectify.rules.wordlists import without_blanks

_BREAK = re.compile(r"[.!?;|\n,()\[\]\u3001\u3002\u3010\u3011]|\s[-\u2013\u2014~*\u2022]\s")
_LONGEST = 8  # tokens of a phrase
_NUMBER = re.compile(r"(?!(?:19|20)\d\d)\d{1,4}")  # no year
_JUNIOR = "junior"  # in a model it says for whom it is, behind one that it is another
_LEAST_SIZE = 32  # of what is worn: no number of a model
_SHORT = 3  # letters of a unit that a number must stand before: foot
_LONG = 9  # words of a title beside the name
_ADJECTIVE = 7  # letters of a word whose ending tells that it is an adjective


@dataclass(frozen=True)
class TitleWords:
    """Reads the words of titles for one product.

    `own`: words and phrases of its name that may say what it is, `last` the last word of it; `kinds`: the goods that it
    is, `part_kinds` the parts; `told`: the model tells what it is; `numbered`: the model has a number; `young`: name or
    model say that it is for children.
    """

    vocabulary: Vocabulary
    parts: Parts
    own: Phrases
    last: frozenset[str]
    kinds: frozenset[str]
    part_kinds: frozenset[str]
    told: bool
    numbered: bool
    young: bool
    along: Phrases
    links: Phrases

    @staticmethod
    def of(
        vocabulary: Vocabulary, parts: Parts, heads: Heads, name: str, model: str, names: Collection[str]
    ) -> TitleWords:
        """The reading of a product by its folded name and model: what they tell before "for" and "with".

        `names` are words of its brand and model, which say nothing of its kind.
        """
        words, code = (words_before([t.text for t in tokens(text)], vocabulary.ends) for text in (name, model))
        goods, of_model = vocabulary.named(words), vocabulary.named(code)
        part = parts.last(words)
        if part and all(one.at + one.size < len(words) for one in goods):
            goods = []  # a screen protector is no screen
        single = [(word,) for word in words if word not in names and vocabulary.tells(word)]
        phrases = [tuple(words[one.at : one.at + one.size]) for one in goods]
        joined = [("".join(words[-2:]),)] if single[-2:] == [(word,) for word in words[-2:]] else []
        return TitleWords(
            vocabulary=vocabulary,
            parts=parts,
            own=with_plurals([*single, *phrases, *joined]),
            last=frozenset(word for (word,) in with_plurals([*single[-1:], *joined])),
            kinds=frozenset(kind for one in (*goods, *of_model) for kind in one.kinds),
            part_kinds=parts.kinds(words),
            told=bool(of_model),
            numbered=any(map(str.isdigit, model)),
            young=any((word,) in vocabulary.young for word in (*words, *code)) or _JUNIOR in code,
            along=heads.phrases["included"],
            links=heads.phrases["links"],
        )

    def says_kind(self, title: str) -> bool:
        """Whether a folded title has a word for the kind of goods that the product is."""
        return bool(self.kinds) and any(word.sense is Sense.KIND for word in self.read(title, ()))

    @property
    def _without_parts(self) -> bool:
        """Whether the product is a part itself, or a thing that has none: food, a candle."""
        return bool(self.part_kinds) if not self.kinds else self.kinds <= self.vocabulary.simple

    @property
    def same(self) -> frozenset[str]:
        """All words for the kinds of goods that the product is, each that is written as one."""
        return self.vocabulary.goods.words_for(self.kinds - self.vocabulary.mixed)

    def doubtful(self, title: str, spans: Sequence[tuple[int, int]]) -> bool:
        """Whether words of a folded title leave open that it offers the product, named at these spans."""
        words = self.read(title, spans)
        names = [n for n, word in enumerate(words) if word.sense is Sense.NAME]
        if any(self._another(words[n + 1 :]) for n in names):
            return True
        kinds = [n for n, word in enumerate(words) if word.sense is Sense.KIND or (self.told and n in names)]
        strange = [n for n, word in enumerate(words) if word.sense in (Sense.UNKNOWN, Sense.GOODS)]
        if not kinds:
            said = [word.text for word in words if word.text]
            return bool(strange) or self._thing(said[-1:]) or any(word.sense is Sense.PART for word in words)
        if any(self._of_it(words, n) for n in names):
            return True
        if sum(0.5 if without_blanks(word.text[:1]) else 1 for word in words if word.text) >= _LONG:  # a shop's title
            strange = [n for n in strange if words[n].sense is Sense.GOODS]
        return any(self._open(words, n, kinds, names) for n in strange)

    def _of_it(self, words: Sequence[Word], name: int) -> bool:
        """Whether a part and a word for the product stand behind its name: NAME crankset bicycle."""
        behind = words[name + 1 : name + 3]
        if [word.sense for word in behind] != [Sense.PART, Sense.KIND]:
            return False
        return behind[0].segment == behind[1].segment and behind[0].text not in self.parts.modifiers

    def _thing(self, word: Sequence[str]) -> bool:
        """Whether a word of the product's own name that does not say what it is is a thing: the camera of a drone."""
        return tuple(word) in self.own and bool(self.vocabulary.goods.kinds(word) or self.parts.kinds(word))

    def called_otherwise(self, title: str, spans: Sequence[tuple[int, int]], model: Collection[str]) -> bool:
        """Whether a word that is not known, and is none of the model, stands right behind a brand, at these spans."""
        words = self.read(title, spans)
        behind = (words[n + 1 : n + 2] for n, word in enumerate(words) if word.sense is Sense.NAME)
        return any(word.sense is Sense.UNKNOWN and word.text not in model for one in behind for word in one)

    def _another(self, behind: Sequence[Word]) -> bool:
        """Whether the name goes on as that of another member of its family: Air 3, One Kids."""
        if not behind or behind[0].sense is Sense.NAME:
            return False
        first, then = behind[0].text, behind[1] if len(behind) > 1 else Word("", Sense.TALK, 0)
        worn = bool(self.kinds & self.vocabulary.worn)
        if (first,) in self.vocabulary.young and self.young and worn:
            return False
        if _NUMBER.fullmatch(first) and not self.numbered:
            if int(first) >= _LEAST_SIZE and worn:
                return False
            if then.sense is Sense.KIND:
                return len(first) != 2 and not then.text.endswith(("s", "n")) and not without_blanks(then.text[0])
            return not (then.text[:1].isdigit() or then.text in units() or (then.text,) in self.vocabulary.counts)
        return (first,) in self.vocabulary.members and then.sense is not Sense.KIND

    def _open(self, words: Sequence[Word], at: int, kinds: Sequence[int], names: Sequence[int]) -> bool:
        """Whether a word that is not known, or other goods, may be what is on offer beside a word for the product."""
        word = words[at]
        if names and max(kinds) > at and self._in_other_signs(words[at : max(names) + 1]):
            return False
        if tells_what_it_is_like(words, at, self.vocabulary.small):
            return False
        beside = {words[n].segment for n in names}
        leads = not any(one.segment == word.segment and one.sense is not Sense.TALK for one in words[:at])
        if word.segment not in beside and (not names or at > min(names)):
            return word.sense is Sense.GOODS and leads
        if names and at > max(names) > min(kinds):  # pushchair NAME Sporty
            ahead = words[: min(kinds)]
            ahead = ahead[next((n for n in names if n < min(kinds) and self._in_other_signs(ahead[: n + 1])), 0) :]
            return any(one.sense in (Sense.UNKNOWN, Sense.GOODS) for one in ahead)
        behind = [n for n in kinds if n < at]
        if not behind or (bool(names) and at < max(names)):
            return True
        return max(behind) == at - 1 and not (word.sense is Sense.UNKNOWN and self._without_parts)

    @staticmethod
    def _in_other_signs(words: Sequence[Word]) -> bool:
        """Whether nothing but unknown signs of a script without blanks stands before a name: the brand once more."""
        before_it = list(takewhile(lambda word: word.sense is Sense.UNKNOWN and without_blanks(word.text[0]), words))
        return bool(before_it) and words[len(before_it)].sense is Sense.NAME

    def read(self, title: str, spans: Sequence[tuple[int, int]]) -> list[Word]:
        """The words of a folded title."""
        found: list[Word] = []
        along = False
        for segment, piece in enumerate(_segments(title, spans)):
            at = 0
            while at < len(piece):
                if not piece[at]:
                    found.append(Word("", Sense.NAME, segment))
                    along, at = False, at + 1
                    continue
                size = beginning(piece[at:], self.along)
                if not size and any(word.sense is Sense.KIND for word in found):  # charger for phones
                    size = beginning(piece[at:], self.links)
                if size:
                    along, at = bool(found), at + size
                    continue
                sense, size = self._sense(piece, at)
                goods = self.vocabulary.goods.at(piece[: at + size], at) if sense in (Sense.KIND, Sense.GOODS) else None
                languages = goods.languages if goods else frozenset()
                text = " ".join(piece[at : at + size])
                found.append(Word(text, Sense.ALONG if along else sense, segment, languages))
                at += size
        return found

    def _sense(self, words: Sequence[str], at: int) -> tuple[Sense, int]:
        """What stands here, and how many words it has: the longest that is known."""
        best: tuple[int, int, Sense] = (0, 0, Sense.UNKNOWN)
        for rank, (size, sense) in enumerate(self._senses(words, at)):
            best = max(best, (size, -rank, sense), key=lambda one: one[:2])
        if best[0]:
            return best[2], best[0]
        word = words[at]
        unit = word in units() and (len(word) < _SHORT or (at > 0 and any(map(str.isdigit, words[at - 1]))))
        plain = (len(word) == 1 and word.isascii()) or any(c.isdigit() for c in word) or unit
        return (Sense.TALK if plain or self._adjective(word) else Sense.UNKNOWN), 1

    def _adjective(self, word: str) -> bool:
        """Whether the ending of a word tells that it is an adjective: waterproof, faltbar, and no handlebar."""
        known = self.vocabulary
        return len(word) >= _ADJECTIVE and word.endswith(known.adjectives) and not word.endswith(known.no_adjectives)

    def _senses(self, words: Sequence[str], at: int) -> Iterator[tuple[int, Sense]]:
        here = list(words[at : at + _LONGEST])
        if "" in here:
            here = here[: here.index("")]
        size = beginning(here, self.own)
        yield size, Sense.KIND if size and self._heads(here[:size]) else Sense.TALK
        goods = self.vocabulary.goods.at(here, 0)
        if goods and self._same(goods, here) and not (goods.joined and here[0].startswith(self.vocabulary.playing)):
            yield goods.size, Sense.KIND
        yield beginning(here, self.vocabulary.talk), Sense.TALK
        part = self.parts.at(here, 0)
        if part and part.kinds:
            yield part.size, Sense.KIND if part.kinds & self.part_kinds and not self.kinds else Sense.PART
        if goods:
            yield goods.size, Sense.GOODS

    def _heads(self, phrase: Sequence[str]) -> bool:
        """Whether words of the product's own name say what it is: all do where its kind of goods is not known."""
        if not self.kinds or self.vocabulary.goods.kinds(phrase) & self.kinds:
            return True
        return phrase[-1] in self.last

    def _same(self, goods: Part, words: Sequence[str]) -> bool:
        """Whether goods are of the product's kind; where the order tells none that is known, any are."""
        if not self.kinds:
            return not self.part_kinds and tuple(words[: goods.size]) not in self.vocabulary.talk
        return bool((goods.kinds & self.kinds) - self.vocabulary.mixed)


def _segments(title: str, spans: Sequence[tuple[int, int]]) -> list[list[str]]:
    """The tokens of a title between pauses; a name of the product is one empty token."""
    found: list[list[str]] = [[]]
    end = 0
    for match in TOKEN.finditer(title):
        inside = next((span for span in spans if span[0] <= match.start() < span[1]), None)
        if inside is None or inside[0] == match.start() or not (found[-1] and found[-1][-1] == ""):
            if found[-1] and _BREAK.search(title, end, match.start() + 1):
                found.append([])
            found[-1].append(match[0] if inside is None else "")
        end = match.end()
    return found
