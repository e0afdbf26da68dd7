"""What people are told at the command line, through real workspaces: nothing that was given is passed over in silence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.unit.steps.small_world import AUTHORITIES, ORDER, accepted, acted, cases, market, order_file

from rectify.cli import main
from rectify.intake.orders import read_order
from rectify.steps.decide import decide
from rectify.steps.keep import add_authorities
from rectify.steps.seek import check_sought, packs_absent
from rectify.steps.sweep import sweep
from rectify.terms.case import Judgement
from rectify.terms.errors import Unknown

PLACES = "{acts: [sell], kinds: [listing], items: [{url: 'https://m.example/2'}, {id: A-1}]}"
ITEMS = (
    "id,title,account,url,gtin\nA-1,Kite pram,S-1,,9521234543213\nA-2,Lamp,S-2,https://m.example/2,\nA-3,Table,S-3,,\n"
)
MADE = datetime(2026, 11, 20, 9, tzinfo=UTC)


def call(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """A command in this process; its exit code."""
    monkeypatch.setattr("sys.argv", ["rectify", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        main.main()
    return int(end.value.code or 0)


# what an order asks


def test_an_order_that_names_only_exact_places_is_carried_out(tmp_path):
    with market(tmp_path, authority=False) as (workspace, _):
        (tmp_path / "authorities.yaml").write_text(AUTHORITIES.replace("gpsr-22, national", "gpsr-22, dsa-9"))
        add_authorities(workspace, workspace.path("authorities.yaml"), as_="awu")
        workspace.path("items.csv").write_text(ITEMS)
        book = accepted(workspace, instrument="dsa-9", subject=PLACES)
        made = sweep(workspace, book, workers=0, as_="kim")
        assert (made.opened, made.violation, made.missing) == (2, 0, [])
        opened = cases(workspace, book)
        assert set(opened) == {"A-1", "A-2"}
        for case in opened.values():
            decide(workspace, case.id, Judgement.VIOLATION, "It is the place that the order names.", as_="blin")
        assert acted(workspace, book) == {"done": 2}


def test_packs_that_are_not_here_are_told_and_refused_only_where_nothing_else_is_sought(tmp_path):
    with market(tmp_path) as (workspace, _):
        packs = workspace.packs()

    def order(subject: str):
        return read_order(order_file("XA-1", instrument="national", subject=subject), "order.yaml", now=MADE)

    alone = order("{acts: [sell], kinds: [listing], packs: [unlicenced-vpn]}")
    (told,) = packs_absent(packs, alone)
    assert 'names the pack "unlicenced-vpn", which is not here' in told
    assert 'did you mean "unlicensed-vpn"?' in told
    with pytest.raises(Unknown, match="nothing of what the order asks could be looked for") as refused:
        check_sought(packs, alone)
    assert 'did you mean "unlicensed-vpn"?' in refused.value.remedy
    beside = order("{acts: [sell], kinds: [listing], packs: [unlicenced-vpn], items: [{id: A-1}]}")
    check_sought(packs, beside)
    assert len(packs_absent(packs, beside)) == 1
    assert packs_absent(packs, order(ORDER["subject"])) == []


def test_a_sweep_goes_on_without_a_pack_that_is_not_here_and_says_so(tmp_path):
    subject = "{acts: [sell], kinds: [listing], packs: [unlicenced-vpn], items: [{id: A-1}]}"
    with market(tmp_path) as (workspace, _):
        book = accepted(workspace, instrument="national", subject=subject)
        made = sweep(workspace, book, workers=0, as_="kim")
    assert made.opened == 1
    assert any('the pack "unlicenced-vpn", which is not here' in note for note in made.notes)
