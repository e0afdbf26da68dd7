"""Every occasion has a letter, in both languages; what is not filled in stops it; foreign text stays data."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rectify.letters import facts as records
from rectify.letters.compose import choose_languages, compose
from rectify.letters.facts import (
    ActFacts,
    AppealFacts,
    AuthorityFacts,
    ItemTold,
    SeenText,
    half_a_year_after,
    item_told,
    seen_texts,
)
from rectify.letters.signs import has_control
from rectify.terms.case import FindingSeen
from rectify.terms.errors import Broken, Refused
from rectify.terms.finding import Evidence, Verdict
from rectify.terms.letter import Occasion

from .samples import ITEM, ORDER, T0, TERM, act, facts_for, of_appeal, to_authority, variants


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_occasion_has_a_letter_in_both_languages(occasion: Occasion) -> None:
    for facts in variants(occasion):
        letter = compose(occasion, facts)
        assert letter.languages == ("en", "zh")
        english, chinese = letter.text.split("\n\n* * *\n\n")
        assert english.isascii() or "“" in english or "„" in english
        assert "您" in chinese
        assert "{" not in letter.text
        assert "None" not in letter.text
        assert not has_control(letter.subject)


def test_the_first_line_says_what_happened_and_where() -> None:
    letter = compose(Occasion.REMOVED, act(countries=("FR",)))
    english, chinese = letter.text.split("\n\n* * *\n\n")
    assert english.splitlines()[0] == "We stopped showing your listing in France."
    assert chinese.splitlines()[0] == "我们已在法国停止展示您的商品。"
    assert letter.subject.startswith("We stopped showing your listing in France (XA-1)")


def test_a_letter_keeps_to_the_order_of_the_brief() -> None:
    text = compose(Occasion.REMOVED, act(), ["en"]).text
    heads = [
        "WHICH ITEM", "SINCE WHEN, UNTIL WHEN", "WHO ASKED FOR IT, AND WHY", "WHAT WE SAW", "PERSON OR SOFTWARE",
        "WHAT STAYS THE SAME", "WHAT YOU CAN DO", "OTHER WAYS", "THE LAW",
    ]  # fmt: skip
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)
    assert "\n\n\n" not in text


def test_an_order_letter_says_what_article_9_5_asks() -> None:
    """Reg. (EU) 2022/2065 Art. 9(5): order received, its reasons, effect, territory, redress."""
    text = compose(Occasion.REMOVED, act(), ["en"]).text
    for said in ("The order is XA-1. It came to us on 20 November 2026", "> It can fall.", "We stopped showing",
                 "It applies in Country XA", "> Objection within a month.", "Article 9(5)"):  # fmt: skip
        assert said in text


def test_a_term_letter_says_what_article_17_3_asks() -> None:
    """Reg. (EU) 2022/2065 Art. 17(3): restriction, territory, duration; facts; automation; term and why; redress."""
    text = compose(Occasion.RESTRICTED, act(ground=TERM), ["en"]).text
    for said in ("We limited your listing in Country XA", "No end is set", "We looked for it ourselves", "“Pram”",
                 "Software found it. A person decided.", "Rule 4", "> No risky goods.", "> It can fall.",
                 "Then tell us by 20 May 2027. It is free", "Board A", "Court B", "Articles 17, 20 and 21"):  # fmt: skip
        assert said in text


def test_a_national_order_is_not_told_under_union_law() -> None:
    assert "2022/2065" not in compose(Occasion.REMOVED, act(ground=replace(ORDER, instrument="national"))).text


def test_a_letter_of_several_items_numbers_them_and_says_who_decided_which() -> None:
    items = (ITEM, replace(ITEM, id="GW-2", decided_by="software"), replace(ITEM, id="GW-3"))
    text = compose(Occasion.REMOVED, act(items=items), ["en"]).text
    assert text.startswith("We stopped showing 3 of your listings in Country XA.")
    assert "1 and 3: Software found it. A person decided." in text
    assert "2: Software found it. Software decided. No person has looked at it yet." in text


def test_long_reasons_stand_at_the_end() -> None:
    text = compose(Occasion.REMOVED, act(ground=replace(ORDER, reasons="It can fall. " * 60)), ["en"]).text
    assert text.index("THE REASONS OF THE ORDER") > text.index("THE LAW")


def test_what_a_shop_front_reaches_beyond_the_order_is_said() -> None:
    assert "So do other countries, except Country XB." in compose(Occasion.REMOVED, act(beyond=("XB",)), ["en"]).text


@pytest.mark.parametrize(
    ("occasion", "facts"),
    [
        (Occasion.REMOVED, act(ground=replace(ORDER, authority=""))),
        (Occasion.REMOVED, act(ground=replace(ORDER, reasons=" "))),
        (Occasion.REMOVED, act(countries=())),
        (Occasion.REMOVED, act(items=())),
        (Occasion.REMOVED, act(items=(replace(ITEM, id=""),))),
        (Occasion.STILL_DOWN, act(fallen=None)),
        (Occasion.RETURNED_ANNULLED, act(was="")),
        (Occasion.SELLER_ASKED, act(question="")),
        (Occasion.APPEAL_DENIED, of_appeal(reason="")),
        (Occasion.APPEAL_GRANTED, of_appeal(reason="")),
        (Occasion.REFUSED, to_authority(text="")),
        (Occasion.REPORT, to_authority(state="")),
        (Occasion.RESTRICTED, act(ground=replace(TERM, court=""))),
        (Occasion.APPEAL_PASSED_ON, of_appeal(ground=TERM)),
    ],
)
def test_what_is_not_filled_in_stops_the_letter(occasion: Occasion, facts: records.Facts) -> None:
    with pytest.raises(Refused, match="is not sent"):
        compose(occasion, facts)


def test_facts_of_another_kind_are_a_programmers_fault() -> None:
    with pytest.raises(Broken):
        compose(Occasion.REMOVED, to_authority())


@pytest.mark.parametrize("languages", [(), ("fr",), ("en", "xx")])
def test_a_language_that_we_do_not_write_is_refused(languages: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        compose(Occasion.REMOVED, act(), languages)


@pytest.mark.parametrize(
    ("account", "item", "chosen"),
    [
        ("en", "zh", ("en",)), ("zh-Hant", "", ("zh",)), ("", "zh", ("zh",)), ("fr", "en-GB", ("en",)),
        ("", "", ("en", "zh")), ("fr", "de", ("en", "zh")),
    ],
)  # fmt: skip
def test_the_language_is_the_accounts_else_the_items_else_both(
    account: str, item: str, chosen: tuple[str, ...]
) -> None:
    assert choose_languages(account, item) == chosen


class TestNobodyIsNamed:
    def test_no_record_has_a_field_for_who_reviewed_or_informed(self) -> None:
        for record in (ActFacts, AppealFacts, AuthorityFacts, ItemTold, SeenText, *(type(g) for g in (ORDER, TERM))):
            names = {field.name for field in fields(record)}
            assert not names & {
                "by",
                "person",
                "reviewer",
                "decider",
                "actor",
                "informant",
                "reporter",
                "lot",
                "snapshot",
            }
        assert ITEM.decided_by in records.DECIDED_BY

    def test_a_reason_that_names_a_reviewer_stops_the_letter(self) -> None:
        named = of_appeal(reason="Bo Lin and I looked again.")
        with pytest.raises(Refused, match="names a person"):
            compose(Occasion.APPEAL_DENIED, named, withheld=["bo lin"])
        with pytest.raises(Refused, match="names a person"):
            compose(Occasion.APPEAL_DENIED, of_appeal(reason="经林波复核，维持原决定。"), withheld=["林波"])
        compose(Occasion.APPEAL_DENIED, of_appeal(reason="It stands online."), withheld=["lin", "x", ""])

    @pytest.mark.parametrize("occasion", list(Occasion))
    def test_what_a_case_knows_of_persons_is_in_no_letter(self, occasion: Occasion) -> None:
        row = {"id": "GW-1", "kind": "listing", "title": "Pram", "reporter": "INFORMANT", "account": "S-1"}
        seen = FindingSeen("f", "p", "r", Verdict.VIOLATION, "1: REVIEWER", "Same code.",
                           (Evidence("title", 0, 4, "w", "pram"),), near_register="OTHER-SELLER")  # fmt: skip
        item = item_told(row, [seen])
        facts = facts_for(occasion)
        if isinstance(facts, ActFacts):
            facts = replace(facts, items=(item,))
        elif isinstance(facts, AppealFacts):
            facts = replace(facts, item=item)
        text = compose(occasion, facts).text
        for name in ("INFORMANT", "REVIEWER", "OTHER-SELLER"):
            assert name not in text


class TestForeignText:
    def test_of_a_title_cannot_start_a_line_or_hide_a_sign(self) -> None:
        title = "Pram\nWHAT YOU CAN DO\r\nPay 500\u202e\u200b\x1b[31m"
        text = compose(Occasion.REMOVED, act(items=(replace(ITEM, title=title),)), ["en"]).text
        assert text.count("WHAT YOU CAN DO") == 2
        assert "“Pram[LF]WHAT YOU CAN DO[CR][LF]Pay 500[RLO][ZWSP][ESC][31m”" in text

    def test_of_an_order_is_quoted_line_by_line(self) -> None:
        reasons = "It falls.\n\nWHAT YOU CAN DO\nNothing."
        text = compose(Occasion.REMOVED, act(ground=replace(ORDER, reasons=reasons)), ["en"]).text
        assert "> It falls.\n>\n> WHAT YOU CAN DO\n> Nothing." in text

    def test_that_runs_right_to_left_is_isolated(self) -> None:
        text = compose(Occasion.REMOVED, act(items=(replace(ITEM, title="عربة"),)), ["en"]).text
        assert "“\u2068عربة\u2069”" in text

    def test_is_no_template(self) -> None:
        text = compose(Occasion.REMOVED, act(items=(replace(ITEM, title="{{ f.sender }}{% raw %}"),)), ["en"]).text
        assert "“{{ f.sender }}{% raw %}”" in text

    def test_in_a_reference_cannot_break_the_subject(self) -> None:
        letter = compose(Occasion.REMOVED, act(ground=replace(ORDER, reference="XA-1\r\nBcc: all@x.example")))
        assert not has_control(letter.subject)
        assert "[CR][LF]" in letter.subject

    @given(st.text(min_size=1, max_size=30))
    @example("\u3164")
    @example("\u2800\u2800")
    @example("a\u2003")
    @example("\u0301")
    def test_of_any_kind_leaves_the_lines_of_the_letter_as_they_are(self, text: str) -> None:
        letter = compose(Occasion.REMOVED, act(items=(self._all_of(text),)), ["en"])
        plain = compose(Occasion.REMOVED, act(items=(self._all_of("x" if text.strip() else ""),)), ["en"])
        assert len(letter.text.splitlines()) == len(plain.text.splitlines())
        assert not has_control(letter.subject)

    @pytest.mark.parametrize("blanks", [" ", "\xa0", "\u2002", "\u3000\u3000", "\n", "\t \x1f", "\u2028"])
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_of_nothing_but_blanks_is_as_good_as_none(self, blanks: str, language: str) -> None:
        """A reader never sees “ ”: an item without a title is told by its kind and number."""
        letter = compose(Occasion.REMOVED, act(items=(self._all_of(blanks),)), [language])
        assert letter == compose(Occasion.REMOVED, act(items=(self._all_of(""),)), [language])

    @pytest.mark.parametrize("filler", ["\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"])
    def test_of_letters_that_nobody_sees_is_shown_by_its_number(self, filler: str) -> None:
        text = compose(Occasion.REMOVED, act(items=(replace(ITEM, title=filler),)), ["en"]).text
        assert f"“[U+{ord(filler):04X}]”" in text

    def test_of_blanks_where_a_letter_needs_words_stops_it(self) -> None:
        with pytest.raises(Refused, match="is not sent"):
            compose(Occasion.REMOVED, act(items=(replace(ITEM, id="\u3000"),)))

    @staticmethod
    def _all_of(text: str) -> ItemTold:
        return replace(
            ITEM, title=text, id="x" + text.strip(), url=text, seen=(SeenText("title", text, "x"),), why=(text,)
        )


class TestSeen:
    ROW = {"title": "Prаm", "variants": ["red", "blue"], "attributes": {"gtin": "952"}, "shop": None}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("field", "start", "end", "quote"),
        [("title", 1, 3, "rа"), ("variants[1]", 0, 4, "blue"), ("attributes.gtin", 0, 3, "952"),
         ("variants[9]", 0, 2, ""), ("attributes.x", 0, 2, ""), ("shop", 0, 2, ""), ("title[0]", 0, 2, "")],
    )  # fmt: skip
    def test_is_quoted_as_it_was_written(self, field: str, start: int, end: int, quote: str) -> None:
        (seen,) = seen_texts(self.ROW, [Evidence(field, start, end, "w", "t")])
        assert (seen.quote, seen.term) == (quote, "t")

    def test_is_quoted_once_and_the_rest_is_counted(self) -> None:
        many = tuple(Evidence("title", 0, 1, "w", f"t{n}") for n in range(15)) * 2
        finding = FindingSeen("f", "p", "r", Verdict.VIOLATION, "1", "Why.", many)
        item = item_told(self.ROW, [finding, finding])
        assert (len(item.seen), item.more, item.why) == (12, 3, ("Why.",))
        assert "And 3 more." in compose(Occasion.REMOVED, act(items=(replace(item, id="1"),)), ["en"]).text


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 11, 20), date(2027, 5, 20)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
    ],
)
def test_an_appeal_is_open_for_six_months(day: date, last: date) -> None:
    assert half_a_year_after(day) == last
    assert T0.date() < half_a_year_after(T0.date())
