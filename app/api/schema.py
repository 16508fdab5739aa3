"""The executable schema: the SDL of graphql/ bound to its resolvers."""

from pathlib import Path

from ariadne import load_schema_from_path, make_executable_schema
from ariadne.utils import convert_camel_case_to_snake
from graphql import GraphQLObjectType, GraphQLSchema

from app.api import scalars
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
    return make_executable_schema(
        load_schema_from_path(str(sdl)), *bindables, convert_names_case=_python_name
    )


def _python_name(name: str, schema: GraphQLSchema, path: tuple[str, ...]) -> str:
    # Arguments and inputs keep their names: marshmallow reads them, and its faults name what the caller sent.
    is_output_field = len(path) == 2 and isinstance(schema.type_map[path[0]], GraphQLObjectType)
    return convert_camel_case_to_snake(name) if is_output_field else name
