"""Mail: one letter as a message, handed over by SMTP. What the server says decides: handed over, later, or never.

TLS is asked for by STARTTLS and verified; a server that does not offer it gets nothing. Only towards this machine
itself may settings say that mail goes in the clear. Sources: RFC 5321, RFC 3207, RFC 3834 (auto-submitted).
"""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType

from rectify.letters.signs import has_control
from rectify.terms.errors import Refused
from rectify.terms.letter import Letter

TIMEOUT = 60.0  # seconds for each answer of the server; RFC 5321 4.5.3.2 allows more, a lease does not


@dataclass(frozen=True, slots=True)
class Smtp:
    """How letters leave by mail. `sender` is "Name <address>"; `authorities` a file of root certificates to trust."""

    host: str
    port: int
    sender: str
    starttls: bool = True
    user: str = ""
    password: str = ""
    authorities: str = ""
    timeout: float = TIMEOUT

    def __repr__(self) -> str:
        return f"Smtp({self.host!r}, {self.port}, {self.sender!r})"


class Later(Exception):
    """Not handed over this time, or nobody knows: to be tried again with the same Message-ID."""


class Never(Exception):
    """Refused for good."""


class Down(Exception):
    """No letter can leave this way now: not reached, no TLS, not let in, our sender refused."""


def message(letter: Letter, sender: Address, at: datetime) -> EmailMessage:
    """A letter as a mail, with the Message-ID that it has on every attempt. Raises Refused for control signs."""
    for what, text in (("address", letter.address), ("subject", letter.subject), ("id", letter.id)):
        if has_control(text):
            raise Refused(f"the {what} of letter {letter.id!r} holds a control sign; it is not sent")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    name, _, domain = on_the_wire(letter.address).rpartition("@")
    mail["To"] = Address(username=name, domain=domain)
    mail["Subject"] = letter.subject
    mail["Date"] = at
    mail["Message-ID"] = message_id(letter.id, sender)
    mail["Auto-Submitted"] = "auto-generated"  # so that an answering machine does not answer
    mail.set_content(letter.body)
    mail["Content-Language"] = ", ".join(letter.languages)
    return mail


def on_the_wire(address: str) -> str:
    """An address with its domain in ASCII (IDNA), so that only a name beyond ASCII asks a server for SMTPUTF8."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise Refused("the address has a domain that is none; the letter is not sent") from None


def message_id(letter: str, sender: Address) -> str:
    """The Message-ID of a letter: from its own id, so that it is the same on every attempt."""
    return f"<{letter}@{sender.domain}>"


class Post:
    """A connection to the mail server, made when the first letter leaves and made anew after trouble."""

    def __init__(self, smtp: Smtp) -> None:
        self.smtp, self.sender = smtp, _sender(smtp.sender)
        self._open: smtplib.SMTP | None = None
        if not smtp.starttls and not _here(smtp.host):
            raise Refused(f"mail to {smtp.host} would leave in the clear", "set starttls: true")

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None and error is None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
        self._close()

    def hand_over(self, letter: Letter, at: datetime) -> str:
        """Hands a letter over and gives its Message-ID. Raises Later, Never or Down."""
        mail = message(letter, self.sender, at)
        try:
            server = self._server()
            server.send_message(mail, from_addr=self.sender.addr_spec, to_addrs=[on_the_wire(letter.address)])
        except smtplib.SMTPSenderRefused as error:
            self._close()
            raise Down(_said(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            self._close()  # on 421 the line is gone already
            code, said = next(iter(error.recipients.values()))
            raise _answer(code, said) from error
        except smtplib.SMTPResponseException as error:
            self._close()
            raise _answer(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Never(str(error)) from error
        except (smtplib.SMTPException, OSError) as error:  # the line broke: perhaps it was taken, perhaps not
            self._close()
            raise Later(str(error) or type(error).__name__) from error
        return str(mail["Message-ID"])

    def _server(self) -> smtplib.SMTP:
        if self._open is None:
            try:
                self._open = self._connected()
            except (smtplib.SMTPException, OSError) as error:
                self._close()
                raise Down(f"{self.smtp.host}:{self.smtp.port}: {error or type(error).__name__}") from error
        return self._open

    def _connected(self) -> smtplib.SMTP:
        smtp = self.smtp
        # Our own name in EHLO: that of the sender. What this machine is called is nobody's business.
        self._open = server = smtplib.SMTP(smtp.host, smtp.port, self.sender.domain, timeout=smtp.timeout)
        server.ehlo()
        if smtp.starttls:
            if not server.has_extn("starttls"):
                raise smtplib.SMTPNotSupportedError("the server does not offer STARTTLS; nothing was sent")
            server.starttls(context=ssl.create_default_context(cafile=smtp.authorities or None))
            server.ehlo()
        if smtp.user:
            server.login(smtp.user, smtp.password)
        return server

    def _close(self) -> None:
        server, self._open = self._open, None
        if server is not None:
            server.close()


def _answer(code: int, said: bytes | str) -> Later | Never:
    """What a refusal means: 4xx is for now, 5xx for good (RFC 5321 4.2.1)."""
    text = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return Never(text) if 500 <= code < 600 else Later(text)


def _said(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"


def _sender(text: str) -> Address:
    name, _, rest = text.rpartition("<")
    address = rest.removesuffix(">").strip()
    if has_control(text) or not address or "@" not in address:
        raise Refused(f"{text!r} is no sender", 'write "Name <address>" under letters: smtp: sender')
    return Address(display_name=name.strip(), addr_spec=address)


def _here(host: str) -> bool:
    """Whether a host is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
