"""Full-width signs that an input method writes where YAML needs its own: found, and told where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rectify.terms.errors import Fault, Place

_PLAIN = {"：": ":", "，": ",", "、": ",", "｛": "{", "｝": "}", "［": "[", "］": "]", "【": "[", "】": "]", "“": '"',
          "”": '"', "‘": "'", "’": "'", "＂": '"', "＇": "'", "－": "-", "＃": "#", "．": ".", "　": "a blank",
          **{chr(0xFF10 + n): str(n) for n in range(10)}}  # fmt: skip
_ANY = re.compile("[" + "".join(_PLAIN) + "]")
_KEY = re.compile(r"""[ \t]*(?:-[ \t]+)*["']?[A-Za-z_][\w.-]*["']?[ \t]*(：)""", re.ASCII)  # a key at the line's head
_BRACKETED = re.compile(r"[{\[][^{}\[\]#]*?([：，、｝］“”])")  # within brackets of YAML
_OPENING = re.compile(r"""(?::[ \t]+|^[ \t]*-[ \t]+)([｛［【“‘])""")  # a value that begins with one
_BEFORE = 2  # lines: the parser stumbles that much later than where the sign stands


def wrong_sign(place: Place, text: str, of: str = "") -> Fault | None:
    """The fault of an unquoted text that is not what it should be, for the first full-width sign in it; else None.

    `of` names the signs that can have spoilt it, all if left out.
    """
    match = next((match for match in _ANY.finditer(text) if not of or match[0] in of), None)
    if match is None:
        return None
    column = place.column + match.start()
    if place.excerpt and place.excerpt[column - 1 : column] != match[0]:
        return None  # in a further line of the text, whose place is not known
    return _fault(place, match[0], column)


def wrong_signs(lines: list[str], at: int, file: str) -> list[Fault]:
    """Full-width signs that made the parser stumble in a line (from 0): after keys, else between brackets."""
    near = range(max(at - _BEFORE, 0), min(at + 1, len(lines)))
    first = next((n for n in near if _KEY.match(lines[n])), None)
    if first is not None:
        while first and _KEY.match(lines[first - 1]):
            first -= 1
        return list(_keys(lines, range(first, near.stop), file))
    for number in reversed(near):
        line = lines[number]
        match = _OPENING.search(line) or _BRACKETED.search(line)
        if match:
            return [_fault(Place(file, number + 1, excerpt=line), match[1], match.start(1) + 1)]
    return []


def _keys(lines: list[str], numbers: range, file: str) -> Iterator[Fault]:
    for number in numbers:
        match = _KEY.match(lines[number])
        if match:
            yield _fault(Place(file, number + 1, excerpt=lines[number]), match[1], match.start(1) + 1)


def _fault(place: Place, sign: str, column: int) -> Fault:
    return Fault(f"a full-width {sign} stands here", replace(place, column=column, length=1), f"write {_PLAIN[sign]}")
