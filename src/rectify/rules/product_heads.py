"""What stands around the name of a product: words that tell it is not what is on offer, or leave that open.

The words are data (data/product_heads.yaml), folded by the caller's own fold, and looked up as sequences of tokens: a
token is a word, a sign of a script without blanks, or + and &.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

from rectify.documents import Reading, read_document

Fold = Callable[[str], str]
Phrases = frozenset[tuple[str, ...]]
KINDS = (
    "links", "fillers", "nouns", "seeking", "things", "neutral", "along", "bundles", "family", "batch", "number",
    "doubts", "unbranded", "either", "alternatives", "alone", "fits", "compounds",
)  # fmt: skip
_NEXT, _TITLE = 80, 400  # characters looked at beside a name, and of a title
_LONGEST = 8  # tokens of a phrase
# Kana, Han, Thai, Lao, Khmer, Myanmar: one sign is one token, for no blank tells where a word ends.
_SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_SINGLE}]|(?:(?![{_SINGLE}])[^\W_])+|[+&]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_STOP, _PAUSE = re.compile(r"[.!?;|\n]"), re.compile(r"[.!?;|\n,]")


class Stand(IntEnum):
    """How a name stands in its text: as what something else is for, in doubt, as what is on offer."""

    FOREIGN = 0
    OPEN = 1
    CLEAN = 2


class Token(NamedTuple):
    """A token; `pause`: a comma at least stands before it."""

    text: str
    pause: bool


def tokens(text: str) -> list[Token]:
    """The tokens of a folded text."""
    found, end = [], 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        found.append(Token(match[0], bool(_PAUSE.search(between))))
        end = match.end()
    return found


def _ending(words: Sequence[str], phrases: Phrases) -> int:
    """How many words at the end are a phrase, the longest; 0 for none."""
    return next((n for n in range(min(_LONGEST, len(words)), 0, -1) if tuple(words[-n:]) in phrases), 0)


def _beginning(words: Sequence[str], phrases: Phrases) -> int:
    return next((n for n in range(min(_LONGEST, len(words)), 0, -1) if tuple(words[:n]) in phrases), 0)


@dataclass(frozen=True)
class Heads:
    """The head words of all languages, folded, each phrase as its tokens."""

    phrases: dict[str, Phrases]

    def stand(self, text: str, start: int, end: int, own: Collection[str]) -> Stand:
        """How the name at start..end of a folded text stands in it, by what is directly before and behind it.

        `own` are words of the product's own name: they are no heads of it, and may stand between.
        """
        before = self._before(text[max(0, start - _NEXT) : start], own)
        return min(before, self._behind(tokens(text[end : end + _NEXT]), own))

    def _before(self, text: str, own: Collection[str]) -> Stand:
        last = max((match.end() for match in _STOP.finditer(text)), default=0)
        found = tokens(text[last:])
        words = self._without_neutral([token.text for token in found])
        whole = _since_pause(words, found)
        paused = bool(_PAUSE.search(_TOKEN.split(text[last:])[-1]))
        while words and not _ending(words, self.phrases["links"]):
            cut = _ending(words, self.phrases["fillers"]) or int(words[-1] in own)
            if not cut:
                break
            paused = paused or any(token.pause for token in found[-cut:])
            words, found = words[:-cut], found[:-cut]
        if _ending(words, self.phrases["links"]) or _ending(words, self.phrases["seeking"]):
            return Stand.FOREIGN
        clause = [] if paused else whole
        if any(self._alone("nouns", clause, at, own) for at in range(len(clause))):
            return Stand.FOREIGN
        for n in (1, 2):
            if size := _ending(words[:-n], self.phrases["links"]):
                thing = _since_pause(words, found)[: -n - size]
                foreign = any(self._alone("things", thing, at, own) for at in range(len(thing)))
                return Stand.FOREIGN if foreign else Stand.OPEN
        return Stand.OPEN if _ending(words, self.phrases["doubts"]) else Stand.CLEAN

    def _behind(self, found: Sequence[Token], own: Collection[str]) -> Stand:
        at = 0
        while at < len(found) and found[at].text in own and not found[at].pause:
            at += 1
        words = _up_to_pause(found[at:])
        for kind, stand in (("nouns", Stand.FOREIGN), ("seeking", Stand.FOREIGN), ("things", Stand.OPEN)):
            size = _beginning(words, self.phrases[kind])
            if size and not set(words[:size]) & set(own):
                if kind == "things" and _beginning(words[size:], self.phrases["alone"]):
                    return Stand.FOREIGN
                either = len(words) > size and tuple(words[:size]) in self.phrases["either"]
                return Stand.OPEN if either else stand
        return self._last_of(list(takewhile(_HAN.fullmatch, words)))

    def _last_of(self, signs: Sequence[str]) -> Stand:
        """What Chinese signs behind a name say: the last noun is what is on offer, 适用 behind it says what for."""
        cut = _ending(signs, self.phrases["fits"])
        signs = signs[: len(signs) - cut]
        size = max(_ending(signs, self.phrases[kind]) for kind in ("nouns", "things"))
        if size < 2 or _ending(signs[:-size], self.phrases["along"]):
            return Stand.CLEAN
        return Stand.FOREIGN if cut else Stand.OPEN

    def title(self, title: str, own: Collection[str]) -> Stand:
        """What a whole folded title says: it seeks, it tells of a thing beside the product, or of several things."""
        found = tokens(title[:_TITLE])
        words = self._without_neutral([token.text for token in found])
        last = _ending(words, self.phrases["seeking"])
        if _beginning(words, self.phrases["seeking"]) or (last and tuple(words[-last:]) not in self.phrases["either"]):
            return Stand.FOREIGN
        if _lists_more(found) or any(_beginning(words[at:], self.phrases["bundles"]) for at in range(len(words))):
            return Stand.OPEN
        nouns = any(self._alone("nouns", words, at, own, open_too=True) for at in range(len(words)))
        return Stand.OPEN if nouns else Stand.CLEAN

    def for_own(self, title: str, own: Collection[str]) -> bool:
        """Whether a folded title offers something for what the product is called: "rain cover for pram"."""
        words = self._without_neutral([token.text for token in tokens(title[:_TITLE])])
        for at in range(1, len(words)):
            if words[at - 1] in own:
                return False
            behind = at + _beginning(words[at:], self.phrases["links"])
            while behind > at and (size := _beginning(words[behind:], self.phrases["fillers"])):
                behind += size
            if at < behind < len(words) and words[behind] in own:
                return True
        return False

    def _alone(self, kind: str, words: Sequence[str], at: int, own: Collection[str], *, open_too: bool = False) -> bool:
        """Whether a phrase of this kind stands here that does not come along with the product, nor is of its name.

        `open_too`: nouns that may tell what the product is like (manual, or before a word of its name) count, too.
        """
        size = _beginning(words[at:], self.phrases[kind]) or int(kind == "nouns" and self._compound(words[at]))
        if not size or set(words[at : at + size]) & set(own):
            return False
        if any(_ending(words[: at - n], self.phrases["along"]) for n in (0, 1) if at > n):
            return False
        like = tuple(words[at : at + size]) in self.phrases["either"] and len(words) > at + size
        return open_too or not (like or (len(words) > at + size and words[at + size] in own))

    def _compound(self, word: str) -> bool:
        """Whether a word is put together with one that tells of a part: Ersatzrad, Kinderwagenzubehör."""
        parts = [phrase[0] for phrase in self.phrases["compounds"]]
        return any(len(word) > len(part) and (word.startswith(part) or word.endswith(part)) for part in parts)

    def alternatives(self, before: str, behind: str) -> list[str]:
        """What stands beyond an "or" directly before or behind a name."""
        words = "|".join(re.escape(" ".join(phrase)) for phrase in self.phrases["alternatives"])
        ahead = re.search(rf"([^\s,;|]+)[ ,]*(?:\b|(?<=\s))(?:{words})[ ,]*\Z", before)
        after = re.match(rf"[ ,]*(?:{words})[ ,]+([^\s,;|]+)", behind)
        return [match[1] for match in (ahead, after) if match]

    def seeks(self, text: str) -> bool:
        """Whether a text begins as one that seeks and offers nothing."""
        return bool(_beginning([token.text for token in tokens(text[:_NEXT])], self.phrases["seeking"]))

    def family(self, behind: str, own: Collection[str]) -> bool:
        """Whether what follows a model makes it another member of the family, "Plus"."""
        words = _up_to_pause(tokens(behind[:_NEXT]))
        size = _beginning(words, self.phrases["family"])
        return bool(size) and not set(words[:size]) <= set(own)

    def called_number(self, before: str) -> bool:
        """Whether what stands before says that digits are an article number."""
        return bool(_ending([token.text for token in tokens(before[-_NEXT:])], self.phrases["number"]))

    def called_batch(self, before: str) -> bool:
        """Whether a word for batch stands before, with at most three others between."""
        words = [token.text for token in tokens(before[-_NEXT:])]
        return any(_ending(words[: len(words) - n], self.phrases["batch"]) for n in range(4))

    def unbranded(self, brand: str) -> bool:
        """Whether what is stated as a brand says that there is none."""
        return tuple(token.text for token in tokens(brand)) in self.phrases["unbranded"]

    def _without_neutral(self, words: list[str]) -> list[str]:
        """The words with those of neutral phrases made empty."""
        at = 0
        while at < len(words):
            size = _beginning(words[at:], self.phrases["neutral"])
            words[at : at + size] = [""] * size
            at += size or 1
        return words


def _lists_more(found: Sequence[Token]) -> bool:
    """Whether other things are counted up: "plus tools, books", "pram + seat + bag"."""
    plus = [number for number, token in enumerate(found) if token.text in ("plus", "+")]
    return len(plus) > 1 or any(token.pause for number in plus for token in found[number + 1 :])


def _since_pause(words: Sequence[str], found: Sequence[Token]) -> list[str]:
    """The last words without a comma between them."""
    start = max((number for number, token in enumerate(found) if token.pause), default=0)
    return list(words[start:])


def _up_to_pause(found: Sequence[Token]) -> list[str]:
    words: list[str] = []
    for token in found:
        if token.pause:
            break
        words.append(token.text)
    return words


@lru_cache(maxsize=8)
def heads_for(fold: Fold) -> Heads:
    """The head words as a fold writes them."""
    data = files(__package__).joinpath("data/product_heads.yaml").read_bytes()
    node, reading = read_document(data, "product_heads.yaml"), Reading()
    phrases: dict[str, Phrases] = {}
    for kind in KINDS:
        lists = list(node.entries[kind].entries.values()) or [node.entries[kind]]
        texts = [text for child in lists for text in reading.texts(child)]
        phrases[kind] = frozenset(tuple(token.text for token in tokens(fold(text))) for text in texts) - {()}
    reading.done()
    return Heads(phrases)
