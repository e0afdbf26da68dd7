"""What a finding shows, byte by byte: pieces in order, each once, thirty at most; ids that never move."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from tests.unit.screening.packs_made import DAY, items, pack, register, words

from rectify.rules.pack import Pack
from rectify.screening import evidence
from rectify.screening.compile import compile_plan
from rectify.screening.findings import finding_record
from rectify.screening.hits import CAP
from rectify.terms.finding import Finding

PRAM = words("pram", "pram", "push chair", patterns=(r"k-\d+",))
SALE = words("sale", "for sale", "sell")
# What was found in `batch()` when these digests were first written down: row, rule, id, digest of what was read.
SAID = [
    (0, "plain", "5019bd66ead9ecadbed69b2cc82d5bfc", "6ab8f5476467e96e9b96be119e7ddc29"),
    (2, "offer", "b8f899c952bbe8807177722f5e922645", "30b9150dc757f5a0f2e39669a8c1c59e"),
    (2, "brand", "213bd6737be76cc6432f43ad5c80d58d", "6bda9b73427740beea6ea28e8c62e50a"),
    (3, "offer", "59c25a8be7ab8e485f222ccefc76600f", "1677d1e79b74fec51f812ef01f748bd8"),
    (3, "near", "2b72c74684446e07b59ffbaff694aaf1", "98897ac99ed2c11dfd16ae1c278c5bb8"),
]
RECORDS = "7155ab64c3aa5da6bb35fa19cdc863ab72a589047f0de42f2342637628f06f82"  # of all but the plan's digest


def screened(held: Pack, *rows: str | dict[str, Any]) -> tuple[Finding, ...]:
    return compile_plan([held], [register()], [], [], DAY, without_registers=True).screen(items(*rows)).found


def places(found: Finding) -> list[tuple[str, int, str]]:
    return [(piece.field, piece.start, piece.words) for piece in found.evidence]


def test_pieces_stand_in_the_order_of_the_item_thirty_at_most_behind_those_that_are_no_words():
    row = {"title": "pram " * 40, "text": "for sale", "price": Decimal(7)}
    (found,) = screened(pack(PRAM, SALE, when="pram and sale and price > 5"), row)
    assert places(found) == [("title", 5 * n, "pram") for n in range(29)] + [("price", 0, "field")]
    assert found.evidence[-1].term == "price > 5"
    assert found.marks == ()


@pytest.mark.parametrize(("hits", "marks"), [(CAP, ()), (CAP + 1, ("capped",))])
def test_more_hits_than_are_looked_at_are_told(hits: int, marks: tuple[str, ...]):
    held = pack(PRAM, SALE, when="pram or sale")
    told = screened(held, "pram", "pram " * hits, "for sale")
    assert [found.marks for found in told] == [(), marks, ()]


def test_a_cap_of_a_word_is_told_by_the_packs_that_have_it():
    one, other = pack(PRAM, when="pram", name="one"), pack(SALE, when="sale", name="other")
    plan = compile_plan([one, other], [], [], [], DAY)
    told = plan.screen(items("pram " * (CAP + 1) + "for sale")).found
    assert [(found.pack, found.marks) for found in told] == [("one", ("capped",)), ("other", ())]


def test_the_same_thing_said_by_two_terms_is_shown_once():
    twice = words("pram", "pram", "PRAM")
    (found,) = screened(pack(twice, when="pram"), "pram")
    assert len({(piece.start, piece.end, piece.term) for piece in found.evidence}) == len(found.evidence)


@pytest.mark.parametrize("few", [0, 10**9])
def test_only_hits_with_a_partner_within_reach_are_shown(few: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(evidence, "FEW", few)
    row = {"title": "pram", "text": "pram for sale" + " x" * 20 + " pram" + " x" * 20 + " sell push chair, pram"}
    (found,) = screened(pack(PRAM, SALE, when="near(pram, sale, 2)"), row)
    assert places(found) == [("text", 0, "pram"), ("text", 5, "sale"), ("text", 99, "sale"), ("text", 104, "pram")]
    (found,) = screened(pack(PRAM, when="near(pram, pram, 2)"), row)
    assert places(found) == [("text", 104, "pram"), ("text", 116, "pram")]


def batch() -> pa.RecordBatch:
    return items(
        {"title": "Kite pram for sale", "account": "a1", "price": Decimal("12.5"), "variants": ["", "blue k-3"]},
        {"title": "book", "text": "nothing"},
        {"title": "p.r.a.m \"quoted\" \\ K-77 中文\x07", "text": "<b>push</b> chair, sell", "attributes": {"brand": "Kite"},
         "marks": ["repaired_utf8"], "account": "b"},
        {"kind": "comment", "title": "pram", "text": "i sell a pram", "category": "toys"},
    )  # fmt: skip


def test_findings_stay_what_they_are_to_the_last_byte():
    """Persons' judgements, resumed sweeps and reports name findings by these ids."""
    held = pack(
        PRAM, SALE, name="goods", registers=("licensed",), offer={"listing": "sale", "other": "true"},
        rules={
            "offer": {"when": "pram and offer and not registered", "why": "Sells {pram}, {sale}, {none}."},
            "near": "near(pram, sale, 9) and category != 'books'",
            "plain": {"when": "plain(pram) and price > 3 or pram in (variants)", "kinds": ("listing",)},
            "brand": {"when": "pram and attributes.brand == 'kite'", "why": "{pram}!"},
        },
        kinds=("comment", "listing"),
    )  # fmt: skip
    plan = compile_plan([held], [register(accounts=("catalogue/a1",))], [], [], DAY, order="")
    told = plan.screen(batch())
    said = [(row, found.rule, found.id, found.seen) for row, found in zip(told.rows, told.found, strict=True)]
    assert said == SAID
    records = [{**finding_record(found), "plan": ""} for found in told.found]
    assert hashlib.sha256(json.dumps(records).encode()).hexdigest() == RECORDS
