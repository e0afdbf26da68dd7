"""The smallest histories of sets: an undo that became contested, over-reach alone, two runs that meet (docs/why/claims.md)."""

from __future__ import annotations

from tests.journeys.law_world import DAY, T0, XA, XB, now, told

from rectify.measures import carry_out, claims
from rectify.measures.bodies import OverReach
from rectify.measures.connector import HostPlace
from rectify.terms.claim import Effect
from rectify.terms.measure import OutcomeKind

OPEN, LABELLED, RESTRICTED, REMOVED, GONE = Effect
EU = {"eu": XA | XB}


def undo_agreed(market, measure="remove_item", **kind):
    """A removed in eu and is annulled; its undo is approved while nobody else names the item."""
    world = market(shops=EU, **kind)
    world.claim("recall", "i", "a", measure)
    world.rest()
    world.act(claims.annul, "recall")
    undo = world.rehearse("recall")
    world.approve(undo)
    return world, undo


# 7, 9: an undo that became contested after it was approved as plain


def test_an_undo_that_became_contested_since_it_was_approved_is_left_out(market):
    world, undo = undo_agreed(market)
    world.claim("licence", "i", "a", "restrict_item", territories=XB)
    assert world.carry_out(undo.id).counts == {OutcomeKind.LEFT_OUT: 1}
    assert now(world, "eu") is REMOVED
    assert len(world.rehearse("recall", contested=True).lines) == 1


def test_a_lost_undo_that_became_contested_is_overtaken_and_not_sent_again(market):
    world, undo = undo_agreed(market)
    world.host.faults = [("lost", OPEN)]
    world.carry_out(undo.id)
    world.claim("licence", "i", "a", "restrict_item", territories=XB)
    world.settle()
    assert world.book.outcomes[f"{undo.id}/0"].what is OutcomeKind.REFUSED
    assert now(world, "eu") is REMOVED


def test_an_undo_approved_as_contested_is_sent_also_again_after_it_was_lost(market):
    for fault in ("ok", "lost"):
        world, _ = undo_agreed(market)
        world.claim("licence", "i", "a", "restrict_item", territories=XB)
        world.approve(apart := world.rehearse("recall", contested=True))
        world.host.faults = [(fault, OPEN)]
        world.carry_out(apart.id)
        world.settle()
        assert world.book.outcomes[f"{apart.id}/0"].what is OutcomeKind.DONE
        assert now(world, "eu") is OPEN


# 7: over-reach alone


def removed_for_one_named_by_another(market, **kind):
    """A removed in eu; B asks for the same in XB only; A ends: the undo is contested."""
    world = market(shops=EU, **kind)
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    (claim,) = world.claim("licence", "i", "a", "remove_item", territories=XB)
    return world, OverReach(claim.id, "eu", XA)


def test_what_stands_is_kept_by_over_reach_that_is_approved_though_nothing_is_written(market):
    for paper in (True, False):
        world, yes = removed_for_one_named_by_another(market, paper=paper)
        world.act(claims.end, "recall")
        made = world.rehearse("licence", over_reach=[yes])
        (line,) = made.lines
        assert (line.name, line.measure.found, line.measure.wanted) == ("remove_item", REMOVED, REMOVED)
        assert line.over_reach == (yes,)
        assert world.approve(made) == [yes]
        assert world.carry_out(made.id).counts == {OutcomeKind.MOOT: 1}
        assert world.rest() == set()
        assert now(world, "eu") is REMOVED


def test_over_reach_can_be_approved_before_the_other_order_ends(market):
    world, yes = removed_for_one_named_by_another(market)
    world.approve(world.rehearse("licence", over_reach=[yes]))
    world.act(claims.end, "recall")
    assert world.rest() == set()
    assert now(world, "eu") is REMOVED


def test_over_reach_that_would_not_keep_what_stands_makes_no_set(market):
    world = market(shops={"all": XA | XB | {"XC"}})
    for order in ("one", "two"):
        world.order(order, XA | XB | {"XC"})
    world.claim("one", "i", "a", "remove_item")
    world.rest()
    (claim,) = world.claim("two", "i", "a", "remove_item", territories=XB)
    world.act(claims.end, "one")
    assert world.rehearse("two", over_reach=[OverReach(claim.id, "all", XA)]).id == ""


def three(market):
    """A names XA, C names XC, in a storefront that sells into XB too."""
    world = market(shops={"all": XA | XB | {"XC"}}, paper=False)
    for order in ("one", "two"):
        world.order(order, XA | XB | {"XC"})
    (first,) = world.claim("one", "i", "a", "remove_item", territories=XA)
    world.claim("two", "i", "a", "remove_item", territories=frozenset({"XC"}))
    return world, first.id


def agreed(world, order, **more):
    made = world.rehearse(order, **more)
    world.approve(made)
    world.carry_out(made.id)
    return made


def test_a_yes_to_some_territories_is_no_yes_to_the_rest(market):
    world, claim = three(market)
    made = agreed(world, "one", over_reach=[OverReach(claim, "all", XB)])
    assert made.lines[0].over_reach == (OverReach(claim, "all", XB),)
    assert world.book.beyond[claim, "all"] == XB


def test_a_later_yes_leaves_the_earlier(market):
    world, claim = three(market)
    agreed(world, "one", over_reach=[OverReach(claim, "all", XB)])
    world.act(claims.end, "two")
    world.put("item", "i", "all", OPEN)
    agreed(world, "one", over_reach=[OverReach(claim, "all", frozenset({"XC"}))])
    assert world.book.beyond[claim, "all"] == XB | {"XC"}
    assert now(world, "all") is REMOVED


# 9: two runs of one set meet


def meeting(world, digest, before, after=lambda: None):
    """Carries a set out while another run of it is quicker: the other one runs between look and first batch."""
    first = carry_out._carry

    def carry(*given):
        carry_out._carry = first
        before()
        world.carry_out(digest)
        after()
        return first(*given)

    carry_out._carry = carry
    try:
        return world.carry_out(digest)
    finally:
        carry_out._carry = first


def said(world):
    return [
        (o.entry.kind, o.body.get("what")) for o in world.ledger.opened() if o.entry.kind in ("attempted", "outcome")
    ]


def test_a_measure_that_another_run_left_out_is_not_carried_out_after_all(market):
    world = market(paper=False)
    world.claim("recall", "i", "a", "remove_item")
    world.approve(made := world.rehearse("recall"))
    place = HostPlace("item", "i", "xa")
    found = meeting(world, made.id, lambda: world.host_sets(place, LABELLED), lambda: world.host_sets(place, OPEN))
    assert said(world) == [("outcome", "left out")]
    assert found.counts == {OutcomeKind.LEFT_OUT: 1}


def test_a_measure_that_another_run_could_not_read_has_one_outcome(market):
    world = market(paper=False)
    world.claim("recall", "i", "a", "remove_item")
    world.approve(made := world.rehearse("recall"))
    meeting(world, made.id, lambda: setattr(world.host, "blind", 1))
    assert said(world) == [("outcome", "left out")]


# 9: planned afresh, claims included, on the way down too


def test_an_undo_in_part_names_what_still_holds_also_past_its_term(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    (held,) = world.claim("licence", "i", "a", "restrict_item", until=T0 + DAY)
    world.rest()
    world.now = T0 + 2 * DAY
    world.act(claims.end, "recall")
    (line,) = world.rehearse("recall").lines
    assert (line.measure.wanted, line.measure.claims) == (RESTRICTED, (held.id,))


def test_an_undo_whose_remaining_claims_changed_is_left_out(market):
    world = market()
    for order, measure in (("recall", "remove_item"), ("licence", "restrict_item")):
        world.claim(order, "i", "a", measure)
    world.rest()
    world.act(claims.end, "recall")
    world.approve(undo := world.rehearse("recall"))
    world.order("third", XA)
    world.claim("third", "i", "a", "restrict_item")
    assert world.carry_out(undo.id).counts == {OutcomeKind.LEFT_OUT: 1}


# 10: moot


def test_what_is_gone_when_it_is_carried_out_is_moot(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    world.approve(made := world.rehearse("recall"))
    world.host_acts("item", "i", "delete")
    assert world.carry_out(made.id).counts == {OutcomeKind.MOOT: 1}


def test_nothing_is_moot_while_an_outcome_there_is_unknown(market):
    world = market()
    sets = []
    for order in ("recall", "licence"):
        world.claim(order, "i", "a", "remove_item")
    for order in ("recall", "licence"):
        world.approve(made := world.rehearse(order))
        sets.append(made.id)
    world.host.faults = [("mute", OPEN)]
    world.carry_out(sets[0])
    assert now(world) is REMOVED
    assert world.carry_out(sets[1]).counts == {OutcomeKind.LEFT_OUT: 1}


def test_a_rehearsal_names_the_set_of_another_order_whose_outcome_is_unknown(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    world.approve(made := world.rehearse("recall"))
    world.host.faults = [("lost", OPEN)]
    world.carry_out(made.id)
    world.claim("licence", "i", "a", "remove_item")
    blocked = world.rehearse("licence")
    assert told("outcome unknown") == {(task.what, task.place.storefront) for task in blocked.tasks}
    (left,) = blocked.left_out
    assert left["place"] == ["i", "xa"]
    assert f"rectify measures carry-out {made.id[:12]}" in left["reason"]
