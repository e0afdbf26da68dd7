"""The words that titles and names are read with: kinds of goods, talk of selling, counts, words of families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rectify.rules.product_lists import Fold, all_folded, phrases, read_lists
from rectify.rules.product_parts import Part, Parts, read_nouns
from rectify.rules.product_plurals import several
from rectify.rules.product_sizes import units
from rectify.rules.product_tokens import Phrases, beginning

_LEAST_ENDING = 4  # letters of a word for goods that ends another


@dataclass(frozen=True)
class Vocabulary:
    """The words that are known, folded.

    `mixed`: kinds that hold different goods; `members`: words that make a model another of its family; `counts`: of
    what goods are counted in; `ends`: "for" and the like, which end what a name tells; `adjectives`: their endings.
    """

    goods: Parts
    talk: Phrases
    playing: tuple[str, ...]
    mixed: frozenset[str]
    members: Phrases
    counts: Phrases
    ends: Phrases
    adjectives: tuple[str, ...]
    no_adjectives: tuple[str, ...]
    small: frozenset[str]
    young: Phrases
    worn: frozenset[str]
    simple: frozenset[str]

    def tells(self, word: str) -> bool:
        """Whether a word of a name may say what the product is."""
        return len(word) > 1 and not word.isdigit() and word not in units() and (word,) not in self.talk

    def named(self, words: Sequence[str]) -> list[Part]:
        """The goods that words name, those aside that are words of any talk."""
        found = self.goods.found(words)
        return [one for one in found if tuple(words[one.at : one.at + one.size]) not in self.talk]


def words_before(words: Sequence[str], phrases: Phrases) -> list[str]:
    """The words before the first of some phrases, which does not lead."""
    return list(words[: next((at for at in range(1, len(words)) if beginning(words[at:], phrases)), len(words))])


@lru_cache(maxsize=8)
def vocabulary_for(fold: Fold) -> Vocabulary:
    """The words as a fold writes them."""
    lists = read_lists("product_goods.csv")
    found = read_nouns(lists, fold, least=_LEAST_ENDING)
    playing = tuple(all_folded(fold, lists.words("playing")))
    mixed, worn, simple = (frozenset(lists.words(name)) for name in ("mixed", "worn", "simple"))
    none: frozenset[Any] = frozenset()
    nouns = dict(found.nouns)
    for noun, said in found.nouns.items():
        for form in several(noun, said[1]):
            nouns.setdefault(form, said)
    endings = dict(found.endings)
    for ending, kinds in found.endings.items():
        for phrase in several((ending,), ("de",)):
            endings.setdefault(phrase[0], kinds)
    goods = Parts(nouns, endings, none, none, none, none)
    other = read_lists("product_talk.csv")
    members, counts, ends, young = (phrases(fold, other.words(name)) for name in ("members", "counts", "ends", "young"))
    adjectives, no_adjectives = (tuple(all_folded(fold, other.words(name))) for name in ("adjectives", "no_adjectives"))
    talk = phrases(fold, other.words("words")) | counts
    small = frozenset(word for phrase in phrases(fold, other.words("small")) for word in phrase)
    return Vocabulary(
        goods, talk, playing, mixed, members, counts, ends, adjectives, no_adjectives, small, young, worn, simple
    )
