"""Appeals: answered by another person, with reasons, once; every outcome sends its letter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rectify.cases.show import appeal as appeal_shown
from rectify.cases.tasks import open_tasks
from rectify.letters.records import letters_of
from rectify.steps import hear
from rectify.terms.case import CaseState, Judgement
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused, Unknown

from .house import BOOK, House
from .test_states import race


def appealed(house: House, item: str = "I1", kind: str = "not_covered") -> str:
    """An appeal about an item's case."""
    return hear.record(house.workspace, house.case(item).id, "It is a cover, no pram.", kind=kind, as_="kim")


def told(house: House) -> list[str]:
    """Occasions of the letters to parties, in order."""
    with house.ledger.reading() as connection:
        found = letters_of(house.ledger, connection, book=BOOK)
    return [str(letter.occasion) for letter in found if letter.occasion not in ("acknowledgement", "removed")]


def test_an_appeal_says_something_about_a_decision_and_came_in_before_now(done, gathered):
    with pytest.raises(Refused, match="never decided a violation"):
        appealed(gathered)


def test_an_appeal_is_refused_when_empty_of_an_unknown_kind_or_from_the_future(done):
    case = done.case("I1").id
    with pytest.raises(Refused, match="says nothing"):
        hear.record(done.workspace, case, " \n ", as_="kim")
    with pytest.raises(Refused):
        hear.record(done.workspace, case, "It is a cover.", kind="unfair", as_="kim")
    with pytest.raises(Refused, match="not yet"):
        hear.record(done.workspace, case, "It is a cover.", received=done.workspace.now + timedelta(hours=1), as_="kim")
    assert "appealed" not in done.kinds()


def test_who_decided_the_case_does_not_answer_the_appeal(done):
    name = appealed(done)
    for answer in (hear.grant, hear.deny):
        with pytest.raises(Refused, match="another person answers"):
            answer(done.workspace, name, "So I see it.", as_="blin")
    assert told(done) == ["appeal_received"]
    done.set(another_person=frozenset())
    hear.deny(done.workspace, name, "So I see it.", as_="blin")


def test_an_answer_needs_reasons(done):
    name = appealed(done)
    for answer in (hear.grant, hear.deny, hear.pass_on):
        with pytest.raises(Refused, match="reasons"):
            answer(done.workspace, name, " ", as_="mroy")


def test_a_grant_ends_the_claim_from_the_start_and_tells(done):
    name = appealed(done)
    hear.grant(done.workspace, name, "It is a cover.", as_="mroy")
    claim = next(one for one in done.claims() if one.case == done.case("I1").id)
    assert (claim.reach, claim.upheld) == (frozenset(), frozenset())
    assert done.case("I1").state is CaseState.OUTSIDE
    assert told(done) == ["appeal_received", "appeal_granted"]
    assert done.carry_out() == {"done": 1}
    assert done.shown("I1") is Effect.OPEN


def test_a_grant_can_say_that_it_is_no_violation_at_all(done):
    hear.grant(done.workspace, appealed(done), "It is a cover.", covers=False, as_="mroy")
    assert done.case("I1").state is CaseState.NO_VIOLATION


def test_a_denial_tells_and_leaves_the_claim(done):
    hear.deny(done.workspace, appealed(done), "It is the pram itself.", as_="mroy")
    assert told(done) == ["appeal_received", "appeal_denied"]
    assert all(claim.reach for claim in done.claims())
    assert done.rehearse() == ("", 0)


def test_an_appeal_against_the_order_is_passed_on_and_never_granted(done):
    name = appealed(done, kind="order_wrong")
    with pytest.raises(Refused, match="only the authority or a court"):
        hear.grant(done.workspace, name, "It is wrong.", as_="mroy")
    task = hear.pass_on(done.workspace, name, "The office decides.", as_="mroy")
    with done.ledger.reading() as connection:
        assert task in [one.id for one in open_tasks(done.ledger, connection, book=BOOK)]
        assert appeal_shown(done.ledger, connection, name).state == "passed_on"
    assert told(done) == ["appeal_received", "appeal_passed_on"]


def test_what_the_order_covers_is_decided_here_and_not_passed_on(done):
    with pytest.raises(Refused, match="decided here"):
        hear.pass_on(done.workspace, appealed(done), "Let them see.", as_="mroy")


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_answer_at_once_one_does_and_one_letter_leaves(done, attempt):
    name = appealed(done)
    came = race(
        lambda: hear.grant(done.workspace, name, "It is a cover.", as_="mroy"),
        lambda: hear.deny(done.workspace, name, "It is the pram.", as_="awu"),
    )
    assert came.count(None) == 1
    assert len(told(done)) == 2
    with done.ledger.reading() as connection:
        state = appeal_shown(done.ledger, connection, name).state
    assert told(done)[1] == f"appeal_{state}"


def test_an_appeal_that_was_granted_stays_granted(done):
    name = appealed(done)
    hear.grant(done.workspace, name, "It is a cover.", as_="mroy")
    with pytest.raises(Refused, match="it stays granted"):
        hear.deny(done.workspace, name, "On second thought.", as_="awu")


def test_one_appeal_of_a_kind_is_open_at_a_time(done):
    first = appealed(done)
    with pytest.raises(Refused, match=f"the appeal {first} of this kind is open"):
        appealed(done)
    appealed(done, kind="order_wrong")
    appealed(done, "I2")


def test_an_appeal_that_is_not_there_is_refused_by_name(done):
    with pytest.raises(Unknown, match='no appeal is called "appeal-x"'):
        hear.grant(done.workspace, "appeal-x", "Why.", as_="mroy")


def test_an_answer_that_names_somebody_here_is_stopped_whole(done):
    name = appealed(done)
    with pytest.raises(Refused):
        hear.deny(done.workspace, name, "blin has looked at it twice.", as_="mroy")
    with done.ledger.reading() as connection:
        assert appeal_shown(done.ledger, connection, name).state == "open"
    assert "appeal_decided" not in done.kinds()


def test_the_party_is_written_to_in_its_language(done):
    appealed(done, "I2")
    with done.ledger.reading() as connection:
        last = letters_of(done.ledger, connection, book=BOOK)[-1]
    assert (last.languages, last.address) == (("zh",), "quill@mailbox.example")
    assert Judgement.VIOLATION not in last.body
