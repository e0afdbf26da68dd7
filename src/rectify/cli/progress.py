"""Progress on stderr, only at a terminal: a bar, a rate and the time that is left. Without a terminal, silence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rectify.cli.show import Face


@contextmanager
def counting(face: Face, what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function (done, all) that redraws the bar; all 0 = not known yet."""
    if face.quiet or face.json or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), TextColumn("{task.percentage:>3.0f} %"), BarColumn(),
               MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=face.console(err=True), transient=True) as bar:
        task = bar.add_task(what, total=None, rate="")

        def show(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            bar.update(task, completed=done, total=total or None, rate=f"{speed:,.0f}/s" if speed else "")

        yield show
