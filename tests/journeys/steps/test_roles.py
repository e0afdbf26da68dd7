"""Who may do what: every step refuses every role that the table of acts does not name, and leaves no entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rectify.steps import accept, carry_out, confirm, decide, end, hear, keep, pack_moves, receive, report, sweep, tell
from rectify.terms.case import Judgement
from rectify.terms.errors import RectifyError, Refused, Unknown
from rectify.terms.person import ALLOWED, Person, Role
from rectify.terms.territory import NOWHERE

from .house import BOOK, House, order

NOTHING = Path("nothing.yaml")
# act of `terms.person.ALLOWED` -> the steps that need it, called with what cannot succeed for anybody.
STEPS: dict[str, list[Callable[[House, str], object]]] = {
    "receive": [lambda h, p: receive.receive(h.workspace, order(territory=""), "o.yaml", as_=p)],
    "confirm": [lambda h, p: confirm.confirm(h.workspace, BOOK, as_=p)],
    "accept": [
        lambda h, p: accept.accept(h.workspace, BOOK, as_=p), lambda h, p: accept.ask(h.workspace, BOOK, "", as_=p),
        lambda h, p: accept.answered(h.workspace, BOOK, "", as_=p), lambda h, p: accept.challenge(h.workspace, BOOK, "", as_=p),
        lambda h, p: accept.refuse(h.workspace, BOOK, "", as_=p),
    ],
    "end": [
        lambda h, p: end.annul(h.workspace, BOOK, "", as_=p), lambda h, p: end.end(h.workspace, BOOK, "", as_=p),
        lambda h, p: end.narrow(h.workspace, BOOK, NOWHERE, "", from_start=True, as_=p),
    ],
    "sweep": [lambda h, p: sweep.sweep(h.workspace, "nothing", as_=p)],
    "decide": [lambda h, p: decide.decide(h.workspace, "nothing", Judgement.VIOLATION, "", as_=p)],
    "lot": [lambda h, p: decide.decide_lot(h.workspace, {}, Judgement.VIOLATION, "", as_=p)],
    "rehearse": [lambda h, p: carry_out.rehearse(h.workspace, "nothing", as_=p)],
    "approve": [
        lambda h, p: carry_out.approve(h.workspace, "nothing", 1, as_=p), lambda h, p: carry_out.send_back(h.workspace, "nothing", "", as_=p),
    ],
    "carry out": [lambda h, p: carry_out.carry_out(h.workspace, "nothing", as_=p)],
    "letters": [lambda h, p: tell.tell(h.workspace, "nothing", as_=p)],
    "record appeal": [lambda h, p: hear.record(h.workspace, "nothing", "", as_=p)],
    "appeal": [
        lambda h, p: hear.grant(h.workspace, "nothing", "", as_=p), lambda h, p: hear.deny(h.workspace, "nothing", "", as_=p),
        lambda h, p: hear.pass_on(h.workspace, "nothing", "", as_=p),
    ],
    "report": [lambda h, p: report.report(h.workspace, "nothing", Path("nowhere"), as_=p)],
    "authority": [lambda h, p: keep.add_authorities(h.workspace, NOTHING, as_=p)],
    "register": [lambda h, p: keep.take_register(h.workspace, NOTHING, as_=p)],
    "pack": [lambda h, p: pack_moves.shadow(h.workspace, "nothing", as_=p)],
    "promote": [
        lambda h, p: pack_moves.promote(h.workspace, "nothing", as_=p),
        lambda h, p: pack_moves.withdraw(h.workspace, "nothing", "Why not.", as_=p),
    ],
    "bind": [lambda h, p: keep.bind_account(h.workspace, "x", "y/z", "", as_=p)],
}  # fmt: skip


@pytest.mark.parametrize("act", STEPS)
def test_a_step_is_refused_to_every_role_that_its_act_does_not_name(act, done):
    done.set(people={role.value: Person(role.value, frozenset({role})) for role in Role})
    for role in Role:
        size = done.ledger.size()
        for step in STEPS[act]:
            with pytest.raises(RectifyError) as caught:
                step(done, role.value)
            refused = f"{role.value} ({role.value}) may not do this: {act}" in str(caught.value)
            assert refused == (role not in ALLOWED[act]), (act, role, str(caught.value))
        named = int(role in ALLOWED[act])  # who may is given a surrogate, and no more
        assert done.ledger.size() == size + named


def test_every_act_of_the_table_has_a_step():
    assert set(STEPS) == set(ALLOWED)


def test_nobody_acts_without_a_name_where_several_could(received):
    with pytest.raises(Refused, match="nobody is named who does this"):
        confirm.confirm(received.workspace, BOOK)
    with pytest.raises(Unknown, match=r'nobody in rectify.yaml is called "awo"') as caught:
        confirm.confirm(received.workspace, BOOK, as_="awo")
    assert 'did you mean "awu"?' in caught.value.remedy


def test_a_refusal_names_who_may(received):
    with pytest.raises(Refused) as caught:
        confirm.confirm(received.workspace, BOOK, as_="kim")
    assert caught.value.remedy == "who may: awu, lena"


def test_a_person_keeps_one_surrogate_and_a_new_role_is_noted(begun):
    first = begun.workspace.person("receive", "kim")
    assert begun.workspace.person("receive", "kim") == first
    people = dict(begun.workspace.settings.people)
    people["kim"] = Person("kim", frozenset({Role.CLERK, Role.LEGAL}))
    begun.set(people=people)
    assert begun.workspace.person("confirm", "kim").surrogate == first.surrogate
    assert begun.kinds()[-1] == "person_named"
