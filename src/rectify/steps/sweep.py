"""Step 4, sweep: every row of the operator's catalogues is seen once; findings become cases, packs may decide."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rectify.cases.gather import Found, gather
from rectify.cases.show import counts
from rectify.cases.sorts import NOT_FOUND
from rectify.cases.tasks import open_task
from rectify.catalogue.accounts import Accounts
from rectify.screening.dispatch import Progress
from rectify.screening.findings import files_with
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import SweepResult
from rectify.screening.sweep import sweep as sweep_catalogue
from rectify.settings import Catalogue
from rectify.steps.decide import decide_by_pack
from rectify.steps.folders import folder_name as folder_name
from rectify.steps.folders import former_name
from rectify.steps.orders import active, order_of
from rectify.steps.pack_versions import keep_packs
from rectify.steps.seek import seek
from rectify.terms.entry import Draft, Json
from rectify.terms.errors import Refused
from rectify.terms.finding import Verdict
from rectify.terms.item import Account, ItemKey
from rectify.terms.order import ItemNamed, Order
from rectify.workspace import Workspace

Bar = Callable[[int, int], None]
PLACES = "subject.items."  # as a path in the order: what a task about a missing place is about


@dataclass(frozen=True, slots=True)
class Tried:
    """What a version of a pack in shadow found in a sweep, by verdict."""

    pack: str
    version: int
    violation: int
    review: int


@dataclass(slots=True)
class Swept:
    """What a sweep of all catalogues of an order saw, found and opened."""

    rows: int = 0
    screened: int = 0
    set_aside: int = 0
    duplicates: int = 0
    violation: int = 0
    review: int = 0
    opened: int = 0
    again: int = 0
    by_pack: int = 0
    open: int = 0
    seconds: float = 0.0
    rejected: str = ""
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # exact places that the order names and this sweep did not find
    shadow: list[Tried] = field(default_factory=list)  # what packs in shadow found: counted, and nothing follows

    def to_json(self) -> dict[str, Json]:
        """For `--json`."""
        left_out = {"seconds", "notes"}
        return {name: value for name, value in asdict(self).items() if name not in left_out}


def sweep(
    workspace: Workspace,
    book: str,
    *,
    progress: Bar = lambda done, total: None,
    workers: int | None = None,
    as_: str = "",
) -> Swept:
    """Sweeps all catalogues of the operator for an accepted order. Swept again, the same rows open nothing new.

    `workers`: processes; None: by processors and rows. 0 reads in this process, without limits: for files of one's own.

    Raises Refused for an order that is not accepted, a register that is missing or outdated, and where nothing is
    left to look for.
    """
    workspace.person("sweep", as_)
    row = active(workspace, book, "sweep")
    plan, order = seek(workspace, book), order_of(workspace, book)
    made = look(workspace, book, plan, order, workspace.settings.of_operator(row.operator), progress, as_, workers)
    made.by_pack = len(decide_by_pack(workspace, book, as_=as_))
    made.open -= made.by_pack
    return made


def look(
    workspace: Workspace,
    book: str,
    plan: Plan,
    order: Order,
    catalogues: Sequence[Catalogue],
    progress: Bar,
    as_: str = "",
    workers: int | None = None,
) -> Swept:
    """Sweeps catalogues with a plan, notes it in the ledger and opens cases. The clock of the machine times it only."""
    if not catalogues:
        raise Refused("the operator has no catalogue in rectify.yaml", "add one under catalogues")
    person = workspace.person("sweep", as_)
    made, begun = Swept(), time.monotonic()
    tried: Counter[tuple[str, str]] = Counter()
    places = order.subject.items
    seen: set[int] = set()
    for number, catalogue in enumerate(catalogues):
        result = _swept(workspace, book, plan, catalogue, _spread(progress, number, len(catalogues)), workers)
        _add(made, result)
        for rule, _, verdict, n in result.shadow:
            tried[rule.partition("/")[0], verdict] += n
        named = result.named(places)
        seen.update(named)
        # In one transaction: what says that all was searched must not stand without the cases that it opens.
        with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
            if number == 0:
                keep_packs(writing, [*plan.packs, *plan.shadow])
                writing.append(Draft("planned", book, planned(plan)))
            body = {"sweep": writing.surrogate("sweep"), **result.body(), "named": named}
            writing.append(Draft("swept", book, body))
            repeated = {ItemKey(catalogue.name, *key) for key in result.repeated()}
            found = _found(catalogue.name, result)
            gathered = gather(
                writing, book, found, id_key=workspace.keys.id_key, repeated=repeated, packs=versions_of(plan)
            )
        made.opened += len(gathered.opened)
        made.again += len(gathered.looked_again)
    made.shadow = [
        Tried(pack.name, pack.version, tried[pack.name, Verdict.VIOLATION], tried[pack.name, Verdict.REVIEW])
        for pack in plan.shadow
    ]
    made.missing = [place.id or place.url for n, place in enumerate(places) if n not in seen]
    _not_there(workspace, book, places, seen, person.surrogate)
    with workspace.ledger.reading() as connection:
        made.open = counts(connection, book)["open"]
    made.seconds = time.monotonic() - begun
    return made


def planned(plan: Plan) -> dict[str, Json]:
    """What the ledger's entry `planned` says."""
    return {
        "plan": plan.digest,
        "packs": [[pack.name, pack.version, pack.digest] for pack in plan.packs],
        "registers": [[register.name, register.as_of.isoformat(), register.digest] for register in plan.registers],
        "products": len(plan.products),
        "providers": len(plan.providers),
        "as_of": plan.as_of.isoformat(),
        **({"shadow": [[pack.name, pack.version, pack.digest] for pack in plan.shadow]} if plan.shadow else {}),
    }


def versions_of(plan: Plan) -> dict[str, tuple[int, str]]:
    """Version and digest of each pack in force by name, as cases keep them; none of what is built in."""
    return {pack.name: (pack.version, pack.digest) for pack in plan.packs if pack.digest}


def findings_files(workspace: Workspace, book: str) -> list[Path]:
    """The findings files of an order's last sweeps. Raises Refused where it was not swept."""
    last = {entry.body["source"]: entry.body for entry in workspace.ledger.entries(book=book, kinds=["swept"])}
    if not last:
        raise Refused(f"the order {book} was not swept yet", f"rectify sweep {book}")
    digests = {split["digest"] for body in last.values() for split in body["splits"]}
    sweeps = workspace.path("sweeps")
    return files_with(sweeps / folder_name(book), digests, sweeps / former_name(book))


def _swept(
    workspace: Workspace, book: str, plan: Plan, catalogue: Catalogue, progress: Bar, workers: int | None
) -> SweepResult:
    accounts = workspace.accounts(catalogue.name)
    return sweep_catalogue(
        plan,
        recipe_of(workspace, catalogue),
        workspace.path("sweeps") / folder_name(book) / catalogue.name,
        accounts=account_lookup(catalogue.name, accounts),
        accounts_digest=" ".join(file.digest for file in accounts.files) if accounts else "",
        progress=lambda told: progress(told.done, told.rows) if isinstance(told, Progress) else None,
        workers=workers,
    )


def recipe_of(workspace: Workspace, catalogue: Catalogue) -> Recipe:
    """How a worker makes the source of a catalogue."""
    options: dict[str, Json] = {
        "name": catalogue.name,
        "files": list(catalogue.files),
        "folder": str(workspace.folder),
        "map": dict(catalogue.map),
        "kind": catalogue.kind,
        "storefronts": dict.fromkeys(catalogue.storefronts),
        "default_storefronts": list(catalogue.default_storefronts or ()),
    }
    return Recipe("files", options)


def account_lookup(source: str, accounts: Accounts | None) -> Callable[[Sequence[str]], list[Account]]:
    """Accounts by host id; one without a row is known by its id alone."""

    def find(ids: Sequence[str]) -> list[Account]:
        return [(accounts.get(one) if accounts else None) or Account(source, one) for one in ids]

    return find


def _spread(progress: Bar, number: int, of: int) -> Bar:
    """The part of one bar that a catalogue of several fills."""
    if of == 1:
        return progress
    return lambda done, total: progress(number * 1000 + (1000 * done // total if total else 0), of * 1000)


def _add(made: Swept, result: SweepResult) -> None:
    made.rows += result.rows
    made.screened += result.screened
    made.set_aside += result.set_aside
    made.duplicates += result.duplicates
    made.violation += result.count(Verdict.VIOLATION)
    made.review += result.count(Verdict.REVIEW)
    made.notes += result.notes
    made.rejected = str(result.rejected or made.rejected)


def _found(name: str, result: SweepResult) -> Iterator[Found]:
    """Everything that was found or named, each with its row as it was swept."""
    for kept, findings in result.kept():
        key, account = ItemKey(name, kept.row["kind"], kept.row["id"]), kept.row["account"] or ""
        for finding in findings:
            yield Found(key, account, kept.row, finding)
        if kept.named:
            yield Found(key, account, kept.row, None, named=True)


def _not_there(workspace: Workspace, book: str, places: Sequence[ItemNamed], seen: Collection[int], actor: str) -> None:
    """A task for exact places that the order names and no catalogue has, or no more: they are told, not forgotten."""
    told = _told_missing(workspace, book, len(places))
    new = [n for n in range(len(places)) if n not in seen and n not in told]
    if new:
        with workspace.ledger.writing(workspace.now, actor) as writing:
            names = ", ".join(places[n].id or places[n].url for n in new)
            text = f"The order names these exact places, and no catalogue has them: {names}."
            open_task(writing, book, NOT_FOUND, text, about=" ".join(f"{PLACES}{n}" for n in new))


def _told_missing(workspace: Workspace, book: str, places: int) -> set[int]:
    """The exact places of which a task said that they are missing, and that no sweep found since."""
    told: set[int] = set()
    for entry in workspace.ledger.entries(book=book, kinds=["swept", "task_opened"]):
        if entry.kind == "swept":
            told.difference_update(entry.body.get("named", ()))
        elif entry.body["what"] == NOT_FOUND:
            about = entry.body.get("about", "").split()  # empty: by a program that told all of them once
            told.update((int(one.removeprefix(PLACES)) for one in about) if about else range(places))
    return told
