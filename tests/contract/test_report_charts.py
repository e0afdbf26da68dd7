"""What the charts and words of a report say, to whoever sees no colours and in both languages."""

from datetime import timedelta

import pytest
from tests.unit.reports import book

from rectify.reports.charts import by_rule, deadline
from rectify.reports.compile import Made, compile_report
from rectify.reports.page import show, write_html
from rectify.reports.pdf import _data
from rectify.reports.words import rule_words, seen_words, words_of

STEPS = [("2026-11-20T10:00:00Z", 800), ("2026-11-21T10:00:00Z", 300)]
EN, ZH = words_of("en"), words_of("zh")


def report(locale="en", **swept):
    made = book.full_book()
    if swept:
        made.note("swept", **book.swept(**swept))
    return compile_report(made.entries, Made(book.AT + timedelta(hours=30), "0.1.0", locale, ""), "interim")


def test_verdicts_are_told_apart_without_colour():
    chart = by_rule(report(), EN)
    assert 'id="rules-slanted"' in chart.svg
    assert "url(#rules-slanted)" in chart.svg
    assert "1 violation · 1 review" in chart.svg
    assert chart.table[1:] == (("p/r", "violation", "1"), ("p/r", "review", "1"))


def test_the_deadline_has_a_straight_line_to_zero():
    chart = deadline(report(), STEPS, EN)
    assert "even pace to zero" in chart.svg
    assert chart.svg.count('aria-roledescription="line mark container"') == 2
    assert chart.table[1:] == (("20 Nov 2026, 11:00 (Europe/Berlin)", "800"), ("21 Nov 2026, 11:00 (Europe/Berlin)", "300"),
                               ("21 Nov 2026, 16:00 (Europe/Berlin)", "300"))  # fmt: skip


def test_what_was_opened_after_the_deadline_has_no_line_to_it():
    late = [("2026-11-29T10:00:00Z", 3)]
    assert "even pace" not in deadline(report(), late, EN).svg


@pytest.mark.parametrize("name", ["funnel", "rules", "deadline"])
def test_the_print_has_the_numbers_of_each_chart_as_the_page_has(name):
    shown = show(report(), STEPS)
    assert _data(shown)["charts"][name]["table"] == [list(row) for row in shown.charts[name].table]


def test_a_chinese_report_says_rows_measures_and_rule_in_chinese():
    page = write_html(show(report("zh", rows=13304, screened=13301, set_aside=3), STEPS)).decode()
    assert "共13,304行：已筛查13,301行，搁置3行。" in page
    assert "remove_item" not in page
    assert "下架" in page
    assert "行数" not in page


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "2 working days from claimed service (Art. 2), Europe/Berlin",
            "自所称送达起2个工作日（Art. 2），Europe/Berlin",
        ),
        ("own target; 1 hour from receipt (Art. 3), UTC", "自定目标；自收到起1小时（Art. 3），UTC"),
        ("the instant that the order names", "命令指明的时刻"),
        ("without undue delay (Art. 9)", "不得无故拖延（Art. 9）"),
        ("a rule of its own", "a rule of its own"),
    ],
)
def test_a_rule_of_counting_in_chinese(rule, said):
    assert rule_words(ZH, rule) == said
    assert rule_words(EN, rule) == rule


def test_rows_that_occur_twice_are_said():
    seen = {"rows": 10, "screened": 9, "set_aside": 1, "duplicates": 2}
    assert seen_words(EN, seen) == "10 rows: 9 screened, 1 set aside; 2 ids that occur twice"
