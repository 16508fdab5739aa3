"""What a test asks a Temporal server directly."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

T = TypeVar("T")


def temporal_schedule_ids(address: str) -> set[str]:
    """The ids of all schedules that Temporal lists."""

    async def listed(client: Client) -> set[str]:
        return {schedule.id async for schedule in await client.list_schedules()}

    return _ask_temporal(address, listed)


def temporal_schedule_paused(address: str, schedule_id: str) -> bool:
    async def paused(client: Client) -> bool:
        return (await client.get_schedule_handle(schedule_id).describe()).schedule.state.paused

    return _ask_temporal(address, paused)


def activity_names(address: str, workflow_id: str, temporal_run_id: str) -> list[str]:
    """The activities of a run in the order Temporal scheduled them."""

    async def names(client: Client) -> list[str]:
        history = await client.get_workflow_handle(workflow_id, run_id=temporal_run_id).fetch_history()
        return [
            event.activity_task_scheduled_event_attributes.activity_type.name
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        ]

    return _ask_temporal(address, names)


def _ask_temporal(address: str, question: Callable[[Client], Awaitable[T]]) -> T:
    async def ask() -> T:
        return await question(await Client.connect(address))

    return asyncio.run(ask())
