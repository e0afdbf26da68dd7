"""What must hold at every moment and at rest, held against the naive model and the shadow host (CLAIMS: invariants)."""

from __future__ import annotations

from tests.journeys.law_naive import Naive, atoms
from tests.journeys.law_paper import PaperLedger
from tests.journeys.law_world import World, at

from rectify.measures.book import Book
from rectify.measures.connector import HostPlace
from rectify.terms.claim import NAMES, Effect
from rectify.terms.measure import Change, Measure


class Checks:
    """Mixed into the machine."""

    world: World
    naive: Naive
    n: int

    def check_climbed(self, made, known):
        """The steps that new claims made are those that a recount of all strikes demands."""
        new = {c.id: c for c in self.world.book.claims.values() if c.strike and c.id not in known}
        climbed = {(c.strike, atom, c.needs) for c in new.values() for atom in atoms({c.id.split("/")[1]})}
        due = {(c.id, atom, needs) for c in made if c.id not in known for atom, needs in self.naive.climbs(self.naive.claims[c.id])}  # fmt: skip
        assert climbed == due, "the ladder is not climbed as the strikes demand"
        for name, step in new.items():
            self.naive.steps[name] = (step.strike, atoms({name.split("/")[1]}), step.needs, self.n)

    def check_sent(self, change: Change):
        """No change is sent up without a claim in force, nor down while a claim still asks for what stands."""
        measure, kept = self.world.measure(change.key), self.world.book.sets[change.key.split("/")[0]]
        assert kept.approved_by == "person-2"
        assert any(measure in (line.measure, back(line.measure)) for line in kept.lines)
        where = HostPlace(change.kind, change.target, change.storefront)
        assert where == at(measure.kind, measure.place)
        assert (change.wanted, change.found, change.version) == (measure.wanted, measure.found, measure.version)
        if str(self.world.host.cells[where].version) != change.version or change.key in self.world.host.answers:
            return  # can have no effect any more: sent to hear its outcome
        self.check_ground(measure)
        if measure.wanted < measure.found and self.named_in_part(measure):
            held = any("still names in part" in hold.reason for hold in kept.holds)
            assert held, "gave back what a claim names in part, and nobody agreed to that"

    def check_ground(self, measure: Measure):
        kind, place = measure.kind, measure.place
        if measure.wanted > measure.found:
            assert measure.wanted in self.naive.asked(kind, *place, lapsed=False), "sent up without a ground"
            live = {name: effect for name, effect, _, lapsed in self.naive.live(place.target) if not lapsed}
            assert measure.claims
            assert all(live.get(name, Effect.OPEN) >= measure.wanted for name in measure.claims), (
                "a claim named is not live"
            )
        if measure.wanted < measure.found:
            all_of_them = {effect for _, effect, _, _ in self.naive.live(place.target)}
            reach_known = self.naive.sells(kind, place.storefront) is not None
            asked = self.naive.asked(kind, *place, lapsed=True) if reach_known else all_of_them
            can = self.world.host.able.writable(kind, place.storefront)
            still = [e for e in asked if e in can and e <= measure.found]
            assert max([Effect.OPEN, *still]) <= measure.wanted, "taken back against a claim"

    def named_in_part(self, measure: Measure) -> bool:
        """Whether a claim in force asks for more than the measure leaves, and reaches its place in part only."""
        sells = self.naive.sells(measure.kind, measure.place.storefront) or frozenset()
        asked = self.naive.asked(measure.kind, *measure.place, lapsed=False)
        named = {e for _, e, cells, lapsed in self.naive.live(measure.place.target) if cells & sells and not lapsed}
        return any(effect > measure.wanted for effect in named - asked)

    def check_lot(self, made, contested: bool):
        """Undos that would return what a claim names in part are a lot of their own."""
        for measure in (line.measure for line in made.lines):
            returns = measure.wanted < measure.found and self.named_in_part(measure)
            assert returns == contested, "a contested undo goes with the others"

    def check_place(self, kind, place, tasks, looked):
        real, alone = self.world.state(*at(kind, place)), self.world.alone(at(kind, place))
        told, named = {what for what, _ in tasks}, {claim for _, claim in tasks}
        take, hold = (self.naive.asked(kind, *place, lapsed=lapsed) for lapsed in (False, True))
        sells, live = self.naive.sells(kind, place.storefront), self.naive.live(place.target)
        able = self.world.host.able
        can = able.writable(kind, place.storefront)
        assert real >= alone, "milder than the host alone"
        assert not (self.world.host.marks and "whose hand" in told), "a host that tells its hand leaves no doubt"
        assert "outcome unknown" not in told or not can.issuperset(set(NAMES[kind]) - {Effect.GONE})
        stuck = told & {"whose hand", "cannot be undone here", "outcome unknown"}
        if real > alone and not stuck:
            if sells is None:
                assert any(effect >= real for _, effect, _, _ in live)
                assert told & {"reach unknown", "term is over"}
            else:
                assert any(effect >= real for effect in hold), "an effect without a ground"
        if not live and not stuck:
            assert real == alone, "not given back"
        for name, effect, cells, _ in live if looked else ():
            if sells is None or cells & sells:
                assert real >= effect or name in named or stuck, "a claim neither reached nor reported"
        if not stuck and sells is not None and looked:
            low, high = (max([alone, *(e for e in asked if e in can)]) for asked in (take, hold))
            assert low <= real <= high
            assert real == low or "term is over" in told

    def check_rebuilt(self):
        ledger = self.world.ledger
        book, again = self.world.book, Book.of(ledger.opened())
        assert again == book, "rebuilt is not live"
        assert list(again.claims) == list(book.claims)
        if not isinstance(ledger, PaperLedger):
            assert ledger.differences() == []


def back(measure: Measure) -> Measure:
    """The change that overtakes a lost one."""
    return Measure(measure.place, measure.kind, measure.found, measure.found, measure.version, measure.own, ())
