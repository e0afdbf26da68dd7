"""Rehearse, approve, carry out: that set only, by two persons, once, and never what no live claim asks for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from rectify.measures.bodies import OverReach
from rectify.measures.connector import Capabilities, HostPlace
from rectify.settings import Limits
from rectify.steps import accept, carry_out, end, hear
from rectify.terms.claim import Effect
from rectify.terms.entry import Draft
from rectify.terms.errors import Broken, RectifyError, Refused, Unknown
from rectify.terms.measure import OutcomeKind

from .house import BOOK, SWEPT, House, found
from .test_states import race


def test_a_rehearsal_writes_nothing_at_the_host(decided):
    before = dict(decided.host.cells)
    decided.rehearse()
    assert decided.host.cells == before


def test_nothing_is_carried_out_that_was_not_approved(decided):
    digest, _ = decided.rehearse()
    with pytest.raises(Refused, match="not approved"):
        carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert decided.shown("I1") is Effect.OPEN


def test_an_approval_that_was_only_written_into_a_table_is_none(decided):
    digest, _ = decided.rehearse()
    with decided.store.writing() as connection:
        connection.execute(text("UPDATE measures_sets SET approved_by = 'person-0009'"))
    with pytest.raises(Refused, match="no entry of the ledger approves the set"):
        carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert decided.shown("I1") is Effect.OPEN


def test_nothing_is_carried_out_while_a_table_points_elsewhere_than_the_ledger(decided):
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    with decided.store.writing() as connection:
        connection.execute(text("UPDATE measures_targets SET host_id = 'I9' WHERE host_id = 'I1'"))
    with pytest.raises(Broken, match="measures_targets"):
        carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert decided.shown("I1") is Effect.OPEN


def test_nobody_approves_what_they_rehearsed_where_another_person_is_asked_for(decided):
    digest, measures = decided.rehearse(as_="mroy")
    with pytest.raises(Refused, match="rehearsed themselves"):
        carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    decided.set(another_person=frozenset())  # a firm of one
    assert carry_out.approve(decided.workspace, digest, measures, as_="mroy").id == digest


def test_a_set_is_approved_by_its_exact_number_and_once(decided):
    digest, measures = decided.rehearse()
    for wrong in (0, measures - 1, measures + 1):
        with pytest.raises(Refused, match=f"{measures} measures, not {wrong}"):
            carry_out.approve(decided.workspace, digest, wrong, as_="mroy")
    told = race(
        *(lambda who=who: carry_out.approve(decided.workspace, digest, measures, as_=who) for who in ("mroy", "awu"))
    )  # type: ignore[misc]
    assert told.count(None) == 1
    assert decided.kinds(BOOK).count("approved") == 1


def test_what_was_sent_back_is_never_approved_or_carried_out(decided):
    digest, measures = decided.rehearse()
    carry_out.send_back(decided.workspace, digest, "Look at GW-2 again.", as_="mroy")
    with pytest.raises(Refused, match="sent back"):
        carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    with pytest.raises(Refused):
        carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert decided.rehearse()[1] == measures  # it is due all the same, in a new set


def test_a_set_is_named_by_six_signs_of_its_digest_at_least(decided):
    digest, _ = decided.rehearse()
    assert carry_out.set_of(decided.workspace, digest[:6]).id == digest
    for wrong in (digest[:5], "", "zzzzzz"):
        with pytest.raises(Unknown, match="no set has the digest"):
            carry_out.set_of(decided.workspace, wrong)


@pytest.mark.parametrize("attempt", range(3))
def test_two_who_carry_out_one_set_at_once_do_each_measure_once(decided, attempt):
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    written: list[str] = []
    write = decided.host.write
    decided.host.write = lambda changes: (written.extend(c.key for c in changes), write(changes))[1]  # type: ignore[method-assign]
    told = race(*(lambda who=who: carry_out.carry_out(decided.workspace, digest, as_=who) for who in ("mroy", "awu")))  # type: ignore[misc]
    assert told == [None, None]
    assert decided.kinds(BOOK).count("attempted") == 2
    assert {decided.shown("I1"), decided.shown("I2")} == {Effect.REMOVED}
    assert all(cell.version == 2 for place, cell in decided.host.cells.items() if cell.state is Effect.REMOVED)


def test_carried_out_again_nothing_is_sent_again(done):
    sets = [entry.body["set"] for entry in done.ledger.entries(book=BOOK, kinds=["approved"])]
    done.host.write = None  # type: ignore[method-assign]  (would fail if it were called)
    made = carry_out.carry_out(done.workspace, sets[0], as_="mroy")
    assert made.counts == {OutcomeKind.DONE: 2}


def test_what_moved_since_the_rehearsal_is_left_out_and_what_is_gone_is_moot(decided):
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    decided.host.put(HostPlace("item", "I1", "xa"), Effect.LABELLED)
    decided.host.act("item", "I2", "delete")
    made = carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert made.counts == {OutcomeKind.LEFT_OUT: 1, OutcomeKind.MOOT: 1}
    assert decided.shown("I1") is Effect.LABELLED


@pytest.mark.parametrize("how", ["annul", "end", "grant", "narrow"])
def test_a_claim_that_fell_after_the_approval_is_not_carried_out(decided, how):
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    if how == "annul":
        end.annul(decided.workspace, BOOK, "The court.", as_="awu")
    elif how == "end":
        end.end(decided.workspace, BOOK, "All sold.", as_="awu")
    elif how == "narrow":
        end.narrow(decided.workspace, BOOK, frozenset(), "Nowhere.", from_start=False, as_="awu")
    else:
        for item in ("I1", "I2"):
            appeal = hear.record(decided.workspace, decided.case(item).id, "It is a cover.", as_="kim")
            hear.grant(decided.workspace, appeal, "It is.", as_="mroy")
    made = carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert OutcomeKind.DONE not in made.counts
    assert {decided.shown("I1"), decided.shown("I2")} == {Effect.OPEN}


def test_an_order_that_is_annulled_while_it_is_carried_out_leaves_nothing_down(decided):
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    told = race(
        lambda: carry_out.carry_out(decided.workspace, digest, as_="mroy"),
        lambda: end.annul(decided.workspace, BOOK, "The court.", as_="awu"),
    )
    assert told == [None, None]
    if decided.rehearse()[1]:
        decided.carry_out()
    assert {decided.shown("I1"), decided.shown("I2")} == {Effect.OPEN}
    assert decided.rehearse() == ("", 0)


# where the order reaches


def test_a_storefront_that_reaches_further_is_left_alone_until_its_over_reach_is_approved_by_name(gathered):
    gathered.decide("I3")  # in eu: XA and XB
    assert gathered.rehearse() == ("", 0)
    (claim,) = gathered.claims()
    beyond = [OverReach(claim.id, "eu", frozenset({"XB"}))]
    (made,) = carry_out.rehearse(gathered.workspace, BOOK, over_reach=beyond, as_="blin")
    with pytest.raises(Refused, match="rests on this over-reach"):
        carry_out.approve(gathered.workspace, made.id, 1, as_="mroy")
    for wrong in ([OverReach(claim.id, "eu", frozenset({"XB", "XC"}))], [OverReach(claim.id, "xb", frozenset({"XB"}))]):
        with pytest.raises(RectifyError):
            carry_out.approve(gathered.workspace, made.id, 1, over_reach=wrong, as_="mroy")
    assert gathered.shown("I3", "eu") is Effect.OPEN
    carry_out.approve(gathered.workspace, made.id, 1, over_reach=beyond, as_="mroy")
    carry_out.carry_out(gathered.workspace, made.id, as_="mroy")
    assert gathered.shown("I3", "eu") is Effect.REMOVED


def test_over_reach_that_is_none_is_refused(gathered):
    gathered.decide("I1")
    (claim,) = gathered.claims()
    for wrong in (
        OverReach(claim.id, "xa", frozenset({"XB"})),
        OverReach(claim.id, "eu", frozenset({"XA"})),
        OverReach("c", "eu", frozenset({"XB"})),
    ):
        with pytest.raises(RectifyError):
            carry_out.rehearse(gathered.workspace, BOOK, over_reach=[wrong], as_="blin")


def test_an_item_stays_visible_where_the_order_does_not_reach(decided):
    decided.carry_out()
    assert decided.shown("I2", "xa") is Effect.REMOVED
    assert decided.shown("I2", "xb") is Effect.OPEN


def test_an_item_whose_storefronts_nobody_knows_is_left_alone(accepted):
    accepted.gather(found("I1", shops=None))
    accepted.decide("I1")
    (made,) = carry_out.rehearse(accepted.workspace, BOOK, as_="blin")
    assert made.id == ""
    assert "storefronts are unknown" in str(made.left_out)


# what the host can do


def test_a_host_that_cannot_compare_and_set_is_never_written_to(decided):
    decided.host.able = Capabilities(frozenset({"remove_item"}), compare_and_set=False)
    with pytest.raises(Refused, match="cannot compare and set"):
        decided.rehearse()


def test_a_host_that_cannot_undo_holds_the_set_with_those_words(decided):
    decided.host.able = Capabilities(frozenset({"remove_item"}), undo=False)
    (made,) = carry_out.rehearse(decided.workspace, BOOK, as_="blin")
    assert any("cannot be undone" in hold.reason for hold in made.holds)
    with pytest.raises(Refused, match="the set is held"):
        carry_out.approve(decided.workspace, made.id, len(made.lines), as_="mroy")
    carry_out.approve(decided.workspace, made.id, len(made.lines), despite=True, as_="mroy")


def test_what_the_host_cannot_write_narrowly_is_refused_and_never_widened(decided):
    decided.host.able = Capabilities(frozenset({"restrict_item"}))
    (made,) = carry_out.rehearse(decided.workspace, BOOK, as_="blin")
    assert made.id == ""
    assert {task.what for task in made.tasks} == {"cannot be done here"}


def test_a_set_over_the_limits_is_held(decided):
    decided.set(limits=Limits(measures=1))
    (made,) = carry_out.rehearse(decided.workspace, BOOK, as_="blin")
    assert [hold.reason for hold in made.holds] == ["2 measures are over the limit of 1 in one set"]


def test_a_limit_of_everything_is_told_as_100_percent(decided):
    decided.set(limits=Limits(share=Decimal("1")))
    with decided.ledger.writing(decided.workspace.now, "system") as writing:
        writing.append(Draft("swept", BOOK, {**SWEPT, "sweep": "sweep-2", "rows": 1}))
    (made,) = carry_out.rehearse(decided.workspace, BOOK, as_="blin")
    assert "the limit of 100 %" in made.holds[0].reason


def test_a_host_that_dies_leaves_an_unknown_outcome_and_nothing_is_sent_twice(decided):
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    write = decided.host.write

    def dies(changes: object) -> None:
        write(changes)  # type: ignore[arg-type]  # it had its effect
        raise ConnectionError("cut after the effect, before the answer")

    decided.host.write = dies  # type: ignore[method-assign, assignment]
    made = carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert made.counts == {OutcomeKind.UNKNOWN: 2}
    assert decided.rehearse() == ("", 0)  # until it is settled nothing more is done there
    decided.host.write = write  # type: ignore[method-assign]
    again = carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert again.counts == {OutcomeKind.DONE: 2}
    assert all(cell.version == 2 for cell in decided.host.cells.values() if cell.state is Effect.REMOVED)


# undoing


def test_an_undo_restores_what_the_host_itself_had_chosen(gathered):
    gathered.host.put(HostPlace("item", "I1", "xa"), Effect.LABELLED)
    gathered.decide("I1")
    gathered.carry_out()
    assert gathered.shown("I1") is Effect.REMOVED
    end.annul(gathered.workspace, BOOK, "The court.", as_="awu")
    gathered.carry_out()
    assert gathered.shown("I1") is Effect.LABELLED


def test_what_the_host_removed_itself_is_never_put_back(done):
    done.host.put(HostPlace("item", "I1", "xa"), Effect.REMOVED)  # by its own hand, the same state
    end.annul(done.workspace, BOOK, "The court.", as_="awu")
    done.carry_out()
    assert done.shown("I1") is Effect.REMOVED
    assert done.shown("I2") is Effect.OPEN


def test_an_undo_waits_for_two_persons_too(done):
    end.annul(done.workspace, BOOK, "The court.", as_="awu")
    digest, measures = done.rehearse(as_="mroy")
    assert measures == 2
    with pytest.raises(Refused, match="rehearsed themselves"):
        carry_out.approve(done.workspace, digest, measures, as_="mroy")
    assert done.shown("I1") is Effect.REMOVED


def test_two_orders_hold_one_item_and_it_comes_back_with_the_last(done):
    done.receive("O-2")
    done.confirm("O-2")
    accept.accept(done.workspace, "O-2", as_="awu")
    done.gather(found("I1", book="O-2"), book="O-2")
    done.decide("I1", book="O-2")
    assert done.rehearse("O-2") == ("", 0)  # it is down already
    end.annul(done.workspace, BOOK, "The court.", as_="awu")
    done.carry_out()
    assert (done.shown("I1"), done.shown("I2")) == (Effect.REMOVED, Effect.OPEN)
    end.end(done.workspace, "O-2", "All sold.", as_="awu")
    done.carry_out("O-2")
    assert done.shown("I1") is Effect.OPEN


def test_the_catalogue_of_a_set_must_still_be_among_the_settings(decided):
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, as_="mroy")
    decided.set(catalogues={})
    with pytest.raises(Refused, match="catalogue of this set"):
        carry_out.carry_out(decided.workspace, digest, as_="mroy")


def test_a_house_without_claims_has_nothing_to_rehearse(accepted: House):
    assert accepted.rehearse() == ("", 0)
    assert "rehearsed" not in accepted.kinds()
