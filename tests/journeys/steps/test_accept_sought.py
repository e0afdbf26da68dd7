"""What nobody here could look for is said when an order comes in, and stops its acceptance, not its sweep."""

from __future__ import annotations

import pytest

from rectify.cases.tasks import open_tasks
from rectify.steps import accept
from rectify.terms.errors import Unknown

from .small_world import accepted, confirmed, market, received

ABSENT = "{acts: [sell], kinds: [listing], packs: [unlicenced-vpn]}"
BESIDE = "{acts: [sell], kinds: [listing], items: [{id: A-1}], packs: [unlicenced-vpn]}"


def test_a_pack_that_is_not_here_is_told_on_receipt_with_the_nearest_name(tmp_path):
    with market(tmp_path) as (workspace, _):
        book = received(workspace, instrument="national", subject=ABSENT)
        with workspace.ledger.reading() as connection:
            (task,) = open_tasks(workspace.ledger, connection, book=book, what="a pack that is not here")
    assert "unlicenced-vpn" in task.text
    assert "unlicensed-vpn" in task.text


def test_an_order_of_which_nothing_could_be_looked_for_is_not_accepted(tmp_path):
    with market(tmp_path) as (workspace, _):
        book = received(workspace, instrument="national", subject=ABSENT)
        confirmed(workspace, book)
        with pytest.raises(Unknown, match="nothing of what the order asks could be looked for"):
            accept.accept(workspace, book, as_="awu")
        assert not any(workspace.ledger.entries(book=book, kinds=["accepted"]))


def test_beside_something_that_can_be_looked_for_it_stops_nothing(tmp_path):
    with market(tmp_path) as (workspace, _):
        book = accepted(workspace, instrument="national", subject=BESIDE)
        assert any(workspace.ledger.entries(book=book, kinds=["accepted"]))


def test_a_warning_asks_for_nothing_to_be_looked_for(tmp_path):
    with market(tmp_path) as (workspace, _):
        book = accepted(workspace, instrument="national", act="warning", subject=ABSENT)
        assert any(workspace.ledger.entries(book=book, kinds=["accepted"]))
