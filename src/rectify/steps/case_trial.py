"""A trial made from a case: "this case was wrong" becomes a line of the pack's trials, for good (`pack wrong`).

What leads to a person is left out: of the item only what rules read is kept, and addresses, numbers to call and handles
in its texts are replaced by others of the same form; for a pack is passed on, and its trials with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rectify.documents import Reading, read_document
from rectify.rules.pack import Pack
from rectify.rules.reader import read_pack
from rectify.rules.tree import ProductNamed, ProviderNamed, reads
from rectify.rules.trial import read_trials
from rectify.screening.trial import run_trials
from rectify.steps.decide import shown_case
from rectify.steps.orders import order_of
from rectify.terms.case import Case, CaseState
from rectify.terms.errors import Faulty, Refused, Unknown, nearest
from rectify.terms.finding import Verdict
from rectify.terms.order import Order
from rectify.workspace import Workspace

FILE = "from-cases.yaml"
READ = ("kind", "title", "text", "variants", "category", "language", "price", "currency", "attributes")
_EXPECTED = {
    CaseState.VIOLATION: Verdict.VIOLATION,
    CaseState.NO_VIOLATION: Verdict.NONE,
    CaseState.OUTSIDE: Verdict.NONE,
}
# What leads to a person, and what stands for it. Linear: every group is closed by what cannot be in it.
_PERSONAL = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"), "name@example.com"),
    (re.compile(r"(?:https?://|www\.)[^\s<>\"'，。）)]{1,500}"), "https://example.com"),
    (re.compile(r"(?<![\w@])@\w{3,40}"), "@example"),
    (re.compile(r"(?<![\d.,])\+?\d(?:[ ().-]{0,2}\d){8,14}(?![\d.,])"), "000000000"),
)


@dataclass(frozen=True, slots=True)
class CaseTrial:
    """A trial as it was written, what the pack says of it now, and which fields were made nameless."""

    file: Path
    written: str
    expect: Verdict
    got: Verdict
    masked: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether the pack already says what is expected."""
        return self.got is self.expect


def trial_from_case(
    workspace: Workspace, case_id: str, *, folder: Path | None = None, pack: str = "", expect: str = "", why: str = ""
) -> CaseTrial:
    """Adds a case as a trial to `trials/from-cases.yaml` of its pack, whose folder is the operator's own.

    `expect`: violation, review or none; without it what was decided. `folder`: of the packs, else that of the settings.
    Raises Refused where the case is open and nothing is expected, where its item was erased, where it was found by no
    pack or by several, for a shipped pack, and for a case that is a trial already.
    """
    case = shown_case(workspace, case_id)
    name = _pack_of(case, pack)
    place = (folder or workspace.path(workspace.settings.packs)) / name
    if not (place / "pack.yaml").is_file():
        raise Refused(f"the pack {name} is a shipped one", f"make it your own:  rectify pack new {name} --from {name}")
    expected = _expected(case, expect)
    known = read_pack(place, draft=True)
    written, masked = _written(case, known, order_of(workspace, case.order), expected, why or f"case {case.id}")
    file = place / "trials" / FILE
    there = file.read_text(encoding="utf-8") if file.is_file() else ""
    if written in there.splitlines():
        raise Refused(f"the case {case.id} is a trial of {name} already", f"see {file}")
    file.parent.mkdir(exist_ok=True)
    file.write_text(there + ("\n" if there and not there.endswith("\n") else "") + written + "\n", encoding="utf-8")
    try:
        read_pack(place, draft=True)
    except Faulty:
        if there:
            file.write_text(there, encoding="utf-8")
        else:
            file.unlink()
        raise
    return CaseTrial(file, written, expected, _now(known, written), masked)


def _pack_of(case: Case, pack: str) -> str:
    """The one pack that found a case, or the one named of several."""
    found = sorted({finding.pack for finding in case.findings})
    if not found:
        said = "was not found by a pack: the order names its exact place" if case.named else "has no findings any more"
        raise Refused(f"the case {case.id} {said}", "write a trial by hand, in trials/*.yaml of the pack")
    if pack and pack not in found:
        raise Unknown(f"the case {case.id} was not found by {pack}", nearest(pack, found))
    if not pack and len(found) > 1:
        raise Refused(f"the case {case.id} was found by {' and '.join(found)}", "say of which it is:  --pack NAME")
    return pack or found[0]


def _expected(case: Case, expect: str) -> Verdict:
    if expect:
        return Verdict(expect)
    if case.state not in _EXPECTED:
        raise Refused(f"the case {case.id} is not decided", "say what the pack should say:  --expect none")
    return _EXPECTED[case.state]


def _written(case: Case, pack: Pack, order: Order, expect: Verdict, why: str) -> tuple[str, tuple[str, ...]]:
    """A trial as one line of YAML, and the names of the fields that were made nameless."""
    if case.snapshot is None:
        raise Refused(f"the item of the case {case.id} was erased", "nothing of it can be kept, not as a trial either")
    item = {name: case.snapshot[name] for name in READ if case.snapshot.get(name)}
    clean = {name: _nameless(value) for name, value in item.items()}
    trial: dict[str, object] = {"item": clean}
    if any(reads(rule.condition, ProductNamed) for rule in pack.rules):
        trial["products"] = [
            {name: value for name in ("brand", "model", "gtin", "batch", "name") if (value := getattr(product, name))}
            for product in order.subject.products
        ]
    if any(reads(rule.condition, ProviderNamed) for rule in pack.rules):
        raise Refused("a provider that an order names is a person; no trial is made of it", "write one by hand")
    if any(finding.near_register for finding in case.findings):
        trial["registered"] = "near"
    trial |= {"expect": str(expect), "why": _nameless(why)}
    masked = tuple(name for name in item if clean[name] != item[name])
    return f"- {json.dumps(trial, ensure_ascii=False, default=str)}", masked


def _nameless(value: object) -> object:
    """A value with what leads to a person replaced."""
    if isinstance(value, str):
        for pattern, sign in _PERSONAL:
            value = pattern.sub(sign, value)
        return value
    if isinstance(value, Mapping):
        return {name: one if name in _NUMBERS else _nameless(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_nameless(one) for one in value]
    return value


_NUMBERS = frozenset({"gtin", "ean", "upc", "barcode", "isbn", "jan"})  # attributes that hold a product's number


def _now(pack: Pack, written: str) -> Verdict:
    """What a pack says of a trial's line."""
    reading = Reading()
    trials = read_trials(read_document(written.encode(), FILE), [rule.id for rule in pack.rules], reading)
    reading.done()
    return run_trials(pack, trials)[0].got
