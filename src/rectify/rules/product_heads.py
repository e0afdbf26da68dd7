"""What stands around the name of a product: words that tell it is not what is on offer, or leave that open.

The words are data (data/product_heads.csv), folded by the caller's own fold, and looked up as sequences of tokens.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import takewhile

from rectify.rules.product_lists import Fold, all_folded, as_phrase, read_lists
from rectify.rules.product_tokens import (
    HAN,
    PAUSE,
    STOP,
    TOKEN,
    Phrases,
    Token,
    beginning,
    ending,
    since_pause,
    tokens,
    up_to_pause,
)

KINDS = (
    "links", "fillers", "nouns", "seeking", "things", "neutral", "along", "bundles", "family", "batch", "number",
    "doubts", "unbranded", "either", "alternatives", "alone", "fits", "compounds", "absent", "never", "spare",
    "lacking", "serving", "loose", "joining", "company", "adding", "first", "selling", "tails", "included", "lots",
    "numbers", "likening",
)  # fmt: skip
_NEXT, _TITLE = 80, 400  # characters looked at beside a name, and of a title


class Stand(IntEnum):
    """How a name stands in its text: as what something else is for, in doubt, as what is on offer."""

    FOREIGN = 0
    OPEN = 1
    CLEAN = 2


@dataclass(frozen=True)
class Heads:
    """The head words of all languages, folded, each phrase as its tokens."""

    phrases: dict[str, Phrases]

    def stand(self, text: str, start: int, end: int, own: Collection[str], *, things: bool = True) -> Stand:
        """How the name at start..end of a folded text stands in it, by what is directly before and behind it.

        `own` are words of the product's own name: they are no heads of it, and may stand between. `things`: a part
        behind the name leaves it open (where no reading of the whole title says more).
        """
        behind = tokens(text[end : end + _NEXT])
        before = self._before(text[max(0, start - _NEXT) : start], own, for_others=self._for_others(behind))
        behind = tokens(self.offered(text[end : end + _NEXT]))
        return min(before, self._behind(behind, own, things=things))

    def _for_others(self, behind: Sequence[Token]) -> bool:
        """Whether what follows a name says what the product is for: "toner compatibile NAME per stampanti"."""
        words = self.without_neutral(up_to_pause(behind))
        return 0 < beginning(words, self.phrases["links"]) < len(words)

    def _before(self, text: str, own: Collection[str], *, for_others: bool) -> Stand:
        last = max((match.end() for match in STOP.finditer(text)), default=0)
        found = tokens(text[last:])
        words = self.without_neutral([token.text for token in found])
        whole = since_pause(words, found)
        paused = bool(PAUSE.search(TOKEN.split(text[last:])[-1]))
        while words and not ending(words, self.phrases["links"]):
            cut = ending(words, self.phrases["fillers"]) or int(words[-1] in own)
            if not cut:
                break
            paused = paused or any(token.pause for token in found[-cut:])
            words, found = words[:-cut], found[:-cut]
        link = ending(words, self.phrases["links"])
        if link and for_others and words[:-link] and words[-link - 1] in own:
            return Stand.OPEN
        if link or any(ending(words, self.phrases[kind]) for kind in ("seeking", "lacking")):
            return Stand.FOREIGN
        clause = [] if paused else whole
        if any(self._alone("nouns", clause, at, own) for at in range(len(clause))):
            return Stand.FOREIGN
        for n in (1, 2):
            if size := ending(words[:-n], self.phrases["links"]):
                thing = since_pause(words, found)[: -n - size]
                if any(word in own for word in thing):  # "battery for bikes NAME": the product says what it is for
                    continue
                foreign = any(self._alone("things", thing, at, own) for at in range(len(thing)))
                return Stand.FOREIGN if foreign else Stand.OPEN
        return Stand.OPEN if ending(words, self.phrases["doubts"]) else Stand.CLEAN

    def _behind(self, found: Sequence[Token], own: Collection[str], *, things: bool) -> Stand:
        at = 0
        while at < len(found) and found[at].text in own and not found[at].pause:
            at += 1
        words = up_to_pause(found[at:])
        if (size := beginning(words, self.phrases["likening"])) and not set(words[:size]) & set(own):
            return Stand.OPEN
        if beginning(words, self.phrases["links"]) > beginning(words, self.phrases["things"]):
            return Stand.CLEAN
        for kind, stand in (("nouns", Stand.FOREIGN), ("seeking", Stand.FOREIGN), ("things", Stand.OPEN)):
            size = beginning(words, self.phrases[kind])
            if size and not set(words[:size]) & set(own) and (things or kind != "things"):
                if kind == "things" and beginning(words[size:], self.phrases["alone"]):
                    return Stand.FOREIGN
                either = len(words) > size and tuple(words[:size]) in self.phrases["either"]
                return Stand.OPEN if either else stand
        return self._last_of(list(takewhile(HAN.fullmatch, words)), own, things=things)

    def _last_of(self, signs: Sequence[str], own: Collection[str], *, things: bool) -> Stand:
        """What Chinese signs behind a name say: the last noun is what is on offer, 适用 behind it says what for."""
        cut = ending(signs, self.phrases["fits"])
        signs = signs[: len(signs) - cut]
        size = max(ending(signs, self.phrases[kind]) for kind in ("nouns", "things"))
        if size < 2 or "".join(signs[-size:]) in own or ending(signs[:-size], self.phrases["along"]):
            return Stand.CLEAN
        if cut:
            return Stand.FOREIGN
        return Stand.OPEN if things or ending(signs, self.phrases["nouns"]) else Stand.CLEAN

    def offered(self, behind: str) -> str:
        """What stands behind a name up to where it is told what comes along; a sign for that begins a word."""
        found = list(TOKEN.finditer(behind))
        words = [match[0] for match in found]
        for at, match in enumerate(found):
            start = match.start()
            if not beginning(words[at:], self.phrases["included"]) or (
                HAN.match(match[0]) and start and HAN.match(behind[start - 1])
            ):
                continue
            if not any(beginning(words[at:], self.phrases[kind]) > 1 for kind in ("nouns", "things")):
                return behind[:start]
        return behind

    def words_of_title(self, title: str) -> list[str]:
        """The first words of a folded title, those of neutral phrases made empty."""
        return self.without_neutral([token.text for token in tokens(title[:_TITLE])])

    def sought(self, words: Sequence[str]) -> bool:
        """Whether words of a title say that it seeks."""
        last = ending(words, self.phrases["seeking"])
        return bool(
            beginning(words, self.phrases["seeking"]) or (last and tuple(words[-last:]) not in self.phrases["either"])
        )

    def several(self, title: str) -> bool:
        """Whether a folded title tells of several things, or that none is sold."""
        words = self.words_of_title(title)
        return _lists_more(tokens(title[:_TITLE])) or any(self._bundle(words[at:]) for at in range(len(words)))

    def beside(self, title: str, own: Collection[str]) -> bool:
        """Whether a folded title tells of a thing beside the product."""
        words = self.words_of_title(title)
        return any(self._alone("nouns", words, at, own, open_too=True) for at in range(len(words)))

    def lets(self, title: str) -> bool:
        """Whether a folded title offers to let or to swap."""
        words, others = self.words_of_title(title), self.phrases["bundles"] - self.phrases["lots"]
        return any(beginning(words[at:], others) for at in range(len(words)))

    def _bundle(self, words: Sequence[str]) -> bool:
        """Whether several things are told of; "lot de 3" of one thing is a pack of it."""
        size = beginning(words, self.phrases["bundles"])
        return bool(size) and not self.counts(words[size:])

    def counts(self, words: Sequence[str]) -> bool:
        """Whether words begin with a number."""
        return bool(words) and (words[0].isdigit() or (words[0],) in self.phrases["numbers"])

    def for_own(self, title: str, own: Collection[str]) -> bool:
        """Whether a folded title offers something for what the product is called: "rain cover for pram"."""
        words = self.without_neutral([token.text for token in tokens(title[:_TITLE])])
        for at in range(1, len(words)):
            if words[at - 1] in own:
                return False
            behind = at + beginning(words[at:], self.phrases["links"])
            while behind > at and (size := beginning(words[behind:], self.phrases["fillers"])):
                behind += size
            if at < behind < len(words) and words[behind] in own:
                return True
        return False

    def _alone(self, kind: str, words: Sequence[str], at: int, own: Collection[str], *, open_too: bool = False) -> bool:
        """Whether a phrase of this kind stands here that does not come along with the product, nor is of its name.

        `open_too`: nouns that may tell what the product is like (manual, or before a word of its name) count, too.
        """
        size = beginning(words[at:], self.phrases[kind]) or int(kind == "nouns" and self._compound(words[at], own))
        if not size or set(words[at : at + size]) & set(own):
            return False
        if any(ending(words[: at - n], self.phrases["along"]) for n in (0, 1) if at > n):
            return False
        like = tuple(words[at : at + size]) in self.phrases["either"] and len(words) > at + size
        return open_too or not (like or (len(words) > at + size and words[at + size] in own))

    def _compound(self, word: str, own: Collection[str]) -> bool:
        """Whether a word is put together with one that tells of a part: Ersatzrad, Kinderwagenzubehör."""
        parts = [phrase[0] for phrase in self.phrases["compounds"] if phrase[0] not in own]
        return any(len(word) > len(part) and (word.startswith(part) or word.endswith(part)) for part in parts)

    def alternatives(self, before: str, behind: str) -> list[str]:
        """What stands beyond an "or" directly before or behind a name."""
        words = "|".join(re.escape(" ".join(phrase)) for phrase in self.phrases["alternatives"])
        ahead = re.search(rf"([^\s,;|]+)[ ,]*(?:\b|(?<=\s))(?:{words})[ ,]*\Z", before)
        after = re.match(rf"[ ,]*(?:{words})[ ,]+([^\s,;|]+)", behind)
        return [match[1] for match in (ahead, after) if match]

    def seeks(self, text: str) -> bool:
        """Whether a text begins as one that seeks and offers nothing."""
        return bool(beginning([token.text for token in tokens(text[:_NEXT])], self.phrases["seeking"]))

    def family(self, behind: str, own: Collection[str]) -> Stand:
        """Whether what follows a model makes it another member of the family, "Plus": FOREIGN, or in doubt."""
        words = up_to_pause(tokens(behind[:_NEXT]))
        size = beginning(words, self.phrases["family"])
        if not size or set(words[:size]) <= set(own) or (words[0] == "+" and behind[:1] != "+"):
            return Stand.CLEAN
        family, next_ = tuple(words[:size]), "".join(words[size : size + 1])
        if not next_ or behind[:1] == "+":
            return Stand.FOREIGN
        called = next_ in own
        if family in self.phrases["adding"]:
            return Stand.FOREIGN if called else Stand.OPEN
        if family in self.phrases["loose"] and (called or next_[0].isdigit()):  # mini fan heater, max 2000 W
            return Stand.CLEAN if called and family in self.phrases["first"] else Stand.OPEN
        return Stand.FOREIGN

    def only_fillers(self, text: str) -> bool:
        """Whether nothing stands in a text but words like "by" and "the", and no mark ends a sentence in it."""
        words = [token.text for token in tokens(text)]
        return not STOP.search(text) and all((word,) in self.phrases["fillers"] for word in words)

    def called_number(self, before: str) -> bool:
        """Whether what stands before says that digits are an article number."""
        return bool(ending([token.text for token in tokens(before[-_NEXT:])], self.phrases["number"]))

    def called_batch(self, before: str) -> bool:
        """Whether a word for batch stands before, with at most three others between."""
        words = [token.text for token in tokens(before[-_NEXT:])]
        return any(ending(words[: len(words) - n], self.phrases["batch"]) for n in range(4))

    def words(self, kind: str) -> frozenset[str]:
        """The phrases of a kind that are one word (or signs of a script without blanks)."""
        return _single_words(self.phrases[kind])

    def without_company(self, brand: str) -> str:
        """A folded brand without the legal forms at its end; the whole where nothing else would be left."""
        while True:
            ends = list(TOKEN.finditer(brand))
            size = ending([match[0] for match in ends], self.phrases["company"])
            if not size or size == len(ends):
                return brand
            brand = brand[: ends[-size].start()].strip(" ,.&+-")

    def unbranded(self, brand: str) -> bool:
        """Whether what is stated as a brand says that there is none."""
        return tuple(token.text for token in tokens(brand)) in self.phrases["unbranded"]

    def without_neutral(self, words: list[str]) -> list[str]:
        """The words with those of neutral phrases made empty."""
        at = 0
        while at < len(words):
            size = beginning(words[at:], self.phrases["neutral"])
            words[at : at + size] = [""] * size
            at += size or 1
        return words


@lru_cache(maxsize=64)
def _single_words(phrases: Phrases) -> frozenset[str]:
    return frozenset("".join(phrase) for phrase in phrases if len(phrase) == 1 or HAN.match(phrase[0]))


def _lists_more(found: Sequence[Token]) -> bool:
    """Whether other things are counted up: "plus tools, books", "pram + seat + bag"."""
    plus = [number for number, token in enumerate(found) if token.text in ("plus", "+")]
    return len(plus) > 1 or any(token.pause for number in plus for token in found[number + 1 :])


@lru_cache(maxsize=8)
def heads_for(fold: Fold) -> Heads:
    """The head words as a fold writes them."""
    lists = read_lists("product_heads.csv")
    return Heads({kind: frozenset(map(as_phrase, all_folded(fold, lists.words(kind)))) - {()} for kind in KINDS})
