"""Lineage and references as the API tells them, from rows written straight into the database."""

from typing import Any

import pytest

from tests.api.conftest import Muster
from tests.api.seed import Seed

VIEW = """query($id: ID!, $depth: Int) { metadataDataset(id: $id) { lineageNote
    up: upstream(depth: $depth) { isTruncated nodes { depth dataset { entity } } edges { fromId toId level } }
    down: downstream(depth: $depth) { isTruncated nodes { depth dataset { entity } } edges { fromId toId }
    } } }"""
REFERRED = """query($id: ID!, $first: Int) { metadataDataset(id: $id) { referencedBy(first: $first) {
    name columns toColumns datasetId dataset { entity foreignKeys { toDatasetId } } } } }"""


def names(side: dict[str, Any]) -> dict[str, int]:
    return {node["dataset"]["entity"]: node["depth"] for node in side["nodes"]}


def test_up_and_down_to_a_depth(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    ids = {name: seed.dataset(endpoint, name) for name in ("base", "middle", "top")}
    seed.lineage(ids["middle"], "base", "base2", note="Only so much is known.")
    seed.lineage(ids["top"], "middle", "base")
    found = muster.ask(VIEW, id=str(ids["middle"]), depth=1)
    assert (names(found["up"]), names(found["down"])) == ({"base": 1}, {"top": 1})
    assert found["up"]["edges"] == [
        {"fromId": str(ids["base"]), "toId": str(ids["middle"]), "level": "COLUMN"}
    ]
    assert found["lineageNote"] == (
        "Only so much is known. It reads what the catalog does not hold: public.base2."
    )
    found = muster.ask(VIEW, id=str(ids["base"]), depth=2)
    assert (names(found["up"]), names(found["down"])) == ({}, {"middle": 1, "top": 1})
    assert len(found["down"]["edges"]) == 3
    assert found["lineageNote"] is None


def test_what_another_endpoint_holds_and_what_is_deleted_is_not_told(muster: Muster, seed: Seed) -> None:
    one, other = seed.endpoint("One", 1), seed.endpoint("Other", 2)
    view = seed.dataset(one, "v")
    seed.lineage(view, "base")
    seed.dataset(other, "base")
    assert names(muster.ask(VIEW, id=str(view))["up"]) == {}
    base = seed.dataset(one, "base")
    assert names(muster.ask(VIEW, id=str(view))["up"]) == {"base": 1}
    muster.connection.execute("UPDATE catalog_datasets SET removed_at = now() WHERE id = %s", (view,))
    assert names(muster.ask(VIEW, id=str(base))["down"]) == {}


def test_circles_end_and_much_is_cut(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    hub = seed.dataset(endpoint, "hub")
    for number in range(203):
        seed.lineage(seed.dataset(endpoint, f"v{number:03}", minutes=number), "hub")
    down = muster.ask(VIEW, id=str(hub), depth=2)["down"]
    assert (len(down["nodes"]), len(down["edges"]), down["isTruncated"]) == (200, 200, True)
    seed.lineage(hub, "hub")
    assert muster.ask(VIEW, id=str(hub), depth=10)["up"]["nodes"] == []


@pytest.mark.parametrize("depth", [0, -1, 11, 2**31 - 1])
def test_a_depth_beyond_what_is_told_is_refused(depth: int, muster: Muster, seed: Seed) -> None:
    found = muster.error(VIEW, id=str(seed.dataset(seed.endpoint(), "a")), depth=depth)
    assert (found["code"], list(found["fields"])) == ("E_BAD_INPUT", ["depth"])


def test_a_view_that_was_never_traced_says_so(muster: Muster, seed: Seed) -> None:
    view = seed.dataset(seed.endpoint(), "v")
    muster.connection.execute("UPDATE catalog_datasets SET kind = 'VIEW' WHERE id = %s", (view,))
    assert "has not been read" in muster.ask(VIEW, id=str(view))["lineageNote"]
    seed.lineage(view)
    assert muster.ask(VIEW, id=str(view))["lineageNote"] is None
    muster.connection.execute("UPDATE catalog_datasets SET document_hash = 'new' WHERE id = %s", (view,))
    assert "has not been read" in muster.ask(VIEW, id=str(view))["lineageNote"]


def test_foreign_keys_are_known_from_both_sides(muster: Muster, seed: Seed) -> None:
    endpoint, other = seed.endpoint("One", 1), seed.endpoint("Other", 2)
    orders = seed.dataset(endpoint, "orders", foreign_keys=[key("self", "orders")])
    lines = seed.dataset(endpoint, "lines", foreign_keys=[key("fk", "orders"), key("no", "customers")])
    seed.dataset(other, "lines", foreign_keys=[key("fk", "orders")])
    gone = seed.dataset(endpoint, "gone", foreign_keys=[key("fk", "orders")])
    muster.connection.execute("UPDATE catalog_datasets SET removed_at = now() WHERE id = %s", (gone,))
    found = muster.ask(REFERRED, id=str(orders))["referencedBy"]
    assert [(each["name"], each["datasetId"]) for each in found] == [
        ("fk", str(lines)),
        ("self", str(orders)),
    ]
    assert (found[0]["columns"], found[0]["toColumns"]) == (["id"], ["id"])
    assert found[0]["dataset"] == {
        "entity": "lines",
        "foreignKeys": [{"toDatasetId": str(orders)}, {"toDatasetId": None}],
    }
    assert len(muster.ask(REFERRED, id=str(orders), first=1)["referencedBy"]) == 1
    assert muster.ask(REFERRED, id=str(lines))["referencedBy"] == []


def key(name: str, to: str) -> dict[str, Any]:
    return {"name": name, "columns": ["id"], "to_schema": "public", "to_name": to, "to_columns": ["id"]}
