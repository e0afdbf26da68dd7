"""`rectify cases`: what waits, what the engine saw, and a decision with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.cut import shortened
from rectify.cli.opening import CaseName, OneOrder, group, one_of, opened
from rectify.cli.show import Face, counted, quoted, safe
from rectify.terms.case import CaseState, Judgement
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.terms.territory import lies_in

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from rectify.cases.chosen import Chosen
    from rectify.steps.found_by import FoundBy
    from rectify.steps.lots import ShownLot
    from rectify.terms.case import Case, Decision
    from rectify.workspace import Workspace

app = group("Cases: what waits for a decision.")
SHOWN_TERMS = 12  # of each list of words
VERDICTS = {"violation": Judgement.VIOLATION, "no-violation": Judgement.NO_VIOLATION, "outside": Judgement.OUTSIDE,
            "ask": Judgement.ASKED}  # fmt: skip


Rule = Annotated[str, typer.Option(help="Only those that this rule found: pack/rule, or the rule alone.")]
OfVerdict = Annotated[str, typer.Option("--verdict", help="Only those of this verdict: violation or review.")]
OfAccount = Annotated[str, typer.Option("--account", help="Only those of this account: its id, or CATALOGUE/ID.")]


@app.command("list")
def list_(
    context: typer.Context,
    order: OneOrder = "",
    state: Annotated[str, typer.Option(help="open, violation, no_violation, outside, asked or all.")] = "open",
    rule: Rule = "",
    verdict: OfVerdict = "",
    account: OfAccount = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
) -> None:
    """What waits: the nearest deadline first, then the oldest."""
    from rectify.cases.chosen import how_many
    from rectify.cases.queue import waiting
    from rectify.cases.show import listed, named_cases
    from rectify.steps.orders import book_of

    one_of("--state", state, [*map(str, CaseState), "all"])
    with opened(context) as (face, workspace):
        book = book_of(workspace, order) if order else ""
        chosen = _chosen(workspace, rule, verdict, account)
        wanted = "" if state == "all" else state
        with workspace.ledger.reading() as connection:
            in_all = how_many(connection, book=book, state=wanted, chosen=chosen)
            if state == "open":
                ids = [one.case for one in waiting(connection, book=book, limit=limit, chosen=chosen)]
                found = named_cases(workspace.ledger, connection, ids)
            else:
                of = CaseState(wanted) if wanted else None
                found = listed(workspace.ledger, connection, book=book, state=of, limit=limit, chosen=chosen)
        face.answer("cases", {"cases": [_as_json(case) for case in found], "all": in_all})
        rows = [(c.id, c.state, c.verdict, _item(c), shortened(c.title, 48), " ".join(c.rules)) for c in found]
        empty = _nothing(workspace, book) if state == "open" else "None."
        face.table(("CASE", "STATE", "MACHINE", "ITEM", "TITLE", "RULES"), rows, empty=empty)
        if in_all > len(found):
            face.tell(f"... and {in_all - len(found):,} more: --limit {in_all}")
        if found and state == "open":
            face.tell(f"{in_all:,} {'waits' if in_all == 1 else 'wait'}   Next  rectify cases next {order}".rstrip())


@app.command("next")
def next_(
    context: typer.Context,
    order: OneOrder = "",
    rule: Rule = "",
    verdict: OfVerdict = "",
    account: OfAccount = "",
    skip: Annotated[list[str] | None, typer.Option(help="A case to pass over (may be repeated).")] = None,
) -> None:
    """The case that waits first, shown with its lot: decide it, and call this again."""
    from rectify.cases.chosen import how_many
    from rectify.cases.queue import waiting
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order) if order else ""
        chosen = _chosen(workspace, rule, verdict, account)
        with workspace.ledger.reading() as connection:
            first = waiting(connection, book=book, limit=1, passed=skip or (), chosen=chosen)
            left = how_many(connection, book=book, state="open", chosen=chosen)
        if not first:
            face.answer("case", {"case": None, "waiting": left})
            face.tell(_nothing(workspace, book))
            return
        face.tell(f"{left:,} {'waits' if left == 1 else 'wait'}")
        _show(face, workspace, first[0].case, left)


@app.command()
def show(context: typer.Context, case: CaseName) -> None:
    """One case: the item as it was swept, with what the engine saw in it."""
    with opened(context) as (face, workspace):
        _show(face, workspace, case)


def _show(face: Face, workspace: Workspace, case: str, waiting: int | None = None) -> None:
    """A case with its lot; `waiting`: how many wait, where that was asked."""
    from rectify.cases.show import decisions_of
    from rectify.steps.decide import shown_case
    from rectify.steps.found_by import found_by
    from rectify.steps.lots import show as lot_shown

    found = shown_case(workspace, case)
    by = found_by(workspace, found)
    with workspace.ledger.reading() as connection:
        decisions = decisions_of(workspace.ledger, connection, case)
    alike, fronts = lot_shown(workspace, case), _Fronts(workspace, found.order)
    lot = {"lot": alike.digest, "alike": [_alike_json(one) for one in alike.cases], "of": alike.of} if alike else {}
    more = {} if waiting is None else {"waiting": waiting}
    face.answer("case", {**_as_json(found), "decisions": len(decisions), "found_by": list(map(_by_json, by)),
                         **lot, **more})  # fmt: skip
    face.tell(f"{found.id}  {found.state}  of {found.order}", "bold")
    face.tell(f"Item      {_item(found)}   account {safe(found.account_id) or 'unknown'}")
    face.tell(f"Shown in  {fronts.of(found)}")
    show_item(face, found)
    for one in by:
        _show_by(face, one)
    for decision in decisions:
        face.tell(f"Decided   {_said(workspace, decision)}")
    if alike:
        _show_alike(face, alike, fronts)
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
            _go_on(face, workspace, case)
            return
        one = steps.decide(workspace, case, judgement, reason, supersedes=supersede, as_=face.acting)
        face.answer("case decided", {"case": case, "judgement": str(judgement), "measure": one.measure})
        wanted = f", {one.measure} is claimed" if one.measure else ""
        face.tell(f"Decided  {case}: {judgement}{wanted}")
        _go_on(face, workspace, case)


def _go_on(face: Face, workspace: Workspace, case: str) -> None:
    """What comes after a decision: the next case of the order, or what is due."""
    from rectify.cases.show import current

    with workspace.ledger.reading() as connection:
        book = current(connection, case).book
        left = how_many_wait(connection, book)
    wait = f"{left:,} {'waits' if left == 1 else 'wait'}"
    face.tell(
        f"Next     rectify cases next {book}   ({wait})" if left else f"Next     rectify measures rehearse {book}"
    )


def _show_alike(face: Face, alike: ShownLot, fronts: _Fronts) -> None:
    """Every case of a lot, so that nobody decides what was not seen."""
    here = f"{len(alike.cases)} cases" if alike.of <= len(alike.cases) else f"{len(alike.cases)} of {alike.of:,} alike"
    face.tell(f"Alike     {here}, lot {alike.digest}")
    rows = [(one.id, _item(one), shortened(one.title, 48), fronts.of(one)) for one in alike.cases]
    face.table(("CASE", "ITEM", "TITLE", "SHOWN IN"), rows)


def _show_by(face: Face, by: FoundBy) -> None:
    """The rule as it was in the version that found, with the beginning of each list of words."""
    face.tell(f"Found by  {by.pack} {by.version} ({by.digest[:12]})  {by.rule}: "
              f"{safe(by.when) or 'this version is not kept any more'}")  # fmt: skip
    for name, terms in (by.words or {}).items():
        more = f" ... {len(terms)} in all" if len(terms) > SHOWN_TERMS else ""
        face.tell(f"          {name}: {safe(', '.join(terms[:SHOWN_TERMS]))}{more}")


def _by_json(by: FoundBy) -> dict[str, object]:
    words = {name: list(terms) for name, terms in (by.words or {}).items()}
    return {"pack": by.pack, "rule": by.rule, "version": by.version, "digest": by.digest, "when": by.when,
            "words": words}  # fmt: skip


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


class _Fronts:
    """Says of the shop fronts of a case which lie outside the order's territory."""

    def __init__(self, workspace: Workspace, book: str) -> None:
        from rectify.steps.orders import row_of

        self.territory, self.sells = row_of(workspace, book).territory, workspace.storefronts

    def of(self, case: Case) -> str:
        """All shop fronts of a case, in words."""
        if case.storefronts is None:
            return "unknown storefronts: no measure until a person states them"
        return ", ".join(map(self._one, case.storefronts)) or "no storefront"

    def _one(self, front: str) -> str:
        sells = self.sells.get(front)
        if not sells:
            return f"{safe(front)} (nobody states where it sells)"
        beyond = [code for code in sorted(sells) if not lies_in(code, self.territory)]
        if not beyond:
            return safe(front)
        if len(beyond) == len(sells):
            return f"{safe(front)} ({', '.join(beyond)}, outside the order)"
        return f"{safe(front)} ({', '.join(sorted(sells))}; {', '.join(beyond)} outside the order)"


def _chosen(workspace: Workspace, rule: str, verdict: str, account: str) -> Chosen:
    """What the options ask for. Wrong usage for no verdict, Unknown for an account that no case is about."""
    from rectify.cases.chosen import Chosen
    from rectify.cases.show import account_of

    one_of("--verdict", verdict, ("violation", "review"))
    if not account:
        return Chosen(rule, verdict)
    keys = [account, *(f"{name}/{account}" for name in workspace.settings.catalogues)]
    with workspace.ledger.reading() as connection:
        found = {account_of(connection, key, id_key=workspace.keys.id_key) for key in keys} - {""}
    if not found:
        raise Unknown(f'no case is about an account "{account}"', "rectify cases show CASE  says whose an item is")
    return Chosen(rule, verdict, found)


def _nothing(workspace: Workspace, book: str) -> str:
    """Why nothing waits: all is decided, or the order ended before it was."""
    from rectify.cases.show import counts

    if not book:
        return "Nothing waits."
    with workspace.ledger.reading() as connection:
        left = counts(connection, book)["open"]
        all_of_them = how_many_wait(connection, book)
    if left and not all_of_them:
        return f"Nothing waits. {counted(left, 'case')} stayed undecided: the order ended first; see  --state all"
    return "Nothing waits."


def how_many_wait(connection: Connection, book: str) -> int:
    """How many cases of an order wait for somebody."""
    from rectify.cases.chosen import how_many

    return how_many(connection, book=book, state="open")


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
