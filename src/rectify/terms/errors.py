"""What can go wrong, as a tree, and what a person is told of it.

    RectifyError
    ├── Faulty            what was given has faults; it holds all of them at once      exit 1
    ├── Refused           the state of things or the law does not allow this           exit 1
    │   └── Unknown       a name that stands for nothing here                          exit 1
    ├── PartlyDone        something was done and something was not                     exit 3
    └── Broken            a part that must work does not                               exit 4
        └── Missing       a component or an extra is not installed                     exit 4

A fault is text, place and remedy; it never knows the objects that it complains about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is. Lines and columns count from 1 and are 0 where unknown; `row` is a data row, from 1."""

    file: str = ""
    line: int = 0
    column: int = 0
    length: int = 1
    excerpt: str = ""  # the line as it stands, for the caret
    row: int = 0
    path: str = ""  # dotted path inside the document, "addressees.0.measures"

    def __str__(self) -> str:
        parts = [self.file] if self.file else []
        if self.line:
            parts.append(f"{self.line}:{self.column}" if self.column else str(self.line))
        if self.row:
            parts.append(f"row {self.row}")
        return ":".join(parts) or self.path


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a sentence, the place, the remedy, and the article that asks for it."""

    text: str
    place: Place | None = None
    remedy: str = ""
    source: str = ""  # "Reg. (EU) 2022/2065 Art. 9(2)(a)(iv)"
    beside: str = ""  # a word or two beside the caret, "received 2026-11-20T09:00:00+01:00"

    def __str__(self) -> str:
        head = f"{self.place}: {self.text}" if self.place and str(self.place) else self.text
        return f"{head} ({self.remedy})" if self.remedy else head


class RectifyError(Exception):
    """Root of all errors that a person is told in a sentence."""

    exit_code = 4

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.text, self.remedy = text, remedy


class Faulty(RectifyError):
    """What was given has faults. Holds every one of them."""

    exit_code = 1

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Refused(RectifyError):
    """The state of things, a limit or the law does not allow this; nothing was changed."""

    exit_code = 1


class Unknown(Refused):
    """A name that stands for nothing here."""


class PartlyDone(RectifyError):
    """Some of it was done and some was not; the text says which."""

    exit_code = 3


class Broken(RectifyError):
    """A part that must work does not."""

    exit_code = 4


class Missing(Broken):
    """A component or an optional extra is not installed; the remedy is the command that installs it."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known name: 'did you mean "title"?', else the list of what is known."""
    names: Sequence[str] = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    return "known: " + ", ".join(names) if 0 < len(names) <= 30 else ""
