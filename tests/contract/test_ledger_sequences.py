"""Whatever is appended, signed, erased, rebuilt or interrupted: the ledger verifies, and rebuilt tables are live ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rectify.ledger.verify import verify_store
from rectify.terms.entry import HOUSE

from ..unit.ledger.world import AT, World, answer, ask, task  # noqa: TID252


def crash(writing):
    writing.append(ask())
    return 1 / 0


BOOKS = st.sampled_from(["order-1", "order-2"])
DRAFTS = st.one_of(
    st.builds(ask, BOOKS, st.text(max_size=8), st.sampled_from(["order:order-1", "account:9f"])),
    st.builds(answer, BOOKS, st.text(max_size=8)),
    st.builds(task, BOOKS, st.integers(0, 9)),
)
STEPS = st.lists(
    st.one_of(st.lists(DRAFTS, max_size=4), st.sampled_from(["checkpoint", "fail", "erase", "again", "rebuild"])),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_whatever_is_done_the_ledger_verifies_and_rebuilt_is_live(steps):
    world, expected, last = World(), [], ""
    for step in steps:
        if isinstance(step, list):
            expected += world.append(*step)
        elif step == "checkpoint":
            last = world.ledger.checkpoint(AT).note
        elif step == "again":
            world.again()
        elif step == "rebuild":
            world.ledger.rebuild()
        elif step == "erase":
            with world.ledger.writing(AT, "person-1") as writing:
                writing.erase("account:9f", "all", "request", ["person-1", "person-2"])
        else:
            with pytest.raises(ZeroDivisionError), world.ledger.writing(AT, "person-1") as writing:
                crash(writing)
    with world.ledger.writing(AT, "system"):
        pass
    assert [entry for entry in world.ledger.entries() if entry.book != HOUSE] == expected
    assert world.ledger.differences() == []
    result = verify_store(world.store, world.keys, last)
    assert result.good, result.sentence
    world.store.close()
