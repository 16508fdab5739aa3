"""Answers are written as JSON, whatever they hold."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.api.json_writing import to_json
from app.api.scalars import are_written_alike, serialize_date_time

MOMENT = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [None, True, 1.5, 2**63, -(2**80), "ü\u2028\u0000\U0001f600", "\ud800", {"a": [{}]}, [], "</script>"],
    ids=ascii,
)
def test_what_is_written_reads_the_same(value: Any) -> None:
    assert json.loads(to_json({"data": value})) == {"data": value}


def test_ids_and_moments_are_texts_beside_numbers_of_any_size() -> None:
    held = {"id": UUID(int=1), "at": MOMENT, "number": 1}
    texts = {"id": "00000000-0000-0000-0000-000000000001", "at": "2026-11-23T01:02:03.456789Z", "number": 1}
    assert json.loads(to_json(held)) == texts
    assert json.loads(to_json(held | {"number": 2**70})) == texts | {"number": 2**70}


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("UTC")])
def test_moments_that_pass_are_written_as_the_scalar_spells_them(zone: Any) -> None:
    moments = [MOMENT.astimezone(zone), MOMENT.replace(year=1, microsecond=1, tzinfo=zone)]
    assert are_written_alike(moments)
    assert json.loads(to_json(moments)) == [serialize_date_time(moment) for moment in moments]


@pytest.mark.parametrize(
    "moment", [MOMENT.replace(microsecond=0), MOMENT.astimezone(timezone(timedelta(hours=1)))]
)
def test_other_moments_are_left_to_the_scalar(moment: datetime) -> None:
    assert not are_written_alike([MOMENT, moment])


def test_what_has_no_json_is_an_error() -> None:
    with pytest.raises(TypeError):
        to_json({"data": object()})
