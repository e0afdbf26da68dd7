"""`rectify measures own`: whose hand it was, where the host cannot tell."""

from __future__ import annotations

from typing import Annotated

import typer

from rectify.cli.opening import opened
from rectify.cli.show import safe
from rectify.terms.claim import NAMES


def own(
    context: typer.Context,
    place: Annotated[
        str,
        typer.Argument(
            metavar="PLACE", help="ID@STOREFRONT, for accounts ID@TERRITORY; CATALOGUE/ID where two know the id."
        ),
    ],
    state: Annotated[
        str, typer.Argument(metavar="STATE", help="What the host itself had chosen: visible, labelled, removed ...")
    ],
    reason: Annotated[str, typer.Option("--reason", "-r", help="How that is known; kept with the order.")],
    version: Annotated[
        str, typer.Option("--version", help="The version that was looked at; refused if another one stands.")
    ] = "",
) -> None:
    """Say what the host itself had chosen at a place, where nobody can tell whose hand set what stands there."""
    from rectify.steps.own import own as stated

    with opened(context) as (face, workspace):
        made = stated(workspace, place, state, reason, version=version, as_=face.acting)
        word = NAMES[made.kind][made.own]
        face.answer("stated", {"order": made.order, "place": place, "own": word, "version": made.version})
        face.tell(f"Stated  {safe(place)}: the host itself had chosen {word}, in version {safe(made.version)}")
        face.tell(f"Next    rectify measures rehearse {made.order}")
