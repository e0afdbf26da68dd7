"""How a command gets at what it works on: the face of this call, and the workspace of its folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Context, Typer
from typer.core import TyperGroup

from rectify.cli.show import Face
from rectify.terms.errors import Fault, Faulty

if TYPE_CHECKING:
    from rectify.workspace import Workspace


OrderName = Annotated[str, Argument(metavar="ORDER", help="The authority's reference, or the order's book.")]
OneOrder = Annotated[str, Argument(metavar="ORDER", help="Of one order; of all, if left out.")]
CaseName = Annotated[str, Argument(metavar="CASE", help="Its id: rectify cases list.")]


def face_of(context: Context) -> Face:
    """The face of this call."""
    face = context.find_root().obj
    assert isinstance(face, Face)
    return face


class _Group(TyperGroup):
    """Lists its commands with their whole first sentence, over several lines where it is long."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(limit=200)) for name, one in self.commands.items()])


def group(text: str) -> Typer:
    """A group of commands with plain help; it stays a group while it has one command only."""
    made = Typer(cls=_Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=text)
    made.callback()(lambda: None)
    return made


@contextmanager
def opened(context: Context) -> Iterator[tuple[Face, Workspace]]:
    """The face and the open workspace of this call."""
    from rectify.workspace import open_workspace

    face = face_of(context)
    with open_workspace(face.folder, lambda: face.now) as workspace:
        yield face, workspace


def instant_of(text: str, name: str) -> datetime:
    """An instant as a person types it, with its zone. Raises Faulty in a sentence."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Faulty([Fault(f'"{text}" is no instant with a zone, for {name}', remedy="2026-11-20T09:00:00+01:00")])
    return at
