"""`rectify measures`: rehearse, approve, carry out. Letters, appeals and tasks stand in files of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.hearing import appeal
from rectify.cli.opening import OneOrder, OrderName, group, opened
from rectify.cli.show import counted, safe
from rectify.cli.tasks import tasks
from rectify.cli.telling import letters
from rectify.cli.whose import own
from rectify.terms.errors import PartlyDone, Refused

if TYPE_CHECKING:
    from rectify.measures.bodies import OverReach
    from rectify.terms.territory import Territory

__all__ = ["appeal", "letters", "measures", "tasks"]

measures = group("Rehearse, approve, carry out.")

Digest = Annotated[str, typer.Argument(metavar="DIGEST", help="The set's digest, or its first signs (six at least).")]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why; kept with the order.")]
Beyond = Annotated[
    list[str] | None,
    typer.Option(
        "--over-reach", metavar="STOREFRONT=XB,XC",
        help="Reach there too, for all claims of the set; or CLAIM@STOREFRONT=XB,XC for one (may be repeated).",
    ),
]  # fmt: skip


@measures.command()
def rehearse(
    context: typer.Context,
    order: OrderName,
    contested: Annotated[bool, typer.Option("--contested", help="Only what a claim still names in part.")] = False,
    over_reach: Beyond = None,
) -> None:
    """The exact set that is due, what would change, and its digest. Nothing is written at the host."""
    from rectify.cli.sets import rehearsed_json, rehearsed_shown
    from rectify.steps.carry_out import rehearse as rehearsed
    from rectify.steps.orders import book_of
    from rectify.steps.sets import for_all

    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        fronts, named = _beyond(over_reach)
        beyond = for_all(workspace, book, fronts, named)
        sets = rehearsed(workspace, book, over_reach=beyond, contested=contested, as_=face.acting)
        face.answer("rehearsed", {"sets": [rehearsed_json(workspace, one) for one in sets]})
        for one in sets:
            rehearsed_shown(face, workspace, one)
        if not any(s.id for s in sets):
            face.tell("Nothing is due.")


@measures.command()
def show(
    context: typer.Context,
    digest: Digest,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many lines; all, if left out.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write all lines into this CSV file.")] = None,
) -> None:
    """Every measure of a set: host id, storefront, now, then, whose claim, and whether it can be undone."""
    from rectify.cli.sets import line_json, lines_shown, write_lines
    from rectify.steps.carry_out import set_of
    from rectify.steps.sets import lines_of, rests_on

    with opened(context) as (face, workspace):
        kept = set_of(workspace, digest)
        lines = lines_of(workspace, kept.lines)
        face.answer("set", {"digest": kept.id, "order": kept.book, "measures": len(lines),
                            "lines": [line_json(one) for one in lines]})  # fmt: skip
        face.tell(f"Set {kept.id}   of {kept.book}   {counted(len(lines), 'measure')}", "bold")
        for one in rests_on(kept.lines):
            face.tell(f"Beyond     {one.storefront}: {one.said} beyond the order")
        if out:
            write_lines(lines, out)
            face.tell(f"File       {out}")
        else:
            lines_shown(face, lines, limit or len(lines))


@measures.command()
def approve(
    context: typer.Context,
    digest: Digest,
    count: Annotated[int, typer.Option("--count", help="How many measures it has, as a proof that it was read.")],
    over_reach: Beyond = None,
    despite_holds: Annotated[bool, typer.Option("--despite-holds", help="The holds were read.")] = False,
) -> None:
    """Approve a set by its digest: another person than the one who rehearsed it."""
    from rectify.steps.sets import approve as approved

    with opened(context) as (face, workspace):
        fronts, named = _beyond(over_reach)
        kept = approved(
            workspace, digest, count, fronts=fronts, over_reach=named, despite=despite_holds, as_=face.acting
        )
        face.answer("approved", {"digest": kept.id, "measures": len(kept.lines)})
        face.tell(f"Approved  {kept.id[:12]}: {counted(len(kept.lines), 'measure')}")
        face.tell(f"Next      rectify measures carry-out {kept.id[:12]}")


def _beyond(texts: Sequence[str] | None) -> tuple[dict[str, Territory], list[OverReach]]:
    """`--over-reach` as shop fronts for all claims (`eu=XB`), and as single claims (`CLAIM@eu=XB`). Raises Refused."""
    from rectify.measures.bodies import OverReach

    fronts: dict[str, Territory] = {}
    named: list[OverReach] = []
    for text in texts or ():
        place, equals, codes = text.partition("=")
        claim, at, front = place.rpartition("@")
        territories = frozenset(filter(None, codes.split(",")))
        if not (equals and territories and front) or (at and not claim):
            raise Refused(f'"{text}" names no over-reach', "STOREFRONT=XB,XC or CLAIM@STOREFRONT=XB,XC")
        if claim:
            named.append(OverReach(claim, front, territories))
        else:
            fronts[front] = fronts.get(front, frozenset()) | territories
    return fronts, named


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
    from rectify.cli.sets import how_far
    from rectify.steps.carry_out import carry_out as carried
    from rectify.steps.carry_out import set_of

    with opened(context) as (face, workspace):
        kept = set_of(workspace, digest)
        try:
            with counting(face, "carry out") as bar:
                made = carried(workspace, kept.id, progress=bar, as_=face.acting)
        except KeyboardInterrupt:
            face.say(how_far(workspace, kept))
            raise
    counts = {str(what): n for what, n in sorted(made.counts.items())}
    face.answer("carried out", {"digest": made.set, "outcomes": counts})
    face.tell(f"Carried out  {made.set[:12]}: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    notes = Counter((str(one.what), one.note) for one in made.outcomes.values() if one.note)
    for (what, note), n in sorted(notes.items()):
        face.tell(f"  {n} {what}: {safe(note)}")
    if "done" in counts:
        face.tell(f"Next         rectify letters write {kept.book}, then  rectify letters send")
    if counts.keys() - {"done", "moot"}:
        raise PartlyDone("some measures are not done", f"what is still due:  rectify measures rehearse {kept.book}")


@measures.command("list")
def list_(context: typer.Context, order: OneOrder = "") -> None:
    """Sets and what became of them."""
    from rectify.cli.sets import standing, standing_json
    from rectify.steps.orders import book_of
    from rectify.steps.sets import standings

    with opened(context) as (face, workspace):
        found = standings(workspace, book_of(workspace, order) if order else "")
        face.answer("sets", {"sets": [standing_json(one) for one in found]})
        rows = [
            (s.set.id[:12], s.set.book, f"{s.set.at:%Y-%m-%d %H:%M}", len(s.set.lines), standing(s),
             ", ".join(f"{k} {what}" for what, k in s.outcomes.items()))
            for s in found
        ]  # fmt: skip
        face.table(("SET", "ORDER", "REHEARSED (UTC)", "MEASURES", "STATE", "OUTCOMES"), rows, right=("MEASURES",))


measures.command()(own)
