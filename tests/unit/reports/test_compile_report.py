import importlib.util
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from rectify.reports.compile import Made, compile_report, totals
from rectify.reports.lines import annex, report_json, schema, write_csv, write_json
from rectify.terms.errors import Broken

spec = importlib.util.spec_from_file_location("book", Path(__file__).with_name("book.py"))
book = importlib.util.module_from_spec(spec)
spec.loader.exec_module(book)
MADE = Made(book.AT + timedelta(hours=3), "0.1.0", "en", "")


def report(entries, state="final"):
    return compile_report(entries, MADE, state)


def test_a_report_fits_its_schema_and_its_sums_hold():
    made = report(book.full_book().entries)
    jsonschema.validate(report_json(made), schema(), cls=jsonschema.Draft202012Validator)
    assert made.unequal() == ()
    assert made.cases == {"all": 3, "open": 1, "violation": 2, "no_violation": 0, "outside": 0, "asked": 0,
                          "decided_by_machine": 0}  # fmt: skip
    [line] = made.measures
    assert (line["measure"], line["territory"], line["approved"], line["done"], line["left_out"]) == (
        "remove_item", "XA", 2, 1, 1,
    )  # fmt: skip
    assert made.deadline["met"] is True
    assert {"reason": "cases that nobody has decided", "n": 1} in made.left


def test_same_entries_and_same_clock_give_the_same_bytes():
    assert write_json(report(book.full_book().entries)) == write_json(report(book.full_book().entries))


def test_a_sweep_whose_rows_do_not_add_up_gives_no_report():
    entries = book.full_book().note("swept", **book.swept(screened=8)).entries
    with pytest.raises(Broken, match="rows 10 is not screened"):
        report(entries)


def test_an_attempt_without_an_outcome_is_unknown_and_never_done():
    entries = [e for e in book.full_book().entries if not (e.entry.kind == "outcome" and e.body["key"] == "S/0")]
    [line] = report(entries).measures
    assert (line["unknown"], line["done"]) == (1, 0)


def test_an_undo_is_counted_apart_with_its_ground():
    entries = (
        book.full_book()
        .note("annulled")
        .note("rehearsed", set="U", measures=book.UNDO, warnings=[], left_out=[], holds=[], catalogue_rows=10)
        .note("approved", set="U", measures=1, over_reach=[])
        .note("attempted", key="U/0", set="U", measure=book.UNDO[0])
        .note("outcome", key="U/0", what="done", version="3")
        .entries
    )
    made = report(entries)
    assert made.undone["done"] == 1
    assert made.undone["grounds"][0]["what"] == "annulled"
    assert sum(line["done"] for line in made.measures) == 1


def test_a_second_report_says_what_changed_since_the_first():
    first = report(book.full_book().entries, "interim")
    later = book.full_book().note("reported", report="r1", state="interim", files=[], made={"totals": totals(first)})
    later.note("decided", case="k3", judgement="no_violation", machine=False, seen="s")
    changed = {c["what"]: (c["before"], c["now"]) for c in report(later.entries).changed}
    assert changed == {"cases open": (1, 0), "cases no_violation": (0, 1)}


def test_the_annex_names_no_account_and_holds_no_formula():
    rows = list(annex(book.full_book().entries))
    text = write_csv(rows).decode()
    assert "seller-7" not in text
    assert ",'=HYPERLINK(1)," in text
    assert rows[0]["measures"] == "remove_item xa: done"
    assert rows[1]["measures"] == "remove_item xa: left out"


def test_what_was_erased_is_empty_in_the_annex_and_still_counted():
    entries = book.full_book().entries
    for opened in entries:
        if opened.entry.kind == "gathered":
            opened.private.update(key=None, title=None, snapshot=None)
    assert report(entries).cases["all"] == 3
    assert [r["item"] for r in annex(entries)] == ["", "", ""]
