"""An order and a catalogue written by hand, typed through the real command line from receipt to the end.

Each stage of the path is made once; every test goes on from its own copy of one.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from tests.journeys.kettle import RECTIFY
from tests.journeys.world_by_hand import (
    ITEMS,
    LICENCE,
    RECALL,
    Hand,
    copy_of,
    desk_at,
    down,
    host,
    licence,
    recall,
    served_now,
    token,
    write_catalogue,
    write_market,
)

from rectify.cases.show import listed
from rectify.cases.tasks import open_tasks
from rectify.intake.records import orders
from rectify.letters.records import letters_of

pytestmark = pytest.mark.slow
REASON = "It bears the bar code of the pram."
BROKEN = """\
order: XA-PS-2026-0412
act: ordre
instrument: gpsr-22
authority: {name: Product Safety Office, country: XA, report_to: reports@pso.example}
language: en
served: {at: 2026-10-20T09:00:00+01:00, by: mail}
legal_basis: [{text: General Product Safety Act s. 22, in_force_from: 2024-12-13}]
reasons: Harness can open.
teritory: [XA]
deadline: {at: 2025-10-27T18:00:00+01:00}
addressees: [{operator: Example Market, measures: [remove_itm], tasks: [report]}]
subject: {acts: [sell], kinds: [listing], products: [{brand: Kite, gtin: "9521234543214"}]}
search: {identical: true}
"""
CHECKPOINT = re.compile(r"^> \S+\n> \d+\n> [A-Za-z0-9+/]{43}=\n>\n> — .*\n", re.M)  # origin, size, root, signature


# the stages


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    """A market whose register of authorities is kept."""
    folder = write_market(tmp_path_factory.mktemp("by-hand") / "begun", served=served_now())
    hand = Hand(folder)
    hand("--as", "awu", "authority", "add", "authorities.yaml")
    hand("--as", "kim", "register", "take", "licensed.yaml")
    return folder


@pytest.fixture(scope="module")
def received(begun) -> Path:
    """The recall came in."""
    folder = copy_of(begun, begun.parent / "received")
    Hand(folder)("--as", "kim", "order", "receive", "recall.yaml", "--channel", "mail")
    return folder


@pytest.fixture(scope="module")
def swept(received) -> Path:
    """The recall was confirmed by a call, accepted, and its catalogue swept."""
    folder = copy_of(received, received.parent / "swept")
    hand = Hand(folder)
    hand("--as", "awu", "order", "confirm", RECALL, "--called", "+999 20 0117", "--with", "Ms Vale, registry")
    hand("--as", "awu", "order", "accept", RECALL)
    hand("--as", "kim", "sweep", RECALL)
    return folder


@pytest.fixture(scope="module")
def decided(swept) -> Path:
    """Every case of the recall was decided by a person."""
    folder = copy_of(swept, swept.parent / "decided")
    hand, known = Hand(folder), cases(folder)
    for item in ("GW-1", "GW-5"):  # with each of them the cases that are like it
        if item in cases(folder, state="open"):
            hand("--as", "blin", "cases", "decide", known[item], "violation", *lot_of(hand, known[item]), "-r", REASON)
    for item, case in cases(folder, state="open").items():
        verdict = "violation" if item != "GW-2" else "outside"
        hand("--as", "blin", "cases", "decide", case, verdict, "-r", REASON)
    return folder


@pytest.fixture(scope="module")
def done(decided) -> Path:
    """What was decided is down, and the sellers were told."""
    folder = copy_of(decided, decided.parent / "done")
    hand = Hand(folder)
    carry_out(hand)
    hand("--as", "kim", "letters", "write", RECALL)
    hand("--as", "kim", "letters", "send")
    return folder


def carry_out(hand: Hand, order: str = RECALL) -> dict[str, int]:
    """Rehearse, approve by another person, carry out; gives the outcomes."""
    (one,) = hand.json("--as", "blin", "measures", "rehearse", order)["sets"]
    hand("--as", "mroy", "measures", "approve", one["digest"], "--count", one["measures"])
    outcomes: dict[str, int] = hand.json("--as", "mroy", "measures", "carry-out", one["digest"])["outcomes"]
    return outcomes


def cases(folder: Path, order: str = RECALL, state: str = "") -> dict[str, str]:
    """Host id of the item -> case."""
    with desk_at(folder) as desk, desk.workspace.ledger.reading() as connection:
        found = listed(desk.workspace.ledger, connection, book=order)
    return {one.key.id: one.id for one in found if one.key and state in ("", str(one.state))}


def lot_of(hand: Hand, case: str) -> list[str]:
    """The option that decides the cases alike, as they are shown now; none for a case alone."""
    lot = hand.json("cases", "show", case).get("lot")
    return ["--like", str(lot)] if lot else []


def entries(folder: Path, book: str | None = None) -> list[str]:
    """The kinds of all entries."""
    with desk_at(folder) as desk:
        return desk.kinds(book)


def tasks(folder: Path, order: str = RECALL) -> list[str]:
    """What is to do."""
    with desk_at(folder) as desk, desk.workspace.ledger.reading() as connection:
        return [task.what for task in open_tasks(desk.workspace.ledger, connection, book=order)]


def letters(folder: Path, order: str = RECALL) -> list[tuple[str, str, str]]:
    """(occasion, address, text) of each letter of an order."""
    with desk_at(folder) as desk, desk.workspace.ledger.reading() as connection:
        found = letters_of(desk.workspace.ledger, connection, book=order)
    return [(str(one.occasion), one.address, one.body) for one in found]


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# 1 an order and a catalogue with faults


def test_all_faults_of_an_order_are_told_at_once_each_with_its_place_and_nothing_is_written(begun, tmp_path):
    hand = Hand(copy_of(begun, tmp_path / "market"))
    (hand.folder / "broken.yaml").write_text(BROKEN)
    before = entries(hand.folder)
    told = hand("order", "check", "broken.yaml", code=1)
    assert told.out == ""
    places = re.findall(r"--> broken\.yaml:(\d+:\d+)", told.err)
    assert places == ["1:1", "1:1", "2:6", "9:1", "10:16", "11:52", "12:1", "12:74", "13:21"]
    assert "9 faults; nothing was changed" in told.err
    deadline = told.err.split("--> broken.yaml:10:16\n")[1].splitlines()
    assert deadline[0] == " 10 | deadline: {at: 2025-10-27T18:00:00+01:00}"
    assert deadline[1] == "    |                ^^^^^^^^^^^^^^^^^^^^^^^^^ received 2026-10-20T09:00:00+01:00"
    assert 'did you mean "remove_item"?' in told.err  # the nearest name
    assert "asked by: Reg. (EU) 2023/988 Art. 22(4)" in told.err  # the article
    said = hand.json("--as", "kim", "order", "receive", "broken.yaml", code=1)
    assert len(said["faults"]) == 9
    assert all(fault["line"] and fault["column"] for fault in said["faults"])
    assert hand("run", "broken.yaml", "-c", "items.csv", "-o", "out", code=1).err == told.err
    assert not (hand.folder / "out").exists()
    assert entries(hand.folder) == before


def test_a_catalogue_with_wrong_columns_is_refused_before_anything_is_written(tmp_path):
    hand = Hand(tmp_path)
    (tmp_path / "recall.yaml").write_text(recall(served_now()))
    (tmp_path / "wrong.csv").write_text("headline,colour\nPram,red\n")
    told = hand("run", "recall.yaml", "-c", "wrong.csv", "-o", "out", code=1)
    assert "no column for the field id" in told.err
    assert "wrong.csv" in told.err
    assert not (tmp_path / "out").exists()


def test_faults_of_order_and_catalogue_are_told_together(tmp_path):
    hand = Hand(tmp_path)
    (tmp_path / "broken.yaml").write_text(BROKEN)
    (tmp_path / "wrong.csv").write_text("headline,colour\nPram,red\n")
    told = hand("run", "broken.yaml", "-c", "wrong.csv", "-o", "out", code=1)
    assert "no column for the field id" in told.err
    assert "10 faults; nothing was changed" in told.err
    assert not (tmp_path / "out").exists()


def test_an_impossible_deadline_asks_whether_another_month_was_meant(tmp_path):
    served = served_now()
    before = (served - timedelta(days=3)).isoformat()
    (tmp_path / "o.yaml").write_text(recall(served, deadline=f"{{at: {before}}}"))
    told = Hand(tmp_path)("order", "check", "o.yaml", code=1)
    assert "the deadline lies before the order was received" in told.err
    assert "sk the authority" in told.err


# 2 the rehearsal


def test_a_corrected_order_is_rehearsed_in_its_own_ledger_and_nothing_is_accepted(begun, tmp_path):
    hand = Hand(copy_of(begun, tmp_path / "market"))
    before = files(hand.folder)
    told = hand("run", "recall.yaml", "--catalogue", "items.csv", "--out", "out")
    assert "Rehearsal: the order is not accepted, nothing was done." in told.out
    assert re.search(r"Seen 12 +set aside 3 \(out/.*rejected\.csv\) +violation 8 +review 1", told.out)
    out = hand.folder / "out"
    assert {"received", "deadline_set", "planned", "swept", "gathered"} <= set(entries(out))
    assert not {"confirmed", "accepted", "decided", "claimed", "rehearsed", "attempted"} & set(entries(out))
    report = json.loads((out / "report.json").read_text())
    assert (report["state"], report["acceptance"], report["measures"]) == ("rehearsal", None, [])
    assert "rehearsal" in (out / "report.html").read_text().lower()
    assert {name: data for name, data in files(hand.folder).items() if not name.startswith("out/")} == before
    assert down(hand.folder) == set()
    # What waits there can be looked at; nothing can be done with it.
    case = next(iter(cases(out).values()))
    for words in (["sweep", RECALL], ["cases", "decide", case, "violation", "-r", "x"], ["report", RECALL]):
        assert "is received" in hand("-w", "out", *words, code=1).err
    assert "Nothing is due." in hand("-w", "out", "measures", "rehearse", RECALL).out


def test_a_rehearsal_run_again_goes_on_in_the_same_ledger_with_the_same_cases(tmp_path):
    write_market(tmp_path, served=served_now())
    hand = Hand(tmp_path)
    first = hand.json("run", "recall.yaml", "-c", "items.csv", "-o", "out")
    known = cases(tmp_path / "out")
    again = hand.json("run", "recall.yaml", "-c", "items.csv", "-o", "out")
    assert first == again
    assert cases(tmp_path / "out") == known
    assert entries(tmp_path / "out").count("received") == 1


def test_a_rehearsal_never_writes_into_a_workspace(begun, tmp_path):
    hand = Hand(copy_of(begun, tmp_path / "market"))
    before = files(hand.folder)
    assert "a workspace of its own" in hand("run", "recall.yaml", "-c", "items.csv", "-o", ".", code=1).err
    assert files(hand.folder) == before


def test_rows_that_cannot_be_read_are_set_aside_with_their_reason(tmp_path):
    write_market(tmp_path, served=served_now())
    Hand(tmp_path)("run", "recall.yaml", "-c", "items.csv", "-o", "out")
    (rejected,) = (tmp_path / "out").rglob("rejected.csv")
    rows = list(csv.DictReader(rejected.read_text(encoding="utf-8").splitlines()))
    assert [(row["first_row"], row["reason"]) for row in rows] == [
        ("10", "has no id"), ("11", "has 2 cells where the header names 12"), ("12", "a quote is opened and not closed"),
    ]  # fmt: skip


# 3 the workspace


def test_init_guesses_the_columns_and_shows_ten_rows_as_they_are_read(tmp_path):
    write_catalogue(
        tmp_path, {**ITEMS, **{f"Z-{n}": ("<b>Bold</b> cup", "", "V73", "xa", "", "", "") for n in range(9)}}, bad=""
    )
    told = Hand(tmp_path)("-w", "ws", "init", "--from", "items.csv", "--name", "Example Market Ltd")
    assert re.search(r"sku +-> id", told.out)
    assert re.search(r"ean +-> attributes.gtin", told.out)
    assert re.search(r"sold_in +->|not read by anything: .*sold_in", told.out)
    assert len(re.findall(r"^\d+ +(?:GW|Z)-", told.out, re.M)) == 10
    assert "<b>" not in told.out  # as a reader sees it
    again = Hand(tmp_path)("-w", "ws", "init", "--from", "items.csv", code=1)
    assert "is there already" in again.err
    assert Hand(tmp_path)("-w", "ws", "config", "show").out


# 4 receipt


def test_an_order_received_twice_is_one_order_and_changed_bytes_are_another_with_a_task(received, tmp_path):
    hand = Hand(copy_of(received, tmp_path / "market"))
    before = entries(hand.folder)
    again = hand.json("--as", "kim", "order", "receive", "recall.yaml")
    assert (again["again"], again["book"]) == (True, RECALL)
    assert entries(hand.folder) == before
    changed = (hand.folder / "recall.yaml").read_text().replace("a fall.", "a deep fall.")
    (hand.folder / "changed.yaml").write_text(changed)
    other = hand.json("--as", "kim", "order", "receive", "changed.yaml")
    assert (other["again"], other["book"]) == (False, f"{RECALL}:2")
    assert tasks(hand.folder, f"{RECALL}:2") == ["another order has this reference"]
    assert tasks(hand.folder, RECALL) == []


def test_the_acknowledgement_goes_to_the_contact_of_the_register_with_a_checkpoint(received):
    (told,) = letters(received)
    occasion, address, text = told
    assert (occasion, address) == ("acknowledgement", "orders@pso.example")  # not reports@pso.example, which it gave
    assert CHECKPOINT.search(text)


def test_an_authority_outside_the_register_gets_no_answer_and_a_person_a_task(begun, tmp_path):
    hand = Hand(copy_of(begun, tmp_path / "market"))
    unknown = "{name: Bureau of Good Order, country: XA, report_to: chief@bureau.example}"
    (hand.folder / "unknown.yaml").write_text(recall(served_now(), order="BGO-1", authority=unknown))
    told = hand.json("--as", "kim", "order", "receive", "unknown.yaml")
    assert told["letter"] == ""
    assert letters(hand.folder, "BGO-1") == []
    assert tasks(hand.folder, "BGO-1") == ["authority not in the register"]
    said = hand(
        "--as", "awu", "order", "confirm", "BGO-1", "--called", "chief@bureau.example", "--with", "the chief", code=1
    )
    assert "not in the register of authorities" in said.err
    hand("--as", "awu", "order", "refuse", "BGO-1", "--reasons", "Nobody knows this bureau.")
    assert letters(hand.folder, "BGO-1") == []  # also a refusal is not sent to whom nobody knows


# 5 a forged order


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("its answer goes elsewhere", {"authority": "{name: Product Safety Office, country: XA, report_to: urgent@pso-xa.example}"}),
        ("only the order gives its contact", {"redress": "Questions to +999 99 9999, always open."}),
    ],
)  # fmt: skip
def test_a_forged_order_gets_no_further_than_received(begun, tmp_path, name, changed):
    hand = Hand(copy_of(begun, tmp_path / "market"))
    (hand.folder / "forged.yaml").write_text(recall(served_now(), order="XA-PS-2026-0430", **changed))
    book = hand.json("--as", "kim", "order", "receive", "forged.yaml")["book"]
    called = "+999 20 0117" if "report_to" in changed.get("authority", "") else "+999 99 9999"
    said = hand("--as", "awu", "order", "confirm", book, "--called", called, "--with", "Mr Swift", code=1)
    assert "outside the domains" in said.err or "no contact of Product Safety Office in the register" in said.err
    for words in (
        ["--as", "awu", "order", "confirm", book],  # a mail alone
        ["--as", "awu", "order", "accept", book],
        ["--as", "kim", "sweep", book],
        ["--as", "awu", "report", book],
    ):
        hand(*words, code=1)
    kinds = entries(hand.folder, book)
    assert kinds[:2] == ["received", "deadline_set"]
    assert set(kinds[2:]) <= {"letter_written", "acknowledged", "task_opened"}
    assert down(hand.folder) == set()
    if "report_to" in changed.get("authority", ""):
        assert tasks(hand.folder, book) == ["does not agree with the register"]


# 6 confirmation and acceptance


def test_a_token_confirms_exactly_the_order_that_was_signed(received, tmp_path):
    hand = Hand(copy_of(received, tmp_path / "market"))
    with desk_at(hand.folder) as desk, desk.workspace.ledger.reading() as connection:
        digest = orders(connection)[0].digest
    for wrong in (token("pso", RECALL, "0" * 64), token("cla", RECALL, digest), "AAAA"):
        (hand.folder / "token").write_text(wrong)
        assert (
            "not the authority's signature"
            in hand("--as", "awu", "order", "confirm", RECALL, "--token", "token", code=1).err
        )
    (hand.folder / "token").write_text(token("pso", RECALL, digest) + "\n")
    assert hand.json("--as", "awu", "order", "confirm", RECALL, "--token", "token")["how"] == "token"
    refused = hand("--as", "kim", "order", "accept", RECALL, code=1)  # a clerk
    assert "kim (clerk) may not do this" in refused.err
    assert "who may: awu" in refused.err


def test_accepting_in_part_needs_reasons_and_never_goes_beyond_the_order(received, tmp_path):
    hand = Hand(copy_of(received, tmp_path / "market"))
    two = "[{operator: Example Market Ltd, measures: [remove_item, tell_buyers], tasks: [report]}]"
    (hand.folder / "two.yaml").write_text(recall(served_now(), order="XA-PS-2", addressees=two, territory="[XA, XB]"))
    hand("--as", "kim", "order", "receive", "two.yaml")
    hand("--as", "awu", "order", "confirm", "XA-PS-2", "--called", "+999 20 0117", "--with", "Ms Vale")
    accept = ["--as", "awu", "order", "accept", "XA-PS-2"]
    assert "needs reasons" in hand(*accept, "--measure", "remove_item", code=1).err
    wide = hand(*accept, "--territory", "XB", "--measure", "close_account", "--reasons", "why not", code=1)
    assert "XB lies outside the order and the authority's entry" in wide.err  # the register knows it for XA alone
    assert '"close_account" is none of the measures of this order' in wide.err
    told = hand.json(*accept, "--measure", "remove_item", "--reasons", "Who bought it is not ours to tell.")
    assert (told["whole"], told["territory"], told["measures"]) == (False, ["XA"], ["remove_item"])


def test_nothing_is_swept_before_an_order_is_accepted(received, tmp_path):
    hand = Hand(copy_of(received, tmp_path / "market"))
    said = hand("--as", "kim", "sweep", RECALL, code=1)
    assert "confirm it first" in said.err
    hand("--as", "awu", "order", "confirm", RECALL, "--called", "orders@pso.example", "--with", "Ms Vale")
    assert "accept it first" in hand("--as", "kim", "sweep", RECALL, code=1).err
    assert not (hand.folder / "sweeps").exists()


def test_asking_back_and_refusing_write_to_the_known_contact(received, tmp_path):
    hand = Hand(copy_of(received, tmp_path / "market"))
    hand("--as", "awu", "order", "confirm", RECALL, "--called", "+999 20 0117", "--with", "Ms Vale")
    hand("--as", "awu", "order", "ask", RECALL, "--question", "Which year of the pram is meant?")
    hand("--as", "awu", "order", "answered", RECALL, "--answer", "All of them.")
    assert "needs reasons" in hand("--as", "awu", "order", "refuse", RECALL, "--reasons", " ", code=1).err
    hand("--as", "awu", "order", "refuse", RECALL, "--reasons", "It was annulled by the court of the seat.")
    sent = letters(hand.folder)
    assert [occasion for occasion, *_ in sent] == ["acknowledgement", "asked_back", "refused"]
    assert {address for _, address, _ in sent} == {"orders@pso.example"}
    assert "Which year of the pram is meant?" in sent[1][2]
    assert "may" not in hand("--as", "kim", "sweep", RECALL, code=1).out


# 7 sweep and decisions


def test_a_sweep_opens_a_case_for_each_item_and_none_for_a_cover_or_a_table(swept):
    assert set(cases(swept)) == {"GW-1", "GW-2", "GW-5", "GW-6", "GW-8"}


def test_swept_again_nothing_new_is_opened_and_a_changed_price_is_no_new_case(swept, tmp_path):
    hand = Hand(copy_of(swept, tmp_path / "market"))
    text = (hand.folder / "items.csv").read_text()
    (hand.folder / "items.csv").write_text(text.replace(",20,EUR", ",21,EUR"))
    again = hand.json("--as", "kim", "sweep", RECALL)
    assert (again["opened"], again["again"], again["open"]) == (0, 0, 5)


def test_a_case_shows_the_evidence_as_it_was_written_and_is_decided_with_a_reason_once(swept, tmp_path):
    hand, case = Hand(copy_of(swept, tmp_path / "market")), cases(swept)["GW-2"]
    shown = hand("cases", "show", case).out
    assert re.search(r"title \d+-\d+ +product: Kite K3-2024", shown)
    assert "      Kite K3-2024 pram\n" in shown
    decide = ["--as", "blin", "cases", "decide", case]
    assert "needs a reason" in hand(*decide, "violation", code=1).err
    assert 'did you mean "violation"?' in hand(*decide, "violatoin", "-r", REASON, code=1).err
    assert hand.json(*decide, "violation", "-r", REASON)["measure"] == "remove_item"
    second = hand("--as", "mroy", "cases", "decide", case, "no-violation", "-r", "I see it otherwise.", code=1)
    assert "blin decided case" in second.err
    assert "a violation (decision" in second.err
    number = re.search(r"decision (\d+)", second.err)
    assert number
    hand("--as", "mroy", "cases", "decide", case, "no-violation", "-r", "Another look.", "--supersede", number[1])
    assert entries(hand.folder, RECALL)[-2:] == ["decided", "claim_ended"]


def test_like_cases_are_decided_together_for_one_reason_by_a_lead(swept, tmp_path):
    hand, case = Hand(copy_of(swept, tmp_path / "market")), cases(swept)["GW-1"]
    told = hand.json("--as", "blin", "cases", "decide", case, "violation", *lot_of(hand, case), "-r", REASON)
    assert set(told["cases"]) == {case, cases(swept)["GW-8"]}  # the same product, found by the same rules
    assert entries(hand.folder, RECALL).count("decided") == 2


# 8 measures


def test_a_set_is_rehearsed_approved_by_another_person_and_only_it_is_carried_out(decided, tmp_path):
    hand = Hand(copy_of(decided, tmp_path / "market"))
    before = down(hand.folder)
    shown = hand("--as", "blin", "measures", "rehearse", RECALL).out
    assert re.search(r"remove_item +GW-1 +xa +visible +removed", shown)
    assert "eu: 1 item reaches XB beyond the order" in shown  # GW-6
    assert "its storefronts are unknown" in shown  # GW-8
    (digest,) = re.findall(r"measures approve ([0-9a-f]{12}) --count 2", shown)
    carry = ["--as", "mroy", "measures", "carry-out", digest]
    assert "not approved" in hand(*carry, code=1).err
    approve = ["measures", "approve", digest, "--count"]
    assert "rehearsed themselves" in hand("--as", "blin", *approve, 2, code=1).err
    assert "2 measures, not 3" in hand("--as", "mroy", *approve, 3, code=1).err
    assert "may not do this" in hand("--as", "kim", *approve, 2, code=1).err
    assert down(hand.folder) == before == set()
    hand("--as", "mroy", *approve, 2)
    hand(*carry)
    assert down(hand.folder) == {("GW-1", "xa"), ("GW-5", "xa")}  # GW-1 is still to be had in xb
    again = hand.json(*carry)
    assert again["outcomes"] == {"done": 2}  # nothing twice
    assert entries(hand.folder, RECALL).count("attempted") == 2


def test_a_set_over_the_limits_is_held_with_those_words(decided, tmp_path):
    hand = Hand(copy_of(decided, tmp_path / "market"))
    settings = hand.folder / "rectify.yaml"
    settings.write_text(settings.read_text().replace('share: "1"', 'share: "0.1"'))
    (one,) = hand.json("--as", "blin", "measures", "rehearse", RECALL)["sets"]
    assert one["holds"] == ["2 targets are over the limit of 10 % of 12 rows of the catalogue"]
    approve = ["--as", "mroy", "measures", "approve", one["digest"], "--count", 2]
    assert "the set is held" in hand(*approve, code=1).err
    hand(*approve, "--despite-holds")


def test_what_the_host_changed_meanwhile_is_left_out_and_said(decided, tmp_path):
    hand = Hand(copy_of(decided, tmp_path / "market"))
    (one,) = hand.json("--as", "blin", "measures", "rehearse", RECALL)["sets"]
    hand("--as", "mroy", "measures", "approve", one["digest"], "--count", 2)
    host(hand.folder, "UPDATE listing_states SET state = 'labelled' WHERE listing = 'GW-1' AND storefront = 'xa'")
    host(hand.folder, "UPDATE listing_states SET deleted = 1 WHERE listing = 'GW-5'")
    told = hand("--as", "mroy", "measures", "carry-out", one["digest"], code=3)
    assert "1 left out, 1 moot" in told.out
    assert "some measures are not done" in told.err
    assert down(hand.folder) == {("GW-1", "xa"), ("GW-5", "xa")}
    (again,) = hand.json("--as", "blin", "measures", "rehearse", RECALL)["sets"]
    assert again["measures"] == 1  # what was left out is due in a new set


# 9 letters and appeals


def test_each_seller_is_told_once_in_their_language_and_nobody_here_is_named(done, tmp_path):
    acts = [(address, text) for occasion, address, text in letters(done) if occasion == "removed"]
    assert {address for address, _ in acts} == {"anna.vesper@mailbox.example", "deng.ruolan@mailbox.example"}
    texts = dict(acts)
    assert "We stopped showing" in texts["anna.vesper@mailbox.example"]
    assert "停止展示" in texts["deng.ruolan@mailbox.example"]
    for text in texts.values():
        assert RECALL in text
        assert not re.search("blin|mroy|awu|kim", text)
    written = [path for path in (done / "letters").rglob("*") if path.is_file()]
    assert len(written) == 3  # the acknowledgement and two sellers
    hand = Hand(copy_of(done, tmp_path / "market"))
    assert hand.json("--as", "kim", "letters", "write", RECALL)["letters"] == []
    assert hand.json("--as", "kim", "letters", "send")["in_folder"] == 0


def test_an_appeal_is_answered_by_another_person_and_what_it_frees_is_given_back(done, tmp_path):
    hand, case = Hand(copy_of(done, tmp_path / "market")), cases(done)["GW-1"]
    appeal = hand.json("--as", "kim", "appeal", "record", case, "appeal.txt")["appeal"]
    second = hand("--as", "kim", "appeal", "record", case, "appeal.txt", code=1)
    assert appeal in second.err  # one is open already
    assert (
        "another person answers" in hand("--as", "blin", "appeal", "grant", appeal, "-r", "It is a guide.", code=1).err
    )
    assert "reasons" in hand("--as", "mroy", "appeal", "grant", appeal, "-r", " ", code=1).err
    hand("--as", "mroy", "appeal", "grant", appeal, "-r", "It is a guide book.")
    assert down(hand.folder) == {("GW-1", "xa"), ("GW-5", "xa")}  # an undo is a measure like any other
    assert carry_out(hand) == {"done": 1}
    assert down(hand.folder) == {("GW-5", "xa")}
    mine = [occasion for occasion, address, _ in letters(hand.folder) if address.startswith("anna")]
    assert mine == ["removed", "appeal_received", "appeal_granted"]


def test_an_appeal_against_the_order_itself_is_passed_on_and_never_granted_here(done, tmp_path):
    hand, case = Hand(copy_of(done, tmp_path / "market")), cases(done)["GW-5"]
    appeal = hand.json("--as", "kim", "appeal", "record", case, "appeal.txt", "--kind", "order_wrong")["appeal"]
    assert (
        "only the authority or a court"
        in hand("--as", "mroy", "appeal", "grant", appeal, "-r", "It is wrong.", code=1).err
    )
    hand("--as", "mroy", "appeal", "pass-on", appeal, "-r", "The office decides.")
    assert "pass on appeal" in tasks(hand.folder)
    assert letters(hand.folder)[-1][0] == "appeal_passed_on"
    assert down(hand.folder) == {("GW-1", "xa"), ("GW-5", "xa")}


# 10 two orders, annulment, report, proofs


def test_two_orders_meet_on_one_listing_and_it_stays_down_for_the_other(done, tmp_path):
    hand = Hand(copy_of(done, tmp_path / "market"))
    hand("--as", "kim", "order", "receive", "licence.yaml")
    hand("--as", "awu", "order", "confirm", LICENCE, "--called", "+999 20 0442", "--with", "Mr Orr")
    hand("--as", "awu", "order", "accept", LICENCE)
    hand("--as", "kim", "sweep", LICENCE)
    found = cases(hand.folder, LICENCE)
    assert {"GW-5", "GW-7"} <= set(found)
    for item in ("GW-5", "GW-7"):
        hand("--as", "blin", "cases", "decide", found[item], "violation", "-r", "A VPN without a licence.")
    assert carry_out(hand, LICENCE) == {"done": 1}  # GW-5 is down already
    hand("--as", "awu", "order", "annul", RECALL, "--reasons", "The court annulled it.")
    assert carry_out(hand) == {"done": 1}
    assert down(hand.folder) == {("GW-5", "xa"), ("GW-7", "xa")}
    hand("--as", "kim", "letters", "write", RECALL)
    last = {address.split(".")[0]: occasion for occasion, address, _ in letters(hand.folder)}
    assert last["anna"] == "returned_annulled"
    assert last["deng"] == "still_down"
    assert "annulled" in hand("--as", "awu", "order", "annul", RECALL, "--reasons", "again", code=1).err


def test_a_final_report_waits_for_every_decision_and_goes_to_the_known_contact(swept, done, tmp_path):
    hand = Hand(copy_of(swept, tmp_path / "open"))
    assert "5 cases are open" in hand("--as", "awu", "report", RECALL, "--state", "final", code=1).err
    hand = Hand(copy_of(done, tmp_path / "market"))
    final = ("--as", "awu", "report", RECALL, "--state", "final")
    assert "decided violations are still on sale" in hand(*final, code=1).err
    told = hand.json(*final, "--leave", "The authority was asked about the shop front of two countries.")
    written = {name: (hand.folder / path).read_bytes() for name, path in told["files"].items()}
    assert written["pdf"].startswith(b"%PDF")
    report = json.loads(written["json"])
    assert report["state"] == "final"
    assert report["cases"] == {"all": 5, "open": 0, "violation": 4, "no_violation": 0, "outside": 1, "asked": 0,
                               "decided_by_machine": 0}  # fmt: skip
    assert [(line["measure"], line["territory"], line["done"]) for line in report["measures"]] == [
        ("remove_item", "XA", 2)
    ]
    left = {line["reason"]: line["n"] for line in report["left"]}
    assert left["items whose storefronts nobody has stated"] == 1  # GW-8
    assert any("further than the order" in reason for reason in left)  # GW-6
    occasion, address, text = letters(hand.folder)[-1]
    assert (occasion, address) == ("report", "orders@pso.example")
    assert "report.pdf" in text


def test_the_ledger_verifies_alone_exported_and_against_the_checkpoint_of_a_letter(done, tmp_path):
    hand = Hand(copy_of(done, tmp_path / "market"))
    assert hand.json("ledger", "verify")["whole"] is True
    acknowledged = letters(hand.folder)[0][2]
    note = CHECKPOINT.search(acknowledged)
    assert note, acknowledged
    elsewhere = tmp_path / "elsewhere"  # the authority's machine: no workspace, no keys
    elsewhere.mkdir()
    (elsewhere / "note").write_text(note[0])  # as it stands in the letter, quoted
    hand("--as", "awu", "ledger", "export", RECALL, "-o", "../elsewhere/whole.json")
    hand("--as", "awu", "ledger", "export", RECALL, "-o", "../elsewhere/since.json", "--since", "../elsewhere/note")
    there = Hand(elsewhere)
    assert "consistent in itself" in there("ledger", "verify", "whole.json").out
    told = there("ledger", "verify", "since.json", "--checkpoint", "note").out
    assert re.search(r"consistent with your checkpoint of \d+ entries", told)
    changed = (elsewhere / "since.json").read_text().replace('"remove_item"', '"label_item"', 1)
    (elsewhere / "since.json").write_text(changed)
    assert "BROKEN" in there("ledger", "verify", "since.json", code=1).out


def test_an_order_for_another_operator_is_refused(begun, tmp_path):
    hand = Hand(copy_of(begun, tmp_path / "market"))
    other = "[{operator: Example Auctions, measures: [remove_item]}]"
    (hand.folder / "other.yaml").write_text(licence(served_now(), addressees=other))
    assert "operators here: Example Market Ltd" in hand("--as", "kim", "order", "receive", "other.yaml", code=1).err


# 11 strangers' text, and several at once

HOSTILE = {
    "H-1": '=HYPERLINK(""https://evil.example"")', "H-2": "<script>alert(1)</script>", "H-3": "Pram\x1b[2J\x07", "H-4": "Pram \u202egpj.exe",
    "H-5": "Pram\r\nBcc: everybody@evil.example", "H-6": "{{ 1337 * 71 }} {service.__class__} %s", "H-7": "@SUM(A1)", "H-8": "]]>\u2028x",
}  # fmt: skip


def test_strangers_text_runs_nowhere_and_moves_nothing(tmp_path):
    write_market(tmp_path, served=served_now())
    rows = {sku: (title, "", "V71", "xa", "9521234543213", "Kite", "K3-2024") for sku, title in HOSTILE.items()}
    write_catalogue(tmp_path, rows, bad="")
    hand = Hand(tmp_path)
    told = hand("run", "recall.yaml", "-c", "items.csv", "-o", "out")
    shown = hand("-w", "out", "cases", "list", RECALL, "--limit", "50").out
    assert set(cases(tmp_path / "out")) == set(HOSTILE)
    for text in (told.out, told.err, shown):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\u2028]", text)
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script" not in page
    assert "94927" not in page  # no template of a stranger is filled in
    with (tmp_path / "out" / "annex.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@\t\r]", cell)]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def test_strangers_text_starts_no_line_of_a_letter(begun, tmp_path):
    hand = Hand(copy_of(begun, tmp_path / "market"))
    rows = {sku: (title, "", "V71", "xa", "9521234543213", "Kite", "K3-2024") for sku, title in HOSTILE.items()}
    write_catalogue(hand.folder, rows, bad="")
    for sku in rows:
        host(hand.folder, "INSERT INTO listing_states (listing, storefront) VALUES (?, 'xa')", sku)
    hand("--as", "kim", "order", "receive", "recall.yaml")
    hand("--as", "awu", "order", "confirm", RECALL, "--called", "+999 20 0117", "--with", "Ms Vale")
    hand("--as", "awu", "order", "accept", RECALL)
    hand("--as", "kim", "sweep", RECALL)
    case = cases(hand.folder)["H-1"]
    hand("--as", "blin", "cases", "decide", case, "violation", *lot_of(hand, case), "-r", REASON)
    carry_out(hand)
    hand("--as", "kim", "letters", "write", RECALL)
    hand("--as", "kim", "letters", "send")
    (letter,) = [text for occasion, _, text in letters(hand.folder) if occasion == "removed"]
    assert not re.search(r"^(Bcc|Subject|To):", letter, re.M)
    assert "94927" not in letter
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\u2028]", letter)
    for path in (hand.folder / "letters").rglob("*"):
        if path.is_file():
            head = path.read_bytes().split(b"\n\n")[0].decode()
            assert "evil.example" not in "".join(
                line for line in head.splitlines() if line.startswith(("Bcc", "To", "Cc"))
            )


def test_two_who_decide_one_case_at_once_in_two_processes_make_one_decision(swept, tmp_path):
    hand, case = Hand(copy_of(swept, tmp_path / "market")), cases(swept)["GW-2"]
    call = [str(RECTIFY), "--as"]
    going = [
        subprocess.Popen([*call, who, "cases", "decide", case, "violation", "-r", REASON], cwd=hand.folder, env=hand.environment,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for who in ("blin", "mroy", "awu")
    ]  # fmt: skip
    said = [(one.communicate(timeout=120), one.returncode) for one in going]
    assert sorted(code for _, code in said) == [0, 1, 1]
    assert all("decided case" in err for (_, err), code in said if code)
    kinds = entries(hand.folder, RECALL)
    assert (kinds.count("decided"), kinds.count("claimed")) == (1, 1)
