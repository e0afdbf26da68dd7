"""A decision of violation has the effect that its order lists, whatever the order lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.steps.small_world import SETTINGS, accepted, cases, letters, market, swept

from rectify.cases.show import decisions_of
from rectify.measures.records import load_book
from rectify.steps.decide import decide, decide_lot
from rectify.steps.sweep import sweep
from rectify.steps.tell import tell
from rectify.terms.case import Judgement
from rectify.terms.letter import Occasion
from rectify.workspace import Workspace

LISTED = "[{operator: Example Market Ltd, measures: [%s], tasks: [report]}]"
BY_PACK = SETTINGS.replace("decide_by_pack: []", "decide_by_pack: [identical-products/same-gtin]")


def claimed(workspace: Workspace) -> list[tuple[str, str]]:
    """Kind of target and measure of each claim."""
    with workspace.ledger.reading() as connection:
        return [(claim.kind, claim.measure) for claim in load_book(connection).claims.values()]


@pytest.mark.parametrize(
    ("measure", "claim"),
    [("warn_account", ("item", "warn_account")), ("tell_buyers", ("buyers", "tell_buyers"))],
)
def test_an_order_that_lists_one_unusual_measure_gets_it(tmp_path: Path, measure: str, claim: tuple[str, str]) -> None:
    with market(tmp_path) as (workspace, _):
        book = swept(workspace, addressees=LISTED % measure)
        found = cases(workspace, book)
        made = decide(workspace, found["A-1"].id, Judgement.VIOLATION, "It bears it.", as_="blin")
        assert made.measure == measure
        assert claimed(workspace) == [claim]
        seen = {found["A-2"].id: found["A-2"].seen}
        decide_lot(workspace, seen, Judgement.VIOLATION, "It bears it.", as_="blin")
        assert claimed(workspace) == [claim, claim]


def test_an_account_that_is_warned_is_told(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        book = swept(workspace, addressees=LISTED % "warn_account")
        decide(workspace, cases(workspace, book)["A-1"].id, Judgement.VIOLATION, "It bears it.", as_="blin")
        tell(workspace, book, as_="kim")
        assert Occasion.WARNED in {letter.occasion for letter in letters(workspace, book)}


def test_a_measure_on_accounts_that_nobody_knows_does_not_stop_the_sweep(tmp_path: Path) -> None:
    with market(tmp_path, settings=BY_PACK) as (workspace, _):
        (tmp_path / "items.csv").write_text("id,title,gtin\nA-1,Kite pram,9521234543213\n", encoding="utf-8")
        book = accepted(workspace, addressees=LISTED % "warn_account")
        swept_ = sweep(workspace, book, workers=0, as_="kim")
        assert (swept_.opened, swept_.by_pack) == (1, 1)
        case = cases(workspace, book)["A-1"].id
        with workspace.ledger.reading() as connection:
            (made,) = decisions_of(workspace.ledger, connection, case)
        assert made.measure == ""  # the order lists nothing that could be done here: the report says so
        assert claimed(workspace) == []


def test_an_offer_of_a_provider_that_the_order_names_gets_the_measure_of_its_rule(tmp_path: Path) -> None:
    subject = "{acts: [sell], kinds: [listing], items: [{id: A-1}], providers: [{account: S-3}]}"
    settings = SETTINGS.replace("decide_by_pack: []", "decide_by_pack: [named-providers/provider-named]")
    with market(tmp_path, settings=settings) as (workspace, _):
        book = accepted(workspace, addressees=LISTED % "label_item, remove_item", subject=subject)
        assert sweep(workspace, book, workers=0, as_="kim").by_pack == 1
        assert claimed(workspace) == [("item", "remove_item")]
