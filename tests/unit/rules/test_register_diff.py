"""A new version of a register: every entry that differs is told once, and whom it licenses no more, or now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.register_diff import ChangedAccount, EntryChange, compare
from rectify.rules.registers import Register, RegisterEntry, RegisterIndex
from rectify.terms.item import Account

DAY = date(2026, 11, 20)


def entry(name: str, *accounts: str, territory: tuple[str, ...] = ("XA",), **more: object) -> RegisterEntry:
    return RegisterEntry(name, f"{name} Ltd", frozenset(territory), accounts=accounts, **more)


def register(*entries: RegisterEntry, as_of: date = DAY) -> Register:
    return Register("licensed", "office", as_of, 30, entries)


def test_each_entry_is_told_once_by_what_became_of_it():
    before = register(entry("a"), entry("b"), entry("c"), entry("d"), entry("e", licence="1"))
    after = register(entry("a"), entry("c", valid_until=date(2026, 11, 1)), entry("d", valid_until=date(2027, 1, 1)),
                     entry("e", licence="2"), entry("f"))  # fmt: skip
    diff = compare(before, after, DAY)
    assert [(one.id, one.change) for one in diff.entries] == [
        ("b", EntryChange.GONE), ("c", EntryChange.ENDED), ("d", EntryChange.CHANGED), ("e", EntryChange.CHANGED),
        ("f", EntryChange.NEW),
    ]  # fmt: skip
    assert diff.of(EntryChange.ENDED)[0].fields == (("valid_until", "", "2026-11-01"),)
    assert diff.entries[3].fields == (("licence", "1", "2"),)


def test_accounts_are_told_by_the_territories_that_they_lose_and_gain():
    before = register(entry("a", "market/1", territory=("XA", "XB")), entry("b", "market/2"), entry("c", "market/3"))
    after = register(entry("a", "market/1", territory=("XB",)), entry("c", "market/3"), entry("d", "market/4"))
    assert compare(before, after, DAY).accounts == (
        ChangedAccount("market/1", frozenset({"XA"}), frozenset()),
        ChangedAccount("market/2", frozenset({"XA"}), frozenset()),
        ChangedAccount("market/4", frozenset(), frozenset({"XA"})),
    )


def test_an_account_that_another_entry_still_licenses_loses_nothing():
    before = register(entry("a", "market/1"), entry("b", "market/1"))
    assert compare(before, register(entry("b", "market/1")), DAY).accounts == ()


def test_what_persons_bound_counts_like_what_the_register_says():
    before, after = register(entry("a")), register(entry("a", valid_until=date(2026, 1, 1)))
    bound = {"market/7": {"licensed/a"}, "market/8": {"other/a"}}
    assert compare(before, after, DAY, bound).accounts == (ChangedAccount("market/7", frozenset({"XA"}), frozenset()),)


DAYS = st.none() | st.dates(date(2026, 11, 18), date(2026, 11, 22))
ENTRIES = st.lists(
    st.builds(entry, st.sampled_from("abc"), st.sampled_from(["market/1", "market/2"]),
              territory=st.sampled_from([("XA",), ("XA", "XB")]), valid_from=DAYS, valid_until=DAYS),
    max_size=3, unique_by=lambda one: one.id,
)  # fmt: skip


@given(ENTRIES, ENTRIES, st.sampled_from(["XA", "XB"]))
def test_an_account_is_told_where_and_only_where_the_answer_of_the_register_changes(
    old: list[RegisterEntry], new: list[RegisterEntry], territory: str
):
    before, after = register(*old), register(*new)
    told = {one.account: one for one in compare(before, after, DAY).accounts}
    for name in ("1", "2"):
        asked = [Account("market", name)]
        was, now = (
            bool(RegisterIndex([one], DAY, frozenset({territory})).answers(asked).answer.sure[0])
            for one in (before, after)
        )
        one = told.get(f"market/{name}")
        assert (territory in one.lost if one else False) == (was and not now)
        assert (territory in one.gained if one else False) == (now and not was)


def test_the_same_twice_differs_in_nothing():
    one = register(entry("a", "market/1"))
    diff = compare(one, replace(one, as_of=date(2026, 12, 1)), DAY)
    assert (diff.entries, diff.accounts) == ((), ())
