"""The word lists of the example: TOML files beside this one, so that a clerk can read and change them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def words(name: str) -> dict[str, Any]:
    """The tables of a file of words, `goods` for data/goods.toml."""
    with resources.files(__package__).joinpath("data", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
