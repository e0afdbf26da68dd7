"""Instants as text: RFC 3339, always UTC, always "Z"."""

from __future__ import annotations

from datetime import UTC, datetime

from rectify.terms.errors import Broken


def instant(at: datetime) -> str:
    """An instant as RFC 3339 UTC text, "2026-11-20T08:00:00Z"; microseconds only if they are not zero.

    Raises Broken for a time without a zone: such a time is nowhere in particular.
    """
    text = _utc(at).isoformat(timespec="seconds" if at.microsecond == 0 else "microseconds")
    return text.removesuffix("+00:00") + "Z"


def sortable(at: datetime) -> str:
    """The same with six digits of microseconds always, so that text sorts as time does."""
    return _utc(at).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_instant(text: str) -> datetime:
    """The instant that `instant` or `sortable` wrote, in UTC. Raises ValueError for any other form."""
    if not text.endswith("Z"):
        raise ValueError(f"{text!r} is not an instant in UTC")
    return datetime.fromisoformat(text[:-1] + "+00:00")


def _utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise Broken("a time without a zone was given", "pass an instant with its zone: datetime(..., tzinfo=UTC)")
    return at.astimezone(UTC)
