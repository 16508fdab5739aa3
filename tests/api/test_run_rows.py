"""Lists of runs read less where less is asked for, and show the same."""

from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Muster
from tests.api.seed import BEGIN, Seed

ROW = """id collectionId endpointId status trigger requestedBy requestedAt scheduledFor startedAt completedAt
    durationMs attempt error errorCode skipReason kind: __typename"""
BELONGS = {
    "labels": "endpoint { id name __typename } collection { id scheduleCron }",
    "names": "endpoint { id sourceId isDeleted } collection { id isEnabled }",
    "more": "endpoint { name labels datasetCount } collection { scheduleDescription lastRun { id } }",
    "nothing": "",
}


@pytest.fixture
def run_ids(seed: Seed) -> list[UUID]:
    """Newest first: of two endpoints, the last without a collection."""
    shop, stock = seed.endpoint("Shop"), seed.endpoint("Stock", deleted_at=BEGIN)
    scheduled = seed.collection(shop, schedule_cron="0 6 * * *")
    deleted = seed.collection(stock, deleted_at=BEGIN, is_enabled=False)
    failed = {"error": "Refused: \u202e“no”.", "error_code": "SOURCE_REFUSED", "started_at": BEGIN}
    return [
        seed.run(shop, scheduled, 6, "RUNNING", started_at=BEGIN.replace(microsecond=0), requested_by="ann"),
        seed.run(stock, deleted, 5, "FAILED", trigger="SCHEDULE", scheduled_for=BEGIN, **failed),
        seed.run(shop, scheduled, 4, "SKIPPED", skip_reason="Another run was under way."),
        seed.run(shop, None, 3),
    ]


@pytest.mark.parametrize("belongs", BELONGS.values(), ids=BELONGS.keys())
@pytest.mark.parametrize("last", [3, 4], ids=["with collections", "one without"])
def test_a_row_shows_what_the_run_shows(belongs: str, last: int, run_ids: list[UUID], muster: Muster) -> None:
    # redactions are no part of a row: the runs are then read in full
    narrow = muster.post({"query": query(last, f"{ROW} {belongs}")})["data"]
    full = muster.post({"query": query(last, f"{ROW} {belongs} redactions")})["data"]
    connection = narrow["collectionRunsConnection"]
    assert [run["id"] for run in narrow["collectionRuns"]] == [str(run_id) for run_id in run_ids[:last]]
    assert connection["nodes"] == narrow["collectionRuns"]
    assert [edge["node"] for edge in connection["edges"]] == connection["nodes"]
    assert connection["pageInfo"] == {"hasNextPage": last < 4, "endCursor": str(run_ids[last - 1])}
    assert narrow == without(full, "redactions")


@pytest.mark.parametrize("belongs", BELONGS.values(), ids=BELONGS.keys())
def test_runs_of_one_show_what_they_show_among_all(belongs: str, seed: Seed, muster: Muster) -> None:
    shop, stock = seed.endpoint("Shop"), seed.endpoint("Stock")
    before = seed.collection(shop, schedule_cron="0 1 * * *", deleted_at=BEGIN)
    nightly, other = seed.collection(shop, schedule_cron="0 2 * * *"), seed.collection(stock)
    for minutes, collection in enumerate((before, None, nightly, before)):
        seed.run(shop, collection, minutes)
    seed.run(stock, other, 4)
    listed = f"query($f: MetadataCollectionRunFilter) {{ collectionRuns(filter: $f) {{ {ROW} {belongs} }} }}"
    among_all = muster.ask(listed)

    def shown(**conditions: str) -> Any:
        return muster.ask(listed, f=conditions)

    for endpoint in (shop, stock):
        of_endpoint = [run for run in among_all if run["endpointId"] == str(endpoint)]
        assert shown(endpointId=str(endpoint)) == of_endpoint
        for collection in (before, nightly, other):
            of_collection = [run for run in among_all if run["collectionId"] == str(collection)]
            of_both = [run for run in of_endpoint if run["collectionId"] == str(collection)]
            assert shown(collectionId=str(collection)) == of_collection
            assert shown(collectionId=str(collection), endpointId=str(endpoint)) == of_both


def test_what_is_wrong_below_a_row_is_told_of_each(run_ids: list[UUID], muster: Muster) -> None:
    wrong = "id collection { id runs(first: -1) { id } }"
    answer = muster.post({"query": f"{{ collectionRuns(first: 2) {{ {wrong} }} }}"})
    assert [run["id"] for run in answer["data"]["collectionRuns"]] == [str(run_id) for run_id in run_ids[:2]]
    places = [error["path"] for error in answer["errors"]]
    assert places == [["collectionRuns", number, "collection", "runs"] for number in range(2)]


def query(first: int, fields: str) -> str:
    """Asks for `fields` of runs, in every way that a list of runs can be asked for."""
    return f"""{{
        collectionRuns(first: {first}) {{ ...F }}
        collectionRunsConnection(first: {first}) {{
            nodes {{ ...F }} edges {{ cursor node {{ ...F }} }}
            pageInfo {{ hasNextPage endCursor }} totalCount
        }}
    }} fragment F on MetadataCollectionRun {{ {fields} }}"""


def without(value: Any, name: str) -> Any:
    """`value` without what it holds under `name`, at any depth."""
    if isinstance(value, dict):
        return {key: without(each, name) for key, each in value.items() if key != name}
    return [without(each, name) for each in value] if isinstance(value, list) else value
