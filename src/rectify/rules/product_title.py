"""What a title offers beside the name of a product: the product itself, a part of it, or neither for certain."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rectify.rules.product_heads import Heads, Stand
from rectify.rules.product_parts import Part, Parts
from rectify.rules.product_sizes import units
from rectify.rules.product_tokens import HAN, beginning, ending, tokens, up_to_pause

_STOP = re.compile(r"[.!?;|\n](?!\d)")
_BATTERY = "battery"
_AFTER, _AFTER_SIGNS = 2, 8  # other words (signs of a script without blanks) between a name and the noun that follows


@dataclass(frozen=True)
class TitleReading:
    """Reads titles for one product: `own` are words for it, `named` those of its name, `kinds` of the parts it is.

    `known`: the order says what the product is; else a part may be the product itself and is only in doubt.
    """

    heads: Heads
    parts: Parts
    own: Collection[str]
    named: Collection[str]
    kinds: Collection[str]
    known: bool

    def stand(self, title: str, start: int, end: int) -> Stand:
        """How the name at start..end of a folded title stands beside the parts that the title names."""
        if self._absent(title[end:]) or self._never(title[:start], title[end:]):
            return Stand.FOREIGN
        stand = min(self._before(title[:start]), self._behind(title[end:], led=self._led(title[:start])))
        return stand if self.known else max(stand, Stand.OPEN)

    def nameless(self, title: str) -> Stand:
        """How a title without a name stands: one that begins with a part leaves open what is on offer."""
        words = [token.text for token in tokens(title)]
        first = next(iter(self._foreign(words)), None)
        if first is None or first.at or self._kind_of_noun(words, first):
            return Stand.CLEAN
        return Stand.OPEN

    def _absent(self, behind: str) -> bool:
        words = [token.text for token in tokens(behind[:80])]
        while words and words[0] in self.own:
            words = words[1:]
        return bool(beginning(words, self.heads.phrases["absent"]))

    def _never(self, before: str, behind: str) -> bool:
        """Whether the title says of the whole offer that the product is not in it: an empty box, a service."""
        for side in (before, behind):
            words = self.heads.without_neutral([token.text for token in tokens(side)])
            for at in range(len(words)):
                size = beginning(words[at:], self.heads.phrases["never"])
                if size and not set(words[at : at + size]) & set(self.named) and not self._along(words[:at]):
                    return True
        return False

    def _before(self, text: str) -> Stand:
        last = max((match.end() for match in _STOP.finditer(text)), default=0)
        found = tokens(text[last:])
        words = self.heads.without_neutral([token.text for token in found])
        stand = Stand.CLEAN
        for part in self._foreign(words):
            if self._along(words[: part.at]) or self._kind_of_noun(words, part) or self._holds(words, part):
                continue
            paused = any(token.pause for token in found[part.at + part.size :])
            listed = any(token.pause for token in found[1 : part.at + 1])
            told = part.kinds <= self.parts.features and any(word in self.own for word in words[: part.at])
            stand = min(stand, Stand.OPEN if paused or listed or told else Stand.FOREIGN)
        return stand

    def _holds(self, words: Sequence[str], part: Part) -> bool:
        """Whether a part is what some of the product are packed in: case of 12, Karton mit 6, boîte de six."""
        behind = words[part.at + part.size :]
        of = beginning(behind, self.heads.phrases["fillers"]) or beginning(behind, self.heads.phrases["included"])
        return bool(of) and self.heads.counts(behind[of:])

    def _led(self, before: str) -> bool:
        """Whether a word for some thing stands before the name: what stands behind it is then told of it."""
        words = self.heads.without_neutral([token.text for token in tokens(before)])
        known = self.heads.words("selling") | self.heads.words("fillers") | {""}
        return any(len(word) > 2 and word.isalpha() and word not in known for word in words)

    def _behind(self, text: str, *, led: bool) -> Stand:
        stop = _STOP.search(text)
        words = self.heads.without_neutral(up_to_pause(tokens(text[: stop.start()] if stop else text)))
        if beginning(words, self.heads.phrases["serving"]):
            return Stand.FOREIGN
        at = 0
        while at < len(words) and (words[at] in self.own or self._measure(words[at])):
            if beginning(words[at:], self.heads.phrases["included"]):  # w/ is no watt
                break
            at += 1
        led = led or (at > 0 and self._measure(words[at - 1]) and any(word in self.own for word in words[:at]))
        words = words[at:]
        for part in self._foreign(words):
            if self._along(words[: part.at]):
                break
            rest = words[part.at + part.size :]
            if self.parts.in_a_state(rest) or (rest and rest[0] in self.own and self._drives(part)):
                continue
            if part.at and not self._near_the_end(words, part):
                continue
            return self._weight(part, rest, led=led)
        return Stand.CLEAN

    def _drives(self, part: Part) -> bool:
        """Whether a part before a word for the product tells what kind it is: battery drill, Akku Bohrschrauber."""
        return "en" in part.languages or (_BATTERY in part.kinds and not part.joined)

    def _weight(self, part: Part, rest: Sequence[str], *, led: bool) -> Stand:
        """A part behind the name is what is on offer, unless another noun leads and products are told to have one."""
        if beginning(rest, self.heads.phrases["alone"]):
            return Stand.FOREIGN
        feature = bool(part.kinds & self.parts.features)
        if led:
            return Stand.CLEAN if feature else Stand.OPEN
        told = feature and (part.at > 0 or not self._only_told(rest))
        return Stand.OPEN if told else Stand.FOREIGN

    def _only_told(self, rest: Sequence[str]) -> bool:
        """Whether what follows a part says only which, of what kind or how many."""
        more = {at for part in self.parts.found(rest) for at in range(part.at, part.at + part.size)}
        tails = self.heads.words("tails")
        return all(at in more or word in tails or self._measure(word) for at, word in enumerate(rest))

    def _near_the_end(self, words: Sequence[str], part: Part) -> bool:
        """Whether few other words stand between the name and a part, and none but measures behind it."""
        between = words[: part.at]
        signs = sum(bool(HAN.fullmatch(word)) for word in between)
        few = len(between) - signs <= _AFTER and signs <= _AFTER_SIGNS
        return few and all(self._measure(word) or HAN.fullmatch(word) for word in words[part.at + part.size :])

    def _foreign(self, words: Sequence[str]) -> list[Part]:
        found = self.parts.found(words)
        return [part for part in found if not part.kinds & set(self.kinds) and not _of(words, part) & set(self.own)]

    def _kind_of_noun(self, words: Sequence[str], part: Part) -> bool:
        alone = beginning(words[part.at + part.size :], self.heads.phrases["alone"])
        return not alone and self.parts.kind_of_noun(words, part, self.own)

    def _along(self, words: Sequence[str]) -> bool:
        """Whether a word stands before that tells what comes along: with, inkl."""
        return any(ending(words[:at], self.heads.phrases["along"]) for at in range(1, len(words) + 1))

    def _measure(self, word: str) -> bool:
        return word[:1].isdigit() or word in units()


def _of(words: Sequence[str], part: Part) -> set[str]:
    return set(words[part.at : part.at + part.size])
