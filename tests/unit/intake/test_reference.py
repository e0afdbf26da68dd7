"""The reference page of the order file says what the reader accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from rectify.intake.fields import keys, order_fields, order_reference, required
from rectify.intake.instruments import instrument_named, instruments
from rectify.terms.errors import Unknown

ROOT = Path(__file__).parents[3]


def test_the_page_is_what_the_data_says() -> None:
    page = (ROOT / "docs/reference/order.md").read_text(encoding="utf-8")
    assert page == order_reference(), "write it anew: python -m rectify.intake.fields > docs/reference/order.md"


def test_every_field_has_a_parent_and_a_form() -> None:
    paths = {field.path for field in order_fields()}
    assert len(paths) == len(order_fields())
    for field in order_fields():
        assert field.parent.removesuffix(".*") in paths | {""}
        assert field.needed in ("always", "instrument", "no")
        assert field.says.endswith((".", "..."))


def test_keys_and_required_keys_come_from_the_table() -> None:
    assert keys("authority") == ("name", "country", "report_to")
    assert required("authority") == ("name", "country")


def test_what_an_instrument_asks_for_is_a_field_with_a_provision() -> None:
    paths = {field.path for field in order_fields()}
    for instrument in instruments().values():
        assert set(instrument.required) <= paths
        assert all(instrument.required.values())
        assert "Art." in instrument.counting.rule or instrument.name == "national"


def test_an_unknown_instrument_is_told_with_the_nearest_name() -> None:
    with pytest.raises(Unknown) as told:
        instrument_named("gpsr22")
    assert told.value.remedy == 'did you mean "gpsr-22"?'
