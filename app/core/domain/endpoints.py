"""Endpoints: the registered sources, and what a connection test says of one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

METADATA_CAPABILITY = "metadata"


@dataclass(frozen=True)
class Diagnostic:
    """One step of a connection test, or one remark. `level` is INFO (the step passed), WARNING or ERROR.

    `code` of a step names it: RESOLVE_HOST, CONNECT, AUTHENTICATE, LIST, READ; of a failed step it is the
    RunErrorCode, and `hint` says what to do about it. `field` is the parameter at fault, when one is.
    """

    level: str
    code: str
    message: str
    hint: str | None = None
    field: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        return {
            "level": self.level,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "field": self.field,
        }


@dataclass(frozen=True)
class TestResult:
    """The outcome of a connection test."""

    __test__ = False  # not a pytest class

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    detected_version: str | None = None


@dataclass(frozen=True)
class EndpointTest:
    """The last connection test of a stored endpoint."""

    ok: bool
    tested_at: datetime
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class Endpoint:
    """A row of metadata_endpoints without its secrets.

    `parameters` holds the plain connection parameters; `secret_names` names the encrypted ones, which
    `config` shows as a mask.
    """

    id: UUID
    source_id: str
    name: str
    description: str | None
    template_id: str | None
    verb: str | None
    url: str
    domain: str | None
    labels: list[str]
    parameters: Mapping[str, Any]
    secret_names: list[str]
    capabilities: list[str]
    detected_version: str | None
    last_test: EndpointTest | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    extra_config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None
