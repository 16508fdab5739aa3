"""Endpoints and the templates they are made from."""

from typing import Any

from ariadne import ObjectType, QueryType

from app.api import arguments
from app.api.arguments import MAX_FACETS
from app.api.context import Info
from app.api.pages import Page, page
from app.core.db import endpoints
from app.core.domain.collections import Collection
from app.core.domain.endpoints import Endpoint
from app.core.domain.runs import Run
from app.core.domain.templates import TEMPLATES, Template
from app.core.errors import EndpointNotFound

query = QueryType()
endpoint_type = ObjectType("MetadataEndpoint")


@query.field("endpointTemplates")
def resolve_endpoint_templates(_: object, info: Info, **given: Any) -> list[Template]:
    family = arguments.read(arguments.Templates, given)["family"]
    return [template for template in TEMPLATES.values() if family in (None, template.family)]


@query.field("endpoints")
def resolve_endpoints(_: object, info: Info, **given: Any) -> list[Endpoint]:
    found = endpoints.list_endpoints(info.context.reads.conn, **arguments.read(arguments.Endpoints, given))
    info.context.reads.saw(found)
    return found


@query.field("endpointsConnection")
def resolve_endpoints_connection(_: object, info: Info, **given: Any) -> Page[Endpoint]:
    wanted = arguments.read(arguments.EndpointsPage, given)
    first, after = wanted.pop("first"), wanted.pop("after")
    conn = info.context.reads.conn
    found = endpoints.list_endpoints(conn, **wanted, first=first + 1, after=after)
    info.context.reads.saw(found[:first])
    return page(found, first, after, lambda: endpoints.count_endpoints(conn, **wanted))


@query.field("endpoint")
def resolve_endpoint(_: object, info: Info, **given: Any) -> Endpoint:
    endpoint_id = arguments.read_id(given)
    found = endpoints.get_endpoint(info.context.reads.conn, endpoint_id)
    if found is None:
        raise EndpointNotFound(endpoint_id)
    info.context.reads.saw([found])
    return found


@query.field("labels")
def resolve_labels(_: object, info: Info) -> list[str]:
    return endpoints.list_labels(info.context.reads.conn, MAX_FACETS)


@endpoint_type.field("config")
def resolve_config(endpoint: Endpoint, info: Info) -> dict[str, Any] | None:
    return endpoint.config if endpoint.template_id is not None else None


@endpoint_type.field("collections")
def resolve_collections(endpoint: Endpoint, info: Info) -> list[Collection]:
    return info.context.reads.collections_of(endpoint.id)


@endpoint_type.field("runs")
def resolve_runs(endpoint: Endpoint, info: Info, **given: Any) -> list[Run]:
    limit = arguments.read(arguments.EndpointRuns, given)["limit"]
    return info.context.reads.runs_of_endpoint(endpoint.id, limit)


@endpoint_type.field("datasetCount")
def resolve_dataset_count(endpoint: Endpoint, info: Info) -> int:
    return info.context.reads.dataset_count(endpoint.id)


bindables = [query, endpoint_type]
