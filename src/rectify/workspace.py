"""A workspace opens things: settings, store, ledger, catalogues, connectors, packs. It only opens; steps act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from rectify import plugins
from rectify.cases.records import CasesTable
from rectify.catalogue.accounts import Accounts, read_accounts
from rectify.catalogue.source import Source
from rectify.intake.authorities import Authorities, authorities_of
from rectify.intake.records import OrdersTable
from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.letters.records import LettersTable
from rectify.measures.connector import Connector
from rectify.measures.records import MeasuresTable
from rectify.rules.pack import Pack
from rectify.rules.pack_tables import PacksTable
from rectify.rules.reader import read_pack
from rectify.rules.register_tables import RegistersTable
from rectify.settings import Catalogue, Settings, load_settings
from rectify.store.connection import Store, open_store
from rectify.store.tables import Projection
from rectify.terms.entry import HOUSE, Draft, Opened, Private
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.terms.person import Person
from rectify.terms.territory import Territory

Clock = Callable[[], datetime]
BACKWARDS = timedelta(minutes=1)  # a clock may be set back by so much without an alarm


def _projections(keys: Keys) -> list[Projection]:
    cases = CasesTable(keys.id_key)
    return [OrdersTable(), RegistersTable(), PacksTable(), cases, MeasuresTable(), LettersTable()]


@dataclass(frozen=True)
class Workspace:
    """An open workspace. `clock` gives the present instant (UTC); the face that opened it chose it."""

    folder: Path
    settings: Settings
    store: Store
    keys: Keys
    ledger: Ledger
    clock: Clock

    @property
    def now(self) -> datetime:
        """The present instant, to the second, as the ledger keeps it."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def path(self, name: str) -> Path:
        """A path of the settings, counted from the workspace's folder."""
        return self.folder / name

    def person(self, act: str, name: str = "") -> Person:
        """The person who does an act, with the surrogate that entries carry. Raises Refused where no role allows it."""
        person = self.settings.person(name)
        if not person.may(act):
            roles = ", ".join(sorted(person.roles))
            able = ", ".join(sorted(p.id for p in self.settings.people.values() if p.may(act)))
            raise Refused(f"{person.id} ({roles}) may not do this: {act}", f"who may: {able or 'nobody yet'}")
        self._clock_goes_on()
        return replace(person, surrogate=self._surrogate(person))

    def _clock_goes_on(self) -> None:
        """Refuses to act while the clock stands before the last entry: no instant of ours may be doubted later."""
        last = self.ledger.last_at()
        if last is not None and self.now < last - BACKWARDS:
            told = f"the clock says {self.now:%Y-%m-%d %H:%M} UTC, and the last entry is of {last:%Y-%m-%d %H:%M} UTC"
            raise Refused(f"{told}: nothing is done", "set the clock of this machine right")

    def _surrogate(self, person: Person) -> str:
        roles = sorted(person.roles)
        known = _named(self.ledger.opened(book=HOUSE, kinds=["person_named"]), person)
        if known and known.body["roles"] == roles:
            return str(known.body["person"])
        with self.ledger.writing(self.now, "system") as writing:
            known = _named(writing.opened(book=HOUSE, kinds=["person_named"]), person)  # perhaps named meanwhile
            name = str(known.body["person"]) if known else writing.surrogate("person")
            if known is None or known.body["roles"] != roles:
                private = {"id": Private(f"person:{name}", person.id)}
                writing.append(Draft("person_named", HOUSE, {"person": name, "roles": roles}, private))
        return name

    def source(self, catalogue: Catalogue) -> Source:
        """The source that reads a catalogue."""
        source: Source = plugins.load("sources", "files")(
            catalogue.name, catalogue.files, folder=self.folder, map=catalogue.map, kind=catalogue.kind,
            storefronts=catalogue.storefronts, default_storefronts=catalogue.default_storefronts or (),
        )  # fmt: skip
        return source

    def connector(self, catalogue: Catalogue) -> Connector:
        """The connector that carries out at a catalogue; without one in the settings, the rehearsal connector."""
        chosen = self.settings.connectors.get(catalogue.connector)
        kind = chosen.type if chosen else "rehearsal"
        options = dict(chosen.options) if chosen else {}
        made: Connector = plugins.load("connectors", kind)({**options, "folder": str(self.folder)}, self.clock)
        return made

    @cached_property
    def storefronts(self) -> Mapping[str, Territory | None]:
        """Territories of each storefront of all catalogues."""
        shops = [s for c in self.settings.catalogues.values() for s in c.storefronts.values()]
        return {shop.name: shop.territories for shop in shops}

    @property
    def authorities(self) -> Authorities:
        """The register of authorities as the ledger has it: the last entry named for each that was not ended."""
        named = self.ledger.opened(book=HOUSE, kinds=["authority_named"])
        return authorities_of(
            [(str(o.body["authority"]), o.private["entry"], bool(o.body.get("ended"))) for o in named]
        )

    def accounts(self, catalogue: str) -> Accounts | None:
        """The accounts of a catalogue, read once, where the settings name a source of them."""
        known = self.settings.accounts.get(catalogue)
        if known is not None and catalogue not in self._accounts:
            self._accounts[catalogue] = read_accounts(known.name, known.files, folder=self.folder, map=known.map)
        return self._accounts.get(catalogue)

    @cached_property
    def _accounts(self) -> dict[str, Accounts]:
        return {}

    def packs(self) -> Mapping[str, Pack]:
        """All packs by name as their folders are now: shipped ones, and the operator's own before them.

        Each is read when it is first asked for, and raises Faulty with all its faults then. What orders are searched
        with is what is in force: `steps.pack_versions`.
        """
        return self._packs

    @cached_property
    def _packs(self) -> Mapping[str, Pack]:
        return FolderPacks(pack_folders(self.path(self.settings.packs)))

    @cached_property
    def shipped(self) -> Mapping[str, Pack]:
        """The packs that came with the program, by name, each read when it is first asked for."""
        return FolderPacks(pack_folders())

    def own_packs(self) -> Mapping[str, Path]:
        """Folders of the operator's own packs, by name."""
        return own_folders(self.path(self.settings.packs))


def _named(entries: Iterable[Opened], person: Person) -> Opened | None:
    """The last entry that names a person."""
    return next((o for o in reversed(list(entries)) if o.private["id"] == person.id), None)


class FolderPacks(Mapping[str, Pack]):
    """Packs by name, each read from its folder when it is first asked for. Raises Faulty with all its faults then."""

    def __init__(self, folders: Mapping[str, Traversable]) -> None:
        self._folders, self._read = folders, dict[str, Pack]()

    def __getitem__(self, name: str) -> Pack:
        if name not in self._read:
            self._read[name] = _pack_in(self._folders[name])
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._folders

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)


def pack_folders(own: Path | None = None) -> dict[str, Traversable]:
    """Folders of packs by name: what stands at the door `packs`; the operator's own stands before one of its name."""
    return {**installed_folders(), **(own_folders(own) if own else {})}


def installed_folders() -> dict[str, Traversable]:
    """Folders of the packs that stand at the door `packs`, by name."""
    found: dict[str, Traversable] = {}
    for door in (plugins.offered("packs")[name].value for name in plugins.offered("packs")):
        for folder in _with_packs(resources.files(door)):
            if folder.name in found:
                raise Refused(f'two installed packs are called "{folder.name}"', "take one of their packages away")
            found[folder.name] = folder
    return found


def own_folders(own: Path) -> dict[str, Path]:
    """Folders of packs in a folder of the operator's own, by name; none where there is no such folder."""
    return {folder.name: own / folder.name for folder in _with_packs(own)} if own.is_dir() else {}


def _with_packs(root: Traversable) -> list[Traversable]:
    folders = sorted(root.iterdir(), key=lambda folder: folder.name)
    return [folder for folder in folders if folder.is_dir() and folder.joinpath("pack.yaml").is_file()]


def read_packs(own: Path | None = None) -> dict[str, Pack]:
    """All packs, read. Raises Faulty with the faults of the first pack that has any."""
    return {name: _pack_in(folder) for name, folder in pack_folders(own).items()}


def one_pack(name: str, own: Path | None = None) -> Pack:
    """A pack by name, or the folder that `name` is a path to. Raises Unknown with the nearest name."""
    folders = pack_folders(own)
    if name in folders:
        return _pack_in(folders[name])
    if Path(name).joinpath("pack.yaml").is_file():
        return read_pack(Path(name))
    raise Unknown(f'no pack is called "{name}"', nearest(name, folders))


def _pack_in(folder: Traversable) -> Pack:
    """The pack of a folder; one that is installed is read once in the life of the program, for nobody edits it."""
    installed = any(str(folder) == str(one) for one in installed_folders().values())
    return _installed(str(folder)) if installed else read_pack(folder)


@lru_cache
def _installed(folder: str) -> Pack:
    return read_pack(next(one for one in installed_folders().values() if str(one) == folder))


@contextmanager
def open_workspace(folder: Path, clock: Clock, settings: Settings | None = None) -> Iterator[Workspace]:
    """Opens the workspace of a folder and closes it again. Raises Missing where there is none."""
    settings = settings or load_settings(folder)
    store = open_store(store_url(folder, settings.store))
    try:
        keys = Keys.at(folder / settings.keys)
        yield Workspace(folder, settings, store, keys, Ledger(store, keys, _projections(keys)), clock)
    finally:
        store.close()


def store_url(folder: Path, url: str) -> str:
    """A SQLite file counts from the workspace's folder, not from where the command was called."""
    head, name = "sqlite:///", url.removeprefix("sqlite:///")
    return f"{head}{folder / name}" if url.startswith(head) and name and not name.startswith("/") else url
