"""Full-width signs, brackets that nobody closed, and files that are no text are told for what they are."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from rectify.documents import Reading, read_document
from rectify.documents.reading import Node
from rectify.terms.errors import Fault, Faulty

COLON = "a full-width ： stands here"


def faults(data: bytes | str, page: str = "") -> list[Fault]:
    with pytest.raises(Faulty) as told:
        read_document(data, "f.yaml", page=page)
    return list(told.value.faults)


def read(text: str, ask: str = "mapping") -> list[Fault]:
    """Faults of a document {act, served: {at}, territory, deadline} whose form can be read."""
    reading, root = Reading(), read_document(text, "f.yaml")
    top = reading.mapping(root, ("act", "served", "territory", "deadline", "identical"))
    reading.mapping(top.get("served"), ("at", "by"))
    reading.choice(top.get("act"), ("order", "warning"))
    reading.choices(top.get("territory"), ("XA", "XB"))
    reading.integer(top.get("deadline"))
    reading.boolean(top.get("identical"))
    return reading.faults


def told(fault: Fault) -> tuple[str, str, int, int]:
    assert fault.place is not None
    return fault.text, fault.remedy, fault.place.line, fault.place.column


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("order: X\nact：order\ninstrument: gpsr\n", [(2, 4)]),
        ("order：X\nact: order\n", [(1, 6)]),
        ("order: X\nserved:\n  at：1\n  by: mail\n", [(3, 5)]),
        ("order：X\nact：order\ninstrument: gpsr\n", [(1, 6), (2, 4)]),
        ("a:\n  - b：1\n    c: 2\n", [(2, 6)]),
    ],
)
def test_a_full_width_colon_after_a_key_is_told_where_it_stands(text: str, places: list[tuple[int, int]]) -> None:
    assert [told(fault) for fault in faults(text)] == [(COLON, "write :", *place) for place in places]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("act：order\n", (1, 4)),
        ("act: order\nserved:\n  at：1\n", (3, 5)),
        ("act: order\nserved: {at：2026-11-20T09:00Z}\n", (2, 12)),
    ],
)
def test_so_is_one_that_yaml_takes_for_a_letter(text: str, place: tuple[int, int]) -> None:
    assert [told(fault) for fault in read(text)] == [(COLON, "write :", *place)]


@pytest.mark.parametrize(
    ("text", "sign", "plain", "place"),
    [
        ("a: {name: 局，country: XA}\n", "，", ",", (1, 12)),
        ("a: ｛name: X, b: c｝\n", "｛", "{", (1, 4)),
        ("a: “x: y”\n", "“", '"', (1, 4)),
        ("a: {name: X｝\nb: c\n", "｝", "}", (1, 12)),
        ('a: "局”\nb: c\n', "”", '"', (1, 6)),
    ],
)
def test_other_full_width_signs_that_stop_the_reading(text: str, sign: str, plain: str, place: tuple[int, int]) -> None:
    assert [told(fault) for fault in faults(text)] == [(f"a full-width {sign} stands here", f"write {plain}", *place)]


@pytest.mark.parametrize(
    ("text", "sign", "plain", "place"),
    [
        ("act: “order”\n", "“", '"', (1, 6)),
        ("territory: [XA，XB]\n", "，", ",", (1, 15)),
        ("territory: ［XA］\n", "［", "[", (1, 12)),
        ("deadline: ２\n", "２", "2", (1, 11)),
    ],
)
def test_other_full_width_signs_in_a_value(text: str, sign: str, plain: str, place: tuple[int, int]) -> None:
    assert [told(fault) for fault in read(text)] == [(f"a full-width {sign} stands here", f"write {plain}", *place)]


def test_a_sign_in_quotes_or_in_a_text_is_nobodys_fault() -> None:
    reading, root = Reading(), read_document('a: 局，沪：“一”\nb: "order："\n', "f")
    top = reading.mapping(root, ("a", "b"))
    assert reading.text(top["a"]) == "局，沪：“一”"
    reading.choice(top["b"], ("order",))
    assert [fault.text for fault in reading.faults] == ['"b": "order：" is not known']


def test_a_fault_elsewhere_in_a_line_with_chinese_words_is_told_as_it_is() -> None:
    (fault,) = faults("reasons: 线束，会: 打开\n")
    assert fault.text == "this cannot be read: mapping values are not allowed here"


@pytest.mark.parametrize(
    ("text", "sign", "place"),
    [
        ("a: {name: X, country: XA\nlanguage: en\nb: c\n", "{", (1, 4)),
        ("a: {name: X, country: XA\n", "{", (1, 4)),
        ("b: c\na: [X, Y\nc: d\n", "[", (2, 4)),
        ("a: {name: 局，沪, country: XA\nlanguage: en\n", "{", (1, 4)),
    ],
)
def test_a_bracket_that_is_not_closed_is_told_where_it_opens(text: str, sign: str, place: tuple[int, int]) -> None:
    (fault,) = faults(text)
    closing = {"{": "}", "[": "]"}[sign]
    assert told(fault) == (f"the {sign} here is not closed", f"write {closing} at its end", *place)


def test_a_comma_that_is_missing_between_brackets() -> None:
    (fault,) = faults("a: {name: X country: XA}\n")
    assert told(fault)[1:] == ("a comma is missing before it, or quotes around a text that holds a colon", 1, 20)


def zipped(name: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(name, "<x/>")
    return out.getvalue()


CHINESE = "order: 沪市监〔2026〕12号\nact: order\nreasons: 婴儿车安全带可能松开，有跌落风险。\n"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\0" * 400_000, "a PDF"),
        (zipped("word/document.xml"), "a Word file"),
        (zipped("xl/workbook.xml"), "an Excel file"),
        (zipped("readme.txt"), "a ZIP archive"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "an old Word or Excel file, or a mail of Outlook"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG)"),
        (b"GIF89a\x01\0", "a picture (GIF)"),
        (b"II*\0\x08\0\0\0", "a picture (TIFF)"),
        (b"\x1f\x8b\x08\0", "a packed file (gzip)"),
        (b"{\\rtf1\\ansi", "a text with formats (RTF)"),
        (b"<!DOCTYPE html><html>", "a web page (HTML)"),
    ],
)
def test_a_file_that_is_no_text_is_told_by_its_first_bytes(data: bytes, what: str) -> None:
    (fault,) = faults(data, "docs/reference/order.md")
    assert (fault.text, fault.remedy) == (
        f"this is {what}",
        "write what it says as a text file; how: docs/reference/order.md",
    )
    (fault,) = faults(data)
    assert fault.remedy == "a text file (YAML or JSON, UTF-8) is expected"


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("gb18030", "GBK")]
)
def test_a_text_in_another_encoding_is_told_by_its_name(encoding: str, name: str) -> None:
    (fault,) = faults(CHINESE.encode(encoding))
    assert (fault.text, fault.remedy) == (f"this text is encoded in {name}", "save it as UTF-8")


def test_a_single_byte_that_is_not_utf_8_is_told_with_its_place() -> None:
    (fault,) = faults("a: 1\nb: Verfügung über Äußerungen\n".encode("cp1252"))
    assert told(fault) == ("the byte 0xFC is not UTF-8", "save the file as UTF-8", 2, 8)


def test_a_node_without_a_line_is_no_stumbling_block() -> None:
    from rectify.terms.errors import Place

    reading = Reading()
    reading.choice(Node("scalar", Place(), "act："), ("act",))
    assert reading.faults[0].text == COLON


def test_a_chinese_sentence_where_keys_are_expected_is_told_as_such() -> None:
    (fault,) = read("served: 九点，送达\n")
    assert fault.text == '"served" is a text; keys and values are expected'


def test_a_long_line_is_not_quoted_here_either() -> None:
    (fault,) = faults("act：" + "x" * 5000 + "\nb: c\n")
    assert fault.place is not None
    assert (fault.text, fault.place.line, fault.place.column, fault.place.excerpt) == (COLON, 1, 4, "")


def test_a_flood_of_them_is_told_in_part() -> None:
    assert len(faults("act：x\n" * 5000 + "b: c\n")) == 100


def test_a_spoilt_byte_in_chinese_words_of_utf_8_is_no_other_encoding() -> None:
    (fault,) = faults(CHINESE.encode() + "标".encode()[:2] + b" x\n")
    assert fault.text == "the byte 0xE6 is not UTF-8"
