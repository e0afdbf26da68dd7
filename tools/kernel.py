"""Compile the native kernel of screening, `rectify.screening._kernel`: one module for every Python from 3.11 on.

    python tools/kernel.py                            beside its sources, where it is not made from them yet
    python tools/kernel.py --into FOLDER [FLAG ...]   into a folder, with further flags for compiler and linker

The build of the package (hatch_build.py) and the set-up of the project (tools/setup.py) both come here. To see whether
there is anything to do takes the standard library alone; to compile takes setuptools and a C compiler. Where no module
could be made, a note in its place says why; `rectify doctor` reads it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCREENING = ROOT / "src" / "rectify" / "screening"
SOURCES = SCREENING / "kernel"
MODULE = "rectify.screening._kernel"
NOTE = "_kernel.json"
# No -march: one module serves every machine of a platform, and what a machine has is asked for at run time.
FLAGS = ("-O3", "-std=c11", "-fvisibility=hidden", "-Wall", "-Wextra")
OLDEST = "0x030B0000"  # Python 3.11, the oldest that can load the module
TAG = "cp311-abi3"
STEERING = ("CC", "CFLAGS", "LDFLAGS", "ARCHFLAGS")
UNWANTED = "CC=false asked for none"
NO_COMPILER = "no C compiler (cc, gcc or clang) was there; on Debian or Ubuntu: apt-get install gcc libc6-dev"
NO_HEADERS = "Python.h was not there; on Debian or Ubuntu: apt-get install python3-dev"
FAILED = "the compiler failed"


@dataclass(frozen=True)
class Made:
    """What came of it: the module, or why there is none, and what the compiler said."""

    module: Path | None
    why: str = ""
    log: str = ""

    def __str__(self) -> str:
        return f"The native kernel was not built: {self.why}. Rectify works without it, more slowly."


def compiler() -> str:
    """The C compiler's command: that of CC, else Python's own, else what is there; empty where there is none."""
    if os.environ.get("CC"):
        return os.environ["CC"]
    for command in (sysconfig.get_config_var("CC") or "cc", "cc", "gcc", "clang"):
        if shutil.which(shlex.split(command)[0]):
            return command
    return ""


def lacking() -> str:
    """Why nothing can be compiled here; empty where it can be tried."""
    command = compiler()
    if command and Path(shlex.split(command)[0]).name == "false":
        return UNWANTED
    if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "this Python has no stable interface for modules in C"
    if sys.byteorder != "little":
        return "this processor has the highest byte of a number first, and the kernel reads words lowest byte first"
    if not command:
        return NO_COMPILER
    if not shutil.which(shlex.split(command)[0]):
        return f'there is no compiler "{command}", which CC names'
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return NO_HEADERS
    return ""


def build(into: Path, *flags: str) -> Made:
    """Compiles into a folder. Raises nothing that a compiler can be the cause of."""
    why = lacking() or ("" if find_spec("setuptools") else "setuptools was not there")
    if why:
        return Made(None, why)
    command = (sys.executable, str(Path(__file__).resolve()), "--compile", str(into), *flags)
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=os.environ | {"CC": compiler()})
    log = done.stdout + done.stderr
    made = sorted(into.glob("_kernel.*"))
    if done.returncode or not made:
        lines = [line.strip() for line in log.splitlines() if "error" in line.lower()]
        return Made(None, f"{FAILED} ({(lines or ['it said nothing'])[0].rstrip('.')})", log)
    return Made(made[0], log=log)


def compile_here(into: str, flags: list[str]) -> None:
    from setuptools import Distribution, Extension
    from setuptools.errors import CompileError, LinkError

    name = MODULE.rpartition(".")[2]
    sources = sorted(str(path.relative_to(ROOT)) for path in SOURCES.glob("*.c"))
    extension = Extension(name, sources, define_macros=[("Py_LIMITED_API", OLDEST)], py_limited_api=True,
                          extra_compile_args=[*FLAGS, *flags], extra_link_args=flags)  # fmt: skip
    command = Distribution({"name": name, "ext_modules": [extension]}).get_command_obj("build_ext")
    with tempfile.TemporaryDirectory() as scratch:
        command.build_temp, command.build_lib = scratch, into
        command.ensure_finalized()
        try:
            command.run()
        except (CompileError, LinkError) as error:
            sys.exit(str(error))


def digest() -> str:
    """Of the sources, of how they are compiled, and of the kind of machine."""
    state = hashlib.sha256(repr([sysconfig.get_platform(), *map(os.environ.get, STEERING)]).encode())
    for path in (Path(__file__), *sorted(path for path in SOURCES.iterdir() if path.is_file())):
        state.update(repr((path.name, hashlib.sha256(path.read_bytes()).hexdigest())).encode())
    return state.hexdigest()


def note(made: Made) -> str:
    """What stands beside the module."""
    return json.dumps({"module": made.module.name if made.module else "", "why": made.why, "made_of": digest()}) + "\n"


def noted() -> dict[str, str]:
    try:
        return dict(json.loads((SCREENING / NOTE).read_text()))
    except (OSError, ValueError):
        return {}


def settled() -> bool:
    """Whether the module beside the sources is made of them as they are now, or is not wanted."""
    found = noted()
    if found.get("made_of") != digest():
        return False
    return (SCREENING / found["module"]).is_file() if found["module"] else found["why"] == UNWANTED


def build_beside() -> Made:
    """Compiles beside the sources, where a checkout finds it; an older module goes where none can be made."""
    with tempfile.TemporaryDirectory(dir=SCREENING, prefix=".kernel-") as scratch:
        made = build(Path(scratch))
        for old in SCREENING.glob("_kernel.*.so"):
            if not made.module or old.name != made.module.name:
                old.unlink()
        if made.module:  # in one go: whoever runs the old one keeps it
            made = Made(made.module.replace(SCREENING / made.module.name), log=made.log)
        told = Path(scratch, NOTE)
        told.write_text(note(made))
        told.replace(SCREENING / NOTE)
    return made


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--compile"]:
        compile_here(arguments[1], arguments[2:])
        return 0
    if arguments[:1] == ["--into"] and len(arguments) > 1:
        folder = Path(arguments[1]).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        made = build(folder, *arguments[2:])
    elif arguments:
        print("usage: python tools/kernel.py [--into FOLDER [FLAG ...]]", file=sys.stderr)
        return 2
    elif settled():
        return 0
    else:
        made = build_beside()
    if made.module:
        return 0
    print(made.log + str(made), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
