"""What lists and letters say is so: a letter that nobody got, a task by name, an appeal where nothing was done."""

from __future__ import annotations

import json

import pytest
from tests.journeys.desk_by_hand import begin, player_at, swept
from tests.journeys.test_reads_what_is_approved import told
from tests.journeys.world_by_hand import LICENCE, RECALL, copy_of

from rectify.cases.show import listed
from rectify.letters.compose import compose
from rectify.steps import end, hear, tell
from rectify.terms.letter import Occasion

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    """The licence order decided: the account V75 behind GW-7 has no mail address."""
    folder = tmp_path_factory.mktemp("told")
    made = begin(folder / "begun")
    swept(folder / "swept", made)
    with player_at(folder / "swept") as player:
        player.accept("licence.yaml")
        player.sweep(LICENCE)
        player.decide("GW-7", book=LICENCE)
        player.decide("GW-1")
    return folder / "swept"


@pytest.fixture
def there(decided, tmp_path, monkeypatch):
    folder = copy_of(decided, tmp_path / "market")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def done(there):
    with player_at(there) as player:
        player.carry_out(LICENCE)
        player.tell(LICENCE)
        player.carry_out(RECALL)
        player.tell(RECALL)
        sent = tell.send(player.workspace, as_="kim")
        (letter,) = [one for one in player.letters(LICENCE) if one.occasion is Occasion.REMOVED]
        assert letter.id in sent.no_address
    return letter.id


def test_a_letter_without_an_address_is_in_a_state_of_its_own(done, monkeypatch, capsys):
    answer = json.loads(told(monkeypatch, capsys, "--json", "letters", "list", LICENCE))
    states = {one["letter"]: one["state"] for one in answer["letters"]}
    assert states[done] == "no_address"
    shown = told(monkeypatch, capsys, "letters", "list", LICENCE)
    assert "no address" in shown
    assert "2 letters without an address" in shown  # and the acknowledgement: of this authority a phone alone is known


def test_the_report_says_in_both_languages_that_nobody_got_it(there, done, monkeypatch, capsys):
    for language, said in (("en", "no address"), ("zh", "无地址")):
        words = (
            "--json",
            "--as",
            "awu",
            "report",
            LICENCE,
            "--language",
            language,
            "--format",
            "html",
            "--format",
            "json",
        )
        files = json.loads(told(monkeypatch, capsys, *words))["files"]
        lines = json.loads((there / files["json"]).read_text())["told"]["by_occasion"]
        assert sum(line["no_address"] for line in lines if line["occasion"] == "removed") == 1
        assert said in (there / files["html"]).read_text()
    assert done


def test_a_task_names_its_letter_its_account_and_the_command(done, monkeypatch, capsys):
    answer = json.loads(told(monkeypatch, capsys, "--json", "tasks", "list", LICENCE))
    task = next(one for one in answer["tasks"] if one["about"] == done)
    assert task["what"] == "letter without address"
    shown = told(monkeypatch, capsys, "tasks", "show", task["task"])
    assert f"{done} (removed) to account V75" in shown
    assert f"rectify letters show {done}" in shown
    assert "..." not in shown.split("Next")[0]
    assert "V75" in told(monkeypatch, capsys, "tasks", "list", LICENCE)
    told(monkeypatch, capsys, "tasks", "show", "task-999", code=1)


def appeal(there, item="GW-1"):
    with player_at(there) as player:
        with player.workspace.ledger.reading() as connection:
            found = listed(player.workspace.ledger, connection, book=RECALL)
        return next(case.id for case in found if case.key and case.key.id == item)


def test_an_appeal_where_nothing_was_done_is_said_so(there, monkeypatch, capsys):
    case = appeal(there)
    shown = told(monkeypatch, capsys, "--as", "kim", "appeal", "record", case, "appeal.txt")
    assert "no measure stands" in shown
    name = json.loads(told(monkeypatch, capsys, "--json", "appeal", "list"))["appeals"][0]["appeal"]
    shown = told(monkeypatch, capsys, "--as", "mroy", "appeal", "grant", name, "-r", "It is a book.")
    assert "nothing is to be given back" in shown
    with player_at(there) as player:
        letter = player.letters(RECALL)[-1]
    assert "We undo" not in letter.subject + letter.body
    assert "There is nothing to undo" in letter.body


def test_an_appeal_against_what_stands_is_undone_by_the_order_it_names(there, done, monkeypatch, capsys):
    case = appeal(there)
    assert "no measure" not in told(monkeypatch, capsys, "--as", "kim", "appeal", "record", case, "appeal.txt")
    name = json.loads(told(monkeypatch, capsys, "--json", "appeal", "list"))["appeals"][0]["appeal"]
    shown = told(monkeypatch, capsys, "--as", "mroy", "appeal", "grant", name, "-r", "It is a book.")
    assert f"rectify measures rehearse {RECALL}" in shown
    with player_at(there) as player:
        assert "We undo what we did" in player.letters(RECALL)[-1].body


def test_what_was_given_back_already_does_not_stand(there, done):
    with player_at(there) as player:
        case = player.cases()["GW-1"].id
        assert hear.stands(player.workspace, case)
        end.end(player.workspace, RECALL, "Its term is over.", as_="awu")
        assert hear.stands(player.workspace, case)  # due to be given back, and not yet
        player.carry_out()
        assert not hear.stands(player.workspace, case)


def test_both_languages_say_that_nothing_is_to_be_undone():
    from tests.unit.letters.samples import of_appeal

    made = compose(Occasion.APPEAL_GRANTED, of_appeal(stands=False), ["en", "zh"], withheld=[])
    assert "Nothing stands against you" in made.text
    assert "无需撤销" in made.text
    assert "We undo" not in made.text
    assert "我们撤销" not in made.text
