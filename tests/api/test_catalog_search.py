"""Searching the catalog through the API: why a dataset was found, and what a list can be narrowed to."""

from typing import Any
from uuid import UUID

from tests.api.conftest import Muster
from tests.api.seed import BEGIN, Seed

FACETS = "kinds { ...V } endpoints { ...V } schemas { ...V } labels { ...V }"
FRAGMENT = "fragment V on FacetValue { value label count }"


def facets(muster: Muster, arguments: str = "") -> dict[str, dict[str, int]]:
    query = f"{{ catalogDatasetConnection{arguments} {{ facets {{ {FACETS} }} }} }} {FRAGMENT}"
    found: dict[str, list[dict[str, Any]]] = muster.ask(query)["facets"]
    return {facet: {value["label"]: value["count"] for value in values} for facet, values in found.items()}


def place(muster: Muster, seed: Seed, dataset: UUID, **columns: object) -> None:
    assignments = ", ".join(f"{name} = %s" for name in columns)
    muster.connection.execute(
        f"UPDATE catalog_datasets SET {assignments} WHERE id = %s".encode(), [*columns.values(), dataset]
    )
    seed.index_dataset(dataset)


def test_each_facet_is_counted_with_the_other_conditions_applied(muster: Muster, seed: Seed) -> None:
    shop = seed.endpoint("Shop", labels=["eu", "sales"])
    bank = seed.endpoint("Bank", labels=["eu"])
    hidden = seed.endpoint("Gone", labels=["eu"], deleted_at=BEGIN)
    seed.dataset(shop, "orders")
    place(muster, seed, seed.dataset(shop, "orders_view"), kind="VIEW", schema="reports")
    place(muster, seed, seed.dataset(shop, "old_orders"), removed_at=BEGIN)
    seed.dataset(bank, "accounts")
    place(muster, seed, seed.dataset(bank, "loose"), schema=None)
    seed.dataset(hidden, "nobody_sees_this")
    assert facets(muster) == {
        "kinds": {"TABLE": 3, "VIEW": 1},
        "endpoints": {"Bank": 2, "Shop": 2},
        "schemas": {"public": 2, "reports": 1},
        "labels": {"eu": 4, "sales": 2},
    }
    assert facets(muster, "(kind: VIEW)") == {
        "kinds": {"TABLE": 3, "VIEW": 1},
        "endpoints": {"Shop": 1},
        "schemas": {"reports": 1},
        "labels": {"eu": 1, "sales": 1},
    }
    assert facets(muster, f'(endpointId: "{bank}", schema: "public")') == {
        "kinds": {"TABLE": 1},
        "endpoints": {"Bank": 1, "Shop": 1},
        "schemas": {"public": 1},
        "labels": {"eu": 1},
    }
    assert facets(muster, '(labels: ["sales"], search: "orders", includeRemoved: true)') == {
        "kinds": {"TABLE": 2, "VIEW": 1},
        "endpoints": {"Shop": 3},
        "schemas": {"public": 2, "reports": 1},
        "labels": {"eu": 3, "sales": 3},
    }
    before = facets(muster, '(asOf: "2020-01-01T00:00:00Z")')
    assert before == {"kinds": {}, "endpoints": {}, "schemas": {}, "labels": {}}
    assert facets(muster, '(asOf: "2026-11-02T00:00:00Z")') == facets(muster)


def test_a_hit_says_what_was_met(muster: Muster, seed: Seed) -> None:
    column = {"position": 1, "type": "text", "nullable": True, "default": None}
    endpoint = seed.endpoint()
    seed.dataset(endpoint, "people", columns=[column | {"name": "IBAN_old", "comment": "Bank account"}])
    query = """query($s: String) { catalogDatasetConnection(search: $s) {
        nodes { match { field kind column text } } } }"""

    def match(search: str | None) -> Any:
        (node,) = muster.ask(query, s=search)["nodes"]
        return node["match"]

    assert match("People") == {"field": "NAME", "kind": "EXACT", "column": None, "text": "people"}
    assert match("iban") == {"field": "COLUMN", "kind": "PREFIX", "column": "IBAN_old", "text": "IBAN_old"}
    assert match("account") == {
        "field": "COLUMN_COMMENT",
        "kind": "WORDS",
        "column": "IBAN_old",
        "text": "Bank account",
    }
    assert match(None) is None
