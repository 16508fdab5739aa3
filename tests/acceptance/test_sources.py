"""Every connector end to end: a registered source's datasets and columns are in the catalog."""

from typing import Any

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint

DATASETS = """query($e: ID) { catalogDatasetConnection(endpointId: $e) {
  totalCount nodes { entity schema kind primaryKey fields { name type nullable isPrimaryKey } } } }"""


def datasets(api: Api, endpoint: Endpoint) -> dict[str, dict[str, Any]]:
    answer = api.ask(DATASETS, e=endpoint.id)
    assert answer["totalCount"] == len(answer["nodes"])
    return {node["entity"]: node for node in answer["nodes"]}


def test_postgres_tables_and_columns_are_in_the_catalog(api: Api, pair: tuple[Endpoint, Endpoint]) -> None:
    found = datasets(api, pair[0])

    assert set(found) == {"orders", "customers"}
    assert found["orders"] == {
        "entity": "orders",
        "schema": "public",
        "kind": "TABLE",
        "primaryKey": ["id"],
        "fields": [
            {"name": "id", "type": "integer", "nullable": False, "isPrimaryKey": True},
            {"name": "placed", "type": "date", "nullable": False, "isPrimaryKey": False},
        ],
    }


def test_mariadb_tables_and_columns_are_in_the_catalog(api: Api, maria_endpoint: Endpoint) -> None:
    found = datasets(api, maria_endpoint)

    assert set(found) == {"stock"}
    assert found["stock"]["schema"] == "warehouse"
    assert [(field["name"], field["type"]) for field in found["stock"]["fields"]] == [
        ("sku", "varchar(20)"),
        ("amount", "int(11)"),
    ]


def test_sqlite_tables_and_columns_are_in_the_catalog(api: Api, pair: tuple[Endpoint, Endpoint]) -> None:
    found = datasets(api, pair[1])

    assert set(found) == {"notes"}
    assert [(field["name"], field["type"]) for field in found["notes"]["fields"]] == [
        ("id", "INTEGER"),
        ("text", "TEXT"),
    ]
