"""Documents are read strictly, nothing is typed, and every fault has its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.documents import Node, read_document, write_document
from rectify.terms.errors import Fault, Faulty
from rectify.terms.order import Act


def plain(node: Node) -> object:
    if node.kind == "mapping":
        return {key: plain(child) for key, child in node.entries.items()}
    if node.kind == "sequence":
        return [plain(child) for child in node.items]
    return None if node.null else node.text


def faults(data: bytes | str) -> list[str]:
    with pytest.raises(Faulty) as told:
        read_document(data, "f.yaml")
    return [str(fault) for fault in told.value.faults]


def test_scalars_stay_as_they_were_written() -> None:
    text = "gtin: 0123\nno: [no, 1_000, 0x1F, 2026-11-20, 1e3, .inf]\nnull: 'null'\nempty: null\n"
    assert plain(read_document(text, "f")) == {
        "gtin": "0123",
        "no": ["no", "1_000", "0x1F", "2026-11-20", "1e3", ".inf"],
        "null": "null",
        "empty": None,
    }


def test_a_node_knows_its_place_its_key_and_the_path_to_it() -> None:
    node = read_document("a:\n  - b: {c: deep text}  # a note\n", "f.yaml").entries["a"].items[0].entries["b"]
    place = node.entries["c"].place
    assert (place.file, place.line, place.column, place.length, place.path) == ("f.yaml", 2, 12, 9, "a.0.b.c")
    assert place.excerpt[place.column - 1 :][: place.length] == "deep text"
    key = node.key
    assert key is not None
    assert (key.column, key.length) == (5, 1)
    assert node.place.length == len("{c: deep text}")


def test_lines_are_those_of_an_editor() -> None:
    for end in ("\n", "\r\n", "\r"):
        node = read_document(f"a: 1{end}{end}b: 2{end}", "f").entries["b"]
        assert (node.place.line, node.place.excerpt) == (3, "b: 2")


def test_a_line_too_long_for_a_caret_is_not_quoted() -> None:
    assert read_document("{a: " + "x" * 300 + "}", "f").entries["a"].place.excerpt == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1", "f.yaml:1:4: an anchor (&x) is not read (take it out)"),
        ("a: 1\nb: *x", "f.yaml:2:4: an alias (*x) is not read (write the value out)"),
        ("a: !!python/object:os.system x", "f.yaml:1:4: a tag (!) is not read"),
        ("a: 1\n<<: 2", "f.yaml:2:1: a merge key (<<) is not read"),
        ("a: 1\nb: 2\na: 3", 'f.yaml:3:1: the key "a" stands twice, first in line 1'),
        ("%YAML 1.1\n---\na: no", "f.yaml:1:1: directives (%YAML, %TAG) are not read"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document begins here"),
        ("? [a]\n: b", "f.yaml:1:3: a key must be a word"),
        (": b", "f.yaml:1:1: a key is empty"),
        ("[" * 21, "f.yaml:1:21: nested deeper than 20 levels"),
        ("a: x\x00y", "f.yaml:1:5: the control sign U+0000 may not stand in a document"),
        ('a: "\\x1b[31m"', "f.yaml:1:4: the control sign U+001B may not stand in a text"),
        ("a: x\u2028b: y", "f.yaml:1:5: the control sign U+2028 may not stand in a document"),
        ('a: "\\UFFFFFFFF"', "f.yaml:1:2: what follows here cannot be read"),
        ("", "f.yaml:1:1: the file is empty"),
        ("# nothing", "f.yaml:1:1: the file is empty"),
        ("a:\n\tb: 1", "f.yaml:2:1: this cannot be read: found character '\\t' that cannot start any token"),
        ("a: 1\nb: 'x\ny", "f.yaml:2:4: this cannot be read: found unexpected end of stream"),
        ("a: b: c", "f.yaml:1:5: this cannot be read: mapping values are not allowed here"),
    ],
)
def test_what_the_form_forbids_is_told_with_its_place(text: str, expected: str) -> None:
    told = faults(text)
    assert len(told) == 1
    assert told[0].startswith(expected)


def test_faults_of_form_are_told_all_at_once() -> None:
    assert len(faults("a: &x [no, !!str 1]\na: *x\n<<: {b: 1, b: 2}\nz: 'open")) == 7


def test_bad_utf8_is_told_with_line_and_column() -> None:
    assert faults("a: 1\nb: 中".encode() + b"\xff") == [
        "f.yaml:2:5: the byte 0xFF is not UTF-8 (save the file as UTF-8)"
    ]


def test_a_file_over_the_size_is_not_parsed() -> None:
    assert faults("a" * 262_145) == ["f.yaml: the file has 262,145 bytes (at most 262,144 bytes)"]
    read_document("a" * 262_144, "f")


def test_json_is_read_as_it_stands_with_tabs_and_surrogate_pairs() -> None:
    text = '{\n\t"a\\\\": "\\ud83d\\ude00\\/", "b": [1.50, null, true]}'
    node = read_document(text, "f")
    assert plain(node) == {"a\\": "😀/", "b": ["1.50", None, "true"]}
    assert node.entries["b"].place.column == text.split("\n")[1].index("[") + 1


def test_no_fault_carries_a_sign_that_a_terminal_obeys() -> None:
    for text in ("a: \x1b[31m\x9b", "*\x7f", "a: 1\n\x1b: 2"):
        with pytest.raises(Faulty) as told:
            read_document(text, "f")
        assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in str(told.value).replace("\n", ""))
        assert not any("\x1b" in fault.place.excerpt for fault in told.value.faults if fault.place)


words = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\ufffe\uffff"))
trees = st.recursive(
    st.none() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words.filter(lambda w: w not in ("", "<<")), inner),
    max_leaves=8,
)


@given(trees.filter(lambda tree: tree is not None))
def test_what_was_written_is_read_back_the_same(tree: object) -> None:
    assert plain(read_document(write_document(tree), "f")) == tree
    if isinstance(tree, (dict, list)):
        assert plain(read_document(json.dumps(tree, indent="\t"), "f")) == tree


def test_plain_records_are_written_as_they_are_read() -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    text = write_document({"at": at, "day": at.date(), "kinds": frozenset({"b", "a"}), "act": Act.ORDER, "none": None})
    assert plain(read_document(text, "f")) == {
        "at": "2026-11-20T08:00:00+00:00",
        "day": "2026-11-20",
        "kinds": ["a", "b"],
        "act": "order",
        "none": None,
    }
    twice = ["x"]
    assert "&" not in write_document([twice, twice])


pieces = st.sampled_from(
    [*"{}[]:,-?&*!|>'\"%@`#~<\\ \n\t", "a", "0", "<<", "--- ", "...", "\\x", "\\ud83d", "\r", "\x85", "\ufeff", "é"]
)


@given(st.binary(max_size=60) | st.lists(pieces, max_size=40).map("".join) | st.text(max_size=40))
def test_no_input_causes_anything_but_a_tree_or_faults(data: bytes | str) -> None:
    told: tuple[Fault, ...] = ()
    try:
        read_document(data, "f.yaml")
    except Faulty as error:
        told = error.faults or (Fault("none was told"),)
    assert all(fault.place is not None and fault.place.file == "f.yaml" for fault in told)
