"""A pack that a clerk of the market wrote, its versions, and an order that asks for it."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.world_by_hand import LICENCE, Hand, licence, served_now, write_market

SOFT = "soft-goods"
PACK = """\
pack: soft-goods
version: {version}
title: {{en: Soft goods}}
acts: [sell]
kinds: [listing]
words:
  soft:
    terms: {{en: [{terms}]}}
rules:
  - id: soft-for-sale
    when: soft in (title)
    verdict: {verdict}
    measure: {measure}
    why: {{en: "{why} “{{soft}}”.", zh: "{zh}“{{soft}}”。"}}
"""
TRIALS = '- {text: "Wool scarf", expect: %s}\n- {text: "A lamp", expect: none}\n'


def write_pack(
    folder: Path, version: int = 1, terms: str = "wool", verdict: str = "violation", measure: str = "remove_item",
    why: str = "Sells", zh: str = "出售", trials: str = "", name: str = SOFT,
) -> Path:  # fmt: skip
    """Writes (or edits) the pack in the market's folder `packs/`; gives the pack's folder."""
    made = folder / "packs" / name
    (made / "trials").mkdir(parents=True, exist_ok=True)
    text = PACK.format(version=version, terms=terms, verdict=verdict, measure=measure, why=why, zh=zh)
    (made / "pack.yaml").write_text(text.replace("pack: soft-goods", f"pack: {name}"), encoding="utf-8")
    (made / "trials" / "trials.yaml").write_text(trials or TRIALS % verdict, encoding="utf-8")
    return made


def write_soft_order(folder: Path, packs: str = SOFT) -> None:
    """An order of the licensing authority that names packs of ours, and lists two measures."""
    to = "[{operator: Example Market Ltd, measures: [remove_item, restrict_item], tasks: [report]}]"
    subject = f"{{acts: [sell], kinds: [listing], packs: [{packs}]}}"
    (folder / "soft.yaml").write_text(licence(served_now(), subject=subject, addressees=to), encoding="utf-8")


def market(folder: Path) -> Hand:
    """A market whose authorities and register are kept, with the first version of the pack as a draft."""
    write_market(folder, served=served_now())
    write_pack(folder)
    write_soft_order(folder)
    hand = Hand(folder)
    hand("--as", "awu", "authority", "add", "authorities.yaml")
    hand("--as", "kim", "register", "take", "licensed.yaml")
    return hand


def receive(hand: Hand) -> None:
    """The order comes in and is confirmed by a call."""
    hand("--as", "kim", "order", "receive", "soft.yaml")
    hand("--as", "awu", "order", "confirm", LICENCE, "--called", "+999 20 0442", "--with", "Ms Vale")


def accept(hand: Hand) -> None:
    """The order comes in, is confirmed and accepted."""
    receive(hand)
    hand("--as", "awu", "order", "accept", LICENCE)
