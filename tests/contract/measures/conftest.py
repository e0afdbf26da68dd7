"""A market on paper for what compares it with the tables."""

from tests.unit.measures.conftest import market  # noqa: F401
