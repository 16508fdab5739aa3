"""Runs, their logs and what they found changed."""

from collections.abc import Sequence
from typing import Any

from ariadne import ObjectType, QueryType

from app.api import arguments
from app.api.completion import Together
from app.api.context import Info
from app.api.pages import Page, page
from app.api.queries.catalog import changes_page
from app.api.selections import ShownEndpoint, endpoints_shown
from app.core.db import runs
from app.core.domain.catalog import Change, ChangeFilter
from app.core.domain.collections import Collection
from app.core.domain.run_steps import RunStep, steps_of
from app.core.domain.runs import Run, RunFilter, RunLogLine, RunProgress, RunStats, RunStatus
from app.core.errors import RunNotFound

query = QueryType()
run_type = ObjectType("MetadataCollectionRun")


@query.field("collectionRuns")
def resolve_collection_runs(_: object, info: Info, **given: Any) -> list[Run]:
    wanted = arguments.read(arguments.Runs, given)
    reads = info.context.reads
    found = runs.list_runs(
        reads.conn, _run_filter(wanted["filter"]), first=wanted["first"], after=wanted["after"]
    )
    reads.saw(found)
    return found


@query.field("collectionRunsConnection")
def resolve_collection_runs_connection(_: object, info: Info, **given: Any) -> Page[Run]:
    wanted = arguments.read(arguments.Runs, given)
    conditions, first, after = _run_filter(wanted["filter"]), wanted["first"], wanted["after"]
    conn = info.context.reads.conn
    found = runs.list_runs(conn, conditions, first=first + 1, after=after)
    info.context.reads.saw(found[:first])
    return page(found, first, after, lambda: runs.count_runs(conn, conditions))


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
def resolve_collections(several: Sequence[Run], info: Info) -> Sequence[Collection | None]:
    ids = [run.collection_id for run in several if run.collection_id is not None]
    found = iter(info.context.reads.collections(ids))
    return [None if run.collection_id is None else next(found) for run in several]


@run_type.field("endpoint")
@Together
def resolve_endpoints(several: Sequence[Run], info: Info) -> Sequence[ShownEndpoint | None]:
    return endpoints_shown(info, [run.endpoint_id for run in several])


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
