"""The driver of the kernel (driver.c), built for the sanitizers, and the files that it reads."""

from __future__ import annotations

import os
import shlex
import struct
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.contract.nasty_texts import NASTY
from tests.contract.test_engines_agree import SIGNS

from rectify.screening.compiled import tables
from rectify.screening.native import _compiled
from rectify.screening.word_lists import WordList, WordLists

HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "src" / "rectify" / "screening" / "kernel"
# -z muldefs: the driver's room_for takes the place of the kernel's.
FLAGS = ("-std=c11", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer",
         "-Wall", "-Wextra", "-Wl,-z,muldefs")  # fmt: skip
CALM = {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0", "UBSAN_OPTIONS": "print_stacktrace=1"}


def build(compiler: str, into: Path, sources: Path = SOURCES) -> Path:
    """The driver. Raises AssertionError with what the compiler said, where it does not compile."""
    program = into / "driver"
    kernel = sorted(path for path in sources.glob("*.c") if path.name != "module.c")
    command = [
        *shlex.split(compiler),
        *FLAGS,
        f"-I{sources}",
        *map(str, (HERE / "driver.c", *kernel)),
        "-o",
        str(program),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return program


def parts(path: Path, of: Iterable[bytes]) -> Path:
    """A file of parts, each behind its length."""
    with path.open("wb") as file:
        for one in of:
            file.write(struct.pack("<Q", len(one)) + one)
    return path


def files(lists: Sequence[WordList], into: Path, name: str) -> tuple[Path, Path]:
    """(the plan of these lists, seeds for it)."""
    arrays = (*_compiled(WordLists(lists)), *tables())
    terms = {term.text for words in lists for term in words.terms} | {text for words in lists for text in words.not_in}
    seeds = [text.encode() for text in (*sorted(terms) * (1 + 400 // max(1, len(terms))), *SIGNS)]
    return (
        parts(into / f"{name}.plan", (array.tobytes() for array in arrays)),
        parts(into / f"{name}.seeds", (*seeds, *(one.data for one in NASTY if len(one.data) < 1 << 12))),
    )


def drive(program: Path, what: str, plan: Path, seeds: Path, seed: int, count: int) -> str:
    """What the driver says in the end. Raises AssertionError with all that was told where it found something."""
    done = subprocess.run([program, what, plan, seeds, str(seed), str(count)], capture_output=True, text=True,
                          errors="replace", env=os.environ | CALM, check=False)  # fmt: skip
    assert done.returncode == 0, f"{what} {plan.stem} {seed} {count}\n{done.stderr}"
    return done.stdout.strip()
