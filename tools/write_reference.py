"""Write the parts of docs/reference that are made from the code: commands, their Python twins, kinds of ledger entry.

    python tools/write_reference.py            write
    python tools/write_reference.py --check    say which page is not current, and exit 1

A made part stands between two marks in its page; what is written by hand around it stays.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import typer

from rectify.cli.main import COMMANDS, app
from rectify.terms.kinds import KINDS

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"
BEGIN, END = "<!-- made by tools/write_reference.py: {} -->", "<!-- end of {} -->"

# command -> the function that does the same in Python; `make check` and the tests hold that each is there
TWINS = {
    "demo": "rectify.cli.tour.tour",
    "init": "rectify.steps.begin.begin",
    "run": "rectify.steps.run.run",
    "screen": "rectify.steps.screen.screen",
    "order check": "rectify.steps.receive.check",
    "order receive": "rectify.steps.receive.receive",
    "order confirm": "rectify.steps.confirm.confirm",
    "order accept": "rectify.steps.accept.accept",
    "order ask": "rectify.steps.accept.ask",
    "order answered": "rectify.steps.accept.answered",
    "order challenge": "rectify.steps.accept.challenge",
    "order refuse": "rectify.steps.accept.refuse",
    "order annul": "rectify.steps.end.annul",
    "order end": "rectify.steps.end.end",
    "order narrow": "rectify.steps.end.narrow",
    "order list": "rectify.intake.records.orders",
    "order show": "rectify.steps.orders.row_of",
    "sweep": "rectify.steps.sweep.sweep",
    "findings": "rectify.screening.findings.read_parquet",
    "cases list": "rectify.cases.show.listed",
    "cases show": "rectify.steps.decide.shown_case",
    "cases next": "rectify.cases.queue.next_case",
    "cases decide": "rectify.steps.decide.decide",
    "measures rehearse": "rectify.steps.carry_out.rehearse",
    "measures show": "rectify.steps.sets.lines_of",
    "measures approve": "rectify.steps.sets.approve",
    "measures send-back": "rectify.steps.carry_out.send_back",
    "measures carry-out": "rectify.steps.carry_out.carry_out",
    "measures list": "rectify.steps.sets.standings",
    "measures own": "rectify.steps.own.own",
    "letters write": "rectify.steps.tell.tell",
    "letters list": "rectify.letters.records.letters_of",
    "letters show": "rectify.letters.records.letter",
    "letters send": "rectify.steps.tell.send",
    "appeal record": "rectify.steps.hear.record",
    "appeal grant": "rectify.steps.hear.grant",
    "appeal deny": "rectify.steps.hear.deny",
    "appeal pass-on": "rectify.steps.hear.pass_on",
    "appeal list": "rectify.cases.show.appeals_of",
    "tasks list": "rectify.cases.tasks.open_tasks",
    "tasks show": "rectify.steps.tasks.task_told",
    "tasks done": "rectify.steps.tasks.done",
    "report": "rectify.steps.report.report",
    "pack list": "rectify.workspace.read_packs",
    "pack show": "rectify.workspace.one_pack",
    "pack check": "rectify.steps.pack_check.check",
    "pack trial": "rectify.screening.trial.run_trials",
    "pack try": "rectify.screening.trial.try_text",
    "pack new": "rectify.steps.new_pack.begin_pack",
    "pack words": "rectify.steps.pack_words.add_words",
    "pack language": "rectify.cli.sentences.rules_page",
    "pack wrong": "rectify.steps.case_trial.trial_from_case",
    "pack shadow": "rectify.steps.pack_moves.shadow",
    "pack promote": "rectify.steps.pack_moves.promote",
    "pack withdraw": "rectify.steps.pack_moves.withdraw",
    "pack history": "rectify.steps.pack_moves.history",
    "pack diff": "rectify.steps.pack_diff.diff",
    "pack suggest": "rectify.steps.pack_suggest.suggest",
    "eval": "rectify.steps.measure.measure",
    "register take": "rectify.steps.keep.take_register",
    "register list": "rectify.rules.register_tables.registers_taken",
    "register diff": "rectify.steps.register_changes.changes",
    "authority add": "rectify.steps.keep.add_authorities",
    "authority list": "rectify.workspace.Workspace.authorities",
    "account bind": "rectify.steps.keep.bind_account",
    "ledger verify": "rectify.ledger.verify.verify_store",
    "ledger export": "rectify.ledger.export.export_book",
    "config": "rectify.settings.load_settings",
    "doctor": "rectify.steps.examine.examine",
}


class Command(NamedTuple):
    """A command by its whole name, as the command line has it."""

    name: str
    panel: str
    parsed: Any  # typer's command


def commands() -> Iterator[Command]:
    """Every command that can be called, in the order of the help."""
    for name, (where, _, panel) in COMMANDS.items():
        module, attribute = where.split(":")
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            for inner, parsed in typer.main.get_command(found).commands.items():  # type: ignore[attr-defined]
                yield Command(f"{name} {inner}", panel, parsed)
        else:
            single = typer.Typer(add_completion=False, rich_markup_mode=None)
            single.command(name)(found)
            yield Command(name, panel, typer.main.get_command(single))


def resolved(dotted: str) -> Any:
    """The object of a dotted path: a function of a module, or a method or property of its class."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(dotted)


def first_sentence(text: str) -> str:
    """The first paragraph of a docstring in one line."""
    return " ".join(inspect.cleandoc(text).split("\n\n")[0].split())


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def _parameter_row(parameter: Any) -> str:
    argument = parameter.param_type_name == "argument"
    name = parameter.metavar or parameter.name.upper() if argument else ", ".join(f"`{o}`" for o in parameter.opts)
    told = f"`{name}`" if argument else name
    notes = [parameter.help or ""]
    if parameter.multiple:
        notes.append("may be repeated" if "repeated" not in (parameter.help or "") else "")
    needed = "yes" if parameter.required else ""
    default = "" if parameter.default in (None, "", False, ()) or parameter.required else f"`{parameter.default}`"
    return f"| {told} | {cell('; '.join(n for n in notes if n))} | {needed} | {default} |"


def _usage(command: Command) -> str:
    words = [f"rectify {command.name}"]
    for parameter in command.parsed.params:
        if parameter.param_type_name == "argument":
            name = parameter.metavar or parameter.name.upper()
            words.append(name if parameter.required else f"[{name}]")
        elif parameter.required:
            words.append(f"{parameter.opts[0]} {parameter.name.strip('_').upper()}")
    optional = any(p.param_type_name == "option" and not p.required and p.name != "help" for p in command.parsed.params)
    return " ".join([*words, "[OPTIONS]"] if optional else words)


def commands_part() -> str:
    """Every command with its arguments and options, under the panels of the help."""
    lines: list[str] = []
    panel = ""
    for command in commands():
        if command.panel != panel:
            panel = command.panel
            lines += [f"## {panel}", ""]
        lines += [f"### rectify {command.name}", "", first_sentence(command.parsed.help or ""), ""]
        lines += [f"    {_usage(command)}", ""]
        rows = [_parameter_row(p) for p in command.parsed.params if p.name != "help"]
        if rows:
            lines += ["| argument or option | says | needed | default |", "|---|---|---|---|", *rows, ""]
        lines += [f"In Python: `{TWINS[command.name]}`", ""]
    return "\n".join(lines).strip()


def options_part() -> str:
    """The options of every command."""
    root = typer.main.get_command(app)
    rows = [_parameter_row(p) for p in root.params if p.param_type_name == "option"]
    return "\n".join(["| option | says | needed | default |", "|---|---|---|---|", *rows])


def twins_part() -> str:
    """Each command beside its function, with what that function takes and says of itself."""
    lines = ["| command | function | what it does |", "|---|---|---|"]
    for command in commands():
        twin = TWINS[command.name]
        found = resolved(twin)
        found = found.fget if isinstance(found, property) else found
        link = f"[`{command.name}`](cli.md#rectify-{command.name.replace(' ', '-')})"
        lines.append(f"| {link} | `{twin}` | {cell(first_sentence(found.__doc__ or ''))} |")
    return "\n".join(lines)


def kinds_part() -> str:
    """The kinds of ledger entry, those of the house first."""
    lines: list[str] = []
    for house, title in ((True, "In the book of the house"), (False, "In the book of an order")):
        lines += [f"### {title}", "", "| kind | says | in the open | sealed |", "|---|---|---|---|"]
        for kind in KINDS.values():
            if kind.house is house:
                body, private = (" ".join(f"`{f}`" for f in fields) for fields in (kind.body, kind.private))
                lines.append(f"| `{kind.name}` | {kind.says} | {body} | {private} |")
        lines.append("")
    return "\n".join(lines).strip()


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "cli.md": {"options": options_part, "commands": commands_part},
    "python.md": {"twins": twins_part},
    "ledger.md": {"kinds": kinds_part},
}


def made(page: Path) -> str:
    """The page with its made parts made anew. Raises ValueError where a mark is missing."""
    text = page.read_text(encoding="utf-8")
    for name, part in PARTS[page.name].items():
        begin, end = BEGIN.format(name), END.format(name)
        head, _, rest = text.partition(begin)
        inner, mark, tail = rest.partition(end)
        if not mark:
            raise ValueError(f"{page.name}: the marks of {name} are missing: {begin} ... {end}")
        del inner
        text = f"{head}{begin}\n\n{part()}\n\n{end}{tail}"
    return text


def main(arguments: list[str]) -> int:
    stale = [PAGES / name for name in PARTS if made(PAGES / name) != (PAGES / name).read_text(encoding="utf-8")]
    for page in stale:
        if "--check" in arguments:
            print(f"docs/reference/{page.name} is not current: python tools/write_reference.py")
        else:
            page.write_text(made(page), encoding="utf-8")
            print(f"written  docs/reference/{page.name}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
