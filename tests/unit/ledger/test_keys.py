"""Keys lie in files that only their owner reads, and a lost one is never quietly replaced."""

import stat

import pytest

from rectify.ledger.keys import Keys
from rectify.terms.errors import Broken


def test_a_new_folder_gets_keys_for_its_owner_only(tmp_path):
    folder = tmp_path / "keys"
    first, again = Keys.at(folder), Keys.at(folder)
    assert (first.public, first.id_key, first.master) == (again.public, again.id_key, again.master)
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {
        "checkpoint": 0o600,
        "id_key": 0o600,
        "master": 0o600,
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_three_keys_differ_and_two_folders_share_none(tmp_path):
    one, two = Keys.at(tmp_path / "a"), Keys.at(tmp_path / "b")
    assert len({one.public, one.id_key, one.master, two.public, two.id_key, two.master}) == 6
    assert {len(key) for key in (one.public, one.id_key, one.master)} == {32}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path, mode):
    Keys.at(tmp_path / "keys")
    (tmp_path / "keys" / "master").chmod(mode)
    with pytest.raises(Broken, match="others may read") as refused:
        Keys.at(tmp_path / "keys")
    assert refused.value.remedy.startswith("chmod 600")


def test_a_missing_key_is_not_replaced(tmp_path):
    Keys.at(tmp_path / "keys")
    (tmp_path / "keys" / "id_key").unlink()
    with pytest.raises(Broken, match="id_key is missing"):
        Keys.at(tmp_path / "keys")
    assert not (tmp_path / "keys" / "id_key").exists()


def test_a_file_that_is_no_key_is_told(tmp_path):
    Keys.at(tmp_path / "keys")
    (tmp_path / "keys" / "checkpoint").write_text("secret\n", encoding="utf-8")
    with pytest.raises(Broken, match="no key of 32 bytes"):
        Keys.at(tmp_path / "keys")


def test_the_last_checkpoint_is_kept(tmp_path):
    keys = Keys.at(tmp_path / "keys")
    assert keys.last_checkpoint() == ""
    keys.keep_checkpoint("note — 1\n")
    assert Keys.at(tmp_path / "keys").last_checkpoint() == "note — 1\n"


def test_keys_are_not_shown():
    keys = Keys.generate()
    assert repr(keys) == "Keys('in memory')"
    assert keys.master.hex() not in str(vars(keys).get("folder"))
