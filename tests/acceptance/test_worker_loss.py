"""A worker that dies in the middle of a run takes nothing with it: another finishes the run, once."""

import os
import signal

from tests.acceptance.api import Api, until
from tests.acceptance.conftest import SlowSource
from tests.sources import PostgresServer
from tests.stack import RunningStack

TABLES = 5_000
MAKE_TABLES = f"""
    DO $$ BEGIN FOR n IN 1..{TABLES} LOOP
        EXECUTE format('CREATE TABLE wide.t_%s (id int PRIMARY KEY, a text, b date)', n);
    END LOOP; END $$"""


def test_killed_worker_is_replaced_and_the_run_ends_with_everything(
    api: Api, slow: SlowSource, stack: RunningStack, source: PostgresServer
) -> None:
    with source.connect(slow.name) as connection:
        connection.execute("CREATE SCHEMA wide")
        connection.execute(MAKE_TABLES)
    first_worker = stack.pid("worker")

    with slow.held_up():
        run_id = api.trigger(slow.endpoint.collection)
        until(lambda: slow.sessions() == 1, 30, "the collector to read the source")
        os.kill(first_worker, signal.SIGKILL)
        until(lambda: slow.sessions() == 0, 15, "the dead worker's collector to leave the source")
    # Temporal gives the attempt to another worker when the dead one's heartbeat has been missing for 30 s.
    run = api.finished(run_id, within_seconds=120)

    assert stack.pid("worker") != first_worker
    assert (run["status"], run["attempt"]) == ("SUCCEEDED", 2)
    assert run["stats"]["seen"] == run["stats"]["added"] + run["stats"]["unchanged"] == TABLES + 2
    found = api.ask(
        'query($e: ID) { catalogDatasetConnection(endpointId: $e, schema: "wide") { totalCount } }',
        e=slow.endpoint.id,
    )
    assert found["totalCount"] == TABLES
    assert [other["id"] for other in api.runs(endpointId=slow.endpoint.id, trigger="MANUAL")] == [run_id]
