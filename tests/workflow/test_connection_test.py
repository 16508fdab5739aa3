"""ConnectionTestWorkflow on the time-skipping server."""

import uuid

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from app.core.contracts import CONNECTION_TEST_WORKFLOW, Activity, ConnectionTestInput, ConnectionTestResult
from tests.workflow.conftest import WorkflowLab
from tests.workflow.doubles import Doubles, answers, fails


def run_test(lab: WorkflowLab, doubles: Doubles) -> ConnectionTestResult:
    result: ConnectionTestResult = lab.execute(
        CONNECTION_TEST_WORKFLOW,
        ConnectionTestInput("test-1", limit_seconds=15),
        doubles,
        f"queue-{uuid.uuid4()}",
        f"connection-test::{uuid.uuid4()}",
        ConnectionTestResult,
    )
    return result


@pytest.mark.parametrize("ok", [True, False])
def test_the_outcome_is_passed_on(lab: WorkflowLab, ok: bool) -> None:
    doubles = Doubles({Activity.TEST_CONNECTION: answers(ConnectionTestResult(ok))})
    assert run_test(lab, doubles) == ConnectionTestResult(ok)
    assert doubles.request(Activity.TEST_CONNECTION) == ConnectionTestInput("test-1", 15)


def test_a_broken_test_is_not_tried_again(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.TEST_CONNECTION: fails("INTERNAL", "No database.")})
    with pytest.raises(WorkflowFailureError) as caught:
        run_test(lab, doubles)
    assert doubles.names == ["test_connection"]
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.message == "No database."
