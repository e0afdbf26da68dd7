"""Which engine screening uses. The native kernel and the pure engine find the same; the kernel is faster.

`RECTIFY_ENGINE` asks for one, `native` or `pure`; without it, the kernel runs where it was built. `RECTIFY_CPU` asks
for a path of the kernel, such as `portable`; without it, the best one that this machine has.
"""

from __future__ import annotations

import json
import os
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from rectify.terms.errors import Missing, Refused, nearest

NATIVE, PURE = "native", "pure"
# The version of the kernel that this code speaks with: KERNEL_VERSION of kernel/plan.h.
SPOKEN = 13
_NOTE = Path(__file__).with_name("_kernel.json")  # written when the package was built


def engine() -> str:
    """`native` or `pure`. Raises Refused where RECTIFY_ENGINE names neither, Missing where the kernel is not there."""
    asked = os.environ.get("RECTIFY_ENGINE", "")
    if asked not in ("", NATIVE, PURE):
        raise Refused(f'RECTIFY_ENGINE is "{asked}", which is no engine', nearest(asked, (NATIVE, PURE)))
    if asked == NATIVE and wrong():
        raise Missing(
            f"RECTIFY_ENGINE asks for the native kernel: {wrong()}",
            "install Rectify again where a C compiler is, or leave RECTIFY_ENGINE out",
        )
    return asked or (PURE if wrong() else NATIVE)


def kernel() -> Any:
    """The module of the native kernel where screening uses it, else None. Raises what `engine` raises."""
    return import_module("rectify.screening._kernel") if engine() == NATIVE else None


def cpu_path() -> str:
    """The path of the kernel that runs, "portable" or one for units that this machine has; empty for the pure engine.

    Raises what `engine` raises, and Refused where RECTIFY_CPU names a path that is not there.
    """
    if engine() == PURE:
        return ""
    paths, asked = cpu_paths(), os.environ.get("RECTIFY_CPU", "")
    if asked and asked not in paths:
        raise Refused(f'RECTIFY_CPU is "{asked}", which is no path of the kernel here', nearest(asked, paths))
    return asked or paths[-1]


def cpu_paths() -> tuple[str, ...]:
    """The paths that the kernel has on this machine, the best last; empty where there is no kernel."""
    return () if wrong() else tuple(about().get("paths", ("portable",)))


def about() -> dict[str, Any]:
    """What the kernel says of itself: its version, and what compiled it. Raises ImportError where there is none."""
    return dict(import_module("rectify.screening._kernel").about())


@cache
def wrong() -> str:
    """Why the native kernel cannot run, in a few words; empty where it can."""
    try:
        version = about()["version"]
    except ModuleNotFoundError:
        return f"it was not built when Rectify was installed ({_noted() or 'nothing says why'})"
    except ImportError as error:
        return f"it does not load ({error})"
    return "" if version == SPOKEN else f"it is of version {version}, and {SPOKEN} is needed; build it again"


def _noted() -> str:
    try:
        return str(json.loads(_NOTE.read_text(encoding="utf-8"))["why"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
