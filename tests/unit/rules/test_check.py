"""Faults of sense: a rule that never holds, holds without words, rests on no offer, has no trial."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.language import evaluate, parse
from rectify.rules.reader import read_pack
from rectify.rules.tree import Always, Node
from rectify.rules.truth import answer, atoms, states, with_offer

from .pack_folders import PACK, TRIALS, changed, faults, read, write
from .test_evaluate import CONDITIONS, LINES, ROWS, N, columns

WHEN = "when: (service in (title, variants) and offer or near(service, plan, 40)) and not registered"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("near(service, plan, 40)) and", "price > 5) and", "can hold with no words (listing)"),
        (WHEN, "when: not service and not registered", "can hold with no words"),
        (WHEN, "when: not not service and not registered", "can hold with no words"),
        (WHEN, "when: service and price > 5 and price < 4 and not registered", "can never hold"),
        (WHEN, "when: service and category == 'a' and category == 'b' and not registered", "can never hold"),
        (WHEN, "when: count(plan) >= 3 and service and registered and not registered and offer", "can never be more than"),
        ("near(service, plan, 40)) and", "service and price > 5 and price < 5) and", "this alternative can never hold"),
        (WHEN, "when: offer and not registered", "can hold with no words (app)"),  # the line of an app is true
        (WHEN, "when: registered or service and offer and not registered", "can hold with no words"),
        (WHEN, "when: plain(service) and not service and offer and not registered", "can never be more than review"),
        (WHEN, "when: service in (title) and offer and not (registered or not registered)", "can never be more than"),
        (WHEN, "when: service and category in ('a') and category != 'A' and not registered", "can never hold"),
        (WHEN, "when: near(service, plan, 5) and count(service) >= 0 and not registered", "no whole number"),
        ("near(service, plan, 40)) and", "service) and", "does not rest on an offer (comment)"),
        ('other: "near(service, plan, 40)"', "comment: 'true'", "does not rest on an offer (comment)"),
        ('other: "near(service, plan, 40)"', "comment: not service", "does not rest on an offer (comment)"),
        (', other: "near(service, plan, 40)"', "", "does not rest on an offer (comment)"),
        ("offer: {listing: plan", "offer: {page: plan", 'the pack is not for the kind "page"'),
        ("{service}", "{servce}", 'did you mean "service"?'),
        ("{service}", "{service.__class__}", "names {service.__class__}"),
        ("remove_item", "close_account", "no rule closes an account"),
        ("remove_item", "halt_registrations", "is for service"),
        ("remove_item", "tell_buyers", "is for buyers"),
        ("acts: [sell, set_up]", "acts: [sell, use]", "using something is never decided by the machine"),
        ("registers: [licensed-vpn-providers]\n", "", "the pack names no register"),
        (" and not registered", "", "no rule asks for them"),
        ("  plan:", "  extra: {terms: {en: [foo]}}\n  plan:", 'no rule reads the words "extra"'),
        ("'\\d+", "'(?<=x)\\d+", "this pattern cannot be used"),
        ("'\\d+", "'^\\d+", "^ and $ have no meaning here"),
        ("'\\d+\\s*(元|¥|usd|\\$)\\s*/\\s*(月|month|mo)'", "'x*'", "this pattern cannot be used"),
        ("'\\d+", "'((\\w{1,50}){1,50}){1,50}\\d+", "this pattern cannot be used"),
        (WHEN, "when: service and offer and (" + " or ".join(f"price == {n}" for n in range(12)) + ")", "at most 12"),
    ],
)  # fmt: skip
def test_a_pack_without_sense_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in faults(tmp_path, changed(old, new))


def test_a_field_rule_may_hold_without_words(tmp_path: Path) -> None:
    text = changed(WHEN, "when: price > 5 and service and offer and not registered").replace(
        "kinds: [listing, app, comment]", "kinds: [listing]"
    )
    text = text.replace(', app: true, other: "near(service, plan, 40)"', "").replace(
        "price > 5 and service and offer", "price > 5 or plan or service and offer"
    )
    assert "can hold with no words" in faults(tmp_path, text, TRIALS.replace("kind: comment", "kind: listing"))
    marked = text.replace("    verdict:", "    field_rule: true\n    verdict:")
    assert read(tmp_path / "b", marked, TRIALS).rules[0].field_rule


def test_words_that_imply_each_other_are_known(tmp_path: Path) -> None:
    narrow = changed("near(service, plan, 40)) and", "near(plan, service, 20)) and")
    assert read(tmp_path, narrow)
    wide = changed("near(service, plan, 40)) and", "near(service, plan, 41)) and")
    assert "does not rest on an offer (comment)" in faults(tmp_path / "b", wide)


def test_every_rule_needs_a_trial_of_both_kinds(tmp_path: Path) -> None:
    said = faults(tmp_path, PACK, "[]")
    assert "has no trial that it must find" in said
    assert "has no trial that it must not find" in said
    assert read_pack(write(tmp_path / "b", PACK, None), draft=True).trials == ()


def test_a_trial_that_cannot_come_out_is_refused(tmp_path: Path) -> None:
    review = changed("verdict: violation", "verdict: review")
    assert "never says violation" in faults(tmp_path, review)
    page = TRIALS + "- {item: {kind: page, title: vpn}, expect: review}\n"
    assert "a page is never found" in faults(tmp_path / "b", PACK, page)
    named = TRIALS + "- {text: vpn, expect: review, products: [{brand: Kite}]}\n"
    assert "no rule asks for products" in faults(tmp_path / "c", PACK, named)
    both = TRIALS + "- {text: vpn, item: {title: vpn}, expect: none}\n"
    assert "a text or an item" in faults(tmp_path / "d", PACK, both)


def test_the_truth_table_knows_the_register_in_three_states() -> None:
    node = parse("a and registered and not registered", {"a"})
    assert any(answer(node, state)[1] for state in states(atoms(node)))
    assert not any(answer(node, state)[0] for state in states(atoms(node)))


def test_a_kind_without_a_line_has_no_offer() -> None:
    node = with_offer(parse("a and offer or b", {"a", "b"}), None)
    assert not any(answer(node, state)[1] for state in states(atoms(node)) if not state[parse("b", {"b"})][1])


@given(CONDITIONS, ROWS, LINES, st.data())
def test_the_truth_table_holds_for_every_row(condition: Node, rows: object, line: Node, data: st.DataObject) -> None:
    """What no state of the table gives, no evaluation gives."""
    node = with_offer(condition, line)
    names = atoms(node)
    if len(names) > 6:
        return
    given_by_table = {answer(node, state) for state in states(names)}
    held = evaluate(condition, rows, {"other": line}, data.draw(columns(st.just("listing"))))  # type: ignore[arg-type]
    possible = any(p for _, p in given_by_table)
    sure = any(s for s, _ in given_by_table)
    for row in range(N):
        assert possible or not held.answer.possible[row]
        assert sure or not held.answer.sure[row]


def test_true_is_an_offer_of_every_row() -> None:
    assert answer(with_offer(parse("offer", set()), Always()), {}) == (True, True)
