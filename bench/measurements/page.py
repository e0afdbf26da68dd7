"""docs/measurements.md as text: every figure comes from what was measured, the discussion from reading.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measurements.disguises import WINDOW, ReadThrough
from bench.measurements.labelled import TOPICS, VERDICTS, Measured, one_in
from bench.measurements.own_page import blind_offers, hard_negatives, later_offers, sealed_set
from bench.measurements.own_texts import ANY, OwnScores
from bench.measurements.products import ProductScores
from bench.measurements.real_disguises import Cost, RealDisguises, disguises_block
from bench.measurements.sweeps import ROUNDS, Swept
from bench.measurements.tables import rate, share, table
from rectify.rules.pack import Pack
from rectify.screening.evaluate import GroupRates, Share

HERE = Path(__file__).parent
FILES_READ = ("adverts", "apps", "catalogue", "comments", "resources", "product_examples", "obfuscation_pairs_zh")
_HEADING = "## What the labels mean, and what this data cannot say\n\n"
_LABELS = ("same", "maybe", "bundle", "different")
_HEADS = ("by", "group", "flagged as", "positive", "negative", "precision [95 %]", "recall [95 %]",
          "flagged among negatives [95 %]")  # fmt: skip


@dataclass(frozen=True)
class Everything:
    """All that was measured on a day. `digests`: file name -> SHA-256 of its bytes; None, or absent, where its file was
    not there.
    """

    day: str
    packs: Sequence[Pack]
    digests: Mapping[str, str]
    products: ProductScores | None
    files: Sequence[Measured]
    negatives: OwnScores
    offers: OwnScores
    later: OwnScores
    unseen: OwnScores
    unseen_innocent: OwnScores
    swept: Swept | None
    through: ReadThrough | None
    disguises: tuple[RealDisguises, Sequence[Cost]] | None


def write_page(told: Everything) -> str:
    """The whole page."""
    parts = [
        _head(told),
        _aims(told),
        _products(told.products) if told.products else "",
        *(_topical(name, told.files) for name in TOPICS),
        hard_negatives(told.negatives),
        blind_offers(told.offers),
        later_offers(told.later),
        sealed_set(told.unseen, told.unseen_innocent),
        _swept(told.swept) if told.swept else "",
        _through(told.through) if told.through else "",
        disguises_block(*told.disguises) if told.disguises else "",
        _reading(told),
        _HEADING + _text("labels"),
    ]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def _text(name: str) -> str:
    return HERE.joinpath(f"{name}.md").read_text(encoding="utf-8")


def _head(told: Everything) -> str:
    packs = table(("pack", "version", "digest"), [(p.name, p.version, f"`{p.digest}`") for p in told.packs])
    files = table(("file", "SHA-256"), [(f"{name}.parquet", f"`{digest}`") for name, digest in told.digests.items()])
    return f"# Measurements\n\n{_text('intro')}\nMeasured on {told.day}:\n\n{packs}\n\n{files}\n"


def _aims(told: Everything) -> str:
    rows = []
    for review, flagged in ((False, "`violation`"), (True, "`violation` or `review`")):
        shares = told.products.shares(review=review) if told.products else ()
        for what, one, aim in zip(("precision", "recall"), shares, (0.98, 0.9), strict=bool(shares)):
            rows.append(
                (f"identical-products, {flagged}: {what}", f"at least {aim:.2f}", share(one), _reached(one, aim))
            )
    rows += [row for name in TOPICS for row in _aims_of(name, told.files)]
    hard = told.negatives
    for verdict, limit in (("violation", 0.001), ("review", 0.01)):
        one = hard.share(ANY, "", verdict)
        met = "yes" if one.part <= limit * one.whole else "no"
        rows.append(
            (
                f"all packs, `{verdict}` in innocent texts that look risky",
                f"at most {limit:.1%}".replace("%", " %"),
                rate(one),
                met,
            )
        )
    return "## Aims\n\n" + table(("what", "aim", "measured [95 %]", "met"), rows)


def _aims_of(pack: str, files: Sequence[Measured]) -> Iterator[tuple[str, str, str, str]]:
    """The aims of a pack with words; a licence pack has none for what it finds, only for what it must not."""
    for one in files:
        if one.pack != pack:
            continue
        (whole,) = (group for group in one.result.groups if group.by == "all")
        if one.name == "adverts" and pack != "unlicensed-vpn":
            found, precise = whole.flagged.recall, whole.violation.precision
            yield (
                f"{pack}, adverts found (`violation` or `review`)",
                "at least 0.90",
                share(found),
                _reached(found, 0.9),
            )
            yield f"{pack}, adverts, `violation`: precision", "at least 0.97", share(precise), _reached(precise, 0.97)
        if one.name == "catalogue":
            for verdict, aim in (("violation", 10_000), ("review", 500)):
                alarms, met = one_in(one.clean[verdict], one.clean.total(), aim)
                yield (f"{pack}, `{verdict}` in assumed-clean catalogue rows", f"at most 1 in {aim:,}", rate(alarms),
                       "yes" if met else "no")  # fmt: skip
        if one.name == "apps" and pack == "unlicensed-vpn":
            alarms, met = one_in(one.clean["violation"], one.clean.total(), 500)
            yield (
                f"{pack}, `violation` in apps labelled clean",
                "at most 1 in 500",
                rate(alarms),
                "yes" if met else "no",
            )


def _reached(one: Share, aim: float) -> str:
    """Whether the aim is met, and whether the interval too lies above it."""
    if one.value is None or one.interval is None or one.value < aim:
        return "no"
    return "yes, the whole interval" if one.interval[0] >= aim else "yes; the interval reaches below"


def _products(scores: ProductScores) -> str:
    rows = [
        (
            group or "all",
            "violation or review" if review else "violation",
            *map(share, scores.shares(group, review=review)),
        )
        for group in ["", *scores.groups()]
        for review in (False, True)
    ]
    apart = [(label, *(scores.count(label, verdict) for verdict in VERDICTS)) for label in ("maybe", "bundle")]
    named = sorted(
        {(label, name) for label, name, _ in scores.classes}, key=lambda one: (_LABELS.index(one[0]), one[1])
    )
    classes = [(label, name, *(scores.classes[label, name, verdict] for verdict in VERDICTS)) for label, name in named]
    return f"""
## identical-products

`product_examples`: for each of {scores.products} products an order that names it (brand, each model, each number,
batches), screened over all {scores.listings} listings; {scores.pairs.total()} pairs are labelled.

{table(("pairs", "flagged as", "precision [95 %]", "recall [95 %]"), rows)}

Told apart, in neither: pairs of which the label says that a person must decide, and lots that contain the product.

{table(("label", *VERDICTS), apart)}

Pairs without a label: {scores.unlabelled.total():,}, of them {scores.unlabelled["violation"]} a violation and
{scores.unlabelled["review"]} for review. By class of what the listing is:

{table(("label", "class", *VERDICTS), classes)}
"""


def _topical(pack: str, files: Sequence[Measured]) -> str:
    own = [one for one in files if one.pack == pack]
    if not own:
        return ""
    parts = [
        f"## {pack}",
        f"`rectify eval FILE.parquet --pack {pack} --topic {TOPICS[pack]}`, without a register: nobody counts as "
        "licensed. A file without positives says how often the pack is wrong, and nothing else.",
    ]
    for one in own:
        positive = any(group.flagged.positives for group in one.result.groups)
        groups = [
            line for group in one.result.groups if positive or group.by in ("all", "language") for line in _lines(group)
        ]
        parts += [f"### {pack} on {one.name}: {one.rows:,} rows", table(_HEADS, groups)]
        if one.classes:
            parts += ["Positives by where the word stands:", _verdicts("class", sorted(one.classes.items()))]
        if one.borderline:
            parts += ["Borderline rows, in neither:", _verdicts("label", [("borderline", one.borderline)])]
    return "\n\n".join(parts)


def _lines(group: GroupRates) -> list[tuple[object, ...]]:
    return [
        (group.by, group.name, flagged, rates.positives, f"{rates.negatives:,}",
         share(rates.precision), share(rates.recall), rate(rates.alarm_rate))
        for flagged, rates in (("violation", group.violation), ("violation or review", group.flagged))
    ]  # fmt: skip


def _verdicts(head: str, rows: Iterable[tuple[str, Counter[str]]]) -> str:
    return table((head, *VERDICTS), [(name, *(counted[verdict] for verdict in VERDICTS)) for name, counted in rows])


def _swept(swept: Swept) -> str:
    found = "; ".join(f"{pack}: {n} {verdict}" for (pack, verdict), n in sorted(swept.verdicts.items())) or "none"
    return f"""
## The whole catalogue file in one plan

All packs and all {swept.products} example products in one plan over {swept.rows:,} rows, short titles for the most
part: {swept.seconds:.2f} s of CPU time on one core, reading the Parquet file included (median of {ROUNDS} rounds),
about {swept.rows / swept.seconds:,.0f} rows a second. Findings: {found}. Speed on longer listings: docs/benchmarks.md.
"""


def _through(through: ReadThrough) -> str:
    classes = table(("seen through", "windows"), [(name, f"{n:,}") for name, n in through.classes.most_common()])
    return f"""
## Real disguises: windows of text

{through.messages:,} grey-market messages in Chinese with disguised characters, and the source's own plain text of each.
Topics do not matter here: windows of {WINDOW} characters of the plain text that the disguised one does not hold as such
are sought in it. Read through: {share(Share(through.found, through.sought))}.

{classes}
"""


def _reading(told: Everything) -> str:
    head, _, body = _text("reading").partition("\n\n")
    stale = [pack.name for pack in told.packs if pack.digest not in head]
    note = f"\n\n**Changed since and to be read again: {', '.join(stale)}.**" if stale else ""
    day = head.splitlines()[0].removeprefix("read: ")
    return f"## Misses and alarms, read by class\n\nRead on {day}, row by row; told by class.{note}\n\n{body}"
