"""Words of our own in a letter: countries, kinds, fields, days; and foreign signs made visible."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rectify.letters import names
from rectify.letters.signs import Ready, block, has_control, one_line, short

from .samples import ITEM


@pytest.mark.parametrize(
    ("codes", "en", "zh"),
    [
        (("FR",), "France", "法国"),
        (("NL", "FR", "DE"), "Germany, France and the Netherlands", "德国、法国和荷兰"),
        (("CN-SH",), "China (CN-SH)", "中国（CN-SH）"),
        (("QQ",), "QQ", "QQ"),
        ((*sorted(names.EU), "NO"), "the European Union and Norway", "欧盟和挪威"),
        (("XA",), "Country XA", "XA国"),
    ],
)
def test_territories_are_named_in_both_languages(codes: tuple[str, ...], en: str, zh: str) -> None:
    assert (names.countries(codes, "en"), names.countries(codes, "zh")) == (en, zh)


def test_every_country_kind_and_field_has_a_name_in_every_language() -> None:
    for group in names._names().values():
        for entry in group.values():
            assert set(entry) == set(names.LANGUAGES)
            assert all(entry.values())
    assert names._names()["countries"].keys() >= names.EU


def test_a_field_is_called_as_a_reader_calls_it() -> None:
    assert names.field("variants[2]", "en") == "Choice 3"
    assert names.field("attributes.gtin", "zh") == "条码"
    assert names.field("attributes.ports", "en") == "ports"


def test_what_a_letter_is_about_is_counted() -> None:
    assert names.things((ITEM,), "en") == "your listing"
    assert names.things((ITEM, ITEM), "zh") == "您的2项商品"
    assert names.kind("gadget", "en") == "item"


def test_days_are_those_of_the_operators_zone() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert names.day(late, "Europe/Berlin", "en") == "1 January 2027"
    assert names.day(date(2027, 5, 20), "Europe/Berlin", "zh") == "2027年5月20日"
    assert names.moment(late, "Europe/Berlin", "en") == "1 January 2027, 00:30 (Europe/Berlin)"
    assert names.moment(late, "UTC", "zh") == "2026年12月31日 23:30（UTC）"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"), ("a\u200bb", "a[ZWSP]b"), ("a\u202eb", "a[RLO]b"), ("a\tb\x00", "a[TAB]b[NUL]"),
        ("a\U000e0041", "a[U+E0041]"), ("a\u200db", "a[ZWJ]b"), ("👩\u200d🔬", "👩\u200d🔬"),
        ("क्\u200dष", "क्\u200dष"), ("婴儿车", "婴儿车"), ("\ud800", "[U+D800]"), ("שלום", "\u2068שלום\u2069"),
    ],
)  # fmt: skip
def test_signs_that_deceive_are_shown_as_marks(text: str, shown: str) -> None:
    assert one_line(text) == shown
    assert one_line(one_line(text)) == shown


def test_long_titles_are_cut_and_quotes_are_not() -> None:
    assert short("x" * 300) == "x" * 199 + "…"
    assert block("a\r\nb\u2028c") == "> a\n> b\n> c"
    assert len(block("x" * 5000)) == 5002
    assert isinstance(short("x"), Ready)


def test_controls_of_every_kind_are_seen() -> None:
    for sign in "\r\n\x00\x1b\x85\u2028\u2029":
        assert has_control(f"a{sign}b")
    assert not has_control("您好 “x”")
