"""A reviewer with a deadline: what waits is counted and filtered, one case after the other, and an end is no dead end."""

from __future__ import annotations

import json

import pytest
from tests.journeys.desk_by_hand import begin, player_at, swept
from tests.journeys.test_reads_what_is_approved import told
from tests.journeys.world_by_hand import ITEMS, RECALL, copy_of, write_catalogue

from rectify.steps import end, report

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    """The recall swept over a catalogue with sixty prams more, two of them of one account, some sold in XB alone: so many
    that fifty of all hold one, whichever fifty.
    """
    folder = tmp_path_factory.mktemp("loop")
    made = begin(folder / "begun")
    pram = ITEMS["GW-1"]
    sold = {n: "xb" if n == 5 or n >= 44 else "xa" for n in range(60)}
    more = {f"P-{n}": (*pram[:2], "V73" if n < 2 else f"W{n}", sold[n], *pram[4:]) for n in range(60)}
    write_catalogue(made, {**ITEMS, **more}, bad="")
    return swept(folder / "swept", made)


@pytest.fixture
def there(waiting, tmp_path, monkeypatch):
    folder = copy_of(waiting, tmp_path / "market")
    monkeypatch.chdir(folder)
    return folder


def test_a_list_says_how_many_wait_and_how_to_see_them(there, monkeypatch, capsys):
    answer = json.loads(told(monkeypatch, capsys, "--json", "cases", "list", RECALL))
    shown = told(monkeypatch, capsys, "cases", "list", RECALL)
    assert answer["all"] > 60
    assert f"... and {answer['all'] - 50} more: --limit {answer['all']}" in shown
    assert f"{answer['all']} wait" in shown
    everything = told(monkeypatch, capsys, "cases", "list", RECALL, "--limit", answer["all"])
    assert "more: --limit" not in everything


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (("--verdict", "review"), lambda case: case["verdict"] == "review"),
        (("--rule", "same-gtin"), lambda case: any(rule.endswith("/same-gtin") for rule in case["rules"])),
        (("--rule", "identical-products/same-gtin"), lambda case: "identical-products/same-gtin" in case["rules"]),
        (("--account", "V73"), lambda case: case["item"][2] in ("P-0", "P-1", "GW-8")),
    ],
)
@pytest.mark.parametrize("state", ["open", "all"])
def test_a_list_is_narrowed_by_rule_verdict_and_account(there, monkeypatch, capsys, words, kept, state):
    everything = json.loads(told(monkeypatch, capsys, "--json", "cases", "list", RECALL, "--limit", 100))["cases"]
    narrowed = json.loads(
        told(monkeypatch, capsys, "--json", "cases", "list", RECALL, "--state", state, "--limit", 100, *words)
    )
    expected = {case["case"] for case in everything if kept(case)}
    assert {case["case"] for case in narrowed["cases"]} == expected
    assert narrowed["all"] == len(expected)
    if "--rule" in words:
        assert expected


def test_a_filter_that_names_nothing_is_told(there, monkeypatch, capsys):
    told(monkeypatch, capsys, "cases", "list", RECALL, "--account", "nobody", code=1)
    told(monkeypatch, capsys, "cases", "list", RECALL, "--verdict", "violatoin", code=2)


def test_one_case_after_the_other_without_copying_ids(there, monkeypatch, capsys):
    seen = []
    for _ in range(3):
        answer = json.loads(told(monkeypatch, capsys, "--json", "cases", "next", RECALL))
        seen.append((answer["case"], answer["waiting"]))
        said = told(monkeypatch, capsys, "--as", "blin", "cases", "decide", answer["case"], "outside", "-r", "Not it.")
        assert f"rectify cases next {RECALL}" in said
    assert len({case for case, _ in seen}) == 3
    assert [n for _, n in seen] == [seen[0][1], seen[0][1] - 1, seen[0][1] - 2]
    first = json.loads(told(monkeypatch, capsys, "--json", "cases", "next", RECALL))["case"]
    other = json.loads(told(monkeypatch, capsys, "--json", "cases", "next", RECALL, "--skip", first))["case"]
    assert other != first


def test_a_shop_front_outside_the_order_is_said_in_the_case_and_in_its_lot(there, monkeypatch, capsys):
    cases = json.loads(told(monkeypatch, capsys, "--json", "cases", "list", RECALL, "--limit", 100))["cases"]
    known = {case["item"][2]: case["case"] for case in cases}
    assert "xb (XB, outside the order)" in told(monkeypatch, capsys, "cases", "show", known["P-5"])
    lot = told(monkeypatch, capsys, "cases", "show", known["P-3"])
    assert "xb (XB, outside the order)" in lot
    assert "Alike     50 of 6" in lot
    assert "eu (XA, XB; XB outside the order)" in told(monkeypatch, capsys, "cases", "show", known["GW-6"])


def test_an_end_says_what_stays_undecided_and_the_final_report_counts_it(there, monkeypatch, capsys):
    shown = told(monkeypatch, capsys, "--as", "awu", "order", "end", RECALL, "--reasons", "Its term is over.")
    assert "not decided: the order ended first" in shown
    assert "the order ended first" in told(monkeypatch, capsys, "cases", "list", RECALL)
    assert "not decided: the order ended first" in told(monkeypatch, capsys, "order", "show", RECALL)
    answer = json.loads(told(monkeypatch, capsys, "--json", "--as", "awu", "report", RECALL, "--state", "final"))
    told_of = json.loads((there / answer["files"]["json"]).read_text())
    assert told_of["cases"]["all"] == told_of["cases"]["open"] > 60
    left = {line["reason"]: line["n"] for line in told_of["left"]}
    assert left["cases not decided: the order ended first"] == told_of["cases"]["open"]


def test_an_annulled_order_can_be_reported_with_cases_open(there, tmp_path):
    with player_at(there) as player:
        end.annul(player.workspace, RECALL, "The court annulled it.", as_="awu")
        made = report.report(player.workspace, RECALL, tmp_path / "r", state="final", formats=["json"], as_="awu")
    assert made.report.cases["open"] == made.report.cases["all"] > 60


def test_an_order_without_cases_says_none(tmp_path, monkeypatch, capsys):
    made = begin(tmp_path / "begun")
    monkeypatch.chdir(made)
    with player_at(made) as player:
        player.accept("recall.yaml")
    assert "Cases      none" in told(monkeypatch, capsys, "order", "show", RECALL)


def test_a_report_goes_into_its_workspace_wherever_it_is_called(there, tmp_path, monkeypatch, capsys):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    told(monkeypatch, capsys, "-w", there, "--as", "awu", "report", RECALL, "--format", "json")
    assert not list(elsewhere.iterdir())
    assert (there / "reports" / RECALL / "report.json").is_file()


def test_a_decision_that_stands_is_taken_back_by_a_command_that_is_named(there, monkeypatch, capsys):
    first = json.loads(told(monkeypatch, capsys, "--json", "cases", "next", RECALL))["case"]
    decide = ("--as", "blin", "cases", "decide", first, "outside", "-r", "Not it.")
    told(monkeypatch, capsys, *decide)
    assert _refused(monkeypatch, capsys, *decide).count("case case") == 0
    with player_at(there) as player:
        (made,) = player.workspace.ledger.entries(book=RECALL, kinds=["decided"])
    assert f"--supersede {made.sequence}" in _refused(monkeypatch, capsys, *decide)
    told(monkeypatch, capsys, *decide, "--supersede", made.sequence)


def _refused(monkeypatch, capsys, *words):
    from tests.journeys.test_faces import call

    assert call(monkeypatch, *words) == 1
    return capsys.readouterr().err
