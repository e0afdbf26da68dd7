"""Step 3, seek: what an accepted order asks for, compiled with packs and registers into a plan of a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from rectify.intake.instruments import instrument_named
from rectify.intake.records import OrderRow
from rectify.rules.pack import Pack
from rectify.rules.register_tables import accounts_bound, registers_taken
from rectify.screening.compile import OrderScope, check_reach, compile_plan
from rectify.screening.plan import Plan
from rectify.steps.orders import active, order_of
from rectify.steps.pack_versions import Standing, as_in_folders, packs_standing
from rectify.terms.errors import Refused, Unknown, nearest
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
    """The plan for an order within a scope; `row` None for a rehearsal outside a ledger, with packs as they lie there.

    Else it is made of what is in force, and what is in shadow is tried beside it. Its notes name the packs that the
    order asks for and that are not in force here. Raises Refused where one is a draft, and where nothing is left.
    """
    with workspace.ledger.reading() as connection:
        registers, bound = registers_taken(connection), accounts_bound(connection)
    zone = workspace.settings.operators[row.operator].zone if row else None
    stands = packs_standing(workspace) if row else as_in_folders(workspace)
    packs = stands.in_force
    notes = packs_told(stands, order) if row else packs_absent(packs, order) + _drafts(workspace, packs, order)
    check_in_force(stands, order)
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
        shadow=packs_for(stands.shadow, order),
    )
    return replace(plan, notes=(*plan.notes, *notes)) if notes else plan


def packs_for(packs: Mapping[str, Pack], order: Order) -> list[Pack]:
    """The packs that an order names and that are here, and the one for products where it names products."""
    names = list(order.subject.packs)
    if order.subject.products and PRODUCTS not in names:
        names.append(PRODUCTS)
    return [packs[name] for name in _allowed(order, names) if name in packs]


def packs_told(stands: Standing, order: Order) -> list[str]:
    """A sentence for each pack that an order names and that is not in force: not here, a draft, or only tried."""
    tried = [name for name in order.subject.packs if name in stands.shadow and name not in stands.in_force]
    drafts = [name for name in order.subject.packs if name in stands.drafts]
    return [
        *packs_absent([*stands.in_force, *tried, *drafts], order),
        *(f'The order names the pack "{name}", which is only in shadow: what it finds is counted, and opens no case: '
          f"rectify pack promote {name}" for name in tried),
        *(f'The order names the pack "{name}", which is a draft: no order is searched with it until it is in force: '
          f"rectify pack shadow {name}" for name in drafts),
    ]  # fmt: skip


def _drafts(workspace: Workspace, packs: Mapping[str, Pack], order: Order) -> list[str]:
    """What is to be said of own packs that are read as they are in their folders."""
    own = [pack for pack in packs_for(packs, order) if pack.name in workspace.own_packs()]
    return [f"The pack {pack.name} {pack.version} is taken as its folder is now: a draft, unless it was put in force."
            for pack in own]  # fmt: skip


def packs_absent(packs: Collection[str], order: Order) -> list[str]:
    """A sentence for each pack that an order names and that is not here, with the nearest name.

    It is no fault of the order: an authority need not know our packs. Empty where all are here.
    """
    absent = (name for name in order.subject.packs if name not in packs)
    return [
        f'The order names the pack "{name}", which is not here, so that nothing is looked for with it: '
        f"{nearest(name, packs) or 'rectify pack list shows those that are'}"
        for name in absent
    ]


def check_in_force(stands: Standing, order: Order) -> None:
    """`check_sought` for what is in force. Raises Refused also where the order names a draft."""
    stands.check_drafts(_allowed(order, order.subject.packs))
    tried = [name for name in order.subject.packs if name in stands.shadow and name not in stands.in_force]
    subject, found = order.subject, packs_for(stands.in_force, order)
    if tried and not (found or subject.items or subject.products or subject.providers):
        raise Refused(
            f"nothing of what the order asks could be looked for: of its packs none is in force, "
            f"and only in shadow: {', '.join(tried)}",
            f"rectify pack promote {tried[0]}",
        )
    check_sought(stands.in_force, order)


def _allowed(order: Order, names: Iterable[str]) -> list[str]:
    """Those of some packs that the order's instrument knows."""
    allowed = instrument_named(order.instrument).packs
    return [name for name in names if not allowed or name in allowed]


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
