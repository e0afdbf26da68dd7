"""The whole path of an order on the example world, played from receipt to an annulment through the real steps."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rectify.cli import playing
from rectify.cli.playing import CLERK, LEAD, LEGAL, REVIEWER, Decided, Done, Played, Reviewer
from rectify.example.exports import write_exports
from rectify.example.papers import Served, write_papers
from rectify.example.rows import World
from rectify.example.shop import Shop, build_shop
from rectify.example.world import Size, make_world
from rectify.intake.confirmation import token_for
from rectify.measures.rehearse import RehearsedSet
from rectify.steps import accept, carry_out, confirm, end, hear, keep, orders, receive, report, sweep, tell
from rectify.terms.errors import Faulty, Missing
from rectify.terms.measure import OutcomeKind
from rectify.workspace import Workspace, open_workspace

SPAN = timedelta(hours=30)  # the play ends now; what it tells of happened since yesterday
Say = Callable[[datetime, str, str], None]  # when in the play, what is done, and what came of it


@dataclass(slots=True)
class Toured:
    """What the play did, for those who tell of it. `books`: "recall", "licence", "apps", "forged" -> a book."""

    folder: Path
    world: World
    books: dict[str, str] = field(default_factory=dict)
    refused: Faulty | None = None
    swept: dict[str, sweep.Swept] = field(default_factory=dict)
    decided: dict[str, Decided] = field(default_factory=dict)
    done: dict[str, list[Done]] = field(default_factory=dict)
    undone: dict[str, list[Done]] = field(default_factory=dict)
    letters: int = 0
    stages: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # of the listing that both orders meet on
    market: list[tuple[str, dict[tuple[str, str], int]]] = field(default_factory=list)
    reports: dict[str, dict[str, Mapping[str, Path]]] = field(default_factory=dict)  # order, language, format -> file
    missing: str = ""  # why a format of the reports was left out
    told_buyers: int = 0

    @property
    def accepted(self) -> dict[str, str]:
        """The books of the orders that were accepted, by name."""
        return {name: book for name, book in self.books.items() if name != "forged"}


def tour(folder: Path, now: datetime, say: Say, size: Size = Size()) -> Toured:  # noqa: B008  (a frozen record)
    """Builds the example world in an empty folder and plays the whole path in it, ending at `now`."""
    clock = Played(now - SPAN)
    world = make_world(clock.begin, size=size)
    key = Ed25519PrivateKey.generate()  # of the authority; it signs its order, and is forgotten
    public = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    hour = timedelta(hours=1)
    served = Served(clock.begin - hour / 6, clock.begin + hour, clock.begin + hour / 4)
    write_papers(world, folder, served, public)
    write_exports(world, folder / "shop")
    build_shop(world, folder / "shop" / "shop.db")
    toured = Toured(folder, world)
    with open_workspace(folder, clock) as workspace:
        play = Play(workspace, clock, toured, playing.shop_of(workspace), say, key)
        for scene in SCENES:
            scene(play)
    return toured


@dataclass(frozen=True, slots=True)
class Play:
    """What every scene works with."""

    workspace: Workspace
    clock: Played
    toured: Toured
    shop: Shop
    told: Say
    key: Ed25519PrivateKey

    def say(self, step: str, text: str) -> None:
        """Tells what was done, at the instant of the play."""
        self.told(self.clock.now, step, text)

    def book(self, name: str) -> str:
        """The book of an order of the story."""
        return self.toured.books[name]

    def named(self, name: str) -> str:
        """The id of a row that the story calls by name."""
        return self.toured.world.named[name]

    def looked(self, stage: str) -> None:
        """Keeps how the market and the listing that both orders meet on stand now."""
        self.toured.market.append((stage, self.shop.counts()))
        self.toured.stages.append((stage, self.shop.standing(self.named("both"))))


def _opened(play: Play) -> None:
    workspace = play.workspace
    authorities = keep.add_authorities(workspace, play.toured.folder / "authorities.yaml", as_=LEGAL)
    taken = keep.take_register(workspace, workspace.path("registers") / "licensed-vpn-providers.yaml", as_=CLERK)
    play.say("world", f"{play.toured.world.rows:,} rows: a market, an app store, a community")
    play.say("keep", f"{len(authorities)} authorities, {len(taken.register.entries)} licensed providers")
    play.looked("before")


def _recall_in(play: Play) -> None:
    """The recall, and a forgery in the name of the same office: both are answered over the register's contact."""
    workspace = play.workspace
    _take(play, 0.1, "recall", "recall.yaml")
    _take(play, 0.3, "forged", "forged.yaml")
    play.say("answer", "acknowledged to the office as the register knows it, not as the orders do")
    play.clock.at(0.8)
    order = orders.order_of(workspace, play.book("recall"))
    token = base64.b64encode(play.key.sign(token_for("pso", order.reference, order.digest))).decode()
    (play.toured.folder / "orders" / "recall.token").write_text(token + "\n", encoding="ascii")
    confirm.confirm(workspace, play.book("recall"), token=token, as_=LEGAL)
    play.say("confirm", "recall: by a token, signed with the key in the register")
    try:
        confirm.confirm(workspace, play.book("forged"), call=_call(play, "pso"), as_=LEGAL)
    except Faulty as faulty:
        play.toured.refused = faulty
        play.say("confirm", f"forged: refused, it stays received: {faulty.faults[0].text}")


def _licence_in(play: Play) -> None:
    """One order for two operators of the house: a book for each."""
    _take(play, 1.2, "licence", "licence.yaml", "example-market")
    _take(play, 1.2, "apps", "licence.yaml", "example-apps")
    play.clock.at(1.9)
    for name in ("licence", "apps"):
        confirm.confirm(play.workspace, play.book(name), call=_call(play, "cla"), as_=LEGAL)
    play.say("confirm", "licence, apps: by a call to the number in the register")


def _take(play: Play, hours: float, name: str, file: str, operator: str = "") -> None:
    play.clock.at(hours)
    path = play.toured.folder / "orders" / file
    data = path.read_bytes()
    found = receive.receive(play.workspace, data, str(path), channel="mail", operator=operator, as_=CLERK)
    play.toured.books[name] = found.book
    due = found.deadline.due
    told = f", due {due.astimezone(ZoneInfo(found.deadline.zone)):%a %d %b}" if due else ""
    play.say("receive", f"{name}: {found.book}{told}")


def _call(play: Play, authority: str) -> confirm.Call:
    known = play.workspace.authorities.by_id(authority).contact
    return confirm.Call(known.phone, "the duty desk", play.workspace.now)


def _accepted(play: Play) -> None:
    play.clock.at(2.3)
    for name, book in play.toured.accepted.items():
        made = accept.accept(play.workspace, book, as_=LEGAL)
        play.say("accept", f"{name}: {', '.join(made.measures)} in {', '.join(sorted(made.territory))}")


def _swept(play: Play) -> None:
    for hours, (name, book) in zip((2.5, 3.0, 3.1), play.toured.accepted.items(), strict=True):
        play.clock.at(hours)
        # The files are the demo's own: they need no process that is held to limits.
        made = play.toured.swept[name] = sweep.sweep(play.workspace, book, workers=0, as_=CLERK)
        by_pack = f", {made.by_pack} decided" if made.by_pack else ""
        play.say("sweep", f"{name}: {made.rows:,} seen, {made.violation} violation, {made.review} review, "
                 f"{made.opened} cases{by_pack}")  # fmt: skip


def _decided(play: Play) -> None:
    workspace, world = play.workspace, play.toured.world
    play.clock.at(3.6)
    account = f"market/{world.sellers[1].number}"
    keep.bind_account(workspace, account, "licensed-vpn-providers/LVP-02", "licence shown by mail", as_=LEGAL)
    reviewer = Reviewer(workspace, world.truths(), workspace.storefronts)
    for hours, (name, book) in zip((3.8, 4.2, 5.0), play.toured.accepted.items(), strict=True):
        play.clock.at(hours)
        made = play.toured.decided[name] = reviewer.decide(book, orders.row_of(workspace, book).territory)
        told = ", ".join(f"{n} {judgement.replace('_', ' ')}" for judgement, n in sorted(made.judged.items()))
        play.say("decide", f"{name}: {told} ({_n(made.lots, 'lot')}, {made.singly} single)")


def _recall_done(play: Play) -> None:
    workspace, book = play.workspace, play.book("recall")
    play.clock.at(5.4)
    first = playing.rehearsed(workspace, book)
    over = playing.beyond(workspace, first, book)
    for one in first:
        carry_out.send_back(workspace, one.id, "A risk of fire: in the storefront eu too.", as_=LEAD)
    play.say("send back", f"recall: {LEAD} wants the storefront eu too, though it serves XB")
    _out(play, "recall", playing.rehearsed(workspace, book, over))
    play.toured.told_buyers = play.shop.told()
    play.looked("recall")


def _licence_done(play: Play) -> None:
    workspace, book = play.workspace, play.book("licence")
    play.clock.at(6.2)
    sets = playing.rehearsed(workspace, book)
    _approved(play, "licence", sets)
    play.clock.at(6.5)
    play.shop.put(play.named("labelled"), "labelled")  # the shop's own hand, between approval and carrying out
    play.say("(shop)", f"labels {play.named('labelled')} itself: what was approved fits no more")
    _carried(play, "licence", sets)
    _out(play, "licence", playing.rehearsed(workspace, book))
    play.clock.at(7.0)
    _out(play, "apps", playing.rehearsed(workspace, play.book("apps")))
    play.looked("licence")


def _out(play: Play, name: str, sets: Sequence[RehearsedSet]) -> None:
    """Rehearsed sets are approved by another person and carried out."""
    _approved(play, name, sets)
    _carried(play, name, sets)


def _approved(play: Play, name: str, sets: Sequence[RehearsedSet]) -> None:
    playing.approved(play.workspace, sets)
    count = sum(len(one.lines) for one in sets)
    beyond = sum(bool(line.over_reach) for one in sets for line in one.lines)
    over = f", {beyond} into XB too" if beyond else ""
    play.say("approve", f"{name}: {_n(count, 'measure')}{over}, by {LEAD}; rehearsed by {REVIEWER}")


def _carried(play: Play, name: str, sets: Sequence[RehearsedSet]) -> None:
    done = playing.carried_out(play.workspace, sets)
    play.toured.done.setdefault(name, []).extend(done)
    play.say("carry out", f"{name}: {_outcomes(done)}; read back at the shop")


def _n(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _outcomes(done: Sequence[Done]) -> str:
    sums = sum((Counter(one.outcomes) for one in done), Counter[OutcomeKind]())
    return ", ".join(f"{n} {what}" for what, n in sums.items()) or "nothing was due"


def _told(play: Play, hours: float) -> None:
    play.clock.at(hours)
    for book in play.toured.accepted.values():
        tell.tell(play.workspace, book, as_=CLERK)
    sent = tell.send(play.workspace, as_=CLERK)
    play.toured.letters += len(sent.in_folder)
    play.say("tell", f"{len(sent.in_folder)} letters, in English, Chinese or both")


def _heard(play: Play) -> None:
    workspace, book = play.workspace, play.book("licence")
    play.clock.at(20)
    guide = playing.case_of_item(workspace, book, play.named("guide"))
    pram = playing.case_of_item(workspace, play.book("recall"), play.named("repaired"))
    first = hear.record(workspace, guide, playing.appeal_text(workspace, "guide"), as_=CLERK)
    second = hear.record(workspace, pram, playing.appeal_text(workspace, "repaired"), as_=CLERK)
    play.clock.at(22)
    hear.grant(workspace, first, GRANTED, covers=False, as_=LEAD)
    play.say("hear", f"appeal about {play.named('guide')} granted by {LEAD}: a printed guide")
    hear.deny(workspace, second, DENIED, as_=LEAD)
    play.say("hear", f"appeal about {play.named('repaired')} denied by {LEAD}: the order covers it")
    play.clock.at(22.5)
    _back(play, "licence")


GRANTED = "The listing offers a printed guide and no access to a service. The order does not cover it."
DENIED = "The order covers every pram of this model, whoever mended it. The office alone can make an exception."


def _shop_goes_on(play: Play) -> None:
    play.clock.at(24)
    hidden, deleted = play.named("hidden"), play.named("deleted")
    play.shop.put(hidden, "removed")
    play.shop.delete(deleted, play.workspace.now.isoformat())
    play.say("(shop)", f"hides {hidden} itself; the seller of {deleted} deletes it")


def _annulled(play: Play) -> None:
    play.clock.at(26)
    for name in ("licence", "apps"):
        end.annul(play.workspace, play.book(name), "The Administrative Court of XA annulled the order.", as_=LEGAL)
    play.say("annul", "licence, apps: by the court, as if the order never was")
    play.clock.at(26.5)
    for name in ("licence", "apps"):
        _back(play, name)
    play.looked("annulled")


def _back(play: Play, name: str) -> None:
    """What nobody asks for any more is rehearsed, approved and given back."""
    sets = playing.rehearsed(play.workspace, play.book(name))
    playing.approved(play.workspace, sets)
    done = playing.carried_out(play.workspace, sets)
    play.toured.undone.setdefault(name, []).extend(done)
    play.say("give back", f"{name}: {_outcomes(done)}")


def _reported(play: Play) -> None:
    workspace, toured = play.workspace, play.toured
    play.clock.at(28)
    for name, book in toured.accepted.items():
        for language in ("zh", "en"):
            folder = toured.folder / "reports" / sweep.folder_name(book) / language
            toured.reports.setdefault(name, {})[language] = _written(play, book, folder, language)
    tell.send(workspace, as_=CLERK)
    count = sum(len(files) for named in toured.reports.values() for files in named.values())
    play.say("report", f"{count} files in English and Chinese; all sums agree")


def _written(play: Play, book: str, folder: Path, language: str) -> Mapping[str, Path]:
    """The final report in the language of the order, and before it a reading copy in the other one."""
    formats: Sequence[str] = report.FORMATS if language == "en" else ("html", "pdf")
    state = "final" if language == "en" else "interim"
    try:
        made = report.report(play.workspace, book, folder, state=state, locale=language, formats=formats, as_=LEGAL)
    except Missing as missing:  # a set-up without typst or its fonts: the other formats say the same
        play.toured.missing = f"{missing.text}; {missing.remedy}"
        left = [name for name in formats if name != "pdf"]
        made = report.report(play.workspace, book, folder, state=state, locale=language, formats=left, as_=LEGAL)
    return made.files


SCENES: Sequence[Callable[[Play], None]] = (
    _opened, _recall_in, _licence_in, _accepted, _swept, _decided, _recall_done, _licence_done,
    lambda play: _told(play, 7.4), _heard, _shop_goes_on, _annulled, lambda play: _told(play, 27), _reported,
)  # fmt: skip
