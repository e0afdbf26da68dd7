"""What people are told at the command line, through real workspaces: nothing that was given is passed over in silence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.journeys.steps.small_world import AUTHORITIES, ORDER, accepted, acted, cases, market, order_file

from rectify.cli import main
from rectify.cli.show import cells
from rectify.intake.orders import read_order
from rectify.steps.decide import decide
from rectify.steps.keep import add_authorities
from rectify.steps.seek import check_sought, packs_absent
from rectify.steps.sweep import sweep
from rectify.terms.case import Judgement
from rectify.terms.errors import Refused, Unknown

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
    with pytest.raises(Refused, match="nothing is left to look for: unlicensed-vpn/"):
        check_sought(packs, order("{acts: [recommend], kinds: [listing], packs: [unlicensed-vpn]}"))


def test_a_sweep_goes_on_without_a_pack_that_is_not_here_and_says_so(tmp_path):
    subject = "{acts: [sell], kinds: [listing], packs: [unlicenced-vpn], items: [{id: A-1}]}"
    with market(tmp_path) as (workspace, _):
        book = accepted(workspace, instrument="national", subject=subject)
        made = sweep(workspace, book, workers=0, as_="kim")
    assert made.opened == 1
    assert any('the pack "unlicenced-vpn", which is not here' in note for note in made.notes)


# what is given at the command line


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a catalogue and an order, and nothing else: no workspace."""
    monkeypatch.chdir(tmp_path)
    served = f"{{at: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}, by: mail}}"  # the command line has the machine's clock
    (tmp_path / "order.yaml").write_bytes(order_file("XA-1", served=served))
    (tmp_path / "items.csv").write_text(ITEMS)
    return tmp_path


def make_pack(folder: Path) -> None:
    """A pack of one rule with a trial of both kinds."""
    (folder / "trials").mkdir(parents=True)
    (folder / "pack.yaml").write_text(
        f"pack: {folder.name}\nversion: 1\ntitle: {{en: Kites}}\nacts: [sell]\nkinds: [listing]\n"
        "words:\n  w: {terms: {en: [kite]}}\nrules:\n  - {id: r, when: w, verdict: review, why: A kite.}\n"
    )
    (folder / "trials" / "t.yaml").write_text(
        "- {text: kite, expect: review, rule: r}\n- {text: lamp, expect: none, rule: r}\n"
    )


SCREEN = ("screen", "items.csv", "-p", "unlicensed-vpn")
RECALL = ("screen", "items.csv", "-p", "identical-products", "--order", "order.yaml")


@pytest.mark.parametrize("name", ["items.csv", "link.csv", "hard.csv", "../there/items.csv", "register.csv"])
def test_screen_never_writes_over_what_it_reads(here, monkeypatch, capsys, name):
    (here / "link.csv").symlink_to("items.csv")
    (here / "hard.csv").hardlink_to(here / "items.csv")
    (here.parent / "there").unlink(missing_ok=True)
    (here.parent / "there").symlink_to(here)
    (here / "register.csv").write_text("x")
    more = ("--register", "register.csv") if name.startswith("register") else ()
    monkeypatch.setattr("rectify.rules.register_files.read_register", lambda data, name: None)
    assert call(monkeypatch, *SCREEN, "-o", name, *more) == 1
    said = capsys.readouterr().err
    assert "would overwrite" in said
    assert "choose another place" in said
    assert (here / "items.csv").read_text() == ITEMS


def test_rows_set_aside_never_write_over_what_is_read(here, monkeypatch, capsys):
    (here / "items.csv").rename(here / "found.rejected.csv")
    assert call(monkeypatch, "screen", "found.rejected.csv", "-p", "unlicensed-vpn", "-o", "found.csv") == 1
    assert "would overwrite found.rejected.csv" in capsys.readouterr().err


def test_findings_never_write_over_the_words_of_the_pack(here, monkeypatch, capsys):
    make_pack(here / "mine")
    words = here / "mine" / "words" / "w.csv"
    words.parent.mkdir()
    words.write_text("term,language\nkites,en\n")
    assert call(monkeypatch, "screen", "items.csv", "-p", "mine", "-o", "mine/words/w.csv") == 1
    assert "would overwrite" in capsys.readouterr().err
    assert words.read_text().startswith("term")


def test_eval_and_run_never_write_over_what_they_read(here, monkeypatch, capsys):
    (here / "labelled.csv").write_text("id,title,label,topic\n1,vpn,violation,vpn\n")
    assert call(monkeypatch, "eval", "labelled.csv", "-p", "unlicensed-vpn", "-t", "vpn", "-o", "labelled.csv") == 1
    assert "would overwrite" in capsys.readouterr().err
    (here / "order.yaml").rename(here / "report.json")
    assert call(monkeypatch, "run", "report.json", "-c", "items.csv", "-o", ".") == 1
    assert "would overwrite report.json" in capsys.readouterr().err


def test_columns_that_nobody_reads_and_files_without_words_are_told(here, monkeypatch, capsys):
    (here / "items.csv").write_text("ref,stock,\n1,5,x\n2,6,y\n")
    assert call(monkeypatch, *SCREEN, "-o", "f.csv", "-q") == 0
    said = capsys.readouterr().err
    assert said.startswith("warning: no column is read as title, text, variants or attributes")
    assert "--map COLUMN=title" in said
    assert call(monkeypatch, *SCREEN, "-o", "f.csv") == 0
    assert "not read by anything: stock, (no name)\n" in capsys.readouterr().err
    assert call(monkeypatch, "run", "order.yaml", "-c", "items.csv", "-o", "out") == 0
    told = capsys.readouterr()
    assert "not read by anything: stock, (no name)\n" in told.err
    assert "warning: no column is read as title" in told.err
    assert "Missing   the order names this place, and no catalogue has it: A-1" in told.out


def test_a_person_says_which_column_is_which(here, monkeypatch, capsys):
    (here / "items.csv").write_text("key,what\nA B,a monthly vpn subscription\nA B C,Lamp\n")
    assert call(monkeypatch, *SCREEN, "-o", "f.csv") == 1
    assert "map one of them to id: key, what" in capsys.readouterr().err
    mapped = ("--map", "key=id", "--map", "what=text")
    assert call(monkeypatch, *SCREEN, "-o", "f.csv", *mapped) == 0
    assert "violation 1 " in capsys.readouterr().out
    assert call(monkeypatch, "run", "order.yaml", "-c", "items.csv", "-o", "out", *mapped) == 0
    assert "column what is read as text" in capsys.readouterr().err
    assert call(monkeypatch, "-w", "ws", "init", "--from", "items.csv", *mapped) == 0
    assert "as it was said" in capsys.readouterr().out
    assert "what: text" in (here / "ws" / "rectify.yaml").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*SCREEN, "-o", "f.csv", "--map", "title"), "not of the form COLUMN=FIELD"),
        ((*SCREEN, "-o", "f.csv", "--map", "title=titel"), 'did you mean "title"?'),
        ((*SCREEN, "-o", "f.csv", "--kind", "listings"), 'did you mean "listing"?'),
        ((*SCREEN, "-o", "f.csv", "--fail-on", "x"), "known: violation"),
        (("run", "order.yaml", "-c", "items.csv", "-o", "out", "--fail-on", "violations"), 'did you mean "violation"?'),
        (("run", "order.yaml", "-c", "items.csv", "-o", "out", "--kind", "x"), "known: app, comment"),
        (("pack", "try", "unlicensed-vpn", "vpn", "--kind", "foo"), "known: app, comment"),
        (("pack", "try", "unlicensed-vpn", "vpn", "--field", "titel"), 'did you mean "title"?'),
        (("findings", "found.parquet", "--rule", "unlicensed-vpn/vpn"), "did you mean \"unlicensed-vpn/"),
        (("findings", "found.parquet", "--rule", "identical-products/same-gtim"), 'did you mean "identical-products/same-gtin"?'),
        (("findings", "found.parquet", "--verdict", "reviews"), 'did you mean "review"?'),
        (("init", "--kind", "x"), "known: app, comment"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_wrong_usage_and_the_nearest_name_is_told(here, monkeypatch, capsys, words, said):
    if words[0] == "findings":
        assert call(monkeypatch, *RECALL, "-o", "found.parquet") == 0
    assert call(monkeypatch, *words) == 2
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert not (here / "rectify.yaml").exists()


def test_a_column_that_the_file_does_not_have_is_told_with_the_nearest(here, monkeypatch, capsys):
    assert call(monkeypatch, *SCREEN, "-o", "f.csv", "--map", "titel=title") == 1
    assert 'has no column "titel"' in capsys.readouterr().err


def test_a_pack_that_seeks_what_an_order_names_is_refused_without_one(here, monkeypatch, capsys):
    (here / "labelled.csv").write_text("id,title,label,topic\n1,Pram,violation,pram\n")
    for words, remedy in (
        ((*RECALL[:4], "-o", "f.csv"), "--order FILE"),
        (("pack", "try", "identical-products", "Kite K3-2024"), "--order FILE"),
        (("eval", "labelled.csv", "-p", "identical-products", "-t", "pram"), "pairs"),
    ):
        assert call(monkeypatch, *words) == 1
        said = capsys.readouterr().err
        assert "identical-products seeks only what an order names" in said
        assert remedy in said
    assert call(monkeypatch, "pack", "try", "identical-products", "Pram Kite K3-2024", "--order", "order.yaml") == 0
    assert "same-model" in capsys.readouterr().out
    assert call(monkeypatch, *RECALL, "-o", "f.csv") == 0
    assert "violation 1" in capsys.readouterr().out


def test_unknown_labels_and_topics_of_a_labelled_file_are_told_and_count_as_negative(here, monkeypatch, capsys):
    rows = (
        "".join(f"{n},vpn,Violation,vpn\n" for n in range(30)) + "40,vpn,violation,vpn\n41,vpn,,vpn\n,vpn,clean,vpn\n"
    )
    (here / "labelled.csv").write_text("id,title,label,topic\n" + rows)
    assert call(monkeypatch, "--json", "eval", "labelled.csv", "-p", "unlicensed-vpn", "-t", "vpns") == 0
    told = capsys.readouterr()
    said = " ".join(json.loads(told.out)["notes"])
    assert '30 rows have the label "Violation"' in said
    assert 'did you mean "violation"?' in said
    assert 'no row has the topic "vpns", so that nothing is positive; did you mean "vpn"?' in said
    assert "1 rows could not be read" in said
    assert call(monkeypatch, "eval", "labelled.csv", "-p", "unlicensed-vpn", "-t", "vpns") == 0
    assert 'warning: 30 rows have the label "Violation"' in capsys.readouterr().err


def test_a_file_of_clean_rows_alone_is_scored_for_any_topic(here, monkeypatch, capsys):
    (here / "labelled.csv").write_text("id,title,label,topic\n1,a lamp,clean,none\n")
    assert call(monkeypatch, "eval", "labelled.csv", "-p", "unlicensed-vpn", "-t", "vpn") == 0


def test_rows_set_aside_and_the_encoding_are_told_by_init(here, monkeypatch, capsys):
    (here / "items.csv").write_bytes("id;title\n1;a;b\n2;c;d\n3;e;f\n4;g;h\n".encode("utf-16"))
    assert call(monkeypatch, "-w", "ws", "init", "--from", "items.csv") == 0
    said = capsys.readouterr().err
    assert "warning: 4 of 4 rows set aside: row 1 has 3 cells where the header names 2; row 2" in said
    assert "; and 1 more" in said
    assert "note: items.csv: read as UTF-16" in said
    assert "note: items.csv: cells are parted by semicolons" in said


def test_many_columns_are_one_line_and_names_line_up(here, monkeypatch, capsys):
    (here / "items.csv").write_text("id,标题," + ",".join(f"zz{n}" for n in range(98)) + "\n1,a" + "," * 98 + "\n")
    assert call(monkeypatch, "-w", "ws", "init", "--from", "items.csv") == 0
    lines = capsys.readouterr().out.splitlines()
    (unread,) = [line for line in lines if "not read by anything" in line]
    assert unread.startswith("  not read by anything: zz0, zz1, ")
    assert unread.endswith("zz97")
    first, second = (line.partition("->")[0] for line in lines if "->" in line)
    assert cells(first) == cells(second)


def test_a_file_without_a_row_is_warned_of(here, monkeypatch, capsys):
    (here / "items.csv").write_text("id,title\n")
    for words in ((*SCREEN, "-o", "f.csv"), ("run", "order.yaml", "-c", "items.csv", "-o", "out")):
        assert call(monkeypatch, *words) == 0
        assert "warning: no row was screened: there is none; nothing can be found" in capsys.readouterr().err


def test_rounded_bar_codes_and_broken_headers_are_told_by_run_and_screen(here, monkeypatch, capsys):
    (here / "items.csv").write_bytes(b"id,title,ean,Verk\xe4ufer\n1,Pram,9.52123E+12,S\n")
    for words in ((*RECALL, "-o", "f.csv"), ("run", "order.yaml", "-c", "items.csv", "-o", "out")):
        assert call(monkeypatch, *words) == 0
        said = capsys.readouterr().err
        assert "1 bar code cannot be read: a spreadsheet has rounded it" in said
        assert "the header holds broken signs" in said
        assert "Verkäufer" in said


# how commands answer


def test_both_counts_stand_in_json_also_where_nothing_was_found(here, monkeypatch, capsys):
    assert call(monkeypatch, *SCREEN, "-o", "f.csv", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["violation"], told["review"], told["unread"]) == (0, 0, [])


def test_quiet_keeps_the_answer_and_leaves_the_talk(here, monkeypatch, capsys):
    assert call(monkeypatch, *RECALL, "-o", "f.csv", "-q") == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert "Seen 3" in told.out


def test_the_version_is_one_object_where_json_is_asked_for(monkeypatch, capsys):
    assert call(monkeypatch, "--version", "--json") == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "version"


@pytest.mark.parametrize("words", [("order", "list"), ("cases", "list"), ("config", "show"), ("sweep", "X")])
def test_a_folder_without_a_workspace_is_a_fault_in_what_was_given(here, monkeypatch, capsys, words):
    assert call(monkeypatch, *words) == 1
    said = capsys.readouterr().err
    assert f"there is no rectify.yaml in {here}" in said
    assert "rectify init" in said


def test_a_folder_without_a_pack_is_told_and_the_pack_file_itself_is_taken(here, monkeypatch, capsys):
    (here / "e").mkdir()
    assert call(monkeypatch, "pack", "check", "e") == 1
    assert "there is no pack.yaml in e" in capsys.readouterr().err
    assert call(monkeypatch, "pack", "check", "e/pack.yaml") == 1
    assert "there is no e/pack.yaml" in capsys.readouterr().err
    assert call(monkeypatch, "pack", "check", "order.yaml") == 1
    assert "give its folder" in capsys.readouterr().err
    make_pack(here / "e")
    for name in ("e", "e/pack.yaml"):
        assert call(monkeypatch, "pack", "check", name) == 0
        assert capsys.readouterr().out.startswith("No faults  e 1: 1 rules, 2 trials\n")
