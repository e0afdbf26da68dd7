"""Full-width signs that an input method writes where YAML needs its own: found, and told where they stand."""

from __future__ import annotations

import re
from dataclasses import replace

from rectify.terms.errors import Fault, Place

_PLAIN = {"：": ":", "，": ",", "、": ",", "｛": "{", "｝": "}", "［": "[", "］": "]", "【": "[", "】": "]", "“": '"',
          "”": '"', "‘": "'", "’": "'", "＂": '"', "＇": "'", "－": "-", "＃": "#", "．": ".", "　": "a blank",
          **{chr(0xFF10 + n): str(n) for n in range(10)}}  # fmt: skip
_ANY = re.compile("[" + "".join(_PLAIN) + "]")
_KEY = re.compile(r"""[ \t]*(?:-[ \t]+)*["']?[A-Za-z_][\w.-]*["']?[ \t]*(：)""", re.ASCII)  # a key at the line's head
_BRACKETED = re.compile(r"[{\[][^{}\[\]#]*?([：，、｝］“”])")  # within brackets of YAML
_OPENING = re.compile(r"""(?::[ \t]+|^[ \t]*-[ \t]+)([｛［【“‘])""")  # a value that begins with one
_CLOSING = re.compile(r"""[{\[][^{}\[\]#]*?([｝］】])|"[^"]*([”＂])|'[^']*([’＇])""")  # the end of what ASCII began
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
    return sign_fault(replace(place, column=column), match[0])


def wrong_signs(lines: list[str], at: int) -> list[tuple[int, int, str]]:
    """Full-width signs that made the parser stumble in a line: after keys, else in place of YAML's own.

    Lines and columns, from 0, and the sign.
    """
    near = range(max(at - _BEFORE, 0), min(at + 1, len(lines)))
    first = next((n for n in near if _KEY.match(lines[n])), None)
    if first is not None:
        while first and _KEY.match(lines[first - 1]):
            first -= 1
        found = ((n, _KEY.match(lines[n])) for n in range(first, near.stop))
        return [(n, match.start(1), match[1]) for n, match in found if match]
    for number in reversed(near):
        match = _OPENING.search(lines[number]) or _BRACKETED.search(lines[number])
        if match:
            return [(number, match.start(1), match[1])]
    return []


def wrong_end(line: str) -> tuple[int, str] | None:
    """The column (from 0) of a full-width sign that should have closed what an ASCII sign in this line began."""
    match = _CLOSING.search(line)
    return (match.start(match.lastindex or 0), match[match.lastindex or 0]) if match else None


def sign_fault(place: Place, sign: str) -> Fault:
    """The fault of one sign at its place."""
    return Fault(f"a full-width {sign} stands here", replace(place, length=1), f"write {_PLAIN[sign]}")
