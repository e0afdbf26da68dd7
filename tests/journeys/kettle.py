"""A process that has the program loaded and forks for each call: the command line without the wait for its imports.

Each call is a process of its own, with its own folder, environment, arguments and streams, and runs the entry point of
the command. RECTIFY_COLD=1 starts the installed command anew each time instead.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

RECTIFY = Path(sys.executable).with_name("rectify")
COLD = bool(os.environ.get("RECTIFY_COLD"))


def cold(call: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """The installed command, started anew."""
    done = subprocess.run([str(RECTIFY), *call], cwd=folder, env=dict(environment), capture_output=True, timeout=180,
                          check=False, stdin=subprocess.DEVNULL)  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def warm(call: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """The same from a process that waits with everything loaded."""
    if COLD:
        return cold(call, folder, environment)
    waiting = _waiting()
    assert waiting.stdin is not None
    assert waiting.stdout is not None
    out, err = folder / ".out", folder / ".err"
    message = {
        "argv": ["rectify", *call],
        "cwd": str(folder),
        "env": dict(environment),
        "out": str(out),
        "err": str(err),
    }
    waiting.stdin.write(json.dumps(message) + "\n")
    waiting.stdin.flush()
    code = int(waiting.stdout.readline())
    said = out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
    out.unlink()
    err.unlink()
    return code, *said


@cache
def _waiting() -> subprocess.Popen[str]:
    waiting = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "LANG": "C.UTF-8"})  # fmt: skip
    atexit.register(waiting.communicate)  # its line is closed, and it ends
    return waiting


LOADED = (
    "rectify.cli.acting", "rectify.cli.cases", "rectify.cli.keeping", "rectify.cli.orders", "rectify.cli.reports",
    "rectify.cli.sweeps", "rectify.ledger.export", "rectify.ledger.offline", "rectify.letters.compose", "rectify.steps.run",
    "rectify.steps.tell", "sqlalchemy.dialects.sqlite", "typer._adapters", "rich.console", "rich.table",
)  # fmt: skip


def _serve() -> None:
    for name in LOADED:
        import_module(name)
    import_module("rectify.intake.instruments").instruments()
    for line in sys.stdin:
        call = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(_called(call))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _called(call: Mapping[str, object]) -> int:
    from rectify.cli.main import main

    os.chdir(str(call["cwd"]))
    os.environ.clear()
    os.environ.update(call["env"])  # type: ignore[call-overload]
    for number, name in ((0, os.devnull), (1, call["out"]), (2, call["err"])):
        os.dup2(os.open(str(name), os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = list(call["argv"])  # type: ignore[call-overload]
    try:
        main()
        return 0
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    _serve()
