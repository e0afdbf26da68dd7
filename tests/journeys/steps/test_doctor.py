"""`doctor` lists what stands at the doors, and says of each why it does not load."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib.metadata import version

import pytest

from rectify.screening import engines
from rectify.steps.doors import offers
from rectify.steps.examine import Check, examine

MODULE = """
class JsonFileConnector:
    pass

number = 7
"""
POINTS = """
[rectify.connectors]
json-file = acme_doors:JsonFileConnector
lost = acme_doors:Lost
number = acme_doors:number
absent = acme_absent:Connector
leaves = acme_leaves:Connector
table = acme_doors:JsonFileConnector

[rectify.packs]
empty = acme_packs
"""


@pytest.fixture
def acme(tmp_path, monkeypatch):
    """A package of somebody else, installed here."""
    info = tmp_path / "acme-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(POINTS)
    (tmp_path / "acme_doors.py").write_text(MODULE)
    (tmp_path / "acme_leaves.py").write_text("raise SystemExit('no licence')")
    (tmp_path / "acme_packs").mkdir()
    (tmp_path / "acme_packs" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in ("acme_doors", "acme_leaves", "acme_packs"):
        sys.modules.pop(name, None)


def checks(tmp_path):
    return {check.name: check for check in examine(tmp_path / "nowhere", datetime(2026, 11, 20, tzinfo=UTC))}


def test_the_built_ins_come_in_through_the_same_doors(tmp_path):
    found = checks(tmp_path)
    for name in ("source files", "connector rehearsal", "connector table", "report html", "report csv", "pack shipped"):
        assert found[name].state == "fine"
    assert found["connector table"].says.startswith("rectify.measures.table:TableConnector of rectify-orders ")


@pytest.mark.kernel
def test_the_engine_that_runs_is_told_with_its_path_and_what_compiled_it(tmp_path, monkeypatch):
    monkeypatch.delenv("RECTIFY_ENGINE", raising=False)
    monkeypatch.delenv("RECTIFY_CPU", raising=False)
    kernel = engines.about()
    told = f"native kernel {kernel['version']} ({kernel['compiler']}), CPU path {engines.cpu_paths()[-1]}"
    assert checks(tmp_path)["engine"].state == "fine"
    assert checks(tmp_path)["engine"].says.startswith(told)
    monkeypatch.setenv("RECTIFY_CPU", "portable")
    assert "CPU path portable" in checks(tmp_path)["engine"].says


def test_the_pure_engine_says_why_it_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("RECTIFY_ENGINE", "pure")
    monkeypatch.setattr(engines, "wrong", lambda: "")
    assert checks(tmp_path)["engine"] == Check(
        "engine", "fine", "pure Python, slower than the native kernel: RECTIFY_ENGINE asks for it"
    )
    monkeypatch.delenv("RECTIFY_ENGINE")
    monkeypatch.setattr(engines, "wrong", lambda: "it was not built")
    assert checks(tmp_path)["engine"] == Check(
        "engine", "missing", "pure Python, slower than the native kernel: it was not built"
    )


def test_a_kernel_that_is_asked_for_and_not_there_is_broken(tmp_path, monkeypatch):
    monkeypatch.setenv("RECTIFY_ENGINE", "native")
    monkeypatch.setattr(engines, "wrong", lambda: "it was not built")
    found = checks(tmp_path)["engine"]
    assert found.state == "broken"
    assert found.says.startswith("RECTIFY_ENGINE asks for the native kernel: it was not built; install")


def test_the_parts_of_the_engine_are_told_with_their_versions(tmp_path):
    said = checks(tmp_path)["engine parts"].says
    assert all(f"{name} {version(name)}" in said for name in ("hyperscan", "google-re2", "pyarrow"))


def test_where_compiled_plans_are_kept_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("RECTIFY_KEPT_PLANS", str(tmp_path / "plans"))
    assert checks(tmp_path)["kept plans"] == Check("kept plans", "fine", f"0 files of 0.0 MB in {tmp_path / 'plans'}")
    monkeypatch.setenv("RECTIFY_KEPT_PLANS", "none")
    assert checks(tmp_path)["kept plans"].says.startswith("none: RECTIFY_KEPT_PLANS says so")


def test_what_others_offer_is_listed_with_its_package_or_with_why_it_does_not_load(acme, tmp_path):
    found = checks(tmp_path)
    assert found["connector json-file"].state == "fine"
    assert found["connector json-file"].says == "acme_doors:JsonFileConnector of acme 1.2"
    told = {name.split()[1]: check.says.split(" does not load: ")[1] for name, check in found.items()
            if check.state == "broken" and name != "connector table"}  # fmt: skip
    assert told == {
        "lost": "AttributeError: module 'acme_doors' has no attribute 'Lost'",
        "number": "it is nothing that can be called",
        "absent": "ModuleNotFoundError: No module named 'acme_absent'",
        "leaves": "SystemExit: no licence",
        "empty": "no folder in it has a pack.yaml",
    }


def test_a_name_that_two_packages_offer_is_told_of_both(acme):
    both = [offer for offer in offers() if (offer.door, offer.name) == ("connectors", "table")]
    assert [offer.package.split()[0] for offer in both] == ["acme", "rectify-orders"]
    assert {offer.wrong for offer in both} == {"another package offers this name too; remove one of them"}
