"""Measuring a pack on rows that somebody labelled, outside of any order: `rectify eval`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rectify.catalogue.files import FileSource
from rectify.rules.pack import Pack
from rectify.rules.registers import Register
from rectify.screening.compile import compile_plan
from rectify.screening.evaluate import EvalResult, Labelled, evaluate, truth_of
from rectify.terms.errors import Fault, Faulty, Place
from rectify.terms.finding import Finding

LABELS = ("label", "topic", "note")  # columns of a labelled file beside those of an item


def measure(labelled: Path, pack: Pack, topic: str, register: Register | None = None) -> EvalResult:
    """Screens a labelled file and scores the findings. Raises Faulty where the columns label and topic are missing.

    Positive = label violation with this topic; borderline is told apart; every other row is negative.
    """
    own = {name: f"attributes.{name}" for name in LABELS}
    first = FileSource("labelled", [labelled.name], folder=labelled.parent, kind="listing")
    columns = set(first.columns())
    if missing := {"label", "topic"} - columns:
        fault = Fault(f"there is no column {' and no column '.join(sorted(missing))}", Place(file=str(labelled)),
                      "a labelled file says label (violation, clean, borderline) and topic")  # fmt: skip
        raise Faulty([fault])
    source = FileSource(
        "labelled", [labelled.name], folder=labelled.parent, kind="" if "kind" in columns else "listing",
        map={name: field for name, field in own.items() if name in columns},
    )  # fmt: skip
    as_of = register.as_of if register else date(1970, 1, 1)
    plan = compile_plan([pack], [register] if register else [], [], [], as_of, without_registers=register is None)
    found: list[Finding] = []
    labels: list[Labelled] = []
    for split in source.splits():
        for batch in source.read(split):
            found += plan.screen(batch.items, "labelled").found
            kept = batch.items.select(["id", "kind", "language", "title", "attributes"]).to_pylist()
            for row in kept:
                told = dict(row["attributes"] or ())
                truth = truth_of(told.get("label", ""), told.get("topic", ""), topic)
                note = told.get("note", "")
                group = "name only" if "name only" in note else ""  # no text is stored: scored apart
                labels.append(
                    Labelled(row["id"], row["kind"], row["language"] or "", truth, row["title"] or "", note, group)
                )
    return evaluate(found, labels, topic=topic, pack=f"{pack.name} {pack.version}", digest=pack.digest)
