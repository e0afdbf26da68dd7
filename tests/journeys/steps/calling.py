"""The command called in this process, as somebody of the market."""

from __future__ import annotations

from pathlib import Path

import pytest

from rectify.cli import main


def called(monkeypatch: pytest.MonkeyPatch, folder: Path, who: str, *words: str) -> int:
    """The exit code of a call in a workspace."""
    monkeypatch.setattr("sys.argv", ["rectify", "-w", str(folder), "--as", who, *words])
    with pytest.raises(SystemExit) as end:
        main.main()
    return int(end.value.code or 0)
