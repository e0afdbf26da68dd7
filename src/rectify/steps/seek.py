"""Step 3, seek: what an accepted order asks for, compiled with packs and registers into a plan of a day."""

from __future__ import annotations

from collections.abc import Mapping

from rectify.intake.instruments import instrument_named
from rectify.intake.records import OrderRow
from rectify.rules.pack import Pack
from rectify.rules.register_tables import accounts_bound, registers_taken
from rectify.screening.compile import OrderScope, compile_plan
from rectify.screening.plan import Plan
from rectify.steps.orders import active, order_of
from rectify.terms.errors import Unknown, nearest
from rectify.terms.order import Order
from rectify.terms.territory import Territory
from rectify.workspace import Workspace

PRODUCTS = "identical-products"


def seek(workspace: Workspace, book: str) -> Plan:
    """The plan of an accepted order as of today in the operator's zone.

    Raises Refused where the order is not accepted, where nothing is left to look for, and for a register that is
    missing or outdated.
    """
    row = active(workspace, book, "plan")
    order = order_of(workspace, book)
    scope = OrderScope(book, row.instrument, tuple(row.acts), tuple(row.kinds))
    return plan_of(workspace, order, scope, row, row.territory)


def plan_of(workspace: Workspace, order: Order, scope: OrderScope, row: OrderRow | None, territory: Territory) -> Plan:
    """The plan for an order within a scope; `row` None for a rehearsal outside a ledger."""
    with workspace.ledger.reading() as connection:
        registers, bound = registers_taken(connection), accounts_bound(connection)
    zone = workspace.settings.operators[row.operator].zone if row else None
    return compile_plan(
        packs_for(workspace.packs(), order),
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


def packs_for(packs: Mapping[str, Pack], order: Order) -> list[Pack]:
    """The packs that an order names, and the one for products where it names products. Raises Unknown."""
    names = list(order.subject.packs)
    if order.subject.products and PRODUCTS not in names:
        names.append(PRODUCTS)
    allowed = instrument_named(order.instrument).packs
    for name in names:
        if name not in packs:
            raise Unknown(f'the order names the pack "{name}", which is not here', nearest(name, packs))
    return [packs[name] for name in names if not allowed or name in allowed]
