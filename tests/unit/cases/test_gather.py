"""One case an item of an order; the same sweep twice changes nothing; evidence stays as it was seen."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rectify.cases import gather as gathering
from rectify.cases import show
from rectify.cases.gather import Found, account_surrogate, plain_value
from rectify.terms.case import CaseState, Judgement
from rectify.terms.finding import Verdict
from rectify.terms.item import ItemKey

from .desk import BOOK, LIN, SAME_GTIN, SAME_MODEL, Desk, finding, found, fresh_desk, row


def test_several_findings_of_an_item_are_one_case_with_the_strictest_verdict(desk: Desk) -> None:
    two = found(finding(rule=SAME_MODEL, verdict=Verdict.REVIEW), finding(rule=SAME_GTIN))
    gathered = desk.gather(two)
    assert len(gathered.opened) == 1
    case = desk.case(gathered.opened[0])
    assert (case.verdict, case.rules, case.state) == (Verdict.VIOLATION, (SAME_GTIN, SAME_MODEL), CaseState.OPEN)
    assert {f.rule for f in case.findings} == {"same-gtin", "same-model"}


def test_the_same_sweep_twice_changes_nothing(desk: Desk) -> None:
    desk.gather(found(finding(), finding("GW-2")))
    size = desk.ledger.size()
    again = desk.gather(found(finding("GW-2"), finding()), hours=1)
    assert (again.opened, again.looked_again, again.unchanged) == ((), (), 2)
    assert desk.ledger.size() == size


def test_a_finding_that_is_gone_opens_no_look(desk: Desk) -> None:
    desk.gather(found(finding(rule=SAME_MODEL), finding(rule=SAME_GTIN)))
    assert desk.gather(found(finding(rule=SAME_GTIN)), hours=1).unchanged == 1


def test_something_new_that_was_seen_opens_another_look(desk: Desk) -> None:
    case = desk.one()
    again = desk.gather(found(finding(seen="2")), hours=1)
    assert again.looked_again == (case.id,)
    now = desk.case(case.id)
    assert (now.looks, now.target, now.account) == (2, case.target, case.account)
    assert now.seen != case.seen
    assert now.opened == case.opened


def test_an_item_edited_back_is_looked_at_again(desk: Desk) -> None:
    case = desk.one(seen="1")
    desk.gather(found(finding(seen="2")), hours=1)
    assert desk.gather(found(finding(seen="1")), hours=2).looked_again == (case.id,)


def test_another_look_opens_a_decided_case(desk: Desk) -> None:
    from rectify.cases.decide import decide

    case = desk.one()
    with desk.at(1) as writing:
        decide(writing, case.id, Judgement.NO_VIOLATION, "a toy", LIN, seen=case.seen)
    assert desk.case(case.id).state is CaseState.NO_VIOLATION
    desk.gather(found(finding(seen="2")), hours=2)
    assert desk.case(case.id).state is CaseState.OPEN


def test_evidence_is_kept_when_the_author_edits_the_item(desk: Desk) -> None:
    case = desk.one()
    desk.gather(found(finding(seen="2"), title="Garden chair"), hours=1)
    first = desk.case(case.id, look=1)
    assert first.title == "Pram GW-1"
    assert first.snapshot is not None
    assert first.snapshot["attributes"] == {"gtin": "9521234543213"}
    assert first.findings[0].evidence[0].term == "09521234543213"
    assert desk.case(case.id).title == "Garden chair"


def test_an_item_has_one_surrogate_in_all_orders(desk: Desk) -> None:
    desk.gather(found(finding()))
    desk.gather(found(finding(order="XA-LIC-7")), book="XA-LIC-7", hours=1)
    with desk.ledger.reading() as connection:
        one, two = show.listed(desk.ledger, connection)
    assert one.order != two.order
    assert (one.target, one.account) == (two.target, two.account)


def test_items_of_a_new_account_share_its_surrogate(desk: Desk) -> None:
    desk.gather(found(finding("GW-1"), finding("GW-2"), finding("GW-3", account="S-2")))
    with desk.ledger.reading() as connection:
        shown = {c.key.id: c.account for c in show.listed(desk.ledger, connection) if c.key}
    assert shown["GW-1"] == shown["GW-2"] != shown["GW-3"]


def test_an_account_that_was_bound_first_keeps_its_surrogate(desk: Desk) -> None:
    desk.append("account_bound", {"account": "account-x", "register": "r", "entry": "e"}, book="house",
                account_id="market/S-1", reason="same licence")  # fmt: skip
    assert desk.one().account == "account-x"
    with desk.at(1) as writing:
        assert account_surrogate(writing, "market/S-1", id_key=desk.keys.id_key) == "account-x"
        assert account_surrogate(writing, "market/S-9", id_key=desk.keys.id_key) != "account-x"


def test_an_item_without_an_account_makes_a_case_too(desk: Desk) -> None:
    case = desk.one(account="")
    assert case.account == ""
    assert case.title == "Pram GW-1"


def test_a_place_that_the_order_names_is_a_case_without_any_finding(desk: Desk) -> None:
    named = Found(ItemKey("market", "listing", "GW-7"), "S-1", row("GW-7"), named=True)
    gathered = desk.gather([named])
    case = desk.case(gathered.opened[0])
    assert (case.named, case.verdict, case.findings, case.rules) == (True, Verdict.REVIEW, (), ())
    assert desk.gather([named], hours=1).unchanged == 1
    assert desk.gather([named, *found(finding("GW-7"))], hours=2).looked_again == (case.id,)


def test_two_rows_with_one_id_are_both_kept(desk: Desk) -> None:
    marked = ("duplicate id",)
    rows = [
        Found(finding().item, "S-1", row(title="One"), finding(seen="1", marks=marked)),
        Found(finding().item, "S-1", row(title="Two", storefronts=["xb"]), finding(seen="2", marks=marked)),
    ]
    case = desk.case(desk.gather(rows).opened[0])
    assert [r["title"] for r in case.rows] == ["One", "Two"]
    assert {case.rows[f.row]["title"] for f in case.findings} == {"One", "Two"}
    assert case.storefronts == ("xa", "xb")


def test_a_row_that_differs_in_its_place_in_the_file_only_is_one_row(desk: Desk) -> None:
    pairs = [("gtin", "9521234543213")]  # a map as Arrow gives it
    rows = [Found(finding().item, "S-1", row(row=n, marks=[], attributes=pairs), finding()) for n in (3, 9)]
    case = desk.case(desk.gather(rows).opened[0])
    assert case.rows == (row(),)


def test_one_unknown_storefront_makes_the_reach_unknown(desk: Desk) -> None:
    assert desk.case(desk.gather(found(finding(), storefronts=None)).opened[0]).storefronts is None


def test_nothing_personal_stands_in_entries_or_tables(desk: Desk) -> None:
    desk.gather(found(finding(), title="Anna Example sells a pram"))
    raw = b"".join(bytes(str(r), "utf-8") for r in _all_rows(desk))
    for personal in (b"Anna Example", b"GW-1", b"S-1", b"9521234543213"):
        assert personal not in raw


def _all_rows(desk: Desk) -> list[object]:
    from sqlalchemy import inspect, text

    with desk.ledger.reading() as connection:
        names = [n for n in inspect(connection).get_table_names() if n not in ("sealed", "subject_keys")]
        names = [n for n in names if n.startswith(("cases", "entries"))]
        rows = [tuple(r) for n in names for r in connection.execute(text(f'SELECT * FROM "{n}"'))]
    # Ids of our test findings hold the item's id; a sweep's are keyed digests.
    return [str(r).replace(f"f-{BOOK}-{SAME_GTIN}-GW-1-1", "") for r in rows]


def test_what_was_erased_is_missing_and_its_item_is_new_again(desk: Desk) -> None:
    case = desk.one()
    with desk.at(1) as writing:
        writing.erase(f"account:{case.account}", "all", "request", ["person-wu", "person-lin"])
    now = desk.case(case.id)
    assert (now.title, now.key, now.snapshot, now.findings) == ("", None, None, ())
    assert desk.ledger.differences() == []
    assert desk.gather(found(finding()), hours=2).opened != ()


def test_fields_become_what_json_can_hold() -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    value = {"price": Decimal("12.5000"), "published": at, "variants": ("a", "b"), "shop": None, "day": at.date()}
    assert plain_value(value) == {
        "price": "12.5000", "published": "2026-11-20T08:00:00Z", "variants": ["a", "b"], "shop": None,
        "day": "2026-11-20",
    }  # fmt: skip


_SWEEPS = st.lists(
    st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.sampled_from("12")), max_size=4), min_size=1, max_size=4
)


@given(_SWEEPS)
@settings(max_examples=8, deadline=None)
def test_whatever_is_swept_there_is_one_case_an_item_and_a_rebuild_gives_the_same_tables(
    sweeps: list[list[tuple[str, str]]],
) -> None:
    desk = fresh_desk()
    last: dict[str, set[str]] = {}
    looks: dict[str, int] = {}
    for hour, sweep in enumerate(sweeps):
        gathered = desk.gather(found(*(finding(item, seen=seen) for item, seen in sweep)), hours=hour)
        now: dict[str, set[str]] = {}
        for item, seen in sweep:
            now.setdefault(item, set()).add(seen)
        fresh = {item for item, seen in now.items() if not seen <= last.get(item, set())}
        last |= {item: now[item] for item in fresh}
        for item in fresh:
            looks[item] = looks.get(item, 0) + 1
        assert len(gathered.opened) + len(gathered.looked_again) == len(fresh)
    with desk.ledger.reading() as connection:
        shown = {c.key.id: c.looks for c in show.listed(desk.ledger, connection) if c.key}
    assert shown == looks
    assert desk.ledger.differences() == []


def test_a_page_at_a_time_gives_the_same_cases_and_keeps_the_rows_of_one_item_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "AT_ONCE", 2)
    several = finding("B")
    every = found(*(finding(name) for name in "ABCDE"))
    every += [Found(several.item, several.account, {"id": "B", "title": "another row"}, several)]
    with desk.at(0) as writing:
        made = gathering.gather(writing, BOOK, iter(every), id_key=desk.keys.id_key, repeated={several.item})
    assert (len(made.opened), made.looked_again) == (5, ())
    shown = {case.key.id: case for case in map(desk.case, made.opened) if case.key}
    assert sorted(shown) == list("ABCDE")
    assert [len(shown[name].rows) for name in "ABCDE"] == [1, 2, 1, 1, 1]
    with desk.at(1) as writing:
        again = gathering.gather(writing, BOOK, iter(every), id_key=desk.keys.id_key, repeated={several.item})
    assert (again.opened, again.unchanged) == ((), 5)
