"""Decisions: by a person with a reason, by the pack where order and settings allow, or of a fixed lot.

A decision is made on what was seen (`seen`) and, if it takes the place of another one, by naming that one. So of fifty
that decide at once one wins, and the others are told who was first. A decision is superseded, never edited, and only
until the set with its case is approved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from rectify.cases.show import AnyRow, current, decision, rows_with_subject
from rectify.cases.tables import appeals, cases, decisions, orders
from rectify.ledger.ledger import Writing
from rectify.store.instants import parse_instant
from rectify.terms.case import CaseState, Decision, Judgement, Lot
from rectify.terms.claim import Effect
from rectify.terms.entry import Draft, Json, Private
from rectify.terms.errors import Broken, Refused
from rectify.terms.finding import Verdict
from rectify.terms.measure import MEASURES
from rectify.terms.order import Act, Order, SubjectAct
from rectify.terms.person import ALLOWED, Person

LOT = 50
REASON_LENGTH = 10_000
_SAID = {
    "violation": "a violation", "no_violation": "no violation", "outside": "outside the order", "asked": "to be asked",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DecidingRule:
    """A rule that settings let decide. `acts` is what it shares with the order; `measure` what it asks for there."""

    id: str  # "pack/rule"
    digest: str  # of its pack
    acts: frozenset[SubjectAct]
    measure: str
    alone: str = ""  # the measure for an item whose account nobody knows


def measure_for(asked: str, listed: Sequence[str], target: str = "item") -> str:
    """The rule's measure if the order lists it for this operator, else the mildest listed that fits the target.

    Never another one; empty where none that is listed fits.
    """
    if asked in listed:
        return asked
    fitting = [MEASURES[name] for name in listed if name in MEASURES and MEASURES[name].target == target]
    mildest = min(fitting, key=lambda kind: kind.effect or Effect.OPEN, default=None)
    return "" if mildest is None else str(mildest.name)


def order_allows_pack(order: Order) -> bool:
    """Whether the pack may decide under this order: an order (no warning or inquiry), about more than use.

    A search for identical products under GPSR must have been asked for: only then are reliable automated tools used
    without an assessment of one's own (Reg. (EU) 2023/988 Art. 22(5)).
    """
    if order.act is not Act.ORDER or set(order.subject.acts) <= {SubjectAct.USE}:
        return False
    return order.instrument != "gpsr-22" or order.search.identical


def decide(
    writing: Writing, case: str, judgement: Judgement, reason: str, person: Person, *, seen: str,
    supersedes: int | None = None, measure: str = "", names: Mapping[str, str] | None = None,
) -> Decision:  # fmt: skip
    """A person decides a case that looked as in `seen`, or takes back the decision `supersedes` (its sequence).

    Raises Refused when the reason is missing, the role does not allow it, the item was looked at again, somebody else
    was first (told who and when; `names` maps surrogates to names), the set is approved, or the order is over.
    """
    require(person, "decide", writing)
    row = current(writing.connection, case)
    _free(writing.connection, row, seen, supersedes, names or {})
    return _append(writing, row, judgement, reasoned(reason), measure, supersedes=supersedes)


def decide_by_pack(
    writing: Writing, book: str, rules: Iterable[DecidingRule], *, named_in_settings: Collection[str], order: Order
) -> list[Decision]:
    """Decides the open cases of an order that a rule alone may decide; all others are left to a person.

    Only a verdict of violation by a rule that settings name, under an order that allows it, for an item that bears no
    mark (hidden text, repaired bytes, a second row with its id) and whose account is near no entry of a register.
    A rule decides as its pack was when it found: a case in flight keeps that version, whatever is in force by now. What
    merely uses something is never decided here; a case that a person decided once, or in which an appeal was
    granted, stays a person's when its item changes. The record says that a machine did it, and which rule.
    """
    if not order_allows_pack(order) or _over(writing.connection, book):
        return []
    deciding = _Deciding([r for r in rules if r.id in named_in_settings and r.acts - {SubjectAct.USE}])
    persons = select(decisions.c.case).where(decisions.c.book == book, ~decisions.c.machine)
    won = select(appeals.c.case).where(appeals.c.book == book, appeals.c.state == "granted")
    clear = rows_with_subject().where(
        cases.c.book == book, cases.c.state == "open", cases.c.clean, cases.c.verdict == str(Verdict.VIOLATION),
        cases.c.case.not_in(persons), cases.c.case.not_in(won),
    )  # fmt: skip
    made = []
    for row in writing.connection.execute(clear.order_by(cases.c.case)).all():
        by = deciding.of(json.loads(row.violated), json.loads(row.versions))
        if by:
            strictest = max(by, key=lambda rule: _strictness(rule.measure))
            measure = strictest.measure if row.account else strictest.alone
            made.append(_append(writing, row, Judgement.VIOLATION, "", measure, rule=strictest))
    return made


class _Deciding:
    """Deciding rules by id and version. Of a case that keeps no version the first that was given decides."""

    def __init__(self, rules: Iterable[DecidingRule]) -> None:
        self._rules: dict[str, dict[str, DecidingRule]] = {}
        for rule in rules:
            self._rules.setdefault(rule.id, {}).setdefault(rule.digest, rule)

    def of(self, violated: Iterable[str], versions: Mapping[str, str]) -> list[DecidingRule]:
        """Those of a case's rules that may decide it."""
        found = []
        for name in violated:
            known, digest = self._rules.get(name, {}), versions.get(name.partition("/")[0])
            rule = known.get(digest) if digest else next(iter(known.values()), None)
            found += [rule] if rule else []
        return found


def versions_waiting(connection: Connection, book: str) -> frozenset[str]:
    """Digests of the versions of packs that found the open cases of an order."""
    query = select(cases.c.versions).where(cases.c.book == book, cases.c.state == "open").distinct()
    return frozenset(digest for text in connection.execute(query).scalars() for digest in json.loads(text).values())


def lot_of(seen: Mapping[str, str]) -> Lot:
    """A lot, fixed when it is shown: its id is a digest of its cases and of what they looked like. Raises Refused."""
    if not seen:
        raise Refused("a lot without cases", "name one case at least")
    if len(seen) > LOT:
        raise Refused(f"a lot of {len(seen)} cases; {LOT} are decided together at most", "make it smaller")
    digest = hashlib.sha256(json.dumps(sorted(seen.items())).encode()).hexdigest()
    return Lot(f"lot-{digest[:16]}", tuple(sorted(seen)))


def decide_lot(
    writing: Writing, lot: Lot, judgement: Judgement, reason: str, person: Person, *, seen: Mapping[str, str],
    measures: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None,
) -> list[Decision]:  # fmt: skip
    """A person decides a lot as it was shown, for one reason; each case is recorded. All of it or nothing.

    Raises Refused as `decide` does, and when the lot is no longer the one that was shown or spans two orders.
    """
    require(person, "lot", writing)
    if lot_of(seen) != lot:
        raise Refused("the lot is not the one that was shown", "open it again")
    said = reasoned(reason)
    rows = [current(writing.connection, case) for case in lot.cases]
    if len({row.book for row in rows}) > 1:
        raise Refused("a lot holds cases of one order only", "make a lot for each order")
    for row in rows:
        _free(writing.connection, row, seen[row.case], None, names or {})
    given = measures or {}
    return [_append(writing, row, judgement, said, given.get(row.case, ""), lot=lot.id) for row in rows]


def supersede_by_appeal(writing: Writing, case: str, judgement: Judgement, reason: str) -> Decision | None:
    """The decision of a case after a granted appeal, also when its set is approved; None where a new look is open."""
    row = current(writing.connection, case)
    if row.state == CaseState.OPEN:
        return None
    return _append(writing, row, judgement, reason, "", supersedes=row.decision)


def require(person: Person, act: str, writing: Writing) -> None:
    """Raises Refused when no role of the person allows the act, naming the roles that do."""
    if not person.surrogate or person.surrogate != writing.actor:
        raise Broken("a step acts in the name of another person than the one who writes")
    if not person.may(act):
        roles = ", ".join(sorted(ALLOWED[act]))
        raise Refused(f"{person.id} may not do this: {act}", f"roles that may: {roles}")


def reasoned(reason: str) -> str:
    """A reason without blanks around it. Raises Refused for one that says nothing or is too long."""
    said = reason.strip()
    if not said:
        raise Refused("a decision by a person needs a reason", "add --reason")
    if len(said) > REASON_LENGTH:
        raise Refused(f"the reason has {len(said)} signs, at most {REASON_LENGTH} are kept", "shorten it")
    return said


def _free(connection: Connection, row: AnyRow, seen: str, supersedes: int | None, names: Mapping[str, str]) -> None:
    """Refuses a decision that would be made on something else than what the person saw."""
    if over := _over(connection, row.book):
        raise Refused(f"the order {row.book} was {over}: nothing is decided under it any more")
    if row.seen != seen:
        at = parse_instant(row.looked)
        raise Refused(f"the item of {row.case} was seen anew on {at:%Y-%m-%d at %H:%M} UTC", "open the case again")
    if row.state == CaseState.OPEN:
        if supersedes is not None:
            raise Refused(f"no decision stands in {row.case}", "decide it without naming another decision")
        return
    if supersedes != row.decision:
        raise Refused(_taken(connection, row, names),
                      f"go on with the next case, or take that decision back:  --supersede {row.decision}")  # fmt: skip
    if row.approved:
        at = parse_instant(row.approved)
        raise Refused(f"the set with {row.case} was approved on {at:%Y-%m-%d at %H:%M} UTC",
                      "an appeal, or an end of the claim, changes it now")  # fmt: skip


def _taken(connection: Connection, row: AnyRow, names: Mapping[str, str]) -> str:
    standing = connection.execute(select(decisions).where(decisions.c.sequence == row.decision)).one()
    who = f"the rule {standing.by}" if standing.machine else names.get(standing.by, standing.by)
    at = parse_instant(standing.at)
    said = _SAID[standing.judgement]
    return f"{who} decided {row.case} on {at:%Y-%m-%d at %H:%M} UTC: {said} (decision {row.decision})"


def _over(connection: Connection, book: str) -> str:
    return connection.execute(select(orders.c.over).where(orders.c.book == book)).scalar() or ""


def _strictness(measure: str) -> int:
    kind = MEASURES.get(measure)
    return -1 if kind is None else int(kind.effect or Effect.OPEN)


def _append(
    writing: Writing, row: AnyRow, judgement: Judgement, reason: str, measure: str, *, lot: str = "",
    rule: DecidingRule | None = None, supersedes: int | None = None,
) -> Decision:  # fmt: skip
    if measure and (judgement is not Judgement.VIOLATION or measure not in MEASURES):
        raise Broken(f'the judgement {judgement} carries the measure "{measure}"')
    body: dict[str, Json] = {
        "case": row.case, "judgement": str(judgement), "machine": rule is not None, "seen": row.seen,
    }  # fmt: skip
    optional: dict[str, Json] = {
        "rule": f"{rule.id}@{rule.digest}" if rule else "", "measure": measure, "lot": lot, "supersedes": supersedes,
    }  # fmt: skip
    body |= {name: value for name, value in optional.items() if value not in ("", None)}
    private = {"reason": Private(row.subject, reason)} if reason else {}
    entry = writing.append(Draft("decided", row.book, body, private))
    written = select(decisions).where(decisions.c.sequence == entry.sequence)
    return decision(writing.connection.execute(written).one(), reason)
