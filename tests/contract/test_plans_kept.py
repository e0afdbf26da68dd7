"""A plan read from where it was kept finds what a plan compiled anew finds, and nothing fails for want of a file."""

import gc
import json
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from bench.listings import corpus
from tests.contract.test_engines_agree import LISTS, found, made

from rectify.rules.pack import Term
from rectify.screening import native, word_lists
from rectify.screening.apart import forget
from rectify.screening.kept_plans import KeptPlans
from rectify.screening.match import Matcher, WordList
from rectify.screening.text import TextColumns
from rectify.terms.errors import Faulty
from rectify.terms.finding import PLAIN

pytestmark = pytest.mark.kernel
BATCH = made(random.Random(5), 300)
MANY = [
    *LISTS,
    WordList(
        "c/emoji", (Term("💊", ""), Term("vpn", "en")), ("🐘",), (r"\bbuy\s+now\b", *(rf"x{n}.y" for n in range(9)))
    ),
]


@pytest.fixture(autouse=True)
def every_plan_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "LEAST_KEPT", 1)


def hits(matcher: Matcher, rows: pa.RecordBatch = BATCH) -> list[tuple[int, ...]]:
    return found(matcher.scan(TextColumns.of(rows)))


def nothing_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on what is made of words anew is an error."""

    def refuse(*_: object) -> None:
        raise AssertionError("compiled anew")

    monkeypatch.setattr(native, "compiled", refuse)
    monkeypatch.setattr(word_lists, "take_apart", refuse)
    monkeypatch.setattr(word_lists, "Automaton", refuse)


def test_a_kept_plan_finds_the_same_and_is_not_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptPlans(tmp_path / "plans")
    fresh, first = hits(Matcher.compile(MANY)), Matcher.compile(MANY, kept)
    assert len(fresh) > 3_000
    assert hits(first) == fresh
    rows = pa.record_batch({"title": ["buy now x1ay 💊 vpn", "100 元 <b>v</b>pn", "翻墙 🐘 no vpn no", "v.p*n7"]})
    expected = hits(first, rows)
    nothing_compiled(monkeypatch)
    again = Matcher.compile(MANY, kept)
    assert hits(again, rows) == expected  # patterns and markup too, without the plain engine
    assert len(expected) > 10


def test_texts_of_which_a_reader_sees_only_a_part_call_for_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptPlans(tmp_path / "plans")
    rows = pa.record_batch({"title": ["vpn <i style='display:none'>翻墙</i> x3zy 💊"]})
    fresh = hits(Matcher.compile(MANY, kept), rows)
    nothing_compiled(monkeypatch)
    assert hits(Matcher.compile(MANY, kept), rows) == fresh
    assert len(fresh) > 3


def test_words_by_the_thousand(tmp_path: Path) -> None:
    words = corpus(200, 3_000, share=0.5)
    lists = [WordList("bench/terms", tuple(Term(text, "") for text in words.terms))]
    kept = KeptPlans(tmp_path / "plans")
    fresh, _, again = Matcher.compile(lists), Matcher.compile(lists, kept), Matcher.compile(lists, kept)
    for batch in words.batches:
        assert hits(again, batch) == hits(fresh, batch)
        assert hits(again, batch)


def test_lists_that_say_something_else_are_another_plan() -> None:
    one = WordList("a/x", (Term("vpn", "en"), Term("novel", "en")), ("no vpn",), (r"v\d",))
    others = [
        replace(one, name="b/x"), replace(one, terms=one.terms[::-1]), replace(one, terms=(Term("vpn", "fr"), one.terms[1])),
        replace(one, terms=(Term("vpn", "en", open_left=True), one.terms[1])), replace(one, patterns=(r"v\D",)),
        replace(one, terms=(Term("vpn", "en", open_right=True), one.terms[1])), replace(one, not_in=("no  vpn",)),
        replace(one, disguises=PLAIN), replace(one, not_in=(), patterns=("no vpn", r"v\d")),
    ]  # fmt: skip
    beside = WordList("a/y", (Term("翻墙", "zh"),))
    told = [word_lists.WordLists([words, beside]).digest for words in (one, *others)]
    assert len(set(told)) == len(told)
    # of names only which lists are of one pack counts
    assert word_lists.WordLists([replace(one, name="a/z"), beside]).digest == told[0]


def test_a_torn_or_foreign_file_is_made_anew(tmp_path: Path) -> None:
    kept = KeptPlans(tmp_path / "plans")
    fresh = hits(Matcher.compile(MANY, kept))
    for path in kept.folder.glob("*.plan"):
        whole = path.read_bytes()
        for data in (whole[: len(whole) // 2], whole[:-1], b"", b"x" * len(whole), whole[:200] + b"\xff" + whole[201:]):
            path.write_bytes(data)
            assert hits(Matcher.compile(MANY, kept)) == fresh
            assert path.read_bytes() == whole


def test_arrays_of_another_kernel_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptPlans(tmp_path / "plans")
    real = native.compiled

    def older(*given: object) -> tuple[object, ...]:
        numbers, *others = real(*given)
        return (numbers + 1, *others)

    with monkeypatch.context() as patch:
        patch.setattr(native, "compiled", older)
        with pytest.raises(ValueError, match="another kernel"):
            Matcher.compile(MANY, kept)
    assert list(kept.folder.glob("*.plan"))
    assert hits(Matcher.compile(MANY, kept)) == hits(Matcher.compile(MANY))


PLAN_H = Path(native.__file__).with_name("kernel") / "plan.h"
ARRAYS = re.findall(r"\bA_\w+", PLAN_H.read_text(encoding="utf-8").split("enum {\n    A_NUMBERS")[1].split("ARRAYS")[0])
A_SKELETON = ARRAYS.index("A_SKELETON") + 1  # the letters of all skeletons


@pytest.mark.kernel
@pytest.mark.parametrize("code", [0, 30, 31, 34, 35, 0x8000])
def test_a_plan_with_a_letter_that_is_none_is_refused(code: int) -> None:
    """Its place could begin before the text, among what stands between two."""
    matcher = Matcher.compile([WordList("a/x", (Term("viagra", "en"),), (), ())])
    arrays = list(native._compiled(matcher._lists))
    skeletons = arrays[A_SKELETON] = arrays[A_SKELETON].copy()
    native.Kernel(arrays)
    skeletons[0] = code
    with pytest.raises(ValueError, match="no letter"):
        native.Kernel(arrays)


def test_where_nothing_can_be_kept_plans_are_compiled(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert hits(Matcher.compile(MANY, KeptPlans(tmp_path / "file" / "plans"))) == hits(Matcher.compile(MANY))


def test_a_faulty_pattern_is_told_and_nothing_is_kept(tmp_path: Path) -> None:
    kept = KeptPlans(tmp_path / "plans")
    for _ in range(2):
        with pytest.raises(Faulty, match="cannot be read"):
            Matcher.compile([WordList("a/x", (), (), ("(",))], kept)
    assert kept.size() == (0, 0)


_PROCESS = """
import json, sys
from pathlib import Path
from bench.listings import corpus
from rectify.rules.pack import Term
from rectify.screening import native
from rectify.screening.kept_plans import KeptPlans
from rectify.screening.match import Matcher, WordList
from rectify.screening.text import TextColumns
compiled, count = native.compiled, []
native.compiled = lambda *given: count.append(1) or compiled(*given)
words = corpus(50, 2_000, share=0.5)
lists = [WordList("bench/terms", tuple(Term(text, "") for text in words.terms))]
sys.stdin.readline()
matcher = Matcher.compile(lists, KeptPlans(Path(sys.argv[1])))
hits = matcher.scan(TextColumns.of(words.batches[0]))
print(json.dumps([len(count), len(hits), int(hits.start.sum())]))
"""


def test_of_processes_that_begin_at_once_one_compiles(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PROCESS, str(tmp_path / "plans")]
    started = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        for _ in range(3)
    ]
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [json.loads(process.communicate(timeout=120)[0]) for process in started]
    assert sorted(count for count, *_ in told) == [0, 0, 1]
    assert len({tuple(rest) for _, *rest in told}) == 1
    assert told[0][1] > 0


def test_many_plans_opened_and_forgotten_leave_no_open_file(tmp_path: Path) -> None:
    kept = KeptPlans(tmp_path / "plans")
    Matcher.compile(MANY, kept)
    gc.collect()
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    for _ in range(20):
        hits(Matcher.compile(MANY, kept), BATCH.slice(0, 3))
    forget()
    gc.collect()
    after = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    assert after <= before
