"""A pack begun from answers and a spreadsheet, without code; whatever is wrong is told at once and leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rectify.rules.reader import read_pack
from rectify.screening.trial import run_trials
from rectify.steps.new_pack import PackAnswers, begin_pack, copy_pack
from rectify.steps.pack_words import add_words
from rectify.terms.errors import Faulty, Refused
from rectify.terms.finding import Verdict
from rectify.terms.item import Kind
from rectify.terms.order import SubjectAct
from rectify.workspace import pack_folders

ANSWERS = PackAnswers(
    "fake-chargers", "Chargers without a mark", words="kite charger, 充电器", not_in="kite charger bag",
    found="Kite charger 30 W", spared="a kite charger bag", title_zh="无标志充电器", by="kim",
)  # fmt: skip


def faults(error: pytest.ExceptionInfo[Faulty]) -> str:
    return "\n".join(map(str, error.value.faults))


def test_answers_make_a_pack_whose_trials_hold(tmp_path: Path) -> None:
    begun = begin_pack(tmp_path / "packs", ANSWERS)
    assert begun.folder == tmp_path / "packs" / "fake-chargers"
    assert [one.held for one in begun.trials] == [True, True]
    pack = read_pack(begun.folder)
    assert [term.written for term in pack.words["goods"].terms] == ["kite charger", "充电器"]
    assert [term.language for term in pack.words["goods"].terms] == ["en", "zh"]
    assert pack.rules[0].verdict is Verdict.REVIEW, "an unmeasured pack asks a person, unless it was told otherwise"
    assert pack.rules[0].whys == {"en": "Chargers without a mark: “{goods}”.", "zh": "无标志充电器：“{goods}”。"}
    assert "kim" in (begun.folder / "words" / "goods.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("act", [act for act in SubjectAct if act is not SubjectAct.USE])
def test_every_kind_and_act_makes_a_pack_without_faults(tmp_path: Path, kind: Kind, act: SubjectAct) -> None:
    answers = replace(ANSWERS, kinds=(kind.value,), acts=(act.value,), found="Kite charger for sale, 20 €",
                      register="makers")  # fmt: skip
    begun = begin_pack(tmp_path, answers)
    assert [one.held for one in begun.trials] == [True, True]


def test_speech_without_an_offer_is_not_found(tmp_path: Path) -> None:
    answers = replace(ANSWERS, kinds=("comment",), found="Kite charger, dm me", spared="my kite charger broke")
    assert [one.held for one in begin_pack(tmp_path, answers).trials] == [True, True]


def test_a_trial_that_does_not_hold_is_told_and_the_draft_stays(tmp_path: Path) -> None:
    begun = begin_pack(tmp_path, replace(ANSWERS, found="a lamp"))
    assert [one.held for one in begun.trials] == [False, True]
    assert [one.held for one in run_trials(read_pack(begun.folder))] == [False, True]


def test_all_that_is_wrong_with_answers_is_told_at_once_and_nothing_is_left(tmp_path: Path) -> None:
    answers = PackAnswers("Fake Chargers", "", kinds=("lisitng",), acts=("sel",), language="English")
    with pytest.raises(Faulty) as error:
        begin_pack(tmp_path / "packs", answers)
    told = faults(error)
    for part in ('"Fake Chargers" is no name', "no title", "no words", "must find", "must not find", 'did you mean "listing"',
                 'did you mean "sell"', '"English" is no language'):  # fmt: skip
        assert part in told
    assert not (tmp_path / "packs").exists()


def test_a_fault_of_the_words_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Faulty) as error:
        begin_pack(tmp_path, replace(ANSWERS, words="kite charger, x, -充电器"))
    assert "single sign" in faults(error)
    assert "leave the hyphen out" in faults(error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["a: b", "# c", "“{goods}", '"', "'", "{", "- x", "null", "第 1: #", "\\n"])
def test_whatever_is_typed_stays_text(tmp_path: Path, text: str) -> None:
    begun = begin_pack(tmp_path, replace(ANSWERS, title=text, title_zh=text, found=f"{text} kite charger"))
    assert begun.pack.title == {"en": text, "zh": text}
    assert [one.held for one in begun.trials] == [True, True]


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    begun = begin_pack(tmp_path, ANSWERS)
    with pytest.raises(Refused, match="is there already"):
        begin_pack(tmp_path, replace(ANSWERS, title="Another"))
    assert read_pack(begun.folder).title["en"] == "Chargers without a mark"


def test_a_shipped_pack_becomes_ones_own_whole(tmp_path: Path) -> None:
    shipped = pack_folders()["unlicensed-vpn"]
    copied = copy_pack(tmp_path, shipped)
    assert copied.pack.digest == read_pack(shipped).digest
    assert copied.pack.trials == read_pack(shipped).trials
    with pytest.raises(Refused, match="is there already"):
        copy_pack(tmp_path, shipped)


@pytest.mark.parametrize(("encoding", "said"), [
    ("gb18030", "GBK / GB 18030"), ("utf-16", "UTF-16"), ("utf-8", ""), ("utf-8-sig", ""), ("big5", "Big5"),
])  # fmt: skip
def test_a_bare_list_in_any_usual_encoding_is_read_and_it_is_said(tmp_path: Path, encoding: str, said: str) -> None:
    begun = begin_pack(tmp_path, ANSWERS)
    sheet = tmp_path / "more.csv"
    sheet.write_bytes("象牙手鐲\n玳瑁眼鏡\n穿山甲\n".encode(encoding))
    added = add_words(begun.folder, "goods", sheet, added_by="kim")
    assert added.new == ("象牙手鐲", "玳瑁眼鏡", "穿山甲")
    assert added.remark == (f"more.csv was read as {said}" if said else "")
    assert "象牙手鐲" in [term.text for term in read_pack(begun.folder).words["goods"].terms]


def test_words_that_are_there_are_told_and_stay_once(tmp_path: Path) -> None:
    begun = begin_pack(tmp_path, ANSWERS)
    sheet = tmp_path / "more.csv"
    sheet.write_text("term,role,note\nKite  CHARGER,term,old\nkite plug,,new\nkite charger bag,not_in,\n")
    added = add_words(begun.folder, "goods", sheet, added_by="kim")
    assert (added.new, added.known) == (("kite plug",), ("Kite  CHARGER", "kite charger bag"))
    assert add_words(begun.folder, "goods", sheet).new == ()


def test_a_fault_of_a_sheet_changes_nothing(tmp_path: Path) -> None:
    begun = begin_pack(tmp_path, ANSWERS)
    file = begun.folder / "words" / "goods.csv"
    before = file.read_bytes()
    sheet = tmp_path / "more.csv"
    sheet.write_text("term,role\nkite plug,trem\nx,term\n")
    with pytest.raises(Faulty) as error:
        add_words(begun.folder, "goods", sheet)
    assert 'did you mean "term"' in faults(error)
    assert "single sign" in faults(error)
    assert file.read_bytes() == before
    sheet.write_text("term,role\n\\d+(,pattern\n")
    with pytest.raises(Faulty):
        add_words(begun.folder, "goods", sheet)
    assert file.read_bytes() == before


def test_a_list_that_is_not_there_and_a_file_that_is_no_sheet_are_told(tmp_path: Path) -> None:
    begun = begin_pack(tmp_path, ANSWERS)
    with pytest.raises(Refused) as error:
        add_words(begun.folder, "good", tmp_path / "more.csv")
    assert 'did you mean "goods"' in error.value.remedy
    (tmp_path / "words.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(Faulty, match="no spreadsheet"):
        add_words(begun.folder, "goods", tmp_path / "words.pdf")
    (tmp_path / "words.xlsx").write_bytes(b"no workbook")
    with pytest.raises(Faulty, match="no workbook"):
        add_words(begun.folder, "goods", tmp_path / "words.xlsx")
    with pytest.raises(Faulty, match="cannot be read"):
        add_words(begun.folder, "goods", tmp_path / "gone.csv")
