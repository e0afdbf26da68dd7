"""Checks of the tree as a whole: no registry hosts, no paths of a machine, no broken links, no names that say nothing.

Run by `make check`. Prints every fault and exits 1 when there is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Spelt apart, so that this file does not hold what it looks for.
HOSTS = re.compile("|".join(a + re.escape(b) for a, b in (
    ("pypi", ".org"), ("pythonhosted", ".org"), ("registry.npmjs", ".org"), ("deb.debian", ".org"),
    ("astral", ".sh"), ("file:///", "opt"),
)))  # fmt: skip
PATHS = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]")))
EMPTY_NAMES = {"utils", "util", "helpers", "common", "core", "base", "manager", "misc"}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".json", ".csv", ".html", ".css", ".typ", ".j2", ".in", ""}


def tracked() -> list[Path]:
    """The files that git tracks and that stand in the tree."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def line_faults(path: Path, text: str) -> list[str]:
    name = path.relative_to(ROOT)
    return [
        f"{name}:{n}: {what}"
        for n, line in enumerate(text.splitlines(), 1)
        for what, pattern in (("names a package registry's host", HOSTS), ("names a path of a machine", PATHS))
        if pattern.search(line)
    ]


def link_faults(path: Path, text: str) -> list[str]:
    name = path.relative_to(ROOT)
    targets = [
        m.group(1) for m in LINK.finditer(text) if "://" not in m.group(1) and not m.group(1).startswith("mailto:")
    ]
    return [f"{name}: link to {t}, which is not there" for t in targets if not (path.parent / t).exists()]


def main() -> int:
    faults: list[str] = []
    for path in tracked():
        if path.suffix == ".py" and path.stem in EMPTY_NAMES:
            faults.append(f"{path.relative_to(ROOT)}: a name that says nothing")
        if path.suffix not in TEXT or path.name == "LICENSE":
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        faults += line_faults(path, text)
        if path.suffix == ".md":
            faults += link_faults(path, text)
    print("\n".join(faults) if faults else "tree: no registry host, no machine path, no broken link")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
