"""The brand of a product as texts write it: its words joined or parted, umlauts spelled, an "&" a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, product

from rectify.rules.product_heads import Heads
from rectify.rules.product_keys import runs_of
from rectify.rules.product_lists import Fold
from rectify.rules.wordlists import without_blanks

# Letters and digits that go on in a word; signs of scripts without blanks do not. As one class it is slow to compile.
_LETTERS = ("[0-9a-z]", r"[\u00df-\u00f6\u00f8-\u024f]", r"[\u0370-\u04ff]")
WORD = f"[{''.join(part[1:-1] for part in _LETTERS)}]"
STARTS, ENDS = "".join(f"(?<!{part})" for part in _LETTERS), "".join(f"(?!{part})" for part in _LETTERS)
# Every dash that folding leaves: hyphens that break a line or do not, figure dash, en, em, bar, minus.
DASHES = "\\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
SEPARATORS = rf"[ \t\u00a0{DASHES}_./·]{{0,2}}"
RUN = re.compile(r"\d+|[^\W\d_]+")
_SIGN = r"[\s\-&+.'’´`ʼ]"  # between the words of a brand
_PLAIN_GAPS = ("", "-", ".", "'")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_SPELLINGS = 1_000  # of one form


def umlauts_spelled(text: str) -> str:
    """A text with two letters for each umlaut, as those write it who have none on their keys."""
    return unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)


def either(patterns: Iterable[str]) -> str:
    """One pattern for several."""
    found = list(dict.fromkeys(patterns))
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


def any_spelling(name: str, gap: str) -> str:
    """A folded name as a pattern with a gap between its runs; the point of a decimal may be a comma."""
    found, before = "", None
    for run in RUN.finditer(name):
        if before is not None:
            decimal = before[0].isdigit() and run[0].isdigit() and name[before.end() : run.start()] in (".", ",")
            found += f"(?:{gap}|,)" if decimal else gap
        found, before = found + re.escape(run[0]), run
    return found


@lru_cache(maxsize=256)
def key(text: str) -> str:
    """A folded name without what separates: k3-2024, k3 2024 and k32024 are one."""
    return "".join(RUN.findall(text))


@dataclass(frozen=True)
class Brand:
    """A brand as an order writes it."""

    written: str
    fold: Fold
    heads: Heads

    @cached_property
    def name(self) -> str:
        """The folded brand without the legal form of its company; empty where the order says that there is none."""
        brand = self.heads.without_company(" ".join(self.fold(self.written).split()))
        return "" if self.heads.unbranded(brand) else brand

    @cached_property
    def key(self) -> str:
        return key(self.name)

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The brand as it is folded, and with two letters for each umlaut."""
        spelled = self.heads.without_company(" ".join(self.fold(umlauts_spelled(self.written)).split()))
        return tuple(dict.fromkeys((self.name, spelled))) if self.name else ()

    @cached_property
    def _joining(self) -> str:
        return "|".join(sorted(map(re.escape, self.heads.words("joining")), key=len, reverse=True))

    def _parts(self, form: str) -> list[str]:
        """Words and what stands between them, in turn."""
        return [part for part in re.split(rf"({_SIGN}+(?:(?:{self._joining}){_SIGN}+)?)", form) if part]

    @cached_property
    def spelled(self) -> str:
        """The brand as a pattern; its words may be joined or parted by a sign, an "&" may be a word."""
        found = []
        for form in self.forms:
            spelled = [
                re.escape(part) if not re.match(_SIGN, part)
                else rf"{_SIGN}*(?:(?:{self._joining}){_SIGN}*)?" if part.strip() not in _PLAIN_GAPS
                else rf"{_SIGN}*"
                for part in self._parts(form)
            ]  # fmt: skip
            found.append("".join(spelled))
        return either(found)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The brand as a phrase of whole words."""
        if not self.name:
            return re.compile("(?!)")
        left = "" if without_blanks(self.name[0]) else STARTS
        right = "" if without_blanks(self.name[-1]) else ENDS
        return re.compile(left + self.spelled + right)

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """The brand with a number behind it (group 1)."""
        return re.compile(rf"{STARTS}{self.spelled}{SEPARATORS}(\d+)")

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Letters and digits of every spelling."""
        return tuple(dict.fromkeys("".join(runs) for runs in self.runs))

    @cached_property
    def runs(self) -> tuple[tuple[str, ...], ...]:
        """Runs of letters and of digits of every spelling that `pattern` finds."""
        found: dict[tuple[str, ...], None] = {}
        joining = ("", *sorted({key(word) for word in self.heads.words("joining")} - {""}))
        for form in self.forms:
            ways = [
                (part,) if not re.match(_SIGN, part) else ("",) if part.strip() in _PLAIN_GAPS else joining
                for part in self._parts(form)
            ]
            for way in islice(product(*ways), _SPELLINGS):
                found[tuple(run for part in way for run in runs_of(part))] = None
        return tuple(runs for runs in found if runs)
