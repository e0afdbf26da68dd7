"""The law's tables, filled from the ledger, and the book read back from them.

The tables say what the entries say (tests hold `load_book` equal to `Book.of`). A book of a few targets is read by
index, so that carrying out can ask for the newest one before each write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, or_, select

from rectify.measures import bodies, tables
from rectify.measures.bodies import Ladder, MeasureSet, Target, codes, effect_of, line_of
from rectify.measures.book import KINDS, NARROWINGS, Book, narrowed_claim, narrowed_ground, targets_of
from rectify.store.instants import instant, parse_instant
from rectify.terms.claim import Claim, Effect, Ground
from rectify.terms.entry import Json, Opened
from rectify.terms.measure import Hold, Outcome, OutcomeKind, Place
from rectify.terms.order import Act
from rectify.terms.territory import Territory

_PAGE = 400  # below the number of bound values that every database takes
AnyRow = Row[Any]


class MeasuresTable:
    """The projection of this room: a Projection of `store.tables`."""

    name = "measures"
    metadata = tables.metadata
    kinds = KINDS

    def apply(self, connection: Connection, opened: Opened) -> None:
        """Takes one entry into the tables; called once for each, in order."""
        kind, entry = opened.entry.kind, opened.entry
        connection.execute(tables.head.delete())
        connection.execute(tables.head.insert().values(sequence=entry.sequence, book=entry.book))
        if kind in NARROWINGS:
            _narrow(connection, opened)
        else:
            _FILL[kind](connection, opened)


def load_book(connection: Connection, targets: Collection[str] | None = None) -> Book:
    """The book as it stands; with `targets`, as far as it concerns them, their accounts and the items of these.

    Grounds, acts, ladders and over-reach are always whole; sets are in a whole book only (else `load_set`).
    """
    book = Book(head=head(connection))
    for row in connection.execute(select(tables.acts).order_by(tables.acts.c.name)):
        book.acts[row.name] = row.act
    for row in connection.execute(select(tables.grounds).order_by(tables.grounds.c.sequence)):
        _put_ground(book, row)
    scope = None if targets is None else _related(connection, set(targets))
    for row in _rows(connection, tables.claims, scope, also="account"):
        book.put_claim(_claim(row))
    for row in _rows(connection, tables.attempts, scope):
        book.put_attempt(row.key, line_of(json.loads(row.line)).measure)
    for row in _rows(connection, tables.targets, scope):
        book.targets[row.target] = _target(row)
    for row in _rows(connection, tables.stated, scope):
        book.stated[Place(row.target, row.storefront)] = (row.version, Effect(row.own))
    for row in connection.execute(select(tables.beyond).order_by(tables.beyond.c.sequence)):
        book.beyond[row.claim, row.storefront] = _territory(row.territories)
    if scope is None:
        book.sets = {kept.id: kept for kept in load_sets(connection)}
    keys = None if scope is None else set(book.attempts)
    for row in _rows(connection, tables.outcomes, keys, column="key"):
        book.outcomes[row.key] = Outcome(row.key, OutcomeKind(row.what), row.version, row.note)
    return book


def load_set(connection: Connection, digest: str) -> MeasureSet | None:
    """A set by its digest, or None."""
    row = connection.execute(select(tables.sets).where(tables.sets.c.set_id == digest)).first()
    return None if row is None else _set(row)


def load_sets(connection: Connection, order: str | None = None) -> list[MeasureSet]:
    """All sets, or those of one order, oldest first."""
    query = select(tables.sets).order_by(tables.sets.c.sequence)
    if order is not None:
        query = query.where(tables.sets.c.book == order)
    return [_set(row) for row in connection.execute(query)]


def targets_of_case(connection: Connection, case: str) -> set[str]:
    """The targets of all claims that a case ever made."""
    query = select(tables.claims.c.target).where(tables.claims.c.case == case)
    return set(connection.execute(query).scalars())


def set_outcomes(connection: Connection, digest: str) -> dict[str, Outcome]:
    """Key -> outcome of each measure of a set that has one; attempted and never answered is unknown.

    Changes that overtook a lost one are no measures of the set and are not among them.
    """
    tried = select(tables.attempts.c.key).where(tables.attempts.c.set_id == digest)
    found = {row.key: Outcome(row.key, OutcomeKind.UNKNOWN) for row in connection.execute(tried)}
    begins = tables.outcomes.c.key.startswith(f"{digest}/", autoescape=True)
    for row in connection.execute(select(tables.outcomes).where(begins)):
        found[row.key] = Outcome(row.key, OutcomeKind(row.what), row.version, row.note)
    return {key: outcome for key, outcome in found.items() if bodies.OVERTAKES not in key}


def outcomes_of(connection: Connection, keys: Collection[str]) -> dict[str, Outcome]:
    """Key -> outcome of those keys that have one, attempted or not."""
    rows = _rows(connection, tables.outcomes, keys, column="key")
    return {row.key: Outcome(row.key, OutcomeKind(row.what), row.version, row.note) for row in rows}


def head(connection: Connection) -> int:
    """Sequence of the last entry that the tables have taken in; -1 for none."""
    found = connection.execute(select(tables.head.c.sequence)).scalar()
    return -1 if found is None else int(found)


# rows to records


def _put_ground(book: Book, row: AnyRow) -> None:
    book.grounds[row.ground] = Ground(row.ground, _territory(row.reach), _territory(row.upheld), Effect(row.effect))
    if row.steps is not None:
        steps = tuple((needs, Effect(effect)) for needs, effect in json.loads(row.steps))
        window = timedelta(seconds=row.window_seconds)
        book.ladders[row.ground] = Ladder(row.ground, window, steps, parse_instant(row.since))
    if row.listed:
        book.listed[row.ground] = tuple(json.loads(row.listed))


def _claim(row: AnyRow) -> Claim:
    until = None if row.until is None else parse_instant(row.until)
    reach, upheld = _territory(row.reach), _territory(row.upheld)
    since, made, effect = parse_instant(row.since), parse_instant(row.made), Effect(row.effect)
    return Claim(row.claim, row.ground, row.target, row.kind, row.account, reach, upheld, effect, row.measure, since,
                 until, made, row.case, row.strike, row.needs)  # fmt: skip


def _target(row: AnyRow) -> Target:
    shops = None if row.storefronts is None else frozenset(json.loads(row.storefronts))
    return Target(row.kind, row.source, row.host_id, row.account, shops, row.subject)


def _set(row: AnyRow) -> MeasureSet:
    lines = tuple(line_of(line) for line in json.loads(row.lines))
    holds = tuple(Hold(hold["reason"], hold["by_role"]) for hold in json.loads(row.holds))
    return MeasureSet(row.set_id, row.book, row.by, parse_instant(row.at), lines, holds, row.approved_by, row.sent_back)


@lru_cache(maxsize=1024)
def _territory(text: str) -> Territory:
    return frozenset(json.loads(text))


def _related(connection: Connection, targets: set[str]) -> set[str]:
    """The targets and the accounts that they belong to; with the buyers of an item, the item."""
    targets = targets | {name.removesuffix("/buyers") for name in targets}
    accounts = _rows(connection, tables.targets, targets)
    claimed = _rows(connection, tables.claims, targets)
    return targets | {row.account for rows in (accounts, claimed) for row in rows if row.account}


def _rows(
    connection: Connection, table: Table, names: Collection[str] | None, *, column: str = "target", also: str = ""
) -> list[AnyRow]:
    """Rows in the order of the ledger: all, or those whose column (or the other one) is among the names."""
    query = select(table).order_by(table.c.sequence)
    if names is None:
        return list(connection.execute(query))
    found: dict[tuple[int, str], AnyRow] = {}  # a row is named by its entry and its first column
    for page in _pages(sorted(names)):
        among = or_(*(table.c[name].in_(page) for name in (column, also) if name))
        found |= {(row.sequence, row[0]): row for row in connection.execute(query.where(among))}
    return sorted(found.values(), key=lambda row: row.sequence)


def _pages(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + _PAGE] for at in range(0, len(names), _PAGE))


# entries to rows


def _received(connection: Connection, opened: Opened) -> None:
    _first(connection, tables.acts, {"name": opened.entry.book}, opened, act=opened.body["act"])


def _accepted(connection: Connection, opened: Opened) -> None:
    order = opened.entry.book
    act = connection.execute(select(tables.acts.c.act).where(tables.acts.c.name == order)).scalar()
    if act == Act.ORDER:
        _ground(connection, opened, _json(opened.body["measures"]), None)


def _term_published(connection: Connection, opened: Opened) -> None:
    _ground(connection, opened, "", bodies.ladder_of(opened.entry))


def _ground(connection: Connection, opened: Opened, listed: str, ladder: Ladder | None) -> None:
    ground = bodies.ground_of(opened.entry)
    _first(connection, tables.grounds, {"ground": ground.id}, opened, listed=listed, **_cut(ground),
           window_seconds=int(ladder.window.total_seconds()) if ladder else None,
           steps=_json(ladder.steps) if ladder else None,
           since=instant(ladder.since) if ladder else None)  # fmt: skip


def _gathered(connection: Connection, opened: Opened) -> None:
    for name, target in targets_of(opened).items():
        shops = None if target.storefronts is None else _json(sorted(target.storefronts))
        _put(connection, tables.targets, {"target": name}, opened, kind=target.kind, source=target.source,
             host_id=target.host_id, account=target.account, storefronts=shops, subject=target.subject)  # fmt: skip


def _erased(connection: Connection, opened: Opened) -> None:
    gone = tables.targets.c.subject == opened.body["subject"]
    connection.execute(tables.targets.update().where(gone).values(source="", host_id=None))


def _claimed(connection: Connection, opened: Opened) -> None:
    claim = bodies.claim_of(opened.entry)
    _first(connection, tables.claims, {"claim": claim.id}, opened, ground=claim.ground, target=claim.target,
           kind=claim.kind, account=claim.account, **_cut(claim), measure=claim.measure, since=instant(claim.since),
           until=None if claim.until is None else instant(claim.until), made=instant(claim.made), case=claim.case,
           strike=claim.strike, needs=claim.needs)  # fmt: skip


def _narrow(connection: Connection, opened: Opened) -> None:
    cut = bodies.narrowing_of(opened.entry)
    connection.execute(tables.narrowings.insert().values(
        sequence=opened.entry.sequence, book=opened.entry.book, name=cut.name, to=_json(codes(cut.to)),
        from_start=cut.from_start, effect=int(cut.effect), at=instant(opened.entry.at)))  # fmt: skip
    grounds, claims = tables.grounds, tables.claims
    for row in connection.execute(select(grounds).where(grounds.c.ground == cut.name)).all():
        ground = Ground(row.ground, _territory(row.reach), _territory(row.upheld), Effect(row.effect))
        _change(connection, grounds, grounds.c.ground == row.ground, **_cut(narrowed_ground(ground, cut)))
    named = (claims.c.claim == cut.name) | (claims.c.ground == cut.name)
    for row in connection.execute(select(claims).where(named)).all():
        _change(connection, claims, claims.c.claim == row.claim, **_cut(narrowed_claim(_claim(row), cut)))


def _cut(record: Ground | Claim) -> dict[str, Json]:
    return {
        "reach": _json(codes(record.reach)),
        "upheld": _json(codes(record.upheld)),
        "effect": int(record.effect),
    }


def _rehearsed(connection: Connection, opened: Opened) -> None:
    body, entry = opened.body, opened.entry
    _put(connection, tables.sets, {"set_id": body["set"]}, opened, by=entry.actor, at=instant(entry.at),
         lines=_json(body["measures"]), holds=_json(body["holds"]), warnings=_json(body["warnings"]),
         left_out=_json(body["left_out"]), catalogue_rows=body["catalogue_rows"], approved_by="",
         sent_back=False)  # fmt: skip


def _approved(connection: Connection, opened: Opened) -> None:
    named = tables.sets.c.set_id == opened.body["set"]
    _change(connection, tables.sets, named, approved_by=opened.entry.actor)
    for value in opened.body["over_reach"]:
        over = bodies.over_reach_of(value)
        _put(connection, tables.beyond, {"claim": over.claim, "storefront": over.storefront}, opened,
             territories=_json(codes(over.territories)))  # fmt: skip


def _sent_back(connection: Connection, opened: Opened) -> None:
    _change(connection, tables.sets, tables.sets.c.set_id == opened.body["set"], sent_back=True)


def _attempted(connection: Connection, opened: Opened) -> None:
    body, line = opened.body, line_of(opened.body["measure"])
    _first(connection, tables.attempts, {"key": body["key"]}, opened, set_id=body["set"],
           target=line.measure.place.target, line=_json(body["measure"]), at=instant(opened.entry.at))  # fmt: skip


def _outcome(connection: Connection, opened: Opened) -> None:
    body = opened.body
    _put(connection, tables.outcomes, {"key": body["key"]}, opened, what=body["what"], version=body["version"],
         note=body.get("note") or "", at=instant(opened.entry.at))  # fmt: skip


def _task_done(connection: Connection, opened: Opened) -> None:
    body = opened.body
    if body.get("place") and body.get("own"):
        target, storefront = body["place"]
        _put(connection, tables.stated, {"target": target, "storefront": storefront}, opened,
             version=body["version"], own=int(effect_of(body["own"])))  # fmt: skip


_FILL: dict[str, Callable[[Connection, Opened], None]] = {
    "received": _received,
    "accepted": _accepted,
    "term_published": _term_published,
    "gathered": _gathered,
    "erased": _erased,
    "claimed": _claimed,
    "rehearsed": _rehearsed,
    "approved": _approved,
    "sent_back": _sent_back,
    "attempted": _attempted,
    "outcome": _outcome,
    "task_done": _task_done,
}


def _json(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)  # sorted, as the ledger gives bodies back


def _first(connection: Connection, table: Table, key: dict[str, str], opened: Opened, **values: Json) -> None:
    """Adds a row unless it is there: what was said first stands."""
    if connection.execute(select(table).where(_is(table, key))).first() is None:
        row = {**key, **values, "book": opened.entry.book}
        connection.execute(table.insert().values(row | _stamp(table, opened)))


def _put(connection: Connection, table: Table, key: dict[str, str], opened: Opened, **values: Json) -> None:
    """Adds a row, or puts it in the place of its former self: what was said last stands."""
    row = values | {"book": opened.entry.book} | _stamp(table, opened)
    if not connection.execute(table.update().where(_is(table, key)).values(row)).rowcount:
        connection.execute(table.insert().values(key | row))


def _change(connection: Connection, table: Table, where: ColumnElement[bool], **values: Json) -> None:
    connection.execute(table.update().where(where).values(values))


def _stamp(table: Table, opened: Opened) -> dict[str, int]:
    return {"sequence": opened.entry.sequence} if "sequence" in table.c else {}


def _is(table: Table, key: dict[str, str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))
