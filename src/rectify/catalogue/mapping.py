"""The column map: which of the host's columns fills which of our fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rectify.catalogue.schema import kind_of
from rectify.terms.errors import Fault, Faulty, Place, nearest
from rectify.terms.item import ITEM_FIELDS, TEXT_FIELDS

ALIASES: Mapping[str, str] = {"seller": "account"}  # read so without being told


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """`columns` maps the host's columns to fields ("title", "attributes.gtin"); `left_out` are read by nobody."""

    columns: Mapping[str, str]
    left_out: tuple[str, ...] = ()

    def filling(self, field: str) -> str:
        """The host's column that fills a field; empty if none does."""
        return next((column for column, name in self.columns.items() if name == field), "")

    def kinds(self, fields: Mapping[str, str] = ITEM_FIELDS) -> dict[str, str]:
        """The host's columns with the kinds of the fields that they fill."""
        return {column: kind_of(field, fields) for column, field in self.columns.items()}


def map_faults(given: Mapping[str, str | None], fields: Mapping[str, str] = ITEM_FIELDS) -> list[Fault]:
    """What is wrong with a map from settings whatever the file: unknown fields, two columns onto one."""
    faults = []
    onto = defaultdict(list)
    for column, field in given.items():
        if field is None:
            continue
        if not _known(field, fields):
            remedy = nearest(field, _names(fields))
            faults.append(Fault(f'"{column}" is mapped to "{field}", which is no field', Place(path="map"), remedy))
        onto[field].append(column)
    for field, columns in onto.items():
        if len(columns) > 1:
            both = " and ".join(f'"{column}"' for column in columns)
            text = f'{both} are both mapped to "{field}"'
            faults.append(Fault(text, Place(path="map"), "leave one of them out: map it to null"))
    return faults


def read_map(
    given: Mapping[str, str | None], columns: Sequence[str], file: str, fields: Mapping[str, str] = ITEM_FIELDS
) -> ColumnMap:
    """The map of a file with these columns. Raises `Faulty` with everything that is wrong.

    What `given` does not name is mapped by its own name where that is a field ("seller" is read as `account`), unless
    the field is filled already. A column mapped to None is left out. `id` must be filled.
    """
    faults = map_faults(given, fields)
    place = Place(file=file)
    for column in given:
        if column not in columns:
            faults.append(Fault(f'has no column "{column}", which the map names', place, nearest(column, columns)))
    found = _filled(given, columns, fields)
    if "id" not in found.values() and not faults:
        named = ", ".join(column or "(no name)" for column in columns)
        faults.append(Fault("has no column for the field id", place, f"map one of them to id: {named}"[:300]))
    if faults:
        raise Faulty(faults)
    return ColumnMap(found, tuple(column for column in columns if column not in found))


def unread_columns(
    given: Mapping[str, str | None], columns: Sequence[str], fields: Mapping[str, str] = ITEM_FIELDS
) -> tuple[str, ...]:
    """The columns that nobody reads with this map, whatever may be wrong with it."""
    found = _filled(given, columns, fields)
    return tuple(column for column in columns if column not in found)


def finds_by(field: str) -> bool:
    """Whether words, brands or bar codes can stand in a field, or in that of a column of this name."""
    return field in TEXT_FIELDS or field.partition(".")[0] == "attributes"


def _filled(
    given: Mapping[str, str | None], columns: Sequence[str], fields: Mapping[str, str] = ITEM_FIELDS
) -> dict[str, str]:
    found = {column: field for column, field in given.items() if field is not None and column in columns}
    for alias in (False, True):
        for column in columns:
            field = ALIASES.get(column, "") if alias else column
            if column not in given and column not in found and _known(field, fields) and field not in found.values():
                found[column] = field
    return found


def _known(field: str, fields: Mapping[str, str]) -> bool:
    try:
        kind_of(field, fields)
    except KeyError:
        return False
    return True


def _names(fields: Mapping[str, str]) -> list[str]:
    return [*fields, *(("attributes.gtin", "attributes.brand", "attributes.model") if "attributes" in fields else ())]
