"""A plan finds what its rules say, shows where, and is the same plan again from its bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.screening.packs_made import DAY, items, pack, register, words

from rectify.rules.pack import Pack
from rectify.screening.compile import compile_plan
from rectify.screening.plan import Findings, Plan
from rectify.screening.rows import field_values
from rectify.terms.errors import Broken, Refused
from rectify.terms.finding import Disguise, Finding, Verdict
from rectify.terms.item import Account
from rectify.terms.order import ProviderNamed
from rectify.terms.product import Product

PRAM = words("pram", "pram", not_in=("pram cover",))
SALE = words("sale", "for sale", "sell")


def plan_of(*packs: Pack, **fields: object) -> Plan:
    given = {"registers": [], "products": [], "providers": [], "as_of": DAY} | fields
    return compile_plan(packs, **given)


def one(plan: Plan, *rows: object, **fields: object) -> Finding:
    (found,) = plan.screen(items(*rows), **fields).found
    return found


def verdicts(found: Findings) -> list[Verdict]:
    return [finding.verdict for finding in found.found]


def test_a_finding_says_where_it_was_seen_and_which_branch_held():
    plan = plan_of(pack(PRAM, SALE, when="near(pram, sale, 20) or pram in (title)", why="Sells a pram (“{pram}”)."))
    found = one(plan, "Kite ＰＲＡＭ, blue")
    assert found.verdict is Verdict.VIOLATION
    assert found.branch == "2: pram in (title)"
    assert found.why == "Sells a pram (“pram”)."
    (seen,) = found.evidence
    assert (seen.field, seen.start, seen.end, seen.words, seen.term) == ("title", 5, 9, "pram", "pram")
    assert set(seen.disguise) <= {Disguise.CASE, Disguise.WIDTH}
    assert (found.item, found.plan) == (("catalogue", "listing", "1"), plan.digest)


def test_clean_rows_give_nothing_and_findings_name_their_rows():
    found = plan_of(pack(PRAM, when="pram")).screen(items("book", "pram", "lamp", "a pram"))
    assert (found.rows, found.screened) == ((1, 3), 4)


def test_evidence_is_of_what_speaks_for_the_branch_alone():
    plan = plan_of(pack(PRAM, SALE, words("blue", "blue"), when="pram in (title) and near(pram, sale, 3) and not blue"))
    found = one(plan, {"title": "pram for sale", "text": "pram. Another line. for sale, blue"})
    assert [(e.field, e.start, e.words) for e in found.evidence] == [("title", 0, "pram"), ("title", 5, "sale")]
    assert found.verdict is Verdict.REVIEW  # what the seller writes lowers, it never acquits


def test_a_sentence_takes_names_and_runs_no_format():
    why = "{pram} {pram.__class__} {0} {sale} {other}"
    assert (
        one(plan_of(pack(PRAM, SALE, when="pram or sale", why=why)), "pram").why
        == "pram {pram.__class__} {0} … {other}"
    )


def test_a_pattern_in_a_sentence_is_told_as_it_was_written():
    plan = plan_of(pack(words("model", patterns=(r"k3-\d+",)), when="model", why="Model {model}."))
    found = one(plan, "Pram ＫＩＴＥ K３-2024")
    assert found.why == "Model K３-2024."
    assert found.evidence[0].term == r"k3-\d+"


def test_what_is_seen_by_squeezing_alone_goes_to_a_person():
    plan = plan_of(pack(PRAM, when="pram"))
    assert verdicts(plan.screen(items("p.r-a m", "p-r-a-m"))) == [Verdict.REVIEW, Verdict.VIOLATION]


def test_what_a_reader_does_not_see_goes_to_a_person():
    plan = plan_of(pack(PRAM, when="pram"))
    found = plan.screen(items({"text": 'lamp <span style="display:none">pram</span>'}, {"text": "<b>pram</b>"}))
    if len(found.found) == 2:  # the catalogue's reader of HTML is at hand
        assert verdicts(found) == [Verdict.REVIEW, Verdict.VIOLATION]
        assert found.found[0].marks == ("hidden_text",)
        assert found.found[0].evidence[0].hidden


def test_marks_of_reading_go_with_the_finding():
    assert one(plan_of(pack(PRAM, when="pram")), {"title": "pram", "marks": ["repaired_utf8"]}).marks == (
        "repaired_utf8",
    )


def test_a_rule_reaches_only_items_of_its_kinds():
    plan = plan_of(pack(PRAM, when="pram", kinds=("app",)))
    assert plan.screen(items({"title": "pram"}, {"title": "pram", "kind": "app"})).rows == (1,)


def test_each_kind_has_its_own_offer():
    held = pack(
        PRAM,
        SALE,
        when="pram and offer",
        kinds=("listing", "post", "app"),
        offer={"listing": "true", "other": "near(pram, sale, 9)"},
    )
    rows = [{"title": "pram"}, {"kind": "post", "title": "my pram"}, {"kind": "post", "title": "pram for sale"}]
    found = plan_of(held).screen(items(*rows))
    assert found.rows == (0, 2)
    assert [e.words for e in found.found[1].evidence] == ["pram", "sale"]


def test_field_rules_look_at_every_row():
    plan = plan_of(pack(when="category == 'prams' and price > 100", field_rule=True))
    found = plan.screen(
        items({"category": "Prams", "price": "150"}, {"category": "prams", "price": "50"}, {"price": "200"})
    )
    assert found.rows == (0,)
    assert [(e.field, e.end, e.term) for e in found.found[0].evidence] == [
        ("category", 5, "category == 'prams'"), ("price", 8, "price > 100"),
    ]  # fmt: skip


def test_rows_without_id_or_kind_are_refused():
    with pytest.raises(Refused, match="id and kind"):
        plan_of(pack(PRAM, when="pram")).screen(items("pram").select(["title"]))


def test_only_id_kind_and_a_text_are_needed():
    batch = items("pram").select(["id", "kind", "title"])
    assert plan_of(pack(PRAM, when="pram")).screen(batch).rows == (0,)


# Registers


def licensed(**fields: object) -> Plan:
    held = pack(PRAM, when="pram and not registered", registers=("licensed",))
    return plan_of(
        held, **({"registers": [register(accounts=("catalogue/a1",))], "territory": frozenset({"XA"})} | fields)
    )


def known(ids: list[str]) -> list[Account]:
    return [Account("catalogue", i, legal_person="Kite Licensed Limited" if i == "like" else "") for i in ids]


def test_an_account_on_the_register_is_not_found_and_one_that_is_only_like_it_goes_to_a_person():
    rows = [{"title": "pram", "account": account} for account in ("a1", "like", "a2")]
    found = licensed().screen(items(*rows), accounts=known)
    assert [(f.account, f.verdict, f.near_register) for f in found.found] == [
        ("like", Verdict.REVIEW, "licensed/e1"), ("a2", Verdict.VIOLATION, ""),
    ]  # fmt: skip


def test_a_person_may_bind_an_account_to_an_entry():
    row = {"title": "pram", "account": "a2"}
    assert one(licensed(), row)
    assert not licensed(bindings={"catalogue/a2": ["licensed/e1"]}).screen(items(row)).found


def test_a_licence_that_has_expired_is_another_look_and_a_price_is_not():
    row = {"title": "pram", "account": "a2"}
    valid = licensed(registers=[register(valid_until=date(2026, 11, 20))])
    expired = licensed(registers=[register(valid_until=date(2026, 11, 19))])
    by_name = one(valid, row, accounts=lambda ids: known(["like"]))
    later = one(expired, row, accounts=lambda ids: known(["like"]))
    assert (by_name.verdict, later.verdict) == (Verdict.REVIEW, Verdict.VIOLATION)
    assert by_name.seen != later.seen
    assert one(valid, row).id == one(valid, row | {"price": "12"}).id != one(valid, row | {"text": "new"}).id


def test_an_answer_that_fails_goes_to_a_person_with_a_mark():
    def broken(ids: object) -> list[Account]:
        raise OSError("the table of accounts is gone")

    found = one(licensed(), "pram", accounts=broken)
    assert (found.verdict, found.marks) == (Verdict.REVIEW, ("condition_error",))


# Products and providers

KITE = Product(brand="Kite", model="K3-2024", gtin="09521234543213")
IDENTICAL = {"same-gtin": "product(gtin)", "same-model": "product(model)"}


@pytest.mark.parametrize(
    ("row", "rule", "seen"),
    [
        ({"title": "Pram", "attributes": {"ean": "9521234543213"}}, "same-gtin", ("attributes.ean", 0, 13)),
        ({"title": "Pram, EAN 952 1234 543213"}, "same-gtin", ("title", 10, 25)),
        ({"title": "Pram ＫＩＴＥ Ｋ３ 2024"}, "same-model", ("title", 10, 17)),
        ({"title": "Pram", "variants": ["red", "Kite K3-2024 blue"]}, "same-model", ("variants[1]", 5, 12)),
        (
            {"title": "Pram", "attributes": {"brand": "KITE", "model": "k3 2024"}},
            "same-model",
            ("attributes.model", 0, 7),
        ),
    ],
)
def test_products_are_found_by_number_and_by_model_where_they_are_written(row, rule, seen):
    plan = plan_of(pack(rules=IDENTICAL, name="identical"), products=[KITE])
    found = [f for f in plan.screen(items(row)).found if f.rule == rule]
    (shown,) = found[0].evidence
    assert (shown.field, shown.end) == (seen[0], seen[2])
    assert seen[1] - len("Kite ") <= shown.start <= seen[1]  # with the brand before it, or without
    assert (shown.words, shown.term) == ("product", "Kite K3-2024")


@pytest.mark.parametrize("title", ["Ki\u200bte K3-20\u200b24 pram", "𝗞𝗶𝘁𝗲 𝗞𝟯-𝟮𝟬𝟮𝟰 pram", "Kitе K3-2024"])
def test_products_are_nominated_through_every_disguise_that_folding_sees_through(title):
    plan = plan_of(pack(rules=IDENTICAL, name="identical"), products=[KITE])
    assert verdicts(plan.screen(items(title))) == [Verdict.VIOLATION]


def test_another_product_is_not_found():
    plan = plan_of(pack(rules=IDENTICAL, name="identical"), products=[KITE])
    assert not plan.screen(
        items("Kite surfing board", {"title": "Lamp", "attributes": {"gtin": "9521234500018"}})
    ).found


@pytest.mark.parametrize(
    ("named", "row", "seen"),
    [
        ({"account": "a7"}, {"title": "Lamp", "account": "a7"}, ("account", 0, 2)),
        ({"account": "catalogue/a7"}, {"title": "Lamp", "account": "a7"}, ("account", 0, 2)),
        ({"domain": "kite.example"}, {"title": "See shop.KITE.example today"}, ("title", 4, 21)),
        ({"domain": "kite.example"}, {"title": "x", "url": "https://kite.example/x"}, ("url", 8, 20)),
        ({"app": "com.kite"}, {"kind": "app", "id": "COM.kite", "title": "x"}, ("id", 0, 8)),
        ({"app": "com.kite"}, {"title": "x", "attributes": {"package": "com.kite"}}, ("attributes.package", 0, 8)),
    ],
)
def test_providers_that_are_named_are_found_by_the_built_in_rule(named, row, seen):
    plan = plan_of(providers=[ProviderNamed(**named)])
    found = one(plan, row)
    assert [(e.field, e.start, e.end) for e in found.evidence] == [seen]
    assert (found.rule, found.why) == (
        "provider-named",
        f"Is of a provider that the order names: {found.evidence[0].term}.",
    )


def test_others_are_not_providers():
    named = [ProviderNamed(account="a7"), ProviderNamed(domain="kite.example"), ProviderNamed(app="com.kite")]
    rows = [
        {"title": "kite.example.org", "account": "a77"},
        {"kind": "app", "id": "com.kite2", "url": "https://notkite.example"},
    ]
    assert not plan_of(providers=named).screen(items(*rows)).found


# Bytes, digests, ids


def full_plan(**fields: object) -> Plan:
    held = pack(
        PRAM,
        SALE,
        when="(pram or near(sale, pram, 9)) and not registered",
        registers=("licensed",),
        offer={"listing": "sale"},
    )
    other = pack(rules=IDENTICAL, name="identical")
    given = {
        "registers": [register()],
        "products": [KITE],
        "providers": [ProviderNamed(account="a7")],
        "bindings": {"catalogue/b": ["licensed/e1"]},
    }
    return plan_of(held, other, **(given | fields))


def test_a_plan_is_the_same_again_from_its_bytes_and_the_key_is_not_in_them():
    plan = full_plan(id_key=b"secret key")
    again = Plan.from_bytes(plan.to_bytes(), b"secret key")
    batch = items("pram for sale", {"title": "Kite K3-2024", "account": "a7"}, {"title": "pram", "account": "b"})
    assert again.screen(batch) == plan.screen(batch)
    assert (again.digest, again.state, again.to_bytes()) == (plan.digest, plan.state, plan.to_bytes())
    assert b"secret" not in plan.to_bytes()
    assert Plan.from_bytes(plan.to_bytes()).screen(batch).found[0].id != plan.screen(batch).found[0].id


@pytest.mark.parametrize("change", [b"", b"{", (b'"pram"', b'"tram"'), (b"2026-11-20", b"2026-11-21")])
def test_bytes_that_were_changed_are_refused(change):
    data = full_plan().to_bytes()
    with pytest.raises(Broken, match=r"no plan|was changed"):
        Plan.from_bytes(data.replace(*change) if isinstance(change, tuple) else change)


def test_the_digest_names_what_is_sought():
    plan = full_plan()
    assert full_plan().digest == plan.digest
    others = [
        full_plan(as_of=date(2026, 11, 21)), full_plan(products=[replace(KITE, batch=("A12",))]), full_plan(territory=frozenset({"XA"})),
        full_plan(registers=[register(licence="L2")]), full_plan(providers=[ProviderNamed(account="a8")]),
    ]  # fmt: skip
    assert len({plan.digest, *(other.digest for other in others)}) == 6


def test_what_persons_bound_is_another_state_of_the_same_plan():
    one_, other = full_plan(), full_plan(bindings={})
    assert one_.digest == other.digest
    assert one_.state != other.state


def test_a_corrected_sentence_or_another_measure_renames_no_finding():
    ids = {
        one(plan_of(pack(PRAM, when="pram", **fields)), "pram").id
        for fields in ({"why": "Teh pram."}, {"why": "The pram."}, {"measure": "label_item"})
    }
    assert len(ids) == 1


def test_another_condition_word_or_verdict_renames_the_finding():
    packs = [
        pack(PRAM, when="pram"),
        pack(PRAM, when="pram in (title)"),
        pack(words("pram", "pram", "cot"), when="pram"),
        pack(PRAM, when="pram", verdict=Verdict.REVIEW),
    ]
    assert len({one(plan_of(held), "pram").id for held in packs}) == 4


# Invariants

ATOMS = st.sampled_from(["red", "blue", "near(red, blue, 4)", "count(red) >= 2", "plain(blue)", "red in (title)"])
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda p: "(" + " or ".join(p) + ")"),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: "(" + " and ".join(p) + ")"),
        inner.map(lambda p: f"not {p}"),
    ),
    max_leaves=5,
)
TEXTS = st.lists(st.sampled_from(["red", "blue", "r.e d", "lamp", "dark red wood", "RED"]), max_size=4).map(" ".join)


@settings(max_examples=4, deadline=None)
@given(st.lists(CONDITIONS, min_size=9, max_size=9), st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=9))
def test_rows_that_nothing_nominates_hold_under_no_rule(conditions, texts):
    lists = (words("red", "red", not_in=("dark red",)), words("blue", "blue"))
    batch = items(*({"title": title, "text": text} for title, text in texts))
    rules = {f"r{n}": condition for n, condition in enumerate(conditions)}
    nominated, every = (plan_of(pack(*lists, rules=rules, field_rule=f)).screen(batch) for f in (False, True))
    assert [(f.rule, f.branch, f.verdict) for f in nominated.found] == [
        (f.rule, f.branch, f.verdict) for f in every.found
    ]
    assert nominated.rows == every.rows


@cache
def two_rules() -> Plan:
    rules = {"r": "red and not registered", "b": "near(blue, red, 9)"}
    held = pack(words("red", "red"), words("blue", "blue"), rules=rules, registers=("licensed",))
    return plan_of(held, registers=[register(accounts=("catalogue/a1",))])


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["a1", "a2"])), min_size=1, max_size=5))
def test_findings_do_not_depend_on_how_rows_are_cut_into_batches(rows):
    batch = items(*({"title": title, "account": account} for title, account in rows))
    together = two_rules().screen(batch)
    apart = [f for n in range(len(rows)) for f in two_rules().screen(batch.slice(n, 1)).found]
    assert list(together.found) == apart


def test_values_of_attributes_and_fields_that_are_absent_are_none():
    batch = items({"attributes": {"brand": "Kite"}}, {})
    assert field_values(batch, "attributes.brand", [0, 1]) == ["Kite", None]
    assert field_values(batch.select(["id"]), "title", [0, 1]) == [None, None]
