"""Checkpoints are C2SP signed notes: known keys and notes verify, a changed sign does not."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.ledger.checkpoint import Checkpoint, PublicKey, read_checkpoint, read_key, sign, signed_by
from rectify.ledger.keys import Keys
from rectify.terms.errors import Faulty

# Example of golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# Example of c2sp.org/tlog-checkpoint.
C2SP = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
keys = Keys.generate()
KEY = PublicKey("rectify/ledger-1", keys.public)


def made(size=3):
    return sign(KEY.name, size, bytes(32), KEY, keys.sign)


def test_a_note_of_another_program_verifies():
    key = read_key(GO_KEY)
    assert key.id.hex() == "c74f20a3"
    assert str(key) == GO_KEY
    assert signed_by(Checkpoint("", 0, b"", GO_NOTE), key)
    assert not signed_by(Checkpoint("", 0, b"", GO_NOTE.replace("answer", "ANSWER")), key)


def test_the_example_of_the_specification_is_read():
    read = read_checkpoint(C2SP)
    assert (read.origin, read.size, len(read.root), read.note) == ("example.com/behind-the-sofa", 20852163, 32, C2SP)


def test_a_checkpoint_has_the_form_of_the_specification():
    lines = made().note.split("\n")
    assert lines[:4] == [KEY.name, "3", base64.b64encode(bytes(32)).decode(), ""]
    assert lines[4].startswith(f"— {KEY.name} ")
    assert base64.b64decode(lines[4].split(" ")[2])[:4] == KEY.id
    assert lines[5:] == [""]


def test_a_signed_checkpoint_reads_back_and_verifies():
    assert read_checkpoint(made().note) == made()
    assert signed_by(read_checkpoint(made().note), KEY)


@given(st.integers(0, len(made().note.encode()) - 1), st.integers(1, 255))
def test_no_byte_of_it_can_be_changed(at, by):
    data = bytearray(made().note.encode())
    data[at] ^= by
    try:
        read = read_checkpoint(data.decode())
    except (Faulty, UnicodeDecodeError):
        return
    assert (read.origin, read.size, read.root) == ("rectify/ledger-1", 3, bytes(32)) or not signed_by(read, KEY)


def test_signatures_of_others_are_passed_over_and_do_not_count():
    witness = "— witness.example mJirIklj" + "A" * 88 + "\n"
    assert signed_by(read_checkpoint(made().note + witness), KEY)
    text, _, line = made().note.rpartition("\n\n")
    same_name = f"— {KEY.name} mJirIklj" + "A" * 84 + "\n"
    assert signed_by(read_checkpoint(f"{text}\n\n{same_name}{line}"), KEY)
    assert not signed_by(read_checkpoint(f"{text}\n\n{same_name}"), KEY)
    assert not signed_by(made(), PublicKey("rectify/ledger-2", keys.public))
    assert not signed_by(made(), PublicKey(KEY.name, Keys.generate().public))


def test_extension_lines_of_others_are_read():
    assert read_checkpoint(C2SP.replace("=\n\n", "=\nan extension\n\n")).size == 20852163


def test_a_checkpoint_quoted_in_a_mail_is_read():
    quoted = "\r\n".join("> " + line if line else ">" for line in made().note.strip().split("\n"))
    assert signed_by(read_checkpoint("\n" + quoted + "\r\n"), KEY)


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("", "three lines"),
        ("origin\n3\n\n— a b\n", "three lines"),
        (C2SP.replace("20852163", "020852163"), "number of entries"),
        (C2SP.replace("20852163", "-1"), "number of entries"),
        (C2SP.replace("CsUY", "CsU"), "no root of 32 bytes"),
        (C2SP.replace("— ", "- "), "not signed"),
        (C2SP.replace("behind", "be\x07hind"), "control characters"),
    ],
)
def test_what_is_no_checkpoint_is_told(note, why):
    with pytest.raises(Faulty, match=why):
        read_checkpoint(note)


@pytest.mark.parametrize(
    "line", ["", "PeterNeumann", GO_KEY[:-4], GO_KEY.replace("c74f", "c74e"), GO_KEY.replace("+AR", "+BR")]
)
def test_what_is_no_key_is_told(line):
    with pytest.raises(Faulty, match="no Ed25519 key"):
        read_key(line)
