"""Step 3, seek: what an accepted order asks for, compiled with packs and registers into a plan of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rectify.intake.instruments import instrument_named
from rectify.intake.records import OrderRow
from rectify.rules.pack import Pack
from rectify.rules.register_tables import accounts_bound, registers_taken
from rectify.screening.compile import OrderScope, check_reach, compile_plan
from rectify.screening.plan import Plan
from rectify.steps.orders import active, order_of
from rectify.terms.errors import Unknown, nearest
from rectify.terms.order import Order
from rectify.terms.territory import Territory
from rectify.workspace import Workspace

PRODUCTS = "identical-products"


def seek(workspace: Workspace, book: str) -> Plan:
    """The plan of an accepted order as of today in the operator's zone.

    Exact places are looked up also where no pack is named. Raises Refused where the order is not accepted, where
    nothing is left to look for, and for a register that is missing or outdated.
    """
    row = active(workspace, book, "plan")
    order = order_of(workspace, book)
    scope = OrderScope(book, row.instrument, tuple(row.acts), tuple(row.kinds))
    return plan_of(workspace, order, scope, row, row.territory)


def plan_of(workspace: Workspace, order: Order, scope: OrderScope, row: OrderRow | None, territory: Territory) -> Plan:
    """The plan for an order within a scope; `row` None for a rehearsal outside a ledger.

    Its notes name the packs that the order asks for and that are not here. Raises Refused where nothing is left.
    """
    with workspace.ledger.reading() as connection:
        registers, bound = registers_taken(connection), accounts_bound(connection)
    zone = workspace.settings.operators[row.operator].zone if row else None
    packs = workspace.packs()
    absent = packs_absent(packs, order)
    check_sought(packs, order)
    plan = compile_plan(
        packs_for(packs, order),
        registers.values(),
        order.subject.products,
        order.subject.providers,
        workspace.now.astimezone(zone).date(),
        order=scope,
        territory=territory,
        bindings=bound,
        id_key=workspace.keys.id_key,
        without_registers=row is None,
        places=order.subject.items,
    )
    return replace(plan, notes=(*plan.notes, *absent)) if absent else plan


def packs_for(packs: Mapping[str, Pack], order: Order) -> list[Pack]:
    """The packs that an order names and that are here, and the one for products where it names products."""
    names = list(order.subject.packs)
    if order.subject.products and PRODUCTS not in names:
        names.append(PRODUCTS)
    allowed = instrument_named(order.instrument).packs
    return [packs[name] for name in names if name in packs and (not allowed or name in allowed)]


def packs_absent(packs: Mapping[str, Pack], order: Order) -> list[str]:
    """A sentence for each pack that an order names and that is not here, with the nearest name.

    It is no fault of the order: an authority need not know our packs. Empty where all are here.
    """
    absent = (name for name in order.subject.packs if name not in packs)
    return [
        f'The order names the pack "{name}", which is not here, so that nothing is looked for with it: '
        f"{nearest(name, packs) or 'rectify pack list shows those that are'}"
        for name in absent
    ]


def check_sought(packs: Mapping[str, Pack], order: Order) -> None:
    """Raises Refused where nothing of what an order asks could be looked for, or not what it names.

    Either it names but packs that are not here, or no rule of those that are reaches its acts and kinds.
    """
    subject, found = order.subject, packs_for(packs, order)
    absent = [name for name in subject.packs if name not in packs]
    if absent and not (found or subject.items or subject.products or subject.providers):
        known = "; ".join(f"{name}: {nearest(name, packs)}" for name in absent)
        raise Unknown(
            f"nothing of what the order asks could be looked for: of its packs none is here: {', '.join(absent)}",
            f"ask the authority what it means ({known}), or write a pack of this name: packs/{absent[0]}/pack.yaml",
        )
    scope = OrderScope(order.reference, order.instrument, tuple(subject.acts), tuple(subject.kinds))
    check_reach(found, subject.products, subject.providers, subject.items, scope)
