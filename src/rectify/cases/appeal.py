"""Appeals: recorded from what a party wrote, decided by another person than the one who decided first.

Two kinds. `not_covered`: the order does not reach this; a person here grants or denies it. `order_wrong`: only the
authority or a court can change its order; so it is never granted here, but passed on, or denied with the redress named.
Sources: Reg. (EU) 2022/2065 Art. 20(4) to (6) (reasoned, timely, not by machine alone), Art. 9(5) (redress).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from rectify.cases.decide import reasoned, require, supersede_by_appeal
from rectify.cases.show import AnyRow, current
from rectify.cases.sorts import SEND_ON
from rectify.cases.tables import appeals, decisions
from rectify.cases.tasks import open_task
from rectify.ledger.ledger import Writing
from rectify.store.instants import instant, parse_instant
from rectify.terms.case import Judgement
from rectify.terms.entry import Draft, Json, Private
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.terms.person import Person

KINDS = ("not_covered", "order_wrong")
TEXT_LENGTH = 100_000


def record(writing: Writing, case: str, kind: str, text: str, person: Person, *, received: datetime) -> str:
    """Records an appeal against what was decided of a case, and gives its id; it came in at `received`.

    Raises Refused for an unknown kind, a text that is empty or too long, an instant in the future, a case that was
    never decided a violation, and a second appeal of the same kind while one is open.
    """
    require(person, "record appeal", writing)
    row = current(writing.connection, case)
    _recordable(writing, case, kind, text, received)
    appeal = writing.surrogate("appeal")
    body: dict[str, Json] = {"appeal": appeal, "case": case, "kind": kind, "received": instant(received)}
    writing.append(Draft("appealed", row.book, body, {"text": Private(row.subject, text.strip())}))
    return appeal


def grant(
    writing: Writing, appeal: str, reason: str, person: Person, *, another_person: bool = True,
    supersedes: int | None = None, judgement: Judgement = Judgement.OUTSIDE,
) -> None:  # fmt: skip
    """Grants an appeal: the decision on the case is superseded too, so that its claims end.

    `supersedes` names an earlier answer (its sequence) that this one takes the place of. Raises Refused for the person
    who decided the case, where `another_person` asks for another one, and for `order_wrong`.
    """
    row = _answerable(writing, appeal, person, another_person, supersedes)
    if row.kind == "order_wrong":
        raise Refused("only the authority or a court can say that the order is wrong",
                      "pass the appeal on, or deny it: the letter names the redress")  # fmt: skip
    if judgement not in (Judgement.OUTSIDE, Judgement.NO_VIOLATION):
        raise Refused(f"a granted appeal cannot leave the case as: {judgement}")
    said = reasoned(reason)
    _answer(writing, row, said, granted=True, supersedes=supersedes)
    supersede_by_appeal(writing, row.case, judgement, said)


def deny(
    writing: Writing, appeal: str, reason: str, person: Person, *, another_person: bool = True,
    supersedes: int | None = None,
) -> None:  # fmt: skip
    """Denies an appeal. Raises Refused as `grant` does; an appeal that was granted stays granted."""
    row = _answerable(writing, appeal, person, another_person, supersedes)
    _answer(writing, row, reasoned(reason), granted=False, supersedes=supersedes)


def pass_on(writing: Writing, appeal: str, reason: str, person: Person, *, another_person: bool = True) -> str:
    """Passes an appeal against the order on to the authority, and gives the id of the task to send it there."""
    row = _answerable(writing, appeal, person, another_person, None)
    if row.kind != "order_wrong":
        raise Refused("whether the order covers this is decided here", "grant the appeal, or deny it")
    said = reasoned(reason)
    _answer(writing, row, said, granted=False, passed_on=True)
    subject = current(writing.connection, row.case).subject
    return open_task(writing, row.book, SEND_ON, said, about=appeal, subject=subject)


def _recordable(writing: Writing, case: str, kind: str, text: str, received: datetime) -> None:
    if kind not in KINDS:
        raise Refused(f'no appeal is of the kind "{kind}"', nearest(kind, KINDS))
    if not text.strip():
        raise Refused("the appeal says nothing", "give the file with its text")
    if len(text) > TEXT_LENGTH:
        raise Refused(f"the appeal has {len(text)} signs, at most {TEXT_LENGTH} are kept", "keep the rest as a file")
    if received > writing.at:
        raise Refused(f"the appeal came in at {instant(received)}, which is not yet", "correct the instant")
    connection = writing.connection
    violation = select(decisions.c.case).where(decisions.c.case == case, decisions.c.judgement == "violation")
    if connection.execute(violation).first() is None:
        raise Refused(f"case {case} was never decided a violation: there is nothing to appeal against")
    same = select(appeals.c.appeal).where(appeals.c.case == case, appeals.c.kind == kind, appeals.c.state == "open")
    if there := connection.execute(same).scalar():
        raise Refused(f"the appeal {there} of this kind is open in case {case}", "answer that one first")


def _answerable(writing: Writing, appeal: str, person: Person, another_person: bool, supersedes: int | None) -> AnyRow:
    """The appeal, if this person may answer it now."""
    require(person, "appeal", writing)
    row = writing.connection.execute(select(appeals).where(appeals.c.appeal == appeal)).first()
    if row is None:
        raise Unknown(f'no appeal is called "{appeal}"')
    if row.state == "granted":
        raise Refused(f"the appeal {appeal} was granted on {_at(row)}; it stays granted",
                      "if the case has to be decided anew, decide the case")  # fmt: skip
    if row.decision != supersedes:
        if row.state == "open":
            raise Refused(f"the appeal {appeal} was not answered yet", "answer it without naming another answer")
        raise Refused(f"the appeal {appeal} was answered on {_at(row)} (answer {row.decision}): {row.state}",
                      "to take that answer back, name it")  # fmt: skip
    own = select(decisions.c.sequence).where(
        decisions.c.case == row.case, decisions.c.by == person.surrogate, ~decisions.c.machine
    )
    if another_person and writing.connection.execute(own).first() is not None:
        raise Refused(f"{person.id} decided case {row.case}; another person answers the appeal", "ask another person")
    return row


def _answer(
    writing: Writing, row: AnyRow, reason: str, *, granted: bool, passed_on: bool = False, supersedes: int | None = None
) -> None:
    body: dict[str, Json] = {"appeal": row.appeal, "granted": granted}
    if passed_on:
        body["passed_on"] = True
    if supersedes is not None:
        body["supersedes"] = supersedes
    subject = current(writing.connection, row.case).subject
    writing.append(Draft("appeal_decided", row.book, body, {"reason": Private(subject, reason)}))


def _at(row: AnyRow) -> str:
    return f"{parse_instant(row.at):%Y-%m-%d at %H:%M} UTC"
