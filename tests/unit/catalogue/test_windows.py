"""Records are the same however the stream happens to come."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rectify.catalogue.grid import find_cells, find_cells_by_line
from rectify.catalogue.windows import UNCLOSED, Cutting, windows

CUTTING = Cutting(lambda text, last: find_cells(text, 44, last), lambda text: find_cells_by_line(text, 44))


class Dripping:
    """A stream that gives as little as it likes."""

    def __init__(self, data: bytes, drips: list[int], record: int) -> None:
        self._data, self._drips, self.position = data, drips, 0
        self.text = SimpleNamespace(caps=SimpleNamespace(record=record))

    def read(self, size: int) -> bytes:
        drip = self._drips.pop() if self._drips else size
        piece = self._data[self.position : self.position + min(size, max(drip, 1))]
        self.position += len(piece)
        return piece


def records(data: bytes, drips: list[int], record: int) -> list[Any]:
    found = []
    for window in windows(Dripping(data, drips, record), CUTTING, None):  # type: ignore[arg-type]
        grid = window.grid
        begins, closes = grid.begins.tolist(), grid.closes.tolist()
        for n in range(len(grid.first)):
            at, end = window.start + begins[n], window.start + closes[n]
            if window.why != UNCLOSED:  # too long a line: the window holds how it begins
                end = window.end
            found.append((at, data[at:end], bool(grid.bad[n]), int(grid.last[n] - grid.first[n])))
    return found


@given(
    st.text(st.sampled_from('a",\n\r'), max_size=80).map(str.encode),
    st.lists(st.integers(1, 9), max_size=40),
    st.integers(4, 30),
)
def test_records_do_not_depend_on_how_the_bytes_come(data, drips, record):
    assert records(data, list(drips), record) == records(data, [], record)


@given(st.text(st.sampled_from('a",\n\r'), max_size=80).map(str.encode), st.integers(4, 30))
def test_nothing_but_line_ends_lies_between_records(data, record):
    at = 0
    for begin, text, _, _ in records(data, [], record):
        assert data[at:begin].strip(b"\r\n") == b""
        at = begin + len(text)
    assert data[at:].strip(b"\r\n") == b""
