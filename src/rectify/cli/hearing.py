"""`rectify appeal`: hear the people acted against."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rectify.cli.opening import CaseName, OneOrder, group, instant_of, opened

appeal = group("Hear the people acted against.")

Appeal = Annotated[str, typer.Argument(metavar="APPEAL", help="Its id: rectify appeal list.")]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why; the party is told.")]


@appeal.command()
def record(
    context: typer.Context,
    case: CaseName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the party wrote, as text.")],
    kind: Annotated[str, typer.Option(help="not_covered (decided here) or order_wrong (passed on).")] = "not_covered",
    received: Annotated[str, typer.Option(help="When it came in; now, if left out.")] = "",
) -> None:
    """Record an appeal from a file; the party is told that it came in."""
    from rectify.steps.hear import record as recorded
    from rectify.steps.hear import stands
    from rectify.steps.keep import read_bytes

    with opened(context) as (face, workspace):
        text = read_bytes(file).decode("utf-8", "replace")
        at = instant_of(received, "--received") if received else None
        name = recorded(workspace, case, text, kind=kind, received=at, as_=face.acting)
        done = stands(workspace, case)
        face.answer("appeal recorded", {"appeal": name, "stands": done})
        face.tell(f"Recorded  {name}")
        if not done:
            face.tell(f"Note      no measure stands in {case}: there is nothing to undo, and a grant says so")
        face.tell(f"Next      another person:  rectify appeal grant|deny {name} --reason ...")


@appeal.command()
def grant(context: typer.Context, appeal_: Appeal, reason: Reason) -> None:
    """Grant an appeal: its claims fall, what nobody else asks for is due to be given back."""
    from rectify.steps.hear import grant as granted
    from rectify.steps.hear import stands

    with opened(context) as (face, workspace):
        heard = granted(workspace, appeal_, reason, as_=face.acting)
        done = stands(workspace, heard.case)
        face.answer("appeal granted", {"appeal": appeal_, "order": heard.order, "stands": done})
        face.tell(f"Granted  {appeal_}; the letter is written")
        if done:
            face.tell(f"Next     rectify measures rehearse {heard.order}")
        else:
            face.tell("         no measure stands: nothing is to be given back")


@appeal.command()
def deny(context: typer.Context, appeal_: Appeal, reason: Reason) -> None:
    """Deny an appeal, with reasons; the letter names the redress that is left."""
    from rectify.steps.hear import deny as denied

    with opened(context) as (face, workspace):
        denied(workspace, appeal_, reason, as_=face.acting)
        face.answer("appeal denied", {"appeal": appeal_})
        face.tell(f"Denied  {appeal_}; the letter is written")


@appeal.command("pass-on")
def pass_on(context: typer.Context, appeal_: Appeal, reason: Reason) -> None:
    """Pass an appeal against the order itself on to the authority."""
    from rectify.steps.hear import pass_on as passed

    with opened(context) as (face, workspace):
        task = passed(workspace, appeal_, reason, as_=face.acting)
        face.answer("appeal passed on", {"appeal": appeal_, "task": task})
        face.tell(f"Passed on  {appeal_}; the letter is written, {task} is to send it to the authority")


@appeal.command("list")
def appeals_list(context: typer.Context, order: OneOrder = "") -> None:
    """Appeals, the one that came first first."""
    from rectify.cases.show import appeals_of
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order) if order else ""
        with workspace.ledger.reading() as connection:
            found = appeals_of(workspace.ledger, connection, book=book)
        face.answer("appeals", {"appeals": [{"appeal": a.id, "case": a.case, "state": a.state} for a in found]})
        rows = [(a.id, a.case, a.kind, a.state, f"{a.received:%Y-%m-%d %H:%M}", a.text[:48]) for a in found]
        face.table(("APPEAL", "CASE", "KIND", "STATE", "CAME IN (UTC)", "TEXT"), rows)
