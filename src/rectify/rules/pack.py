"""A pack as data: words, rules, offers and trials; its digest, and the digest of what a rule means."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rectify.documents.canonical import canonical_json
from rectify.rules.tree import Node, Offer, canonical, reads, words_read
from rectify.rules.trial import Trial
from rectify.terms.entry import Json
from rectify.terms.errors import Place, Unknown, nearest
from rectify.terms.finding import ALL, PLAIN, Disguise, Verdict

OTHER = "other"  # in `Pack.offer`: each kind of the pack that is not named


class Term(NamedTuple):
    """A literal that is sought. Open at a side: letters of its own script may go on there ("-vpn", "vpn-")."""

    text: str
    language: str
    open_left: bool = False
    open_right: bool = False
    note: str = ""

    @property
    def written(self) -> str:
        """The term as a pack writes it, with the hyphen of an open side."""
        if not self.open_left and not self.open_right:
            return self.text
        return f"{'-' * self.open_left}{self.text}{'-' * self.open_right}"


@dataclass(frozen=True, slots=True)
class Words:
    """A named word list: terms, phrases that swallow a hit, patterns on folded text (RE2), disguises looked through."""

    name: str
    terms: tuple[Term, ...]
    not_in: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    disguises: frozenset[Disguise] = ALL  # always holds those of PLAIN
    place: Place = field(default_factory=Place, compare=False)
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict, compare=False)  # (role, plain text) -> place


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `when` is as written, `condition` its tree; acts and kinds are the pack's where it names none.

    `why` is the sentence that findings carry; `whys` the same by language, where the pack says it in several.
    """

    id: str
    when: str
    condition: Node
    verdict: Verdict
    measure: str
    why: str
    field_rule: bool
    acts: tuple[str, ...]
    kinds: tuple[str, ...]
    place: Place = field(default_factory=Place, compare=False)
    whys: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as read, without faults. `offer` maps a kind, or "other", to its line; `digest` is SHA-256 in hex."""

    name: str
    version: int
    title: Mapping[str, str]
    acts: tuple[str, ...]
    kinds: tuple[str, ...]
    registers: tuple[str, ...]
    words: Mapping[str, Words]
    offer: Mapping[str, Node]
    rules: tuple[Rule, ...]
    trials: tuple[Trial, ...] = ()
    digest: str = ""
    remarks: tuple[str, ...] = field(default=(), compare=False)  # "words/service.csv was read as GBK / GB 18030"

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id. Raises `Unknown` with the nearest one."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise Unknown(f'the pack {self.name} has no rule "{rule_id}"', nearest(rule_id, (r.id for r in self.rules)))


def offer_for(offers: Mapping[str, Node], kind: str) -> Node | None:
    """The offer line of a kind; None = the kind has none, so that nothing of it is an offer."""
    return offers.get(kind, offers.get(OTHER))


def words_of(pack: Pack, rule: Rule) -> frozenset[str]:
    """Names of all words that a rule reads, those of its kinds' offer lines included."""
    names = set(words_read(rule.condition))
    for line in _lines(pack, rule).values():
        names |= words_read(line)
    return frozenset(names)


def _lines(pack: Pack, rule: Rule) -> dict[str, Node]:
    if not reads(rule.condition, Offer):
        return {}
    lines = {kind: offer_for(pack.offer, kind) for kind in rule.kinds}
    return {kind: line for kind, line in lines.items() if line is not None}


@lru_cache(1 << 7)  # many rules of a pack read the same words
def _words_json(words: Words) -> Json:
    return {
        "terms": sorted({t.written for t in words.terms}),
        "not_in": sorted(set(words.not_in)),
        "patterns": sorted(set(words.patterns)),
        "disguises": sorted(words.disguises | PLAIN),
    }


def pack_json(pack: Pack) -> Json:
    """What a pack does, as canonical JSON would write it. Notes, trials, places and translations are not in it."""
    return {
        "pack": pack.name,
        "version": pack.version,
        "title": dict(pack.title),
        "acts": sorted(pack.acts),
        "kinds": sorted(pack.kinds),
        "registers": sorted(pack.registers),
        "words": {name: _words_json(words) for name, words in pack.words.items()},
        "offer": {kind: canonical(line) for kind, line in pack.offer.items()},
        "rules": [
            {
                "id": rule.id,
                "when": canonical(rule.condition),
                "verdict": rule.verdict.value,
                "measure": rule.measure,
                "why": rule.why,
                "field_rule": rule.field_rule,
                "acts": sorted(rule.acts),
                "kinds": sorted(rule.kinds),
            }
            for rule in pack.rules
        ],
    }


def digest_of(value: Json) -> str:
    """SHA-256, in hex, of a value as RFC 8785 JSON."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def meaning(pack: Pack, rule: Rule) -> str:
    """The digest of what a rule means: its condition, the words and offer lines that it reads, its verdict.

    A corrected typo in `why`, another measure or title changes nothing.
    """
    words = b",".join(
        b"%b:%b" % (canonical_json(name), _words_text(pack.words[name])) for name in sorted(words_of(pack, rule))
    )
    offer = {kind: canonical(line) for kind, line in _lines(pack, rule).items()}
    rest = canonical_json({"offer": offer, "verdict": rule.verdict.value, "when": canonical(rule.condition)})
    return hashlib.sha256(b'%b,"words":{%b}}' % (rest[:-1], words)).hexdigest()


@lru_cache(1 << 7)  # as of `_words_json`: the JSON of thousands of words takes a millisecond
def _words_text(words: Words) -> bytes:
    return canonical_json(_words_json(words))


_NAME_IN_WHY = re.compile(r"\{([^{}]*)\}")
MAIN_LANGUAGE = "en"  # of the sentence that findings carry, where a rule says it in several


def reworded(rule: Rule, sentence: str) -> dict[str, str]:
    """The sentence of a finding in each language of its rule, filled with the same words.

    Empty unless the rule, as it is now, gives this very sentence, and in one way only: nobody is told in a translation
    what the recorded sentence does not say.
    """
    first, last = _words_in(rule.why, sentence, last=False), _words_in(rule.why, sentence, last=True)
    if not rule.whys or first is None or first != last:
        return {}
    found: dict[str, str] = {}
    for name, words in zip(named_in(rule.why), first, strict=True):
        if found.setdefault(name, words) != words:
            return {}
    return {tongue: _NAME_IN_WHY.sub(lambda m: found[m[1]], why) for tongue, why in rule.whys.items()}


def _words_in(why: str, sentence: str, *, last: bool) -> list[str] | None:
    """What stands in a sentence for each name, in order; None where it is another sentence.

    What lies between two names is sought at its first place, or at its last one: both agree where there is one way
    only. Two passes, whatever stands there: no pattern with several open groups is run over what a seller wrote.
    """
    head, *between = _NAME_IN_WHY.split(why)[::2]
    if not between:
        return [] if sentence == why else None
    tail = between.pop()
    at, end = len(head), len(sentence) - len(tail)
    if at > end or not sentence.startswith(head) or not sentence.endswith(tail):
        return None
    places = []
    for text in reversed(between) if last else between:
        place = sentence.rfind(text, at, end) if last else sentence.find(text, at, end)
        if place < 0:
            return None
        places.append((place, place + len(text)))
        at, end = (at, place) if last else (place + len(text), end)
    places.sort()
    starts = [len(head), *(stop for _, stop in places)]
    stops = [*(start for start, _ in places), len(sentence) - len(tail)]
    return [sentence[start:stop] for start, stop in zip(starts, stops, strict=True)]


def named_in(why: str) -> list[str]:
    """Names in braces of a `why`: "Offers a VPN service (“{service}”)" gives ["service"]."""
    return _NAME_IN_WHY.findall(why)
