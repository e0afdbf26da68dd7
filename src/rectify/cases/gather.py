"""From findings to cases: one case an item of an order, with the item kept as it was swept.

The same sweep twice changes nothing. A finding that the last look did not have (its id holds what the rule read and
what the rule means) opens another look; what was seen before stays, sealed, under its own look.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Column, Connection, Table, select

from rectify.cases.records import NAMED, PAGE, account_digest, item_digest
from rectify.cases.tables import accounts, cases, targets
from rectify.ledger.ledger import Writing
from rectify.store.instants import instant
from rectify.terms.entry import Draft, Json, Private
from rectify.terms.finding import SHADOW, Evidence, Finding, Verdict
from rectify.terms.item import ITEM_FIELDS, ItemKey

AT_ONCE = 2000  # items in memory
Versions = Mapping[str, tuple[int, str]]  # name of a pack -> version, digest


@dataclass(frozen=True, slots=True)
class Found:
    """An item as swept (`row` by `ITEM_FIELDS` name) with a finding of it, or as the order names it, or both."""

    key: ItemKey
    account: str  # the host's id, or empty
    row: Mapping[str, object]
    finding: Finding | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a gathering did: ids of cases opened, of cases looked at again, and how many stayed as they were."""

    opened: tuple[str, ...]
    looked_again: tuple[str, ...]
    unchanged: int


@dataclass(slots=True)
class _Item:
    """All that was found of one item, while it is collected."""

    key: ItemKey
    account: str
    rows: list[dict[str, Json]] = field(default_factory=list)
    findings: dict[str, tuple[Finding, int]] = field(default_factory=dict)
    named: bool = False

    def add(self, found: Found) -> None:
        row = {name: plain_value(found.row[name]) for name in ITEM_FIELDS if name in found.row}
        if isinstance(row.get("attributes"), list):  # Arrow gives a map as a list of pairs
            row["attributes"] = dict(row["attributes"])
        if row not in self.rows:
            self.rows.append(row)
        self.named = self.named or found.named
        if found.finding is not None and SHADOW not in found.finding.marks:
            self.findings.setdefault(found.finding.id, (found.finding, self.rows.index(row)))

    @property
    def known(self) -> set[str]:
        return set(self.findings) | ({NAMED} if self.named else set())

    @property
    def seen(self) -> str:
        return hashlib.sha256("\n".join(sorted(self.known)).encode()).hexdigest()

    @property
    def verdict(self) -> Verdict:
        said = {finding.verdict for finding, _ in self.findings.values()}
        return Verdict.VIOLATION if Verdict.VIOLATION in said else Verdict.REVIEW

    @property
    def storefronts(self) -> list[str] | None:
        """The storefronts of all its rows; None (unknown) if one of them is."""
        every: set[str] = set()
        for row in self.rows:
            if row.get("storefronts") is None:
                return None
            every.update(row["storefronts"])
        return sorted(every)


def gather(
    writing: Writing,
    book: str,
    found: Iterable[Found],
    *,
    id_key: bytes,
    repeated: Collection[ItemKey] | None = None,
    packs: Versions | None = None,
) -> Gathered:
    """Opens a case for each item of an order that has none, and another look where something new was seen.

    `found` is everything that one sweep found, and the exact places that the order names. Appends one `gathered` for
    each; the strictest verdict stands, a place that is only named is for review. Where `repeated` says which items
    stand in several rows, all others are taken in as they come, a page in memory at a time. `packs` says which version
    of a pack found: the case keeps it. A finding in shadow opens no case and no look.
    """
    opened: list[str] = []
    again: list[str] = []
    unchanged = 0
    counted = (one for one in found if one.named or (one.finding and SHADOW not in one.finding.marks))
    for items in [_by_item(counted)] if repeated is None else _paged(counted, repeated):
        unchanged += _gathered(writing, book, items, id_key, packs or {}, opened, again)
    return Gathered(tuple(opened), tuple(again), unchanged)


def _gathered(
    writing: Writing,
    book: str,
    items: Mapping[ItemKey, _Item],
    id_key: bytes,
    packs: Versions,
    opened: list[str],
    again: list[str],
) -> int:
    """Takes items in whose rows are all here; gives how many stayed as they were."""
    digests = {key: item_digest(id_key, key) for key in items}
    known_targets = _lookup(writing.connection, targets, targets.c.target, digests.values())
    of_account = {key: account_digest(id_key, f"{key.source}/{i.account}") for key, i in items.items() if i.account}
    known_accounts = _lookup(writing.connection, accounts, accounts.c.account, of_account.values())
    standing = _standing(writing.connection, book, known_targets.values())
    unchanged = 0
    for key in sorted(items):
        item = items[key]
        target = known_targets.get(digests[key]) or writing.surrogate("item")
        before = standing.get(target)
        if before is not None and item.known <= before.known:
            unchanged += 1
            continue
        account = ""
        if item.account:
            account = known_accounts.get(of_account[key]) or writing.surrogate("account")
            known_accounts[of_account[key]] = account  # the next item of a new account has the same one
        case = before.case if before else writing.surrogate("case")
        writing.append(_draft(book, item, case, target, account, before.looks + 1 if before else 1, packs))
        (again if before else opened).append(case)
    return unchanged


def _paged(found: Iterable[Found], repeated: Collection[ItemKey]) -> Iterator[dict[ItemKey, _Item]]:
    """Items with all their rows, some at a time; those that stand in several rows last."""
    items: dict[ItemKey, _Item] = {}
    several: list[Found] = []
    for one in found:
        key = ItemKey(*one.key)
        if key in repeated:
            several.append(one)
            continue
        if key not in items and len(items) >= AT_ONCE:
            yield items
            items = {}
        items.setdefault(key, _Item(key, one.account)).add(one)
    yield items
    yield _by_item(several)


def account_surrogate(writing: Writing, account: str, *, id_key: bytes) -> str:
    """The surrogate of an account ("source/id"): the one by which it is known, or a new one."""
    digest = account_digest(id_key, account)
    known = _lookup(writing.connection, accounts, accounts.c.account, [digest])
    return known.get(digest) or writing.surrogate("account")


def plain_value(value: object) -> Json:
    """A field of an item as JSON holds it: decimals and instants as text, lists and maps of text as they are."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain_value(inner) for name, inner in value.items()}
    if isinstance(value, Iterable):
        return [plain_value(inner) for inner in value]
    return str(value)


def _by_item(found: Iterable[Found]) -> dict[ItemKey, _Item]:
    items: dict[ItemKey, _Item] = {}
    for one in found:
        key = ItemKey(*one.key)
        items.setdefault(key, _Item(key, one.account)).add(one)
    return items


@dataclass(frozen=True, slots=True)
class _Standing:
    case: str
    looks: int
    known: set[str]


def _standing(connection: Connection, book: str, wanted: Iterable[str]) -> dict[str, _Standing]:
    """The cases of an order by target, with what their last look had."""
    standing = {}
    for page in _pages(sorted(wanted)):
        query = select(cases.c.target, cases.c.case, cases.c.looks, cases.c.known)
        for row in connection.execute(query.where(cases.c.book == book, cases.c.target.in_(page))):
            standing[row.target] = _Standing(row.case, row.looks, set(json.loads(row.known)))
    return standing


def _lookup(connection: Connection, table: Table, column: Column[str], digests: Iterable[str]) -> dict[str, str]:
    """Surrogates by digest."""
    known: dict[str, str] = {}
    for page in _pages(sorted(set(digests))):
        rows = connection.execute(select(table.c.digest, column).where(table.c.digest.in_(page)))
        known.update({row[0]: row[1] for row in rows})
    return known


def _pages(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + PAGE] for start in range(0, len(names), PAGE))


def _draft(book: str, item: _Item, case: str, target: str, account: str, look: int, packs: Versions) -> Draft:
    # An item of nobody has its parts sealed under its own surrogate, so that it too can be erased alone.
    subject = f"account:{account or target}"
    body: dict[str, Json] = {
        "case": case, "target": target, "account": account, "verdict": str(item.verdict),
        "rules": sorted({f"{finding.pack}/{finding.rule}" for finding, _ in item.findings.values()}),
        "seen": item.seen, "look": look, "storefronts": item.storefronts,
    }  # fmt: skip
    if item.named:
        body["named"] = True
    private: dict[str, Json] = {
        "key": list(item.key),
        "account_id": item.account,
        "title": str(item.rows[0].get("title") or ""),
        "snapshot": item.rows,
        "findings": [_sealed(one, row, packs) for one, row in sorted(item.findings.values(), key=lambda f: f[0].id)],
    }
    return Draft("gathered", book, body, {name: Private(subject, value) for name, value in private.items()})


def _sealed(finding: Finding, row: int, packs: Versions) -> Json:
    version, digest = packs.get(finding.pack, (0, ""))
    return {
        **({"version": version, "digest": digest} if digest else {}),
        "id": finding.id, "pack": finding.pack, "rule": finding.rule, "verdict": str(finding.verdict),
        "branch": finding.branch, "why": finding.why, "near_register": finding.near_register,
        "marks": list(finding.marks), "row": row, "evidence": [_evidence(one) for one in finding.evidence],
    }  # fmt: skip


def _evidence(one: Evidence) -> Json:
    return {
        "field": one.field, "start": one.start, "end": one.end, "words": one.words, "term": one.term,
        "disguise": [str(d) for d in one.disguise], "hidden": one.hidden,
    }  # fmt: skip
