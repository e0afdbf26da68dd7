import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from rectify.settings import Operator, Secret, load_settings, read_settings
from rectify.terms.errors import Faulty, Missing, Refused, Unknown
from rectify.terms.person import Role

GOOD = b"""
rectify: 1
operators: {example-market: {name: Example Market Ltd, country: XA, zone: Europe/Berlin}}
people: {awu: {roles: [legal]}, blin: {roles: [reviewer, lead]}}
catalogues:
  market: {operator: example-market, files: [shop/*.parquet], kind: listing, map: {sku: id, seller: account},
           storefronts: {xa: [XA], xb: [XB], far: null}, default_storefronts: [xa], connector: shop}
accounts: {market: {files: [accounts.csv], map: {number: id}}}
connectors: {shop: {type: table, url: "sqlite:///shop.db", columns: {id: sku}}}
limits: {measures: 10, share: 0.02}
letters: {folder: out, smtp: {host: 127.0.0.1, port: 2525, starttls: false, sender: a@b.example, password: {env: P}}}
"""


def read(text: bytes, **environ: str):
    return read_settings(text, "rectify.yaml", Path(), environ)


def test_every_part_of_the_example_is_read():
    settings = read(GOOD)
    market = settings.catalogue("market")
    assert market.storefronts["xa"].territories == {"XA"}
    assert market.storefronts["far"].territories is None  # unknown, never everywhere
    assert market.default_storefronts == ("xa",)
    assert settings.people["blin"].roles == {Role.REVIEWER, Role.LEAD}
    assert settings.connectors["shop"].options == {"url": "sqlite:///shop.db", "columns": {"id": "sku"}}
    assert settings.limits.share == Decimal("0.02")
    assert settings.letters.smtp is not None
    assert settings.letters.smtp.port == 2525


def test_each_value_says_where_it_comes_from():
    settings = read(GOOD, RECTIFY_STORE="sqlite:///other.db")
    assert settings.store == "sqlite:///other.db"
    assert settings.sources["store"] == "environment (RECTIFY_STORE)"
    assert settings.sources["limits"] == "rectify.yaml"
    assert settings.sources["keys"] == "default"


def test_all_faults_are_told_at_once_with_their_lines_and_the_nearest_name():
    bad = (
        GOOD.replace(b"Europe/Berlin", b"Europe/Berlinn")
        .replace(b"reviewer", b"reviewr")
        .replace(b"connector: shop", b"connector: shopp")
        .replace(b"default_storefronts: [xa]", b"default_storefronts: [xz]")
        .replace(b"share: 0.02", b"share: 2")
        .replace(b"accounts: {market:", b"accounts: {markt:")
    )
    with pytest.raises(Faulty) as caught:
        read(bad)
    told = "\n".join(map(str, caught.value.faults))
    assert len(caught.value.faults) == 6, told
    for word in ("Europe/Berlin", "reviewer", '"shop"', '"market"', "between 0 and 1", '"xz"'):
        assert word in told
    assert all(f.place and f.place.line for f in caught.value.faults)


@pytest.mark.parametrize("contact", ["help@market.example", "https://market.example/contact", "帮助@市场.example"])
def test_where_people_write_to_is_read(contact: str):
    line = f"{{name: Example Market Ltd, country: XA, zone: Europe/Berlin, contact: {contact}}}".encode()
    settings = read(GOOD.replace(b"{name: Example Market Ltd, country: XA, zone: Europe/Berlin}", line))
    assert settings.operators["example-market"].contact == contact
    assert read(GOOD).operators["example-market"].contact == ""


@pytest.mark.parametrize(
    "contact", ["Example Market", "help@", "market.example", "http://market.example", "a b@c.example"]
)
def test_a_contact_that_nobody_can_write_to_is_refused(contact: str):
    line = f'zone: Europe/Berlin, contact: "{contact}"'.encode()
    with pytest.raises(Faulty, match="neither a mail address nor the address of a page"):
        read(GOOD.replace(b"zone: Europe/Berlin", line))


def test_the_settings_page_names_every_key_of_an_operator():
    page = (Path(__file__).parents[3] / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    section = page.split("## operators\n")[1].split("\n## ")[0]
    said = re.findall(r"^\| `(\w+)` \|", section, re.M)
    assert said == [field.name for field in fields(Operator) if field.name != "id"]


def test_an_empty_another_person_is_a_choice_and_an_absent_one_is_not():
    assert read(GOOD).another_person == {"approve", "appeal", "erase"}
    assert read(GOOD + b"another_person: []\n").another_person == frozenset()


def test_a_secret_written_into_the_file_is_refused_and_one_outside_is_never_shown():
    with pytest.raises(Faulty):
        read(GOOD.replace(b"{env: P}", b"hunter2"))
    assert "P" not in repr(read(GOOD).letters.smtp).split("password=")[1].split(",")[0]


def test_a_secret_file_that_others_can_read_is_refused(tmp_path):
    secret = tmp_path / "smtp"
    secret.write_text("s3cret\n")
    secret.chmod(0o644)
    with pytest.raises(Refused, match="read by others"):
        Secret(file="smtp").read(tmp_path)
    secret.chmod(0o600)
    assert Secret(file="smtp").read(tmp_path) == "s3cret"


def test_who_acts_must_be_somebody_of_the_settings():
    settings = read(GOOD)
    assert settings.person("awu").may("accept")
    assert not settings.person("blin").may("accept")
    with pytest.raises(Refused, match="nobody is named"):
        settings.person()
    with pytest.raises(Unknown) as caught:
        settings.person("blinn")
    assert 'did you mean "blin"?' in caught.value.remedy
    assert read(GOOD, RECTIFY_AS="awu").person().id == "awu"


def test_a_folder_without_settings_is_told_what_to_do(tmp_path):
    with pytest.raises(Missing, match=r"no rectify\.yaml"):
        load_settings(tmp_path)
