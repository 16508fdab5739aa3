"""Structured logs: one JSON object a line on stderr, without secrets.

A log call names an event and gives its fields: `log.warning("run_left_queued", extra={"run_id": …})`.
"""

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from app.core.domain.secrets import redact

# What every LogRecord has; the rest are the fields of the call.
_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {
    "message",
    "asctime",
    "taskName",
}


class JsonFormatter(logging.Formatter):
    """One line per record; `secrets` and the user info of URLs never come through."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        # as they look inside JSON, where quotes and backslashes are escaped
        self._secrets = [json.dumps(secret)[1:-1] for secret in secrets]

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in _STANDARD},
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return redact(json.dumps(entry, default=str), self._secrets)


def configure_logging(level: str, secrets: Iterable[str]) -> None:
    """Send the process's logs of `level` and above to stderr. Called once, by a composition root."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
