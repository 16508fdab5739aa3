"""Answers as JSON."""

import json
from datetime import datetime
from uuid import UUID

import orjson

from app.api.scalars import serialize_date_time


def to_json(answer: object) -> bytes:
    """`answer` as JSON; it may hold UUIDs, and moments that scalars.are_written_alike has let pass."""
    try:
        return orjson.dumps(answer, option=orjson.OPT_UTC_Z)
    except TypeError:
        # A number of more than 64 bits, or half a surrogate pair: they came as JSON, and are given back.
        return json.dumps(answer, default=_text, separators=(",", ":")).encode()


def _text(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return str(serialize_date_time(value))
    raise TypeError(f"{type(value).__name__} has no JSON")
