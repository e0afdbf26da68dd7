from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rectify.cli import show
from rectify.cli.main import COMMANDS, in_front
from rectify.cli.orders import clock
from rectify.cli.show import Face, cells, drawn, quoted, safe, told
from rectify.terms.errors import Fault, Faulty, PartlyDone, Place, Refused
from rectify.terms.finding import Disguise, Evidence

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_a_fault_is_drawn_with_its_line_a_caret_and_a_remedy():
    place = Place("order.yaml", 9, 11, 4, "deadline: {at: 2026}")
    text = drawn(
        Fault("the deadline lies before receipt", place, "was November meant?", "Art. 9", "received 2026-11-20")
    )
    assert text.splitlines() == [
        "error: the deadline lies before receipt",
        "  --> order.yaml:9:11",
        "  9 | deadline: {at: 2026}",
        "    |           ^^^^ received 2026-11-20",
        " asked by: Art. 9",
        " help: was November meant?",
    ]


def test_the_caret_stands_under_chinese_text_too():
    lines = drawn(Fault("x", Place("f", 1, 4, 2, "名称：错误"))).splitlines()
    assert cells(lines[2].split("错误")[0]) == lines[3].index("^")
    assert lines[3].count("^") == 4


def test_foreign_text_cannot_move_the_cursor_or_turn_the_line():
    assert safe("a\x1b[2Jb\u202eevil\u200b") == "a[U+001B][2Jb[U+202E]evil[U+200B]"
    assert safe("西布曲明 é") == "西布曲明 é"


def test_evidence_is_quoted_as_written_with_marks_under_it():
    text = "Best V-P-N here"
    line, marks = quoted(text, Evidence("title", 5, 10, "service", "vpn", (Disguise.SPACED,)))
    assert line == text
    assert marks == "     ====="
    line, marks = quoted("最好的翻墙软件", Evidence("title", 3, 5, "service", "翻墙"))
    assert (cells(marks), marks.count("-")) == (10, 4)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused("no"), 1),
        (Faulty([Fault("a")]), 1),
        (PartlyDone("half"), 3),
        (KeyboardInterrupt(), 130),
        (ValueError("x"), 4),
    ],
)
def test_every_error_has_its_exit_code_and_no_traceback(error, code, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(show.tempfile, "tempdir", str(tmp_path))

    def fail():
        raise error

    assert told(fail, ["rectify", "x"]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_what_failed_inside_is_kept_in_a_named_file(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(show.tempfile, "tempdir", str(tmp_path))

    def fail():
        raise ZeroDivisionError("oops")

    told(fail, ["rectify", "x"])
    name = capsys.readouterr().err.split("the whole story is in ")[1].split(";")[0]
    assert "ZeroDivisionError" in Path(name).read_text()


def test_options_of_every_command_may_stand_anywhere_before_two_dashes():
    assert in_front(["order", "list", "--json", "--as", "awu"]) == ["--json", "--as", "awu", "order", "list"]
    assert in_front(["pack", "try", "p", "--", "--json"]) == ["pack", "try", "p", "--", "--json"]
    assert in_front(["-w", "demo", "order", "show", "X"])[:2] == ["-w", "demo"]


def test_a_clock_says_in_words_what_is_left():
    assert clock(None, NOW, "UTC") == "no instant: without undue delay"
    assert clock(NOW + timedelta(hours=3, minutes=5), NOW, "UTC").startswith("!! 3 h 05 min left")
    assert clock(NOW + timedelta(days=4), NOW, "Europe/Berlin").startswith(
        "4 d 0 h left, Tue 24 Nov 2026 10:00 Europe/Berlin"
    )
    assert clock(NOW - timedelta(hours=2), NOW, "UTC").startswith("!! overdue by 2 h 00 min; tell the authority why")


def test_every_command_of_the_list_loads():
    from importlib import import_module

    for name, (where, text, _) in COMMANDS.items():
        module, attribute = where.split(":")
        assert hasattr(import_module(module), attribute), name
        assert text


def test_json_is_one_object_with_a_version(capsys):
    face = Face(Path(), json=True)
    face.tell("not shown")
    face.answer("kind", {"a": 1})
    assert capsys.readouterr().out == '{"rectify": 1, "kind": "kind", "a": 1}\n'
