"""Runs, their logs and what they found changed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ariadne import ObjectType, QueryType

from app.api import arguments
from app.api.completion import Together
from app.api.context import Info
from app.api.pages import Page, page
from app.api.queries.catalog import changes_page
from app.api.selections import LABEL_FIELDS, Fields, ShownEndpoint, asks_only, endpoints_shown
from app.core.db import runs
from app.core.db.columns import Rows, column
from app.core.domain.catalog import Change, ChangeFilter
from app.core.domain.collections import Collection, CollectionLabel
from app.core.domain.endpoints import EndpointLabel
from app.core.domain.run_steps import RunStep, steps_of
from app.core.domain.runs import Run, RunFilter, RunLogLine, RunProgress, RunRow, RunStats, RunStatus
from app.core.errors import RunNotFound

query = QueryType()
run_type = ObjectType("MetadataCollectionRun")

# The fields of a run that a RunRow has. What it belongs to is read where more than its label is asked for.
ROW_FIELDS: Fields = dict.fromkeys(
    (
        *("__typename", "id", "collectionId", "collection", "endpointId", "endpoint", "status", "trigger"),
        *("requestedBy", "requestedAt", "scheduledFor", "startedAt", "completedAt", "durationMs"),
        *("attempt", "error", "errorCode", "skipReason"),
    )
)
PAGE_FIELDS: Fields = {
    **dict.fromkeys(("__typename", "pageInfo", "totalCount")),
    "nodes": ROW_FIELDS,
    "edges": {"__typename": None, "cursor": None, "node": ROW_FIELDS},
}
COLLECTION_LABEL_FIELDS: Fields = dict.fromkeys(("__typename", "id", "scheduleCron"))

ShownRun = Run | RunRow


@query.field("collectionRuns")
def resolve_collection_runs(_: object, info: Info, **given: Any) -> Sequence[ShownRun]:
    wanted = arguments.read(arguments.Runs, given)
    conditions, first, after = _run_filter(wanted["filter"]), wanted["first"], wanted["after"]
    rows = runs.list_run_rows(info.context.reads.conn, conditions, first, after)
    return rows if asks_only(info, ROW_FIELDS) else info.context.reads.runs(rows.column("id"))


@query.field("collectionRunsConnection")
def resolve_collection_runs_connection(_: object, info: Info, **given: Any) -> Page[ShownRun]:
    wanted = arguments.read(arguments.Runs, given)
    conditions, first, after = _run_filter(wanted["filter"]), wanted["first"], wanted["after"]
    reads = info.context.reads
    rows = runs.list_run_rows(reads.conn, conditions, first + 1, after)
    found: Page[ShownRun] = page(rows, first, after, lambda: runs.count_runs(reads.conn, conditions))
    if asks_only(info, PAGE_FIELDS):
        return found
    return replace(found, nodes=reads.runs(rows[:first].column("id")))


@query.field("collectionRun")
def resolve_collection_run(_: object, info: Info, **given: Any) -> Run:
    run_id = arguments.read_id(given)
    found = runs.get_run(info.context.reads.conn, run_id)
    if found is None:
        raise RunNotFound(run_id)
    info.context.reads.saw([found])
    return found


@run_type.field("collection")
@Together
def resolve_collections(
    several: Sequence[ShownRun], info: Info
) -> Sequence[Collection | CollectionLabel | None]:
    ids = column(several, "collection_id")
    if isinstance(several, Rows) and all(ids) and asks_only(info, COLLECTION_LABEL_FIELDS):
        return Rows(CollectionLabel, {"id": ids, "schedule_cron": several.column("schedule_cron")})
    found = iter(info.context.reads.collections([each for each in ids if each is not None]))
    return [None if each is None else next(found) for each in ids]


@run_type.field("endpoint")
@Together
def resolve_endpoints(several: Sequence[ShownRun], info: Info) -> Sequence[ShownEndpoint | None]:
    ids = column(several, "endpoint_id")
    if isinstance(several, Rows) and asks_only(info, LABEL_FIELDS):
        return Rows(EndpointLabel, {"id": ids, "name": several.column("endpoint_name")})
    return endpoints_shown(info, ids)


@run_type.field("temporalUrl")
def resolve_temporal_url(run: Run, info: Info) -> str | None:
    return info.context.temporal_ui.run_url(run) if info.context.temporal_ui else None


@run_type.field("steps")
def resolve_steps(run: Run, info: Info) -> list[RunStep]:
    return steps_of(run, info.context.reads.recorded_steps(run.id))


@run_type.field("progress")
def resolve_progress(run: Run, info: Info) -> RunProgress | None:
    return run.progress if run.status is RunStatus.RUNNING else None


@run_type.field("stats")
def resolve_stats(run: Run, info: Info) -> RunStats | None:
    return None if run.is_active else run.stats


@run_type.field("changes")
def resolve_changes(run: Run, info: Info, **given: Any) -> Page[Change]:
    wanted = arguments.read(arguments.RunChanges, given)
    first, after, reads = wanted["first"], wanted["after"], info.context.reads
    if after is None:
        found = reads.changes_of_run(run.id, first + 1)
        return page(found, first, after, lambda: reads.change_count(run.id))
    # a later page is of one run: its `after` is a change of that run
    return changes_page(reads, ChangeFilter(run_id=run.id), first, after)


@run_type.field("logs")
def resolve_logs(run: Run, info: Info, **given: Any) -> list[RunLogLine]:
    wanted = arguments.read(arguments.RunLogs, given)
    reads = info.context.reads
    if wanted["after"] is None:
        return reads.log_of_run(run.id, wanted["first"], wanted["level"])
    # what follows a line is of one run: the line is of that run's log
    return runs.list_log_lines(reads.conn, run.id, **wanted)


def _run_filter(conditions: dict[str, Any]) -> RunFilter:
    """`status` and `statuses` together: both must hold."""
    conditions = dict(conditions)
    status = conditions.pop("status", None)
    if status is not None:
        conditions["statuses"] = [s for s in conditions.get("statuses", [status]) if s is status]
    return RunFilter(**conditions)


bindables = [query, run_type]
