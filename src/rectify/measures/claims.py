"""Decisions become claims, and claims are taken back: each act appends its entries and recounts the ladder.

Every function takes the `Writing` of its step, so that a decision and what follows from it commit together.
Who may act, and whether an order may be moved so, is the step's to check.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rectify.ledger.ledger import Writing
from rectify.measures import records
from rectify.measures.bodies import claim_body, codes, fit
from rectify.measures.book import Book
from rectify.measures.ladder import standing, steps
from rectify.store.instants import instant
from rectify.terms.claim import NAMES, Claim, Effect, Ground
from rectify.terms.entry import HOUSE, Draft, Json, Opened, Private
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.terms.measure import MEASURES, MeasureName, Place
from rectify.terms.territory import NOWHERE, Territory, covers, meet


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision `violation` says to this room.

    `measure` is the rule's; `territories` None = all that the order has. From `until` on the claim holds and takes no
    more (`stays_down_until`). `account` empty = unknown.
    """

    order: str
    case: str
    target: str
    account: str
    measure: str = ""
    territories: Territory | None = None
    since: datetime | None = None
    until: datetime | None = None


def choose_measure(rule_measure: str, listed: Sequence[str], kind: str) -> str | None:
    """The rule's measure if the order lists it for this operator, else the mildest listed that fits; never another.

    None where nothing listed fits. A ceiling (closing an account) is never the fallback: the rule must name it.
    """
    if rule_measure in listed and MEASURES[rule_measure].target == kind:
        return rule_measure
    fitting = [MEASURES[name] for name in listed if MEASURES[name].target == kind and not MEASURES[name].ceiling]
    return min(fitting, key=lambda m: -1 if m.effect is None else int(m.effect)).name if fitting else None


def buyers_of(target: str) -> str:
    """The surrogate that stands for the buyers of an item."""
    return f"{target}/buyers"


def make_claims(writing: Writing, decided: Decided) -> tuple[Claim, ...]:
    """The claims of a decision, no wider and no stricter than its ground; each is appended, and the steps it climbs.

    Decided anew: what the case claims already stays as it is, and claims that it no longer makes fall from the start.
    Raises Refused where the order is no live ground or lists no measure that fits.
    """
    former = records.targets_of_case(writing.connection, decided.case) if decided.case else set[str]()
    here = {decided.target, buyers_of(decided.target), decided.account} - {""}
    book = records.load_book(writing.connection, here | former)
    ground = _ground(book, decided.order)
    known = [claim for target in sorted(former) for claim in book.on_target(target)]
    before = [claim for claim in known if claim.case == decided.case and not claim.strike and claim.reach]
    made = []
    for kind, target, measure in _asked(decided, book.listed.get(decided.order, ())):
        new = _claim(writing, ground, kind, target, decided, measure)
        kept = next((claim for claim in before if _same(claim, new)), None)
        made.append(kept or _said(writing, book, new))
    fallen = [claim for claim in before if claim not in made]
    for claim in fallen:
        _take_back(writing, book, claim, NOWHERE, True, claim.effect, "superseded")
    if fallen:
        _recount(writing, book)
    return tuple(made)


def claim_service(
    writing: Writing, order: str, service: str, measure: str, territories: Territory | None = None,
    until: datetime | None = None,
) -> Claim:  # fmt: skip
    """A claim on a service of the operator's own (registrations, a feature), which the order must list in words."""
    book = records.load_book(writing.connection, {service})
    ground = _ground(book, order)
    listed = book.listed.get(order, ())
    if measure not in listed or MEASURES[measure].target != "service":
        raise Refused(f'"{order}" lists no measure "{measure}" on a service', nearest(measure, listed))
    decided = Decided(order, "", service, "", measure, territories, None, until)
    return _said(writing, book, _claim(writing, ground, "service", service, decided, measure))


def narrow(
    writing: Writing, order: str, to: Territory, *, from_start: bool, effect: Effect = Effect.GONE, reasons: str = ""
) -> None:
    """The order reaches `to` and asks for `effect` at most: from now on, or as if it never had been otherwise."""
    body = {"to": codes(to), "from_start": from_start, "effect": NAMES["item"][effect]}
    _order_said(writing, "narrowed", order, body, reasons)


def end(writing: Writing, order: str, reasons: str = "") -> None:
    """The order was right while it lasted: its claims end, strikes stand."""
    _order_said(writing, "ended", order, {}, reasons)


def annul(writing: Writing, order: str, reasons: str = "") -> None:
    """As if the order never was: its claims end and are not upheld, strikes are recounted, steps fall with them."""
    _order_said(writing, "annulled", order, {}, reasons)


def narrow_claim(
    writing: Writing,
    claim: str,
    to: Territory,
    *,
    from_start: bool,
    effect: Effect | None = None,
    why: str = "narrowed",
) -> None:
    """One claim reaches `to` and asks for `effect` at most. `why` stands in the open: no names in it."""
    book = records.load_book(writing.connection)
    if claim not in book.claims:
        raise Unknown(f'no claim is called "{claim}"', nearest(claim, book.claims))
    known = book.claims[claim]
    _take_back(writing, book, known, to, from_start, known.effect if effect is None else effect, why)
    _recount(writing, book)


def grant(writing: Writing, case: str, why: str = "appeal granted") -> tuple[Claim, ...]:
    """All claims of a case fall from the start (appeal granted, decision withdrawn); those that fell."""
    book = records.load_book(writing.connection, records.targets_of_case(writing.connection, case))
    fallen = tuple(c for c in book.claims.values() if c.case == case and not c.strike and c.upheld)
    for claim in fallen:
        _take_back(writing, book, claim, NOWHERE, True, claim.effect, why)
    _recount(writing, book)
    return fallen


def publish_term(
    writing: Writing, term: str, territory: Territory, effect: Effect, *, digest: str, since: datetime | None = None,
    window: timedelta | None = None, ladder: Sequence[tuple[int, Effect]] = (),
) -> None:  # fmt: skip
    """A term of the operator becomes a ground; with steps (strikes needed, effect on the account) it is a ladder.

    It counts for what is claimed after it and never reaches back. A changed term is a new one under a new name.
    """
    if term in records.load_book(writing.connection, ()).grounds:
        raise Refused(f'a ground is already called "{term}"', "publish the changed term under a new name")
    body: dict[str, Json] = {"term": term, "territory": codes(territory), "effect": NAMES["account"][effect],
                             "from": instant(since or writing.at), "digest": digest}  # fmt: skip
    if ladder:
        body["window_days"] = (window or timedelta(days=365)).days
        body["steps"] = [[needs, NAMES["account"][step]] for needs, step in sorted(ladder)]
    writing.append(Draft("term_published", HOUSE, body))


def narrow_term(
    writing: Writing, term: str, to: Territory, *, from_start: bool, effect: Effect = Effect.REMOVED
) -> None:
    """A published term reaches less; to nowhere = withdrawn. Steps that it climbed fall with it."""
    book = records.load_book(writing.connection)
    if term not in book.ladders and term not in book.grounds:
        raise Unknown(f'no term is called "{term}"', nearest(term, book.grounds))
    body = {"term": term, "to": codes(to), "from_start": from_start, "effect": NAMES["account"][fit("account", effect)]}
    _append(writing, book, Draft("term_narrowed", HOUSE, body))
    _recount(writing, book)


def state_own(
    writing: Writing, order: str, place: Place, version: str, own: Effect, *, kind: str, task: str, reason: str = ""
) -> None:  # fmt: skip
    """A person says what the host itself chose at a place, for the version that they saw there (CLAIMS.md 2)."""
    body = {"task": task, "place": list(place), "version": version, "own": NAMES[kind][own]}
    private = {"text": Private(f"order:{order}", reason)} if reason else {}
    writing.append(Draft("task_done", order, body, private))


# the acts in entries


def _asked(decided: Decided, listed: Sequence[str]) -> list[tuple[str, str, str]]:
    """(kind, target, measure) that a decision claims. Raises Refused where nothing listed fits."""
    rule = decided.measure if decided.measure in listed else ""
    on_account = rule if rule and decided.account and MEASURES[rule].target == "account" else ""
    if on_account and MEASURES[on_account].effect is not None:  # the rule itself asks for the account
        return [("account", decided.account, on_account)]
    buyers = [("buyers", buyers_of(decided.target), str(MeasureName.TELL_BUYERS))]
    if rule == MeasureName.TELL_BUYERS:
        return buyers
    named = None if on_account else choose_measure(rule, listed, "item")
    if named is None and decided.account and MeasureName.WARN_ACCOUNT in listed:
        named = str(MeasureName.WARN_ACCOUNT)  # a strike, and nothing is written
    found = [("item", decided.target, named)] if named else []
    found += buyers if MeasureName.TELL_BUYERS in listed else []
    if not found:
        raise Refused(f'"{decided.order}" lists no measure that fits an item: {", ".join(listed) or "none"}',
                      "decide `outside`, or ask the authority what it wants done")  # fmt: skip
    return found


def _ground(book: Book, order: str) -> Ground:
    if order not in book.grounds:
        raise Refused(f'"{order}" is no ground for a measure', "only an order of act `order` that was accepted is one")
    return book.grounds[order]


def _claim(writing: Writing, ground: Ground, kind: str, target: str, decided: Decided, measure: str) -> Claim:
    reach = ground.reach if decided.territories is None else meet(ground.reach, decided.territories)
    if not reach:
        raise Refused(f'"{ground.id}" reaches none of: {", ".join(codes(decided.territories or ())) or "anything"}',
                      "it has ended, or the item lies outside of it")  # fmt: skip
    asked = MEASURES[measure].effect or Effect.OPEN
    since = max(decided.since or writing.at, writing.at)
    return Claim(writing.surrogate("claim"), ground.id, target, kind, decided.account, reach, reach,
                 fit(kind, min(asked, ground.effect)), measure, since, decided.until, writing.at,
                 decided.case)  # fmt: skip


def _same(claim: Claim, new: Claim) -> bool:
    """Whether a claim that stands says what a new one would, of the same account if anybody is known now."""
    asks = (claim.ground, claim.target, claim.measure, claim.effect, claim.until)
    alike = asks == (new.ground, new.target, new.measure, new.effect, new.until)
    whose = new.account in ("", claim.account)
    return alike and whose and covers(claim.reach, new.reach) and covers(new.reach, claim.reach)


def _said(writing: Writing, book: Book, claim: Claim) -> Claim:
    order = claim.ground
    _append(writing, book, Draft("claimed", order, claim_body(claim)))
    for step in list(steps(book, book.claims[claim.id])):
        _append(writing, book, Draft("claimed", order, claim_body(step)))
    return book.claims[claim.id]


def _take_back(
    writing: Writing, book: Book, claim: Claim, to: Collection[str], from_start: bool, effect: Effect, why: str
) -> None:
    word = NAMES[claim.kind][fit(claim.kind, effect)]
    body = {"claim": claim.id, "to": codes(to), "from_start": from_start, "effect": word, "why": why}
    _append(writing, book, Draft("claim_ended", book.order_of(claim), body))


def _order_said(writing: Writing, kind: str, order: str, body: dict[str, Json], reasons: str) -> None:
    book = records.load_book(writing.connection)
    private = {"reasons": Private(f"order:{order}", reasons)} if reasons else {}
    _append(writing, book, Draft(kind, order, body, private))
    _recount(writing, book)


def _recount(writing: Writing, book: Book) -> None:
    """Narrows each step of the ladder to where the strikes that it rests on still suffice."""
    for step in [claim for claim in book.claims.values() if claim.strike and claim.upheld]:
        left = standing(book, step)
        if not covers(left, step.upheld):
            _take_back(writing, book, step, left, True, step.effect, "strike fell")


def _append(writing: Writing, book: Book, draft: Draft) -> None:
    book.note(Opened(writing.append(draft), {}))
