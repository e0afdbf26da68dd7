"""Step 8, tell: what took effect, what was given back, and what stays down for another order. One act, one letter.

A letter is written only of what stands in the ledger: an effect whose outcome is done, or its undoing. What was done
and undone before anybody wrote is told as well, each of the two acts in its own letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from rectify.cases.show import decisions_of
from rectify.ledger.ledger import Writing
from rectify.letters.compose import choose_languages, compose
from rectify.letters.deliver import Channels, Sent, send_due
from rectify.letters.facts import ActFacts, ItemTold, OrderGround, half_a_year_after, item_told
from rectify.letters.mail import Smtp
from rectify.letters.write import write_letter
from rectify.measures import records
from rectify.settings import Operator
from rectify.steps.acts import Act, acts_of, days
from rectify.steps.decide import judged_case
from rectify.steps.orders import ground_of, operator_of, party_sender, row_of, secret_until
from rectify.steps.questions import Question, account_of, questions
from rectify.steps.rewording import Reworded, rewording
from rectify.terms.case import Case, Judgement
from rectify.terms.claim import Claim
from rectify.terms.errors import Refused
from rectify.terms.item import Account
from rectify.workspace import Workspace

__all__ = ["account_of", "send", "tell"]

TRIES = 5


def tell(workspace: Workspace, book: str, *, as_: str = "") -> list[str]:
    """Writes the letters that are due about an order's claims; gives their ids. Nobody is told twice of one act.

    Raises Unknown for an order that is not there, and Refused where others act on it all the while.
    """
    person = workspace.person("letters", as_)
    row_of(workspace, book)
    for _ in range(TRIES):
        size = workspace.ledger.size()
        drafts: list[_Draft | Question] = [*_grouped(workspace, book, _acts(workspace, book))]
        drafts += questions(workspace, book)
        if not drafts:
            return []
        note = workspace.ledger.checkpoint(workspace.now).note
        with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
            if not writing.moved(book, size):  # else they would tell twice, or of what is no longer so
                return [draft.write(writing, note) for draft in drafts]
    raise Refused(f"somebody else acts on {book} at this moment; no letter was written", "call it again afterwards")


def send(workspace: Workspace, *, as_: str = "") -> Sent:
    """Delivers letters that are due, by mail where it is set and an address is known, else into the folder."""
    person = workspace.person("letters", as_)
    set_ = workspace.settings.letters
    smtp = None
    if set_.smtp:
        s = set_.smtp
        password = s.password.read(workspace.folder) if s.password else ""
        smtp = Smtp(s.host, s.port, s.sender, s.starttls, s.user, password)
    channels = Channels(workspace.path(set_.folder), smtp)
    return send_due(workspace.ledger, channels, lambda: workspace.now, actor=person.surrogate)


def _acts(workspace: Workspace, book: str) -> list[Act]:
    with workspace.ledger.reading() as connection:
        measures = records.load_book(connection)
    return acts_of(workspace, measures, book)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A letter before it is written."""

    workspace: Workspace
    operator: Operator
    book: str
    to: str
    account: Account | None
    acts: tuple[Act, ...]
    cases: Mapping[str, Case]
    decided_by: Mapping[str, str]
    grounds: Mapping[str, OrderGround]
    not_before: datetime | None
    reworded: Reworded

    def write(self, writing: Writing, note: str) -> str:
        first = self.acts[0]
        operator = self.operator
        facts = ActFacts(
            sender=party_sender(self.workspace, operator),
            ground=self.grounds[first.other or self.book],
            items=tuple(map(self._item, {act.shown.case: act.shown for act in self.acts if act.shown.case}.values())),
            countries=tuple(sorted(first.countries)),
            since=min(act.since for act in self.acts),
            until=self._until(operator.zone),
            ended=max((act.ended for act in self.acts if act.ended), default=None),
            phase=first.phase,
            less=first.less,
            beyond=tuple(sorted(first.beyond)),
            appeal_until=half_a_year_after(writing.at.date()),
            was=first.was,
            fallen=self.grounds[self.book] if first.other else None,
            checkpoint=note,
        )
        languages = choose_languages(self.account.language if self.account else "", self._language())
        composed = compose(first.occasion, facts, languages, withheld=list(self.workspace.settings.people))
        return write_letter(
            writing, composed, book=self.book, to=self.to, address=self.account.contact.mail if self.account else "",
            claims=[act.claim.id for act in self.acts], not_before=self.not_before,
        )  # fmt: skip

    def _until(self, zone: tzinfo) -> date | None:
        """The day on which a person looks again, of an act that stands."""
        first = self.acts[0]
        return (
            first.claim.until.astimezone(zone).date() if first.claim.until and not (first.was or first.phase) else None
        )

    def _item(self, claim: Claim) -> ItemTold:
        case = self.cases[claim.case]
        found_by = "software" if case.findings else "order"
        return item_told(
            case.snapshot or {}, case.findings, rows=case.rows, found_by=found_by,
            decided_by=self.decided_by[claim.case], reworded=self.reworded,
        )  # fmt: skip

    def _language(self) -> str:
        return str(next((c.snapshot or {}).get("language") or "" for c in self.cases.values()))


def _grouped(workspace: Workspace, book: str, acts: Iterable[Act]) -> list[_Draft]:
    """One draft for each addressee and act: what became of it, where, on which days, and which other ground holds."""
    groups: dict[tuple[str, ...], list[Act]] = defaultdict(list)
    operator = operator_of(workspace, book)
    for act in acts:
        where = [" ".join(sorted(codes)) for codes in (act.countries, act.beyond)]
        to, since_and_end = act.claim.account or act.claim.target, days(act, operator.zone)
        # What is over comes before what follows from it.
        order = "0" if act.phase and not act.was else "1" if act.was else "2"
        key = (to, order, act.occasion, act.was, act.phase, str(act.less), act.other, *where, *since_and_end)
        groups[key].append(act)
    if not groups:
        return []
    told = {book} | {act.other for group in groups.values() for act in group if act.other}
    grounds = {name: ground_of(workspace, name) for name in told}
    names = {act.shown.case for group in groups.values() for act in group if act.shown.case}
    judged = {name: judged_case(workspace, name) for name in sorted(names)}
    drafts, reworded = [], rewording(workspace, judged.values())
    for (to, *_), group in sorted(groups.items()):
        own = [act.shown.case for act in group if act.shown.case]
        cases = {name: judged[name] for name in own if judged[name].key}
        group = [act for act in group if not act.shown.case or act.shown.case in cases]
        if not group:
            continue  # all of it was erased: nobody is left to be told
        first = next(iter(cases.values()), None)
        account = account_of(workspace, first) if first else None
        by = {name: _decided_by(workspace, name) for name in cases}
        not_before = secret_until(workspace, {book} | {act.other for act in group if act.other})
        drafts.append(
            _Draft(workspace, operator, book, to, account, tuple(group), cases, by, grounds, not_before, reworded)
        )
    return drafts


def _decided_by(workspace: Workspace, case: str) -> str:
    with workspace.ledger.reading() as connection:
        decisions = decisions_of(workspace.ledger, connection, case)
    judged = [one for one in decisions if one.judgement is Judgement.VIOLATION]
    return "software" if judged and judged[-1].machine else "person"
