"""Limits for a process that reads what strangers wrote."""

from __future__ import annotations

import resource


def limit_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Holds this process to so many bytes of address space beyond what it has now, and so many CPU seconds.

    Call it first thing in a child: beyond the memory an allocation raises MemoryError, beyond the time the kernel
    sends SIGXCPU and, five seconds later, SIGKILL. No core file is written. A limit set earlier is never raised.
    """
    most = _size_now() + memory_bytes
    _lower(resource.RLIMIT_AS, most, most)
    _lower(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 5)
    _lower(resource.RLIMIT_CORE, 0, 0)


def _size_now() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except FileNotFoundError:  # not Linux: the limit then counts from nothing
        return 0


def _lower(what: int, soft: int, hard: int) -> None:
    was_soft, was_hard = resource.getrlimit(what)
    if was_hard != resource.RLIM_INFINITY:
        hard = min(hard, was_hard)
    if was_soft != resource.RLIM_INFINITY:
        soft = min(soft, was_soft)
    resource.setrlimit(what, (min(soft, hard), hard))
