"""The example world, made from a seed and an instant: about 20,000 rows, one in a hundred an offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rectify.example import goods, offers, people, recall
from rectify.example.draw import Draw
from rectify.example.rows import Account, Item, Truth, World
from rectify.example.words import words

SEED = 2026
URL = "https://market.example/i/{}"


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows of each sort. `offers` are listings; apps and posts that offer come from their word lists."""

    sellers: int = 1700
    developers: int = 600
    authors: int = 400
    listings: int = 12_600
    apps: int = 4_000
    talk: int = 700
    offers: int = 122


SMALL = Size(sellers=120, developers=60, authors=40, listings=700, apps=140, talk=90, offers=70)


def make_world(at: datetime, seed: int = SEED, size: Size = Size()) -> World:
    """The world as of an instant. The same seed, instant and size give the same rows.

    Raises ValueError for a size too small for the rows that the story needs.
    """
    sellers, developers = people.sellers(seed, size.sellers), people.developers(seed, size.developers)
    authors = people.authors(seed, size.authors)
    sellers, developers = _cast(sellers, developers)
    named = _named(at, seed, sellers)
    listings = _listings(at, seed, size, sellers, named)
    apps = _apps(at, seed, size, developers)
    talk = _talk(at, seed, size, authors)
    ids = {name: item.id for name, item in named.items()}
    return World(at, sellers, developers, authors, listings, apps, talk, ids)


def _cast(sellers: Sequence[Account], developers: Sequence[Account]) -> tuple[list[Account], list[Account]]:
    """The accounts that the story needs at fixed places: providers on the register, sellers in two languages."""
    first, second = words("people")["licensed"]
    sellers, developers = list(sellers), list(developers)
    sellers[0] = people.licensed(sellers[0], first)
    # Like the second provider, and bound to it by nobody yet: a person looks, and binds it.
    sellers[1] = replace(people.licensed(sellers[1], second), name="Quayside Privacy Limited", licence="")
    developers[0] = people.licensed(developers[0], first)
    developers[1] = people.licensed(developers[1], second)
    for place, language in ((2, "en"), (3, "zh"), (4, "en"), (5, "zh"), (6, "en")):
        number = sellers[place].number
        sellers[place] = replace(sellers[place], language=language, status="open", known=True, country="XA",
                                 mail=f"{number.lower()}@market.example")  # fmt: skip
    return sellers, developers


def _named(at: datetime, seed: int, sellers: Sequence[Account]) -> dict[str, Item]:
    """The rows that the story calls by name, with ids of their own."""
    shared, chinese, private, other, last = sellers[2:7]
    pram = next(recall.prams(seed, at, [shared]))
    offer = offers.listings(seed + 1, 60, at, [private])[50:]
    hostile = [replace(one, account=other.number, title=title, storefronts=("xa",), own="visible", disguise="")
               for one, title in zip(offer[4:8], HOSTILE.values(), strict=True)]  # fmt: skip
    guide = words("innocent")["handbook"]
    found = {
        "pram": (88121, replace(pram, storefronts=("xa", "xb"))),
        "repaired": (88140, _pram_of(seed, at, chinese)),
        "both": (77005, recall.both(at, shared)),
        "guide": (66031, _offer(offer[0], last, guide["title"], guide["text"], Truth.MISTAKEN)),
        "labelled": (66040, _offer(offer[1], private, "VPN 24 months, seven devices, monthly news")),
        "hidden": (66041, _offer(offer[2], private, "VPN subscription, yearly, one device")),
        "deleted": (66042, _offer(offer[3], chinese, "VPN 包月 送一周 12元/月")),
        **{name: (66050 + n, item) for n, (name, item) in enumerate(zip(HOSTILE, hostile, strict=True))},
        "twice": (66060, _offer(offer[8], private, "VPN 12 months, first come, first served")),
    }
    return {name: replace(item, id=f"GW-{n}", url=URL.format(f"GW-{n}")) for name, (n, item) in found.items()}


# Offers whose titles try to do something to whoever shows them: a spreadsheet, a reader's eye, a terminal, a page.
HOSTILE = {
    "formula": '=HYPERLINK("https://pay.example","VPN 12 months subscription")',
    "bidi": "VPN monthly subscription \u202esnoitacifitrec lla\u202c",
    "control": "VPN yearly subscription \x1b[2J\x1b]0;paid\x07 five devices",
    "markup": "<script>alert(1)</script> VPN lifetime subscription <b>now</b>",
}


def _pram_of(seed: int, at: datetime, seller: Account) -> Item:
    prams = recall.prams(seed, at, [seller])
    chinese = next(item for item in prams if item.language == "zh" and "K3" in item.title)
    return replace(chinese, storefronts=("xa",), attributes=recall.PRAM)


def _offer(item: Item, seller: Account, title: str, text: str = "", truth: Truth = Truth.OFFER) -> Item:
    return replace(item, account=seller.number, title=title, text=text or item.text, storefronts=("xa",), own="visible",
                   variants=(), truth=truth, disguise="", language=seller.language)  # fmt: skip


def _listings(
    at: datetime, seed: int, size: Size, sellers: Sequence[Account], named: dict[str, Item]
) -> tuple[Item, ...]:
    """All listings: what is special lies spread among the ordinary ones."""
    first, second = words("people")["licensed"]
    traders = [account for account in sellers[7:] if account.status == "open"]
    few = Draw(seed, "who sells access").some(traders, 34)
    special = [
        *offers.listings(seed, size.offers, at, few),
        offers.licensed_listing(seed, first, at, sellers[0]),
        offers.licensed_listing(seed, second, at, sellers[1]),
        *offers.innocent(seed, at, traders),
        *recall.prams(seed, at, traders),
        *recall.routers(seed, at, traders),
        *recall.nearby(seed, at, traders),
    ]
    ordinary = (goods.listing(seed, n, at, sellers) for n in range(_left(size.listings, special, named)))
    mixed = _numbered([*ordinary, *special], seed, "GW", 10001, URL)
    again = replace(named["twice"], title="VPN 24 months, first come, first served")  # the second row with its id
    return (*mixed, *named.values(), again)


def _apps(at: datetime, seed: int, size: Size, developers: Sequence[Account]) -> tuple[Item, ...]:
    first, second = words("people")["licensed"]
    special = [
        *offers.apps(seed, at, developers[2:], 3),
        offers.licensed_app(seed, first, at, developers[0]),
        offers.licensed_app(seed, second, at, developers[1]),
    ]
    ordinary = (goods.app(seed, n, at, developers) for n in range(_left(size.apps, special)))
    return tuple(_numbered([*ordinary, *special], seed, "app", 50001, "https://apps.example/a/{}"))


def _talk(at: datetime, seed: int, size: Size, authors: Sequence[Account]) -> tuple[Item, ...]:
    special = list(offers.talk(seed, at, authors))
    ordinary = (goods.talk(seed, n, at, authors) for n in range(_left(size.talk, special)))
    return tuple(_numbered([*ordinary, *special], seed, "T", 70001, "https://market.example/t/{}"))


def _left(count: int, *special: Iterable[object]) -> int:
    left = count - sum(len(list(part)) for part in special)
    if left < 0:
        raise ValueError(f"{count} rows are too few: {-left} more are needed")
    return left


def _numbered(items: Sequence[Item], seed: int, prefix: str, first: int, url: str) -> list[Item]:
    """Items in an order that follows from the seed, with ids and addresses."""
    order = sorted(range(len(items)), key=lambda n: Draw(seed, "place", prefix, n).below(1 << 62))
    found = []
    for number, place in enumerate(order, first):
        name = f"{prefix}-{number}"
        found.append(replace(items[place], id=name, url=url.format(name)))
    return found
