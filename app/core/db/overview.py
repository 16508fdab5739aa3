"""What the overview shows, counted and gathered in Postgres."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from app.core.contracts import WORKFLOW_EXECUTION_TIMEOUT_SECONDS
from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all, pick
from app.core.domain.overview import (
    Overview,
    RunStatusCount,
    ScheduledCollection,
    TimelineLane,
    TimelineRun,
)
from app.core.domain.runs import RunStatus, RunTrigger

# How many runs a timeline shows in all, and in one lane: few lanes have room for many runs.
TIMELINE_RUNS = 12_000
LANE_RUNS_LEAST = 24
LANE_RUNS_MOST = 200

# No run that began earlier can have lasted into the span.
_REACH = timedelta(seconds=WORKFLOW_EXECUTION_TIMEOUT_SECONDS)


def count_everything(conn: Conn, since: datetime) -> Overview:
    """The counts of what is live now, and of the changes found at `since` or later."""
    sql = query("overview", "overview_counts")
    [overview] = fetch_all(conn, sql, {"since": since}, lambda row: pick(Overview, row))
    return overview


def count_runs_by_status(conn: Conn, since: datetime) -> list[RunStatusCount]:
    """How many runs requested at `since` or later have each status; every status is there."""
    params = {"since": since, "statuses": [status.value for status in RunStatus]}
    return fetch_all(
        conn,
        query("overview", "count_runs_by_status"),
        params,
        lambda row: RunStatusCount(RunStatus(row["status"]), row["runs"]),
    )


def run_timeline(conn: Conn, from_: datetime, to: datetime, lanes: int) -> list[TimelineLane]:
    """The runs of live endpoints between two moments, failing endpoints first, then by name."""
    span = {"from": from_, "to": to, "reach": from_ - _REACH}
    found = fetch_all(conn, query("overview", "timeline_lanes"), span | {"lanes": lanes}, dict)
    limit = min(LANE_RUNS_MOST, max(LANE_RUNS_LEAST, TIMELINE_RUNS // max(len(found), 1)))
    runs: defaultdict[UUID, list[TimelineRun]] = defaultdict(list)
    wanted = span | {"ids": [lane["endpoint_id"] for lane in found], "limit": limit}
    for endpoint_id, run in fetch_all(conn, query("overview", "timeline_runs"), wanted, _timeline_run):
        runs[endpoint_id].append(run)
    return [_lane(lane, runs[lane["endpoint_id"]]) for lane in found]


def scheduled_collections(conn: Conn) -> list[ScheduledCollection]:
    """The enabled collections of live endpoints that have a schedule."""
    return fetch_all(
        conn, query("overview", "scheduled_collections"), {}, lambda row: pick(ScheduledCollection, row)
    )


def postgres_version(conn: Conn) -> str:
    """The version of the server, as it says it."""
    sql = query("overview", "postgres_version")
    [version] = fetch_all(conn, sql, {}, lambda row: str(row["version"]))
    return version


def _timeline_run(row: Row) -> tuple[UUID, TimelineRun]:
    run = pick(TimelineRun, row, status=RunStatus(row["status"]), trigger=RunTrigger(row["trigger"]))
    return row["endpoint_id"], run


def _lane(row: Row, runs: list[TimelineRun]) -> TimelineLane:
    # a run that began between the two statements is shown, and nothing was left out for it
    return pick(TimelineLane, row, runs=runs, omitted=max(row["runs"] - len(runs), 0))
