"""The first sheet of a workbook, read in a process of its own that is held to its limits.

The reader lays a sheet out as a grid of rows times columns before it can be asked how large that is: one cell at
XFD1048576 in a file of 1 KB asks for 512 GB, and ends the process that asked. So a child reads, with little memory.
"""

from __future__ import annotations

import io
import json
import resource
import signal
import subprocess
import sys
from importlib.util import find_spec

from rectify.terms.errors import Fault, Faulty, Missing, Place

MAX_COLUMNS, MAX_CELLS = 200, 2_000_000
_MEMORY, _SECONDS = 768 << 20, 60
_TOO_FAR = "delete the empty rows and columns behind the last one that says something, or save as CSV UTF-8"
_UNREADABLE, _TOO_LARGE = 3, 4  # how a child ends that cannot read it


def workbook_rows(data: bytes, file: str, max_rows: int) -> list[list[str]]:
    """The cells of the first sheet as a person sees them, row by row. `file` is only named in faults.

    Raises Faulty for what is no workbook or is laid out over too many rows or columns, Missing without the xlsx extra.
    """
    if find_spec("python_calamine") is None:
        remedy = 'pip install "rectify-orders[xlsx]", or save as CSV'
        raise Missing(f"{file}: reading XLSX needs an extra", remedy)
    command = [sys.executable, "-P", "-m", "rectify.rules.workbook", str(max_rows)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=4 * _SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Faulty([Fault("this workbook takes too long to read", Place(file), "save as CSV UTF-8")]) from None
    if done.returncode == 0:
        rows: list[list[str]] = json.loads(done.stdout)
        return rows
    said = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode == _UNREADABLE:
        raise Faulty([Fault(f"this is no workbook that can be read: {said}", Place(file), "save as CSV UTF-8")])
    if done.returncode == _TOO_LARGE:
        raise Faulty([Fault(said, Place(file), _TOO_FAR)])
    if done.returncode in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU, 1):
        told = "the sheet of this workbook is laid out over more cells than are read"
        raise Faulty([Fault(told, Place(file), _TOO_FAR)])
    raise Faulty([Fault(f"reading this workbook ended with {done.returncode}", Place(file), "save as CSV UTF-8")])


def _read(data: bytes, max_rows: int) -> tuple[int, str]:
    """How the child ends, and what it says."""
    import python_calamine

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    except (python_calamine.CalamineError, IndexError) as error:
        return _UNREADABLE, str(error)
    last = sheet.end or (-1, -1)  # row and column of the last cell, from 0
    height, width = last[0] + 1, last[1] + 1
    if height > max_rows or width > MAX_COLUMNS or height * width > MAX_CELLS:
        return _TOO_LARGE, (
            f"the sheet goes on to row {height:,} and column {width:,}; "
            f"at most {max_rows:,} rows, {MAX_COLUMNS} columns and {MAX_CELLS:,} cells are read"
        )
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    return 0, json.dumps(rows)


def _cell(value: object) -> str:
    """A cell as a person sees it: 100.0 is 100, a day is 2026-11-20."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00") if value is not None else ""


if __name__ == "__main__":
    code, answer = _read(sys.stdin.buffer.read(), int(sys.argv[1]))
    sys.stdout.buffer.write(answer.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    sys.exit(code)
