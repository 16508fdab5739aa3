"""Log lines are JSON with fields, and hold no secret."""

import json
import logging
import sys

import pytest

from app.core.logs import JsonFormatter

SECRET = 'to"ken\\with quotes'


def formatted(message: str, *, exc_info: bool = False, **fields: object) -> str:
    logger = logging.getLogger("test")
    record = logger.makeRecord(
        "test", logging.WARNING, "", 0, message, (), sys.exc_info() if exc_info else None, extra=fields
    )
    return JsonFormatter([SECRET]).format(record)


def test_a_line_names_its_event_and_its_fields() -> None:
    entry = json.loads(formatted("run_left_queued", run_id="7", attempt=2))
    assert (entry["event"], entry["level"], entry["run_id"], entry["attempt"]) == (
        "run_left_queued",
        "WARNING",
        "7",
        2,
    )


@pytest.mark.parametrize("text", [f"with {SECRET}", "postgresql://user:hunter-2@db/x"])
def test_secrets_are_masked_in_messages_fields_and_traces(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        line = formatted(text, exc_info=True, field=text, nested={"deep": [text]})
    entry = json.loads(line)
    assert entry["event"] != text
    assert "********" in entry["trace"]
    assert "hunter-2" not in line
    assert SECRET not in str(entry)
