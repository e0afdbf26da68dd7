"""Any sequence of orders, decisions, ends, host edits, faults, crashes and clock steps, held against the naive model.

Beside the real host stands its shadow, which gets the host's own acts and none of ours: the host alone.
"""

from __future__ import annotations

import sys

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.journeys.law_checks import Checks
from tests.journeys.law_hosts import Crash
from tests.journeys.law_naive import CODES, EFFECTS, EVERYWHERE, STEPS, TERM, WINDOW, Naive, Said, atoms, chosen
from tests.journeys.law_world import DAY, LISTED, World, at

from rectify.measures import claims
from rectify.measures.bodies import OverReach
from rectify.measures.book import Book
from rectify.measures.connector import Capabilities
from rectify.measures.memory import EVERYTHING
from rectify.measures.rehearse import beyond_reach
from rectify.terms.claim import NAMES, Effect
from rectify.terms.errors import Refused
from rectify.terms.measure import Place

ITEMS = ("i1", "i2", "i3")
ACCOUNT, ANOTHER = "acc", "acd"
SHOPS = {"xa": {"XA"}, "xn": {"XB-N"}, "eu": {"XA", "XB"}}
ORDERS = ("recall", "licence")
NOWHERE: frozenset[str] = frozenset()
territories = st.sets(st.sampled_from(CODES), min_size=1).map(frozenset)
wide = st.just(frozenset(CODES)) | st.just(frozenset(CODES)) | territories
effects = st.sampled_from([Effect.LABELLED, Effect.RESTRICTED, Effect.REMOVED])
states = st.sampled_from([Effect.OPEN, Effect.LABELLED, Effect.RESTRICTED, Effect.REMOVED])
on_items = st.sampled_from(["label_item", "restrict_item", "remove_item"])
mild_or_on_items = on_items | on_items | st.just("warn_account")
on_accounts = st.sampled_from(["suspend_service", "close_account"])
faults = st.lists(st.sampled_from(["ok", "ok", "fail", "lost", "mute", "lie", "raise", "blind", "crash before", "crash after",
                                   "race before", "race after", "ended meanwhile"]), max_size=5)  # fmt: skip
hosts = st.sampled_from([
    EVERYTHING,
    EVERYTHING,
    Capabilities(EVERYTHING.measures, max_batch=1),
    Capabilities(frozenset({"remove_item", "close_account"}), max_batch=2),
    Capabilities(frozenset({"label_item", "remove_item", "suspend_service"}), max_batch=3),
    Capabilities(EVERYTHING.measures - {"tell_buyers"}, undo=False),
])  # fmt: skip


class Steps:
    """How many steps all machines of this run have made."""

    made = 0


class Law(Checks, RuleBasedStateMachine):
    paper, folder = True, None

    # the world

    @initialize(marks=st.booleans(), coarse=st.booleans(), able=hosts, tells=st.booleans(),
                found=st.lists(st.just(Effect.OPEN) | states, min_size=9, max_size=9),
                where=st.lists(wide, min_size=3, max_size=3), apart=st.booleans(),
                less=st.just(set()) | st.sets(st.sampled_from(LISTED), max_size=2))  # fmt: skip
    def open(self, marks, coarse, able, tells, found, where, apart, less):
        """`apart`: one of the items is of another account; `less`: one order is accepted without these measures."""
        shops = {name: frozenset(sells) for name, sells in SHOPS.items()}
        self.world = World(
            shops, able, paper=self.paper, marks=marks, coarse=coarse and not self.folder, folder=self.folder
        )
        self.world.host.check, self.world.host.meanwhile = self.check_sent, self.annul_meanwhile
        self.naive, self.n, self.kept, self.cases = Naive(), 0, [], {}
        full, self.apart = [*LISTED, "warn_account"], apart
        self.listed = {
            "recall": [*full, "tell_buyers"] if tells else full,
            "licence": [m for m in full if m not in less],
        }
        for shop, sells in shops.items():
            self.naive.shops[shop] = atoms(sells)
        for n, item in enumerate(ITEMS):
            self.publish(item, found[3 * n : 3 * n + 3])
        for account in (ACCOUNT, ANOTHER) if apart else (ACCOUNT,):
            for code in CODES:
                self.world.put("account", account, code, Effect.OPEN)
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

    @rule(data=st.data(), order=st.sampled_from(ORDERS), to=wide, measure=mild_or_on_items | on_accounts,
          since=st.just(0) | st.integers(1, 3), term=st.none() | st.integers(1, 6))  # fmt: skip
    def decide(self, data, order, to, measure, since, term):
        self.decided(order, data.draw(st.sampled_from(self.items())), measure, to, since, term)

    @rule(data=st.data(), order=st.sampled_from(ORDERS), measure=on_items, term=st.none() | st.integers(1, 6))
    def decide_each_and_carry_out(self, data, order, measure, term):
        for item in ITEMS:
            self.decided(order, item, measure, frozenset(CODES), 0, term)
        self.carried_out(data, [], order)

    @rule(data=st.data(), order=st.sampled_from(ORDERS), measure=on_items, kinds=faults)
    def decide_and_carry_out(self, data, order, measure, kinds):
        self.decided(order, data.draw(st.sampled_from(self.items())), measure, frozenset(CODES), 0, None)
        self.carried_out(data, kinds, order)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), measure=mild_or_on_items, to=territories)
    def decide_again(self, data, measure, to):
        case = data.draw(st.sampled_from(sorted(self.cases)))
        self.decided(*self.cases[case], measure, to, 0, None, case)

    def decided(self, order, item, measure, to, since, term, case=None):
        n, now, account = self.tick(), self.world.now, self.whose(item)
        until = None if term is None else now + (since + term) * DAY
        start = now + since * DAY
        case = case or self.world.gather(order, item, account, list(SHOPS))
        before = [c for c in self.naive.claims.values() if c.case == case and self.naive.cells(c)]
        known = set(self.world.book.claims)
        try:
            made = self.world.claim(order, item, account, measure, territories=to, since=start, until=until, case=case)
        except Refused:
            assert not self.ground(order) & atoms(to), "a decision was refused that its ground allows"
            return
        self.cases[case] = order, item
        named = chosen(measure, self.listed[order])
        asked = [("account", account, named)] if named in ("suspend_service", "close_account") else (
            [("item", item, named)] + [("buyers", f"{item}/buyers", "tell_buyers")] * ("tell_buyers" in self.listed[order]))  # fmt: skip
        assert [(c.kind, c.target, c.measure) for c in made] == asked
        for claim in made:
            if claim.id not in known:
                self.naive.claims[claim.id] = Said(claim.id, n, order, claim.kind, claim.target, account, atoms(to),
                                                   EFFECTS[claim.measure], start, until, now, case)  # fmt: skip
        fallen = [c for c in before if c.id not in {claim.id for claim in made}]
        kept = [c for c in before if c not in fallen]
        for claim in kept:  # what stands instead of a new claim must say the same and reach just as far
            assert claim.until == until
            assert self.ground(order) & atoms(to) == self.naive.cells(claim)
        self.check_climbed(made, known)
        for claim in fallen:
            self.naive.narrowed.append((self.tick(), claim.id, NOWHERE, True, Effect.REMOVED))

    def whose(self, item):
        """The account of an item."""
        return ANOTHER if self.apart and item == ITEMS[1] else ACCOUNT

    def ground(self, order):
        left = self.naive.orders[order][1]
        for _, who, to, _, _ in self.naive.narrowed:
            left = left & to if who == order else left
        return left

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
        """Orders, terms, claims and steps; claims more often, or every order would soon have fallen."""
        return [*sorted(self.naive.orders), *sorted(self.world.book.claims) * 3]

    def annul_meanwhile(self, change):
        """Somebody annuls a claim while its change is on the way: the late effect has to be undone."""
        for name in self.world.measure(change.key).claims[:1]:
            self.narrowed(name, NOWHERE, True, Effect.REMOVED)

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

    @rule(shop=st.sampled_from(sorted(SHOPS)), sells=wide | wide | wide | territories | st.none())
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
        untold = place.kind == "buyers" and state is Effect.OPEN  # who was told stays told
        if state in NAMES[place.kind] and not untold:
            self.world.host_sets(place, state)

    def likely(self):
        """All places of the host, those where something is claimed more often, and those with our state on them."""
        cells, claimed = sorted(self.world.host.cells), {c.target for c in self.world.book.claims.values()}
        return self.ours() * 3 + [cell for cell in cells if cell.target in claimed] * 2 + cells

    def ours(self):
        """Places where a state stands that we wrote, and items that are gone."""
        host = self.world.host
        return sorted(place for place, cell in host.cells.items() if cell.key or place[:2] in host.gone)

    @precondition(lambda self: self.ours())
    @rule(data=st.data(), act=st.sampled_from(["the same", "edit", "delete", "revive"]))
    def host_meets_ours(self, data, act):
        """The host chooses by itself what we chose for it, or does something else where our state stands."""
        self.tick()
        place = data.draw(st.sampled_from(self.ours()))
        if act == "the same":
            self.world.host_sets(place, self.world.host.cells[place].state)
        elif place.kind == "item":
            self.world.host_acts(place.kind, place.target, act)

    @rule(data=st.data(), act=st.sampled_from(["edit", "delete", "revive"]))
    def host_acts(self, data, act):
        self.tick()
        kind, target, _ = data.draw(st.sampled_from(self.likely()))
        if kind == "item":
            self.world.host_acts(kind, target, act)

    @precondition(lambda self: len(self.items()) < 6)
    @rule(state=states)
    def list_again(self, state):
        self.publish(f"i{self.tick() + 10}", [state] * 3)

    # carrying out

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
        self.check_lot(made, contested=False)
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
        made = self.world.rehearse(order, contested=contested)
        self.check_lot(made, contested)
        self.approved(made)

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
            if not any(look.measure for look in self.world.survey().looks.values()):
                break
        survey = self.world.survey()
        assert not [look for look in survey.looks.values() if look.measure], "the plan does not come to rest"
        for kind, target, storefront in self.spots():
            place = Place(target, storefront)
            tasks = {(task.what, task.claim) for task in survey.tasks if task.place == place}
            self.check_place(kind, place, tasks, (kind, place) in survey.looks)

    @invariant()  # asked after each step
    def ladder_is_its_recount(self):
        Steps.made += 1
        if hasattr(self, "world"):
            steps = [c for c in self.world.book.claims.values() if c.strike]
            assert {c.id: atoms(c.reach) for c in steps} == {
                name: self.naive.step_cells(name) for name in self.naive.steps
            }

    @rule()
    def rebuild(self):
        self.check_rebuilt()


class BadLine:
    """Faults that meet the next changes, gone afterwards."""

    def __init__(self, host, faults):
        self.host, self.faults = host, faults

    def __enter__(self):
        self.host.faults = list(self.faults)

    def __exit__(self, *_):
        self.host.faults, self.host.blind = [], 0
