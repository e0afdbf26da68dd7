"""Accounts, domains and apps of a negative list are found by equality, and nothing that only holds them."""

from __future__ import annotations

import pytest

from rectify.rules.providers import ProviderFacts, ProviderIndex
from rectify.terms.order import ProviderNamed

INDEX = ProviderIndex(
    [
        ProviderNamed(account="market/7"),
        ProviderNamed(account="88"),
        ProviderNamed(domain="www.Kite.example"),
        ProviderNamed(app="com.kite.app"),
    ]
)


def seen(
    account: str = "", kind: str = "listing", ids: dict[str, str] | None = None, **texts: str
) -> list[tuple[str, str]]:
    facts = ProviderFacts(account, "market", kind, texts, ids or {})
    return [(e.field, e.term) for e in INDEX.judge(facts)]


def test_accounts_are_known_by_key_or_id() -> None:
    assert seen("7") == [("account", "7")]
    assert seen("88") == [("account", "88")]
    assert seen("77") == []
    other = ProviderFacts("7", "elsewhere", "listing", {}, {})
    assert INDEX.judge(other) == ()


@pytest.mark.parametrize(
    "text",
    [
        "see kite.example",
        "https://www.kite.example/x",
        "KITE.EXAMPLE.",
        "去kite.example买",
        "a@kite.example",
        "cdn.kite.example:80",
    ],
)
def test_a_domain_and_those_below_it_are_found(text: str) -> None:
    assert seen(text=text) == [("text", "kite.example")]
    (evidence,) = INDEX.judge(ProviderFacts("", "", "", {"text": text}, {}))
    assert text[evidence.start : evidence.end].lower().endswith("kite.example")


@pytest.mark.parametrize(
    "text", ["notkite.example", "kite.example.org", "kite-example", "kite.examples", "red-kite.example"]
)
def test_a_domain_that_only_holds_it_is_another(text: str) -> None:
    assert seen(text=text) == []


def test_apps_are_known_by_their_ids() -> None:
    assert seen(kind="app", ids={"id": "com.Kite.app"}) == [("id", "com.Kite.app")]
    assert seen(kind="listing", ids={"id": "com.kite.app"}) == []
    assert seen(kind="listing", ids={"attributes.bundle_id": "com.kite.app"}) == [
        ("attributes.bundle_id", "com.kite.app")
    ]


def test_domains_may_be_sought_as_words() -> None:
    assert INDEX.nominating_terms() == ["kite.example"]
    assert ProviderIndex([]).judge(ProviderFacts("7", "market", "app", {"url": "kite.example"}, {})) == ()
