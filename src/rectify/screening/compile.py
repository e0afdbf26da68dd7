"""From packs, registers and what an order names to a plan: which rules enter, and what stands in the way.

A rule enters where the order and the rule share an act and a kind. Rules that share no act but `use` only ever nominate
for review (docs/limits.md: using something is never decided by the machine). Under Reg. (EU) 2023/988 Art. 22 only what
the order names is sought: rules that ask for neither products nor providers stay out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rectify.rules.language import Node, reads
from rectify.rules.pack import Pack, Rule, offer_for
from rectify.rules.registers import Register
from rectify.rules.shapes import needed
from rectify.rules.tree import Offer, ProductNamed, ProviderNamed, Registered
from rectify.screening.identity import FIXED_KEY
from rectify.screening.plan import LeftOut, Plan
from rectify.screening.runs import RuleRun, pack_key
from rectify.terms.errors import Refused
from rectify.terms.finding import Verdict
from rectify.terms.item import SPEECH, Kind
from rectify.terms.order import ItemNamed, SubjectAct
from rectify.terms.order import ProviderNamed as Provider
from rectify.terms.product import Product
from rectify.terms.territory import Territory

ONLY_WHAT_IS_NAMED = frozenset({"gpsr-22"})
NAMED = frozenset({"product(gtin)", "product(model)", "provider"})  # what only an order names


@dataclass(frozen=True, slots=True)
class OrderScope:
    """How far an order reaches into packs. `reference` goes into the ids of findings; acts and kinds as accepted."""

    reference: str
    instrument: str
    acts: tuple[str, ...]
    kinds: tuple[str, ...]


def compile_plan(
    packs: Sequence[Pack],
    registers: Iterable[Register],
    products: Sequence[Product],
    providers: Sequence[Provider],
    as_of: date,
    *,
    order: OrderScope | None = None,
    territory: Territory = frozenset(),
    acts: Collection[str] = (),
    kinds: Collection[str] = (),
    bindings: Mapping[str, Collection[str]] | None = None,
    id_key: bytes = FIXED_KEY,
    without_registers: bool = False,
    places: Sequence[ItemNamed] = (),
    shadow: Sequence[Pack] = (),
) -> Plan:
    """The plan of what is sought on a day.

    `acts`, `kinds` narrow further (empty = all). `bindings`: account key "source/id" -> "register/entry" as persons
    bound them. `places`: exact places of the order, whose rows a sweep keeps. `without_registers` (for `screen`): a
    missing register is told and nobody counts as registered; else it is refused. Raises `Refused` for an outdated
    register, for two packs of one name, and where neither a rule nor a place is left to look for.

    `shadow`: packs, often later versions of those in force, whose findings are marked and change none in force. They
    stand in nobody's way: one whose register is missing or outdated is left out with a note.
    """
    packs = _named_once([*packs, provider_pack()] if providers else packs)
    reach = _Reach(order, frozenset(acts), frozenset(kinds))
    runs, left_out = reach.runs(packs)
    used = [pack for pack in packs if any(run.pack is pack for run in runs)]
    known = {register.name: register for register in registers}
    asked = sorted({name for pack in used if _asks_register(pack, runs) for name in pack.registers})
    notes = _checked(asked, known, as_of, without_registers)
    tried = _Tried.of(shadow, reach, known, as_of, without_registers)
    asked = sorted({*asked, *tried.registers})
    _all_sought(runs, left_out, products, providers, places)
    if packs and not runs:
        notes.append(f"No rule of the packs fits the order, only the places that it names are looked up: "
                     f"{_reasons(left_out)}.")  # fmt: skip
    return Plan(
        packs=tuple(used),
        runs=(*runs, *tried.runs),
        as_of=as_of,
        order=order.reference if order else "",
        territory=territory,
        registers=tuple(known[name] for name in asked if name in known),
        bindings={account: tuple(sorted(entries)) for account, entries in sorted((bindings or {}).items())},
        products=tuple(products),
        providers=tuple(providers),
        places=tuple(places),
        left_out=(*left_out, *tried.left_out),
        notes=(*notes, *tried.notes),
        id_key=id_key,
        shadow=tried.packs,
    )


def check_reach(
    packs: Sequence[Pack],
    products: Sequence[Product],
    providers: Sequence[Provider],
    places: Sequence[ItemNamed],
    order: OrderScope,
) -> None:
    """Raises `Refused` where a plan would look for nothing, or not for something that the order names.

    Registers are not asked: they can be taken in later.
    """
    packs = [*packs, provider_pack()] if providers else packs
    runs, left_out = _Reach(order, frozenset(), frozenset()).runs(packs)
    _all_sought(runs, left_out, products, providers, places)


def provider_pack() -> Pack:
    """The built-in pack that finds the providers of a negative list, where something is offered by its kind.

    Posts, comments, pages and profiles are not in it: their rules must rest on an offer (docs/limits.md).
    """
    kinds = tuple(kind.value for kind in Kind if kind not in SPEECH)
    acts = tuple(act.value for act in SubjectAct if act is not SubjectAct.USE)
    why = "Is of a provider that the order names: {provider}."
    rule = Rule(
        id="provider-named",
        when="provider",
        condition=ProviderNamed(),
        verdict=Verdict.VIOLATION,
        measure="remove_item",
        why=why,
        field_rule=False,
        acts=acts,
        kinds=kinds,
        whys={"en": why, "zh": "属于命令所列的提供者：{provider}。"},
    )
    title = {"en": "Providers that the order names", "zh": "命令所列的提供者"}
    return Pack("named-providers", 1, title, acts, kinds, (), {}, {}, (rule,))


@dataclass(frozen=True, slots=True)
class _Reach:
    order: OrderScope | None
    acts: frozenset[str]
    kinds: frozenset[str]

    def runs(self, packs: Sequence[Pack], shadow: bool = False) -> tuple[list[RuleRun], list[LeftOut]]:
        """The rules that enter, in the order of the packs, and those that do not, with reasons."""
        entered, left_out = [], []
        for pack in packs:
            for rule in pack.rules:
                run, reason = self._run(pack, rule, shadow)
                if run:
                    entered.append(run)
                else:
                    left_out.append(LeftOut(f"{pack_key(pack, shadow)}/{rule.id}", reason))
        return entered, left_out

    def _run(self, pack: Pack, rule: Rule, shadow: bool) -> tuple[RuleRun | None, str]:
        own_acts, own_kinds = rule.acts or pack.acts, rule.kinds or pack.kinds
        acts = [act for act in own_acts if self._reached(act, self.acts, self.order.acts if self.order else None)]
        kinds = [
            kind for kind in own_kinds if self._reached(kind, self.kinds, self.order.kinds if self.order else None)
        ]
        if not acts:
            return None, f"it is about {', '.join(own_acts)}, and the order is not"
        if not kinds:
            return None, f"it is about {', '.join(own_kinds)}, and the order is not"
        if self.order and self.order.instrument in ONLY_WHAT_IS_NAMED and not _asks_named(pack, rule):
            return None, f"under {self.order.instrument} only what the order names is sought"
        return RuleRun(pack, rule, tuple(kinds), set(acts) == {SubjectAct.USE.value}, shadow), ""

    @staticmethod
    def _reached(name: str, narrowed: frozenset[str], of_order: Sequence[str] | None) -> bool:
        return (not narrowed or name in narrowed) and (of_order is None or name in of_order)


@dataclass(frozen=True, slots=True)
class _Tried:
    """Packs in shadow that are tried in a plan, and what is to be told of those that are not."""

    packs: tuple[Pack, ...]
    runs: tuple[RuleRun, ...]
    registers: frozenset[str]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    @staticmethod
    def of(shadow: Sequence[Pack], reach: _Reach, known: Mapping[str, Register], as_of: date, may_miss: bool) -> _Tried:
        """Those whose registers are there, with the rules that enter."""
        packs: list[Pack] = []
        notes: list[str] = []
        runs, left_out = reach.runs(_named_once(shadow), shadow=True)
        asked: set[str] = set()
        for pack in dict.fromkeys(run.pack_key for run in runs):
            own = [run for run in runs if run.pack_key == pack]
            needs = own[0].pack.registers if _asks_register(own[0].pack, own) else ()
            try:
                notes += _checked(needs, known, as_of, may_miss)
            except Refused as wrong:
                notes.append(f"The pack {own[0].pack.name} in shadow is not tried: {wrong.text}.")
                continue
            packs.append(own[0].pack)
            asked.update(needs)
        kept = tuple(run for run in runs if any(run.pack is pack for pack in packs))
        return _Tried(tuple(packs), kept, frozenset(asked), tuple(left_out), tuple(notes))


def _named_once(packs: Sequence[Pack]) -> list[Pack]:
    """The packs, each once. Raises `Refused` where two have one name."""
    held: dict[str, Pack] = {}
    for pack in packs:
        if held.setdefault(pack.name, pack) is not pack and held[pack.name] != pack:
            raise Refused(f"two packs are called {pack.name}", "a plan has one of each name")
    return list(held.values())


def _conditions(pack: Pack, rule: Rule) -> Iterator[Node]:
    """The condition of a rule and the offer lines that it rests on."""
    yield rule.condition
    if reads(rule.condition, Offer):
        for kind in rule.kinds or pack.kinds:
            line = offer_for(pack.offer, kind)
            if line is not None:
                yield line


def _asks_named(pack: Pack, rule: Rule) -> bool:
    return any(reads(node, ProductNamed) or reads(node, ProviderNamed) for node in _conditions(pack, rule))


def _asks_register(pack: Pack, runs: Iterable[RuleRun]) -> bool:
    rules = (run.rule for run in runs if run.pack is pack)
    return any(reads(node, Registered) for rule in rules for node in _conditions(pack, rule))


def _checked(asked: Iterable[str], known: Mapping[str, Register], as_of: date, may_miss: bool) -> list[str]:
    """Notes on registers that may be missing. Raises `Refused` for those that may not, and for outdated ones."""
    wrong, notes = [], []
    for name in asked:
        register = known.get(name)
        if register is None and may_miss:
            notes.append(f"Without the register {name} nobody counts as registered.")
        elif register is None:
            wrong.append(f"the register {name} is missing")
        elif register.outdated(as_of):
            last = register.as_of + timedelta(days=register.stale_after_days)
            wrong.append(
                f"the register {name} is of {register.as_of} and was good until {last}; the plan is of {as_of}"
            )
    if wrong:
        raise Refused("; ".join(wrong), "take it in anew: rectify register take FILE")
    return notes


def seeks_only_named(pack: Pack) -> bool:
    """Whether no rule of the pack can hold unless an order names products or providers."""
    return bool(pack.rules) and all(_only_named(pack, rule) for rule in pack.rules)


def _only_named(pack: Pack, rule: Rule) -> bool:
    lines = [offer_for(pack.offer, kind) for kind in rule.kinds or pack.kinds]
    return not rule.field_rule and all(
        any(names <= NAMED for names in needed(rule.condition, line)) for line in dict.fromkeys(lines)
    )


def _reasons(left_out: Sequence[LeftOut]) -> str:
    return "; ".join(f"{one.rule}: {one.reason}" for one in left_out)


def _all_sought(
    runs: Sequence[RuleRun],
    left_out: Sequence[LeftOut],
    products: Sequence[Product],
    providers: Sequence[Provider],
    places: Sequence[ItemNamed],
) -> None:
    """Raises `Refused` where nothing is sought, or something that the order names is not."""
    if not runs and not places:
        reasons = _reasons(left_out)
        raise Refused(
            f"nothing is left to look for{': ' if reasons else ''}{reasons}", "name a pack that fits the order"
        )

    def asked(atom: type[Node]) -> bool:
        return any(reads(node, atom) for run in runs for node in _conditions(run.pack, run.rule))

    if products and not asked(ProductNamed):
        raise Refused(
            "the order names products, and no rule of these packs looks for products", "add identical-products"
        )
    if providers and not asked(ProviderNamed):
        raise Refused("the order names providers, and no rule that reaches its acts and kinds looks for them")
