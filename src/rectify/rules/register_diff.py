"""What a new version of a register adds, drops and changes, and which accounts count as registered no more, or now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from rectify.rules.registers import Register, RegisterEntry
from rectify.terms.territory import Territory

NOT_COMPARED = ("id",)


class EntryChange(StrEnum):
    """What became of an entry. One that is still there, and valid no more on the day, has `ended`."""

    NEW = "new"
    GONE = "gone"
    ENDED = "ended"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ChangedEntry:
    """An entry that is not what it was: `fields` are (name, before, after) as texts."""

    id: str
    name: str
    change: EntryChange
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedAccount:
    """An account ("source/id") whose licence reaches other territories than before; both empty sets are never told."""

    account: str
    lost: Territory
    gained: Territory


@dataclass(frozen=True, slots=True)
class RegisterDiff:
    """Two versions of a register on a day: entries by id, accounts by name."""

    before: Register
    after: Register
    on: date
    entries: tuple[ChangedEntry, ...]
    accounts: tuple[ChangedAccount, ...]

    def of(self, change: EntryChange) -> list[ChangedEntry]:
        """The entries of which one thing became."""
        return [entry for entry in self.entries if entry.change is change]


def compare(
    before: Register, after: Register, on: date, bound: Mapping[str, Collection[str]] | None = None
) -> RegisterDiff:
    """What differs. `bound`: account -> entries "register/entry" that persons bound it to."""
    old, new = ({entry.id: entry for entry in one.entries} for one in (before, after))
    entries = [_changed(old.get(name), new.get(name), on) for name in sorted({*old, *new})]
    reach_before, reach_after = (_reach(one, on, bound or {}) for one in (before, after))
    accounts = [
        ChangedAccount(name, reach_before[name] - reach_after[name], reach_after[name] - reach_before[name])
        for name in sorted({*reach_before, *reach_after})
        if reach_before[name] != reach_after[name]
    ]
    return RegisterDiff(before, after, on, tuple(one for one in entries if one is not None), tuple(accounts))


def _changed(old: RegisterEntry | None, new: RegisterEntry | None, on: date) -> ChangedEntry | None:
    if old is None or new is None:
        one = old or new
        assert one is not None
        return ChangedEntry(one.id, one.name, EntryChange.NEW if old is None else EntryChange.GONE)
    told = tuple(
        (field.name, _text(getattr(old, field.name)), _text(getattr(new, field.name)))
        for field in fields(RegisterEntry)
        if field.name not in NOT_COMPARED and _text(getattr(old, field.name)) != _text(getattr(new, field.name))
    )
    ended = old.valid(on, frozenset()) and not new.valid(on, frozenset())
    if ended:
        return ChangedEntry(new.id, new.name, EntryChange.ENDED, told)
    return ChangedEntry(new.id, new.name, EntryChange.CHANGED, told) if told else None


def _text(value: object) -> str:
    if isinstance(value, (tuple, frozenset)):
        return ", ".join(sorted(map(str, value)))
    return "" if value is None else str(value)


def _reach(register: Register, on: date, bound: Mapping[str, Collection[str]]) -> defaultdict[str, Territory]:
    """Where each account counts as registered on a day: by the register itself, or bound by a person."""
    found: defaultdict[str, Territory] = defaultdict(frozenset)
    by_entry: dict[str, set[str]] = defaultdict(set)
    for account, names in bound.items():
        for name in names:
            by_entry[name].add(account)
    for entry in register.entries:
        if entry.valid(on, frozenset()):
            for account in {*entry.accounts, *by_entry.get(f"{register.name}/{entry.id}", ())}:
                found[account] |= entry.territory
    return found
