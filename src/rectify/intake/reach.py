"""What of an order's territory the authority may not order, and codes that nobody knows: told before it is accepted."""

from __future__ import annotations

from rectify.intake.authorities import Authority
from rectify.intake.countries import known_part, left_to_users
from rectify.terms.order import Order
from rectify.terms.territory import Territory, lies_in, meet


def outside(order: Order, authority: Authority) -> Territory:
    """What the order names and the authority's entry does not cover in full."""
    return frozenset(code for code in order.territory if not lies_in(code, authority.territory))


def too_wide(order: Order, authority: Authority) -> str:
    """One sentence on an order that reaches wider than the authority's entry; empty where it does not."""
    beyond = outside(order, authority)
    if not beyond:
        return ""
    shared = meet(order.territory, authority.territory)
    parts = {code: _list(meet(frozenset({code}), authority.territory)) for code in beyond}
    nowhere = [code for code in sorted(beyond) if not parts[code]]
    told = [f"nothing in {', '.join(nowhere)}"] if nowhere else []
    told += [f"of {code} only in {parts[code]}" for code in sorted(beyond) if parts[code]]
    left = f"; {_list(shared)} can be accepted" if shared else ""
    return f"by its entry, {authority.name} may order {' and '.join(told)}{left}"


def reach_notes(order: Order, authority: Authority | None) -> tuple[str, ...]:
    """What a person should know of an order's territory before it is accepted, in sentences; nothing of it is a fault.

    It reaches wider than the authority's entry, names a part of a country that ISO 3166-2 does not have, or a code that
    is left to users and stands neither for the authority's own country nor in its entry.
    """
    ours = (authority.territory if authority else frozenset()) | {order.authority.country}
    found = [f"{code} is not a known part of {code[:2]}" for code in sorted(order.territory) if not known_part(code)]
    found += [
        f"{code} is a code that is left to users: it stands for no country that others know"
        for code in sorted(order.territory)
        if left_to_users(code[:2]) and not lies_in(code, ours)
    ]
    if authority and (wide := too_wide(order, authority)):
        found.append(f"{wide}, in part and with reasons" if meet(order.territory, authority.territory) else wide)
    return tuple(found)


def _list(codes: Territory) -> str:
    return ", ".join(sorted(codes))
