"""What a run does not account for: it is partial, and nothing there is taken for removed."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest

from app.core.db.catalog_merge import merge_staged
from tests.integration.persisting import (
    Db,
    Staging,
    collect,
    end_run,
    insert_endpoint,
    insert_run,
    live,
    rows,
    stats,
    tables,
)


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database) as connection:
        yield connection


@pytest.fixture
def endpoint_id(conn: Db) -> UUID:
    return insert_endpoint(conn)


@pytest.mark.parametrize(
    "staging",
    [
        pytest.param(Staging(tables("a"), incomplete=["public"]), id="a table is not shown"),
        pytest.param(
            Staging(tables("z", schema="other"), complete_scope=False, limited_scope=True),
            id="a schema is not shown",
        ),
    ],
)
def test_what_may_be_hidden_makes_the_run_partial_until_it_is_shown(
    conn: Db, endpoint_id: UUID, staging: Staging
) -> None:
    everything = tables("a", "b")
    collect(conn, endpoint_id, Staging(everything))
    for _ in range(2):
        run_id = insert_run(conn, endpoint_id)
        for _ in range(2):  # told again by a second attempt, which merges nothing
            merged = merge_staged(conn, run_id, staging.records(), limit_seconds=60)
            conn.commit()
            assert (merged.is_partial, merged.is_settled) == (True, False)
        end_run(conn, run_id, "PARTIAL")
        assert stats(conn, run_id).get("removed") is None
        [failure] = rows(
            conn,
            "SELECT schema, name, code FROM metadata_collection_run_failures WHERE run_id = %s",
            run_id,
        )
        assert failure == {"schema": "public", "name": None, "code": "SOURCE_PERMISSION_DENIED"}
    assert {("public", "a"), ("public", "b")} <= live(conn, endpoint_id)
    last = insert_run(conn, endpoint_id)
    shown = Staging([*everything, *tables("z", schema="other")], limited_scope=True, complete_scope=False)
    assert not merge_staged(conn, last, shown.records(), limit_seconds=60).is_partial


@pytest.mark.parametrize("listed", [1, 3])
def test_a_parent_whose_listing_does_not_add_up_makes_the_run_partial_and_removes_nothing(
    conn: Db, endpoint_id: UUID, listed: int
) -> None:
    collect(conn, endpoint_id, Staging([*tables("a", "b"), *tables("c", schema="other")]))
    staging = Staging([*tables("a", "d"), *tables("c", schema="other")])
    findings = [
        {**each, "listed": listed} if each["schema"] == "public" else each for each in staging.findings()
    ]
    run_id = insert_run(conn, endpoint_id)
    records = replace(staging.records(), findings=lambda: findings)
    merged = merge_staged(conn, run_id, records, limit_seconds=60)
    conn.commit()
    assert (merged.is_partial, merged.is_settled) == (True, False)
    assert live(conn, endpoint_id) == {("public", "a"), ("public", "b"), ("public", "d"), ("other", "c")}
    warned = rows(conn, "SELECT fields FROM metadata_collection_run_logs WHERE level = 'WARNING'")
    assert warned == [{"fields": {"schemas": 1}}]
