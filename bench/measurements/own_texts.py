"""The packs on texts that were written for it: innocent ones that look risky, and offers that no rule has seen.

Both lie in tests/packs/data, written by hand before the rules that they test (its README says how).
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rectify.catalogue.files import FileSource
from rectify.rules.pack import Pack
from rectify.screening.compile import compile_plan
from rectify.screening.evaluate import Share
from rectify.terms.finding import Finding, Verdict

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "packs" / "data"
NEGATIVES, OFFERS, LATER = "hard_negatives_", "offers_held_out_", "offers_later_"
UNSEEN_INNOCENT, UNSEEN = "unseen_innocent", "unseen_offers_"  # which nobody looked at while rules were made
BORDERLINE = "borderline:"
_STRICTNESS = {Verdict.NONE: 0, Verdict.REVIEW: 1, Verdict.VIOLATION: 2}


@dataclass(frozen=True, slots=True)
class OwnText:
    """One text: the part of the name of its file behind the prefix, what it is, and how it is disguised (offers)."""

    id: str
    of: str
    language: str
    title: str
    why: str
    disguise: str = ""


@dataclass
class OwnScores:
    """Verdicts by pack (and "any pack" for the strictest of all) for each group of texts."""

    texts: Counter[str] = field(default_factory=Counter)  # group -> how many
    verdicts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (pack, group, verdict)
    flagged: list[tuple[str, Verdict, OwnText]] = field(default_factory=list)  # (pack, verdict, text)

    def share(self, pack: str, group: str, *verdicts: str) -> Share:
        """How many texts of a group got one of these verdicts."""
        return Share(sum(self.verdicts[pack, group, verdict] for verdict in verdicts), self.texts[group])


ANY = "any pack"


def read_texts(prefix: str) -> list[OwnText]:
    """The texts of all files that begin so."""
    found = []
    for path in sorted(FOLDER.glob(f"{prefix}*.csv")):
        of = path.stem.removeprefix(prefix)
        with path.open(encoding="utf-8", newline="") as file:
            found += [
                OwnText(
                    row["id"], of, row["language"], row["title"] or row["text"], row["why"], row.get("disguise") or ""
                )
                for row in csv.DictReader(file)
            ]
    return found


def findings_in(prefix: str, packs: Sequence[Pack]) -> Iterator[Finding]:
    """What these packs find in the texts of all files that begin so, with nobody registered."""
    plan = compile_plan(packs, [], [], [], date(1970, 1, 1), without_registers=True)
    for path in sorted(FOLDER.glob(f"{prefix}*.csv")):
        source = FileSource("own", [path.name], folder=path.parent)
        for split in source.splits():
            for batch in source.read(split):
                assert not batch.set_aside, batch.set_aside
                yield from plan.screen(batch.items).found


def strictest(found: Iterable[Finding]) -> Mapping[tuple[str, str], Verdict]:
    """(pack, item id) -> the strictest verdict; under ANY that of all packs."""
    said: dict[tuple[str, str], Verdict] = {}
    for finding in found:
        for pack in (finding.pack, ANY):
            key = pack, finding.item.id
            said[key] = max(said.get(key, Verdict.NONE), finding.verdict, key=_STRICTNESS.__getitem__)
    return said


def measure_negatives(packs: Sequence[Pack], prefix: str = NEGATIVES) -> OwnScores:
    """Each pack on all innocent texts, by file; group "" = all of them."""
    said = strictest(findings_in(prefix, packs))
    return _scored(packs, read_texts(prefix), said, lambda text: ("", text.of) if text.of else ("",))


def measure_offers(packs: Mapping[str, Pack], prefix: str = OFFERS) -> OwnScores:
    """Each pack on the offers of its own file (file -> pack): by language, plain or disguised, borderline apart."""
    texts = [text for text in read_texts(prefix) if text.of in packs]
    said = strictest(findings_in(prefix, list(packs.values())))

    def groups(text: OwnText) -> tuple[str, ...]:
        if text.why.startswith(BORDERLINE):
            return (f"{text.of}: borderline",)
        form = "disguised" if text.disguise else "plain"
        return (f"{text.of}: all", f"{text.of}: {form}", f"{text.of}: {text.language}, {form}")

    return _scored(list(packs.values()), texts, said, groups)


def measure_later(packs: Mapping[str, Pack]) -> OwnScores:
    """Each pack on the offers of the later hand: by half, plain or disguised."""
    texts = [text for text in read_texts(LATER) if text.of in packs]
    said = strictest(findings_in(LATER, list(packs.values())))

    def groups(text: OwnText) -> tuple[str, ...]:
        return (f"{text.of}: {half(text.id)}, {'disguised' if text.disguise else 'plain'}",)

    return _scored(list(packs.values()), texts, said, groups)


def half(text_id: str) -> str:
    """Whether misses of this text may be read, or are only counted."""
    return "counted" if hashlib.sha256(text_id.encode()).digest()[0] % 2 else "read"


def _scored(
    packs: Sequence[Pack],
    texts: Iterable[OwnText],
    said: Mapping[tuple[str, str], Verdict],
    groups: Callable[[OwnText], Iterable[str]],
) -> OwnScores:
    scores = OwnScores()
    names = [*(pack.name for pack in packs), ANY]
    for text in texts:
        for group in groups(text):
            scores.texts[group] += 1
            for name in names:
                scores.verdicts[name, group, str(said.get((name, text.id), Verdict.NONE))] += 1
        for name in names[:-1]:
            verdict = said.get((name, text.id), Verdict.NONE)
            if verdict is not Verdict.NONE:
                scores.flagged.append((name, verdict, text))
    return scores
