"""A case that was wrong becomes a trial of its pack: with its text, and without what leads to a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.steps import small_world as world

from rectify.rules.reader import read_pack
from rectify.screening.trial import run_trials
from rectify.steps.case_trial import trial_from_case
from rectify.steps.decide import decide
from rectify.steps.new_pack import copy_pack
from rectify.terms.case import Judgement
from rectify.terms.errors import Refused, Unknown
from rectify.terms.finding import Verdict
from rectify.workspace import Workspace, pack_folders

NAME = "identical-products"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """The operator's own copy of the pack."""
    copy_pack(tmp_path / "own", pack_folders()[NAME])
    return tmp_path / "own"


@pytest.fixture
def swept(tmp_path: Path) -> Iterator[tuple[Workspace, str]]:
    with world.market(tmp_path) as (workspace, _):
        items = tmp_path / "items.csv"
        items.write_text(
            world.ITEMS + 'A-4,"Kite K3-2024 pram, call +44 20 7946 0123 or kim@shop.example, t.me: @kim_shop",S-4,\n',
            encoding="utf-8",
        )
        book = world.swept(workspace)
        yield workspace, world.cases(workspace, book)["A-4"].id


def test_a_case_that_was_no_violation_is_a_trial_that_fails_until_the_pack_is_mended(
    swept: tuple[Workspace, str], packs: Path
) -> None:
    workspace, case = swept
    decide(workspace, case, Judgement.NO_VIOLATION, "a toy", as_="blin")
    before = read_pack(packs / NAME)
    made = trial_from_case(workspace, case, folder=packs, why="a toy")
    assert (made.expect, made.got, made.held) == (Verdict.NONE, Verdict.VIOLATION, False)
    pack = read_pack(packs / NAME)
    assert pack.digest == before.digest, "a trial changes nothing that the pack does"
    (new,) = [trial for trial in pack.trials if trial.why == "a toy"]
    assert new.products[0].model == "K3-2024"
    assert [str(one.got) for one in run_trials(pack, [new])] == ["violation"]


def test_what_leads_to_a_person_is_not_kept(swept: tuple[Workspace, str], packs: Path) -> None:
    workspace, case = swept
    made = trial_from_case(workspace, case, folder=packs, expect="violation", why="right, says kim@shop.example")
    text = made.file.read_text(encoding="utf-8")
    for personal in ("7946", "kim", "S-4", "A-4"):
        assert personal not in text
    assert made.masked == ("title",)
    assert "Kite K3-2024 pram" in text
    assert made.held, "the pack says the same of the text without them"
    assert "9521234543213" in text, "the number of a product is none of a person"


def test_an_open_case_needs_to_be_told_what_is_right(swept: tuple[Workspace, str], packs: Path) -> None:
    workspace, case = swept
    with pytest.raises(Refused, match="is not decided"):
        trial_from_case(workspace, case, folder=packs)
    assert not (packs / NAME / "trials" / "from-cases.yaml").exists()


def test_a_case_is_a_trial_once_and_others_are_added_behind(swept: tuple[Workspace, str], packs: Path) -> None:
    workspace, case = swept
    trial_from_case(workspace, case, folder=packs, expect="none")
    with pytest.raises(Refused, match="already"):
        trial_from_case(workspace, case, folder=packs, expect="none")
    trial_from_case(workspace, case, folder=packs, expect="review")
    lines = (packs / NAME / "trials" / "from-cases.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert len(read_pack(packs / NAME).trials) == len(read_pack(pack_folders()[NAME]).trials) + 2


def test_a_shipped_pack_a_wrong_pack_and_an_unknown_case_are_told(swept: tuple[Workspace, str], packs: Path) -> None:
    workspace, case = swept
    with pytest.raises(Refused, match="shipped"):
        trial_from_case(workspace, case, expect="none")
    with pytest.raises(Unknown, match="was not found by unlicensed-vpn"):
        trial_from_case(workspace, case, folder=packs, pack="unlicensed-vpn", expect="none")
    with pytest.raises(Unknown, match="no case is called"):
        trial_from_case(workspace, "nothing", folder=packs, expect="none")


def test_a_trial_that_cannot_be_read_back_is_not_kept(swept: tuple[Workspace, str], packs: Path) -> None:
    workspace, case = swept
    file = packs / NAME / "trials" / "from-cases.yaml"
    file.write_text("trials: []\n", encoding="utf-8")  # somebody wrote it in the other form
    with pytest.raises(Exception, match=r"from-cases\.yaml"):
        trial_from_case(workspace, case, folder=packs, expect="none")
    assert file.read_text(encoding="utf-8") == "trials: []\n"
