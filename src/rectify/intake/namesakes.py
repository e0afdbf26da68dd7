"""Two entries of the register for one authority at one time: the second would be called back in place of the first.

An order names its authority in words. Whoever could note a second entry under the same name, with a contact of their
own, would be asked whether their order is genuine, and would say yes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from rectify.intake.authorities import Authorities, Authority
from rectify.terms.errors import Fault, Place


def namesakes(known: Authorities, added: Iterable[Authority]) -> tuple[Fault, ...]:
    """A fault for each entry to be added whose name or id an entry of the same country already goes by.

    Not where that is the entry which it replaces (the same id), or one that ends before this one begins.
    """
    faults, there = [], {entry.id: entry for entry in known.entries}
    for entry in added:
        there[entry.id] = entry
        for other in there.values():
            if other.id != entry.id and _same_name(entry, other) and _together(entry, other):
                until = f"until {other.valid_until}" if other.valid_until else "without an end"
                told = f'"{entry.id}" goes by the name of "{other.id}" ({other.country}), which is valid {until}'
                remedy = f"end that one first (valid.until before {entry.valid_from}), or change it under its own id"
                faults.append(Fault(told, Place(path=f"authorities.{entry.id}"), remedy))
    return tuple(faults)


def _same_name(one: Authority, other: Authority) -> bool:
    return one.country == other.country and bool(_names(one) & _names(other))


def _names(entry: Authority) -> set[str]:
    """What an order may call it: by name or id, whatever the case, width and blanks."""
    return {" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (entry.name, entry.id)}


def _together(one: Authority, other: Authority) -> bool:
    """Whether there is a day on which both are valid."""
    first, last = sorted((one, other), key=lambda entry: entry.valid_from)
    return first.valid_until is None or first.valid_until >= last.valid_from
