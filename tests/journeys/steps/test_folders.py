"""Every book has a folder of its own, on every file system, which a person can still read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.journeys.steps.small_world import cases, market, swept

from rectify.screening.findings import read_parquet
from rectify.steps.folders import folder_name, former_name
from rectify.steps.sweep import findings_files

NASTY = [
    "../../etc",
    "..",
    ".",
    "",
    "/",
    "A/../B",
    "A\0B",
    "NUL",
    "nul",
    "CON.1",
    "COM1",
    "A.",
    ".A",
    "a b",
    "A\\B",
    "药品",
    "\ud800",
]


@pytest.mark.parametrize("book", ["XA-PS-2026-0412", "XA-1", "7", "A.1-B"])
def test_a_common_reference_is_its_own_folder(book):
    assert folder_name(book) == book


@pytest.mark.parametrize(
    ("one", "other"), [("X:2", "X_2"), ("X:2", "X/2"), ("XA-1", "xa-1"), ("Xa-1", "xA-1"), ("A.", "A")]
)
def test_two_books_never_share_a_folder_even_where_case_does_not_count(one, other):
    assert folder_name(one).casefold() != folder_name(other).casefold()


@given(st.text(max_size=140), st.text(max_size=140))
def test_names_are_different_for_different_books(one, other):
    assert (folder_name(one).casefold() == folder_name(other).casefold()) == (one == other)


@pytest.mark.parametrize("book", [*NASTY, "A" * 300])
def test_a_name_is_one_plain_part_of_a_path(book):
    name = folder_name(book)
    assert Path(name).parts == (name,)
    assert 0 < len(name) <= 100
    assert name.replace("_", "").replace("-", "").replace(".", "").isascii()
    assert name[0].isalnum()
    assert not name.endswith(".")
    assert name.split(".")[0].upper() not in ("NUL", "CON", "COM1")
    assert not set(name) & set("\0/\\: ")


def test_a_reader_knows_the_book_in_the_folder():
    assert folder_name("example-market/XA-1:2").startswith("example-market_XA-1_2_")


def test_the_findings_of_a_folder_from_before_are_still_found(tmp_path):
    with market(tmp_path) as (workspace, _):
        book = swept(workspace, "xa/1:2")
        sweeps = workspace.path("sweeps")
        now = findings_files(workspace, book)
        shutil.move(sweeps / folder_name(book), sweeps / former_name(book))
        found = findings_files(workspace, book)
        assert [path.name for path in found] == [path.name for path in now]
        assert {one.item.id for path in found for one in read_parquet(path)} == set(cases(workspace, book))
