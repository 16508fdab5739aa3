"""What datasets were, what runs could not read, and two states of a catalog compared."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ariadne import ObjectType, QueryType

from app.api import arguments
from app.api.context import Info
from app.api.pages import Page, PageInfo, page
from app.api.queries.catalog import MAX_INT, columns_of
from app.core.db import comparisons, endpoints, renames, run_failures, runs
from app.core.db.comparisons import Span
from app.core.db.rows import Conn
from app.core.domain.catalog import Change, Dataset
from app.core.domain.catalog_history import (
    ComparisonCounts,
    DatasetComparison,
    DatasetVersion,
    Observation,
)
from app.core.domain.catalog_renames import RenameSuggestion
from app.core.domain.runs import FailedObject, Run
from app.core.errors import BadInput, EndpointDeleted, EndpointNotFound, RunNotFound

query = QueryType()
dataset_type = ObjectType("CatalogDataset")
version_type = ObjectType("CatalogDatasetVersion")
observation_type = ObjectType("CatalogObservation")
run_type = ObjectType("MetadataCollectionRun")
failed_object_type = ObjectType("FailedObject")
comparison_type = ObjectType("CatalogComparison")
rename_type = ObjectType("RenameSuggestion")


@dataclass(frozen=True)
class Comparison:
    """A page of a comparison. Its totals are counted when the first of them is asked for."""

    span: Span
    nodes: list[DatasetComparison]
    page_info: PageInfo


@query.field("compareCatalog")
def resolve_compare_catalog(_: object, info: Info, **given: Any) -> Comparison:
    wanted = arguments.read(arguments.Comparison, given)
    conn, first, after = info.context.reads.conn, wanted["first"], wanted["after"]
    span = _span(conn, wanted)
    found = comparisons.list_differences(conn, span, first + 1, after)
    info.context.reads.saw(each.dataset for each in found[:first])
    nodes = page(found, first, after, lambda: 0)
    return Comparison(span, found[:first], nodes.page_info)


def _span(conn: Conn, wanted: dict[str, Any]) -> Span:
    endpoint_id = wanted["endpoint_id"]
    endpoint = endpoints.get_endpoint(conn, endpoint_id)
    if endpoint is None:
        raise EndpointNotFound(endpoint_id)
    if endpoint.is_deleted:
        raise EndpointDeleted(endpoint_id)
    begin = wanted["from_"] or _end_of_run(conn, endpoint_id, wanted["from_run_id"], "fromRunId")
    if wanted["to_run_id"] is not None:
        end = _end_of_run(conn, endpoint_id, wanted["to_run_id"], "toRunId")
    else:
        end = wanted["to"] or datetime.now(UTC)
    if end < begin:
        raise BadInput({"to": ["Must not be before the moment to begin with."]})
    return Span(endpoint_id, begin, end)


def _end_of_run(conn: Conn, endpoint_id: UUID, run_id: UUID, argument: str) -> datetime:
    run = runs.get_run(conn, run_id)
    if run is None:
        raise RunNotFound(run_id)
    if run.endpoint_id != endpoint_id:
        raise BadInput({argument: ["This is a run of another endpoint."]})
    if run.completed_at is None:
        raise BadInput({argument: ["This run has not ended yet."]})
    return run.completed_at


@comparison_type.field("from")
def resolve_from(comparison: Comparison, info: Info) -> datetime:
    return comparison.span.from_


@comparison_type.field("to")
def resolve_to(comparison: Comparison, info: Info) -> datetime:
    return comparison.span.to


@comparison_type.field("added")
def resolve_added(comparison: Comparison, info: Info) -> int:
    return _counts(comparison, info).added


@comparison_type.field("changed")
def resolve_changed(comparison: Comparison, info: Info) -> int:
    return _counts(comparison, info).changed


@comparison_type.field("removed")
def resolve_removed(comparison: Comparison, info: Info) -> int:
    return _counts(comparison, info).removed


def _counts(comparison: Comparison, info: Info) -> ComparisonCounts:
    return info.context.reads.difference_counts(comparison.span)


@comparison_type.field("renameSuggestions")
def resolve_renames_between(comparison: Comparison, info: Info) -> list[RenameSuggestion]:
    return renames.renames_within(info.context.reads.conn, comparison.span)


@rename_type.field("dataset")
def resolve_renamed_dataset(suggestion: RenameSuggestion, info: Info) -> Dataset | None:
    return info.context.reads.dataset(suggestion.dataset_id)


@dataset_type.field("versions")
def resolve_versions(dataset: Dataset, info: Info, **given: Any) -> list[DatasetVersion]:
    return info.context.reads.versions_of(dataset.id, arguments.read(arguments.Versions, given)["first"])


@dataset_type.field("observations")
def resolve_observations(dataset: Dataset, info: Info, **given: Any) -> list[Observation]:
    days = arguments.read(arguments.Observations, given)["days"]
    return info.context.reads.observations_of(dataset.id, days)


@version_type.field("fields")
def resolve_version_fields(version: DatasetVersion, info: Info) -> list[dict[str, Any]]:
    return columns_of(version.document)


@version_type.field("changes")
def resolve_version_changes(version: DatasetVersion, info: Info) -> list[Change]:
    return info.context.reads.changes_of(version)


@observation_type.field("rowCountEstimate")
def resolve_row_count_estimate(observation: Observation, info: Info) -> int | None:
    estimate = observation.row_count_estimate
    return None if estimate is None else min(estimate, MAX_INT)


@run_type.field("failedObjects")
def resolve_failed_objects(run: Run, info: Info, **given: Any) -> Page[FailedObject]:
    wanted = arguments.read(arguments.FailedObjects, given)
    reads, first, after = info.context.reads, wanted["first"], wanted["after"]
    if after is None:
        found = reads.failed_objects_of_run(run.id, first + 1)
    else:
        found = run_failures.list_failed_objects(reads.conn, run.id, first + 1, after)
    return page(found, first, after, lambda: reads.failed_object_count(run.id))


@run_type.field("renameSuggestions")
def resolve_renames_of_run(run: Run, info: Info) -> list[RenameSuggestion]:
    return renames.renames_of_run(info.context.reads.conn, run.endpoint_id, run.id)


failed_object_type.set_alias("entity", "name")

bindables = [
    query,
    dataset_type,
    version_type,
    observation_type,
    run_type,
    failed_object_type,
    comparison_type,
    rename_type,
]
