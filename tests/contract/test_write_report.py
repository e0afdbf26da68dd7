"""The report as page and print: foreign text stays text, nothing is fetched, the same report is the same bytes."""

import io
import re
from datetime import timedelta

import pypdf

from rectify.reports.compile import Made, compile_report
from rectify.reports.page import show, write_html
from rectify.reports.pdf import write_pdf

from ..unit.reports import book  # noqa: TID252

STEPS = [("2026-11-20T10:00:00Z", 3), ("2026-11-20T11:00:00Z", 1)]


def shown(locale="en", **order):
    entries = book.full_book().entries
    entries[0].private["order"].update(order)
    made = Made(book.AT + timedelta(hours=3), "0.1.0", locale, "rectify/x\n5\nabc=\n\n— rectify/x sig\n")
    return show(compile_report(entries, made, "final"), STEPS)


def test_foreign_text_stays_text_in_the_page():
    page = write_html(shown(reference="<script>alert(1)</script>", reasons="]]>\u2028<b>'\"")).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<b>'" not in page


def test_foreign_text_stays_text_in_print():
    data = write_pdf(shown(reasons='#read("/etc/passwd") #panic() $x$ *bold*'))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    assert '#read("/etc/passwd")' in text


def test_the_print_carries_latin_and_chinese_fonts_of_ours_only():
    data = write_pdf(shown("zh", reasons="西布曲明胶囊；loose magnets"))
    reader = pypdf.PdfReader(io.BytesIO(data))
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("NotoSansCJKsc" in f for f in fonts), fonts
    assert all(f.startswith("NotoSans") for f in fonts), fonts
    assert "西布曲明胶囊" in "".join(page.extract_text() for page in reader.pages)


def test_the_same_report_gives_the_same_bytes():
    assert write_pdf(shown()) == write_pdf(shown())
    assert write_html(shown()) == write_html(shown())


def test_the_page_fetches_nothing_and_runs_nothing():
    page = write_html(shown()).decode()
    for word in ("<script", "<link", "<img", "@import", "onclick"):
        assert word not in page
    assert not re.findall(r"url\((?!#)", page)
    assert set(re.findall(r"http[^\s\"']*", page)) <= {
        "http-equiv=",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_every_chart_has_its_numbers_as_a_table_and_a_sentence():
    page = write_html(shown()).decode()
    assert page.count("<figure") == page.count("<details") == 3
    assert 'aria-label="Of 9 items seen 3 became cases; 1 are open."' in page
