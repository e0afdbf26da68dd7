"""A reading gives typed values or the empty value, and collects every fault in the order of the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rectify.documents import Node, Reading, read_document
from rectify.terms.errors import Faulty


def ask(text: str, how: Callable[[Reading, Node], object]) -> tuple[object, list[str]]:
    reading = Reading()
    value = how(reading, read_document(f"x: {text}", "f").entries["x"])
    return value, [fault.text + (f" ({fault.remedy})" if fault.remedy else "") for fault in reading.faults]


NO_MONTH = "(there is no month 13: 01 to 12, as in 2026-11-20)"


@pytest.mark.parametrize(
    ("how", "text", "value"),
    [
        (Reading.text, "no", "no"),
        (Reading.text, "null", ""),
        (Reading.text, "'null'", "null"),
        (Reading.texts, "[a, no, 'null']", ("a", "no", "null")),
        (Reading.integer, "24", 24),
        (Reading.decimal, "0.01", Decimal("0.01")),
        (Reading.boolean, "true", True),
        (Reading.boolean, "null", False),
        (Reading.date, "2028-02-29", date(2028, 2, 29)),
        (Reading.date, "null", None),
        (Reading.instant, "2026-11-20T09:00:00+01:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        (Reading.instant, "2026-11-20 09:00Z", datetime(2026, 11, 20, 9, tzinfo=UTC)),
    ],
)
def test_values_are_typed_only_when_asked_for(how: Callable[..., object], text: str, value: object) -> None:
    assert ask(text, how) == (value, [])


@pytest.mark.parametrize(
    ("how", "text", "fault"),
    [
        (Reading.text, "[a]", '"x" is a list; a text is expected'),
        (Reading.text, "' '", '"x" is empty'),
        (Reading.texts, "a", '"x" is a text; a list is expected (write [a])'),
        (Reading.texts, "[a, a]", '"a" stands twice in this list'),
        (Reading.texts, "[null]", "an empty entry in a list (put quotes around it if the word itself is meant)"),
        (Reading.integer, "1.5", '"x": "1.5" is no whole number of at least 0'),
        (Reading.integer, "٣", '"x": "٣" is no whole number of at least 0'),
        (Reading.integer, "-1", '"x": "-1" is no whole number of at least 0'),
        (Reading.decimal, ".nan", '"x": ".nan" is no number (digits and one point, as in 0.25)'),
        (Reading.decimal, "1e9", '"x": "1e9" is no number (digits and one point, as in 0.25)'),
        (Reading.boolean, "yes", '"x": "yes" is neither true nor false (did you mean true?)'),
        (Reading.date, "20.11.2026", '"x": "20.11.2026" is no date (year-month-day, as in 2026-11-20)'),
        (Reading.date, "2026-02-29", '"x": there is no day 2026-02-29'),
        (Reading.date, "0999-01-01", '"x": the year 999 is out of reach (1900 to 2199)'),
        (Reading.date, "2026-13-45", f'"x": there is no day 2026-13-45 {NO_MONTH}'),
        (Reading.instant, "2026-13-45T09:00", f'"x": there is no day 2026-13-45 {NO_MONTH}'),
        (Reading.instant, "2026-02-30T09:00Z", '"x": there is no day 2026-02-30'),
        (Reading.instant, "2026-11-20T09:00:00", '"x": 2026-11-20T09:00:00 has no zone '
         "(as in 2026-11-20T09:00:00+01:00, or 2026-11-20T09:00:00Z for UTC)"),
        (Reading.instant, "2026-11-20", '"x": "2026-11-20" is no instant '
         "(day, hour and zone, as in 2026-11-20T09:00:00+01:00)"),
        (Reading.instant, "2026-11-20T24:00Z", '"x": there is no instant 2026-11-20T24:00Z (hours end at 23:59:59)'),
        (Reading.instant, "9999-12-31T23:59Z", '"x": the year 9999 is out of reach (1900 to 2199)'),
        (lambda r, n: r.choice(n, ("sell", "give")), "sel", '"x": "sel" is not known (did you mean "sell"?)'),
        (lambda r, n: r.choices(n, ("sell", "give")), "[sell, zzz]", '"x.1": "zzz" is not known (known: give, sell)'),
    ],
)  # fmt: skip
def test_a_fault_is_a_sentence_with_a_remedy(how: Callable[..., object], text: str, fault: str) -> None:
    assert ask(text, how)[1] == [fault]


def test_a_mapping_tells_unknown_and_missing_keys_and_who_asks_for_them() -> None:
    reading = Reading()
    root = read_document("a:\n  colour: red\n  size: null\n  wieght: 3\n", "f").entries["a"]
    fields = reading.mapping(root, ("colour", "size", "weight"), ("size", "weight"), {"weight": "Act s. 1"})
    assert list(fields) == ["colour"]
    with pytest.raises(Faulty) as told:
        reading.done()
    assert [(str(f), f.source) for f in told.value.faults] == [
        ('f:1:1: "weight" is missing', "Act s. 1"),
        ('f:3:3: "size" is missing', ""),
        ('f:4:3: unknown key "wieght" (did you mean "weight"?)', ""),
    ]


def test_a_mapping_that_is_no_mapping_is_one_fault() -> None:
    reading = Reading()
    assert reading.mapping(read_document("[a]", "f"), ("b", "c"), ("b",)) == {}
    assert [str(f) for f in reading.faults] == ["f:1:1: the file is a list; keys and values are expected (keys: b, c)"]


def test_what_is_absent_is_empty_and_no_fault() -> None:
    reading = Reading()
    assert (reading.text(None), reading.texts(None), reading.date(None), reading.boolean(None)) == ("", (), None, False)
    assert reading.mapping(None, ("a",), ("a",)) == {}
    reading.done()


def test_a_flood_of_faults_ends_after_a_hundred_and_the_rest_is_counted() -> None:
    reading = Reading()
    root = read_document("\n".join(f"k{n}: 1" for n in range(500)), "f")
    reading.mapping(root, ("a",))
    for node in root.entries.values():
        reading.date(node)
    with pytest.raises(Faulty) as told:
        reading.done()
    assert len(told.value.faults) == 101
    assert str(told.value.faults[-1]) == "and 900 more faults (mend these first)"
