"""The reconciliation plan, and what a desired schedule becomes in Temporal's terms."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.client import ScheduleActionStartWorkflow, ScheduleOverlapPolicy

from app.core import contracts
from app.core.domain.schedules import (
    Action,
    Create,
    Delete,
    DesiredSchedule,
    ObservedSchedule,
    Timing,
    Update,
    parse_cron,
    plan,
    to_calendars,
)
from app.core.temporal.schedules import RunSettings, build_schedule, desired_schedule

SETTINGS = RunSettings()


def desired(collection_id: str, cron: str = "0 1 * * *") -> DesiredSchedule:
    return desired_schedule(collection_id, "endpoint", parse_cron(cron), "UTC", True, SETTINGS)


def as_observed(schedule: DesiredSchedule) -> ObservedSchedule:
    return ObservedSchedule(
        schedule.schedule_id,
        schedule.timing,
        schedule.paused,
        schedule.fingerprint,
        contracts.COLLECTION_RUN_WORKFLOW,
    )


def planned(wanted: list[DesiredSchedule], present: list[ObservedSchedule]) -> list[Action]:
    return plan(
        wanted,
        present,
        id_prefix=contracts.SCHEDULE_ID_PREFIX,
        workflow=contracts.COLLECTION_RUN_WORKFLOW,
    )


def test_each_difference_has_its_action_in_the_order_of_ids() -> None:
    a, b, c = desired("a"), desired("b"), desired("c")
    stale = replace(as_observed(b), paused=True)
    gone = as_observed(desired("d"))
    assert planned([c, b, a], [gone, stale, as_observed(c)]) == [
        Create(a),
        Update(b, ("paused",)),
        Delete("collection::d"),
    ]


def test_schedules_of_others_are_left_alone() -> None:
    theirs = replace(as_observed(desired("a")), schedule_id="billing::a", timing=None)
    assert planned([], [theirs]) == []


@pytest.mark.parametrize(
    ("edited", "difference"),
    [
        pytest.param({"timing": None}, "timing", id="of a kind never written here"),
        pytest.param(
            {"timing": Timing(to_calendars(parse_cron("0 2 * * *")), "UTC")}, "timing", id="calendar"
        ),
        pytest.param(
            {"timing": Timing(to_calendars(parse_cron("0 1 * * *")), "Asia/Tokyo")}, "timing", id="zone"
        ),
        pytest.param({"paused": True}, "paused", id="paused by hand"),
        pytest.param({"fingerprint": None}, "fingerprint", id="note removed"),
        pytest.param({"fingerprint": "other"}, "fingerprint", id="older settings"),
        pytest.param({"workflow": "Other"}, "workflow", id="other workflow"),
        pytest.param({"workflow": None}, "workflow", id="no workflow"),
    ],
)
def test_an_edit_by_hand_is_undone(edited: dict[str, object], difference: str) -> None:
    wanted = desired("a")
    observed = replace(as_observed(wanted), **edited)  # type: ignore[arg-type]  # rows of a table
    assert planned([wanted], [observed]) == [Update(wanted, (difference,))]


ids = st.sets(st.sampled_from("abcdefgh"))


@given(ids, ids)
def test_a_plan_once_applied_leaves_nothing_to_do(wanted_ids: set[str], present_ids: set[str]) -> None:
    wanted = [desired(name) for name in wanted_ids]
    present = {f"collection::{name}": as_observed(desired(name, "0 2 * * *")) for name in present_ids}
    for action in planned(wanted, list(present.values())):
        if isinstance(action, Delete):
            del present[action.schedule_id]
        else:
            present[action.desired.schedule_id] = as_observed(action.desired)
    assert planned(wanted, list(present.values())) == []


def test_everything_that_is_written_is_explicit() -> None:
    settings = RunSettings(task_queue="queue", limits=contracts.RunLimits(ingest_seconds=60))
    wanted = desired_schedule("c1", "e1", parse_cron("0 0 13 * 5"), "Asia/Tokyo", False, settings)
    schedule = build_schedule(wanted, settings)
    action = schedule.action
    assert isinstance(action, ScheduleActionStartWorkflow)
    assert (action.workflow, action.id, action.task_queue) == (
        "CollectionRunWorkflow",
        "collection-run::c1",
        "queue",
    )
    assert list(action.args) == [
        contracts.CollectionRunInput("c1", "e1", None, "queue-ingest", settings.limits, True)
    ]
    assert action.execution_timeout == timedelta(hours=3)
    assert action.retry_policy is None
    assert schedule.policy.overlap == ScheduleOverlapPolicy.SKIP
    assert schedule.policy.catchup_window == timedelta(minutes=10)
    assert schedule.policy.pause_on_failure is False
    assert schedule.spec.time_zone_name == "Asia/Tokyo"
    assert len(schedule.spec.calendars) == 2
    assert schedule.spec.cron_expressions == []
    assert schedule.state.paused
    assert wanted.fingerprint in (schedule.state.note or "")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(RunSettings(task_queue="other"), id="queue"),
        pytest.param(RunSettings(limits=contracts.RunLimits(ingest_seconds=61)), id="limit"),
    ],
)
def test_the_fingerprint_follows_the_settings(other: RunSettings) -> None:
    spec = parse_cron("@daily")
    ours = desired_schedule("c", "e", spec, "UTC", True, SETTINGS)
    assert ours == desired_schedule("c", "e", spec, "UTC", True, RunSettings())
    assert ours.fingerprint != desired_schedule("c", "e", spec, "UTC", True, other).fingerprint
    assert ours.fingerprint != desired_schedule("c", "e2", spec, "UTC", True, SETTINGS).fingerprint
