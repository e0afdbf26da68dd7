"""Where a sign of a text stands in the file that the text was read from, through YAML's ways of writing texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rectify.documents import Node
from rectify.terms.errors import Place

At = Callable[[int, int], Place]  # offset in the text, length -> place


def places_in(node: Node, lines: Sequence[str]) -> At:
    """Finds the places of a scalar's signs. `lines` are those of its file.

    Folding moves blanks only, so the n-th sign that is no blank in the text is the n-th in the file.
    """
    line, column = node.place.line - 1, node.place.column - 1
    first = lines[line][column:] if 0 <= line < len(lines) else ""
    quote = first[0] if node.quoted and first[:1] in ("'", '"') else ""
    if node.quoted and first[:1] in ("|", ">"):
        line, column = line + 1, 0
    elif quote:
        column += 1

    def at(offset: int, length: int) -> Place:
        ahead = sum(not sign.isspace() for sign in node.text[:offset])
        after = bool(ahead) and not node.text[offset:].strip()  # just behind the last sign
        left, row, start = ahead - after, line, column
        while row < len(lines):
            left, found = _sign(lines[row], start, left, quote)
            if found >= 0:
                return replace(
                    node.place, line=row + 1, column=found + 1 + after, length=length, excerpt=lines[row][:240]
                )
            row, start = row + 1, 0
        return node.place

    return at


def _sign(line: str, start: int, ahead: int, quote: str) -> tuple[int, int]:
    """Steps over `ahead` signs of a line; gives what is left to step over, and the column of the next sign or -1."""
    column = start
    while column < len(line):
        if not line[column].isspace():
            if ahead == 0:
                return 0, column
            doubled = quote == "'" and line[column : column + 2] == "''"
            column += doubled or (quote == '"' and line[column] == "\\")
            ahead -= 1
        column += 1
    return ahead, -1
