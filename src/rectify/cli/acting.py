"""`rectify measures`: rehearse, approve, carry out. Letters, appeals and tasks stand in files of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.hearing import appeal
from rectify.cli.opening import OneOrder, OrderName, group, opened
from rectify.cli.show import Face, counted, safe
from rectify.cli.tasks import tasks
from rectify.cli.telling import letters
from rectify.terms.claim import NAMES
from rectify.terms.errors import PartlyDone, Refused

if TYPE_CHECKING:
    from rectify.measures.bodies import OverReach
    from rectify.measures.rehearse import RehearsedSet
    from rectify.workspace import Workspace

__all__ = ["appeal", "letters", "measures", "tasks"]

measures = group("Rehearse, approve, carry out.")

Digest = Annotated[str, typer.Argument(metavar="DIGEST", help="The set's digest, or its first signs (six at least).")]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why; the party is told.")]


@measures.command()
def rehearse(
    context: typer.Context,
    order: OrderName,
    contested: Annotated[bool, typer.Option("--contested", help="Only what a claim still names in part.")] = False,
    over_reach: Annotated[
        list[str] | None, typer.Option(help="CLAIM@STOREFRONT=XB,XC: reach there too, to be approved by name.")
    ] = None,
) -> None:
    """The exact set that is due, what would change, and its digest. Nothing is written at the host."""
    from rectify.steps.carry_out import rehearse as rehearsed
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        beyond = [_over_reach(text) for text in over_reach or ()]
        sets = rehearsed(workspace, book, over_reach=beyond, contested=contested, as_=face.acting)
        face.answer("rehearsed", {"sets": [{"digest": s.id, "measures": len(s.lines), "holds": [h.reason for h in
                    s.holds], "left_out": list(s.left_out)} for s in sets]})  # fmt: skip
        for one in sets:
            _set_shown(face, workspace, one)
        if not any(s.id for s in sets):
            face.tell("Nothing is due.")


def _set_shown(face: Face, workspace: Workspace, one: RehearsedSet) -> None:
    if one.id:
        share = f", {len(one.lines) / one.catalogue_rows:.3%} of the catalogue" if one.catalogue_rows else ""
        face.tell(f"Set {one.id[:12]}   {counted(len(one.lines), 'measure')}{share}", "bold")
        rows = [
            (line.name, host_name(workspace, line.measure.place.target), line.measure.place.storefront,
             NAMES[line.measure.kind][line.measure.found], NAMES[line.measure.kind][line.measure.wanted])
            for line in one.lines[:20]
        ]  # fmt: skip
        face.table(("MEASURE", "TARGET", "IN", "NOW", "THEN"), rows)
        if len(one.lines) > 20:
            face.tell(f"... and {len(one.lines) - 20} more")
    for hold in one.holds:
        face.tell(f"Held       {safe(hold.reason)}: {hold.by_role} approves with --despite-holds")
    for warning in one.warnings:
        face.tell("Warning    " + safe("; ".join(f"{k}: {_flat(v)}" for k, v in warning.items())))
    for left in one.left_out:
        face.tell(f"Left out   {safe(_flat(left['place']))}: {safe(str(left['reason']))}")
    for task in one.tasks[:20]:
        claim = f"  {task.claim}" if task.claim else ""
        face.tell(f"To do      {task.what}: {task.place.target} in {task.place.storefront}{claim}")
    if one.id:
        face.tell(f"Next       rectify measures approve {one.id[:12]} --count {len(one.lines)} --as SOMEBODY ELSE")


def _flat(value: object) -> str:
    return ", ".join(map(_flat, value)) if isinstance(value, list | tuple) else str(value)


def host_name(workspace: Workspace, target: str) -> str:
    """The host's own id of a target, or its surrogate where it was erased."""
    from rectify.measures.records import load_book

    with workspace.ledger.reading() as connection:
        known = load_book(connection, {target}).targets.get(target.removesuffix("/buyers"))
    name = known.host_id if known and known.host_id else target.removesuffix("/buyers")
    return f"buyers of {name}" if target.endswith("/buyers") else name


def _over_reach(text: str) -> OverReach:
    from rectify.measures.bodies import OverReach

    claim, at, rest = text.partition("@")
    storefront, equals, codes = rest.partition("=")
    if not (at and equals and codes):
        raise Refused(f'"{text}" names no over-reach', "CLAIM@STOREFRONT=XB,XC")
    return OverReach(claim, storefront, frozenset(codes.split(",")))


@measures.command()
def approve(
    context: typer.Context,
    digest: Digest,
    count: Annotated[int, typer.Option("--count", help="How many measures it has, as a proof that it was read.")],
    over_reach: Annotated[
        list[str] | None, typer.Option(help="CLAIM@STOREFRONT=XB,XC, exactly what it rests on.")
    ] = None,
    despite_holds: Annotated[bool, typer.Option("--despite-holds", help="The holds were read.")] = False,
) -> None:
    """Approve a set by its digest: another person than the one who rehearsed it."""
    from rectify.steps.carry_out import approve as approved

    with opened(context) as (face, workspace):
        beyond = [_over_reach(text) for text in over_reach or ()]
        kept = approved(workspace, digest, count, over_reach=beyond, despite=despite_holds, as_=face.acting)
        face.answer("approved", {"digest": kept.id, "measures": len(kept.lines)})
        face.tell(f"Approved  {kept.id[:12]}: {counted(len(kept.lines), 'measure')}")
        face.tell(f"Next      rectify measures carry-out {kept.id[:12]}")


@measures.command("send-back")
def send_back(context: typer.Context, digest: Digest, reason: Reason) -> None:
    """Send a set back: it is never carried out."""
    from rectify.steps.carry_out import send_back as sent

    with opened(context) as (face, workspace):
        sent(workspace, digest, reason, as_=face.acting)
        face.answer("sent back", {"digest": digest})
        face.tell(f"Sent back  {digest}")


@measures.command("carry-out")
def carry_out(context: typer.Context, digest: Digest) -> None:
    """Carry out the approved set and nothing else; run again after a crash it goes on where it stopped."""
    from collections import Counter

    from rectify.cli.progress import counting
    from rectify.steps.carry_out import carry_out as carried
    from rectify.steps.carry_out import set_of

    with opened(context) as (face, workspace), counting(face, "carry out") as bar:
        book = set_of(workspace, digest).book
        made = carried(workspace, digest, progress=bar, as_=face.acting)
    counts = {str(what): n for what, n in sorted(made.counts.items())}
    face.answer("carried out", {"digest": made.set, "outcomes": counts})
    face.tell(f"Carried out  {made.set[:12]}: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    notes = Counter((str(one.what), one.note) for one in made.outcomes.values() if one.note)
    for (what, note), n in sorted(notes.items()):
        face.tell(f"  {n} {what}: {safe(note)}")
    if "done" in counts:
        face.tell(f"Next         rectify letters write {book}, then  rectify letters send")
    if counts.keys() - {"done", "moot"}:
        raise PartlyDone("some measures are not done", "rectify measures rehearse shows what is still due")


@measures.command("list")
def list_(context: typer.Context, order: OneOrder = "") -> None:
    """Sets and what became of them."""
    from collections import Counter

    from rectify.measures.records import load_sets, set_outcomes
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order) if order else None
        with workspace.ledger.reading() as connection:
            found = [(s, Counter(str(o.what) for o in set_outcomes(connection, s.id).values()))
                     for s in load_sets(connection, book)]  # fmt: skip
        face.answer("sets", {"sets": [{"digest": s.id, "order": s.book, "measures": len(s.lines), "outcomes": dict(n),
                             "approved": bool(s.approved_by)} for s, n in found]})  # fmt: skip
        rows = [
            (s.id[:12], s.book, f"{s.at:%Y-%m-%d %H:%M}", len(s.lines), _standing(s.approved_by, s.sent_back, n),
             ", ".join(f"{k} {what}" for what, k in n.items()))
            for s, n in found
        ]  # fmt: skip
        face.table(("SET", "ORDER", "REHEARSED (UTC)", "MEASURES", "STATE", "OUTCOMES"), rows, right=("MEASURES",))


def _standing(approved_by: str, sent_back: bool, outcomes: object) -> str:
    if sent_back:
        return "sent back"
    return "carried out" if outcomes else "approved" if approved_by else "waits for approval"
