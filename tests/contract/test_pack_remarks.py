"""Words, trials and rules that say nothing are told with their place; those that say something are left in peace."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from tests.unit.rules.pack_folders import PACK, TRIALS, read
from tests.unit.screening.packs_made import items, pack, words

from rectify.rules.pack import Pack, Term, Words
from rectify.screening.idle_trials import idle_trials
from rectify.screening.idle_words import idle_words
from rectify.screening.sampled import common, sample, sought_alone, spoken_for
from rectify.terms.errors import Fault
from rectify.terms.finding import Verdict


def told(remarks: list[Fault]) -> list[str]:
    return [one.text for one in remarks]


def listed(*terms: str, not_in: tuple[str, ...] = (), **more: object) -> Pack:
    made = tuple(
        Term(one.strip("-"), "en", open_left=one.startswith("-"), open_right=one.endswith("-")) for one in terms
    )
    return pack(Words("w", made, not_in, **more), when="w")


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [("we sell", "sell"), ("翻墙软件", "翻墙"), ("vpn-", "-vpn-"), ("buy a vpn now", "vpn"), ("網路", "网路"),
     ("-vpn", "-vpn-")],
)  # fmt: skip
def test_a_term_that_another_one_is_hit_in_adds_nothing(longer: str, shorter: str):
    said = f'"{longer}" adds nothing in "w": wherever it stands, "{shorter}" is hit too'
    assert said in told(idle_words(listed(shorter, longer)))


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [("vpn-", "vpn"), ("-vpn", "vpn"), ("supervpn", "vpn"), ("selling", "sell"), ("ab c", "b c")],
)
def test_a_word_ends_at_its_boundary_and_is_kept(longer: str, shorter: str):
    assert f'"{longer}" adds nothing' not in str(told(idle_words(listed(shorter, longer))))


def test_a_longer_term_that_outlives_a_phrase_is_kept():
    """The shorter one is swallowed in "vpn passthrough", the longer one reaches out of the phrase and is not."""
    assert told(idle_words(listed("vpn", "vpn passthrough router", not_in=("vpn passthrough",)))) == []


def test_a_term_that_a_phrase_always_swallows_can_never_hit():
    found = told(idle_words(listed("vpn", "VPN pass", not_in=("vpn-pass",))))
    assert '"VPN pass" can never hit: a not_in phrase of "w" swallows it' in found


def test_a_phrase_without_a_word_of_its_list_spares_nothing():
    (one,) = told(idle_words(listed("vpn", not_in=("vpn passthrough", "proxy server"))))
    assert one == 'the not_in phrase "proxy server" spares nothing: no word of "w" stands in it'
    assert told(idle_words(listed("x1", not_in=("7 usd off",), patterns=(r"\d+ usd",)))) == []


def test_a_term_of_two_lists_is_told_at_the_second_one():
    made = pack(words("a", "monthly", "vpn"), words("b", "Monthly"), when="a and b")
    assert told(idle_words(made)) == ['"Monthly" stands in "b" and in "a"']


def test_a_remark_stands_at_the_line_of_the_term(tmp_path: Path):
    sheet = b"term,language,role\nproxy,en,term\nweb proxy,en,term\nnothing,en,not_in\n"
    made = read(tmp_path, PACK, TRIALS, service_csv=sheet)
    assert [(str(one.place), one.text.split('"')[1]) for one in idle_words(made)] == [
        ("words/service.csv:3:1:row 2", "web proxy"), ("words/service.csv:4:1:row 3", "nothing"),
    ]  # fmt: skip
    yaml = read(tmp_path / "yaml", PACK.replace("[monthly, lifetime]", "[monthly, lifetime, monthly plan]"))
    (one,) = idle_words(yaml)
    assert (one.place.file, one.place.line) == ("pack.yaml", 12)


TRIED = """\
- {text: "VPN monthly 15 usd/month", expect: violation, rule: vpn-service-for-sale}
- {text: "cheap VPN, 15 usd/month, monthly", expect: violation, rule: vpn-service-for-sale}
- {text: "cheap V-P-N, 15 usd/month, monthly", expect: violation, rule: vpn-service-for-sale}
- {item: {kind: app, title: VPN}, expect: violation, rule: vpn-service-for-sale}
- {item: {kind: comment, text: no vpn needed}, expect: none, why: "a wish"}
- {text: "a red lamp", expect: none}
- {text: "VPN monthly", registered: true, expect: none}
"""


def test_trials_that_show_what_others_show_or_nothing_are_told(tmp_path: Path):
    made = read(tmp_path, PACK, TRIED)
    found = [(one.place.line, one.text) for one in idle_trials(made)]
    assert found == [
        (2, "this trial shows what another one shows: the same branch, the same words (trials/trials.yaml:1:3)"),
        (6, "nothing that the rule looks for is in this trial: whatever the pack says, it finds nothing"),
    ]


def test_a_trial_of_a_rule_that_is_gone_is_a_fault(tmp_path: Path):
    from tests.unit.rules.pack_folders import faults

    assert '"vpn-for-sale" is not known' in faults(
        tmp_path, PACK, TRIALS.replace("vpn-service-for-sale", "vpn-for-sale")
    )


SOUGHT = pack(words("thing", "pram", "cot"), words("deal", "sale"), words("aside", "poster"),
              when="thing and offer and not aside", offer={"listing": "deal"})  # fmt: skip


def test_which_words_are_sought_alone_and_which_can_speak():
    assert sought_alone(SOUGHT) == {"thing"}
    assert spoken_for(SOUGHT) == {"thing", "deal"}


def test_a_sample_tells_the_worst_words_with_an_example_and_what_rules_find():
    rows = [items("a pram", "pram pram sale", "poster of a cot"), items("sale", "sale", "the P-R-A-M, sale")]
    found = sample(SOUGHT, rows)
    assert found.rows == 6
    assert [(one.words, one.term, one.rows) for one in found.words] == [
        ("deal", "sale", 4), ("thing", "pram", 3), ("aside", "poster", 1), ("thing", "cot", 1),
    ]  # fmt: skip
    assert found.words[1].example == "a [pram]"
    assert found.findings == {("rule", Verdict.VIOLATION): 2}
    assert told(common(SOUGHT, found, 0.2)) == ['"pram" of "thing" is hit in 3 of 6 rows of the sample']
    assert told(common(SOUGHT, found, 0.5)) == []


def test_an_example_is_of_the_field_that_was_hit():
    batch: pa.RecordBatch = items(
        {"title": "a", "variants": ["blue", "one of them is a pram, in the red of the old ones"]}
    )
    (one,) = sample(SOUGHT, [batch]).words
    assert one.example == "one of them is a [pram], in the red of the old ones"
