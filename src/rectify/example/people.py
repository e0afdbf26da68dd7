"""The accounts of the example: traders, private sellers, developers and authors, with names that are nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rectify.example.draw import Draw
from rectify.example.rows import Account
from rectify.example.words import words

LANGUAGES = (("en", 55), ("zh", 32), ("de", 8), ("fr", 5))
_JOIN = {"zh": "", "de": "", "en": " ", "fr": " "}


def sellers(seed: int, count: int) -> list[Account]:
    """Sellers of the market: six of ten trade, the rest sell privately and give no name."""
    return [_account(Draw(seed, "seller", n), f"S-{1001 + n}", "market.example", 40) for n in range(count)]


def developers(seed: int, count: int) -> list[Account]:
    """Developers of the app store."""
    found = []
    for n in range(count):
        draw = Draw(seed, "developer", n)
        made = _account(draw, f"D-{2001 + n}", "apps.example", 10)
        name = f"{draw.one(words('people')['first']['en'])} {draw.one(words('people')['studio'])}"
        found.append(replace(made, name=name) if made.name and draw.happens(60) else made)
    return found


def authors(seed: int, count: int) -> list[Account]:
    """People who write posts and comments: known by a number and a mail address."""
    return [_account(Draw(seed, "author", n), f"U-{3001 + n}", "post.example", 100) for n in range(count)]


def licensed(account: Account, entry: dict[str, Any]) -> Account:
    """An account of a provider on the register."""
    return replace(
        account, kind="business", name=entry["name"], mail=f"office@{entry['domain']}", country="XA",
        licence=entry["licence"], company_number=entry["company_number"], language="en", known=True,
    )  # fmt: skip


def _account(draw: Draw, number: str, host: str, private: int) -> Account:
    language = draw.weighted(LANGUAGES)
    alone = draw.happens(private)
    mail = "" if draw.happens(8) else f"{number.lower()}@{host}"
    people = words("people")
    post = f"{1 + draw.below(180)} {draw.one(people['street'])}, {draw.one(people['town'])}" if draw.happens(50) else ""
    return Account(
        number=number,
        kind="private" if alone else "business",
        name="" if alone else _name(draw, people, language),
        mail=mail,
        post=post,
        language=language,
        country=draw.weighted((("XA", 70), ("XB", 30))),
        company_number="" if alone else f"{draw.one(('XA', 'XB'))} {100 + draw.below(300)} {100 + draw.below(900)}",
        status=draw.weighted((("open", 97), ("suspended", 2), ("closed", 1))),
        known=not draw.happens(2),
    )


def _name(draw: Draw, people: dict[str, Any], language: str) -> str:
    first, trade, form = (draw.one(people[part][language]) for part in ("first", "trade", "form"))
    if language == "en":
        return f"{first} {draw.one(people['second']['en'])} {trade} {form}"
    return f"{first}{_JOIN[language]}{trade}" + (form if language == "zh" else f" {form}")


def pick(draw: Draw, accounts: Sequence[Account], language: str = "") -> Account:
    """An open account, of a language where one is asked for and found within a few tries."""
    found = draw.one(accounts)
    for _ in range(12):
        if found.status == "open" and (not language or found.language == language):
            return found
        found = draw.one(accounts)
    return found
