"""Texts that are nasty to a reader of bytes, kept as data: nasty_texts.jsonl says of each where.

A line has `text`, or `hex` for bytes that are no UTF-8; `times` repeats it; `why` says what is nasty. Whatever a search
for faults brings to light becomes a line there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Nasty(NamedTuple):
    """A text and what is nasty about it."""

    data: bytes
    why: str


def _read(line: str) -> Nasty:
    found = json.loads(line)
    once = bytes.fromhex(found["hex"]) if "hex" in found else found["text"].encode()
    return Nasty(once * found.get("times", 1), found["why"])


NASTY = [_read(line) for line in Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()]
