"""What there is to filter and search by, and what this server is."""

import platform
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.api.arguments import MAX_FACETS
from app.core.domain.templates import TEMPLATES
from tests.api.conftest import Muster
from tests.api.seed import BEGIN, Seed


def test_labels_are_those_of_live_endpoints_each_once_in_order(muster: Muster, seed: Seed) -> None:
    assert muster.ask("{ labels }") == []
    seed.endpoint("A", labels=["sales", "eu"])
    seed.endpoint("B", labels=["eu", "billing"])
    seed.endpoint("C", labels=["gone"], deleted_at=BEGIN)
    assert muster.ask("{ labels }") == ["billing", "eu", "sales"]


def test_labels_are_bounded(muster: Muster, seed: Seed) -> None:
    for start in range(0, MAX_FACETS + 100, 100):
        seed.endpoint(f"E{start}", labels=[f"label-{number:05}" for number in range(start, start + 100)])
    found = muster.ask("{ labels }")
    assert (len(found), found[-1]) == (MAX_FACETS, f"label-{MAX_FACETS - 1:05}")


def test_schemas_are_those_that_datasets_lie_in_now(muster: Muster, seed: Seed) -> None:
    a, b, gone = seed.endpoint("A"), seed.endpoint("B"), seed.endpoint("C", deleted_at=BEGIN)

    def dataset(endpoint: UUID, name: str, schema: str | None, removed: bool = False) -> None:
        made = seed.dataset(endpoint, name)
        muster.connection.execute(
            "UPDATE catalog_datasets SET schema = %s, removed_at = %s WHERE id = %s",
            [schema, BEGIN if removed else None, made],
        )

    dataset(a, "orders", "shop")
    dataset(a, "lines", "shop")
    dataset(a, "old", "attic", removed=True)
    dataset(b, "stock", "depot")
    dataset(b, "file", None)
    dataset(gone, "secret", "hidden")
    assert muster.ask("{ schemas }") == ["depot", "shop"]
    assert muster.ask("query($e: ID) { schemas(endpointId: $e) }", e=str(a)) == ["shop"]
    assert muster.error('{ schemas(endpointId: "x") }')["code"] == "E_BAD_INPUT"


def test_datasets_are_found_by_what_their_columns_are_called_and_said_to_be(
    muster: Muster, seed: Seed
) -> None:
    column = {"position": 1, "type": "text", "nullable": True, "default": None}
    endpoint = seed.endpoint()
    seed.dataset(endpoint, "people", columns=[column | {"name": "iban", "comment": "Bank account"}])
    seed.dataset(endpoint, "notes", columns=[column | {"name": "text", "comment": None}])

    def names(search: str) -> list[str]:
        query = """query($s: String) {
            catalogDatasetConnection(search: $s) { totalCount nodes { entity } } }"""
        page = muster.ask(query, s=search)
        assert page["totalCount"] == len(page["nodes"])
        return sorted(node["entity"] for node in page["nodes"])

    assert names("IBAN") == names("bank acc") == ["people"]
    assert names("all ") == ["notes", "people"]
    assert names("public.PEOPLE") == names("shop.public.people") == names("lic.peo") == ["people"]
    assert names("peopel") == ["people"]
    assert names("nowhere") == []


def test_collections_are_found_by_the_name_of_their_endpoint(muster: Muster, seed: Seed) -> None:
    shop, bank = seed.endpoint("Web shop"), seed.endpoint("Bank 100%")
    first, second = seed.collection(shop, 1), seed.collection(bank, 2, is_enabled=False)
    seed.collection(seed.endpoint("Old shop"), 3, deleted_at=BEGIN)

    def found(arguments: str) -> list[str]:
        query = f"""{{ collectionsConnection({arguments}) {{
            totalCount pageInfo {{ endCursor }} edges {{ cursor }} nodes {{ id }} }} }}"""
        page = muster.ask(query)
        ids = [node["id"] for node in page["nodes"]]
        assert page["totalCount"] == len(ids)
        assert [edge["cursor"] for edge in page["edges"]] == ids
        assert [each["id"] for each in muster.ask(f"{{ collections({arguments}) {{ id }} }}")] == ids
        return ids

    assert found("first: 5") == [str(second), str(first)]
    assert found('search: "SHOP"') == [str(first)]
    assert found('search: "0%"') == found("isEnabled: false") == [str(second)]
    assert found('search: "_"') == found('search: "shop", isEnabled: false') == []
    assert found(f'endpointId: "{shop}"') == [str(first)]


def test_collections_are_paged(muster: Muster, seed: Seed) -> None:
    for number in range(3):
        seed.collection(seed.endpoint(f"E{number}"), number)
    query = """query($after: ID) { collectionsConnection(first: 2, after: $after) {
        totalCount nodes { endpoint { name } } pageInfo { hasNextPage endCursor } } }"""
    first = muster.ask(query)
    second = muster.ask(query, after=first["pageInfo"]["endCursor"])
    names = [node["endpoint"]["name"] for page in (first, second) for node in page["nodes"]]
    assert names == ["E2", "E1", "E0"]
    assert [page["totalCount"] for page in (first, second)] == [3, 3]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, False]


def test_a_schedule_is_told_in_words(muster: Muster, seed: Seed) -> None:
    seed.collection(seed.endpoint("A"), 2, schedule_cron="30 2 * * *", schedule_timezone="Europe/Berlin")
    seed.collection(seed.endpoint("B"), 1)
    found = muster.ask("{ collections { scheduleDescription } }")
    assert [each["scheduleDescription"] for each in found] == ["Every day at 02:30 (Europe/Berlin)", None]


def test_a_run_shows_its_steps(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    run = seed.run(endpoint, seed.collection(endpoint), status="FAILED", started_at=BEGIN)
    muster.connection.execute(
        """INSERT INTO metadata_collection_run_steps VALUES
           (%(run)s, 'PREPARE', 'DONE', %(at)s, %(at)s, %(at)s, 1, NULL),
           (%(run)s, 'INGEST', 'FAILED', %(at)s, %(at)s, %(at)s, 3, 'Nobody listens there.')""",
        {"run": run, "at": BEGIN},
    )
    query = """query($id: ID!) { collectionRun(id: $id) {
        steps { name state startedAt endedAt attempts error } } }"""
    steps = muster.ask(query, id=str(run))["steps"]
    assert [(step["name"], step["state"], step["attempts"]) for step in steps] == [
        ("START", "DONE", 0),
        ("PREPARE", "DONE", 1),
        ("INGEST", "FAILED", 3),
        ("PERSIST", "SKIPPED", 0),
        ("COMPLETE", "SKIPPED", 0),
    ]
    assert steps[2]["startedAt"] == steps[2]["endedAt"] == "2026-11-01T12:00:00.123456Z"
    assert steps[2]["error"] == "Nobody listens there."


def test_the_server_tells_what_it_is_made_of(idle_muster: Muster) -> None:
    found = idle_muster.ask(
        """{ serverInfo { version postgresVersion temporalAddress python connectors { id title } } }"""
    )
    (version,) = idle_muster.select("SHOW server_version")
    assert found["postgresVersion"] == version[0]
    assert found["python"] == platform.python_version()
    assert found["temporalAddress"].startswith("127.0.0.1:")
    assert found["version"] == idle_muster.ask("{ health { version } }")["version"]
    assert found["connectors"] == [{"id": each.id, "title": each.title} for each in TEMPLATES.values()]


def test_viewers_of_one_name_are_told_apart(idle_muster: Muster) -> None:
    assert idle_muster.ask("{ viewer { name identity } }") == {"name": "admin", "identity": "admin-token"}


@pytest.mark.parametrize(
    "conditions",
    [
        {"statuses": ["FAILED"]},
        {"statuses": ["FAILED", "PARTIAL", "FAILED"]},
        {"trigger": "MANUAL"},
        {"status": "SKIPPED", "trigger": "SCHEDULE"},
        {"statuses": ["SKIPPED", "CANCELED"], "from": (BEGIN + timedelta(minutes=9)).isoformat()},
        {"statuses": ["SUCCEEDED"], "to": (BEGIN + timedelta(minutes=12)).isoformat()},
        {"statuses": ["SUCCEEDED", "FAILED"], "changedOnly": True},
        {"statuses": []},
    ],
    ids=str,
)
def test_runs_in_some_states_are_paged_like_all_others(
    conditions: dict[str, Any], muster: Muster, seed: Seed
) -> None:
    endpoint = seed.endpoint()
    collection, dataset = seed.collection(endpoint), seed.dataset(endpoint, "orders")
    statuses = ("SUCCEEDED", "FAILED", "PARTIAL", "SKIPPED", "CANCELED")
    runs = [
        seed.run(endpoint, collection, minutes // 2, status=statuses[minutes % 5], trigger=trigger)
        for minutes, trigger in enumerate(["MANUAL", "SCHEDULE", "SCHEDULE"] * 10)
    ]
    for run in runs[::4]:
        seed.change(endpoint, dataset, run)
    query = """query($f: MetadataCollectionRunFilter, $after: ID) {
        collectionRunsConnection(filter: $f, first: 2, after: $after) {
            totalCount nodes { id requestedAt } pageInfo { hasNextPage endCursor } } }"""
    # the same runs by way of their only endpoint, which is read in another way
    expected = muster.ask(
        query.replace("first: 2", "first: 200"), f=conditions | {"endpointId": str(endpoint)}
    )
    found: list[Any] = []
    after = None
    while True:
        page = muster.ask(query, f=conditions, after=after)
        found += page["nodes"]
        assert page["totalCount"] == expected["totalCount"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert found == expected["nodes"]
    assert len(found) == expected["totalCount"]
