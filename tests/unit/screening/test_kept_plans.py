"""The folder of compiled plans: what is read is what was kept, whole and ours, and the folder stays small."""

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from rectify.screening import kept_plans as module
from rectify.screening.kept_plans import VARIABLE, KeptPlans, kept_plans, program_digest

KEY, OTHER = bytes(range(32)), bytes(32)
ARRAYS = (np.arange(7, dtype=np.uint32), np.zeros(0, np.uint8), np.array([(1, 2)], [("a", "u8"), ("b", "u4")]))


def told(kept: KeptPlans, key: bytes = KEY) -> list[bytes] | None:
    found = kept.read(key)
    return None if found is None else [array.tobytes() for array in found]


@pytest.fixture
def kept(tmp_path: Path) -> KeptPlans:
    with KeptPlans(tmp_path / "a" / "plans").alone(KEY):
        pass  # makes the folder
    return KeptPlans(tmp_path / "a" / "plans")


def file_of(kept: KeptPlans) -> Path:
    (path,) = kept.folder.glob("*.plan")
    return path


def test_what_is_kept_is_read_again_to_the_byte_and_only_by_its_key(kept: KeptPlans) -> None:
    assert kept.read(KEY) is None
    kept.keep(KEY, ARRAYS)
    assert told(kept) == [array.tobytes() for array in ARRAYS]
    assert told(kept, OTHER) is None
    assert all(array.ctypes.data % 64 == 0 and not array.flags.writeable for array in kept.read(KEY) if len(array))


def test_file_and_folder_are_their_owners_alone(kept: KeptPlans) -> None:
    kept.keep(KEY, ARRAYS)
    modes = {path.stat().st_mode & 0o777 for path in kept.folder.iterdir()}
    assert (modes, kept.folder.stat().st_mode & 0o777) == ({0o600}, 0o700)


def test_a_file_changed_in_any_byte_or_cut_anywhere_is_not_read(kept: KeptPlans) -> None:
    kept.keep(KEY, ARRAYS)
    path, whole = file_of(kept), file_of(kept).read_bytes()
    for at in range(len(whole)):
        for data in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
            path.write_bytes(data)
            assert kept.read(KEY) is None, at
    path.write_bytes(whole + b"\0")
    assert kept.read(KEY) is None
    path.write_bytes(whole)
    assert kept.read(KEY) is not None


def test_a_file_under_another_name_is_not_read(kept: KeptPlans) -> None:
    kept.keep(KEY, ARRAYS)
    os.rename(file_of(kept), kept.folder / f"{OTHER.hex()}.plan")
    assert kept.read(OTHER) is None


def test_what_others_could_have_written_is_not_read(kept: KeptPlans) -> None:
    kept.keep(KEY, ARRAYS)
    path = file_of(kept)
    path.chmod(0o620)
    assert kept.read(KEY) is None
    path.chmod(0o600)
    kept.folder.chmod(0o777)
    assert kept.read(KEY) is None
    kept.folder.chmod(0o700)
    path.rename(path.with_suffix(".elsewhere"))
    path.symlink_to(path.with_suffix(".elsewhere"))
    assert kept.read(KEY) is None


def test_another_users_file_is_not_read(kept: KeptPlans, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep(KEY, ARRAYS)
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(kept.folder).st_uid + 1)
    assert kept.read(KEY) is None


def test_the_plans_used_last_stay(kept: KeptPlans) -> None:
    few = KeptPlans(kept.folder, most_files=3)
    keys = [bytes([n]) * 32 for n in range(5)]
    for n, key in enumerate(keys[:3]):
        few.keep(key, ARRAYS)
        os.utime(few.folder / f"{key.hex()}.plan", (n, n))
    assert few.read(keys[0]) is not None  # used: now the newest
    for key in keys[3:]:
        few.keep(key, ARRAYS)
    assert [few.read(key) is not None for key in keys] == [True, False, False, True, True]
    assert few.size()[0] == 3


def test_the_bytes_of_all_plans_are_bounded_and_one_too_large_is_not_kept(kept: KeptPlans) -> None:
    small = KeptPlans(kept.folder, most_bytes=5_000)
    for n in range(6):
        small.keep(bytes([n]) * 32, (np.zeros(1_500, np.uint8),))
    assert small.size()[0] == 3
    assert small.size()[1] <= 5_000
    small.keep(KEY, (np.zeros(6_000, np.uint8),))
    assert small.read(KEY) is None
    assert small.size()[0] == 3


def test_what_was_opened_is_read_on_when_it_is_forgotten(kept: KeptPlans) -> None:
    kept.keep(KEY, ARRAYS)
    found = kept.read(KEY)
    file_of(kept).unlink()
    assert [array.tobytes() for array in found] == [array.tobytes() for array in ARRAYS]


def test_what_killed_processes_left_goes_after_an_hour(kept: KeptPlans) -> None:
    left, lock = kept.folder / "x.part", kept.folder / "x.lock"
    for path in (left, lock):
        path.write_bytes(b"")
        os.utime(path, (1, 1))
    kept.keep(KEY, ARRAYS)
    assert not left.exists()
    assert not lock.exists()


@pytest.mark.parametrize("there", ["a file", "nothing may be made"])
def test_a_folder_that_cannot_be_is_no_error(tmp_path: Path, there: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "above" / "plans"
    if there == "a file":
        (tmp_path / "above").write_bytes(b"")
    else:
        monkeypatch.setattr(Path, "mkdir", _refuse)
    kept = KeptPlans(folder)
    with kept.alone(KEY):
        kept.keep(KEY, ARRAYS)
    assert (kept.read(KEY), kept.size()) == (None, (0, 0))


def test_a_full_disk_leaves_nothing_half_written(kept: KeptPlans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", _refuse)
    kept.keep(KEY, ARRAYS)
    assert list(kept.folder.glob("*.p*")) == []


def _refuse(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_one_makes_a_plan_while_others_wait(kept: KeptPlans) -> None:
    order: list[str] = []

    def make(name: str) -> None:
        with kept.alone(KEY):
            order.append(name)
            time.sleep(0.05)
            order.append(name)

    threads = [threading.Thread(target=make, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one == other for one, other in zip(order[::2], order[1::2], strict=True)] == [True] * 3


def test_nobody_waits_for_one_that_is_stuck(kept: KeptPlans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONGEST_WAIT", 0.05)
    with kept.alone(KEY), kept.alone(KEY):
        pass


def test_where_plans_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv(VARIABLE, raising=False)

    def place() -> Path | None:
        return getattr(kept_plans(), "folder", None)

    assert place() == tmp_path / ".cache/rectify/plans"
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/caches")
    assert place() == Path("/var/caches/rectify/plans")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert place() == tmp_path / ".cache/rectify/plans"
    monkeypatch.setattr(module.sys, "platform", "darwin")
    assert place() == tmp_path / "Library/Caches/rectify/plans"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    assert place() == tmp_path / "own"
    assert kept_plans(tmp_path / "sweep").folder == tmp_path / "sweep"
    monkeypatch.setenv(VARIABLE, "none")
    assert place() is None
    assert kept_plans(tmp_path / "sweep") is None


def test_the_program_has_a_digest_of_its_own_code_and_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "tables" / "fold.npz").write_bytes(b"1")
    monkeypatch.setattr(module, "files", lambda _: tmp_path)

    def digest() -> bytes:
        program_digest.cache_clear()
        return program_digest()

    try:
        first = digest()
        (tmp_path / "a.txt").write_text("2")
        assert digest() == first
        (tmp_path / "a.py").write_text("2")
        second = digest()
        (tmp_path / "tables" / "fold.npz").write_bytes(b"2")
        assert len({first, second, digest()}) == 3
    finally:
        program_digest.cache_clear()
