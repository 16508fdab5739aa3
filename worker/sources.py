"""A source as a connector meets it: its settings, the steps of a test, the error of an unreadable source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.core.domain.leaks import LeakGate
from app.core.domain.networks import NetworkRules
from app.core.domain.runs import RunErrorCode

STATEMENT_TIMEOUT_SECONDS = 900
MAX_DRIVER_WORDS = 300
# A shorter password is too likely to be part of an ordinary word, so that masking it would be no protection.
MIN_MASKABLE_SECRET = 4


class SourceError(Exception):
    """The source cannot be read. `message` and `hint` are sentences for a person, free of secrets; `field`
    is the parameter at fault, when one is."""

    def __init__(
        self, code: RunErrorCode, message: str, hint: str | None = None, field: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.field = field


class Step(StrEnum):
    """The steps of a connection test, in order."""

    RESOLVE_HOST = "RESOLVE_HOST"
    CONNECT = "CONNECT"
    AUTHENTICATE = "AUTHENTICATE"
    LIST = "LIST"
    READ = "READ"


@dataclass(frozen=True)
class Source:
    """A source's settings. `schemas` is the restriction of this run, None for no restriction; `networks` are
    those it may be in; `file_roots` are the folders that its files and sockets may lie under: None for
    anywhere, empty for nowhere. `gate` knows its secrets. `pause_seconds` pass between statements;
    `application_name` is how the source sees who reads it."""

    parameters: Mapping[str, Any] = field(repr=False)
    gate: LeakGate = field(repr=False)
    networks: NetworkRules
    schemas: tuple[str, ...] | None = None
    file_roots: tuple[str, ...] | None = ()
    connect_timeout_seconds: float = 10.0
    statement_timeout_seconds: int = STATEMENT_TIMEOUT_SECONDS
    pause_seconds: float = 0.0
    application_name: str = "muster"

    def text(self, key: str) -> str | None:
        """A text parameter, None when absent or empty. Raises SourceError BAD_CONFIG when it is no text."""
        value = self.parameters.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or "\0" in value:
            raise SourceError(RunErrorCode.BAD_CONFIG, f"The parameter {key} is not a text.", field=key)
        return value

    def required(self, key: str) -> str:
        """A text parameter that must be there. Raises SourceError BAD_CONFIG when it is not."""
        value = self.text(key)
        if value is None:
            raise SourceError(RunErrorCode.BAD_CONFIG, f"The parameter {key} is missing.", field=key)
        return value

    def port(self, default: int) -> int:
        """The TCP port. Raises SourceError BAD_CONFIG when it is not a number from 1 to 65535."""
        value = self.parameters.get("port", default) or default
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = 0
        if not 1 <= number <= 65535:
            raise SourceError(
                RunErrorCode.BAD_CONFIG, "The port must be a number from 1 to 65535.", field="port"
            )
        return number

    def wanted_schemas(self) -> tuple[str, ...] | None:
        """The schemas to read: the run's own restriction, else the parameter; None for all."""
        wanted = self.schemas or self.parameters.get("schemas") or None
        if wanted is None:
            return None
        if isinstance(wanted, str) or not all(isinstance(name, str) for name in wanted):
            raise SourceError(
                RunErrorCode.BAD_CONFIG, "The parameter schemas is not a list of names.", field="schemas"
            )
        return tuple(dict.fromkeys(wanted))

    def may_use(self, path: Path) -> bool:
        """Whether a path whose symbolic links have been followed lies under an allowed folder."""
        roots = self.file_roots
        return roots is None or any(path.is_relative_to(Path(root).resolve()) for root in roots)

    def sentence(self, beginning: str, driver_message: object) -> str:
        """`beginning`, and after it what a driver or server said."""
        words = self.words(driver_message)
        return f"{beginning}: {words.rstrip('.')}." if words else f"{beginning}."

    def words(self, driver_message: object) -> str:
        """What a driver or server said, as one short line with secrets masked.

        Empty when the password is too short to be masked with certainty."""
        password = self.parameters.get("password")
        if isinstance(password, str) and 0 < len(password) < MIN_MASKABLE_SECRET:
            return ""
        line = re.sub(r"\s+", " ", self.gate.text(str(driver_message))).strip()
        return line[:MAX_DRIVER_WORDS]
