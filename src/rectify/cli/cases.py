"""`rectify cases`: what waits, what the engine saw, and a decision with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.opening import CaseName, OneOrder, group, opened
from rectify.cli.show import Face, counted, quoted, safe
from rectify.terms.case import CaseState, Judgement
from rectify.terms.errors import Refused, nearest

if TYPE_CHECKING:
    from rectify.steps.lots import ShownLot
    from rectify.terms.case import Case, Decision
    from rectify.workspace import Workspace

app = group("Cases: what waits for a decision.")
VERDICTS = {"violation": Judgement.VIOLATION, "no-violation": Judgement.NO_VIOLATION, "outside": Judgement.OUTSIDE,
            "ask": Judgement.ASKED}  # fmt: skip


@app.command("list")
def list_(
    context: typer.Context,
    order: OneOrder = "",
    state: Annotated[str, typer.Option(help="open, violation, no_violation, outside, asked or all.")] = "open",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
) -> None:
    """What waits: the nearest deadline first, then the oldest."""
    from rectify.cases.queue import waiting
    from rectify.cases.show import listed, named_cases
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order) if order else ""
        if state not in {*map(str, CaseState), "all"}:
            raise Refused(f'no case is "{state}"', nearest(state, [*map(str, CaseState), "all"]))
        with workspace.ledger.reading() as connection:
            if state == "open":
                ids = [one.case for one in waiting(connection, book=book, limit=limit)]
                found = named_cases(workspace.ledger, connection, ids)
            else:
                chosen = None if state == "all" else CaseState(state)
                found = listed(workspace.ledger, connection, book=book, state=chosen, limit=limit)
        face.answer("cases", {"cases": [_as_json(case) for case in found]})
        rows = [(c.id, c.state, c.verdict, _item(c), c.title[:48], " ".join(c.rules)) for c in found]
        empty = "Nothing waits." if state == "open" else "None."
        face.table(("CASE", "STATE", "MACHINE", "ITEM", "TITLE", "RULES"), rows, empty=empty)
        if found and state == "open":
            face.tell(f"Next  rectify cases show {found[0].id}")


@app.command()
def show(context: typer.Context, case: CaseName) -> None:
    """One case: the item as it was swept, with what the engine saw in it."""
    from rectify.cases.show import decisions_of
    from rectify.steps.decide import shown_case
    from rectify.steps.lots import show as lot_shown

    with opened(context) as (face, workspace):
        found = shown_case(workspace, case)
        with workspace.ledger.reading() as connection:
            decisions = decisions_of(workspace.ledger, connection, case)
        alike = lot_shown(workspace, case)
        lot = {"lot": alike.digest, "alike": [_alike_json(one) for one in alike.cases]} if alike else {}
        face.answer("case", {**_as_json(found), "decisions": len(decisions), **lot})
        face.tell(f"{found.id}  {found.state}  of {found.order}", "bold")
        face.tell(f"Item      {_item(found)}   account {safe(found.account_id) or 'unknown'}")
        face.tell(f"Shown in  {_shown_in(found)}")
        show_item(face, found)
        for decision in decisions:
            face.tell(f"Decided   {_said(workspace, decision)}")
        if alike:
            _show_alike(face, alike)
        if found.state is CaseState.OPEN:
            face.tell(f"Next      rectify cases decide {case} violation|no-violation|outside|ask --reason ...")
            if alike:
                face.tell(f"          for all {len(alike.cases)} of them add:  --like {alike.digest}")


@app.command()
def decide(
    context: typer.Context,
    case: CaseName,
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="One of: " + ", ".join(VERDICTS) + ".")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why.")] = "",
    like: Annotated[
        str, typer.Option("--like", metavar="LOT", help="All cases of this lot, as cases show listed them.")
    ] = "",
    supersede: Annotated[int | None, typer.Option(help="The decision that this one takes the place of.")] = None,
) -> None:
    """Decide a case, or the lot of like ones that was shown with it, with a reason."""
    from rectify.steps import decide as steps
    from rectify.steps import lots

    if verdict not in VERDICTS:
        raise Refused(f'"{verdict}" is no decision', nearest(verdict, VERDICTS))
    judgement = VERDICTS[verdict]
    with opened(context) as (face, workspace):
        if like:
            lot, made = lots.decide(workspace, case, like, judgement, reason, as_=face.acting)
            face.answer("lot decided", {"lot": lot.id, "cases": list(lot.cases), "judgement": str(judgement)})
            face.tell(f"Decided  {counted(len(made), 'case')}: {judgement}  ({lot.id})")
            return
        one = steps.decide(workspace, case, judgement, reason, supersedes=supersede, as_=face.acting)
        face.answer("case decided", {"case": case, "judgement": str(judgement), "measure": one.measure})
        wanted = f", {one.measure} is claimed" if one.measure else ""
        face.tell(f"Decided  {case}: {judgement}{wanted}")


def _show_alike(face: Face, alike: ShownLot) -> None:
    """Every case of a lot, so that nobody decides what was not seen."""
    face.tell(f"Alike     {len(alike.cases)} cases, lot {alike.digest}")
    rows = [(one.id, _item(one), one.title[:48]) for one in alike.cases]
    face.table(("CASE", "ITEM", "TITLE"), rows)


def show_item(face: Face, case: Case) -> None:
    """The findings of a case, each piece of evidence as it was written with marks under it."""
    for finding in case.findings:
        face.tell(f"{finding.verdict:<9} {finding.pack}/{finding.rule}   {safe(finding.why)}")
        if finding.branch:
            face.tell(f"          held: {safe(finding.branch)}")
        row = dict(case.rows[min(finding.row, len(case.rows) - 1)]) if case.rows else {}
        for one in finding.evidence[:12]:
            text, marks = quoted(field_text(row, one.field), one)
            seen = f"{one.words}: {safe(one.term)}" + (f"  [{', '.join(one.disguise)}]" if one.disguise else "")
            face.tell(f"    {one.field} {one.start + 1}-{one.end}  {seen}" + ("  hidden" if one.hidden else ""))
            face.tell(f"      {text}")
            face.tell(f"      {marks}")
        for mark in finding.marks:
            face.tell(f"    note: {safe(mark)}")
        if finding.near_register:
            face.tell(f"    like an entry of a register, and not bound to it: {safe(finding.near_register)}")


def field_text(row: dict[str, object], field: str) -> str:
    """The text of a field as evidence names it; empty where absent."""
    from rectify.letters.facts import field_text as text_of

    return text_of(row, field)


def _item(case: Case) -> str:
    return f"{case.key.source}/{case.key.kind}/{case.key.id}" if case.key else "(erased)"


def _shown_in(case: Case) -> str:
    if case.storefronts is None:
        return "unknown storefronts: no measure until a person states them"
    return ", ".join(case.storefronts) or "no storefront"


def _said(workspace: Workspace, decision: Decision) -> str:
    by = f"software ({decision.by})" if decision.machine else f"a person ({decision.by})"
    return f"{decision.at:%Y-%m-%d %H:%M} UTC  {decision.judgement} by {by}: {safe(decision.reason)}"


def _alike_json(case: Case) -> dict[str, object]:
    return {"case": case.id, "item": list(case.key) if case.key else None, "title": case.title}


def _as_json(case: Case) -> dict[str, object]:
    return {
        "case": case.id, "order": case.order, "state": str(case.state), "verdict": str(case.verdict),
        "item": list(case.key) if case.key else None, "title": case.title, "rules": list(case.rules),
        "findings": [{"rule": f"{f.pack}/{f.rule}", "why": f.why, "branch": f.branch} for f in case.findings],
    }  # fmt: skip
