"""Delivery: what is due goes out once; what fails is tried again, then a person has it. Mail itself: journeys."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from rectify.letters import deliver, mail
from rectify.letters.deliver import WAITS, Channels, Sent, file_name, send_due
from rectify.letters.mail import Down, Later, Never, Smtp, message, message_id
from rectify.letters.records import letter
from rectify.letters.write import NOT_DELIVERED, record_delivery
from rectify.terms.errors import Broken, Refused
from rectify.terms.letter import DeliveryState, Letter, Occasion

from .desk import SELLER, Desk, fresh_desk
from .samples import T0

SMTP = Smtp("127.0.0.1", 2525, "Example Market <post@market.example>", starttls=False)


@pytest.fixture
def desk() -> Desk:
    return fresh_desk()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the mail server answers to each letter in turn: an error, or None for "taken"."""
    answers: list[object] = []

    def hand_over(self: mail.Post, letter: Letter, at: object) -> str:
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return message_id(letter.id, self.sender)

    monkeypatch.setattr(deliver.Post, "hand_over", hand_over)
    return answers


def send(desk: Desk, folder: Path | None = None, smtp: Smtp | None = None) -> Sent:
    return send_due(desk.ledger, Channels(folder, smtp), desk.clock)


class TestIntoTheFolder:
    def test_a_letter_is_a_text_file_for_its_owner_only(self, desk: Desk, tmp_path: Path) -> None:
        one = desk.write()
        folder = tmp_path / "letters"
        assert send(desk, folder) == Sent(in_folder=(one,))
        path = folder / f"{one}.txt"
        text = path.read_text(encoding="utf-8")
        assert text.startswith(
            f"Letter: {one}\nWritten: 2026-11-20 08:00 UTC\nTo: {SELLER}\nSubject: We stopped showing"
        )
        assert "您" in text
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert desk.letter(one).state is DeliveryState.HANDED_OVER

    def test_a_letter_goes_out_once(self, desk: Desk, tmp_path: Path) -> None:
        desk.write()
        assert len(send(desk, tmp_path).in_folder) == 1
        assert send(desk.later(days=1), tmp_path) == Sent()
        assert len(desk.entries("letter_sent")) == 1

    def test_a_letter_waits_until_secrecy_ends(self, desk: Desk, tmp_path: Path) -> None:
        one = desk.write(not_before=T0 + timedelta(days=30))
        assert send(desk.later(days=29), tmp_path) == Sent()
        assert send(desk.later(days=1), tmp_path).in_folder == (one,)

    def test_a_letter_without_an_address_is_written_there_although_mail_is_set(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        one = desk.write(address="")
        assert send(desk, tmp_path, SMTP).in_folder == (one,)
        assert "To: no address known" in (tmp_path / f"{one}.txt").read_text(encoding="utf-8")

    @pytest.mark.parametrize("name", ["../evil", "letter-1/../x", "letter-", "Letter-1", "letter-1\n", "con\x00"])
    def test_a_file_is_named_by_our_own_id_only(self, name: str) -> None:
        with pytest.raises(Broken):
            file_name(name)

    def test_a_folder_that_cannot_be_written_to_is_told_and_the_letter_stays_due(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        one = desk.write()
        (tmp_path / "file").write_text("x")
        with pytest.raises(Broken, match="cannot be written"):
            send(desk, tmp_path / "file" / "folder")
        assert send(desk.later(hours=1), tmp_path).in_folder == (one,)

    def test_without_any_channel_nothing_is_taken(self, desk: Desk) -> None:
        one = desk.write()
        with pytest.raises(Refused):
            send(desk)
        assert desk.work(one).state == "waiting"


class TestByMail:
    def test_what_the_server_took_is_handed_over_not_delivered(self, desk: Desk, server: list[object]) -> None:
        one = desk.write()
        server.append(None)
        assert send(desk, smtp=SMTP) == Sent(mailed=(one,))
        assert desk.letter(one).state is DeliveryState.HANDED_OVER
        assert desk.deliveries(one)[0].message_id == f"<{one}@market.example>"

    def test_a_refusal_for_now_is_tried_again_later_and_longer_each_time(
        self, desk: Desk, server: list[object]
    ) -> None:
        one = desk.write()
        for attempt, wait in enumerate(WAITS, 1):
            server.append(Later("451 try later"))
            assert send(desk, smtp=SMTP).later == (one,)
            assert desk.work(one).due == desk.now + wait
            assert send(desk, smtp=SMTP) == Sent()
            assert desk.entries("letter_failed")[-1].body["attempts"] == attempt
            desk.later(seconds=wait.total_seconds())
        assert desk.letter(one).state is DeliveryState.WRITTEN
        server.append(None)
        assert send(desk, smtp=SMTP).mailed == (one,)
        assert desk.deliveries(one)[0].note == "451 try later"

    def test_after_the_last_try_a_person_takes_over(self, desk: Desk, server: list[object], tmp_path: Path) -> None:
        one = desk.write()
        for wait in WAITS:
            server.append(Later("451"))
            send(desk, tmp_path, SMTP)
            desk.later(seconds=wait.total_seconds())
        server.append(Later("451"))
        assert send(desk, tmp_path, SMTP).failed == (one,)
        assert (tmp_path / f"{one}.txt").exists()
        assert [t.body["what"] for t in desk.tasks()] == [NOT_DELIVERED]
        assert send(desk.later(days=30), tmp_path, SMTP) == Sent()

    def test_a_refusal_for_good_goes_into_the_folder_and_to_a_person(
        self, desk: Desk, server: list[object], tmp_path: Path
    ) -> None:
        one = desk.write()
        server.append(Never("550 no such user seller@shop.example"))
        assert send(desk, tmp_path, SMTP).failed == (one,)
        assert (tmp_path / f"{one}.txt").exists()
        (task,) = desk.tasks()
        assert "550 no such user" in task.private["text"]
        assert task.body["about"] == one
        assert [(d.state, d.channel) for d in desk.deliveries(one)] == [
            (DeliveryState.HANDED_OVER, "folder"), (DeliveryState.FAILED, "smtp"),
        ]  # fmt: skip
        with desk.ledger.reading() as connection:  # the copy in our own folder is handed over to nobody
            assert letter(desk.ledger, connection, one).state is DeliveryState.FAILED
        assert SELLER not in str([e.body for e in desk.ledger.entries()])

    def test_without_a_folder_a_refusal_for_good_is_a_task_alone(self, desk: Desk, server: list[object]) -> None:
        one = desk.write()
        server.append(Never("550"))
        assert send(desk, smtp=SMTP).failed == (one,)
        assert desk.letter(one).state is DeliveryState.FAILED
        two = desk.write(address="")
        assert send(desk, smtp=SMTP).failed == (two,)

    def test_a_server_that_is_down_stops_the_round_and_all_letters_wait(self, desk: Desk, server: list[object]) -> None:
        one, two = desk.write(), desk.write()
        server.append(Down("no TLS"))
        sent = send(desk, smtp=SMTP)
        assert (sent.later, sent.stopped) == ((one,), "no TLS")
        assert desk.work(two).attempts == 0
        server += [None, None]
        assert set(send(desk.later(minutes=5), smtp=SMTP).mailed) == {one, two}

    def test_a_letter_that_was_erased_while_it_waited_is_not_sent(self, desk: Desk, server: list[object]) -> None:
        one = desk.write()
        with desk.ledger.writing(T0, "system") as writing:
            writing.erase("account:account-1", "all", "request", ["a", "b"])
        assert send(desk, smtp=SMTP).failed == (one,)
        assert send(desk.later(days=1), smtp=SMTP) == Sent()

    def test_a_worker_that_died_leaves_its_letter_to_the_next(self, desk: Desk, server: list[object]) -> None:
        one = desk.write()
        server.append(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            send(desk, smtp=SMTP)
        assert send(desk.later(minutes=1), smtp=SMTP) == Sent()
        server.append(None)
        assert send(desk.later(minutes=15), smtp=SMTP).mailed == (one,)

    def test_a_late_failure_takes_no_proof_of_delivery_away(self, desk: Desk, server: list[object]) -> None:
        one = desk.write()
        with desk.ledger.writing(T0, "system") as writing:
            record_delivery(writing, one, "read")
        server.append(Never("550"))
        send(desk, smtp=SMTP)
        assert desk.letter(one).state is DeliveryState.DELIVERED
        assert desk.ledger.differences() == []

    def test_in_the_clear_goes_to_this_machine_only(self, desk: Desk) -> None:
        desk.write()
        with pytest.raises(Refused, match="in the clear"):
            send(desk, smtp=Smtp("mail.market.example", 25, "post@market.example", starttls=False))

    @pytest.mark.parametrize("sender", ["", "nobody", "A <a@x.example>\nBcc: b@x.example"])
    def test_a_sender_that_is_none_is_refused(self, desk: Desk, sender: str) -> None:
        with pytest.raises(Refused, match="is no sender"):
            send(desk, smtp=Smtp("127.0.0.1", 25, sender))

    def test_in_the_clear_may_go_to_this_machine_by_any_of_its_names(self) -> None:
        for host in ("localhost", "127.0.0.1", "::1"):
            mail.Post(Smtp(host, 25, "post@market.example", starttls=False))

    def test_an_address_that_cannot_be_put_on_the_wire_fails_for_good(self, desk: Desk, tmp_path: Path) -> None:
        one = desk.write(address="seller@" + "é" * 63 + ".example")
        assert send(desk, tmp_path, SMTP).failed == (one,)
        assert (tmp_path / f"{one}.txt").exists()

    def test_the_password_is_not_shown(self) -> None:
        assert "hunter2" not in repr(Smtp("h", 25, "a@x.example", password="hunter2"))


class TestMessage:
    SENDER = mail.Post(SMTP).sender

    def letter(self, **changes: str) -> Letter:
        plain = {"id": "letter-1", "address": SELLER, "subject": "我们 stopped", "body": "您好\n"}
        return Letter(order="XA-1", occasion=Occasion.REMOVED, to="account-1", languages=("zh",), claims=(),
                      state=DeliveryState.WRITTEN, written=T0, **{**plain, **changes})  # fmt: skip

    def test_has_the_same_id_on_every_attempt(self) -> None:
        one, two = (message(self.letter(), self.SENDER, T0 + timedelta(days=d)) for d in (0, 1))
        assert one["Message-ID"] == two["Message-ID"] == "<letter-1@market.example>"
        assert one["Auto-Submitted"] == "auto-generated"
        assert one["Content-Language"] == "zh"
        assert one["From"] == "Example Market <post@market.example>"

    def test_goes_to_a_domain_in_its_ascii_form(self) -> None:
        to = message(self.letter(address="seller@bücher.example"), self.SENDER, T0)["To"]
        assert to == "seller@xn--bcher-kva.example"

    def test_to_a_domain_that_is_none_is_refused(self) -> None:
        with pytest.raises(Refused, match="domain"):
            message(self.letter(address="seller@" + "é" * 63 + ".example"), self.SENDER, T0)

    def test_keeps_its_text_through_the_wire(self) -> None:
        from email import message_from_bytes, policy

        read = message_from_bytes(bytes(message(self.letter(), self.SENDER, T0)), policy=policy.default)
        assert read["Subject"] == "我们 stopped"
        assert read.get_content().strip() == "您好"

    @pytest.mark.parametrize(
        "changes",
        [{"address": "a@x.example\r\nBcc: b@x.example"}, {"subject": "x\nBcc: b@x.example"}, {"id": "letter-1\r\nX: y"},
         {"subject": "x\x00"}, {"subject": "x\u2028y"}],
    )  # fmt: skip
    def test_with_a_control_sign_in_a_header_is_refused(self, changes: dict[str, str]) -> None:
        with pytest.raises(Refused, match="control sign"):
            message(self.letter(**changes), self.SENDER, T0)
