"""What a terminal is shown: data on stdout, talk on stderr, every fault with its caret, evidence as it was written.

A terminal is a page too: widths are display cells, marks are ASCII, colour never speaks alone, and control characters
of foreign text are drawn as marks so that no title can move the cursor.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
import traceback
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rectify.cli.sentences import LANGUAGES, said
from rectify.terms.errors import Fault, Faulty, PartlyDone, Place, RectifyError, Refused
from rectify.terms.finding import Evidence

if TYPE_CHECKING:
    from rich.console import Console

JSON_VERSION = 1
STOPPED = 130  # also what typer makes of an interrupt
STYLES = {"violation": "bold red", "review": "magenta", "none": "cyan", "no_violation": "cyan", "open": "magenta"}


@dataclass(frozen=True, slots=True)
class Face:
    """How this call wants to be answered, and who calls."""

    folder: Path
    acting: str = ""
    json: bool = False
    quiet: bool = False
    no_color: bool = False
    no_input: bool = False
    language: str = ""

    @property
    def tongue(self) -> str:
        """The language of what is said: as asked, else RECTIFY_LANG, else English. JSON is English always."""
        asked = self.language or os.environ.get("RECTIFY_LANG", "")
        return asked if asked in LANGUAGES and not self.json else "en"

    def said(self, text: str) -> str:
        """A sentence in the language of this call."""
        return said(text, self.tongue)

    @property
    def now(self) -> datetime:
        """The clock is read here, at the face, and passed down."""
        return datetime.now(UTC)

    @property
    def plain(self) -> bool:
        return self.no_color or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"

    def console(self, *, err: bool = False) -> Console:
        """A console for stdout or stderr; without a terminal it writes no colour and does not cut lines."""
        from rich.console import Console

        stream = sys.stderr if err else sys.stdout
        tty = stream.isatty()
        return Console(
            file=stream, no_color=self.plain, color_system=None if self.plain or not tty else "auto",
            highlight=False, markup=False, emoji=False, soft_wrap=not tty, width=None if tty else 200,
        )  # fmt: skip

    def say(self, text: str) -> None:
        """Talk: to stderr, not at all when quiet."""
        if not self.quiet:
            print(self.said(text), file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        """What a person must not miss: to stderr, also when quiet."""
        print(self.said(f"warning: {safe(text)}"), file=sys.stderr, flush=True)

    def tell(self, text: str = "", style: str = "") -> None:
        """Data for a person: to stdout, not at all when JSON is asked for."""
        if not self.json:
            self.console().print("\n".join(map(self.said, text.split("\n"))), style=style or None)

    def answer(self, kind: str, value: Mapping[str, Any]) -> None:
        """The one JSON object of this call, versioned, where JSON is asked for."""
        if self.json:
            print(as_json({"rectify": JSON_VERSION, "kind": kind, **value}))

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[str] = (), empty: str = "None."
    ) -> None:
        """A table with quiet rules; columns named in `right` are numbers. Nothing when JSON is asked for.

        Where there are no rows, the sentence `empty`.
        """
        if self.json or not rows:
            self.tell(empty)
            return
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False, padding=(0, 2, 0, 0))
        for head in heads:
            table.add_column(self.said(head), justify="right" if head in right else "left", overflow="fold")
        for row in rows:
            cells = [safe(str(cell)) for cell in row]
            table.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in cells))
        self.console().print(table)

    def error(self, error: RectifyError) -> None:
        """Every fault of an error, to stderr, and a count where there are several."""
        if self.json:
            listed = [_as_json(f) for f in error.faults] if isinstance(error, Faulty) else []
            said = {"error": error.text, "remedy": error.remedy, "faults": listed}
            answered = sys.stderr if isinstance(error, PartlyDone) else sys.stdout  # what was done is already told
            print(as_json({"rectify": JSON_VERSION, "kind": "error", **said}), file=answered)
            return
        console = self.console(err=True)
        faults = error.faults if isinstance(error, Faulty) else (Fault(error.text, None, error.remedy),)
        for fault in faults:
            console.print(drawn(fault, self.tongue))
        if len(faults) > 1:
            console.print(self.said(f"{len(faults)} faults; nothing was changed"))

    def failed(self, kind: str, text: str, remedy: str) -> None:
        """What broke off a call, to stderr; as JSON the one object of the call."""
        if self.json:
            said = {"error": text, "remedy": remedy, "faults": []}
            print(as_json({"rectify": JSON_VERSION, "kind": kind, **said}))
        else:
            print(f"{'' if kind == 'stopped' else 'error: '}{safe(text)}\n help: {safe(remedy)}", file=sys.stderr)


def _written(value: object) -> str:
    """What JSON has no form for: instants as RFC 3339 in UTC, all else as its text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def _as_json(fault: Fault) -> dict[str, object]:
    place = fault.place or Place()
    return {
        "text": fault.text, "file": place.file, "line": place.line, "column": place.column, "row": place.row,
        "path": place.path, "remedy": fault.remedy, "source": fault.source,
    }  # fmt: skip


def drawn(fault: Fault, language: str = "en") -> str:
    """A fault as lines: the sentence, the place with a caret under it, the article, the remedy."""
    lines = [said(f"error: {safe(fault.text)}", language)]
    place = fault.place
    if place and str(place):
        lines.append(f"  --> {safe(str(place))}")
        if place.excerpt and place.line:
            gutter = f"{place.line:>3} | "
            shown = safe(place.excerpt)
            before = cells(safe(place.excerpt[: place.column - 1]))
            length = max(1, min(place.length, len(place.excerpt) - place.column + 1))
            under = "^" * max(1, cells(safe(place.excerpt[place.column - 1 : place.column - 1 + length])))
            beside = f" {safe(fault.beside)}" if fault.beside else ""
            lines += [gutter + shown, " " * (len(gutter) - 2) + "| " + " " * before + under + beside]
    if fault.source:
        lines.append(f" asked by: {fault.source}")
    if fault.remedy:
        lines.append(said(f" help: {safe(fault.remedy)}", language))
    return "\n".join(lines)


def counted(number: int, thing: str) -> str:
    """`1 measure`, `2 measures`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def cells(text: str) -> int:
    """How many cells a terminal gives to a text: Han letters take two, combining marks none."""
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """A text with blanks behind it up to so many cells."""
    return text + " " * max(0, width - cells(text))


def column(name: str) -> str:
    """A column of a stranger's file as a person is shown it; one that has no name says so."""
    return safe(name) or "(no name)"


def as_json(value: Mapping[str, Any]) -> str:
    """JSON on one line. Signs that a terminal obeys or nobody sees are written as \\uXXXX: the value stays."""
    text = json.dumps(value, ensure_ascii=False, default=_written)
    return text if text.isascii() and text.isprintable() else "".join(map(_escaped, text))


def _escaped(char: str) -> str:
    if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else json.dumps(char)[1:-1]


def safe(text: str) -> str:
    """Foreign text for a terminal: control, bidi and invisible characters are drawn as [U+200B]."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_sign(c) for c in text)


def _sign(char: str) -> str:
    if char in "\n\t":
        return "\n" if char == "\n" else " "
    return f"[U+{ord(char):04X}]" if unicodedata.category(char) in ("Cc", "Cf", "Co", "Zl", "Zp") else char


def quoted(original: str, evidence: Evidence, around: int = 24) -> tuple[str, str]:
    """A line of the original around a piece of evidence, and the line of marks under it."""
    start, end = max(0, evidence.start - around), min(len(original), evidence.end + around)
    head = ("..." if start else "") + safe(original[start : evidence.start].replace("\n", " "))
    seen = safe(original[evidence.start : evidence.end].replace("\n", " "))
    tail = safe(original[evidence.end : end].replace("\n", " ")) + ("..." if end < len(original) else "")
    return head + seen + tail, " " * cells(head) + ("=" if evidence.disguise else "-") * max(1, cells(seen))


def told(call: Callable[[], object], argv: Sequence[str]) -> int:
    """Run a command; give its exit code. Whatever goes wrong is told in sentences."""
    from typer import Abort, Exit
    from typer._click.exceptions import ClickException

    face = Face(Path(), json="--json" in argv, no_color="--no-color" in argv, language=_asked_language(argv))
    if any(unicodedata.category(sign) == "Cs" for word in argv for sign in word):
        face.error(
            Refused("an argument is no text in UTF-8", "write it anew; a file with such a name has to be renamed")
        )
        return 2
    try:
        answer = call()
        return _stopped(face, argv) if answer == STOPPED else answer if isinstance(answer, int) else 0
    except Exit as leave:
        return leave.exit_code
    except ClickException as wrong:
        if face.json:
            face.error(Refused(wrong.format_message(), "rectify --help"))
        else:
            wrong.show()
        return 2
    except RectifyError as error:
        face.error(error)
        return error.exit_code
    except (KeyboardInterrupt, Abort):
        return _stopped(face, argv)
    except SystemExit as leave:
        if isinstance(leave.__context__, BrokenPipeError):  # who read our output has seen enough
            return 0
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        text = f"failed inside: {type(error).__name__}: {str(error)[:300]}"
        face.failed("error", text, f"the whole story is in {_log(argv)}; please report it")
        return 4


def _stopped(face: Face, argv: Sequence[str]) -> int:
    face.failed("stopped", "stopped; nothing is half done", f"to go on: {shlex.join(['rectify', *argv[1:]])}")
    return STOPPED


def _asked_language(argv: Sequence[str]) -> str:
    """What `--lang` says, before any command was read."""
    for word, behind in zip(argv, [*argv[1:], ""], strict=True):
        if word == "--lang" or word.startswith("--lang="):
            return word.partition("=")[2] or behind
    return ""


def _log(argv: Sequence[str]) -> Path:
    handle, name = tempfile.mkstemp(prefix="rectify-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as log:
        log.write(" ".join(argv) + "\n")
        traceback.print_exc(file=log)
    return Path(name)


def confirmed(face: Face, question: str) -> None:
    """Ask before a heavy act at a terminal; refuse where nobody can be asked."""
    if face.no_input or not sys.stdin.isatty():
        raise Refused("this needs a yes, and nobody can be asked here", "name the digest or leave out --no-input")
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise Refused("not confirmed; nothing was changed")
