"""The connector by default: every item stands as it was swept, and nothing is ever written.

It lets a set be rehearsed, looked at and approved before any host is connected; to carry it out tells, measure by
measure, what would have been written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rectify.measures.connector import Capabilities, Clock, HostPlace
from rectify.terms.claim import NAMES, Effect
from rectify.terms.errors import Fault, Faulty, nearest
from rectify.terms.measure import MEASURES, Change, Outcome, OutcomeKind, Seen

_KNOWN = {"folder", "measures"}


class RehearsalConnector:
    """Reads what was swept: visible, by the host's own hand, in the storefronts of the sweep; writes nothing.

    Options: `measures`, the names of those that the real host will be able to write (all, if absent).
    """

    def __init__(self, options: Mapping[str, object], clock: Clock) -> None:
        faults = [Fault(f'a rehearsal has no setting "{name}"', None, nearest(name, _KNOWN))
                  for name in options if name not in _KNOWN]  # fmt: skip
        names = options.get("measures") or sorted(name for name, kind in MEASURES.items() if kind.effect is not None)
        listed = [str(name) for name in names] if isinstance(names, list | tuple) else [str(names)]
        faults += [Fault(f'no measure is called "{name}"', None, nearest(name, MEASURES)) for name in listed
                   if name not in MEASURES]  # fmt: skip
        if faults:
            raise Faulty(faults)
        self._able, self._clock = Capabilities(frozenset(listed), as_swept=True), clock
        self.would: list[Change] = []  # what it was asked to write

    def capabilities(self) -> Capabilities:
        """All measures, or those that the settings name."""
        return self._able

    def read(self, places: Sequence[HostPlace]) -> list[Seen | None]:
        """Every place as it was swept; places that the sweep did not see are not asked for (`as_swept`)."""
        return [Seen(Effect.OPEN, "swept", "", self._clock()) for _ in places]

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        """Nothing is written: each change is refused, with what it would have done."""
        self.would += changes
        return [Outcome(change.key, OutcomeKind.REFUSED, "", self._words(change)) for change in changes]

    @staticmethod
    def _words(change: Change) -> str:
        words = NAMES[change.kind]
        return f"rehearsal only; would be {words[change.wanted]} instead of {words[change.found]}"
