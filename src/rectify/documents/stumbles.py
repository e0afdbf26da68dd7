"""Where the parser stumbled, in words that help: full-width signs, brackets that nobody closed, and its own words."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError, StreamMark

from rectify.documents.signs import sign_fault, wrong_end, wrong_signs
from rectify.documents.source import LINE_END, MAX_FAULTS, Source
from rectify.terms.errors import Fault

_ENDS = {"{": "}", "[": "]"}
_UNCLOSED = re.compile(r"expected ',' or '[]}]'")
_REMEDIES = {  # part of the parser's words -> what a person can do
    "mapping values are not allowed": 'a text that holds ": " needs quotes around it; else look at the indentation',
    "found character '\\t'": "indent with blanks, not with tabs",
    "cannot start any token": "put quotes around a text that begins with such a sign",
    "could not find expected ':'": 'a key is followed by ": "; else look at the indentation',
    "unexpected end of stream": "a quote or a bracket is not closed",
    "but found '<stream end>'": "a quote or a bracket is not closed",
    "expected ',' or": "a comma is missing before it, or quotes around a text that holds a colon",
    "expected <block end>": "look at the indentation: the lines of one block begin in the same column",
    "unknown escape": "use single quotes around a text with backslashes",
}


def stumbled(source: Source, error: MarkedYAMLError, reached: int) -> list[Fault]:
    """The faults of a text that is not YAML; `reached` is what could be read, for an error without a place."""
    problem = str(error.problem or error.context or "it is not YAML").replace("\n", " ")
    opened, at = error.context_mark, error.problem_mark
    unclosed = _is_unclosed(problem, opened, at)
    if found := _other_signs(source, opened if unclosed else None, at):
        return found
    if unclosed and opened is not None and (sign := source.text[opened.index]) in _ENDS:
        return [Fault(f"the {sign} here is not closed", source.place(opened.index), f"write {_ENDS[sign]} at its end")]
    # what was never closed is told where it opens
    marks = (opened, at) if "stream" in problem else (at, opened)
    mark = next((mark for mark in marks if mark is not None), None)
    remedy = next((remedy for words, remedy in _REMEDIES.items() if words in problem), "")
    return [Fault(f"this cannot be read: {problem}", source.place(mark.index if mark else reached), remedy)]


def _is_unclosed(problem: str, opened: StreamMark | None, at: StreamMark | None) -> bool:
    """Whether what was opened has no end: of a bracket none on its own line, of a quote none at all."""
    if opened is None or at is None:
        return False
    return "end of stream" in problem or bool(_UNCLOSED.match(problem) and at.line > opened.line)


def _other_signs(source: Source, opened: StreamMark | None, at: StreamMark | None) -> list[Fault]:
    """The full-width signs that the parser stumbled over; `opened` is what has no end, if that is what is wrong."""
    lines = LINE_END.split(source.text)
    if opened is None:
        found = wrong_signs(lines, at.line if at else 0)[:MAX_FAULTS]
    else:
        end = wrong_end(lines[opened.line])
        found = [(opened.line, *end)] if end else []
    return [sign_fault(source.place(source.starts[line] + column), sign) for line, column, sign in found]
