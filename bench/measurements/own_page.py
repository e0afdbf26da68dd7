"""The part of docs/measurements.md that tells of texts written for it (own_texts.py)."""

from __future__ import annotations

from bench.measurements.labelled import TOPICS
from bench.measurements.own_texts import ANY, OwnScores
from bench.measurements.tables import rate, share, table


def hard_negatives(hard: OwnScores) -> str:
    """Innocent texts, by file and pack."""
    files = [group for group in sorted(hard.texts) if group]
    packs = sorted({pack for pack, _, _ in hard.verdicts if pack != ANY})
    rows = [
        (pack, group or "all", f"{hard.texts[group]:,}", rate(hard.share(pack, group, "violation")),
         rate(hard.share(pack, group, "review")))
        for pack in (*packs, ANY)
        for group in ("", *files)
        if pack == ANY or group == "" or hard.share(pack, group, "violation", "review").part
    ]  # fmt: skip
    return f"""
## Hard negatives

{hard.texts[""]:,} innocent texts that look like what a pack seeks, by hand, in English, German, French and Chinese,
each written before the rule that it tests (`tests/packs/data/hard_negatives_*.csv`). Every pack is run over all of
them; *any pack* counts a text once, with the strictest verdict. A pack has a row where it flags something.

{table(("pack", "texts", "n", "violation [95 %]", "review [95 %]"), rows)}
"""


def blind_offers(own: OwnScores) -> str:
    """Offers written blind and read since."""
    return f"""
## Offers written blind

Written by somebody who did not know the packs, a third of them disguised
(`tests/packs/data/offers_held_out_*.csv`). What was found at first sight, before anybody had read the misses, is told
in the reading below; classes of words were learnt from them since, so these figures are of texts that were looked at.

{table(("offers", "n", "violation", "violation or review"), _found(own))}
"""


def sealed_set(own: OwnScores, innocent: OwnScores) -> str:
    """The set that nobody who writes rules looked at."""
    rows = [
        (pack, rate(innocent.share(pack, "", "violation")), rate(innocent.share(pack, "", "review")))
        for pack in (*TOPICS, ANY)
    ]
    return f"""
## A set that nobody looked at

A second set by another hand (`tests/packs/data/unseen_*.csv`), sealed until the packs stood: no rule, word or exception
comes from it. Two texts in five are disguised, a fifth of them in two ways at once; some offer by allusion alone, which
no word finds.

{table(("offers", "n", "violation", "violation or review"), _found(own))}

{innocent.texts[""]:,} innocent texts of the same hand, a quarter of them everyday listings:

{table(("pack", "violation", "review"), rows)}
"""


def later_offers(own: OwnScores) -> str:
    """Offers by a later hand, by half."""
    return f"""
## Offers by a later hand

180 offers a topic by a third hand, three in five of them disguised
(`tests/packs/data/offers_later_*.csv`). Words and rules were widened by the misses of half *read*; rows of half
*counted* were never read. Halves are by digest of the id.

{table(("offers", "n", "violation", "violation or review"), _found(own))}
"""


def _found(own: OwnScores) -> list[tuple[object, ...]]:
    pack_of = dict(zip(("medicines", "wildlife", "counterfeits"), TOPICS, strict=False))
    return [
        (group, own.texts[group], share(own.share(pack_of[group.partition(":")[0]], group, "violation")),
         share(own.share(pack_of[group.partition(":")[0]], group, "violation", "review")))
        for group in sorted(own.texts)
    ]  # fmt: skip
