"""`rectify order`: check, receive, confirm, accept, ask, challenge, refuse, list, show, narrow, annul, end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.opening import OrderName, face_of, group, instant_of, opened
from rectify.cli.show import Face, counted, safe
from rectify.terms.errors import Faulty, Missing, Refused
from rectify.terms.order import ACTIVE, Deadline, OrderState

if TYPE_CHECKING:
    from rectify.intake.records import OrderRow
    from rectify.terms.order import Order
    from rectify.workspace import Workspace

CLOSED = frozenset({OrderState.REFUSED, OrderState.ANNULLED, OrderState.ENDED})
app = group("Orders of authorities, from receipt to their end.")

Reasons = Annotated[str, typer.Option("--reasons", help="Why; the authority is told.")]


@app.command()
def check(
    context: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="The order, YAML or JSON.")]
) -> None:
    """Tell all faults of an order file; write nothing."""
    from rectify.intake.reach import reach_notes
    from rectify.steps.keep import read_bytes
    from rectify.steps.pack_versions import Standing, packs_standing
    from rectify.steps.receive import check as checked
    from rectify.steps.seek import packs_told
    from rectify.workspace import FolderPacks, pack_folders

    face = face_of(context)
    data = read_bytes(file)
    try:
        with opened(context) as (_, workspace):
            found, stands = checked(workspace, data, str(file), face.now), packs_standing(workspace)
    except Missing:  # no workspace here: the file is checked by itself
        found, stands = checked(None, data, str(file), face.now), Standing(FolderPacks(pack_folders()))
    known = found.authority.name if found.authority else "not in the register of authorities"
    said = {"order": found.order.reference, "digest": found.order.digest, "faults": [], "authority": known}
    face.answer("order checked", {**said, "due": found.deadline.due, "rule": found.deadline.rule})
    face.tell(f"No faults  {safe(found.order.reference)}  {_asked(found.order)}")
    face.tell(f"Authority  {safe(known)}")
    face.tell(f"Due        {_due(found.deadline, face.now)}")
    for sentence in (*packs_told(stands, found.order), *reach_notes(found.order, found.authority)):
        face.warn(sentence)


@app.command()
def receive(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The order, YAML or JSON.")],
    channel: Annotated[str, typer.Option(help="How it came in: mail, post, portal ...")] = "file",
    operator: Annotated[str, typer.Option(help="Which operator here, where it is for several.")] = "",
) -> None:
    """Take an order in; the authority's known contact gets an acknowledgement."""
    from rectify.steps.keep import read_bytes
    from rectify.steps.receive import receive as received

    with opened(context) as (face, workspace):
        try:
            data = read_bytes(file)
            found = received(workspace, data, str(file), channel=channel, operator=operator, as_=face.acting)
        except (Faulty, Refused) as error:
            _not_recorded(face, file, error)
            raise typer.Exit(error.exit_code) from None
        face.answer("order received", {"book": found.book, "again": found.again, "letter": found.acknowledged,
                                       "due": found.deadline.due, "tasks": list(found.tasks)})  # fmt: skip
        face.tell(f"{'Received before' if found.again else 'Received'}  {found.book}  {_asked(found.order)}")
        face.tell(f"Due       {_due(found.deadline, face.now)}")
        if found.acknowledged:
            face.tell(
                f"Written   {found.acknowledged}: acknowledgement to the register's contact; rectify letters send"
            )
        for task in found.tasks:
            face.tell(f"To do     {safe(task)}")
        if not found.again:
            face.tell(f"Next      rectify order confirm {found.book} --called CONTACT --with NAME")


def _not_recorded(face: Face, file: Path, error: Faulty | Refused) -> None:
    """Tells why a file was not taken in, and what that means: it is nowhere here, and nobody was told."""
    again = f"rectify order receive {safe(str(file))}"
    if isinstance(error, Faulty):
        error.remedy = f"not recorded, nothing sent; mend it, or ask the authority; then  {again}"
    face.error(error)
    if face.json:
        return
    told = f"{safe(str(file))} is not recorded; nothing was acknowledged, and nothing was sent"
    face.say(f"{told}. The authority's clock may run all the same.")
    if isinstance(error, Faulty):
        face.say("Next: mend what was copied wrongly; ask the authority for the rest, over a contact that you know "
                 f"and the file does not give. Then:  {again}")  # fmt: skip


@app.command()
def confirm(
    context: typer.Context,
    order: OrderName,
    token: Annotated[str, typer.Option(help="A file with the authority's signature (base64).")] = "",
    code: Annotated[str, typer.Option(help="The code that was sent to the known address and came back.")] = "",
    called: Annotated[str, typer.Option(help="The contact of the register that was called.")] = "",
    with_: Annotated[str, typer.Option("--with", help="With whom the call was.")] = "",
    at: Annotated[str, typer.Option(help="When the call was; now, if left out.")] = "",
) -> None:
    """Confirm over a contact that the register knew before: a token, a code, or a call. A mail alone never does."""
    from rectify.steps.confirm import Call
    from rectify.steps.confirm import confirm as confirmed
    from rectify.steps.keep import read_bytes
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        call = Call(called, with_, instant_of(at, "--at") if at else workspace.now) if called or with_ else None
        signed = read_bytes(Path(token)).decode("ascii", "replace") if token else ""
        how = confirmed(workspace, book, token=signed, code=code, call=call, as_=face.acting)
        face.answer("order confirmed", {"book": book, "how": how})
        face.tell(f"Confirmed  {book}  by {how}")
        face.tell(f"Next       rectify order accept {book}")


@app.command()
def accept(
    context: typer.Context,
    order: OrderName,
    territory: Annotated[list[str] | None, typer.Option(help="Only there (may be repeated).")] = None,
    measure: Annotated[list[str] | None, typer.Option(help="Only these measures (may be repeated).")] = None,
    target: Annotated[str, typer.Option(help="Our own instant to report by.")] = "",
    reasons: Annotated[str, typer.Option(help="Why in part.")] = "",
) -> None:
    """Accept, whole or in part: never wider than the order or the authority's entry."""
    from rectify.steps.accept import accept as accepted
    from rectify.steps.orders import book_of, row_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        made = accepted(
            workspace, book, territory=frozenset(territory) if territory else None, measures=measure or None,
            reasons=reasons, target=instant_of(target, "--target") if target else None, as_=face.acting,
        )  # fmt: skip
        where, what = ", ".join(sorted(made.territory)), ", ".join(made.measures) or "no measure"
        face.answer("order accepted", {"book": book, "whole": made.whole, "territory": sorted(made.territory),
                                       "measures": list(made.measures), "tasks": list(made.tasks)})  # fmt: skip
        face.tell(f"Accepted  {book}  {'in whole' if made.whole else 'in part'}: {what} in {where}")
        face.tell(f"Due       {_row_due(row_of(workspace, book), face.now)}")
        face.tell(f"Next      rectify sweep {book}")


@app.command()
def ask(
    context: typer.Context,
    order: OrderName,
    question: Annotated[str, typer.Option("--question", help="What is asked.")],
) -> None:
    """Ask the authority back; the clock keeps running."""
    from rectify.steps.accept import ask as asked

    _letter(context, order, "Asked back", lambda w, book, as_: asked(w, book, question, as_=as_))


@app.command()
def answered(
    context: typer.Context, order: OrderName, answer: Annotated[str, typer.Option("--answer", help="What they said.")]
) -> None:
    """Record what the authority answered."""
    from rectify.steps.accept import answered as noted

    _letter(context, order, "Answer noted", lambda w, book, as_: noted(w, book, answer, as_=as_))


@app.command()
def challenge(context: typer.Context, order: OrderName, reasons: Reasons) -> None:
    """Challenge the order at the authority."""
    from rectify.steps.accept import challenge as challenged

    _letter(context, order, "Challenged", lambda w, book, as_: challenged(w, book, reasons, as_=as_))


@app.command()
def refuse(context: typer.Context, order: OrderName, reasons: Reasons) -> None:
    """Refuse the order, with reasons."""
    from rectify.steps.accept import refuse as refused

    _letter(context, order, "Refused", lambda w, book, as_: refused(w, book, reasons, as_=as_))


@app.command()
def annul(context: typer.Context, order: OrderName, reasons: Reasons) -> None:
    """As if it never was: what only this order held is due to be given back."""
    from rectify.steps.end import annul as annulled

    _ended(context, order, "Annulled", lambda w, book, as_: annulled(w, book, reasons, as_=as_))


@app.command()
def end(context: typer.Context, order: OrderName, reasons: Reasons) -> None:
    """It was right while it lasted; strikes stand."""
    from rectify.steps.end import end as end_order

    _ended(context, order, "Ended", lambda w, book, as_: end_order(w, book, reasons, as_=as_))


@app.command()
def narrow(
    context: typer.Context,
    order: OrderName,
    to: Annotated[list[str], typer.Option("--to", help="Where it still reaches (may be repeated).")],
    reasons: Reasons,
    from_start: Annotated[bool, typer.Option("--from-start", help="As if it never had reached further.")] = False,
) -> None:
    """The order reaches less."""
    from rectify.steps.end import narrow as narrowed

    _ended(context, order, "Narrowed",
           lambda w, book, as_: narrowed(w, book, frozenset(to), reasons, from_start=from_start, as_=as_))  # fmt: skip


@app.command("list")
def list_(
    context: typer.Context, all_: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False
) -> None:
    """Orders and their clocks, the nearest deadline first."""
    from rectify.cases.show import counts
    from rectify.intake.records import orders

    with opened(context) as (face, workspace):
        with workspace.ledger.reading() as connection:
            found = orders(connection)
            open_ = {row.book: counts(connection, row.book)["open"] for row in found}
        found = [row for row in found if all_ or row.state not in CLOSED]
        found.sort(key=lambda row: (row.due is None, row.due))
        face.answer("orders", {"orders": [{"book": r.book, "state": str(r.state), "due": r.due, "open_cases":
                    open_[r.book], "authority": r.authority_name, "operator": r.operator} for r in found]})  # fmt: skip
        rows = [
            (r.book, r.state, r.authority_name or f"? ({r.country})", open_[r.book], _row_due(r, face.now))
            for r in found
        ]
        empty = "No open order. Take one in:  rectify order receive FILE   (or see one:  rectify demo)"
        face.table(("ORDER", "STATE", "AUTHORITY", "OPEN", "DUE"), rows, right=("OPEN",), empty=empty)


@app.command()
def show(context: typer.Context, order: OrderName) -> None:
    """Everything about one order: where it stands, its clock, what is in the way."""
    from rectify.cases.show import counts
    from rectify.cases.tasks import open_tasks
    from rectify.steps.orders import book_of, order_of, row_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        row, text = row_of(workspace, book), order_of(workspace, book)
        with workspace.ledger.reading() as connection:
            states = counts(connection, book)
            tasks = open_tasks(workspace.ledger, connection, book=book)
        face.answer("order", {"book": book, "state": str(row.state), "due": row.due, "rule": row.rule, "cases": states,
                              "digest": row.digest, "tasks": [t.what for t in tasks]})  # fmt: skip
        _shown(face, row, text)
        face.tell("Cases      " + (", ".join(f"{n} {name}" for name, n in states.items() if n) or "none"))
        if left := states["open"] if row.state in CLOSED else 0:
            face.tell(f"           {left} of them not decided: the order ended first")
        for task in tasks:
            face.tell(f"To do      {safe(task.what)}: {safe(task.text)}")


def _shown(face: Face, row: OrderRow, order: Order) -> None:
    face.tell(f"{row.book}  {row.state}", "bold")
    face.tell(f"Authority  {safe(order.authority.name)}, {order.authority.country}  ({row.instrument}, {row.act})")
    face.tell(f"Asked      {_asked(order)}")
    face.tell(f"Reasons    {safe(order.reasons)}")
    face.tell(f"Received   {row.received:%Y-%m-%d %H:%M} UTC, served {row.served:%Y-%m-%d %H:%M} UTC")
    face.tell(f"Due        {_row_due(row, face.now)}")
    face.tell(f"Rule       {row.rule}")
    if row.state in ACTIVE:
        face.tell(f"Accepted   {', '.join(row.measures) or 'no measure'} in {', '.join(sorted(row.territory))}")


def _asked(order: Order) -> str:
    sought = [counted(len(order.subject.products), "product")] if order.subject.products else []
    sought += [counted(len(order.subject.items), "exact place")] if order.subject.items else []
    sought += list(order.subject.packs)
    return f"{order.act} under {order.instrument} in {', '.join(sorted(order.territory))}: {', '.join(sought)}"


Act = Callable[["Workspace", str, str], object]


def _letter(context: typer.Context, order: str, done: str, act: Act) -> None:
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        act(workspace, book, face.acting)
        face.answer(done.lower(), {"book": book})
        face.tell(f"{done}  {book}")


def _ended(context: typer.Context, order: str, done: str, act: Act) -> None:
    from rectify.cases.show import counts
    from rectify.steps.orders import book_of, row_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        act(workspace, book, face.acting)
        with workspace.ledger.reading() as connection:
            left = counts(connection, book)["open"]
        over = row_of(workspace, book).state in CLOSED
        face.answer(done.lower(), {"book": book, "open_cases": left})
        face.tell(f"{done}  {book}")
        if left and over:
            face.tell(f"Left      {counted(left, 'case')} not decided: the order ended first; the report says so")
        face.tell(f"Next      rectify measures rehearse {book}   (what no order asks for any more is given back)")


def _row_due(row: OrderRow, now: datetime) -> str:
    if row.state in CLOSED:
        return f"no clock runs: {row.state} {row.changed:%Y-%m-%d}"
    if row.due and row.reported and row.report in ("final", "corrected"):
        late = row.reported > row.due
        return f"reported {_span(abs(row.due - row.reported))} {'after' if late else 'before'} the deadline"
    return clock(row.due, now, row.zone) + ("  (provisional)" if row.provisional else "")


def _due(deadline: Deadline, now: datetime) -> str:
    told = clock(deadline.due, now, deadline.zone) + f"  ({deadline.rule})"
    return told + "".join(f"\n           note: {w}" for w in deadline.warnings)


def clock(due: datetime | None, now: datetime, zone: str) -> str:
    """How a deadline reads: time left in words, never colour alone; the instant in the authority's zone."""
    from zoneinfo import ZoneInfo

    if due is None:
        return "no instant: without undue delay"
    at = f"{due.astimezone(ZoneInfo(zone or 'UTC')):%a %d %b %Y %H:%M} {zone or 'UTC'}"
    left = due - now
    if left < timedelta():
        return f"!! overdue by {_span(-left)}; tell the authority why (was due {at})"
    mark = "!! " if left < timedelta(hours=4) else "! " if left < timedelta(days=1) else ""
    return f"{mark}{_span(left)} left, {at}"


def _span(left: timedelta) -> str:
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    return f"{hours // 24} d {hours % 24} h" if hours >= 48 else f"{hours} h {minutes:02} min"
