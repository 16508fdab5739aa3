"""What of a failure reaches Temporal's history, and what the worker's log."""

import asyncio
import logging
from typing import Any

import psycopg
import pytest
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from app.core.domain.runs import NOT_RETRIED, RunErrorCode
from tests.worker.conftest import PASSWORD
from worker.activities.failures import SanitiseFailures, run_failure
from worker.main import REPETITION_SECONDS, Repetitions
from worker.words import duration_in_words


class Raises(ActivityInboundInterceptor):
    """An activity that fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - Temporal's name
        raise self._error


def reported(error: Exception) -> BaseException:
    """What the worker would report to Temporal."""
    sanitised = SanitiseFailures().intercept_activity(Raises(error))
    order = ExecuteActivityInput(fn=print, args=[], executor=None, headers={})
    with pytest.raises(type(error) if isinstance(error, CancelledError) else ApplicationError) as caught:
        asyncio.run(ActivityEnvironment().run(sanitised.execute_activity, order))
    return caught.value


@pytest.mark.parametrize(
    "error", [run_failure(RunErrorCode.TIME_LIMIT, "Too long."), CancelledError("The run was cancelled.")]
)
def test_a_failure_with_a_sentence_passes(error: Exception) -> None:
    assert reported(error) is error


def test_an_unforeseen_failure_keeps_its_text_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    failure = reported(ValueError(PASSWORD))
    assert isinstance(failure, ApplicationError)
    assert (failure.type, failure.non_retryable, failure.__cause__) == ("INTERNAL", False, None)
    assert PASSWORD not in failure.message
    (record,) = caplog.records
    assert vars(record)["log_id"] in failure.message


def test_a_lost_database_is_told_in_words() -> None:
    failure = reported(psycopg.OperationalError(f"host=h password={PASSWORD}"))
    assert isinstance(failure, ApplicationError)
    assert failure.message == "Muster's database could not be reached for some time."
    assert not failure.non_retryable


@pytest.mark.parametrize("code", RunErrorCode)
def test_what_trying_again_cannot_mend_is_not_retried(code: RunErrorCode) -> None:
    assert run_failure(code, "A sentence.").non_retryable is (code in NOT_RETRIED)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.5, "0.5 s"), (15, "15 s"), (60, "1 min"), (90, "1 min 30 s"), (3600, "1 h"), (5400, "1 h 30 min")],
)
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert duration_in_words(seconds) == words


def test_news_is_told_once_in_a_while() -> None:
    repetitions = Repetitions()

    def is_told(message: str, at: float) -> bool:
        record = logging.LogRecord("core", logging.WARNING, "", 0, message, (), None)
        record.created = at
        return repetitions.filter(record) is True

    assert is_told("gRPC call poll retried 6 times", at=0)
    assert not is_told("gRPC call poll retried 7 times", at=10)
    assert is_told("gRPC call describe retried 6 times", at=10)
    assert is_told("gRPC call poll retried 99 times", at=REPETITION_SECONDS)
