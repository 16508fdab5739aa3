"""What the queries answer."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Muster, running_muster
from tests.api.seed import BEGIN, Seed

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("endpoint", "E_ENDPOINT_NOT_FOUND"),
        ("collection", "E_COLLECTION_NOT_FOUND"),
        ("collectionRun", "E_RUN_NOT_FOUND"),
        ("metadataDataset", "E_DATASET_NOT_FOUND"),
    ],
)
def test_what_is_not_there_is_null_with_its_code(query: str, code: str, idle_muster: Muster) -> None:
    answer = idle_muster.post({"query": f'{{ {query}(id: "{UNKNOWN}") {{ id }} }}'})
    assert answer["data"] == {query: None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


def test_the_templates_describe_what_a_form_needs(idle_muster: Muster) -> None:
    templates = idle_muster.ask(
        """{ endpointTemplates(family: DATABASE) {
            id family title vendor description defaultPort docsUrl defaultLabels grantScript
            fields { key label required valueType description placeholder options { label value }
                     defaultValue advanced sensitive }
            capabilities { key label description } connection { urlTemplate defaultVerb }
            probing { methods { key label description } } } }"""
    )
    assert [template["id"] for template in templates] == ["postgres", "mysql", "sqlite"]
    fields = {field["key"]: field for field in templates[0]["fields"]}
    assert list(fields) == ["host", "port", "database", "username", "password", "schemas", "ssl_mode"]
    assert fields["password"]["sensitive"]
    assert fields["port"]["valueType"] == "PORT"
    assert idle_muster.ask("{ endpointTemplates(family: HTTP) { id } }") == []


def test_an_endpoint_shows_everything_but_its_secrets(muster: Muster, seed: Seed) -> None:
    diagnostics = [{"level": "INFO", "code": "CONNECT", "message": "Connected.", "hint": None, "field": None}]
    last_test = {"ok": True, "tested_at": BEGIN.isoformat(), "diagnostics": diagnostics}
    endpoint = seed.endpoint(labels=["a", "b"], last_test=json.dumps(last_test), detected_version="18.1")
    seed.collection(endpoint)
    found = muster.ask(
        """query($id: ID!) { endpoint(id: $id) {
            id sourceId name description templateId verb url domain labels config capabilities detectedVersion
            lastTest { ok testedAt diagnostics { level code message hint field } }
            createdAt updatedAt deletedAt isDeleted collections { id } runs { id } datasetCount } }""",
        id=str(endpoint),
    )
    assert found["config"]["templateId"] == "postgres"
    assert found["config"]["parameters"]["password"] == "********"
    assert "sealed" not in str(found)
    assert found["createdAt"] == "2026-11-01T12:00:00.123456Z"
    assert found["lastTest"] == {"ok": True, "testedAt": found["createdAt"], "diagnostics": diagnostics}
    assert (found["isDeleted"], found["datasetCount"], len(found["collections"])) == (False, 0, 1)


def test_an_endpoint_without_a_template_has_no_config(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint(template_id=None, parameters="{}", secrets="{}")
    assert muster.ask(f'{{ endpoint(id: "{endpoint}") {{ config }} }}') == {"config": None}


def test_endpoints_are_found_by_text_labels_and_capability(muster: Muster, seed: Seed) -> None:
    seed.endpoint("Shop", 1, labels=["a", "b"])
    seed.endpoint("Bank 100%", 2, url="http://bank", labels=["b"], capabilities=[])
    seed.endpoint("Gone", 3, deleted_at=BEGIN)

    def names(arguments: str) -> list[str]:
        query = f"{{ endpointsConnection({arguments}) {{ totalCount nodes {{ name }} }} }}"
        page = muster.ask(query)
        assert page["totalCount"] == len(page["nodes"])
        return [node["name"] for node in page["nodes"]]

    assert names("first: 5") == ["Bank 100%", "Shop"]
    assert names("includeDeleted: true") == ["Gone", "Bank 100%", "Shop"]
    assert names('search: "SHOP"') == ["Shop"]
    assert names('search: "0%"') == ["Bank 100%"]
    assert names('search: "_"') == []
    assert names('labels: ["b"]') == ["Bank 100%", "Shop"]
    assert names('labels: ["b", "a"]') == ["Shop"]
    assert names('capability: "metadata"') == ["Shop"]
    assert names("search: null, labels: null, capability: null, first: null, after: null") == names(
        "first: 50"
    )


def test_a_list_is_paged_to_its_end_without_a_gap_or_a_double(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    collection = seed.collection(endpoint)
    # several runs of the same moment: the id decides
    expected = {str(seed.run(endpoint, collection, minutes=number // 3)) for number in range(10)}
    query = """query($after: ID) { collectionRunsConnection(first: 4, after: $after) {
        totalCount nodes { id requestedAt } edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    seen: list[dict[str, Any]] = []
    after = None
    for has_next, has_previous in ((True, False), (True, True), (False, True)):
        page = muster.ask(query, after=after)
        assert page["totalCount"] == 10
        assert page["pageInfo"]["hasNextPage"] is has_next
        assert page["pageInfo"]["hasPreviousPage"] is has_previous
        assert page["pageInfo"]["startCursor"] == page["nodes"][0]["id"] == page["edges"][0]["cursor"]
        after = page["pageInfo"]["endCursor"]
        seen += page["nodes"]
    ids = [node["id"] for node in seen]
    assert len(ids) == 10
    assert set(ids) == expected
    assert seen == sorted(seen, key=lambda node: (node["requestedAt"], node["id"]), reverse=True)
    assert muster.ask(query, after=after)["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


def test_a_page_is_cut_to_200(muster: Muster, seed: Seed) -> None:
    for number in range(203):
        seed.endpoint(f"E{number}", number)
    assert len(muster.ask("{ endpoints(first: 10000) { id } }")) == 200
    assert len(muster.ask("{ endpoints { id } }")) == 50


def test_a_collection_tells_its_schedule_and_its_runs(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    collection = seed.collection(endpoint, schedule_cron="30 4 * * *", schedule_timezone="Europe/Berlin")
    old = seed.run(endpoint, collection, 1)
    active = seed.run(endpoint, collection, 2, status="RUNNING")
    query = """query($id: ID!, $after: ID) { collection(id: $id) {
        endpointId endpoint { id } scheduleCron scheduleTimezone isEnabled temporalScheduleId scheduleState
        scheduleError nextRunsAt(count: 3) lastRun { id } activeRun { id } runs(after: $after) { id } } }"""
    found = muster.ask(query, id=str(collection))
    assert found["scheduleState"] == "PENDING"
    assert found["endpoint"]["id"] == found["endpointId"] == str(endpoint)
    assert found["lastRun"] == found["activeRun"] == {"id": str(active)}
    assert found["runs"] == [{"id": str(active)}, {"id": str(old)}]
    assert muster.ask(query, id=str(collection), after=str(active))["runs"] == [{"id": str(old)}]
    fires = [datetime.fromisoformat(moment) for moment in found["nextRunsAt"]]
    assert len(fires) == 3
    assert datetime.now(UTC) < fires[0] < datetime.now(UTC) + timedelta(hours=25)
    assert all(fire.minute == 30 for fire in fires)


def test_a_collection_that_is_disabled_or_manual_has_no_next_run(muster: Muster, seed: Seed) -> None:
    seed.collection(seed.endpoint("A"), schedule_cron="@daily", is_enabled=False)
    seed.collection(seed.endpoint("B"))
    found = muster.ask("{ collections { nextRunsAt(count: 5) scheduleState } }")
    assert [collection["nextRunsAt"] for collection in found] == [[], []]


def test_collections_are_found_by_endpoint_and_state(muster: Muster, seed: Seed) -> None:
    one, other = seed.endpoint("A", 1), seed.endpoint("B", 2)
    seed.collection(one, 1, is_enabled=False)
    seed.collection(other, 2)
    seed.collection(other, 3, deleted_at=BEGIN)
    query = "query($e: ID, $on: Boolean) { collections(endpointId: $e, isEnabled: $on) { endpointId } }"
    assert len(muster.ask(query)) == 2
    assert muster.ask(query, e=str(one)) == [{"endpointId": str(one)}]
    assert muster.ask(query, on=True) == [{"endpointId": str(other)}]
    assert muster.ask(query, e=str(one), on=True) == []


def test_the_preview_says_when_and_in_words(idle_muster: Muster) -> None:
    found = idle_muster.ask(
        '{ schedulePreview(cron: "0 3 * * 1", timezone: "UTC", count: 2) { firesAt description warnings } }'
    )
    fires = [datetime.fromisoformat(moment) for moment in found["firesAt"]]
    assert [(fire.weekday(), fire.hour) for fire in fires] == [(0, 3), (0, 3)]
    assert fires[1] - fires[0] == timedelta(days=7)
    assert found["description"]
    assert found["warnings"] == []


def test_a_run_of_what_has_been_deleted_still_shows_where_it_ran(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint(deleted_at=BEGIN)
    collection = seed.collection(endpoint, deleted_at=BEGIN)
    run = seed.run(endpoint, collection)
    orphan = seed.run(endpoint, None, 1)
    query = "{ collectionRuns { id collectionId collection { id } endpoint { id isDeleted } } }"
    shown = {"id": str(endpoint), "isDeleted": True}
    assert muster.ask(query) == [
        {"id": str(orphan), "collectionId": None, "collection": None, "endpoint": shown},
        {
            "id": str(run),
            "collectionId": str(collection),
            "collection": {"id": str(collection)},
            "endpoint": shown,
        },
    ]
    assert muster.error(f'{{ collection(id: "{collection}") {{ id }} }}')["code"] == "E_COLLECTION_NOT_FOUND"


def test_progress_is_shown_while_running_and_stats_once_ended(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    progress = json.dumps(
        {"phase": "reading", "done": 3, "total": None, "current": "t", "updated_at": BEGIN.isoformat()}
    )
    counts = dict.fromkeys(
        ("seen", "added", "changed", "unchanged", "removed", "failed", "filtered", "columns"), 2
    )
    stats = json.dumps({**counts, "held_removals": 0})
    both = {"progress": progress, "stats": stats}
    running = seed.run(endpoint, seed.collection(endpoint), 1, status="RUNNING", **both)
    ended = seed.run(endpoint, None, 2, started_at=BEGIN + timedelta(minutes=2), **both)
    query = """query($id: ID!) { collectionRun(id: $id) { durationMs
        progress { phase done total current updatedAt } stats { seen columns heldRemovals } } }"""
    assert muster.ask(query, id=str(running)) == {
        "durationMs": None,
        "stats": None,
        "progress": {
            "phase": "reading",
            "done": 3,
            "total": None,
            "current": "t",
            "updatedAt": "2026-11-01T12:00:00.123456Z",
        },
    }
    assert muster.ask(query, id=str(ended)) == {
        "durationMs": 9000,
        "stats": {"seen": 2, "columns": 2, "heldRemovals": 0},
        "progress": None,
    }


def test_runs_are_found_by_every_condition(muster: Muster, seed: Seed) -> None:
    one, other = seed.endpoint("A"), seed.endpoint("B")
    collection = seed.collection(one)
    first = seed.run(one, collection, 0)
    second = seed.run(one, None, 1, status="FAILED", trigger="SCHEDULE")
    third = seed.run(other, None, 2, status="CANCELED")
    seed.change(one, seed.dataset(one, "t", first), first)

    def found(**conditions: Any) -> list[Any]:
        query = """query($f: MetadataCollectionRunFilter) {
            collectionRunsConnection(filter: $f) { totalCount nodes { id } } }"""
        page = muster.ask(query, f=conditions)
        assert page["totalCount"] == len(page["nodes"])
        return [node["id"] for node in page["nodes"]]

    assert found() == [str(third), str(second), str(first)]
    assert found(endpointId=str(one)) == [str(second), str(first)]
    assert found(collectionId=str(collection)) == [str(first)]
    assert found(status="FAILED") == [str(second)]
    assert found(statuses=["FAILED", "CANCELED"]) == [str(third), str(second)]
    assert found(status="FAILED", statuses=["CANCELED"]) == []
    assert found(trigger="SCHEDULE") == [str(second)]
    assert found(changedOnly=True) == [str(first)]
    assert found(**{"from": "2026-11-01T13:01:00.123456+01:00"}) == [str(third), str(second)]
    assert found(to="2026-11-01T12:00:00.123456Z") == [str(first)]
    assert found(endpointId=None, status=None, **{"from": None}) == found()


def test_a_run_gives_its_log_and_its_changes(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    run = seed.run(endpoint, None)
    for number in range(3):
        seed.log_line(run, f"line {number}", "WARNING" if number == 1 else "INFO")
    seed.change(endpoint, seed.dataset(endpoint, "t", run), run, field="id", before="1", after='"x"')
    query = """query($id: ID!, $after: ID, $level: String) { collectionRun(id: $id) {
        logs(after: $after, first: 2, level: $level) { id at level message fields }
        changes { totalCount nodes {
            kind field before after isBreaking datasetId runId dataset { entity } } } } }"""
    found = muster.ask(query, id=str(run))
    assert [line["message"] for line in found["logs"]] == ["line 0", "line 1"]
    later = muster.ask(query, id=str(run), after=found["logs"][1]["id"])["logs"]
    assert [line["message"] for line in later] == ["line 2"]
    assert len(muster.ask(query, id=str(run), level="WARNING")["logs"]) == 1
    assert muster.error(query, id=str(run), level="LOUD")["fields"].keys() == {"level"}
    (change,) = found["changes"]["nodes"]
    assert (change["before"], change["after"], change["dataset"]) == (1, "x", {"entity": "t"})


def test_a_run_links_into_temporals_own_interface(database: str, seed: Seed) -> None:
    run = seed.run(seed.endpoint(), None, workflow_id="collection-run::1/a b", temporal_run_id="r-1")
    queued = seed.run(seed.endpoint("B"), None, 1)
    query = "query($id: ID!) { collectionRun(id: $id) { temporalUrl } }"
    with running_muster(database) as muster:
        assert muster.ask(query, id=str(run)) == {"temporalUrl": None}
    with running_muster(database, MUSTER_TEMPORAL_UI_URL="http://ui/", TEMPORAL_NAMESPACE="n") as muster:
        link = "http://ui/namespaces/n/workflows/collection-run%3A%3A1%2Fa%20b/r-1"
        assert muster.ask(query, id=str(run)) == {"temporalUrl": link}
        assert muster.ask(query, id=str(queued)) == {"temporalUrl": None}


def test_a_dataset_shows_its_columns_keys_and_indexes(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint(labels=["x"])
    run = seed.run(endpoint, None)
    parent = seed.dataset(endpoint, "orders", run)
    keys = [
        {"name": "a", "columns": ["id"], "to_schema": "public", "to_name": "orders", "to_columns": ["id"]},
        {"name": "b", "columns": ["id"], "to_schema": "other", "to_name": "orders", "to_columns": ["id"]},
    ]
    child = seed.dataset(endpoint, "lines", run, 1, foreign_keys=keys)
    seed.observation(child, rows=3_000_000_000, size_bytes=2**53)
    found = muster.ask(
        """query($id: ID!) { metadataDataset(id: $id) {
            displayName description kind database schema entity labels sourceEndpointId
            rowCountEstimate sizeBytes
            fields { position name type nullable defaultValue description isPrimaryKey } primaryKey
            foreignKeys { name columns toSchema toEntity toColumns toDatasetId }
            indexes { name columns unique } definition firstSeenAt collectedAt changedAt removedAt version
            lastCollectionRun { id } } }""",
        id=str(child),
    )
    assert (found["displayName"], found["entity"], found["labels"]) == ("public.lines", "lines", ["x"])
    assert (found["rowCountEstimate"], found["sizeBytes"]) == (2**31 - 1, float(2**53))
    assert found["fields"][0] == {
        "position": 1,
        "name": "id",
        "type": "bigint",
        "nullable": False,
        "defaultValue": None,
        "description": "The key",
        "isPrimaryKey": True,
    }
    assert [field["isPrimaryKey"] for field in found["fields"]] == [True, False]
    assert [key["toDatasetId"] for key in found["foreignKeys"]] == [str(parent), None]
    assert found["indexes"] == [{"name": "lines_pkey", "columns": ["id"], "unique": True}]
    assert found["lastCollectionRun"] == {"id": str(run)}


def test_datasets_of_a_deleted_endpoint_are_hidden(muster: Muster, seed: Seed) -> None:
    dataset = seed.dataset(seed.endpoint(deleted_at=BEGIN), "t")
    assert muster.ask("{ catalogDatasetConnection { totalCount nodes { id } } }")["totalCount"] == 0
    assert muster.error(f'{{ metadataDataset(id: "{dataset}") {{ id }} }}')["code"] == "E_DATASET_NOT_FOUND"


def test_changes_are_found_by_what_they_are_about(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    run = seed.run(endpoint, None)
    one, other = seed.dataset(endpoint, "a", run), seed.dataset(endpoint, "b", run)
    seed.change(endpoint, one, run, 1)
    seed.change(endpoint, other, run, 2, kind="COLUMN_REMOVED", is_breaking=True)
    query = """query($d: ID, $k: [CatalogChangeKind!], $b: Boolean) {
        catalogChanges(datasetId: $d, kinds: $k, breakingOnly: $b) { totalCount nodes { kind } } }"""
    assert [node["kind"] for node in muster.ask(query)["nodes"]] == ["COLUMN_REMOVED", "DATASET_ADDED"]
    assert muster.ask(query, d=str(one))["totalCount"] == 1
    assert muster.ask(query, k=["COLUMN_REMOVED"])["totalCount"] == 1
    assert muster.ask(query, b=True)["totalCount"] == 1
