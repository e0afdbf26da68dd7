"""Completeness adds up however the rows come; ids that stand twice are found and no others."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from rectify.catalogue.identity import Completeness, DuplicateIds, hash_ids

PINNED = Completeness(2, (13569138539902299045, 9631204352416712189, 18416275982679645031, 4128807807443741469))
ROWS = st.lists(st.tuples(st.sampled_from(["listing", "app"]), st.text(max_size=20)), max_size=20)


def batch(rows: list[tuple[str, str]]) -> pa.RecordBatch:
    return pa.record_batch(
        {"kind": pa.array([k for k, _ in rows], pa.string()), "id": pa.array([i for _, i in rows], pa.string())}
    )


@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 20), st.integers(0, 20))
def test_sums_do_not_depend_on_order_or_partition(rows, chance, one, other):
    whole = Completeness.of(batch(rows), "m")
    mixed = chance.sample(rows, len(rows))
    cuts = sorted((one, other))
    parts = [mixed[: cuts[0]], mixed[cuts[0] : cuts[1]], mixed[cuts[1] :]]
    assert sum((Completeness.of(batch(part), "m") for part in parts), Completeness()) == whole
    assert Completeness.of(batch([("app", ""), *rows]).slice(1), "m") == whole


@given(ROWS, ROWS)
def test_other_items_have_other_sums(rows, others):
    assert (Completeness.of(batch(rows), "m") == Completeness.of(batch(others), "m")) == (
        sorted(rows) == sorted(others)
    )


def test_source_kind_and_length_tell_ids_apart():
    rows = [
        ("listing", "a"),
        ("app", "a"),
        ("listing", "a\0"),
        ("listing", ""),
        ("listing", "\0"),
        ("listing", "x" * 300),
    ]
    hashes = {int(h) for source in ("m", "n") for h in hash_ids(batch(rows), source)}
    assert len(hashes) == 2 * len(rows)


def test_the_hash_never_changes():
    # Ids of sweeps in the ledger rest on it.
    assert Completeness.of(batch([("listing", "GW-88121"), ("app", "é" * 200)]), "market") == PINNED


def test_ids_that_stand_twice_are_found_and_confirmed():
    ids = [f"GW-{n}" for n in range(5000)]
    rows = [("listing", i) for i in [*ids, "GW-7", "GW-7", "GW-4999"]] + [("app", "GW-8")]
    random.Random(1).shuffle(rows)
    batches = [batch(rows[n : n + 512]) for n in range(0, len(rows), 512)]
    duplicates = DuplicateIds("m")
    for part in batches:
        duplicates.add(hash_ids(part, "m"))
    found = {(twice.key.kind, twice.key.id, twice.rows) for twice in duplicates.confirm(batches)}
    assert found == {("listing", "GW-7", 3), ("listing", "GW-4999", 2)}


def test_hashes_that_meet_by_chance_are_no_duplicates():
    duplicates = DuplicateIds("m")
    rows = batch([("listing", "a"), ("listing", "b")])
    duplicates.add(np.array([hash_ids(rows, "m")[0]] * 2, np.uint64))
    assert list(duplicates.confirm([rows])) == []
    assert list(DuplicateIds("m").confirm([])) == []
