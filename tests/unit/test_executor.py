"""The short cut for plain fields answers what graphql-core answers without it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLObjectType, GraphQLSchema, build_schema, execute_sync, parse

from app.api.executor import Attribute, ShortCutExecutor

SDL = """
enum Colour { RED GREEN }
type Thing {
  id: ID!
  name: String
  must: String!
  colour: Colour
  size: Int
  tags: [String!]!
  cost(times: Int = 1): Int!
  part: Thing
  parts: [Thing!]
}
type Query { things: [Thing]! }
"""


@dataclass
class Thing:
    """Whatever a test gives it."""

    id: Any = 1
    name: Any = "a name"
    must: Any = "there"
    colour: Any = "RED"
    size: Any = 3
    tags: Any = ("x", "y")
    part: Any = None
    parts: Any = None

    def cost(self, _info: object, times: int) -> int:
        return 7 * times


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    made = build_schema(SDL)
    for name in ("Thing", "Query"):
        of_type = made.type_map[name]
        assert isinstance(of_type, GraphQLObjectType)
        for field_name, field in of_type.fields.items():
            field.resolve = Attribute(field_name)
    return made


QUERIES = {
    "plain": "{ things { __typename id name must colour size } }",
    "alias, the same twice": "{ things { a: name b: name name name } }",
    "lists and arguments": "{ things { tags cost twice: cost(times: 2) } }",
    "nested": "{ things { part { must part { id } } parts { must size } } }",
    "fragments": "{ things { ...F ... on Thing @include(if: false) { size } } } fragment F on Thing { id }",
}
THINGS: dict[str, list[Any]] = {
    "usual": [Thing(), Thing(id="t", colour="GREEN", part=Thing())],
    "nothing": [Thing(None, None, None, None, None, None), None],
    "not of its type": [
        Thing(size="many"),
        Thing(colour="BLUE"),
        Thing(name=datetime(2026, 1, 1, tzinfo=UTC)),
    ],
    "too big": [Thing(size=2**40), Thing(size=True)],
    "errors for values": [Thing(name=ValueError("unreadable")), Thing(must=ValueError("unreadable"))],
    "called": [Thing(name=lambda _info: "called", must=lambda _info: None)],
    "mappings": [{"id": 1, "must": "there", "tags": [], "cost": 3, "part": {"must": None}}],
    "null deep in a list": [Thing(parts=[Thing(), Thing(must=None)]), Thing()],
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("things", THINGS.values(), ids=THINGS.keys())
def test_the_answer_is_the_same(query: str, things: list[Any], schema: GraphQLSchema) -> None:
    document, root = parse(query), {"things": things}
    usual = execute_sync(schema, document, root)
    short = execute_sync(schema, document, root, executor_class=ShortCutExecutor)
    assert said(short) == said(usual)


def said(result: ExecutionResult) -> tuple[Any, list[Any]]:
    return result.data, [error.formatted for error in result.errors or []]
