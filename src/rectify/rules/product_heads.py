"""What stands around the name of a product: words that tell it is not what is on offer, or leave that open.

The words are data (data/product_heads.yaml), folded by the caller's own fold and made into patterns once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from importlib.resources import files

from rectify.documents import Reading, read_document
from rectify.rules.wordlists import without_blanks

Fold = Callable[[str], str]
KINDS = (
    "links", "fillers", "nouns", "seeking", "things", "neutral", "along", "bundles", "family", "batch", "number",
    "doubts", "unbranded",
)  # fmt: skip
_NEXT, _TITLE = 70, 400  # characters looked at beside a name, and of a title
_GAP = r"[\s:;,.!*|/()\[\]\"'“”„«»\-–—~+#]*"


class Stand(IntEnum):
    """How a name stands in its text: as what is on offer, in doubt, or as what something else is for."""

    FOREIGN = 0
    OPEN = 1
    CLEAN = 2


def phrase_pattern(phrases: Iterable[str]) -> str:
    """An alternation of phrases, longest first; Latin ones end where the word ends."""
    said = []
    for phrase in sorted(set(filter(None, phrases)), key=lambda p: (-len(p), p)):
        words = r"[\s\-]+".join(re.escape(word) for word in re.split(r"[\s\-]+", phrase))
        left = r"(?<![^\W_])" if phrase[0].isalnum() and not without_blanks(phrase[0]) else ""
        right = r"(?![^\W_])" if phrase[-1].isalnum() and not without_blanks(phrase[-1]) else ""
        said.append(left + words + right)
    return "(?:" + "|".join(said) + ")" if said else "(?!)"


@dataclass(slots=True)
class Heads:
    """The head words of all languages, folded."""

    fold: Fold
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _known: dict[frozenset[str], Surroundings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        data = files(__package__).joinpath("data/product_heads.yaml").read_bytes()
        node, reading = read_document(data, "product_heads.yaml"), Reading()
        for kind in KINDS:
            lists = list(node.entries[kind].entries.values()) or [node.entries[kind]]
            texts = (text for child in lists for text in reading.texts(child))
            self.phrases[kind] = tuple(dict.fromkeys(self.fold(text) for text in texts))
        reading.done()

    def pattern(self, kind: str, without: Collection[str] = ()) -> str:
        """The words of a kind as a pattern, but those that hold one of a product's own words."""
        return phrase_pattern(p for p in self.phrases[kind] if not set(without) & set(p.split()))

    def around(self, own: Collection[str]) -> Surroundings:
        """The patterns for a product whose own name has these folded words: they are no heads of it."""
        words = frozenset(own)
        if words not in self._known:
            self._known[words] = _surroundings(self, words)
        return self._known[words]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The head words as patterns for one product."""

    neutral: re.Pattern[str]
    before: re.Pattern[str]  # ends where the name begins: nothing but fillers between
    behind: re.Pattern[str]
    doubt_before: re.Pattern[str]  # a link with one or two other words between, or a doubt
    doubt_behind: re.Pattern[str]
    seeking: re.Pattern[str]
    noun: re.Pattern[str]
    bundle: re.Pattern[str]

    def stand(self, text: str, start: int, end: int) -> Stand:
        """How the name at start..end of a folded text stands in it, by what is directly before and behind it."""
        before, behind = self._shown(text[max(0, start - _NEXT) : start]), text[end : end + _NEXT]
        if self.before.search(before) or self.behind.search(behind):
            return Stand.FOREIGN
        if self.doubt_before.search(before) or self.doubt_behind.search(behind):
            return Stand.OPEN
        return Stand.CLEAN

    def title(self, title: str) -> Stand:
        """What a whole folded title says: it seeks, it tells of a thing beside the product, or of a bundle."""
        shown = self._shown(title[:_TITLE])
        if self.seeking.search(shown):
            return Stand.FOREIGN
        if self.bundle.search(shown) or any(not match["along"] for match in self.noun.finditer(shown)):
            return Stand.OPEN
        return Stand.CLEAN

    def _shown(self, text: str) -> str:
        return self.neutral.sub(lambda match: "." * len(match[0]), text)


def _surroundings(heads: Heads, own: frozenset[str]) -> Surroundings:
    links, along, doubts = (heads.pattern(kind) for kind in ("links", "along", "doubts"))
    nouns, things = (heads.pattern(kind, own) for kind in ("nouns", "things"))
    named = phrase_pattern(own)
    fill = f"(?:{phrase_pattern((*heads.phrases['fillers'], *own))}{_GAP})*"
    return Surroundings(
        neutral=re.compile(heads.pattern("neutral")),
        before=re.compile(f"(?:{links}|{nouns}){_GAP}{fill}$"),
        behind=re.compile(f"^{_GAP}(?:{named}{_GAP})*{nouns}"),
        doubt_before=re.compile(rf"(?:{links}\s+(?:[^\s.;|]+\s+){{1,2}}|{doubts}{_GAP}){fill}$"),
        doubt_behind=re.compile(rf"^[\s\-]*(?:{named}{_GAP})*{things}"),
        seeking=re.compile(rf"^\W*{heads.pattern('seeking')}"),
        noun=re.compile(rf"(?P<along>{along}{_GAP}(?:\S+\s+)?)?{nouns}"),
        bundle=re.compile(heads.pattern("bundles")),
    )
