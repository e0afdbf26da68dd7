"""The whole path of two orders through the Python twins, from receipt to the end, in many processes, and interrupted.

Between any two acts the workspace is closed and opened again, as one process after another would do it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from tests.journeys.desk_by_hand import Player, begin, player_at
from tests.journeys.steps.house import BOOK, House, found, house_at
from tests.journeys.world_by_hand import AT, ITEMS, LICENCE, RECALL, down, host, shelf, write_catalogue

from rectify.ledger.ledger import Ledger, Writing
from rectify.ledger.verify import verify_store
from rectify.letters.records import letters_of
from rectify.reports.lines import schema
from rectify.steps import accept, carry_out, confirm, decide, end, hear, keep, receive, report, tell
from rectify.steps.examine import examine
from rectify.steps.orders import row_of
from rectify.terms.case import CaseState, Judgement
from rectify.terms.errors import Refused
from rectify.terms.letter import Occasion
from rectify.terms.order import OrderState

pytestmark = pytest.mark.slow


LEAVE = "The authority was asked about what a shop front of two countries sells."


class Days:
    """Opens the workspace for each act, later each time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, AT

    @contextmanager
    def later(self, hours: float = 1) -> Iterator[Player]:
        self.at += timedelta(hours=hours)
        with player_at(self.folder, self.at) as player:
            yield player


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Days:
    """The story, told once: the tests below look at what it left behind."""
    days = Days(begin(tmp_path_factory.mktemp("path") / "market"))
    reports = days.folder / "reports"
    with days.later() as player:
        assert player.receive("recall.yaml") == RECALL
        assert player.receive("licence.yaml") == LICENCE
    with days.later() as player:
        player.confirm(RECALL)
        player.confirm(LICENCE)
    with days.later() as player:
        accept.accept(player.workspace, RECALL, target=days.at + timedelta(hours=20), as_="awu")
        accept.accept(player.workspace, LICENCE, as_="awu")
    with days.later() as player:
        assert player.sweep(RECALL).opened == 5
        assert player.sweep(LICENCE).opened >= 2
    with days.later() as player:
        player.decide("GW-1", "GW-2", "GW-5", "GW-6", "GW-8")
        player.decide("GW-5", "GW-7", book=LICENCE)
    with days.later() as player:
        report.report(player.workspace, RECALL, reports / "1", formats=["json"], as_="awu")
        assert player.carry_out(RECALL) == {"done": 3}
        assert player.carry_out(LICENCE) == {"done": 1}
    with days.later() as player:
        for book in (RECALL, LICENCE):
            player.tell(book)
        assert len(tell.send(player.workspace, as_="kim").in_folder) >= 6
    with days.later(24) as player:
        case = player.cases()["GW-2"].id
        hear.record(player.workspace, case, "It is a toy pram.", received=days.at - timedelta(hours=2), as_="kim")
    with days.later(24) as player:
        (appeal,) = player.workspace.ledger.entries(book=RECALL, kinds=["appealed"])
        hear.grant(player.workspace, appeal.body["appeal"], "It is a toy.", covers=False, as_="mroy")
        assert player.carry_out(RECALL) == {"done": 1}
    with days.later() as player:
        report.report(player.workspace, RECALL, reports / "2", state="final", leave=LEAVE, as_="awu")
    with days.later(240) as player:  # the item was written anew meanwhile, and a new one is found
        more = {**ITEMS, "GW-77": ("Kite K3-2024, new", "", "V73", "xa", "", "Kite", "K3-2024")}
        write_catalogue(days.folder, more, bad="")
        host(days.folder, "INSERT INTO listing_states (listing, storefront) VALUES ('GW-77', 'xa')")
        assert player.sweep(RECALL).opened == 1
        player.decide("GW-77")
        assert player.carry_out(RECALL) == {"done": 1}
        player.tell(RECALL)
    with days.later(240) as player:
        end.annul(player.workspace, RECALL, "The court annulled it.", as_="awu")
        assert player.carry_out(RECALL) == {"done": 2}
        player.tell(RECALL)
    with days.later() as player:
        report.report(player.workspace, RECALL, reports / "3", state="corrected", as_="awu")
        end.end(player.workspace, LICENCE, "The licence regime ended.", as_="awu")
        assert player.carry_out(LICENCE) == {"done": 2}
        player.tell(LICENCE)
    return days


def test_at_the_end_the_shop_is_as_the_host_itself_chose(told):
    assert down(told.folder) == set()
    assert set(shelf(told.folder).values()) == {"visible"}


def test_the_book_of_an_order_tells_its_path_in_order(told):
    with told.later() as player:
        kinds = [kind for kind in player.kinds(RECALL) if not kind.startswith(("letter_", "task_"))]
    steps = list(dict.fromkeys(kinds))
    assert steps == [
        "received", "deadline_set", "acknowledged", "confirmed", "accepted", "planned", "swept", "gathered", "decided", "claimed",
        "reported", "rehearsed", "approved", "attempted", "outcome", "appealed", "appeal_decided", "claim_ended", "annulled",
    ]  # fmt: skip


def test_every_party_was_told_of_each_act_once(told):
    with told.later() as player:
        letters = Counter(
            (one.address.split("@")[0], one.occasion)
            for one in player.letters(RECALL)
            if not one.to.startswith("authority:")
        )
        other = Counter(
            (one.address.split("@")[0], one.occasion)
            for one in player.letters(LICENCE)
            if not one.to.startswith("authority:")
        )
    assert letters == {
        ("anna.vesper", Occasion.REMOVED): 1, ("bruno", Occasion.REMOVED): 1, ("deng.ruolan", Occasion.REMOVED): 1,
        ("bruno", Occasion.APPEAL_RECEIVED): 1, ("bruno", Occasion.APPEAL_GRANTED): 1, ("cora", Occasion.REMOVED): 1,
        ("anna.vesper", Occasion.RETURNED_ANNULLED): 1, ("cora", Occasion.RETURNED_ANNULLED): 1, ("deng.ruolan", Occasion.STILL_DOWN): 1,
    }  # fmt: skip
    assert other == {
        ("deng.ruolan", Occasion.REMOVED): 1, ("", Occasion.REMOVED): 1,
        ("deng.ruolan", Occasion.RETURNED_ENDED): 1, ("", Occasion.RETURNED_ENDED): 1,
    }  # fmt: skip


def test_each_report_fits_its_schema_and_the_next_says_what_changed(told):
    made = [json.loads((told.folder / "reports" / name / "report.json").read_text()) for name in ("1", "2", "3")]
    for one in made:
        jsonschema.validate(one, schema(), cls=jsonschema.Draft202012Validator)
    assert [one["state"] for one in made] == ["interim", "final", "corrected"]
    assert [sum(line["done"] for line in one["measures"]) for one in made] == [0, 3, 4]
    assert [one["undone"]["done"] for one in made] == [0, 1, 3]
    assert made[0]["changed"] == []
    assert {"what": "appeals granted", "before": 0, "now": 1} in made[1]["changed"]
    assert {"what": "undone", "before": 1, "now": 3} in made[2]["changed"]
    assert made[1]["deadline"]["met"] is False  # our own target was missed, and the report says so


def test_the_record_is_whole_and_the_tables_are_what_it_says(told):
    with told.later() as player:
        ledger = player.workspace.ledger
        assert verify_store(player.workspace.store, player.workspace.keys, "").good
        assert ledger.differences() == []
        ledger.rebuild()
        assert ledger.differences() == []
        assert {check.state for check in examine(told.folder, told.at)} <= {"fine", "missing"}
        assert (row_of(player.workspace, RECALL).state, row_of(player.workspace, LICENCE).state) == (
            OrderState.ANNULLED,
            OrderState.ENDED,
        )


# interrupted


class Cut(Exception):
    """The process dies here."""


STEPS: tuple[tuple[str, Callable[[House], object]], ...] = (
    ("receive", lambda h: h.receive()),
    ("confirm", lambda h: _in_state(h, OrderState.RECEIVED) and h.confirm()),
    ("accept", lambda h: _in_state(h, OrderState.CONFIRMED) and h.accept()),
    ("gather", lambda h: h.gather(found("I1"), found("I2", "V72"), found("I4"))),
    ("decide", lambda h: [h.decide(item) for item in ("I1", "I2", "I4") if h.case(item).state is CaseState.OPEN]),
    ("carry out", lambda h: _carried_out(h)),
    ("tell", lambda h: tell.tell(h.workspace, BOOK, as_="kim")),
    ("appeal", lambda h: _appealed(h)),
    ("give back", lambda h: _carried_out(h)),
    ("annul", lambda h: _in_state(h, OrderState.ACCEPTED) and end.annul(h.workspace, BOOK, "The court.", as_="awu")),
    ("undo", lambda h: _carried_out(h)),
    ("tell of it", lambda h: tell.tell(h.workspace, BOOK, as_="kim")),
)


def _in_state(house: House, state: OrderState) -> bool:
    return row_of(house.workspace, BOOK).state is state


def _carried_out(house: House) -> None:
    """Goes on with an approved set that has no outcomes yet, else rehearses what is due, until nothing is."""
    for entry in list(house.ledger.entries(book=BOOK, kinds=["approved"])):
        carry_out.carry_out(house.workspace, entry.body["set"], as_="mroy")
    if house.rehearse()[1]:
        house.carry_out()


def _appealed(house: House) -> None:
    states = {e.body["appeal"]: False for e in house.ledger.entries(book=BOOK, kinds=["appealed"])}
    states |= {e.body["appeal"]: True for e in house.ledger.entries(book=BOOK, kinds=["appeal_decided"])}
    if not states:
        states = {hear.record(house.workspace, house.case("I2").id, "It is a toy.", as_="kim"): False}
    for name, answered in states.items():
        if not answered:
            hear.grant(house.workspace, name, "It is.", as_="mroy")


def picture(house: House) -> dict[str, object]:
    """What a path left behind, whatever way it took."""
    with house.ledger.reading() as connection:
        letters = Counter((one.address, str(one.occasion)) for one in letters_of(house.ledger, connection, book=BOOK))
    once = Counter(house.kinds(BOOK))
    kept = ("received", "deadline_set", "acknowledged", "confirmed", "accepted", "gathered", "decided", "claimed", "claim_ended",
            "appealed", "appeal_decided", "annulled", "outcome", "attempted")  # fmt: skip
    return {
        "shelf": {(place.target, place.storefront): cell.state for place, cell in house.host.cells.items()},
        "writes": {(place.target, place.storefront): cell.version for place, cell in house.host.cells.items()},
        "letters": letters, "kinds": {kind: once[kind] for kind in kept},
        "claims": Counter((claim.effect, tuple(claim.reach), tuple(claim.upheld)) for claim in house.claims()),
    }  # fmt: skip


def played(monkeypatch: pytest.MonkeyPatch, cut: int, where: str) -> tuple[dict[str, object], int]:
    """The path, cut off at the n-th append (rolled back) or just after the n-th commit, and gone on with."""
    house, count = house_at("begun"), 0
    append, writing = Writing.append, Ledger.writing

    def counted() -> None:
        nonlocal count
        count += 1
        if count == cut:
            raise Cut

    def cut_append(self: Writing, *given: object) -> object:
        if where == "append":
            counted()
        return append(self, *given)  # type: ignore[arg-type]

    @contextmanager
    def cut_commit(self: Ledger, *given: object) -> Iterator[Writing]:
        with writing(self, *given) as one:  # type: ignore[arg-type]
            yield one
        if where == "commit":
            counted()

    with monkeypatch.context() as patched:
        patched.setattr(Writing, "append", cut_append)
        patched.setattr(Ledger, "writing", cut_commit)
        for _, step in STEPS:
            try:
                step(house)
            except Cut:
                step(house)  # another process does it again
    assert house.ledger.differences() == []
    return picture(house), count


@pytest.mark.parametrize("where", ["append", "commit"])
def test_a_path_that_is_cut_off_anywhere_ends_like_one_that_is_not(monkeypatch, where):
    whole, steps = played(monkeypatch, 0, where)
    assert whole["shelf"] == {("I1", "xa"): 0, ("I2", "xa"): 0, ("I2", "xb"): 0, ("I3", "eu"): 0, ("I4", "xa"): 0}
    assert steps > 20
    for cut in range(1, steps + 1, 3):
        came, _ = played(monkeypatch, cut, where)
        assert came == whole, (where, cut)


def test_a_register_and_authorities_are_kept_whole_or_not_at_all(tmp_path, monkeypatch):
    folder = begin(tmp_path / "market")
    with player_at(folder) as player:
        before = player.kinds()

        def dies(*_: object) -> None:
            raise Cut

        text = (folder / "authorities.yaml").read_text().replace("+999 20", "+999 21")
        (folder / "authorities.yaml").write_text(text)
        with monkeypatch.context() as patched:
            patched.setattr(Writing, "append", dies)
            with pytest.raises(Cut):
                keep.add_authorities(player.workspace, folder / "authorities.yaml", as_="awu")
        assert player.kinds() == before
        assert "+999 20 0117" in player.workspace.authorities.by_id("pso").contact.ways


def test_a_sweep_that_is_cut_off_before_its_cases_are_open_was_no_sweep(tmp_path, monkeypatch):
    """Else a final report could say that all was searched and nothing found."""
    with player_at(begin(tmp_path / "market")) as player:
        player.accept("recall.yaml")

        def dies(*_: object, **__: object) -> None:
            raise Cut

        with monkeypatch.context() as patched:
            patched.setattr("rectify.steps.sweep.gather", dies)
            with pytest.raises(Cut):
                player.sweep()
        assert "swept" not in player.kinds()
        with pytest.raises(Refused, match="nothing was searched"):
            report.report(player.workspace, RECALL, tmp_path / "reports", state="final", formats=["json"], as_="awu")
        assert player.sweep().opened == 5


def test_a_path_by_its_parts_is_what_the_steps_say(tmp_path):
    """The twin of each command returns records, not text."""
    folder = begin(tmp_path / "market")
    with player_at(folder) as player:
        got = receive.receive(player.workspace, (folder / "recall.yaml").read_bytes(), "recall.yaml", as_="kim")
        assert (got.book, got.again, got.order.reference) == (RECALL, False, RECALL)
        assert (
            confirm.confirm(player.workspace, RECALL, call=confirm.Call("+999 20 0117", "V", player.now), as_="awu")
            == "call"
        )
        assert accept.accept(player.workspace, RECALL, as_="awu").whole
        player.sweep()
        made = decide.decide(player.workspace, player.cases()["GW-1"].id, Judgement.VIOLATION, "The same.", as_="blin")
        assert (made.measure, made.machine) == ("remove_item", False)
