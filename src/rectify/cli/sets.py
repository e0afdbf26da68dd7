"""How a set of measures is shown: its lines, what it reaches beyond the order, what became of it, and as a CSV file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rectify.cli.cut import shortened
from rectify.cli.show import Face, counted, safe

if TYPE_CHECKING:
    from rectify.measures.bodies import MeasureSet
    from rectify.measures.rehearse import RehearsedSet
    from rectify.steps.sets import Reached, ShownLine, Standing
    from rectify.workspace import Workspace

SHOWN = 20  # lines of a rehearsal; `measures show` has all
COLUMNS = ("measure", "target", "storefront", "now", "then", "orders", "claims", "undo", "beyond")


def rehearsed_json(workspace: Workspace, one: RehearsedSet) -> dict[str, Any]:
    """A rehearsed set as JSON, with all of its lines."""
    from rectify.steps.sets import lines_of, reached

    return {
        "digest": one.id, "measures": len(one.lines), "holds": [hold.reason for hold in one.holds],
        "left_out": list(one.left_out), "lines": [line_json(line) for line in lines_of(workspace, one.lines)],
        "over_reach": [asdict(beyond) for beyond in reached(one)],
    }  # fmt: skip


def line_json(line: ShownLine) -> dict[str, Any]:
    """A line of a set as JSON; `orders` are those whose claims ask for it."""
    return {**asdict(line), "claims": [claim for claim, _ in line.claims], "orders": orders_of(line)}


def orders_of(line: ShownLine) -> list[str]:
    """The orders whose claims ask for a measure, each once."""
    return list(dict.fromkeys(order for _, order in line.claims))


def rehearsed_shown(face: Face, workspace: Workspace, one: RehearsedSet) -> None:
    """A rehearsed set as a person reads it: its first lines, what is held, left out or to do, and the next command."""
    from rectify.steps.sets import lines_of, options_for, reached

    beyond = reached(one)
    if one.id:
        share = f", {len(one.lines) / one.catalogue_rows:.3%} of the catalogue" if one.catalogue_rows else ""
        face.tell(f"Set {one.id[:12]}   {counted(len(one.lines), 'measure')}{share}", "bold")
        lines_shown(face, lines_of(workspace, one.lines[:SHOWN]), SHOWN)
        if len(one.lines) > SHOWN:
            face.tell(f"... and {len(one.lines) - SHOWN:,} more")
    for hold in one.holds:
        face.tell(f"Held       {safe(hold.reason)}: {hold.by_role} approves with --despite-holds")
    for reach in beyond:
        _beyond_shown(face, one.order, reach)
    for warning in one.warnings:
        if warning["what"] == "confidential":
            face.tell(f"Warning    the order is confidential until {safe(str(warning['until']))}")
    _left_shown(face, workspace, one)
    if one.id:
        face.tell(f"Read       rectify measures show {one.id[:12]}   all lines; with -o FILE as CSV")
        words = [f"rectify measures approve {one.id[:12]} --count {len(one.lines)}", options_for(workspace, one.lines),
                 "--despite-holds" if one.holds else "", "--as SOMEBODY ELSE"]  # fmt: skip
        face.tell(f"Next       {' '.join(filter(None, words))}")


def lines_shown(face: Face, lines: Sequence[ShownLine], limit: int) -> None:
    """Measures as a table; says how many are not shown."""
    rows = [
        (x.measure, shortened(x.target), _where(x), x.now, x.then, ", ".join(orders_of(x)) or "-", x.undo)
        for x in lines[:limit]
    ]
    face.table(("MEASURE", "TARGET", "IN", "NOW", "THEN", "FOR", "UNDO"), rows)
    if len(lines) > limit:
        face.tell(f"... and {len(lines) - limit:,} more: --limit {len(lines)}")


def write_lines(lines: Sequence[ShownLine], path: Path) -> None:
    """Measures as CSV (UTF-8), no cell a formula. Raises Faulty where nothing can be written."""
    from rectify.steps.places import file_for
    from rectify.terms.cell import formula_safe

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        said = {**line_json(line), "beyond": line.beyond}
        cells = (" ".join(value) if isinstance(value := said[name], list | tuple) else str(value) for name in COLUMNS)
        writer.writerow([formula_safe(cell) for cell in cells])
    file_for(path).write_text(text.getvalue(), encoding="utf-8", newline="")


def standing_json(one: Standing) -> dict[str, Any]:
    """What became of a set as JSON."""
    kept = one.set
    return {
        "digest": kept.id, "order": kept.book, "measures": len(kept.lines), "outcomes": dict(one.outcomes),
        "approved": bool(kept.approved_by), "superseded_by": one.superseded_by, "state": standing(one),
    }  # fmt: skip


def standing(one: Standing) -> str:
    """What became of a set, in words, with the command that goes on where it stopped."""
    kept, all_of_them = one.set, len(one.set.lines)
    if kept.sent_back:
        return "sent back"
    if not kept.approved_by:
        return f"superseded by {one.superseded_by[:12]}" if one.superseded_by else "waits for approval"
    if not one.begun:
        return f"approved; go on: rectify measures carry-out {kept.id[:12]}"
    if one.begun < all_of_them:
        return f"{one.begun} of {all_of_them}, stopped; go on: rectify measures carry-out {kept.id[:12]}"
    return "carried out"


def how_far(workspace: Workspace, kept: MeasureSet) -> str:
    """How far a set was carried out that somebody stopped."""
    from rectify.steps.sets import standings

    found = next(one for one in standings(workspace, kept.book) if one.set.id == kept.id)
    return f"set {kept.id[:12]}: {found.begun} of {len(kept.lines)} measures carried out, the rest is not begun"


def _where(line: ShownLine) -> str:
    return f"{line.storefront} ({', '.join(line.beyond)} too)" if line.beyond else line.storefront


def _beyond_shown(face: Face, order: str, reach: Reached) -> None:
    said = f"{reach.storefront}: {reach.said} beyond the order"
    if reach.proposed:
        face.tell(f"Beyond     {said}; they are in this set")
    else:
        face.tell(f"Left out   {said}\n           to take them too:  rectify measures rehearse {order} {reach.option}")


def _left_shown(face: Face, workspace: Workspace, one: RehearsedSet) -> None:
    """What is left out and to do, by reason, with the host's ids of the first."""
    from rectify.measures.plan import OVER_REACH
    from rectify.steps.sets import host_names

    tasks = [task for task in one.tasks if task.what != OVER_REACH]
    left = [(str(x["place"][0]), str(x["reason"])) for x in one.left_out]
    names = host_names(workspace, {target for target, _ in left} | {task.place.target for task in tasks})
    for reason, n in Counter(reason for _, reason in left).items():
        here = [names[target] for target, why in left if why == reason]
        face.tell(f"Left out   {counted(n, 'place')}, {safe(reason)}: {_named(here)}")
    for what, n in Counter(task.what for task in tasks).items():
        here = [f"{names[task.place.target]} in {task.place.storefront}" for task in tasks if task.what == what]
        face.tell(f"To do      {counted(n, 'place')}, {what}: {_named(here)}")


def _named(names: Sequence[str], first: int = 10) -> str:
    more = f" and {len(names) - first:,} more" if len(names) > first else ""
    return ", ".join(safe(shortened(name, 40)) for name in names[:first]) + more
