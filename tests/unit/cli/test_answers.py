"""How commands answer: one object, counts in words, empty lists in a sentence, the nearest name for a slip."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from rectify.cli import main
from rectify.cli.show import Face, counted
from rectify.settings import LetterSettings, Limits, Secret, SmtpSettings
from rectify.terms.errors import PartlyDone


def call(monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["rectify", *words])
    with pytest.raises(SystemExit) as end:
        main.main()
    return end.value.code


def test_instants_are_written_in_utc(capsys):
    at = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=1)))
    Face(Path(), json=True).answer("order", {"due": at, "none": None})
    told = json.loads(capsys.readouterr().out)
    assert told == {"rectify": 1, "kind": "order", "due": "2026-11-20T08:00:00Z", "none": None}


def test_what_was_done_and_what_was_not_are_two_streams(capsys):
    face = Face(Path(), json=True)
    face.answer("carried out", {"outcomes": {"done": 1}})
    face.error(PartlyDone("some measures are not done"))
    told = capsys.readouterr()
    assert json.loads(told.out)["kind"] == "carried out"
    assert json.loads(told.err)["kind"] == "error"


def test_one_is_one_and_two_are_two():
    assert (counted(1, "measure"), counted(2, "measure"), counted(1200, "row")) == (
        "1 measure",
        "2 measures",
        "1,200 rows",
    )


def test_an_empty_list_is_told_in_a_sentence(capsys):
    Face(Path()).table(("CASE", "STATE"), [], empty="Nothing waits.")
    assert capsys.readouterr().out == "Nothing waits.\n"


def test_a_mistyped_command_names_the_nearest(monkeypatch, capsys):
    assert call(monkeypatch, "lettres") == 2
    assert 'did you mean "letters"?' in capsys.readouterr().err


def test_a_group_with_one_command_stays_a_group(monkeypatch, capsys):
    assert call(monkeypatch, "account", "bind", "--help") == 0
    assert "rectify account bind" in capsys.readouterr().out


def test_settings_are_shown_as_words_and_secrets_as_stars():
    from rectify.cli.keeping import _parts

    assert _parts(Limits()) == "measures 1000, share 0.01"
    mail = SmtpSettings("mail.example", password=Secret(file="secrets/smtp"), sender="a@b.example")
    shown = _parts(LetterSettings(smtp=mail))
    assert "password ***" in shown
    assert "secrets/smtp" not in shown


@pytest.mark.parametrize("group", ["order", "cases", "measures", "letters", "appeal", "pack", "ledger"])
def test_help_of_a_group_cuts_no_sentence(monkeypatch, capsys, group):
    assert call(monkeypatch, group, "--help") == 0
    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]
