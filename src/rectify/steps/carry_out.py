"""Step 7, carry out: rehearse -> digest -> approve -> carry out that set only, catalogue by catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from rectify.measures import carry_out as acts
from rectify.measures import holds, records
from rectify.measures import rehearse as rehearsals
from rectify.measures.bodies import MeasureSet, OverReach
from rectify.measures.carry_out import CarriedOut, Progress
from rectify.measures.proven import prove
from rectify.measures.rehearse import RehearsedSet
from rectify.measures.site import Site, resolve
from rectify.settings import Catalogue
from rectify.steps.orders import row_of
from rectify.terms.errors import Refused, Unknown
from rectify.workspace import Workspace


def sites(workspace: Workspace, book: str) -> list[tuple[Catalogue, Site]]:
    """The sites of the operator that an order was received for."""
    operator = row_of(workspace, book).operator
    return [(c, site_of(workspace, c)) for c in workspace.settings.of_operator(operator)]


def site_of(workspace: Workspace, catalogue: Catalogue) -> Site:
    """A catalogue as a place where measures are carried out."""
    shops = {name: shop.territories for name, shop in catalogue.storefronts.items()}
    return Site(catalogue.name, workspace.connector(catalogue), shops)


def rehearse(
    workspace: Workspace,
    book: str,
    *,
    over_reach: Sequence[OverReach] = (),
    contested: bool = False,
    as_: str = "",
) -> list[RehearsedSet]:
    """The exact sets that are due for an order, one a catalogue; those in which nothing is due have no digest.

    An order that has ended is rehearsed too: what nobody asks for any more is given back.
    """
    person = workspace.person("rehearse", as_)
    row = row_of(workspace, book)
    rows = swept_rows(workspace, book)
    confidential = row.confidential_until.isoformat() if row.confidential_until else ""
    return [
        rehearsals.rehearse(
            workspace.ledger, site, book, at=workspace.now, actor=person.surrogate, limits=workspace.settings.limits,
            catalogue_rows=rows.get(catalogue.name, 0), over_reach=over_reach, contested=contested,
            confidential_until=confidential,
        )
        for catalogue, site in sites(workspace, book)
    ]  # fmt: skip


def swept_rows(workspace: Workspace, book: str) -> dict[str, int]:
    """Rows of each catalogue in its last sweep for an order."""
    return {str(e.body["source"]): int(e.body["rows"]) for e in workspace.ledger.entries(book=book, kinds=["swept"])}


def approve(
    workspace: Workspace,
    digest: str,
    count: int,
    *,
    over_reach: Sequence[OverReach] = (),
    despite: bool = False,
    as_: str = "",
) -> MeasureSet:
    """Approves a set by its digest and the number of its measures. Raises Refused, saying what is missing."""
    person = workspace.person("approve", as_)
    kept = set_of(workspace, digest)
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        return holds.approve(
            writing, kept.id, person, another_person=workspace.settings.another_person, count=count,
            over_reach=over_reach, despite=despite,
        )  # fmt: skip


def send_back(workspace: Workspace, digest: str, reason: str, *, as_: str = "") -> None:
    """Sends a set back with a reason: it is never carried out."""
    person = workspace.person("approve", as_)
    kept = set_of(workspace, digest)
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        holds.send_back(writing, kept.id, person, reason)


def carry_out(workspace: Workspace, digest: str, *, progress: Progress | None = None, as_: str = "") -> CarriedOut:
    """Carries out an approved set where its items are. Run again after a crash it goes on where it stopped.

    Raises Refused where no entry of the ledger approves it, and Broken where the tables say of it, or of what bears on
    its places, something else than the ledger.
    """
    person = workspace.person("carry out", as_)
    kept = set_of(workspace, digest)
    if kept.approved_by:
        prove(workspace.ledger, kept.id)
    site = _site_of_set(workspace, kept)
    told = {"progress": progress} if progress else {}
    return acts.carry_out(workspace.ledger, site, kept.id, at=lambda: workspace.now, actor=person.surrogate, **told)


def set_of(workspace: Workspace, digest: str) -> MeasureSet:
    """A set by its digest, or by as much of its beginning as tells it from others (six signs at least)."""
    with workspace.ledger.reading() as connection:
        found = [s for s in records.load_sets(connection) if len(digest) >= 6 and s.id.startswith(digest)]
    if not found:
        raise Unknown(f'no set has the digest "{digest}"', "rectify measures list")
    if len(found) > 1:
        raise Refused(f'{len(found)} sets begin with "{digest}"', "give more of the digest")
    return found[0]


def _site_of_set(workspace: Workspace, kept: MeasureSet) -> Site:
    """The site on which the targets of a set lie, by their own catalogue: a storefront may have left the map since."""
    spots = {(line.measure.place.target, line.measure.kind) for line in kept.lines}
    with workspace.ledger.reading() as connection:
        book = records.load_book(connection, {target for target, _ in spots})
    sources = {who.source for spot in spots if (who := resolve(book, *spot)) is not None} - {""}
    if not sources:
        raise Refused("everybody who is meant by this set was erased", "there is nothing left to carry out")
    for _, site in sites(workspace, kept.book):
        if site.source in sources:
            return site
    told = ", ".join(sorted(sources))
    raise Refused(
        f"the catalogue of this set, {told}, is not among the settings any more", "put it back into rectify.yaml"
    )
