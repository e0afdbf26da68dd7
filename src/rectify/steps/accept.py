"""Step 2b, accept: a legal role accepts, accepts in part, asks back, challenges or refuses, with reasons."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from rectify.cases.sorts import IDENTITY
from rectify.cases.tasks import open_task
from rectify.intake import acceptance
from rectify.intake.authorities import Authority, check_against
from rectify.intake.deadlines import compute, own_target
from rectify.intake.instruments import instrument_named
from rectify.intake.orders import with_places
from rectify.letters.compose import compose
from rectify.letters.facts import AuthorityFacts
from rectify.letters.write import write_letter
from rectify.steps.acknowledge import UNKNOWN
from rectify.steps.orders import (
    confirmed_authority,
    document_of,
    known_authority,
    moved,
    operator_of,
    order_of,
    row_of,
    sender_of,
    told_by_ledger,
)
from rectify.steps.pack_versions import packs_standing
from rectify.steps.receive import deadline_body, languages
from rectify.steps.seek import check_in_force
from rectify.terms.claim import NAMES
from rectify.terms.entry import Draft, Private
from rectify.terms.errors import Faulty, Refused
from rectify.terms.letter import Occasion
from rectify.terms.measure import MEASURES
from rectify.terms.order import Acceptance, Act, Order, OrderState
from rectify.terms.territory import Territory
from rectify.workspace import Workspace

# Nothing here releases an identity (docs/limits.md): a person does, outside, and says so.
_IDENTITY = (
    "The order asks for the identity of accounts: release or refuse. This program hands none out. A release is made "
    "outside of it; what was released to whom and on what ground, or why it was refused, is recorded in this task's "
    "answer."
)

_UNTOLD = (
    "The authority was not told of this step: the entry of the register that the order was confirmed with is there no "
    "more. Find out why, and tell it over a contact that is known from elsewhere."
)


def accept(
    workspace: Workspace,
    book: str,
    *,
    territory: Territory | None = None,
    measures: Collection[str] | None = None,
    reasons: str = "",
    target: datetime | None = None,
    as_: str = "",
) -> Acceptance:
    """Accepts an order whole, or in part where less is named. `target` is our own instant to report by.

    The authority's entry is the one that the order was confirmed with, as the register has it now. Raises Refused where
    the order is not confirmed or that entry is gone, Faulty where the two do not agree any more and for anything beyond
    the order or the entry, Refused also where nothing of it could be looked for here, and Broken where the table of
    orders says of it what the ledger does not.
    """
    person = workspace.person("accept", as_)
    order, ours = order_of(workspace, book), operator_of(workspace, book)
    moved(workspace, book, "accept")
    told_by_ledger(workspace, book)
    authority = _still_known(workspace, book, order)
    addressed = acceptance.addressee(order, (ours.name, ours.id))
    accepted = acceptance.accept(order, authority, addressed, territory=territory, measures=measures, reasons=reasons)
    moved(workspace, book, "accept" if accepted.whole else "accept in part")
    if order.act is Act.ORDER and accepted.measures:
        check_in_force(packs_standing(workspace), order)
    deadline = compute(order, instrument_named(order.instrument), authority, row_of(workspace, book).received)
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        body = {
            "whole": accepted.whole, "territory": sorted(accepted.territory), "measures": list(accepted.measures),
            "tasks": list(accepted.tasks), "acts": [str(a) for a in accepted.acts],
            "kinds": [str(k) for k in accepted.kinds],
            "effect": NAMES["item"][acceptance.strictest(accepted.measures)],
        }  # fmt: skip
        if order.search.until:
            body["search_until"] = order.search.until.isoformat()
        if order.stays_down_until:
            body["stays_down_until"] = order.stays_down_until.isoformat()
        private = {"reasons": Private(f"order:{book}", accepted.reasons)} if accepted.reasons else {}
        writing.append(Draft("accepted", book, body, private))
        if target:
            deadline = own_target(deadline, target, writing.at)
            writing.append(Draft("deadline_set", book, deadline_body(deadline)))
        for task in accepted.tasks:
            open_task(writing, book, task, f"Asked by {book}.")
        for measure in accepted.measures:
            if MEASURES[measure].target == "service":  # no case leads to it, so that nothing here would ever do it
                open_task(writing, book, measure, f"{book} asks this of the service itself. It is done by hand.")
        if order.identity_of_accounts == "asked":
            open_task(writing, book, IDENTITY, _IDENTITY, due=deadline.due)
    return accepted


def _still_known(workspace: Workspace, book: str, order: Order) -> Authority:
    """The entry of the confirmation, checked against the order anew: it may have ended or become narrower since."""
    authority = confirmed_authority(workspace, book, order)
    if authority is None:
        raise Refused(
            f"the entry of the register that {book} was confirmed with is there no more, or is another authority's now",
            f"find out why; note it anew with  rectify authority add FILE,  or  rectify order refuse {book}",
        )
    if faults := check_against(order, authority, workspace.now.date()):
        raise with_places(Faulty(faults), document_of(workspace, book).encode(), f"{book} as received")
    return authority


def ask(workspace: Workspace, book: str, question: str, *, as_: str = "") -> None:
    """Asks the authority back; the clock keeps running."""
    _told(workspace, book, "ask", "asked", "question", question, Occasion.ASKED_BACK, as_)


def answered(workspace: Workspace, book: str, answer: str, *, as_: str = "") -> None:
    """Records what the authority answered. Raises Refused where nothing was asked."""
    person = workspace.person("accept", as_)
    row = row_of(workspace, book)
    if row.state != OrderState.ASKED_BACK:
        moved(workspace, book, "answer")
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        text = acceptance.check_reasons("ask", answer)
        writing.append(Draft("answered", book, {}, {"answer": Private(f"order:{book}", text)}))


def challenge(workspace: Workspace, book: str, reasons: str, *, as_: str = "") -> None:
    """Challenges the order at the authority. What is accepted stays accepted meanwhile."""
    _told(workspace, book, "challenge", "challenged", "reasons", reasons, Occasion.CHALLENGED, as_)


def refuse(workspace: Workspace, book: str, reasons: str, *, as_: str = "") -> None:
    """Refuses the order, with reasons."""
    _told(workspace, book, "refuse", "refused", "reasons", reasons, Occasion.REFUSED, as_)


def _told(
    workspace: Workspace, book: str, step: str, kind: str, part: str, text: str, occasion: Occasion, as_: str
) -> None:
    """Appends the entry and writes to the authority's known contact in one transaction."""
    person = workspace.person("accept", as_)
    text = acceptance.check_reasons(step, text)
    moved(workspace, book, step)
    order, ours = order_of(workspace, book), operator_of(workspace, book)
    authority = known_authority(workspace, book, order)  # nobody unknown is ever answered: a person has a task then
    note, row = workspace.ledger.checkpoint(workspace.now).note, row_of(workspace, book)
    named = authority.name if authority else ""
    facts = AuthorityFacts(sender_of(workspace, ours), order.reference, named, row.received, order.digest, text,
                           checkpoint=note)  # fmt: skip
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        writing.append(Draft(kind, book, {}, {part: Private(f"order:{book}", text)}))
        if authority:
            composed = compose(occasion, facts, languages(order.language), withheld=list(workspace.settings.people))
            to = f"authority:{authority.id}"
            write_letter(writing, composed, book=book, to=to, address=authority.contact.mail)
        elif row.confirmed:  # else the task is there since receipt
            open_task(writing, book, UNKNOWN, _UNTOLD)
