"""Endpoints: the registered sources, and what a connection test says of one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.domain.policies import EndpointPolicy
from app.core.domain.secrets import MASK

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


@dataclass(frozen=True, kw_only=True)
class EndpointDetails:
    """What people decide of an endpoint, without its secrets. `parameters` holds the plain ones."""

    source_id: str
    name: str
    description: str | None
    template_id: str | None
    verb: str | None
    url: str
    domain: str | None
    labels: list[str]
    parameters: Mapping[str, Any]
    capabilities: list[str]
    policy: EndpointPolicy = field(default_factory=EndpointPolicy)


@dataclass(frozen=True, kw_only=True)
class Endpoint(EndpointDetails):
    """A row of metadata_endpoints. `secret_names` names the encrypted parameters."""

    id: UUID
    secret_names: list[str]
    detected_version: str | None
    last_test: EndpointTest | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def config(self) -> dict[str, Any]:
        """The configuration as a client may see it: every secret reads as the mask."""
        masked = dict.fromkeys(self.secret_names, MASK)
        return {"templateId": self.template_id, "parameters": {**self.parameters, **masked}}


@dataclass(frozen=True)
class EndpointName:
    """What lists of other things show of an endpoint."""

    id: UUID
    source_id: str
    name: str
    template_id: str | None
    domain: str | None
    is_deleted: bool


@dataclass(frozen=True)
class EndpointState:
    """What decides whether an endpoint may be collected, and its name."""

    id: UUID
    name: str
    capabilities: list[str]
    is_deleted: bool


@dataclass(frozen=True)
class EndpointLabel:
    """What a list of runs shows of an endpoint."""

    id: UUID
    name: str


@dataclass(frozen=True)
class ConnectionTest:
    """A row of metadata_connection_tests. `result` None: under way. `sealed` is empty once it has ended."""

    id: UUID
    template_id: str
    parameters: Mapping[str, Any]
    sealed: Mapping[str, str] = field(repr=False)
    requested_at: datetime
    result: TestResult | None
