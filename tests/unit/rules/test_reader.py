"""A pack folder is read whole, or all its faults are told at once, each at its place."""

from __future__ import annotations

import importlib.util
import io
import os
import zipfile
from pathlib import Path

import pytest

from rectify.rules.pack import Term, digest_of, meaning, offer_for, pack_json, words_of
from rectify.rules.places import places_in
from rectify.rules.reader import read_pack
from rectify.rules.tree import Offer, canonical, reads
from rectify.terms.errors import Missing, Unknown
from rectify.terms.finding import ALL, PLAIN, Disguise, Verdict

from .pack_folders import PACK, TRIALS, changed, faults, read, write

SHEET = """term,language,role,note,added_by,why
tunnel,en,,common abroad,awu,seen in order 3
вpn-,ru,term,,,
no tunnel vision,,not_in,,,
tun+el,,pattern,,,
"""


def test_the_design_example_is_read(tmp_path: Path) -> None:
    pack = read(tmp_path)
    assert (pack.name, pack.version, pack.registers) == ("unlicensed-vpn", 1, ("licensed-vpn-providers",))
    assert pack.words["service"].terms[2] == Term("vpn", "en", open_left=True)
    assert pack.words["service"].disguises == ALL
    rule = pack.rule("vpn-service-for-sale")
    assert (rule.acts, rule.kinds, rule.place.line) == (("sell", "set_up"), ("listing", "app", "comment"), 17)
    assert words_of(pack, rule) == {"service", "plan"}
    assert [t.expect for t in pack.trials] == [Verdict.VIOLATION, Verdict.NONE]
    assert pack.trials[0].item == {"kind": "listing", "title": "V-P-N 包月 15元/月"}
    assert len(pack.digest) == 64


def test_a_pack_that_is_not_there_and_a_rule_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match=r"no pack\.yaml"):
        read_pack(tmp_path)
    with pytest.raises(Unknown) as caught:
        read(tmp_path).rule("vpn-service-for-sal")
    assert caught.value.remedy == 'did you mean "vpn-service-for-sale"?'


def test_the_meaning_outlives_a_typo_and_follows_words_offer_and_verdict(tmp_path: Path) -> None:
    def of(number: int, text: str) -> tuple[str, str]:
        pack = read(tmp_path / str(number), text)
        return meaning(pack, pack.rules[0]), pack.digest

    first = of(0, PACK)
    typo = of(1, changed("Offers a VPN", "Offers some VPN"))
    assert typo[0] == first[0]
    assert typo[1] != first[1]
    same = of(2, changed("(service in (title, variants) and offer", "( (service in (variants, title)) and   offer"))
    assert same == first
    others = [
        changed("lifetime", "for life"), changed("{listing: plan", "{listing: service"), changed("no vpn needed", "no"),
        changed("verdict: violation", "verdict: review"), changed("disguises: all", "disguises: [leet]"),
    ]  # fmt: skip
    trials = TRIALS.replace("expect: violation", "expect: review")
    found = {meaning(p, p.rules[0]) for n, t in enumerate(others, 3) for p in [read(tmp_path / str(n), t, trials)]}
    assert len(found | {first[0]}) == 6


def test_the_meaning_is_the_digest_of_one_json(tmp_path: Path) -> None:
    """Ids of findings are made of it: it must never move."""
    pack = read(tmp_path)
    for rule in pack.rules:
        lines = {kind: line for kind in rule.kinds if (line := offer_for(pack.offer, kind)) is not None}
        words = {name: pack_json(pack)["words"][name] for name in words_of(pack, rule)}
        asked = {kind: canonical(line) for kind, line in lines.items()} if reads(rule.condition, Offer) else {}
        whole = {"when": canonical(rule.condition), "words": words, "offer": asked, "verdict": str(rule.verdict)}
        assert meaning(pack, rule) == digest_of(whole)


def test_disguises_are_named_and_the_plain_ones_stay_on(tmp_path: Path) -> None:
    pack = read(tmp_path, changed("disguises: all", "disguises: [leet]"))
    assert pack.words["service"].disguises == PLAIN | {Disguise.LEET}
    more = read(tmp_path / "c", changed("disguises: all", "disguises: [all, sound]"))
    assert more.words["service"].disguises == ALL | {Disguise.SOUND}
    assert 'did you mean "spaced"?' in faults(tmp_path / "b", changed("disguises: all", "disguises: [spaces]"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("monthly,", "monthly, Monthly,", 'pack.yaml:12:27: "Monthly" stands twice in "plan" (first: pack.yaml:12:18)'),
        ("  plan:", "  plam:", 'pack.yaml:17:68: no words are called "plan" (did you mean "plam"?)'),
        ("rules:\n", "rulez: 3\nrules:\n", 'pack.yaml:15:1: unknown key "rulez" (did you mean "rules"?)'),
        ("near(service, plan, 40)) and", "near(servce, plan, 40)) and", 'pack.yaml:17:59: no words are called "servce"'),
        ("verdict: violation", "verdict: violaton", 'did you mean "violation"?'),
        ("vpn, virtual", "v, virtual", 'pack.yaml:8:18: the term "v" is a single sign'),
        ("zh: [翻墙", "zh: [翻墙-", "leave the hyphen out"),
        ("zh: [翻墙", "chinese: [翻墙", '"chinese" is no language code'),
        ("terms: {en: [monthly, lifetime], zh: [包月, 套餐]}", "terms: [monthly]", "terms stand by language"),
        ("  service:", "  title:", 'words cannot be called "title"'),
        ("  - id: vpn-service-for-sale", "  - id: VPN for sale", "small letters, digits and single hyphens"),
        ("title: {en: VPN services offered without a licence, zh: 未经许可提供VPN服务}", "title: VPN", "title stands by language"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_place_and_remedy(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = changed(old, new)
    assert told in faults(tmp_path, text)


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        changed("lifetime", "lifetime, lifetime").replace("remove_item", "remove_itm"),
        TRIALS.replace("expect: none", "expect: nothing").replace("rule: vpn-service", "rule: vpn-servce"),
        extra_csv=b"term,langage\nfoo,en\n",
        other_txt=b"",
    )
    for part in ('"lifetime" stands twice', 'did you mean "remove_item"?', 'unknown column "langage"',
                 '"nothing" is not known', 'did you mean "vpn-service-for-sale"?', "words are read from .csv and .xlsx"):  # fmt: skip
        assert part in said


def test_a_sheet_adds_to_the_words_of_its_name(tmp_path: Path) -> None:
    words = read(tmp_path, service_csv=SHEET.encode()).words["service"]
    assert Term("tunnel", "en", note="common abroad") in words.terms
    assert Term("вpn", "ru", open_right=True) in words.terms
    assert words.not_in[-1] == "no tunnel vision"
    assert words.patterns == ("tun+el",)


def test_a_sheet_alone_makes_words(tmp_path: Path) -> None:
    text = PACK.replace("  plan:\n    terms: {en: [monthly, lifetime], zh: [包月, 套餐]}\n", "  unused:\n")
    text = text.replace("offer: {listing: plan", "offer: {listing: unused or plan")
    sheet = "﻿term;language\n包月;zh\n".encode()
    assert read(tmp_path, text, plan_csv=sheet).words["plan"].terms == (Term("包月", "zh"),)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("gbk", "GBK"), ("big5", "Big5"), ("utf-16", "UTF-16"), ("utf-8", ""), ("utf-8-sig", "")],
)
def test_the_encoding_of_a_sheet_is_recognised_and_said(tmp_path: Path, encoding: str, said: str) -> None:
    text = "term,language,note\n加速器年卡会员,zh,常见的名称和说法\n"
    if encoding == "big5":
        text = "term,language,note\n加速器年費會員,zh,常見的名稱和說法\n"
    pack = read(tmp_path, service_csv=text.encode(encoding))
    assert pack.words["service"].terms[-1].text == text.split("\n")[1].split(",")[0]
    assert [r.split(" was read as ")[0] for r in pack.remarks] == (["words/service.csv"] if said else [])
    assert said in "".join(pack.remarks)


def test_a_western_sheet_is_not_taken_for_chinese(tmp_path: Path) -> None:
    pack = read(tmp_path, service_csv="term,language\nTunnel für alle,de\nréseau privé,fr\n".encode("cp1252"))
    assert [t.text for t in pack.words["service"].terms[-2:]] == ["Tunnel für alle", "réseau privé"]
    assert "Windows-1252" in pack.remarks[0]


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        (b"term,language\nvpn,en\n", 'words/service.csv:2:1:row 1: "vpn" stands twice in "service" (first: pack.yaml:'),
        (b"term,language\ntunnel,\n", "a term has a language"),
        (b"term,language,role\ntunnel,en,trem\n", 'words/service.csv:2:11:row 1: no role is called "trem"'),
        (b"term,language,role\n(,,pattern\n", "this pattern cannot be used"),
        (b"term,language\n,en\n", "a row without a term"),
        (b"language\nen\n", 'the column "term" is missing'),
        (b'term,language\n"tun\nnel"x,en\n', "this line cannot be read"),
        (b"term,language\ntunnel,en,3,4\n", "4 cells under 2 columns"),
        (b"term,language\n\x81\x00\xff,en\n", "is not recognised"),
        (b"term,language\ntun\x1b[31mnel,en\n", "a control sign stands in"),
    ],
)
def test_faults_of_a_sheet(tmp_path: Path, sheet: bytes, told: str) -> None:
    assert told in faults(tmp_path, service_csv=sheet)


def workbook(rows: list[list[str | int]]) -> bytes:
    """The smallest workbook that readers take."""
    main, office = "http://schemas.openxmlformats.org/", "http://schemas.openxmlformats.org/officeDocument/2006"
    cells = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{"ABCDEFG"[c]}{r}"><v>{v}</v></c>' if isinstance(v, int)
            else f'<c r="{"ABCDEFG"[c]}{r}" t="inlineStr"><is><t>{v}</t></is></c>'
            for c, v in enumerate(row)
        )
        + "</row>"
        for r, row in enumerate(rows, 1)
    )  # fmt: skip
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{main}package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{main}package/2006/relationships"><Relationship Id="r1" Type="{office}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}spreadsheetml/2006/main" xmlns:r="{office}/relationships"><sheets><sheet name="words" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{main}package/2006/relationships"><Relationship Id="r1" Type="{office}/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


BOOK = workbook([["term", "language", "note"], ["tunnel", "en", "x"], [1080, "en", ""]])


@pytest.mark.skipif(
    importlib.util.find_spec("python_calamine") is None and not os.environ.get("CI"), reason="needs the xlsx extra"
)
def test_a_workbook_is_read_like_a_sheet(tmp_path: Path) -> None:
    terms = read(tmp_path, service_xlsx=BOOK).words["service"].terms
    assert [t.text for t in terms[-2:]] == ["tunnel", "1080"]
    assert "no workbook that can be read" in faults(tmp_path / "b", service_xlsx=b"PK\x03\x04 no workbook")


def test_without_the_extra_a_workbook_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    with pytest.raises(Missing) as caught:
        read(tmp_path, service_xlsx=BOOK)
    assert "xlsx" in caught.value.remedy


def test_trials_of_one_file_share_what_the_order_names(tmp_path: Path) -> None:
    pack = """pack: products
title: {en: Products}
acts: [sell]
kinds: [listing]
rules:
  - {id: named, when: product(gtin) or provider, verdict: violation, why: "Is {product}."}
"""
    trials = """products: [{brand: Kite, model: K3-2024, gtin: "9521234543213", batch: [A12]}]
providers: [{account: market/7}]
trials:
  - {item: {attributes: {gtin: "9521234543213"}, variants: [a, b], price: "5.50"}, expect: violation}
  - {text: something else, expect: none, products: [{brand: Other, model: X1}]}
"""
    read_in = read(tmp_path, pack, trials)
    first, second = read_in.trials
    assert first.products[0].gtin == "09521234543213"
    assert first.item["variants"] == ("a", "b")
    assert first.providers == second.providers
    assert second.products[0].brand == "Other"
    assert '"9521234543214" is no GTIN' in faults(tmp_path / "b", pack, trials.replace("3213", "3214"))


@pytest.mark.parametrize("style", ["{}", "'{}'", '"{}"', "|\n      {}", ">-\n      {}"])
def test_places_inside_a_text_are_found_however_it_is_written(tmp_path: Path, style: str) -> None:
    when = "service and offer\n        or servce and plam"
    text = PACK.replace(
        "when: (service in (title, variants) and offer or near(service, plan, 40)) and not registered",
        "when: " + style.format(when),
    )
    lines = text.splitlines()
    line = next(n for n, t in enumerate(lines, 1) if "servce" in t)
    said = faults(tmp_path, text)
    assert f'pack.yaml:{line}:{lines[line - 1].index("servce") + 1}: no words are called "servce"' in said
    assert f'pack.yaml:{line}:{lines[line - 1].index("plam") + 1}: no words are called "plam"' in said


def test_places_behind_the_last_sign_and_doubled_quotes() -> None:
    from rectify.documents import read_document

    text = "a: 'it''s x'\nb: plain"
    node = read_document(text, "f").entries
    at = places_in(node["a"], text.splitlines())
    assert (at(5, 1).column, at(6, 1).column) == (11, 12)
    assert places_in(node["b"], text.splitlines())(5, 1).column == 9


def test_a_traversable_folder_is_read_as_a_path_is(tmp_path: Path) -> None:
    folder = write(tmp_path / "pack")
    out = tmp_path / "pack.zip"
    with zipfile.ZipFile(out, "w") as packed:
        for path in folder.rglob("*"):
            packed.write(path, path.relative_to(folder))
    with zipfile.ZipFile(out) as packed:
        assert read_pack(zipfile.Path(packed)).digest == read_pack(folder).digest  # type: ignore[arg-type]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    assert "at most 262,144 bytes" in faults(tmp_path, PACK + "#" * 300_000)
    assert "at most 8,388,608 bytes" in faults(tmp_path / "b", service_csv=b"x" * 9_000_000)
