"""Fills the tables of cases from the ledger, entry by entry; thrown away and filled anew at will."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, and_, bindparam, delete, select, update
from sqlalchemy import case as case_when

from rectify.cases.tables import (
    accounts,
    appeals,
    cases,
    claims,
    decisions,
    likes,
    looks,
    metadata,
    orders,
    sets,
    targets,
    tasks,
)
from rectify.store.instants import parse_instant, sortable
from rectify.terms.entry import Json, Opened
from rectify.terms.finding import Verdict
from rectify.terms.item import ItemKey

NAMED = "named"  # stands among the ids of findings where the order names the exact place
# Made once: a statement that is built for each of 200,000 cases costs more than what it does.
_CASE, _LOOK, _LIKE = cases.insert(), looks.insert(), likes.insert()
PAGE = 400  # below the number of bound values that every SQLite takes


def item_digest(id_key: bytes, key: ItemKey) -> str:
    """What an item is known again by: HMAC-SHA256 of source, kind and id, in hex."""
    return _keyed(id_key, ["item", *key])


def account_digest(id_key: bytes, account: str) -> str:
    """What an account ("source/id") is known again by: HMAC-SHA256 in hex."""
    return _keyed(id_key, ["account", account])


def _keyed(id_key: bytes, words: list[str]) -> str:
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(id_key, text.encode(), hashlib.sha256).hexdigest()


class CasesTable:
    """The projection of cases. `id_key` (32 bytes) keys the digests by which items and accounts are known again."""

    name = "cases"
    metadata = metadata

    def __init__(self, id_key: bytes) -> None:
        self._id_key = id_key
        self._apply: dict[str, Callable[[Connection, Opened], None]] = {
            "gathered": self._gathered, "account_bound": self._bound, "decided": _decided, "appealed": _appealed,
            "appeal_decided": _appeal_decided, "task_opened": _task_opened, "task_done": _task_done,
            "deadline_set": _deadline_set, "annulled": _over, "ended": _over, "refused": _over, "claimed": _claimed,
            "claim_ended": _claim_ended, "rehearsed": _rehearsed, "approved": _approved,
        }  # fmt: skip
        self.kinds = frozenset(self._apply)

    def apply(self, connection: Connection, opened: Opened) -> None:
        """Takes in one entry."""
        self._apply[opened.entry.kind](connection, opened)

    def _gathered(self, connection: Connection, opened: Opened) -> None:
        entry, body = opened.entry, opened.body
        at, named = sortable(entry.at), bool(body.get("named"))
        found: list[dict[str, Json]] = opened.private.get("findings") or []
        values = {
            "book": entry.book, "target": body["target"], "account": body["account"], "state": "open",
            "verdict": body["verdict"], "rules": json.dumps(body["rules"]), "seen": body["seen"],
            "looks": body["look"], "looked": at, "named": named, "decision": None, "approved": "",
            "storefronts": None if body["storefronts"] is None else json.dumps(body["storefronts"]),
            "known": json.dumps(sorted({f["id"] for f in found} | ({NAMED} if named else set()))),
            "clean": bool(found) and not any(f["marks"] or f["near_register"] for f in found),
            "violated": json.dumps(sorted({_rule(f) for f in found if f["verdict"] == Verdict.VIOLATION})),
            "versions": json.dumps({f["pack"]: f["digest"] for f in found if f.get("digest")}, sort_keys=True),
        }  # fmt: skip
        if body["look"] == 1:
            connection.execute(_CASE, {"case": body["case"], "opened": at, "waits": at, **values})
        else:  # a case that waits goes on waiting since it was opened: no edit sets its clock back
            waits = case_when((cases.c.state == "open", cases.c.waits), else_=at)
            connection.execute(update(cases).where(cases.c.case == body["case"]).values(waits=waits, **values))
            connection.execute(delete(likes).where(likes.c.case == body["case"]))
        look = {
            "case": body["case"], "look": body["look"], "book": entry.book, "at": at, "seen": body["seen"],
            "subject": next((part["subject"] for part in entry.parts.values()), ""),
            "parts": json.dumps({name: entry.parts[name]["id"] for name in sorted(entry.parts)}),
        }  # fmt: skip
        connection.execute(_LOOK, look)
        if same := {_keyed(self._id_key, ["like", _rule(f), str(e["term"])]) for f in found for e in f["evidence"]}:
            rows = [{"case": body["case"], "like": digest, "book": entry.book} for digest in sorted(same)]
            connection.execute(_LIKE, rows)
        self._know(connection, opened)

    def _know(self, connection: Connection, opened: Opened) -> None:
        """Remembers which surrogates stand for the item and its account."""
        book, body, key = opened.entry.book, opened.body, opened.private.get("key")
        if not key:
            return
        digest = item_digest(self._id_key, ItemKey(*key))
        _keep(connection, targets, {"digest": digest}, {"book": book, "target": body["target"]})
        if account := opened.private.get("account_id"):
            self._account(connection, book, f"{key[0]}/{account}", str(body["account"]))

    def _bound(self, connection: Connection, opened: Opened) -> None:
        if account := opened.private.get("account_id"):
            self._account(connection, opened.entry.book, account, str(opened.body["account"]))

    def _account(self, connection: Connection, book: str, key: str, account: str) -> None:
        digest = account_digest(self._id_key, key)
        _keep(connection, accounts, {"digest": digest}, {"book": book, "account": account})


def _rule(finding: Mapping[str, Json]) -> str:
    return f"{finding['pack']}/{finding['rule']}"


def _decided(connection: Connection, opened: Opened) -> None:
    entry, body = opened.entry, opened.body
    machine, case = bool(body["machine"]), body["case"]
    connection.execute(
        decisions.insert().values(
            sequence=entry.sequence,
            book=entry.book,
            case=case,
            judgement=body["judgement"],
            by=body["rule"] if machine else entry.actor,
            machine=machine,
            at=sortable(entry.at),
            seen=body["seen"],
            measure=body.get("measure", ""),
            lot=body.get("lot", ""),
            supersedes=body.get("supersedes"),
            reason=_part(opened, "reason"),
        )
    )
    values = {"state": body["judgement"], "decision": entry.sequence, "approved": ""}
    connection.execute(update(cases).where(cases.c.case == case).values(**values))


def _appealed(connection: Connection, opened: Opened) -> None:
    body = opened.body
    connection.execute(
        appeals.insert().values(
            appeal=body["appeal"],
            book=opened.entry.book,
            case=body["case"],
            kind=body["kind"],
            received=_sortable(body["received"]),
            state="open",
            by="",
            at="",
            decision=None,
            text=_part(opened, "text"),
            reason="",
        )
    )


def _appeal_decided(connection: Connection, opened: Opened) -> None:
    entry, body = opened.entry, opened.body
    state = "granted" if body["granted"] else "passed_on" if body.get("passed_on") else "denied"
    connection.execute(
        update(appeals)
        .where(appeals.c.appeal == body["appeal"])
        .values(
            state=state, by=entry.actor, at=sortable(entry.at), decision=entry.sequence, reason=_part(opened, "reason")
        )
    )


def _task_opened(connection: Connection, opened: Opened) -> None:
    body = opened.body
    connection.execute(
        tasks.insert().values(
            task=body["task"],
            book=opened.entry.book,
            what=body["what"],
            about=body.get("about", ""),
            due=_sortable(body.get("due")),
            opened=sortable(opened.entry.at),
            done=None,
            done_by="",
            text=_part(opened, "text"),
            answer="",
        )
    )


def _task_done(connection: Connection, opened: Opened) -> None:
    entry = opened.entry
    values = {"done": sortable(entry.at), "done_by": entry.actor, "answer": _part(opened, "text")}
    connection.execute(update(tasks).where(tasks.c.task == opened.body["task"]).values(**values))


def _deadline_set(connection: Connection, opened: Opened) -> None:
    _order(connection, opened.entry.book, due=_sortable(opened.body["due"]))


def _over(connection: Connection, opened: Opened) -> None:
    _order(connection, opened.entry.book, over=opened.entry.kind)


def _order(connection: Connection, book: str, **values: str | None) -> None:
    _keep(connection, orders, {"book": book}, {"due": None, "over": ""})
    connection.execute(update(orders).where(orders.c.book == book).values(**values))


def _claimed(connection: Connection, opened: Opened) -> None:
    body = opened.body
    if case := body.get("case"):
        row = {"claim": body["claim"], "book": opened.entry.book, "case": case, "live": True}
        row |= {"sequence": opened.entry.sequence, "measure": body["measure"]}
        connection.execute(claims.insert().values(row))


def _claim_ended(connection: Connection, opened: Opened) -> None:
    if not opened.body["to"]:  # narrowed to nowhere; to less, it lives on
        ended = claims.c.claim == opened.body["claim"]
        connection.execute(update(claims).where(ended).values(live=False))


def _rehearsed(connection: Connection, opened: Opened) -> None:
    named = sorted({claim for measure in opened.body["measures"] for claim in measure["claims"]})
    touched: set[str] = set()
    for start in range(0, len(named), PAGE):
        query = select(claims.c.case).where(claims.c.claim.in_(named[start : start + PAGE]))
        touched.update(connection.execute(query).scalars())
    for case in sorted(touched):
        _keep(connection, sets, {"set": opened.body["set"], "case": case}, {"book": opened.entry.book})


def _approved(connection: Connection, opened: Opened) -> None:
    inside = select(sets.c.case).where(sets.c.set == opened.body["set"])
    connection.execute(update(cases).where(cases.c.case.in_(inside)).values(approved=sortable(opened.entry.at)))


def _keep(connection: Connection, table: Table, key: Mapping[str, Json], values: Mapping[str, Json]) -> None:
    """Adds a row unless one with this key is there."""
    there, insert = _kept(table, tuple(key))
    if connection.execute(there, {f"the_{name}": value for name, value in key.items()}).first() is None:
        connection.execute(insert, {**key, **values})


@cache
def _kept(table: Table, key: tuple[str, ...]) -> tuple[Select[Any], Insert]:
    """Whether a row with this key is there, and its insertion."""
    same = and_(*(table.c[name] == bindparam(f"the_{name}") for name in key))
    return select(table.c[key[0]]).where(same), table.insert()


def _part(opened: Opened, name: str) -> str:
    part = opened.entry.parts.get(name)
    return str(part["id"]) if part else ""


def _sortable(text: Json) -> str | None:
    return sortable(parse_instant(str(text))) if text else None
