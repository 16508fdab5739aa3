"""The audit log in Postgres: only ever added to, paged from the newest, and never flooded."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import errors

from app.cli.embedded_postgres import SUPERUSER, EmbeddedPostgres
from app.core.db import audit as stored
from app.core.db.pool import Pool, open_pool
from app.core.domain.audit import Action, AuditEvent, AuditFilter, NewEvent, Outcome, SignInMethod
from app.core.domain.auth import Caller, Role, Viewer
from app.core.errors import BadInput
from app.services.refusals import MAX_ANONYMOUS, WINDOW_SECONDS, Refusal, Refusals

ANN = Caller(Viewer("ann", Role.EDITOR, "token:ann"), "192.0.2.7")

# What would change or remove a row, were it allowed.
ATTEMPTS = {
    "update": "UPDATE audit_events SET actor = 'bob'",
    "update of nothing": "UPDATE audit_events SET actor = 'bob' WHERE false",
    "delete": "DELETE FROM audit_events",
    "truncate": "TRUNCATE audit_events",
    "truncate with others": "TRUNCATE metadata_endpoints, audit_events CASCADE",
    "upsert": """INSERT INTO audit_events (id, actor, action, outcome) OVERRIDING SYSTEM VALUE
                 SELECT id, 'bob', 'x', 'SUCCEEDED' FROM audit_events
                 ON CONFLICT (id) DO UPDATE SET actor = 'bob'""",
    "merge": """MERGE INTO audit_events USING (SELECT 1) AS one ON true
                WHEN MATCHED THEN DELETE""",
    "through a query": "WITH gone AS (DELETE FROM audit_events RETURNING id) SELECT * FROM gone",
}


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[Any]]:
    """Signed in as the application is: with the role that owns the tables. One event is there."""
    with psycopg.connect(database, autocommit=True) as connection:
        stored.insert_event(connection, NewEvent(caller=ANN, action=Action.SIGN_IN))
        yield connection


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    with open_pool(database, name="test", max_size=2) as pool:
        yield pool


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_the_application_can_neither_change_nor_remove_an_event(
    attempt: str, connection: psycopg.Connection[Any]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(attempt.encode())
    assert [event.actor for event in stored.list_events(connection, AuditFilter(), 10)] == ["ann"]


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_having_the_privileges_is_not_enough(attempt: str, connection: psycopg.Connection[Any]) -> None:
    connection.execute("GRANT ALL ON audit_events TO CURRENT_USER")
    with pytest.raises(errors.InsufficientPrivilege, match="append-only"):
        connection.execute(attempt.encode())


def test_triggers_can_only_be_set_aside_by_a_privileged_role(connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute("SET session_replication_role = replica")


def test_a_privileged_role_archives_as_the_readme_says(
    connection: psycopg.Connection[Any], postgres_cluster: EmbeddedPostgres
) -> None:
    database = connection.info.dbname
    with psycopg.connect(postgres_cluster.url(SUPERUSER, database), autocommit=True) as admin:
        with pytest.raises(errors.InsufficientPrivilege, match="append-only"):
            admin.execute("DELETE FROM audit_events")
        with admin.transaction():
            admin.execute("SET LOCAL session_replication_role = replica")
            assert admin.execute("DELETE FROM audit_events WHERE at < now()").rowcount == 1
        with pytest.raises(errors.InsufficientPrivilege, match="append-only"):
            admin.execute("DELETE FROM audit_events")
    assert events(connection) == []


def test_pages_follow_each_other_from_the_newest(connection: psycopg.Connection[Any]) -> None:
    at = "2026-11-23T06:00:00Z"
    for number in range(5):
        connection.execute(
            "INSERT INTO audit_events (at, actor, action, outcome) VALUES (%s, %s, 'signIn', 'SUCCEEDED')",
            [at, f"a{number}"],  # all at the same moment: the id decides
        )
    first = stored.list_events(connection, AuditFilter(action="signIn"), 3)
    assert [event.actor for event in first] == ["ann", "a4", "a3"]
    rest = stored.list_events(connection, AuditFilter(action="signIn"), 10, after=first[-1].id)
    assert [event.actor for event in rest] == ["a2", "a1", "a0"]
    with pytest.raises(BadInput):
        stored.list_events(connection, AuditFilter(), 3, after=999)


@pytest.mark.parametrize(
    "condition",
    ["actor = 'ann'", "action = 'signIn'", f"object_id = '{'0' * 32}'"],
    ids=["actor", "action", "object"],
)
def test_a_filtered_page_is_read_from_an_index(condition: str, connection: psycopg.Connection[Any]) -> None:
    connection.execute("SET enable_seqscan = off")
    page = f"SELECT * FROM audit_events WHERE {condition} AND (at, id) < ('infinity', 9) "
    plan = connection.execute(f"EXPLAIN {page} ORDER BY at DESC, id DESC LIMIT 50".encode()).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert "Index Scan using audit_events_" in text
    assert "Sort" not in text


class TestRefusals:
    """`now` is the time, in seconds, as the recorder sees it."""

    def test_those_of_somebody_are_all_recorded(self, pool: Pool) -> None:
        refusals = Refusals(lambda: pool, lambda: 0.0)
        refusals.record(ANN, [Refusal(Action.DELETE_ENDPOINT, None, "E_ROLE_FORBIDDEN")] * 2 * MAX_ANONYMOUS)
        found = in_pool(pool)
        assert len(found) == 2 * MAX_ANONYMOUS
        assert {(e.actor, e.identity, e.role, e.address) for e in found} == {
            ("ann", "token:ann", Role.EDITOR, "192.0.2.7")
        }
        assert {(e.outcome, e.error_code) for e in found} == {(Outcome.REFUSED, "E_ROLE_FORBIDDEN")}

    def test_of_nobody_s_only_so_many_a_minute_and_then_how_many_more(
        self, pool: Pool, caplog: pytest.LogCaptureFixture
    ) -> None:
        now = [0.0]
        refusals = Refusals(lambda: pool, lambda: now[0])
        for _ in range(MAX_ANONYMOUS + 25):
            refusals.record(Caller(address="192.0.2.9"), [Refusal(Action.UNREAD, None, "E_AUTH_REQUIRED")])
        assert len(in_pool(pool)) == MAX_ANONYMOUS
        assert [record.message for record in caplog.records] == ["refusals_left_out"]
        now[0] = WINDOW_SECONDS
        refusals.record(Caller(), [Refusal(Action.UNREAD, None, "E_AUTH_REQUIRED")])
        newest, summary, *_ = in_pool(pool)
        assert newest.action == Action.UNREAD
        assert (summary.action, summary.actor, summary.after) == (
            Action.REFUSALS_LEFT_OUT,
            "nobody",
            {"count": 25},
        )
        assert len(in_pool(pool)) == MAX_ANONYMOUS + 2

    def test_a_flood_of_requests_hides_no_sign_in(self, pool: Pool) -> None:
        refusals = Refusals(lambda: pool, lambda: 0.0)
        refusals.record(Caller(), [Refusal(Action.UNREAD, None, "E_AUTH_REQUIRED")] * 2 * MAX_ANONYMOUS)
        refusals.record_sign_in("192.0.2.9", SignInMethod.TOKEN)
        newest = in_pool(pool)[0]
        assert (newest.action, newest.address, newest.outcome, newest.error_code, newest.after) == (
            Action.SIGN_IN,
            "192.0.2.9",
            Outcome.REFUSED,
            "E_AUTH_REQUIRED",
            {"method": "TOKEN"},
        )

    def test_what_cannot_be_stored_is_logged(
        self, pool: Pool, connection: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        with full(connection), caplog.at_level(logging.ERROR):
            Refusals(lambda: pool).record_sign_in(None, SignInMethod.LINK)
        assert [record.message for record in caplog.records] == ["refusal_not_recorded"]


@contextmanager
def full(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """While this lasts, no event can be added."""
    connection.execute("ALTER TABLE audit_events ADD CONSTRAINT is_full CHECK (false) NOT VALID")
    yield
    connection.execute("ALTER TABLE audit_events DROP CONSTRAINT is_full")


def events(connection: psycopg.Connection[Any]) -> list[AuditEvent]:
    return stored.list_events(connection, AuditFilter(), 200)


def in_pool(pool: Pool) -> list[AuditEvent]:
    with pool.connection() as connection:
        return events(connection)
