"""Connection tests under way: what the web asks and the worker answers, kept out of Temporal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from app.core.db.queries import query
from app.core.db.rows import Conn, Row, execute, fetch_inserted, fetch_one, pick
from app.core.domain.endpoints import ConnectionTest, Diagnostic, TestResult


def insert_test(
    conn: Conn, template_id: str, parameters: Mapping[str, Any], sealed: Mapping[str, str]
) -> UUID:
    """Store what to test, the secrets encrypted; the id of the test."""
    params = {
        "template_id": template_id,
        "parameters": Jsonb(dict(parameters)),
        "secrets": Jsonb(dict(sealed)),
    }
    sql = query("connection_tests", "insert_test")
    return fetch_inserted(conn, sql, params, lambda row: UUID(str(row["id"])))


def get_test(conn: Conn, test_id: UUID) -> ConnectionTest | None:
    """The test, with its result once it has ended."""
    return fetch_one(conn, query("connection_tests", "get_test"), {"id": test_id}, _test)


def finish_test(conn: Conn, test_id: UUID, result: TestResult) -> bool:
    """Store the result and wipe the secrets; False when the test has ended already or nobody waits for it."""
    params = {
        "id": test_id,
        "ok": result.ok,
        "diagnostics": Jsonb([diagnostic.as_dict() for diagnostic in result.diagnostics]),
        "detected_version": result.detected_version,
    }
    return execute(conn, query("connection_tests", "finish_test"), params) > 0


def delete_test(conn: Conn, test_id: UUID) -> None:
    """Forget the test, whether it has ended or not."""
    execute(conn, query("connection_tests", "delete_test"), {"id": test_id})


def delete_old_tests(conn: Conn, older_than: datetime) -> int:
    """Forget the tests requested before `older_than`, whose askers have gone; how many there were."""
    return execute(conn, query("connection_tests", "delete_old_tests"), {"older_than": older_than})


def _test(row: Row) -> ConnectionTest:
    result = None
    if row["finished_at"] is not None:
        result = TestResult(
            ok=row["ok"],
            diagnostics=tuple(Diagnostic(**diagnostic) for diagnostic in row["diagnostics"]),
            detected_version=row["detected_version"],
        )
    return pick(ConnectionTest, row, sealed=row["secrets"], result=result)
