"""Precision, recall and their intervals are what the textbook says; borderline rows are in neither."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.evaluate import Judged, Labelled, Share, Truth, evaluate, score, strictest, truth_of, wilson
from rectify.terms.finding import Finding, Verdict
from rectify.terms.item import ItemKey


def found(item: str, verdict: Verdict, rule: str = "r", kind: str = "listing") -> Finding:
    return Finding("f", "", "p", "pack", rule, ItemKey("catalogue", kind, item), "", verdict, "", "", ())


def row(item: str, truth: Truth, language: str = "en", kind: str = "listing", group: str = "") -> Labelled:
    return Labelled(item, kind, language, truth, group=group)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_of_the_published_table(part, whole, low, high):
    assert wilson(part, whole) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_between_none_and_all(pair):
    low, high = wilson(*pair)
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1


def test_nothing_of_nothing_has_no_share_and_no_interval():
    assert Share(0, 0).to_json() == {"of": 0, "n": 0, "value": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("label", "topic", "truth"),
    [
        ("violation", "vpn", Truth.POSITIVE), ("violation", "wildlife", Truth.NEGATIVE), ("clean", "none", Truth.NEGATIVE),
        ("borderline", "vpn", Truth.BORDERLINE), ("borderline", "wildlife", Truth.BORDERLINE),
    ],
)  # fmt: skip
def test_only_a_violation_of_the_topic_is_positive(label, topic, truth):
    assert truth_of(label, topic, "vpn") is truth


def test_both_readings_of_flagged_are_counted():
    labels = [
        row("1", Truth.POSITIVE),
        row("2", Truth.POSITIVE),
        row("3", Truth.POSITIVE),
        row("4", Truth.NEGATIVE),
        row("5", Truth.NEGATIVE),
    ]
    said = [found("1", Verdict.VIOLATION), found("2", Verdict.REVIEW), found("4", Verdict.REVIEW)]
    result = evaluate(said, labels, topic="vpn")
    (line,) = result.groups
    assert (line.violation.precision, line.violation.recall) == (Share(1, 1), Share(1, 3))
    assert (line.flagged.precision, line.flagged.recall, line.flagged.alarm_rate) == (
        Share(2, 3),
        Share(2, 3),
        Share(1, 2),
    )
    assert [one.row.id for one in result.misses] == ["3"]
    assert [one.row.id for one in result.only_review] == ["2"]
    assert [one.row.id for one in result.alarms] == ["4"]


def test_borderline_rows_are_neither_misses_nor_alarms():
    labels = [row("1", Truth.BORDERLINE), row("2", Truth.BORDERLINE), row("3", Truth.NEGATIVE)]
    result = evaluate([found("1", Verdict.VIOLATION)], labels, topic="vpn")
    (line,) = result.groups
    assert line.flagged.precision == Share(0, 0)
    assert (result.alarms, result.misses, [one.row.id for one in result.borderline]) == ((), (), ["1"])
    assert line.borderline == {"violation": 1, "review": 0, "none": 1}


def test_the_strictest_verdict_of_an_item_counts_with_all_its_rules():
    said = [found("1", Verdict.REVIEW, "a"), found("1", Verdict.VIOLATION, "b"), found("1", Verdict.REVIEW, "b")]
    assert strictest(said) == {("listing", "1"): (Verdict.VIOLATION, ("pack/a", "pack/b"))}


def test_an_item_of_another_kind_with_the_same_id_is_another_item():
    assert evaluate([found("1", Verdict.VIOLATION, kind="app")], [row("1", Truth.POSITIVE)], topic="t").misses


def test_violations_come_first_among_the_alarms():
    labels = [row("1", Truth.NEGATIVE), row("2", Truth.NEGATIVE)]
    result = evaluate([found("1", Verdict.REVIEW), found("2", Verdict.VIOLATION)], labels, topic="t")
    assert [one.row.id for one in result.alarms] == ["2", "1"]


TRUTHS, VERDICTS = st.sampled_from(Truth), st.sampled_from(Verdict)


@given(
    st.lists(
        st.tuples(TRUTHS, VERDICTS, st.sampled_from(["en", "zh"]), st.sampled_from(["app", "listing"])), max_size=30
    )
)
def test_groups_of_one_class_add_up_to_all(rows):
    judged = [
        Judged(row(str(n), truth, language, kind), verdict) for n, (truth, verdict, language, kind) in enumerate(rows)
    ]
    result = score(judged, topic="t")
    whole = next(line for line in result.groups if line.by == "all")
    for by in ("language", "kind", "language and kind"):
        lines = [line for line in result.groups if line.by == by]
        for reading in ("violation", "flagged"):
            for count in ("positives", "negatives", "found", "alarms"):
                total = sum(getattr(getattr(line, reading), count) for line in lines)
                assert not lines or total == getattr(getattr(whole, reading), count)
    assert whole.flagged.found + len(result.misses) == whole.flagged.positives
    assert whole.flagged.alarms == len(result.alarms)
    assert whole.violation.found + len(result.only_review) == whole.flagged.found


def test_the_result_is_json_and_a_table():
    labels = [row("1", Truth.POSITIVE, "en", group="name only"), row("2", Truth.NEGATIVE, "zh")]
    result = evaluate([found("1", Verdict.VIOLATION)], labels, topic="vpn", pack="p", digest="d")
    assert json.loads(json.dumps(result.to_json()))["groups"][0]["violation"]["precision"]["value"] == 1.0
    assert ("group", "name only") in {(line[0], line[1]) for line in result.rows()}
    assert result.rows()[0][5] == "1.000 [0.207, 1.000] (1/1)"
