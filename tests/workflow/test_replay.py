"""Workflows that began under older code go on under this one: every recorded history replays."""

import asyncio
import json
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from app.core.contracts import Activity
from tests.workflow.conftest import WORKFLOWS
from tests.workflow.record import HISTORIES, SCENARIOS


@pytest.mark.parametrize("history", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "runner", [SandboxedWorkflowRunner(), UnsandboxedWorkflowRunner()], ids=["in sandbox", "as served"]
)
def test_a_recorded_history_replays(runner: WorkflowRunner, history: Path) -> None:
    recorded = WorkflowHistory.from_json(history.stem, history.read_text(encoding="utf-8"))
    asyncio.run(Replayer(workflows=WORKFLOWS, workflow_runner=runner).replay_workflow(recorded))


def test_a_history_begun_by_an_older_worker_replays() -> None:
    history = json.loads((HISTORIES / "begun-locally.json").read_text(encoding="utf-8"))
    [order] = history["events"][0]["workflowExecutionStartedEventAttributes"]["input"]["payloads"]
    asked = json.loads(b64decode(order["data"])) | {"begins_locally": True}
    order["data"] = b64encode(json.dumps(asked).encode()).decode()
    recorded = WorkflowHistory.from_json("begun-locally", history)
    asyncio.run(Replayer(workflows=WORKFLOWS).replay_workflow(recorded))


def test_every_path_has_its_history() -> None:
    missing = [name for name in SCENARIOS if not (HISTORIES / f"{name}.json").exists()]
    assert not missing, f"no history of {missing}: run `python -m tests.workflow.record`"


def test_a_schedule_tells_its_run_the_time_of_the_fire() -> None:
    text = (HISTORIES / "scheduled.json").read_text(encoding="utf-8")
    history = WorkflowHistory.from_json("scheduled", text)
    first = history.events[0].workflow_execution_started_event_attributes
    fire = json.loads(first.search_attributes.indexed_fields["TemporalScheduledStartTime"].data)
    scheduled = (event.activity_task_scheduled_event_attributes for event in history.events)
    created = next(task for task in scheduled if task.activity_type.name == Activity.CREATE_RUN)
    asked = json.loads(created.input.payloads[0].data)
    assert datetime.fromisoformat(asked["scheduled_for"]) == datetime.fromisoformat(fire)
