"""A worker: a process of its own, held to so much memory and time, that reads and screens what strangers wrote.

Started by `children.py`. Both ways one JSON object a line; the first line says what to work with. What it prints else
goes to its error output, whose end tells the reason if it dies.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any

import pyarrow as pa

from rectify.catalogue.limits import limit_process
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe, make_source
from rectify.screening.splits import SplitFolder
from rectify.screening.work import SplitWork, answer
from rectify.terms.entry import Json
from rectify.terms.errors import Faulty, RectifyError
from rectify.terms.item import Account, Contact

_WHOLE_CATALOGUE = 100  # times the CPU seconds of a batch, to digest all files and find their splits
_FOREVER = 1 << 40  # CPU seconds of the whole process: what counts is the time that one batch may take


class Worker:
    """The loop of a worker: a line in, work, lines out."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # a stray print must not stand among the messages
        self._in = sys.stdin
        setup = self._hear()
        self._parent, self._cpu = setup["parent"], setup["cpu"]
        limit_process(setup["memory"], _FOREVER)
        pa.set_cpu_count(1)
        pa.set_io_thread_count(1)
        gc.set_threshold(100_000, 20, 100)  # a plan is many small things that stay
        self._source = make_source(Recipe(setup["made_by"], setup["options"]))
        path = Path(setup["plan"])
        plan = Plan.from_bytes(path.read_bytes(), bytes.fromhex(setup["id_key"]), path.parent)
        lookup = self._accounts if setup["accounts"] else None
        self._work = SplitWork(plan, self._source, SplitFolder(Path(setup["folder"])), lookup, self._say)

    def run(self) -> None:
        """Works until the parent closes the line."""
        while True:
            message = self._hear()
            try:
                self._allow(_WHOLE_CATALOGUE if message["do"] == "splits" else 1)
                self._tell({"done": answer(message, self._source, self._work)})
            except Faulty as error:
                self._tell({"faults": [[f.text, f.remedy, str(f.place or "")] for f in error.faults]})
            except RectifyError as error:
                self._tell({"error": type(error).__name__, "text": error.text, "remedy": error.remedy})

    def _say(self, message: dict[str, Json]) -> None:
        """Tells how far it is; the batch that follows has its own time, and an orphan ends."""
        if os.getppid() != self._parent:
            os._exit(0)
        self._allow()
        self._tell(message)

    def _allow(self, times: int = 1) -> None:
        """Gives what follows its own CPU time; what is over it ends the process."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (ceil(used.ru_utime + used.ru_stime) + self._cpu * times, hard))

    def _accounts(self, ids: Sequence[str]) -> list[Account]:
        self._tell({"ask": list(ids)})
        return [Account(**one | {"contact": Contact(**one["contact"])}) for one in self._hear()["accounts"]]

    def _hear(self) -> dict[str, Any]:
        line = self._in.readline()
        if not line:
            os._exit(0)  # the parent is gone: nothing is left to commit for
        message: dict[str, Any] = json.loads(line)
        return message

    def _tell(self, message: dict[str, Json]) -> None:
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()


if __name__ == "__main__":
    try:
        Worker().run()
    except BrokenPipeError:
        os._exit(0)
