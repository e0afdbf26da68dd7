"""Renew the hash-pinned lists in requirements/ from pyproject.toml, with no index and no path in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate",
          "--python-version", "3.11", "--quiet")  # fmt: skip


def compile_list(target: str, *sources: str, stdin: str = "") -> None:
    uv = Path(sys.executable).with_name("uv")
    out = ROOT / "requirements" / target
    command = [str(uv), "pip", "compile", *COMMON, "-o", str(out), *sources]
    subprocess.run(command, cwd=ROOT, input=stdin, text=True, check=True)


if __name__ == "__main__":
    compile_list("uv.txt", "-", stdin="uv\n")
    # The program with all extras, and what builds it without asking an index again.
    compile_list("demo.txt", "pyproject.toml", "requirements/build.in", "--all-extras")
    compile_list("test.txt", "--group", "test", "--group", "check", "-c", "requirements/demo.txt")
    compile_list("bench.txt", "--group", "bench", "-c", "requirements/demo.txt")  # peers, for make bench alone
    compile_list("faults.txt", "--group", "faults", "-c", "requirements/demo.txt")  # for make faults alone
