"""The short cut answers what graphql-core answers without it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from graphql import (
    ExecutionResult,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
)
from graphql.execution.executor import Executor

from app.api.completion import Attribute, Together
from app.api.executor import Plans, ShortCutExecutor, execute_short
from app.api.json_writing import to_json
from app.core.db.columns import Rows

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


MUST: dict[str, Any] = {
    "usual": ("there", "there"),
    "null": ("there", None),
    "no row": (),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("must", MUST.values(), ids=MUST.keys())
def test_rows_are_answered_as_their_objects_are(
    query: str, must: Sequence[Any], schema: GraphQLSchema
) -> None:
    values: dict[str, Sequence[Any]] = {
        field.name: [field.default, None][: len(must)] for field in fields(Thing)
    }
    values |= {"must": must, "tags": [(), ("x",)][: len(must)], "id": [UUID(int=1), UUID(int=2)][: len(must)]}
    rows, document = Rows(Thing, values), parse(query)
    usual = execute_sync(schema, document, {"things": [*rows]})
    short = execute_sync(schema, document, {"things": rows}, executor_class=ShortCutExecutor)
    assert to_json(said(short)) == to_json(said(usual))


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("things", THINGS.values(), ids=THINGS.keys())
def test_the_answer_is_the_same(query: str, things: list[Any], schema: GraphQLSchema) -> None:
    document, root = parse(query), {"things": things}
    usual = execute_sync(schema, document, root)
    short = execute_sync(schema, document, root, executor_class=ShortCutExecutor)
    assert said(short) == said(usual)


def said(result: ExecutionResult) -> tuple[Any, list[Any]]:
    return result.data, [error.formatted for error in result.errors or []]


RESOLVED_SDL = """
type Item { id: ID! times(by: Int = 2): Int! other: Item flaky: Int must: Int! }
type Query { items(count: Int!): [Item!]! }
type Mutation { make: Item! }
"""


class Calls:
    """Resolvers that are counted; `flaky` and `must` fail for the item that is given."""

    def __init__(self, failing: int | None = None) -> None:
        self.counted: Counter[str] = Counter()
        made = build_schema(RESOLVED_SDL)
        item, query, mutation = (made.type_map[name] for name in ("Item", "Query", "Mutation"))
        assert isinstance(item, GraphQLObjectType)
        assert isinstance(query, GraphQLObjectType)
        assert isinstance(mutation, GraphQLObjectType)

        def fails(source: dict[str, int], info: GraphQLResolveInfo[Any]) -> int:
            self.counted[info.field_name] += 1
            if source["id"] == failing:
                raise ValueError("this one")
            return source["id"]

        def items(_: object, info: GraphQLResolveInfo[Any], count: int) -> list[dict[str, int]]:
            self.counted["items"] += 1
            return [{"id": number} for number in range(count)]

        def make(_: object, info: GraphQLResolveInfo[Any]) -> dict[str, int]:
            self.counted["make"] += 1
            return {"id": 1}

        item.fields["id"].resolve = Attribute("id")
        item.fields["times"].resolve = lambda source, info, by: source["id"] * by
        item.fields["other"].resolve = lambda source, info: {"id": source["id"] + 1}
        item.fields["flaky"].resolve = item.fields["must"].resolve = fails
        query.fields["items"].resolve = items
        mutation.fields["make"].resolve = make
        self.schema = made

    def ask(self, query: str, executor: type[Executor[Any]] = ShortCutExecutor) -> ExecutionResult:
        """The answer to `query`."""
        return execute_sync(self.schema, parse(query), executor_class=executor)


@pytest.mark.parametrize("failing", [None, 0, 2])
@pytest.mark.parametrize(
    "query",
    [
        "{ items(count: 3) { id times twice: times thrice: times(by: 3) other { other { times } } } }",
        "{ items(count: 3) { id flaky other { flaky } } }",
        "{ items(count: 3) { id must } }",
        "{ a: items(count: 1) { flaky } b: items(count: 3) { flaky must } }",
        "mutation { make { id flaky other { must } } }",
    ],
)
def test_resolvers_answer_the_same(query: str, failing: int | None) -> None:
    assert said(Calls(failing).ask(query)) == said(Calls(failing).ask(query, Executor))


def test_what_fails_below_a_root_field_does_not_repeat_the_root_field() -> None:
    calls = Calls(failing=1)
    assert calls.ask("mutation { make { must } }").errors
    assert calls.counted == {"make": 1, "must": 2}
    assert calls.ask("{ items(count: 3) { flaky } }").errors
    assert calls.counted["items"] == 1


def test_a_longer_list_needs_no_more_descriptions_of_fields() -> None:
    described: Counter[str] = Counter()

    class Counting(ShortCutExecutor):
        def build_resolve_info(self, field_def: Any, field_nodes: Any, *rest: Any) -> GraphQLResolveInfo[Any]:
            described[field_nodes[0].name.value] += 1
            return super().build_resolve_info(field_def, field_nodes, *rest)

    Calls().ask("{ items(count: 100) { id times other { id } } }", Counting)
    assert described == {"items": 1, "times": 1, "other": 1}


def test_a_resolver_of_several_is_called_once_for_a_list() -> None:
    calls = Calls()
    item = calls.schema.type_map["Item"]
    assert isinstance(item, GraphQLObjectType)
    asked: list[int] = []

    def times(sources: list[dict[str, int]], info: GraphQLResolveInfo[Any], by: int) -> list[int]:
        asked.append(len(sources))
        return [source["id"] * by for source in sources]

    item.fields["times"].resolve = Together(times)
    query = "{ items(count: 3) { times other { times(by: 3) } } }"
    short = calls.ask(query)
    assert asked == [3, 3]
    assert said(short) == said(calls.ask(query, Executor))


def test_plans_that_are_kept_answer_each_request_by_its_own_variables() -> None:
    calls, plans = Calls(), Plans()
    document = parse("query($count: Int!, $by: Int) { items(count: $count) { id times(by: $by) } }")
    for count, by in ((2, 3), (1, 5), (3, None)):
        variables = {"count": count} if by is None else {"count": count, "by": by}
        short = execute_short(calls.schema, document, None, variables, None, True, plans)
        assert said(short) == said(execute_sync(calls.schema, document, variable_values=variables))
    assert len(plans) == 1
