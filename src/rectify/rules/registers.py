"""Registers of licensed providers: who is bound to a valid entry, and who is only like one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import numpy as np
from rapidfuzz import fuzz, process

from rectify.documents import Reading, read_document
from rectify.rules.columns import Answer
from rectify.rules.pack import digest_of
from rectify.terms.entry import Json
from rectify.terms.item import Account
from rectify.terms.territory import Territory, covers

LIKE = 90.0  # of 100: two normalised names from here on are like each other
_SHORT_NAME = 4  # a shorter normalised name must be the same


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A licensed provider. `accounts` are "source/id"; `valid_from`, `valid_until` None = open, both days included."""

    id: str
    name: str
    territory: Territory
    company_number: str = ""
    licence: str = ""
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def valid(self, on: date, territory: Territory) -> bool:
        """Whether the licence is valid on a day and in all of a territory (empty = anywhere)."""
        if (self.valid_from and on < self.valid_from) or (self.valid_until and on > self.valid_until):
            return False
        return covers(self.territory, territory)


@dataclass(frozen=True, slots=True)
class Register:
    """A register as taken in. Outdated from `as_of` + `stale_after_days` on."""

    name: str
    source: str
    as_of: date
    stale_after_days: int
    entries: tuple[RegisterEntry, ...]

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of what it says as canonical JSON, however it was written."""
        return digest_of(register_json(self))

    def outdated(self, on: date) -> bool:
        """Whether `as_of` + `stale_after_days` lies before a day. A plan of that day is refused."""
        return self.as_of + timedelta(days=self.stale_after_days) < on

    def entry(self, entry_id: str) -> RegisterEntry | None:
        """The entry of this id, if there is one."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)


def register_json(register: Register) -> Json:
    """A register as JSON, entries by id."""
    return {
        "register": register.name,
        "source": register.source,
        "as_of": register.as_of.isoformat(),
        "stale_after_days": register.stale_after_days,
        "entries": [_entry_json(entry) for entry in sorted(register.entries, key=lambda e: e.id)],
    }


def _entry_json(entry: RegisterEntry) -> Json:
    return {
        "id": entry.id,
        "name": entry.name,
        "company_number": entry.company_number,
        "licence": entry.licence,
        "domains": sorted(entry.domains),
        "accounts": sorted(entry.accounts),
        "territory": sorted(entry.territory),
        "valid": {
            "from": entry.valid_from.isoformat() if entry.valid_from else None,
            "until": entry.valid_until.isoformat() if entry.valid_until else None,
        },
    }


def register_from_json(value: Json) -> Register:
    """What `register_json` wrote. Raises KeyError or ValueError for anything else."""

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    entries = (
        RegisterEntry(
            id=e["id"], name=e["name"], territory=frozenset(e["territory"]), company_number=e["company_number"],
            licence=e["licence"], domains=tuple(e["domains"]), accounts=tuple(e["accounts"]),
            valid_from=day(e["valid"]["from"]), valid_until=day(e["valid"]["until"]),
        )
        for e in value["entries"]
    )  # fmt: skip
    as_of = date.fromisoformat(value["as_of"])
    return Register(value["register"], value["source"], as_of, value["stale_after_days"], tuple(entries))


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """For each account: registered, or like an entry (`near_entry` = "register/entry", else empty)."""

    answer: Answer
    near_entry: tuple[str, ...]


@dataclass(slots=True)
class RegisterIndex:
    """Registers on a day and in a territory, with what persons bound: account key -> ids "register/entry".

    Only entries that are valid on the day and in the territory are in it; a licence that has expired is none.
    """

    registers: Sequence[Register]
    as_of: date
    territory: Territory
    bound: Mapping[str, Collection[str]] = field(default_factory=dict)
    _accounts: set[str] = field(default_factory=set, init=False)
    _exact: dict[tuple[str, str], str] = field(default_factory=dict, init=False)
    _names: dict[str, str] = field(default_factory=dict, init=False)
    _known: dict[str, tuple[bool, str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        valid: set[str] = set()
        for register in self.registers:
            for entry in register.entries:
                if entry.valid(self.as_of, self.territory):
                    valid.add(f"{register.name}/{entry.id}")
                    self._take(f"{register.name}/{entry.id}", entry)
        self._accounts |= {account for account, ids in self.bound.items() if valid.intersection(ids)}

    def _take(self, name: str, entry: RegisterEntry) -> None:
        self._accounts |= set(entry.accounts)
        for key in _marks(entry.licence, entry.company_number, entry.domains):
            self._exact.setdefault(key, name)
        normal = company_name(entry.name)
        if normal:
            self._names.setdefault(normal, name)

    def answers(self, accounts: Sequence[Account]) -> RegisterAnswer:
        """One answer an account. Registered: named by a valid entry, or bound to one by a person."""
        pairs = [self._one(account) for account in accounts]
        sure = np.array([held for held, _ in pairs], np.bool_)
        near = np.array([bool(name) for _, name in pairs], np.bool_)
        return RegisterAnswer(Answer(sure, sure | near), tuple(name for _, name in pairs))

    def _one(self, account: Account) -> tuple[bool, str]:
        known = self._known.get(account.key)
        if known is None:
            held = account.key in self._accounts
            known = self._known[account.key] = (held, "" if held else self.near(account))
        return known

    def near(self, account: Account) -> str:
        """The valid entry that an account is like: same licence, number or domain, or a like name. Empty for none."""
        domain = account.contact.mail.rpartition("@")[2]
        for key in _marks(account.licence, account.company_number, _parents(domain)):
            if key in self._exact:
                return self._exact[key]
        normal = company_name(account.legal_person)
        if len(normal) < _SHORT_NAME:
            return self._names.get(normal, "") if normal else ""
        best = process.extractOne(normal, self._names.keys(), scorer=_likeness, score_cutoff=LIKE)
        return self._names[best[0]] if best else ""


def answers(
    register: Register, accounts: Sequence[Account], bound: Mapping[str, str], as_of: date, territory: Territory
) -> RegisterAnswer:
    """The answers of one register; `bound` maps account keys to the entry that a person bound them to."""
    ids = {account: [f"{register.name}/{entry}"] for account, entry in bound.items()}
    return RegisterIndex([register], as_of, territory, ids).answers(accounts)


def _likeness(one: str, other: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """How like two normalised names are, 0 to 100, whatever the order of their words and the blanks between."""
    joined = fuzz.ratio(one.replace(" ", ""), other.replace(" ", ""), score_cutoff=score_cutoff)
    return max(joined, fuzz.token_sort_ratio(one, other, score_cutoff=score_cutoff))


def _marks(licence: str, number: str, domains: Iterable[str]) -> list[tuple[str, str]]:
    """What tells a provider by itself: its licence, its company number, its domains."""
    keys = [("licence", _letters(licence)), ("number", _letters(number))]
    return [key for key in keys + [("domain", host(domain)) for domain in domains] if key[1]]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def host(text: str) -> str:
    """The host of a domain, address or URL, in small letters, without `www.`; empty for none."""
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    text = re.sub(r"^[a-z][a-z0-9+.\-]*://", "", text).rpartition("@")[2]
    text = re.split(r"[/?#:\s]", text, maxsplit=1)[0].strip(".")
    return text.removeprefix("www.")


def _parents(domain: str) -> list[str]:
    """A host and the domains above it that have two labels at least."""
    labels = host(domain).split(".")
    return [".".join(labels[n:]) for n in range(len(labels) - 1)]


@cache
def _forms() -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = files(__package__).joinpath("data/company_forms.yaml").read_bytes()
    reading, node = Reading(), read_document(text, "company_forms.yaml")
    lists = [reading.texts(node.entries[name]) for name in ("end", "start")]
    reading.done()
    longest_first = [tuple(sorted(forms, key=len, reverse=True)) for forms in lists]
    return longest_first[0], longest_first[1]


def company_name(text: str) -> str:
    """A company's name without case, signs, accents and legal forms; the whole name where nothing else is left."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().replace("ø", "o"))
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    whole = name = " ".join(re.sub(r"[^\w\s]|_", " ", re.sub(r"(?<=\w)\.(?=\w\b)", "", bare)).split())
    ends, starts = _forms()
    shortened = True
    while shortened and name:
        shortened = False
        for form in ends:
            if name.endswith(" " + form) or (not form.isascii() and len(name) > len(form) and name.endswith(form)):
                name, shortened = name[: -len(form)].strip(), True
                break
        for form in starts:
            if name.startswith(form + " ") or (not form.isascii() and len(name) > len(form) and name.startswith(form)):
                name, shortened = name[len(form) :].strip(), True
                break
    return name or whole
