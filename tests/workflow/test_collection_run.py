"""CollectionRunWorkflow step by step, on the time-skipping server (AC3, AC4)."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError, CancelledError

from app.core.contracts import (
    STATE_CONFLICT,
    WORKER_STOPPED,
    Activity,
    CreateRunResult,
    FailRunInput,
    PersistResult,
    PrepareResult,
    RunLimits,
)
from tests.workflow.conftest import WorkflowLab
from tests.workflow.doubles import (
    RUN_ID,
    Behaviour,
    Doubles,
    answers,
    breaks,
    conflicts,
    fails,
    falls_silent,
    is_cancelled_at_work,
    is_cancelled_but_finishes,
    is_cancelled_unnoticed,
    never_ends,
)
from worker.workflows.collection_run import MAX_HANDOVERS

TO_INGEST = ["mark_run_started", "prepare_collection_job", "ingest"]
TO_PERSIST = [*TO_INGEST, "persist_catalog_records"]
SUCCESS = [*TO_PERSIST, "mark_run_completed"]
CANARY = "password=hunter2"


def test_a_good_run_takes_its_steps_in_order(lab: WorkflowLab) -> None:
    doubles = Doubles()
    result = lab.collect(doubles)
    assert (result.run_id, result.status) == (RUN_ID, "SUCCEEDED")
    assert doubles.names == SUCCESS
    assert doubles.request(Activity.PERSIST).staging_key == f"{RUN_ID}/1"
    assert doubles.request(Activity.INGEST).limit_seconds == 3600


def test_a_run_that_missed_objects_is_partial(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.PERSIST: answers(PersistResult(partial=True))})
    assert lab.collect(doubles).status == "PARTIAL"
    assert doubles.request(Activity.MARK_RUN_COMPLETED).partial is True


def test_a_run_that_prepare_skips_ends_with_the_reason(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.PREPARE: answers(PrepareResult("The collection is disabled."))})
    assert lab.collect(doubles).status == "SKIPPED"
    assert doubles.names == ["mark_run_started", "prepare_collection_job", "mark_run_skipped"]
    assert doubles.request(Activity.MARK_RUN_SKIPPED).reason == "The collection is disabled."


def test_a_scheduled_start_creates_its_run_first(lab: WorkflowLab) -> None:
    doubles = Doubles()
    result = lab.collect(doubles, run_id=None, workflow_id="collection-run::c-2027-03-14T07:30:00Z")
    assert (result.run_id, result.status) == (RUN_ID, "SUCCEEDED")
    assert doubles.names == ["create_run", *SUCCESS]
    created = doubles.request(Activity.CREATE_RUN)
    assert created.scheduled_for == "2027-03-14T07:30:00Z"
    started = doubles.request(Activity.MARK_RUN_STARTED)
    assert (started.workflow_id, started.temporal_run_id) == (created.workflow_id, created.temporal_run_id)


def test_a_scheduled_start_that_may_not_run_ends_at_once(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.CREATE_RUN: answers(CreateRunResult(RUN_ID, "SKIPPED"))})
    assert lab.collect(doubles, run_id=None).status == "SKIPPED"
    assert doubles.names == ["create_run"]


@pytest.mark.parametrize(
    ("activity", "code", "retried", "calls"),
    [
        pytest.param(Activity.PREPARE, "INTERNAL", True, 5, id="prepare, five times"),
        pytest.param(Activity.PREPARE, "BAD_CONFIG", False, 1, id="prepare, bad configuration"),
        pytest.param(Activity.INGEST, "SOURCE_TIMEOUT", True, 3, id="ingest, three times"),
        pytest.param(Activity.INGEST, "SOURCE_AUTH_FAILED", False, 1, id="ingest, wrong password"),
        pytest.param(Activity.INGEST, "SOURCE_HOST_UNKNOWN", False, 1, id="ingest, unknown host"),
        pytest.param(Activity.PERSIST, "PERSIST_FAILED", True, 5, id="persist, five times"),
    ],
)
def test_a_failing_step_is_tried_so_often_and_its_sentence_is_recorded(
    lab: WorkflowLab, activity: Activity, code: str, retried: bool, calls: int
) -> None:
    doubles = Doubles({activity: fails(code, "A sentence for a person.", retried=retried)})
    failure = lab.failure_of(doubles)
    assert doubles.names.count(activity.value) == calls
    assert doubles.names[-1] == "mark_run_failed"
    assert doubles.request(Activity.MARK_RUN_FAILED) == FailRunInput(RUN_ID, code, "A sentence for a person.")
    assert isinstance(failure, ApplicationError)
    assert (failure.type, failure.message) == (code, "A sentence for a person.")


def test_bookkeeping_outlasts_a_short_outage_of_postgres(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.MARK_RUN_COMPLETED: fails("INTERNAL", "No database.", times=12)})
    assert lab.collect(doubles).status == "SUCCEEDED"
    assert doubles.names.count("mark_run_completed") == 13


def test_bookkeeping_gives_up_in_the_end(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.MARK_RUN_STARTED: fails("INTERNAL", "No database.")})
    lab.failure_of(doubles)
    # waits of 1, 2, 4, 8, 16 s and then 30 s each, within 10 minutes
    assert 15 <= doubles.names.count("mark_run_started") <= 25
    assert doubles.names[-1] == "mark_run_failed"


def test_a_failure_that_nobody_foresaw_shows_none_of_its_text(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.INGEST: breaks(ValueError(CANARY))})
    failure = lab.failure_of(doubles)
    failed = doubles.request(Activity.MARK_RUN_FAILED)
    assert failed.code == "INTERNAL"
    assert CANARY not in failed.message
    assert CANARY not in str(failure)


@pytest.mark.parametrize(
    ("activity", "behaviour", "limits", "calls", "code", "message"),
    [
        pytest.param(
            Activity.INGEST,
            never_ends,
            RunLimits(ingest_seconds=1),
            3,
            "TIME_LIMIT",
            "The collection took longer than its limit of 1 s.",
            id="ingest takes too long",
        ),
        pytest.param(
            Activity.INGEST,
            falls_silent,
            RunLimits(heartbeat_seconds=1),
            3,
            "COLLECTOR_CRASHED",
            "The worker stopped responding during the collection.",
            id="ingest's worker is lost",
        ),
        pytest.param(
            Activity.PERSIST,
            never_ends,
            RunLimits(persist_seconds=1, persist_attempts=2),
            2,
            "PERSIST_FAILED",
            "Storing the records took longer than its limit of 1 s.",
            id="persist takes too long",
        ),
        pytest.param(
            Activity.PREPARE,
            falls_silent,
            RunLimits(prepare_seconds=1, prepare_attempts=2),
            2,
            "INTERNAL",
            "Preparing the collection took longer than its limit of 1 s.",
            id="prepare takes too long",
        ),
    ],
)
def test_a_time_limit_is_told_in_words(
    lab: WorkflowLab,
    activity: Activity,
    behaviour: Behaviour,
    limits: RunLimits,
    calls: int,
    code: str,
    message: str,
) -> None:
    doubles = Doubles({activity: behaviour})
    lab.failure_of(doubles, limits=limits)
    assert doubles.names.count(activity.value) == calls
    assert doubles.request(Activity.MARK_RUN_FAILED) == FailRunInput(RUN_ID, code, message)


def test_ingest_leaves_time_to_record_the_end(lab: WorkflowLab) -> None:
    # an hour for a workflow whose ingest alone could fail for hours; and half a millisecond, because the test
    # server forgets the end of an activity's time where it falls on a whole second
    limits = RunLimits(
        ingest_seconds=60, ingest_attempts=1000, retry_maximum_seconds=600, persist_seconds=900.0005
    )
    doubles = Doubles({Activity.INGEST: fails("SOURCE_TIMEOUT", "No answer.")})
    lab.failure_of(doubles, limits=limits, execution_timeout=timedelta(hours=1))
    assert doubles.request(Activity.MARK_RUN_FAILED) == FailRunInput(RUN_ID, "SOURCE_TIMEOUT", "No answer.")


def test_a_worker_shutdown_does_not_use_up_an_attempt(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.INGEST: fails(WORKER_STOPPED, "Shut down.", retried=False, times=5)})
    assert lab.collect(doubles).status == "SUCCEEDED"
    assert doubles.names.count("ingest") == 6


def test_worker_shutdowns_without_end_fail_the_run(lab: WorkflowLab) -> None:
    doubles = Doubles({Activity.INGEST: fails(WORKER_STOPPED, "Shut down.", retried=False)})
    lab.failure_of(doubles)
    assert doubles.names.count("ingest") == MAX_HANDOVERS + 1
    assert doubles.request(Activity.MARK_RUN_FAILED).code == "COLLECTOR_CRASHED"


@pytest.mark.parametrize(
    "activity", [Activity.MARK_RUN_STARTED, Activity.PREPARE, Activity.MARK_RUN_COMPLETED]
)
def test_a_run_that_somebody_else_ended_is_left_as_it_is(lab: WorkflowLab, activity: Activity) -> None:
    doubles = Doubles({activity: conflicts()})
    failure = lab.failure_of(doubles)
    assert isinstance(failure, ApplicationError)
    assert failure.type == STATE_CONFLICT
    assert doubles.names == SUCCESS[: SUCCESS.index(activity.value) + 1]


@pytest.mark.parametrize(
    ("activity", "behaviour", "steps"),
    [
        # within a workflow task nobody hears of a cancellation: these give up, and Temporal's attempt hears
        pytest.param(
            Activity.MARK_RUN_STARTED,
            is_cancelled_but_finishes,
            ["mark_run_started", "mark_run_started"],
            id="while it starts",
        ),
        pytest.param(
            Activity.PREPARE,
            is_cancelled_but_finishes,
            ["mark_run_started", "prepare_collection_job", "prepare_collection_job"],
            id="while it prepares",
        ),
        pytest.param(Activity.INGEST, is_cancelled_at_work, TO_INGEST, id="while it reads"),
        pytest.param(Activity.INGEST, is_cancelled_but_finishes, TO_INGEST, id="as it has read everything"),
        pytest.param(Activity.PERSIST, is_cancelled_at_work, TO_PERSIST, id="while it stores"),
    ],
)
def test_a_cancelled_run_is_marked_so(
    lab: WorkflowLab, activity: Activity, behaviour: Behaviour, steps: list[str]
) -> None:
    doubles = Doubles({activity: behaviour})
    assert isinstance(lab.failure_of(doubles), CancelledError)
    assert doubles.names == [*steps, "mark_run_canceled"]


def test_a_step_that_breaks_over_its_cancellation_counts_as_cancelled(lab: WorkflowLab) -> None:
    async def breaks_when_cancelled(request: object) -> None:
        await is_cancelled_but_finishes(request)
        raise ApplicationError("No answer.", type="SOURCE_CONNECTION_LOST", non_retryable=True)

    doubles = Doubles({Activity.INGEST: breaks_when_cancelled})
    assert isinstance(lab.failure_of(doubles), CancelledError)
    assert doubles.names == [*TO_INGEST, "mark_run_canceled"]


@pytest.mark.parametrize(
    ("activity", "behaviour"),
    [
        pytest.param(Activity.PERSIST, is_cancelled_but_finishes, id="as it has stored everything"),
        pytest.param(Activity.MARK_RUN_COMPLETED, is_cancelled_unnoticed, id="while its end is recorded"),
    ],
)
def test_what_is_stored_is_completed_in_spite_of_a_cancellation(
    lab: WorkflowLab, activity: Activity, behaviour: Behaviour
) -> None:
    doubles = Doubles({activity: behaviour})
    assert lab.collect(doubles).status == "SUCCEEDED"
    assert doubles.names == SUCCESS


def test_a_failed_run_is_recorded_in_spite_of_a_cancellation(lab: WorkflowLab) -> None:
    doubles = Doubles(
        {
            Activity.INGEST: fails("SOURCE_AUTH_FAILED", "Wrong password.", retried=False),
            Activity.MARK_RUN_FAILED: is_cancelled_unnoticed,
        }
    )
    failure = lab.failure_of(doubles)
    assert isinstance(failure, ApplicationError)
    assert failure.type == "SOURCE_AUTH_FAILED"
    assert doubles.names == [*TO_INGEST, "mark_run_failed"]
