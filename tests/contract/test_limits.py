"""A child that reads what strangers wrote is held to its limits."""

from __future__ import annotations

import subprocess
import sys

import pytest


def child(code: str) -> subprocess.CompletedProcess[str]:
    start = "from rectify.catalogue.limits import limit_process\n"
    return subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=False)


def test_more_memory_than_allowed_is_a_memory_error():
    done = child("limit_process(100 << 20, 60)\ntry: bytearray(400 << 20)\nexcept MemoryError: print('held')")
    assert done.stdout == "held\n"


@pytest.mark.slow
def test_more_time_than_allowed_ends_the_child():
    assert child("limit_process(1 << 30, 1)\nwhile True: pass").returncode < 0


def test_a_limit_is_never_raised_again():
    done = child(
        "import resource\nlimit_process(1 << 30, 50)\nlimit_process(8 << 30, 90)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    assert done.stdout == "50\n"
