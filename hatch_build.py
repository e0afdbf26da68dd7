"""What hatchling asks when it builds the package: the native kernel, where a C compiler is there (tools/kernel.py)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))
import kernel


class KernelHook(BuildHookInterface[Any]):
    """Puts the module into a wheel, or beside the sources that are used; without it, a wheel is for any machine."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            made = kernel.build_beside()
        else:
            self.scratch = tempfile.TemporaryDirectory()
            folder = Path(self.scratch.name)
            made = kernel.build(folder)
            (folder / kernel.NOTE).write_text(kernel.note(made))
            for path in sorted(folder.iterdir()):
                build_data["force_include"][str(path)] = f"rectify/screening/{path.name}"
            if made.module:
                platform = self.build_config.builder.get_best_matching_tag().split("-", 2)[2]
                build_data.update(pure_python=False, tag=f"{kernel.TAG}-{platform}")
        if not made.module:
            self.app.display_warning(str(made))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.scratch.cleanup()
