"""Datasets and their changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from ariadne import ObjectType, QueryType

from app.api import arguments
from app.api.arguments import MAX_FACETS
from app.api.completion import Together
from app.api.context import Info
from app.api.pages import Page, page
from app.api.reads import Reads
from app.api.selections import ShownEndpoint, endpoints_shown
from app.core.db import catalog, catalog_search, versions
from app.core.domain.catalog import Change, ChangeFilter, Dataset, DatasetFilter
from app.core.domain.catalog_search import Facets, Match, explain_match
from app.core.domain.runs import Run
from app.core.errors import DatasetNotFound

# the contract's rowCountEstimate is an Int
MAX_INT = 2**31 - 1

query = QueryType()
connection_type = ObjectType("CatalogDatasetConnection")
dataset_type = ObjectType("CatalogDataset")
change_type = ObjectType("CatalogChange")


@dataclass(frozen=True)
class DatasetPage(Page[Dataset]):
    """A page of the datasets that meet `conditions`."""

    conditions: DatasetFilter
    as_of: datetime | None


@query.field("catalogDatasetConnection")
def resolve_catalog_dataset_connection(_: object, info: Info, **given: Any) -> DatasetPage:
    wanted = arguments.read(arguments.Datasets, given)
    first, after, as_of = wanted.pop("first"), wanted.pop("after"), wanted.pop("as_of")
    search = wanted.pop("search", "").strip() or None
    conditions, conn = DatasetFilter(search=search, **wanted), info.context.reads.conn
    count: Callable[[], int]
    if as_of is not None:
        found = versions.list_datasets_as_of(conn, conditions, as_of, first=first + 1, after=after)
        count = partial(versions.count_datasets_as_of, conn, conditions, as_of)
    elif search is not None:
        hits = catalog_search.search_datasets(conn, conditions, search, first=first + 1, after=after)
        found, count = hits.datasets, lambda: hits.total
    else:
        found = catalog.list_datasets(conn, conditions, first=first + 1, after=after)
        count = partial(catalog.count_datasets, conn, conditions)
    info.context.reads.saw(found[:first])
    plain = page(found, first, after, count)
    return DatasetPage(plain.nodes, plain.page_info, plain.count, conditions, as_of)


@connection_type.field("facets")
def resolve_facets(found: Page[Dataset], info: Info) -> Facets | None:
    if not isinstance(found, DatasetPage):
        return None
    return catalog_search.count_facets(info.context.reads.conn, found.conditions, found.as_of)


@query.field("schemas")
def resolve_schemas(_: object, info: Info, **given: Any) -> list[str]:
    endpoint_id = arguments.read(arguments.Schemas, given)["endpoint_id"]
    return catalog.list_schemas(info.context.reads.conn, endpoint_id, MAX_FACETS)


@query.field("metadataDataset")
def resolve_metadata_dataset(_: object, info: Info, **given: Any) -> Dataset:
    wanted = arguments.read(arguments.OneDataset, given)
    dataset_id, as_of, conn = wanted["id"], wanted["as_of"], info.context.reads.conn
    if as_of is None:
        found = catalog.get_dataset(conn, dataset_id)
    else:
        found = versions.get_dataset_as_of(conn, dataset_id, as_of)
    if found is None:
        raise DatasetNotFound(dataset_id)
    info.context.reads.saw([found])
    return found


@query.field("catalogChanges")
def resolve_catalog_changes(_: object, info: Info, **given: Any) -> Page[Change]:
    wanted = arguments.read(arguments.Changes, given)
    first, after = wanted.pop("first"), wanted.pop("after")
    return changes_page(info.context.reads, ChangeFilter(**wanted), first, after)


def changes_page(reads: Reads, conditions: ChangeFilter, first: int, after: int | None) -> Page[Change]:
    """A page of the changes that meet `conditions`."""
    conn = reads.conn
    found = catalog.list_changes(conn, conditions, first=first + 1, after=after)
    reads.saw(found[:first])
    return page(found, first, after, lambda: catalog.count_changes(conn, conditions))


dataset_type.set_alias("description", "comment")
dataset_type.set_alias("entity", "name")
dataset_type.set_alias("labels", "endpoint_labels")
dataset_type.set_alias("sourceEndpointId", "endpoint_id")


@dataset_type.field("sourceEndpoint")
@Together
def resolve_source_endpoints(several: Sequence[Dataset], info: Info) -> Sequence[ShownEndpoint | None]:
    return endpoints_shown(info, [dataset.endpoint_id for dataset in several])


@dataset_type.field("rowCountEstimate")
def resolve_row_count_estimate(dataset: Dataset, info: Info) -> int | None:
    return None if dataset.row_count_estimate is None else min(dataset.row_count_estimate, MAX_INT)


@dataset_type.field("fields")
def resolve_fields(dataset: Dataset, info: Info) -> list[dict[str, Any]]:
    return columns_of(dataset.document)


def columns_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The values of CatalogField for each column of a document."""
    key = set(document.get("primary_key", ()))
    return [
        {
            "position": column["position"],
            "name": column["name"],
            "type": column["type"],
            "nullable": column["nullable"],
            "default_value": column["default"],
            "description": column["comment"],
            "is_primary_key": column["name"] in key,
        }
        for column in document["columns"]
    ]


@dataset_type.field("primaryKey")
def resolve_primary_key(dataset: Dataset, info: Info) -> Sequence[str]:
    return _primary_key(dataset)


@dataset_type.field("foreignKeys")
def resolve_foreign_keys(dataset: Dataset, info: Info) -> list[dict[str, Any]]:
    return [
        {
            "name": key["name"],
            "columns": key["columns"],
            "to_schema": key["to_schema"],
            "to_entity": key["to_name"],
            "to_columns": key["to_columns"],
            "to_dataset_id": lambda _, key=key: info.context.reads.referred_dataset_id(dataset, key),
        }
        for key in dataset.document.get("foreign_keys", ())
    ]


@dataset_type.field("indexes")
def resolve_indexes(dataset: Dataset, info: Info) -> Sequence[dict[str, Any]]:
    indexes: Sequence[dict[str, Any]] = dataset.document.get("indexes", ())
    return indexes


@dataset_type.field("definition")
def resolve_definition(dataset: Dataset, info: Info) -> str | None:
    definition: str | None = dataset.document.get("definition")
    return definition


@dataset_type.field("lastCollectionRun")
def resolve_last_collection_run(dataset: Dataset, info: Info) -> Run | None:
    run_id: UUID | None = dataset.collected_run_id
    return None if run_id is None else info.context.reads.run(run_id)


@dataset_type.field("match")
def resolve_match(dataset: Dataset, info: Info) -> Match | None:
    return None if dataset.found_by is None else explain_match(dataset.found_by, dataset)


@change_type.field("dataset")
def resolve_dataset(change: Change, info: Info) -> Dataset | None:
    return info.context.reads.dataset(change.dataset_id)


def _primary_key(dataset: Dataset) -> Sequence[str]:
    key: Sequence[str] = dataset.document.get("primary_key", ())
    return key


bindables = [query, connection_type, dataset_type, change_type]
