"""Everything at a glance: counts, the runs of the last hours, what runs next."""

from datetime import timedelta
from typing import Any

from ariadne import ObjectType, QueryType

from app.api import arguments
from app.api.context import Info
from app.core.db import overview as stored
from app.core.domain import schedules
from app.core.domain.collections import Collection
from app.core.domain.overview import Overview, RunStatusCount, TimelineLane, TimelineRun, UpcomingRun
from app.services.readiness import ServiceHealth

query = QueryType()
overview_type = ObjectType("Overview")
service_type = ObjectType("ServiceHealth")
lane_type = ObjectType("RunTimelineLane")

PERIOD = timedelta(hours=24)


@query.field("overview")
def resolve_overview(_: object, info: Info) -> Overview:
    return stored.count_everything(info.context.reads.conn, info.context.services.clock() - PERIOD)


@query.field("runTimeline")
def resolve_run_timeline(_: object, info: Info, **given: Any) -> list[TimelineLane]:
    wanted = arguments.read(arguments.RunTimeline, given)
    reads = info.context.reads
    lanes = stored.timeline_lanes(reads.conn, wanted["from_"], wanted["to"], wanted["endpoint_limit"])
    reads.saw(lanes)
    return lanes


@query.field("upcomingRuns")
def resolve_upcoming_runs(_: object, info: Info, **given: Any) -> list[UpcomingRun]:
    first = arguments.read(arguments.UpcomingRuns, given)["first"]
    conn = info.context.reads.conn
    # every timing has a collection: no more of them can be needed than collections are wanted
    fires = schedules.upcoming(stored.list_timings(conn), info.context.services.clock(), first)
    return stored.upcoming_runs(conn, fires, first)


@lane_type.field("runs")
def resolve_lane_runs(lane: TimelineLane, info: Info) -> list[TimelineRun]:
    return info.context.reads.runs_of_lane(lane)


@lane_type.field("runColumns")
def resolve_lane_columns(lane: TimelineLane, info: Info) -> dict[str, list[Any]]:
    return info.context.reads.columns_of_lane(lane)


@overview_type.field("last24h")
def resolve_last_24h(overview: Overview, info: Info) -> list[RunStatusCount]:
    return stored.count_runs_by_status(info.context.reads.conn, overview.since)


@overview_type.field("services")
def resolve_services(overview: Overview, info: Info) -> list[ServiceHealth]:
    return info.context.readiness.glance().services


@overview_type.field("endpointsFailing")
def resolve_endpoints_failing(overview: Overview, info: Info) -> int:
    return info.context.reads.failing()[1]


@overview_type.field("failing")
def resolve_failing(overview: Overview, info: Info, **given: Any) -> list[Collection]:
    first = arguments.read(arguments.Failing, given)["first"]
    found = info.context.reads.failing()[0][:first]
    info.context.reads.saw(found)
    return found


@service_type.field("name")
def resolve_service_name(service: ServiceHealth, info: Info) -> str:
    return service.name.upper()


bindables = [query, overview_type, service_type, lane_type]
