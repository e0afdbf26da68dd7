"""From nodes to typed values: every fault is collected with its place, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from rectify.documents.nodes import Node, shown
from rectify.documents.signs import wrong_sign
from rectify.documents.source import MAX_FAULTS
from rectify.terms.errors import Fault, Faulty, Place, nearest

YEARS = range(1900, 2200)  # of dates and instants: sums with them never leave what a datetime can hold

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?", re.ASCII)
_BOOLEANS = {"yes": "true", "on": "true", "y": "true", "1": "true", "no": "false", "off": "false", "n": "false",
             "0": "false"}  # fmt: skip
_A = {"mapping": "a block of keys", "sequence": "a list", "scalar": "a text"}
_Day = TypeVar("_Day", date, datetime)


@dataclass(slots=True)
class Reading:
    """Asks nodes for typed values and collects what is wrong with them; `done` raises it all.

    A node that is None, or in which nothing was written, gives the empty value ("", (), None, False) without a fault:
    `mapping` tells what is required. After a fault the empty value is given too, so reading goes on.
    """

    faults: list[Fault] = field(default_factory=list)
    left_out: int = 0

    def fault(
        self, node: Node | Place | None, text: str, remedy: str = "", source: str = "", *, beside: str = ""
    ) -> None:
        """Takes down one fault; more than a hundred are only counted."""
        if len(self.faults) >= MAX_FAULTS:
            self.left_out += 1
            return
        place = node.place if isinstance(node, Node) else node
        self.faults.append(Fault(text, place, remedy, source, beside))

    def misread(self, node: Node, text: str, remedy: str = "", signs: str = "") -> None:
        """Takes down a text that is not what it should be: by the full-width sign in it (one of `signs`), if any."""
        other = None if node.quoted or node.kind != "scalar" else wrong_sign(node.place, node.text, signs)
        if other:
            self.fault(other.place, other.text, other.remedy)
        else:
            self.fault(node, text, remedy)

    def done(self) -> None:
        """Raises Faulty with all faults in the order of the file, if there are any."""
        if not self.faults:
            return
        ordered = sorted(self.faults, key=_place_of)
        if self.left_out:
            ordered.append(Fault(f"and {self.left_out} more faults", remedy="mend these first"))
        raise Faulty(ordered)

    def mapping(
        self,
        node: Node | None,
        known: Collection[str],
        required: Collection[str] = (),
        sources: Mapping[str, str] | None = None,
    ) -> dict[str, Node]:
        """The known keys in which something was written. `sources` names, by key, the provision that asks for it."""
        if node is None or (node.null and not required):
            return {}
        if node.kind != "mapping":
            told = f"{_named(node)} is {_A[node.kind]}; keys and values are expected"
            self.misread(node, told, "keys: " + ", ".join(known), "：｛")
            return {}
        for name, child in node.entries.items():
            if name in known:
                continue
            other = wrong_sign(child.key, name) if child.key and child.key.length == len(name) else None
            if other:  # of a key in quotes, which is longer than its name, every sign was meant
                self.fault(other.place, other.text, other.remedy)
            else:
                remedy = nearest(name[:60], known) if len(self.faults) < MAX_FAULTS else ""  # a flood stays cheap
                self.fault(child.key, f'unknown key "{shown(name)}"', remedy)
        for name in required:
            if name not in node.entries or node.entries[name].null:
                at = node.entries[name].key if name in node.entries else (node.key or node.place)
                self.fault(at, f'"{name}" is missing', source=(sources or {}).get(name, ""))
        return {name: child for name, child in node.entries.items() if name in known and not child.null}

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """The nodes of a list."""
        if node is None or node.null:
            return ()
        if node.kind != "sequence":
            told = f"{_named(node)} is {_A[node.kind]}; a list is expected"
            self.misread(node, told, f"write [{shown(node.text, 30)}]" if node.text else "", "［【，、")
        return node.items

    def text(self, node: Node | None) -> str:
        """The text as written."""
        if node is None or node.null:
            return ""
        if node.kind != "scalar":
            self.fault(node, f"{_named(node)} is {_A[node.kind]}; a text is expected")
        elif not node.text.strip():
            self.fault(node, f"{_named(node)} is empty")
        return node.text

    def line(self, node: Node | None, most: int = 300) -> str:
        """A text of one line: a name, a reference, an address."""
        text = self.text(node)
        if node is not None and ("\n" in text or "\r" in text):
            self.fault(node, f"{_named(node)} has several lines; one is expected")
        elif node is not None and len(text) > most:
            self.fault(node, f"{_named(node)} has {len(text)} characters", f"at most {most}")
        return text

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """A list of texts, none empty and none twice."""
        return self._words(node, self.text)

    def choice(self, node: Node | None, allowed: Collection[str]) -> str:
        """One of the allowed words."""
        text = self.text(node)
        if node is None or not text or text in allowed:
            return text
        self.misread(node, f'{_named(node)}: "{shown(text)}" is not known', nearest(text[:60], allowed))
        return ""

    def choices(self, node: Node | None, allowed: Collection[str]) -> tuple[str, ...]:
        """A list of allowed words, none twice."""
        return self._words(node, lambda item: self.choice(item, allowed))

    def _words(self, node: Node | None, read: Callable[[Node], str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for item in self.items(node):
            if item.null:
                self.fault(item, "an empty entry in a list", "put quotes around it if the word itself is meant")
                continue
            word = read(item)
            if word and word in found:
                self.fault(item, f'"{shown(word)}" stands twice in this list')
            elif word.strip():
                found[word] = None
        return tuple(found)

    def integer(self, node: Node | None, low: int = 0, high: int = 10**15 - 1) -> int | None:
        """A whole number from `low` to `high`."""
        text = self.text(node)
        if node is None or not text:
            return None
        if not _INTEGER.fullmatch(text) or not low <= int(text) <= high:
            limits = f"from {low} to {high}" if high < 10**15 - 1 else f"of at least {low}"
            self.misread(node, f'{_named(node)}: "{shown(text)}" is no whole number {limits}')
            return None
        return int(text)

    def decimal(self, node: Node | None) -> Decimal | None:
        """A decimal number with at most 10 places; no exponent, no NaN."""
        text = self.text(node)
        if node is None or not text:
            return None
        if not _DECIMAL.fullmatch(text):
            self.misread(node, f'{_named(node)}: "{shown(text)}" is no number', "digits and one point, as in 0.25")
            return None
        return Decimal(text)

    def boolean(self, node: Node | None) -> bool:
        """`true` or `false`."""
        text = self.text(node)
        if node is None or text in ("", "true", "false"):
            return text == "true"
        word = _BOOLEANS.get(text.lower(), text.lower())
        known = f"did you mean {word}?" if word in ("true", "false") else "known: true, false"
        self.misread(node, f'{_named(node)}: "{shown(text)}" is neither true nor false', known)
        return False

    def date(self, node: Node | None) -> date | None:
        """A day, as 2026-11-20."""
        text = self.text(node)
        if node is None or not text:
            return None
        if not _DATE.fullmatch(text):
            self.misread(node, f'{_named(node)}: "{shown(text)}" is no date', "year-month-day, as in 2026-11-20")
            return None
        try:
            return self._in_years(node, date.fromisoformat(text))
        except ValueError:
            self._no_day(node, text)
            return None

    def instant(self, node: Node | None) -> datetime | None:
        """An instant with its zone, as 2026-11-20T09:00:00+01:00 (RFC 3339)."""
        text = self.text(node)
        if node is None or not text:
            return None
        match = _INSTANT.fullmatch(text.upper().replace(" ", "T", 1))
        if not match:
            remedy = "day, hour and zone, as in 2026-11-20T09:00:00+01:00"
            self.misread(node, f'{_named(node)}: "{shown(text)}" is no instant', remedy)
            return None
        if not match[3]:
            if self._no_day(node, text[:10]):
                return None
            self.fault(node, f"{_named(node)}: {text} has no zone", f"as in {text}+01:00, or {text}Z for UTC")
            return None
        try:
            return self._in_years(node, datetime.fromisoformat(match[0]))
        except ValueError:
            if not self._no_day(node, text[:10]):
                self.fault(node, f"{_named(node)}: there is no instant {text}", "hours end at 23:59:59")
            return None

    def _no_day(self, node: Node, text: str) -> bool:
        """Takes down a day that no calendar has, with the month where that is what is wrong."""
        try:
            date.fromisoformat(text)
        except ValueError:
            month = text[5:7]
            remedy = "" if 1 <= int(month) <= 12 else f"there is no month {month}: 01 to 12, as in 2026-11-20"
            self.fault(node, f"{_named(node)}: there is no day {text}", remedy)
            return True
        return False

    def _in_years(self, node: Node, day: _Day) -> _Day | None:
        if day.year in YEARS:
            return day
        self.fault(node, f"{_named(node)}: the year {day.year} is out of reach", f"{YEARS[0]} to {YEARS[-1]}")
        return None


def _named(node: Node) -> str:
    """How a fault speaks of a node: by the path that leads there."""
    return f'"{node.place.path}"' if node.place.path else "the file"


def _place_of(fault: Fault) -> tuple[str, int, int]:
    return (fault.place.file, fault.place.line, fault.place.column) if fault.place else ("", 0, 0)
