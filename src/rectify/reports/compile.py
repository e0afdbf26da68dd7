"""From an order's ledger to its rectification report (DESIGN.md §15). A fold of entries: same entries, same report."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rectify.reports.acts import ActsSeen
from rectify.reports.waiting import ON_SALE, TOO_LATE, UNDECIDED, ClaimsSeen
from rectify.terms.entry import Json, Opened
from rectify.terms.errors import Broken
from rectify.terms.report import RectificationReport

NO_ADDRESS = "letter without address"  # the sort of task that such a letter opens
TOLD = ("written", "handed_over", "no_address", "delivered", "failed")
JUDGEMENTS = ("violation", "no_violation", "outside", "asked")
# What the report shows of the order, and what stands there once the order's text was erased.
ORDER_SHOWN: Mapping[str, Json] = {
    "reference": "", "act": "", "instrument": "", "authority": {"name": "", "country": ""}, "language": "",
    "served": None, "territory": [], "legal_basis": [], "reasons": "", "subject": {}, "search": None, "redress": "",
    "addressees": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """With what a report was made: all that its bytes depend on beside the ledger."""

    clock: datetime
    version: str
    locale: str
    checkpoint: str  # signed note, or empty for a rehearsal
    at_host: Mapping[str, str] | None = None  # claim or target -> why nothing more is due there; None: nobody looked
    on_purpose: str = ""  # why a person leaves violations on sale that somebody here could still take down


@dataclass(slots=True)
class _Fold:
    """What the entries said so far."""

    received: Opened | None = None
    accepted: Mapping[str, Json] | None = None
    deadline: Mapping[str, Json] | None = None
    planned: Mapping[str, Json] | None = None
    swept: dict[str, Mapping[str, Json]] = field(default_factory=dict)  # the last sweep of each source
    cases: dict[str, str] = field(default_factory=dict)  # case -> open or the judgement that stands
    by_machine: dict[str, bool] = field(default_factory=dict)
    letters: dict[str, tuple[str, str]] = field(default_factory=dict)  # letter -> occasion, state
    no_address: set[str] = field(default_factory=set)  # letters that nobody knew where to send
    appeals: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    reported: list[Mapping[str, Json]] = field(default_factory=list)
    fell: list[Mapping[str, Json]] = field(default_factory=list)
    acts: ActsSeen = field(default_factory=ActsSeen)
    waiting: ClaimsSeen = field(default_factory=ClaimsSeen)

    def take(self, opened: Opened) -> None:
        reader = getattr(self, f"_{opened.entry.kind}", None)
        if reader is not None:
            reader(opened)
        self.acts.take(opened)
        self.waiting.take(opened)

    def _received(self, opened: Opened) -> None:
        self.received = opened

    def _accepted(self, opened: Opened) -> None:
        self.accepted = opened.body

    def _deadline_set(self, opened: Opened) -> None:
        self.deadline = opened.body

    def _planned(self, opened: Opened) -> None:
        self.planned = opened.body

    def _swept(self, opened: Opened) -> None:
        self.swept[opened.body["source"]] = opened.body

    def _gathered(self, opened: Opened) -> None:
        self.cases[opened.body["case"]] = "open"

    def _decided(self, opened: Opened) -> None:
        self.cases[opened.body["case"]] = sys.intern(opened.body["judgement"])
        self.by_machine[opened.body["case"]] = bool(opened.body["machine"])

    def _letter_written(self, opened: Opened) -> None:
        self.letters[opened.body["letter"]] = (opened.body["occasion"], "written")

    def _letter_sent(self, opened: Opened) -> None:
        nowhere = opened.body["letter"] in self.no_address  # then it lies in our own folder, and nobody has it
        self._letter(opened, "no_address" if nowhere else "handed_over")

    def _letter_delivered(self, opened: Opened) -> None:
        self._letter(opened, "delivered")

    def _letter_failed(self, opened: Opened) -> None:
        if opened.body["final"]:
            self._letter(opened, "failed")

    def _letter(self, opened: Opened, state: str) -> None:
        occasion, _ = self.letters[opened.body["letter"]]
        self.letters[opened.body["letter"]] = (occasion, state)

    def _appealed(self, opened: Opened) -> None:
        self.appeals[opened.body["appeal"]] = "open"

    def _appeal_decided(self, opened: Opened) -> None:
        self.appeals[opened.body["appeal"]] = "granted" if opened.body["granted"] else "denied"

    def _task_opened(self, opened: Opened) -> None:
        self.tasks[opened.body["task"]] = opened.body
        if opened.body["what"] == NO_ADDRESS:
            self.no_address.add(opened.body.get("about", ""))

    def _task_done(self, opened: Opened) -> None:
        self.tasks.pop(opened.body["task"], None)

    def _reported(self, opened: Opened) -> None:
        self.reported.append(opened.body)

    def _fell(self, opened: Opened) -> None:
        self.fell.append({"what": opened.entry.kind, "at": instant(opened.entry.at)})

    _annulled = _ended = _narrowed = _fell

    @property
    def over(self) -> bool:
        """Whether the order came to its end: nothing is decided under it any more."""
        return any(one["what"] in ("annulled", "ended") for one in self.fell)


def instant(at: datetime) -> str:
    """RFC 3339 UTC text, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def compile_report(entries: Iterable[Opened], made: Made, state: str) -> RectificationReport:
    """The report of one order from the entries of its book, in order. `state`: rehearsal, interim, final, corrected.

    Raises Broken where the sums do not hold: a report that does not add up is not written.
    """
    fold = _Fold()
    for opened in entries:
        fold.take(opened)
    if fold.received is None:
        raise Broken("this book holds no order: no entry `received`")
    report = RectificationReport(
        state=state,
        made=_made(fold, made),
        order=_order(fold.received),
        acceptance=_acceptance(fold.accepted),
        deadline=_deadline(fold, made),
        seen=_seen(fold),
        findings=_findings(fold),
        cases=_cases(fold),
        measures=fold.acts.measures(),
        told=_told(fold),
        appeals={name: list(fold.appeals.values()).count(name) for name in ("open", "granted", "denied")},
        undone=fold.acts.undone(fold.fell),
        tasks=_tasks(fold, state),
        left=_left(fold, made),
    )
    if faults := report.unequal():
        raise Broken("the sums of the report do not hold: " + "; ".join(faults), "rectify ledger verify")
    return replace(report, changed=_changed(report, fold.reported))


def totals(report: RectificationReport) -> dict[str, int]:
    """The numbers of a report by name, as `reported` keeps them to tell the next report what changed."""
    sums: Counter[str] = Counter()
    for line in report.measures:
        for name in ("approved", "done", "moot", "failed", "refused", "unknown", "left_out"):
            sums[f"measures {name}"] += line[name]
    flat = {f"cases {k}": v for k, v in report.cases.items()} | dict(sums)
    return (
        flat
        | {"rows seen": report.seen["rows"], "undone": report.undone["done"]}
        | {f"appeals {k}": v for k, v in report.appeals.items()}
    )


def _made(fold: _Fold, made: Made) -> dict[str, Json]:
    plan = fold.planned or {}
    files = [dict(f, source=source) for source, swept in sorted(fold.swept.items()) for f in swept["files"]]
    return {
        "clock": instant(made.clock),
        "version": made.version,
        "locale": made.locale,
        "plan": plan.get("plan", ""),
        "as_of": plan.get("as_of", ""),
        "packs": plan.get("packs", []),
        "registers": plan.get("registers", []),
        "files": files,
        "checkpoint": made.checkpoint,
    }


def _order(received: Opened) -> dict[str, Json]:
    order = received.private.get("order") or {}
    known = {name: received.body[name] for name in ("reference", "act", "instrument") if name in received.body}
    shown = {**ORDER_SHOWN, **known, **{name: order[name] for name in ORDER_SHOWN if name in order}}
    return {"digest": received.body["digest"], "received": received.body["received"], **shown}


def _acceptance(accepted: Mapping[str, Json] | None) -> dict[str, Json] | None:
    if accepted is None:
        return None
    return {k: accepted[k] for k in ("whole", "territory", "measures", "tasks", "acts", "kinds") if k in accepted}


def _deadline(fold: _Fold, made: Made) -> dict[str, Json]:
    received = fold.received.body if fold.received else {}
    body: Mapping[str, Any] = fold.deadline or {"due": None, "rule": "not computed"}
    due = body["due"]
    return {
        "due": due,
        "rule": body["rule"],
        "zone": body.get("zone", "UTC"),
        "provisional": body.get("provisional", False),
        "skipped": body.get("skipped", []),
        "served": received["served"],
        "received": received["received"],
        "met": None if due is None else instant(made.clock) <= due,
    }


def _seen(fold: _Fold) -> dict[str, Json]:
    sums = {name: sum(s[name] for s in fold.swept.values()) for name in ("rows", "screened", "set_aside", "duplicates")}
    complete = [{"source": name, "sums": s["completeness"]} for name, s in sorted(fold.swept.items())]
    return {**sums, "completeness": complete, "not_found": _not_found(fold)}


def _not_found(fold: _Fold) -> list[str]:
    """The exact places that the order names and the last sweeps did not find; none where nobody looked for them."""
    order = (fold.received.private.get("order") if fold.received else None) or {}
    places = order.get("subject", {}).get("items", ())
    if not fold.swept or not all("named" in swept for swept in fold.swept.values()):
        return []
    seen = {n for swept in fold.swept.values() for n in swept["named"]}
    return [str(place.get("id") or place.get("url")) for n, place in enumerate(places) if n not in seen]


def _findings(fold: _Fold) -> list[dict[str, Json]]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for swept in fold.swept.values():
        for rule, kind, verdict, n in swept["rules"]:
            counted[rule, kind, verdict] += n
    return [{"rule": r, "kind": k, "verdict": v, "n": n} for (r, k, v), n in sorted(counted.items())]


def _cases(fold: _Fold) -> dict[str, int]:
    states = Counter(fold.cases.values())
    machine = sum(fold.by_machine.get(c, False) for c, state in fold.cases.items() if state != "open")
    return {"all": len(fold.cases), **{s: states[s] for s in ("open", *JUDGEMENTS)}, "decided_by_machine": machine}


def _told(fold: _Fold) -> dict[str, Json]:
    by_occasion: dict[str, Counter[str]] = {}
    for occasion, state in fold.letters.values():
        by_occasion.setdefault(occasion, Counter())[state] += 1
    lines = [{"occasion": name, **{s: n[s] for s in TOLD}} for name, n in sorted(by_occasion.items())]
    return {"letters": len(fold.letters), "by_occasion": lines}


def _left(fold: _Fold, made: Made) -> list[dict[str, Json]]:
    """What was not done, and why; each reason with its number, and with a person's own where it is left on purpose."""
    reasons: dict[str, int] = {
        "rows that could not be read": sum(s["set_aside"] for s in fold.swept.values()),
        "exact places of the order that the last sweep did not find": len(_not_found(fold)),
        TOO_LATE if fold.over else UNDECIDED: list(fold.cases.values()).count("open"),
        "cases in which the account holder was asked": list(fold.cases.values()).count("asked"),
        **fold.waiting.left(made.at_host),
        **fold.acts.left(),
        "letters that nobody got: no address is known": sum(s == "no_address" for _, s in fold.letters.values()),
        "letters that could not be delivered": sum(state == "failed" for _, state in fold.letters.values()),
    }
    said = {reason: {"on_purpose": made.on_purpose} for reason in ON_SALE if made.on_purpose}
    return [{"reason": reason, "n": n, **said.get(reason, {})} for reason, n in reasons.items() if n]


def _tasks(fold: _Fold, state: str) -> list[dict[str, Json]]:
    """Open tasks, counted by what they are and when they are due; to report is done with the final report."""
    left = [t for t in fold.tasks.values() if (state, t["what"]) != ("final", "report")]
    counted = Counter((str(t["what"]), str(t.get("due", ""))) for t in left)
    return [{"what": what, "due": due, "n": n} for (what, due), n in sorted(counted.items())]


def _changed(report: RectificationReport, reported: Sequence[Mapping[str, Json]]) -> list[dict[str, Json]]:
    before = reported[-1]["made"].get("totals", {}) if reported else {}
    now = totals(report)
    names = sorted({*before, *now}) if reported else []
    return [
        {"what": n, "before": before.get(n, 0), "now": now.get(n, 0)}
        for n in names
        if before.get(n, 0) != now.get(n, 0)
    ]
