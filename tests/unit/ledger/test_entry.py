"""An entry says what its kind says, in canonical bytes that read back for ever."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.ledger import entry as entries
from rectify.ledger.entry import check, fields, leaf_hash, plain, read, write
from rectify.terms.entry import HOUSE, Draft, Entry, Private
from rectify.terms.errors import Broken
from rectify.terms.kinds import KINDS, EntryKind

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIRST = Entry(0, "order-1", 0, "", AT, "task_done", 1, "person-1", {"task": "task-1"})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def test_the_bytes_of_an_entry_never_change():
    assert write(FIRST) == (
        b'{"actor":"person-1","at":"2026-11-20T08:00:00Z","body":{"task":"task-1"},"book":"order-1","book_sequence":0,'
        b'"kind":"task_done","parts":{},"previous":"","sequence":0,"version":1}'
    )
    assert leaf_hash(write(FIRST)).hex() == "cb1cc742f06332b52a92fdcb88129c0ca8fadc4092ba872819e5ba600825d8f7"


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.text(max_size=10))
def test_an_entry_reads_back(body, actor):
    written = Entry(
        7,
        "order-1",
        3,
        "ab" * 32,
        AT,
        "task_done",
        1,
        actor,
        body,
        {"text": {"id": "7.text", "subject": "order:1", "commit": "0"}},
    )
    assert read(write(written)) == written
    assert fields(write(written))["body"] == body


@given(JSON)
def test_plain_values_are_what_json_gives_back(value):
    assert plain(value, "x") == value


class Word(StrEnum):
    REMOVED = "removed"


class Number(IntEnum):
    THREE = 3


def test_tuples_and_enums_become_lists_words_and_numbers():
    out = plain({"a": (Word.REMOVED, Number.THREE, True)}, "x")
    assert out == {"a": ["removed", 3, True]}
    assert [type(value) for value in out["a"]] == [str, int, bool]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"share": 0.01}, "x.share is a float"),
        ({"n": [1, 2**53]}, "x.n.1 is a number beyond 2\\^53"),
        ({"at": AT}, "x.at is a datetime"),
        ({1: 2}, "x has a name that is not text: 1"),
        ({"codes": frozenset("a")}, "x.codes is a frozenset"),
        ("\ud800", "half a character"),
        (b"bytes", "x is a bytes"),
    ],
)
def test_what_an_entry_cannot_hold_is_named_with_its_place(value, why):
    with pytest.raises(Broken, match=why):
        plain(value, "x")


@pytest.mark.parametrize(
    ("draft", "why", "remedy"),
    [
        (Draft("asket", "order-1", {}), 'no kind of entry is called "asket"', 'did you mean "asked"?'),
        (Draft("asked", HOUSE, {}), "belongs to an order's book", ""),
        (Draft("opened", "order-1", {"origin": "", "rectify_version": ""}), "belongs to the house's book", ""),
        (Draft("task_done", "order-1", {}), '"task_done" lacks: task', ""),
        (Draft("task_done", "order-1", {"task": "1", "places": ""}), 'has no field "places"', 'did you mean "place"?'),
        (
            Draft("asked", "order-1", {}, {"questions": Private("order:1", "")}),
            'no private part "questions"',
            'did you mean "question"?',
        ),
        (Draft("asked", "order-1", {}, {"question": Private("Anna", "")}), "no subject", "account:"),
        (Draft("asked", "order 1", {}), "no name of a book", "letters"),
    ],
)
def test_a_draft_that_does_not_say_what_its_kind_says_is_refused(draft, why, remedy):
    with pytest.raises(Broken, match=why) as refused:
        check(draft)
    assert remedy in refused.value.remedy


def test_optional_fields_and_private_parts_may_be_absent():
    check(Draft("task_done", "order-1", {"task": "task-1"}))
    check(Draft("task_done", "order-1", {"task": "task-1", "place": "x"}, {"text": Private("order:order-1", "done")}))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_can_be_drafted(kind):
    check(
        Draft(
            kind.name,
            HOUSE if kind.house else "order-1",
            dict.fromkeys(kind.required, ""),
            {name: Private("order:1", "") for name in kind.private},
        )
    )


@pytest.mark.parametrize(
    "data",
    [
        write(FIRST).replace(b":0,", b": 0,", 1),
        write(FIRST).replace(b":0,", b":0.0,", 1),
        b"[]",
        b"{}",
        b"\xff",
        b"",
        write(FIRST).replace(b'"actor"', b'"actor":"x","actor"'),
        b"[" * 100_000,
    ],
)
def test_bytes_of_another_form_are_no_entry(data):
    with pytest.raises(ValueError):
        fields(data)


def test_an_older_version_is_brought_up_when_it_is_read(monkeypatch):
    old = write(FIRST)
    monkeypatch.setitem(KINDS, "task_done", EntryKind("task_done", False, ("task", "hours"), ("text",)))
    monkeypatch.setitem(entries.VERSIONS, "task_done", 2)
    monkeypatch.setitem(entries.UPCASTERS, ("task_done", 1), lambda body, parts: ({**body, "hours": 0}, parts))
    assert read(old).body == {"task": "task-1", "hours": 0}
    assert read(old).version == 2
    assert leaf_hash(old) == leaf_hash(write(FIRST))


def test_an_entry_of_a_newer_program_is_told():
    with pytest.raises(Broken, match='"task_done" of version 2') as refused:
        read(write(FIRST).replace(b'"version":1', b'"version":2'))
    assert "newer version" in refused.value.remedy
