"""Who may approve what: another person, the exact number, every hold and every over-reach by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rectify.ledger.ledger import Writing
from rectify.measures import records
from rectify.measures.bodies import Line, MeasureSet, OverReach, codes, over_reach_json
from rectify.measures.connector import Capabilities
from rectify.settings.records import Limits
from rectify.terms.entry import Draft, Private
from rectify.terms.errors import Refused, Unknown
from rectify.terms.measure import MEASURES, Hold, MeasureName
from rectify.terms.person import Person
from rectify.terms.territory import NOWHERE

_WHO = "lead or legal"


def holds_of(
    lines: Sequence[Line], able: Capabilities, limits: Limits, catalogue_rows: int, *, contested: bool
) -> tuple[Hold, ...]:
    """Why a set waits for a person's yes in so many words; empty for a set that only needs to be approved."""
    reasons = []
    lasting = [line for line in lines if line.name != "undo" and not (able.undo and MEASURES[line.name].undo)]
    if lasting:
        names = ", ".join(sorted({line.name for line in lasting}))
        reasons.append(f"{len(lasting)} of {len(lines)} measures cannot be undone: {names}")
    if closed := sum(line.name == MeasureName.CLOSE_ACCOUNT for line in lines):
        reasons.append(f"{closed} accounts would be closed")
    if contested:
        reasons.append(f"{len(lines)} places would be given back that a claim still names in part")
    return tuple(Hold(reason, _WHO) for reason in [*reasons, *_over_limits(lines, limits, catalogue_rows)])


def _over_limits(lines: Sequence[Line], limits: Limits, catalogue_rows: int) -> list[str]:
    # An item and its buyers are one row of the catalogue.
    found, touched = [], len({line.measure.place.target.removesuffix("/buyers") for line in lines})
    if len(lines) > limits.measures:
        found.append(f"{len(lines)} measures are over the limit of {limits.measures} in one set")
    if touched > limits.share * catalogue_rows:
        share = f"{(limits.share * 100).normalize():f}"
        told = "1 target is" if touched == 1 else f"{touched} targets are"
        found.append(f"{told} over the limit of {share} % of {catalogue_rows} rows of the catalogue")
    return found


def approve(
    writing: Writing,
    digest: str,
    person: Person,
    *,
    another_person: Collection[str],
    count: int,
    over_reach: Sequence[OverReach] = (),
    despite: bool = False,
) -> MeasureSet:
    """Approves a set by its digest and the number of its measures.

    `another_person` is the setting: where it lists `approve`, nobody approves a set that they rehearsed. `despite`
    says that the holds were read. `over_reach` must name all that the set rests on and nobody approved before.
    Raises Refused, saying what is missing.
    """
    kept = _open_set(writing, digest)
    if not person.may("approve"):
        raise Refused(f"{person.id} may not approve measures", f"{_WHO} may")
    if "approve" in another_person and kept.by == writing.actor:
        raise Refused("nobody approves a set that they rehearsed themselves", "another person has to")
    if count != len(kept.lines):
        raise Refused(f"the set has {len(kept.lines)} measures, not {count}", "look at it again")
    if kept.holds and not despite:
        raise Refused("the set is held: " + "; ".join(hold.reason for hold in kept.holds), "approve it despite that")
    needed = needed_over_reach(writing, kept)
    _same_over_reach(needed, over_reach)
    beyond = [over_reach_json(over) for over in _merged(writing, needed)]
    writing.append(Draft("approved", kept.book, {"set": digest, "measures": count, "over_reach": beyond}))
    return kept


def send_back(writing: Writing, digest: str, person: Person, reason: str) -> None:
    """Sends a set back: it is never carried out. Raises Refused for one that was approved already."""
    kept = _open_set(writing, digest)
    if not person.may("approve"):
        raise Refused(f"{person.id} may not send a set back", f"{_WHO} may")
    private = {"reason": Private(f"order:{kept.book}", reason)}
    writing.append(Draft("sent_back", kept.book, {"set": digest}, private))


def needed_over_reach(writing: Writing, kept: MeasureSet) -> list[OverReach]:
    """The over-reach that a set rests on and that nobody approved yet: claim, storefront, territories by name."""
    approved = records.load_book(writing.connection, ()).beyond
    rests = {(over.claim, over.storefront): over.territories for line in kept.lines for over in line.over_reach}
    left = {key: territories - approved.get(key, NOWHERE) for key, territories in rests.items()}
    return [OverReach(*key, territories) for key, territories in left.items() if territories]


def _merged(writing: Writing, needed: Iterable[OverReach]) -> list[OverReach]:
    """With what was approved before at the same claim and storefront: the last entry says all."""
    approved = records.load_book(writing.connection, ()).beyond
    return [over._replace(territories=over.territories | approved.get(over[:2], NOWHERE)) for over in needed]


def _open_set(writing: Writing, digest: str) -> MeasureSet:
    kept = records.load_set(writing.connection, digest)
    if kept is None:
        raise Unknown(f'no set has the digest "{digest}"', "rehearse again, or give the whole digest")
    if kept.approved_by or kept.sent_back:
        raise Refused("the set was approved already" if kept.approved_by else "the set was sent back", "rehearse again")
    return kept


def _same_over_reach(needed: Iterable[OverReach], named: Iterable[OverReach]) -> None:
    if set(needed) != set(named):
        told = "; ".join(f"{o.claim} at {o.storefront} into {', '.join(codes(o.territories))}" for o in needed)
        raise Refused(f"the set rests on this over-reach: {told or 'none'}", "name exactly that to approve it")
