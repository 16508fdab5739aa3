"""What a collector process says, one JSON object a line; its text is cleaned here, before anyone sees it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.domain.endpoints import Diagnostic
from app.core.domain.leaks import LeakGate
from app.core.domain.runs import RunErrorCode, SourceCost

MAX_TEXT_CHARACTERS = 2000
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# Tab and line feed may stand in a log line; other control characters could rewrite what a terminal shows.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Progress:
    phase: str
    done: int
    total: int | None
    current: str | None


@dataclass(frozen=True)
class LogLine:
    level: str
    message: str
    fields: dict[str, Any] | None = None


@dataclass(frozen=True)
class Result:
    """The last word of a collector that did its work; counts are in datasets."""

    ok: bool
    datasets: int = 0
    columns: int = 0
    failed: int = 0
    filtered: int = 0
    listed: int = 0
    version: str | None = None
    is_unchanged: bool = False


@dataclass(frozen=True)
class Failure:
    """The last word of a collector that could not do its work."""

    code: RunErrorCode
    message: str
    hint: str | None


@dataclass(frozen=True)
class Redactions:
    """How many secret values the collector has masked itself, in its records and its driver's words."""

    count: int


Event = Progress | LogLine | Diagnostic | Result | Failure | Redactions | SourceCost


class Cleaner:
    """Makes a child's text fit to be stored and shown: secrets masked, control characters out, cut. One
    cleaner serves one thread."""

    def __init__(self, secrets: Sequence[str]) -> None:
        # Control characters go first, lest they part a secret: one that has any is known without them too.
        self._gate = LeakGate([form for secret in secrets for form in (secret, _CONTROL.sub("", secret))])

    @property
    def redactions(self) -> int:
        """How many secret values have been masked so far."""
        return self._gate.redactions

    def text(self, value: object) -> str:
        """`value` as a text of at most MAX_TEXT_CHARACTERS."""
        return _cut(self._gate.text(_plain(value)))

    def optional(self, value: object) -> str | None:
        """The same, None kept."""
        return None if value is None else self.text(value)

    def fields(self, value: object) -> dict[str, Any] | None:
        """The additional values of a log line: numbers and truth values as they are, the rest as text."""
        if not isinstance(value, Mapping) or not value:
            return None
        return dict(self._field(str(key), item) for key, item in value.items())

    def _field(self, key: str, value: object) -> tuple[str, Any]:
        if isinstance(value, bool | int | float | None):
            return self.text(key), value
        clean_key, clean = self._gate.fields(_plain(key), _plain(value))
        return _cut(clean_key), _cut(clean)


def _plain(value: object) -> str:
    # A lone surrogate (an undecodable byte of the source) could not be stored.
    return _CONTROL.sub("", str(value)).encode("utf-8", "replace").decode()


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT_CHARACTERS else text[: MAX_TEXT_CHARACTERS - 1] + "…"


def parse_event(line: bytes, cleaner: Cleaner) -> Event:
    """The event of one line. A line that is none (a driver's own output) becomes a log line."""
    try:
        event = json.loads(line)
        kind = event["event"]
        if kind == "progress":
            return _progress(event, cleaner)
        if kind == "log":
            level = event["level"] if event["level"] in LOG_LEVELS else "INFO"
            return LogLine(level, cleaner.text(event["message"]), cleaner.fields(event.get("fields")))
        if kind == "diagnostic":
            return Diagnostic(
                cleaner.text(event["level"]),
                cleaner.text(event["code"]),
                cleaner.text(event["message"]),
                cleaner.optional(event.get("hint")),
                cleaner.optional(event.get("field")),
            )
        if kind == "result":
            counts = {name: int(event.get(name) or 0) for name in _COUNTS}
            return Result(
                ok=event["ok"] is True,
                version=cleaner.optional(event.get("version")),
                is_unchanged=event.get("is_unchanged") is True,
                **counts,
            )
        if kind == "error":
            code = RunErrorCode(event["code"])
            return Failure(code, cleaner.text(event["message"]), cleaner.optional(event.get("hint")))
        if kind == "redactions":
            return Redactions(int(event["count"]))
        if kind == "cost":
            size = event["bytes"]
            return SourceCost(
                int(event["statements"]),
                float(event["seconds"]),
                int(event["rows"]),
                None if size is None else int(size),
            )
    except (ValueError, KeyError, TypeError):
        pass  # not an event: kept below, as what it is
    return LogLine("WARNING", f"Unexpected output: {cleaner.text(line.decode('utf-8', 'replace')).strip()}")


_COUNTS = ("datasets", "columns", "failed", "filtered", "listed")


def _progress(event: Mapping[str, Any], cleaner: Cleaner) -> Progress:
    total = event.get("total")
    return Progress(
        phase=cleaner.text(event["phase"]),
        done=int(event["done"]),
        total=None if total is None else int(total),
        current=cleaner.optional(event.get("current")),
    )
