"""What a test asks a Temporal server directly."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

T = TypeVar("T")

LOCAL_ACTIVITY = "core_local_activity"


def temporal_schedule_ids(address: str) -> set[str]:
    """The ids of all schedules that Temporal lists."""

    async def listed(client: Client) -> set[str]:
        return {schedule.id async for schedule in await client.list_schedules()}

    return _ask_temporal(address, listed)


def temporal_schedule_paused(address: str, schedule_id: str) -> bool:
    async def paused(client: Client) -> bool:
        return (await client.get_schedule_handle(schedule_id).describe()).schedule.state.paused

    return _ask_temporal(address, paused)


def fire_schedule(address: str, schedule_id: str) -> None:
    """Have a schedule fire now."""

    async def fire(client: Client) -> None:
        await client.get_schedule_handle(schedule_id).trigger()

    _ask_temporal(address, fire)


def activity_names(address: str, workflow_id: str, temporal_run_id: str) -> list[str]:
    """The activities of a run in the order Temporal recorded them, those within a workflow task too."""

    async def names(client: Client) -> list[str]:
        history = await client.get_workflow_handle(workflow_id, run_id=temporal_run_id).fetch_history()
        return [name for event in history.events if (name := _activity_name(event)) is not None]

    return _ask_temporal(address, names)


def _activity_name(event: HistoryEvent) -> str | None:
    if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
        return event.activity_task_scheduled_event_attributes.activity_type.name
    marker = event.marker_recorded_event_attributes
    if marker.marker_name != LOCAL_ACTIVITY:
        return None
    return str(json.loads(marker.details["data"].payloads[0].data)["activity_type"])


def _ask_temporal(address: str, question: Callable[[Client], Awaitable[T]]) -> T:
    async def ask() -> T:
        return await question(await Client.connect(address))

    return asyncio.run(ask())
