"""What was erased holds nothing else up."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.steps.small_world import acted, cases, letters, market, swept

from rectify.steps.decide import decide
from rectify.steps.tell import tell
from rectify.terms.case import Judgement
from rectify.terms.letter import Occasion


def test_nobody_is_written_to_whose_data_were_erased_and_all_others_are(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        book = swept(workspace)
        found = cases(workspace, book)
        decide(workspace, found["A-1"].id, Judgement.VIOLATION, "It bears it.", as_="blin")
        acted(workspace, book)
        with workspace.ledger.writing(workspace.now, "system") as writing:
            writing.erase(f"account:{found['A-1'].account}", "all", "asked for", ["awu", "mroy"])
        decide(workspace, found["A-2"].id, Judgement.VIOLATION, "It bears it.", as_="blin")
        acted(workspace, book)
        tell(workspace, book, as_="kim")
        (told,) = [x for x in letters(workspace, book) if x.occasion is Occasion.REMOVED]
        assert told.to == found["A-2"].account
