"""The brake: what may not go at once waits for a person, and what a person decides is carried out."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from app.core.db import fingerprints
from app.core.db.fingerprints import Counted, Fingerprint
from app.core.domain.removals import HeldRemovals, RemovalDecision
from app.core.errors import BadInput, EndpointDeleted, RunNotFound
from app.services import removals
from app.services.context import Context
from tests.integration.persisting import (
    Db,
    Staging,
    changes,
    collect,
    insert_endpoint,
    insert_run,
    live,
    rows,
    stats,
    tables,
    written,
)
from tests.integration.stand import Stand

NAMES = [f"t{number:02}" for number in range(60)]
CATALOG = ("catalog_datasets", "catalog_versions", "catalog_changes", "catalog_held_removals")


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database, options="-c timezone=UTC") as connection:
        yield connection


@pytest.fixture
def endpoint_id(conn: Db) -> UUID:
    return insert_endpoint(conn)


def having(*names: str) -> Staging:
    return Staging(tables(*names))


def present(conn: Db, endpoint_id: UUID) -> list[str]:
    return sorted(name for _, name in live(conn, endpoint_id))


def held(conn: Db, run_id: UUID) -> list[str | None]:
    """What stands about each of the datasets that the run held."""
    found = rows(
        conn, "SELECT decision FROM catalog_held_removals WHERE run_id = %s ORDER BY dataset_id", run_id
    )
    return [row["decision"] for row in found]


@pytest.mark.parametrize(
    ("before", "after", "policy", "count"),
    [
        pytest.param(60, 50, "{}", 10, id="share and number reached: held"),
        pytest.param(60, 51, "{}", 0, id="too few: removed"),
        pytest.param(11, 2, "{}", 0, id="a great share of few: removed"),
        pytest.param(60, 51, '{"removal_minimum": 9}', 9, id="the endpoint's own number"),
        pytest.param(60, 50, '{"removal_share_percent": 20}', 0, id="the endpoint's own share"),
        pytest.param(3, 0, '{"removal_share_percent": 100}', 3, id="nothing seen: held whatever the policy"),
    ],
)
def test_the_brake(conn: Db, endpoint_id: UUID, before: int, after: int, policy: str, count: int) -> None:
    conn.execute("UPDATE metadata_endpoints SET policy = %s WHERE id = %s", (policy, endpoint_id))
    collect(conn, endpoint_id, having(*NAMES[:before]))
    staging = Staging(tables(*NAMES[:after]), schemas=["public"])
    run_id = collect(conn, endpoint_id, staging)
    assert stats(conn, run_id).get("held_removals", 0) == count
    assert stats(conn, run_id).get("removed", 0) == before - after - count
    assert len(present(conn, endpoint_id)) == after + count
    log = rows(conn, "SELECT message FROM metadata_collection_run_logs WHERE level = 'WARNING'")
    assert len(log) == bool(count)
    [run] = rows(conn, "SELECT status FROM metadata_collection_runs WHERE id = %s", run_id)
    assert run == {"status": "SUCCEEDED"}


def test_a_later_run_settles_what_it_sees_and_holds_the_rest(conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, having(*NAMES))
    first = collect(conn, endpoint_id, having(*NAMES[:40]))
    assert held(conn, first) == [None] * 20
    # by now they are few, but what waits is not removed by a run
    second = collect(conn, endpoint_id, having(*NAMES[:55]))
    assert sorted(map(str, held(conn, first))) == ["SEEN"] * 15 + ["SUPERSEDED"] * 5
    assert held(conn, second) == [None] * 5
    third = collect(conn, endpoint_id, having(*NAMES))
    assert held(conn, second) == ["SEEN"] * 5
    assert held(conn, third) == []
    assert present(conn, endpoint_id) == NAMES


def test_approving_removes_what_waits_and_again_changes_nothing(
    stand: Stand, conn: Db, endpoint_id: UUID
) -> None:
    collect(conn, endpoint_id, having(*NAMES))
    run_id = collect(conn, endpoint_id, having(*NAMES[:40]))
    decided = removals.approve(stand.ctx, run_id)
    assert (decided.count, decided.decision, decided.decided_by) == (20, RemovalDecision.APPROVED, "ann")
    assert present(conn, endpoint_id) == NAMES[:40]
    assert changes(conn, run_id) == [("DATASET_REMOVED", name, None, True) for name in removed_names(conn)]
    before = written(conn, CATALOG)
    assert removals.approve(stand.ctx, run_id) == decided
    assert written(conn, CATALOG) == before
    with pytest.raises(BadInput):
        removals.dismiss(stand.ctx, run_id)
    actions = rows(conn, "SELECT action, outcome FROM audit_events")
    assert actions == [{"action": "approveRemovals", "outcome": "SUCCEEDED"}]


def removed_names(conn: Db) -> list[str]:
    found = rows(conn, "SELECT name FROM catalog_datasets WHERE removed_at IS NOT NULL ORDER BY identity")
    return [row["name"] for row in found]


def test_what_was_dismissed_only_a_person_removes(stand: Stand, conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, having(*NAMES))
    first = collect(conn, endpoint_id, having(*NAMES[:40]))
    assert removals.dismiss(stand.ctx, first).count == 20
    assert removals.dismiss(stand.ctx, first).count == 20
    second = collect(conn, endpoint_id, having(*NAMES[1:40]))
    # the one that is new among them does not count together with what was kept
    assert stats(conn, second)["removed"] == 1
    assert held(conn, second) == [None] * 20
    third = collect(conn, endpoint_id, having(*NAMES))
    assert held(conn, second) == ["SEEN"] * 20
    fourth = collect(conn, endpoint_id, having(*NAMES[:59]))
    assert stats(conn, third).get("held_removals") is None
    assert stats(conn, fourth)["removed"] == 1  # seen again, it is like any other


@pytest.mark.parametrize("is_held", [True, False])
def test_restoring_brings_back_what_went(stand: Stand, conn: Db, endpoint_id: UUID, is_held: bool) -> None:
    collect(conn, endpoint_id, having(*NAMES))
    count = 20 if is_held else 5
    run_id = collect(conn, endpoint_id, having(*NAMES[:-count]))
    if is_held:
        removals.approve(stand.ctx, run_id)
    assert len(present(conn, endpoint_id)) == 60 - count
    restored = removals.restore(stand.ctx, run_id)
    assert (restored.count, restored.decision) == (count, RemovalDecision.RESTORED)
    assert present(conn, endpoint_id) == NAMES
    before = written(conn, CATALOG)
    assert removals.restore(stand.ctx, run_id) == restored
    assert written(conn, CATALOG) == before
    versions = rows(conn, "SELECT version FROM catalog_datasets WHERE is_kept")
    assert [row["version"] for row in versions] == [2] * count
    again = collect(conn, endpoint_id, having(*NAMES[:-count]))
    assert stats(conn, again)["held_removals"] == count


@pytest.mark.parametrize("decide", [removals.approve, removals.dismiss, removals.restore])
def test_a_decision_makes_the_next_run_read_in_full(
    stand: Stand, conn: Db, endpoint_id: UUID, decide: Callable[[Context, UUID], HeldRemovals]
) -> None:
    collect(conn, endpoint_id, having(*NAMES))
    count = 5 if decide is removals.restore else 20
    run_id = collect(conn, endpoint_id, having(*NAMES[:-count]))
    # as if a later run had found the source to be what the catalog is
    later = collect(conn, endpoint_id, having(*NAMES[:-count]) if count == 5 else having(*NAMES[:40], "new"))
    conn.execute("UPDATE metadata_collection_runs SET stats = stats - 'held_removals'")
    fingerprints.replace(conn, later, Fingerprint("scope", "text"), Counted(1, 1, 0))
    conn.commit()

    def known() -> str | None:
        found = fingerprints.find_known(conn, endpoint_id, "scope", datetime.now(UTC), full_pass_hours=24)
        conn.commit()
        return found

    assert known() == "text"
    decide(stand.ctx, run_id if count == 5 else later)
    assert known() is None


def test_what_was_seen_again_is_not_restored(stand: Stand, conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, having(*NAMES))
    run_id = collect(conn, endpoint_id, having(*NAMES[:58]))
    collect(conn, endpoint_id, having(*NAMES[:59]))
    assert removals.restore(stand.ctx, run_id).count == 1


def test_decisions_need_a_run_of_a_live_endpoint(stand: Stand, conn: Db, endpoint_id: UUID) -> None:
    run_id = collect(conn, endpoint_id, having("a"))
    for decide in (removals.approve, removals.dismiss, removals.restore):
        with pytest.raises(BadInput):
            decide(stand.ctx, run_id)
        with pytest.raises(RunNotFound):
            decide(stand.ctx, endpoint_id)
    conn.execute("UPDATE metadata_endpoints SET deleted_at = now()")
    conn.commit()
    with pytest.raises(EndpointDeleted):
        removals.approve(stand.ctx, run_id)


def test_an_approval_waits_for_the_merge_and_spares_what_it_saw(
    stand: Stand, database: str, conn: Db, endpoint_id: UUID
) -> None:
    from app.core.db.catalog_merge import merge_staged

    collect(conn, endpoint_id, having(*NAMES))
    run_id = collect(conn, endpoint_id, having(*NAMES[:40]))
    merging = insert_run(conn, endpoint_id)
    conn.commit()
    merge_staged(conn, merging, having(*NAMES[:59]).records(), limit_seconds=60)  # not committed yet
    answers: list[BaseException] = []

    def approve() -> None:
        try:
            removals.approve(stand.ctx, run_id)
        except BadInput as error:
            answers.append(error)

    thread = threading.Thread(target=approve)
    thread.start()
    with psycopg.connect(database, autocommit=True) as watcher:
        while not watcher.execute(
            "SELECT FROM pg_stat_activity WHERE wait_event = 'advisory' AND application_name = 'test'"
        ).fetchall():
            assert thread.is_alive()
    conn.commit()
    thread.join(timeout=30)
    # all it would have removed was seen, or is held by the later run now
    assert len(answers) == 1
    assert present(conn, endpoint_id) == NAMES
    assert removals.approve(stand.ctx, merging).count == 1
    assert present(conn, endpoint_id) == NAMES[:59]
