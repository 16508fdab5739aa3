"""The test_connection activity with real children and a real database."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from app.core.contracts import WORKER_STOPPED, ConnectionTestInput, ConnectionTestResult
from app.core.db import connection_tests
from app.core.domain.endpoints import TestResult
from tests.worker import children
from tests.worker.conftest import PASSWORD
from worker.activities.connection_test import ConnectionTesting
from worker.activities.context import ActivityContext
from worker.children import Start

ACCEPTS_AND_IS_SILENT = children.Behaviour(
    "say(event='diagnostic', level='INFO', code='CONNECT', message='Connected.', hint=None, field=None)\n"
    "time.sleep(600)"
)


def stored_test(bound: ActivityContext, **parameters: Any) -> UUID:
    with bound.pool.connection() as conn:
        sealed = bound.secrets.seal({"password": PASSWORD})
        return connection_tests.insert_test(conn, "sqlite", parameters, sealed)


def outcome(
    bound: ActivityContext, test_id: UUID, start: Start | None = None, limit_seconds: float = 15
) -> TestResult:
    """What is stored after the test has been made; its secrets are wiped."""
    order = ConnectionTestInput(str(test_id), limit_seconds)
    if start is not None:
        bound = replace(bound, start_collector=start)
    answer = ActivityEnvironment().run(ConnectionTesting(bound).test_connection, order)
    with bound.pool.connection() as conn:
        test = connection_tests.get_test(conn, test_id)
    assert test is not None
    assert test.result is not None
    assert test.sealed == {}
    assert answer == ConnectionTestResult(test.result.ok)
    return test.result


def test_a_source_that_answers(bound: ActivityContext, tmp_path: Path) -> None:
    path = tmp_path / "source.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE a (id int PRIMARY KEY);")
    connection.close()
    result = outcome(bound, stored_test(bound, path=str(path)))
    assert result.ok
    assert {step.level for step in result.diagnostics} == {"INFO"}
    assert result.detected_version


def test_a_source_that_is_not_there(bound: ActivityContext, tmp_path: Path) -> None:
    result = outcome(bound, stored_test(bound, path=str(tmp_path / "missing.db")))
    assert not result.ok
    assert result.diagnostics[-1].level == "ERROR"
    assert result.diagnostics[-1].code == "SOURCE_NOT_FOUND"


@pytest.mark.parametrize(
    ("start", "code", "message"),
    [
        (
            ACCEPTS_AND_IS_SILENT,
            "SOURCE_TIMEOUT",
            "The source accepted the connection but did not answer within 1 s.",
        ),
        (children.SLEEPS, "SOURCE_TIMEOUT", "The source did not answer within 1 s."),
        (children.CRASHES, "COLLECTOR_CRASHED", "The collector process was ended by the signal SIGSEGV."),
        (children.TELLS_SECRETS, "SOURCE_ERROR", "refused ********"),
    ],
    ids=["silent after the connection", "silent", "crash", "error with a secret"],
)
def test_a_test_that_fails_says_why(bound: ActivityContext, start: Start, code: str, message: str) -> None:
    result = outcome(bound, stored_test(bound), start, limit_seconds=1)
    assert not result.ok
    assert (result.diagnostics[-1].code, result.diagnostics[-1].message) == (code, message)
    assert PASSWORD not in repr(result)


def test_a_finished_test_is_not_made_again(bound: ActivityContext) -> None:
    test_id = stored_test(bound)
    first = outcome(bound, test_id, children.CRASHES)
    assert outcome(bound, test_id, children.TELLS_SECRETS) == first


def test_a_worker_shutdown_ends_the_test(bound: ActivityContext) -> None:
    environment = ActivityEnvironment()
    environment.worker_shutdown()
    order = ConnectionTestInput(str(stored_test(bound)), 15)
    testing = ConnectionTesting(replace(bound, start_collector=children.SLEEPS))
    with pytest.raises(ApplicationError) as caught:
        environment.run(testing.test_connection, order)
    assert caught.value.type == WORKER_STOPPED
