"""Letters that ask: one for each account holder and question of an order, where a case was decided `asked`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from rectify.cases.show import decisions_of, listed
from rectify.ledger.ledger import Writing
from rectify.letters.compose import choose_languages, compose
from rectify.letters.facts import ActFacts, item_told
from rectify.letters.records import letters_of
from rectify.letters.write import write_letter
from rectify.steps.orders import ground_of, operator_of, party_sender, row_of, secret_until
from rectify.steps.rewording import rewording
from rectify.terms.case import Case, CaseState
from rectify.terms.item import Account
from rectify.terms.letter import Occasion
from rectify.workspace import Workspace

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Question:
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


def questions(workspace: Workspace, book: str) -> list[Question]:
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


def _question(workspace: Workspace, book: str, to: str, question: str, cases: list[Case]) -> Question:
    words = rewording(workspace)
    items = (item_told(case.snapshot or {}, case.findings, rows=case.rows, reworded=words) for case in cases)
    facts = ActFacts(
        sender=party_sender(workspace, operator_of(workspace, book)),
        ground=ground_of(workspace, book),
        items=tuple(items),
        countries=tuple(sorted(row_of(workspace, book).territory)),
        since=workspace.now,
        question=question,
    )
    language, withheld = str((cases[0].snapshot or {}).get("language") or ""), tuple(workspace.settings.people)
    account = account_of(workspace, cases[0])
    return Question(book, to, account, facts, language, withheld, secret_until(workspace, [book]))


def account_of(workspace: Workspace, case: Case) -> Account | None:
    """The account behind a case, where the catalogue has accounts and names one."""
    if case.key is None or not case.account_id:
        return None
    accounts = workspace.accounts(case.key.source)
    return accounts.get(case.account_id) if accounts else None
