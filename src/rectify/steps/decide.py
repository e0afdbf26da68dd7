"""Step 5, gather and decide: findings become cases, and a person or the pack decides; a violation claims at once.

Decision and claims commit together: a decision without an effect, lost between two queues, cannot happen here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, tzinfo

from rectify.cases import decide as cases
from rectify.cases.decide import DecidingRule, measure_for, versions_waiting
from rectify.cases.queue import alike
from rectify.cases.show import case as case_shown
from rectify.cases.show import case_as_judged
from rectify.ledger.ledger import Writing
from rectify.letters.compose import check_unnamed
from rectify.measures import claims
from rectify.measures.claims import Decided, make_claims
from rectify.measures.landed import standing
from rectify.measures.records import load_book, targets_of_case
from rectify.rules.pack import Pack
from rectify.steps.orders import active, operator_of, order_of
from rectify.steps.pack_versions import kept, overlaid, packs_standing
from rectify.terms.case import Case, Decision, Judgement, Lot
from rectify.terms.claim import Effect
from rectify.terms.entry import HOUSE
from rectify.terms.errors import Refused
from rectify.terms.measure import MEASURES, MeasureName
from rectify.terms.order import Order, SubjectAct
from rectify.workspace import Workspace


def decide(
    workspace: Workspace, case: str, judgement: Judgement, reason: str, *, supersedes: int | None = None, as_: str = ""
) -> Decision:
    """A person decides a case as it looks now. Raises Refused as `cases.decide` does."""
    person = workspace.person("decide", as_)
    shown = shown_case(workspace, case)
    order = order_of(workspace, shown.order)
    row = active(workspace, shown.order, "decision")
    _askable(workspace, judgement, reason)
    packs = packs_that_found(workspace, [shown])[shown.id]
    measure = _measure(rule_measure(packs, shown.rules), row.measures, known=bool(shown.account))
    names, zone = _names(workspace), operator_of(workspace, shown.order).zone
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        made = cases.decide(
            writing, case, judgement, reason, person, seen=shown.seen, supersedes=supersedes, names=names,
            measure=measure if judgement is Judgement.VIOLATION else "",
        )  # fmt: skip
        _claim(writing, shown, made, order, zone)
    return made


def like(workspace: Workspace, case: str) -> Mapping[str, str]:
    """Open cases like one now, itself first: case -> what was seen."""
    with workspace.ledger.reading() as connection:
        return alike(connection, case)


def decide_lot(
    workspace: Workspace, seen: Mapping[str, str], judgement: Judgement, reason: str, *, as_: str = ""
) -> tuple[Lot, list[Decision]]:
    """A person decides the cases of a lot as they were shown (case -> seen), for one reason; all of it or nothing."""
    person = workspace.person("lot", as_)
    _askable(workspace, judgement, reason)
    lot = cases.lot_of(seen)
    shown = {name: shown_case(workspace, name) for name in lot.cases}
    book = next(iter(shown.values())).order
    order, row = order_of(workspace, book), active(workspace, book, "decision")
    packs = packs_that_found(workspace, shown.values())
    measures = {
        name: _measure(rule_measure(packs[name], one.rules), row.measures, known=bool(one.account))
        for name, one in shown.items()
        if judgement is Judgement.VIOLATION
    }
    zone = operator_of(workspace, book).zone
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        made = cases.decide_lot(writing, lot, judgement, reason, person, seen=seen, measures=measures)
        for one in made:
            _claim(writing, shown[one.case], one, order, zone)
    return lot, made


def decide_by_pack(workspace: Workspace, book: str, *, as_: str = "") -> list[Decision]:
    """Decides what settings and order let a rule alone decide; the record says that a machine did."""
    named = workspace.settings.decide_by_pack
    row, order = active(workspace, book, "decision"), order_of(workspace, book)
    if not named:
        return []
    person = workspace.person("sweep", as_)
    with workspace.ledger.reading() as connection:
        waiting = versions_waiting(connection, book)
    now, asked = _packs(workspace), dict.fromkeys(name.partition("/")[0] for name in named)
    versions = [*(now[name] for name in asked if name in now), *kept(workspace, waiting).values()]
    rules = list(_deciding(versions, named, row.acts, row.measures))
    zone = operator_of(workspace, book).zone
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        made = cases.decide_by_pack(writing, book, rules, named_in_settings=named, order=order)
        for one in made:
            _claim(writing, case_shown(workspace.ledger, writing.connection, one.case), one, order, zone)
    return made


def _askable(workspace: Workspace, judgement: Judgement, reason: str) -> None:
    """Refuses a question that no letter could put: it would keep back every other letter of its order."""
    if judgement is Judgement.ASKED:
        check_unnamed(reason, list(workspace.settings.people))


def shown_case(workspace: Workspace, case: str) -> Case:
    """A case with its evidence. Raises Unknown."""
    with workspace.ledger.reading() as connection:
        return case_shown(workspace.ledger, connection, case)


def judged_case(workspace: Workspace, case: str) -> Case:
    """A case with the evidence that its last decision of violation was made on: what a letter tells of."""
    with workspace.ledger.reading() as connection:
        return case_as_judged(workspace.ledger, connection, case)


def rule_measure(packs: Mapping[str, Pack], rules: Sequence[str]) -> str:
    """The measure of the first of some rules ("pack/rule") that has one; empty where none is known any more."""
    for name in rules:
        pack, _, rule = name.partition("/")
        for known in packs[pack].rules if pack in packs else ():
            if known.id == rule and known.measure:
                return known.measure
    return ""


def _deciding(
    packs: Iterable[Pack], named: Sequence[str], acts: Sequence[str], listed: Sequence[str]
) -> Iterable[DecidingRule]:
    for pack in packs:
        for rule in pack.rules:
            if f"{pack.name}/{rule.id}" in named:
                shared = frozenset(SubjectAct(a) for a in (rule.acts or pack.acts) if a in acts)
                measure, alone = (_measure(rule.measure, listed, known=known) for known in (True, False))
                yield DecidingRule(f"{pack.name}/{rule.id}", pack.digest, shared, measure, alone)


def packs_that_found(workspace: Workspace, cases: Iterable[Case]) -> dict[str, Mapping[str, Pack]]:
    """Case -> the packs behind its findings by name, each in the version that found: it stays that of the case.

    Where a case keeps no version (one of an earlier program, one that was erased, a built-in pack), what is in force.
    """
    cases = list(cases)
    versions = kept(workspace, {one.digest for case in cases for one in case.findings if one.digest})
    now = _packs(workspace)
    return {
        case.id: overlaid({f.pack: versions[f.digest] for f in case.findings if f.digest in versions}, now)
        for case in cases
    }


def _packs(workspace: Workspace) -> Mapping[str, Pack]:
    """The packs that findings can come from: those in force by name, and the one for providers that an order names."""
    from rectify.screening.compile import provider_pack  # the engine is slow to load, and reading a case needs none

    built_in = provider_pack()
    return overlaid({built_in.name: built_in}, packs_standing(workspace).in_force)


def _measure(asked: str, listed: Sequence[str], *, known: bool) -> str:
    """What a violation asks for. Where nothing that is listed fits an item: that its account is warned (if anybody is
    known), else that buyers are told; empty where the order lists none of these.
    """
    targets = {"item", "buyers", "account"} if known else {"item", "buyers"}
    fitting = [name for name in listed if MEASURES[name].target in targets]
    others = (MeasureName.WARN_ACCOUNT, MeasureName.TELL_BUYERS)
    return measure_for(asked, fitting) or next((str(name) for name in others if name in fitting), "")


def _claim(writing: Writing, case: Case, decision: Decision, order: Order, zone: tzinfo) -> None:
    """What a decision asks for; a decision against an earlier one takes its claims back.

    A question is no answer: what stands on an earlier decision stays until there is one, or a seller could free an item
    by editing it.
    """
    if decision.judgement is Judgement.ASKED and _stands(writing, case):
        return
    if decision.judgement is not Judgement.VIOLATION:
        claims.grant(writing, case.id, "decided otherwise")
        return
    if not decision.measure:
        return  # the order lists no measure: it made tasks
    stays = order.stays_down_until
    until = datetime.combine(stays, time(23, 59, 59), zone).replace(fold=1).astimezone(UTC) if stays else None
    asked = Decided(case.order, case.id, case.target, case.account, decision.measure, until=until)
    first, *_ = make_claims(writing, asked)
    if first.measure != decision.measure:  # what was decided, and will be told, is what is done: never another
        told = f'the decision says "{decision.measure}" and its claim would be "{first.measure}"'
        raise Refused(told, "look at the case again")


def _stands(writing: Writing, case: Case) -> bool:
    """Whether anything that we took stands, or may yet, where the case claims: its item, its buyers, its account."""
    targets = {case.target} | targets_of_case(writing.connection, case.id)
    book = load_book(writing.connection, targets)
    mine = [claim for claim in book.claims.values() if claim.case == case.id]
    climbed = [book.on_target(account) for account in {claim.account for claim in mine} - {""}]
    targets |= {step.target for steps in climbed for step in steps if step.strike and step.reach}
    return any(standing(book, target) > Effect.OPEN for target in targets)


def _names(workspace: Workspace) -> dict[str, str]:
    """Surrogate -> the name in settings, for telling a reviewer who was first."""
    named = workspace.ledger.opened(book=HOUSE, kinds=["person_named"])
    return {str(o.body["person"]): str(o.private["id"]) for o in named}
