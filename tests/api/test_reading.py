"""How a run has read its source, and what that cost, as the API shows it."""

from uuid import UUID

from app.core.db import runs
from app.core.domain.runs import ReadMode, SourceCost
from tests.api.conftest import Muster
from tests.integration.persisting import insert_endpoint, insert_run

QUERY = "query($id: ID!) { collectionRun(id: $id) { readMode sourceCost { statements seconds rows bytes } } }"


def begun(muster: Muster) -> UUID:
    """A running run that has read nothing yet."""
    return insert_run(muster.connection, insert_endpoint(muster.connection))


def test_what_has_not_been_read_has_no_mode_and_no_cost(muster: Muster) -> None:
    assert muster.ask(QUERY, id=str(begun(muster))) == {"readMode": None, "sourceCost": None}


def test_the_cost_of_all_attempts_is_shown_with_how_it_was_read(muster: Muster) -> None:
    run_id = begun(muster)
    runs.record_reading(muster.connection, run_id, cost=SourceCost(2, 0.25, 10, None))
    of_file = {"statements": 2, "seconds": 0.25, "rows": 10, "bytes": None}
    assert muster.ask(QUERY, id=str(run_id)) == {"readMode": None, "sourceCost": of_file}
    more = SourceCost(3, 1.5, 1, 5_000_000_000)
    runs.record_reading(muster.connection, run_id, cost=more, mode=ReadMode.FINGERPRINT)
    both = {"statements": 5, "seconds": 1.75, "rows": 11, "bytes": 5_000_000_000}
    assert muster.ask(QUERY, id=str(run_id)) == {"readMode": "FINGERPRINT", "sourceCost": both}
