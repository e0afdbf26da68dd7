"""What was written is looked after, also where a storefront has left the settings, or its catalogue or its people have."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from rectify.measures.bodies import OverReach
from rectify.steps import carry_out, end
from rectify.steps.in_the_way import in_the_way, standing
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused

from .house import BOOK, House, found


def without(house: House, storefront: str) -> None:
    """The storefront is taken out of the settings."""
    market = house.workspace.settings.catalogues["market"]
    left = {name: shop for name, shop in market.storefronts.items() if name != storefront}
    house.set(catalogues={"market": replace(market, storefronts=left)})


def test_what_was_removed_in_a_storefront_that_left_the_settings_is_given_back(done):
    taken = {item for item in ("I1", "I2", "I4") if done.shown(item) is Effect.REMOVED}
    assert taken
    without(done, "xa")
    end.annul(done.workspace, BOOK, "The court.", as_="awu")
    assert done.carry_out() == {"done": len(taken)}
    assert {done.shown(item) for item in taken} == {Effect.OPEN}


def undo_agreed(house: House) -> str:
    end.annul(house.workspace, BOOK, "The court.", as_="awu")
    digest, measures = house.rehearse()
    carry_out.approve(house.workspace, digest, measures, despite=True, as_="mroy")
    return digest


def test_a_set_of_a_catalogue_that_left_the_settings_waits_for_it(done):
    digest = undo_agreed(done)
    market = done.workspace.settings.catalogues["market"]
    done.set(catalogues={"shelf": replace(market, name="shelf")})
    with pytest.raises(Refused, match="the catalogue of this set, market, is not among the settings any more"):
        carry_out.carry_out(done.workspace, digest, as_="mroy")


def test_a_set_of_which_everybody_was_erased_says_so(done):
    digest = undo_agreed(done)
    for account in {claim.account for claim in done.claims()}:
        with done.ledger.writing(done.workspace.now, "system") as writing:
            writing.erase(f"account:{account}", "all", "asked for", ["awu", "mroy"])
    with pytest.raises(Refused, match="was erased"):
        carry_out.carry_out(done.workspace, digest, as_="mroy")


# over-reach that keeps what stands, and the final report


def beyond(house: House, book: str) -> OverReach:
    """The claim of an order on I3 reaches XA; its storefront sells into XB too."""
    claim = next(c for c in house.claims() if c.ground == book and c.target == house.case("I3", book).target)
    return OverReach(claim.id, "eu", frozenset({"XB"}))


def agreed(house: House, book: str) -> Counter[str]:
    """Rehearsed, approved and carried out with the over-reach of its claim."""
    yes = [beyond(house, book)]
    (made,) = carry_out.rehearse(house.workspace, book, over_reach=yes, as_="blin")
    carry_out.approve(house.workspace, made.id, len(made.lines), over_reach=yes, despite=True, as_="mroy")
    became = carry_out.carry_out(house.workspace, made.id, as_="mroy").outcomes
    return Counter(str(outcome.what) for outcome in became.values())


def obstacles(house: House, book: str) -> list[str]:
    """What is in the way of the final report, of measures."""
    here = standing(house.workspace, book)
    return [one.text for one in in_the_way(house.workspace, book, here) if "due" in one.text or "set" in one.text]


def test_what_another_order_names_in_part_may_stay_by_its_over_reach_and_the_report_goes_on(gathered):
    other = "O-2"
    gathered.receive(other)
    gathered.confirm(other)
    gathered.accept(other)
    gathered.gather(found("I3", "V73", ("eu",), book=other), book=other)
    gathered.decide("I3")
    gathered.decide("I3", book=other)
    assert agreed(gathered, BOOK) == {"done": 1}
    end.end(gathered.workspace, BOOK, "All sold.", as_="awu")
    (waits,) = obstacles(gathered, BOOK)
    assert "would return what another claim still names" in waits
    assert agreed(gathered, other) == {"moot": 1}
    assert obstacles(gathered, BOOK) == obstacles(gathered, other) == []
    assert gathered.rehearse(BOOK) == gathered.rehearse(other) == ("", 0)
    assert gathered.shown("I3", "eu") is Effect.REMOVED
