"""The native kernel in what is built: in the wheel where a compiler is, named where not, and new when its sources are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENING = "src/rectify/screening"
SOURCE = """
#include <Python.h>
static struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, .m_name = "_kernel", .m_doc = "{doc}", .m_size = 0}};
PyMODINIT_FUNC PyInit__kernel(void) {{ return PyModuleDef_Init(&definition); }}
"""

pytestmark = pytest.mark.slow


def run(*command: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs Python, with a C compiler as the system has it unless CC is given."""
    clean = {name: value for name, value in os.environ.items() if name != "CC" and not name.startswith("RECTIFY_")}
    return subprocess.run([sys.executable, *map(str, command)], cwd=folder, env=clean | environment,
                          capture_output=True, text=True, check=False)  # fmt: skip


def built(target: str, folder: Path, **environment: str) -> tuple[Path, str]:
    """The one file that hatchling makes of the tree, and what it said."""
    done = run("-m", "hatchling", "build", "-t", target, "-d", folder, folder=ROOT, **environment)
    assert done.returncode == 0, done.stderr
    (made,) = folder.iterdir()
    return made, done.stdout + done.stderr


def installed(wheel: Path, folder: Path) -> dict[str, str]:
    """Where Python finds the package of a wheel."""
    zipfile.ZipFile(wheel).extractall(folder)
    return {"PYTHONPATH": str(folder)}


def engine(folder: Path, environment: dict[str, str]) -> str:
    done = run("-m", "rectify.cli.main", "--json", "doctor", folder=folder, **environment)
    (found,) = (says for name, _, says in json.loads(done.stdout)["checks"] if name == "engine")
    return str(found)


@pytest.mark.kernel
def test_a_wheel_holds_one_module_for_every_python_of_a_platform(tmp_path):
    wheel, said = built("wheel", tmp_path / "dist", CFLAGS="-Werror")
    assert "not built" not in said
    assert "-cp311-abi3-" in wheel.name
    names = [Path(name).name for name in zipfile.ZipFile(wheel).namelist()]
    assert names.count("_kernel.abi3.so") == 1
    assert not [name for name in names if name.endswith((".c", ".h"))]
    place = installed(wheel, tmp_path / "there")
    asked = "from rectify.screening import _kernel; print(_kernel.__file__, _kernel.about()['version'])"
    file, version = run("-c", asked, folder=tmp_path, **place).stdout.split()
    assert Path(file).is_relative_to(tmp_path / "there")
    assert engine(tmp_path, place).startswith(f"native kernel {version} (")


def test_without_a_compiler_the_wheel_is_pure_and_doctor_says_so(tmp_path):
    wheel, said = built("wheel", tmp_path / "dist", CC="false")
    assert wheel.name.endswith("-py3-none-any.whl")
    told = "The native kernel was not built: CC=false asked for none. Rectify works without it, more slowly."
    assert [line for line in said.splitlines() if "kernel" in line] == [told]
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".so")]
    place = installed(wheel, tmp_path / "there")
    assert engine(tmp_path, place) == (
        "pure Python, slower than the native kernel: it was not built when Rectify was installed (CC=false asked for none)"
    )


def test_a_source_distribution_has_what_builds_the_kernel_and_nothing_built(tmp_path):
    archive, _ = built("sdist", tmp_path / "dist")
    with tarfile.open(archive) as held:
        names = {name.partition("/")[2] for name in held.getnames()}
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / SCREENING / "kernel").iterdir() if path.is_file()}
    assert {f"{SCREENING}/kernel/module.c", "hatch_build.py", "tools/kernel.py"} <= names
    assert sources <= names
    assert not [name for name in names if "/_kernel." in name]


@pytest.fixture
def tree(tmp_path):
    """A checkout with a kernel of a few lines."""
    (tmp_path / SCREENING / "kernel").mkdir(parents=True)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "kernel.py", tmp_path / "tools")
    write(tmp_path, "first")
    return tmp_path


def write(tree: Path, doc: str) -> None:
    (tree / SCREENING / "kernel" / "module.c").write_text(SOURCE.format(doc=doc))


def make(tree: Path, **environment: str) -> tuple[int, str]:
    done = run("tools/kernel.py", folder=tree, **environment)
    return done.returncode, done.stderr.strip()


def said_by(tree: Path) -> str:
    return run("-c", "import _kernel; print(_kernel.__doc__)", folder=tree / SCREENING).stdout.strip()


def module(tree: Path) -> Path:
    return tree / SCREENING / "_kernel.abi3.so"


@pytest.mark.kernel
def test_a_changed_source_is_compiled_anew_and_an_unchanged_one_is_not(tree):
    assert make(tree) == (0, "")
    assert said_by(tree) == "first"
    before = module(tree).stat()
    assert make(tree) == (0, "")
    assert module(tree).stat() == before
    write(tree, "second")
    assert make(tree) == (0, "")
    assert said_by(tree) == "second"
    (tree / SCREENING / "kernel" / "more.h").write_text("/* of no matter, but a source */")
    assert make(tree) == (0, "")
    assert module(tree).stat().st_ino != before.st_ino


@pytest.mark.kernel
def test_cc_false_takes_an_older_module_away_and_the_next_build_brings_it_back(tree):
    make(tree)
    code, said = make(tree, CC="false")
    assert (code, said.splitlines()[-1]) == (
        1, "The native kernel was not built: CC=false asked for none. Rectify works without it, more slowly."
    )  # fmt: skip
    assert not module(tree).exists()
    assert make(tree, CC="false") == (0, "")  # settled: nothing is tried again
    assert make(tree) == (0, "")
    assert module(tree).exists()


@pytest.mark.kernel
def test_a_source_that_does_not_compile_leaves_no_older_module_and_says_where(tree):
    make(tree)
    (tree / SCREENING / "kernel" / "module.c").write_text(
        "#include <Python.h>\nint nothing(void) { return unheard; }\n"
    )
    code, said = make(tree)
    assert code == 1
    assert not module(tree).exists()
    why = json.loads((tree / SCREENING / "_kernel.json").read_text())["why"]
    assert why.startswith("the compiler failed (src/rectify/screening/kernel/module.c:2:")
    assert said.splitlines()[-1] == f"The native kernel was not built: {why}. Rectify works without it, more slowly."
    assert "Traceback" not in said
    assert make(tree)[0] == 1  # and it is tried again, not taken for settled


def test_a_compiler_that_is_not_there_is_named(tree):
    code, said = make(tree, CC="cc-of-nobody")
    assert code == 1
    assert said.startswith('The native kernel was not built: there is no compiler "cc-of-nobody", which CC names.')


def test_a_processor_with_the_highest_byte_first_is_told_why_it_has_none():
    asked = "import sys; sys.byteorder = 'big'; sys.path.insert(0, 'tools'); import kernel; print(kernel.lacking())"
    done = run("-c", asked, folder=ROOT)
    assert done.stdout.startswith("this processor has the highest byte of a number first")


@pytest.mark.kernel
def test_a_build_for_a_sanitizer_goes_elsewhere_with_its_flags(tree):
    done = run("tools/kernel.py", "--into", "out", "-DNO_MATTER", "-fsanitize=undefined", folder=tree)
    assert done.returncode == 0, done.stderr
    assert (tree / "out" / "_kernel.abi3.so").is_file()
    assert b"ubsan" in (tree / "out" / "_kernel.abi3.so").read_bytes()
    assert not module(tree).exists()


def test_words_that_say_nothing_are_told_what_there_is(tree):
    done = run("tools/kernel.py", "--onto", folder=tree)
    assert (done.returncode, done.stderr) == (2, "usage: python tools/kernel.py [--into FOLDER [FLAG ...]]\n")
