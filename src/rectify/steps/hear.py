"""Step 8b, hear: an appeal is recorded, and another person grants or denies it. Every outcome sends its letter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rectify.cases import appeal as appeals
from rectify.cases.show import appeal as appeal_shown
from rectify.ledger.ledger import Writing
from rectify.letters.compose import choose_languages, compose
from rectify.letters.facts import AppealFacts, item_told
from rectify.letters.write import write_letter
from rectify.measures import claims
from rectify.measures.landed import standing
from rectify.measures.records import load_book, targets_of_case
from rectify.steps.decide import judged_case
from rectify.steps.orders import ground_of, operator_of, party_sender, row_of, secret_until
from rectify.steps.tell import account_of
from rectify.terms.case import Case, Judgement
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused
from rectify.terms.item import Account
from rectify.terms.letter import Appeal, Occasion
from rectify.terms.measure import MeasureName
from rectify.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Party:
    """Whom a letter about an appeal goes to, of which case, and until when secrecy keeps it back."""

    case: Case
    account: Account | None
    not_before: datetime | None


def record(
    workspace: Workspace, case: str, text: str, *, kind: str = "not_covered", received: datetime | None = None,
    as_: str = "",
) -> str:  # fmt: skip
    """Records what a party wrote against what was decided of a case, and tells them that it came in; gives its id."""
    person = workspace.person("record appeal", as_)
    shown = judged_case(workspace, case)
    now = workspace.now
    facts, party = _facts(workspace, shown, kind, received or now)
    with workspace.ledger.writing(now, person.surrogate) as writing:
        name = appeals.record(writing, case, kind, text, person, received=received or now)
        _letter(workspace, writing, party, Occasion.APPEAL_RECEIVED, replace(facts, appeal=name))
    return name


def stands(workspace: Workspace, case: str) -> bool:
    """Whether anything that we did about a case stands, or may yet: at its item, its buyers or its account.

    A warning counts, though nothing is written: its strike stands while its claim is upheld.
    """
    with workspace.ledger.reading() as connection:
        targets = targets_of_case(connection, case)
        book = load_book(connection, targets)
    mine = [claim for claim in book.claims.values() if claim.case == case]
    warned = any(claim.measure == MeasureName.WARN_ACCOUNT and claim.upheld for claim in mine)
    steps = {step.target for claim in mine for step in book.on_target(claim.account) if step.strike and step.reach}
    return warned or any(standing(book, target) > Effect.OPEN for target in targets | steps)


def grant(workspace: Workspace, appeal: str, reason: str, *, covers: bool = True, as_: str = "") -> Appeal:
    """Grants an appeal: its claims fall from the start, what nobody else asks for is due to be given back.

    `covers` False: the item is no violation at all, not merely outside of the order.
    """
    person = workspace.person("appeal", as_)
    known, facts, party = _of(workspace, appeal, reason)
    facts = replace(facts, stands=stands(workspace, known.case))
    another = "appeal" in workspace.settings.another_person
    judgement = Judgement.OUTSIDE if covers else Judgement.NO_VIOLATION
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        appeals.grant(writing, appeal, reason, person, another_person=another, judgement=judgement)
        claims.grant(writing, known.case)
        _letter(workspace, writing, party, Occasion.APPEAL_GRANTED, facts)
    return known


def deny(workspace: Workspace, appeal: str, reason: str, *, as_: str = "") -> None:
    """Denies an appeal, with reasons and the redress that is left."""
    person = workspace.person("appeal", as_)
    _, facts, party = _of(workspace, appeal, reason)
    another = "appeal" in workspace.settings.another_person
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        appeals.deny(writing, appeal, reason, person, another_person=another)
        _letter(workspace, writing, party, Occasion.APPEAL_DENIED, facts)


def pass_on(workspace: Workspace, appeal: str, reason: str, *, as_: str = "") -> str:
    """Passes an appeal against the order itself on to the authority; gives the id of the task to send it there."""
    person = workspace.person("appeal", as_)
    _, facts, party = _of(workspace, appeal, reason)
    another = "appeal" in workspace.settings.another_person
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        task = appeals.pass_on(writing, appeal, reason, person, another_person=another)
        _letter(workspace, writing, party, Occasion.APPEAL_PASSED_ON, facts)
    return task


def _of(workspace: Workspace, appeal: str, reason: str) -> tuple[Appeal, AppealFacts, _Party]:
    with workspace.ledger.reading() as connection:
        known = appeal_shown(workspace.ledger, connection, appeal)
    if not reason.strip():
        raise Refused("an appeal is answered with reasons", "add --reason")
    shown = judged_case(workspace, known.case)
    facts, party = _facts(workspace, shown, known.kind, known.received)
    return known, replace(facts, appeal=appeal, reason=reason), party


def _facts(workspace: Workspace, case: Case, kind: str, received: datetime) -> tuple[AppealFacts, _Party]:
    operator = operator_of(workspace, case.order)
    with workspace.ledger.reading() as connection:
        found = [c for c in load_book(connection, {case.target}).claims.values() if c.case == case.id]
    countries = {code for claim in found for code in claim.reach or claim.upheld}
    facts = AppealFacts(
        sender=party_sender(workspace, operator),
        ground=ground_of(workspace, case.order),
        item=item_told(case.snapshot or {}, case.findings, rows=case.rows),
        countries=tuple(sorted(countries or row_of(workspace, case.order).territory)),
        appeal="",
        kind=kind,
        received=received,
        checkpoint=workspace.ledger.checkpoint(workspace.now).note,
    )
    return facts, _Party(case, account_of(workspace, case), secret_until(workspace, [case.order]))


def _letter(workspace: Workspace, writing: Writing, party: _Party, occasion: Occasion, facts: AppealFacts) -> None:
    case, account = party.case, party.account
    languages = choose_languages(account.language if account else "", str((case.snapshot or {}).get("language") or ""))
    composed = compose(occasion, facts, languages, withheld=list(workspace.settings.people))
    write_letter(
        writing, composed, book=case.order, to=case.account or case.target,
        address=account.contact.mail if account else "", not_before=party.not_before,
    )  # fmt: skip
