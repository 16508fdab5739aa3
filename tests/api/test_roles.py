"""Who may do what: every operation, with every role, and with every token that is none."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from graphql import GraphQLSchema

from app.api.roles import ROLES
from app.api.schema import make_schema
from app.core.config import GRAPHQL_DIR
from app.core.domain.auth import Role, TokenHasher, new_token
from tests.api.conftest import Muster

UNKNOWN = "00000000-0000-4000-8000-000000000000"
CREATE_TOKEN = """mutation($n: String!, $r: Role!, $e: DateTime) {
    createApiToken(name: $n, role: $r, expiresAt: $e) { token apiToken { id } } }"""


@dataclass(frozen=True)
class Operation:
    """The least role that may do it, how it is asked, and what then comes of it (None: an answer)."""

    role: Role | None
    query: str
    outcome: str | None = None


V, E, A = Role.VIEWER, Role.EDITOR, Role.ADMIN

OPERATIONS = {
    "Query.health": Operation(None, "{ health { status } }"),
    "Query.viewer": Operation(V, "{ viewer { name } }"),
    "Query.serverInfo": Operation(V, "{ serverInfo { version } }"),
    "Query.overview": Operation(V, "{ overview { endpointsTotal } }"),
    "Query.runTimeline": Operation(
        V, '{ runTimeline(from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z") { endpointId } }'
    ),
    "Query.upcomingRuns": Operation(V, "{ upcomingRuns { at } }"),
    "Query.endpointTemplates": Operation(V, "{ endpointTemplates { id } }"),
    "Query.endpoints": Operation(V, "{ endpoints { id } }"),
    "Query.endpointsConnection": Operation(V, "{ endpointsConnection { totalCount } }"),
    "Query.endpoint": Operation(V, f'{{ endpoint(id: "{UNKNOWN}") {{ id }} }}', "E_ENDPOINT_NOT_FOUND"),
    "Query.labels": Operation(V, "{ labels }"),
    "Query.collections": Operation(V, "{ collections { id } }"),
    "Query.collectionsConnection": Operation(V, "{ collectionsConnection { totalCount } }"),
    "Query.collection": Operation(V, f'{{ collection(id: "{UNKNOWN}") {{ id }} }}', "E_COLLECTION_NOT_FOUND"),
    "Query.collectionRuns": Operation(V, "{ collectionRuns { id } }"),
    "Query.collectionRunsConnection": Operation(V, "{ collectionRunsConnection { totalCount } }"),
    "Query.collectionRun": Operation(V, f'{{ collectionRun(id: "{UNKNOWN}") {{ id }} }}', "E_RUN_NOT_FOUND"),
    "Query.schedulePreview": Operation(V, '{ schedulePreview(cron: "0 * * * *") { description } }'),
    "Query.catalogDatasetConnection": Operation(V, "{ catalogDatasetConnection { totalCount } }"),
    "Query.schemas": Operation(V, "{ schemas }"),
    "Query.metadataDataset": Operation(
        V, f'{{ metadataDataset(id: "{UNKNOWN}") {{ id }} }}', "E_DATASET_NOT_FOUND"
    ),
    "Query.catalogChanges": Operation(V, "{ catalogChanges { totalCount } }"),
    "Query.compareCatalog": Operation(
        V,
        f'{{ compareCatalog(endpointId: "{UNKNOWN}", from: "2026-11-01T00:00:00Z") {{ added }} }}',
        "E_ENDPOINT_NOT_FOUND",
    ),
    "Query.heldRemovals": Operation(V, "{ heldRemovals { count } }"),
    "Query.apiTokens": Operation(A, "{ apiTokens { name } }"),
    "Query.auditEvents": Operation(A, "{ auditEvents { totalCount } }"),
    "Mutation.testEndpoint": Operation(E, "mutation { testEndpoint(input: {}) { ok } }", "E_BAD_INPUT"),
    "Mutation.registerEndpoint": Operation(
        E, 'mutation { registerEndpoint(input: {name: ""}) { id } }', "E_BAD_INPUT"
    ),
    "Mutation.updateEndpoint": Operation(
        E, f'mutation {{ updateEndpoint(id: "{UNKNOWN}", patch: {{}}) {{ id }} }}', "E_ENDPOINT_NOT_FOUND"
    ),
    "Mutation.deleteEndpoint": Operation(
        E, f'mutation {{ deleteEndpoint(id: "{UNKNOWN}") }}', "E_ENDPOINT_NOT_FOUND"
    ),
    "Mutation.createCollection": Operation(
        E,
        f'mutation {{ createCollection(input: {{endpointId: "{UNKNOWN}"}}) {{ id }} }}',
        "E_ENDPOINT_NOT_FOUND",
    ),
    "Mutation.updateCollection": Operation(
        E, f'mutation {{ updateCollection(id: "{UNKNOWN}", input: {{}}) {{ id }} }}', "E_COLLECTION_NOT_FOUND"
    ),
    "Mutation.deleteCollection": Operation(
        E, f'mutation {{ deleteCollection(id: "{UNKNOWN}") }}', "E_COLLECTION_NOT_FOUND"
    ),
    "Mutation.triggerCollection": Operation(
        E, f'mutation {{ triggerCollection(collectionId: "{UNKNOWN}") {{ id }} }}', "E_COLLECTION_NOT_FOUND"
    ),
    "Mutation.triggerEndpointCollection": Operation(
        E,
        f'mutation {{ triggerEndpointCollection(endpointId: "{UNKNOWN}") {{ id }} }}',
        "E_ENDPOINT_NOT_FOUND",
    ),
    "Mutation.cancelCollectionRun": Operation(
        E, f'mutation {{ cancelCollectionRun(id: "{UNKNOWN}") {{ id }} }}', "E_RUN_NOT_FOUND"
    ),
    "Mutation.approveRemovals": Operation(
        A, f'mutation {{ approveRemovals(runId: "{UNKNOWN}") {{ count }} }}', "E_RUN_NOT_FOUND"
    ),
    "Mutation.dismissRemovals": Operation(
        A, f'mutation {{ dismissRemovals(runId: "{UNKNOWN}") {{ count }} }}', "E_RUN_NOT_FOUND"
    ),
    "Mutation.restoreRemovals": Operation(
        A, f'mutation {{ restoreRemovals(runId: "{UNKNOWN}") {{ count }} }}', "E_RUN_NOT_FOUND"
    ),
    "Mutation.createApiToken": Operation(
        A, 'mutation { createApiToken(name: "x", role: VIEWER) { apiToken { id } } }'
    ),
    "Mutation.revokeApiToken": Operation(
        A, f'mutation {{ revokeApiToken(id: "{UNKNOWN}") {{ id }} }}', "E_BAD_INPUT"
    ),
}
DELETE = OPERATIONS["Mutation.deleteEndpoint"].query

# What a VIEWER is refused, whatever else is wrong with it: query, variables.
UNREADABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "bad id": ('mutation { deleteEndpoint(id: "x") }', {}),
    "literal of a wrong type": ("mutation { deleteEndpoint(id: {}) }", {}),
    "argument missing": ("mutation { deleteEndpoint }", {}),
    "unknown argument": (f'mutation {{ deleteEndpoint(id: "{UNKNOWN}", force: true) }}', {}),
    "variable of a wrong type": ("mutation($i: ID!) { deleteEndpoint(id: $i) }", {"i": {}}),
    "variable missing": ("mutation($i: ID!) { deleteEndpoint(id: $i) }", {}),
    "alias": ('mutation { health: deleteEndpoint(id: "x") }', {}),
    "fragment": ('mutation { ...F } fragment F on Mutation { deleteEndpoint(id: "x") }', {}),
    "inline fragment": ('mutation { ... { ... on Mutation { deleteEndpoint(id: "x") } } }', {}),
    "fragments in a circle": (
        "mutation { ...F } fragment F on Mutation { ...G } "
        'fragment G on Mutation { ...F deleteEndpoint(id: "x") }',
        {},
    ),
    "skipped": ('mutation { deleteEndpoint(id: "x") @skip(if: true) }', {}),
    "beside what it may not": ("{ endpoints { id } apiTokens { name } }", {}),
}


@pytest.fixture(scope="module")
def tokens(idle_muster: Muster) -> dict[Role, str]:
    """A token of each role."""
    return {role: create(idle_muster, role)["token"] for role in Role}


@pytest.fixture(scope="module")
def invalid(idle_muster: Muster) -> dict[str, str | None]:
    """What is no token, or no longer one, though it was an administrator's."""
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    expired, revoked = create(idle_muster, A, e=later), create(idle_muster, A)
    idle_muster.connection.execute(
        "UPDATE api_tokens SET expires_at = now() WHERE id = %s", [expired["apiToken"]["id"]]
    )
    idle_muster.ask(f'mutation {{ revokeApiToken(id: "{revoked["apiToken"]["id"]}") {{ id }} }}')
    return {
        "no token": None,
        "unknown": new_token(),
        "expired": expired["token"],
        "revoked": revoked["token"],
        "garbage": "muster_ä'; --",
        "another server's": foreign_token(idle_muster),
    }


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_an_operation_is_for_its_role_and_those_above(
    operation: Operation, role: Role, idle_muster: Muster, tokens: dict[Role, str]
) -> None:
    error = only_error(idle_muster, operation.query, tokens[role])
    order = [None, V, E, A]
    if order.index(role) >= order.index(operation.role):
        assert (error and error["code"]) == operation.outcome
    else:
        assert error == {"code": "E_ROLE_FORBIDDEN", "required": operation.role}


@pytest.mark.parametrize("kind", ["no token", "unknown", "expired", "revoked", "garbage", "another server's"])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_without_a_valid_token_there_is_health_only(
    operation: Operation, kind: str, idle_muster: Muster, invalid: dict[str, str | None]
) -> None:
    error = only_error(idle_muster, operation.query, invalid[kind])
    assert error == (None if operation.role is None else {"code": "E_AUTH_REQUIRED"})


@pytest.mark.parametrize(("query", "variables"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_the_role_is_checked_before_anything_about_the_arguments(
    query: str, variables: dict[str, Any], idle_muster: Muster, tokens: dict[Role, str]
) -> None:
    error = only_error(idle_muster, query, tokens[V], variables)
    assert error is not None
    assert error["code"] == "E_ROLE_FORBIDDEN"


def test_the_highest_role_needed_is_named(idle_muster: Muster, tokens: dict[Role, str]) -> None:
    query = f'mutation {{ a: deleteEndpoint(id: "x") revokeApiToken(id: "{UNKNOWN}") {{ id }} }}'
    assert only_error(idle_muster, query, tokens[V]) == {"code": "E_ROLE_FORBIDDEN", "required": "ADMIN"}


def test_only_the_operation_that_is_executed_counts(idle_muster: Muster, tokens: dict[Role, str]) -> None:
    body = {"query": "query Read { endpoints { id } } " + DELETE.replace("mutation", "mutation Delete")}
    read = idle_muster.post({**body, "operationName": "Read"}, tokens[V])
    assert read["data"] == {"endpoints": []}
    refused = idle_muster.post({**body, "operationName": "Delete"}, tokens[V])
    assert refused["errors"][0]["extensions"]["code"] == "E_ROLE_FORBIDDEN"


def test_a_field_that_does_not_exist_is_no_question_of_roles(
    idle_muster: Muster, tokens: dict[Role, str]
) -> None:
    error = only_error(idle_muster, "mutation { dropEverything }", tokens[V])
    assert error is not None
    assert error["code"] == "E_BAD_INPUT"


def test_a_field_without_a_row_needs_the_highest_role(
    idle_muster: Muster, tokens: dict[Role, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(ROLES["Query"], "endpoints")
    # a text of its own: what another one needs may be remembered
    query = OPERATIONS["Query.endpoints"].query + " # without a row"
    assert only_error(idle_muster, query, tokens[E]) == {"code": "E_ROLE_FORBIDDEN", "required": "ADMIN"}
    assert only_error(idle_muster, query, tokens[A]) is None


def test_every_root_field_has_a_row_and_every_row_a_field() -> None:
    fields = root_fields(make_schema(GRAPHQL_DIR))
    rows = {f"{root}.{name}" for root, roles in ROLES.items() for name in roles}
    assert fields - rows == set(), (
        "Nobody has said who may ask for these. Give each a row in ROLES of app/api/roles.py with the least "
        "role that may, and one in OPERATIONS of this test."
    )
    assert rows - fields == set(), (
        "These are not in graphql/*.graphql: take their rows out of app/api/roles.py."
    )


def test_every_root_field_is_tried_here() -> None:
    assert root_fields(make_schema(GRAPHQL_DIR)) == OPERATIONS.keys(), "Mend OPERATIONS of this test."


def root_fields(schema: GraphQLSchema) -> set[str]:
    roots = [root for root in (schema.query_type, schema.mutation_type, schema.subscription_type) if root]
    return {f"{root.name}.{name}" for root in roots for name in root.fields}


def create(muster: Muster, role: Role, **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = muster.ask(CREATE_TOKEN, n=f"a {role}", r=role, **given)
    return made


def foreign_token(muster: Muster) -> str:
    """A token whose row came from a server with another key."""
    token = new_token()
    digest = TokenHasher([Fernet.generate_key().decode()]).to_store(token)
    muster.connection.execute(
        "INSERT INTO api_tokens (name, role, token_hash) VALUES ('foreign', 'ADMIN', %s)", [digest]
    )
    return token


def only_error(
    muster: Muster, query: str, token: str | None, variables: dict[str, Any] | None = None
) -> dict[str, Any] | None:
    """The extensions of the first error; None when there is none."""
    answer = muster.post({"query": query, "variables": variables or {}}, token)
    if "errors" not in answer:
        return None
    extensions: dict[str, Any] = answer["errors"][0]["extensions"]
    return extensions
