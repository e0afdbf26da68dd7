"""Only rules that can fire are looked at, and nothing that they would find is lost: with the index as without it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.unit.screening.packs_made import DAY, items, pack, register, words

from rectify.rules.pack import Pack, Rule
from rectify.rules.tree import (
    Among,
    Compare,
    Count,
    Has,
    Near,
    Node,
    Not,
    Offer,
    Plain,
    ProductNamed,
    ProviderNamed,
    Registered,
    canonical,
    conjunction,
    disjunction,
)
from rectify.screening import evidence, firing, judge, rows
from rectify.screening.compile import compile_plan
from rectify.screening.engines import PURE, engine
from rectify.screening.firing import Firing
from rectify.screening.plan import Findings, Plan
from rectify.terms.errors import Refused
from rectify.terms.finding import SHADOW, Verdict
from rectify.terms.item import Account
from rectify.terms.order import ProviderNamed as Provider
from rectify.terms.product import Product

LISTS = {
    "pram": words("pram", "pram", "push chair", not_in=("pram cover",)),
    "sale": words("sale", "for sale", "sell", patterns=(r"\d+ usd",)),
    "aside": words("aside", "poster", "cover"),
    "kite": words("kite", "kite", "k 3", "婴儿车"),
}
NAMES = st.sampled_from(sorted(LISTS))
ATOMS = st.one_of(
    st.builds(Has, NAMES, st.sampled_from([(), ("title",), ("text", "variants")])),
    st.builds(Near, NAMES, NAMES, st.integers(0, 12)),
    st.builds(Count, NAMES, st.integers(1, 3)),
    st.builds(Plain, NAMES),
    st.builds(Compare, st.just("category"), st.sampled_from(["==", "!="]), st.sampled_from(["books", "toys"])),
    st.builds(Compare, st.just("price"), st.sampled_from(["<", ">="]), st.just(Decimal(5))),
    st.builds(Among, st.just("attributes.brand"), st.just(("kite", "acme"))),
    st.builds(Registered),
    st.builds(ProviderNamed),
    st.builds(ProductNamed, st.sampled_from(["gtin", "model"])),
)


def nodes(atoms: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(lambda p: conjunction(tuple(p))),
            st.lists(inner, min_size=2, max_size=3).map(lambda p: disjunction(tuple(p))),
        ),
        max_leaves=5,
    )


@st.composite
def packs(draw: st.DrawFn, name: str) -> Pack:
    """A pack of one to four rules over the same lists; no check has looked at it."""
    rules = []
    for n in range(draw(st.integers(1, 4))):
        condition = draw(nodes(st.one_of(ATOMS, st.builds(Offer))))
        kinds = draw(st.sampled_from([("listing",), ("comment", "listing"), ("app",)]))
        verdict = draw(st.sampled_from([Verdict.VIOLATION, Verdict.REVIEW]))
        rules.append(Rule(f"r{n}", canonical(condition), condition, verdict, "", "Names {pram}, {sale}.",
                          draw(st.booleans()) and draw(st.booleans()), ("sell",), kinds))  # fmt: skip
    line = draw(st.none() | nodes(ATOMS))
    base = pack(*LISTS.values(), when="pram", name=name, registers=draw(st.sampled_from([(), ("licensed",)])))
    return replace(base, kinds=("app", "comment", "listing"), rules=tuple(rules),
                   offer={} if line is None else {draw(st.sampled_from(["listing", "other"])): line})  # fmt: skip


WORDS = ["pram", "push chair", "pram cover", "for sale", "sell", "7 usd", "poster", "kite", "k-3", "婴儿车", "p.r.a.m", "s3ll",
         "<span hidden>pram</span>", "blue", "kite.example"]  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
ROWS = st.fixed_dictionaries({
    "kind": st.sampled_from(["listing", "comment", "app"]), "title": TEXTS, "text": TEXTS,
    "variants": st.lists(TEXTS, max_size=2), "category": st.sampled_from(["", "books", "toys"]),
    "price": st.sampled_from([None, Decimal(3), Decimal(9)]), "account": st.sampled_from(["", "a", "b"]),
    "attributes": st.sampled_from([{}, {"brand": "Kite"}, {"gtin": "4006381333931"}]),
})  # fmt: skip


def plan_of(held: list[Pack], shadow: list[Pack]) -> Plan:
    bound = register("licensed", accounts=("catalogue/a",), licence="L1")
    try:
        return compile_plan(
            held, [bound], [Product(brand="Kite", model="K 3"), Product(gtin="4006381333931")],
            [Provider(domain="kite.example")], DAY, shadow=shadow, without_registers=True,
        )  # fmt: skip
    except Refused:
        assume(False)
        raise


@contextmanager
def pairs_by_column_from(number: int) -> Iterator[None]:
    """Of rules and rows, of hits near one another, of what nominates rows, and of hits read."""
    held = [(judge, "FEW"), (evidence, "FEW"), (firing, "FEW"), (firing, "MANY"), (rows, "FEW")]
    before = [getattr(module, name) for module, name in held]
    for module, name in held:
        setattr(module, name, number)
    try:
        yield
    finally:
        for (module, name), value in zip(held, before, strict=True):
            setattr(module, name, value)


def found(plan: Plan, batch: pa.RecordBatch, few: int) -> Findings:
    accounts = {"a": Account("catalogue", "a"), "b": Account("catalogue", "b", licence="L1")}
    with pairs_by_column_from(few):
        return plan.screen(batch, accounts=lambda ids: [accounts.get(one, Account("catalogue", one)) for one in ids])


def without_index(plan: Plan) -> Plan:
    """The same plan, in which every rule looks at every row."""
    bare = replace(plan)
    index = bare.engine._judge.firing
    looks = [look for held in index.by_number.values() for of in held.values() for look in of] + index.every
    every, nothing = list(dict.fromkeys(looks)), np.zeros_like(index.pivots)
    bare.engine._judge.firing = Firing(index.answers, {}, every, nothing, index.prospects, index.asked, index.outside)
    return bare


@given(st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True), st.lists(ROWS, min_size=1, max_size=4),
       st.data())  # fmt: skip
def test_with_the_index_as_without_it(names: list[str], rows: list[dict[str, Any]], data: st.DataObject):
    held = [data.draw(packs(name)) for name in names]
    tried = [data.draw(packs(names[0]))] if data.draw(st.booleans()) else []
    plan, batch = plan_of(held, tried), items(*rows)
    told = found(plan, batch, few=judge.FEW)
    assert told == found(plan, batch, few=0)  # all by column
    assert told == found(without_index(plan), batch, few=10**9)  # all one by one
    assert told == found(without_index(plan), batch, few=0)


@given(st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True), st.lists(ROWS, min_size=1, max_size=4),
       st.data())  # fmt: skip
def test_with_matches_that_no_rule_reads_as_without(names: list[str], rows: list[dict[str, Any]], data: st.DataObject):
    plan, batch = plan_of([data.draw(packs(name)) for name in names], []), items(*rows)
    columns, accounts = judge_columns(batch), lambda ids: [Account("catalogue", one) for one in ids]
    every = plan.engine.matcher.scan(columns)
    assert len(plan.engine.scan(columns)) <= len(every)
    assert plan.screen(batch, accounts=accounts) == plan.engine.judged(batch, columns, every, "catalogue", accounts)


READ = {
    "pram": words("pram", "pram", not_in=("pram cover",), patterns=(r"pram\d",)),
    "sale": words("sale", "for sale", patterns=(r"\d+ usd", r"\bsell\w*")),
    "aside": words("aside", patterns=(r"poster|cover",)),
    "kite": words("kite", "kite", patterns=(r"k ?\d+",)),
    "contact": words("contact", "+v", patterns=(r"\b\d{6,}\b",)),
}
CONDITIONS = ("pram and not aside", "not pram", "near(pram, sale, 9)", "pram or kite", "count(sale) >= 2", "product(model) and sale",
              "provider and not contact", "product(gtin)", "near(kite, contact, 5) and not sale", "registered and aside")  # fmt: skip


@pytest.mark.parametrize("first", range(len(CONDITIONS)))
def test_with_matches_that_no_rule_reads_as_without_in_many_rows(first: int):
    draw = random.Random(first)
    seen = ["pram", "pram3", "pram cover", "for sale", "sells", "7 usd", "poster", "kite", "k 3", "k12", "+v", "1234567", "Kite K 3",
            "4006381333931", "kite.example", "<b>pram</b>", "<span hidden>pram3</span>", "<span hidden>9 usd</span>", "<x-y>kite</x-y>", "blue"]  # fmt: skip

    def text() -> str:
        return " ".join(draw.choices(seen, k=draw.choice((0, 1, 2, 4))))

    rows = items(
        *({"title": text(), "text": text(), "variants": [text()], "account": draw.choice("ab")} for _ in range(400))
    )
    conditions = [CONDITIONS[first], "product(model) and sale", "provider and contact"]
    held = [
        pack(*READ.values(), when=when, name=f"pack-{n}", registers=("licensed",)) for n, when in enumerate(conditions)
    ]
    engine, accounts = plan_of(held, []).engine, lambda ids: [Account("catalogue", one) for one in ids]
    columns = judge_columns(rows)
    told = engine.judged(rows, columns, engine.matcher.scan(columns), "catalogue", accounts)
    assert engine.screen(rows, "catalogue", accounts) == told
    assert len(told.found) > 3


def test_a_match_is_found_only_where_a_rule_reads_it():
    """The plain engine finds all."""
    plan = compile_plan([pack(*LISTS.values(), when="pram and sale")], [], [], [], DAY)
    rows = ["pram, 9 usd", "9 usd", "kite", "pram", "9 <b>usd</b>", "<b>pram</b> 9 usd"]
    for times in (1, 99):
        columns = judge_columns(items(*rows * times))
        assert {row % len(rows) for row in plan.engine.matcher.scan(columns).row.tolist()} == {0, 1, 3, 4, 5}
        found_in = {row % len(rows) for row in plan.engine.scan(columns).row.tolist()}
        assert found_in == ({0, 1, 3, 4, 5} if engine() == PURE else {0, 3, 5})


def test_a_rule_is_looked_at_only_where_all_that_it_needs_is_hit():
    plan = compile_plan([pack(*LISTS.values(), when="pram and near(kite, sale, 9)")], [], [], [], DAY)
    rows = items("pram", "kite for sale", "pram kite", "pram kite for sale", "book")
    scan = plan.engine.matcher.scan(judge_columns(rows))
    index = plan.engine._judge.firing
    assert [one.row for one in index.candidates(rows, scan, None)] == [3]
    apps = items(*({"kind": "app", "title": text} for text in rows.column("title").to_pylist()))
    assert index.candidates(apps, scan, None) == []


def judge_columns(batch: pa.RecordBatch) -> Any:
    from rectify.screening.text import TextColumns

    return TextColumns.of(batch)


def test_a_word_that_many_rules_read_nominates_for_none_of_them():
    """Its list is the shortest of all, and yet no rule is looked at for it: each has a word of its own."""
    made = [
        pack(words("thing", *(f"thing{n}{sign}" for sign in "abcdef")), words("sale", "for sale"),
             when="thing and sale", name=f"pack-{n}")
        for n in range(9)
    ]  # fmt: skip
    index = compile_plan(made, [], [], [], DAY).engine._judge.firing
    assert [{kind: len(looks) for kind, looks in held.items()} for held in index.by_number.values()] == [
        {"listing": 1}
    ] * 9


def test_lists_that_say_the_same_are_sought_once_and_told_by_their_own_names():
    one = pack(words("pram", "pram"), when="pram", name="one", why="Sells {pram}.")
    other = pack(words("buggy", "pram"), when="buggy", name="other", why="Sells {buggy}.")
    twice = pack(words("left", "pram"), words("right", "pram"), when="left and right", name="twice")
    plan = compile_plan([one, other, twice], [], [], [], DAY)
    assert len(plan.engine.matcher.lists) == 2
    told = plan.screen(items("a pram")).found
    assert [[piece.words for piece in finding.evidence] for finding in told] == [["pram"], ["buggy"], ["left", "right"]]
    assert [finding.why for finding in told[:2]] == ["Sells pram."] * 2


def test_shadow_and_force_share_words_and_keep_apart():
    now, later = pack(LISTS["pram"], when="pram in (title)"), pack(LISTS["pram"], when="pram in (text)")
    plan = compile_plan([now], [], [], [], DAY, shadow=[later])
    assert len(plan.engine.matcher.lists) == 1
    told = plan.screen(items({"title": "a", "text": "pram"})).found
    assert [SHADOW in one.marks for one in told] == [True]


@pytest.mark.parametrize("few", [0, 10**9])
def test_accounts_that_cannot_be_looked_up_make_rows_possible_and_are_told(few: int):
    held = pack(LISTS["pram"], when="pram and not registered", registers=("licensed",))
    plan = compile_plan([held], [register()], [], [], DAY)

    def broken(ids: object) -> list[Account]:
        raise RuntimeError("no accounts today")

    with pairs_by_column_from(few):
        (told,) = plan.screen(items("pram", "book"), accounts=broken).found
    assert (told.verdict, told.marks) == (Verdict.REVIEW, ("condition_error",))
