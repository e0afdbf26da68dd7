"""`rectify init`, `config`, `doctor`, `authority`, `account`: what the rest stands on."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rectify.cli.opening import Columns, columns_of, face_of, group, one_of, opened, settings_there
from rectify.cli.show import column, padded, safe
from rectify.terms.errors import Refused
from rectify.terms.item import Kind

if TYPE_CHECKING:
    from rectify.settings import Settings

authority = group("The register of authorities.")
account = group("Accounts and the register.")


def init(
    context: typer.Context,
    from_: Annotated[Path | None, typer.Option("--from", help="A catalogue file: guess its columns.")] = None,
    kind: Annotated[str, typer.Option(help="What its rows are, where no column says it.")] = "",
    name: Annotated[str, typer.Option(help="The operator's name.")] = "Example Market Ltd",
    country: Annotated[str, typer.Option(help="The operator's country.")] = "XA",
    zone: Annotated[str, typer.Option(help="The operator's time zone.")] = "UTC",
    contact: Annotated[str, typer.Option(help="Where people write to: a mail address or an https page.")] = "",
    map_: Columns = None,
) -> None:
    """Begin a workspace: rectify.yaml and its keys; with --from, the columns guessed and ten rows as they are read."""
    from rectify.steps.begin import begin

    face = face_of(context)
    one_of("--kind", kind, Kind)
    made = begin(face.folder, from_, kind=kind, told=columns_of(map_), name=name, country=country, zone=zone,
                 contact=contact)  # fmt: skip
    face.answer("begun", {"folder": str(face.folder), "map": dict(made.map), "unknown": list(made.unknown),
                          "notes": list(made.notes), "warnings": list(made.warnings)})  # fmt: skip
    face.tell(f"Written   {face.folder / 'rectify.yaml'}, keys in {face.folder / 'keys'} (keep a copy elsewhere)")
    for name_, field in made.map.items():
        face.tell(f"  {padded(column(name_), 24)} -> {field:<20} {safe(made.reasons.get(name_, ''))}")
    if made.unknown:
        face.tell(f"  not read by anything: {', '.join(map(column, made.unknown))}")
    for note in made.notes:
        face.say(f"note: {safe(note)}")
    for warning in made.warnings:
        face.warn(warning)
    if made.heads:
        face.tell("\nTen rows as the engine reads them:")
        face.table(made.heads, made.rows)
    if not contact:
        face.tell(
            "\nTo do     say in rectify.yaml where people write to (operators.operator.contact): no letter goes without"
        )
    face.tell("\nNext      look at rectify.yaml, then  rectify authority add FILE  and  rectify order receive FILE")


def config(
    context: typer.Context,
    act: Annotated[str, typer.Argument(metavar="show", help="The one thing there is to do.")] = "show",
) -> None:
    """The settings, and where each value comes from. Secrets are shown as ***."""
    from rectify.settings import load_settings

    if act != "show":
        raise Refused(f'"{act}" is nothing to do with settings', "rectify config show")
    face = face_of(context)
    settings_there(face)
    settings = load_settings(face.folder)
    rows = [(name, _shown(settings, name), source) for name, source in sorted(settings.sources.items())]
    face.answer("settings", {"settings": {name: [value, source] for name, value, source in rows}})
    face.table(("SETTING", "VALUE", "FROM"), rows)


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if isinstance(value, dict):
        return ", ".join(sorted(value)) or "none"
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(map(str, value))) or "none"
    return _parts(value) if is_dataclass(value) else str(value) or "not set"


def _parts(record: Any) -> str:
    """A record of settings as text; a secret says *** of itself."""
    told = []
    for part in fields(record):
        value = getattr(record, part.name)
        nested = is_dataclass(value) and part.name != "password"
        told.append(f"{part.name} " + (f"({_parts(value)})" if nested else str(value) if value else "none"))
    return ", ".join(told)


def doctor(context: typer.Context) -> None:
    """What runs here, and what is missing."""
    from rectify.steps.examine import examine

    face = face_of(context)
    found = examine(face.folder, face.now)
    face.answer("doctor", {"checks": [[c.name, c.state, c.says] for c in found]})
    face.table(("WHAT", "STATE", "SAYS"), [(c.name, c.state, c.says) for c in found])
    if any(c.state == "broken" for c in found):
        raise typer.Exit(1)


@authority.command("add")
def authority_add(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Entries, YAML; that of the settings, if left out.")
    ] = None,
) -> None:
    """Take entries into the register of authorities. Note contacts from a source other than an order."""
    from rectify.steps.keep import add_authorities

    with opened(context) as (face, workspace):
        changed = add_authorities(workspace, file or workspace.path(workspace.settings.authorities), as_=face.acting)
        face.answer("authorities added", {"authorities": [a.id for a in changed]})
        rows = [(a.id, a.name, ", ".join(sorted(a.territory)), ", ".join(a.contact.ways)) for a in changed]
        face.table(("AUTHORITY", "NAME", "MAY ORDER IN", "REACHED BY"), rows, empty="Nothing new or changed.")


@authority.command("list")
def authority_list(context: typer.Context) -> None:
    """Who may order what, where, and how it is known to be reached."""
    with opened(context) as (face, workspace):
        found = workspace.authorities.entries
        face.answer("authorities", {"authorities": [a.id for a in found]})
        rows = [(a.id, a.name, ", ".join(sorted(a.territory)), ", ".join(a.instruments), ", ".join(a.contact.ways),
                 f"{a.contact.noted_on} {a.contact.noted_by}") for a in found]  # fmt: skip
        face.table(("AUTHORITY", "NAME", "MAY ORDER IN", "UNDER", "REACHED BY", "NOTED"), rows)


@account.command("bind")
def account_bind(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="CATALOGUE/NUMBER", help="The account at the host.")],
    entry: Annotated[str, typer.Argument(metavar="REGISTER/ENTRY", help="Whose licence it is.")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="What shows that it is theirs.")],
) -> None:
    """Bind an account to a register's entry: from then on it counts as registered where the entry is valid."""
    from rectify.steps.keep import bind_account

    with opened(context) as (face, workspace):
        bind_account(workspace, name, entry, reason, as_=face.acting)
        face.answer("account bound", {"account": name, "entry": entry})
        face.tell(f"Bound  {safe(name)} to {safe(entry)}")
