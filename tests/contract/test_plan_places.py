"""Plans of orders that name exact places, with rules that look for something and without."""

from datetime import date

from tests.unit.screening.packs_made import pack, words

from rectify.screening.compile import OrderScope, compile_plan, seeks_only_named
from rectify.screening.plan import Plan
from rectify.screening.trial import batch_of
from rectify.terms.order import ItemNamed

PRAM = words("pram", "pram")
PLACES = (ItemNamed(id="1"), ItemNamed(url="https://m.example/2"))
SCOPE = OrderScope("XA-1", "dsa-9", ("recommend",), ("listing",))


def test_places_alone_are_a_plan_that_screens_and_travels():
    plan = compile_plan([], [], [], [], date(2026, 11, 20), order=SCOPE, places=PLACES)
    assert (plan.runs, plan.places, plan.notes) == ((), PLACES, ())
    batch = batch_of([{"id": "1", "kind": "listing", "title": "pram"}])
    for one in (plan, Plan.from_bytes(plan.to_bytes())):
        assert one.screen(batch).screened == 1
        assert not one.screen(batch).found


def test_rules_that_do_not_fit_beside_places_are_told():
    plan = compile_plan([pack(PRAM, when="pram")], [], [], [], date(2026, 11, 20), order=SCOPE, places=PLACES)
    assert plan.runs == ()
    (note,) = plan.notes
    assert note == (
        "No rule of the packs fits the order, only the places that it names are looked up: "
        "recalls/rule: it is about sell, and the order is not."
    )


def test_a_pack_that_seeks_only_what_an_order_names_is_known_as_such():
    assert seeks_only_named(pack(rules={"a": "product(gtin)", "b": "product(model)"}))
    assert seeks_only_named(pack(PRAM, when="pram and provider"))
    assert not seeks_only_named(pack(PRAM, when="pram or product(gtin)"))
    assert not seeks_only_named(pack(PRAM, rules={"a": "product(gtin)", "b": "pram"}))
