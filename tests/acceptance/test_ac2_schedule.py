"""AC2: a schedule creates periodic runs for the right endpoint.

The shortest interval that cron can express is a minute, the default minimum; nothing is shortened.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.acceptance.api import TERMINAL, Api, until
from tests.acceptance.conftest import Endpoint, Scheduled
from tests.temporal import temporal_schedule_ids


def test_schedule_makes_runs_for_its_collection_and_no_other(
    api: Api, scheduled: Scheduled, pair: tuple[Endpoint, Endpoint]
) -> None:
    runs = until(lambda: two_fires(api, scheduled.ticking), 150, "two scheduled runs")

    fires = sorted(datetime.fromisoformat(run["scheduledFor"]) for run in runs)
    assert all(later - earlier == timedelta(minutes=1) for earlier, later in pairwise(fires))
    assert {run["collectionId"] for run in runs} == {scheduled.ticking.collection}
    assert all(run["status"] == "SUCCEEDED" for run in runs[:2])
    for bystander in pair:
        assert api.runs(endpointId=bystander.id, trigger="SCHEDULE") == []


def test_schedule_exists_in_temporal_under_the_collections_id(api: Api, scheduled: Scheduled) -> None:
    collection = api.ask(
        "query($id: ID!) { collection(id: $id) { temporalScheduleId scheduleState nextRunsAt(count: 2) } }",
        id=scheduled.ticking.collection,
    )

    assert collection["temporalScheduleId"] == f"collection::{scheduled.ticking.collection}"
    assert collection["scheduleState"] == "ACTIVE"
    assert len(collection["nextRunsAt"]) == 2
    assert collection["temporalScheduleId"] in temporal_schedule_ids(scheduled.temporal_address)


def two_fires(api: Api, endpoint: Endpoint) -> list[dict[str, Any]] | None:
    runs = api.runs(endpointId=endpoint.id, trigger="SCHEDULE")
    ended = [run for run in runs if run["status"] in TERMINAL]
    return ended if len(ended) >= 2 else None
