"""A transcript in the making: commands run in an empty environment, and a page of what they printed."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST = 46  # lines of an output that stand on the page


class Transcript:
    """What was said and run, in order. Every command runs as under `env -i`, with only a PATH and a HOME of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.begun = home, time.monotonic()
        self.parts: list[str] = []
        path = os.environ.get("FIRST_HOUR_PATH", "/usr/local/bin:/usr/bin:/bin")
        self.environ = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "COLUMNS": "110"}

    def say(self, text: str) -> None:
        """A paragraph of the page."""
        self.parts.append(text + "\n")

    def run(self, command: str, folder: Path, most: int = MOST) -> str:
        """Run a command, and put it on the page with its output, its exit code and its seconds."""
        began = time.monotonic()
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=self.environ, capture_output=True, text=True)
        took = time.monotonic() - began
        said = self.plain(done.stdout + done.stderr)
        lines = said.splitlines()
        if len(lines) > most:
            cut = len(lines) - most
            lines = [*lines[: most // 2], f"... {cut} lines left out here ...", *lines[-(most - most // 2) :]]
        body = "\n".join([f"$ {self.plain(command)}", *lines])
        code = f", exit {done.returncode}" if done.returncode else ""
        self.parts.append(
            f"```\n{body}\n```\n*{took:.1f} s{code}; minute {(time.monotonic() - self.begun) / 60:.1f}*\n"
        )
        return said

    def quietly(self, command: str, folder: Path) -> None:
        """Run a command that is not on the page. Raises where it fails."""
        subprocess.run(["bash", "-c", command], cwd=folder, env=self.environ, capture_output=True, check=True)

    def plain(self, text: str) -> str:
        """Without the folders of this machine."""
        return re.sub(
            r"[ \t]+$", "", text.replace(str(self.home), "~").replace(str(ROOT), "REPOSITORY"), flags=re.MULTILINE
        )
