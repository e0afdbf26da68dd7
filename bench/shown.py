"""How figures stand on the page: single ones in a table of two columns, grids as tables of their own, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass

Figures = dict[str, object]  # plain values, Grid, Picture or Says; the key of a grid is its heading


@dataclass(frozen=True)
class Grid:
    """A table; numbers of its cells are told as they are."""

    head: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    says: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing below docs/, and what it shows in a sentence."""

    path: str
    says: str


def grid_of(what: str, figures: Mapping[str, Mapping[str, float]], says: str = "") -> Grid:
    """A row for each of these, with the same figures."""
    names = tuple(next(iter(figures.values())))
    return Grid((what, *names), tuple((name, *map(number, one.values())) for name, one in figures.items()), says)


def number(value: float) -> str:
    """Three digits that count, thousands with commas; what is wholly exact stays so."""
    if value == 0 or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{2 if value < 1 else 3}g}" if value < 10 else f"{value:.3g}"


def share(value: float | None) -> str:
    """A share of one in hundreds; a dash for what is not told."""
    return "–" if value is None else f"{value:.1%}"


def table(values: Figures) -> str:
    """Plain values in two columns."""
    lines = ["| | |", "|---|---|"]
    for name, value in values.items():
        if isinstance(value, dict):
            value = "; ".join(f"{k}: {v:,}" if isinstance(v, int) else f"{k}: {v}" for k, v in value.items())
        lines.append(f"| {name} | {f'{value:,}' if isinstance(value, int) else value} |")
    return "\n".join(lines)


def grid_table(grid: Grid) -> str:
    """A table with a head, numbers to the right."""
    right = [all(str(row[n])[:1].isdigit() or row[n] == "–" for row in grid.rows) for n in range(len(grid.head))]
    lines = [_line(grid.head), _line(["---:" if one else "---" for one in right])]
    return "\n".join([*lines, *map(_line, grid.rows)])


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def section(says: str, values: Figures) -> str:
    """A part of the page below its heading and what is said of it."""
    plain = {name: value for name, value in values.items() if not isinstance(value, Grid | Picture)}
    parts = [says, *([table(plain)] if plain else [])]
    for name, value in values.items():
        if isinstance(value, Picture):
            parts.append(f"![{value.says}]({value.path})")
        elif isinstance(value, Grid):
            parts += [f"### {name}", *([value.says] if value.says else []), grid_table(value)]
    return "\n\n".join(parts) + "\n"


def as_json(value: object) -> object:
    """For `json.dumps`: grids and pictures as objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} is no figure")
