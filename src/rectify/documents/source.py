"""The text of a document, and where each of its signs stands."""

from __future__ import annotations

import re
from bisect import bisect_right

from rectify.terms.errors import Fault, Place

MAX_FAULTS = 100
MAX_EXCERPT = 240  # characters of a line that a caret can stand under; a longer line is not quoted

# Signs that YAML 1.2 does not call printable, and the three rare line ends, which would be read as a blank.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_END = re.compile(r"\r\n|\r|\n")


class Source:
    """A text, and the places of its signs. Lines end as an editor ends them, columns count code points from 1."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.starts = [0, *(match.end() for match in LINE_END.finditer(text))]

    def place(self, start: int, end: int = 0, path: str = "") -> Place:
        """The place of what stands from `start` to `end`, as far as it stands on its first line."""
        line = bisect_right(self.starts, start) - 1
        first = self.starts[line]
        last = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        excerpt = self.text[first:last].rstrip("\r\n")
        length = len(self.text[start : min(end, first + len(excerpt))].rstrip())
        if len(excerpt) > MAX_EXCERPT:
            excerpt = ""
        return Place(
            self.file, line + 1, start - first + 1, max(length, 1), UNPRINTABLE.sub("\ufffd", excerpt), path=path
        )

    def unfit_signs(self) -> list[Fault]:
        """A fault for each control sign (at most ten), so that none reaches the parser or a terminal."""
        faults = []
        for match in list(UNPRINTABLE.finditer(self.text))[:10]:
            remedy = "take it out; write a plain line end" if match[0] in "\x85\u2028\u2029" else "take it out"
            sign = f"the control sign U+{ord(match[0]):04X}"
            faults.append(Fault(f"{sign} may not stand in a document", self.place(match.start()), remedy))
        return faults
