"""The public contract against our SDL, and the SDL against the code behind it."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from app.api.completion import Attribute
from app.api.pages import Edge, Page, PageInfo
from app.api.queries.history import Comparison
from app.api.schema import make_schema
from app.core.config import GRAPHQL_DIR
from app.core.domain.audit import AuditEvent
from app.core.domain.auth import ApiToken, CreatedToken, Viewer
from app.core.domain.catalog import Change, Dataset
from app.core.domain.catalog_diff import Difference
from app.core.domain.catalog_history import DatasetComparison, DatasetVersion, Observation
from app.core.domain.catalog_renames import RenameSuggestion
from app.core.domain.catalog_search import Facets, FacetValue, Match
from app.core.domain.collections import Collection
from app.core.domain.endpoints import Diagnostic, Endpoint, EndpointTest, TestResult
from app.core.domain.lineage import ColumnPair, Lineage, LineageEdge, LineageNode, Reference
from app.core.domain.overview import Overview, RunStatusCount, TimelineLane, TimelineRun, UpcomingRun
from app.core.domain.policies import EndpointPolicy
from app.core.domain.removals import HeldRemovals
from app.core.domain.run_steps import RunStep
from app.core.domain.runs import FailedObject, Run, RunLogLine, RunProgress, RunStats, SourceCost
from app.core.domain.schedules import SchedulePreview
from app.core.domain.templates import (
    Capability,
    ConnectionPlan,
    FieldOption,
    ProbingMethod,
    ProbingPlan,
    Template,
    TemplateField,
)
from app.services.readiness import ServiceHealth

CONTRACT = Path(__file__).parents[1] / "contract" / "schema.graphql"

# Issues that follow bring these; take a line out when its issue has.
NOT_YET: set[str] = set()

# What resolvers hand out for each type: a field without a resolver of its own is read from there.
VALUES: dict[str, type] = {
    "ApiToken": ApiToken,
    "AuditEvent": AuditEvent,
    "AuditEventConnection": Page,
    "AuditEventEdge": Edge,
    "CatalogChange": Change,
    "CatalogChangeConnection": Page,
    "CatalogDataset": Dataset,
    "CatalogDatasetConnection": Page,
    "CatalogDatasetEdge": Edge,
    "CatalogDatasetVersion": DatasetVersion,
    "CatalogColumnPair": ColumnPair,
    "CatalogFacets": Facets,
    "CatalogMatch": Match,
    "FacetValue": FacetValue,
    "CatalogDifference": Difference,
    "CatalogLineage": Lineage,
    "CatalogLineageEdge": LineageEdge,
    "CatalogLineageNode": LineageNode,
    "CatalogReference": Reference,
    "CatalogObservation": Observation,
    "CatalogComparison": Comparison,
    "DatasetComparison": DatasetComparison,
    "EndpointPolicy": EndpointPolicy,
    "FailedObject": FailedObject,
    "FailedObjectConnection": Page,
    "HeldRemovals": HeldRemovals,
    "RenameSuggestion": RenameSuggestion,
    "ConnectorInfo": Template,
    "CreatedApiToken": CreatedToken,
    "Diagnostic": Diagnostic,
    "EndpointConnection": Page,
    "EndpointEdge": Edge,
    "EndpointTest": EndpointTest,
    "MetadataCollection": Collection,
    "MetadataCollectionConnection": Page,
    "MetadataCollectionEdge": Edge,
    "MetadataCollectionRun": Run,
    "MetadataCollectionRunConnection": Page,
    "MetadataCollectionRunEdge": Edge,
    "MetadataEndpoint": Endpoint,
    "MetadataEndpointCapability": Capability,
    "MetadataEndpointConnection": ConnectionPlan,
    "MetadataEndpointField": TemplateField,
    "MetadataEndpointFieldOption": FieldOption,
    "MetadataEndpointProbingMethod": ProbingMethod,
    "MetadataEndpointProbingPlan": ProbingPlan,
    "MetadataEndpointTemplate": Template,
    "Overview": Overview,
    "PageInfo": PageInfo,
    "RunLogLine": RunLogLine,
    "RunProgress": RunProgress,
    "RunStats": RunStats,
    "SourceCost": SourceCost,
    "RunStatusCount": RunStatusCount,
    "RunStep": RunStep,
    "RunTimelineLane": TimelineLane,
    "RunTimelineRun": TimelineRun,
    "SchedulePreview": SchedulePreview,
    "ServiceHealth": ServiceHealth,
    "TestResult": TestResult,
    "UpcomingRun": UpcomingRun,
    "Viewer": Viewer,
}
# Resolvers make these as dicts; tests of the queries read every field of them.
MADE_AS_DICTS = {"CatalogField", "CatalogForeignKey", "CatalogIndex", "Health", "ServerInfo"}


@pytest.fixture(scope="module")
def ours() -> GraphQLSchema:
    return make_schema(GRAPHQL_DIR)


@pytest.fixture(scope="module")
def contract() -> dict[str, str]:
    return elements(build_schema(CONTRACT.read_text(encoding="utf-8")))


def test_the_sdl_has_every_element_of_the_contract_exactly(
    contract: dict[str, str], ours: GraphQLSchema
) -> None:
    promised = {path: shape for path, shape in contract.items() if not is_for_later(path)}
    found = {path: shape for path, shape in elements(ours).items() if path in contract}
    assert found == promised, "graphql/ must have what tests/contract/schema.graphql has, save NOT_YET"


def test_everything_left_for_later_is_part_of_the_contract(contract: dict[str, str]) -> None:
    assert contract.keys() >= NOT_YET, "NOT_YET names something that the contract does not have"


def test_what_the_sdl_adds_to_the_contract_is_optional(contract: dict[str, str], ours: GraphQLSchema) -> None:
    added = {path: shape for path, shape in elements(ours).items() if path not in contract}
    arguments = {
        path: shape
        for path, shape in added.items()
        if path.count(".") == 2 and path.rpartition(".")[0] in contract
    }
    required = [path for path, shape in arguments.items() if shape.endswith("!")]
    assert required == [], "an added argument must be optional"


def test_every_element_of_the_sdl_has_a_description(ours: GraphQLSchema) -> None:
    bare = [path for path, description in descriptions(ours) if not (description or "").strip()]
    assert bare == [], "describe these in graphql/*.graphql"


def test_every_field_of_the_sdl_has_a_resolver_or_a_value(ours: GraphQLSchema) -> None:
    missing = []
    for named in own_types(ours):
        if not isinstance(named, GraphQLObjectType) or named.name in MADE_AS_DICTS:
            continue
        value = VALUES.get(named.name)
        known = {*dir(value), *getattr(value, "__dataclass_fields__", ())} if value else set()
        for name, field in named.fields.items():
            is_alias = hasattr(field.resolve, "_ariadne_alias_resolver")
            is_read_by_default = is_alias or isinstance(field.resolve, Attribute)
            if is_read_by_default and attribute(field.resolve) not in known:
                missing.append(f"{named.name}.{name}")
    assert missing == [], "give these a resolver in app/api/queries, or the dataclass in VALUES an attribute"


def test_every_resolver_has_a_field_in_the_sdl(tmp_path: Path) -> None:
    for file in GRAPHQL_DIR.glob("*.graphql"):
        (tmp_path / file.name).write_text(file.read_text().replace("datasetCount: Int!", "other: Int!"))
    with pytest.raises(ValueError, match="datasetCount"):
        make_schema(tmp_path)


def is_for_later(path: str) -> bool:
    """Whether the path, or something it is part of, is in NOT_YET."""
    names = path.split(".")
    return any(".".join(names[:length]) in NOT_YET for length in range(1, len(names) + 1))


def attribute(resolver: object) -> str:
    """The attribute that a plain field or an alias reads: Ariadne's resolver of the latter closes over it."""
    if isinstance(resolver, Attribute):
        return resolver.name
    cells = inspect.getclosurevars(resolver).nonlocals if callable(resolver) else {}
    return str(cells["attr_name"])


def elements(schema: GraphQLSchema) -> dict[str, str]:
    """{path: what the contract fixes about it}: types, fields, arguments with their defaults, enum values."""
    found: dict[str, str] = {}
    for named in own_types(schema):
        found[named.name] = type(named).__name__
        if isinstance(named, GraphQLEnumType):
            found |= {f"{named.name}.{value}": "value" for value in named.values}
        elif isinstance(named, GraphQLInputObjectType):
            found |= {f"{named.name}.{n}": f"{default(f)}{f.type}" for n, f in named.fields.items()}
        elif isinstance(named, GraphQLObjectType):
            for name, field in named.fields.items():
                found[f"{named.name}.{name}"] = str(field.type)
                for argument, value in field.args.items():
                    found[f"{named.name}.{name}.{argument}"] = f"{default(value)}{value.type}"
    return found


def default(argument: object) -> str:
    literal = getattr(getattr(argument, "ast_node", None), "default_value", None)
    return "" if literal is None else f"{getattr(literal, 'value', literal)} "


def descriptions(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for named in own_types(schema):
        yield named.name, named.description
        if isinstance(named, GraphQLEnumType):
            yield from ((f"{named.name}.{name}", value.description) for name, value in named.values.items())
        elif isinstance(named, GraphQLInputObjectType):
            yield from ((f"{named.name}.{name}", field.description) for name, field in named.fields.items())
        elif isinstance(named, GraphQLObjectType):
            for name, field in named.fields.items():
                yield f"{named.name}.{name}", field.description
                for argument, value in field.args.items():
                    yield f"{named.name}.{name}({argument})", value.description


def own_types(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    return [
        named
        for named in schema.type_map.values()
        if not is_introspection_type(named)
        and not (isinstance(named, GraphQLScalarType) and is_specified_scalar_type(named))
    ]
