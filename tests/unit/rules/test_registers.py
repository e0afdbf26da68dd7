"""Who is registered, who is only like an entry, and whose licence has run out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.register_files import read_register
from rectify.rules.registers import (
    Register,
    RegisterEntry,
    RegisterIndex,
    answers,
    company_name,
    host,
    register_from_json,
    register_json,
)
from rectify.terms.errors import Faulty
from rectify.terms.item import Account, Contact

DAY = date(2026, 11, 20)
XA = frozenset({"XA"})
ENTRY = RegisterEntry(
    "L-1", "Kite Networks Ltd", XA, "HRB 12-345", "VPN/2024/7", ("kite.example",), ("market/7",),
    date(2025, 1, 1), date(2026, 12, 31),
)  # fmt: skip
REGISTER = Register("licensed", "https://regulator.example", date(2026, 11, 1), 30, (ENTRY,))
DOCUMENT = """register: licensed
source: https://regulator.example
as_of: 2026-11-01
stale_after_days: 30
entries:
  - id: L-1
    name: Kite Networks Ltd
    company_number: HRB 12-345
    licence: VPN/2024/7
    domains: [kite.example]
    accounts: [market/7]
    territory: [XA]
    valid: {from: 2025-01-01, until: 2026-12-31}
"""
SHEET = """# register: licensed
# source: https://regulator.example
# as_of: 2026-11-01
# stale_after_days: 30
id,name,company_number,licence,domains,accounts,territory,valid_from,valid_until
L-1,Kite Networks Ltd,HRB 12-345,VPN/2024/7,kite.example,market/7,XA,2025-01-01,2026-12-31
"""


def told(
    account: Account, *, bound: dict[str, str] | None = None, on: date = DAY, territory: frozenset[str] = XA
) -> str:
    """ "registered", "near" or "no"."""
    said = answers(REGISTER, [account], bound or {}, on, territory)
    if said.answer.sure[0]:
        return "registered"
    assert bool(said.near_entry[0]) == bool(said.answer.possible[0])
    return "near" if said.answer.possible[0] else "no"


def account(**facts: str) -> Account:
    contact = Contact(mail=facts.pop("mail", ""))
    return Account("market", facts.pop("id", "9"), contact=contact, **facts)  # type: ignore[arg-type]


def test_an_account_that_the_register_names_is_registered() -> None:
    assert told(account(id="7")) == "registered"
    assert told(Account("other", "7")) == "no"


def test_a_person_may_bind_an_account_to_an_entry() -> None:
    assert told(account(), bound={"market/9": "L-1"}) == "registered"
    assert told(account(), bound={"market/9": "L-2"}) == "no"


@pytest.mark.parametrize(
    ("on", "territory", "expected"),
    [
        (date(2026, 12, 31), XA, "registered"), (date(2027, 1, 1), XA, "no"), (date(2024, 12, 31), XA, "no"),
        (DAY, frozenset({"XA-31"}), "registered"), (DAY, frozenset({"XA", "XB"}), "no"), (DAY, frozenset(), "registered"),
    ],
)  # fmt: skip
def test_a_licence_counts_on_its_days_and_in_its_territory(on: date, territory: frozenset[str], expected: str) -> None:
    assert told(account(id="7"), on=on, territory=territory) == expected
    assert told(account(id="9"), on=on, territory=territory, bound={"market/9": "L-1"}) == expected


@pytest.mark.parametrize(
    "facts",
    [
        {"licence": "vpn 2024-7"}, {"company_number": "HRB12345"}, {"mail": "sales@shop.kite.example"}, {"legal_person": "KITE NETWORKS GmbH"},
        {"legal_person": "Kite Network Limited"}, {"legal_person": "Networks Kite"}, {"legal_person": "KiteNetworks, Inc."},
    ],
)  # fmt: skip
def test_the_same_licence_number_domain_or_a_like_name_is_only_near(facts: dict[str, str]) -> None:
    assert told(account(**facts)) == "near"
    assert told(account(**facts), on=date(2027, 1, 1)) == "no"


@pytest.mark.parametrize(
    "facts",
    [{}, {"legal_person": "Kestrel Networks"}, {"legal_person": "Ltd"}, {"mail": "a@notkite.example"}, {"mail": "a@example"}],
)  # fmt: skip
def test_others_are_not_near(facts: dict[str, str]) -> None:
    assert told(account(**facts)) == "no"


def test_answers_come_in_the_order_asked_and_name_the_entry() -> None:
    index = RegisterIndex([REGISTER], DAY, XA, {"market/9": ["licensed/L-1"]})
    said = index.answers([account(id="1"), account(id="9"), account(id="2", licence="VPN/2024/7"), account(id="1")])
    assert said.answer.sure.tolist() == [False, True, False, False]
    assert said.near_entry == ("", "", "licensed/L-1", "")


def test_a_register_is_outdated_from_the_day_after_its_time() -> None:
    assert not REGISTER.outdated(date(2026, 12, 1))
    assert REGISTER.outdated(date(2026, 12, 2))


@pytest.mark.parametrize(("file", "text"), [("r.yaml", DOCUMENT), ("r.csv", SHEET)])
def test_a_register_is_read_from_yaml_and_csv_alike(file: str, text: str) -> None:
    assert read_register(text.encode(), file) == REGISTER


def test_what_the_command_says_stands_before_the_file() -> None:
    bare = SHEET.split("\n", 4)[4]
    stated = {
        "register": "licensed",
        "source": "https://regulator.example",
        "as_of": "2026-11-01",
        "stale_after_days": "30",
    }
    assert read_register(bare.encode("gbk"), "r.csv", stated) == REGISTER
    with pytest.raises(Faulty) as caught:
        read_register(bare.encode(), "r.csv")
    assert len(caught.value.faults) == 4
    assert read_register(DOCUMENT.encode(), "r.yaml", {"register": "other"}).name == "other"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("territory: [XA]", "territory: [Xa]", 'r.yaml:12:16: "Xa" is no territory'),
        ("[market/7]", "[market7]", '"market7" is no account'),
        ("until: 2026-12-31", "until: 2024-12-31", "is valid until 2024-12-31, before 2025-01-01"),
        ("until: 2026-12-31", "until: 2026-02-30", "there is no day 2026-02-30"),
        ("stale_after_days: 30", "stale_after_days: 0", "no whole number from 1"),
        ("    name: Kite Networks Ltd\n", "", '"name" is missing'),
        ("register: licensed", "register: Licensed Ones", "small letters, digits and single hyphens"),
        ("  - id: L-1", "  - {id: L-1, name: x, territory: [XA]}\n  - id: L-1", 'two entries are called "L-1" (first: r.yaml:6:5)'),
        ("company_number", "company_nmber", 'did you mean "company_number"?'),
    ],
)  # fmt: skip
def test_faults_of_a_register(old: str, new: str, said: str) -> None:
    assert old in DOCUMENT
    with pytest.raises(Faulty) as caught:
        read_register(DOCUMENT.replace(old, new).encode(), "r.yaml")
    assert said in str(caught.value)


def test_faults_of_a_sheet_are_told_with_their_rows() -> None:
    text = SHEET.replace("XA,2025-01-01", "Xa,2025-13-01") + "L-2,,,,,,XA,,\n"
    with pytest.raises(Faulty) as caught:
        read_register(text.encode(), "r.csv")
    said = [str(fault) for fault in caught.value.faults]
    assert any(s.startswith('r.csv:6:67:row 1: "Xa" is no territory') for s in said), said
    assert any("there is no day 2025-13-01" in s for s in said)
    assert any(s.startswith('r.csv:7:row 2: "name" is missing') for s in said)


@given(
    st.lists(
        st.builds(
            RegisterEntry, st.text(min_size=1), st.text(), st.frozensets(st.sampled_from(["XA", "XB"])), st.text(), st.text(),
            st.lists(st.text(), max_size=2).map(lambda x: tuple(sorted(x))), st.lists(st.text(), max_size=2).map(lambda x: tuple(sorted(x))),
            st.none() | st.dates(), st.none() | st.dates(),
        ),
        max_size=3, unique_by=lambda e: e.id,
    )
)  # fmt: skip
def test_a_register_outlives_its_json(entries: list[RegisterEntry]) -> None:
    register = Register("r", "s", DAY, 30, tuple(sorted(entries, key=lambda e: e.id)))
    again = register_from_json(register_json(register))
    assert again == register
    assert again.digest == register.digest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kite Networks GmbH & Co. KG", "kite networks"), ("KITE, S.A.", "kite"), ("Kite Sp. z o.o.", "kite"), ("Кайт", "каит"),
        ("北京风筝网络科技有限公司", "北京风筝网络科技"), ("株式会社カイト", "カイト"), ("ООО Змей", "змеи"), ("Ltd", "ltd"), ("", ""), ("Kité & Söhne AG", "kite sohne"),
    ],
)  # fmt: skip
def test_legal_forms_say_nothing_of_whose_company_it_is(text: str, expected: str) -> None:
    assert company_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("https://www.Kite.example:8080/x?y", "kite.example"), ("a@b.kite.example", "b.kite.example"), ("kite.example.", "kite.example"), ("", "")],
)  # fmt: skip
def test_a_host_is_read_from_urls_and_addresses(text: str, expected: str) -> None:
    assert host(text) == expected
