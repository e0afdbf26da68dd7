"""Sealed parts open only as what they are, and erasure leaves nothing of them."""

import hashlib
import json
import secrets
from contextlib import closing
from uuid import uuid4

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from rectify.store.connection import open_store
from rectify.store.sealed import Sealed, Sealing, commitment
from rectify.store.tables import sealed as boxes
from rectify.terms.errors import Broken

from ..stores import store_as_new  # noqa: TID252

MASTER = secrets.token_bytes(32)
seals = Sealed(MASTER)


@pytest.fixture
def connection():
    with store_as_new().writing() as opened:
        yield opened


def seal(connection, part="1.name", subject="account:9f", value="Anna Example"):
    return seals.seal(connection, part, subject, "gathered.name", value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(json_values)
def test_what_is_sealed_opens_again(connection, value):
    part = f"{uuid4()}.name"
    seal(connection, part=part, value=value)
    assert seals.open(connection, part) == value


def test_the_commitment_is_the_salted_digest_of_the_bytes(connection):
    commit = seal(connection, value={"b": 1, "a": "é"})
    plain = seals.open_all(connection, ["1.name"])["1.name"]
    assert plain.data == '{"a":"é","b":1}'.encode()
    assert len(plain.salt) == 32
    assert commit == hashlib.sha256(b"\x52" + plain.salt + plain.data).hexdigest() == plain.commit


def test_the_same_value_twice_gives_commitments_that_say_nothing(connection):
    assert seal(connection) != seal(connection, part="2.name")
    assert commitment(b"s" * 32, b"x") != hashlib.sha256(b"x").hexdigest()


def test_nothing_of_the_value_or_its_salt_stands_in_the_store(connection):
    seal(connection)
    plain = seals.open_all(connection, ["1.name"])["1.name"]
    stored = b"".join(connection.execute(select(boxes.c.box)).scalars())
    assert b"Anna" not in stored
    assert plain.salt not in stored


@pytest.mark.parametrize("column", ["part", "subject", "kind", "box"])
def test_a_box_opens_only_where_it_belongs(connection, column):
    seal(connection)
    seal(connection, part="2.name", subject="account:aa")
    new = {"part": "1.other", "subject": "account:aa", "kind": "gathered.other", "box": secrets.token_bytes(90)}[column]
    connection.execute(update(boxes).where(boxes.c.part == "1.name").values({column: new}))
    with pytest.raises(Broken, match="was changed"):
        seals.open(connection, "1.other" if column == "part" else "1.name")


def test_boxes_of_one_subject_cannot_be_swapped(connection):
    seal(connection, value="one")
    seal(connection, part="2.name", value="two")
    one, two = (
        connection.execute(select(boxes.c.box).where(boxes.c.part == part)).scalar() for part in ("1.name", "2.name")
    )
    connection.execute(update(boxes).where(boxes.c.part == "1.name").values(box=two))
    connection.execute(update(boxes).where(boxes.c.part == "2.name").values(box=one))
    with pytest.raises(Broken, match="was changed"):
        seals.open(connection, "1.name")


def test_another_master_key_is_told(connection):
    seal(connection)
    with pytest.raises(Broken, match="does not open with this master key"):
        Sealed(secrets.token_bytes(32)).open(connection, "1.name")
    with pytest.raises(Broken, match="not 32 bytes"):
        Sealed(b"short")


def test_an_erased_subject_is_gone_and_others_stay(connection):
    seal(connection)
    seal(connection, part="2.name")
    seal(connection, part="3.name", subject="account:aa", value="Ben")
    assert seals.erase(connection, "account:9f") == 2
    assert seals.open(connection, "1.name") is None
    assert seals.open(connection, "3.name") == "Ben"
    assert seals.erase(connection, "account:9f") == 0
    assert seals.count(connection, "account:aa") == 1


def test_a_box_from_an_old_copy_stays_shut_after_erasure(connection):
    seal(connection)
    old = connection.execute(select(boxes)).mappings().one()
    seals.erase(connection, "account:9f")
    connection.execute(boxes.insert(), [dict(old)])
    assert seals.open(connection, "1.name") is None


def test_a_subject_that_comes_back_gets_another_key(connection):
    seal(connection)
    seals.erase(connection, "account:9f")
    seal(connection, part="2.name", value="again")
    assert seals.open(connection, "2.name") == "again"


def test_many_parts_share_one_key_in_a_transaction(connection):
    sealing = Sealing(seals, connection)
    commits = [sealing.add(f"{n}.name", f"account:{n % 3}", "k.name", {"n": n}) for n in range(1000)]
    sealing.flush()
    plain = seals.open_all(connection, [f"{n}.name" for n in range(1000)])
    assert [plain[f"{n}.name"].commit for n in range(1000)] == commits
    assert connection.execute(text("SELECT count(*) FROM subject_keys")).scalar() == 3


def test_erased_bytes_are_overwritten_in_the_file_and_its_log(tmp_path):
    with closing(open_store(f"sqlite:///{tmp_path / 'r.db'}")) as store:
        with store.writing() as connection:
            seal(connection)
            wrapped = connection.execute(text("SELECT wrapped FROM subject_keys")).scalar()
        store.checkpoint()
        with store.writing() as connection:
            seals.erase(connection, "account:9f")
        store.checkpoint(scrub=True)
        left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert wrapped not in left
    assert wrapped[:16] not in left


def test_values_are_kept_as_canonical_bytes(connection):
    value = {"ü": ["x", {"b": None, "a": True}]}
    seal(connection, value=value)
    data = seals.open_all(connection, ["1.name"])["1.name"].data
    assert data == rfc8785.dumps(value)
    assert json.loads(data) == value
