"""The merge: the catalog becomes what the run found, no more and no less, in one transaction."""

import threading
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.db.catalog import list_datasets
from app.core.db.catalog_merge import merge_staged
from app.core.domain.catalog import DatasetFilter
from app.core.domain.staged_index import StagingRefused
from app.core.errors import RunNotActive
from tests.integration.persisting import (
    Db,
    Staging,
    Table,
    changes,
    collect,
    end_run,
    insert_endpoint,
    insert_run,
    live,
    rows,
    stats,
    tables,
    written,
)

CATALOG = ("catalog_datasets", "catalog_observations", "catalog_changes")


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database) as connection:
        yield connection


@pytest.fixture
def endpoint_id(conn: Db) -> UUID:
    return insert_endpoint(conn)


def test_a_first_run_adds_everything(conn: Db, endpoint_id: UUID) -> None:
    run_id = collect(conn, endpoint_id, Staging([Table("a", columns=("x", "y"), rows=5), Table("b")]))
    assert live(conn, endpoint_id) == {("public", "a"), ("public", "b")}
    assert stats(conn, run_id) == {"seen": 2, "added": 2, "columns": 3}
    assert changes(conn, run_id) == [("DATASET_ADDED", "a", None, False), ("DATASET_ADDED", "b", None, False)]
    [observation] = rows(conn, "SELECT row_count_estimate, size_bytes FROM catalog_observations")
    assert observation == {"row_count_estimate": 5, "size_bytes": None}


def test_what_a_run_adds_is_listed_in_the_order_of_reading(conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, Staging([Table(name) for name in "cab"]))
    collect(conn, endpoint_id, Staging([Table(name) for name in "cabfde"]))
    listed = list_datasets(conn, DatasetFilter(endpoint_id=endpoint_id), first=10)
    assert [dataset.name for dataset in listed] == [*"fde", *"cab"]


def test_a_changed_document_gives_a_new_version_and_its_changes(conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, Staging([Table("a", columns=("x", "y")), Table("b")]))
    run_id = collect(conn, endpoint_id, Staging([Table("a", columns=("x", "z")), Table("b")]))
    assert changes(conn, run_id) == [("COLUMN_REMOVED", "a", "y", True), ("COLUMN_ADDED", "a", "z", False)]
    assert stats(conn, run_id) == {"seen": 2, "changed": 1, "unchanged": 1, "columns": 3}
    found = rows(
        conn, "SELECT name, version, changed_run_id = %s AS now FROM catalog_datasets ORDER BY name", run_id
    )
    assert found == [{"name": "a", "version": 2, "now": True}, {"name": "b", "version": 1, "now": False}]


def test_ten_thousand_unchanged_datasets_write_no_catalog_row(conn: Db, endpoint_id: UUID) -> None:
    many = Staging([Table(f"t{i}", f"s{i % 10}", columns=("a", "b"), rows=i) for i in range(10_000)])
    collect(conn, endpoint_id, many)
    before = written(conn, CATALOG)
    run_id = collect(conn, endpoint_id, many)
    assert written(conn, CATALOG) == before
    assert stats(conn, run_id) == {"seen": 10_000, "unchanged": 10_000, "columns": 20_000}
    confirmed = rows(conn, "SELECT DISTINCT run_id FROM catalog_scopes")
    assert confirmed == [{"run_id": run_id}]


def test_a_moved_row_count_is_an_observation_and_no_new_version(conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, Staging([Table("a", rows=1), Table("b", rows=2)]))
    datasets = written(conn, ["catalog_datasets"])
    collect(conn, endpoint_id, Staging([Table("a", rows=10), Table("b", rows=2)]))
    assert written(conn, ["catalog_datasets"]) == datasets
    found = rows(conn, "SELECT row_count_estimate AS n FROM catalog_observations ORDER BY observed_at DESC")
    assert [row["n"] for row in found] == [10, 2]


def test_merging_a_run_again_changes_nothing(conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, Staging(tables("a", "b")))
    staging = Staging(tables("a", "c"), failures=tables("d"))
    run_id = insert_run(conn, endpoint_id)
    first = merge_staged(conn, run_id, staging.records(), limit_seconds=60).is_partial
    conn.commit()
    state = (written(conn, [*CATALOG, "catalog_scopes", "metadata_collection_run_logs"]), stats(conn, run_id))
    again = merge_staged(conn, run_id, staging.records(), limit_seconds=60).is_partial
    conn.commit()
    assert first is again is True
    assert state == (
        written(conn, [*CATALOG, "catalog_scopes", "metadata_collection_run_logs"]),
        stats(conn, run_id),
    )


def test_a_returned_dataset_keeps_its_id(conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, Staging(tables("a", "b")))
    [before] = rows(conn, "SELECT id FROM catalog_datasets WHERE name = 'b'")
    gone = collect(conn, endpoint_id, Staging(tables("a")))
    assert changes(conn, gone) == [("DATASET_REMOVED", "b", None, True)]
    assert stats(conn, gone) == {"seen": 1, "unchanged": 1, "removed": 1, "columns": 1}
    back = collect(conn, endpoint_id, Staging([Table("a"), Table("b", columns=("id", "new"))]))
    assert changes(conn, back) == [
        ("COLUMN_ADDED", "b", "new", False),
        ("DATASET_RESTORED", "b", None, False),
    ]
    assert stats(conn, back) == {"seen": 2, "added": 1, "unchanged": 1, "columns": 3}
    [after] = rows(
        conn, "SELECT id, removed_at, removed_run_id, confirmed_at FROM catalog_datasets WHERE name = 'b'"
    )
    assert after == {"id": before["id"], "removed_at": None, "removed_run_id": None, "confirmed_at": None}


@pytest.mark.parametrize(
    ("staging", "expected"),
    [
        pytest.param(Staging(tables("a")), {"a"}, id="listed and absent: removed"),
        pytest.param(Staging(tables("a"), failures=tables("b")), {"a", "b"}, id="failed: kept"),
        pytest.param(
            Staging(tables("z", schema="other"), schemas=["public"]), {"z"}, id="listed as empty: removed"
        ),
        pytest.param(Staging(schemas=["public"]), {"a", "b"}, id="nothing seen at all: held"),
        pytest.param(
            Staging(tables("z", schema="other"), unlisted=["public"]),
            {"a", "b", "z"},
            id="listing failed: kept",
        ),
        pytest.param(
            Staging([*tables("a"), *tables("z", schema="other")], unlisted=["public"]),
            {"a", "b", "z"},
            id="listing failed half-way: kept",
        ),
        pytest.param(
            Staging(tables("a"), incomplete=["public"]), {"a", "b"}, id="listing not complete: kept"
        ),
        pytest.param(
            Staging(tables("z", schema="other")), {"z"}, id="schema gone from the full list: removed"
        ),
        pytest.param(
            Staging(tables("z", schema="other"), complete_scope=False),
            {"a", "b", "z"},
            id="schema outside the run: kept",
        ),
        pytest.param(
            Staging(tables("z", schema="other"), filtered=["public"]), {"a", "b", "z"}, id="filtered: kept"
        ),
        pytest.param(
            Staging([Table("z", database="elsewhere")], scope_database="elsewhere"),
            {"a", "b", "z"},
            id="another database: kept",
        ),
    ],
)
def test_only_evidence_removes(conn: Db, endpoint_id: UUID, staging: Staging, expected: set[str]) -> None:
    collect(conn, endpoint_id, Staging(tables("a", "b")))
    collect(conn, endpoint_id, staging)
    assert {name for _, name in live(conn, endpoint_id)} == expected


def test_a_lagging_dataset_keeps_its_last_confirmation(conn: Db, endpoint_id: UUID) -> None:
    first = collect(conn, endpoint_id, Staging(tables("a", "b")))
    confirmed = (
        "SELECT confirmed_at IS NULL AS current, confirmed_run_id FROM catalog_datasets WHERE name = 'b'"
    )
    for _ in range(2):
        run_id = collect(conn, endpoint_id, Staging(tables("a"), failures=tables("b")))
        assert rows(conn, confirmed) == [{"current": False, "confirmed_run_id": first}]
    log = "SELECT level, fields, message FROM metadata_collection_run_logs WHERE run_id = %s ORDER BY id"
    [warning, summary] = rows(conn, log, run_id)
    assert (warning["level"], warning["fields"]) == ("WARNING", {"objects": 1, "schemas": 0})
    assert (summary["level"], summary["message"]) == (
        "INFO",
        "Catalog updated: 1 datasets with 1 columns found, 0 added, 0 changed, 0 removed.",
    )
    collect(conn, endpoint_id, Staging(tables("a", "b")))
    assert rows(conn, confirmed) == [{"current": True, "confirmed_run_id": None}]


@pytest.mark.parametrize(
    ("staging", "sentence"),
    [
        (Staging(tables("a", "a")), "the same dataset is there twice"),
        (Staging(unlisted=["public"]), "Nothing of the source could be listed: permission denied"),
    ],
)
def test_incomplete_records_leave_the_catalog_alone(
    conn: Db, endpoint_id: UUID, staging: Staging, sentence: str
) -> None:
    collect(conn, endpoint_id, Staging(tables("a", "b")))
    before = written(conn, [*CATALOG, "catalog_scopes"])
    with pytest.raises(StagingRefused, match=sentence):
        collect(conn, endpoint_id, staging)
    assert written(conn, [*CATALOG, "catalog_scopes"]) == before


def test_a_document_that_is_missing_refuses_the_run(conn: Db, endpoint_id: UUID) -> None:
    staging = Staging(tables("a", "b"))
    run_id = insert_run(conn, endpoint_id)
    conn.commit()
    records = replace(staging.records(), documents=lambda _: staging.documents({0}))
    with pytest.raises(StagingRefused, match="documents are missing"), conn.transaction():
        merge_staged(conn, run_id, records, limit_seconds=60)
    assert live(conn, endpoint_id) == set()


@pytest.mark.parametrize("status", ["CANCELED", "FAILED"])
def test_an_ended_run_is_not_merged(conn: Db, endpoint_id: UUID, status: str) -> None:
    run_id = insert_run(conn, endpoint_id)
    end_run(conn, run_id, status)
    with pytest.raises(RunNotActive), conn.transaction():
        merge_staged(conn, run_id, Staging(tables("a")).records(), limit_seconds=60)
    assert live(conn, endpoint_id) == set()


def test_a_run_cancelled_during_the_merge_leaves_nothing(database: str, conn: Db, endpoint_id: UUID) -> None:
    run_id = insert_run(conn, endpoint_id)
    conn.commit()
    staging = Staging(tables("a"))

    def documents_while_canceled(ordinals: Collection[int]) -> Iterator[tuple[bytes, bytes]]:
        with psycopg.connect(database) as other:
            end_run(other, run_id, "CANCELED")
        return staging.documents(ordinals)

    records = replace(staging.records(), documents=documents_while_canceled)
    with pytest.raises(RunNotActive), conn.transaction():
        merge_staged(conn, run_id, records, limit_seconds=60)
    assert live(conn, endpoint_id) == set()


def test_a_lost_connection_leaves_nothing_half_done(database: str, conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, Staging(tables("a")))
    run_id = insert_run(conn, endpoint_id)
    conn.commit()
    before = written(conn, [*CATALOG, "catalog_scopes"])
    staging = Staging(tables("b", "c"))
    with psycopg.connect(database) as doomed:

        def documents_then_killed(ordinals: Collection[int]) -> Iterator[tuple[bytes, bytes]]:
            yield from staging.documents(ordinals)
            conn.execute("SELECT pg_terminate_backend(%s)", (doomed.info.backend_pid,))
            conn.commit()

        records = replace(staging.records(), documents=documents_then_killed)
        with pytest.raises(psycopg.OperationalError):
            merge_staged(doomed, run_id, records, limit_seconds=60)
    assert written(conn, [*CATALOG, "catalog_scopes"]) == before
    merge_staged(conn, run_id, staging.records(), limit_seconds=60)
    assert live(conn, endpoint_id) == {("public", "b"), ("public", "c")}


def test_names_come_through_exactly(conn: Db, endpoint_id: UUID) -> None:
    names = [
        '"',
        "a.b",
        "A",
        "a",
        " a",
        "Ünïcödé",
        "u\u0308",
        "ü",
        "x" * 63,
        "\\N",
        "\\",
        "a\tb\nc",
        "%s",
        "'; --",
    ]
    exotic = [Table(name, schema) for name in names for schema in ("s", "S", "a.b")]
    run_id = collect(conn, endpoint_id, Staging(exotic))
    assert live(conn, endpoint_id) == {(table.schema, table.name) for table in exotic}
    before = written(conn, CATALOG)
    assert stats(conn, run_id)["added"] == len(exotic)
    collect(conn, endpoint_id, Staging(exotic))
    assert written(conn, CATALOG) == before


def test_what_postgresql_cannot_store_is_replaced_and_still_told_apart(conn: Db, endpoint_id: UUID) -> None:
    odd = [Table("a\0", columns=("c\0",)), Table("a\ud800"), Table("a\ufffd"), Table("😀\\u0000")]
    for _ in range(2):
        run_id = collect(conn, endpoint_id, Staging(odd, failures=[Table("f\0")]))
    assert stats(conn, run_id) == {"seen": 4, "unchanged": 4, "failed": 1, "columns": 4}
    names = rows(conn, "SELECT name FROM catalog_datasets ORDER BY name")
    assert [row["name"] for row in names] == ["a\ufffd"] * 3 + ["😀\\u0000"]


def test_endpoints_do_not_wait_for_each_other_but_runs_of_one_do(database: str, conn: Db) -> None:
    held, other = insert_endpoint(conn), insert_endpoint(conn)
    waiting_run = insert_run(conn, held)
    holding_run = insert_run(conn, held)
    conn.commit()
    merge_staged(conn, holding_run, Staging(tables("a")).records(), limit_seconds=60)  # not committed yet
    with psycopg.connect(database) as free:
        collect(free, other, Staging(tables("a", "b")))
        assert len(live(free, other)) == 2
    errors: list[BaseException] = []

    def merge_too() -> None:
        try:
            with psycopg.connect(database, application_name="second merge") as second:
                merge_staged(second, waiting_run, Staging(tables("a", "c")).records(), limit_seconds=60)
        except psycopg.Error as error:
            errors.append(error)

    thread = threading.Thread(target=merge_too)
    thread.start()
    with psycopg.connect(database, autocommit=True) as watcher:
        while not watcher.execute(
            "SELECT FROM pg_stat_activity WHERE application_name = 'second merge' AND wait_event = 'advisory'"
        ).fetchall():
            assert thread.is_alive()
    conn.commit()
    thread.join(timeout=30)
    assert errors == []
    assert live(conn, held) == {("public", "a"), ("public", "c")}
    assert stats(conn, waiting_run)["unchanged"] == 1


SCHEMAS = ("s1", "s2", "s3")
_TABLES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(["v1", "v2", "failed"]) for name in ("a", "b", "c")}
)
_RUNS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(SCHEMAS), st.tuples(st.booleans(), _TABLES), min_size=1),
        st.booleans(),
    ),
    max_size=5,
)


def _staging(schemas: dict[str, tuple[bool, dict[str, str]]], complete_scope: bool) -> Staging:
    found = [(s, t, state) for s, (_, content) in schemas.items() for t, state in content.items()]
    return Staging(
        tables=[Table(t, s, columns=("id", state)) for s, t, state in found if state != "failed"],
        failures=[Table(t, s) for s, t, state in found if state == "failed"],
        schemas=list(schemas),
        unlisted=[s for s, (ok, _) in schemas.items() if not ok],
        complete_scope=complete_scope,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=_RUNS)
def test_after_any_sequence_of_runs_the_catalog_is_the_model(
    conn: Db, sequence: list[tuple[dict[str, tuple[bool, dict[str, str]]], bool]]
) -> None:
    endpoint_id = insert_endpoint(conn)
    model: dict[tuple[str, str], str] = {}
    waiting: set[tuple[str, str]] = set()
    for schemas, complete_scope in sequence:
        staging = _staging(schemas, complete_scope)
        if not any(ok for ok, _ in schemas.values()):
            with pytest.raises(StagingRefused):
                collect(conn, endpoint_id, staging)
            continue
        before = dict(model)
        for schema, name in list(model):
            ok, content = schemas.get(schema, (complete_scope, {}))
            if ok and name not in content:
                if not staging.tables:
                    waiting.add((schema, name))
                if (schema, name) not in waiting:
                    del model[schema, name]
        for schema, (_, content) in schemas.items():
            model.update({(schema, t): state for t, state in content.items() if state != "failed"})
        waiting -= {(table.schema, table.name) for table in staging.tables}
        run_id = collect(conn, endpoint_id, staging)
        found = rows(
            conn,
            "SELECT schema, name, document FROM catalog_datasets"
            " WHERE endpoint_id = %s AND removed_at IS NULL",
            endpoint_id,
        )
        assert {(r["schema"], r["name"]): r["document"]["columns"][1]["name"] for r in found} == model
        counted: dict[str, Any] = stats(conn, run_id)
        assert counted.get("added", 0) == len(model.keys() - before.keys())
        assert counted.get("removed", 0) == len(before.keys() - model.keys())
        assert counted.get("changed", 0) == sum(
            model[key] != before[key] for key in model.keys() & before.keys()
        )
