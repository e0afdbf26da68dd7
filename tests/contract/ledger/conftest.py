"""The ledger of the unit shelf, for what verifies and exports whole ledgers."""

from tests.unit.ledger.conftest import world  # noqa: F401
