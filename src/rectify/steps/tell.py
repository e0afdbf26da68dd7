"""Step 8, tell: what took effect, what was given back, and what stays down for another order. One act, one letter.

A letter is written only of what stands in the ledger: an effect whose outcome is done, or its undoing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from rectify.cases.show import appeals_of, decisions_of, listed
from rectify.ledger.ledger import Writing
from rectify.letters.compose import choose_languages, compose
from rectify.letters.deliver import Channels, Sent, send_due
from rectify.letters.facts import ActFacts, ItemTold, OrderGround, half_a_year_after, item_told
from rectify.letters.mail import Smtp
from rectify.letters.records import letters_of
from rectify.letters.write import write_letter
from rectify.measures import records
from rectify.measures.book import Book
from rectify.measures.landed import standing
from rectify.steps.decide import judged_case
from rectify.steps.orders import ground_of, operator_of, row_of, secret_until, sender_of
from rectify.terms.case import Case, CaseState
from rectify.terms.claim import Claim, Effect
from rectify.terms.errors import Refused
from rectify.terms.item import Account
from rectify.terms.letter import Letter, Occasion
from rectify.terms.measure import MEASURES
from rectify.terms.order import OrderState
from rectify.terms.territory import NOWHERE, Territory
from rectify.workspace import Workspace

TRIES = 5
PAGE = 1000
RETURNS = (Occasion.RETURNED_ANNULLED, Occasion.RETURNED_ENDED, Occasion.RETURNED_DECIDED, Occasion.STILL_DOWN)


@dataclass(frozen=True, slots=True)
class _Act:
    """What happened to a claim, ready to be told: the occasion, what it was, and the other ground that holds."""

    claim: Claim
    occasion: Occasion
    was: str = ""
    other: str = ""  # the order that still holds the item
    holds: Claim | None = None  # the claim of that order
    beyond: Territory = NOWHERE  # where it reaches only because a storefront serves those countries too

    @property
    def shown(self) -> Claim:
        """The claim whose evidence is shown: of the ground that stands."""
        return self.holds if self.holds and self.holds.case else self.claim


def tell(workspace: Workspace, book: str, *, as_: str = "") -> list[str]:
    """Writes the letters that are due about an order's claims; gives their ids. Nobody is told twice of one act.

    Raises Unknown for an order that is not there, and Refused where others act on it all the while.
    """
    person = workspace.person("letters", as_)
    row_of(workspace, book)
    for _ in range(TRIES):
        size = workspace.ledger.size()
        drafts: list[_Draft | _Question] = [*_grouped(workspace, book, _acts(workspace, book))]
        drafts += _questions(workspace, book)
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


def _acts(workspace: Workspace, book: str) -> list[_Act]:
    """What is to be told of each claim of an order on an item or account."""
    with workspace.ledger.reading() as connection:
        measures = records.load_book(connection)
        letters = letters_of(workspace.ledger, connection, book=book)
        won = {a.case for a in appeals_of(workspace.ledger, connection, book=book, state="granted")}
    state = row_of(workspace, book).state
    told: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        for claim in letter.claims:
            told[claim].append(letter)
    found = [
        _act(measures, claim, told[claim.id], won, state)
        for claim in measures.claims.values()
        if measures.order_of(claim) == book and claim.kind in ("item", "account")
    ]
    return [act for act in found if act]


def _act(measures: Book, claim: Claim, told: Iterable[Letter], won: set[str], state: OrderState) -> _Act | None:
    letters = [letter for letter in told if letter.occasion not in RETURNS]
    done = MEASURES[claim.measure].letter
    first = next((x for x in letters if x.occasion == done), None)
    stands = claim.effect is Effect.OPEN or standing(measures, claim.target) >= claim.effect
    if claim.reach:
        act = _Act(claim, Occasion(done), beyond=_beyond(measures, claim)) if done else None
        return act if stands and first is None else None
    if first is None or claim.case in won or any(x.occasion in RETURNS for x in told):
        return None
    others = [c for c in measures.on_target(claim.target) if c.reach and c.ground != claim.ground]
    if stands and others:
        holds = others[0]
        beyond = _beyond(measures, holds)
        return _Act(claim, Occasion.STILL_DOWN, done, measures.order_of(holds), holds, beyond)
    if stands:
        return None  # its undoing is not carried out yet
    return _Act(claim, _why_returned(claim, state), done)


def _why_returned(claim: Claim, state: OrderState) -> Occasion:
    """Why an effect was given back, in the words of the letter: nobody is told that an order fell that still stands."""
    if state is OrderState.ANNULLED:
        return Occasion.RETURNED_ANNULLED
    return Occasion.RETURNED_ENDED if claim.upheld else Occasion.RETURNED_DECIDED


def _beyond(measures: Book, claim: Claim) -> Territory:
    """The territories beyond its own in which a claim took effect: over-reach that was approved by name."""
    return NOWHERE.union(*(far for (name, _), far in measures.beyond.items() if name == claim.id))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A letter before it is written."""

    workspace: Workspace
    book: str
    to: str
    account: Account | None
    acts: tuple[_Act, ...]
    cases: Mapping[str, Case]
    decided_by: Mapping[str, str]
    grounds: Mapping[str, OrderGround]
    not_before: datetime | None

    def write(self, writing: Writing, note: str) -> str:
        first = self.acts[0]
        operator = self.workspace.settings.operators[self.operator]
        facts = ActFacts(
            sender=sender_of(self.workspace, operator),
            ground=self.grounds[first.other or self.book],
            items=tuple(self._item(act.shown) for act in self.acts if act.shown.case),
            countries=self._countries(),
            since=first.holds.since if first.holds else writing.at,
            until=first.claim.until.astimezone(operator.zone).date() if first.claim.until and not first.was else None,
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

    @property
    def operator(self) -> str:
        source = next(case.key for case in self.cases.values() if case.key)
        return self.workspace.settings.catalogue(source.source).operator

    def _item(self, claim: Claim) -> ItemTold:
        case = self.cases[claim.case]
        found_by = "software" if case.findings else "order"
        return item_told(
            case.snapshot or {}, case.findings, rows=case.rows, found_by=found_by,
            decided_by=self.decided_by[claim.case],
        )  # fmt: skip

    def _countries(self) -> tuple[str, ...]:
        """Where the claims reach; for those that fell, where they were right, else where their order was accepted."""
        where = {code for act in self.acts for code in act.shown.reach or act.shown.upheld}
        return tuple(sorted(where or self.grounds[self.book].territory))

    def _language(self) -> str:
        return str(next((c.snapshot or {}).get("language") or "" for c in self.cases.values()))


def _grouped(workspace: Workspace, book: str, acts: Iterable[_Act]) -> list[_Draft]:
    """One draft for each addressee, occasion and other ground."""
    groups: dict[tuple[str, Occasion, str, str, str], list[_Act]] = defaultdict(list)
    for act in acts:
        to, far = act.claim.account or act.claim.target, " ".join(sorted(act.beyond))
        groups[to, act.occasion, act.other, act.was, far].append(act)
    if not groups:
        return []
    told = {book} | {act.other for group in groups.values() for act in group if act.other}
    grounds = {name: ground_of(workspace, name) for name in told}
    drafts = []
    for (to, *_), group in sorted(groups.items()):
        judged = {act.shown.case: judged_case(workspace, act.shown.case) for act in group if act.shown.case}
        cases = {name: case for name, case in judged.items() if case.key}
        group = [act for act in group if not act.shown.case or act.shown.case in cases]
        if not group:
            continue  # all of it was erased: nobody is left to be told
        first = next(iter(cases.values()), None)
        account = account_of(workspace, first) if first else None
        by = {name: _decided_by(workspace, name) for name in cases}
        not_before = secret_until(workspace, {book} | {act.other for act in group if act.other})
        drafts.append(_Draft(workspace, book, to, account, tuple(group), cases, by, grounds, not_before))
    return drafts


@dataclass(frozen=True, slots=True)
class _Question:
    """A question to the account holder of cases in which it was decided to ask: the reason is the question."""

    book: str
    to: str
    account: Account | None
    facts: ActFacts
    language: str  # of the first item
    withheld: tuple[str, ...]
    not_before: datetime | None

    def write(self, writing: Writing, note: str) -> str:
        facts = replace(self.facts, since=writing.at, checkpoint=note)
        languages = choose_languages(self.account.language if self.account else "", self.language)
        composed = compose(Occasion.SELLER_ASKED, facts, languages, withheld=self.withheld)
        address = self.account.contact.mail if self.account else ""
        return write_letter(writing, composed, book=self.book, to=self.to, address=address, not_before=self.not_before)


def _questions(workspace: Workspace, book: str) -> list[_Question]:
    """One for each account holder and question that was decided since that account holder was last asked."""
    with workspace.ledger.reading() as connection:
        found = list(_all_asked(workspace, connection, book))
        asked = {case.id: decisions_of(workspace.ledger, connection, case.id)[-1] for case in found}
        letters = letters_of(workspace.ledger, connection, book=book)
    last = {x.to: x.written for x in letters if x.occasion is Occasion.SELLER_ASKED}
    groups: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in found:
        to, decision = case.account or case.target, asked[case.id]
        if to not in last or last[to] < decision.at:
            groups[to, decision.reason].append(case)
    return [_question(workspace, book, *key, cases) for key, cases in sorted(groups.items())]


def _all_asked(workspace: Workspace, connection: Connection, book: str) -> Iterator[Case]:
    """The cases of an order in which it was decided to ask, a page at a time."""
    after = ""
    while page := listed(
        workspace.ledger, connection, book=book, state=CaseState.ASKED, after=after, limit=PAGE, whole=True
    ):
        yield from (case for case in page if case.key)  # nobody is asked whose data were erased
        after = page[-1].id


def _question(workspace: Workspace, book: str, to: str, question: str, cases: list[Case]) -> _Question:
    facts = ActFacts(
        sender=sender_of(workspace, operator_of(workspace, book)),
        ground=ground_of(workspace, book),
        items=tuple(item_told(case.snapshot or {}, case.findings, rows=case.rows) for case in cases),
        countries=tuple(sorted(row_of(workspace, book).territory)),
        since=workspace.now,
        question=question,
    )
    language, withheld = str((cases[0].snapshot or {}).get("language") or ""), tuple(workspace.settings.people)
    account = account_of(workspace, cases[0])
    return _Question(book, to, account, facts, language, withheld, secret_until(workspace, [book]))


def account_of(workspace: Workspace, case: Case) -> Account | None:
    """The account behind a case, where the catalogue has accounts and names one."""
    if case.key is None or not case.account_id:
        return None
    accounts = workspace.accounts(case.key.source)
    return accounts.get(case.account_id) if accounts else None


def _decided_by(workspace: Workspace, case: str) -> str:
    with workspace.ledger.reading() as connection:
        decisions = decisions_of(workspace.ledger, connection, case)
    return "software" if decisions and decisions[-1].machine else "person"
