"""The market written by hand, worked through the Python twins: each step in one line, with a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.journeys.world_by_hand import AT, LICENCE, RECALL, Desk, copy_of, desk_at, write_market

from rectify.cases.show import listed
from rectify.letters.records import letters_of
from rectify.measures.records import load_book
from rectify.steps import accept, carry_out, confirm, decide, keep, receive, sweep, tell
from rectify.terms.case import Case, Judgement
from rectify.terms.claim import Claim
from rectify.terms.letter import Letter

PHONES = {RECALL: "+999 20 0117", LICENCE: "+999 20 0442"}


class Player(Desk):
    """Everybody at the operator's: kim takes in, awu accepts, blin decides, mroy approves."""

    def receive(self, file: str) -> str:
        """An order comes in; its book."""
        return receive.receive(self.workspace, (self.folder / file).read_bytes(), file, as_="kim").book

    def confirm(self, book: str = RECALL) -> None:
        call = confirm.Call(PHONES[LICENCE if "CLA" in book else RECALL], "Ms Vale", self.workspace.now)
        confirm.confirm(self.workspace, book, call=call, as_="awu")

    def accept(self, file: str) -> str:
        """An order comes in, is confirmed and accepted whole; its book."""
        book = self.receive(file)
        self.confirm(book)
        accept.accept(self.workspace, book, as_="awu")
        return book

    def sweep(self, book: str = RECALL) -> sweep.Swept:
        return sweep.sweep(self.workspace, book, workers=0, as_="kim")

    def cases(self, book: str = RECALL) -> dict[str, Case]:
        """Cases of an order by the host's id of the item."""
        with self.workspace.ledger.reading() as connection:
            found = listed(self.workspace.ledger, connection, book=book, whole=True)
        return {case.key.id: case for case in found if case.key}

    def decide(self, *items: str, book: str = RECALL, judgement: Judgement = Judgement.VIOLATION) -> None:
        known = self.cases(book)
        for item in items:
            decide.decide(self.workspace, known[item].id, judgement, "It is what the order names.", as_="blin")

    def carry_out(self, book: str = RECALL) -> dict[str, int]:
        """Rehearse, approve by another person, carry out; outcomes, empty where nothing is due."""
        (made,) = carry_out.rehearse(self.workspace, book, as_="blin")
        if not made.id:
            return {}
        carry_out.approve(self.workspace, made.id, len(made.lines), despite=bool(made.holds), as_="mroy")
        done = carry_out.carry_out(self.workspace, made.id, as_="mroy")
        return {str(what): n for what, n in done.counts.items()}

    def tell(self, book: str = RECALL) -> None:
        tell.tell(self.workspace, book, as_="kim")

    def letters(self, book: str = RECALL, to: str = "") -> list[Letter]:
        """Letters of an order, first to last; `to` is the beginning of an address."""
        with self.workspace.ledger.reading() as connection:
            found = letters_of(self.workspace.ledger, connection, book=book)
        return [letter for letter in found if letter.address.startswith(to)]

    def claims(self) -> list[Claim]:
        with self.workspace.ledger.reading() as connection:
            return list(load_book(connection).claims.values())


@contextmanager
def player_at(folder: Path, at: datetime = AT) -> Iterator[Player]:
    """The desk of a folder with everybody at it."""
    with desk_at(folder, at) as desk:
        yield Player(desk.workspace, desk._clock)


def begin(folder: Path) -> Path:
    """A market whose authorities and register are kept."""
    write_market(folder)
    with player_at(folder) as player:
        keep.add_authorities(player.workspace, folder / "authorities.yaml", as_="awu")
        keep.take_register(player.workspace, folder / "licensed.yaml", as_="kim")
    return folder


def swept(folder: Path, made: Path) -> Path:
    """The recall accepted and its catalogue swept, in a copy."""
    copy_of(made, folder)
    with player_at(folder) as player:
        player.accept("recall.yaml")
        player.sweep()
    return folder
