"""What the page says of growth and of texts made to be slow: tables and drawings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.beside import RAW, Beside
from bench.drawings import dots, lines
from bench.ours import name_of
from bench.shown import Figures, Grid, number

PARTS = {"words": "words", "share": "share of rows hit", "length": "letters of a text"}
AIM = 200_000  # rows a second of the worst text


def called(engine: str) -> str:
    """What an engine is called in tables and drawings."""
    return RAW if engine == RAW else name_of(engine)


def _of(figures: Mapping[str, Any]) -> Beside:
    return Beside(**figures)


def _place(at: str) -> float:
    return float(at.replace(",", "").removesuffix("%"))


def growth_grid(what: str, points: Mapping[str, Mapping[str, Any]], compiling: Mapping[str, float]) -> Grid:
    """A row a size: megabytes a second by engine, ours against raw hyperscan, hits of ours."""
    engines = list(_of(next(iter(points.values()))).seconds)
    rows = []
    for at, figures in points.items():
        one = _of(figures)
        cells: list[object] = [at, number(one.rows), number(one.size / one.rows)]
        cells += [number(one.megabytes(engine)) for engine in engines]
        cells += [f"{one.times_raw(engine):.2f}" for engine in engines if engine != RAW]
        cells.append(number(one.hits / one.rows * 1000))
        cells += [f"{compiling[at]:.2f}"] if at in compiling and what == PARTS["words"] else []
        rows.append(tuple(cells))
    head = (what, "texts", "bytes a text", *(f"{called(engine)}, MB/s" for engine in engines),
            *(f"{called(engine)}, × raw" for engine in engines if engine != RAW), "hits in 1,000 texts",
            *(["compile, s"] if what == PARTS["words"] else []))  # fmt: skip
    return Grid(head, tuple(rows))


def growth_shown(measured: Mapping[str, Any]) -> Figures:
    """The part of the page."""
    figures: Figures = {}
    panels = []
    for name, title in PARTS.items():
        points = {at: _of(one) for at, one in measured[name].items()}
        engines = list(next(iter(points.values())).seconds)
        curves = {called(e): {_place(at): one.megabytes(e) for at, one in points.items()} for e in engines}
        panels.append((f"{title}, %" if name == "share" else title, curves))
        figures[title.capitalize()] = growth_grid(title, measured[name], measured["compiling"])
    figures["Other texts and words"] = growth_grid("texts and words", measured["kinds"], {})
    says = "Megabytes a second of our engines and of raw hyperscan, by the number of words, the share of rows that are "
    says += "hit, and the length of a text"
    return {"picture": lines("growth", says, panels, "MB a second of one core"), **figures}


def adverse_shown(measured: Mapping[str, Any]) -> Figures:
    """The part of the page: rows a second of each kind, and letters a second of one long text."""
    kinds = {kind: (_of(one["short"]), _of(one["long"]), one["letters"]) for kind, one in measured.items()}
    engines = list(next(iter(kinds.values()))[0].seconds)
    rows = []
    for kind, (short, long, letters) in kinds.items():
        million = (f"{letters * long.rows_a_second(e) / 1e6:.1f}" for e in engines if e != RAW)
        rows.append((kind, number(short.size / short.rows), f"{short.hits / short.rows:.1f}",
                     *(number(short.rows_a_second(e) / 1e3) for e in engines), *million))  # fmt: skip
    head = ("kind", "bytes a text", "hits a text", *(f"{called(e)}, thousand texts/s" for e in engines),
            *(f"{called(e)}, M letters/s of one text of 100,000" for e in engines if e != RAW))  # fmt: skip
    drawn = {kind: {called(e): short.rows_a_second(e) for e in engines} for kind, (short, _, _) in kinds.items()}
    figures: Figures = {}
    for name in map(called, engines[1:]):
        speed, kind = min((speeds[name], kind) for kind, speeds in drawn.items())
        figures[f"slowest, {name}"] = f"{kind}: {number(speed)} texts/s"
    says = "Texts a second of each kind; the broken line is what the slowest is to reach"
    figures["picture"] = dots("worst", says, drawn, "texts of 600 bytes a second of one core", AIM)
    return {**figures, "By kind": Grid(head, tuple(rows))}
