"""Tables of this room as data files: instruments, fields of the order file, countries, published holidays."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from rectify.documents import Node, read_document


@cache
def table(name: str) -> Node:
    """The document `name` of this folder, "order.yaml" or "instruments/dsa-9.yaml"."""
    return read_document((files(__name__) / name).read_bytes(), name)


@cache
def names(folder: str) -> tuple[str, ...]:
    """Names of the documents in a folder beside this file, without ".yaml"."""
    return tuple(sorted(file.name.removesuffix(".yaml") for file in (files(__name__) / folder).iterdir()))
