"""What all tests of this shelf share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pytest


@pytest.fixture(autouse=True, scope="session")
def _shipped_packs_are_read_once() -> Iterator[None]:
    """Their hundreds of trials would be read anew for each workspace that a test opens; they do not change."""
    workspace = sys.modules.get("rectify.workspace")
    if workspace is None:
        yield
        return
    shipped, honest = str(files("rectify.packs")), workspace.read_pack
    once = cache(honest)

    def read_pack(folder, **options):
        return (once if str(folder).startswith(shipped) else honest)(folder, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "read_pack", read_pack)
        yield
