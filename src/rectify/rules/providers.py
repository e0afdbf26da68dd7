"""Providers that an order names (a negative list): who of the accounts, domains and apps on offer is one of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rectify.rules.registers import host
from rectify.terms.finding import Evidence
from rectify.terms.order import ProviderNamed

APP_FIELDS = ("id", "attributes.app_id", "attributes.bundle_id", "attributes.package")
_APP_KIND = "app"


class ProviderFacts(NamedTuple):
    """What is known of a row. `texts` maps field names (title, text, variants[0], url) to their text as written."""

    account: str  # the account's id at the host
    source: str
    kind: str
    texts: dict[str, str]
    ids: dict[str, str]  # those of APP_FIELDS that the row states


@dataclass(slots=True)
class ProviderIndex:
    """Entries of negative lists, sought by equality: an account, a domain (or one below it), an app id."""

    providers: Sequence[ProviderNamed]
    _accounts: set[str] = field(default_factory=set, init=False)
    _apps: set[str] = field(default_factory=set, init=False)
    _domains: re.Pattern[str] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._accounts = {p.account for p in self.providers if p.account}
        self._apps = {_same(p.app) for p in self.providers if p.app}
        domains = sorted({host(p.domain) for p in self.providers if p.domain} - {""}, key=len, reverse=True)
        if domains:
            either = "|".join(re.escape(domain) for domain in domains)
            label = "[0-9a-z_\\-\u00df-\u024f]"  # Chinese may stand right beside an address
            self._domains = re.compile(rf"(?<!{label})((?:{label}+\.)*({either}))(?!{label}|\.{label})", re.IGNORECASE)

    def nominating_terms(self) -> list[str]:
        """Domains that may be sought as words; accounts and apps are found by equality."""
        return sorted({host(p.domain) for p in self.providers if p.domain} - {""})

    def judge(self, facts: ProviderFacts) -> tuple[Evidence, ...]:
        """What shows that a row is of a provider named; nothing = it is not. Spans are of the text as written."""
        found = []
        if facts.account and {facts.account, f"{facts.source}/{facts.account}"} & self._accounts:
            found.append(Evidence("account", 0, len(facts.account), "provider", facts.account))
        for name, value in facts.ids.items():
            if (name != "id" or facts.kind == _APP_KIND) and _same(value) in self._apps:
                found.append(Evidence(name, 0, len(value), "provider", value))
        if self._domains:
            for name, text in facts.texts.items():
                match = self._domains.search(text)
                if match:
                    found.append(Evidence(name, match.start(1), match.end(1), "provider", match[2].lower()))
        return tuple(found)


def _same(app: str) -> str:
    return unicodedata.normalize("NFKC", app).strip().casefold()
