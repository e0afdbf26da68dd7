"""A program that is killed at any moment leaves nothing half done, and the next one goes on."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import rectify
from rectify.ledger.keys import Keys
from rectify.ledger.verify import verify_store
from rectify.store.connection import open_store

from ..unit.ledger.world import AT, World, ask, task  # noqa: TID252

WRITER = """
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.store import connection
from rectify.store.connection import open_store
from rectify.terms.entry import Draft, Private

connection.CHECKPOINT_BYTES = 100_000
folder, ending = Path(sys.argv[1]), sys.argv[2]
ledger = Ledger(open_store(f"sqlite:///{folder / 'r.db'}"), Keys.at(folder / "keys"))
at = datetime(2026, 11, 20, 8, tzinfo=UTC)
number = 0
while True:
    with ledger.writing(at, "system") as writing:
        for _ in range(3):
            writing.append(Draft("asked", "order-1", {}, {"question": Private("order:order-1", "x" * 2000)}))
        if ending == "inside" and number == 2:
            writing.connection.exec_driver_sql("PRAGMA cache_spill=1")
            list(writing.opened())
            print("inside", flush=True)
            sys.stdin.read()
    ledger.checkpoint(at) if number % 3 == 0 else None
    number += 1
    print(number, flush=True)  # answered as done
    time.sleep(0.003)  # the others want to write too
"""


def start(folder, ending):
    environment = {**os.environ, "PYTHONPATH": str(Path(rectify.__file__).parents[1])}
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), ending],
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def killed(writer):
    writer.send_signal(signal.SIGKILL)
    out, _ = writer.communicate()
    return out.split()


def after(folder):
    store = open_store(f"sqlite:///{folder / 'r.db'}")
    try:
        return verify_store(store, Keys.at(folder / "keys"))
    finally:
        store.close()


def test_a_transaction_that_was_killed_leaves_nothing(tmp_path):
    writer = start(tmp_path, "inside")
    for line in writer.stdout:
        if line == "inside\n":
            break
    killed(writer)
    result = after(tmp_path)
    assert (result.good, result.entries) == (True, 2 + 3 + 1 + 3), result.sentence


@pytest.mark.slow
@pytest.mark.parametrize("answers", range(1, 12, 2))
def test_what_was_answered_is_kept_whenever_it_is_killed(tmp_path, answers):
    writer = start(tmp_path, "never")
    for line in writer.stdout:
        if int(line) >= answers:
            break
    timer = threading.Timer(answers / 500, writer.send_signal, [signal.SIGKILL])
    timer.start()
    out = writer.communicate()[0].split()
    answered = int(out[-1]) if out else answers
    result = after(tmp_path)
    assert result.good, result.sentence
    assert result.entries >= 2 + 3 * answered
    world = World(f"sqlite:///{tmp_path / 'r.db'}", Keys.at(tmp_path / "keys"))
    world.append(ask())
    world.ledger.checkpoint(AT)
    assert after(tmp_path).good
    world.store.close()


def test_two_programs_write_one_ledger_without_a_gap_or_a_fork(tmp_path):
    writers = [start(tmp_path, "never")]
    writers[0].stdout.readline()
    writers.append(start(tmp_path, "never"))
    world = World(f"sqlite:///{tmp_path / 'r.db'}", Keys.at(tmp_path / "keys"))
    for writer in writers:
        for _ in range(4):
            writer.stdout.readline()
    for n in range(5):
        world.append(task(number=n))
        world.ledger.checkpoint(AT)
    for writer in writers:
        killed(writer)
    result = after(tmp_path)
    assert result.good, result.sentence
    assert world.ledger.differences() == []
    assert Keys.at(tmp_path / "keys").last_checkpoint()
    world.store.close()
