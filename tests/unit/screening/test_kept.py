from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.unit.screening.packs_made import items

from rectify.rules.language import parse
from rectify.rules.pack import Pack, Rule, Term, Words
from rectify.screening.compile import compile_plan
from rectify.screening.kept import KeptFile, read_kept
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import sweep
from rectify.terms.finding import Disguise, Verdict
from rectify.terms.order import ItemNamed

CSV = """id,title,url,attributes.colour
1,a kettle,https://m.example/1,red
2,a chair,https://m.example/2,
3,a KETTLE,https://m.example/3,
4,a table,https://m.example/4,
1,another kettle,https://m.example/1b,blue
"""


def sweep_into(folder: Path):
    words = Words("w", (Term("kettle", "en"),), (), (), frozenset(Disguise))
    condition = parse("w", ["w"])
    rule = Rule("r", "w", condition, Verdict.VIOLATION, "remove_item", "Names it.", False, ("sell",), ("listing",))
    pack = Pack("p", 1, {"en": "p"}, ("sell",), ("listing",), (), {"w": words}, {}, (rule,))
    places = (ItemNamed(id="2"), ItemNamed(url="https://m.example/4"), ItemNamed(id="gone"))
    plan = compile_plan([pack], [], [], [], date(2026, 11, 20), places=places)
    recipe = Recipe("files", {"name": "c", "files": ["items.csv"], "folder": str(folder), "kind": "listing"})
    return sweep(plan, recipe, folder / "sweep", workers=0)


@pytest.fixture
def swept(tmp_path: Path):
    (tmp_path / "items.csv").write_text(CSV)
    return sweep_into(tmp_path)


def test_rows_with_a_finding_and_exact_places_of_the_order_are_kept_and_no_others(swept):
    kept = [(k.row["id"], k.row["title"], k.named, len(f)) for k, f in swept.kept()]
    assert kept == [("1", "a kettle", False, 1), ("2", "a chair", True, 0), ("3", "a KETTLE", False, 1),
                    ("4", "a table", True, 0), ("1", "another kettle", False, 1)]  # fmt: skip


def test_of_two_rows_with_one_id_each_finding_stands_with_the_row_that_it_was_made_on(swept):
    rows = {k.row["title"]: (k.row, f) for k, f in swept.kept() if k.row["id"] == "1"}
    for title, (row, findings) in rows.items():
        [finding] = findings
        [one] = finding.evidence
        assert title[one.start : one.end] == "kettle"
        assert row["attributes"]["colour"] == {"a kettle": "red", "another kettle": "blue"}[title]


@pytest.mark.parametrize("long", [1, 60_000])
def test_kept_rows_give_the_same_bytes_however_they_came_in(tmp_path, long):
    rows = [{"id": str(n), "row": n, "title": "kettle " * (long if n % 7 == 0 else 1), "attributes": [("a", "b" * n)]}
            for n in range(1, 2600 if long == 1 else 60)]  # fmt: skip
    digests, groups = set(), 0
    for size in (1, 7, 1000, 2600):
        with KeptFile(tmp_path / str(size), ()) as kept:
            for first in range(0, len(rows), size):
                some = items(*rows[first : first + size])
                kept.add(some, range(some.num_rows), [f"f{first + n}" for n in range(some.num_rows)])
            digests.add(kept.commit())
        groups = pq.ParquetFile(tmp_path / str(size)).num_row_groups
        assert [(k.row["id"], k.findings) for k in read_kept(tmp_path / str(size))] == [
            (row["id"], (f"f{n}",)) for n, row in enumerate(rows)
        ]
    assert (len(digests), groups) == (1, 3 if long == 1 else 2)


def test_a_sweep_resumed_after_its_kept_rows_were_lost_keeps_them_again(swept, tmp_path):
    for path in (tmp_path / "sweep").rglob("*.kept.parquet"):
        path.write_bytes(b"torn")
    assert [k.row["id"] for k, _ in sweep_into(tmp_path).kept()] == ["1", "2", "3", "4", "1"]


def test_items_in_several_rows_and_exact_places_that_were_found_are_told(swept):
    assert swept.repeated() == {("listing", "1")}
    places = [ItemNamed(id="2"), ItemNamed(id="gone"), ItemNamed(url="https://m.example/4"), ItemNamed(id="9")]
    assert swept.named(places) == [0, 2]
    assert swept.named([]) == []
