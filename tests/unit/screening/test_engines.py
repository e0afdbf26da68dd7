"""Which engine runs: what was built, what is asked for, and what is said where the two do not go together."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest

from rectify.screening import engines
from rectify.terms.errors import Missing, Refused

MODULE = "rectify.screening._kernel"


@pytest.fixture(autouse=True)
def _nothing_is_asked_for(monkeypatch):
    monkeypatch.delenv("RECTIFY_ENGINE", raising=False)
    monkeypatch.delenv("RECTIFY_CPU", raising=False)
    engines.wrong.cache_clear()
    yield
    engines.wrong.cache_clear()


@pytest.fixture
def built(monkeypatch):
    """A kernel as it would be on a machine with AVX-512."""
    told = {"version": engines.SPOKEN, "compiler": "gcc 12", "paths": ["portable", "avx512"]}
    monkeypatch.setitem(sys.modules, MODULE, SimpleNamespace(about=lambda: told))
    return told


@pytest.fixture
def absent(monkeypatch, tmp_path):
    """No kernel; the note that its build left is returned."""

    def import_module(name):
        raise ModuleNotFoundError(f"No module named {name!r}")

    note = tmp_path / "_kernel.json"
    monkeypatch.setattr(engines, "import_module", import_module)
    monkeypatch.setattr(engines, "_NOTE", note)
    return note


def test_the_kernel_runs_where_it_was_built_on_the_best_path(built):
    assert engines.engine() == "native"
    assert engines.cpu_paths() == ("portable", "avx512")
    assert engines.cpu_path() == "avx512"


def test_a_kernel_that_names_no_paths_is_portable(built):
    del built["paths"]
    assert engines.cpu_path() == "portable"


def test_the_environment_chooses_engine_and_path(built, monkeypatch):
    monkeypatch.setenv("RECTIFY_CPU", "portable")
    assert (engines.engine(), engines.cpu_path()) == ("native", "portable")
    monkeypatch.setenv("RECTIFY_ENGINE", "pure")
    assert (engines.engine(), engines.cpu_path()) == ("pure", "")
    monkeypatch.setenv("RECTIFY_ENGINE", "native")
    assert engines.engine() == "native"


def test_names_that_stand_for_nothing_are_refused_with_what_there_is(built, monkeypatch):
    monkeypatch.setenv("RECTIFY_CPU", "avx512f")
    with pytest.raises(Refused) as refused:
        engines.cpu_path()
    assert refused.value.text == 'RECTIFY_CPU is "avx512f", which is no path of the kernel here'
    assert refused.value.remedy == 'did you mean "avx512"?'
    monkeypatch.setenv("RECTIFY_ENGINE", "fast")
    with pytest.raises(Refused) as refused:
        engines.engine()
    assert refused.value.text == 'RECTIFY_ENGINE is "fast", which is no engine'
    assert refused.value.remedy == "known: native, pure"


def test_without_a_kernel_the_pure_engine_runs_and_the_note_says_why(absent):
    absent.write_text(json.dumps({"module": "", "why": "CC=false asked for none"}))
    assert (engines.engine(), engines.cpu_path(), engines.cpu_paths()) == ("pure", "", ())
    assert engines.wrong() == "it was not built when Rectify was installed (CC=false asked for none)"


@pytest.mark.parametrize("note", [None, "", "[]", "{}"])
def test_a_lost_note_is_no_fault(absent, note):
    if note is not None:
        absent.write_text(note)
    assert engines.wrong() == "it was not built when Rectify was installed (nothing says why)"


def test_a_kernel_that_is_asked_for_and_was_not_built_is_missing(absent, monkeypatch):
    absent.write_text(json.dumps({"why": "no C compiler was there"}))
    monkeypatch.setenv("RECTIFY_ENGINE", "native")
    with pytest.raises(Missing) as missing:
        engines.engine()
    assert missing.value.text == (
        "RECTIFY_ENGINE asks for the native kernel: "
        "it was not built when Rectify was installed (no C compiler was there)"
    )
    assert "C compiler" in missing.value.remedy


def test_a_kernel_of_another_version_does_not_run(built):
    built["version"] = engines.SPOKEN + 1
    assert engines.engine() == "pure"
    assert engines.wrong() == f"it is of version {engines.SPOKEN + 1}, and {engines.SPOKEN} is needed; build it again"


def test_a_kernel_that_does_not_load_says_so(monkeypatch):
    def import_module(name):
        raise ImportError("wrong ELF class")

    monkeypatch.setattr(engines, "import_module", import_module)
    assert engines.engine() == "pure"
    assert engines.wrong() == "it does not load (wrong ELF class)"


@pytest.mark.kernel
def test_the_kernel_that_was_built_here_is_the_one_that_is_spoken_with():
    assert engines.wrong() == ""
    assert set(engines.about()) >= {"version", "compiler"}
    assert engines.cpu_paths()[0] == "portable"
