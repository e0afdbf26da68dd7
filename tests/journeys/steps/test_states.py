"""Where an order stands: a step that its state does not allow is refused by the step and by the ledger's table."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from rectify.steps import accept, carry_out, confirm, decide, end, sweep
from rectify.steps.orders import row_of
from rectify.terms.case import Judgement
from rectify.terms.claim import Effect
from rectify.terms.errors import RectifyError, Refused
from rectify.terms.order import ACTIVE, MOVES, OrderState

from .house import BOOK, PHONE, House, found, house_at

Act = Callable[[House], object]
STEPS: dict[str, Act] = {
    "confirm": lambda h: confirm.confirm(h.workspace, BOOK, call=confirm.Call(PHONE, "V", h.workspace.now), as_="awu"),
    "accept": lambda h: accept.accept(h.workspace, BOOK, as_="awu"),
    "ask": lambda h: accept.ask(h.workspace, BOOK, "Which year?", as_="awu"),
    "challenge": lambda h: accept.challenge(h.workspace, BOOK, "It was annulled.", as_="awu"),
    "refuse": lambda h: accept.refuse(h.workspace, BOOK, "It is not ours.", as_="awu"),
    "annul": lambda h: end.annul(h.workspace, BOOK, "The court.", as_="awu"),
    "end": lambda h: end.end(h.workspace, BOOK, "All sold.", as_="awu"),
    "narrow": lambda h: end.narrow(h.workspace, BOOK, frozenset({"XA"}), "Less.", from_start=False, as_="awu"),
}
WAYS: dict[OrderState, tuple[str, ...]] = {
    OrderState.RECEIVED: (), OrderState.CONFIRMED: ("confirm",), OrderState.ACCEPTED: ("confirm", "accept"),
    OrderState.ASKED_BACK: ("confirm", "ask"), OrderState.CHALLENGED: ("confirm", "challenge"), OrderState.REFUSED: ("refuse",),
    OrderState.ANNULLED: ("confirm", "annul"), OrderState.ENDED: ("confirm", "accept", "end"),
}  # fmt: skip


def standing(state: OrderState) -> House:
    """A house whose recall stands so."""
    house = house_at("received")
    for step in WAYS[state]:
        STEPS[step](house)
    assert row_of(house.workspace, BOOK).state is state
    return house


@pytest.mark.parametrize("state", WAYS)
def test_a_step_is_taken_where_the_state_allows_it_and_nowhere_else(state):
    house = standing(state)
    size = house.ledger.size()
    for name in STEPS.keys() - MOVES[state].keys():
        with pytest.raises(Refused):
            STEPS[name](house)
        assert house.ledger.size() == size, name
    for name in STEPS.keys() & MOVES[state].keys():
        house = standing(state)
        STEPS[name](house)
        assert row_of(house.workspace, BOOK).state is MOVES[state][name]


@pytest.mark.parametrize("state", [state for state in WAYS if state not in ACTIVE])
def test_nothing_is_searched_decided_or_claimed_for_an_order_that_is_not_accepted(state):
    house = standing(state)
    with pytest.raises(Refused, match=f"is {state}: no sweep"):
        sweep.sweep(house.workspace, BOOK, as_="kim")
    house.gather(found("I1"))
    before = house.kinds()
    case = house.case("I1")
    with pytest.raises(Refused, match=f"is {state}: no decision"):
        decide.decide(house.workspace, case.id, Judgement.VIOLATION, "The same.", as_="blin")
    with pytest.raises(Refused, match=f"is {state}: no decision"):
        decide.decide_lot(house.workspace, {case.id: case.seen}, Judgement.VIOLATION, "The same.", as_="blin")
    with pytest.raises(Refused, match=f"is {state}: no decision"):
        decide.decide_by_pack(house.workspace, BOOK, as_="kim")
    assert [one.id for one in carry_out.rehearse(house.workspace, BOOK, as_="blin")] == [""]
    assert house.kinds() == before


@pytest.mark.parametrize(("name", "needs"), [("annul", "annulling"), ("end", "ending"), ("challenge", "challenging")])
def test_reasons_are_asked_for_before_anything_else(name, needs, accepted):
    without = {"annul": end.annul, "end": end.end, "challenge": accept.challenge}[name]
    with pytest.raises(RectifyError, match=f"{needs} needs reasons"):
        without(accepted.workspace, BOOK, "  ", as_="awu")
    assert row_of(accepted.workspace, BOOK).state is OrderState.ACCEPTED


def test_an_order_is_not_narrowed_to_where_it_never_reached(accepted):
    before = accepted.kinds()
    for to in (frozenset({"XB"}), frozenset({"XA", "XB"})):
        with pytest.raises(RectifyError, match="XB"):
            end.narrow(accepted.workspace, BOOK, to, "Less.", from_start=True, as_="awu")
    assert accepted.kinds() == before


def test_an_order_narrowed_twice_reaches_no_further_than_either_left(accepted):
    xa = frozenset({"XA"})
    end.narrow(accepted.workspace, BOOK, xa, "A label is enough.", from_start=False, effect=Effect.LABELLED, as_="awu")
    assert row_of(accepted.workspace, BOOK).effect == "labelled"
    end.narrow(accepted.workspace, BOOK, xa, "The same again.", from_start=False, as_="awu")
    row = row_of(accepted.workspace, BOOK)
    assert (row.effect, row.territory) == ("labelled", xa)


def test_of_two_who_move_an_order_at_once_one_does(confirmed):
    told = race(lambda: STEPS["accept"](confirmed), lambda: STEPS["refuse"](confirmed))
    assert [one for one in told if one is not None and not isinstance(one, Refused)] == []
    assert len([one for one in told if one is None]) == 1
    assert sum(kind in ("accepted", "refused") for kind in confirmed.kinds(BOOK)) == 1


def race(*acts: Callable[[], object]) -> list[Exception | None]:
    """What each of several that start at once came to: None where it was done."""
    barrier, told = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        except Exception as error:
            told[number] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return told
