"""What an order asks of the operator's own service is a person's to do, and stands as a task until it is done."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.steps.small_world import accepted, market

from rectify.cases.tasks import open_tasks

LISTED = "[{operator: Example Market Ltd, measures: [remove_item, halt_registrations], tasks: [report]}]"


def test_a_measure_on_the_service_itself_becomes_a_task(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        book = accepted(workspace, addressees=LISTED)
        with workspace.ledger.reading() as connection:
            found = {task.what: task.text for task in open_tasks(workspace.ledger, connection, book=book)}
        assert set(found) == {"report", "halt_registrations"}
        assert "by hand" in found["halt_registrations"]
