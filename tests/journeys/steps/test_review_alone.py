"""Nobody gets around what another person has to do, and two that act at once do not do a thing twice."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest
from tests.journeys.steps.small_world import SETTINGS, Hours, acted, cases, letters, market, received, swept

from rectify.intake.naming import mark
from rectify.steps import tell as steps
from rectify.steps.decide import decide
from rectify.steps.end import narrow
from rectify.steps.hear import grant, record
from rectify.steps.orders import row_of
from rectify.steps.sweep import sweep
from rectify.terms.case import CaseState, Judgement
from rectify.terms.errors import Faulty
from rectify.terms.letter import Occasion
from rectify.workspace import Workspace, open_workspace

BY_PACK = SETTINGS.replace("decide_by_pack: []", "decide_by_pack: [identical-products/same-gtin]")


def test_a_person_who_acts_in_two_places_at_once_is_one_person(tmp_path: Path) -> None:
    with market(tmp_path):
        pass
    start, found = Barrier(2), []

    def act() -> None:
        with open_workspace(tmp_path, Hours()) as workspace:
            start.wait()
            found.append(workspace.person("decide", "blin").surrogate)

    both = [Thread(target=act) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(found) == 2
    assert len(set(found)) == 1


def test_what_two_tell_at_once_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with market(tmp_path) as (workspace, _):
        book = swept(workspace)
        decide(workspace, cases(workspace, book)["A-1"].id, Judgement.VIOLATION, "It bears it.", as_="blin")
        acted(workspace, book)
        grouped, calls = steps._grouped, []

        def meanwhile(of: Workspace, *rest: object) -> object:
            drafts = grouped(of, *rest)  # type: ignore[arg-type]
            calls.append(1)
            if len(calls) == 1:
                steps.tell(workspace, book, as_="kim")
            return drafts

        monkeypatch.setattr(steps, "_grouped", meanwhile)
        assert steps.tell(workspace, book, as_="kim") == []
        told = [x.occasion for x in letters(workspace, book)]
        assert told.count(Occasion.REMOVED) == 1


def test_the_pack_does_not_decide_again_what_a_person_has_decided(tmp_path: Path) -> None:
    with market(tmp_path, settings=BY_PACK) as (workspace, _):
        book = swept(workspace)
        case = cases(workspace, book)["A-1"]
        assert case.state is CaseState.VIOLATION
        appeal = record(workspace, case.id, "This is another pram.", as_="kim")
        grant(workspace, appeal, "It is another pram.", as_="mroy")
        path = tmp_path / "items.csv"
        path.write_text(path.read_text().replace("A-1,Kite pram,S-1,", "A-1,Kite pram,S-1,0"), encoding="utf-8")
        again = sweep(workspace, book, workers=0, as_="kim")
        assert (again.again, again.by_pack) == (1, 0)
        assert cases(workspace, book)["A-1"].state is CaseState.OPEN


def test_an_order_is_not_narrowed_to_where_it_never_reached(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        book = swept(workspace)
        with pytest.raises(Faulty, match="XB"):
            narrow(workspace, book, frozenset({"XB"}), "They said so.", from_start=False, as_="awu")
        assert row_of(workspace, book).territory == {"XA"}
        narrow(workspace, book, frozenset({"XA-1"}), "They said so.", from_start=False, as_="awu")
        assert row_of(workspace, book).territory == {"XA-1"}


@pytest.mark.parametrize(
    ("reference", "book"),
    [
        ("XA/7 a", "XA-7-a"),
        ("house", "order-house"),
        ('".."', "pso-2026"),
        ('".hidden."', "hidden"),
        ("x" * 300, "x" * 80),
        ("号", "pso-2026"),
    ],
)
def test_an_order_comes_in_under_a_name_that_a_book_can_bear(tmp_path: Path, reference: str, book: str) -> None:
    """Where something of the reference is lost, a mark made from all of it follows."""
    with market(tmp_path) as (workspace, _):
        name = received(workspace, reference)
        assert name == f"{book}-{mark(reference.strip(chr(34)))}"
        assert row_of(workspace, name).reference == reference.strip('"')
