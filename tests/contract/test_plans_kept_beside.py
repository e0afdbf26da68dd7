"""Where a plan is kept: for its user if only packs say what is sought, beside the plan of a sweep if an order does too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.screening.packs_made import DAY, items, pack, words

from rectify.screening import native
from rectify.screening.compile import compile_plan
from rectify.screening.kept_plans import VARIABLE, KeptPlans
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import sweep
from rectify.terms.product import Product

pytestmark = pytest.mark.kernel
KITE = Product("Kite", "K3-2024", "09521234543213")


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptPlans:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    return KeptPlans(tmp_path / "own")


def plan_of(*products: Product, count: int = 600) -> Plan:
    prams = words("pram", *(f"pram {n} made" for n in range(count)))
    return compile_plan([pack(prams, when="pram or product(gtin)" if products else "pram")], [], products, [], DAY)


def ids(plan: Plan) -> list[str]:
    rows = items("pram 7 made", "a book", "Kite K3-2024", "PRÄM 12 made")
    return [finding.id for finding in plan.screen(rows).found]


def test_a_plan_of_packs_is_kept_for_its_user_and_opened_again(own: KeptPlans, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ids(plan_of())
    assert own.size()[0] == 1
    monkeypatch.setattr(native, "compiled", None)
    assert ids(plan_of()) == first
    assert len(first) == 2


def test_a_plan_of_few_words_is_not_kept(own: KeptPlans) -> None:
    assert ids(plan_of(count=50))
    assert own.size() == (0, 0)


def test_what_an_order_names_is_kept_beside_its_plan_only(own: KeptPlans, tmp_path: Path) -> None:
    plan = plan_of(KITE)
    fresh = ids(plan)
    assert own.size() == (0, 0)
    beside = Plan.from_bytes(plan.to_bytes(), plan.id_key, tmp_path / "sweep")
    assert ids(beside) == fresh
    assert (own.size()[0], KeptPlans(tmp_path / "sweep").size()[0]) == (0, 1)
    assert (beside, beside.digest, beside.state) == (plan, plan.digest, plan.state)
    assert replace(beside, beside=None) == plan


def test_nothing_is_kept_where_that_is_turned_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "none")
    assert ids(Plan.from_bytes(plan_of().to_bytes(), beside=tmp_path / "sweep"))
    assert not (tmp_path / "sweep").exists()


def test_workers_of_a_sweep_share_one_plan_and_it_goes_with_the_sweep(own: KeptPlans, tmp_path: Path) -> None:
    for n in range(4):
        lines = "".join(f"{n}-{row},pram {row * 7} made\n" for row in range(40))
        (tmp_path / f"items{n}.csv").write_text("id,title\n" + lines, encoding="utf-8")
    options = {"name": "c", "files": ["items*.csv"], "folder": str(tmp_path), "kind": "listing"}
    kept: set[str] = set()

    def look(_: object) -> None:
        kept.update(path.name for path in (tmp_path / "sweep").glob("*/*.plan"))

    result = sweep(plan_of(KITE), Recipe("files", options), tmp_path / "sweep", workers=2, progress=look)
    assert (result.rows, result.screened) == (160, 160)
    assert len(list(result.found())) == 160
    assert len(kept) == 1
    assert not [*(tmp_path / "sweep").rglob("*.plan"), *(tmp_path / "sweep").rglob("*.lock")]
    assert own.size() == (0, 0)
