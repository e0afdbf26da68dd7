"""Each class of disguise: what it sees through, and innocent text near it that it leaves alone."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from rectify.rules.pack import Term
from rectify.screening.apart import Listed, take_apart
from rectify.screening.fold import BITS, Sort, fold_table, mask_of
from rectify.screening.match import Matcher, WordList, disguises_of
from rectify.screening.misspelled import MOST_OMITTED
from rectify.screening.other_forms import MOST_PICTURES
from rectify.screening.pictures import picture_words, pictures
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL, PLAIN, WEAK, Disguise

EVERY = frozenset(Disguise)
TERMS = (
    "elephant tusk", "虎骨", "犀牛角", "diet pills", "vpn", "viagra", "pill", "coca cola", "cocaine", "加微信", "棋牌", "彩金", "橡胶", "税票", "翻墙", "银行卡", "科学上网", "墙",
)  # fmt: skip


def matcher(*terms: str, disguises: frozenset[Disguise] = EVERY, not_in: tuple[str, ...] = ()) -> Matcher:
    return Matcher.compile([WordList("pack/words", tuple(Term(term, "") for term in terms), not_in, (), disguises)])


def found(matcher: Matcher, text: str) -> list[tuple[str, str, str]]:
    """(what was written, the term, the classes seen through) of the hits in one title."""
    hits = matcher.scan(TextColumns.of(pa.record_batch({"title": [text], "text": [""]})))
    terms = matcher.lists[0].terms
    spans = zip(hits.start.tolist(), hits.end.tolist(), hits.term.tolist(), hits.disguise.tolist(), strict=True)
    return [(text[start:end], terms[term].text, "+".join(disguises_of(mask))) for start, end, term, mask in spans]


MATCHER = matcher(*TERMS, disguises=EVERY - {Disguise.OMITTED})


@pytest.mark.parametrize(
    ("text", "term", "how"),
    [
        ("木象月交", "橡胶", "split"), ("买木象胶", "橡胶", "split"), ("禾兑票", "税票", "split"), ("番羽土啬", "翻墙", "split"),
        ("ホ象胶", "橡胶", "look_alike+split"),
        ("翻樯", "翻墙", "shape"), ("彩唫", "彩金", "shape"), ("加徽信", "加微信", "shape"),
        ("彩珒", "彩金", "rare"), ("加微鑫", "加微信", "rare"), ("采金", "彩金", "twin"),
        ("佳微新", "加微信", "sound"), ("伽微新", "加微信", "shape+sound"), ("彩今", "彩金", "sound"),
        ("jia wei xin", "加微信", "sound"), ("JiaWeiXin!", "加微信", "case+sound"), ("qipai", "棋牌", "sound"),
        ("其pai", "棋牌", "twin+sound"), ("科xue上网", "科学上网", "sound"), ("yinhangka", "银行卡", "sound"),
        ("🅥🅟🅝", "vpn", "emoji"), ("🅥🅿️🅝️ ", "vpn", "emoji"), ("🇻🇵🇳", "vpn", "emoji"), ("ⓥ⒫ⓝ", "vpn", "emoji"),
        ("viiiagra", "viagra", "repeated"), ("vvvpn", "vpn", "repeated"), ("vpnnnn", "vpn", "repeated"),
        ("vvviiiaaagggrrraaa", "viagra", "repeated"), ("pilllll", "pill", "repeated"), ("VPNnn", "vpn", "case+repeated"),
        ("eniacoc", "cocaine", "reversed"), ("aloc acoc", "coca cola", "reversed"), ("网上学科", "科学上网", "reversed"),
        ("v\np\nn", "vpn", "lines"), ("buy\n v \r\n p\n\n n\nnow", "vpn", "lines"), ("科\n学\n上\n网", "科学上网", "lines"),
        ("vіаgrа", "viagra", "mixed"), ("VΙAGRA", "viagra", "case+mixed"),
        ("v<b></b>pn", "vpn", "markup"), ("v&#112;n", "vpn", "markup"), ("v<!-- x -->pn", "vpn", "markup"),
        ("v&shy;pn", "vpn", "invisible+markup"), ("v<i style='display:none'>x</i>pn", "vpn", "markup"),
        ("翻<span></span>墙", "翻墙", "markup"),
        ("v*agra", "viagra", "starred"), ("V_AGRA", "viagra", "case+starred"), ("v**gra!", "viagra", "starred"),
        ("v*a*ra", "viagra", "starred"), ("viagr*", "viagra", "starred"), ("v.agra", "viagra", "starred"),
        ("v!agra", "viagra", "starred"), ("co-aine", "cocaine", "starred"),
        ("v●аgra", "viagra", "mixed+starred"), ("银*卡", "银行卡", "starred"), ("科学*网", "科学上网", "starred"),
        ("vviiaaggrraa", "viagra", "doubled"), ("ppiillll", "pill", "doubled"), ("VVPPNN", "vpn", "case+doubled"),
        ("ccooccaa ccoollaa", "coca cola", "doubled"), ("科科学学上上网网", "科学上网", "doubled"), ("vvрpnn", "vpn", "mixed+doubled"),
        ("🐘 tusk", "elephant tusk", "pictures"), ("🐘️🦷️!", "elephant tusk", "pictures"), ("ELEPHANT🦷", "elephant tusk", "case+pictures"),
        ("🐘\n🦷", "elephant tusk", "pictures"), ("🐯🦴", "虎骨", "pictures"), ("🐅骨", "虎骨", "pictures"), ("虎 🦴", "虎骨", "pictures"),
        ("🦏角", "犀牛角", "pictures"), ("diet 💊", "diet pills", "pictures"), ("翻🧱", "翻墙", "pictures"),
    ],
)  # fmt: skip
def test_each_class_sees_through_its_disguise_and_is_named(text: str, term: str, how: str) -> None:
    assert (term, how) in [(term, how) for _, term, how in found(MATCHER, text)]


@pytest.mark.parametrize(
    "text",
    [
        "木 工，象 棋", "大象和木头", "禾苗", "啬墙纸",  # parts that are not side by side, one part alone
        "墙", "樯", "强",  # one character has nothing around it that tells what is meant: only as it is
        "weixin", "jia you", "qi", "pai", "yin",  # other words, parts of a term
        "vpnet", "vvp", "pil", "piil", "vpp", "wwwvpn.example", "ooops",  # runs beside, doubled letters of another word
        "enia", "alocac", "acoc", "nipv", "llip", "npv", "墙翻",  # too short to be sought from its end
        "v\np\nx", "a pen\nv", "в",
        "ⓧⓥⓟⓝ", "🇻🇵",
        "впн", "Виагра в аптеке", "r<b>e</b>d", "v <b>p</b> nm",
        "p*ll", "v*n", "*iagra", "via***", "v****a", "vi*g*r", "v* agra", "v*agrant", "viagr*s", "viagr**", "viagr.", "v.a.ra",
        "银**", "银*", "*行卡", "税*", "银.卡", "v*-agra", "v1*gra",  # signs for too much, or for nothing
        "vviiaaggrra", "vviiaaaggrraa", "pill", "pillpill", "bookkeeper", "ccooccaa cola", "高高兴兴", "nnaa",
        "vgra", "viagr", "💊", "🐘", "🧱", "🦷🐘", "🐘, 🦷", "🐘x🦷", "🐘 and 🦷", "e-lephant 🦷", "🐘 tusker", "🐘 t*sk", "die 💊", "犀🦷",
    ],
)  # fmt: skip
def test_innocent_text_near_a_class_is_left_alone(text: str) -> None:
    assert [hit for hit in found(MATCHER, text) if hit[2] != "" and hit[1] != "墙"] == []


def test_exact_spans_are_told_through_every_class() -> None:
    texts = [
        "x viiiagra x",
        "买木象月交吧",
        "用 jia wei xin 吧",
        "a v<b></b>pn b",
        "a\nv\np\nn\n",
        "⭐️🅥🅟️🅝 b",
        "ok eniacoc.",
        "a <b>v*</b>agra b",
        "a v&#118;iiaaggrraa b",
        "a <i>🐘</i>️ tusk",
    ]
    assert [found(MATCHER, text)[0][0] for text in texts] == [
        "viiiagra", "木象月交", "jia wei xin", "v<b></b>pn", "v\np\nn", "🅥🅟️🅝", "eniacoc",
        "v*</b>agra", "v&#118;iiaaggrraa", "🐘</i>️ tusk",
    ]  # fmt: skip


DISGUISED = {
    Disguise.SPLIT: "木象月交", Disguise.SOUND: "佳微新", Disguise.SHAPE: "加徽信", Disguise.TWIN: "采金", Disguise.RARE: "彩珒", Disguise.EMOJI: "🅥🅟🅝",
    Disguise.OMITTED: "vigara", Disguise.PICTURES: "🐯🦴", Disguise.STARRED: "v*agra", Disguise.DOUBLED: "vvppnn", Disguise.REPEATED: "vvvpn", Disguise.REVERSED: "eniacoc", Disguise.LINES: "科\n学\n上\n网", Disguise.MIXED: "vіаgrа",
}  # fmt: skip


@pytest.mark.parametrize("disguise", DISGUISED)
def test_a_class_is_seen_through_where_the_list_names_it_and_nowhere_else(disguise: Disguise) -> None:
    text = DISGUISED[disguise]
    only, all_but = (
        frozenset({disguise}),
        EVERY - {disguise, Disguise.OMITTED, Disguise.LOOK_ALIKE, Disguise.SQUEEZED, Disguise.TWIN, Disguise.SOUND},
    )
    assert [hit[2] for hit in found(matcher(*TERMS, disguises=only), text)] == [disguise]
    assert found(matcher(*TERMS, disguises=all_but), text) == []
    assert found(matcher(*TERMS, disguises=frozenset()), text) == []


def test_all_holds_every_class_but_those_that_everyday_words_are_like() -> None:
    assert {Disguise.TWIN, Disguise.SOUND, Disguise.OMITTED} == EVERY - ALL
    assert found(matcher(*TERMS, disguises=ALL), "佳微新 qipai 采金") == []


def test_look_alike_holds_words_that_mix_alphabets_and_mixed_alone_no_whole_word_of_another() -> None:
    look_alike, mixed = frozenset({Disguise.LOOK_ALIKE}), frozenset({Disguise.MIXED})
    assert [hit[2] for hit in found(matcher("bec", disguises=look_alike), "вес bеc")] == ["look_alike", "mixed"]
    assert [hit[2] for hit in found(matcher("bec", disguises=mixed), "вес bеc")] == ["mixed"]


def test_markup_is_seen_through_whatever_a_list_says_and_told_only_inside_a_word() -> None:
    none = matcher("vpn", "no vpn", "salt&pepper", disguises=frozenset())
    assert found(none, "v<b></b>pn") == [("v<b></b>pn", "vpn", "markup")]
    for text in ("<b>vpn</b>", "vpn&nbsp;x", "<p>no <b>vpn</b></p>", "no&nbsp;vpn", "salt&amp;pepper"):
        assert {how for _, _, how in found(none, text)} == {""}, text


@pytest.mark.parametrize("text", ["房翻墙", "防番羽墙刺", "防fan qiang"])
def test_a_phrase_that_is_only_like_its_own_acquits_no_word_that_is_written_openly(text: str) -> None:
    hits = found(matcher("翻墙", not_in=("防翻墙",)), text)
    assert len(hits) == 1


@pytest.mark.parametrize("text", ["财今", "采今", "财-金", "采-金", "彩-珒", "伽徽信", "财珒"])
def test_two_other_characters_and_split_ones_are_another_word(text: str) -> None:
    found_through = [hit[2] for hit in found(matcher("彩金", "加微信", disguises=EVERY - {Disguise.SOUND}), text)]
    assert found_through == []


def test_two_everyday_characters_of_the_same_sound_are_another_word_and_one_out_of_use_is_not() -> None:
    assert found(matcher("彩金"), "财今 财珒") == [("财珒", "彩金", "sound")]


def test_a_twin_of_one_of_two_characters_is_seen_where_the_list_asks_for_it() -> None:
    assert found(matcher("微信"), "徽信") == [("徽信", "微信", "twin")]
    assert found(matcher("微信", disguises=ALL), "徽信") == []


def test_a_phrase_swallows_the_hit_that_makes_it_only_like() -> None:
    assert found(matcher("翻墙", not_in=("防翻墙",)), "防翻樯") == []


def test_what_is_weak_and_what_is_plain() -> None:
    assert {"case", "width", "script"} == PLAIN
    assert {"squeezed", "leet", "twin", "sound", "reversed", "omitted"} == WEAK


@pytest.mark.parametrize(
    "text",
    [
        "🅥" * 100_000, "🇻🇵🇳" * 30_000, "v" * 100_000, "v" * 50_000 + "p" * 50_000 + "n", "1\ufe0f\u20e3" * 30_000,
        "v\np\nn\n" * 20_000, "\n" * 100_000, "木象" * 50_000, "翻樯" * 30_000, "其pai" * 20_000, "vр" * 50_000 + "n",
        "<b>" * 20_000 + "v<i></i>pn", "v" + "<b></b>" * 20_000 + "pn", "&amp;" * 20_000 + "#118;pn", "v&#112;n " * 10_000,
        "🐘🦷" * 50_000, "🐘" * 100_000, "v*agr" * 20_000, "v*" * 50_000, "v*a*" * 30_000, "*" * 100_000, "银*" * 50_000, "vvpp" * 30_000, "税税" * 50_000,
        "&#38;" * 20_000, "eniacoc" * 15_000, "jia " * 30_000, "🅽" * 60_000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    assert len(found(MATCHER, text)) <= 64 * len(TERMS)
    assert time.process_time() - began < 5


def test_the_table_of_pictures_holds_signs_that_are_no_letters_and_words_of_their_languages() -> None:
    table, words = fold_table(), picture_words()
    assert set(words) == {"", "en", "de", "fr", "zh"}
    for sign in pictures():
        code = ord(sign)
        assert table.fold[code] == code, sign
        assert not table.sort[code] & (Sort.LETTER | Sort.DROPPED | Sort.SPELLED), sign
    for language in ("en", "de", "fr"):
        assert all(word == word.strip() and " " not in word for word in words[language])
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in word) for word in words["zh"])
    assert words["en"]["tusk"] == words["de"]["zahn"] == words["zh"]["牙"] == ("🦷",)
    assert words["zh"]["虎"] == ("🐯", "🐅")


def test_a_word_is_sought_in_pictures_of_its_own_language_and_never_alone() -> None:
    """In French "chat" is a cat, in English talk; one word alone is never sought as its picture."""
    terms = tuple(Term("chat secret", language) for language in ("en", "fr"))
    told = Matcher.compile([WordList("words", terms), WordList("one", (Term("tusk", "en"), Term("象", "zh")))])
    hits = told.scan(TextColumns.of(pa.record_batch({"title": ["🐱 secret", "🦷", "🐘"]})))
    assert [(words, term) for words, term in zip(hits.words.tolist(), hits.term.tolist(), strict=True)] == [(0, 1)]


def test_forms_in_pictures_are_bounded() -> None:
    long = "象牙虎骨犀角熊掌" * 10
    forms, _ = take_apart([Listed((Term(long, "zh"),), (), mask_of(ALL))])
    assert sum(form.how == BITS.pictures for form in forms) == MOST_PICTURES


MISSPELLED = matcher(
    "viagra",
    "ivory",
    "tramadol",
    "rolex",
    "louis vuitton",
    "tablets",
    "tablet",
    "médicament",
    "象牙",
    not_in=("talbet",),
)


@pytest.mark.parametrize(
    ("text", "term", "how"),
    [
        ("vgra", "viagra", "omitted"), ("viagr", "viagra", "omitted"), ("viara", "viagra", "omitted"), ("Vigara", "viagra", "case+omitted"),
        ("ivry", "ivory", "omitted"), ("rlex", "rolex", "omitted"), ("tramdol", "tramadol", "omitted"), ("trmdl", "tramadol", "omitted"),
        ("luis vuitton", "louis vuitton", "omitted"), ("louis vuittn", "louis vuitton", "omitted"), ("médicmaent", "médicament", "omitted"),
        ("vіgara", "viagra", "mixed+omitted"),
    ],
)  # fmt: skip
def test_a_misspelled_word_is_seen_where_the_list_asks_for_it(text: str, term: str, how: str) -> None:
    assert found(MISSPELLED, f"new {text}, box") == [(text, term, how)]


@pytest.mark.parametrize(
    "text",
    ["iagra", "viagara", "vgr", "ivor", "rlx", "ivoyr", "vi-gara", "v1gara", "v g r a", "vvggrraa", "vg*a", "vigaras", "lous vuittn"],
)  # fmt: skip
def test_what_has_more_amiss_is_another_word(text: str) -> None:
    assert found(MISSPELLED, text) == []


def test_no_form_is_sought_that_is_a_term_or_a_phrase_of_the_pack() -> None:
    assert found(MISSPELLED, "tablet tablets talbet") == [("tablet", "tablet", ""), ("tablets", "tablets", "")]


def test_misspelled_forms_are_bounded() -> None:
    forms, _ = take_apart([Listed((Term("antidisestablishmentarianism medicament", ""),), (), BITS.omitted)])
    assert sum(form.how == BITS.omitted for form in forms) == MOST_OMITTED
