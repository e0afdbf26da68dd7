"""Whoever writes into the tables carries nothing out: a set rests on the entries of the ledger alone."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from tests.journeys.law_world import XA, XB

from rectify.measures.proven import prove
from rectify.terms.errors import Broken, Refused


@pytest.fixture
def world(market):
    made = market(shops={"xa": XA, "xb": XB}, paper=False)
    made.claim("recall", "i", "a", "remove_item")
    made.order("licence", XA | XB, measures=["remove_item", "warn_account"])
    made.claim("licence", "i", "a", "remove_item")
    made.claim("licence", "j", "a", "remove_item")
    return made


def carry_out(world, digest):
    """As the step does it."""
    prove(world.ledger, digest)
    return world.carry_out(digest)


def write(world, statement):
    with world.ledger.store.writing() as connection:
        assert connection.execute(text(statement)).rowcount, statement


def test_an_approval_that_stands_in_no_entry_carries_nothing_out(world):
    made = world.rehearse("recall")
    write(world, "UPDATE measures_sets SET approved_by = 'person-9'")
    with pytest.raises(Refused, match="no entry of the ledger approves"):
        carry_out(world, made.id)
    assert world.host.landed == {}


def test_what_was_approved_in_truth_is_carried_out_also_again(world):
    made = world.rehearse("recall")
    world.approve(made)
    assert len(carry_out(world, made.id).outcomes) == 2
    carry_out(world, made.id)
    prove(world.ledger, made.id)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE measures_sets SET approved_by = 'person-9'", "measures_sets"),
        ("UPDATE measures_sets SET lines = replace(lines, '\"removed\"', '\"labelled\"')", "measures_sets"),
        ("UPDATE measures_sets SET holds = '[]', book = 'licence'", "measures_sets"),
        ("UPDATE measures_targets SET host_id = 'another'", "measures_targets"),
        ("UPDATE measures_claims SET reach = '[\"XA\"]' WHERE ground = 'recall'", "measures_claims"),
        ("DELETE FROM measures_claims WHERE ground = 'licence'", "measures_claims"),
        ("UPDATE measures_claims SET sequence = 1000 - sequence", "measures_claims"),
        ("UPDATE measures_grounds SET reach = '[\"XA\", \"XB\", \"XC\"]' WHERE ground = 'recall'", "measures_grounds"),
        ("DELETE FROM measures_grounds WHERE ground = 'licence'", "measures_grounds"),
        ("UPDATE measures_acts SET act = 'warning'", "measures_acts"),
        ("INSERT INTO measures_beyond VALUES ('claim-1', 'xa', '[\"XB\"]', 9, 'recall')", "measures_beyond"),
        ("INSERT INTO measures_stated SELECT target, 'xa', '1', 0, 9, 'recall' FROM measures_targets", "measures_stated"),
    ],
)  # fmt: skip
def test_every_table_that_bears_on_a_set_is_compared_and_named(world, statement, named):
    made = world.rehearse("recall")
    world.approve(made)
    write(world, statement)
    with pytest.raises(Broken, match=named):
        carry_out(world, made.id)
    assert world.host.landed == {}


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE measures_outcomes SET version = '77'", "measures_outcomes"),
        ("DELETE FROM measures_outcomes", "measures_outcomes"),
        ("DELETE FROM measures_attempts", "measures_attempts"),
    ],
)
def test_what_was_done_before_is_compared_too(world, statement, named):
    made = world.rehearse("recall")
    world.approve(made)
    carry_out(world, made.id)
    write(world, statement)
    with pytest.raises(Broken, match=named):
        carry_out(world, made.id)
