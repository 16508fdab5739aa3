"""How big a query may be: just below a limit is answered, just above it is refused with the numbers."""

from collections.abc import Callable, Hashable
from typing import Any

import pytest
from graphql import GraphQLSchema, get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from app.api import arguments
from app.api.cost import PAGING, check_cost, objects_asked_for
from app.api.limits import Deadline
from app.api.schema import make_schema
from app.api.shape import check_shape
from app.core.config import GRAPHQL_DIR
from app.core.errors import LimitExceeded
from tests.api.conftest import Muster, running_muster

DEPTH = 15
COST = 50_000


def nested(levels: int) -> str:
    """A query so many levels of fields deep."""
    pairs, odd = divmod(levels - 2, 2)
    inner = "collections { id }" if odd else "id"
    text = "collections { endpoint { " * pairs + inner + " } }" * pairs
    return f'{{ endpoint(id: "x") {{ {text} }} }}'


def through_fragments(levels: int) -> str:
    """The same depth, a fragment for every level below the first."""
    chain = [
        f"fragment F{n} on {a} {{ {field} {{ ...F{n + 1} }} }}"
        for n, (a, field) in enumerate(
            [("MetadataEndpoint", "collections"), ("MetadataCollection", "endpoint")] * levels
        )
    ][: levels - 2]
    last_type = "MetadataEndpoint" if levels % 2 == 0 else "MetadataCollection"
    last = f"fragment F{levels - 2} on {last_type} {{ id }}"
    return " ".join(['{ endpoint(id: "x") { ...F0 } }', *chain, last])


# what is written so often -> the limit, and what the refusal calls it
FLOODS: dict[str, tuple[Callable[[int], str], int, str]] = {
    "levels": (nested, DEPTH, "is 16 levels deep; the limit is 15"),
    "levels through fragments": (through_fragments, DEPTH, "is 16 levels deep; the limit is 15"),
    "aliases": (
        lambda n: "{ health { " + " ".join(f"a{i}: status" for i in range(n)) + " } }",
        100,
        "has 101 aliases; the limit is 100",
    ),
    "aliases of root fields": (
        lambda n: "{" + " ".join(f"a{i}: health {{ status }}" for i in range(n)) + "}",
        50,
        "has 51 fields at its root; the limit is 50",
    ),
    "root fields in a fragment": (
        lambda n: "{ ...F } fragment F on Query {" + " health { status }" * n + "}",
        50,
        "has 51 fields at its root; the limit is 50",
    ),
    "directives": (
        lambda n: "{ health {" + " status @skip(if: false)" * n + "} }",
        50,
        "has 51 directives; the limit is 50",
    ),
    "operations": (
        lambda n: " ".join(f"query Q{i} {{ health {{ status }} }}" for i in range(n)),
        10,
        "has 11 operations; the limit is 10",
    ),
    "fragments": (
        lambda n: (
            "{ health {"
            + " ".join(f"...F{i}" for i in range(n - 1))
            + "} }"
            + " ".join(f" fragment F{i} on Health {{ status }}" for i in range(n - 1))
        ),
        50,
        "has 51 operations and fragments; the limit is 50",
    ),
    "the same field": (
        lambda n: "{ health {" + " status" * (n - 1) + " } }",
        500,
        "has 501 fields and fragments to select; the limit is 500",
    ),
}

# query, variables -> the objects it may ask for
COSTS: dict[str, tuple[str, dict[str, Any], int]] = {
    "an object": ("{ health { status } }", {}, 1),
    "a list": ("{ endpoints(first: 7) { id } }", {}, 7),
    "a list's default": ("{ endpoints { id } }", {}, 50),
    "null is the default": ("{ endpoints(first: null) { id } }", {}, 50),
    "more than a page is a page": ("{ endpoints(first: 9999) { id } }", {}, 200),
    "limit": ('{ endpoint(id: "x") { runs(limit: 9999) { id } } }', {}, 101),
    "plain values of a number asked for": (
        '{ schedulePreview(cron: "* * * * *", count: 20) { firesAt } }',
        {},
        21,
    ),
    "plain values come with their object": ("{ endpoints(first: 3) { labels } }", {}, 3),
    "lists multiply": ("{ collections(first: 10) { runs(first: 20) { id } } }", {}, 210),
    "aliases add up": ("{ a: endpoints(first: 3) { id } b: endpoints(first: 4) { id } }", {}, 7),
    "a variable": ("query($n: Int) { endpoints(first: $n) { id } }", {"n": 9}, 9),
    "a variable's default": ("query($n: Int = 8) { endpoints(first: $n) { id } }", {}, 8),
    "a variable left out": ("query($n: Int) { endpoints(first: $n) { id } }", {}, 50),
    "a variable that is null": ("query($n: Int = 8) { endpoints(first: $n) { id } }", {"n": None}, 50),
    "a variable of a wrong type": ("query($n: Int) { endpoints(first: $n) { id } }", {"n": "1"}, 200),
    "a connection": (
        "{ endpointsConnection(first: 5) { pageInfo { endCursor } nodes { id } edges { node { id } } } }",
        {},
        1 + 1 + 5 + 10,
    ),
    "fragments": (
        "{ endpointsConnection(first: 5) { ...P } } "
        "fragment P on EndpointConnection { ... { nodes { ...E } } } "
        "fragment E on MetadataEndpoint { runs(limit: 2) { id } }",
        {},
        1 + 5 * 3,
    ),
    "introspection": ("{ __schema { types { fields { name } } } }", {}, 0),
    "a mutation": ('mutation { triggerCollection(collectionId: "x") { logs(first: 3) { id } } }', {}, 4),
}

# What pages of an interface ask for.
USUAL = {
    "endpoints": """{ endpointsConnection(first: 200) { totalCount pageInfo { hasNextPage endCursor } nodes {
        id name url labels datasetCount runs(limit: 5) { id status startedAt stats { added removed } }
        collections { id scheduleCron nextRunsAt(count: 3) lastRun { id status }
            activeRun { id progress { done total } } }
    } } }""",
    "datasets": """{ catalogDatasetConnection(first: 200) { totalCount nodes {
        id displayName fields { position name type nullable } foreignKeys { name toDatasetId }
        indexes { name } sourceEndpoint { name } lastCollectionRun { id } } } }""",
    "runs": """{ collectionRunsConnection(first: 200) { edges { cursor node {
        id status endpoint { name } collection { id scheduleCron } stats { seen added }
        progress { done total } } } } }""",
    "a run": """{ collectionRun(id: "x") { logs(first: 200) { message fields }
        changes(first: 200) { totalCount nodes { kind field before after dataset { displayName } } } } }""",
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return make_schema(GRAPHQL_DIR)


@pytest.mark.parametrize(("write", "limit", "sentence"), FLOODS.values(), ids=FLOODS.keys())
def test_a_document_may_be_so_big_and_no_bigger(
    write: Callable[[int], str], limit: int, sentence: str, idle_muster: Muster
) -> None:
    below = idle_muster.post({"query": write(limit), "operationName": "Q0" if "Q0" in write(2) else None})
    assert "E_LIMIT" not in str(below)
    (error,) = idle_muster.post({"query": write(limit + 1)})["errors"]
    assert error["extensions"]["code"] == "E_LIMIT"
    assert error["message"] == f"The query {sentence}."


@pytest.mark.parametrize("levels", [2, 3, DEPTH])
def test_fragments_and_fields_count_the_same_levels(levels: int) -> None:
    for write in (nested, through_fragments):
        check_shape(parse(write(levels)), levels)
        with pytest.raises(LimitExceeded, match=f"is {levels} levels deep; the limit is {levels - 1}"):
            check_shape(parse(write(levels)), levels - 1)


def test_a_thousand_aliases_are_refused(idle_muster: Muster) -> None:
    query = "{ viewer {" + " ".join(f"a{i}: name" for i in range(1000)) + "} }"
    assert idle_muster.error(query)["code"] == "E_LIMIT"


@pytest.mark.parametrize("query", ["{ nothing { " + "a { " * 15 + "b" + " }" * 17, nested(DEPTH + 1)])
def test_a_limit_is_told_whether_or_not_the_document_is_valid(query: str, idle_muster: Muster) -> None:
    assert idle_muster.error(query)["code"] == "E_LIMIT"


def test_without_a_token_no_limit_is_told(idle_muster: Muster) -> None:
    answer = idle_muster.post({"query": nested(DEPTH + 1)}, token=None)
    assert answer["errors"][0]["extensions"]["code"] == "E_AUTH_REQUIRED"


@pytest.mark.parametrize(("query", "variables", "cost"), COSTS.values(), ids=COSTS.keys())
def test_a_query_costs_the_objects_it_may_ask_for(
    query: str, variables: dict[str, Any], cost: int, schema: GraphQLSchema
) -> None:
    assert objects_asked_for(schema, parse(query), None, variables) == cost


def test_a_query_may_cost_so_much_and_no_more(idle_database: str) -> None:
    query = "query($n: Int) { collections(first: 10) { runs(first: $n) { id } } }"
    with running_muster(idle_database, MUSTER_MAX_QUERY_COST="210") as muster:
        assert muster.ask(query, n=20) == []
        (error,) = muster.post({"query": query, "variables": {"n": 21}})["errors"]
    assert error["message"] == "The query asks for up to 220 objects; the limit is 210."
    assert error["extensions"]["code"] == "E_LIMIT"


@pytest.mark.parametrize("first", [True, False])
def test_a_document_is_counted_anew_for_each_page_size(first: bool, schema: GraphQLSchema) -> None:
    document = parse("query($n: Int = 7) { collectionRuns(first: $n) { id } }")
    known: dict[Hashable, int] = {}
    several: list[dict[str, Any]] = [{}, {"n": None}, {"n": first}, {"n": 3}, {"n": 10**9}, {"n": "x"}]
    for variables in several * 2:
        check_cost(schema, document, None, variables, COST, known)
        limit = objects_asked_for(schema, document, None, variables) - 1
        with pytest.raises(LimitExceeded):
            check_cost(schema, document, None, variables, limit, known)


def test_the_cost_of_lists_in_lists_is_told_as_it_is(idle_muster: Muster) -> None:
    query = "{ collections(first: 200) { runs(first: 200) { logs { id } } } }"
    (error,) = idle_muster.post({"query": query})["errors"]
    assert error["message"] == "The query asks for up to 8,040,200 objects; the limit is 50,000."


def test_the_role_is_checked_before_the_cost(idle_muster: Muster) -> None:
    create = 'mutation { createApiToken(name: "reader", role: VIEWER) { token } }'
    token = idle_muster.ask(create)["token"]
    costly = """mutation { triggerCollection(collectionId: "x") {
        endpoint { runs(limit: 100) { changes(first: 200) { nodes { dataset { fields { name } } } } } } } }"""
    for who, code in ((token, "E_ROLE_FORBIDDEN"), (None, "E_AUTH_REQUIRED")):
        answer = idle_muster.post({"query": costly}, who)
        assert answer["errors"][0]["extensions"]["code"] == code
    assert idle_muster.error(costly)["code"] == "E_LIMIT"


@pytest.mark.parametrize("query", USUAL.values(), ids=USUAL.keys())
def test_what_an_interface_asks_for_is_within_the_limits(query: str, schema: GraphQLSchema) -> None:
    check_shape(parse(query), DEPTH)
    assert objects_asked_for(schema, parse(query), None, {}) <= COST / 2


def test_every_paging_argument_is_counted_as_it_is_cut(schema: GraphQLSchema) -> None:
    """A new Int argument of a field belongs into app.api.cost.PAGING, or is told apart here."""
    how_far = {"days", "depth"}
    fields = [field for each in schema.type_map.values() for field in getattr(each, "fields", {}).values()]
    named = {
        name for field in fields for name, arg in getattr(field, "args", {}).items() if str(arg.type) == "Int"
    }
    assert named == set(PAGING) | how_far
    for cls in vars(arguments).values():
        if isinstance(cls, type) and issubclass(cls, arguments.Arguments):
            for name in PAGING.keys() & cls().fields.keys():
                assert cls().fields[name].deserialize(9999) == PAGING[name], cls


def test_the_standard_introspection_query_is_answered(idle_muster: Muster) -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True
    )
    assert idle_muster.ask(query)["queryType"]["name"] == "Query"


def test_introspection_has_a_depth_of_its_own(idle_muster: Muster) -> None:
    def wrapped(levels: int) -> str:
        return (
            '{ __type(name: "Query") {' + " ofType {" * (levels - 2) + " name" + " }" * (levels - 2) + "} }"
        )

    assert idle_muster.ask(wrapped(20)) == {"ofType": None}
    (error,) = idle_muster.post({"query": wrapped(21)})["errors"]
    assert error["message"] == "The query is 21 levels of introspection deep; the limit is 20."


def test_lists_of_introspection_multiply_only_so_often(idle_muster: Muster) -> None:
    query = "{ __schema { types {" + " fields { type {" * 4 + " name" + " } }" * 4 + " } } }"
    assert idle_muster.error(query)["code"] == "E_BAD_INPUT"


def test_introspection_can_be_turned_off(idle_database: str) -> None:
    with running_muster(idle_database, MUSTER_INTROSPECTION="0") as muster:
        for query in (get_introspection_query(), '{ __type(name: "Query") { name } }'):
            answer = muster.post({"query": query})
            assert answer["data"] is None
            assert {error["extensions"]["code"] for error in answer["errors"]} == {"E_BAD_INPUT"}
        assert muster.ask("{ viewer { __typename } }") == {"__typename": "Viewer"}
        for query, variables in (
            ("{ viewr { name } }", {}),
            ("{ viewer { nam } }", {}),
            ("{ endpoints(frist: 1) { id } }", {}),
            ("{ endpointTemplates(family: DATABSE) { id } }", {}),
            ("query($f: MetadataEndpointFamily) { endpointTemplates(family: $f) { id } }", {"f": "DATABSE"}),
        ):
            answer = muster.post({"query": query, "variables": variables})
            assert answer["errors"][0]["extensions"]["code"] == "E_BAD_INPUT"
            assert "Did you mean" not in str(answer)


def test_several_requests_in_one_are_refused(idle_muster: Muster) -> None:
    answer = idle_muster.post([{"query": "{ health { status } }"}] * 2)
    assert answer["errors"][0]["extensions"]["code"] == "E_BAD_INPUT"


def test_fragments_that_multiply_are_counted_at_once(schema: GraphQLSchema) -> None:
    chain = [
        f"fragment F{n} on MetadataEndpoint {{ a: collections {{ endpoint {{ ...F{n + 1} }} }}"
        f" b: collections {{ endpoint {{ ...F{n + 1} }} }} }}"
        for n in range(45)
    ]
    text = " ".join(['{ endpoint(id: "x") { ...F0 } }', *chain, "fragment F45 on MetadataEndpoint { id }"])
    assert objects_asked_for(schema, parse(text), None, {}) > 2**45
    with pytest.raises(LimitExceeded, match="is 92 levels deep"):
        check_shape(parse(text), DEPTH)


NAMES = st.sampled_from(
    ["endpoints", "endpointsConnection", "nodes", "edges", "node", "collections", "runs", "id", "nothing"]
)
PAGES = st.sampled_from(["", "(first: 3)", "(first: $n)", "(limit: null)", "(first: 99999999999999999999)"])
SPREADS = st.sampled_from(["...A", "...B", "...C", "...Missing"])
SELECTIONS = st.recursive(
    st.one_of(SPREADS, st.builds("{}{}".format, NAMES, PAGES)),
    lambda inner: st.one_of(
        st.builds(
            "{}{} {{ {} }}".format, NAMES, PAGES, st.lists(inner, min_size=1, max_size=3).map(" ".join)
        ),
        st.builds("... on MetadataEndpoint {{ {} }}".format, inner),
        st.builds("... on Nowhere {{ {} }}".format, inner),
    ),
    max_leaves=12,
)


@given(st.lists(SELECTIONS, min_size=4, max_size=4), st.one_of(st.none(), st.integers(), st.text()))
def test_whatever_is_asked_is_measured(schema: GraphQLSchema, texts: list[str], variable: Any) -> None:
    query, a, b, c = texts
    document = parse(
        f"query($n: Int) {{ {query} }} fragment A on Query {{ {a} }}"
        f" fragment B on MetadataEndpoint {{ {b} }} fragment C on EndpointConnection {{ {c} }}"
    )
    assert objects_asked_for(schema, document, None, {"n": variable}) >= 0
    check_shape(document, max_depth=1000)


def test_nothing_more_is_begun_when_the_time_is_over() -> None:
    now = 0.0
    deadline = Deadline(30, clock=lambda: now)
    now = 30.0
    deadline.check()
    now = 30.1
    with pytest.raises(LimitExceeded, match=r"longer than 30 s\."):
        deadline.check()
