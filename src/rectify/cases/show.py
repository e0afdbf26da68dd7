"""Cases as a person is shown them: tables and opened parts. What was erased is missing, never wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, and_, exists, func, or_, select

from rectify.cases.chosen import ALL, Chosen
from rectify.cases.records import PAGE, account_digest, item_digest
from rectify.cases.tables import accounts, appeals, cases, claims, decisions, looks, targets
from rectify.ledger.ledger import Ledger
from rectify.store.instants import parse_instant
from rectify.terms.case import Case, CaseState, Decision, FindingSeen, Judgement
from rectify.terms.entry import Json
from rectify.terms.errors import Unknown
from rectify.terms.finding import Disguise, Evidence, Verdict
from rectify.terms.item import ItemKey
from rectify.terms.letter import Appeal

AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
HEAD = ("key", "account_id", "title")  # the parts that a list shows
WHOLE = (*HEAD, "snapshot", "findings")


def case(ledger: Ledger, connection: Connection, case_id: str, *, look: int = 0) -> Case:
    """A case with its evidence: of its last look, or of an earlier one (from 1). Raises Unknown."""
    query = _with_look(look).where(cases.c.case == case_id)
    found = _opened(ledger, connection, connection.execute(query).all(), WHOLE)
    if not found:
        raise Unknown(f'no case is called "{case_id}"' if not look else f'the case "{case_id}" has no look {look}')
    return found[0]


def case_as_judged(ledger: Ledger, connection: Connection, case_id: str) -> Case:
    """A case with the evidence that its last decision of violation was made on, whatever its item looks like since.

    That is what a letter and a report tell of. The last look where it was never decided so. Raises Unknown.
    """
    violation = select(decisions).where(decisions.c.case == case_id, decisions.c.judgement == "violation")
    made = connection.execute(violation.order_by(decisions.c.sequence.desc()).limit(1)).first()
    look = 0
    if made is not None:
        seen = select(func.max(looks.c.look)).where(
            looks.c.case == case_id, looks.c.seen == made.seen, looks.c.at <= made.at
        )
        look = connection.execute(seen).scalar() or 0
    return case(ledger, connection, case_id, look=look)


def listed(
    ledger: Ledger, connection: Connection, *, book: str = "", state: CaseState | None = None, account: str = "",
    limit: int = 1000, after: str = "", whole: bool = False, chosen: Chosen = ALL,
) -> list[Case]:  # fmt: skip
    """Cases by id, after one of them: of an order, in a state, of an account. `whole` opens the evidence too."""
    query = _with_look(0).where(cases.c.case > after, *chosen.conditions())
    for column, value in ((cases.c.book, book), (cases.c.state, state), (cases.c.account, account)):
        if value:
            query = query.where(column == str(value))
    rows = connection.execute(query.order_by(cases.c.case).limit(limit)).all()
    return _opened(ledger, connection, rows, WHOLE if whole else HEAD)


def named_cases(ledger: Ledger, connection: Connection, ids: Sequence[str], *, whole: bool = False) -> list[Case]:
    """The cases of these ids, in their order; ids that are not known are left out."""
    rows = connection.execute(_with_look(0).where(cases.c.case.in_(ids))).all()
    by_id = {one.id: one for one in _opened(ledger, connection, rows, WHOLE if whole else HEAD)}
    return [by_id[one] for one in ids if one in by_id]


def cases_of_pack(
    ledger: Ledger, connection: Connection, pack: str, ids: Sequence[str], *, book: str = ""
) -> list[Case]:
    """Those of some cases that a rule of a pack found, without their evidence: of one order, or of all."""
    quoted = json.dumps(f"{pack}/")[:-1]
    found: list[Case] = []
    for start in range(0, len(ids), PAGE):
        query = _with_look(0).where(cases.c.case.in_(ids[start : start + PAGE]))
        query = query.where(cases.c.rules.contains(quoted, autoescape=True))
        if book:
            query = query.where(cases.c.book == book)
        found += _opened(ledger, connection, connection.execute(query.order_by(cases.c.case)).all(), HEAD)
    return found


def cases_decided(
    ledger: Ledger, connection: Connection, *, pack: str = "", judgement: Judgement | None = None, whole: bool = False
) -> Iterator[Case]:
    """Cases by id whose decision is a judgement, or any that is not `no_violation`; of a pack's findings, or of all."""
    said = cases.c.state == judgement if judgement else cases.c.state.not_in(["open", str(Judgement.NO_VIOLATION)])
    query, after = _with_look(0).where(said), ""
    if pack:
        query = query.where(cases.c.rules.contains(json.dumps(f"{pack}/")[:-1], autoescape=True))
    while rows := connection.execute(query.where(cases.c.case > after).order_by(cases.c.case).limit(PAGE)).all():
        yield from _opened(ledger, connection, rows, WHOLE if whole else HEAD)
        after = rows[-1].case


def case_of(connection: Connection, book: str, target: str) -> str:
    """The id of the case of an order about a target (its surrogate); empty where there is none."""
    query = select(cases.c.case).where(cases.c.book == book, cases.c.target == target)
    return connection.execute(query).scalar() or ""


def target_of(connection: Connection, key: ItemKey, *, id_key: bytes) -> str:
    """The surrogate of an item; empty where no case was ever opened about it."""
    query = select(targets.c.target).where(targets.c.digest == item_digest(id_key, key))
    return connection.execute(query).scalar() or ""


def account_of(connection: Connection, account: str, *, id_key: bytes) -> str:
    """The surrogate of an account ("source/id"); empty where it is not known."""
    query = select(accounts.c.account).where(accounts.c.digest == account_digest(id_key, account))
    return connection.execute(query).scalar() or ""


def current(connection: Connection, case_id: str) -> AnyRow:
    """The row of a case, with the `subject` under whose key its last look is sealed. Raises Unknown."""
    row = connection.execute(rows_with_subject().where(cases.c.case == case_id)).first()
    if row is None:
        raise Unknown(f'no case is called "{case_id}"')
    return row


def rows_with_subject() -> Select[Any]:
    """Rows of cases, each with the `subject` of its last look."""
    return select(cases, looks.c.subject).join(looks, and_(looks.c.case == cases.c.case, looks.c.look == cases.c.looks))


def counts(connection: Connection, book: str) -> dict[str, int]:
    """How many cases of an order are in each state; every state is there."""
    query = select(cases.c.state, func.count()).where(cases.c.book == book).group_by(cases.c.state)
    found = {state: int(n) for state, n in connection.execute(query)}
    return {str(state): found.get(str(state), 0) for state in CaseState}


def decisions_of(ledger: Ledger, connection: Connection, case_id: str) -> list[Decision]:
    """All decisions of a case, the first one first. The last one stands unless another look was opened since."""
    query = select(decisions).where(decisions.c.case == case_id).order_by(decisions.c.sequence)
    rows = connection.execute(query).all()
    plain = ledger.sealed.open_all(connection, [row.reason for row in rows if row.reason])
    return [decision(row, str(plain[row.reason].value) if row.reason in plain else "") for row in rows]


def decision(row: AnyRow, reason: str = "") -> Decision:
    """A decision from its row."""
    return Decision(row.case, Judgement(row.judgement), row.by, row.machine, parse_instant(row.at), row.seen, reason,
                    row.measure, row.lot, row.sequence)  # fmt: skip


def standing(connection: Connection, case_id: str) -> Decision | None:
    """The decision that stands on a case's last look, without its reason; None while the case is open."""
    query = select(decisions).join(cases, cases.c.decision == decisions.c.sequence).where(cases.c.case == case_id)
    row = connection.execute(query).first()
    return None if row is None else decision(row)


def without_claim(connection: Connection, book: str) -> list[tuple[str, Decision]]:
    """Decisions of violation with a measure that no claim carries out, each with its case: they have no effect yet.

    A claim counts if it was made after the decision, or if it lives on from an earlier look and asks for the same.
    """
    lives_on = and_(claims.c.live, claims.c.measure == decisions.c.measure)
    followed = exists().where(claims.c.case == cases.c.case, or_(claims.c.sequence > decisions.c.sequence, lives_on))
    query = (
        select(decisions)
        .join(cases, cases.c.decision == decisions.c.sequence)
        .where(cases.c.book == book, cases.c.state == "violation", decisions.c.measure != "", ~followed)
        .order_by(decisions.c.sequence)
    )
    return [(row.case, decision(row)) for row in connection.execute(query)]


def claims_to_end(connection: Connection, book: str) -> list[tuple[str, str]]:
    """(case, claim) of live claims that must end: their case was meanwhile decided otherwise, or won on appeal.

    Otherwise is also a violation with another measure: the claim that follows it takes the place of this one.
    """
    older = claims.c.sequence < decisions.c.sequence
    otherwise = and_(older, or_(cases.c.state != "violation", claims.c.measure != decisions.c.measure))
    won = exists().where(
        and_(appeals.c.case == cases.c.case, appeals.c.state == "granted", appeals.c.decision > claims.c.sequence)
    )
    query = (
        select(cases.c.case, claims.c.claim)
        .join(claims, claims.c.case == cases.c.case)
        .outerjoin(decisions, cases.c.decision == decisions.c.sequence)
        .where(cases.c.book == book, claims.c.live, or_(otherwise, won))
        .order_by(cases.c.case, claims.c.claim)
    )
    return [(row.case, row.claim) for row in connection.execute(query)]


def appeal(ledger: Ledger, connection: Connection, appeal_id: str) -> Appeal:
    """An appeal with its texts. Raises Unknown."""
    found = _appeals(ledger, connection, select(appeals).where(appeals.c.appeal == appeal_id))
    if not found:
        raise Unknown(f'no appeal is called "{appeal_id}"')
    return found[0]


def appeals_of(
    ledger: Ledger, connection: Connection, *, book: str = "", case: str = "", state: str = ""
) -> list[Appeal]:
    """Appeals, the one that came first first: of an order, of a case, in a state."""
    query = select(appeals).order_by(appeals.c.received, appeals.c.appeal)
    for column, value in ((appeals.c.book, book), (appeals.c.case, case), (appeals.c.state, state)):
        if value:
            query = query.where(column == value)
    return _appeals(ledger, connection, query)


def _appeals(ledger: Ledger, connection: Connection, query: Select[Any]) -> list[Appeal]:
    rows = connection.execute(query).all()
    plain = ledger.sealed.open_all(connection, [part for row in rows for part in (row.text, row.reason) if part])
    texts = {part: str(opened.value) for part, opened in plain.items()}
    return [
        Appeal(row.appeal, row.book, row.case, row.kind, parse_instant(row.received), row.state,
               texts.get(row.text, ""), row.by, texts.get(row.reason, ""))
        for row in rows
    ]  # fmt: skip


def _with_look(look: int) -> Select[Any]:
    """Cases with the parts of one look; 0 is the last one."""
    which = looks.c.look == (look or cases.c.looks)
    return select(cases, looks.c.parts, looks.c.seen.label("look_seen")).join(
        looks, and_(looks.c.case == cases.c.case, which)
    )


def _opened(ledger: Ledger, connection: Connection, rows: Iterable[AnyRow], names: Sequence[str]) -> list[Case]:
    rows = list(rows)
    ids = [{name: part for name, part in json.loads(row.parts).items() if name in names} for row in rows]
    plain = ledger.sealed.open_all(connection, [part for parts in ids for part in parts.values()])
    values = [{name: plain[part].value for name, part in parts.items() if part in plain} for parts in ids]
    return [_case(row, parts) for row, parts in zip(rows, values, strict=True)]


def _case(row: AnyRow, parts: dict[str, Json]) -> Case:
    rows = tuple(parts.get("snapshot") or ())
    return Case(
        id=row.case, order=row.book, target=row.target, account=row.account, state=CaseState(row.state),
        verdict=Verdict(row.verdict), rules=tuple(json.loads(row.rules)), seen=row.look_seen,
        opened=parse_instant(row.opened), looks=row.looks,
        storefronts=None if row.storefronts is None else tuple(json.loads(row.storefronts)),
        key=ItemKey(*parts["key"]) if parts.get("key") else None, account_id=parts.get("account_id", ""),
        title=parts.get("title", ""), snapshot=rows[0] if rows else None,
        findings=tuple(_finding(one) for one in parts.get("findings", ())), rows=rows, named=row.named,
    )  # fmt: skip


def _finding(one: dict[str, Json]) -> FindingSeen:
    return FindingSeen(
        id=one["id"], pack=one["pack"], rule=one["rule"], verdict=Verdict(one["verdict"]), branch=one["branch"],
        why=one["why"], evidence=tuple(_evidence(e) for e in one["evidence"]), near_register=one["near_register"],
        marks=tuple(one["marks"]), row=one["row"], version=one.get("version", 0), digest=one.get("digest", ""),
    )  # fmt: skip


def _evidence(one: dict[str, Json]) -> Evidence:
    return Evidence(one["field"], one["start"], one["end"], one["words"], one["term"],
                    tuple(Disguise(d) for d in one["disguise"]), one["hidden"])  # fmt: skip
