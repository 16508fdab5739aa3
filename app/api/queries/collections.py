"""Collections and their schedules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ariadne import ObjectType, QueryType

from app.api import arguments
from app.api.completion import Together
from app.api.context import Info
from app.api.pages import Page, page
from app.api.selections import ShownEndpoint, endpoints_shown
from app.core.db import collections, runs
from app.core.domain import schedules
from app.core.domain.collections import Collection
from app.core.domain.runs import Run, RunFilter
from app.core.errors import BadInput, CollectionNotFound

query = QueryType()
collection_type = ObjectType("MetadataCollection")


@query.field("collections")
def resolve_collections(_: object, info: Info, **given: Any) -> list[Collection]:
    wanted = arguments.read(arguments.Collections, given)
    found = collections.list_collections(info.context.reads.conn, **wanted)
    info.context.reads.saw(found)
    return found


@query.field("collectionsConnection")
def resolve_collections_connection(_: object, info: Info, **given: Any) -> Page[Collection]:
    wanted = arguments.read(arguments.Collections, given)
    first, after = wanted.pop("first"), wanted.pop("after")
    conn = info.context.reads.conn
    found = collections.list_collections(conn, **wanted, first=first + 1, after=after)
    info.context.reads.saw(found[:first])
    return page(found, first, after, lambda: collections.count_collections(conn, **wanted))


@query.field("collection")
def resolve_collection(_: object, info: Info, **given: Any) -> Collection:
    collection_id = arguments.read_id(given)
    found = collections.get_collection(info.context.reads.conn, collection_id)
    if found is None:
        raise CollectionNotFound(collection_id)
    info.context.reads.saw([found])
    return found


@query.field("schedulePreview")
def resolve_schedule_preview(_: object, info: Info, **given: Any) -> schedules.SchedulePreview:
    wanted = arguments.read(arguments.SchedulePreview, given)
    services = info.context.services
    spec = schedules.parse_cron(wanted["cron"])
    try:
        schedules.check_minimum_interval(spec, services.min_schedule_interval_seconds)
    except schedules.CronError as error:
        raise BadInput({"cron": [str(error)]}) from None
    zone = schedules.check_timezone(wanted["timezone"])
    return schedules.preview(spec, zone, services.clock(), wanted["count"])


@collection_type.field("endpoint")
@Together
def resolve_endpoints(several: Sequence[Collection], info: Info) -> Sequence[ShownEndpoint | None]:
    return endpoints_shown(info, [collection.endpoint_id for collection in several])


@collection_type.field("nextRunsAt")
def resolve_next_runs_at(collection: Collection, info: Info, **given: Any) -> list[datetime]:
    count = arguments.read(arguments.NextRuns, given)["count"]
    if collection.schedule_cron is None or not collection.is_enabled or collection.deleted_at is not None:
        return []
    spec = schedules.parse_cron(collection.schedule_cron)
    zone = schedules.check_timezone(collection.schedule_timezone)
    return schedules.next_fires(spec, zone, info.context.services.clock(), count)


@collection_type.field("lastRun")
def resolve_last_run(collection: Collection, info: Info) -> Run | None:
    return info.context.reads.last_run(collection.id)


@collection_type.field("activeRun")
def resolve_active_run(collection: Collection, info: Info) -> Run | None:
    return info.context.reads.active_run(collection.id)


@collection_type.field("runs")
def resolve_runs(collection: Collection, info: Info, **given: Any) -> list[Run]:
    wanted = arguments.read(arguments.CollectionRuns, given)
    reads = info.context.reads
    if wanted["after"] is None:
        return reads.runs_of_collection(collection.id, wanted["first"])
    # a later page is of one collection: its `after` is a run of that collection
    found = runs.list_runs(reads.conn, RunFilter(collection_id=collection.id), **wanted)
    reads.saw(found)
    return found


bindables = [query, collection_type]
