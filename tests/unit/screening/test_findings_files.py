"""Findings survive being written and read, appear whole or not at all, and never become a formula."""

from __future__ import annotations

import csv
import io
import json
import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rectify.screening.findings import (
    FINDING_SCHEMA,
    ROWS_A_GROUP,
    FindingsFile,
    file_digest,
    files_with,
    finding_of,
    finding_record,
    read_parquet,
    write_csv,
    write_lines,
    write_parquet,
)
from rectify.terms.cell import formula_safe
from rectify.terms.errors import Refused
from rectify.terms.finding import FINDING_FIELDS, Disguise, Evidence, Finding, Verdict
from rectify.terms.item import ItemKey

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
EVIDENCE = st.builds(
    Evidence, TEXT, st.integers(0, 99), st.integers(0, 99), TEXT, TEXT,
    st.lists(st.sampled_from(Disguise), unique=True).map(tuple), st.booleans(),
)  # fmt: skip
FINDINGS = st.builds(
    Finding, TEXT, TEXT, TEXT, TEXT, TEXT, st.builds(ItemKey, TEXT, TEXT, TEXT), TEXT,
    st.sampled_from([Verdict.VIOLATION, Verdict.REVIEW]), TEXT, TEXT, st.lists(EVIDENCE, max_size=2).map(tuple), TEXT,
    TEXT, st.lists(TEXT, max_size=2).map(tuple),
)  # fmt: skip


def finding(number: int = 1, **fields: object) -> Finding:
    base = {
        "id": f"{number:032x}", "order": "", "plan": "p", "pack": "recalls", "rule": "pram",
        "item": ItemKey("market", "listing", f"GW-{number}"), "account": "a1", "verdict": Verdict.VIOLATION,
        "branch": "1: pram", "why": "It is the pram.", "seen": "5ee4",
        "evidence": (Evidence("title", 0, 4, "pram", "pram", (Disguise.CASE,)),),
    }  # fmt: skip
    return Finding(**(base | fields))


def test_columns_are_those_of_the_format_in_its_order():
    assert tuple(FINDING_SCHEMA.names) == FINDING_FIELDS == tuple(finding_record(finding()))


@given(FINDINGS)
def test_a_record_gives_its_finding_back(found):
    assert finding_of(json.loads(json.dumps(finding_record(found)))) == found


@settings(max_examples=6)
@given(st.lists(FINDINGS, max_size=4))
def test_parquet_gives_the_findings_back(tmp_path_factory, found):
    path = tmp_path_factory.mktemp("f") / "found.parquet"
    assert write_parquet(path, found) == file_digest(path)
    assert list(read_parquet(path)) == found


def test_the_same_findings_give_the_same_bytes_however_they_come_in(tmp_path: Path):
    found = [finding(n) for n in range(ROWS_A_GROUP + 10)]
    with FindingsFile(tmp_path / "by-one.parquet") as file:
        for one in found:
            file.add([one])
        by_one = file.commit()
    assert write_parquet(tmp_path / "at-once.parquet", found) == by_one


def test_a_file_that_is_not_committed_leaves_nothing_behind(tmp_path: Path):
    with FindingsFile(tmp_path / "found.parquet") as file:
        file.add([finding()])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_findings_file_is_refused(tmp_path: Path):
    path = tmp_path / "found.parquet"
    path.write_bytes(b"PAR1 and then nothing of the kind")
    with pytest.raises(Refused, match=r"found\.parquet is not a findings file"):
        list(read_parquet(path))


def test_findings_files_are_found_by_their_bytes_and_a_changed_one_is_told(tmp_path: Path):
    digests = [write_parquet(tmp_path / f"{n}.parquet", [finding(n)]) for n in range(3)]
    assert files_with(tmp_path, digests[:2]) == [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    write_parquet(tmp_path / "1.parquet", [finding(7)])
    with pytest.raises(Refused, match=r"is gone or was changed"):
        files_with(tmp_path, digests[:2])


def test_csv_has_no_cell_that_a_spreadsheet_computes():
    hostile = finding(
        item=ItemKey("market", "listing", "=1+1"), account="\u00a0@cmd", why=" \n+1", branch="＝A1", marks=("-x",)
    )
    out = io.StringIO()
    assert write_csv(out, [hostile]) == 1
    out.seek(0)
    (row,) = csv.DictReader(out)
    assert (row["item"], row["account"], row["why"], row["branch"], row["marks"]) == (
        "'=1+1", "'\u00a0@cmd", "' \n+1", "'＝A1", "'-x",
    )  # fmt: skip


def test_json_lines_are_one_finding_a_line():
    out = io.StringIO()
    assert write_lines(out, [finding(1, why="one\ntwo\u2028three"), finding(2)]) == 2
    assert [finding_of(json.loads(line)).id for line in out.getvalue().split("\n") if line] == [
        finding(1).id,
        finding(2).id,
    ]


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@A1", "\tx", "\rx", " =1", "\u00a0=1", "\n=1", "\u200b=1", "\ufeff-1", "＝1", "＠x", " \tx"],
)
def test_a_cell_that_starts_like_a_formula_gets_a_quote(text):
    assert formula_safe(text) == "'" + text


@given(st.text(string.ascii_letters + string.digits + "'\"(,;:中é", max_size=9), TEXT)
def test_a_cell_that_starts_with_a_letter_stays_as_it_is_but_for_control_signs(start, rest):
    cell = start and start + rest
    assume(not any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r" for sign in cell))
    assert formula_safe(cell) == cell
