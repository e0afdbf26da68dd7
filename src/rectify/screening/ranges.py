"""Runs of numbers and of texts that stand one after another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def flat(start: Ints, length: Ints) -> Ints:
    """The numbers start, start + 1 ... of each run, one run after another."""
    before = np.cumsum(length) - length
    numbers: Ints = np.arange(int(length.sum())) + np.repeat(start - before, length)
    return numbers


def parted(joined: str, length: Ints) -> list[str]:
    """Texts that stand one after another, each of the length given."""
    ends = np.cumsum(length).tolist()
    return [joined[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []
