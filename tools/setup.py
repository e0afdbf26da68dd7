"""Set up the project's virtual environment from the hash-pinned lists in requirements/. Standard library only.

    python3 tools/setup.py demo     what the program needs, with pictures and PDF
    python3 tools/setup.py test     that, and what the tests and checks need
    python3 tools/setup.py bench    that, and the libraries that the benchmarks compare with
    python3 tools/setup.py faults   what the tests need, and what searches for faults

Says plainly what is missing. Uses uv where pip can fetch it, and pip alone where not. Builds the native kernel anew
when its sources changed; for tests it fetches a C compiler where it may, and in CI everything must be there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import kernel  # tools/kernel.py

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LISTS = {"demo": ("demo.txt",), "test": ("demo.txt", "test.txt"), "bench": ("demo.txt", "test.txt", "bench.txt"),
         "faults": ("demo.txt", "test.txt", "faults.txt")}  # fmt: skip


def stop(text: str) -> None:
    print(f"error: {text}", file=sys.stderr)
    sys.exit(1)


def run(*command: str, quiet: bool = True, told: bool = True) -> bool:
    """Run a command; its output is shown only when it failed, and not at all where another way is tried then."""
    done = subprocess.run(command, capture_output=quiet, text=True, cwd=ROOT)
    if done.returncode and quiet and told:
        print(done.stdout + done.stderr, file=sys.stderr)
    return done.returncode == 0


def make_venv() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - it is what a too old Python is told
        stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=python3.12 demo")
    try:
        import ensurepip  # noqa: F401 - on Debian both come with python3-venv
        import venv  # noqa: F401

    except ImportError:
        stop("the venv module is missing: on Debian or Ubuntu run  apt-get install python3-venv")
    if PYTHON.exists() and run(str(PYTHON), "-m", "pip", "--version"):
        return
    print("Setting up .venv ...", flush=True)
    if not run(sys.executable, "-m", "venv", "--clear", str(VENV)):
        stop("the virtual environment could not be made (see above)")


def files_of(name: str) -> list[Path]:
    return [ROOT / "requirements" / f for f in LISTS[name]]


def wanted(name: str) -> str:
    """What a list asks for, as a digest: a place that bears it is ready."""
    return hashlib.sha256(b"".join(f.read_bytes() for f in [*files_of(name), ROOT / "pyproject.toml"])).hexdigest()


def ready(name: str) -> bool:
    stamp = VENV / f"ready-{name}"
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted(name)


def install(name: str) -> None:
    lists = [part for f in files_of(name) for part in ("-r", str(f))]
    print(f"Installing {' and '.join(LISTS[name])} ...", flush=True)
    pip = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet")
    uv = run(*pip, "install", "--require-hashes", "-r", str(ROOT / "requirements" / "uv.txt"), told=False)
    fast = (str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), "--quiet", "--compile-bytecode")
    if not (uv and run(*fast, "--require-hashes", *lists, told=False)):
        print("uv could not do it, pip does it now (slower) ...", flush=True)
        if not run(*pip, "install", "--require-hashes", *lists, quiet=False):
            stop("the packages could not be installed (see above)")
    if not run(*pip, "install", "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)):
        stop("the project itself could not be installed (see above)")
    (VENV / f"ready-{name}").write_text(wanted(name))


def fetch_compiler() -> None:
    """A C compiler and the headers of Python, from the system's packages, where this user may install them."""
    why = kernel.lacking()
    packages = {kernel.NO_COMPILER: ["gcc", "libc6-dev"], kernel.NO_HEADERS: []}.get(why)
    if packages is None or os.geteuid() or not shutil.which("apt-get"):
        return
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        packages.append(f"python{sys.version_info.major}.{sys.version_info.minor}-dev")
    print(f"Installing {' and '.join(packages)} with apt-get ...", flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", told=False)
    run("apt-get", "install", "--yes", "--no-install-recommends", *packages)


def build_kernel(name: str) -> None:
    """The native kernel beside its sources. Tests do not run by mistake without what they are to test."""
    tests, told = name != "demo", False
    if not kernel.settled():
        if tests:
            fetch_compiler()
        print("Building the native kernel ...", flush=True)
        told = tests  # what the compiler says, too
        run(str(PYTHON), str(ROOT / "tools" / "kernel.py"), quiet=not told, told=False)
    why = kernel.noted().get("why", "")
    if why and not told:
        print(kernel.Made(None, why), file=sys.stderr)
    if why and tests and why != kernel.UNWANTED and (os.environ.get("CI") or why.startswith(kernel.FAILED)):
        stop("the tests need the native kernel;  CC=false make test  goes without it")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LISTS:
        stop("usage: python3 tools/setup.py demo|test|bench|faults")
    os.environ.pop("PYTHONPATH", None)
    # uv brings certificates of its own; a firm's network often has others, which the system knows.
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")
    os.environ.setdefault("UV_NATIVE_TLS", "1")
    if not ready(sys.argv[1]):
        make_venv()
        install(sys.argv[1])
    build_kernel(sys.argv[1])
