"""Faults of sense in a pack: what never holds, holds without words, rests on no offer, or has no trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rectify.rules.facts import Facts, facts_of
from rectify.rules.offers import needed_beside, says_nothing, shared_terms
from rectify.rules.pack import OTHER, Pack, Rule, named_in, offer_for, words_of
from rectify.rules.tree import (
    Node,
    Offer,
    ProductNamed,
    ProviderNamed,
    Registered,
    branches,
    reads,
    words_read,
)
from rectify.rules.truth import MAX_NAMES, atoms, with_offer
from rectify.terms.errors import Fault, Place, nearest
from rectify.terms.finding import Verdict
from rectify.terms.item import SPEECH
from rectify.terms.measure import MEASURES
from rectify.terms.order import SubjectAct

_SOUGHT_BY_RULES = ("item", "account")  # kinds of target that a rule over items may name a measure for


def check_pack(pack: Pack, offers: Mapping[str, Place] | None = None) -> list[Fault]:
    """All faults of sense but missing trials. `offers`: places of the offer lines."""
    check = _Check(pack, dict(offers or {}))
    for rule in pack.rules:
        check.rule(rule)
    check.shared()
    check.words()
    check.offers()
    check.registers()
    check.trials()
    return check.faults


def needs_trials(pack: Pack) -> list[Fault]:
    """A fault for each rule without trials of both kinds: one that it must find, one that it must not."""
    faults = []
    for rule in pack.rules:
        expected = {t.expect for t in pack.trials if t.rule == rule.id or (not t.rule and len(pack.rules) == 1)}
        spared = any(t.expect == Verdict.NONE for t in pack.trials if t.rule in ("", rule.id))
        if not expected - {Verdict.NONE}:
            faults.append(
                Fault(f'the rule "{rule.id}" has no trial that it must find', rule.place, _TRIAL.format(rule.id))
            )
        if not spared:
            remedy = "{text: ..., expect: none}, in trials/*.yaml"
            faults.append(Fault(f'the rule "{rule.id}" has no trial that it must not find', rule.place, remedy))
    return faults


_OFFERS = "docs/limits.md: offers, not opinions"
_TRIAL = "{{text: ..., expect: violation or review, rule: {}}}, in trials/*.yaml"


@dataclass(slots=True)
class _Check:
    """Faults of one pack, gathered."""

    pack: Pack
    lines: dict[str, Place]
    faults: list[Fault] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)  # words lists of offer lines that were looked at
    both: dict[str, list[Rule]] = field(default_factory=dict)  # a term of two lists -> rules that ask for both

    def fault(self, place: Place | None, text: str, remedy: str = "", source: str = "") -> None:
        self.faults.append(Fault(text, place, remedy, source))

    def rule(self, rule: Rule) -> None:
        """One rule, under the offer line of each of its kinds."""
        self._measure(rule)
        self._why(rule)
        if SubjectAct.USE in rule.acts and rule.verdict is not Verdict.REVIEW:
            self.fault(rule.place, f'"{rule.id}": using something is never decided by the machine',
                       "verdict: review, or acts without use", "docs/limits.md")  # fmt: skip
        by_line: dict[Node | None, list[str]] = {}
        for kind in rule.kinds:
            line = offer_for(self.pack.offer, kind) if reads(rule.condition, Offer) or kind in SPEECH else None
            by_line.setdefault(line, []).append(kind)
        held = [self._holds(rule, line, kinds) for line, kinds in by_line.items()]
        if not any(one.possible for one in held):
            self.fault(rule.place, f'"{rule.id}" can never hold', "a part contradicts another, or no kind has an offer")
            return
        for part, text in branches(rule.condition):
            if not any(_can_hold(with_offer(part, line)) for line in by_line):
                self.fault(rule.place, f'"{rule.id}": this alternative can never hold: {text}', "take it out")
        if rule.verdict is Verdict.VIOLATION and not any(one.sure for one in held):
            self.fault(rule.place, f'"{rule.id}" can never be more than review', "write verdict: review")

    def _holds(self, rule: Rule, line: Node | None, kinds: list[str]) -> Facts:
        """What is true of the rule for these kinds; faults on the way."""
        condition = with_offer(rule.condition, line)
        speech = [kind for kind in kinds if kind in SPEECH]
        names = atoms(condition, *([line] if line is not None and speech else []))
        if len(names) > MAX_NAMES:
            self.fault(rule.place, f'"{rule.id}" has {len(names)} names for {", ".join(kinds)}', f"at most {MAX_NAMES}")
            return Facts(True, True)
        facts = facts_of(condition, line if speech else None)
        if not rule.field_rule and facts.bare:
            self.fault(rule.place, f'"{rule.id}" can hold with no words ({", ".join(kinds)})',
                       "name words in each alternative, or write field_rule: true")  # fmt: skip
        if speech and not (facts.rests if line is not None else not facts.possible):
            self.fault(rule.place, f'"{rule.id}" does not rest on an offer ({", ".join(speech)})',
                       f'write "and offer", with a line for {speech[0]} in offer that names words',
                       _OFFERS)  # fmt: skip
        elif speech and line is not None:
            self._says_an_offer(rule, line, ", ".join(speech), facts)
        return facts

    def _says_an_offer(self, rule: Rule, line: Node, kinds: str, facts: Facts) -> None:
        """The line asks for words of offering: none that are needed anyway, none of any talk."""
        needed, asked = needed_beside(rule.condition), words_read(line)
        if asked <= needed or facts.alone:
            told = f'"{rule.id}": its offer line for {kinds} asks for nothing but what the rule seeks'
            self.fault(rule.place, told, "name words in it that say that something is offered", _OFFERS)
        for both in shared_terms(line, needed, self.pack.words):
            self.both.setdefault(both, []).append(rule)
        for name in sorted(asked & set(self.pack.words) - self.seen):
            self.seen.add(name)
            for told in says_nothing(self.pack.words[name]):
                self.fault(self.pack.words[name].place, f'"{name}" is asked for by an offer line, and {told}',
                           "write what only an offer says", _OFFERS)  # fmt: skip

    def shared(self) -> None:
        """Each term that is sought and asked for by an offer line, told once."""
        for both, (first, *others) in self.both.items():
            self.fault(
                first.place,
                f'"{first.id}"' + (f" (and {len(others)} more)" if others else "")
                + f" would take one word for what is meant and for its offer: {both}",
                "take it out of one of them", _OFFERS,
            )  # fmt: skip

    def _measure(self, rule: Rule) -> None:
        kind = MEASURES.get(rule.measure)
        if kind is None:
            return
        known = [name for name, m in MEASURES.items() if m.target in _SOUGHT_BY_RULES and not m.ceiling]
        if kind.ceiling:
            self.fault(rule.place, f'"{rule.id}": no rule closes an account',
                       "only an order that says so in words, or the ladder")  # fmt: skip
        elif kind.target not in _SOUGHT_BY_RULES:
            self.fault(
                rule.place,
                f'"{rule.id}" finds items; {rule.measure} is for {kind.target}',
                nearest(rule.measure, known),
            )

    def _why(self, rule: Rule) -> None:
        known = set(words_of(self.pack, rule))
        for atom, name in ((ProductNamed, "product"), (ProviderNamed, "provider")):
            known |= {name} if reads(rule.condition, atom) else set()
        for name in named_in(rule.why):
            if name not in known:
                self.fault(
                    rule.place,
                    f'why of "{rule.id}" names {{{name}}}, which the rule does not read',
                    nearest(name, known),
                )
        for language, why in rule.whys.items():
            if set(named_in(why)) != set(named_in(rule.why)):
                names = ", ".join(f"{{{name}}}" for name in dict.fromkeys(named_in(rule.why))) or "nothing"
                told = f'why of "{rule.id}" in {language} does not name the same as the first sentence'
                self.fault(rule.place, told, f"it names {names}")

    def words(self) -> None:
        """Words that no rule reads."""
        read = {name for rule in self.pack.rules for name in words_of(self.pack, rule)}
        read |= {name for line in self.pack.offer.values() for name in words_read(line)}
        for name, words in self.pack.words.items():
            if name not in read:
                self.fault(words.place, f'no rule reads the words "{name}"', "take them out, or name them in a rule")

    def offers(self) -> None:
        """Offer lines of kinds that the pack does not have, or that no rule asks for."""
        for kind in self.pack.offer:
            if kind not in (*self.pack.kinds, OTHER):
                self.fault(
                    self.lines.get(kind), f'the pack is not for the kind "{kind}"', nearest(kind, self.pack.kinds)
                )
        if self.pack.offer and not any(reads(rule.condition, Offer) for rule in self.pack.rules):
            kinds = {kind for rule in self.pack.rules for kind in rule.kinds}
            if not kinds & SPEECH:
                self.fault(next(iter(self.lines.values()), None), "no rule asks for an offer", "take the lines out")

    def registers(self) -> None:
        """`registered` needs registers, and registers a rule that asks for them."""
        asking = [rule for rule in self.pack.rules if reads(rule.condition, Registered)]
        asking += [r for r in self.pack.rules if reads(r.condition, Offer) and self._offer_asks(r) and r not in asking]
        if asking and not self.pack.registers:
            for rule in asking:
                self.fault(
                    rule.place, f'"{rule.id}" asks "registered", and the pack names no register', "registers: [...]"
                )
        if self.pack.registers and not asking:
            place = self.pack.rules[0].place if self.pack.rules else None
            self.fault(place, "the pack names registers, and no rule asks for them", 'write "and not registered"')

    def _offer_asks(self, rule: Rule) -> bool:
        lines = (offer_for(self.pack.offer, kind) for kind in rule.kinds)
        return any(line is not None and reads(line, Registered) for line in lines)

    def trials(self) -> None:
        """Trials that cannot come out as they say."""
        for trial in self.pack.trials:
            if trial.expect is Verdict.NONE:
                continue
            rules = [rule for rule in self.pack.rules if trial.rule in ("", rule.id)]
            kind = str(trial.item.get("kind"))
            if rules and not any(kind in rule.kinds for rule in rules):
                kinds = {kind for rule in rules for kind in rule.kinds}
                self.fault(
                    trial.place, f'a {kind} is never found by "{trial.rule or self.pack.name}"', nearest(kind, kinds)
                )
            elif trial.expect is Verdict.VIOLATION and not any(r.verdict is Verdict.VIOLATION for r in rules):
                self.fault(trial.place, f'"{trial.rule or self.pack.name}" never says violation', "expect: review")
            for name, atom in (("products", ProductNamed), ("providers", ProviderNamed)):
                named = trial.products if name == "products" else trial.providers
                if named and not any(reads(rule.condition, atom) for rule in rules):
                    self.fault(trial.place, f"no rule asks for {name}", f"take {name} out of this trial")


def _can_hold(condition: Node) -> bool:
    """Whether a condition is possible in some state; too many names to tell counts as yes."""
    return len(atoms(condition)) > MAX_NAMES or facts_of(condition, None).possible
