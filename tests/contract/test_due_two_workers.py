"""Two workers and one clock: due work ends once."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rectify.store.connection import open_store
from rectify.terms.errors import Refused

from ..unit.store.test_due import NOW, due, lease  # noqa: TID252


class TwoWorkers(RuleBasedStateMachine):
    """Two workers and a clock that runs: whatever happens, work ends once, under the newest fence."""

    def __init__(self):
        super().__init__()
        self.store, self.now, self.held, self.ended = open_store("sqlite://"), NOW, {}, {}

    def teardown(self):
        self.store.close()

    @rule(key=st.sampled_from("ab"), wait=st.integers(0, 90))
    def put(self, key, wait):
        with self.store.writing() as connection:
            due.put(connection, key, "letter", self.now + timedelta(seconds=wait), None)

    @rule(seconds=st.integers(1, 120))
    def pass_time(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(worker=st.sampled_from([1, 2]))
    def take(self, worker):
        with self.store.writing() as connection:
            for work in lease(connection, now=self.now):
                assert work.key not in self.ended
                self.held[worker, work.key] = work.fence

    @rule(worker=st.sampled_from([1, 2]), key=st.sampled_from("ab"), retry=st.booleans())
    def end(self, worker, key, retry):
        fence = self.held.pop((worker, key), None)
        if fence is None:
            return
        newest = max([fence, *(f for (_, k), f in self.held.items() if k == key)])
        with self.store.writing() as connection:
            try:
                if retry:
                    due.retry(connection, key, fence, self.now, "again")
                else:
                    due.done(connection, key, fence)
                    self.ended[key] = fence
                assert fence == newest
            except Refused:
                assert (
                    fence < newest
                    or key in self.ended
                    or due.get(connection, key).fence > fence
                    or due.get(connection, key).state == "waiting"
                )

    @invariant()
    def what_ended_stays_ended(self):
        with self.store.reading() as connection:
            for key, fence in self.ended.items():
                work = due.get(connection, key)
                assert (work.state, work.fence) == ("done", fence)


TwoWorkers.TestCase.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
TestTwoWorkers = TwoWorkers.TestCase
