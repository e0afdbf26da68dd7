"""How a command gets at what it works on: the face of this call, and the workspace of its folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Context, Option, Typer
from typer.core import TyperGroup

from rectify.cli.show import Face
from rectify.terms.errors import Fault, Faulty, Missing, nearest

if TYPE_CHECKING:
    from rectify.workspace import Workspace


OrderName = Annotated[str, Argument(metavar="ORDER", help="The authority's reference, or the order's book.")]
OneOrder = Annotated[str, Argument(metavar="ORDER", help="Of one order; of all, if left out.")]
Columns = Annotated[
    list[str] | None,
    Option("--map", metavar="COLUMN=FIELD", help="Read a column as this field, whatever its name (may be repeated)."),
]
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


def one_of(option: str, value: str, known: Iterable[str]) -> str:
    """A value of an option that must be one of those known, or empty. Wrong usage with the nearest name otherwise."""
    names = list(known)
    if value and value not in names:
        raise BadParameter(f'"{value}" is none: {nearest(value, names)}', param_hint=option)
    return value


def columns_of(given: Sequence[str] | None) -> dict[str, str]:
    """`--map COLUMN=FIELD` as {column: field}. Wrong usage where one is not of this form, or names no field."""
    from rectify.catalogue.mapping import map_faults

    parted = [one.rpartition("=") for one in given or ()]
    for one, (column, sign, field) in zip(given or (), parted, strict=True):
        if not sign or not field:
            raise BadParameter(f'"{one}" is not of the form COLUMN=FIELD', param_hint="--map")
        if wrong := map_faults({column: field}):
            raise BadParameter(f"{wrong[0].text}; {wrong[0].remedy}", param_hint="--map")
    return {column: field for column, _, field in parted}


class NoWorkspace(Missing):
    """There is no rectify.yaml where one was looked for: a fault in what was given, not of the program."""

    exit_code = 1


def settings_there(face: Face) -> None:
    """Raises NoWorkspace where the folder of this call holds no rectify.yaml."""
    from rectify.settings import FILE

    if not (face.folder / FILE).is_file():
        where = face.folder if face.folder.name else face.folder.absolute()
        raise NoWorkspace(f"there is no {FILE} in {where}", "begin with  rectify init  or name the folder:  "
                          "rectify -w FOLDER ...")  # fmt: skip


@contextmanager
def opened(context: Context) -> Iterator[tuple[Face, Workspace]]:
    """The face and the open workspace of this call. Raises NoWorkspace where there is none."""
    from rectify.workspace import open_workspace

    face = face_of(context)
    settings_there(face)
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
