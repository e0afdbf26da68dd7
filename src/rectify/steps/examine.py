"""What `rectify doctor` looks at: the program, its parts, and the workspace it is called in."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from rectify import __version__
from rectify.screening import engines
from rectify.screening.kept_plans import VARIABLE, kept_plans
from rectify.settings import FILE
from rectify.steps.doors import offers
from rectify.terms.errors import RectifyError
from rectify.workspace import open_workspace

# extra -> module that it brings; what is missing is told with what it is for.
EXTRAS = {
    "pdf": ("typst", "reports as PDF"),
    "charts": ("vl_convert", "charts in reports"),
    "xlsx": ("python_calamine", "word lists as spreadsheets"),
}
PARTS = ("hyperscan", "google-re2", "numpy", "pyarrow")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `state` is fine, missing (works without), or broken."""

    name: str
    state: str
    says: str


def examine(folder: Path, now: datetime) -> list[Check]:
    """Looks at everything; raises nothing."""
    return [*_program(), *_doors(), *_workspace(folder, now)]


def _doors() -> Iterator[Check]:
    """Connectors, sources, report formats and packs that this installation has, one a line."""
    for offer in offers():
        name = f"{offer.door.removesuffix('s')} {offer.name}"
        yield Check(name, "broken" if offer.wrong else "fine", str(offer))


def _program() -> Iterator[Check]:
    yield Check("rectify", "fine", f"{__version__} on Python {platform.python_version()}, {sys.platform}")
    yield _engine()
    yield _kept_plans()
    yield Check("engine parts", "fine", ", ".join(f"{name} {metadata.version(name)}" for name in PARTS))
    yield Check("sqlite", "fine", f"{sqlite3.sqlite_version}, write-ahead log, synchronous=FULL")
    for extra, (module, what) in EXTRAS.items():
        there = find_spec(module) is not None
        remedy = f"missing; pip install 'rectify-orders[{extra}]'"
        yield Check(f"extra {extra}", "fine" if there else "missing", f"{what}: {'there' if there else remedy}")


def _engine() -> Check:
    """Which engine runs, on which path, and why not the native one where that is so."""
    try:
        name, path = engines.engine(), engines.cpu_path()
    except RectifyError as error:
        return Check("engine", "broken", f"{error.text}; {error.remedy}")
    if name == engines.NATIVE:
        kernel, others = engines.about(), [other for other in engines.cpu_paths() if other != path]
        told = f"native kernel {kernel['version']} ({kernel['compiler']}), CPU path {path}"
        return Check("engine", "fine", f"{told}; it also has {', '.join(others)}" if others else told)
    why = engines.wrong()
    if why:
        return Check("engine", "missing", f"pure Python, slower than the native kernel: {why}")
    return Check("engine", "fine", "pure Python, slower than the native kernel: RECTIFY_ENGINE asks for it")


def _kept_plans() -> Check:
    """Where compiled plans are kept, and how much of them."""
    kept = kept_plans()
    if kept is None:
        return Check("kept plans", "fine", f"none: {VARIABLE} says so, or there is no home folder")
    count, size = kept.size()
    return Check("kept plans", "fine", f"{count} files of {size / 1e6:,.1f} MB in {kept.folder}")


def _workspace(folder: Path, now: datetime) -> Iterator[Check]:
    if not (folder / FILE).is_file():
        yield Check("workspace", "missing", f"no {FILE} in {folder}; begin with  rectify init")
        return
    try:
        with open_workspace(folder, lambda: now) as workspace:
            yield Check("workspace", "fine", f"{workspace.ledger.size()} entries in {workspace.settings.store}")
            different = workspace.ledger.differences()
            told = ", ".join(different) or "all tables are what the ledger says"
            yield Check("tables", "broken" if different else "fine", told)
            packs = workspace.packs()
            yield Check("packs", "fine", ", ".join(f"{p.name} {p.version}" for p in packs.values()))
    except RectifyError as error:
        yield Check("workspace", "broken", f"{error.text} {error.remedy}".strip())
