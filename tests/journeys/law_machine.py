"""Any sequence of orders, decisions, ends, host edits, faults, crashes and clock steps, held against the naive model.

Beside the real host stands its shadow, which gets the host's own acts and none of ours: the host alone.
"""

from __future__ import annotations

import sys

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.journeys.law_naive import CODES, EFFECTS, EVERYWHERE, STEPS, TERM, WINDOW, Naive, Said, atoms
from tests.journeys.law_world import DAY, LISTED, Crash, World, at

from rectify.measures import claims
from rectify.measures.bodies import OverReach
from rectify.measures.book import Book
from rectify.measures.connector import Capabilities, HostPlace
from rectify.measures.memory import EVERYTHING
from rectify.measures.rehearse import beyond_reach
from rectify.terms.claim import NAMES, Effect
from rectify.terms.errors import Refused
from rectify.terms.measure import Change, Measure, Place

ITEMS = ("i1", "i2", "i3")
ACCOUNT = "acc"
SHOPS = {"xa": {"XA"}, "xn": {"XB-N"}, "eu": {"XA", "XB"}}
ORDERS = ("recall", "licence")
NOWHERE: frozenset[str] = frozenset()
territories = st.sets(st.sampled_from(CODES), min_size=1).map(frozenset)
effects = st.sampled_from([Effect.LABELLED, Effect.RESTRICTED, Effect.REMOVED])
states = st.sampled_from([Effect.OPEN, Effect.LABELLED, Effect.RESTRICTED, Effect.REMOVED])
on_items = st.sampled_from(["label_item", "restrict_item", "remove_item"])
on_accounts = st.sampled_from(["suspend_service", "close_account"])
faults = st.lists(st.sampled_from(["ok", "ok", "fail", "lost", "mute", "lie", "raise", "blind", "crash before", "crash after",
                                   "race before", "race after"]), max_size=5)  # fmt: skip
hosts = st.sampled_from([
    EVERYTHING,
    Capabilities(EVERYTHING.measures, max_batch=1),
    Capabilities(frozenset({"remove_item", "close_account"}), max_batch=2),
    Capabilities(frozenset({"label_item", "remove_item", "suspend_service"}), max_batch=3),
    Capabilities(EVERYTHING.measures - {"tell_buyers"}, undo=False),
])  # fmt: skip


class Steps:
    """How many steps all machines of this run have made."""

    made = 0


class Law(RuleBasedStateMachine):
    paper = True

    # the world

    @initialize(marks=st.booleans(), coarse=st.booleans(), able=hosts, tells=st.booleans(),
                found=st.lists(st.just(Effect.OPEN) | states, min_size=9, max_size=9),
                where=st.lists(territories, min_size=3, max_size=3))  # fmt: skip
    def open(self, marks, coarse, able, tells, found, where):
        shops = {name: frozenset(sells) for name, sells in SHOPS.items()}
        self.world = World(shops, able, paper=self.paper, marks=marks, coarse=coarse)
        self.world.host.check = self.check_sent
        self.naive, self.n, self.kept, self.cases = Naive(), 0, [], {}
        self.listed = {"recall": [*LISTED, "tell_buyers"] if tells else LISTED, "licence": LISTED}
        for shop, sells in shops.items():
            self.naive.shops[shop] = atoms(sells)
        for n, item in enumerate(ITEMS):
            self.publish(item, found[3 * n : 3 * n + 3])
        for code in CODES:
            self.world.put("account", ACCOUNT, code, Effect.OPEN)
        for order, to in zip(ORDERS, where, strict=False):
            self.accept(order, to, Effect.REMOVED)
        self.world.term(TERM, where[2], STEPS, WINDOW)
        self.naive.orders[TERM] = (self.tick(), atoms(where[2]))

    def teardown(self):
        if hasattr(self, "world"):
            try:
                if sys.exc_info()[0] is None:  # a history that held so far must also come to rest
                    self.come_to_rest()
                    self.check_rebuilt()
            finally:
                self.world.close()

    def publish(self, item, found):
        for shop, state in zip(SHOPS, found, strict=True):
            self.world.put("item", item, shop, state)
            self.world.put("buyers", item, shop, Effect.OPEN)

    def items(self):
        return sorted({place.target for place in self.world.host.cells if place.kind == "item"})

    def spots(self):
        """Every place there is: (kind, target, storefront)."""
        return [(kind, f"{target}/buyers" if kind == "buyers" else target, shop)
                for kind, target, shop in self.world.host.cells]  # fmt: skip

    def tick(self):
        self.n += 1
        return self.n

    # what the law hears

    @rule(order=st.sampled_from(ORDERS), to=territories, effect=effects)
    def accept(self, order, to, effect):
        n = self.tick()
        if order not in self.naive.orders:
            self.naive.orders[order] = (n, atoms(to))
            self.naive.narrowed.append((n, order, EVERYWHERE, True, effect))
        self.world.order(order, to, NAMES["item"][effect], self.listed[order])

    @rule(data=st.data(), order=st.sampled_from(ORDERS), to=territories, measure=on_items | on_accounts,
          since=st.just(0) | st.integers(1, 3), term=st.none() | st.integers(1, 6))  # fmt: skip
    def decide(self, data, order, to, measure, since, term):
        self.decided(order, data.draw(st.sampled_from(self.items())), measure, to, since, term)

    @rule(order=st.sampled_from(ORDERS), measure=on_items, term=st.none() | st.integers(1, 6))
    def decide_each(self, order, measure, term):
        for item in ITEMS:
            self.decided(order, item, measure, frozenset(CODES), 0, term)

    @rule(data=st.data(), order=st.sampled_from(ORDERS), measure=on_items, kinds=faults)
    def decide_and_carry_out(self, data, order, measure, kinds):
        self.decided(order, data.draw(st.sampled_from(self.items())), measure, frozenset(CODES), 0, None)
        self.carried_out(data, kinds, order)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), measure=on_items, to=territories)
    def decide_again(self, data, measure, to):
        case = data.draw(st.sampled_from(sorted(self.cases)))
        self.decided(*self.cases[case], measure, to, 0, None, case)

    def decided(self, order, item, measure, to, since, term, case=None):
        n, now = self.tick(), self.world.now
        until = None if term is None else now + (since + term) * DAY
        start = now + since * DAY
        case = case or self.world.gather(order, item, ACCOUNT, list(SHOPS))
        before = [c for c in self.naive.claims.values() if c.case == case and self.naive.cells(c)]
        known = set(self.world.book.claims)
        try:
            made = self.world.claim(order, item, ACCOUNT, measure, territories=to, since=start, until=until, case=case)
        except Refused:
            assert not self.ground(order) & atoms(to), "a decision was refused that its ground allows"
            return
        self.cases[case] = order, item
        asked = [("account", ACCOUNT, measure)] if measure in ("suspend_service", "close_account") else (
            [("item", item, measure)] + [("buyers", f"{item}/buyers", "tell_buyers")] * ("tell_buyers" in self.listed[order]))  # fmt: skip
        assert [(c.kind, c.target, c.measure) for c in made] == asked
        for claim in made:
            if claim.id not in known:
                self.naive.claims[claim.id] = Said(claim.id, n, order, claim.kind, claim.target, ACCOUNT, atoms(to),
                                                   EFFECTS[claim.measure], start, until, now, case)  # fmt: skip
        fallen = [c for c in before if c.id not in {claim.id for claim in made}]
        kept = [c for c in before if c not in fallen]
        for claim in kept:  # what stands instead of a new claim must say the same and reach as far
            assert claim.until == until
            assert self.ground(order) & atoms(to) <= self.naive.cells(claim)
        self.check_climbed(made, known)
        for claim in fallen:
            self.naive.narrowed.append((self.tick(), claim.id, NOWHERE, True, Effect.REMOVED))

    def ground(self, order):
        left = self.naive.orders[order][1]
        for _, who, to, _, _ in self.naive.narrowed:
            left = left & to if who == order else left
        return left

    def check_climbed(self, made, known):
        """The steps that new claims made are those that a recount of all strikes demands."""
        new = {c.id: c for c in self.world.book.claims.values() if c.strike and c.id not in known}
        climbed = {(c.strike, atom, c.needs) for c in new.values() for atom in atoms({c.id.split("/")[1]})}
        due = {(c.id, atom, needs) for c in made if c.id not in known for atom, needs in self.naive.climbs(self.naive.claims[c.id])}  # fmt: skip
        assert climbed == due, "the ladder is not climbed as the strikes demand"
        for name, step in new.items():
            self.naive.steps[name] = (step.strike, atoms({name.split("/")[1]}), step.needs, self.n)

    @rule(data=st.data(), to=st.just(NOWHERE) | territories, from_start=st.booleans(),
          effect=st.just(Effect.REMOVED) | effects)  # fmt: skip
    def narrow(self, data, to, from_start, effect):
        self.narrowed(data.draw(st.sampled_from(self.names())), to, from_start, effect)

    @rule(data=st.data(), how=st.sampled_from(["end", "annul"]))
    def take_back(self, data, how):
        self.narrowed(data.draw(st.sampled_from(self.names())), NOWHERE, how == "annul", Effect.REMOVED)

    @rule(how=st.sampled_from(["end", "annul"]))
    def take_back_all(self, how):
        for name in sorted(self.world.book.claims):
            self.narrowed(name, NOWHERE, how == "annul", Effect.REMOVED)
        self.come_to_rest()

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def grant(self, data):
        case = data.draw(st.sampled_from(sorted(self.cases)))
        fallen = self.world.act(claims.grant, case)
        mine = {c.id for c in self.naive.claims.values() if c.case == case and self.naive.cells(c, upheld=True)}
        assert {claim.id for claim in fallen} == mine
        for name in mine:
            self.naive.narrowed.append((self.tick(), name, NOWHERE, True, Effect.REMOVED))

    def names(self):
        return [*sorted(self.naive.orders), *sorted(self.world.book.claims)]

    def narrowed(self, name, to, from_start, effect):
        act, more = self.world.act, {"from_start": from_start, "effect": effect}
        if name == TERM:
            more["effect"] = effect = Effect.REMOVED
            act(claims.narrow_term, name, to, **more)
        elif name in ORDERS and not to and effect is Effect.REMOVED:
            act(claims.annul if from_start else claims.end, name)
        elif name in ORDERS:
            act(claims.narrow, name, to, **more)
        else:
            act(claims.narrow_claim, name, to, **more)
        self.naive.narrowed.append((self.tick(), name, atoms(to), from_start, effect))

    @precondition(lambda self: self.world.book.claims)
    @rule(data=st.data(), shop=st.sampled_from(sorted(SHOPS)))
    def approve_over_reach(self, data, shop):
        """A person is shown a set that rests on over-reach, and approves it with the territories by name."""
        claim = self.world.book.claims[data.draw(st.sampled_from(sorted(self.world.book.claims)))]
        far = beyond_reach(claim.reach, self.world.site.storefronts[shop])
        if far and claim.kind in ("item", "buyers"):
            made = self.world.rehearse(self.world.book.order_of(claim), over_reach=[OverReach(claim.id, shop, far)])
            self.approved(made)

    @rule(shop=st.sampled_from(sorted(SHOPS)), sells=territories | territories | territories | st.none())
    def remap(self, shop, sells):
        self.tick()
        self.world.site.storefronts[shop] = sells
        self.naive.shops[shop] = None if sells is None else atoms(sells)

    @rule(days=st.integers(1, 6))
    def clock(self, days):
        self.tick()
        self.world.now = self.naive.now = self.world.now + days * DAY

    # what the host does by itself

    @rule(data=st.data(), state=states)
    def host_sets(self, data, state):
        self.tick()
        place = data.draw(st.sampled_from(self.likely()))
        if state in NAMES[place.kind]:
            self.world.host_sets(place, state)

    def likely(self):
        """All places of the host, those where something is claimed more often."""
        cells, claimed = sorted(self.world.host.cells), {c.target for c in self.world.book.claims.values()}
        return [cell for cell in cells if cell.target in claimed] * 2 + cells

    @rule(data=st.data(), act=st.sampled_from(["edit", "delete", "revive"]))
    def host_acts(self, data, act):
        self.tick()
        kind, target, _ = data.draw(st.sampled_from(self.likely()))
        self.world.host_acts(kind, target, act)

    @precondition(lambda self: len(self.items()) < 6)
    @rule(state=states)
    def list_again(self, state):
        self.publish(f"i{self.tick() + 10}", [state] * 3)

    # carrying out

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

    def survive(self, act, *args):
        try:
            act(*args)
        except Crash:
            self.check_rebuilt()
            if self.paper:
                self.world.ledger.book = Book.of(self.world.ledger.entries)

    @rule(data=st.data(), kinds=faults, order=st.sampled_from(ORDERS))
    def carry_out(self, data, kinds, order):
        self.carried_out(data, kinds, order)

    def carried_out(self, data, kinds, order):
        self.tick()
        made = self.world.rehearse(order)
        if made.id:
            self.approved(made)
            self.run_set(data, kinds, made.id)

    def approved(self, made):
        self.tick()
        if made.id:
            for claim, shop, far in self.world.approve(made):
                known = self.naive.beyond.get((claim, shop), frozenset())
                self.naive.beyond[claim, shop] = known | atoms(far)
            self.kept.append(made.id)

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), kinds=faults)
    def carry_out_again(self, data, kinds):
        self.run_set(data, kinds, data.draw(st.sampled_from(self.kept)))

    @rule(order=st.sampled_from(ORDERS), contested=st.booleans())
    def rehearse_and_approve(self, order, contested):
        self.approved(self.world.rehearse(order, contested=contested))

    def run_set(self, data, kinds, digest):
        self.tick()
        with self.badly(data, kinds):
            self.survive(self.world.carry_out, digest)

    @rule(data=st.data(), kinds=faults)
    def settle_badly(self, data, kinds):
        self.tick()
        with self.badly(data, kinds):
            self.survive(self.world.settle)

    def badly(self, data, kinds):
        return BadLine(self.world.host, [(k, data.draw(states) if "race" in k else Effect.OPEN) for k in kinds])

    @precondition(lambda self: self.world.host.flying)
    @rule(data=st.data())
    def comes_late(self, data):
        self.tick()
        self.world.host.land(data.draw(st.sampled_from(self.world.host.flying)))

    @rule()
    def person_answers(self):
        """A person looks at the host and says what it would have by itself."""
        self.tick()
        for (kind, place), seen in list(self.world.survey().seen.items()):
            if ("whose hand", place) in {(task.what, task.place) for task in self.world.survey().tasks}:
                own = self.world.alone(at(kind, place))
                self.world.act(claims.state_own, ORDERS[0], place, seen.version, own, kind=kind, task="task-1")

    # what must hold

    @rule()
    def come_to_rest(self):
        self.tick()
        for _ in range(3):
            self.world.rest()
        survey = self.world.survey()
        assert not [look for look in survey.looks.values() if look.measure], "the plan does not come to rest"
        for kind, target, storefront in self.spots():
            place = Place(target, storefront)
            tasks = {(task.what, task.claim) for task in survey.tasks if task.place == place}
            self.check_place(kind, place, tasks, (kind, place) in survey.looks)

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

    @invariant()  # asked after each step
    def ladder_is_its_recount(self):
        Steps.made += 1
        if hasattr(self, "world"):
            steps = [c for c in self.world.book.claims.values() if c.strike]
            assert {c.id: atoms(c.reach) for c in steps} == {
                name: self.naive.step_cells(name) for name in self.naive.steps
            }

    @rule()
    def check_rebuilt(self):
        ledger = self.world.ledger
        book, again = self.world.book, Book.of(ledger.opened())
        assert again == book, "rebuilt is not live"
        assert list(again.claims) == list(book.claims)
        if not self.paper:
            assert ledger.differences() == []


class BadLine:
    """Faults that meet the next changes, gone afterwards."""

    def __init__(self, host, faults):
        self.host, self.faults = host, faults

    def __enter__(self):
        self.host.faults = list(self.faults)

    def __exit__(self, *_):
        self.host.faults, self.host.blind = [], 0


def back(measure: Measure) -> Measure:
    """The change that overtakes a lost one."""
    return Measure(measure.place, measure.kind, measure.found, measure.found, measure.version, measure.own, ())
