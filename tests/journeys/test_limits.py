"""The limits of docs/limits.md, each a check in the program and a test that bears its name."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pypdf
import pytest
from tests.journeys.desk_by_hand import Player, begin, player_at, swept
from tests.journeys.world_by_hand import (
    AT,
    DOCS,
    HEAD,
    PERSONAL,
    RECALL,
    SETTINGS,
    Hand,
    copy_of,
    down,
    recall,
    shelf,
    write_market,
)

from rectify import plugins
from rectify.cases.decide import order_allows_pack
from rectify.cases.tasks import open_tasks
from rectify.catalogue.files import FileSource
from rectify.ledger.export import export_book, write_export
from rectify.measures.bodies import OverReach
from rectify.measures.claims import Decided, make_claims
from rectify.screening.compile import OrderScope, compile_plan
from rectify.screening.findings import read_parquet
from rectify.settings import read_settings
from rectify.steps import accept, carry_out, confirm, decide, end, hear, pack_moves, report, run, sweep
from rectify.steps.orders import order_of
from rectify.steps.sweep import findings_files
from rectify.terms.case import CaseState
from rectify.terms.errors import Faulty, Refused
from rectify.terms.finding import Verdict
from rectify.terms.item import SPEECH, Kind
from rectify.terms.order import ProviderNamed
from rectify.terms.territory import covers
from rectify.workspace import one_pack

pytestmark = pytest.mark.slow
LEAVE = "The authority was asked about what a shop front of two countries sells."
NAMED = [ProviderNamed(account="V71")]
NOT_OURS = ("message", "traffic", "search", "purchase")
SERVED = AT - timedelta(hours=1)


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Path:
    return begin(tmp_path_factory.mktemp("limits") / "market")


@pytest.fixture(scope="module")
def recalled(market) -> Path:
    return swept(market.parent / "swept", market)


@pytest.fixture
def player(market, tmp_path):
    """A market whose authorities are known, and no order yet."""
    with player_at(copy_of(market, tmp_path / "market")) as one:
        yield one


def taken(player: Player, name: str, **changed: str) -> str:
    """Another order of the office, accepted whole."""
    (player.folder / f"{name}.yaml").write_text(recall(SERVED, order=name, **changed), encoding="utf-8")
    return player.accept(f"{name}.yaml")


def test_every_limit_of_the_page_has_its_test():
    named = re.findall(r"`(test_\w+)`", (DOCS / "limits.md").read_text(encoding="utf-8"))
    assert len(named) >= 6
    assert set(named) <= {name for name in globals() if name.startswith("test_")}


# own service only


def test_own_service_only(tmp_path):
    """A catalogue of messages, traffic, searches or purchases is refused by name, wherever a kind is said."""
    assert set(plugins.offered("sources")) == {"files"}
    for kind in NOT_OURS:
        settings = SETTINGS.replace("kind: listing", f"kind: {kind}")
        with pytest.raises(Faulty, match=f'"{kind}" is not known') as caught:
            read_settings(settings.encode(), "rectify.yaml", tmp_path)
        assert caught.value.faults[0].place
        with pytest.raises(Faulty, match=f'"{kind}" is no kind of item'):
            FileSource("x", ["x.csv"], folder=tmp_path, kind=kind)
        (tmp_path / "o.yaml").write_text(
            recall(SERVED, subject=f"{{acts: [sell], kinds: [{kind}], items: [{{id: 1}}]}}")
        )
        told = Hand(tmp_path)("order", "check", "o.yaml", code=1)
        assert f'"{kind}" is not known' in told.err
        (tmp_path / "items.csv").write_text(f"id,kind,title\n1,{kind},Kite K3-2024 pram\n")
        hand = Hand(tmp_path)
        made = hand.json("screen", "items.csv", "-p", "unlicensed-vpn", "-o", "f.csv")
        assert (made["rows"], made["set_aside"]) == (1, 1)
        assert kind in (tmp_path / "f.rejected.csv").read_text()
        hand("screen", "items.csv", "-p", "unlicensed-vpn", "-o", "f.csv", "--kind", kind, code=1) if False else None
    assert set(Kind) == {"listing", "app", "resource", "post", "comment", "page", "profile"}


# accepted orders only


def test_accepted_orders_only(player, tmp_path):
    """Nothing is swept, decided, claimed or done for an order that no named person confirmed and accepted."""
    book = player.receive("recall.yaml")

    def nothing_happens() -> None:
        with pytest.raises(Refused, match="no sweep"):
            sweep.sweep(player.workspace, book, as_="kim")
        with pytest.raises(Refused, match="no decision"):
            decide.decide_by_pack(player.workspace, book, as_="kim")
        with pytest.raises(Refused, match="no report"):
            report.report(player.workspace, book, tmp_path / "reports", as_="awu")
        with (
            player.workspace.ledger.writing(player.now, "system") as writing,
            pytest.raises(Refused, match="no ground"),
        ):
            make_claims(writing, Decided(book, "case-1", "item-1", "account-1", "remove_item"))
        assert [one.id for one in carry_out.rehearse(player.workspace, book, as_="blin")] == [""]
        assert down(player.folder) == set()

    nothing_happens()
    player.confirm()
    nothing_happens()
    accept.ask(player.workspace, book, "Which year?", as_="awu")
    nothing_happens()
    accept.refuse(player.workspace, book, "It is not ours.", as_="awu")
    nothing_happens()
    assert not {"swept", "gathered", "decided", "claimed", "rehearsed", "attempted"} & set(player.kinds())


@pytest.mark.parametrize("act", ["warning", "inquiry", "instruction"])
def test_whatever_is_no_order_is_no_ground(player, act):
    asked = "[{operator: Example Market Ltd, measures: [remove_item], tasks: [report]}]"
    text = recall(SERVED, order="CLA-9", act=act, instrument="national", addressees=asked,
                  authority="{name: Communications Licensing Authority, country: XA}",
                  legal_basis="[{text: Communications Act s. 14}]",
                  subject="{acts: [sell], kinds: [listing], packs: [unlicensed-vpn]}")  # fmt: skip
    (player.folder / "w.yaml").write_text(text)
    book = player.receive("w.yaml")
    confirm.confirm(player.workspace, book, call=confirm.Call("+999 20 0442", "Mr Orr", player.now), as_="awu")
    accept.accept(player.workspace, book, as_="awu")
    player.sweep(book)
    player.decide("GW-7", book=book)
    assert player.claims() == []
    assert player.carry_out(book) == {}
    assert down(player.folder) == set()


def test_run_and_screen_write_into_their_own_folder_only(player, tmp_path):
    before = {path: path.read_bytes() for path in player.folder.rglob("*") if path.is_file()}
    run.run(
        player.folder / "recall.yaml", [str(player.folder / "items.csv")], tmp_path / "out", clock=lambda: player.now
    )
    after = {path: path.read_bytes() for path in player.folder.rglob("*") if path.is_file()}
    assert {p: d for p, d in after.items() if p.suffix != ".db-shm"} == {
        p: d for p, d in before.items() if p.suffix != ".db-shm"
    }
    assert json.loads((tmp_path / "out" / "report.json").read_text())["state"] == "rehearsal"


# offers, not opinions

PACK = """\
pack: talk
version: {version}
title: {{en: Talk}}
acts: [{acts}]
kinds: [{kinds}]
words:
  thing: {{terms: {{en: [veiltunnel]}}}}
  cost: {{terms: {{en: [for sale]}}, patterns: ['\\d+ eur']}}
offer: {{{offer}}}
rules:
  - id: said
    when: "{when}"
    verdict: {verdict}
    measure: remove_item
    why: "Said."
    {more}
"""
TRIALS = """\
- {{item: {{kind: {kind}, text: "veiltunnel for sale, 5 eur"}}, expect: {expect}, rule: said}}
- {{item: {{kind: {kind}, text: "a garden chair"}}, expect: none, rule: said}}
"""


def a_pack(folder: Path, *, kinds: str = "comment", offer: str = 'other: "near(thing, cost, 40)"',
           when: str = "thing and offer", acts: str = "sell", verdict: str = "violation", more: str = "",
           version: int = 1) -> Path:  # fmt: skip
    """A pack with one rule and its trials."""
    (folder / "trials").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(
        PACK.format(kinds=kinds, offer=offer, when=when, acts=acts, verdict=verdict, more=more, version=version)
    )
    (folder / "trials" / "t.yaml").write_text(TRIALS.format(kind=kinds.split(",")[0], expect=verdict))
    return folder


def test_offers_not_opinions(tmp_path):
    """A rule for posts, comments, pages and profiles that can hold without an offer is refused."""
    for number, kind in enumerate(("post", "comment", "page", "profile", "listing, comment")):
        for when in (
            "thing",
            "thing or offer",
            "thing and offer or plain(thing)",
            "thing and not offer",
            "count(thing) >= 2",
        ):
            with pytest.raises(Faulty, match="does not rest on an offer"):
                one_pack(str(a_pack(tmp_path / "talk", kinds=kind, when=when)))
        for offer in ("other: true", f"{kind.split(', ')[-1]}: true"):
            with pytest.raises(Faulty, match="does not rest on an offer"):
                one_pack(str(a_pack(tmp_path / "talk", kinds=kind, offer=offer)))
        assert one_pack(str(a_pack(tmp_path / "talk", kinds=kind))).rules[0].id == "said", number
    assert (
        one_pack(str(a_pack(tmp_path / "talk", kinds="listing", when="thing or thing and offer"))).rules[0].id == "said"
    )
    a_pack(tmp_path / "talk", when="thing")
    told = Hand(tmp_path)("pack", "check", "talk", code=1)
    assert "does not rest on an offer (comment)" in told.err
    assert re.search(r"pack\.yaml:\d+:\d+", told.err)

    for kind in SPEECH:  # and the rule for providers that the program itself brings, which reads no words
        with pytest.raises(Refused, match="nothing is left to look for"):
            compile_plan([], [], [], NAMED, AT.date(), order=OrderScope("O", "national", ("sell",), (kind,)))
    (run,) = compile_plan([], [], [], NAMED, AT.date()).runs
    assert not SPEECH & set(run.kinds)


def test_an_offer_line_that_is_none_is_refused(tmp_path):
    """A line that any talk satisfies, or that asks for what the rule seeks anyway, makes no opinion an offer."""
    for line, said in (("thing", "asks for nothing but what the rule seeks"), ("any", "is content with a single sign")):
        folder = a_pack(tmp_path / line, offer=f"comment: {line}")
        text = (folder / "pack.yaml").read_text()
        cost = next(row for row in text.splitlines() if row.startswith("  cost:"))
        lists = "  any: {patterns: ['(?s).+']}" if line == "any" else ""
        (folder / "pack.yaml").write_text(text.replace(cost, lists))
        told = Hand(tmp_path)("pack", "check", line, code=1)
        assert said in told.err


def test_a_rule_cannot_take_its_kinds_from_elsewhere_to_pass(tmp_path):
    with pytest.raises(Faulty, match="does not rest on an offer"):
        one_pack(str(a_pack(tmp_path / "talk", kinds="listing, comment", when="thing", more="kinds: [comment]")))


# use is a person's decision


def for_use(player: Player, name: str, acts: str) -> str:
    """An order of the other authority that seeks with the pack `talk`, accepted; its book."""
    text = recall(SERVED, order=name, instrument="national", legal_basis="[{text: Communications Act s. 14}]",
                  authority="{name: Communications Licensing Authority, country: XA}",
                  subject=f"{{acts: [{acts}], kinds: [listing], packs: [talk]}}")  # fmt: skip
    (player.folder / f"{name}.yaml").write_text(text)
    with suppress(Refused):  # in force already
        pack_moves.promote(player.workspace, "talk", from_draft="It is tried here.", as_="mroy")
    return player.accept(f"{name}.yaml")


def test_use_is_a_persons_decision(market, tmp_path):
    """What merely uses something is for review, and no setting lets a pack decide it."""
    folder = copy_of(market, tmp_path / "market")
    settings = (folder / "rectify.yaml").read_text()
    (folder / "rectify.yaml").write_text(settings.replace("decide_by_pack: []", "decide_by_pack: [talk/said]"))
    (folder / "items.csv").write_text(HEAD + '\nT-1,"veiltunnel for sale","",V71,xa,,,,en,5,EUR,\n')
    pack = folder / "packs" / "talk"
    a_pack(pack, kinds="listing", acts="sell, use")
    told = Hand(folder)("pack", "check", "packs/talk", code=1)
    assert "using something is never decided by the machine" in told.err
    a_pack(pack, kinds="listing", acts="sell, use", verdict="review")
    for name, acts in (("CLA-U-1", "use"), ("CLA-U-2", "use, sell")):
        with player_at(folder) as player:
            book = for_use(player, name, acts)
            made = player.sweep(book)
            found = [finding for path in findings_files(player.workspace, book) for finding in read_parquet(path)]
            assert {finding.verdict for finding in found} == {Verdict.REVIEW}
            assert (made.by_pack, player.cases(book)["T-1"].state) == (0, CaseState.OPEN)
            assert order_allows_pack(order_of(player.workspace, book)) == (acts != "use")
    scope = OrderScope("O", "national", ("use",), ("listing",))
    with pytest.raises(Refused, match="nothing is left to look for"):  # the program's own rule for providers
        compile_plan([], [], [], NAMED, AT.date(), order=scope)
    unchecked = one_pack(str(a_pack(tmp_path / "talk", kinds="listing")))  # a pack that no check has seen
    rules = tuple(replace(rule, acts=("sell", "use")) for rule in unchecked.rules)
    row = pa.RecordBatch.from_pylist([{"id": "T-1", "kind": "listing", "title": "veiltunnel for sale"}])
    for acts, verdict in ((("use",), Verdict.REVIEW), (("use", "sell"), Verdict.VIOLATION)):
        plan = compile_plan([replace(unchecked, rules=rules)], [], [], [], AT.date(), order=replace(scope, acts=acts))
        assert {finding.verdict for finding in plan.screen(row).found} == {verdict}
    a_pack(pack, kinds="listing", version=2)  # what sells is what a pack may decide
    with player_at(folder) as player:
        book = for_use(player, "CLA-U-3", "use, sell")
        assert player.sweep(book).by_pack == 1
        with pytest.raises(Refused, match="nothing"):
            player.sweep(for_use(player, "CLA-U-4", "use"))  # and an order about use alone does not reach it


# no identities handed out


@pytest.mark.parametrize("asked", ["not_asked", "asked"])
def test_no_identities_handed_out(player, asked, tmp_path):
    """No artefact that leaves for the authority names an account, a legal person, an address or anybody here."""
    book = taken(player, "XA-PS-77", identity_of_accounts=asked)
    with player.workspace.ledger.reading() as connection:  # where the order asks, a person is asked, and none is given
        asks = open_tasks(player.workspace.ledger, connection, book=book, what="identity of accounts")
    assert len(asks) == (asked == "asked")
    player.sweep(book)
    player.decide("GW-1", "GW-2", "GW-5", "GW-6", "GW-8", book=book)
    player.carry_out(book)
    player.tell(book)
    for item, answer in (("GW-1", hear.grant), ("GW-2", hear.deny)):
        name = hear.record(
            player.workspace, player.cases(book)[item].id, "I am the seller, and it is a cover.", as_="kim"
        )
        answer(player.workspace, name, "We have looked at it.", as_="mroy")
    player.carry_out(book)
    made = report.report(player.workspace, book, tmp_path / "reports", state="final", leave=LEAVE, as_="awu")
    assert "identity_released" not in player.kinds(book)
    content = export_book(player.workspace.ledger, book, player.now, subjects=[f"order:{book}"])
    write_export(content, tmp_path / "book.json")
    artefacts = {path.name: text_of(path) for path in [*made.files.values(), tmp_path / "book.json"]}
    artefacts |= {
        f"letter {one.occasion}": one.subject + one.body
        for one in player.letters(book)
        if one.to.startswith("authority:")
    }
    assert {
        "report.pdf",
        "report.html",
        "report.json",
        "annex.csv",
        "book.json",
        "letter acknowledgement",
        "letter report",
    } <= set(artefacts)
    for name, text in artefacts.items():
        assert (book if name != "annex.csv" else "GW-1") in text, name  # it can be read at all
        for personal in PERSONAL:
            assert personal not in re.sub(r"[\w+/=]{40,}", "", text, flags=re.ASCII), (name, personal)  # but hashes
    for letter in player.letters(book):
        for person in player.workspace.settings.people:
            assert not re.search(rf"\b{person}\b", letter.subject + letter.body), letter.occasion


def test_no_entry_of_the_ledger_holds_a_name(recalled, tmp_path):
    folder = copy_of(recalled, tmp_path / "market")
    with player_at(folder) as player:
        player.decide("GW-1", "GW-2")
        player.carry_out()
        player.tell()
        hear.record(player.workspace, player.cases()["GW-1"].id, "I am Anna Vesper.", as_="kim")
    with sqlite3.connect(folder / "rectify.db") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(entries)")]
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM entries").fetchall()
    connection.close()
    told = "\n".join(str(cell) for row in rows for cell in row)
    assert RECALL in told
    for personal in (*PERSONAL, "GW-1", "Kite K3-2024 pram", "harness"):
        assert personal not in told, personal


def text_of(path: Path) -> str:
    """What stands in a file, what a PDF says of itself included."""
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8")
    pages = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
    return str(pages.metadata) + "".join(page.extract_text() for page in pages.pages)


# no wider than the order


@pytest.mark.parametrize(
    ("territory", "accepted", "reached"),
    [
        ("[XA]", None, {("GW-1", "xa"), ("GW-2", "xa"), ("GW-5", "xa")}),
        ("[XA, XB]", None, {("GW-1", "xa"), ("GW-2", "xa"), ("GW-5", "xa")}),  # the register knows the office for XA
        ("[XA-1]", None, set()),  # a part of the country; its storefront sells into all of it
        ("[XA]", {"XA-1"}, set()),
    ],
)
def test_no_wider_than_the_order(player, territory, accepted, reached):
    """What took effect lies in order and entry; a storefront that reaches further is left alone until approved by name."""
    (player.folder / "w.yaml").write_text(recall(SERVED, order="XA-PS-78", territory=territory))
    book = player.receive("w.yaml")
    player.confirm(book)
    whole = accepted is None and territory != "[XA, XB]"
    accept.accept(
        player.workspace,
        book,
        territory=frozenset(accepted) if accepted else None,
        reasons="" if whole else "No further.",
        as_="awu",
    )
    player.sweep(book)
    player.decide("GW-1", "GW-2", "GW-5", "GW-6", "GW-8", book=book)
    player.carry_out(book)
    assert down(player.folder) == reached
    shops = player.workspace.storefronts
    for claim in player.claims():
        assert covers(frozenset({"XA"}), claim.reach)
    for _, storefront in down(player.folder):
        assert shops[storefront] == {"XA"}


def test_what_a_storefront_reaches_beyond_is_shown_counted_and_approved_by_name_or_left(recalled, tmp_path):
    with player_at(copy_of(recalled, tmp_path / "market")) as player:
        player.decide("GW-6")
        (claim,) = player.claims()
        (made,) = carry_out.rehearse(player.workspace, RECALL, as_="blin")
        assert made.id == ""
        assert [dict(w) for w in made.warnings] == [
            {"what": "over-reach", "claim": claim.id, "storefront": "eu", "territories": ["XB"], "places": 1}
        ]
        over = [OverReach(claim.id, "eu", frozenset({"XB"}))]
        (made,) = carry_out.rehearse(player.workspace, RECALL, over_reach=over, as_="blin")
        with pytest.raises(Refused, match="rests on this over-reach"):
            carry_out.approve(player.workspace, made.id, 1, as_="mroy")
        carry_out.approve(player.workspace, made.id, 1, over_reach=over, as_="mroy")
        carry_out.carry_out(player.workspace, made.id, as_="mroy")
        assert shelf(player.folder)["GW-6", "eu"] == "removed"
        end.narrow(player.workspace, RECALL, frozenset({"XA-1"}), "Only there.", from_start=False, as_="awu")
        (made,) = carry_out.rehearse(player.workspace, RECALL, contested=True, as_="blin")
        assert [line.measure.place.storefront for line in made.lines] == [
            "eu"
        ]  # a yes to XB is no yes to the rest of XA


def test_buyers_are_told_where_the_order_reaches_and_no_list_of_them_comes_back(player):
    asked = "[{operator: Example Market Ltd, measures: [remove_item, tell_buyers], tasks: [report]}]"
    book = taken(player, "XA-PS-79", addressees=asked)
    player.sweep(book)
    player.decide("GW-1", book=book)
    player.carry_out(book)
    connection = sqlite3.connect(player.folder / "shop.db")
    told = connection.execute("SELECT item, storefront FROM buyer_notices").fetchall()
    connection.close()
    assert told == [("GW-1", "xa")]


def test_the_world_of_these_tests_reaches_further_than_the_order(tmp_path):
    write_market(tmp_path)
    assert {("GW-1", "xb"), ("GW-6", "eu")} <= set(shelf(tmp_path))
