"""Runs the fenced blocks of a page in a folder: ```sh whole, ```console line by line, and compares what comes out.

Ids, digests, instants and durations differ from run to run. In a page they stand as they came out once; here each is
bound to the one that comes out now, and commands that name it get the new one.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rectify.cli import main

BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```$", re.M | re.S)
NAME = re.compile(r"\b(?:(?:case|letter|lot|task|appeal|claim|person)-[0-9a-f]{16}|[0-9a-f]{12})\b")
DAYS, MONTHS = (
    "Mon|Tue|Wed|Thu|Fri|Sat|Sun",
    "January|February|March|April|May|June|July|August|September|October|November|December",
)
VARYING = (
    (re.compile(rf"(?:{DAYS}) \d\d \w{{3}} \d{{4}} \d\d:\d\d"), "DAY"),
    (re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:Z|\+00:00)?)?"), "DAY"),
    (re.compile(rf"\d{{1,2}} (?:{MONTHS}) \d{{4}}"), "DAY"),
    (re.compile(r"(?:! |!! )?(?:\d+ d \d+ h|\d+ h \d\d min) left"), "SPAN left"),
    (re.compile(r"\b\d+\.\d s\b"), "N s"),
    (re.compile(r"  \(provisional\)"), ""),
    (re.compile(r"\s+"), " "),
)
PASSED_OVER = re.compile(r"^ +note: ")  # at the end of a year one more says that its holidays are not published yet


@dataclass
class Command:
    """A command of a page and the lines that come out of it."""

    text: str
    lines: list[str] = field(default_factory=list)


def blocks(page: str) -> Iterator[str | list[Command]]:
    """Scripts as text, and console blocks as commands, in the order of the page."""
    for kind, text in BLOCK.findall(page):
        if kind == "sh":
            yield text
            continue
        found: list[Command] = []
        for line in text.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif found[-1].text.endswith("\\"):
                found[-1].text = found[-1].text[:-1] + line
            else:
                found[-1].lines.append(line)
        yield found


def stable(line: str) -> str:
    """A line without what differs from run to run, names left in."""
    for pattern, instead in VARYING:
        line = pattern.sub(instead, line)
    return line.strip()


def _kind(name: re.Match[str]) -> str:
    """What stands for a name when lines are compared: `case-NAME`; of a digest, NAME."""
    head, dash, _ = name[0].rpartition("-")
    return f"{head}{dash}NAME"


def _counts(line: str) -> bool:
    """Whether a line of the page has to come out."""
    return bool(line.strip()) and line.strip() != "..." and not PASSED_OVER.match(line)


class Shell:
    """A folder in which a page is run, and what the page's names are called now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, str] = {}

    def script(self, text: str) -> None:
        """Runs a whole script; it must succeed."""
        subprocess.run(["bash", "-euc", text], cwd=self.folder, check=True, env=self._environment(), timeout=60)

    def run(self, command: str) -> tuple[int, list[str]]:
        """Exit code and lines of a command, with the names of now."""
        command = NAME.sub(lambda found: self.names.get(found[0], found[0]), command)
        words = shlex.split(command)
        code, text = self._rectify(words) if words[0] == "rectify" and ">" not in words else self._bash(command)
        return code, [line.rstrip() for line in text.splitlines() if not PASSED_OVER.match(line)]

    def _rectify(self, words: list[str]) -> tuple[int, str]:
        """The command line itself, in this process: its entry point, arguments, exit code and both streams."""
        told, before, argv = io.StringIO(), Path.cwd(), sys.argv
        sys.argv = words
        os.chdir(self.folder)
        try:
            with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
                main.main()
        except SystemExit as end:
            return int(end.code or 0), told.getvalue()
        finally:
            sys.argv = argv
            os.chdir(before)
        return 0, told.getvalue()

    def _bash(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self._environment(), text=True, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return done.returncode, done.stdout

    @staticmethod
    def _environment() -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def fits(self, said: str, came: str) -> bool:
        """Whether a line of the page is the line that came; binds the names that it holds."""
        if stable(NAME.sub(_kind, said)) != stable(NAME.sub(_kind, came)):
            return False
        if said.startswith("Next"):
            return True  # of several alike, it names whichever comes first
        pairs = list(zip(NAME.findall(said), NAME.findall(came), strict=True))
        known = {**dict(pairs), **self.names}
        if any(known[ours] != now for ours, now in pairs):
            return False
        self.names = known
        return True

    def difference(self, command: Command, came: list[str]) -> str:
        """What the page says and did not come, and what came and is not said; `...` stands for any lines."""
        left = [line for line in came if line.strip()]
        missing = []
        for said in filter(_counts, command.lines):
            at = next((n for n, line in enumerate(left) if self.fits(said, line)), None)
            if at is None:
                missing.append(f"  said, did not come: {said}")
            else:
                del left[at]
        if any(line.strip() == "..." for line in command.lines):
            left = []
        return "\n".join([*missing, *(f"  came, is not said:  {line}" for line in left)])


def play(page: str, folder: Path) -> list[str]:
    """Runs a page and gives what differs, a command a text. An `error:` line in the page means a code of its own."""
    shell, faults = Shell(folder), []
    for block in blocks(page):
        if isinstance(block, str):
            shell.script(block)
            continue
        for command in block:
            code, came = shell.run(command.text)
            fails = any(line.startswith(("error:", "BROKEN")) for line in command.lines)
            told = shell.difference(command, came)
            if bool(code) != fails:
                told += f"\n  exit code {code}"
            if told.strip():
                faults.append(f"$ {command.text}\n{told}")
    return faults
