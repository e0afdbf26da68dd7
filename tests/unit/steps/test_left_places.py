"""What was written is looked after, also where a storefront has left the settings, or its catalogue or its people have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rectify.steps import carry_out, end
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused

from .house import BOOK, House


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
