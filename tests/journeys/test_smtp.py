"""Letters by mail against a real server: what it says decides, and a letter keeps its Message-ID."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.letters.compose import compose
from rectify.letters.deliver import Channels, Sent, send_due
from rectify.letters.facts import ActFacts, ItemTold, OrderGround, SeenText, Sender
from rectify.letters.mail import Smtp
from rectify.letters.records import LettersTable, deliveries_of, letter
from rectify.letters.write import write_letter
from rectify.store.connection import open_store
from rectify.terms.letter import DeliveryState, Occasion

T0 = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
FROM, TO = "Example Market <post@market.example>", "seller@shop.example"
pytestmark = pytest.mark.slow


class Server:
    """A mail server that answers as it is told, and keeps what it took."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.seen: list[str] = []  # Message-ID of all that reached DATA, taken or not
        self.envelopes: list[Envelope] = []
        self.to_recipient: list[str] = []
        self.to_data: list[str] = []
        self.drop: list[bool] = []

    async def handle_RCPT(
        self, server: SMTP, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_recipient.pop(0) if self.to_recipient else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.seen.append(str(mail["Message-ID"]))
        answer = self.to_data.pop(0) if self.to_data else "250 taken"
        if answer.startswith("250"):
            self.taken.append(mail)
            self.envelopes.append(envelope)
        if self.drop and self.drop.pop(0):
            assert server.transport is not None
            server.transport.abort()  # the line breaks after DATA, before the answer
        return answer


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def start(server: Server) -> Iterator[Callable[..., int]]:
    """Starts the server on a free port and gives the port."""
    controllers: list[Controller] = []

    def run(**options: Any) -> int:
        port = free_port()
        controllers.append(Controller(server, hostname="127.0.0.1", port=port, **options))
        controllers[-1].start()
        return port

    yield run
    for controller in controllers:
        controller.stop(no_assert=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    return folder / "cert.pem", folder / "key.pem"


class Desk:
    """A ledger on disk with one letter in it, and a clock."""

    def __init__(self, folder: Path) -> None:
        numbers = count(1)
        self.folder, self.now = folder, T0
        self.ledger = Ledger(
            open_store(f"sqlite:///{folder / 'store.db'}"), Keys.generate(), [LettersTable()],
            surrogate=lambda kind: f"{kind}-{next(numbers):04}",
        )  # fmt: skip
        self.letter = self.write()

    def write(self, address: str = TO) -> str:
        facts = ActFacts(
            sender=Sender("Example Market", "XA", "post@market.example"),
            ground=OrderGround("XA-1", "Safety Office", "XA", "gpsr-22", "It can fall.", ("Safety Act",), ("XA",), T0),
            items=(ItemTold("listing", "GW-1", "婴儿车 Kite", seen=(SeenText("title", "Kite"),)),),
            countries=("XA",), since=T0,
        )  # fmt: skip
        with self.ledger.writing(self.now, "system") as writing:
            return write_letter(writing, compose(Occasion.REMOVED, facts), book="XA-1", to="account-1", address=address)

    def send(self, port: int, *, hours: float = 0, starttls: bool = False, **more: Any) -> Sent:
        self.now += dt.timedelta(hours=hours)
        smtp = Smtp("127.0.0.1", port, FROM, starttls=starttls, timeout=10, **more)
        return send_due(self.ledger, Channels(self.folder / "letters", smtp), lambda: self.now)

    def state(self) -> DeliveryState:
        with self.ledger.reading() as connection:
            return letter(self.ledger, connection, self.letter).state

    def notes(self) -> list[str]:
        with self.ledger.reading() as connection:
            return [d.note for d in deliveries_of(self.ledger, connection, self.letter)]

    def tasks(self) -> list[str]:
        return [str(e.body["what"]) for e in self.ledger.entries(kinds=["task_opened"])]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_letter_reaches_the_server_whole(desk: Desk, server: Server, start: Callable[..., int]) -> None:
    assert desk.send(start()).mailed == (desk.letter,)
    (mail,) = server.taken
    assert mail["To"] == TO
    assert mail["From"] == FROM
    assert mail["Subject"].startswith("We stopped showing your listing in Country XA (XA-1) / 我们")
    assert "“婴儿车 Kite”" in mail.get_content()
    assert "您" in mail.get_content()
    assert mail["Message-ID"] == f"<{desk.letter}@market.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert {h.lower() for h in mail.keys()} <= {  # noqa: SIM118 - a mail is no dict
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-language", "content-type",
        "content-transfer-encoding", "mime-version",
    }  # fmt: skip
    assert desk.state() is DeliveryState.HANDED_OVER
    assert not (desk.folder / "letters").exists()


def test_two_letters_leave_over_one_line(desk: Desk, server: Server, start: Callable[..., int]) -> None:
    other = desk.write("other@shop.example")
    assert set(desk.send(start()).mailed) == {desk.letter, other}
    assert {e.rcpt_tos[0] for e in server.envelopes} == {TO, "other@shop.example"}


@pytest.mark.parametrize("where", ["to_recipient", "to_data"])
def test_451_is_tried_again_with_the_same_message_id(
    desk: Desk, server: Server, start: Callable[..., int], where: str
) -> None:
    setattr(server, where, ["451 4.7.1 greylisted"])
    port = start()
    assert desk.send(port).later == (desk.letter,)
    assert desk.state() is DeliveryState.WRITTEN
    assert desk.send(port).later == ()
    assert desk.send(port, hours=1).mailed == (desk.letter,)
    assert set(server.seen) == {f"<{desk.letter}@market.example>"}
    assert desk.notes()[0].startswith("451 4.7.1 greylisted")
    assert desk.tasks() == []


@pytest.mark.parametrize("where", ["to_recipient", "to_data"])
def test_550_is_final_and_goes_to_the_folder_and_a_person(
    desk: Desk, server: Server, start: Callable[..., int], where: str
) -> None:
    setattr(server, where, ["550 5.1.1 no such user"])
    port = start()
    assert desk.send(port).failed == (desk.letter,)
    assert (desk.folder / "letters" / f"{desk.letter}.txt").exists()
    assert desk.tasks() == ["letter not delivered"]
    assert desk.send(port, hours=100) == Sent()
    assert server.taken == []


def test_a_refused_letter_does_not_keep_the_next_one_back(
    desk: Desk, server: Server, start: Callable[..., int]
) -> None:
    other = desk.write("other@shop.example")
    server.to_recipient = ["550 no such user"]
    sent = desk.send(start())
    assert (sent.failed, sent.mailed) == ((desk.letter,), (other,))


def test_a_line_that_breaks_after_data_is_tried_again_with_the_same_message_id(
    desk: Desk, server: Server, start: Callable[..., int]
) -> None:
    """The server may have taken it: the same Message-ID lets the reader's mailbox see that it is one letter."""
    server.drop = [True]
    port = start()
    assert desk.send(port).later == (desk.letter,)
    assert len(server.taken) == 1
    assert desk.send(port, hours=1).mailed == (desk.letter,)
    assert server.seen == [f"<{desk.letter}@market.example>"] * 2


def test_nothing_listens_and_all_letters_wait(desk: Desk, server: Server, start: Callable[..., int]) -> None:
    sent = desk.send(free_port())
    assert sent.later == (desk.letter,)
    assert "127.0.0.1" in sent.stopped
    assert desk.send(start(), hours=1).mailed == (desk.letter,)


def _tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


def test_starttls_is_used_and_verified(
    desk: Desk, server: Server, start: Callable[..., int], certificate: tuple[Path, Path]
) -> None:
    port = start(tls_context=_tls(certificate), require_starttls=True)
    assert desk.send(port, starttls=True, authorities=str(certificate[0])).mailed == (desk.letter,)


def test_a_stripped_starttls_sends_nothing(desk: Desk, server: Server, start: Callable[..., int]) -> None:
    sent = desk.send(start(), starttls=True)
    assert "does not offer STARTTLS" in sent.stopped
    assert (server.seen, server.taken) == ([], [])
    assert desk.state() is DeliveryState.WRITTEN


def test_a_certificate_that_nobody_vouches_for_sends_nothing(
    desk: Desk, server: Server, start: Callable[..., int], certificate: tuple[Path, Path]
) -> None:
    sent = desk.send(start(tls_context=_tls(certificate)), starttls=True)
    assert "certificate verify failed" in sent.stopped.lower()
    assert (server.seen, server.taken) == ([], [])


def test_a_password_goes_over_tls_and_a_wrong_one_stops_the_round(
    desk: Desk, server: Server, start: Callable[..., int], certificate: tuple[Path, Path]
) -> None:
    def known(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"market", b"right")
        return AuthResult(success=right, handled=False)

    port = start(tls_context=_tls(certificate), authenticator=known, auth_required=True)
    way = {"starttls": True, "authorities": str(certificate[0]), "user": "market"}
    assert "535" in desk.send(port, password="wrong", **way).stopped
    assert desk.send(port, hours=1, password="right", **way).mailed == (desk.letter,)
    assert all("right" not in note for note in desk.notes())


def test_a_name_beyond_ascii_goes_where_the_server_takes_it(
    desk: Desk, server: Server, start: Callable[..., int]
) -> None:
    other = desk.write("李@shop.example")
    sent = desk.send(start(enable_SMTPUTF8=False))
    assert (sent.failed, sent.mailed) == ((other,), (desk.letter,))
    third = desk.write("李@shop.example")
    assert desk.send(start(enable_SMTPUTF8=True)).mailed == (third,)
    assert server.envelopes[-1].rcpt_tos == ["李@shop.example"]


def test_a_refused_sender_stops_the_round(desk: Desk, server: Server, start: Callable[..., int]) -> None:
    async def handle_mail(server: object, session: object, envelope: object, address: str, options: object) -> str:
        return "550 not yours"

    server.handle_MAIL = handle_mail  # type: ignore[attr-defined]
    assert "550 not yours" in desk.send(start()).stopped
    assert desk.state() is DeliveryState.WRITTEN
