"""Settles what is unknown, by the same key (CLAIMS.md 4).

A lost change is asked for again only while it is due as it was, every claim that it names holds, and it returns nothing
that a claim has come to name in part, unless that was agreed to. Otherwise a change that writes what was found
overtakes it: the version moves on, and the lost one is refused when it arrives. Reading that it is "not there" decides
nothing: while its version stands, it can still land.
"""

from __future__ import annotations

from dataclasses import replace

from rectify.ledger.ledger import Ledger
from rectify.measures import records
from rectify.measures.bodies import OVERTAKES, Line, MeasureSet, line_json
from rectify.measures.book import Book
from rectify.measures.connector import Clock
from rectify.measures.law import Law
from rectify.measures.plan import contested
from rectify.measures.rehearse import measure_name
from rectify.measures.sending import Sending, send
from rectify.measures.site import Site, read, resolve
from rectify.terms.entry import Draft
from rectify.terms.measure import Measure, Outcome


def settle(ledger: Ledger, site: Site, *, at: Clock, actor: str, order: str | None = None) -> tuple[Outcome, ...]:
    """Asks again, under the same key, for every attempt on this site that has no sure outcome; what is known now."""
    with ledger.reading() as connection:
        book = records.load_book(connection)
    found = []
    for key, measure in book.attempts.items():
        kept = book.sets[key.split("/")[0]]
        who = resolve(book, measure.place.target, measure.kind)
        here = who is not None and who.host_id is not None and who.source == site.source
        if here and not book.settled(key) and order in (None, kept.book):
            one = Sending(key, kept.id, kept.book, measure, _line_of(kept, key).contested)
            found += _settle(ledger, site, one, at, actor)
    return tuple(found)


def _settle(ledger: Ledger, site: Site, one: Sending, at: Clock, actor: str) -> list[Outcome]:
    found: list[Outcome] = []
    if one.measure.wanted is not one.measure.found and _may_land(ledger, site, one):
        overtaking = _overtaking(ledger, site, one, at, actor)
        if overtaking is not None:
            found = send(ledger, site, [overtaking], at, actor)
            if _may_land(ledger, site, one):
                return found
    return found + send(ledger, site, [one], at, actor)


def _overtaking(ledger: Ledger, site: Site, one: Sending, at: Clock, actor: str) -> Sending | None:
    """The change that overtakes a lost one, its attempt kept; None where the lost one may be sent again as it is."""
    measure = one.measure
    with ledger.writing(at(), actor) as writing:
        book = records.load_book(writing.connection, {measure.place.target})
        law = Law(book, site.storefronts, site.connector.capabilities(), writing.at)
        agreed = one.contested or not contested(law, measure)
        if book.settled(one.key) or (agreed and _still_due(law, measure)):
            return None
        key = _free_key(book, one.key)
        back = replace(measure, wanted=measure.found, claims=())
        if key not in book.attempts:
            line = line_json(Line(back, measure_name(back)))
            writing.append(Draft("attempted", one.book, {"key": key, "set": one.set, "measure": line}))
    return Sending(key, one.set, one.book, back)


def _still_due(law: Law, measure: Measure) -> bool:
    """Whether a lost change is due as it was, and for claims that all hold."""
    due, _ = law.due(measure.kind, measure.place, measure.found, measure.own)
    reasons = law.reasons(measure.kind, measure.place, measure.wanted, measure.found)
    return due is measure.wanted and set(measure.claims) <= set(reasons)


def _line_of(kept: MeasureSet, key: str) -> Line:
    """The line of a set that a key belongs to, also the key of a change that overtook its own."""
    return kept.lines[int(key.split("/")[1].partition(OVERTAKES)[0])]


def _free_key(book: Book, key: str) -> str:
    """The key of an overtaking change: that of one whose outcome is still open, else a new one."""
    number = 1
    while book.settled(f"{key}{OVERTAKES}{number}"):
        number += 1
    return f"{key}{OVERTAKES}{number}"


def _may_land(ledger: Ledger, site: Site, one: Sending) -> bool:
    """Whether a lost change may yet land: while its version stands, or nobody can read which one does."""
    with ledger.reading() as connection:
        book = records.load_book(connection, {one.measure.place.target})
    seen = read(site, book, [one.spot])[one.spot]
    return seen is None or seen.version == one.measure.version
