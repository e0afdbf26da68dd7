"""What a named person may accept of an order: never wider than the order or the authority's entry (pure rules)."""

from __future__ import annotations

import re
from collections.abc import Collection

from rectify.intake.authorities import Authority
from rectify.intake.reach import too_wide
from rectify.terms.claim import Effect
from rectify.terms.errors import Fault, Faulty, Refused, nearest
from rectify.terms.measure import MEASURES
from rectify.terms.order import Acceptance, Act, Addressee, Order
from rectify.terms.territory import NOWHERE, Territory, lies_in, meet

_REASONED = {"accept in part": "accepting in part", "ask": "asking back", "challenge": "challenging",
             "refuse": "refusing", "annul": "annulling", "end": "ending", "narrow": "narrowing"}  # fmt: skip


def addressee(order: Order, names: Collection[str]) -> Addressee:
    """The entry for an operator that goes by these names (id, legal name). Raises Refused if it is not addressed."""
    wanted = {_squeezed(name) for name in names}
    for entry in order.addressees:
        if _squeezed(entry.operator) in wanted:
            return entry
    known = [entry.operator for entry in order.addressees]
    name = next(iter(names), "")
    raise Refused(f"the order is not addressed to {name}", nearest(name, known) or f"addressed: {', '.join(known)}")


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def fullest(order: Order, authority: Authority, operator: Addressee) -> Acceptance:
    """The most that can be accepted for an operator. `whole` is false where the authority's entry is narrower.

    Acts other than `order` are no ground: nothing is left of their measures but a task. Raises Refused where the
    order and the authority's entry share no territory.
    """
    reach = meet(order.territory, authority.territory)
    if not reach:
        raise Refused(f"{authority.name} may order nothing in {', '.join(sorted(order.territory))}",
                      "ask the authority, or refuse")  # fmt: skip
    measures = operator.measures if order.act is Act.ORDER else ()
    tasks = tuple(dict.fromkeys((*operator.tasks, *(() if measures else operator.measures))))
    whole = all(lies_in(code, reach) for code in order.territory)
    return Acceptance(whole, reach, measures, tasks, order.subject.acts, order.subject.kinds)


def accept(
    order: Order,
    authority: Authority,
    operator: Addressee,
    *,
    territory: Territory | None = None,
    measures: Collection[str] | None = None,
    acts: Collection[str] | None = None,
    kinds: Collection[str] | None = None,
    reasons: str = "",
) -> Acceptance:
    """The acceptance of an order for one operator, whole, or in part where less is named.

    Raises Faulty with all that goes beyond the order, and where it is in part and no reasons are given.
    """
    most = fullest(order, authority, operator)
    reach = most.territory if territory is None else territory
    faults = [
        Fault(f"{code} lies outside the order and the authority's entry", remedy=f"at most {_list(most.territory)}")
        for code in sorted(reach)
        if not lies_in(code, most.territory)
    ]
    taken = {
        name: _part(faults, name, getattr(most, name), given)
        for name, given in (("measures", measures), ("acts", acts), ("kinds", kinds))
    }
    if reach == NOWHERE:
        faults.append(Fault("nothing is left of the territory", remedy="refuse the order instead"))
    if order.act is Act.ORDER and most.measures and not taken["measures"] and not most.tasks:
        faults.append(Fault("nothing is left of the order", remedy="refuse it instead"))
    same = all(tuple(taken[name]) == tuple(getattr(most, name)) for name in taken)
    whole = most.whole and same and meet(order.territory, reach) >= order.territory
    if not whole and not reasons.strip():
        faults.append(_no_reasons(order, authority, most))
    if faults:
        raise Faulty(faults)
    return Acceptance(whole, reach, taken["measures"], most.tasks, taken["acts"], taken["kinds"], reasons.strip())


def _no_reasons(order: Order, authority: Authority, most: Acceptance) -> Fault:
    """Why reasons are needed: less was named, or the authority may not order all that the order reaches."""
    why = "" if most.whole else too_wide(order, authority)
    if not why:
        return Fault("accepting in part needs reasons", remedy='say why it is not accepted whole:  --reasons "..."')
    return Fault(f"{why}, and accepting in part needs reasons",
                 remedy='--reasons "..."; or correct the entry of the authority, if it may order more')  # fmt: skip


def _part(faults: list[Fault], name: str, most: Collection[str], given: Collection[str] | None) -> tuple[str, ...]:
    if given is None:
        return tuple(most)
    for one in given:
        if one not in most:
            remedy = nearest(one, most) or "the order lists none for this operator"
            faults.append(Fault(f'"{one}" is none of the {name} of this order', remedy=remedy))
    if not given and name != "measures":
        faults.append(Fault(f"nothing is left of the {name}", remedy="refuse the order instead"))
    return tuple(one for one in most if one in given)


def check_reasons(step: str, reasons: str) -> str:
    """The reasons of a step that needs them, without blanks around. Raises Faulty where there are none."""
    if step in _REASONED and not reasons.strip():
        raise Faulty([Fault(f"{_REASONED[step]} needs reasons", remedy="the authority is told them")])
    return reasons.strip()


def strictest(measures: Collection[str]) -> Effect:
    """The strictest effect that measures ask for: the effect of the order as a ground."""
    return max((MEASURES[name].effect or Effect.OPEN for name in measures), default=Effect.OPEN)


def _list(codes: Territory) -> str:
    return ", ".join(sorted(codes))
