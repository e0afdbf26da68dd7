"""`rectify`: commands load lazily, so that help answers at once; every error is a sentence, never a traceback.

Exit: 0 done, 1 faults in what was given or the state forbids it, 2 wrong usage, 3 done in part, 4 failed inside,
5 found (`--fail-on violation`), 130 stopped.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer._click.exceptions import ClickException
from typer.core import TyperGroup

from rectify import __version__
from rectify.terms.errors import nearest

# name -> (module:attribute, one line of help, panel). The help stands here so that no module is loaded for a list.
COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "demo": ("rectify.cli.demo:demo", "The whole path of an order on an example world", "Start"),
    "init": ("rectify.cli.keeping:init", "Begin a workspace; with --from FILE guess the columns", "Start"),
    "run": ("rectify.cli.sweeps:run", "Rehearse an order on a catalogue; nothing is done", "Start"),
    "screen": ("rectify.cli.sweeps:screen", "Screen a file with a pack, without a workspace", "Start"),
    "order": ("rectify.cli.orders:app", "Check, receive, confirm, accept, list, annul, end", "The path of an order"),
    "sweep": ("rectify.cli.sweeps:sweep", "Search the catalogues for what an order asks", "The path of an order"),
    "findings": ("rectify.cli.sweeps:findings", "Show the findings of a sweep", "The path of an order"),
    "cases": ("rectify.cli.cases:app", "What waits for a decision; decide", "The path of an order"),
    "measures": ("rectify.cli.acting:measures", "Rehearse, approve, carry out", "The path of an order"),
    "letters": ("rectify.cli.acting:letters", "What is told to whom; send", "The path of an order"),
    "appeal": ("rectify.cli.acting:appeal", "Record, grant, deny", "The path of an order"),
    "tasks": ("rectify.cli.acting:tasks", "What a person has to do", "The path of an order"),
    "report": ("rectify.cli.reports:report", "Write the rectification report", "The path of an order"),
    "pack": ("rectify.cli.packs:app", "Check, try and put rules on trial", "Rules and registers"),
    "eval": ("rectify.cli.packs:evaluate", "Measure a pack on labelled data", "Rules and registers"),
    "register": ("rectify.cli.registers:register", "Registers of licensed providers", "Rules and registers"),
    "authority": ("rectify.cli.keeping:authority", "The register of authorities", "Rules and registers"),
    "account": ("rectify.cli.keeping:account", "Bind an account to a register's entry", "Rules and registers"),
    "ledger": ("rectify.cli.reports:ledger", "Verify and export the ledger", "Keeping"),
    "config": ("rectify.cli.keeping:config", "Show the settings, and where each comes from", "Keeping"),
    "doctor": ("rectify.cli.keeping:doctor", "What runs here, and what is missing", "Keeping"),
}


LISTING = "rectify.listing"


class LazyGroup(TyperGroup):
    """A group that loads a command's module when that command is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        ctx.meta[LISTING] = True
        super().format_commands(ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except ClickException as wrong:
            wrong.message = f"{wrong.message} {nearest(args[0], COMMANDS)}".strip()
            raise

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        where, text, panel = COMMANDS[cmd_name]
        if LISTING in ctx.meta:
            return self._listed(cmd_name, text, panel)
        module, attribute = where.split(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False, rich_markup_mode=None)
            single.command(cmd_name)(found)
            found = single
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command

    @staticmethod
    def _listed(name: str, text: str, panel: str) -> Any:
        stub = typer.Typer(add_completion=False)
        stub.command(name, help=text, rich_help_panel=panel)(lambda: None)
        return typer.main.get_command(stub)


app = typer.Typer(cls=LazyGroup, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


def _version(ctx: typer.Context, wanted: bool) -> None:
    if wanted:
        from rectify.cli.show import Face

        if ctx.params.get("json"):
            Face(Path(), json=True).answer("version", {"version": __version__})
        else:
            typer.echo(f"rectify {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    workspace: Annotated[Path, typer.Option("--workspace", "-w", help="Folder of rectify.yaml.")] = Path(),
    as_: Annotated[str, typer.Option("--as", help="Who does this: a name under people in rectify.yaml.")] = "",
    json: Annotated[bool, typer.Option("--json", is_eager=True, help="One JSON object on stdout.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No talk but warnings and errors; the answer stays.")
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour (NO_COLOR and TERM=dumb too).")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask; refuse instead.")] = False,
    lang: Annotated[str, typer.Option(help="Language of what is said about packs: en or zh.")] = "",
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    """A legal order comes in; a clean catalogue and a defensible report go out before the deadline."""
    from rectify.cli.sentences import LANGUAGES
    from rectify.cli.show import Face

    if lang and lang not in LANGUAGES:
        raise typer.BadParameter(f'"{lang}" is none: {nearest(lang, LANGUAGES)}', param_hint="--lang")
    ctx.obj = Face(workspace, as_, json, quiet, no_color, no_input, lang)


FLAGS = ("--json", "--quiet", "-q", "--no-color", "--no-input")
VALUES = ("--as", "--workspace", "-w", "--lang")


def in_front(arguments: Sequence[str]) -> list[str]:
    """The options of every command moved to the front, so that they may stand anywhere before a `--`."""
    front: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(arguments):
        word = arguments[at]
        if word == "--":
            return [*front, *rest, *arguments[at:]]
        if word in VALUES and at + 1 < len(arguments):
            front += [word, arguments[at + 1]]
            at += 1
        elif word in FLAGS or word.startswith(("--as=", "--workspace=", "--lang=")):
            front.append(word)
        else:
            rest.append(word)
        at += 1
    return [*front, *rest]


def main() -> None:
    """Entry point of the command `rectify`."""
    from rectify.cli.show import told

    gc.set_threshold(100_000, 20, 100)  # a command is short and its words many: looking for circles was a tenth of it
    arguments = in_front(sys.argv[1:])
    sys.exit(told(lambda: app(arguments, standalone_mode=False), sys.argv))


if __name__ == "__main__":
    main()
