import pytest

from rectify.terms.errors import Refused
from rectify.terms.order import ACTIVE, MOVES, OrderState, move


def test_nothing_becomes_active_without_being_confirmed_first():
    reached = {OrderState.RECEIVED}
    todo = [OrderState.RECEIVED]
    while todo:
        for step, after in MOVES[todo.pop()].items():
            if step != "confirm" and after not in reached:
                reached.add(after)
                todo.append(after)
    assert not reached & ACTIVE


def test_every_state_has_its_moves_and_what_is_absent_is_refused_with_what_is_possible():
    assert set(MOVES) == set(OrderState)
    with pytest.raises(Refused) as caught:
        move(OrderState.RECEIVED, "accept")
    assert "confirm" in caught.value.remedy


def test_an_annulled_order_stays_annulled():
    assert MOVES[OrderState.ANNULLED] == {}
