"""Registers as they are used: taken from YAML, CSV and workbooks, compared, refused when outdated; who is near, bound,
expired or licensed elsewhere is found as the law of the register says.
"""

from __future__ import annotations

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.contract.test_workbook import workbook
from tests.journeys.world_by_hand import LICENCE, REGISTER, SELLERS, Hand, copy_of, served_now, write_market

pytestmark = pytest.mark.slow
NAME = "licensed-vpn-providers"
HEAD = "id,name,licence,territory,accounts,valid_from,valid_until\n"
HERON = "{id: LVP-01, name: Heron Networks Ltd, licence: XA-VPN-0007, territory: [XA], valid: {from: 2024-01-01}}"


def day(before: int = 0) -> str:
    return str((served_now() - timedelta(days=before)).date())


def version(*entries: str, as_of: int = 3, stale: int = 60) -> str:
    """The register as YAML, of so many days ago."""
    head = f"register: {NAME}\nsource: https://cla.example/register\nas_of: {day(as_of)}\nstale_after_days: {stale}\n"
    return head + "entries:\n" + "".join(f"  - {one}\n" for one in entries)


@pytest.fixture(scope="module")
def accepted(tmp_path_factory) -> Path:
    """The order is accepted, and the register's first version is taken in."""
    folder = tmp_path_factory.mktemp("registers") / "market"
    write_market(folder, served=served_now())
    hand = Hand(folder)
    hand("--as", "awu", "authority", "add", "authorities.yaml")
    hand("--as", "kim", "register", "take", "licensed.yaml")
    hand("--as", "kim", "order", "receive", "licence.yaml")
    hand("--as", "awu", "order", "confirm", LICENCE, "--called", "+999 20 0442", "--with", "Ms Vale")
    hand("--as", "awu", "order", "accept", LICENCE)
    return folder


@pytest.fixture
def there(accepted, tmp_path) -> Hand:
    return Hand(copy_of(accepted, tmp_path / "market"))


def take(hand: Hand, text: str, *, code: int = 0):
    (hand.folder / "next.yaml").write_text(text, encoding="utf-8")
    return hand("--as", "kim", "register", "take", "next.yaml", code=code)


def found(hand: Hand) -> dict[str, str]:
    """Item -> verdict of its case, after a sweep."""
    hand("--as", "kim", "sweep", LICENCE)
    cases = hand.json("cases", "list", LICENCE)["cases"]
    return {one["item"][2]: one["verdict"] for one in cases}


@pytest.mark.skipif(find_spec("python_calamine") is None and not os.environ.get("CI"), reason="needs the xlsx extra")
def test_the_same_register_is_taken_from_a_sheet_and_a_workbook(there):
    rows = HEAD + "LVP-01,Heron Networks Ltd,XA-VPN-0007,XA,market/V75,2024-01-01,\n"
    said = f"# register: {NAME}\n# source: https://cla.example/register\n# as_of: {day(2)}\n# stale_after_days: 60\n"
    (there.folder / "licensed.csv").write_text(said + rows, encoding="utf-8")
    lines = [[line] if line.startswith("#") else line.split(",") for line in (said + rows).splitlines()]
    cells = [("ABCDEFG"[at] + str(n), text) for n, line in enumerate(lines, 1) for at, text in enumerate(line) if text]
    (there.folder / "licensed.xlsx").write_bytes(workbook(*cells))
    first = there.json("--as", "kim", "register", "take", "licensed.csv")
    assert first["accounts"] == [{"account": "market/V75", "lost": [], "gained": ["XA"]}]
    second = there.json("--as", "kim", "register", "take", "licensed.xlsx")
    assert (second["entries"], second["accounts"]) == ([], [])


def test_all_faults_of_a_register_are_told_and_nothing_is_taken(there):
    wrong = "{id: LVP-02, name: Quay Ltd, territory: [Atlantis], accounts: [V71], valid: {from: 2026-01-02, until: 2026-01-01}}"
    told = take(there, version(HERON, wrong), code=1).err
    assert '"Atlantis" is no territory' in told
    assert '"V71" is no account' in told
    assert '"LVP-02" is valid until 2026-01-01, before 2026-01-02' in told
    assert there.json("register", "list")["registers"][0][1] == "1"


def test_an_older_version_is_refused(there):
    assert "was taken in; this one is of" in take(there, version(HERON, as_of=40), code=1).err


def test_the_list_tells_how_many_entries_are_valid_and_until_when_it_is_good(there):
    take(there, version(HERON, "{id: OLD, name: Old Ltd, territory: [XA], valid: {until: 2025-01-01}}"))
    (row,) = there.json("register", "list")["registers"]
    assert row[:4] == [NAME, "2", "1", day(3)]
    assert row[5] == "in use"


def test_an_outdated_register_is_said_when_taken_and_no_order_is_swept_with_it(there):
    assert "too old to be used" in take(there, version(HERON, as_of=5, stale=2)).err
    assert "too old: take it in anew" in there("register", "list").out
    refused = there("--as", "kim", "sweep", LICENCE, code=1)
    assert f"the register {NAME} is of {day(5)} and was good until {day(3)}" in refused.err
    assert "rectify register take FILE" in refused.err


def test_a_seller_without_a_licence_is_found_and_one_that_is_bound_is_not(there):
    assert found(there)["GW-7"] == "violation"
    there("--as", "awu", "account", "bind", "market/V75", f"{NAME}/LVP-01", "-r", "Their licence was seen.")
    there("--as", "kim", "sweep", LICENCE)
    summary = there.json("--as", "kim", "sweep", LICENCE)
    assert summary["violation"] + summary["review"] < 3


def test_a_seller_that_is_only_like_an_entry_is_for_a_person(there):
    sellers = SELLERS.replace("V75,Emil Tarr", "V75,HERON NETWORKS LIMITED")
    assert sellers != SELLERS
    (there.folder / "sellers.csv").write_text(sellers, encoding="utf-8")
    assert found(there)["GW-7"] == "review"
    case = there.cases(LICENCE)["GW-7"]
    assert f"like an entry of a register, and not bound to it: {NAME}/LVP-01" in there("cases", "show", case).out


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (HERON.replace("}}", "}, accounts: [market/V75]}"), ""),
        (HERON.replace("2024-01-01}", "2024-01-01, until: 2025-12-31}, accounts: [market/V75]"), "violation"),
        (HERON.replace("2024-01-01}", "2090-01-01}, accounts: [market/V75]"), "violation"),
        (HERON.replace("[XA]", "[XB]").replace("}}", "}, accounts: [market/V75]}"), "violation"),
    ],
)
def test_a_licence_counts_on_its_days_and_in_the_territory_of_the_order(there, entry, verdict):
    take(there, version(entry))
    assert found(there).get("GW-7", "") == verdict


def test_what_a_new_version_changes_is_told_before_it_is_taken(there):
    here = version(HERON.replace("XA-VPN-0007", "XA-VPN-0008"), "{id: NEW, name: New Ltd, territory: [XA]}")
    (there.folder / "next.yaml").write_text(here, encoding="utf-8")
    told = there.json("register", "diff", "next.yaml")
    assert [(one["id"], one["change"], one["fields"]) for one in told["entries"]] == [
        ("LVP-01", "changed", [["licence", "XA-VPN-0007", "XA-VPN-0008"]]), ("NEW", "new", []),
    ]  # fmt: skip
    shown = there("register", "diff", "licensed.yaml", "next.yaml").out
    assert "licence: XA-VPN-0007 -> XA-VPN-0008" in shown
    assert there.json("register", "diff", NAME, "next.yaml")["entries"] == told["entries"]
    assert there.json("register", "list")["registers"][0][1] == "1"  # nothing was taken


def test_a_measure_that_stands_against_an_account_licensed_now_is_told(there):
    found(there)
    case = there.cases(LICENCE)["GW-7"]
    there("--as", "blin", "cases", "decide", case, "violation", "-r", "No licence.")
    (there.folder / "next.yaml").write_text(
        version(HERON.replace("}}", "}, accounts: [market/V75]}")), encoding="utf-8"
    )
    told = there.json("register", "diff", "next.yaml")
    assert told["accounts"] == [{"account": "market/V75", "lost": [], "gained": ["XA"]}]
    assert [(one["case"], one["state"], one["measures"]) for one in told["touched"]] == [
        (case, "violation", ["remove_item"])
    ]
    shown = take(there, (there.folder / "next.yaml").read_text(encoding="utf-8")).out
    assert "account market/V75: licensed now in XA" in shown
    assert "remove_item in force" in shown


def test_a_decision_to_spare_an_account_whose_licence_ends_is_told(there):
    found(there)
    case = there.cases(LICENCE)["GW-7"]
    there("--as", "blin", "cases", "decide", case, "no-violation", "-r", "Their licence was seen.")
    there("--as", "awu", "account", "bind", "market/V75", f"{NAME}/LVP-01", "-r", "Their licence was seen.")
    shown = take(there, version("{id: LVP-02, name: Quay Ltd, territory: [XA]}")).out
    assert "gone: LVP-01  Heron Networks Ltd; what rested on it is found with the next sweep" in shown
    assert "account market/V75: licensed no more in XA" in shown
    assert f"{case}: no_violation" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing.yaml",), "is no file"),
        (("licence.yaml",), ""),
        (("licensed.yaml", "other.yaml"), "are two registers"),
        (("other.yaml",), "no register licensed-taxis was taken in"),
    ],
)
def test_what_cannot_be_compared_is_said(there, words, said):
    other = REGISTER.format(as_of=day()).replace(NAME, "licensed-taxis")
    (there.folder / "other.yaml").write_text(other, encoding="utf-8")
    assert said in there("register", "diff", *words, code=1).err


def test_two_files_are_compared_outside_a_workspace(tmp_path):
    (tmp_path / "bare").mkdir()
    for name, text in (("a.yaml", version(HERON)), ("b.yaml", version(as_of=1))):
        (tmp_path / "bare" / name).write_text(text.replace("entries:\n", "entries: []\n") if name == "b.yaml" else text)
    told = Hand(tmp_path / "bare").json("register", "diff", "a.yaml", "b.yaml")
    assert [(one["id"], one["change"]) for one in told["entries"]] == [("LVP-01", "gone")]
