"""What Python hands to the kernel is checked before a byte of it is read: parts, offsets, flags, arrays of a plan."""

from __future__ import annotations

import gc
import random
import threading
from contextlib import suppress
from importlib import import_module
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.kernel.lists import PLANS

from rectify.screening.compiled import tables
from rectify.screening.native import _compiled
from rectify.screening.word_lists import WordLists

pytestmark = pytest.mark.kernel
DATA = "no vpn, 翻墙 vpn".encode()
WHOLE = (0, len(DATA))


@pytest.fixture(scope="module")
def arrays() -> tuple[Any, ...]:
    return tuple(_compiled(WordLists(PLANS["together"])))


@pytest.fixture(scope="module")
def plan(arrays: tuple[Any, ...]) -> Any:
    return import_module("rectify.screening._kernel").Plan(arrays, tables())


def part(data: Any = DATA, offsets: Any = WHOLE, wide: bool = False, first: int = 0, count: int = 1, base: int = 0,
         how: Any = None) -> tuple[Any, ...]:  # fmt: skip
    return data, np.array(offsets, np.int64 if wide else np.int32), wide, first, count, base, how


BAD = {
    "an end behind the bytes": part(offsets=(0, len(DATA) + 1)),
    "a beginning before them": part(offsets=(-1, 3)),
    "an end before its beginning": part(offsets=(5, 4)),
    "the least number there is": part(offsets=(-(2**31), 3)),
    "the least wide number there is": part(offsets=(-(2**63), 3), wide=True),
    "the greatest wide number there is": part(offsets=(0, 2**63 - 1), wide=True),
    "one offset too few": part(count=2),
    "no offset at all": part(offsets=()),
    "a first text that is not there": part(first=1),
    "a first text before all": part(first=-1),
    "a count below nothing": part(count=-1),
    "the greatest first": part(first=2**63 - 1),
    "the greatest count": part(count=2**63 - 1),
    "the greatest of both": part(first=2**63 - 1, count=2**63 - 1),
    "a base below nothing": part(base=-1),
    "a base beyond what a cell is counted with": part(base=2**31 - 1),
    "too few flags": part(offsets=(0, 2, 4), count=2, how=b"\0"),
    "offsets without bytes": part(data=None),
    "narrow offsets said to be wide": (DATA, np.array((0, len(DATA)), np.int32), True, 0, 1, 0, None),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("vector", [False, True])
def test_a_part_that_leads_out_of_its_bytes_is_refused(plan: Any, name: str, vector: bool) -> None:
    with pytest.raises(ValueError, match="lead out of their bytes"):
        plan.scan((BAD[name],), vector)
    with pytest.raises(ValueError, match="lead out of their bytes"):
        plan.scan((part(), BAD[name]), vector)


@pytest.mark.parametrize("name", BAD)
def test_so_it_is_where_markup_is_looked_for(name: str) -> None:
    with pytest.raises(ValueError, match="lead out of their bytes"):
        import_module("rectify.screening._kernel").marked(BAD[name])


@pytest.mark.parametrize("vector", [False, True])
def test_signs_are_put_down_by_a_table_that_has_them_all(plan: Any, vector: bool) -> None:
    table = bytes(len(tables()[0]))
    signs, lines = plan.signs((part(),), table, 0, vector, None, None, 0, 0)
    assert len(signs) == len(DATA.decode()) + 1
    assert np.frombuffer(lines, np.int64).tolist() == [len(signs) - 1, 0]
    for short in (table[:-1], b""):
        with pytest.raises(ValueError, match="too short"):
            plan.signs((part(),), short, 0, vector, None, None, 0, 0)
    hides = bytes(0x10000)
    for pairs, table_of in ((b"ab" * 17, hides), (b"ab", hides[:-1])):
        with pytest.raises(ValueError, match="too short, or the pairs are too many"):
            plan.signs((part(),), table, 0, vector, pairs, table_of, 0xE4, 0xE9)
    plain = (*part()[:-1], b"\4")
    assert plan.signs((plain,), table, 0, vector, b"\1\2", hides, 0xE4, 0xE9) == (b"", b"")
    assert len(plan.signs((plain,), table, 0, vector, b"PNpn", hides, 0xE4, 0xE9)[1]) == 16
    for bad in BAD.values():
        with pytest.raises(ValueError, match="lead out of their bytes"):
            plan.signs((part(), bad), table, 0, vector, None, None, 0, 0)


@pytest.mark.parametrize(
    "given",
    [
        (), (part(), 1), ((),), (part()[:-1],), (list(part()),), ((*part(), 1),), (("text", *part()[1:]),),
        ((DATA, [0, 3], *part()[2:]),), ((DATA, "03", *part()[2:]),), ((*part()[:3], 0.5, *part()[4:]),),
        ((*part()[:3], 2**64, *part()[4:]),), ((*part()[:6], "how"),), (np.zeros((4, 4))[:, 1],), None, 3,
    ],
    ids=lambda given: repr(given)[:40],
)  # fmt: skip
def test_what_is_no_part_is_refused(plan: Any, given: Any) -> None:
    if given == ():
        assert plan.scan((), False) == (b"", b"", b"", b"")
        return
    with pytest.raises((TypeError, ValueError, BufferError, OverflowError)):
        plan.scan(given, False)


SEEN, RAW, PLAIN, LEFT_OUT = 0, 2, 4, 1


@pytest.mark.parametrize("vector", [False, True])
@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("vpn", "as written"), ("vpn &", "as written"), ("vpn & x", "as written"), ("vpn &x", "as written"),
        ("vpn &#", "as written"), ("vpn &1", "as written"), ("翻墙&墙", "as written"), ("vpn <", "as written"),
        ("é vpn < x", "as written"), ("<b>vpn</b>", "as seen"), ("v<b>pn</b>", "as seen"), ("&#118;pn", "as seen"),
        ("翻墙" * 40 + "&amp;", "as seen"), ("vpn " * 40 + "<br>", "as seen"), ("🐘<p>vpn", "as seen"),
        ("<!-- --> vpn", "by Python"), ("vpn <x>", "by Python"), ("<p hidden>vpn", "by Python"), ("vpn&#128;", "by Python"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_a_reader_sees_it_or_told_to_python(plan: Any, vector: bool, text: str, read: str) -> None:
    data = text.encode()
    found = {}
    for how in (SEEN, RAW, PLAIN, LEFT_OUT):
        given = part(b"vpn" + data, (0, 3, 3 + len(data)), count=2, base=5, how=np.array([0, how], np.uint8))
        hits, _, marked, viewed = plan.scan((given,), vector)
        looked_at = how in (SEEN, RAW)
        assert np.frombuffer(marked, np.uint32).tolist() == [6] * (looked_at and read == "by Python")
        assert np.frombuffer(viewed, np.uint32).tolist() == [6] * (looked_at and read == "as seen")
        found[how] = len(hits)
    assert (found[SEEN] > found[LEFT_OUT]) == (read != "by Python")


def test_buffers_are_given_back_and_kept_while_they_are_read(plan: Any) -> None:
    data = bytearray(DATA)
    for bad in ([], [BAD["an end behind the bytes"]]):
        try:
            plan.scan((part(data=data), *bad), True)
        except ValueError:
            assert bad
        data.append(0)  # a BufferError where somebody still holds it
        data.pop()
    offsets = np.array((0, len(DATA)), np.int32)
    hits, *_ = plan.scan(((memoryview(data), offsets, False, 0, 1, 0, None),), True)
    del data, offsets
    gc.collect()
    assert len(hits) > 0


def test_a_plan_outlives_what_it_was_made_of() -> None:
    kernel = import_module("rectify.screening._kernel")
    made = [bytearray(np.ascontiguousarray(array).tobytes()) for array in _compiled(WordLists(PLANS["all"]))]
    plan = kernel.Plan(tuple(made), tables())
    before = plan.scan((part(),), True)
    with pytest.raises(BufferError):
        made[3].clear()
    del made
    gc.collect()
    assert plan.scan((part(),), True) == before
    assert before[0]


def test_arrays_of_another_kind_are_refused(arrays: tuple[Any, ...]) -> None:
    plan = import_module("rectify.screening._kernel").Plan
    for given in ((), arrays[:-1], (*arrays, arrays[0])):
        with pytest.raises(ValueError, match="other arrays"):
            plan(given, tables())
    with pytest.raises(TypeError):
        plan(list(arrays), tables())
    with pytest.raises((TypeError, BufferError)):
        plan((*arrays[:-1], "text"), tables())
    with pytest.raises(ValueError, match="contiguous"):
        plan((*arrays[:-1], np.zeros((9, 9), np.uint16)[:, 2]), tables())
    opened = []
    for n in range(len(arrays)):
        with suppress(ValueError):
            opened.append((n, plan((*arrays[:n], arrays[0][:0], *arrays[n + 1 :]), tables()).scan((part(),), True)))
    assert len(opened) < 4  # without pictures and the like a plan can be


def test_a_scan_is_the_same_from_eight_threads_at_once(plan: Any) -> None:
    draw = random.Random(3)
    cells = ["".join(draw.choices(["vpn ", "翻墙", "v*n", "$", "㎎", "x", " ", "vvppnn"], k=30)) for _ in range(500)]
    column = pa.array(cells, pa.string())
    _, offsets, data = column.buffers()
    given = (part(data, np.frombuffer(offsets, np.int32), count=len(cells)),)
    alone, told = plan.scan(given, True), []
    threads = [threading.Thread(target=lambda: told.append(plan.scan(given, True))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [alone] * 8
    assert len(alone[0]) > 10_000
