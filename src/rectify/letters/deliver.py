"""Delivers what is due: by mail where an address is known and SMTP is set, else into the folder for a person to post.

A letter is leased, handed over, and then recorded together with the end of its work. A crash in between sends it once
more under the same Message-ID; it is never lost. 4xx and broken lines are tried again over three days; 5xx, or the end
of the tries, puts a copy into the folder and gives a person a task.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rectify.ledger.ledger import Ledger, Writing
from rectify.letters.mail import Down, Later, Never, Post, Smtp
from rectify.letters.records import letter as letter_by_id
from rectify.letters.write import DUE, NOT_DELIVERED, open_task, subject_of
from rectify.store.due import DueWork, Leased
from rectify.terms.entry import Draft, Json, Private
from rectify.terms.errors import Broken, Refused
from rectify.terms.letter import Letter

FOLDER, SMTP = "folder", "smtp"
# Waits between attempts; after the last one a person takes over.
WAITS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720, 1440, 1440))
LEASE = 900.0  # seconds; longer than the worst exchange with a server that answers at the last moment each time
_OWN_ID = re.compile(r"[a-z]+-[A-Za-z0-9-]{1,80}\Z")


@dataclass(frozen=True, slots=True)
class Channels:
    """Ways to deliver: a folder, and SMTP where it is set."""

    folder: Path | None = None
    smtp: Smtp | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a round of deliveries did, by id of the letter. `stopped` says why mail could not leave at all."""

    mailed: tuple[str, ...] = ()
    in_folder: tuple[str, ...] = ()
    no_address: tuple[str, ...] = ()  # of these in the folder: nobody gets them until a person finds a way
    later: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()  # for good; a copy is in the folder where there is one, a person has a task
    stopped: str = ""


def send_due(
    ledger: Ledger, channels: Channels, clock: Callable[[], datetime], *, actor: str = "system", limit: int = 10_000
) -> Sent:
    """Delivers up to `limit` letters that are due at `clock()`; leases count in its time.

    Raises Refused without any channel, for a sender that is none, and for SMTP in the clear to another machine.
    """
    if channels.folder is None and channels.smtp is None:
        raise Refused("no way to deliver letters is set", "set letters: folder, or letters: smtp")
    with ExitStack() as stack:
        post = stack.enter_context(Post(channels.smtp)) if channels.smtp else None
        round_ = _Round(ledger, channels.folder, post, clock, actor)
        for _ in range(limit):
            leased = round_.lease()
            if leased is None:
                break
            round_.deliver(leased)
            if round_.stopped:
                break
    return Sent(**{name: tuple(ids) for name, ids in round_.made.items()}, stopped=round_.stopped)


def file_name(letter: str) -> str:
    """The name of a letter's file: from our own id, never from a text. Raises Broken for anything else."""
    if not _OWN_ID.match(letter):
        raise Broken(f"{letter!r} is not the id of a letter")
    return f"{letter}.txt"


def write_file(folder: Path, letter: Letter, at: datetime) -> Path:
    """Writes a letter as a text file, whole or not at all, for its owner only. The same letter gives the same file."""
    path = folder / file_name(letter.id)
    head = [f"Letter: {letter.id}", f"Written: {at:%Y-%m-%d %H:%M} UTC", f"To: {letter.address or 'no address known'}"]
    text = "\n".join([*head, f"Subject: {letter.subject}", "", letter.body])
    draft = path.with_suffix(".new")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise Broken(
            f"the letter cannot be written to {folder}: {error.strerror}", "check who may write there"
        ) from error
    return path


class _Round:
    """One round of deliveries."""

    def __init__(
        self, ledger: Ledger, folder: Path | None, post: Post | None, clock: Callable[[], datetime], actor: str
    ) -> None:
        self.ledger, self.folder, self.post, self.clock, self.actor = ledger, folder, post, clock, actor
        self.due = DueWork()
        self.made: dict[str, list[str]] = {"mailed": [], "in_folder": [], "no_address": [], "later": [], "failed": []}
        self.stopped = ""

    def lease(self) -> Leased | None:
        with self.ledger.store.writing() as connection:
            return next(iter(self.due.lease(connection, DUE, self.clock(), LEASE, 1)), None)

    def deliver(self, leased: Leased) -> None:
        with self.ledger.reading() as connection:
            letter = letter_by_id(self.ledger, connection, leased.payload["letter"])
        if not letter.body:  # erased while it waited
            self._end(leased, letter, [_failed(letter, SMTP, leased.attempts, True, "")], "failed")
        elif self.post is not None and letter.address:
            self._mail(leased, letter, self.post)
        elif self.folder is not None:
            write_file(self.folder, letter, letter.written)
            self._end(leased, letter, [_sent(letter, FOLDER, "")], "in_folder")
            if not letter.address:
                self.made["no_address"].append(letter.id)
        else:
            self._give_up(leased, letter, "no mail address is known, and no folder is set")

    def _mail(self, leased: Leased, letter: Letter, post: Post) -> None:
        try:
            message_id = post.hand_over(letter, self.clock())
        except Never as error:
            self._give_up(leased, letter, str(error))
        except Refused as error:
            self._give_up(leased, letter, error.text)
        except Later as error:
            self._again(leased, letter, str(error))
        except Down as error:
            self.stopped = str(error)
            self._again(leased, letter, str(error))
        else:
            self._end(leased, letter, [_sent(letter, SMTP, message_id)], "mailed")

    def _again(self, leased: Leased, letter: Letter, error: str) -> None:
        if leased.attempts > len(WAITS):
            self._give_up(leased, letter, error)
            return
        now = self.clock()
        with self.ledger.writing(now, self.actor) as writing:
            writing.append(_failed(letter, SMTP, leased.attempts, False, error))
            due = now + WAITS[leased.attempts - 1]
            # What the server said can hold the address: it stays in the sealed part, not in the list of due work.
            self.due.retry(writing.connection, leased.key, leased.fence, due, "not handed over yet")
        self.made["later"].append(letter.id)

    def _give_up(self, leased: Leased, letter: Letter, error: str) -> None:
        drafts = []
        told = f"Not delivered: {error}. "
        if self.folder is not None:
            write_file(self.folder, letter, letter.written)
            drafts.append(_sent(letter, FOLDER, ""))
            told += f"A copy is in the folder as {file_name(letter.id)}. "
        # Said last: a copy in a folder of ours hands the letter to nobody, and takes no failure away.
        drafts.append(_failed(letter, SMTP, leased.attempts, True, error))
        self._end(leased, letter, drafts, "failed", told + "Find another way to deliver it.")

    def _end(self, leased: Leased, letter: Letter, drafts: list[Draft], how: str, task: str = "") -> None:
        with self.ledger.writing(self.clock(), self.actor) as writing:
            for draft in drafts:
                writing.append(draft)
            if task:
                self._task(writing, letter, task)
            self.due.done(writing.connection, leased.key, leased.fence)
        self.made[how].append(letter.id)

    def _task(self, writing: Writing, letter: Letter, text: str) -> None:
        open_task(writing, letter.order, NOT_DELIVERED, text, letter=letter.id, key=subject_of(letter.to))


def _sent(letter: Letter, channel: str, message_id: str) -> Draft:
    return Draft("letter_sent", letter.order, {"letter": letter.id, "channel": channel, "message_id": message_id})


def _failed(letter: Letter, channel: str, attempts: int, final: bool, error: str) -> Draft:
    body: dict[str, Json] = {"letter": letter.id, "channel": channel, "attempts": attempts, "final": final}
    return Draft("letter_failed", letter.order, body, {"error": Private(subject_of(letter.to), error)} if error else {})
