"""Accounts: read like items, found by id."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rectify.catalogue.accounts import read_accounts
from rectify.terms.errors import Faulty
from rectify.terms.item import Account, Contact


def test_an_account_is_found_by_the_hosts_id(tmp_path):
    (tmp_path / "a.csv").write_text(
        "number,kind,legal_person,contact.mail,country,status\nS1,Business,Kite Ltd,a@kite.example,XA,suspended\nS2,shop,,,,gone\n"
    )
    accounts = read_accounts("market", ["a.csv"], folder=tmp_path, map={"number": "id"})
    assert accounts.get("S1") == Account(
        "market", "S1", "business", "Kite Ltd", Contact("a@kite.example"), country="XA", status="suspended"
    )
    assert accounts.get("S2") == Account("market", "S2")
    assert accounts.table.column("marks").to_pylist() == [[], ["kind_unknown", "status_unknown"]]
    assert accounts.get("S3") is None
    assert accounts.files[0].rows == 2


def test_ids_that_stand_twice_are_told_and_the_first_row_counts(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id":"b","country":"XA"}\n{"id":"a"}\n{"id":"b","country":"XB"}\nnone\n')
    accounts = read_accounts("market", ["a.jsonl"], folder=tmp_path)
    assert accounts.duplicates == ("b",)
    assert accounts.get("b").country == "XA"
    assert [told.row for told in accounts.set_aside] == [4]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1),
        min_size=1,
        unique=True,
    )
)
def test_every_id_is_found_and_no_other(tmp_path, ids):
    quoted = ["".join('""' if c == '"' else c for c in i) for i in ids]
    (tmp_path / "a.csv").write_text("id,country\n" + "".join(f'"{i}",XA\n' for i in quoted), "utf-8", newline="")
    accounts = read_accounts("market", ["a.csv"], folder=tmp_path)
    assert [accounts.get(i).id for i in ids] == ids
    assert accounts.get("".join(ids) + "?") is None
    assert [account.id for account in accounts] == ids


def test_all_faults_are_told(tmp_path):
    (tmp_path / "a.csv").write_text("number\n1\n")
    with pytest.raises(Faulty, match='"number" is mapped to "idd", which is no field'):
        read_accounts("market", ["a.csv"], folder=tmp_path, map={"number": "idd"})
    with pytest.raises(Faulty, match="has no column for the field id"):
        read_accounts("market", ["a.csv"], folder=tmp_path)


def test_no_row_at_all_is_no_account(tmp_path):
    (tmp_path / "a.csv").write_text("id,kind\n")
    accounts = read_accounts("market", ["a.csv"], folder=tmp_path)
    assert (len(accounts), accounts.get("x"), accounts.duplicates) == (0, None, ())
