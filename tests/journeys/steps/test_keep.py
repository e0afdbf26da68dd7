"""Registers are kept whole and never go back in time; accounts are bound for a reason, to what is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rectify.rules.register_tables import accounts_bound, registers_taken
from rectify.steps import keep
from rectify.terms.errors import Faulty, Refused

from .house import AUTHORITIES, House

REGISTER = """\
register: licensed
source: https://cla.example/register
as_of: {as_of}
stale_after_days: 60
entries: [{entries}]
"""
ONE = "{id: L-1, name: Heron Networks Ltd, licence: XA-7, territory: [XA], valid: {from: 2024-01-01}}"
TWO = "{id: L-2, name: Quayside Ltd, licence: XA-9, territory: [XA], valid: {from: 2024-01-01}}"


def take(house: House, folder: Path, as_of: str, entries: str) -> keep.Taken:
    """A register comes in."""
    (folder / "licensed.yaml").write_text(REGISTER.format(as_of=as_of, entries=entries))
    return keep.take_register(house.workspace, folder / "licensed.yaml", as_="kim")


def test_a_register_tells_what_is_new_and_what_is_gone(begun, tmp_path):
    first = take(begun, tmp_path, "2026-11-01", f"{ONE}, {TWO}")
    assert (first.new, first.gone) == (("L-1", "L-2"), ())
    later = take(begun, tmp_path, "2026-11-10", ONE)
    assert (later.new, later.gone) == ((), ("L-2",))


def test_a_register_of_an_earlier_day_is_refused(begun, tmp_path):
    take(begun, tmp_path, "2026-11-10", ONE)
    before = begun.kinds()
    with pytest.raises(Refused, match="of 2026-11-10 was taken in; this one is of 2026-11-09"):
        take(begun, tmp_path, "2026-11-09", TWO)
    assert begun.kinds() == before
    with begun.ledger.reading() as connection:
        assert [entry.id for entry in registers_taken(connection)["licensed"].entries] == ["L-1"]


@pytest.mark.parametrize(
    ("account", "entry", "reason", "said"),
    [
        ("market/V71", "licensd/L-1", "Seen.", 'no register is called "licensd"'),
        ("market/V71", "licensed/L-3", "Seen.", 'no entry "L-3"'),
        ("market/V71", "licensed/L-1", " ", "for a reason"),
        ("markt/V71", "licensed/L-1", "Seen.", "is no account"),
        ("V71", "licensed/L-1", "Seen.", "is no account"),
    ],
)
def test_an_account_is_bound_to_what_is_there_for_a_reason(begun, tmp_path, account, entry, reason, said):
    take(begun, tmp_path, "2026-11-10", ONE)
    with pytest.raises(Refused, match=said):
        keep.bind_account(begun.workspace, account, entry, reason, as_="awu")
    assert "account_bound" not in begun.kinds()


def test_a_bound_account_counts_and_its_name_is_sealed(begun, tmp_path):
    take(begun, tmp_path, "2026-11-10", ONE)
    keep.bind_account(begun.workspace, "market/V71", "licensed/L-1", "The licence was seen.", as_="awu")
    with begun.ledger.reading() as connection:
        assert accounts_bound(connection)
    (entry,) = begun.ledger.entries(kinds=["account_bound"])
    assert "V71" not in str(entry)


def test_authorities_are_taken_in_once_and_again_when_they_change(begun, tmp_path):
    (tmp_path / "authorities.yaml").write_text(AUTHORITIES)
    assert keep.add_authorities(begun.workspace, tmp_path / "authorities.yaml", as_="awu") == []
    (tmp_path / "authorities.yaml").write_text(AUTHORITIES.replace("+999 20 0117", "+999 20 0118"))
    (changed,) = keep.add_authorities(begun.workspace, tmp_path / "authorities.yaml", as_="awu")
    assert "+999 20 0118" in changed.contact.ways
    assert "+999 20 0117" not in str(begun.workspace.authorities.by_id("pso").contact.ways)


@pytest.mark.parametrize("name", ["nothing.yaml", ".", "loop"])
def test_a_file_that_cannot_be_read_is_a_fault_in_what_was_given(begun, tmp_path, name):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(Faulty, match="cannot be read") as caught:
        keep.take_register(begun.workspace, tmp_path / name, as_="kim")
    assert caught.value.exit_code == 1


def test_a_file_over_the_size_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(keep, "LARGEST", 1 << 20)
    with (tmp_path / "order.yaml").open("wb") as file:
        file.truncate(1 << 40)  # it takes no room, and no memory could hold it
    with pytest.raises(Faulty, match="is larger than 1 MB"):
        keep.read_bytes(tmp_path / "order.yaml")


def test_a_file_without_end_is_not_begun():
    with pytest.raises(Faulty, match="is not a regular file"):
        keep.read_bytes(Path("/dev/zero"))


@pytest.mark.parametrize("made", [os.mkfifo, os.mkdir])
def test_a_pipe_or_a_folder_is_refused_and_nobody_waits_for_it(tmp_path, made):
    made(tmp_path / "order.yaml")
    with pytest.raises(Faulty, match=r"is not a regular file|is a directory"):
        keep.read_bytes(tmp_path / "order.yaml")


def test_a_second_entry_under_the_name_of_an_authority_is_refused(begun, tmp_path):
    """Whoever adds it would be called back in its place."""
    twice = AUTHORITIES.replace("id: pso", "id: pso-2", 1)
    assert twice != AUTHORITIES
    (tmp_path / "more.yaml").write_text(twice, encoding="utf-8")
    before = begun.kinds()
    with pytest.raises(Faulty, match="goes by the name of"):
        keep.add_authorities(begun.workspace, tmp_path / "more.yaml", as_="awu")
    assert begun.kinds() == before
