"""Where the cells of delimited text lie, found by column arithmetic and not sign by sign.

The rules are those of RFC 4180 as Python's csv and Arrow read them: a quote counts only where a cell begins, two inside
a quoted cell stand for one, a line ends with LF, CR or both, and an empty line is no record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_LF, _CR, _QUOTE = 10, 13, 34
_STEP = 1 << 16  # bytes that are looked through while they are near the processor


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of the whole records in a piece of text; positions are bytes of the piece.

    `starts`, `ends` leave out the quotes of `quoted` cells. `first`, `last` are cells, one each a record. `doubled`
    marks cells that hold `""`; `bad` marks records whose quotes do not match; `used` is where the records end;
    `mended` gives the bytes of the few cells with text after the closing quote.
    """

    starts: Positions
    ends: Positions
    quoted: Flags
    doubled: Flags
    first: Positions
    last: Positions
    bad: Flags
    used: int
    mended: dict[int, bytes] = field(default_factory=dict)

    @property
    def begins(self) -> Positions:
        """Where each record begins, its quote included."""
        return self.starts[self.first] - self.quoted[self.first]

    @property
    def closes(self) -> Positions:
        """Where each record ends, its quote included and its line end not."""
        return self.ends[self.last] + self.quoted[self.last]


def find_cells(text: bytes, delimiter: int, final: bool) -> Grid:
    """The grid of the whole records at the start of `text`, which must begin with a record.

    `final`: nothing follows, so the last record needs no line end. A record whose quote never closes is not whole.
    """
    if final and text and text[-1] not in (_LF, _CR):
        text += b"\n"
    data = np.frombuffer(text, np.uint8)
    at, sign = _signs(data, delimiter)
    is_quote = sign == _QUOTE
    quotes = at[is_quote]
    closers = np.zeros(0, np.int64)
    if not len(quotes):
        inside = np.zeros(len(at), np.bool_)
    else:
        inside = (np.cumsum(is_quote) & 1).astype(np.bool_)
        if not _well_formed(data, quotes, delimiter):
            inside, closers = _step_through(data, at, quotes, delimiter)
    return _grid(data, at[~is_quote & ~inside], quotes, closers)


def find_cells_by_line(text: bytes, delimiter: int) -> Grid:
    """The grid of a piece whose quotes do not match, line by line: no cell may hold a line end; odd lines are bad."""
    if text and text[-1] not in (_LF, _CR):
        text += b"\n"
    data = np.frombuffer(text, np.uint8)
    at, sign = _signs(data, delimiter)
    is_quote, is_end = sign == _QUOTE, (sign == _LF) | (sign == _CR)
    count = np.cumsum(is_quote)
    line = np.cumsum(is_end) - is_end  # which line each sign stands in
    before = np.concatenate(([0], count[is_end]))[line]
    inside = (((count - before) & 1).astype(np.bool_)) & ~is_end
    wrong = (((count - before) & 1).astype(np.bool_) & is_end) | (is_quote & _ill_placed(data, at, inside, delimiter))
    bad_lines = np.zeros(int(is_end.sum()) + 1, np.bool_)
    bad_lines[line[wrong]] = True
    cells = at[~is_quote & ~inside]
    grid = _grid(data, cells, at[is_quote], np.zeros(0, np.int64))
    line_of_cell = line[~is_quote & ~inside]
    return replace(grid, bad=bad_lines[line_of_cell[grid.last]])


def find_lines(text: bytes, final: bool) -> Grid:
    """The grid of the whole lines at the start of `text`, each one cell; lines of blanks are no records."""
    if final and text and text[-1] != _LF:
        text += b"\n"
    data = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(data == _LF)
    starts = np.concatenate((np.zeros(1, np.int64), ends + 1))[: len(ends)]
    filled = starts != ends
    for n in np.flatnonzero(filled & (data[np.minimum(starts, len(data) - 1)] <= 32)).tolist() if len(data) else ():
        filled[n] = bool(text[starts[n] : ends[n]].strip())
    used = int(ends[-1]) + 1 if len(ends) else 0
    starts, ends = starts[filled], ends[filled]
    each, nothing = np.arange(len(starts)), np.zeros(len(starts), np.bool_)
    return Grid(starts, ends, nothing, nothing, each, each, nothing, used)


def _signs(data: npt.NDArray[np.uint8], delimiter: int) -> tuple[Positions, npt.NDArray[np.uint8]]:
    found = [np.zeros(0, np.int64)]
    mask, one = np.empty(min(_STEP, len(data)), np.bool_), np.empty(min(_STEP, len(data)), np.bool_)
    for begin in range(0, len(data), _STEP):
        part = data[begin : begin + _STEP]
        here, other = mask[: len(part)], one[: len(part)]
        np.equal(part, delimiter, out=here)
        for sign in (_LF, _CR, _QUOTE):
            np.logical_or(here, np.equal(part, sign, out=other), out=here)
        found.append(np.flatnonzero(here) + begin)
    at = np.concatenate(found)
    return at, data[at]


def _well_formed(data: npt.NDArray[np.uint8], quotes: Positions, delimiter: int) -> bool:
    """Whether every other quote opens a cell and those between close it: then counting them tells what is inside."""
    edge = _edges(delimiter)
    openers, closers = quotes[0::2], quotes[1::2]
    before = data[np.maximum(openers - 1, 0)]
    after = data[np.minimum(closers + 1, len(data) - 1)]
    return bool(np.all(edge[before] | (openers == 0)) and np.all(edge[after] | (closers == len(data) - 1)))


def _edges(delimiter: int) -> Flags:
    edge = np.zeros(256, np.bool_)
    edge[[_LF, _CR, _QUOTE, delimiter]] = True
    return edge


def _ill_placed(data: npt.NDArray[np.uint8], at: Positions, inside: Flags, delimiter: int) -> Flags:
    """For each sign that is a quote: an opener with text before it, or a closer with text after it."""
    edge = _edges(delimiter)
    before = edge[data[np.maximum(at - 1, 0)]] | (at == 0)
    after = edge[data[np.minimum(at + 1, len(data) - 1)]] | (at == len(data) - 1)
    return np.asarray(np.where(inside, ~before, ~after), np.bool_)


def _step_through(
    data: npt.NDArray[np.uint8], at: Positions, quotes: Positions, delimiter: int
) -> tuple[Flags, Positions]:
    """What is inside quotes where some stand in the midst of text (12" screen): from opener to closer, one by one."""
    edge = _edges(delimiter)
    edge[_QUOTE] = False
    opens = np.flatnonzero((edge[data[np.maximum(quotes - 1, 0)]]) | (quotes == 0)).tolist()
    where = quotes.tolist()
    spans: list[tuple[int, int]] = []
    n = 0
    for opener in opens:
        if opener < n:
            continue
        n = opener + 1
        while n + 1 < len(where) and where[n + 1] == where[n] + 1:
            n += 2
        if n >= len(where):
            spans.append((where[opener], len(data)))
            break
        spans.append((where[opener], where[n]))
        n += 1
    begin = np.array([b for b, _ in spans], np.int64)
    end = np.array([e for _, e in spans], np.int64)
    nearest = np.searchsorted(begin, at, side="right") - 1
    inside = (nearest >= 0) & (at < end[nearest]) if spans else np.zeros(len(at), np.bool_)
    return inside, end


def _grid(data: npt.NDArray[np.uint8], edges: Positions, quotes: Positions, closers: Positions) -> Grid:
    is_end = (data[edges] == _LF) | (data[edges] == _CR)
    whole = int(np.flatnonzero(is_end)[-1]) + 1 if is_end.any() else 0
    ends, is_end = edges[:whole], is_end[:whole]
    starts = np.concatenate((np.zeros(1, np.int64), ends + 1))[:whole]
    last = np.flatnonzero(is_end)
    first = np.concatenate((np.zeros(1, np.int64), last + 1))[: len(last)]
    filled = (first != last) | (starts[last] != ends[last])
    first, last = first[filled], last[filled]
    quoted = np.zeros(whole, np.bool_)
    doubled = np.zeros(whole, np.bool_)
    mended: dict[int, bytes] = {}
    if len(quotes) and whole:
        quoted = (data[np.minimum(starts, len(data) - 1)] == _QUOTE) & (starts < ends)
        inner = np.searchsorted(quotes, ends) - np.searchsorted(quotes, starts)
        doubled = quoted & (inner > 2)
        if len(closers):
            mended = _mend(data, starts, ends, quoted, closers)
        starts, ends = starts + quoted, ends - quoted
        ends = np.maximum(starts, ends)
    used = int(edges[whole - 1]) + 1 if whole else 0
    return Grid(starts, ends, quoted, doubled, first, last, np.zeros(len(last), np.bool_), used, mended)


def _mend(
    data: npt.NDArray[np.uint8], starts: Positions, ends: Positions, quoted: Flags, closers: Positions
) -> dict[int, bytes]:
    """The cells whose closing quote is not their last sign: `"12" tablet` reads `12 tablet`."""
    cells = np.flatnonzero(quoted)
    closer = closers[np.minimum(np.searchsorted(closers, starts[cells]), len(closers) - 1)]
    mended = {}
    for cell, at in zip(cells.tolist(), closer.tolist(), strict=True):
        if at < ends[cell] - 1:
            inner = data[starts[cell] + 1 : at].tobytes().replace(b'""', b'"')
            mended[cell] = inner + data[at + 1 : ends[cell]].tobytes()
    return mended
