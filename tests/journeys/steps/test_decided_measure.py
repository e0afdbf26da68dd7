"""What is decided is what is claimed; and a question about an item frees nothing that was taken on its account."""

from __future__ import annotations

import pytest

from rectify.measures.connector import HostPlace
from rectify.steps import carry_out, decide
from rectify.terms.case import Judgement
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused
from rectify.terms.measure import Outcome, OutcomeKind

from .house import BOOK, House, found


@pytest.fixture
def asking(begun, monkeypatch):
    """Accepts the recall with measures listed, under a rule that asks for one, and finds I1."""

    def ask(rule: str, listed: str) -> House:
        begun.receive(addressees=f"[{{operator: Example Market Ltd, measures: [{listed}], tasks: [report]}}]")
        begun.confirm()
        begun.accept()
        monkeypatch.setattr(decide, "rule_measure", lambda packs, rules: rule)
        begun.gather(found("I1"))
        return begun

    return ask


@pytest.mark.parametrize(
    ("rule", "listed", "claimed"),
    [
        ("warn_account", "remove_item, warn_account", ("item", "warn_account", Effect.OPEN)),
        ("tell_buyers", "remove_item, tell_buyers", ("buyers", "tell_buyers", Effect.LABELLED)),
        ("suspend_service", "remove_item, suspend_service", ("account", "suspend_service", Effect.RESTRICTED)),
    ],
)
def test_a_decision_claims_the_measure_that_it_names(asking, rule, listed, claimed):
    house = asking(rule, listed)
    house.decide("I1")
    (entry,) = house.ledger.entries(book=BOOK, kinds=["decided"])
    assert entry.body["measure"] == rule
    assert [(claim.kind, claim.measure, claim.effect) for claim in house.claims()] == [claimed]


def test_a_decision_whose_claim_would_be_another_measure_is_refused(asking, monkeypatch):
    house = asking("warn_account", "remove_item, warn_account")
    monkeypatch.setattr(decide, "_measure", lambda *_, **__: "label_item")
    with pytest.raises(Refused, match='the decision says "label_item" and its claim would be "remove_item"'):
        house.decide("I1")
    assert "decided" not in house.kinds()
    assert house.claims() == []


def test_a_question_frees_no_account_that_the_case_suspended(asking):
    house = asking("suspend_service", "suspend_service")
    for code in ("XA", "XB"):
        house.host.put(HostPlace("account", "V71", code), Effect.OPEN)
    house.decide("I1")
    assert house.carry_out() == {"done": 1}
    house.gather(found("I1", seen="2"))
    house.decide("I1", Judgement.ASKED)
    assert [sorted(claim.reach) for claim in house.claims()] == [["XA"]]
    assert house.rehearse() == ("", 0)


def test_a_question_frees_nothing_while_nobody_knows_whether_it_was_taken(asking):
    house = asking("remove_item", "remove_item")
    house.decide("I1")
    digest, measures = house.rehearse()
    carry_out.approve(house.workspace, digest, measures, despite=True, as_="mroy")
    plain = house.host.write

    def mute(changes):
        plain(changes)
        return [Outcome(change.key, OutcomeKind.UNKNOWN) for change in changes]

    house.host.write = mute
    carry_out.carry_out(house.workspace, digest, as_="mroy")
    house.host.write = plain
    house.gather(found("I1", seen="2"))
    house.decide("I1", Judgement.ASKED)
    assert carry_out.carry_out(house.workspace, digest, as_="mroy").counts == {OutcomeKind.DONE: 1}
    assert house.rehearse() == ("", 0)
    assert house.shown("I1") is Effect.REMOVED
