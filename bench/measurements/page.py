"""docs/measurements.md as text: every figure comes from what was measured, the discussion from reading.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measurements.disguises import WINDOW, ReadThrough
from bench.measurements.labelled import VERDICTS, Measured, one_in
from bench.measurements.products import ProductScores
from bench.measurements.sweeps import ROUNDS, Swept
from rectify.rules.pack import Pack
from rectify.screening.evaluate import GroupRates, Share

READING = Path(__file__).with_name("reading.md")
FILES_READ = ("adverts", "apps", "catalogue", "comments", "resources", "product_examples", "obfuscation_pairs_zh")


@dataclass(frozen=True)
class Everything:
    """All that was measured on a day. `digests`: file name -> SHA-256 of its bytes."""

    day: str
    packs: Sequence[Pack]
    digests: Mapping[str, str]
    products: ProductScores
    files: Sequence[Measured]
    swept: Swept
    through: ReadThrough


def write_page(told: Everything) -> str:
    """The whole page."""
    parts = [
        _head(told),
        _aims(told),
        _products(told.products),
        _licence(told.files),
        _swept(told),
        _reading(told),
        _LABELS,
    ]
    return "\n".join(part.strip() + "\n" for part in parts)


def share(one: Share) -> str:
    """`0.971 [0.901, 0.992] 67/69`, or a dash for none of none."""
    value, interval = one.value, one.interval
    if value is None or interval is None:
        return "– 0/0"
    return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}] {one.part:,}/{one.whole:,}"


def rate(one: Share) -> str:
    """`0.022 % [0.004 %, 0.127 %] 1/4,458`: for rare things."""
    value, interval = one.value, one.interval
    if value is None or interval is None:
        return "– 0/0"
    return f"{value:.3%} [{interval[0]:.3%}, {interval[1]:.3%}] {one.part:,}/{one.whole:,}".replace("%", " %")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def _head(told: Everything) -> str:
    packs = table(("pack", "version", "digest"), [(p.name, p.version, f"`{p.digest}`") for p in told.packs])
    files = table(("file", "SHA-256"), [(f"{name}.parquet", f"`{digest}`") for name, digest in told.digests.items()])
    return f"""
# Measurements

How good the shipped packs are on real public data that nobody of this project wrote. Measured on {told.day}; this page is
written by the program, no figure by hand:

    python -m bench.measure --data FOLDER        # the folder of the data; it is not part of the project

{packs}

Intervals are 95 % Wilson score intervals. *Flagged* is either `violation` alone, or `violation` or `review`; a `review`
does nothing by itself, a person looks. Positive = label *violation* of the topic (or *same* product); *borderline* and
*maybe* are in neither and told apart. The same figures for one file come from the command line:

    rectify eval apps.parquet --pack unlicensed-vpn --topic vpn
    rectify screen catalogue.parquet --pack unlicensed-vpn -o findings.csv

{files}
"""


def _aims(told: Everything) -> str:
    files = {one.name: one for one in told.files}
    precision, recall = told.products.shares()
    loose_precision, loose_recall = told.products.shares(review=True)
    catalogue, apps = files["catalogue"].clean, files["apps"].clean
    goods, few = one_in(catalogue["violation"], catalogue.total(), 5_000)
    store, rare = one_in(apps["violation"], apps.total(), 500)
    rows = [
        ("identical-products, `violation`: precision", "at least 0.98", share(precision), _held(precision, 0.98)),
        ("identical-products, `violation`: recall", "at least 0.90", share(recall), _held(recall, 0.9)),
        ("identical-products, `violation` or `review`: precision", "at least 0.98", share(loose_precision), _held(loose_precision, 0.98)),
        ("identical-products, `violation` or `review`: recall", "at least 0.90", share(loose_recall), _held(loose_recall, 0.9)),
        ("unlicensed-vpn, `violation` in assumed-clean catalogue rows", "at most 1 in 5,000", rate(goods), _yes(few)),
        ("unlicensed-vpn, `violation` in apps labelled clean", "at most 1 in 500", rate(store), _yes(rare)),
    ]  # fmt: skip
    return "## Aims\n\n" + table(("what", "aim", "measured [95 %]", "met"), rows)


def _held(one: Share, aim: float) -> str:
    """Whether the aim is met, and whether the interval too lies above it."""
    if one.value is None or one.interval is None or one.value < aim:
        return "no"
    return "yes, the whole interval" if one.interval[0] >= aim else "yes; the interval reaches below"


def _yes(met: bool) -> str:
    return "yes" if met else "no"


def _products(scores: ProductScores) -> str:
    rows = []
    for group in ["", *scores.groups()]:
        for review, flagged in ((False, "violation"), (True, "violation or review")):
            rows.append((group or "all", flagged, *map(share, scores.shares(group, review=review))))
    apart = [(label, *(sum(n for (_, lab, v), n in scores.pairs.items() if (lab, v) == (label, verdict)) for verdict in VERDICTS))
             for label in ("maybe", "bundle")]  # fmt: skip
    classes = sorted(
        {(label, name) for label, name, _ in scores.classes}, key=lambda one: (_LABEL_ORDER.index(one[0]), one[1])
    )
    by_class = [
        (label, name, *(scores.classes[label, name, verdict] for verdict in VERDICTS)) for label, name in classes
    ]
    unlabelled = scores.products * scores.listings - scores.pairs.total()
    return f"""
## identical-products

`product_examples`: for each of {scores.products} products an order that names it (brand, each model, each number, batches),
screened over all {scores.listings} listings; {scores.pairs.total()} pairs are labelled.

{table(("pairs", "flagged as", "precision [95 %]", "recall [95 %]"), rows)}

Told apart, in neither: pairs of which the label says that a person must decide, and lots that contain the product.

{table(("label", *VERDICTS), apart)}

Of {unlabelled:,} pairs without a label {scores.unlabelled["violation"]} are a violation and {scores.unlabelled["review"]} for review.

By class of what the listing is:

{table(("label", "class", *VERDICTS), by_class)}
"""


_LABEL_ORDER = ("same", "maybe", "bundle", "different")


def _licence(files: Sequence[Measured]) -> str:
    parts = [
        "## unlicensed-vpn\n\nWithout a register, so nobody counts as licensed. Files without positives say how often it is wrong, and nothing else."
    ]
    for one in files:
        groups = [line for group in one.result.groups for line in _lines(group)]
        parts.append(f"### {one.name}: {one.rows:,} rows\n\n"
                     + table(("by", "group", "flagged as", "positive", "negative", "precision [95 %]", "recall [95 %]", "flagged among negatives [95 %]"), groups))  # fmt: skip
        if one.classes:
            parts.append("Positives by where the word stands:\n\n" + _verdicts("class", sorted(one.classes.items())))
        if one.borderline:
            parts.append("Borderline rows, in neither:\n\n" + _verdicts("label", [("borderline", one.borderline)]))
    return "\n\n".join(parts)


def _lines(group: GroupRates) -> list[tuple[object, ...]]:
    return [
        (group.by, group.name, flagged, rates.positives, f"{rates.negatives:,}",
         share(rates.precision), share(rates.recall), rate(rates.alarm_rate))
        for flagged, rates in (("violation", group.violation), ("violation or review", group.flagged))
    ]  # fmt: skip


def _verdicts(head: str, rows: Iterable[tuple[str, Counter[str]]]) -> str:
    return table((head, *VERDICTS), [(name, *(counted[verdict] for verdict in VERDICTS)) for name, counted in rows])


def _swept(told: Everything) -> str:
    swept, through = told.swept, told.through
    found = (
        "; ".join(f"{pack}: {n} {verdict}" for (pack, verdict), n in sorted(swept.verdicts.items())) or "no findings"
    )
    classes = table(("seen through", "windows"), [(name, f"{n:,}") for name, n in through.classes.most_common()])
    return f"""
## The whole catalogue file in one plan

Both packs and all {swept.products} example products in one plan over {swept.rows:,} rows (short titles for the most part):
{swept.seconds:.2f} s of CPU time on one core, reading the Parquet file included (median of {ROUNDS} rounds), about
{swept.rows / swept.seconds:,.0f} rows a second. Findings: {found}. Speed on longer listings and more words: docs/benchmarks.md.

## Real disguises

{through.messages:,} grey-market messages in Chinese with disguised characters, and the source's own plain text of each. Topics do not
matter here: windows of {WINDOW} characters of the plain text that the disguised one does not hold as such are sought in it.
Read through: {share(Share(through.found, through.sought))}.

{classes}
"""


def _reading(told: Everything) -> str:
    text = READING.read_text(encoding="utf-8")
    head, _, body = text.partition("\n\n")
    stale = [f"{pack.name} has changed since" for pack in told.packs if pack.digest not in head]
    note = f"\n\n**{'; '.join(stale)}: read again.**" if stale else ""
    day = head.splitlines()[0].removeprefix("read: ")
    return f"## Misses and alarms, read by class\n\nRead by a person on {day}, of the packs with the digests above.{note}\n\n{body}"


_LABELS = """
## What the labels mean, and what this data cannot say

- A label says what a thing *is* (a VPN service, the same product), not that a law is broken: that depends on the country, the
  register and the order.
- Rows of the catalogue, of the comments and most apps are *assumed* clean: taken from large shops and reviews, not read one by
  one. A hit there can be a true one, so alarms are read before they are counted against the pack.
- Labels were set by one reader, often from the title and the first lines; for apps some texts are missing (*name only*), and
  the source sometimes attached another app's summary.
- No real recall of this data has a real listing of the same product. Every real *same* is an ordinary article that stands in for
  a recalled one; every *same* of a real recall was written for the purpose, mostly from a few dozen sentence patterns. The groups
  are therefore told apart, and the intervals say nothing of sellers who write otherwise.
- Pairs of product and listing that are not labelled are mostly, not surely, different.
- Numbers and contacts are masked in the sources, which also removes some disguises. No weapon adverts, no dark-net listings, no
  pictures; English and Chinese for the most part.
- The rows themselves are not part of this project: most sources state no licence.
"""
