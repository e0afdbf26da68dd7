"""Many decide one case in the same moment."""

from __future__ import annotations

import threading
from pathlib import Path

from rectify.cases import show
from rectify.terms.case import Judgement
from rectify.terms.errors import Refused

from ..unit.cases.desk import LIN, Desk  # noqa: TID252
from ..unit.cases.test_decide import judge  # noqa: TID252


def test_of_fifty_that_decide_one_case_at_once_one_wins(tmp_path: Path) -> None:
    desk = Desk(f"sqlite:///{tmp_path / 'store.db'}")
    case = desk.one()
    start, told, won = threading.Barrier(50), [], []

    def run(number: int) -> None:
        start.wait()
        try:
            won.append(judge(desk, case, Judgement.VIOLATION if number % 2 else Judgement.NO_VIOLATION))
        except Refused as refused:
            told.append(refused.text)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(told)) == (1, 49)
    assert all(LIN.surrogate in text for text in told)
    with desk.ledger.reading() as connection:
        assert [d.judgement for d in show.decisions_of(desk.ledger, connection, case.id)] == [won[0].judgement]
