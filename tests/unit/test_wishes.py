"""What the reconciler remembers of what collections want is what it would work out anew."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.core.db.reconcile import ScheduleTarget
from app.core.domain.collections import Collection
from app.core.temporal.schedules import RunSettings
from worker.reconciler.observe import Wishes, want

SETTINGS = RunSettings("queue")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
COLLECTION = Collection(
    id=UUID(int=1),
    endpoint_id=UUID(int=2),
    schedule_cron="0 4 * * *",
    schedule_timezone="UTC",
    is_enabled=True,
    revision=1,
    applied_revision=1,
    schedule_error=None,
    temporal_schedule_id=None,
    created_at=NOON,
    updated_at=NOON,
    deleted_at=None,
)
TARGET = ScheduleTarget(COLLECTION, is_live=True)
CHANGED = {
    "nothing": TARGET,
    "what was applied": ScheduleTarget(replace(COLLECTION, revision=2, applied_revision=2), is_live=True),
    "the cron expression": ScheduleTarget(replace(COLLECTION, schedule_cron="0 5 * * *"), is_live=True),
    "to nonsense": ScheduleTarget(replace(COLLECTION, schedule_cron="nonsense"), is_live=True),
    "to none": ScheduleTarget(replace(COLLECTION, schedule_cron=None), is_live=True),
    "the time zone": ScheduleTarget(replace(COLLECTION, schedule_timezone="Asia/Tokyo"), is_live=True),
    "whether it is enabled": ScheduleTarget(replace(COLLECTION, is_enabled=False), is_live=True),
    "whether it lives": ScheduleTarget(COLLECTION, is_live=False),
}


@pytest.mark.parametrize("later", CHANGED.values(), ids=CHANGED.keys())
def test_the_second_time_is_as_the_first_would_be(later: ScheduleTarget) -> None:
    wishes = Wishes(SETTINGS)
    assert wishes.of([TARGET]) == [want(TARGET, SETTINGS)]
    assert wishes.of([later]) == [want(later, SETTINGS)]


def test_what_was_not_asked_for_is_not_given() -> None:
    wishes, other = Wishes(SETTINGS), ScheduleTarget(replace(COLLECTION, id=UUID(int=3)), is_live=True)
    wishes.of([TARGET, other])
    assert wishes.of([other]) == [want(other, SETTINGS)]
    assert wishes.of([]) == []
