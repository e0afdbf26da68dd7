"""The tutorial is run as it stands, through the real command line, in an empty folder."""

import re
from pathlib import Path

import pytest

from .shell import Shell, blocks, play

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"


def test_the_tutorial_does_what_it_says(tmp_path):
    faults = play(PAGE.read_text(encoding="utf-8"), tmp_path)
    assert not faults, "\n\n".join(faults)


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("$ echo one\none\n", ""),
        ("$ echo one\ntwo\n", "said, did not come: two"),
        ("$ echo one; echo two\none\n", "came, is not said:  two"),
        ("$ echo one; echo two\none\n...\n", ""),
        ("$ false\n", "exit code 1"),
        ("$ echo error: no\nerror: no\n", "exit code 0"),
        ("$ echo 3 d 2 h left, Tue 24 Nov 2026 23:59\n2 d 23 h left, Mon 23 Nov 2026 23:59\n", ""),
        (
            "$ echo case-00112233445566ff\ncase-ffffffffffffffff\n$ echo case-ffffffffffffffff\ncase-ffffffffffffffff\n",
            "",
        ),
        ("$ echo case-00112233445566ff lot-00112233445566ff\ncase-ffffffffffffffff case-ffffffffffffffff\n", "said"),
        ("$ rectify order check nothing.yaml\n", "came, is not said:  error: "),
    ],
)
def test_what_a_page_says_and_what_comes_out_are_compared(tmp_path, block, told):
    faults = play(f"```console\n{block}```\n", tmp_path)
    assert (told in faults[0] and told) if faults else not told


def test_the_example_in_python_runs_on_the_files_of_the_tutorial(tmp_path, monkeypatch, capsys):
    script = next(block for block in blocks(PAGE.read_text(encoding="utf-8")) if isinstance(block, str))
    Shell(tmp_path).script(script.replace("remove_itme", "remove_item").replace("9521234543214", "9521234543213"))
    example = re.search(r"```python\n(.*?)```", (PAGE.parent / "reference" / "python.md").read_text(), re.S)
    assert example
    monkeypatch.chdir(tmp_path)
    exec(compile(example[1], "python.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "5 rows, 4 findings of violation"
    assert {line.split()[0] for line in lines[1:]} == {"GW-88121", "GW-88123"}
