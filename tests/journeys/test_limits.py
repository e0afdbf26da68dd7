"""The limits of docs/limits.md: each is a check in the program, and its test bears its name."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pypdf
import pytest
from tests.unit.steps.small_world import (
    SETTINGS,
    acted,
    cases,
    confirmed,
    letters,
    market,
    received,
    swept,
)

from rectify.catalogue.files import FileSource
from rectify.ledger.export import export_book, write_export
from rectify.measures.records import load_book
from rectify.rules.reader import read_pack
from rectify.screening.trial import try_item
from rectify.steps.accept import accept
from rectify.steps.carry_out import rehearse
from rectify.steps.decide import decide
from rectify.steps.report import report
from rectify.steps.sweep import sweep
from rectify.steps.tell import tell
from rectify.terms.case import Judgement
from rectify.terms.errors import Faulty, Refused
from rectify.terms.finding import Verdict

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
PACK = """\
pack: {name}
version: 1
title: {{en: A test}}
acts: [{acts}]
kinds: [{kinds}]
words:
  thing: {{terms: {{en: [gadget]}}}}
  selling: {{terms: {{en: [for sale]}}}}
offer: {{other: "near(thing, selling, 40)"}}
rules:
  - id: r
    when: "{when}"
    verdict: {verdict}
    measure: remove_item
    why: "It says so."
"""
TRIALS = """\
- {{item: {{kind: {kind}, text: gadget for sale}}, expect: {verdict}}}
- {{item: {{kind: {kind}, text: a lamp}}, expect: none}}
"""


def pack_of(folder: Path, kinds: str, when: str, acts: str = "sell", verdict: str = "violation", expect: str = ""):
    """A pack as a folder, read."""
    (folder / "trials").mkdir(parents=True)
    text = PACK.format(name=folder.name, acts=acts, kinds=kinds, when=when, verdict=verdict)
    if "offer" not in when:
        text = re.sub(r"(offer|  selling): .*\n", "", text)
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    trials = TRIALS.format(kind=kinds.split(",")[0], verdict=expect or verdict)
    (folder / "trials" / "t.yaml").write_text(trials, encoding="utf-8")
    return read_pack(folder)


def test_every_limit_of_the_page_has_its_test():
    assert set(re.findall(r"`(test_\w+)`", PAGE.read_text())) <= set(globals())


@pytest.mark.parametrize("kind", ["message", "search", "purchase", "traffic"])
def test_own_service_only(tmp_path: Path, kind: str):
    (tmp_path / "items.csv").write_text(f"id,kind,title\n1,{kind},hello\n2,listing,a lamp\n", encoding="utf-8")
    with pytest.raises(Faulty, match=kind):
        FileSource("c", ["items.csv"], folder=tmp_path, kind=kind)
    source = FileSource("c", ["items.csv"], folder=tmp_path)
    batches = [batch for split in source.splits() for batch in source.read(split)]
    assert [one.as_py() for batch in batches for one in batch.items["kind"]] == ["listing"]
    assert kind in "".join(aside.reason for batch in batches for aside in batch.set_aside)


def test_accepted_orders_only(tmp_path: Path):
    with market(tmp_path) as (workspace, _):
        book = received(workspace)
        with pytest.raises(Refused, match="received"):
            sweep(workspace, book, workers=0, as_="kim")
        with pytest.raises(Refused):
            accept(workspace, book, as_="awu")
        confirmed(workspace, book)
        with pytest.raises(Refused, match="confirmed"):
            sweep(workspace, book, workers=0, as_="kim")
        assert all(not one.id for one in rehearse(workspace, book, as_="blin"))
        accept(workspace, book, as_="awu")
        assert sweep(workspace, book, workers=0, as_="kim").opened


def test_offers_not_opinions(tmp_path: Path):
    with pytest.raises(Faulty, match="offer"):
        pack_of(tmp_path / "opinion", "comment", "thing")
    assert pack_of(tmp_path / "offer", "comment", "thing and offer").rules
    assert pack_of(tmp_path / "listing", "listing", "thing").rules  # a listing is an offer by its nature


def test_use_is_a_persons_decision(tmp_path: Path):
    with pytest.raises(Faulty, match="use"):
        pack_of(tmp_path / "using", "listing", "thing", acts="use")
    pack = pack_of(tmp_path / "review", "listing", "thing", acts="use", verdict="review")
    assert try_item(pack, {"kind": "listing", "text": "gadget for sale"}).verdict is Verdict.REVIEW


def test_no_identities_handed_out(tmp_path: Path):
    secret = ["S-1", "S-2", "Quill Trading", "quill@seller.example", "blin", "It bears the number, says blin"]
    settings = SETTINGS + "accounts: {market: {files: [accounts.csv]}}\n"
    (tmp_path / "accounts.csv").write_text(
        "id,legal_person,contact.mail,language\nS-1,Quill Trading,quill@seller.example,en\nS-2,Other,,en\n",
        encoding="utf-8",
    )
    with market(tmp_path, settings=settings) as (workspace, _):
        book = swept(workspace)
        for case in cases(workspace, book).values():
            decide(workspace, case.id, Judgement.VIOLATION, "It bears the number, says blin", as_="blin")
        assert acted(workspace, book)["done"]
        tell(workspace, book, as_="kim")
        assert any("quill@seller.example" in letter.address for letter in letters(workspace))  # it is known here
        made = report(workspace, book, tmp_path / "out", state="final", as_="awu")
        content = export_book(workspace.ledger, book, workspace.now, subjects=[f"order:{book}"])
        write_export(content, tmp_path / "out" / "export.json")
        texts = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in (tmp_path / "out").iterdir()}
        texts["report.pdf"] = "".join(page.extract_text() for page in pypdf.PdfReader(made.files["pdf"]).pages)
        for name, text in texts.items():
            for word in secret:
                assert not re.search(rf"\b{re.escape(word)}\b", text), (name, word)


def test_no_wider_than_the_order(tmp_path: Path):
    settings = SETTINGS.replace("storefronts: {xa: [XA]}", "storefronts: {xa: [XA], eu: [XA, XB]}")
    settings = settings.replace("default_storefronts: [xa]", "default_storefronts: [xa, eu]")
    with market(tmp_path, settings=settings) as (workspace, _):
        book = received(workspace, territory="[XA, XB]")
        confirmed(workspace, book)
        accept(workspace, book, reasons="The register lets this authority order for XA.", as_="awu")
        with closing(sqlite3.connect(tmp_path / "shop.db")) as shop, shop:
            shop.execute("INSERT INTO listing_states (listing, storefront) VALUES ('A-1', 'eu')")
        sweep(workspace, book, workers=0, as_="kim")
        decide(workspace, cases(workspace, book)["A-1"].id, Judgement.VIOLATION, "It bears the number.", as_="blin")
        with workspace.ledger.reading() as connection:
            claims = load_book(connection).claims.values()
        assert {code for claim in claims for code in claim.reach} == {"XA"}  # the register lets it order for XA alone
        (made,) = rehearse(workspace, book, as_="blin")
        assert {line.measure.place.storefront for line in made.lines} == {"xa"}
        assert any("over-reach" in str(one) for one in (*made.warnings, *made.tasks))
