"""Bad input is met with a code and the fields at fault, and nothing is stored."""

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from tests.api.conftest import Muster, running_muster
from tests.api.seed import Seed

REGISTER_ENDPOINT = "mutation($i: EndpointInput!) { registerEndpoint(input: $i) { id } }"
UPDATE_ENDPOINT = "mutation($id: ID!, $p: EndpointPatch!) { updateEndpoint(id: $id, patch: $p) { id } }"
CREATE_COLLECTION = "mutation($i: CollectionCreateInput!) { createCollection(input: $i) { id } }"
UPDATE_COLLECTION = (
    "mutation($id: ID!, $i: CollectionUpdateInput!) { updateCollection(id: $id, input: $i) { id } }"
)
PREVIEW = "query($c: String!, $z: String) { schedulePreview(cron: $c, timezone: $z) { description } }"
TRIGGER = """mutation($c: ID!, $filters: JSON, $schemaOverride: [String!]) {
    triggerCollection(collectionId: $c, filters: $filters, schemaOverride: $schemaOverride) { id } }"""

UNKNOWN = "00000000-0000-4000-8000-000000000000"
POSTGRES = {"host": "db.example.org", "port": 5432, "database": "shop", "username": "muster"}
MYSQL = {"host": "db.example.org", "username": "muster"}
NEARLY_A_BODY = "x" * 90_000


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def postgres(**changes: Any) -> dict[str, Any]:
    return {"templateId": "postgres", "parameters": {**POSTGRES, **changes}}


def without(key: str) -> dict[str, Any]:
    parameters = {name: value for name, value in POSTGRES.items() if name != key}
    return {"templateId": "postgres", "parameters": parameters}


# input of registerEndpoint (beside a good name and address) -> the fields at fault
REGISTER: dict[str, tuple[dict[str, Any], set[str]]] = {
    "unknown template": ({"config": {"templateId": "oracle", "parameters": {}}}, {"config.templateId"}),
    "no template id": ({"config": {"parameters": {}}}, {"config.templateId"}),
    "template id not a text": ({"config": {"templateId": 5}}, {"config.templateId"}),
    "config not an object": ({"config": "postgres"}, {"config"}),
    "config with an extra key": ({"config": {**postgres(), "extra": 1}}, {"config.extra"}),
    "parameters not an object": (
        {"config": {"templateId": "postgres", "parameters": [1]}},
        {"config.parameters"},
    ),
    "missing parameter": ({"config": without("host")}, {"config.parameters.host"}),
    "empty required parameter": ({"config": postgres(host="")}, {"config.parameters.host"}),
    "null required parameter": ({"config": postgres(database=None)}, {"config.parameters.database"}),
    "extra parameter": ({"config": postgres(sslmode="x")}, {"config.parameters.sslmode"}),
    "port 0": ({"config": postgres(port=0)}, {"config.parameters.port"}),
    "port 70000": ({"config": postgres(port=70000)}, {"config.parameters.port"}),
    "port as a text": ({"config": postgres(port="5432")}, {"config.parameters.port"}),
    "port true": ({"config": postgres(port=True)}, {"config.parameters.port"}),
    "port 1.5": ({"config": postgres(port=1.5)}, {"config.parameters.port"}),
    "host with a blank": ({"config": postgres(host="a b")}, {"config.parameters.host"}),
    "host with an empty label": ({"config": postgres(host="a..b")}, {"config.parameters.host"}),
    "host with its port": ({"config": postgres(host="db:5432")}, {"config.parameters.host"}),
    "host as a number": ({"config": postgres(host=1)}, {"config.parameters.host"}),
    "database with NUL": ({"config": postgres(database="a\0b")}, {"config.parameters.database"}),
    "schemas as a text": ({"config": postgres(schemas="public")}, {"config.parameters.schemas"}),
    "schemas with a number": ({"config": postgres(schemas=["a", 2])}, {"config.parameters.schemas.1"}),
    "unknown ssl mode": ({"config": postgres(ssl_mode="maybe")}, {"config.parameters.ssl_mode"}),
    "password as a number": ({"config": postgres(password=1)}, {"config.parameters.password"}),
    "masked password": ({"config": postgres(password="********")}, {"config.parameters.password"}),
    "relative path": (
        {"config": {"templateId": "sqlite", "parameters": {"path": "data.db"}}},
        {"config.parameters.path"},
    ),
    "config nested 100 deep": ({"config": nested(100)}, {"config"}),
    "parameter nested 100 deep": ({"config": postgres(schemas=nested(100))}, {"config"}),
    "empty name": ({"name": " "}, {"name"}),
    "name of 90 kB": ({"name": NEARLY_A_BODY}, {"name"}),
    "name with NUL": ({"name": "a\0b"}, {"name"}),
    "name with half a character": ({"name": "a\ud800b"}, {"name"}),
    "description of 90 kB": ({"description": NEARLY_A_BODY}, {"description"}),
    "source id of 90 kB": ({"sourceId": NEARLY_A_BODY}, {"sourceId"}),
    "address of 90 kB": ({"url": NEARLY_A_BODY}, {"url"}),
    "blank address": ({"url": " "}, {"url"}),
    "label with NUL": ({"labels": ["a", "b\0"]}, {"labels.1"}),
    "500 labels": ({"labels": ["a"] * 500}, {"labels"}),
    "empty capability": ({"capabilities": [""]}, {"capabilities.0"}),
    "all faults at once": (
        {"name": "", "labels": ["a", ""], "config": postgres(port=0, host=None)},
        {"name", "labels.1", "config.parameters.port", "config.parameters.host"},
    ),
}

# A patch is judged alike, but a mask may stand in it for a stored secret, and some keys are its own.
PATCHES: dict[str, tuple[dict[str, Any], set[str]]] = {
    **{case: row for case, row in REGISTER.items() if case not in ("masked password", "source id of 90 kB")},
    "name cleared": ({"name": None}, {"name"}),
    "labels cleared": ({"labels": None}, {"labels"}),
    "address cleared": ({"url": None}, {"url"}),
    "masked secret of another template": (
        {"config": {"templateId": "mysql", "parameters": {**MYSQL, "password": "********"}}},
        {"config.parameters.password"},
    ),
}

# cron, time zone -> the fields at fault
SCHEDULES: dict[str, tuple[str, str, set[str]]] = {
    "minute 61": ("61 * * * *", "UTC", {"cron"}),
    "30 February": ("0 0 30 2 *", "UTC", {"cron"}),
    "last day": ("0 0 L * *", "UTC", {"cron"}),
    "six fields": ("0 0 0 * * *", "UTC", {"cron"}),
    "10 kB": ("*," * 5000 + "* * * * *", "UTC", {"cron"}),
    "90 kB": (NEARLY_A_BODY, "UTC", {"cron"}),
    "empty": ("", "UTC", {"cron"}),
    "NUL": ("* * * * *\0", "UTC", {"cron"}),
    "unknown zone": ("0 * * * *", "Mars/Olympus", {"timezone"}),
    "zone as a path": ("0 * * * *", "../../etc/passwd", {"timezone"}),
    "both": ("61 * * * *", "Mars/Olympus", {"cron", "timezone"}),
}

# query -> the fields at fault
ARGUMENTS: dict[str, tuple[str, set[str]]] = {
    "endpoint, no UUID": ('{ endpoint(id: "1") { id } }', {"id"}),
    "endpoint, UUID in braces": (f'{{ endpoint(id: "{{{UNKNOWN}}}") {{ id }} }}', {"id"}),
    "collection, no UUID": ('{ collection(id: "x") { id } }', {"id"}),
    "run, no UUID": ('{ collectionRun(id: "") { id } }', {"id"}),
    "dataset, no UUID": ('{ metadataDataset(id: "\\u0000") { id } }', {"id"}),
    "first -1": ("{ endpoints(first: -1) { id } }", {"first"}),
    "first 0": ("{ collections(first: 0) { id } }", {"first"}),
    "first 1000000": ("{ collectionRuns(first: 1000000) { id } }", {"first"}),
    "first -1 of datasets": ("{ catalogDatasetConnection(first: -1) { totalCount } }", {"first"}),
    "first 1000000 of changes": ("{ catalogChanges(first: 1000000) { totalCount } }", {"first"}),
    "after, no UUID": ('{ endpoints(after: "x") { id } }', {"after"}),
    "after, unknown": (f'{{ endpoints(after: "{UNKNOWN}") {{ id }} }}', {"after"}),
    "after, unknown run": (f'{{ collectionRunsConnection(after: "{UNKNOWN}") {{ totalCount }} }}', {"after"}),
    "after, unknown dataset": (
        f'{{ catalogDatasetConnection(after: "{UNKNOWN}") {{ totalCount }} }}',
        {"after"},
    ),
    "after, no change": ('{ catalogChanges(after: "x") { totalCount } }', {"after"}),
    "after, unknown change": ('{ catalogChanges(after: "99") { totalCount } }', {"after"}),
    "several": (
        '{ endpoints(first: -1, after: "x", search: "\\u0000") { id } }',
        {"first", "after", "search"},
    ),
    "filter": ('{ collectionRuns(filter: {endpointId: "x"}) { id } }', {"filter.endpointId"}),
    "preview count 0": ('{ schedulePreview(cron: "0 * * * *", count: 0) { description } }', {"count"}),
    "trigger, no UUID": ('mutation { triggerCollection(collectionId: "x") { id } }', {"collectionId"}),
    "cancel, no UUID": ('mutation { cancelCollectionRun(id: "x") { id } }', {"id"}),
    "delete, no UUID": ('mutation { deleteEndpoint(id: "x") }', {"id"}),
    "test of nothing": ("mutation { testEndpoint(input: {}) { ok } }", {"templateId"}),
    "test without a template": ("mutation { testEndpoint(input: {parameters: {}}) { ok } }", {"templateId"}),
    "test with a bad port": (
        'mutation { testEndpoint(input: {templateId: "mysql", parameters: {port: 0}}) { ok } }',
        {"parameters.port", "parameters.host", "parameters.username"},
    ),
    "date without offset": ('{ catalogChanges(from: "2026-01-01T00:00:00") { totalCount } }', set()),
    "unknown enum value": ("{ collectionRuns(filter: {status: DONE}) { id } }", set()),
    "unknown field": ("{ endpoints { nothing } }", set()),
    "syntax": ("{ endpoints {", set()),
}

# arguments of triggerCollection -> the fields at fault
TRIGGERS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "unknown filter": ({"filters": {"tables": ["a"]}}, {"filters.tables"}),
    "filters not an object": ({"filters": ["a"]}, {"filters"}),
    "schemas not a list": ({"filters": {"schemas": "a"}}, {"filters.schemas"}),
    "empty schemas": ({"filters": {"schemas": []}}, {"filters.schemas"}),
    "empty schema name": ({"filters": {"schemas": [""]}}, {"filters.schemas.0"}),
    "schema a number": ({"filters": {"schemas": [1]}}, {"filters.schemas.0"}),
    "empty override": ({"schemaOverride": []}, {"schemaOverride"}),
    "empty override name": ({"schemaOverride": ["a", ""]}, {"schemaOverride.1"}),
    "filters nested 100 deep": ({"filters": nested(100)}, {"filters"}),
}


@dataclass(frozen=True)
class Stored:
    """What the module's database holds; no test adds to it."""

    endpoint_id: str
    endpoint_without_collection_id: str
    collection_id: str


@pytest.fixture(scope="module")
def stored(idle_database: str) -> Stored:
    with psycopg.connect(idle_database, autocommit=True) as connection:
        seed = Seed(connection)
        endpoint = seed.endpoint()
        return Stored(str(endpoint), str(seed.endpoint("Other")), str(seed.collection(endpoint)))


@pytest.mark.parametrize(("given", "fields"), REGISTER.values(), ids=REGISTER.keys())
def test_a_bad_endpoint_is_not_registered(
    given: dict[str, Any], fields: set[str], idle_muster: Muster
) -> None:
    error = refused(
        idle_muster, REGISTER_ENDPOINT, i={"name": "Shop", "url": "postgresql://db/shop", **given}
    )
    assert_bad(error, fields)


@pytest.mark.parametrize(("given", "fields"), PATCHES.values(), ids=PATCHES.keys())
def test_a_bad_patch_changes_nothing(
    given: dict[str, Any], fields: set[str], idle_muster: Muster, stored: Stored
) -> None:
    assert_bad(refused(idle_muster, UPDATE_ENDPOINT, id=stored.endpoint_id, p=given), fields)


@pytest.mark.parametrize(("cron", "timezone", "fields"), SCHEDULES.values(), ids=SCHEDULES.keys())
def test_a_bad_schedule_is_refused_everywhere(
    cron: str, timezone: str, fields: set[str], idle_muster: Muster, stored: Stored
) -> None:
    assert_schedule_is_refused(idle_muster, stored, cron, timezone, fields)


def test_a_schedule_closer_than_the_minimum_interval_is_refused_everywhere(
    idle_database: str, stored: Stored
) -> None:
    with running_muster(idle_database, MUSTER_MIN_SCHEDULE_INTERVAL_SECONDS="300") as strict:
        assert_schedule_is_refused(strict, stored, "* * * * *", "UTC", {"cron"})


@pytest.mark.parametrize(("query", "fields"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_bad_arguments_are_refused(query: str, fields: set[str], idle_muster: Muster) -> None:
    assert_bad(refused(idle_muster, query), fields)


@pytest.mark.parametrize(("given", "fields"), TRIGGERS.values(), ids=TRIGGERS.keys())
def test_a_badly_restricted_run_is_not_queued(
    given: dict[str, Any], fields: set[str], idle_muster: Muster, stored: Stored
) -> None:
    assert_bad(refused(idle_muster, TRIGGER, c=stored.collection_id, **given), fields)


def test_json_nested_1000_deep_is_refused(idle_muster: Muster) -> None:
    deep = '{"a":' * 1000 + "1" + "}" * 1000
    body = f'{{"query": "{REGISTER_ENDPOINT}", "variables": {{"i": {{"name": "x", "config": {deep}}}}}}}'
    before = row_counts(idle_muster)
    answer = idle_muster.post_text(body)
    assert_bad(answer["errors"][0]["extensions"], {"variables"})
    assert row_counts(idle_muster) == before


@pytest.mark.parametrize("secret", ["hunter-2", "hunt\\er-2", "hunt'er\"-2"])
def test_variables_of_a_wrong_type_are_named_and_their_secrets_are_not_repeated(
    idle_muster: Muster, secret: str
) -> None:
    variables = {"i": {"config": {"parameters": {"password": secret}}}}
    answer = idle_muster.post({"query": REGISTER_ENDPOINT, "variables": variables})
    assert_bad(answer["errors"][0]["extensions"], {"i"})
    assert "er" not in answer["errors"][0]["message"].partition("password")[2]


@pytest.mark.parametrize(
    "given",
    [
        '{name: "x", password: LITERAL}',
        '{name: "x", config: {password: LITERAL}, nope: 1}',
        "{password LITERAL}",
    ],
    ids=["unknown field", "nested", "syntax"],
)
@pytest.mark.parametrize("literal", ['"hunter-2"', '"hunter\\\\-2"', '"""hunter-2"""'])
def test_a_document_that_is_not_valid_is_refused_without_its_secrets(
    idle_muster: Muster, given: str, literal: str
) -> None:
    query = "mutation { registerEndpoint(input: GIVEN) { id } }"
    query = query.replace("GIVEN", given.replace("LITERAL", literal))
    assert_bad(refused(idle_muster, query), set())
    assert "hunter" not in str(idle_muster.post({"query": query}))


def assert_schedule_is_refused(
    muster: Muster, stored: Stored, cron: str, timezone: str, fields: set[str]
) -> None:
    stored_names = {{"cron": "scheduleCron", "timezone": "scheduleTimezone"}[name] for name in fields}
    schedule = {"scheduleCron": cron, "scheduleTimezone": timezone}
    new = {"endpointId": stored.endpoint_without_collection_id, **schedule}
    assert_bad(refused(muster, PREVIEW, c=cron, z=timezone), fields)
    assert_bad(refused(muster, CREATE_COLLECTION, i=new), stored_names)
    assert_bad(refused(muster, UPDATE_COLLECTION, id=stored.collection_id, i=schedule), stored_names)


def refused(muster: Muster, query: str, **variables: Any) -> dict[str, Any]:
    """The extensions of the refusal, after making sure that nothing was stored or changed."""
    before = row_counts(muster)
    error = muster.error(query, **variables)
    assert row_counts(muster) == before
    return error


def row_counts(muster: Muster) -> list[tuple[Any, ...]]:
    """How many rows each table has, and how often they have been changed."""
    return muster.select(
        """SELECT (SELECT count(*) FROM metadata_endpoints), (SELECT count(*) FROM metadata_collections),
                  (SELECT count(*) FROM metadata_collection_runs),
                  (SELECT count(*) FROM metadata_connection_tests),
                  (SELECT max(xmin::text::bigint) FROM metadata_endpoints),
                  (SELECT max(xmin::text::bigint) FROM metadata_collections)"""
    )


def assert_bad(error: dict[str, Any], fields: set[str]) -> None:
    """The error is E_BAD_INPUT for these fields; no fields: the request as a whole is at fault."""
    assert error["code"] == "E_BAD_INPUT"
    if fields:
        assert set(error["fields"]) == fields
        assert all(sentences and all(sentences) for sentences in error["fields"].values())
