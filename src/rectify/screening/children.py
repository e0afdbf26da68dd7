"""The parent's side of a worker: starts it, speaks with it, and tells how it died."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

from rectify.catalogue.source import Source
from rectify.screening.outside import Lookup
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe
from rectify.screening.splits import SplitFolder
from rectify.screening.work import SplitWork, answer
from rectify.terms.entry import Json
from rectify.terms.errors import Broken, Fault, Faulty, Place, Refused, Unknown

Heard = Callable[[dict[str, Any]], None]
# Address space is what a limit on memory counts: no threads and no pools that reserve it ahead of need. What a batch
# takes goes back to the system, so that a worker holds no more after a million rows than after the first thousands.
_SPARING = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(8 << 20),
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
_WHOLE_CATALOGUE = 100  # times the silence of a batch: all files are digested before anything is told
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_ERRORS = {"Refused": Refused, "Unknown": Unknown}


class WorkerError(Exception):
    """A worker ended without an answer.

    `at` = rows it was screening, None while it read; `read` = the last row done, None where it had not begun;
    `killed` = by a signal from outside, which says little of what it was at.
    """

    def __init__(self, reason: str, at: tuple[int, int] | None, read: int | None, killed: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.at, self.read, self.killed = reason, at, read, killed


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use: bytes of memory beyond what it starts with, CPU seconds a batch, seconds of silence."""

    memory: int = 2 << 30
    cpu: int = 120
    silence: float = 900.0


class Asked(Protocol):
    """What a sweep hands its splits to."""

    def ask(self, message: Mapping[str, Json], heard: Heard | None = None) -> dict[str, Any]:
        """The answer to a message; `heard` gets all that is told before."""
        ...

    def close(self) -> None:
        """Ends it."""
        ...


class InThisProcess:
    """The work of a worker without a process of its own, and so without limits: for files of one's own, and tests."""

    def __init__(self, source: Source, plan: Plan, folder: Path, accounts: Lookup | None) -> None:
        self._source = source
        self._heard: Heard | None = None
        self._work = SplitWork(plan, source, SplitFolder(folder), accounts, self._say)

    def ask(self, message: Mapping[str, Json], heard: Heard | None = None) -> dict[str, Any]:
        """The answer to a message. Raises what the source and the plan raise."""
        self._heard = heard
        return answer(dict(message), self._source, self._work)

    def _say(self, message: dict[str, Json]) -> None:
        if self._heard:
            self._heard(message)

    def close(self) -> None:
        """Nothing to end."""


class Child:
    """One worker. Ask it one thing after another; once it has died, make another."""

    def __init__(
        self, recipe: Recipe, plan: Path, folder: Path, id_key: bytes, accounts: Lookup | None, limits: Limits
    ) -> None:
        self._accounts, self._silence = accounts, limits.silence
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (as long as the worker)
        environment = os.environ | _SPARING
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rectify.screening.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
        )
        self._held = b""
        self._setup = {
            "parent": os.getpid(),
            "made_by": recipe.made_by,
            "options": dict(recipe.options),
            "plan": str(plan),
            "folder": str(folder),
            "id_key": id_key.hex(),
            "accounts": accounts is not None,
            "memory": limits.memory,
            "cpu": limits.cpu,
        }

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def ask(self, message: Mapping[str, Json], heard: Heard | None = None) -> dict[str, Any]:
        """The answer to a message; `heard` gets all told before. Raises `WorkerError`, or what the worker raised."""
        at: tuple[int, int] | None = None
        read: int | None = None
        try:
            if self._setup:
                self._tell(self._setup)
                self._setup = {}
            self._tell(message)
            while True:
                told = self._hear(self._silence * (_WHOLE_CATALOGUE if message["do"] == "splits" else 1))
                if "done" in told:
                    done: dict[str, Any] = told["done"]
                    return done
                if "ask" in told:
                    found = self._accounts(told["ask"]) if self._accounts else []
                    self._tell({"accounts": [asdict(account) for account in found]})
                    continue
                if "at" in told:
                    at = (told["at"][0], told["at"][1])
                elif "read" in told:
                    at, read = None, told["read"]
                else:
                    raise _error(told)
                if heard:
                    heard(told)
        except (BrokenPipeError, EOFError, TimeoutError) as error:
            reason = self._reason(error)
            killed = -(self._process.poll() or 0) in _FROM_OUTSIDE and not isinstance(error, TimeoutError)
            raise WorkerError(reason, at, read, killed) from None

    def _tell(self, message: Mapping[str, Json]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _hear(self, silence: float) -> dict[str, Any]:
        """The next message. Raises EOFError where the worker has ended, TimeoutError where it is silent too long."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while b"\n" not in self._held:
            ready, _, _ = select.select([descriptor], [], [], silence)
            if not ready:
                self._process.kill()
                raise TimeoutError
            piece = os.read(descriptor, 1 << 16)
            if not piece:
                raise EOFError
            self._held += piece
        line, _, self._held = self._held.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message

    def _reason(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"nothing was heard of it for {self._silence:.0f} s"
        code = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read()[-4096:].decode("utf-8", "replace").strip().splitlines()
        if code == -signal.SIGXCPU:
            return "it took too long"
        if code < 0:
            return f"it was ended by signal {signal.Signals(-code).name}"
        return lines[-1][:200] if lines else f"it ended with {code}"

    def close(self) -> None:
        """Ends the worker."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _error(told: Mapping[str, Any]) -> Exception:
    if "faults" in told:
        return Faulty(
            Fault(text, Place(path=place) if place else None, remedy) for text, remedy, place in told["faults"]
        )
    return _ERRORS.get(told.get("error", ""), Broken)(
        told.get("text", "the worker said nothing"), told.get("remedy", "")
    )
