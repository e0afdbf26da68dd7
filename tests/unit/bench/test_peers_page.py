"""Ratios and aims are told from the same rounds, against the peers that they mean."""

import pytest
from bench.peers import ratios
from bench.peers_page import agree, aims, by_form, equal_recall, speeds


def engine(name, kind, microseconds, found=1.0, **more):
    return {"name": name, "kind": kind, "microseconds": microseconds, "found": found, "exact": found, "tells": "place",
            "needs": "", "extra": 3.0, "setup": 0.1, "rows": 10, "forms": {"plain": (2, 2, 2)}, **more}  # fmt: skip


RAW = engine("raw", "raw", [2.0, 2.0, 4.0], 0.2)
PLAIN = [engine("slow", "plain", [20.0, 20.0, 20.0], 0.2), engine("quick", "plain", [10.0, 10.0, 10.0], 0.2)]
SAME = engine("folds", "same", [30.0, 30.0, 30.0], 0.995)
PORTABLE = [
    engine("portable 1", "ours portable", [3.0, 3.0, 3.0]),
    engine("portable 8", "ours portable", [2.0, 1.0, 1.0]),
]
VECTOR = engine("vector", "ours avx512", [0.5, 1.0, 0.5])


def test_ratios_are_taken_round_by_round():
    assert ratios([1.0, 2.0, 1.0], [2.0, 2.0, 8.0]) == (2.0, 1.0, 8.0)


def test_ratios_of_unequal_rounds_are_refused():
    with pytest.raises(ValueError, match="zip"):
        ratios([1.0], [1.0, 2.0])


def told(first, again=None):
    return {row[0]: row[1:] for row in aims(first, again or first).rows}


ALL = [RAW, *PLAIN, SAME, *PORTABLE, VECTOR]


def test_aims_name_the_fastest_of_each_kind():
    rows = told(ALL)
    assert rows["portable against raw hyperscan"][:3] == ("raw", "1.0 ×, stretch 1.5 ×", "2.00 (1.00–4.00)")
    assert rows["portable against the fastest plain automaton, row by row"][0] == "quick"
    assert rows["vector against the fastest peer with equal recall"][:3] == ("folds", "20 ×", "60.00 (30.00–60.00)")
    assert rows["vector, thousand listings/s"] == ("–", "1,500", "2,000", "2,000", "yes")


def test_an_aim_that_is_missed_is_told_so():
    few = [RAW, *PLAIN, SAME, PORTABLE[0]]
    missed = ("0.67 (0.67–1.33)", "0.67 (0.67–1.33)", "no")
    assert told(few)["portable against raw hyperscan"][2:] == missed
    assert told(few, [RAW, *PLAIN, SAME, PORTABLE[1]])["portable against raw hyperscan"][4] == "once"


def test_a_machine_without_the_unit_has_no_vector_aims():
    assert not [name for name in told(ALL[:-1]) if name.startswith("vector")]


def test_our_engines_agree_or_it_is_told():
    assert agree(ALL) == "yes"
    assert agree([*ALL, engine("other", "ours pure", [1.0], extra=4.0)]) == "NO"


def test_a_faster_peer_that_finds_less_has_no_equal_recall():
    assert equal_recall([RAW, *PLAIN, SAME, *PORTABLE], PORTABLE[0]) is SAME


def test_speeds_stand_the_fastest_first():
    grid = speeds([RAW, *PLAIN, VECTOR], 600)
    assert [row[0] for row in grid.rows] == ["**vector**", "raw", "quick", "slow"]
    assert grid.rows[0][2:5] == ("2,000", "1,200", "4.00 (2.00–8.00)")


def test_engines_that_find_the_same_share_a_row():
    forms = {"leet": (0, 0, 4), "plain": (3, 3, 3)}
    grid = by_form([engine("a", "ours x", [1.0], forms=forms | {"leet": (4, 4, 4)}), engine("b", "plain", [1.0], forms=forms),
                    engine("c", "plain", [1.0], forms=forms)])  # fmt: skip
    assert grid.head == ("engine", "leet (4)", "plain (3)")
    assert grid.rows == (("a", "100.0%", "100.0%"), ("b; c", "0.0%", "100.0%"))
