"""What the overview shows, counted and gathered in Postgres."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.core.contracts import WORKFLOW_EXECUTION_TIMEOUT_SECONDS
from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all, pick
from app.core.domain.overview import (
    Overview,
    RunStatusCount,
    TimelineLane,
    TimelineRun,
    TimelineSpan,
    UpcomingRun,
)
from app.core.domain.runs import RunStatus, RunTrigger
from app.core.domain.schedules import CronTiming

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
    params = {"since": since, "statuses": list(RunStatus), "triggers": list(RunTrigger)}
    return fetch_all(
        conn,
        query("overview", "count_runs_by_status"),
        params,
        lambda row: RunStatusCount(RunStatus(row["status"]), row["runs"]),
    )


def timeline_lanes(conn: Conn, from_: datetime, to: datetime, lanes: int) -> list[TimelineLane]:
    """The live endpoints with runs between two moments, failing ones first, then by name."""
    params = {"from": from_, "to": to, "reach": from_ - _REACH, "lanes": lanes}
    found = fetch_all(conn, query("overview", "timeline_lanes"), params, dict)
    lane_runs = min(LANE_RUNS_MOST, max(LANE_RUNS_LEAST, TIMELINE_RUNS // max(len(found), 1)))
    span = TimelineSpan(from_, to, lane_runs)
    return [pick(TimelineLane, row, span=span, omitted=max(row["runs"] - lane_runs, 0)) for row in found]


def timeline_runs(
    conn: Conn, endpoint_ids: Collection[UUID], span: TimelineSpan
) -> dict[UUID, list[TimelineRun]]:
    """The runs of each endpoint's lane, oldest first."""
    runs: defaultdict[UUID, list[TimelineRun]] = defaultdict(list)
    sql, params = query("overview", "timeline_runs"), _of_lanes(endpoint_ids, span)
    for endpoint_id, run in fetch_all(conn, sql, params, _timeline_run):
        runs[endpoint_id].append(run)
    return runs


def timeline_columns(conn: Conn, endpoint_ids: Collection[UUID], span: TimelineSpan) -> dict[UUID, Row]:
    """The same as lists by the names that the contract's RunColumns has."""
    sql, params = query("overview", "timeline_columns"), _of_lanes(endpoint_ids, span)
    return dict(fetch_all(conn, sql, params, lambda row: (row["endpoint_id"], row["columns"])))


def list_timings(conn: Conn) -> list[CronTiming]:
    """What the schedules of enabled collections of live endpoints say, each once."""
    return fetch_all(conn, query("overview", "list_timings"), {}, lambda row: pick(CronTiming, row))


def upcoming_runs(conn: Conn, fires: Sequence[tuple[datetime, CronTiming]], first: int) -> list[UpcomingRun]:
    """The collections with the timings of `fires`, by their moments and then by name; at most `first`."""
    params = {
        "moments": [moment for moment, _ in fires],
        "crons": [timing.cron for _, timing in fires],
        "timezones": [timing.timezone for _, timing in fires],
        "first": first,
    }
    return fetch_all(conn, query("overview", "upcoming_runs"), params, lambda row: pick(UpcomingRun, row))


def postgres_version(conn: Conn) -> str:
    """The version of the server, as it says it."""
    sql = query("overview", "postgres_version")
    [version] = fetch_all(conn, sql, {}, lambda row: str(row["version"]))
    return version


def _timeline_run(row: Row) -> tuple[UUID, TimelineRun]:
    run = pick(TimelineRun, row, status=RunStatus(row["status"]), trigger=RunTrigger(row["trigger"]))
    return row["endpoint_id"], run


def _of_lanes(endpoint_ids: Collection[UUID], span: TimelineSpan) -> Row:
    return {
        "ids": list(endpoint_ids),
        "from": span.from_,
        "to": span.to,
        "reach": span.from_ - _REACH,
        "limit": span.lane_runs,
    }
