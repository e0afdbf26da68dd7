"""Every violation without a measure stands in the report with the reason that is true of it."""

import importlib.util
import json
from importlib import resources
from pathlib import Path

from rectify.reports import waiting
from rectify.reports.compile import TOLD, Made, compile_report

spec = importlib.util.spec_from_file_location("book", Path(__file__).with_name("book.py"))
book = importlib.util.module_from_spec(spec)
spec.loader.exec_module(book)
OVER_REACH = {"what": "over-reach", "claim": "c9", "storefront": "eu", "territories": ["XB"], "places": 1}


def left(made) -> dict[str, int]:
    report = compile_report(made.entries, Made(book.AT, "0.1.0", "en", ""), "interim")
    return {line["reason"]: line["n"] for line in report.left}


def with_violation(storefronts=("xa",)):
    """The small book, and a ninth violation that no set names."""
    made = book.full_book()
    shops = None if storefronts is None else list(storefronts)
    made.note("gathered", {"key": ["m", "listing", "L9"]}, case="k9", target="i9", account="a1", verdict="violation",
              rules=["p/r"], seen="s", look=1, storefronts=shops)  # fmt: skip
    made.note("decided", case="k9", judgement="violation", machine=False, seen="s", measure="remove_item")
    return made.note("claimed", claim="c9", ground="O", target="i9", kind="item", account="a1", territories=["XA"],
                     effect="removed", measure="remove_item", since="2026-11-20T09:00:00Z", case="k9")  # fmt: skip


def rehearsed(made, claims=(), warnings=()):
    line = {**book.SETS[0], "place": ["i9", "xa"], "claims": list(claims)}
    return made.note("rehearsed", set="N", measures=[line] if claims else book.UNDO, warnings=list(warnings),
                     left_out=[], holds=[], catalogue_rows=10)  # fmt: skip


def test_a_violation_that_nobody_rehearsed_yet_is_said():
    assert left(with_violation())[waiting.NEW] == 1


def test_a_measure_that_was_rehearsed_and_not_approved_is_said():
    assert left(rehearsed(with_violation(), ["c9"]))[waiting.WAITS] == 1


def test_an_item_in_a_storefront_that_reaches_further_is_said_until_its_over_reach_is_approved():
    made = rehearsed(with_violation(), warnings=[OVER_REACH])
    assert left(made)[waiting.BEYOND] == 1
    assert waiting.NOWHERE not in left(made)
    over = {"claim": "c9", "storefront": "eu", "territories": ["XB"]}
    rehearsed(made, ["c9"]).note("approved", set="N", measures=1, over_reach=[over])
    assert waiting.BEYOND not in left(made)


def test_an_item_whose_storefronts_nobody_stated_is_said_once_and_no_more_when_they_are():
    made = with_violation(storefronts=None)
    assert left(made)[waiting.UNKNOWN] == 1
    assert waiting.NEW not in left(made)
    made.note("gathered", {"key": ["m", "listing", "L9"]}, case="k9", target="i9", account="a1", verdict="violation",
              rules=["p/r"], seen="t", look=2, storefronts=["xa"])  # fmt: skip
    assert waiting.UNKNOWN not in left(made)


def test_a_violation_for_which_a_rehearsal_found_nothing_to_do_is_nowhere_shown():
    assert left(rehearsed(with_violation()))[waiting.NOWHERE] == 1


def test_a_violation_for_which_the_order_lists_no_measure_is_said():
    made = with_violation()
    made.note("decided", case="k3", judgement="violation", machine=False, seen="s")
    assert left(made)[waiting.NOTHING] == 1
    made.note("decided", case="k3", judgement="outside", machine=False, seen="s")
    assert waiting.NOTHING not in left(made)


def test_of_an_order_that_is_annulled_nothing_is_left_to_do():
    assert not set(waiting.REASONS) & set(left(with_violation().note("annulled")))


def test_a_letter_without_an_address_is_not_handed_over_to_anybody():
    made = book.full_book()
    made.note("letter_written", letter="l2", occasion="removed", to="a2", languages=["en"], claims=["c2"])
    made.note("task_opened", task="t2", what="letter without address", about="l2")
    made.note("letter_sent", letter="l2", channel="folder", message_id="")
    report = compile_report(made.entries, Made(book.AT, "0.1.0", "en", ""), "interim")
    (line,) = report.told["by_occasion"]
    assert (line["handed_over"], line["no_address"]) == (1, 1)
    assert report.told["letters"] == sum(line[state] for state in TOLD)
    assert left(made)["letters that nobody got: no address is known"] == 1
    made.note("letter_delivered", letter="l2", level="registered post")
    assert "letters that nobody got: no address is known" not in left(made)


def test_every_reason_is_said_in_chinese_too():
    words = json.loads(resources.files("rectify.reports").joinpath("words.json").read_text(encoding="utf-8"))
    assert {*waiting.REASONS, waiting.UNDECIDED, waiting.TOO_LATE} <= set(words.get("zh", words))
