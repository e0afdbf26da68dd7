"""Shares and tables as the page of measurements writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rectify.screening.evaluate import Share


def share(one: Share) -> str:
    """`0.971 [0.901, 0.992] 67/69`, or a dash for none of none."""
    value, interval = one.value, one.interval
    if value is None or interval is None:
        return "– 0/0"
    return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}] {one.part:,}/{one.whole:,}"


def rate(one: Share) -> str:
    """`0.022 % [0.004 %, 0.127 %] 1/4,458`: for rare things."""
    value, interval = one.value, one.interval
    if value is None or interval is None:
        return "– 0/0"
    return f"{value:.3%} [{interval[0]:.3%}, {interval[1]:.3%}] {one.part:,}/{one.whole:,}".replace("%", " %")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])
