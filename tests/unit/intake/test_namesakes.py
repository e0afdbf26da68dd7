"""No second entry for an authority while the first is valid: it would be called back in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rectify.intake.authorities import Authorities
from rectify.intake.namesakes import namesakes

from .authority_entries import authority

PSO = replace(authority(), valid_from=date(2021, 1, 1), valid_until=None)
KNOWN = Authorities((PSO,))


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "pso-2"},
        {"id": "pso-2", "name": PSO.name.upper()},
        {"id": "pso-2", "name": f"  {PSO.name.replace(' ', '  ')} "},
        {"id": PSO.name, "name": "Another Office"},
        {"id": "other", "name": "pso"},
        {"id": "pso-2", "valid_from": date(2019, 1, 1), "valid_until": date(2021, 1, 1)},
    ],
)
def test_a_second_entry_of_the_same_name_and_country_is_told(changed):
    (fault,) = namesakes(KNOWN, [replace(PSO, **changed)])
    assert f'"{PSO.id}"' in fault.text
    assert "end that one first" in fault.remedy


@pytest.mark.parametrize(
    "changed",
    [
        {},  # the same entry, changed
        {"domains": ("office.example",)},
        {"id": "pso-2", "country": "XB"},
        {"id": "pso-2", "name": "Another Office"},
        {"id": "pso-2", "valid_from": date(2019, 1, 1), "valid_until": date(2020, 12, 31)},
    ],
)
def test_an_entry_may_be_changed_and_another_may_come_before_or_after(changed):
    assert namesakes(KNOWN, [replace(PSO, **changed)]) == ()


def test_an_entry_that_ends_makes_room_for_the_next_in_one_file():
    ended, next_one = (
        replace(PSO, valid_until=date(2026, 12, 31)),
        replace(PSO, id="pso-2", valid_from=date(2027, 1, 1)),
    )
    assert namesakes(KNOWN, [ended, next_one]) == ()
    assert len(namesakes(Authorities(()), [PSO, next_one])) == 1
