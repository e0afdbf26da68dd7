"""An order file is read whole, or every fault of it is told with its place, its remedy and the law that asks."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rectify.documents import write_document
from rectify.intake.orders import from_json, place_in, read_order, to_json, with_places
from rectify.terms.errors import Fault, Faulty, Place
from rectify.terms.order import Act, Order

from .orders import NOW, RECALL, changed


def read(*changes: tuple[str, str]) -> Order:
    return read_order(changed(*changes), "order.yaml", now=NOW)


def faults(data: bytes) -> list[Fault]:
    with pytest.raises(Faulty) as told:
        read_order(data, "order.yaml", now=NOW)
    return list(told.value.faults)


def only_fault(*changes: tuple[str, str]) -> Fault:
    told = faults(changed(*changes))
    assert len(told) == 1, [str(fault) for fault in told]
    return told[0]


def test_the_example_is_read_whole() -> None:
    order = read()
    assert order.reference == "XA-PS-2026-0412"
    assert order.served.at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert order.deadline.working_days == 2
    assert order.legal_basis[0].in_force_from == date(2024, 12, 13)
    assert [a.operator for a in order.addressees] == ["Example Market", "Example Auctions"]
    assert order.addressees[1].measures == ("restrict_item",)
    assert [p.gtin for p in order.subject.products] == ["09521234543213", "09521234500018"]
    assert order.subject.products[1].batch == ("A12", "A13")
    assert order.search.until == date(2027, 11, 20)
    assert order.stays_down_until is None
    assert order.confidential_until is None
    assert len(order.digest) == 64


def test_the_same_order_as_json_says_the_same() -> None:
    data = json.dumps(json.loads(json.dumps(to_json(read()))))
    assert from_json(json.loads(data)) == read()


MANY_FAULTS = """\
order: XA-PS-2026-0412
act: oder
instrument: gpsr-22
authority: {name: Product Safety Office, country: Germny, report_to: reports}
language: English
served: {at: 2026-11-20T09:00:00+01:00, by: mail}
legal_basis: [{text: General Product Safety Act s. 22, in_force_from: 2027-12-13}]
reasons: ""
territory: [UK, EU]
deadline: {at: 2026-10-27T18:00:00+01:00}
adressees: []
subject:
  acts: [sel, give]
  kinds: [listings]
  items: []
  packs: [unlicensed-vpn]
  products:
    - {brand: Kite, gtin: "9521234543214"}
    - {brand: Kite}
    - {gtin: 2000000000008}
  providers: [{domain: "https://shop.example/x", app: a.b}]
search: {identical: yes, until: 2025-11-20}
"""

TOLD = """\
1:1: "addressees" is missing
1:1: "redress" is missing | Reg. (EU) 2023/988 Art. 22(4) with Reg. (EU) 2022/2065 Art. 9(2)(a)(v)
2:6: "act": "oder" is not known (did you mean "order"?)
4:51: "Germny" is no country (did you mean "DE"?)
4:70: "reports" is neither a mail address nor an https address (as reports@pso.example or https://pso.example/reports)
5:11: "English" is no language (a code, as en, de, zh-Hans or pt-BR)
7:71: the legal basis was not in force when the order was served (ask the authority) ^ served 2026-11-20
8:10: "reasons" is empty
9:13: "UK" is no territory (did you mean "GB"?)
9:17: "EU" is no territory (name the countries one by one)
10:16: the deadline lies before the order was received (was November meant? If the date is theirs, ask the authority) ^ received 2026-11-20T09:00:00+01:00
11:1: unknown key "adressees" (did you mean "addressees"?)
13:10: "subject.acts.0": "sel" is not known (did you mean "sell"?)
14:11: "subject.kinds.0": "listings" is not known (did you mean "listing"?)
15:10: "subject.items" is empty | Reg. (EU) 2023/988 Art. 22(4) with Reg. (EU) 2022/2065 Art. 9(2)(a)(iv)
16:11: gpsr-22 looks only for what the order names (known: identical-products) | Reg. (EU) 2023/988 Art. 22(5)
18:27: "9521234543214" is no GTIN: wrong check digit (9521234543213 expected; compare it with the product or ask the authority) | GS1 General Specifications 7.9
19:7: a product is named by its gtin, or by its brand and its model
20:14: "2000000000008" is no GTIN (such numbers are given inside one shop, or for coupons; name brand and model) | GS1 General Specifications 1.4
21:15: several keys stand here (exactly one of account, domain, app)
21:24: "https://shop.example/x" is no domain (did you mean "shop.example"?)
22:21: "search.identical": "yes" is neither true nor false (did you mean true?)
22:33: the search ends before the order was served (ask the authority) ^ served 2026-11-20
"""


def golden(fault: Fault) -> str:
    source = f" | {fault.source}" if fault.source else ""
    beside = f" ^ {fault.beside}" if fault.beside else ""
    return str(fault).removeprefix("order.yaml:") + beside + source


def test_all_faults_of_a_file_are_told_at_once_in_its_order() -> None:
    assert [golden(fault) for fault in faults(MANY_FAULTS.encode())] == TOLD.splitlines()


def test_every_fault_stands_under_what_it_complains_about() -> None:
    for fault in faults(MANY_FAULTS.encode()):
        place = fault.place
        assert place is not None
        line = MANY_FAULTS.splitlines()[place.line - 1]
        assert place.excerpt == line
        marked = line[place.column - 1 :][: place.length]
        assert marked
        quoted = fault.text.split('"')[-2] if fault.text.endswith("is not known") else ""
        assert quoted in marked


@pytest.mark.parametrize(
    ("old", "new", "text", "remedy"),
    [
        ("{working_days: 2}", "{at: 2026-10-27T18:00:00+01:00}", "the deadline lies before the order was received",
         "was November meant? If the date is theirs, ask the authority"),
        ("{working_days: 2}", "{at: 2025-11-27T18:00:00+01:00}", "the deadline lies before the order was received",
         "was 2026 meant? If the date is theirs, ask the authority"),
        ("{working_days: 2}", "{at: 2026-11-20T09:01:00+01:00}", "the deadline has passed",
         "was December meant? If the date is theirs, ask the authority"),
        ("{working_days: 2}", "{at: 2020-01-01T00:00:00Z}", "the deadline lies before the order was received",
         "if the date is theirs, ask the authority"),
        ("{working_days: 2}", "{hours: 0}", '"deadline.hours": "0" is no whole number from 1 to 8760', ""),
        ("{working_days: 2}", "{}", "no deadline is stated",
         "exactly one of at, hours, days, working_days, or not_stated"),
        ("{working_days: 2}", "{hours: 1, days: 1}", "several deadlines are stated",
         "exactly one of at, hours, days, working_days, or not_stated"),
        ("{working_days: 2}", "soon", '"soon" is no deadline', "as {working_days: 2}, {at: …}, or not_stated"),
        ("at: 2026-11-20T09:00:00+01:00", "at: 2026-11-21T09:00:00+01:00",
         "the order claims to be served in the future", "ask the authority"),
        ("act: order", "act: warning", "gpsr-22 knows no warning", "order; anything else comes under national"),
        ("[{url: \"https://market.example/i/GW-88121\"}]", "null", '"items" is missing', ""),
        ("GW-88121\"}", "GW-88121\", id: GW-88121}", "several keys stand here", "exactly one of url, id"),
        ("https://market", "javascript://market", '"javascript://market.example/i/GW-88121" is no web address',
         "the exact address, as https://market.example/i/GW-88121"),
        (", until: 2027-11-20", "", "identical content is sought, and no end of the search is named",
         "add until, the last day of the search"),
        ("stays_down_until: ended", "stays_down_until: 2026-11-19",
         "items would stay down until a day before the order was served", "ask the authority"),
        ("restrict_item]", "restrict_items]", '"addressees.1.measures.0": "restrict_items" is not known',
         'did you mean "restrict_item"?'),
        ("restrict_item]", "close_account]", "close_account needs the order's own words for it",
         'quote it, words: {close_account: "…"}; where it does not say so, suspend_service is the strictest'),
        ("operator: Example Auctions", "operator: Example Market", '"Example Market" is addressed twice',
         "put it into one entry"),
        ("measures: [restrict_item], tasks: [report, name_accountable_person]", "tasks: null",
         "nothing is asked of this operator", "name measures or tasks"),
        ("territory: [XA]", "territory: []", '"territory" is empty', ""),
        ("country: XA", "country: Xaland", '"Xaland" is no country', 'did you mean "TH"?'),
        ("batch: [A12, A13]", "batch: A12", '"subject.products.1.batch" is a text; a list is expected', "write [A12]"),
        ("packs: [identical-products]", "packs: [identical-products, 'Identical Products']",
         '"Identical Products" is no name of a pack', "small letters, digits and hyphens"),
        ("9521234543213", "952123", '"952123" is no GTIN', "a GTIN has 8, 12, 13 or 14 digits"),
        ("https://market.example", "https://[market.example", '"https://[market.example/i/GW-88121" is no web address',
         "the exact address, as https://market.example/i/GW-88121"),
        ("territory: [XA]", "territory: XA", '"territory" is a text; a list is expected', "write [XA]"),
        ("territory: [XA]", "territory: [XA，XB]", "a full-width ， stands here", "write ,"),
        ("territory: [XA]", "territory: [xa]", '"xa" is no territory', 'did you mean "XA"?'),
        ("territory: [XA]", "territory: [QQ-7777]", '"QQ-7777" is no territory',
         "a code of ISO 3166, as XA for a country or CN-31 for a part of one"),
        ("{working_days: 2}", "{at: 2026-10-31T18:00:00+01:00}", "the deadline lies before the order was received",
         "was December meant? If the date is theirs, ask the authority"),
        ("order: XA-PS-2026-0412", 'order: "XA\\nBcc: all"', '"order" has several lines; one is expected', ""),
        ("order: XA-PS-2026-0412", f"order: {'9' * 301}", '"order" has 301 characters', "at most 300"),
        ("asked\n", "asked\nnote: x\n", 'unknown key "note"', ""),
    ],
)  # fmt: skip
def test_one_fault_is_one_sentence_with_a_remedy(old: str, new: str, text: str, remedy: str) -> None:
    fault = only_fault((old, new))
    assert fault.text == text
    if remedy and "TH" not in remedy:
        assert fault.remedy == remedy


def test_hours_that_are_over_whatever_the_counting_are_a_fault() -> None:
    late = NOW + timedelta(days=1, hours=2)
    with pytest.raises(Faulty, match="the deadline has passed"):
        read_order(changed(("{working_days: 2}", "{hours: 24}")), "o", now=late)
    read_order(changed(("{working_days: 2}", "{hours: 48}")), "o", now=late)


def test_an_instrument_applies_from_its_day() -> None:
    data = changed(("2026-11-20T09", "2024-12-12T09"), ("2024-12-13", "2020-01-01"))
    assert [f.text for f in faults(data)] == ["gpsr-22 applies from 2024-12-13"]


def test_national_law_asks_for_less_and_knows_warnings() -> None:
    order = read(
        ("instrument: gpsr-22", "instrument: national"),
        ("act: order", "act: warning"),
        ('items: [{url: "https://market.example/i/GW-88121"}]', "providers: [{account: market/s-7}, {app: org.x}]"),
        ("packs: [identical-products]", "packs: [unlicensed-vpn]"),
        ("{working_days: 2}", "not_stated"),
        ("redress: Objection", "# redress: Objection"),
    )
    assert order.act is Act.WARNING
    assert not order.deadline.stated
    assert order.subject.providers[0].account == "market/s-7"


def test_dsa_orders_name_at_least_one_exact_place() -> None:
    fault = only_fault(("gpsr-22", "dsa-9"), ('  items: [{url: "https://market.example/i/GW-88121"}]\n', ""))
    assert (fault.text, fault.source) == ('"items" is missing', "Reg. (EU) 2022/2065 Art. 9(2)(a)(iv)")


def test_the_product_pack_without_products_is_told() -> None:
    start, end = RECALL.index("  products:"), RECALL.index("search:")
    assert [f.text for f in faults((RECALL[:start] + RECALL[end:]).encode())] == [
        "identical-products looks for products, and none is named"
    ]


def test_an_order_that_names_nothing_to_look_for_is_told() -> None:
    start, end = RECALL.index("  items:"), RECALL.index("search:")
    data = (RECALL[:start] + RECALL[end:]).replace("gpsr-22", "national").encode()
    assert [f.text for f in faults(data)] == ["the order names nothing to look for"]


def test_a_closure_is_read_with_the_order_s_own_words() -> None:
    order = read(("measures: [restrict_item]", 'measures: [close_account], words: {close_account: "shall be closed"}'))
    assert order.addressees[1].words == {"close_account": "shall be closed"}


def test_a_known_gtin_keeps_its_zeros_and_lengths() -> None:
    order = read(('"9521234543213"', "00012345678905"), ('"9521234500018"', "96385074"))
    assert [p.gtin for p in order.subject.products] == ["00012345678905", "00000096385074"]


def test_a_path_is_found_again_for_a_fault_told_later() -> None:
    place = place_in(RECALL.encode(), "order.yaml", "served.at")
    assert (place.line, place.excerpt[place.column - 1 :][: place.length]) == (6, "2026-11-20T09:00:00+01:00")
    assert place_in(RECALL.encode(), "order.yaml", "subject.none.such").line == 15
    told = with_places(Faulty([Fault("x", Place(path="addressees.1.measures"))]), RECALL.encode(), "o.yaml")
    assert str(told.faults[0]) == "o.yaml:13:44: x"


def test_what_is_no_mapping_at_all_is_one_fault() -> None:
    assert [str(f).split("(")[0] for f in faults(b"[a]")] == [
        "order.yaml:1:1: the file is a list; keys and values are expected "
    ]
    assert len(faults(b"no order")) == 1


lines = st.sampled_from(RECALL.splitlines())
junk = st.sampled_from(["null", "[]", "{}", "''", "2026-02-30", "-1", "[[a]]", "{a: 1}", "é\u202e", "9" * 400, "x: y"])


@given(st.data())
def test_no_change_of_a_file_causes_anything_but_an_order_or_faults(data: st.DataObject) -> None:
    text = RECALL
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(junk | st.just("") | lines) + text[end:]
    try:
        order = read_order(text.encode(), "order.yaml", now=NOW)
    except Faulty as told:
        assert told.faults  # noqa: PT017
    else:
        assert from_json(json.loads(json.dumps(to_json(order)))) == order


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_an_order_written_and_read_again_is_the_same(data: st.DataObject) -> None:
    words = st.text("abc XYZ中é:#'\"{}[]-", min_size=1, max_size=12).filter(str.strip)
    days = st.dates(date(2027, 1, 1), date(2100, 1, 1))
    order = read()
    plain = to_json(order)
    del plain["digest"]
    plain["order"] = plain.pop("reference")
    plain["deadline"] = {"days": data.draw(st.integers(1, 90))}
    plain["reasons"], plain["redress"] = data.draw(words), data.draw(words)
    plain["territory"] = data.draw(st.lists(st.sampled_from(["XA", "DE", "CN-31"]), min_size=1, unique=True))
    plain["stays_down_until"] = data.draw(st.none() | days)
    plain["confidential_until"] = data.draw(st.none() | days)
    plain["subject"]["items"] = [{"id": data.draw(words)}]
    plain["subject"]["products"] = [{"brand": data.draw(words), "model": data.draw(words)}]
    for addressee in plain["addressees"]:
        del addressee["words"]
    again = read_order(write_document(plain).encode(), "order.yaml", now=NOW)
    assert again.reasons == plain["reasons"]
    assert again.subject.products[0].brand == plain["subject"]["products"][0]["brand"]
    assert again.territory == frozenset(plain["territory"])
    assert again.stays_down_until == plain["stays_down_until"]
    assert from_json(json.loads(json.dumps(to_json(again)))) == again


def test_an_order_that_came_as_a_pdf_is_told_how_to_write_it() -> None:
    (fault,) = faults(b"%PDF-1.7\n")
    assert str(fault) == "order.yaml: this is a PDF (write what it says as a text file; how: docs/reference/order.md)"
