"""The register of authorities: who may order what and where, and over which contact that is shown."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from rectify.documents import write_document
from rectify.intake.authorities import authorities_of, check_against, digest_of, entry_of, read_authorities
from rectify.intake.calendars import read_calendar
from rectify.intake.confirmation import check_code, check_token, code_for, note_of_call, token_for
from rectify.intake.orders import read_order
from rectify.terms.errors import Faulty, Refused, Unknown
from rectify.terms.order import AuthorityNamed

from .authority_entries import DAYS, ENTRY, PUBLIC, REGISTER, SIGNING, authority, files
from .orders import NOW, RECALL, changed

ORDER = read_order(RECALL.encode(), "order.yaml", now=NOW)
DAY = date(2026, 11, 20)


def test_an_entry_is_read_whole_and_written_back() -> None:
    pso = authority()
    assert (pso.id, pso.zone, pso.calendar.name) == ("pso", "Europe/Berlin", "Xaland")
    assert pso.contact.ways == ("desk@pso.example", "+99 1 234")
    written = write_document({"authorities": [entry_of(pso)]})
    assert read_authorities(written.encode(), "a").entries == (pso,)
    german = authority(("xa.yaml", "DE-BY"))
    assert read_authorities(write_document([entry_of(german)]).encode(), "a").entries == (german,)
    assert len(digest_of(pso)) == 64
    assert digest_of(pso) != digest_of(authority(("pso.example]", "pso2.example]")))


def test_a_file_of_dates_is_read_beside_the_register(tmp_path: Path) -> None:
    (tmp_path / "xa.yaml").write_bytes(DAYS)
    register = tmp_path / "authorities.yaml"
    register.write_text(REGISTER, encoding="utf-8")
    entry = read_authorities(register.read_bytes(), str(register)).entries[0]
    assert entry.calendar.holiday(date(2026, 12, 25)) == "Winter Feast"


def test_the_ledger_s_register_is_the_last_entry_named_for_each() -> None:
    pso = authority()
    moved = replace(pso, domains=("office.example",))
    other = replace(pso, id="other", name="Other Office")
    named = [(e.id, json.loads(json.dumps(entry_of(e))), False) for e in (pso, other, moved)]
    assert authorities_of(named).entries == (other, moved)
    assert authorities_of([*named, ("other", entry_of(other), True)]).entries == (moved,)
    assert authorities_of([*named, ("pso", None, False)]).entries == (other,)
    assert authorities_of([]).entries == ()


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("zone: Europe/Berlin", "zone: Europe/Berln", '"Europe/Berln" is no time zone'),
        ("zone: Europe/Berlin", "zone: ../../etc/passwd", '"../../etc/passwd" is no time zone'),
        ("holidays: xa.yaml", "holidays: XA", "the holidays of XA are not known"),
        ("holidays: xa.yaml", "holidays: xb.yaml", 'there is no file "xb.yaml" beside this one'),
        ("holidays: xa.yaml", "holidays: ../xa.yaml", '"../xa.yaml" does not lie beside this file'),
        ("holidays: xa.yaml", "holidays: /etc/passwd", '"/etc/passwd" does not lie beside this file'),
        ('mail: desk@pso.example, phone: "+99 1 234", ', "", "a contact has no way to reach it"),
        ("mail: desk@pso.example", "mail: desk", '"desk" is no mail address'),
        ("noted_by: awu, ", "", '"noted_by" is missing'),
        ("domains: [pso.example]", "domains: [pso]", '"pso" is no domain'),
        ("key: ", "key: AAAA", "this is no Ed25519 public key"),
        ("until: 2027-12-31", "until: 2025-12-31", "the entry ends before it begins"),
        ("territory: [XA]", "territory: []", '"territory" is empty'),
        ("instruments: [gpsr-22,", "instruments: [gpsr,", '"authorities.0.instruments.0": "gpsr" is not known'),
        ("    key:", "    keys:", 'unknown key "keys"'),
    ],
)
def test_faults_of_the_register_are_told(old: str, new: str, text: str) -> None:
    with pytest.raises(Faulty) as told:
        authority((old, new))
    assert [fault.text for fault in told.value.faults] == [text]


def test_a_key_that_is_no_base64_is_told() -> None:
    with pytest.raises(Faulty, match="this is no Ed25519 public key"):
        authority((PUBLIC, "not base64!"))


def test_faults_of_the_dates_are_told_with_those_of_the_register() -> None:
    with pytest.raises(Faulty) as told:
        read_authorities(
            REGISTER.replace("[pso.example]", "[pso]").encode(), "a", lambda _: b"holidays: XA\ndays: {2026-13-01: x}"
        )
    assert [str(fault).split(" (")[0] for fault in told.value.faults] == [
        'a:11:15: "pso" is no domain',
        'xa.yaml:1:1: "published_until" is missing',
        'xa.yaml:2:8: "days.2026-13-01": there is no day 2026-13-01',
    ]


def test_a_week_without_working_days_is_a_fault() -> None:
    with pytest.raises(Faulty, match="no working days are left"):
        read_calendar(DAYS + b"weekend: [mon, tue, wed, thu, fri, sat, sun]", "xa.yaml")


def test_faults_of_a_file_of_dates_are_told() -> None:
    with pytest.raises(Faulty) as told:
        read_calendar(DAYS.replace(b"2026-11-28", b"2026-11-23").replace(b"2027-01-01", b"2028-01-03"), "xa.yaml")
    assert [str(fault) for fault in told.value.faults] == [
        "xa.yaml:4:7: 2028-01-03 (New Year) lies after published_until",
        "xa.yaml:5:10: 2026-11-23 is a working day and a holiday (Day of the Kite)",
        "xa.yaml:5:10: 2026-11-23 is no day of the weekend; only such a day is made up",
    ]


def test_an_authority_is_found_by_name_and_country() -> None:
    register = read_authorities(REGISTER.encode(), "a", files)
    named = ORDER.authority
    assert register.find(ORDER) == register.entries[0]
    assert register.find(replace(ORDER, authority=replace(named, name="PRODUCT  safety office"))) is not None
    assert register.find(replace(ORDER, authority=replace(named, name="Product Safety 0ffice"))) is None
    assert register.find(replace(ORDER, authority=replace(named, country="XB"))) is None
    with pytest.raises(Unknown) as told:
        register.by_id("psso")
    assert told.value.remedy == 'did you mean "pso"?'


def test_of_two_entries_the_one_valid_on_the_day_of_service_is_found() -> None:
    old = ENTRY.replace("id: pso", "id: pso-old").replace("2027-12-31}", "2026-06-30}")
    new = ENTRY.replace("from: 2026-01-01", "from: 2026-07-01")
    later = ENTRY.replace("id: pso", "id: pso-2028").replace("2026-01-01", "2028-01-01").replace("2027-12", "2029-12")
    found = read_authorities(("authorities:\n" + old + new + later).encode(), "a", files).find(ORDER)
    assert found is not None
    assert found.id == "pso"


def test_an_id_stands_once() -> None:
    with pytest.raises(Faulty, match='the id "pso" stands twice'):
        read_authorities((REGISTER + ENTRY).encode(), "a", files)


def test_an_order_that_agrees_with_the_entry_has_no_faults() -> None:
    assert check_against(ORDER, authority(), DAY) == ()
    sub = replace(ORDER, authority=replace(ORDER.authority, report_to="https://in.pso.example/reports"))
    assert check_against(sub, authority(), DAY) == ()


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("reports@pso.example", "reports@pso.example.evil.example", "authority.report_to"),
        ("reports@pso.example", "reports@evilpso.example", "authority.report_to"),
        ("territory: [XA]", "territory: [XB]", "territory"),
        ("instrument: gpsr-22", "instrument: dsa-9", "instrument"),
        ("text: General Product Safety Act s. 22", "text: Gambling Act s. 1", "legal_basis"),
    ],
)
def test_what_does_not_agree_with_the_entry_is_told(old: str, new: str, path: str) -> None:
    order = read_order(changed((old, new)), "order.yaml", now=NOW)
    told = check_against(order, authority(), DAY)
    assert [fault.place.path for fault in told if fault.place] == [path]


def test_an_entry_counts_only_while_it_is_valid() -> None:
    assert [f.text for f in check_against(ORDER, authority(), date(2028, 1, 1))] == [
        "the entry of Product Safety Office is not valid on 2028-01-01"
    ]
    assert authority().valid_on(date(2027, 12, 31))


def test_a_token_confirms_one_order_of_one_authority() -> None:
    pso = authority()
    token = base64.b64encode(SIGNING.sign(token_for(pso.id, ORDER.reference, ORDER.digest))).decode()
    assert check_token(pso, ORDER, token)
    assert check_token(pso, ORDER, token + "\n")
    assert not check_token(pso, replace(ORDER, digest="0" * 64), token)
    assert not check_token(pso, replace(ORDER, reference="XA-2"), token)
    assert not check_token(replace(pso, id="other"), ORDER, token)
    assert not check_token(replace(pso, key=""), ORDER, token)
    for junk in ("", "x", "====", token[:-4], base64.b64encode(bytes(64)).decode(), "é"):
        assert not check_token(pso, ORDER, junk)


def test_a_code_that_came_back_is_bound_to_the_known_address_and_the_order() -> None:
    pso, secret = authority(), b"s" * 32
    code = code_for(secret, pso, ORDER)
    assert check_code(secret, pso, ORDER, code.lower().replace("-", ""))
    assert not check_code(secret, pso, replace(ORDER, digest="0" * 64), code)
    assert not check_code(b"t" * 32, pso, ORDER, code)
    moved = replace(pso, contact=replace(pso.contact, mail="desk@evil.example"))
    assert not check_code(secret, moved, ORDER, code)
    unreachable = replace(pso, contact=replace(pso.contact, mail=""))
    assert not check_code(secret, unreachable, ORDER, "")
    with pytest.raises(Refused, match="knows no mail address"):
        code_for(secret, unreachable, ORDER)


def test_only_a_call_to_a_known_contact_counts() -> None:
    pso = authority()
    note = note_of_call(pso, "+99 1 234", "Ms Ng, desk 4", NOW, NOW, received=NOW)
    assert note == "Called +99 1 234 at 2026-11-20T08:02+00:00, spoke with Ms Ng, desk 4."
    given = AuthorityNamed("Product Safety Office", "XA", "reports@pso.example").report_to
    with pytest.raises(Refused, match="no contact of Product Safety Office in the register"):
        note_of_call(pso, given, "Ms Ng", NOW, NOW, received=NOW)
    with pytest.raises(Faulty) as told:
        note_of_call(pso, "+99 1 234", " ", NOW + timedelta(hours=1), NOW, received=NOW)
    assert len(told.value.faults) == 2


def test_a_call_before_the_order_came_in_confirms_nothing() -> None:
    with pytest.raises(Faulty, match="the call lies before the order, which came in at 2026-11-20T08:02:"):
        note_of_call(authority(), "+99 1 234", "Ms Ng", NOW - timedelta(seconds=1), NOW, received=NOW)
