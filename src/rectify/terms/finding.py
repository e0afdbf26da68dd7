"""What the machine says of an item: verdict, rule, branch and evidence. A person's judgement is another record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rectify.terms.item import ItemKey


class Verdict(StrEnum):
    """What a rule says; `none` appears in trials and never in a finding."""

    VIOLATION = "violation"
    REVIEW = "review"
    NONE = "none"


class Disguise(StrEnum):
    """Classes of disguise. The first three are how people write, always on, and count as plain."""

    CASE = "case"
    WIDTH = "width"
    SCRIPT = "script"  # traditional / simplified
    LOOK_ALIKE = "look_alike"
    INVISIBLE = "invisible"
    COMBINING = "combining"
    SPACED = "spaced"  # the same sign between all letters of one word
    SQUEEZED = "squeezed"  # letters joined across other separators
    LEET = "leet"
    SPLIT = "split"  # a Chinese character taken apart: 木象 for 橡
    SHAPE = "shape"  # a Chinese character that looks like the term's: out of everyday use, or among three and more
    RARE = "rare"  # a Chinese character out of everyday use that sounds like the term's
    TWIN = "twin"  # an everyday character that looks like one of two of a term; only where a list asks for it
    SOUND = "sound"  # any character of the same syllable, or pinyin; only where a list asks for it
    EMOJI = "emoji"  # letters and digits in circles, squares, flags, keycaps
    REPEATED = "repeated"  # a letter three times or more
    REVERSED = "reversed"  # the term from its end
    LINES = "lines"  # one letter a line
    MIXED = "mixed"  # look-alikes of another alphabet among Latin letters of one word; look_alike holds it
    MARKUP = "markup"  # tags or entities inside a word; always seen through, as a browser shows it
    STARRED = "starred"  # a sign that stands for a letter: v*agra
    DOUBLED = "doubled"  # every letter twice
    PICTURES = "pictures"  # pictures for words: 🐘🦷 for 象牙
    OMITTED = "omitted"  # a letter or the vowels left out, or two exchanged; only where a list asks for it


PLAIN = frozenset({Disguise.CASE, Disguise.WIDTH, Disguise.SCRIPT})
ALL = frozenset(Disguise) - {Disguise.TWIN, Disguise.SOUND, Disguise.OMITTED}  # what `disguises: all` says
SHADOW = "shadow"  # mark of a finding by a rule that is tried and not in force: it is counted, and nothing follows
# A hit seen only through one of these never makes a violation by itself.
WEAK = frozenset({
    Disguise.SQUEEZED, Disguise.LEET, Disguise.TWIN, Disguise.SOUND, Disguise.REVERSED, Disguise.OMITTED,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing seen. `start`, `end` are code points of the original field, from 0, end excluded.

    `field` may be "variants[2]" or "attributes.gtin"; `words` is the name of the word list, or "product",
    "provider", "registered"; `term` is the term or the product; `disguise` lists what had to be seen through.
    """

    field: str
    start: int
    end: int
    words: str
    term: str
    disguise: tuple[Disguise, ...] = ()
    hidden: bool = False  # stands in text that a reader does not see


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule found an item. `id` is a keyed digest: the same sweep twice gives the same ids."""

    id: str
    order: str  # empty for `screen`
    plan: str
    pack: str
    rule: str
    item: ItemKey
    account: str
    verdict: Verdict
    branch: str  # "2: near(service, plan, 40)"
    why: str
    evidence: tuple[Evidence, ...]
    near_register: str = ""  # entry of the register that is like this account but not bound to it
    seen: str = ""  # digest of what the rule read
    marks: tuple[str, ...] = ()  # repaired UTF-8, hidden text, capped, duplicate id ...


# Columns of findings in Parquet, CSV and JSON lines (DESIGN.md §12), in order.
FINDING_FIELDS = (
    "finding", "order", "plan", "pack", "rule", "source", "kind", "item", "account", "verdict", "branch", "why",
    "evidence", "near_register", "seen", "marks",
)  # fmt: skip
