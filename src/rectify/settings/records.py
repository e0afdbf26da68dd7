"""Settings of a workspace as frozen records."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from rectify.terms.errors import Missing, Refused, Unknown, nearest
from rectify.terms.person import Person
from rectify.terms.territory import Storefront

FILE = "rectify.yaml"
ANOTHER_PERSON = frozenset({"approve", "appeal", "erase"})
ASKED_FOR = ANOTHER_PERSON | {"promote"}  # what `another_person` may list; what a firm has to ask for is no default


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that is never written in settings: the file or environment variable that holds it."""

    file: str = ""
    env: str = ""

    def read(self, folder: Path) -> str:
        """The secret itself. Raises Missing where the file or variable is not there, Refused for a file others read."""
        if self.env:
            if self.env not in os.environ:
                raise Missing(f"the environment variable {self.env} is not set", f"set {self.env}")
            return os.environ[self.env]
        path = folder / self.file
        if not path.is_file():
            raise Missing(f"the secret file {self.file} is not there", f"write the secret into {self.file}, mode 0600")
        if path.stat().st_mode & 0o077:
            raise Refused(f"the secret file {self.file} can be read by others", f"chmod 600 {self.file}")
        return path.read_text(encoding="utf-8").strip()

    def __repr__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True)
class Operator:
    """A legal person whose services this store works for."""

    id: str
    name: str
    country: str
    zone: ZoneInfo
    contact: str = ""  # where people write to: a mail address or a page; stands in every letter. Empty: nobody said


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One catalogue of an operator: its files, the map onto our fields, its storefronts, and who carries out there."""

    name: str
    operator: str
    files: tuple[str, ...]
    kind: str = ""
    map: Mapping[str, str | None] = field(default_factory=dict)
    storefronts: Mapping[str, Storefront] = field(default_factory=dict)
    default_storefronts: tuple[str, ...] | None = None  # None = unknown
    connector: str = ""


@dataclass(frozen=True, slots=True)
class AccountsSource:
    """Where the accounts of a catalogue are read."""

    name: str
    files: tuple[str, ...]
    map: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConnectorSettings:
    """A connector by name: its type (an entry point) and what that type asks for."""

    name: str
    type: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one set may touch: a count, and a share of the catalogue."""

    measures: int = 1000
    share: Decimal = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How letters leave by mail. `starttls` is required save towards this machine itself."""

    host: str
    port: int = 587
    starttls: bool = True
    user: str = ""
    password: Secret | None = None
    sender: str = ""


@dataclass(frozen=True, slots=True)
class LetterSettings:
    """Where letters go: a folder, and SMTP where it is set."""

    folder: str = "letters"
    smtp: SmtpSettings | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a workspace. `folder` is where rectify.yaml lies; relative paths count from there."""

    folder: Path
    store: str = "sqlite:///rectify.db"
    keys: str = "keys"
    origin: str = ""
    operators: Mapping[str, Operator] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    acting: str = ""  # who acts where nobody is named: --as, RECTIFY_AS
    another_person: frozenset[str] = ANOTHER_PERSON
    decide_by_pack: tuple[str, ...] = ()
    catalogues: Mapping[str, Catalogue] = field(default_factory=dict)
    accounts: Mapping[str, AccountsSource] = field(default_factory=dict)
    connectors: Mapping[str, ConnectorSettings] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    letters: LetterSettings = field(default_factory=LetterSettings)
    authorities: str = "authorities.yaml"
    registers: str = "registers"
    packs: str = "packs"  # folder of the operator's own packs, beside those that are shipped
    sources: Mapping[str, str] = field(default_factory=dict)  # value -> file | environment | default

    def person(self, name: str = "") -> Person:
        """The person who acts: named, or from the environment, or the only one there is."""
        name = name or self.acting
        if not name and len(self.people) == 1:
            name = next(iter(self.people))
        if not name:
            raise Refused("nobody is named who does this", "add --as NAME; people: " + ", ".join(sorted(self.people)))
        if name not in self.people:
            raise Unknown(f'nobody in rectify.yaml is called "{name}"', nearest(name, self.people))
        return self.people[name]

    def catalogue(self, name: str) -> Catalogue:
        """A catalogue by name. Raises Unknown."""
        if name not in self.catalogues:
            raise Unknown(f'no catalogue is called "{name}"', nearest(name, self.catalogues))
        return self.catalogues[name]

    def of_operator(self, operator: str) -> tuple[Catalogue, ...]:
        """The catalogues of an operator, by name."""
        return tuple(c for _, c in sorted(self.catalogues.items()) if c.operator == operator)
