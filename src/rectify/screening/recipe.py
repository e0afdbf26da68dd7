"""How any process makes a catalogue's source anew: what a sweep hands to its workers instead of the source itself."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rectify import plugins
from rectify.catalogue.source import Source
from rectify.terms.entry import Json
from rectify.terms.errors import Broken


@dataclass(frozen=True, slots=True)
class Recipe:
    """A name at the door `sources` or "module:name", and the options that it is called with, as JSON.

    An option `folder` is a path, told as text.
    """

    made_by: str
    options: Mapping[str, Json] = field(default_factory=dict)


def make_source(recipe: Recipe) -> Source:
    """The source of a recipe. Raises Unknown or Broken where there is none such, Faulty where its options are wrong."""
    options = dict(recipe.options)
    if "folder" in options:
        options["folder"] = Path(options["folder"])
    module, _, name = recipe.made_by.partition(":")
    if name:
        try:
            make = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise Broken(f"the source {recipe.made_by} does not load: {error}") from error
    else:
        make = plugins.load("sources", recipe.made_by)
    source: Source = make(**options)
    return source
