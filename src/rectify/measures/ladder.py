"""The ladder: strikes against an account, the steps that they climb, and the recount when one falls (CLAIMS.md 13).

A strike is an item with an upheld claim: two orders on one listing are one strike. The window closes at the claim
that climbed, and only claims made up to it count, so a fall can only lower: nobody climbs by an annulment.
"""

from __future__ import annotations

from collections.abc import Iterator

from rectify.measures.bodies import fit
from rectify.measures.book import Book
from rectify.terms.claim import Claim, Effect
from rectify.terms.measure import MEASURES
from rectify.terms.territory import Territory, lies_in, meet


def strikes(book: Book, claim: Claim, territory: str, ladder: str) -> int:
    """Distinct items upheld against the account in the window that this claim closes; 0 if it fell itself.

    Counted no further than the ladder's highest step.
    """
    if not lies_in(territory, claim.upheld):
        return 0
    rungs, items = book.ladders[ladder], set[str]()
    opened, enough = claim.made - rungs.window, max(needs for needs, _ in rungs.steps)
    for other in book.up_to(claim):
        if other.kind == "item" and other.made > opened and lies_in(territory, other.upheld):
            items.add(other.target)
            if len(items) == enough:
                break
    return len(items)


def steps(book: Book, claim: Claim) -> Iterator[Claim]:
    """The claims on the account that a new claim on an item climbs, each of its own, in every territory.

    Terms published later do not reach back: a step is made with its strike or never.
    """
    for term, ladder in book.ladders.items():
        if claim.kind != "item" or not claim.account or claim.made < ladder.since:
            continue
        ground = book.grounds[term]
        for territory in sorted(_named(book, claim.account, meet(claim.reach, ground.reach))):
            count = strikes(book, claim, territory, term)
            for needs, effect in ladder.steps:
                due = fit("account", min(effect, ground.effect))
                if count >= needs and due > Effect.OPEN:
                    yield _step(claim, term, territory, needs, due)


def standing(book: Book, step: Claim) -> Territory:
    """Where the strikes that a step rests on still suffice: all that it was upheld in, part of it, or nowhere."""
    last = book.claims[step.strike]
    here = _named(book, step.account, step.upheld) | step.upheld
    return frozenset(code for code in here if strikes(book, last, code, step.ground) >= step.needs)


def _step(claim: Claim, term: str, territory: str, needs: int, effect: Effect) -> Claim:
    here = frozenset({territory})
    name = next(kind.name for kind in MEASURES.values() if kind.target == "account" and kind.effect == effect)
    return Claim(f"{claim.id}/{territory}/{needs}", term, claim.account, "account", claim.account, here, here, effect,
                 name, claim.made, None, claim.made, "", claim.id, needs)  # fmt: skip


def _named(book: Book, account: str, within: Territory) -> Territory:
    """The codes that the account's claims ever named inside a territory: a country, and parts of it that were named."""
    return meet(book.codes(account), within)
