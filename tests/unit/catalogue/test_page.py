"""The page on catalogue files names everything that reading knows, and its program runs."""

from __future__ import annotations

import re
from pathlib import Path

from rectify.catalogue import schema
from rectify.catalogue.source import Caps
from rectify.terms.item import ACCOUNT_FIELDS, ITEM_FIELDS, Kind

PAGE = (Path(__file__).parents[3] / "docs/reference/catalogue.md").read_text("utf-8")


def test_every_field_mark_and_kind_stands_on_the_page():
    marks = [value for name, value in vars(schema).items() if name.isupper() and isinstance(value, str)]
    assert len(marks) == 8
    for word in (*ITEM_FIELDS, *ACCOUNT_FIELDS, *marks, *Kind):
        assert re.search(rf"\b{re.escape(word)}\b", PAGE), word


def test_the_limits_on_the_page_are_those_of_the_code():
    caps = Caps()
    assert f"is longer than {caps.record:,} bytes" in PAGE
    assert f"{caps.block_rows:,} rows" in PAGE
    assert f"nested deeper than {caps.depth} levels" in PAGE
    assert caps.cell == 1 << 20
    assert (caps.ratio, caps.ratio_from) == (1_000, 1 << 30)


def test_the_program_on_the_page_runs(tmp_path, monkeypatch, capsys):
    (tmp_path / "items.csv").write_text("sku,name,price\n1,V<b>P</b>N,12.5\n")
    monkeypatch.chdir(tmp_path)
    program = PAGE.split("```python\n")[1].split("```")[0]
    exec(compile(program, "catalogue.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "1 {'id': '1', 'kind': 'listing', 'title': 'VPN', 'price': '12.5000'} ('html',)",
        "1 0",
    ]
