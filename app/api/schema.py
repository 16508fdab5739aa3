"""The executable schema: the SDL of graphql/ bound to its resolvers."""

from pathlib import Path

from ariadne import load_schema_from_path, make_executable_schema
from ariadne.utils import convert_camel_case_to_snake
from graphql import GraphQLObjectType, GraphQLSchema, is_introspection_type

from app.api import scalars
from app.api.completion import Attribute
from app.api.mutations import collections as change_collections
from app.api.mutations import endpoints as change_endpoints
from app.api.mutations import removals as change_removals
from app.api.mutations import runs as change_runs
from app.api.mutations import tokens as change_tokens
from app.api.queries import (
    audit,
    catalog,
    collections,
    endpoints,
    history,
    lineage,
    overview,
    removals,
    runs,
    service,
    tokens,
)

RESOLVERS = (
    scalars,
    service,
    endpoints,
    collections,
    runs,
    overview,
    catalog,
    history,
    lineage,
    removals,
    tokens,
    audit,
    change_endpoints,
    change_collections,
    change_runs,
    change_removals,
    change_tokens,
)


def make_schema(sdl: Path) -> GraphQLSchema:
    """The schema of the folder `sdl`. Raises when a resolver has no field there."""
    bindables = [bindable for module in RESOLVERS for bindable in module.bindables]
    schema = make_executable_schema(load_schema_from_path(str(sdl)), *bindables)
    # Arguments and inputs keep their names: marshmallow reads them, and its faults name what the caller sent.
    for of_type in schema.type_map.values():
        if isinstance(of_type, GraphQLObjectType) and not is_introspection_type(of_type):
            _resolve_plain_fields(of_type)
    return schema


def _resolve_plain_fields(of_type: GraphQLObjectType) -> None:
    for name, field in of_type.fields.items():
        if field.resolve is None:
            field.resolve = Attribute(convert_camel_case_to_snake(name))
