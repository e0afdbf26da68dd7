"""The door to a host: what it can write, what stands there, and changes by compare and set.

Whoever writes a connector imports all that it needs from here. docs/reference/connectors.md tells what a host has to
keep to and has a complete example; `rectify.measures.suite` tests it. A connector is made by `Factory(options, clock)`
from its settings (`options["folder"]` is that of the workspace); built-ins come in through the same door.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from rectify.terms.claim import Effect
from rectify.terms.measure import MEASURES, Change, Outcome, OutcomeKind, Seen

__all__ = ["Capabilities", "Change", "Clock", "Connector", "Effect", "Factory", "HostPlace", "Outcome", "OutcomeKind",
           "Seen"]  # fmt: skip

Clock = Callable[[], datetime]
Factory = Callable[[Mapping[str, object], Clock], "Connector"]


class HostPlace(NamedTuple):
    """A place under the host's own id of the target; `storefront` is a territory for accounts and services."""

    kind: str  # item | account | service | buyers
    target: str
    storefront: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connector can do. `storefronts` None = every storefront; `measures` are names of `MEASURES`.

    `cascades`: the host writes an account's closure into its items, so they are measured first, each with its own
    (CLAIMS.md 12). `as_swept`: it sees nothing of its own, so only storefronts that the sweep saw are asked for.
    """

    measures: frozenset[str]
    storefronts: frozenset[str] | None = None
    undo: bool = True
    read_back: bool = True
    compare_and_set: bool = True
    max_batch: int = 50
    cascades: bool = False
    as_swept: bool = False

    def writable(self, kind: str, storefront: str) -> frozenset[Effect]:
        """The effects that can be written at a place of this kind. To tell buyers is never taken back."""
        if self.storefronts is not None and storefront not in self.storefronts:
            return frozenset()
        found = {MEASURES[name].effect for name in self.measures if MEASURES[name].target == kind}
        back = {Effect.OPEN} if found and self.undo and kind != "buyers" else set()
        return frozenset({effect for effect in found if effect is not None} | back)


@runtime_checkable
class Connector(Protocol):
    """Reads and writes states at one host. It may raise anything: what it raises while writing is `unknown`."""

    def capabilities(self) -> Capabilities:
        """What it can write, and where."""

    def read(self, places: Sequence[HostPlace]) -> list[Seen | None]:
        """A target's own state, without its account's, in the order asked; None where the answer cannot be read.

        What is not there is GONE. The version never repeats at a place.
        """

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        """One outcome a change, in the same order. The same key has one effect however often it is sent.

        `done` names the version that this very write made. Where the version differs or what was found no longer
        stands: `refused`, and nothing is written. `failed` is said of the key for good. No sure answer: `unknown`.
        """
