"""A lot is decided as it was shown: exactly its cases, as they were seen, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.steps.small_world import ITEMS, cases, market, swept

from rectify.steps import lots
from rectify.steps.decide import decide
from rectify.steps.sweep import sweep
from rectify.terms.case import CaseState, Judgement
from rectify.terms.errors import Refused
from rectify.workspace import Workspace

MORE = ITEMS + "A-4,Pram for twins,S-9,9521234543213\nA-5,Pram in red,S-8,9521234543213\n"


@pytest.fixture
def shop(tmp_path: Path):
    with market(tmp_path) as (workspace, clock):
        (tmp_path / "items.csv").write_text(MORE, encoding="utf-8")
        yield workspace, clock, swept(workspace)


def shown(workspace: Workspace, book: str, item: str = "A-2") -> tuple[str, lots.ShownLot]:
    case = cases(workspace, book)[item].id
    found = lots.show(workspace, case)
    assert found
    return case, found


def decided(workspace: Workspace, case: str, digest: str) -> list[str]:
    _, made = lots.decide(workspace, case, digest, Judgement.VIOLATION, "It bears the number.", as_="mroy")
    return [one.case for one in made]


def changed(workspace: Workspace, book: str, old: str, new: str) -> None:
    path = workspace.path("items.csv")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    sweep(workspace, book, workers=0, as_="kim")


def test_what_is_shown_is_listed_and_decided_with_its_digest(shop) -> None:
    workspace, _, book = shop
    case, found = shown(workspace, book)
    assert {one.title for one in found.cases} == {"Kite pram", "Pram as new", "Pram for twins", "Pram in red"}
    assert found.cases[0].id == case
    assert len(found.digest) == lots.SHORT
    assert sorted(decided(workspace, case, found.digest)) == sorted(found.lot.cases)


@pytest.mark.parametrize("form", ["{0:.6}", "{0}", "lot-{0}"])
def test_a_lot_is_named_by_as_much_of_its_digest_as_a_person_likes(shop, form) -> None:
    workspace, _, book = shop
    case, found = shown(workspace, book)
    assert len(decided(workspace, case, form.format(found.lot.id.removeprefix("lot-")))) == 4


def test_a_case_that_came_after_the_lot_was_shown_is_not_decided_with_it(shop) -> None:
    workspace, clock, book = shop
    case, found = shown(workspace, book)
    clock.forward(hours=1)
    changed(workspace, book, "A-3,Oak table,S-3,\n", "A-6,One more pram,S-7,9521234543213\n")
    assert sorted(decided(workspace, case, found.digest)) == sorted(found.lot.cases)
    assert cases(workspace, book)["A-6"].state is CaseState.OPEN


def test_a_lot_of_which_one_was_seen_anew_is_refused_and_shown_anew(shop) -> None:
    workspace, clock, book = shop
    case, found = shown(workspace, book)
    clock.forward(hours=1)
    changed(workspace, book, "A-4,Pram for twins,S-9,9521234543213", "A-4,A Kite K3-2024 pram,S-9,9521234543213")
    other = cases(workspace, book)["A-4"].id
    with pytest.raises(Refused, match=f"1 of 4 cases are not as they were shown: {other} was seen anew") as caught:
        decided(workspace, case, found.digest)
    assert caught.value.remedy.endswith(f"rectify cases show {case}")
    assert set(cases(workspace, book, CaseState.OPEN)) >= {"A-2", "A-4", "A-5"}
    _, again = shown(workspace, book)
    assert again.digest != found.digest
    assert len(decided(workspace, case, again.digest)) == len(again.cases)


def test_a_lot_of_which_one_was_decided_meanwhile_is_refused_whole(shop) -> None:
    workspace, _, book = shop
    case, found = shown(workspace, book)
    other = cases(workspace, book)["A-5"].id
    decide(workspace, other, Judgement.NO_VIOLATION, "Another pram.", as_="blin")
    with pytest.raises(Refused, match=rf"{other} was decided\. Nothing was decided"):
        decided(workspace, case, found.digest)
    assert "A-2" in cases(workspace, book, CaseState.OPEN)


@pytest.mark.parametrize("digest", ["", "abc", "000000000000", "../../keys", "*"])
def test_a_lot_that_was_never_shown_is_refused(shop, digest) -> None:
    workspace, _, book = shop
    case, _ = shown(workspace, book)
    with pytest.raises(Refused, match=r"no lot .* was shown with the case"):
        decided(workspace, case, digest)


def test_a_lot_is_decided_with_one_of_its_cases_only(shop) -> None:
    workspace, clock, book = shop
    _, found = shown(workspace, book)
    clock.forward(hours=1)
    changed(workspace, book, "A-3,Oak table,S-3,\n", "A-6,One more pram,S-7,9521234543213\n")
    stranger = cases(workspace, book)["A-6"].id
    with pytest.raises(Refused, match="is not in the lot"):
        decided(workspace, stranger, found.digest)


def test_a_file_of_a_lot_that_was_changed_is_none(shop) -> None:
    workspace, _, book = shop
    case, found = shown(workspace, book)
    decide(workspace, cases(workspace, book)["A-5"].id, Judgement.OUTSIDE, "Another pram.", as_="blin")
    (path,) = workspace.path("lots").iterdir()
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(Refused, match="no lot"):
        decided(workspace, case, found.digest)


def test_only_the_lots_shown_last_are_kept(shop, monkeypatch) -> None:
    workspace, _, book = shop
    monkeypatch.setattr(lots, "KEPT", 1)
    shown(workspace, book)
    decide(workspace, cases(workspace, book)["A-5"].id, Judgement.OUTSIDE, "Another pram.", as_="blin")
    _, found = shown(workspace, book)
    assert [path.stem for path in workspace.path("lots").iterdir()] == [found.lot.id]


def test_a_case_alone_or_decided_has_no_lot(shop) -> None:
    workspace, _, book = shop
    case, found = shown(workspace, book)
    decided(workspace, case, found.digest)
    assert lots.show(workspace, case) is None
