"""The page of benchmarks: parts, tables and pictures are written one way, and parts that are left stay as they were."""

import argparse

import pytest
from bench.__main__ import PAGE, SAYS, page, parts_of, sections
from bench.ends_page import scan_grid
from bench.growth_page import growth_grid
from bench.shown import Grid, Picture, grid_of, number, section


def test_a_part_tells_values_then_tables_and_pictures():
    values = {"rows": 1234, "picture": Picture("pictures/x.svg", "What it shows"),
              "Speed": Grid(("engine", "a|b"), (("x", "1.5"), ("y", "–")), "Told in rounds.")}  # fmt: skip
    assert section("## Scan\n\nSays.", values) == (
        "## Scan\n\nSays.\n\n| | |\n|---|---|\n| rows | 1,234 |\n\n![What it shows](pictures/x.svg)\n\n"
        "### Speed\n\nTold in rounds.\n\n| engine | a\\|b |\n| --- | ---: |\n| x | 1.5 |\n| y | – |\n"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0123, "0.012"),
        (0.5, "0.5"),
        (3.14159, "3.14"),
        (31.4159, "31.4"),
        (314.159, "314"),
        (1234567, "1,234,567"),
    ],
)
def test_numbers_have_three_digits_that_count(value, text):
    assert number(value) == text


def test_figures_of_one_kind_stand_in_rows():
    assert grid_of("plan", {"a": {"rows": 24000, "whole": 1.25}, "b": {"rows": 1, "whole": 0}}) == Grid(
        ("plan", "rows", "whole"), (("a", "24,000", "1.25"), ("b", "1", "0"))
    )


def test_parts_that_are_left_stay_byte_for_byte():
    written = PAGE.read_text(encoding="utf-8")
    assert page(sections(written)) == written


def test_every_part_is_told_what_it_is():
    assert list(parts_of(argparse.Namespace())) == list(sections(SAYS.read_text(encoding="utf-8")))


def test_memory_of_threads_is_told_a_thread_and_without_what_reading_takes():
    run = {"rows": 1000, "wall": 1.0, "cpu": 2.0, "more": 10.0}
    runs = {"csv read": run, "csv 1": {**run, "more": 14.0}, "csv 2": {**run, "wall": 0.5, "more": 20.0}}
    assert [row[1:] for row in scan_grid(runs).rows] == [
        ("reading alone", "1", "0.5", "–", "10.0", "–"),
        ("one core", "1", "0.5", "–", "14.0", "4.0"),
        ("two threads on two cores", "2", "0.5", "2.00", "20.0", "5.0"),
    ]


def test_growth_is_told_in_megabytes_beside_raw_hyperscan():
    figures = {"rows": 10, "size": 6000, "seconds": {"raw hyperscan": 2e-6, "pure": 1e-6}, "hits": 3}
    grid = growth_grid("words", {"100": figures}, {"100": 0.5})
    assert dict(zip(grid.head, grid.rows[0], strict=True)) == {
        "words": "100", "texts": "10", "bytes a text": "600", "raw hyperscan, MB/s": "300",
        "ours, pure Python, MB/s": "600", "ours, pure Python, × raw": "2.00", "hits in 1,000 texts": "300",
        "compile, s": "0.50",
    }  # fmt: skip
