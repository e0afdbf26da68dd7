"""What a pattern costs, and how much of it a pack may spend: a clerk's pack is checked in seconds, whoever wrote it.

Both engines take time linear in the text, but to make them ready takes time and memory by the size of their programs:
3,000 patterns such as `a.{0,200}b` keep a machine busy for minutes before the first row is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import hyperscan
import re2

MAX_PATTERN, MAX_PROGRAM = 300, 4_000  # characters of a pattern, steps of its program
MAX_PATTERNS, MAX_STEPS = 500, 20_000  # of all patterns of a pack together
_ANCHOR = re.compile(r"\\[AzZB]|(?<!\\)(?:\\\\)*(?:\$|\^)")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


def program(text: str) -> re2._Regexp:
    """A pattern as RE2 runs it; `programsize` is its number of steps. Raises re2.error."""
    options = re2.Options()
    options.log_errors, options.case_sensitive, options.max_mem = False, False, 1 << 20
    return re2.compile(text, options)


@dataclass(slots=True)
class Spent:
    """What the patterns of a pack have cost so far."""

    patterns: int = 0
    steps: int = 0
    told: bool = False

    def fault(self, text: str) -> str:
        """Why a pattern cannot be used; empty if it can: both engines take it, in bounds, and it never matches nothing.

        RE2 gives exact spans and Hyperscan says which rows. Once a pack has spent too much that is said once, and no
        more of its patterns are compiled.
        """
        if self.told:
            return ""
        if len(text) > MAX_PATTERN:
            return f"at most {MAX_PATTERN} characters"
        if _ANCHOR.search(_CLASS.sub("", text)):
            return "^ and $ have no meaning here, a hit may stand anywhere in a field"
        try:
            compiled = program(text)
            if compiled.search("") is not None:
                return "it matches nothing at all, too"
            if compiled.programsize > MAX_PROGRAM:
                return f"too large: {compiled.programsize} steps"
            if over := self._spend(compiled.programsize):
                return over
            hyperscan.Database().compile(
                expressions=[text.encode()], flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_UTF8]
            )
        except (re2.error, hyperscan.error) as error:
            said = error.args[0] if error.args else error
            return (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)).split(";")[0].lower()
        return ""

    def _spend(self, steps: int) -> str:
        self.patterns, self.steps = self.patterns + 1, self.steps + steps
        self.told = self.patterns > MAX_PATTERNS or self.steps > MAX_STEPS
        if not self.told:
            return ""
        return (
            f"with it the pack has {self.patterns} patterns of {self.steps:,} steps; a pack has at most {MAX_PATTERNS} "
            f"of {MAX_STEPS:,} together (.{{0,20}} costs a tenth of .{{0,200}})"
        )
