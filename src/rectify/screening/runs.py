"""A rule as it stands in a plan: for which kinds, and what it reads; and the rules of one pack there."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from rectify.rules.language import Node, branches, fields_read, reads
from rectify.rules.pack import Pack, Rule, Words, meaning, offer_for, words_of
from rectify.rules.products import ATTRIBUTES
from rectify.rules.tree import (
    Count,
    Has,
    Near,
    Offer,
    Plain,
    ProductNamed,
    ProviderNamed,
    Registered,
    canonical,
    walk,
)
from rectify.screening.rows import ATTRIBUTE
from rectify.terms.finding import SHADOW
from rectify.terms.item import TEXT_FIELDS

# What products are known by: another model in the title is another look.
PRODUCT_FIELDS = (*TEXT_FIELDS, *(ATTRIBUTE + name for name in ATTRIBUTES))
ANSWERS = (Registered, ProductNamed, ProviderNamed)


@dataclass(frozen=True)
class RuleRun:
    """A rule as it stands in a plan: for these kinds, and never more than review where it shares no act but `use`."""

    pack: Pack
    rule: Rule
    kinds: tuple[str, ...]
    only_review: bool
    shadow: bool = False  # of a pack that is tried beside those in force: what it finds is counted, and nothing follows
    known_fields: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    known_asked: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def name(self) -> str:
        """`pack/rule`."""
        return f"{self.pack.name}/{self.rule.id}"

    @property
    def pack_key(self) -> str:
        """What tells its pack in a plan, where a version in force and one in shadow may have the same name."""
        return pack_key(self.pack, self.shadow)

    @property
    def found_as(self) -> str:
        """The rule as it goes into the ids of findings: one in shadow never gives the id of one in force."""
        return f"{self.pack_key}/{self.rule.id}"

    @cached_property
    def meaning(self) -> str:
        """Digest of what the rule means."""
        return meaning(self.pack, self.rule)

    @cached_property
    def branches(self) -> list[tuple[Node, str]]:
        """The alternatives, each with its text."""
        return branches(self.rule.condition)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that the sentence may carry."""
        return words_of(self.pack, self.rule) | {"product", "provider"}

    def parts(self, kind: str) -> list[Node]:
        """The condition, and the offer line of the kind where it reads one."""
        line = offer_for(self.pack.offer, kind) if reads(self.rule.condition, Offer) else None
        return [self.rule.condition] if line is None else [self.rule.condition, line]

    def fields(self, kind: str) -> tuple[str, ...]:
        """The fields that the rule reads of items of a kind, in a fixed order."""
        if kind not in self.known_fields:
            self.known_fields[kind] = self._fields(kind)
        return self.known_fields[kind]

    def _fields(self, kind: str) -> tuple[str, ...]:
        found: set[str] = set()
        for part in self.parts(kind):
            found |= fields_read(part)
            for atom in walk(part):
                match atom:
                    case Has(_, fields):
                        found |= set(fields or TEXT_FIELDS)
                    case Near() | Count() | Plain():
                        found |= set(TEXT_FIELDS)
                    case ProductNamed():
                        found |= set(PRODUCT_FIELDS)
        return tuple(sorted(found))

    def asked(self, kind: str) -> tuple[str, ...]:
        """What the rule asks registers, products and providers, as the condition writes it."""
        if kind not in self.known_asked:
            atoms = (atom for part in self.parts(kind) for atom in walk(part) if isinstance(atom, ANSWERS))
            self.known_asked[kind] = tuple(sorted({canonical(atom) for atom in atoms}))
        return self.known_asked[kind]

    def asks_register(self, kind: str) -> bool:
        """Whether items of this kind are looked up in a register."""
        return "registered" in self.asked(kind)


def pack_key(pack: Pack, shadow: bool) -> str:
    """The name of a pack in force; of one in shadow no name that a pack can bear."""
    return f"{pack.name} {SHADOW}" if shadow else pack.name


@dataclass(slots=True)
class PackPart:
    """The rules of one pack in a plan, and the numbers of the lists of their words."""

    pack: Pack
    runs: tuple[RuleRun, ...]
    shadow: bool = False
    lists: dict[str, int] = field(default_factory=dict)
    patterns: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.patterns = frozenset(p for words in self.pack.words.values() for p in words.patterns)

    @property
    def key(self) -> str:
        """What tells the pack in a plan."""
        return pack_key(self.pack, self.shadow)

    def words(self) -> list[Words]:
        """The words that these rules read, by name."""
        read = set().union(*(run.names for run in self.runs))
        return [self.pack.words[name] for name in sorted(read & set(self.pack.words))]
