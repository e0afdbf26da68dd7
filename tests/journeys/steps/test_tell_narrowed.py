"""An order that reaches less: its seller is told of the part that was given back, once it is back, and of no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from rectify.measures.bodies import OverReach
from rectify.steps import carry_out, end, keep
from rectify.terms.claim import Effect
from rectify.terms.letter import Occasion

from .house import AUTHORITIES, BOOK, House, found
from .test_tell_past import QUILL, occasions, told

REASON = "The court said so."
BOTH, XA, XB = frozenset({"XA", "XB"}), frozenset({"XA"}), frozenset({"XB"})


@pytest.fixture
def wide(begun: House, tmp_path: Path) -> House:
    """I2 is down in xa and xb, I4 in xa, under an order for XA and XB."""
    (tmp_path / "authorities.yaml").write_text(AUTHORITIES.replace("territory: [XA]", "territory: [XA, XB]"))
    keep.add_authorities(begun.workspace, tmp_path / "authorities.yaml", as_="awu")
    begun.receive(territory="[XA, XB]")
    begun.confirm()
    begun.accept()
    begun.gather(found("I2", "V72", ("xa", "xb")), found("I4", "V71", ("xa",)))
    begun.decide("I2")
    begun.decide("I4")
    begun.carry_out()
    return begun


def narrow(house: House, to: frozenset[str], *, from_start: bool = False, effect: Effect = Effect.GONE) -> None:
    house.later(days=3)
    end.narrow(house.workspace, BOOK, to, REASON, from_start=from_start, effect=effect, as_="awu")


def test_a_letter_names_the_countries_where_the_item_is_down(wide):
    letters = {letter.address: letter for letter in told(wide)}
    assert letters[QUILL].subject.startswith("我们已在XA国和XB国停止展示您的商品")
    assert letters["anna@mailbox.example"].subject.startswith("We stopped showing your listing in Country XA (")


@pytest.mark.parametrize(
    ("from_start", "occasion", "said"),
    [
        (False, Occasion.RETURNED_ENDED, "在此之前它是有效的。"),
        (True, Occasion.RETURNED_ANNULLED, "这一部分视为从未存在。"),
    ],
)
def test_what_was_given_back_is_told_for_its_country_when_it_is_back(wide, from_start, occasion, said):
    told(wide)
    narrow(wide, XA, from_start=from_start)
    assert told(wide) == []
    assert wide.carry_out() == {"done": 1}
    (letter,) = told(wide)
    assert (letter.occasion, letter.address) == (occasion, QUILL)
    assert letter.body.startswith("我们不再在XB国隐藏您的商品。\n命令的适用范围已经缩小，不再涉及此处。" + said)
    assert "自何时起\n2026年11月23日。" in letter.body
    end.annul(wide.workspace, BOOK, REASON, as_="awu")
    wide.carry_out()
    (last,) = [letter for letter in told(wide) if letter.address == QUILL]
    assert last.body.startswith("我们不再在XA国隐藏您的商品。\n有关命令已被撤销。")


def test_whose_item_was_never_there_is_told_nothing(wide):
    told(wide)
    narrow(wide, XB)  # I4 stood in xa alone: it is given back whole
    wide.carry_out()
    assert {(x.address, x.occasion) for x in told(wide)} == {
        ("anna@mailbox.example", Occasion.RETURNED_ENDED), (QUILL, Occasion.RETURNED_ENDED),
    }  # fmt: skip
    narrow(wide, frozenset())
    wide.carry_out()
    assert [(x.address, x.occasion) for x in told(wide)] == [(QUILL, Occasion.RETURNED_ENDED)]


def test_a_part_that_came_and_went_untold_is_told_beside_the_part_that_stands(wide):
    narrow(wide, XA)
    wide.carry_out()
    letters = [letter for letter in told(wide) if letter.address == QUILL]
    assert [letter.occasion for letter in letters] == [Occasion.REMOVED, Occasion.RETURNED_ENDED, Occasion.REMOVED]
    past, back, stands = (letter.subject.partition("（")[0] for letter in letters)
    assert past == "我们已在XB国停止展示您的商品"
    assert back == "我们不再在XB国隐藏您的商品"
    assert stands == "我们已在XA国停止展示您的商品"


def test_what_another_order_holds_in_the_part_that_fell_is_told_with_that_order(wide):
    told(wide)
    wide.receive("O-2", territory="[XB]")
    wide.confirm("O-2")
    wide.accept("O-2")
    wide.gather(found("I2", "V72", ("xa", "xb"), book="O-2"), book="O-2")
    wide.decide("I2", book="O-2")
    narrow(wide, XA)
    (letter,) = told(wide)
    assert letter.occasion is Occasion.STILL_DOWN
    assert letter.subject.startswith("您的商品在XB国没有变化")


def test_a_milder_order_is_told_as_what_it_is_now(wide):
    told(wide)
    narrow(wide, BOTH, effect=Effect.LABELLED)
    assert told(wide) == []
    wide.carry_out()
    assert occasions(told(wide), QUILL) == [Occasion.RETURNED_ENDED, Occasion.LABELLED]


ANNA = "anna@mailbox.example"


@pytest.fixture
def shared(wide: House) -> tuple[House, str]:
    """I3 is down too, in a storefront that serves both; then the order reaches only XA. Gives I3's case as well."""
    wide.gather(found("I3", "V71", ("eu",)))
    case = wide.decide("I3")
    wide.carry_out()
    told(wide)
    narrow(wide, XA)
    return wide, case


def act(house: House, **given: object) -> None:
    """Rehearsed, approved and carried out with what a lead says about shared storefronts."""
    (made,) = carry_out.rehearse(house.workspace, BOOK, as_="blin", **given)
    over = {"over_reach": given["over_reach"]} if "over_reach" in given else {}
    carry_out.approve(house.workspace, made.id, len(made.lines), despite=True, as_="mroy", **over)
    carry_out.carry_out(house.workspace, made.id, as_="mroy")


def test_a_storefront_for_two_countries_that_comes_back_is_told_for_both(shared):
    """It cannot be split. Until a person has chosen, it stays down, and nothing is told."""
    house, _ = shared
    house.carry_out()
    assert occasions(told(house), ANNA) == []
    act(house, contested=True)
    (letter,) = told(house)
    assert letter.subject.startswith("We no longer hide your listing in Country XA and Country XB")


def test_a_storefront_that_came_back_and_was_taken_again_beyond_the_order_is_told_of_both(shared):
    house, case = shared
    act(house, contested=True)
    assert occasions(told(house), ANNA) == [Occasion.RETURNED_ENDED]
    (claim,) = [claim for claim in house.claims() if claim.case == case]
    house.later(days=1)
    act(house, over_reach=(OverReach(claim.id, "eu", XB),))
    assert house.shown("I3", "eu") is Effect.REMOVED
    (letter,) = [letter for letter in told(house) if letter.address == ANNA]
    assert letter.subject.startswith("We stopped showing your listing in Country XA (")
    assert "except Country XB" in letter.body
